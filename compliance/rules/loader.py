"""A folder to a rule pack: every file read strictly, every reference resolved, every mistake with its line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel

from compliance import files, yamlfile
from compliance.calendars import Calendar, Year
from compliance.errors import InputError
from compliance.i18n import _
from compliance.rules.amounts import Select
from compliance.rules.base import EVENTS
from compliance.rules.forms import Form, with_likeness
from compliance.rules.labels import LabelRule
from compliance.rules.money_rules import MoneyRule
from compliance.rules.pack import (
    FILES,
    CalendarFile,
    ChartFile,
    GlossaryFile,
    LabelsFile,
    LeftOutFile,
    MoneyFile,
    RegimeFile,
)
from compliance.yamlfile import Problem

BUILT_IN = Path(__file__).parent.parent / "regimes"
MAX_FORMS = 100
KEPT = 32
Way = tuple[str | int, ...]


@dataclass(frozen=True)
class Pack:
    """One regime's law as read. ``digest`` covers the name and bytes of every file of the folder."""

    regime: RegimeFile
    labels: Mapping[str, LabelRule]
    money_rules: Mapping[str, MoneyRule]
    chart: ChartFile
    glossary: Mapping[str, Mapping[str, str]]
    forms: Mapping[str, Form]
    years: Mapping[int, Year]
    digest: str
    folder: Path = field(default=Path(), compare=False)

    @property
    def id(self) -> str:
        return self.regime.regime

    def overdue_reviews(self, today: date) -> int:
        """How many times the time of a review has passed since anybody compared the pack with its sources."""
        return max((today - self.regime.checked_on).days, 0) // self.regime.review_days

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(self.regime.calendar.days_off or "", self.years)

    @cached_property
    def selects(self) -> tuple[Select, ...]:
        """Every choice of entries that a rule or a form makes."""
        models = (self.regime, *self.money_rules.values(), *self.forms.values())
        return tuple(part for model in models for _way, part in walk(model) if isinstance(part, Select))


def find_pack(regime: str, extra_folders: Sequence[Path] = ()) -> Path:
    """The folder of a regime: the caller's folders first, then the built-in ones, then installed packages."""
    names: set[str] = set()
    for parent in (*extra_folders, BUILT_IN):
        found = {path.parent.name: path.parent for path in sorted(parent.glob("*/regime.yaml"))}
        names |= found.keys()
        if regime in found:
            return found[regime]
    installed = _installed()
    if regime in installed:
        return installed[regime]
    raise InputError(
        _("there is no rule set “{name}”").format(name=regime),
        remedy=_("Known: {names}").format(names=", ".join(sorted(names | installed.keys()))),
    )


def available(extra_folders: Sequence[Path] = ()) -> list[str]:
    """The ids of all regimes that can be loaded."""
    folders = [
        path.parent.name for parent in (*extra_folders, BUILT_IN) for path in parent.glob("*/regime.yaml")
    ]
    return sorted({*folders, *_installed()})


def left_out(*, cache: Path | None) -> Mapping[str, Mapping[str, str]]:
    """Rules that are known and in no built-in pack: id -> why, by language."""
    path = BUILT_IN / "left_out.yaml"
    data = files.read_input(path, cap=files.MiB)
    return yamlfile.load_bytes(LeftOutFile, data, path, cache=cache).left_out


def _installed() -> dict[str, Path]:
    """Packs of installed packages: entry points ``compliance.regimes``, each naming a package with the files."""
    from importlib.metadata import entry_points

    found = {}
    for entry in entry_points(group="compliance.regimes"):
        module = entry.load()
        found[entry.name] = Path(module.__file__).parent
    return found


_kept: dict[tuple[str, str], Pack] = {}


def load_pack(folder: Path, *, cache: Path | None) -> Pack:
    """The pack in ``folder``. ``InputError`` FILE:LINE for anything wrong in it.

    The last packs stay in the process: the same name and bytes are the same pack, in whatever folder.
    """
    names = [name for name in FILES if (folder / name).is_file() or name == "regime.yaml"]
    forms = sorted(f"forms/{path.name}" for path in (folder / "forms").glob("*.yaml"))
    if len(forms) > MAX_FORMS:
        raise InputError(_("there are more than {n} forms").format(n=MAX_FORMS), place=str(folder / "forms"))
    names += forms
    data = {name: files.read_input(folder / name, cap=files.MiB) for name in names}
    digest = _digest(folder, data)
    pack = _kept.pop((folder.name, digest), None) or _read(folder, data, digest, cache)
    _kept[folder.name, digest] = pack
    if len(_kept) > KEPT:
        del _kept[next(iter(_kept))]
    return pack if pack.folder == folder else replace(pack, folder=folder)


def _read(folder: Path, data: Mapping[str, bytes], digest: str, cache: Path | None) -> Pack:
    read = {
        name: yamlfile.load_bytes(FILES.get(name, Form), content, folder / name, cache=cache)
        for name, content in data.items()
    }
    pack = _assembled(folder, read, digest)
    found = list(_problems(pack, read, folder))
    for name in data:
        if problems := [problem for at, problem in found if at == name]:
            place = str(folder / name)
            raise yamlfile.refusal(problems, yamlfile.parse(data[name], place), place)
    return pack


def _digest(folder: Path, data: Mapping[str, bytes]) -> str:
    """SHA-256 over each file's name and digest; ``examples.yaml`` proves the pack and is part of it."""
    examples = folder / "examples.yaml"
    all_files = dict(data)
    if examples.is_file():
        all_files["examples.yaml"] = files.read_input(examples, cap=files.MiB)
    lines = [f"{name} {files.digest(content)}\n" for name, content in sorted(all_files.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _assembled(folder: Path, read: Mapping[str, BaseModel], digest: str) -> Pack:
    chart = cast(ChartFile, read.get("chart.yaml") or ChartFile())
    labels = cast("LabelsFile | None", read.get("labels.yaml"))
    money = cast("MoneyFile | None", read.get("money.yaml"))
    glossary = cast("GlossaryFile | None", read.get("glossary.yaml"))
    calendar = cast("CalendarFile | None", read.get("calendar.yaml"))
    forms = [item for item in read.values() if isinstance(item, Form)]
    return Pack(
        regime=cast(RegimeFile, read["regime.yaml"]),
        labels=labels.labels if labels else {},
        money_rules=money.money_rules if money else {},
        chart=chart,
        glossary=glossary.glossary if glossary else {},
        forms=with_likeness(forms),
        years={
            number: Year(frozenset(year.days_off), frozenset(year.worked))
            for number, year in (calendar.years if calendar else {}).items()
        },
        digest=digest,
        folder=folder,
    )


# ---- references


def _problems(pack: Pack, read: Mapping[str, BaseModel], folder: Path) -> Iterator[tuple[str, Problem]]:
    """Everything that only the pack as a whole can show: (file, problem)."""
    known = _Known(pack)
    if pack.id != folder.name:
        yield "regime.yaml", Problem(("regime",), _("the folder is called “{name}”").format(name=folder.name))
    seen: dict[str, str] = {}
    for name, model in read.items():
        yield from ((name, problem) for way, part in walk(model) for problem in known.check(way, part))
        yield from ((name, problem) for problem in _twice(name, model, seen))
        if isinstance(model, Form):
            yield from ((name, problem) for problem in _disagreeing(model, pack))
        if isinstance(model, Form) and model.like:
            yield from ((name, problem) for problem in _unlike(model, pack))


def _twice(file: str, model: BaseModel, seen: dict[str, str]) -> Iterator[Problem]:
    """Ids and short names that stand for two things."""
    kinds = {
        "regime.yaml": ("obligations", "penalties"), "labels.yaml": ("labels",), "money.yaml": ("money_rules",),
    }  # fmt: skip
    for kind in kinds.get(file, ()):
        for key, provision in getattr(model, kind).items():
            names = [key] + ([f"name:{provision.name}"] if kind == "obligations" else [])
            for word in names:
                if word in seen:
                    where = (kind, key, "name") if word.startswith("name:") else (kind, key)
                    yield Problem(where, _("this name is taken by {other}").format(other=seen[word]))
                seen.setdefault(word, key)
    if isinstance(model, Form):
        for field_name in ("form", "name"):
            word = f"{field_name}:form:{getattr(model, field_name)}"
            if word in seen:
                yield Problem((field_name,), _("this name is taken by {other}").format(other=seen[word]))
            seen.setdefault(word, file)


def _disagreeing(form: Form, pack: Pack) -> Iterator[Problem]:
    """Cells of other forms that there are not; a form that there is not is told with all references."""
    for number, item in enumerate(form.agrees):
        other = pack.forms.get(item.form)
        if other is not None and not other.has(item.other):
            words = _("the form “{form}” has no cell “{cell}”").format(form=item.form, cell=item.other)
            yield Problem(("agrees", number, "other"), words)


def _unlike(form: Form, pack: Pack) -> Iterator[Problem]:
    """What a form that is like another says of it and is not so."""
    others = [pack.forms.get(name) for name in form.like]
    for word, other in zip(form.like, others, strict=True):
        if other is None or other.like:
            yield Problem(("like",), _("there is no form “{name}” that stands by itself").format(name=word))
    held = {name for other in others if other is not None for name in other.sections}
    for name in form.without:
        if name not in held:
            yield Problem(("without",), _("there is no section “{name}” in that form").format(name=name))
    for lost in pack.forms[form.form].lost():
        own = lost.where[0] != "sections" or lost.where[1] in form.sections
        yield Problem(lost.where if own else ("without",), str(lost))


def walk(model: BaseModel, way: Way = ()) -> Iterator[tuple[Way, BaseModel]]:
    """``model`` and every model inside it, each with the way to it in the file."""
    yield way, model
    for name, info in type(model).model_fields.items():
        if name in model.model_fields_set:
            yield from _walk(getattr(model, name), (*way, info.alias or name))


def _walk(value: Any, way: Way) -> Iterator[tuple[Way, BaseModel]]:
    if isinstance(value, BaseModel):
        yield from walk(value, way)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, BaseModel | Mapping | tuple):
                yield from _walk(item, (*way, _key(key)))
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            if isinstance(item, BaseModel | Mapping | tuple):
                yield from _walk(item, (*way, number))


def _key(key: object) -> str:
    if isinstance(key, date):
        return "always" if key == date.min else key.isoformat()
    return str(key)


class _Known:
    """What names may be referred to, and whether each reference is one of them."""

    def __init__(self, pack: Pack) -> None:
        regime = pack.regime
        self.cited = {*regime.sources, *regime.acts}
        thresholds = {key for key, rule in pack.money_rules.items() if rule.kind == "threshold"}
        classes = regime.source_classes
        self.names: dict[str, tuple[str, set[str]]] = {
            "act": (_("there is no act “{name}”"), set(regime.acts)),
            "binds": (_("there is no status “{name}”"), set(regime.statuses)),
            "statuses": (_("there is no status “{name}”"), set(regime.statuses)),
            "recipient": (_("there is no recipient “{name}”"), set(regime.recipients)),
            "form": (_("there is no form “{name}”"), set(pack.forms)),
            "if": (_("there is no threshold “{name}”"), thresholds),
            "with": (_("there is no obligation “{name}”"), set(regime.obligations)),
            "for": (_("there is no rule “{name}”"), {*regime.obligations, *pack.labels, *pack.money_rules}),
            "source_class": (
                _("there is no source class “{name}”"),
                {name for block in classes.terms.values() for name in block.classes} if classes else set(),
            ),
            "expense_line": (_("there is no expense line “{name}”"), set(pack.chart.expense_lines)),
        }
        self.thresholds = thresholds

    def check(self, way: Way, model: BaseModel) -> Iterator[Problem]:
        for name, info in type(model).model_fields.items():
            if name not in model.model_fields_set:
                continue
            key = info.alias or name
            value = getattr(model, name)
            if name == "source":
                yield from self._citations((*way, name), value)
            elif key in self.names and not isinstance(model, RegimeFile | Form | ChartFile):
                yield from self._references((*way, key), key, value)
            elif key == "upon" and value is not None:
                yield from self._event((*way, key), value)
            elif key == "candidates" and value:
                yield from self._unsettled(way, model)

    def _citations(self, way: Way, value: object) -> Iterator[Problem]:
        texts = [value] if isinstance(value, str) else []
        if isinstance(value, Mapping):
            texts = [text for texts in value.values() for text in texts]
        for text in texts:
            if text.split(" ", 1)[0] not in self.cited:
                yield Problem(
                    way, _("the first word names no source or act"), _("Add it to sources in regime.yaml.")
                )

    def _references(self, way: Way, key: str, value: object) -> Iterator[Problem]:
        message, known = self.names[key]
        for word in [value] if isinstance(value, str) else value if isinstance(value, tuple) else []:
            if isinstance(word, str) and word not in known:
                yield Problem(way, message.format(name=word))

    def _event(self, way: Way, value: str) -> Iterator[Problem]:
        if value not in EVENTS and value not in self.thresholds:
            yield Problem(
                way,
                _("this is neither an event nor a threshold of this pack"),
                _("Events: {words}").format(words=", ".join(EVENTS)),
            )

    def _unsettled(self, way: Way, model: BaseModel) -> Iterator[Problem]:
        marks = getattr(model, "confidence", {})
        if set(marks.values()) != {"uncertain"}:
            yield Problem(
                (*way, "candidates"),
                _("readings that nobody settled are uncertain: add confidence: uncertain"),
            )
