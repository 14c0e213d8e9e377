"""SWIFT MT940 (statement) and MT942 (interim report): fields ``:20:`` to ``:86:``, with or without the envelope.

Read strictly: an amount has a comma and at most the currency's decimals, ``RC`` (a credit taken back)
is money out and ``RD`` money in, and opening + movement = closing or the file is refused. The library
``mt-940`` is not used: it gives ``RC`` the wrong sign and reads ``C100.50`` as 100; the tests compare.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from compliance.errors import InputError
from compliance.i18n import N_, _
from compliance.importers._mt940_fields import Field, fields, is_mt940
from compliance.importers._mt940_info import described, numbered
from compliance.importers._pages import Movement, Page, read_pages
from compliance.importers._texts import likely_encoding
from compliance.importers.accounts import bare, currency_code, currency_in_number, own_currency, own_number
from compliance.importers.model import Context, Party, Statement, StatementLine
from compliance.importers.scramble import Span, spans
from compliance.importers.source import Source
from compliance.money import AmountGrammar, parse_amount

NAME = "mt940"
SIGN = N_("MT940, MT942: the fields :20: and :25: at the beginning")
_GRAMMAR = AmountGrammar(decimal=",")
_AMOUNT = r"[0-9]{1,15},[0-9]{0,3}"
_BALANCE = re.compile(rf"(?P<mark>[CD])(?P<day>[0-9]{{6}})(?P<currency>[A-Z]{{3}})(?P<amount>{_AMOUNT})\Z")
_LINE = re.compile(
    rf"(?P<value>[0-9]{{6}})(?P<entry>[0-9]{{4}})?(?P<mark>R?[CD])(?P<funds>[A-Z])?(?P<amount>{_AMOUNT})"
    r"(?:(?P<kind>[A-Z][A-Z0-9 ]{3})(?P<ref>.*?)(?://(?P<bank>.*))?)?\Z"
)
_TOTAL = re.compile(rf"[0-9]{{1,5}}(?P<currency>[A-Z]{{3}})(?P<amount>{_AMOUNT})\Z")
_CURRENCY = re.compile(r"([A-Z]{3})[CD]?[0-9]")
_NO_REFERENCE = {"", "NONREF"}
_KEPT = re.compile(
    r"(?m)^\ufeff?(:94[02]:(?=\r?$)|:(?:60[FM]|62[FM]|64|65|34F|90[CD]|13D?|28C?):[0-9A-Z,./+ -]{0,40}(?=\r?$)|:61:[0-9]{0,10}[RCD]{0,2}[A-Z]?[0-9.,]*(?:[A-Z][A-Z0-9 ]{3})?|"
    r":(?:[0-9]{2}[A-Z]?|NS):)|(\{[1-5]:)|(?<=:86:)([0-9]{3}(?=[^\w\s]))|([?>@~+][0-9]{2})|(NONREF)|(?<=\{4:)(:20:)|(?<=/)(USTD|STRD)(?=/)|(?<=[0-9])(EUR|USD|RUB|RUR)(?=\r?$)|"
    r"(/(?:TRTP|IBAN|BIC|NAME|ORDP|BENM|REMI|EREF|CNTP|PURP|MARF|CSID|ISDT|RTRN|ULT[DBC]|OCMT|EXCH|CHGS|ADDR)/)"
)
_NUMBERED = re.compile(r"(?m)^:NS:[^\n]*(?:\n(?![:-])[^\n]*)*")
_LINE_NUMBER = re.compile(r"(?m)(?:^|(?<=^:NS:))([0-9]{2})")


def identify(head: bytes, context: Context) -> bool:
    """Its first field is ``:20:`` and the account ``:25:`` follows, bare or in a SWIFT envelope."""
    return is_mt940(head)


def kept(text: str, context: Context) -> Iterable[Span]:
    """Tags, balances, the days and amounts of ``:61:``, the marks of ``:86:``, the numbers of lines of ``:NS:``."""
    yield from spans(text, _KEPT)
    for block in _NUMBERED.finditer(text):
        yield from (match.span(1) for match in _LINE_NUMBER.finditer(text, *block.span()))


def read(source: Source, context: Context) -> list[Statement]:
    """One `Statement` an account, its messages and pages joined; ``InputError`` when anything does not fit."""
    encoding = likely_encoding(source)
    return read_pages(
        lambda: _Reader(source, encoding, context).events(), context, place=source.name, notes=lambda: ()
    )


@dataclass(slots=True)
class _Reader:
    """``pending`` is a ``:61:`` that waits for its ``:86:``."""

    source: Source
    encoding: str
    context: Context
    page: Page | None = None
    account: str = ""
    number: tuple[int, ...] = ()
    pending: Field | None = None
    ended: bool = False

    def events(self) -> Iterator[Page | Movement]:
        for item in fields(self.source, self.encoding):
            if item.tag in ("86", "NS"):
                if self.pending:
                    yield self._movement(self.pending, item)
                    self.pending = None
                continue
            if self.pending:
                yield self._movement(self.pending, None)
                self.pending = None
            if item.tag == "20":
                self._end(item)
            elif item.tag in ("25", "25P"):
                self.account = self._account(item)
            elif item.tag in ("28", "28C"):
                self.number = tuple(int(part) for part in re.findall(r"[0-9]{1,9}", item.first)[:2])
            elif item.tag in ("60F", "60M", "34F", "61"):
                if self.page is None:
                    yield self._begin(item)
                self._take(item)
            elif item.tag in ("62F", "62M", "90C", "90D", "13D", "13"):
                if self.page is None and item.tag[0] != "1":
                    yield self._begin(item)
                self._take(item)
        if self.pending:
            yield self._movement(self.pending, None)

    def _end(self, item: Field) -> None:
        """A new message begins."""
        self.page, self.account, self.number, self.ended = None, "", (), False

    def _account(self, item: Field) -> str:
        """The own account: of ``BANK/NUMBER`` or ``BANK/NUMBER/EUR`` the number, without a currency behind it."""
        whole = bare(item.first)
        parts = item.first.split("/")
        if len(parts) > 2 and re.fullmatch(r"[A-Z]{3}", parts[-1].strip()):
            parts.pop()
        number = bare(parts[-1])
        ours = self.context.accounts or {}
        shorter = number[:-3] if re.search(r"[0-9][A-Z]{3}\Z", number) else number
        found = next((each for each in (whole, number, shorter) if each in ours), shorter)
        found = own_number(found, ours)
        if not found:
            raise self._wrong(_("the file does not say which account it is of"), item)
        return found

    def _begin(self, item: Field) -> Page:
        if not self.account:
            raise self._wrong(_("the file does not say which account it is of"), item)
        place = self.source.place(item.line)
        stated = None
        if match := _BALANCE.match(item.first) or _TOTAL.match(item.first):
            stated = currency_code(match["currency"])
        elif item.tag == "34F" and (match := _CURRENCY.match(item.first)):
            stated = currency_code(match[1])
        stated = stated or currency_in_number(self.account)
        currency = own_currency(self.account, stated, self.context, place)
        self.page = Page(self.account, currency, place, number=self.number)
        return self.page

    def _take(self, item: Field) -> None:
        page = self.page
        if page is None:
            return
        if item.tag in ("60F", "60M", "62F", "62M"):
            minor, day = self._balance(item, page.currency)
            if item.tag[:2] == "60":
                if page.opening_minor is not None:
                    raise self._stray(item)
                page.opening_minor, page.after, page.begun = minor, day, item.tag == "60M"
            else:
                if page.closing_minor is not None:
                    raise self._stray(item)
                page.closing_minor, page.last, page.more = minor, day, item.tag == "62M"
                self.ended = True
        elif item.tag in ("90C", "90D"):
            match = _TOTAL.match(item.first)
            if not match or currency_code(match["currency"]) != page.currency:
                raise self._wrong(_("the amount cannot be read"), item)
            total = self._money(match["amount"], page.currency, item)
            if item.tag == "90C":
                page.received_total = total
            else:
                page.spent_total = total
        elif item.tag == "61":
            if self.ended:
                raise self._stray(item)
            self.pending = item

    # ---- values

    def _movement(self, item: Field, about: Field | None) -> Movement:
        page = self.page
        assert page is not None
        match = _LINE.match(item.first)
        if match is None:
            raise self._wrong(_("the line of the statement cannot be read"), item)
        on = value = self._day(match["value"], item, bankers=bool(match["entry"]))
        if match["entry"]:
            on = self._entry_day(match["entry"], value, item)
        # R takes back: RC is a credit reversed, and so money out.
        incoming = match["mark"] in ("C", "RD")
        minor = self._money(match["amount"], page.currency, item) * (1 if incoming else -1)
        refs = [(match[name] or "").strip() for name in ("ref", "bank")]
        ref = next((found for found in refs if found not in _NO_REFERENCE), "")
        told = (Party(), "")
        if about:
            credit = match["mark"].endswith("C")
            told = described(about.lines, credit=credit) if about.tag == "86" else numbered(about.lines)
        purpose = told[1] or " ".join(line.strip() for line in item.lines[1:] if line.strip())
        line = StatementLine(
            on,
            minor,
            page.currency,
            ref,
            (match["kind"] or "").strip(),
            told[0],
            purpose,
            self.source.place(item.line),
        )
        return Movement(line, match["entry"] is not None)

    def _balance(self, item: Field, currency: str) -> tuple[int, date]:
        match = _BALANCE.match(item.first)
        if match is None:
            raise self._wrong(_("the balance cannot be read"), item)
        if currency_code(match["currency"]) != currency:
            raise self._wrong(_("the currency of the row is not that of the account"), item)
        minor = self._money(match["amount"], currency, item)
        return (minor if match["mark"] == "C" else -minor), self._day(match["day"], item)

    def _money(self, written: str, currency: str, item: Field) -> int:
        try:
            return parse_amount(written.removesuffix(","), currency, _GRAMMAR)
        except ValueError:
            raise self._wrong(_("the amount cannot be read"), item) from None

    def _day(self, written: str, item: Field, *, bankers: bool = False) -> date:
        """``251231``; years 90 to 99 are those of the last century.

        ``bankers``: 29 and 30 February may be value days where months count thirty days: the last one is meant.
        """
        year, month, day = int(written[:2]), int(written[2:4]), int(written[4:])
        year += 1900 if year >= 90 else 2000
        if bankers and month == 2 and day in (29, 30):
            day = min(day, monthrange(year, month)[1])
        try:
            return date(year, month, day)
        except ValueError:
            raise self._wrong(_("the date cannot be read"), item) from None

    def _entry_day(self, written: str, value: date, item: Field) -> date:
        """``MMDD`` in the year that brings it next to the value day: 0102 after 31 December is January."""
        found = []
        for year in (value.year - 1, value.year, value.year + 1):
            try:
                found.append(date(year, int(written[:2]), int(written[2:])))
            except ValueError:
                continue
        if not found:
            raise self._wrong(_("the date cannot be read"), item)
        return min(found, key=lambda day: abs(day - value))

    def _wrong(self, what: str, item: Field) -> InputError:
        return InputError(
            what,
            place=self.source.place(item.line),
            why=_("In MT940 amounts have a comma and no sign (1234,50), dates are written YYMMDD."),
            remedy=_("Download the statement from the bank again. Nothing was loaded."),
        )

    def _stray(self, item: Field) -> InputError:
        return InputError(
            _("this line does not belong here"),
            place=self.source.place(item.line),
            why=_("A statement has one opening and one closing balance, and its lines between them."),
            remedy=_("Download the statement from the bank again. Nothing was loaded."),
        )
