"""A programme's workbook that came back, as a plan: rows added, changed, the same.

Nothing is removed by leaving a row out. A row without an id is the activity of the same kind and days,
if there is one: the same workbook twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from compliance.errors import ComplianceError, InputError
from compliance.files import digest
from compliance.i18n import _
from compliance.intake import workbook
from compliance.intake.activities import FIELDS, MARK, TOTALS_MARK, state_of, states
from compliance.intake.since import Since
from compliance.intake.totals import PARTICIPANTS, QUANTITY, counted
from compliance.intake.wrong import refuse
from compliance.ledger.books import Books
from compliance.ledger.models import Activity, StatedTotal
from compliance.ledger.revise import Change, revise
from compliance.periods import Period
from compliance.reports.privacy import lint
from compliance.xlsx import Sheet, Value

Evidence = Callable[[str], str | None]
_TEXTS = ("place", "description", "output")
_COUNT = re.compile(r"[0-9]{1,9}\Z", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Changed:
    """One fact to be written: ``place`` is FILE:ROW, ``changes`` is empty for what is new."""

    place: str
    fact: Activity
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """A total of the second page; ``counted`` is what the activities add up to once the plan is applied."""

    fact: StatedTotal
    counted: int
    fresh: bool


@dataclass(slots=True)
class Plan:
    """What a returned workbook asks for. ``kept``: activities of the books that it does not mention."""

    programme: str
    period: Period
    added: list[Changed] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    same: int = 0
    kept: int = 0
    totals: list[Stated] = field(default_factory=list)

    @property
    def facts(self) -> list[Activity | StatedTotal]:
        activities = [item.fact for item in (*self.added, *self.changed)]
        return [*activities, *(item.fact for item in self.totals if item.fresh)]


def read(
    data: bytes,
    place: str,
    books: Books,
    *,
    names: Iterable[str] = (),
    evidence: Evidence = lambda name: None,
    amends: str | None = None,
) -> Plan:
    """The plan of a returned workbook. ``InputError`` with FILE:PAGE!ROW of every row that is wrong.

    ``names``: people whom the vault knows; a text that names one is refused. ``evidence``: the digest
    of a file that was sent along, by its name.
    """
    mark, pages = workbook.opened(data, place)
    programme, period = _about(mark, place, books)
    plan = Plan(programme, period)
    own = {key: item for key, item in books.activities.items() if item.programme == programme}
    wrong: list[ComplianceError] = []
    since = Since(books, mark if len(mark.split()) > 3 else "")
    rows = list(_rows(pages[0], place, tuple(names), evidence, wrong))
    claimed = {entity for entity, _where, _values in rows if entity}
    seen: set[str] = set()
    for entity, where, values in rows:
        name = entity or _same_days(own, values, claimed | seen) or _free(books, programme, values, seen)
        try:
            _check(name, values, period, where, own if entity else (name,), seen)
        except InputError as error:
            wrong.append(error)
            continue
        seen.add(name)
        if entity and since.stays(own[name].seq, _untouched(name, {**values, "programme": programme})):
            plan.same += 1
            continue
        _add(plan, books, name, where, {**values, "programme": programme}, amends)
    refuse(wrong, place)
    inside = {key for key, item in own.items() if item.end_on in period}
    after = {**books.activities, **{item.fact.entity: item.fact for item in (*plan.added, *plan.changed)}}
    plan.totals.extend(_totals(pages[1:], place, books, plan, after.values(), digest(data)))
    plan.kept = len(inside - seen)
    return plan


def _about(mark: str, place: str, books: Books) -> tuple[str, Period]:
    foreign = InputError(
        _("this is not a programme's workbook"),
        place=place,
        remedy=_("Make one with: compliance workbook make activities --programme P FILE.xlsx"),
    )
    programme, period = workbook.about(mark, MARK, foreign)
    if programme not in books.programmes:
        raise InputError(_("the books have no programme of this workbook's"), place=place)
    return programme, period


def _rows(
    page: Sheet, place: str, names: Sequence[str], evidence: Evidence, wrong: list[ComplianceError]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(row id or empty, FILE:PAGE!ROW, fields) of each row that says something; what is wrong goes to ``wrong``."""
    for row in sorted(set(page.rows) - {1}):
        cells, where = page.rows[row], f"{place}:{page.name}!{row}"
        if not any(value is not None for value in cells.values()):
            continue
        try:
            values = _fields(cells, where, names, evidence)
        except InputError as error:
            wrong.append(error)
            continue
        yield str(cells.get(1) or "").strip(), where, values


def _fields(
    cells: Mapping[int, Value], where: str, names: Sequence[str], evidence: Evidence
) -> dict[str, Any]:
    if not isinstance(cells.get(1) or "", str):
        raise InputError(_("the row does not say which activity it is"), place=where)
    values: dict[str, Any] = dict.fromkeys(FIELDS)
    for column, name in enumerate(FIELDS, start=2):
        value = cells.get(column)
        if value is not None:
            values[name] = _value(name, value, where, evidence)
    for name, title in (("kind", _("Kind")), ("state", _("State")), ("start_on", _("First day"))):
        if values[name] is None:
            raise InputError(_("“{title}” is empty").format(title=title), place=where)
    values["end_on"] = values["end_on"] or values["start_on"]
    _refuse_people(values, where, names)
    return values


def _value(name: str, value: Value, where: str, evidence: Evidence) -> Any:
    if name in ("start_on", "end_on"):
        return workbook.day_of(value, where)
    if name in (QUANTITY, PARTICIPANTS):
        return _count(value, where)
    if not isinstance(value, str):
        raise InputError(_("a text was expected, not a number or a day"), place=where)
    text = " ".join(value.split())
    if name == "state":
        try:
            return state_of(text)
        except ValueError:
            raise InputError(
                _("the state is one of: {states}").format(states=", ".join(states())), place=where
            ) from None
    if name == "evidence" and not _DIGEST.match(text.lower()):
        found = evidence(text)
        if found is None:
            raise InputError(
                _("the evidence is neither a SHA-256 digest nor the name of a file that was sent along"),
                place=where,
                remedy=_("Put the file into a folder and name that: --evidence FOLDER"),
            )
        return found
    if name == "evidence":
        return text.lower()
    return text or None


def _count(value: Value, where: str) -> int:
    if isinstance(value, str) and _COUNT.match(value.strip()):
        return int(value)
    if isinstance(value, Decimal) and value == value.to_integral_value() and 0 <= value < 10**9:
        return int(value)
    raise InputError(_("a whole number of people or things was expected"), place=where)


def _refuse_people(values: Mapping[str, Any], where: str, names: Sequence[str]) -> None:
    for name in _TEXTS:
        if values[name] and lint(values[name], names):
            raise InputError(
                _("the row seems to hold a person's data"),
                place=where,
                why=_("Activities are counts; who came stays with you."),
                remedy=_("Say it without the person, then send the workbook again."),
            )


def _check(
    name: str, values: Mapping[str, Any], period: Period, where: str, known: Container[str], seen: set[str]
) -> None:
    if name not in known:
        raise InputError(
            _("the books have no activity of this row's id"),
            place=where,
            remedy=_("The first column is the program's; leave it empty for a new row."),
        )
    if name in seen:
        raise InputError(_("the workbook has this row twice"), place=where)
    if values["end_on"] < values["start_on"]:
        raise InputError(_("the last day is before the first"), place=where)
    if values["end_on"] not in period:
        raise InputError(
            _("the days lie outside the workbook's period {period}").format(period=period.label),
            place=where,
            remedy=_("Look for a slip in the day, or make a workbook of the other period."),
        )


def _same_days(own: Mapping[str, Activity], values: Mapping[str, Any], taken: set[str]) -> str:
    """The first activity of the same kind and days that no other row is."""
    key = tuple(values[name] for name in ("kind", "start_on", "end_on"))
    for entity, item in own.items():
        if entity not in taken and (item.kind, item.start_on, item.end_on) == key:
            return entity
    return ""


def _free(books: Books, programme: str, values: Mapping[str, Any], seen: set[str]) -> str:
    """A new id from programme and day: ``p5-20250702``, then ``p5-20250702-2``."""
    return workbook.free_id(f"{programme}-{values['start_on']:%Y%m%d}", books.activities, seen)


def _untouched(entity: str, values: dict[str, Any]) -> Callable[[Books], bool]:
    """Whether the row says what the books said of it when the workbook was made."""

    def said(then: Books) -> bool:
        return entity in then.activities and revise(then, Activity, entity, values).fact is None

    return said


def _add(
    plan: Plan, books: Books, entity: str, where: str, values: dict[str, Any], amends: str | None
) -> None:
    revision = revise(books, Activity, entity, values)
    if revision.fact is None:
        plan.same += 1
        return
    revision.fact.amends_filing = amends
    kind = plan.added if revision.version == 1 else plan.changed
    kind.append(Changed(where, revision.fact, revision.changes))


def _totals(
    pages: Sequence[Sheet], place: str, books: Books, plan: Plan, activities: Iterable[Activity], key: str
) -> Iterator[Stated]:
    after = list(activities)
    for page in pages:
        if page.rows.get(1, {}).get(1) != TOTALS_MARK:
            continue
        for row in sorted(set(page.rows) - {1}):
            name, value = page.rows[row].get(1), page.rows[row].get(4)
            if value is None:
                continue
            where = f"{place}:{page.name}!{row}"
            measure, _colon, kind = (name if isinstance(name, str) else "").partition(":")
            if measure not in (PARTICIPANTS, QUANTITY):
                raise InputError(_("the row does not say what is counted"), place=where)
            yield _total(books, plan, after, key, (measure, kind or None, _count(value, where)))


def _total(
    books: Books, plan: Plan, after: Sequence[Activity], key: str, said: tuple[str, str | None, int]
) -> Stated:
    measure, kind, value = said
    period = plan.period
    fields = {
        "programme": plan.programme, "measure": measure, "kind": kind, "start_on": period.start, "last_on": period.last,
        "value": value,
    }  # fmt: skip
    entity = ".".join([plan.programme, kind or measure, period.label])
    revision = revise(books, StatedTotal, entity, fields)
    if revision.fact is not None:
        revision.fact.digest = key
    fact = revision.fact or books.facts(StatedTotal)[entity]
    return Stated(fact, counted(after, plan.programme, measure, period, kind), revision.fact is not None)
