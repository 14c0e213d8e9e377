"""Filing closes a period; what comes late amends it; the chain still verifies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from ledgerkit import state

from compliance.errors import Refused, UsageError
from compliance.filings import act
from compliance.ledger import entries
from compliance.ledger.append import EventWriter, write
from compliance.ledger.books import Books
from compliance.ledger.chain import audit
from compliance.ledger.chart import system_accounts
from compliance.ledger.models import Account, Activity, Fund
from compliance.ledger.store import LEDGER
from compliance.periods import parse_period
from compliance.rules import Rules
from compliance.storage import Place, Server, create_store, open_pair, open_store
from compliance.vault.models import VAULT
from compliance.vault.vault import Vault

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)
QUARTER = parse_period("2025-Q4")
MONEY = act.Subject("law.money.q", "money", "money", QUARTER, ("money",))
SENT = act.Sent(date(2026, 1, 14), "post", "money.pdf", b"%PDF sent", "receipt.pdf", b"%PDF receipt")


@dataclass
class Kit:
    """A small workspace: one bank account, one fund, an expense account."""

    ledger: Place
    vault: Place

    @contextmanager
    def writing(self, kind: str = "test") -> Iterator[tuple[EventWriter, Books, Vault]]:
        places = (LEDGER, self.ledger, None), (VAULT, self.vault, None)
        with (
            open_pair(*places, write=True) as (ledger, vault),
            write(ledger, kind=kind, actor="anna", now=NOW) as event,
        ):
            yield event, Books(ledger), Vault(vault)

    @contextmanager
    def books(self) -> Iterator[Books]:
        with open_store(LEDGER, self.ledger) as connection:
            yield Books(connection)

    def spend(self, day: date, amends: str | None = None) -> None:
        with self.writing() as (event, _books, _vault):
            legs = entries.movement("a1", "RUB", [entries.Share("rent", "f1", -1000)])
            event.transaction(day, "expense", legs, amends_filing=amends)

    def file(self, amends: str | None = None, cells: dict[str, int] | None = None) -> str:
        with self.writing("file") as (event, books, vault):
            return act.file(
                event, books, vault, MONEY, SENT, cells=cells or {"balance.closing": 5}, rules=Rules([]),
                config=b"currency: RUB", amends=amends,
            )  # fmt: skip


@pytest.fixture
def kit(new_place: Callable[[], Place]) -> Kit:
    """Every test here is run on both engines."""
    ledger = new_place()
    kit = Kit(ledger, ledger if isinstance(ledger, Server) else new_place())
    for store, place in ((LEDGER, kit.ledger), (VAULT, kit.vault)):
        with create_store(store, place):
            pass
    with kit.writing() as (event, _books, _vault):
        event.add(*system_accounts(), Fund(entity="f1", title="Gift", restricted=True))
        event.add(Account(entity="a1", title="Bank", type="asset", account_class="bank", currency="RUB"))
        event.add(Account(entity="rent", title="Rent", type="expense", expense_line="premises"))
    return kit


def test_a_filed_period_is_closed_for_what_it_reported(kit: Kit) -> None:
    kit.spend(date(2025, 12, 31))
    kit.file()
    with pytest.raises(Refused, match="filed and is closed"):
        kit.spend(date(2025, 12, 31))
    kit.spend(date(2026, 1, 1))
    with kit.writing() as (event, _books, _vault):
        event.add(
            Activity(
                entity="talk",
                programme="p1",
                kind="seminar",
                state="held",
                start_on=date(2025, 12, 1),
                end_on=date(2025, 12, 1),
            )
        )
    with open_store(LEDGER, kit.ledger) as connection:
        assert audit(connection).events == 5


def test_an_amendment_opens_the_period_for_itself_only(kit: Kit) -> None:
    first = kit.file()
    kit.spend(date(2025, 11, 1), amends=first)
    with pytest.raises(Refused):
        kit.spend(date(2025, 11, 1), amends="something-else")
    second = kit.file(amends=first)
    assert second == "money-2025-Q4.2"
    with pytest.raises(Refused):
        kit.spend(date(2025, 11, 1), amends=first)
    kit.spend(date(2025, 11, 2), amends=second)
    with kit.books() as books:
        standing = act.current(books, MONEY.obligation, QUARTER)
        assert standing is not None
        assert standing.entity == second


def test_filing_twice_is_refused_with_the_way_to_amend(kit: Kit) -> None:
    first = kit.file()
    with pytest.raises(Refused) as caught:
        kit.file()
    assert f"--amends {first}" in caught.value.remedy
    with pytest.raises(UsageError):
        kit.file(amends="money-2025-Q3")


def test_what_was_sent_is_kept_and_carried_over(kit: Kit) -> None:
    kit.file(cells={"balance.closing.all": 2873})
    with kit.books() as books, open_store(VAULT, kit.vault) as connection:
        vault = Vault(connection)
        filing = books.filings["money-2025-Q4"]
        assert filing.sent is not None
        assert vault.blob(filing.sent) == SENT.data
        assert filing.config is not None
        assert vault.blob(filing.config) == b"currency: RUB"
        assert act.previous_cells(books, MONEY.obligation, parse_period("2026-Q1")) == {
            "balance.closing.all": 2873
        }
        assert books.documents["money-2025-Q4-receipt"].about == "money-2025-Q4"


def test_a_receipt_is_a_new_version(kit: Kit) -> None:
    entity = kit.file()
    with kit.writing() as (event, books, vault):
        act.receive(
            event,
            vault,
            books.filings[entity],
            state="accepted",
            on=date(2026, 1, 20),
            name="r.pdf",
            data=b"stamp",
        )
    with kit.books() as books:
        versions = books.versions(type(books.filings[entity]), entity)
        assert [item.state for item in versions] == ["filed", "accepted"]
        assert versions[0].receipt != versions[1].receipt


def test_a_refusal_leaves_no_trace(kit: Kit) -> None:
    kit.file()
    before = state(kit.ledger)
    with pytest.raises(Refused):
        kit.file()
    assert state(kit.ledger) == before
