"""The same books in another place: from files to a server, or back. The source is only read.

What was written is read back on another path than the one that wrote it: the new ledger is audited
and must end at the same code, the new vault must have the same digest; only then is it committed.
"""

from __future__ import annotations

from dataclasses import dataclass

from compliance.errors import BooksDamaged
from compliance.i18n import _
from compliance.ledger import transfer as ledger_rows
from compliance.ledger.chain import Audit, audit
from compliance.ledger.store import LEDGER
from compliance.storage import Place, Where, create_pair, open_pair
from compliance.vault import transfer as vault_rows
from compliance.vault.models import VAULT


@dataclass(frozen=True, slots=True)
class Home:
    """Where a ledger and its vault are, and their keys where they are protected files."""

    ledger: Place
    vault: Place
    keys: tuple[bytes | None, bytes | None] = (None, None)

    @property
    def both(self) -> tuple[Where, Where]:
        return (LEDGER, self.ledger, self.keys[0]), (VAULT, self.vault, self.keys[1])


@dataclass(frozen=True, slots=True)
class Moved:
    """What is now in the new place."""

    books: Audit
    vault_rows: int


def look(source: Home) -> Audit:
    """What would be moved; ``BooksDamaged`` where it is not whole."""
    with open_pair(*source.both) as (ledger, _vault):
        return audit(ledger)


def copy_books(source: Home, target: Home) -> Moved:
    """The books of ``source``, as of one moment, in the empty ``target``; ``BooksDamaged`` unless both are equal."""
    with open_pair(*source.both) as (ledger, vault), create_pair(*target.both) as (new_ledger, new_vault):
        before = audit(ledger)
        ledger_rows.write_rows(new_ledger, ledger_rows.rows(ledger))
        count = vault_rows.write_rows(new_vault, vault_rows.rows(vault))
        after = audit(new_ledger)
        if after != before or vault_rows.digest(new_vault) != vault_rows.digest(vault):
            raise BooksDamaged(
                _("the copy is not the books: {before} became {after}").format(
                    before=before.anchor, after=after.anchor
                ),
                remedy=_("Nothing was kept of it. The books themselves are as they were."),
            )
        return Moved(after, count)
