"""Days of money that was filed: nothing enters them unless it amends that filing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from compliance.errors import Refused
from compliance.i18n import _
from compliance.ledger.books import Books


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """``spans``: (first day, last day, filing) of each freeze of money in force."""

    spans: tuple[tuple[date, date, str], ...]

    @classmethod
    def of(cls, books: Books) -> ClosedDays:
        return cls(
            tuple(
                (item.start_on, item.last_on, item.filing)
                for item in books.freezes.values()
                if item.kind == "money"
            )
        )

    def filing(self, on: date) -> str | None:
        """The filing that closed the day, if one did."""
        for first, last, filing in self.spans:
            if first <= on <= last:
                return filing
        return None

    def amended(self, on: date, amends: str | None, *, repeat: str) -> str | None:
        """What a transaction of that day must carry as ``amends_filing``.

        ``Refused`` when the day is closed by a filing that ``amends`` does not name; ``repeat`` is
        the command to repeat.
        """
        filing = self.filing(on)
        if filing is None or filing == amends:
            return filing
        raise Refused(
            _("{day} lies in a period that was filed and is closed").format(day=on.isoformat()),
            why=_("What was filed must stay what it was; a late payment becomes an amendment."),
            remedy=_("Repeat it as an amendment: {command} --amends {filing}").format(
                command=repeat, filing=filing
            ),
        )
