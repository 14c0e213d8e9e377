"""ISO 20022 cash management: camt.052 (report), 053 (statement), 054 (notification), versions 02 to 13.

An entry is what the bank booked. Where its details carry amounts that add up to it, each detail is a
line of its own with its own payer; otherwise the entry is one line. ``CdtDbtInd`` is the direction of
the booking itself, also of a reversal. Entries that are not booked are counted and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from compliance.errors import InputError
from compliance.i18n import N_, _, ngettext
from compliance.importers._camt_parties import Detail, codes, detail, reference, sign_of
from compliance.importers._camt_xml import Tree, is_camt, pieces
from compliance.importers._codewords import with_codes
from compliance.importers._pages import Movement, Page, read_pages
from compliance.importers.accounts import bare, currency_code, own_currency
from compliance.importers.model import Context, Party, Statement, StatementLine
from compliance.importers.scramble import Span, spans
from compliance.importers.source import Source
from compliance.money import parse_amount
from compliance.periods import parse_day

if TYPE_CHECKING:
    from lxml.etree import _Element

NAME = "camt"
LIMITED = True
SIGN = N_("camt.052, 053, 054: XML with the element BkToCstmrStmt or its like")
_OPENING, _CLOSING, _BETWEEN = ("OPBD", "PRCD"), "CLBD", "ITBD"
_NOT_BOOKED = {"PDNG", "INFO", "FUTR"}
_MOST_DETAILS = 50_000
_YEARS = range(1990, 2101)
_CODED = (
    "Amt|TtlChrgsAndTaxAmt|Sum|Cd|SubFmlyCd|CdtDbtInd|Sts|RvslInd|ChrgInclInd|Ccy|SrcCcy|TrgtCcy|UnitCcy|XchgRate|Ctry|Dt|DtTm|FrDt|FrDtTm|"
    "ToDt|ToDtTm|CreDtTm|NbOfNtries|NbOfTxs|PgNb|LastPgInd|ElctrncSeqNb|LglSeqNb"
)
_VALUES = re.compile(rf"<(?:[\w.-]+:)?(?:{_CODED})(?:\s[^<>]*)?>([0-9A-Z.,:+\-]{{1,40}}|true|false)</")
_NAMES = (
    "Document BkToCstmrAcctRpt BkToCstmrStmt BkToCstmrDbtCdtNtfctn Rpt Stmt Ntfctn GrpHdr MsgId CreDtTm Id ElctrncSeqNb LglSeqNb StmtPgntn RptPgntn "
    "NtfctnPgntn PgNb LastPgInd FrToDt FrDt FrDtTm ToDt ToDtTm Acct IBAN BBAN Othr PrtryAcct Ccy Bal Tp CdOrPrtry Cd SubTp Prtry Amt CdtDbtInd Dt DtTm "
    "TxsSummry TtlCdtNtries TtlDbtNtries TtlNtries NbOfNtries Sum Ntry Sts RvslInd BookgDt ValDt AcctSvcrRef NtryRef BkTxCd Domn Fmly SubFmlyCd "
    "NtryDtls Btch NbOfTxs TxDtls Refs EndToEndId TxId InstrId ChqNb AmtDtls TxAmt InstdAmt CntrValAmt CcyXchg SrcCcy TrgtCcy UnitCcy XchgRate "
    "RltdPties Dbtr Cdtr DbtrAcct CdtrAcct UltmtDbtr UltmtCdtr Pty Agt Nm OrgId PrvtId SchmeNm PstlAdr StrtNm BldgNb PstCd TwnNm CtrySubDvsn Ctry "
    "AdrLine CtryOfRes Prxy RltdAgts DbtrAgt CdtrAgt FinInstnId CmbndIdntfr BICFI BIC ClrSysMmbId MmbId RmtInf Ustrd Strd CdtrRefInf Ref AddtlRmtInf "
    "AddtlTxInf AddtlNtryInf Chrgs Rcrd TtlChrgsAndTaxAmt ChrgInclInd RtrInf Rsn"
)
"""The elements that are read here; a sample may call others what it likes."""
_MARKUP = re.compile(
    rf"(</?(?:[\w.-]{{1,8}}:)?(?:{'|'.join(_NAMES.split())})(?=[\s/>]))|(\s(?:xmlns(?::[\w.-]{{1,8}})?|encoding|version)=(?:\"[\w:.-]*\"|'[\w:.-]*'))|"
    r"(\sCcy=[\"'][A-Z]{3}[\"'])|(<\?xml)|(<!DOCTYPE|<!ENTITY|<!\[CDATA\[)|(&(?:amp|lt|gt|quot|apos|#x?[0-9a-fA-F]{1,6});)"
)


def identify(head: bytes, context: Context) -> bool:
    """XML with the element of one of the three messages, in whatever namespace."""
    return is_camt(head)


def kept(text: str, context: Context) -> Iterable[Span]:
    """Names of elements, codes, amounts, days; no text, no identifier."""
    return spans(text, _VALUES, _MARKUP)


def read(source: Source, context: Context) -> list[Statement]:
    """One `Statement` an account, its statements and pages joined; ``InputError`` when anything does not fit."""
    waiting: list[int] = []

    def stream() -> Iterator[Page | Movement]:
        reader = _Reader(source, context, proving=not waiting)
        yield from reader.events()
        waiting[:] = [reader.waiting, reader.undivided]

    def notes() -> Iterator[str]:
        if waiting and (n := waiting[0]):
            yield ngettext(
                "{n} entry is not booked yet and was left out.",
                "{n} entries are not booked yet and were left out.",
                n,
            ).format(n=n)
        if waiting and (n := waiting[1]):
            yield ngettext(
                "{n} entry is one line: what its details say does not add up to it, so who paid is not in it.",
                "{n} entries are one line each: what their details say does not add up to them, so who paid is not in them.",
                n,
            ).format(n=n)

    return read_pages(stream, context, place=source.name, notes=notes)


@dataclass(slots=True)
class _Reader:
    """``proving``: only sums and days are wanted, nobody's name."""

    source: Source
    context: Context
    proving: bool
    waiting: int = 0
    undivided: int = 0
    page: Page | None = None
    line: int = 0
    account: str = ""
    stated: str = ""
    number: tuple[int, int] = (0, 0)
    days: tuple[date | None, date | None] = (None, None)
    balances: list[tuple[str, int, date | None, bool]] = field(default_factory=list)
    totals: list[int | None] = field(default_factory=lambda: [None, None])
    details: list[Detail] = field(default_factory=list)

    def events(self) -> Iterator[Page | Movement]:
        waited = 0
        for name, node, line in pieces(self.source):
            if name == "TxDtls":
                self._detail(node, line)
            elif name == "Ntry":
                if self.page is None:
                    waited = self.waiting
                    yield self._page(line)
                yield from self._entry(node, line)
            elif name == ".":
                if self.page is None:
                    yield self._page(line)
                self._close(pending=self.waiting > waited)
                waited = self.waiting
            else:
                self._head(name, node, line)

    # ---- the statement

    def _head(self, name: str, node: _Element, line: int) -> None:
        self.line, tree = self.line or line, Tree(node)
        if name == "Acct":
            self.account = bare(tree.text("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN"))
            self.stated = currency_code(tree.text("Ccy"))
        elif name == "Bal":
            self._balance(tree, line)
        elif name == "FrToDt":
            self.days = (
                self._day(tree.text("FrDt", "FrDtTm"), line), self._day(tree.text("ToDt", "ToDtTm"), line)
            )  # fmt: skip
        elif name in ("ElctrncSeqNb", "LglSeqNb"):
            found = "".join((node.text or "").split())
            if found.isdecimal() and len(found) <= 18 and not self.number[0]:
                self.number = (int(found), self.number[1])
        elif name.endswith("Pgntn"):
            found = tree.text("PgNb")
            self.number = (self.number[0], int(found) if found.isdecimal() and len(found) <= 5 else 0)
        elif name == "TxsSummry":
            currency = self._currency(line)
            for at, side in enumerate(("TtlCdtNtries", "TtlDbtNtries")):
                if found := tree.text(f"{side}/Sum"):
                    self.totals[at] = self._money(found, currency, line)

    def _currency(self, line: int) -> str:
        if not self.account:
            raise InputError(
                _("the file does not say which account it is of"),
                place=self.source.place(line),
                why=_("The account's number is empty or missing."),
                remedy=_("Download the statement from the bank again. Nothing was loaded."),
            )
        return own_currency(self.account, self.stated or None, self.context, self.source.place(line))

    def _balance(self, tree: Tree, line: int) -> None:
        kind = tree.text("Tp/CdOrPrtry/Cd", "Tp/Cd")
        if kind not in (*_OPENING, _CLOSING, _BETWEEN):
            return
        amount = tree.node("Amt")
        self.stated = self.stated or currency_code(amount.get("Ccy", "") if amount is not None else "")
        minor = self._signed(tree, self._currency(line), line)
        between = kind == _BETWEEN or tree.text("Tp/SubTp/Cd") == "INTM"
        self.balances.append((kind, minor, self._day(tree.text("Dt/Dt", "Dt/DtTm"), line), between))

    def _page(self, line: int) -> Page:
        """What stands before the entries, as a page."""
        place = self.source.place(self.line or line)
        page = self.page = Page(self.account, self._currency(line), place, number=self.number)
        page.start, page.last = self.days
        between = [found for found in self.balances if found[0] == _BETWEEN]
        for wanted in _OPENING:
            for kind, minor, day, intermediate in self.balances:
                if kind == wanted and page.opening_minor is None:
                    page.opening_minor, page.begun = minor, intermediate
                    if page.start is None:
                        page.start, page.after = (day, None) if kind == "OPBD" else (None, day)
                    elif day and day < page.start:
                        page.after = day
        if page.opening_minor is None and len(between) > 1:
            _kind, page.opening_minor, day, page.begun = between[0]
            page.start = page.start or day
        closing = [found for found in self.balances if found[0] == _CLOSING] or between[-1:]
        if closing:
            _kind, page.closing_minor, day, page.more = closing[-1]
            page.last = day or page.last
        page.received_total, page.spent_total = self.totals
        if page.start and page.last and page.start > page.last and self.days[0] is None:
            page.start = page.last
        return page

    def _close(self, *, pending: bool) -> None:
        page = self.page
        if page and pending:
            # The bank's own totals count what is not booked, too.
            page.received_total = page.spent_total = None
        self.page, self.account, self.stated, self.line = None, "", "", 0
        self.number, self.days, self.balances, self.totals = (0, 0), (None, None), [], [None, None]

    # ---- its entries

    def _detail(self, node: _Element, line: int) -> None:
        if len(self.details) >= _MOST_DETAILS:
            raise InputError(
                _("one entry has more than {n} details").format(n=_MOST_DETAILS),
                place=self.source.place(line),
                remedy=_("Ask the bank for the statement without batch details."),
            )
        self.details.append(detail(Tree(node), brief=self.proving))

    def _entry(self, node: _Element, line: int) -> Iterator[Movement]:
        found, self.details = self.details, []
        page, place, tree = self.page, self.source.place(line), Tree(node)
        assert page is not None
        status = tree.text("Sts/Cd", "Sts")
        if status in _NOT_BOOKED:
            self.waiting += 1
            return
        if status not in ("BOOK", ""):
            raise self._wrong(_("the entry has a status that we do not know"), line)
        amount = self._signed(tree, page.currency, line)
        booked = self._day(tree.text("BookgDt/Dt", "BookgDt/DtTm"), line)
        on = booked or self._day(tree.text("ValDt/Dt", "ValDt/DtTm"), line)
        if on is None:
            raise self._wrong(_("the entry has no date"), line)
        reversal = tree.text("RvslInd") in ("true", "1")
        kind = tree.text("BkTxCd/Prtry/Cd") or "/".join(
            part for part in (tree.text(f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")) if part
        )  # fmt: skip
        own = reference(tree, "AcctSvcrRef", "NtryRef")
        about = tree.text("AddtlNtryInf")
        shares = self._split(found, amount, page.currency, line)
        self.undivided += len(found) > 1 and shares[0][0] is None
        for part, minor in shares:
            incoming = (minor > 0) != reversal
            party = Party() if part is None else (part.payer if incoming else part.payee)
            said = codes(tree)
            if part is not None:
                said = part.codes + (
                    [item for item in said if item not in part.codes] if len(found) == 1 else []
                )
            purpose = with_codes((part.purpose if part else "") or about, said)
            ref = (part.ref if part else "") or own
            yield Movement(
                StatementLine(on, minor, page.currency, ref, kind, party, purpose, place), booked is not None
            )

    def _split(
        self, found: list[Detail], amount: int, currency: str, line: int
    ) -> list[tuple[Detail | None, int]]:
        """Each detail with its share, if they add up to the entry; else the entry as one."""
        if len(found) < 2:
            return [(found[0] if found else None, amount)]
        shares = []
        for item in found:
            if not item.amount or item.currency != currency:
                return [(None, amount)]
            sign = item.sign or (1 if amount > 0 else -1)
            shares.append((item, sign * self._money(item.amount, currency, line)))
        return list(shares) if sum(minor for _item, minor in shares) == amount else [(None, amount)]

    # ---- values

    def _signed(self, tree: Tree, currency: str, line: int) -> int:
        """``Amt`` with the sign of ``CdtDbtInd``."""
        amount = tree.node("Amt")
        if amount is None:
            raise self._wrong(_("the amount cannot be read"), line)
        stated = currency_code(amount.get("Ccy", currency))
        if stated != currency:
            raise InputError(
                _("the currency of the row is not that of the account"),
                place=self.source.place(line),
                why=_("The account is in {currency}.").format(currency=currency),
                remedy=_("Download the statement from the bank again. Nothing was loaded."),
            )
        sign = sign_of(tree)
        if not sign:
            raise self._wrong(_("it is not said whether money came in or went out"), line)
        return sign * self._money(amount.text or "", currency, line)

    def _money(self, written: str, currency: str, line: int) -> int:
        whole, _point, fraction = written.strip(" \t\r\n").partition(".")
        fraction = fraction[:2] + fraction[2:].rstrip("0") if fraction.isdigit() else fraction
        try:
            minor = parse_amount(f"{whole}.{fraction}" if fraction or _point else whole, currency)
        except ValueError:
            raise self._wrong(_("the amount cannot be read"), line) from None
        if minor < 0:
            raise self._wrong(_("the amount cannot be read"), line)
        return minor

    def _day(self, written: str, line: int) -> date | None:
        """The bank's own local date: a time of day and its zone say nothing more."""
        if not written:
            return None
        try:
            day = parse_day(written[:10])
            if day.year not in _YEARS or (len(written) > 10 and written[10] not in "T Z+-"):
                raise ValueError
        except ValueError:
            raise self._wrong(_("the date cannot be read"), line) from None
        return day

    def _wrong(self, what: str, line: int) -> InputError:
        return InputError(
            what,
            place=self.source.place(line),
            why=_("In camt amounts have a point and no sign, dates are written 2025-12-31."),
            remedy=_("Download the statement from the bank again. Nothing was loaded."),
        )
