"""Values as the ledger file holds them, read back; only we write there, so what cannot be read is damage."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from compliance.errors import BooksDamaged
from compliance.i18n import _
from compliance.periods import parse_day


def unreadable() -> BooksDamaged:
    """What to raise for a stored value that this program never writes; the value is not repeated."""
    return BooksDamaged(
        _("the books are damaged or were changed by another program"),
        remedy=_("Stop, keep this file as it is, and run: compliance books audit"),
    )


@lru_cache(maxsize=4096)
def stored_day(text: str) -> date:
    """A day as the ledger holds it; ``BooksDamaged`` when it is none, for only we write here."""
    try:
        return parse_day(text)
    except (ValueError, TypeError, AttributeError):
        raise unreadable() from None


def stored_moment(text: str) -> datetime:
    """An instant as the ledger holds it; ``BooksDamaged`` when it is none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise unreadable() from None
