"""Open Financial Exchange, versions 1 and 2: bank and credit-card statements.

A day is the one that the bank wrote: ``20251014010000[+3:MSK]`` is 14 October wherever it is read.
``LEDGERBAL`` is the closing balance; an opening one the format does not have, so it must be given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from compliance.errors import InputError
from compliance.i18n import N_, _
from compliance.importers._codewords import with_codes
from compliance.importers._ofx_text import Tag, encoding_of, is_ofx, tags
from compliance.importers._pages import Movement, Page, read_pages
from compliance.importers.accounts import (
    bare,
    currency_code,
    currency_in_number,
    iban_country,
    own_currency,
    own_number,
)
from compliance.importers.model import Context, Party, Statement, StatementLine
from compliance.importers.scramble import Span, spans
from compliance.importers.source import Source
from compliance.money import AmountGrammar, parse_amount

NAME = "ofx"
SIGN = N_("OFX: OFXHEADER or <OFX> at the beginning")
_GRAMMAR = AmountGrammar(decimal=".,")
_DAY = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{4}(?:[0-9]{2}(?:\.[0-9]{1,6})?)?)?(?:\s*\[[^\]]*\])?\Z"
)
_YEARS = range(1990, 2101)
_STATEMENTS = ("STMTRS", "CCSTMTRS")
_ACCOUNTS = ("BANKACCTFROM", "CCACCTFROM")
_INSIDE = ("PAYEE", "BANKACCTTO", "CCACCTTO", "CURRENCY", "ORIGCURRENCY")
_KEPT = {"TRNTYPE", "DTPOSTED", "TRNAMT", "FITID", "CHECKNUM", "REFNUM", "NAME", "MEMO"}
_KEPT |= {
    "PAYEE.NAME",
    "PAYEE.ADDR1",
    "PAYEE.ADDR2",
    "PAYEE.ADDR3",
    "PAYEE.CITY",
    "PAYEE.POSTALCODE",
    "PAYEE.COUNTRY",
}
_KEPT |= {"BANKACCTTO.ACCTID", "BANKACCTTO.BANKID", "CCACCTTO.ACCTID"}
_KEPT |= {f"{kind}.{name}" for kind in ("CURRENCY", "ORIGCURRENCY") for name in ("CURRATE", "CURSYM")}
_CODED = "TRNTYPE|DTPOSTED|DTUSER|DTAVAIL|TRNAMT|BALAMT|DTASOF|DTSTART|DTEND|CURDEF|CURSYM|CURRATE|ACCTTYPE|CODE|SEVERITY|LANGUAGE|DTSERVER|COUNTRY"
_NAMES = (
    r"OFX|SIGNON\w+|SONRS|STATUS|CODE|SEVERITY|MESSAGE|DT\w+|LANGUAGE|FI|ORG|FID|INTU\.\w+|BANKMSGSRSV1|CREDITCARDMSGSRSV1|(?:INV|CC)?STMTTRNRS|TRNUID|"
    r"(?:INV|CC)?STMTRS|CURDEF|(?:BANK|CC)ACCT(?:FROM|TO)|BANKID|BRANCHID|ACCTID|ACCTTYPE|ACCTKEY|BANKTRANLIST|STMTTRN|TRNTYPE|TRNAMT|FITID|CHECKNUM|"
    r"REFNUM|SIC|NAME|PAYEE|ADDR[1-3]|CITY|STATE|POSTALCODE|COUNTRY|PHONE|MEMO|(?:ORIG)?CURRENCY|CURRATE|CURSYM|(?:LEDGER|AVAIL)BAL|BALAMT|BALLIST|BAL"
)
_VALUES = re.compile(rf"<(?:{_CODED})>([0-9A-Za-z.,:+\-\[\]]{{1,40}})(?=\s*[<\r\n])")
_ATTRIBUTE = (
    r"\s{1,3}(?:version|encoding|standalone|OFXHEADER|VERSION|SECURITY|OLDFILEUID|NEWFILEUID)\s?=\s?"
    r"[\"'](?:[0-9.]{1,8}|NONE|TYPE1|yes|no|(?i:utf-?8|utf-?16|us-ascii|windows-[0-9]{3,4}|iso-8859-[0-9]{1,2}|cp866))[\"']"
)
"""Of a declaration only what every file may say: a name between its words is a name."""
_MARKUP = re.compile(
    rf"(</?(?:{_NAMES})/?>)|(<\?(?:xml|OFX)(?:{_ATTRIBUTE})*\s{{0,3}}\?>)|(<!\[CDATA\[|<!DOCTYPE|<!ENTITY)|(&[\w#]{{1,10}};)|"
    r"(?m:^((?:OFXHEADER|DATA|VERSION|SECURITY|ENCODING|CHARSET|COMPRESSION|OLDFILEUID|NEWFILEUID)\s*:\s*[\w-]{1,20})\s*$)"
)


def identify(head: bytes, context: Context) -> bool:
    """``OFXHEADER:`` of version 1, ``<?OFX`` or ``<OFX>`` of version 2."""
    return is_ofx(head)


def kept(text: str, context: Context) -> Iterable[Span]:
    """Tags, codes, amounts, days, and what the header says of the encoding."""
    return spans(text, _VALUES, _MARKUP)


def read(source: Source, context: Context) -> list[Statement]:
    """One `Statement` an account; ``InputError`` when anything does not fit."""
    encoding, claimed = encoding_of(source)

    def notes() -> Iterator[str]:
        if claimed:
            yield _(
                "The file says its encoding is {claimed}, but it is {actual}; it was read as {actual}."
            ).format(claimed=claimed, actual=encoding)

    return read_pages(
        lambda: _Reader(source, context).events(tags(source, encoding)),
        context,
        place=source.name,
        notes=notes,
    )


@dataclass(slots=True)
class _Reader:
    """``block`` is the list or record whose fields come now; ``fields`` what it said: name -> (text, line)."""

    source: Source
    context: Context
    page: Page | None = None
    currency: str = ""
    line: int = 0
    block: str = ""
    inside: str = ""
    fields: dict[str, tuple[str, int]] = field(default_factory=dict)
    entry: int = 0

    def events(self, found: Iterator[Tag]) -> Iterator[Page | Movement]:
        for tag in found:
            name = tag.name
            if name == "INVSTMTRS" and not tag.end:
                raise InputError(
                    _("the file is the statement of an investment account"),
                    place=self.source.place(tag.line),
                    why=_(
                        "Securities are not kept here, and the money beside them has no balance of its own."
                    ),
                    remedy=_(
                        "Download the statement of the bank account alone; record the rest by hand. Nothing was loaded."
                    ),
                )
            if name in _STATEMENTS:
                yield from self._finish()
                self.page, self.currency, self.line = None, "", tag.line
            elif name == "STMTTRN":
                yield from self._finish()
                if not tag.end:
                    self.block, self.entry, self.fields = name, tag.line, {}
            elif name in (*_ACCOUNTS, "LEDGERBAL", "AVAILBAL", "BANKTRANLIST"):
                yield from self._finish()
                if not tag.end:
                    self.block, self.fields = name, {}
            elif name in _INSIDE:
                self.inside = "" if tag.end else name
            elif tag.end:
                continue
            elif name == "CURDEF":
                self.currency = currency_code(tag.value)
            elif name in ("DTSTART", "DTEND") and self.block == "BANKTRANLIST":
                self._days(name, tag)
            elif self.block:
                self._keep(tag)
        yield from self._finish()

    def _keep(self, tag: Tag) -> None:
        name = f"{self.inside}.{tag.name}" if self.inside else tag.name
        if self.block == "STMTTRN" and name not in _KEPT:
            return
        if name in self.fields and self.fields[name][0] != tag.value:
            if name in ("DTPOSTED", "TRNAMT", "FITID", "ACCTID", "BALAMT", "DTASOF"):
                raise InputError(
                    _("the field stands twice in one section, with different values"),
                    place=self.source.place(tag.line),
                    remedy=_("Download the statement from the bank again."),
                )
            return
        if len(self.fields) < 60:
            self.fields[name] = (tag.value, tag.line)

    def _finish(self) -> Iterator[Page | Movement]:
        """What the block that ends here says."""
        block, self.block, self.inside = self.block, "", ""
        if block in _ACCOUNTS and "ACCTID" in self.fields:
            text, line = self.fields["ACCTID"]
            account = own_number(text, self.context.accounts or ())
            if not account:
                raise self._wrong(_("the file does not say which account it is of"), line)
            place = self.source.place(self.line or line)
            currency = own_currency(
                account, self.currency or currency_in_number(account), self.context, place
            )
            self.page = Page(account, currency, place)
            yield self.page
        elif block == "STMTTRN":
            yield self._movement()
        elif block == "LEDGERBAL" and self.page:
            text, line = self.fields.get("BALAMT", ("", self.entry or 1))
            minor, (said, at) = self._money(text, line), self.fields.get("DTASOF", ("", line))
            # A bank that has no day to tell fills it with noughts: the list's last day stands.
            day = None if self.page.last and not said.strip("0") else self._day(said, at)
            self._closing(self.page, minor, day)

    def _days(self, name: str, tag: Tag) -> None:
        if self.page is None:
            raise self._wrong(_("the file does not say which account it is of"), tag.line)
        day = self._day(tag.value, tag.line)
        if name == "DTSTART":
            self.page.start = day
        else:
            self.page.last = day

    def _closing(self, page: Page, minor: int, day: date | None) -> None:
        """The ledger balance is the closing one, unless it is of a later day than the list: then it proves nothing."""
        if day is None or page.last is None or day <= page.last:
            page.closing_minor, page.last = minor, day or page.last

    def _movement(self) -> Movement:
        page, line = self.page, self.entry
        if page is None:
            raise self._wrong(_("the file does not say which account it is of"), line)
        text = {name: value for name, (value, _line) in self.fields.items()}
        get = text.get
        on = self._day(*self.fields.get("DTPOSTED", ("", line)))
        minor = self._money(*self.fields.get("TRNAMT", ("", line)))
        account = bare(get("BANKACCTTO.ACCTID") or get("CCACCTTO.ACCTID") or "")
        country = get("PAYEE.COUNTRY", "").upper()
        address = [get(f"PAYEE.{part}", "") for part in ("ADDR1", "ADDR2", "ADDR3", "POSTALCODE", "CITY")]
        party = Party(
            name=get("PAYEE.NAME") or get("NAME", ""),
            account=account,
            bic=get("BANKACCTTO.BANKID", ""),
            country=country if len(country) == 2 else iban_country(account),
            address=", ".join(part for part in address if part),
        )
        codes = [
            ("OCMT", get("ORIGCURRENCY.CURSYM", "")),
            ("EXCH", get("ORIGCURRENCY.CURRATE") or get("CURRENCY.CURRATE") or ""),
        ]
        purpose = with_codes(" ".join(get("MEMO", "").split()), codes)
        ref = get("FITID") or get("CHECKNUM") or get("REFNUM") or ""
        return Movement(
            StatementLine(
                on, minor, page.currency, ref, get("TRNTYPE", ""), party, purpose, self.source.place(line)
            )
        )

    # ---- values

    def _money(self, text: str, line: int) -> int:
        assert self.page is not None
        written = text.strip().removeprefix("+")
        if text.strip()[:2] not in ("+-", "++"):
            try:
                return parse_amount(written, self.page.currency, _GRAMMAR)
            except ValueError:
                pass
        raise self._wrong(_("the amount cannot be read"), line)

    def _day(self, text: str, line: int) -> date:
        """The bank's own local date: a time and its zone say nothing more."""
        if (match := _DAY.match(text.strip())) and int(match[1]) in _YEARS:
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                pass
        raise self._wrong(_("the date cannot be read"), line)

    def _wrong(self, what: str, line: int) -> InputError:
        return InputError(
            what,
            place=self.source.place(line),
            why=_("In OFX amounts are written -1234.50, dates 20251231."),
            remedy=_("Download the statement from the bank again. Nothing was loaded."),
        )
