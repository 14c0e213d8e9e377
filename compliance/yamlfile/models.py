"""Nodes to pydantic models, and pydantic's errors in our words: FILE:LINE, the way, what, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from compliance.errors import InputError
from compliance.i18n import _, ngettext
from compliance.periods import parse_day
from compliance.yamlfile.nodes import Node, plain

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)
Way = tuple[str | int, ...]

MAX_SHOWN = 20


class Misplaced(ValueError):
    """A mistake that a validator found deeper in: ``where`` is the way from the validated value to it."""

    def __init__(self, message: str, *where: str | int) -> None:
        super().__init__(message)
        self.where = where


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file: the way to it, what it is and what to do; both already translated."""

    where: Way
    what: str
    remedy: str = ""


def _day(value: object) -> object:
    """Text to a date by the one strict grammar; anything else is left to pydantic."""
    if not isinstance(value, str):
        return value
    try:
        return parse_day(value)
    except ValueError:
        raise ValueError(_("a day is written 2025-12-31")) from None


def _yes_no(value: object) -> object:
    if value in ("yes", "no"):
        return value == "yes"
    raise ValueError(_("write yes or no"))


Day = Annotated[date, BeforeValidator(_day)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]


class Strict(BaseModel):
    """A part of a file: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def validate(model: type[M], node: Node, place: str) -> M:
    """``node`` as a ``model``; one ``InputError`` that lists every mistake with its line."""
    try:
        return model.model_validate(plain(node))
    except ValidationError as error:
        raise refusal(
            [_problem(model, item) for item in error.errors(include_url=False)], node, place
        ) from None


def refusal(problems: Sequence[Problem], node: Node, place: str) -> InputError:
    """One error for all ``problems``, in the order of their lines; at most ``MAX_SHOWN`` are told."""
    told = sorted({(_line_of(node, item.where), _told(item)) for item in problems})
    (line, first), rest = told[0], told[1:MAX_SHOWN]
    others = [f"{place}:{at}: {text}" for at, text in rest]
    if left := len(told) - 1 - len(rest):
        others.append(ngettext("and {n} more", "and {n} more", left).format(n=left))
    return InputError(first, place=f"{place}:{line}", why="\n".join(others))


def _told(problem: Problem) -> str:
    where = ".".join(str(part) for part in problem.where)
    what = f"{where}: {problem.what}" if where else problem.what
    return f"{what}. {problem.remedy}" if problem.remedy else what


def _line_of(node: Node, where: Way) -> int:
    """The line of the key or item at the end of ``where``, as far as the file goes along with it."""
    line = node.line
    for part in where:
        if isinstance(node.value, dict) and str(part) in node.value:
            line, node = node.key_lines[str(part)], node.value[str(part)]
        elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.line
        else:
            break
    return line


def _problem(model: type[BaseModel], error: ErrorDetails) -> Problem:
    # Not of the file: pydantic's mark of a key, our own tags of a union's members (~x).
    where: Way = tuple(part for part in error["loc"] if part != "[key]" and str(part)[:1] not in ("", "~"))
    context = error.get("ctx", {})
    own = context.get("error")
    if isinstance(own, Misplaced):
        where += tuple(part for part in own.where if part != "")
    if error["type"] == "extra_forbidden":
        return Problem(where, _("unknown key"), _did_you_mean(model, where))
    if error["type"] == "value_error" and own is not None:
        return Problem(where, str(own))
    return Problem(where, _explained(error["type"], context))


def _explained(kind: str, context: Mapping[str, Any]) -> str:
    if kind == "literal_error":
        return _("one of these is needed: {words}").format(words=str(context["expected"]).replace("'", ""))
    if kind in ("greater_than_equal", "greater_than"):
        return _("the number is too small; the least is {n}").format(n=context.get("ge", context.get("gt")))
    if kind in ("less_than_equal", "less_than"):
        return _("the number is too large; the most is {n}").format(n=context.get("le", context.get("lt")))
    texts = {
        "missing": _("this key is missing"),
        "string_type": _("text is needed here"),
        "string_pattern_mismatch": _("this text does not have the form that is needed here"),
        "int_parsing": _("a whole number is needed here"),
        "int_type": _("a whole number is needed here"),
        "bool_parsing": _("write yes or no"),
        "bool_type": _("write yes or no"),
        "date_type": _("a day is written 2025-12-31"),
        "list_type": _("a list is needed here"),
        "tuple_type": _("a list is needed here"),
        "dict_type": _("keys with values are needed here"),
        "model_type": _("keys with values are needed here"),
        "model_attributes_type": _("keys with values are needed here"),
        "too_short": _("at least one is needed here"),
    }
    return texts.get(kind, _("this value does not fit here"))


def _did_you_mean(model: type[BaseModel], where: Way) -> str:
    """The known key most like the unknown one: of this place first, then of the whole file."""
    *way, key = where
    here = _field_names(_types_at(model, way))
    near = get_close_matches(str(key), here, n=1, cutoff=0.6) or get_close_matches(
        str(key), sorted(_field_names(_reachable(model))), n=1, cutoff=0.75
    )
    if near and near[0] == key:
        return _("It belongs elsewhere in the file.")
    if near and near[0] in here:
        return _("Did you mean “{key}”?").format(key=near[0])
    if near:
        return _("Did you mean “{key}”? It belongs elsewhere in the file.").format(key=near[0])
    return _("Known here: {keys}").format(keys=", ".join(here)) if here else ""


def _types_at(model: Any, way: Sequence[str | int]) -> list[Any]:
    types = [model]
    for part in way:
        types = [inner for one in types for inner in _step(one, part)] or types
    return types


def _step(kind: Any, part: str | int | None) -> Iterator[Any]:
    """The types one step into ``kind``; ``part`` None steps into every field."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, info in kind.model_fields.items():
            if part is None or (info.alias or name) == part:
                yield from _flat(info.annotation)
    elif get_origin(kind) in (dict, Mapping, list, tuple, Sequence) and get_args(kind):
        arguments = [item for item in get_args(kind) if item is not Ellipsis]
        yield from _flat(arguments[-1])


def _flat(kind: Any) -> Iterator[Any]:
    """A union or annotation as its members."""
    if get_origin(kind) is Annotated:
        yield from _flat(get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType):
        for member in get_args(kind):
            yield from _flat(member)
    else:
        yield kind


def _reachable(model: type[BaseModel]) -> list[Any]:
    found: list[Any] = []
    queue: list[Any] = [model]
    while queue:
        kind = queue.pop()
        if kind not in found:
            found.append(kind)
            queue.extend(_step(kind, None))
    return found


def _field_names(types: Sequence[Any]) -> list[str]:
    return [
        info.alias or name
        for kind in types
        if isinstance(kind, type) and issubclass(kind, BaseModel)
        for name, info in kind.model_fields.items()
    ]
