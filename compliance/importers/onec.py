"""Statements in the 1C ClientBankExchange format, versions 1.01 to 1.03.

Two passes: the first proves the sums and keeps days, not documents; the second, at each call of
``Statement.lines``, decodes the documents again. What counts as a movement is in ``_onec_legs``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from compliance.errors import InputError
from compliance.i18n import N_, _, ngettext
from compliance.importers import tally
from compliance.importers._onec_legs import day_of, legs, line_of, money_of, not_done
from compliance.importers._onec_records import (
    ENCODINGS,
    FIELDS,
    Fields,
    Records,
    check_version,
    encoding_of,
    is_1c,
)
from compliance.importers.accounts import bare, currency_in_number, masked, own_currency, zero_note
from compliance.importers.model import Balances, Context, Statement, StatementLine
from compliance.importers.scramble import Span, spans
from compliance.importers.source import Source
from compliance.importers.tally import Block
from compliance.periods import ONE_DAY, Period

NAME = "1c"
SIGN = N_("1C: the first line 1CClientBankExchange")
_KINDS = (
    "Платежное поручение|Платёжное поручение|Банковский ордер|Мемориальный ордер|Инкассовое поручение|Платежное требование|Аккредитив|"
    "Денежный чек|Объявление на взнос наличными|Прочее"
)
_KEPT = re.compile(
    rf"(?m)^\ufeff?(?:(1CClientBankExchange)|(ВерсияФормата=[0-9.]{{0,6}}|Кодировка=(?:Windows|DOS|UTF-8)?)\s*$|(Секция\w{{4,9}}|Конец\w{{4,9}})|"
    rf"((?:Дата|Время|Квитанция(?:Дата|Время)|Сумма|НачальныйОстаток|КонечныйОстаток|Всего)\w*=[0-9.,:\s+-]{{0,30}})$|((?:{'|'.join(sorted(FIELDS))})=))|"
    rf"(?<=Документ=)({_KINDS})|(?<=[кь1]=)(ИНН)(?=\s)"
)


def identify(head: bytes, context: Context) -> bool:
    """The first line says so, with or without a byte order mark."""
    return is_1c(head)


def kept(text: str, context: Context) -> Iterable[Span]:
    """The format's own words, kinds of documents, amounts and days."""
    return spans(text, _KEPT)


def read(source: Source, context: Context) -> list[Statement]:
    """One `Statement` an account, its daily sections joined; ``InputError`` when anything does not fit."""
    file = _File(source, encoding_of(source), dict(context.accounts or {}))
    file.first_pass()
    check_version(file.records)
    blocks = _blocks(file, context)
    _assign(file, blocks)
    once = _printed_twice(file, blocks)
    if file.records.waiting and not all(part.adds_up for parts in blocks.values() for part in parts):
        raise not_done(source.place(file.records.waiting[0]))
    notes = _notes(file)
    return [_statement(file, account, parts, once, notes) for account, parts in blocks.items()]


@dataclass(slots=True)
class _Day:
    """The movement of one account on one day; ``again_*`` is what second prints of transfers add to it."""

    first_line: int
    received: int = 0
    spent: int = 0
    count: int = 0
    again_received: int = 0
    again_spent: int = 0
    again: int = 0


@dataclass(slots=True)
class _File:
    """What the first pass keeps. ``currencies``: by account; ``scattered``: accounts whose equal days do not stand together;
    ``zeros``: documents that move no money; ``odd``: a transfer's second print is missing."""

    source: Source
    encoding: str
    currencies: dict[str, str]
    records: Records = field(init=False)
    days: dict[tuple[str, date], _Day] = field(default_factory=dict)
    scattered: set[str] = field(default_factory=set)
    zeros: int = 0
    odd: bool = False

    def __post_init__(self) -> None:
        self.records = Records(self.source, self.encoding)

    def first_pass(self) -> None:
        latest: dict[str, date] = {}
        open_pairs: set[bytes] = set()
        for leg in legs(self.records, open_pairs, self.currencies):
            key = (leg.account, leg.on)
            day = self.days.get(key)
            if day is None:
                day = self.days[key] = _Day(leg.number)
            elif latest[leg.account] != leg.on:
                self.scattered.add(leg.account)
            latest[leg.account] = leg.on
            if not leg.amount_minor:
                self.zeros += 1
                continue
            day.count += 1
            day.again += leg.again
            if leg.amount_minor > 0:
                day.received += leg.amount_minor
                day.again_received += leg.amount_minor * leg.again
            else:
                day.spent -= leg.amount_minor
                day.again_spent -= leg.amount_minor * leg.again
        self.odd = bool(open_pairs)


def _blocks(file: _File, context: Context) -> dict[str, list[Block]]:
    """The account sections, by account in the file's order, each account's by day."""
    if not file.records.sections:
        raise InputError(
            _("the file holds payments but no account section with balances"),
            place=file.source.place(1),
            why=_("It may be a list of payment orders for the bank and not a statement."),
            remedy=_("Choose the statement for 1C in the bank's export."),
        )
    blocks: dict[str, list[Block]] = {}
    sections = Counter(bare(fields.get("РасчСчет", "")) for _number, fields in file.records.sections)
    for number, fields in file.records.sections:
        place = file.source.place(number)
        account = bare(fields.get("РасчСчет", ""))
        if not account:
            raise _incomplete("РасчСчет", place)
        currency = own_currency(account, currency_in_number(account), context, place)
        file.currencies[account] = currency
        typed = context.balances if sections[account] == 1 else Balances()
        alone = sections.total() == 1
        ends = (typed.opening(account, alone=alone), typed.closing(account, alone=alone))
        blocks.setdefault(account, []).append(_block(file, fields, currency, place, ends))
    for parts in blocks.values():
        parts.sort(key=lambda part: part.span.start)
    return blocks


def _block(
    file: _File, fields: Fields, currency: str, place: str, typed: tuple[int | None, int | None]
) -> Block:
    """One section; ``typed``: the balances that a person typed, used where the section has none."""
    header = file.records.header
    ends = []
    for name in ("ДатаНачала", "ДатаКонца"):
        text = (fields.get(name) or header.get(name, "")).strip()
        if not text:
            raise _incomplete(name, place)
        ends.append(day_of(text, name, place))
    if ends[0] > ends[1]:
        raise InputError(
            _("the statement ends before it begins"),
            place=place,
            remedy=_("Download the statement from the bank again."),
        )
    balances = []
    for name, given in zip(("НачальныйОстаток", "КонечныйОстаток"), typed, strict=True):
        text = fields.get(name, "").strip()
        if not text and given is None:
            raise _incomplete(name, place)
        balances.append(money_of(text, currency, name, place) if text else given or 0)
    totals = [fields.get(name, "").strip() for name in ("ВсегоПоступило", "ВсегоСписано")]
    received, spent = (money_of(text, currency, "Всего…", place) if text else None for text in totals)
    return Block(Period(ends[0], ends[1] + ONE_DAY), balances[0], balances[1], place, received, spent)


def _incomplete(name: str, place: str) -> InputError:
    return InputError(
        _("the account section lacks {field}").format(field=name),
        place=place,
        why=_("Without both balances and both days nobody can tell whether the statement is whole."),
        remedy=_("Choose a statement of finished days with balances, or give them: --opening and --closing."),
    )


def _assign(file: _File, blocks: dict[str, list[Block]]) -> None:
    """The movement of each day to the section that covers it."""
    starts = {account: [part.span.start for part in parts] for account, parts in blocks.items()}
    for (account, on), day in file.days.items():
        place = file.source.place(day.first_line)
        if account not in blocks:
            raise InputError(
                _("the file has payments of account {account} but no section with its balances").format(
                    account=masked(account)
                ),
                place=place,
                remedy=_("Download the statement of this account again. Nothing was loaded."),
            )
        at = bisect_right(starts[account], on) - 1
        part = blocks[account][at]
        if at < 0 or on not in part.span:
            raise InputError(
                _("the payment is dated {day}, outside the days of the statement").format(
                    day=tally.day_text(on)
                ),
                place=place,
                why=_("The date is wrong, or the account's section for that day is missing."),
                remedy=_("Download the statement from the bank again. Nothing was loaded."),
            )
        part.received_minor += day.received
        part.spent_minor += day.spent
        if day.count:
            part.days.add(on)


def _printed_twice(file: _File, blocks: dict[str, list[Block]]) -> bool:
    """Whether each transfer between two accounts of the file stands in it twice with both dates.

    Only the balances can tell that from two equal transfers: if they meet with everything counted,
    nothing was printed twice; if they meet with every second one left out, all were.
    """
    parts = [part for some in blocks.values() for part in some]
    again = {key: day for key, day in file.days.items() if day.again}
    if file.odd or not again or all(part.adds_up for part in parts):
        return False
    for sign in (-1, 1):
        for (account, on), day in again.items():
            part = next(part for part in blocks[account] if on in part.span)
            part.received_minor += sign * day.again_received
            part.spent_minor += sign * day.again_spent
        if all(part.adds_up for part in parts):
            return True
    return False


def _statement(
    file: _File, account: str, parts: list[Block], once: bool, notes: tuple[str, ...]
) -> Statement:
    currency = file.currencies[account]
    tally.prove(parts, currency)
    days = [day for (owner, _on), day in file.days.items() if owner == account]
    return Statement(
        account=account,
        currency=currency,
        period=Period(parts[0].span.start, parts[-1].span.end),
        opening_minor=parts[0].opening_minor,
        closing_minor=parts[-1].closing_minor,
        received_minor=sum(part.received_minor for part in parts),
        spent_minor=sum(part.spent_minor for part in parts),
        count=sum(day.count - day.again * once for day in days),
        by_day=account not in file.scattered,
        place=parts[0].place,
        notes=notes,
        read=partial(_lines, file, account, once),
    )


def _lines(file: _File, account: str, once: bool) -> Iterator[StatementLine]:
    """The second pass."""
    records, currency = Records(file.source, file.encoding), file.currencies[account]
    for leg in legs(records, set(), file.currencies):
        if leg.account == account and leg.amount_minor and not (once and leg.again):
            yield line_of(leg, currency, file.source.place(leg.number))


def _notes(file: _File) -> tuple[str, ...]:
    """What the user should know about a file that was read all the same."""
    notes = []
    claimed = file.records.header.get("Кодировка", "").strip().casefold()
    names = {name.casefold(): name for name in ENCODINGS.values()}
    actual = ENCODINGS[file.encoding]
    if claimed in names and names[claimed] != actual:
        notes.append(
            _("The file says its encoding is {claimed}, but it is {actual}; it was read as {actual}.").format(
                claimed=names[claimed], actual=actual
            )
        )
    if file.records.marks_missing:
        notes.append(_("End marks of sections are missing in the file; the balances agree all the same."))
    if n := len(file.records.waiting):
        notes.append(
            ngettext(
                "{n} payment order was not carried out: it is no movement and was not loaded.",
                "{n} payment orders were not carried out: they are no movements and were not loaded.",
                n,
            ).format(n=n)
        )
    if file.zeros:
        notes.append(zero_note(file.zeros))
    return tuple(notes)
