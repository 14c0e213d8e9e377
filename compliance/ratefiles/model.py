"""What every central bank's file becomes, and what a source's module must offer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Any, Protocol

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.money import is_currency

CAP = 32 * MiB
_NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,10})?\Z", re.ASCII)
_NOMINAL = re.compile(r"[1-9][0-9]{0,6}\Z", re.ASCII)
_PRECISION = Context(prec=12)
"""Digits of a rate that had to be divided out: an amount of ten digits is still right to the minor unit."""


@dataclass(frozen=True, slots=True)
class Published:
    """``rate``: units of ``quote`` for one of ``currency``, as published for the day ``on``.

    ``nominal`` is how many units the file prices together; the rate is of one already.
    """

    currency: str
    quote: str
    on: date
    rate: Decimal
    nominal: int = 1


class RateSource(Protocol):
    """One publisher: a module of this package, or of an entry point in ``compliance.ratefiles``."""

    NAME: str

    def identify(self, head: bytes) -> bool:
        """Whether a file that begins with ``head`` is this publisher's; exact, for two must never agree."""

    def read(self, data: bytes, place: str) -> list[Published]:
        """All rates of the file in its order. ``InputError`` for whatever is wrong with it."""


def rate_of(text: str, nominal: str, place: str) -> tuple[Decimal, int]:
    """(rate of one unit, nominal) from a published number; the point may be a comma. Exact where it can be."""
    text, nominal = text.strip(), nominal.strip()
    if not _NUMBER.match(text) or not _NOMINAL.match(nominal):
        raise InputError(_("this is not a rate"), place=place, remedy=_("Download the file again."))
    value, units = Decimal(text.replace(",", ".")), int(nominal)
    if not value:
        raise InputError(_("this is not a rate"), place=place, remedy=_("Download the file again."))
    return (value if units == 1 else _PRECISION.divide(value, Decimal(units))), units


def inverse(rate: Decimal) -> Decimal:
    """One divided by ``rate``, to twelve digits."""
    return _PRECISION.divide(Decimal(1), rate)


def currency_of(text: str, place: str) -> str:
    if not is_currency(text):
        raise InputError(_("a currency is three capital letters, such as RUB"), place=place)
    return text


def xml_root(data: bytes, place: str) -> Any:
    """The root element; a document type, entities, or broken XML are refused."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(data, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise InputError(
            _("the file holds a document type, which no central bank's file does"),
            place=place,
            why=_("A document type can make a program read other files."),
            remedy=_("Download the file again."),
        ) from None
    except ParseError as error:
        raise InputError(
            _("the XML of the file is broken or cut off"),
            place=f"{place}:{error.position[0]}",
            remedy=_("Download the file again."),
        ) from None
    except (ValueError, LookupError):
        raise InputError(_("the encoding of the file is not known"), place=place) from None
