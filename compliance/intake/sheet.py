"""The queue as a workbook, for people who live in a spreadsheet: written, filled in, read back.

One row a waiting line. The left columns say what the bank said and are locked; the right ones say
what it is, with lists to choose from, filled in where a rule proposes. To split a line its row is
copied to the free rows below and the parts' amounts are filled in. What outside text holds can
never become a formula. Nothing is written to a temporary folder.

``named`` (field -> id -> words) are the interface's words for ids: shown in the lists, and taken
back beside the ids and the titles of the books.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from compliance.errors import ComplianceError, InputError, Refused, UsageError
from compliance.i18n import _, language
from compliance.intake import workbook
from compliance.intake.assign import Assignment, is_same, prepare
from compliance.intake.closed import ClosedDays
from compliance.intake.history import now_of
from compliance.intake.parts import KINDS, Part
from compliance.intake.queue import Waiting
from compliance.intake.since import Since, stamped, without_seq
from compliance.intake.wrong import refuse
from compliance.ledger import lines
from compliance.ledger.books import Books
from compliance.ledger.chart import SYSTEM_CLASSES, UNASSIGNED, for_line
from compliance.ledger.lines import BankLine
from compliance.money import TYPED, exponent, parse_amount, plain
from compliance.tables import minor_of
from compliance.xlsx import Value

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MARK = "queue/1"
"""Stands in the first cell: whether this is one of our sheets, whatever language it is in."""
_JOIN = " · "
Named = Mapping[str, Mapping[str, str]]
"""So many wrong rows are told; who has more looks at the first ones."""
_BANK = 7
"""Columns A to G are the bank's, H on is what it is: the fields of ``_ANSWERS``."""
_OPEN = ClosedDays(())
_ANSWERS = ("amount", "kind", "fund", "account", "source", "programme", "line", "purpose")
_WIDTHS = (18, 12, 10, 15, 6, 32, 60, 14, 11, 24, 24, 24, 24, 16, 14)


def render(
    waiting: Iterable[Waiting], books: Books, named: Named | None = None, *, sorted_before: bool = False
) -> bytes:
    """The workbook's bytes."""
    book, page = workbook.new_workbook(_("Sorted lines") if sorted_before else _("Not sorted"))
    known = choices(books, named)
    _header(page, stamped(MARK, books))
    row = 1
    for row, item in enumerate(waiting, start=2):
        part = item.proposal.part if item.proposal and item.proposal.part else Part()
        if part.line and part.account == for_line(books.accounts, part.line):
            part = replace(part, account="")  # it follows from the form line: who changes one changes both
        _row(page, row, item, part, known)
    lists = {name: (_BANK + 1 + _ANSWERS.index(name), options) for name, options in known.items()}
    workbook.put_lists(book, page, lists, last=row + workbook.FREE_ROWS)
    workbook.put_notes(book, _("How to fill it in"), _notes())
    workbook.protect(page, filled=row, answers=range(_BANK + 1, _BANK + len(_ANSWERS) + 1))
    return workbook.saved(book)


def _notes() -> tuple[str, ...]:
    return (
        _(
            "One row is one line of the statement. What the bank said is locked; say what it is from column H on."
        ),
        _(
            "Choose the agreement (whose money it is), and the kind or the form line. Income also wants its source."
        ),
        _(
            "To split a line over several rows: copy the code in its column A to a free row below, once for each"
            " further part, and fill in the amount of every part. One part may leave its amount empty: it gets"
            " what is left. The other columns of the bank may stay empty there."
        ),
        _("Instead of choosing from a list you may type a short name or a title."),
        _("A row that says nothing changes nothing: its line stays in the queue."),
        _(
            "Then: compliance queue apply --sheet FILE.xlsx. It says in words what it will do, and asks."
            " The file holds names of people: delete it when it has been read back."
        ),
    )


def choices(books: Books, named: Named | None = None) -> dict[str, dict[str, str]]:
    """Field -> id -> what the list shows."""
    words = named or {}

    def shown(facts: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
        found = {}
        for name in names:
            title = getattr(facts[name], "title", None) or getattr(facts[name], "name", None) or ""
            found[name] = f"{name}{_JOIN}{title}" if title and title != name else name
        return found

    far = [
        name
        for name, item in books.accounts.items()
        if item.account_class not in (*SYSTEM_CLASSES, "bank", "special") and not item.number
    ]
    form_lines = sorted({item.expense_line for item in books.accounts.values() if item.expense_line})
    lines = words.get("line", {})
    found = {
        "kind": {kind: words.get("kind", {}).get(kind, kind) for kind in KINDS},
        "fund": shown(books.funds, [name for name in books.funds if name != UNASSIGNED]),
        "account": shown(books.accounts, far),
        "source": shown(books.sources, books.sources),
        "programme": shown(books.programmes, books.programmes),
        "line": {line: f"{line}{_JOIN}{lines[line]}" if line in lines else line for line in form_lines},
    }
    return found | ({"purpose": dict(words["purpose"])} if "purpose" in words else {})


def _header(page: Worksheet, mark: str) -> None:
    titles = (
        mark, _("Day"), _("Bank account"), _("Amount"), _("Currency"), _("Who"), _("What for"), _("Amount of the part"),
        _("Kind"), _("Agreement"), _("Other account"), _("Source"), _("Programme"), _("Form line"), _("Purpose"),
    )  # fmt: skip
    workbook.header(page, titles, _WIDTHS)
    page.freeze_panes = "B2"


def _row(
    page: Worksheet, row: int, item: Waiting, part: Part, choices: Mapping[str, Mapping[str, str]]
) -> None:
    line, text = item.line, item.text
    told = [choices.get(name, {}).get(getattr(part, name), getattr(part, name)) for name in _ANSWERS[1:]]
    values = (
        line.identity[:16], line.on.isoformat(), line.account, None, line.currency, text.get("name", ""),
        text.get("purpose", ""), None, *told,
    )  # fmt: skip
    for column, value in enumerate(values, start=1):
        if value:
            workbook.put_text(page, row, column, value)
    digits = exponent(line.currency)
    for column, minor in ((4, line.amount_minor), (_BANK + 1, _minor(part.amount, line.currency))):
        if minor is not None:
            amount = page.cell(row, column, Decimal(minor).scaleb(-digits))
            amount.number_format = "#,##0" + ("." + "0" * digits if digits else "")


@dataclass(frozen=True, slots=True)
class Changes:
    """What a filled-in sheet asks for: ``added`` lines to sort, ``changed`` ones sorted otherwise before.

    ``same`` are sorted so already, or were not touched; ``empty`` rows say nothing; ``overtaken``: rows of ``changed``
    lines that another command has sorted since the workbook was made.
    """

    added: tuple[Assignment, ...]
    changed: tuple[Assignment, ...]
    same: int
    empty: int
    overtaken: tuple[str, ...] = ()

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        return self.added + self.changed


def read(
    data: bytes, place: str, books: Books, *, amends: str | None = None, named: Named | None = None
) -> Changes:
    """Checked against the books line by line. ``InputError`` with ``FILE:ROW`` of every row that is wrong."""
    mark, pages = workbook.opened(data, place)
    if without_seq(mark) != MARK:
        raise InputError(
            _("this is not a sheet of the queue"),
            place=place,
            remedy=_("Make one with: compliance queue sheet FILE.xlsx"),
        )
    wrong: list[ComplianceError] = []
    changes = Changes((), (), 0, 0)
    reader = _Reader(place, books, choices(books, named), ClosedDays.of(books), amends, Since(books, mark))
    for handle, rows in _grouped(books, pages[0].rows, place, wrong).items():
        changes = reader.take(changes, handle, rows, wrong)
    refuse(wrong, place)
    return changes


def _grouped(
    books: Books, rows: Mapping[int, dict[int, Value]], place: str, wrong: list[ComplianceError]
) -> dict[str, list[tuple[int, dict[int, Value]]]]:
    """The rows of each line, by what stands in their first cell: the same line whether the code is whole or not."""
    groups: dict[str, list[tuple[int, dict[int, Value]]]] = {}
    whole: dict[str, str] = {}
    for row in sorted(set(rows) - {1}):
        handle = rows[row].get(1)
        if handle is None and not set(rows[row]) - {1}:
            continue
        if isinstance(handle, str):
            if handle not in whole:
                whole[handle] = _identity(books, handle)
            groups.setdefault(whole[handle], []).append((row, rows[row]))
        else:
            what = _("the row does not say which line it is")
            remedy = _("Copy the code of its line to column A.")
            wrong.append(InputError(what, place=f"{place}:{row}", remedy=remedy))
    return groups


def _identity(books: Books, handle: str) -> str:
    """Of the one line that the code names; the code itself where it names none, which is told with its row."""
    from compliance.intake.assign import find_line

    try:
        return find_line(books, handle).identity
    except UsageError:
        return handle


@dataclass(frozen=True, slots=True)
class _Reader:
    """What the rows of a sheet are held against."""

    place: str
    books: Books
    known: Mapping[str, Mapping[str, str]]
    closed: ClosedDays
    amends: str | None
    since: Since

    def take(
        self,
        changes: Changes,
        handle: str,
        rows: Sequence[tuple[int, dict[int, Value]]],
        wrong: list[ComplianceError],
    ) -> Changes:
        """``changes`` and what the rows of one line ask for; what is wrong with them goes to ``wrong``."""
        parts = []
        for row, cells in rows:
            try:
                if (part := _part(cells, f"{self.place}:{row}", self.known)) is not None:
                    parts.append(part)
            except InputError as error:
                wrong.append(error)
                return changes
        if not parts:
            return replace(changes, empty=changes.empty + 1)
        try:
            # What stays as it is may lie in a closed period.
            assignment = _prepared(self.books, handle, rows, parts, self.place, _OPEN, self.amends)
            if assignment.replaces and is_same(self.books, assignment):
                return replace(changes, same=changes.same + 1)
            stays = self._stays(assignment)
            if stays:
                return replace(changes, same=changes.same + 1)
            if stays is None:
                changes = replace(changes, overtaken=(*changes.overtaken, str(rows[0][0])))
            assignment = _prepared(self.books, handle, rows, parts, self.place, self.closed, self.amends)
        except (InputError, Refused) as error:
            wrong.append(error)
            return changes
        if assignment.replaces:
            return replace(changes, changed=(*changes.changed, assignment))
        return replace(changes, added=(*changes.added, assignment))

    def _stays(self, assignment: Assignment) -> bool | None:
        """What the line is now was decided by the last entry that sorted it, or that undid that."""
        line = assignment.line.identity

        def untouched(then: Books) -> bool:
            was = tuple(lines.assignments(then, line))
            return bool(was) and is_same(then, replace(assignment, replaces=was))

        return self.since.stays(lines.last_sorted(self.books, line), untouched)


def _part(cells: Mapping[int, Value], place: str, known: Mapping[str, Mapping[str, str]]) -> Part | None:
    """What the right columns of a row say; ``None`` when they are empty."""
    values = {}
    for column, name in enumerate(_ANSWERS, start=_BANK + 1):
        value = cells.get(column)
        if value is None:
            continue
        if name == "amount":
            values[name] = value if isinstance(value, str) else f"{_number(value, place):f}"
        elif isinstance(value, str):
            values[name] = _id(value, known.get(name, {}))
            if name == "purpose" and known.get(name) and values[name] not in known[name]:
                told = _("“{value}” is none of: {allowed}")
                allowed = ", ".join(known[name].values())
                raise InputError(told.format(value=value[:60], allowed=allowed), place=place)
        else:
            raise InputError(_("a name was expected, not a number or a day"), place=place)
    return Part(**values) if values else None


def _id(text: str, known: Mapping[str, str]) -> str:
    """The id that a cell names: itself, what its list shows, or the title alone; else the text as it stands."""
    head = text.split(_JOIN)[0].strip()
    if head in known:
        return head
    folded = text.strip().casefold()
    found = [
        entity
        for entity, shown in known.items()
        if folded in (entity.casefold(), shown.casefold(), shown.partition(_JOIN)[2].casefold())
    ]
    return found[0] if len(found) == 1 else head


def _number(value: Decimal | bool | date, place: str) -> Decimal:
    if not isinstance(value, Decimal):
        raise InputError(_("an amount was expected"), place=place)
    return round(value, 6).normalize() + 0


def _prepared(
    books: Books,
    handle: str,
    rows: Sequence[tuple[int, dict[int, Value]]],
    parts: Sequence[Part],
    place: str,
    closed: ClosedDays,
    amends: str | None,
) -> Assignment:
    from compliance.intake.assign import find_line

    where = f"{place}:{rows[0][0]}"
    try:
        line = find_line(books, handle)
        amount = Decimal(line.amount_minor).scaleb(-exponent(line.currency))
        for row, cells in rows:
            stated = cells.get(4)
            if stated is None:  # a free row: its code says which line it is
                continue
            if not isinstance(stated, Decimal) or round(stated, 6) != amount:
                raise InputError(
                    _("the line's own amount was changed"),
                    place=f"{place}:{row}",
                    why=_("The books say {amount} {currency}.").format(
                        amount=plain(line.amount_minor, line.currency), currency=line.currency
                    ),
                    remedy=_("To split a line, fill in the amounts of the parts, further right."),
                )
        made = [replace(part, amount=_typed(part.amount, line.currency)) for part in parts]
        return prepare(books, line, _with_property(books, line, made), closed=closed, amends=amends)
    except UsageError as error:
        raise InputError(error.what, place=where, why=error.why, remedy=error.remedy) from None


def _with_property(books: Books, line: BankLine, parts: Sequence[Part]) -> Sequence[Part]:
    """What kind of property a line brought has no column: it stays as it was said before of the same part, whatever its
    row is now; of parts that were changed, in their order."""
    before = list(now_of(books, line))
    kinds = {part.property for part in before}
    if not any(kinds):
        return parts
    if len(before) != len(parts):
        return [replace(part, property=kinds.copy().pop()) for part in parts] if len(kinds) == 1 else parts

    def where(part: Part) -> tuple[object, ...]:
        return part.fund, part.line, part.programme, part.source

    def exactly(part: Part) -> tuple[object, ...]:
        return *where(part), _minor(part.amount, line.currency)

    made: list[Part | None] = [None] * len(parts)
    for alike in (exactly, where, lambda _part: ()):
        for at, part in enumerate(parts):
            old = next((item for item in before if made[at] is None and alike(item) == alike(part)), None)
            if old is not None:
                before.remove(old)
                made[at] = replace(part, property=old.property)
    return [part for part in made if part is not None]


def _minor(amount: str, currency: str) -> int | None:
    """``None`` for no amount, and for what is none: ``shares`` says so."""
    try:
        return parse_amount(amount, currency, TYPED[language()]) if amount else None
    except ValueError:
        return None


def _typed(amount: str, currency: str) -> str:
    """As the interface's language types it, else as any spreadsheet does: ``33 333,33`` is no other amount anywhere."""
    if amount and _minor(amount, currency) is None:
        with suppress(InputError):
            return plain(minor_of(amount, currency, ""), currency)
    return amount
