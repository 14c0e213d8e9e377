"""Everything that is wrong with a sheet, told at once: people mend a sheet in one go."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.errors import ComplianceError, InputError
from compliance.i18n import _, ngettext

_TOLD_AT_ONCE = 40


def refuse(wrong: Sequence[ComplianceError], place: str) -> None:
    """Raises what is in ``wrong``: one error as it is, several wrong rows together; nothing for none."""
    bad = [error for error in wrong if isinstance(error, InputError)]
    if len(bad) > 1:
        told = [" ".join(part for part in (f"{item.place}: {item.what}.", item.why) if part) for item in bad]
        n, more = len({item.place for item in bad}), len(told) - _TOLD_AT_ONCE
        if more > 0:
            told[_TOLD_AT_ONCE:] = [
                ngettext("… and {n} more like it", "… and {n} more like it", more).format(n=more)
            ]
        raise InputError(
            ngettext("{n} row is wrong", "{n} rows are wrong", n).format(n=n),
            place=place,
            why="\n".join(told),
            remedy=_("Mend them in the sheet and repeat; nothing was changed."),
        )
    for error in (*bad, *wrong):
        raise error
