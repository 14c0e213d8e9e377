"""What a person is told who writes an entry by hand that is possible and probably a slip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from compliance.commands.record_shared import money
from compliance.i18n import _, day_text

if TYPE_CHECKING:
    from compliance.ledger.append import Leg
    from compliance.ledger.books import Books


def noticed(books: Books, legs: Sequence[Leg], on: date) -> Iterator[str]:
    """Asked before ``legs`` are written: money of a day that a bank statement covers, a cash box below zero."""
    from compliance.intake.coverage import loaded, of_statements
    from compliance.registers.cash import below_zero

    moved: Counter[tuple[str, str]] = Counter()
    for leg in legs:
        moved[leg.account, leg.currency] += leg.amount_minor
    statements = loaded(books)
    for (entity, currency), minor in moved.items():
        account = books.accounts.get(entity)
        if account is None:
            continue
        spans = of_statements(entity, statements[entity]).spans if entity in statements else ()
        if any(span.start <= on < span.end for span in spans):
            yield _(
                "Look: a bank statement of “{account}” covers {day} already. If the bank made this payment it is one of"
                " its lines, and now stands twice: undo this entry and sort that line (compliance queue)."
            ).format(account=account.title, day=day_text(on))
        if account.account_class == "cash" and minor < 0:
            found = below_zero(books, entity, also=(on, minor))
            if found:
                yield _(
                    "Look: with this “{account}” is {amount} below zero on {day}: something is missing or dated wrongly."
                ).format(account=account.title, amount=money(found[1], currency), day=day_text(found[0]))
