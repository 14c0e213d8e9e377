"""Organisations made by chance: a seed gives the same books every time.

Accounts in several currencies, agreements, and half a year of acts of every kind the ledger knows:
openings, income, expenses on one agreement or several, transit, exchange, loans and releases, things
in kind, debts and prepayments, statement lines sorted later or never, reversals. Ids include what a journal cannot hold, and
ids that look alike.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from compliance.ledger import entries
from compliance.ledger.append import EventWriter, Leg, write
from compliance.ledger.chart import system_accounts
from compliance.ledger.entries import Share
from compliance.ledger.models import Account, Fund, Programme, Rate, Source
from compliance.ledger.store import LEDGER
from compliance.storage import create_store, open_store

FIRST, DAYS = date(2025, 7, 1), 184
ODD = ["Ф1 «Мебель»", "a b", "a_b", "A-B", "ф1", "Ф1", "own; fund:x", "x  5 RUB", "1", '"q"\\']
CURRENCIES = ["RUB", "EUR", "USD", "JPY", "KWD"]


@dataclass
class Organisation:
    """What was drawn, and the writer of the open event."""

    dice: random.Random
    banks: dict[str, str] = field(default_factory=dict)
    funds: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    expenses: list[str] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    legs: dict[int, tuple[date, list[Leg]]] = field(default_factory=dict)
    lines: list[tuple[str, str, date, int]] = field(default_factory=list)

    def day(self) -> date:
        return FIRST + timedelta(days=self.dice.randrange(DAYS))

    def minor(self) -> int:
        return self.dice.choice([1, 5, 99, 100, 1_234_56, 18_000_00, self.dice.randrange(1, 10**12)])

    def bank(self, currency: str | None = None) -> str:
        return self.dice.choice([key for key, held in self.banks.items() if currency in (None, held)])


def make(path: Path, seed: int, acts: int = 40) -> Path:
    """A ledger at ``path``."""
    made = Organisation(random.Random(seed))
    now = datetime(2026, 1, 12, 9, tzinfo=UTC)
    with (
        create_store(LEDGER, path) as connection,
        write(connection, kind="init", actor="x", now=now) as event,
    ):
        _furnish(made, event)
    with open_store(LEDGER, path, write=True) as connection:
        for _number in range(made.dice.randrange(1, 6)):
            with write(connection, kind="acts", actor="x", now=now) as event:
                for _act in range(made.dice.randrange(acts)):
                    made.dice.choice(ACTS)(made, event)
    return path


def _furnish(made: Organisation, event: EventWriter) -> None:
    dice = made.dice
    ids = dice.sample(ODD, len(ODD))
    for number in range(dice.randrange(1, 5)):
        made.banks[ids.pop() if ids and dice.random() < 0.4 else f"a{number}"] = dice.choice(CURRENCIES)
    made.funds = [ids.pop() if ids and dice.random() < 0.5 else f"f{n}" for n in range(dice.randrange(1, 5))]
    made.sources = [f"source {n}" for n in range(3)]
    made.expenses = ["pay", "Аренда офиса", "other"]
    chart = system_accounts()
    chart += [
        Account(entity=key, title=key, type="asset", account_class="bank", currency=held)
        for key, held in made.banks.items()
    ]
    chart += [Account(entity=key, title=key, type="expense", expense_line="other") for key in made.expenses]
    chart += [Account(entity=key, title=key, type="income") for key in ("gifts", "gifts ")]
    made.accounts = {account.entity: account for account in chart}
    event.add(*chart)
    event.add(*(Fund(entity=key, title=key, restricted=dice.random() < 0.5) for key in made.funds))
    event.add(*(Source(entity=key, kind="domestic_organisation", name=key) for key in made.sources))
    event.add(Programme(entity="p1", title="x"))
    event.add(
        Rate(
            entity="EUR/RUB/2025-09-30",
            currency="EUR",
            quote="RUB",
            on_date=date(2025, 9, 30),
            rate="95.0000",
            origin="x",
        )
    )


def _post(made: Organisation, event: EventWriter, kind: str, on: date, legs: list[Leg], **more: str) -> None:
    memo = made.dice.choice([None, "мемо", "x  5 RUB ; fund:f4, | =5 @ 3", '"q" \\', "line\nbreak"])
    made.legs[event.transaction(on, kind, legs, memo=memo, line=more.get("line"))] = (on, legs)


def _opening(made: Organisation, event: EventWriter) -> None:
    bank, fund = made.bank(), made.dice.choice(made.funds)
    minor = made.dice.choice([1, -1]) * made.minor()
    _post(
        made,
        event,
        "opening",
        made.day(),
        entries.opening(made.accounts, bank, fund, made.banks[bank], minor),
    )


def _shares(made: Organisation) -> Iterator[Share]:
    dice = made.dice
    for _part in range(dice.choice([1, 1, 1, 2, 3])):
        if dice.random() < 0.4:
            yield Share(
                dice.choice(["gifts", "gifts "]),
                dice.choice(made.funds),
                made.minor(),
                source=dice.choice(made.sources),
            )
        else:
            yield Share(
                dice.choice(made.expenses), dice.choice(made.funds), -made.minor(),
                programme=dice.choice([None, "p1"]), expense_line=dice.choice([None, "pay"]), purpose=dice.choice([None, "fee"]),
            )  # fmt: skip


def _movement(made: Organisation, event: EventWriter) -> None:
    bank = made.bank()
    _post(made, event, "income", made.day(), entries.movement(bank, made.banks[bank], list(_shares(made))))


def _transfer(made: Organisation, event: EventWriter) -> None:
    bank = made.bank()
    currency, fund, minor, on = made.banks[bank], made.dice.choice(made.funds), made.minor(), made.day()
    to = made.bank(currency)
    _post(made, event, "transfer", on, entries.transfer(bank, "transit", fund, currency, minor))
    if made.dice.random() < 0.8:
        later = on + timedelta(days=made.dice.randrange(3))
        _post(made, event, "transfer", later, entries.transfer("transit", to, fund, currency, minor))


def _exchange(made: Organisation, event: EventWriter) -> None:
    one, two = made.bank(), made.bank()
    sold, bought = (made.minor(), made.banks[one]), (made.minor(), made.banks[two])
    if sold[1] != bought[1]:
        fund = made.dice.choice(made.funds)
        _post(
            made, event, "exchange", made.day(), entries.exchange(made.accounts, fund, one, sold, two, bought)
        )


def _between(made: Organisation, event: EventWriter) -> None:
    bank = made.bank()
    one, two = made.dice.choice(made.funds), made.dice.choice(made.funds)
    if one != two:
        legs = entries.between_funds(
            made.accounts, bank, one, two, made.banks[bank], made.minor(), loan=made.dice.random() < 0.5
        )
        _post(made, event, "transfer", made.day(), legs)


def _in_kind(made: Organisation, event: EventWriter) -> None:
    price = made.dice.choice([0, made.minor()])
    share = Share(
        "gifts", made.dice.choice(made.funds), price, source=made.dice.choice(made.sources), property="help"
    )
    _post(
        made,
        event,
        "in_kind",
        made.day(),
        entries.in_kind(made.accounts, "gifts", share, "RUB", used_as=made.dice.choice([None, "other"])),
    )


def _line(made: Organisation, event: EventWriter) -> None:
    bank, on = made.bank(), made.day()
    shares = list(_shares(made))
    total = sum(share.amount_minor for share in shares)
    identity = f"{len(made.lines):08x}"
    currency = made.banks[bank]
    event.line(identity, "st", bank, on, currency, total)
    made.lines.append((identity, bank, on, total))
    _post(made, event, "line", on, entries.line(made.accounts, bank, currency, total), line=identity)
    if made.dice.random() < 0.8:
        _post(made, event, "assign", on, entries.assign(made.accounts, bank, currency, shares), line=identity)


def _debt(made: Organisation, event: EventWriter) -> None:
    """A cost before its payment, or a payment before its cost; paid in part, or too much, or never."""
    bank, fund = made.bank(), made.dice.choice(made.funds)
    currency, on = made.banks[bank], made.day()
    cost = Share(
        made.dice.choice(made.expenses), fund, -made.minor(), programme=made.dice.choice([None, "p1"])
    )
    if made.dice.random() < 0.5:
        before = made.dice.random() < 0.2
        legs = entries.owed(made.accounts, cost, currency, before=before)
        _post(made, event, "opening" if before else "obligation", on, legs)
    else:
        _post(made, event, "delivery", on, entries.delivered(made.accounts, cost, currency))
    far = made.dice.choice(["payable", "prepaid", "advance"])
    paid = Share(far, fund, -made.minor(), expense_line="other")
    _post(made, event, "payment", made.day(), entries.movement(bank, currency, [paid]))


def _reverse(made: Organisation, event: EventWriter) -> None:
    if made.legs:
        number = made.dice.choice(sorted(made.legs))
        on, legs = made.legs.pop(number)
        later = on + timedelta(days=made.dice.choice([0, 0, 40]))
        event.transaction(later, "reverse", entries.reverse(legs), reverses=number)


ACTS: list[Callable[[Organisation, EventWriter], None]] = [
    _opening, _movement, _movement, _movement, _transfer, _exchange, _between, _in_kind, _line, _line, _debt, _reverse,
]  # fmt: skip
