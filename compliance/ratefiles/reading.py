"""Bytes to published rates: which source's file it is, read whole, and not contradicting itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from compliance import plugins
from compliance.errors import InputError
from compliance.i18n import _
from compliance.ratefiles.model import Published, RateSource

_HEAD = 4096


@dataclass(frozen=True, slots=True)
class RateFile:
    """``source``: who published. ``rates`` are by day, each (currency, quote, day) once."""

    source: str
    rates: tuple[Published, ...]


def sources() -> list[RateSource]:
    found = plugins.modules("compliance.ratefiles", without=("model", "reading"))
    return [cast(RateSource, module) for module in found]


def read_rates(data: bytes, place: str) -> RateFile:
    """``InputError`` for a file that is nobody's, wrong, or holds two rates of one day."""
    known = sources()
    claimed = [source for source in known if source.identify(data[:_HEAD])]
    if len(claimed) != 1:
        raise InputError(
            _("this is not a file of rates that the program knows"),
            place=place,
            why=_("It knows the files of: {names}").format(names=", ".join(item.NAME for item in known)),
            remedy=_("Others go through a CSV: compliance record rate --file FILE.csv"),
        )
    by_day: dict[tuple[object, str, str], Published] = {}
    for item in claimed[0].read(data, place):
        key = (item.on, item.currency, item.quote)
        if by_day.setdefault(key, item).rate != item.rate:
            raise InputError(
                _("the file holds two rates of {currency} on {day}").format(
                    currency=item.currency, day=item.on.isoformat()
                ),
                place=place,
                remedy=_("Download the file again."),
            )
    return RateFile(claimed[0].NAME, tuple(by_day[key] for key in sorted(by_day, key=str)))
