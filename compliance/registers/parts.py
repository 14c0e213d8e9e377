"""Rows of a register, gathered into what each bank line is: parts as a person would type them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from compliance.errors import InputError
from compliance.i18n import _
from compliance.intake.parts import Part
from compliance.ledger.books import Books
from compliance.money import plain
from compliance.profiles import RegisterProfile
from compliance.registers.read import Entry, RegisterFile

_JOIN = " · "


@dataclass(frozen=True, slots=True)
class Explained:
    """What one bank line of ``amount_minor`` (signed) must be. ``on`` is ``None`` where the register has no day.

    ``heads``: people, card payments or charges; ``abroad_minor``: gifts by cards not shown to be from home.
    """

    on: date | None
    amount_minor: int
    parts: tuple[Part, ...]
    heads: int
    abroad_minor: int | None
    place: str


def explained(register: RegisterFile, books: Books) -> list[Explained]:
    """By day, one for each payout where a column tells them apart. ``InputError`` with FILE:LINE where a row says
    nothing that the books know."""
    groups: dict[str | date | None, list[Entry]] = defaultdict(list)
    undated = [entry for entry in register.entries if entry.on is None]
    if undated and len(undated) < len(register.entries):
        raise InputError(_("this row has no day, others have one"), place=undated[0].place)
    for entry in register.entries:
        groups[entry.payout or entry.on].append(entry)
    make = _acquired if register.profile.kind == "acquirer" else _spent
    names = _Names(books, register.profile)
    found = [
        make(
            max(filter(None, (row.on for row in rows)), default=None),
            rows,
            register.profile,
            names,
            register.currency,
        )
        for rows in groups.values()
    ]
    return sorted(found, key=lambda item: item.on or date.min)


class _Names:
    """Words of a register as ids of the books: by the profile's ``words``, an id, a title, an agreement's number."""

    def __init__(self, books: Books, profile: RegisterProfile) -> None:
        self._words = {_same(key): value for key, value in profile.words.items()}
        lines = {item.expense_line for item in books.accounts.values() if item.expense_line}
        self._known = {
            "fund": _spelled((key, (item.title, item.agreement)) for key, item in books.funds.items()),
            "programme": _spelled((key, (item.title,)) for key, item in books.programmes.items()),
            "line": {line: line for line in sorted(lines)},
        }

    def id(self, role: str, text: str, default: str | None, place: str) -> str:
        """The empty string where neither the row nor the profile says anything."""
        if not text:
            return default or ""
        first = text.split(_JOIN)[0].strip()
        known = self._known[role]
        for word in (self._words.get(_same(text)), text, first):
            if word is not None and _same(word) in known:
                return known[_same(word)]
        raise InputError(
            {
                "fund": _("this row names an agreement that the books do not know"),
                "programme": _("this row names a programme that the books do not know"),
                "line": _("this row names a form line that no account falls on"),
            }[role],
            place=place,
            remedy=_("Say what the register's word means, under words: in its profile in schedules.yaml."),
        )

    def line_of(self, entry: Entry, default: str | None) -> str:
        """The form line: its own column, else what the word of the row stands for, else the profile's."""
        if not entry.line and entry.word and _same(entry.word) in self._words:
            return self.id("line", entry.word, default, entry.place)
        if not entry.line and entry.word and default is None:
            return self.id("line", entry.word, None, entry.place)
        return self.id("line", entry.line, default, entry.place)

    def acquired(self, entry: Entry) -> tuple[int, int]:
        """(gift, fee) of a row of an acquirer: by its sign, or by the word beside it where a column has one."""
        if not entry.word:
            return entry.amount_minor, entry.fee_minor
        kind = self._words.get(_same(entry.word))
        if kind is None:
            raise InputError(
                _("this row's word does not say whether it is a gift, one given back, or a fee"),
                place=entry.place,
                remedy=_("Say what it means, under words: in the profile: income, refund or fee."),
            )
        if kind == "fee":
            return 0, abs(entry.amount_minor) + entry.fee_minor
        return (-abs(entry.amount_minor) if kind == "refund" else entry.amount_minor), entry.fee_minor


def _same(text: str) -> str:
    return " ".join(text.casefold().split())


def _spelled(items: Iterable[tuple[str, Sequence[str | None]]]) -> dict[str, str]:
    """Folded spelling -> id; a spelling of two ids is nobody's."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, texts in items:
        for text in (key, *texts):
            if text:
                found[_same(text)].add(key)
    return {text: next(iter(ids)) for text, ids in found.items() if len(ids) == 1}


def _spent(
    on: date | None, rows: Sequence[Entry], profile: RegisterProfile, names: _Names, currency: str
) -> Explained:
    """Payroll and tax: money out, by agreement, programme and form line."""
    totals: Counter[tuple[str, str, str]] = Counter()
    for entry in rows:
        if profile.kind == "payroll" and not entry.person:
            raise InputError(_("this row names nobody"), place=entry.place)
        fund = names.id("fund", entry.fund, profile.fund, entry.place)
        line = names.line_of(entry, profile.line)
        if not fund or not line:
            raise InputError(
                _("this row does not say whose money it is, or on which form line it falls"),
                place=entry.place,
                remedy=_("Fill the cell, or say fund: and line: in the profile."),
            )
        totals[fund, names.id("programme", entry.programme, profile.programme, entry.place), line] += (
            entry.amount_minor
        )
    parts = tuple(
        Part(
            kind="expense",
            fund=fund,
            programme=programme,
            line=line,
            purpose=profile.purpose or "",
            amount=plain(minor, currency),
        )
        for (fund, programme, line), minor in totals.items()
    )
    heads = len({_same(entry.person) for entry in rows} if profile.kind == "payroll" else rows)
    return Explained(on, -sum(totals.values()), parts, heads, None, rows[0].place)


def _acquired(
    on: date | None, rows: Sequence[Entry], profile: RegisterProfile, names: _Names, currency: str
) -> Explained:
    """An acquirer's day: gifts gross, gifts given back, and the fee kept, of each source apart."""
    sums: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    abroad = 0
    for entry in rows:
        amount, fee = names.acquired(entry)
        if fee < 0 < amount:
            raise InputError(_("a fee is written without a sign"), place=entry.place)
        home = profile.home is None or entry.country.upper() == profile.home.upper()
        abroad += 0 if home else amount
        if fee and profile.fee is None:
            raise InputError(
                _("nothing says on which form line the fee falls"),
                place=entry.place,
                remedy=_("Say it in the profile: fee: {line: other}"),
            )
        source, fund = profile.source or "", names.id("fund", entry.fund, profile.fund, entry.place)
        if not home and profile.unknown is not None:
            source, fund = profile.unknown.source, profile.unknown.fund
        sums[source, fund]["gifts" if amount >= 0 else "back"] += abs(amount)
        sums[source, fund]["fee"] += fee
    parts = tuple(_gift_parts(sums, profile, currency))
    net = sum(total["gifts"] - total["back"] - total["fee"] for total in sums.values())
    return Explained(on, net, parts, len(rows), abroad if profile.home else None, rows[0].place)


def _gift_parts(
    sums: Mapping[tuple[str, str], Mapping[str, int]], profile: RegisterProfile, currency: str
) -> Iterator[Part]:
    fee = profile.fee
    for (source, fund), total in sums.items():
        for kind, key in (("income", "gifts"), ("refund", "back")):
            if total[key]:
                yield Part(
                    kind=kind,
                    fund=fund,
                    source=source,
                    purpose=profile.purpose or "",
                    amount=plain(total[key], currency),
                )
        if total["fee"] and fee is not None:
            yield Part(
                kind="fee",
                fund=fund,
                programme=fee.programme or "",
                line=fee.line,
                purpose=fee.purpose or "",
                amount=plain(total["fee"], currency),
            )
