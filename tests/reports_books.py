"""Small ledgers for the report tests: real stores, filled by the ledger's own writer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from compliance.ledger import entries
from compliance.ledger.append import EventWriter, Leg, write
from compliance.ledger.books import Books
from compliance.ledger.chart import system_accounts
from compliance.ledger.models import Account, Activity, Fact, Fund, Programme, Rate, Role, Source
from compliance.ledger.store import LEDGER
from compliance.periods import parse_period
from compliance.practice import build
from compliance.practice.model import Event as PracticeEvent
from compliance.reports.fill import Given, Work, work
from compliance.reports.model import Report
from compliance.rules import Rules, load_packs
from compliance.storage import create_store, open_store
from compliance.workspace import Config

PACKS = Path(__file__).parent / "reports_pack"
NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)
LINES = ("social", "events", "pay", "stipends", "travel", "premises", "equipment", "taxes", "other")


@dataclass
class BooksFile:
    """A ledger in ``folder``; every call is one event."""

    folder: Path

    def __post_init__(self) -> None:
        if not self.path.exists():
            with create_store(LEDGER, self.path):
                pass

    def copy(self, folder: Path) -> BooksFile:
        """The same books once more, to go on from."""
        shutil.copy(self.path, folder / self.path.name)
        return BooksFile(folder)

    @classmethod
    def with_chart(cls, folder: Path) -> BooksFile:
        file = cls(folder)
        file.chart()
        return file

    @property
    def path(self) -> Path:
        return self.folder / "ledger.sqlite"

    @contextmanager
    def write(self) -> Iterator[tuple[EventWriter, Books]]:
        with open_store(LEDGER, self.path, write=True) as connection:
            books = Books(connection)
            with write(connection, kind="test", actor="anna", now=NOW) as event:
                yield event, books

    @contextmanager
    def read(self) -> Iterator[Books]:
        with open_store(LEDGER, self.path) as connection:
            yield Books(connection)

    def add(self, *facts: Fact) -> None:
        with self.write() as (event, _books):
            event.add(*facts)

    def chart(self) -> None:
        """Roubles on a1, euros on a3; f1 paid by a foreign source, f2 by a domestic one, f3 own income."""
        self.add(
            *system_accounts(),
            Account(entity="a1", title="А1", type="asset", account_class="bank", currency="RUB"),
            Account(entity="a3", title="А3", type="asset", account_class="bank", currency="EUR"),
            Account(entity="income", title="Поступления", type="income"),
            *(Account(entity=f"x-{line}", title=line, type="expense", expense_line=line) for line in LINES),
            Source(entity="abroad", kind="foreign_organisation", name="Voorbeeld", country="NL"),
            Source(entity="home", kind="domestic_organisation", name="ООО «Пример»", country="RU"),
            Source(entity="own", kind="own_income", name="Свои доходы", country="RU"),
            Fund(entity="f1", title="Ф1 Voorbeeld", restricted=True, donor="abroad"),
            Fund(entity="f2", title="Ф2 Пример", restricted=True, donor="home"),
            Fund(entity="f3", title="Ф3 Свои", restricted=False, donor="own"),
            Programme(entity="p1", title="Телефон соседа"),
            Programme(entity="p2", title="Приёмная юриста"),
        )

    def post(self, on: date, kind: str, legs: Sequence[Leg]) -> None:
        with self.write() as (event, _books):
            event.transaction(on, kind, legs)

    def opening(self, on: date, account: str, fund: str, currency: str, amount_minor: int) -> None:
        with self.write() as (event, books):
            legs = entries.opening(books.accounts, account, fund, currency, amount_minor)
            event.transaction(on, "opening", legs)

    def receive(self, on: date, fund: str, amount_minor: int, source: str, **more: str) -> None:
        share = entries.Share("income", fund, amount_minor, source=source, **more)
        self.post(on, "income", entries.movement("a1", "RUB", [share]))

    def spend(self, on: date, fund: str, amount_minor: int, line: str, **more: str) -> None:
        share = entries.Share(f"x-{line}", fund, -amount_minor, **more)
        self.post(on, "expense", entries.movement("a1", "RUB", [share]))

    def rates(self, rates: Mapping[date, Decimal], currency: str, quote: str) -> None:
        self.add(
            *(
                Rate(
                    entity=f"{currency}/{quote}/{on}",
                    currency=currency,
                    quote=quote,
                    on_date=on,
                    rate=str(rate),
                    origin="test",
                )
                for on, rate in rates.items()
            )
        )

    def moves(self, moves: Sequence[tuple[str, date, int]]) -> None:
        """Euro income, euro expense, or euros sold at 90, all in f1, in one event."""
        with self.write() as (event, books):
            for kind, on, amount in moves:
                if kind == "sell":
                    legs = entries.exchange(
                        books.accounts, "f1", "a3", (amount, "EUR"), "a1", (amount * 90, "RUB")
                    )
                    event.transaction(on, "exchange", legs)
                    continue
                halves = [amount // 2, amount - amount // 2]
                sign = 1 if kind == "income" else -1
                shares = [
                    entries.Share(
                        "income" if kind == "income" else "x-other",
                        "f1",
                        sign * half,
                        source="abroad" if kind == "income" else None,
                    )
                    for half in halves
                    if half
                ]
                event.transaction(on, kind, entries.movement("a3", "EUR", shares))


def practice_books(folder: Path, *, without_rates: frozenset[date] = frozenset(), seed: int = 0) -> BooksFile:
    """The practice organisation's right quarter, posted without going through statements."""
    practice = build(seed)
    file = BooksFile(folder)
    with file.write() as (event, _books):
        event.add(*system_accounts())
        for account in practice.accounts:
            event.add(
                Account(
                    entity=account.id,
                    title=account.title,
                    type="asset",
                    account_class=account.account_class,
                    currency=account.currency,
                )
            )
        event.add(Account(entity="income", title="Поступления", type="income"))
        event.add(
            *(Account(entity=f"x-{line}", title=line, type="expense", expense_line=line) for line in LINES)
        )
        event.add(
            *(
                Source(entity=s.id, kind=s.kind, name=s.name, country=s.country, acts_for=s.acts_for)
                for s in practice.sources
            ),
            *(
                Fund(entity=f.id, title=f.title, restricted=f.restricted, donor=f.donor)
                for f in practice.funds
            ),
            *(Programme(entity=p.id, title=p.title, aim=p.aim) for p in practice.programmes),
            *(
                Rate(
                    entity=f"{r.currency}/{r.quote}/{r.on}",
                    currency=r.currency,
                    quote=r.quote,
                    on_date=r.on,
                    rate=r.rate,
                    origin="practice",
                )
                for r in practice.rates
                if r.on not in without_rates
            ),
            *(
                Activity(
                    entity=a.id, programme=a.programme, kind=a.kind, state=a.state, start_on=a.start_on,
                    end_on=a.end_on, quantity=a.quantity, participants=a.participants, place=a.place,
                    description=a.description, output=a.output,
                )
                for a in practice.activities
            ),
            *(
                Role(
                    entity=r.id, person=r.person, body=r.body, title=r.title, start_on=r.start_on,
                    end_on=r.end_on,
                )
                for r in practice.roles
            ),
        )  # fmt: skip
    with file.write() as (event, books):
        for item in practice.openings:
            legs = entries.opening(books.accounts, item.account, item.fund, item.currency, item.amount_minor)
            event.transaction(date(2025, 9, 30), "opening", legs)
        for happened in practice.events:
            event.transaction(happened.on, happened.parts[0].kind, _legs(books, happened))
    return file


def _legs(books: Books, event: PracticeEvent) -> list[Leg]:
    """Transfers and exchanges arrive one leg at a time, as in statements: through transit, conversion."""
    legs: list[Leg] = []
    for part in event.parts:
        if part.kind == "transfer":
            far = "transit"
        elif part.kind == "exchange":
            far = "conversion"
        else:
            far = "income" if part.kind in ("income", "refund") else f"x-{part.line}"
        share = entries.Share(far, part.fund, part.amount_minor, source=part.source, programme=part.programme)
        legs += entries.movement(event.account, event.currency, [share])
    return legs


@cache
def rules() -> Rules:
    """The example law of this folder."""
    return load_packs(["zz"], [PACKS])


def config(**more: object) -> Config:
    organisation = {
        "names": {"2020-01-01": {"nominative": "АНО «Центр соседских инициатив»"}},
        "statuses": {"listed": {"since": "2020-01-01"}},
        **more,
    }
    return Config.model_validate({"organisation": organisation, "regimes": ["zz"]})


def report(
    file: BooksFile,
    form: str,
    period: str = "2025-Q4",
    given: Given | None = None,
    own: Config | None = None,
) -> Report:
    """A form of the example law filled from ``file`` on 12 January 2026."""
    with working(file, form, period, given, own) as done:
        return done.report


@contextmanager
def working(
    file: BooksFile,
    form: str,
    period: str = "2025-Q4",
    given: Given | None = None,
    own: Config | None = None,
) -> Iterator[Work]:
    """The same while the books are open, as `explain` needs it."""
    found = rules().form(form)
    assert found is not None
    with file.read() as books:
        yield work(
            found,
            books,
            rules(),
            own or config(),
            parse_period(period),
            on=date(2026, 1, 12),
            given=given or Given(),
        )
