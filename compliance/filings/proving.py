"""The small books of a pack's example as a real ledger, for as long as they are looked at."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from compliance.ledger.append import Leg, write
from compliance.ledger.books import Books
from compliance.ledger.models import Account, Fund, Source
from compliance.ledger.store import LEDGER
from compliance.rules import examples
from compliance.storage import create_store, open_store

_NOW = datetime(2000, 1, 1, tzinfo=UTC)


@contextmanager
def ledger_of(given: examples.Books) -> Iterator[Books]:
    """``given`` written and read as any other books, in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="example-") as folder:
        path = Path(folder) / "ledger.sqlite"
        with (
            create_store(LEDGER, path) as connection,
            write(connection, kind="example", actor="example", now=_NOW) as event,
        ):
            event.add(
                *(
                    Account(
                        entity=key,
                        title=key,
                        type=item.type,
                        account_class=item.account_class,
                        expense_line=item.expense_line,
                    )
                    for key, item in given.accounts.items()
                ),
                *(
                    Fund(entity=key, title=key, restricted=item.restricted, purpose=item.purpose)
                    for key, item in given.funds.items()
                ),
                *(
                    Source(
                        entity=key,
                        kind=item.kind,
                        name=key,
                        country=item.country,
                        acts_for=item.acts_for,
                        owned_by=item.owned_by,
                    )
                    for key, item in given.sources.items()
                ),
            )
            for entry in given.entries:
                event.transaction(entry.on, "example", _legs(given, entry))
        with open_store(LEDGER, path) as connection:
            yield Books(connection)


def _legs(given: examples.Books, entry: examples.BookEntry) -> list[Leg]:
    """Both sides; what a form asks of a posting stands on the side that is income or expense."""
    minor, currency = entry.amount.amount_minor, entry.amount.currency
    legs = []
    for account, signed in ((entry.to, minor), (entry.from_, -minor)):
        told = given.accounts[account].type in ("income", "expense")
        legs.append(
            Leg(
                account,
                entry.fund,
                currency,
                signed,
                source=entry.source if given.accounts[account].type == "income" else None,
                programme=entry.programme if told else None,
                expense_line=entry.expense_line if told else None,
                purpose=entry.purpose if told else None,
                property=entry.property if told else None,
            )
        )
    return legs
