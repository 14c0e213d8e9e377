"""1C: the account card (карточка счёта), XLSX or CSV; and what its reports have in common.

Layouts as the standard reports of 1C:Accounting save them: some rows of titles, a header of two
rows with merged cells, balances, the rows, totals. Columns are found by the header's words, since
merged cells shift them. What does not add up to the file's own totals is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from compliance.errors import InputError
from compliance.i18n import _, language
from compliance.money import display
from compliance.periods import Period
from compliance.reconcile.model import Entry, Theirs
from compliance.reconcile.titles import months_of, span_of
from compliance.tables import Row, day_of, minor_of

PROGRAM = "1C"
HOME = "RUB"
HEADER_WITHIN = 40
CODE = re.compile(r"[0-9]{2}(?:\.[0-9A-ZА-Я]{1,4}){0,3}\Z")
BESIDE = re.compile(r"(?:[0-9]{3}|[А-Я]{2,3})(?:\.[0-9]{1,3})?\Z")
"""Accounts outside the double entry (001, МЦ.02, УСН.01): no part of the totals."""
_CARD = re.compile(r"карточка\s+счета\s*:?\s*([0-9]{2}(?:\.[0-9A-ZА-Я]{1,4})*)", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}")
_BLOCKS = ("период", "документ", "аналитика дт", "аналитика кт", "дебет", "кредит", "текущее сальдо")


def is_card(rows: Sequence[Row]) -> bool:
    return any(
        words_of(row)[:1] and {"период", "документ", "дебет"} <= set(words_of(row))
        for row in rows[:HEADER_WITHIN]
    )


def words_of(row: Row) -> list[str]:
    return [" ".join(text.lower().replace("ё", "е").split()) for text in row.texts]


def indicates(text: str) -> bool:
    """The column “Показатели”, which 1C breaks as “Показа-тели”."""
    return re.sub(r"[-\s]", "", text).startswith("показател")


def title_span(rows: Sequence[Row]) -> Period | None:
    """From the title of the report, never from a printed day or a filter beside it."""
    titles = (text for row in rows for text in row.texts if re.search("счет|счёт|ведомость", text.lower()))
    return next((found for text in titles if (found := span_of(text))), None)


@dataclass(slots=True)
class _Columns:
    """Where the blocks of a card begin: ``[start, end)`` by the header's words."""

    at: dict[str, tuple[int, int]]
    accounts: dict[str, int]
    indicator: int | None

    def cell(self, row: Row, block: str) -> str:
        start, end = self.at[block]
        return next((text for text in (row.text(at) for at in range(start, end)) if text), "")

    def code(self, row: Row, side: str) -> str:
        return row.text(self.accounts[side])

    def amount(self, row: Row, side: str) -> int:
        start, end = self.at[side]
        for at in range(start, end):
            cell = row.at(at)
            if at != self.accounts.get(side) and cell is not None and row.text(at) not in ("Д", "К"):
                return minor_of(cell, HOME, row.place)
        return 0


@dataclass(slots=True)
class _Card:
    account: str
    columns: _Columns
    opening: int | None = None
    opening_in_currency: int | None = None
    closing: int | None = None
    totals: tuple[int, int] | None = None
    debit: int = 0
    credit: int = 0
    """Of the rows, by side: a red entry (сторно) is a negative amount on its own side."""
    entries: list[Entry] = field(default_factory=list)


def read_card(rows: Sequence[Row], place: str) -> Theirs:
    """``InputError`` with FILE:LINE for a card that says no account, or does not add up."""
    at = next(number for number, row in enumerate(rows[:HEADER_WITHIN]) if is_card([row]))
    titles = rows[:at]
    named = [
        found[1] for row in titles for text in row.texts if (found := _CARD.search(text.replace("ё", "е")))
    ]
    if not named:
        raise InputError(
            _("the card does not say whose account it is"),
            place=place,
            remedy=_("Save the whole report from 1C, with its title “Карточка счета ...”."),
        )
    card = _Card(named[0], _columns(rows, at))
    for row in rows[at + 1 :]:
        _take(card, row)
    _prove(card, place)
    span = title_span(titles) or (months_of([entry.on for entry in card.entries]) if card.entries else None)
    if span is None:
        raise InputError(_("the file does not say which days it covers"), place=place)
    return Theirs(
        PROGRAM,
        "card",
        span,
        card.account,
        card.opening,
        tuple(card.entries),
        (),
        place,
        card.opening_in_currency,
    )


def _columns(rows: Sequence[Row], at: int) -> _Columns:
    words = words_of(rows[at])
    starts = sorted((words.index(block), block) for block in _BLOCKS if block in words)
    width = max(len(words), *(len(row.cells) for row in rows[at + 1 : at + 4]), 0) + 3
    indicator = next((number for number, text in enumerate(words) if indicates(text)), None)
    bounds = sorted(
        [start for start, _block in starts] + ([indicator] if indicator is not None else []) + [width]
    )
    blocks = {block: (start, next(end for end in bounds if end > start)) for start, block in starts}
    below = words_of(rows[at + 1]) if at + 1 < len(rows) else []
    accounts = {}
    for side in ("дебет", "кредит"):
        start, end = blocks.get(side, (0, 0))
        marked = [number for number, text in enumerate(below) if text == "счет" and start <= number < end]
        accounts[side] = marked[0] if marked else start
    for block in _BLOCKS:
        blocks.setdefault(block, (0, 0))
    return _Columns(blocks, accounts, indicator)


def _take(card: _Card, row: Row) -> None:
    columns = card.columns
    first = columns.cell(row, "период")
    lowered = first.lower()
    shown = row.text(columns.indicator) if columns.indicator is not None else ""
    if isinstance(row.at(columns.at["период"][0]), date) or _DAY.match(first):
        card.entries += _entries(card, row, first)
    elif lowered.startswith("сальдо на начало") and card.opening is None:
        card.opening = _signed(columns, row)
    elif lowered.startswith("обороты за период") and "сальдо на конец" in lowered:
        card.closing = _signed(columns, row)
        card.totals = (columns.amount(row, "дебет"), columns.amount(row, "кредит"))
    elif not first and shown.lower().startswith("вал") and card.closing is None:
        if card.entries:
            _in_currency(card, row)
        else:
            card.opening_in_currency = _signed(columns, row)


def _signed(columns: _Columns, row: Row) -> int:
    """A balance with its letter: Д (debit) positive, К (credit) negative; no letter and no amount is 0."""
    start, end = columns.at["текущее сальдо"]
    texts = [row.text(at) for at in range(start, end)]
    sign = -1 if "К" in texts or "Кт" in texts else 1
    cells = [row.at(at) for at in range(start, end) if row.text(at) not in ("", "Д", "К", "Дт", "Кт")]
    return sign * minor_of(cells[0], HOME, row.place) if cells else 0


def _entries(card: _Card, row: Row, first: str) -> Iterator[Entry]:
    """One entry; a posting between two parts of the card's own account makes two."""
    columns = card.columns
    on = day_of(row.at(columns.at["период"][0]) or first, row.place)
    debit, credit = columns.code(row, "дебет"), columns.code(row, "кредит")
    analytics = {
        side: _lines(columns.cell(row, name)) for side, name in (("д", "аналитика дт"), ("к", "аналитика кт"))
    }
    sums = (columns.amount(row, "дебет"), columns.amount(row, "кредит"))
    document = " ".join(columns.cell(row, "документ").split())
    ours = [_own(card.account, code) for code in (debit, credit)]
    if not any(ours):
        raise InputError(
            _("this row is on another account than the card's {account}").format(account=card.account),
            place=row.place,
        )
    amount = sums[0] or sums[1]
    if ours[0]:
        card.debit += amount
        yield Entry(on, debit, credit, amount, None, analytics["д"], analytics["к"], document, row.place)
    if ours[1]:
        card.credit += sums[1] or amount
        yield Entry(
            on, credit, debit, -(sums[1] or amount), None, analytics["к"], analytics["д"], document, row.place
        )


def _own(account: str, code: str) -> bool:
    return code == account or code.startswith(f"{account}.")


def _lines(text: str) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _in_currency(card: _Card, row: Row) -> None:
    """The row under an entry that says the same in the account's own currency."""
    from dataclasses import replace

    amounts = (card.columns.amount(row, "дебет"), card.columns.amount(row, "кредит"))
    last = card.entries[-1]
    sign = 1 if last.amount_minor > 0 else -1
    card.entries[-1] = replace(last, currency_minor=sign * abs(amounts[0] or amounts[1]))


def _prove(card: _Card, place: str) -> None:
    """The rows add up to the card's own totals, or a row is missing."""
    debit, credit = card.debit, card.credit
    if card.totals is None:
        raise InputError(
            _("the card has no last row with its totals"),
            place=place,
            remedy=_("Save the whole report: it ends with “Обороты за период и сальдо на конец”."),
        )
    if (debit, credit) != card.totals or (
        card.opening is not None
        and card.closing is not None
        and card.opening + debit - credit != card.closing
    ):
        raise InputError(
            _("the rows of the card do not add up to its own totals"),
            place=place,
            why=_(
                "Rows: debit {debit}, credit {credit}; the card says {total_debit} and {total_credit}."
            ).format(
                debit=_text(debit),
                credit=_text(credit),
                total_debit=_text(card.totals[0]),
                total_credit=_text(card.totals[1]),
            ),
            remedy=_("A row was lost or changed. Save the report from 1C again."),
        )


def _text(minor: int) -> str:
    return display(minor, HOME, language())
