"""A question sheet for one person: what they contributed or gave from their own means in a period, or nothing.

The first page has a row for each, the second the one question whether that is all. Whose sheet it is
stands as a pseudonym; what comes back becomes a plan, and the sheet itself is kept as the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from compliance.errors import ComplianceError, InputError
from compliance.i18n import _, language
from compliance.intake import workbook
from compliance.intake.wrong import refuse
from compliance.ledger.books import Books
from compliance.ledger.kinds import CONTRIBUTION_KINDS as KINDS
from compliance.ledger.models import Contribution, Person
from compliance.ledger.revise import Revision, revise
from compliance.money import TYPED, exponent, is_currency, parse_amount, plain
from compliance.periods import Period
from compliance.reports.privacy import lint
from compliance.xlsx import Sheet, Value

MARK = "contributions/1"
"""Begins the first cell, followed by the person and the period: ``contributions/1 head 2026-H1``."""
ANSWER_MARK = "answer/1"
FIELDS = ("kind", "on_date", "recipient", "amount", "currency", "thing", "purpose", "place", "principal")
"""Columns B on of the first page."""
JOIN = " · "
_YES = frozenset(("yes", "да"))
_WIDTHS = (28, 24, 12, 34, 14, 10, 30, 30, 24, 24)


def answer_of(person: str, period: Period) -> str:
    """The id of the paper that is a person's answer for a period."""
    return f"asked-{person}-{period.start:%Y%m%d}-{period.last:%Y%m%d}"


def render(
    items: Sequence[Contribution], person: str, period: Period, currency: str, principals: Mapping[str, str]
) -> bytes:
    """The workbook's bytes. ``items``: what is known already; ``principals``: source -> name."""
    book, page = workbook.new_workbook(_("Contributions"))
    titles = (
        f"{MARK} {person} {period.label}", _("Kind"), _("Day"), _("To whom: party, committee, office, candidate"),
        _("Amount"), _("Currency"), _("Or what was given"), _("What for"), _("Where, if at an event"), _("On whose behalf"),
    )  # fmt: skip
    workbook.header(page, titles, _WIDTHS)
    page.freeze_panes = "B2"
    row = 1
    for row, item in enumerate(items, start=2):
        workbook.put_text(page, row, 1, item.entity)
        for column, name in enumerate(FIELDS, start=2):
            _put(page, row, column, _shown(item, name, principals))
    lists = {
        "kind": (2, {name: _kind(name) for name in KINDS}),
        "currency": (6, {currency: currency}),
        "principal": (10, {key: _principal(key, principals) for key in principals}),
    }
    answers = book.create_sheet(_("Answer"))
    workbook.header(answers, (ANSWER_MARK, _("Your answer: yes or no")), (70, 24))
    workbook.put_text(answers, 2, 1, _("In {period} there was nothing beside what the first page lists").format(period=period.label))  # fmt: skip
    workbook.protect(page, filled=row, answers=range(2, len(FIELDS) + 2), copies=False)
    workbook.protect(answers, filled=2, answers=[2], copies=False)
    workbook.put_lists(book, page, lists, last=row + workbook.FREE_ROWS, free=["currency"])
    return workbook.saved(book)


def _kind(name: str) -> str:
    words = {"political": _("political contribution"), "thing": _("thing of value")}
    return f"{name}{JOIN}{words[name]}"


def _principal(key: str, principals: Mapping[str, str]) -> str:
    return f"{key}{JOIN}{principals[key]}"


def _shown(item: Contribution, name: str, principals: Mapping[str, str]) -> Any:
    if name == "kind":
        return _kind(item.kind)
    if name == "amount":
        if item.amount_minor is None or item.currency is None:
            return None
        return Decimal(plain(item.amount_minor, item.currency))
    if name == "principal":
        known_one = item.principal is not None and item.principal in principals
        return _principal(str(item.principal), principals) if known_one else None
    return getattr(item, name)


def _put(page: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, str):
        workbook.put_text(page, row, column, value)
    elif value is not None:
        cell = page.cell(row, column, value)
        cell.number_format = "dd.mm.yyyy" if isinstance(value, date) else "0.00"


@dataclass(slots=True)
class Plan:
    """What a returned sheet asks for; ``whole``: the person says that there was nothing else."""

    person: str
    period: Period
    added: list[Revision[Contribution]] = field(default_factory=list)
    changed: list[Revision[Contribution]] = field(default_factory=list)
    same: int = 0
    whole: bool = False

    @property
    def facts(self) -> list[Contribution]:
        return [item.fact for item in (*self.added, *self.changed) if item.fact is not None]


def read(data: bytes, place: str, books: Books, *, names: Sequence[str] = ()) -> Plan:
    """The plan of a returned sheet. ``InputError`` with FILE:PAGE!ROW of every row that is wrong.

    ``names``: people whom the vault knows; a text that names one is refused.
    """
    mark, pages = workbook.opened(data, place)
    plan = Plan(*_about(mark, place, books))
    known, seen = books.facts(Contribution), set[str]()
    wrong: list[ComplianceError] = []
    rows = list(_rows(pages[0], place, books, plan.period, names, wrong))
    claimed = {entity for entity, _where, _values in rows if entity}
    for entity, where, values in rows:
        name = (
            entity
            or _same(known, plan.person, values, claimed | seen)
            or workbook.free_id(f"given-{plan.person}-{values['on_date']:%Y%m%d}", known, seen)
        )
        if entity and (entity not in known or known[entity].person != plan.person):
            what = _("the books have no contribution of this row's id by this person")
            remedy = _("The first column is the program's; leave it empty for a new row.")
            wrong.append(InputError(what, place=where, remedy=remedy))
            continue
        if name in seen:
            wrong.append(InputError(_("the workbook has this row twice"), place=where))
            continue
        seen.add(name)
        revision = revise(books, Contribution, name, {**values, "person": plan.person, "state": "given"})
        if revision.fact is None:
            plan.same += 1
        else:
            (plan.added if revision.version == 1 else plan.changed).append(revision)
    refuse(wrong, place)
    plan.whole = _answered(pages[1:], place)
    return plan


def _about(mark: str, place: str, books: Books) -> tuple[str, Period]:
    foreign = InputError(
        _("this is not a person's question sheet"),
        place=place,
        remedy=_("Make one with: compliance workbook make contributions --person P FILE.xlsx"),
    )
    person, period = workbook.about(mark, MARK, foreign)
    if person not in books.facts(Person):
        raise InputError(_("the books have no person of this workbook's"), place=place)
    return person, period


def _rows(
    page: Sheet, place: str, books: Books, period: Period, names: Sequence[str], wrong: list[ComplianceError]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(row id or empty, FILE:PAGE!ROW, fields) of each row that says something; what is wrong goes to ``wrong``."""
    for row in sorted(set(page.rows) - {1}):
        cells, where = page.rows[row], f"{place}:{page.name}!{row}"
        given = {name: cells.get(column) for column, name in enumerate(FIELDS, start=2)}
        entity = cells.get(1)
        if entity is None and all(value is None for value in given.values()):
            continue
        try:
            yield str(entity or "").strip(), where, _fields(given, where, books, period, names)
        except InputError as error:
            wrong.append(error)


def _fields(
    given: Mapping[str, Value], where: str, books: Books, period: Period, names: Sequence[str]
) -> dict[str, Any]:
    for name, title in (("kind", _("Kind")), ("on_date", _("Day")), ("recipient", _("To whom"))):
        if given[name] is None:
            raise InputError(_("“{title}” is empty").format(title=title), place=where)
    day = workbook.day_of(given["on_date"], where)
    if day not in period:
        raise InputError(
            _("the days lie outside the workbook's period {period}").format(period=period.label),
            place=where,
            remedy=_("Look for a slip in the day, or make a workbook of the other period."),
        )
    texts = {name: _text(given[name], where) for name in ("recipient", "thing", "purpose", "place")}
    if any(text and lint(text, names) for text in texts.values()):
        raise InputError(
            _("the row seems to hold a person's data"),
            place=where,
            remedy=_("Say it without the person, then send the workbook again."),
        )
    kind = _word(given["kind"], KINDS, where)
    principal = _word(given["principal"], books.sources, where) if given["principal"] is not None else None
    money = _amount(given["amount"], given["currency"], where)
    if money["amount_minor"] is None and not texts["thing"]:
        raise InputError(_("neither an amount nor a thing was said"), place=where)
    return {"kind": kind, "on_date": day, "principal": principal, **texts, **money}


def _text(value: Value, where: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise InputError(_("a text was expected, not a number or a day"), place=where)
    return " ".join(value.split()) or None if value is not None else None


def _word(value: Value, known: Any, where: str) -> str:
    word = (_text(value, where) or "").split(JOIN)[0].strip()
    if word not in known:
        raise InputError(_("“{word}” is none of the list's").format(word=word), place=where)
    return word


def _amount(value: Value, currency: Value, where: str) -> dict[str, Any]:
    if value is None:
        return {"amount_minor": None, "currency": None}
    code = (_text(currency, where) or "").strip()
    if not is_currency(code):
        raise InputError(_("a currency is three capital letters, such as RUB"), place=where)
    try:
        if isinstance(value, Decimal):
            minor = parse_amount(f"{value.normalize():f}", code)
        else:
            minor = parse_amount(value if isinstance(value, str) else "", code, TYPED[language()])
    except ValueError:
        minor = 0
    if minor <= 0:
        raise InputError(
            _("this is not an amount"),
            place=where,
            remedy=_("Write it as {example}.").format(example=plain(10 ** exponent(code) * 250, code)),
        )
    return {"amount_minor": minor, "currency": code}


def _same(known: Mapping[str, Contribution], person: str, values: Mapping[str, Any], taken: set[str]) -> str:
    """The first of the same person, day, recipient and worth that no other row is."""
    key = ("on_date", "recipient", "amount_minor", "thing")
    for entity, item in known.items():
        if (
            entity not in taken
            and item.person == person
            and all(getattr(item, name) == values[name] for name in key)
        ):
            return entity
    return ""


def _answered(pages: Sequence[Sheet], place: str) -> bool:
    for page in pages:
        if page.rows.get(1, {}).get(1) == ANSWER_MARK:
            said = page.rows.get(2, {}).get(2)
            return said is True or (isinstance(said, str) and said.strip().casefold() in _YES)
    raise InputError(_("the page with the answer is missing"), place=place)
