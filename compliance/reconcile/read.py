"""Which program's file it is, and what stands in it."""

from __future__ import annotations

from compliance.errors import InputError
from compliance.i18n import _
from compliance.reconcile import onec, onec_balance, tally
from compliance.reconcile.model import Theirs
from compliance.tables import read_table


def read_theirs(data: bytes, place: str) -> Theirs:
    """``InputError`` (exit 3) for what is none of the known reports, or is not whole."""
    if tally.is_xml(data):
        return tally.read_xml(data, place)
    rows = read_table(data, place)
    if onec.is_card(rows):
        return onec.read_card(rows, place)
    if onec_balance.is_balance(rows):
        return onec_balance.read_balance(rows, place)
    if tally.is_table(rows):
        return tally.read_table(rows, place)
    raise InputError(
        _("this is none of the reports that we can compare with"),
        place=place,
        why=_(
            "Known are: account cards and trial balances of 1C (XLSX, CSV), day books of Tally (XML, XLSX, CSV)."
        ),
        remedy=_("Save the report from its own program again, with its title and header rows."),
    )
