"""Do the books still say of a bank line what its register says? Differences as amounts, never as rows of people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from compliance.errors import UsageError
from compliance.intake.parts import shares
from compliance.ledger import lines
from compliance.ledger.append import Leg
from compliance.ledger.books import Books
from compliance.ledger.chart import UNASSIGNED
from compliance.ledger.entries import far_leg
from compliance.ledger.models import Register
from compliance.registers.stored import parts_of

Key = tuple[str, str, str | None, str | None, str | None]
"""Account, agreement, programme, form line, source: what a register decides about an amount."""


@dataclass(slots=True)
class Difference:
    """Of one register: booked minus register, in natural signs (more income, more spending are positive)."""

    name: str
    kind: str
    currency: str
    registers: list[Register] = field(default_factory=list)
    received_minor: int = 0
    spent_minor: int = 0
    by_line: Counter[str] = field(default_factory=Counter)
    by_fund: Counter[str] = field(default_factory=Counter)


def differences(books: Books) -> list[Difference]:
    """Registers whose sorted lines are booked otherwise, by name; a line nobody has sorted is the queue's affair."""
    found: dict[str, Difference] = {}
    for register in books.facts(Register).values():
        moved = _moved(books, register)
        if moved:
            item = found.setdefault(
                register.name, Difference(register.name, register.kind, register.currency)
            )
            item.registers.append(register)
            _add(item, books, moved)
    return [found[name] for name in sorted(found)]


def _moved(books: Books, register: Register) -> Counter[Key]:
    """Booked minus register, by key; empty where they agree or the line is not sorted."""
    sorted_by = lines.assignments(books, register.line)
    if not sorted_by:
        return Counter()
    bank = lines.by_prefix(books, register.line)[0].account
    moved: Counter[Key] = Counter()
    for txn in sorted_by:
        for leg in lines.legs_of(books, txn):
            if leg.fund != UNASSIGNED and leg.account != bank:
                moved[_key(books, leg)] += leg.amount_minor
    for leg in _expected(books, register, bank):
        moved[_key(books, leg)] -= leg.amount_minor
    return Counter({key: minor for key, minor in moved.items() if minor})


def _expected(books: Books, register: Register, bank: str) -> Iterator[Leg]:
    try:
        made = shares(parts_of(register), register.amount_minor, register.currency, books, bank)
    except UsageError:  # an agreement or account it names has gone: nothing to hold the books against
        return
    for share in made:
        yield far_leg(share, register.currency)


def _key(books: Books, leg: Leg) -> Key:
    line = leg.expense_line or books.accounts[leg.account].expense_line
    return leg.account, leg.fund, leg.programme, line, leg.source


def _add(item: Difference, books: Books, moved: Counter[Key]) -> None:
    for (account, fund, _programme, line, _source), minor in moved.items():
        kind = books.accounts[account].type
        item.by_fund[fund] += minor
        if kind == "income":
            item.received_minor -= minor
        elif kind == "expense":
            item.spent_minor += minor
            item.by_line[line or ""] += minor


def abroad(books: Books) -> dict[str, int]:
    """Line -> minor units of its gifts by cards not shown to be from home, from acquirers' registers."""
    found: dict[str, int] = defaultdict(int)
    for register in books.facts(Register).values():
        if register.abroad_minor is not None:
            found[register.line] += register.abroad_minor
    return dict(found)
