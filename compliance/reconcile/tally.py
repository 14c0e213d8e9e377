"""Tally: the day book as XML, or as a table (XLSX, CSV) in its detailed form.

XML: ``ENVELOPE`` with ``VOUCHER`` elements (DATE as YYYYMMDD, ALLLEDGERENTRIES.LIST or
LEDGERENTRIES.LIST with LEDGERNAME and AMOUNT; a negative amount is a debit). Tally writes
character references that XML forbids (``&#4;``) and, often, UTF-16. Table: a voucher's first row
has its date, further ledgers follow in rows without one. Every voucher must balance.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from compliance.errors import InputError
from compliance.i18n import _
from compliance.money import MAX_MINOR
from compliance.periods import Period
from compliance.reconcile.model import Entry, Theirs
from compliance.reconcile.titles import months_of, span_of, tally_day
from compliance.tables import Row, day_of, encoding_of, text_of

PROGRAM = "Tally"
_HEADER_WITHIN = 40
_FORBIDDEN = re.compile(r"&#(?:x0*(?:[0-8bcBC]|[eE]|1[0-9a-fA-F])|0*(?:[0-8]|1[12]|1[4-9]|2[0-9]|3[01]));")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_AMOUNT = re.compile(
    r"(-?)\s*(?:[₹$€£]|Rs\.?)?\s*([0-9]{1,3}(?:,[0-9]{2,3})*|[0-9]{1,15})(?:\.([0-9]{1,2}))?\s*(Dr|Cr)?\.?\Z"
)
_MAX_VOUCHERS = 200_000


@dataclass(slots=True)
class _Voucher:
    on: date
    kind: str
    number: str
    place: str
    narration: str = ""
    legs: list[_Leg] = field(default_factory=list)

    def entries(self) -> Iterator[Entry]:
        if sum(leg.minor for leg in self.legs) or len(self.legs) < 2:
            raise InputError(
                _("the entries of this voucher do not balance"),
                place=self.place,
                remedy=_("Export the day book from Tally in its detailed form (Alt+F5), or as XML."),
            )
        document = " ".join(word for word in (self.kind, self.number, self.narration) if word)
        for leg in self.legs:
            for minor, contra, others in self._parts(leg):
                yield Entry(
                    self.on, leg.ledger, contra, minor, None, (leg.ledger,), others, document, self.place
                )

    def _parts(self, leg: _Leg) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        """(amount, other ledger, cost centres and other ledgers): by cost centre, and what is alone on its side also by
        the ledgers of the other one, since each of them may stand for something else."""
        names = tuple(dict.fromkeys(item.ledger for item in self.legs if item.ledger != leg.ledger))
        across = [item for item in self.legs if item.minor * leg.minor < 0]
        beside = [item for item in self.legs if item.minor * leg.minor > 0]
        if len(beside) > 1 or leg.centres or not across:
            contra = across[0].ledger if len(across) == 1 else (names or ("",))[0]
            others = names if len(across) != 1 else (*across[0].names, contra)
            for minor, centre in leg.split():
                yield minor, contra, tuple(dict.fromkeys((*centre, *others)))
            return
        for item in across:
            for minor, centre in item.split():
                yield -minor, item.ledger, (*centre, item.ledger)


@dataclass(frozen=True, slots=True)
class _Leg:
    """``minor`` is debit positive; ``centres`` are its cost centres with what falls on each."""

    ledger: str
    minor: int
    centres: tuple[tuple[str, int], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _minor in self.centres)

    def split(self) -> list[tuple[int, tuple[str, ...]]]:
        """By cost centre where they make up the whole amount; several without their amounts stay together."""
        if self.centres and sum(minor for _name, minor in self.centres) == self.minor:
            return [(minor, (name,)) for name, minor in self.centres]
        return [(self.minor, self.names)]


def is_xml(data: bytes) -> bool:
    head = (
        data[:4000]
        .decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "ignore")
        .lstrip("\ufeff \r\n\t")
    )
    return head.startswith("<") and "ENVELOPE" in head


def is_table(rows: Sequence[Row]) -> bool:
    return any(
        {"date", "particulars"} <= {text.lower() for text in row.texts} for row in rows[:_HEADER_WITHIN]
    )


def read_xml(data: bytes, place: str) -> Theirs:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    text = data.decode(encoding_of(data, place))
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"))
    clean = _CONTROL.sub(" ", _FORBIDDEN.sub(" ", text)).encode()
    vouchers: list[_Voucher] = []
    span: dict[str, str] = {}
    try:
        for _event, node in iterparse(
            io.BytesIO(clean), forbid_dtd=True, forbid_entities=True, forbid_external=True
        ):
            if node.tag in ("SVFROMDATE", "SVTODATE"):
                span[node.tag] = (node.text or "").strip()
            elif node.tag == "VOUCHER":
                if voucher := _voucher(node, f"{place}:{len(vouchers) + 1}"):
                    vouchers.append(voucher)
                node.clear()
                if len(vouchers) > _MAX_VOUCHERS:
                    raise InputError(_("the table has too many rows"), place=place)
    except DefusedXmlException:
        raise InputError(_("the file holds a document type, which Tally never writes"), place=place) from None
    except (ParseError, ValueError):
        raise InputError(_("the XML of the file is broken"), place=place) from None
    told = None
    if len(span) == 2:
        first, last = _xml_day(span["SVFROMDATE"], place), _xml_day(span["SVTODATE"], place)
        told = Period(first, last + (date(2000, 1, 2) - date(2000, 1, 1))) if first <= last else None
    return _theirs(vouchers, told, place)


def _voucher(node: Any, place: str) -> _Voucher | None:
    """``None`` for what is cancelled, optional, or no posting at all (orders, memoranda)."""
    if any((node.findtext(tag) or "").strip() == "Yes" for tag in ("ISCANCELLED", "ISOPTIONAL", "ISDELETED")):
        return None
    found = _Voucher(
        _xml_day(node.findtext("DATE") or "", place),
        (node.findtext("VOUCHERTYPENAME") or node.get("VCHTYPE") or "").strip(),
        (node.findtext("VOUCHERNUMBER") or "").strip(),
        place,
        " ".join((node.findtext("NARRATION") or "").split()),
    )
    lists = list(node.iter("ALLLEDGERENTRIES.LIST"))
    if not lists:  # an invoice: what was bought or sold stands with the goods
        lists = [*node.iter("LEDGERENTRIES.LIST"), *node.iter("ACCOUNTINGALLOCATIONS.LIST")]
    for item in lists:
        centres = tuple(
            (name, -_minor(centre.findtext("AMOUNT") or "", place))
            for centre in item.iter("COSTCENTREALLOCATIONS.LIST")
            if (name := (centre.findtext("NAME") or "").strip())
        )
        minor = -_minor(item.findtext("AMOUNT") or "", place)
        found.legs.append(_Leg((item.findtext("LEDGERNAME") or "").strip(), minor, centres))
    return found if found.legs else None


def _xml_day(text: str, place: str) -> date:
    text = text.strip()
    if re.fullmatch(r"[0-9]{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return _day(text, place)


def _day(cell: Any, place: str) -> date:
    if isinstance(cell, str) and (found := re.fullmatch(r"(\d{1,2})-([A-Za-z]{3})-(\d{2,4})", cell.strip())):
        try:
            return tally_day(found[1], found[2], found[3])
        except ValueError:
            pass
    if isinstance(cell, str) and (found := re.fullmatch(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", cell.strip())):
        cell = f"{found[1]}.{found[2]}.{found[3]}"
    return day_of(cell, place)


def _minor(cell: Any, place: str) -> int:
    """Signed minor units: Indian or western groups, a trailing Dr or Cr; a foreign amount's value stands after “=”."""
    if cell is None:
        return 0
    if isinstance(cell, Decimal):
        scaled = round(cell, 6).scaleb(2)
        if scaled == scaled.to_integral_value() and abs(scaled) < MAX_MINOR:
            return int(scaled)
    text = text_of(cell).rsplit("=", 1)[-1].strip()
    if not text:
        return 0
    if found := _AMOUNT.match(text):
        sign, whole, fraction, side = found.groups()
        minor = int(whole.replace(",", "")) * 100 + int((fraction or "").ljust(2, "0"))
        return -minor if bool(sign) != (side == "Cr") else minor
    raise InputError(_("an amount was expected, such as 12500.50"), place=place)


def read_table(rows: Sequence[Row], place: str) -> Theirs:
    at = next(number for number, row in enumerate(rows[:_HEADER_WITHIN]) if is_table([row]))
    words = [text.lower() for text in rows[at].texts]
    names = {"date": "date", "particulars": "what", "vch type": "kind", "vch no.": "number"}
    columns = {role: words.index(word) for word, role in names.items() if word in words}
    for side in ("debit", "credit"):
        columns[side] = next((number for number, word in enumerate(words) if word.startswith(side)), -1)
    vouchers: list[_Voucher] = []
    for row in rows[at + 1 :]:
        what = row.text(columns["what"])
        if row.at(columns["date"]) is not None:
            on = _day(row.at(columns["date"]), row.place)
            vouchers.append(
                _Voucher(on, row.text(columns.get("kind")), row.text(columns.get("number")), row.place)
            )
        elif what.lower().rstrip(":") in ("total", "grand total", "closing balance", "opening balance"):
            continue
        if not vouchers or not what:
            continue
        debit, credit = (_minor(row.at(columns[side]), row.place) for side in ("debit", "credit"))
        if debit or credit:
            ledger = re.sub(r"^(?:By|To|Dr|Cr)\s+", "", what)
            vouchers[-1].legs.append(_Leg(ledger, abs(debit) - abs(credit)))
        else:
            vouchers[-1].narration = " ".join(f"{vouchers[-1].narration} {what}".split())
    span = next((found for row in rows[:at] for text in row.texts if (found := span_of(text))), None)
    return _theirs(vouchers, span, place)


def _theirs(vouchers: Sequence[_Voucher], span: Period | None, place: str) -> Theirs:
    if not vouchers:
        raise InputError(_("the day book has no vouchers"), place=place)
    entries = tuple(entry for voucher in vouchers for entry in voucher.entries())
    span = span or months_of([entry.on for entry in entries])
    return Theirs(PROGRAM, "daybook", span, "", None, entries, (), place)
