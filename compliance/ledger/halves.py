"""An own transfer of two days is two transactions of one command: what leaves, and what arrives."""

from __future__ import annotations

from compliance.ledger.books import Books

_OTHERS = (
    "SELECT other.id FROM txn JOIN txn AS other ON other.seq = txn.seq AND other.id <> txn.id "
    "WHERE txn.id = ? AND txn.kind = 'transfer' AND other.kind = 'transfer' AND other.seq <= ? ORDER BY other.id"
)


def other_half(books: Books, txn: int) -> list[int]:
    """The transfer recorded together with the transfer ``txn``, while it still stands: none or one."""
    undone = books.reversed_transactions()
    found = [int(row[0]) for row in books.read(_OTHERS, (txn, books.known_at))]
    return [number for number in found if number not in undone]
