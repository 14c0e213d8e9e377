"""Balances as a person types them for a file of one account."""

from compliance.importers.model import Balances


def typed(opening: int | None = None, closing: int | None = None) -> Balances:
    """Minor units."""
    openings, closings = ({} if minor is None else {"": minor} for minor in (opening, closing))
    return Balances(openings, closings)
