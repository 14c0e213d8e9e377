"""A strict YAML 1.2 reader with line numbers, for files that people write: packs and schedules.yaml.

Built from parser events, so nothing is guessed: every plain scalar is text and the model decides its
type (``NO``, ``12:30``, ``0123`` are never misread). Refused with ``FILE:LINE``: duplicate keys,
anchors, aliases, tags, empty values (``null`` is written), several documents, and anything larger,
deeper or wider than a person writes. A warm run parses nothing: validated content is cached as JSON
under the digest of the bytes.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from compliance import __version__
from compliance.errors import ComplianceError, InputError
from compliance.files import private_folder, read_input, write_whole
from compliance.i18n import _
from compliance.periods import parse_day

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 24
MAX_NODES = 50_000

M = TypeVar("M", bound=BaseModel)


def _to_day(value: object) -> object:
    if isinstance(value, str):
        try:
            return parse_day(value)
        except ValueError:
            raise ValueError(_("write a day such as 2025-12-31")) from None
    return value


Day = Annotated[date, BeforeValidator(_to_day)]
"""A date written as YYYY-MM-DD and nothing else."""


class Strict(BaseModel):
    """The base of everything read from a file: no unknown keys, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(slots=True)
class Node:
    """One YAML value: text, ``None``, a list or a mapping of nodes. ``key_lines``: where each key stands."""

    value: str | list[Node] | dict[str, Node] | None
    line: int
    key_lines: dict[str, int] = field(default_factory=dict)


def parse(data: bytes, place: str) -> Node:
    """The one document in ``data``. ``InputError`` with ``place:line`` for everything refused."""
    if len(data) > MAX_BYTES:
        raise InputError(_("the file is larger than a person writes"), place=place)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            _("this is not UTF-8 text"), place=f"{place}:{line}", remedy=_("Save the file as UTF-8.")
        ) from None
    return _Reader(text, place).document()


class _Reader:
    """Turns parser events into nodes. Depth and size are bounded, so nothing here can run away."""

    def __init__(self, text: str, place: str) -> None:
        self._place = place
        self._nodes = 0
        self._events = self._stream(text)

    def _stream(self, text: str) -> Iterator[Any]:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        try:
            yield from YAML(typ="safe", pure=True).parse(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise self._refused(
                mark.line + 1 if mark else 1, _("this is not valid YAML"), error.problem or ""
            ) from None
        except YAMLError:
            raise self._refused(1, _("this is not valid YAML: a character that no text has")) from None

    def _refused(self, line: int, what: str, why: str = "", remedy: str = "") -> InputError:
        return InputError(what, place=f"{self._place}:{line}", why=why, remedy=remedy)

    def document(self) -> Node:
        from ruamel.yaml import events

        root: Node | None = None
        for event in self._events:
            if isinstance(event, events.DocumentStartEvent):
                if root is not None:
                    raise self._refused(_line(event), _("there is more than one document in the file"))
                root = self._node(next(self._events), 0)
        if root is None:
            raise self._refused(1, _("the file is empty"))
        return root

    def _node(self, event: Any, depth: int) -> Node:
        from ruamel.yaml import events

        line = _line(event)
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise self._refused(line, _("the file is nested deeper or longer than a person writes"))
        if isinstance(event, events.AliasEvent) or event.anchor:
            raise self._refused(
                line, _("anchors and aliases (& and *) are not used here"), remedy=_("Write the value out.")
            )
        if event.tag is not None and not _plain_tag(event.tag):
            raise self._refused(line, _("tags (!) are not used here"), remedy=_("Leave the tag out."))
        if isinstance(event, events.ScalarEvent):
            return Node(self._scalar(event, line), line)
        if isinstance(event, events.SequenceStartEvent):
            items = []
            while not isinstance(item := next(self._events), events.SequenceEndEvent):
                items.append(self._node(item, depth + 1))
            return Node(items, line)
        return self._mapping(line, depth)

    def _scalar(self, event: Any, line: int) -> str | None:
        text = str(event.value)
        if event.style is None or event.style == "":
            if text == "null":
                return None
            if text in ("", "~"):
                raise self._refused(
                    line, _("a value is missing"), remedy=_("Write the value, or null where there is none.")
                )
        return text

    def _mapping(self, line: int, depth: int) -> Node:
        from ruamel.yaml import events

        found: dict[str, Node] = {}
        key_lines: dict[str, int] = {}
        while not isinstance(key := next(self._events), events.MappingEndEvent):
            at = _line(key)
            if not isinstance(key, events.ScalarEvent) or key.anchor:
                raise self._refused(at, _("a key must be a word"))
            name = str(key.value)
            if name == "<<":
                raise self._refused(at, _("merging (<<) is not used here"), remedy=_("Write the keys out."))
            if name in found:
                raise self._refused(
                    at,
                    _("{key}: this key stands twice").format(key=name),
                    _("The first is on line {line}.").format(line=key_lines[name]),
                    _("Remove one of them."),
                )
            key_lines[name] = at
            found[name] = self._node(next(self._events), depth + 1)
        return Node(found, line, key_lines)


def _plain_tag(tag: Any) -> bool:
    return str(tag) in ("", "None", "tag:yaml.org,2002:str") and str(tag) != "tag:yaml.org,2002:str"


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def plain(node: Node) -> Any:
    """The node as JSON-like values."""
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    return node.value


def validate(model: type[M], node: Node, place: str) -> M:
    """``node`` as ``model``; all mistakes in one ``InputError``, each with line, path, what and remedy."""
    try:
        return model.model_validate(plain(node))
    except ValidationError as error:
        problems = [
            _problem(model, node, place, item)
            for item in error.errors(include_url=False, include_input=False)
        ]
        unique = list(dict.fromkeys(problems))
        first, rest = unique[0], unique[1:20]
        why = "\n".join(f"{at}: {what}" for at, what, _remedy in rest)
        raise InputError(first[1], place=first[0], why=why, remedy=first[2]) from None


def _problem(model: type[BaseModel], root: Node, place: str, error: Any) -> tuple[str, str, str]:
    """(``FILE:LINE``, ``path: what``, remedy) for one pydantic error; the value itself is never shown."""
    node, line, path = root, root.line, []
    for part in error["loc"]:
        if isinstance(node.value, dict) and str(part) in node.value:
            line = node.key_lines[str(part)]
            node = node.value[str(part)]
        elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.line
        elif part is not error["loc"][-1]:
            continue  # a union's tag or a validator's name: not part of the file
        elif error["type"] != "missing":
            continue
        path.append(str(part))
    what, remedy = _words(model, error, path[-1] if path else "")
    return f"{place}:{line}", f"{'.'.join(path)}: {what}" if path else what, remedy


def _words(model: type[BaseModel], error: Any, name: str) -> tuple[str, str]:
    kind = error["type"]
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(name, sorted(_keys(model, set())), n=1)
        return _("this key is not known"), _("Did you mean “{near}”?").format(near=near[0]) if near else ""
    if kind == "missing":
        return _("this key is missing"), _("Add it.")
    if kind == "value_error":
        return str(error["ctx"]["error"]), ""
    if kind == "literal_error":
        return _("this word is not known"), _("Write one of: {words}").format(words=error["ctx"]["expected"])
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return _("a group of keys is expected here"), ""
    if kind in ("list_type", "tuple_type"):
        return _("a list is expected here"), _("Write [a, b].")
    if kind.startswith(("int_", "decimal_", "float_")) or kind.endswith(("than", "than_equal")):
        return _("a number that fits is expected here"), ""
    if kind.startswith("bool"):
        return _("yes or no is expected here"), ""
    if kind.startswith("string"):
        return _("text of the right form is expected here"), ""
    return _("this value does not fit here"), ""


def _keys(annotation: Any, seen: set[Any]) -> set[str]:
    """All field names of a model and of the models inside it."""
    found: set[str] = set()
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation in seen:
            return found
        seen.add(annotation)
        for name, info in annotation.model_fields.items():
            found.add(info.alias or name)
            found |= _keys(info.annotation, seen)
        return found
    for inner in get_args(annotation):
        found |= _keys(inner, seen)
    return found


def load(model: type[M], path: Path, *, cache: Path | None = None) -> M:
    """The file at ``path`` as ``model``. With ``cache`` (a folder) a file read before is not parsed again."""
    data = read_input(path, cap=MAX_BYTES)
    key = hashlib.sha256(
        f"{__version__} {model.__module__}.{model.__qualname__} ".encode() + data
    ).hexdigest()
    kept = cache / f"{key[:32]}.json" if cache is not None else None
    if kept is not None and kept.is_file():
        try:
            return model.model_validate(json.loads(kept.read_bytes()))
        except (OSError, ValueError):
            pass  # a damaged or outdated cache entry is only a cache entry
    node = parse(data, str(path))
    result = validate(model, node, str(path))
    if kept is not None:
        _keep(kept, plain(node))
    return result


def _keep(path: Path, content: Any) -> None:
    try:
        private_folder(path.parent)
        write_whole(path, json.dumps(content, ensure_ascii=False).encode(), overwrite=True)
    except (ComplianceError, OSError):
        pass  # a read-only folder costs time, not the command
