"""A small workspace with the practice organisation's accounts and funds, for tests of the intake."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from compliance.ledger import models
from compliance.ledger.append import write
from compliance.ledger.books import Books
from compliance.ledger.chart import system_accounts
from compliance.ledger.entries import opening
from compliance.ledger.store import LEDGER
from compliance.practice.banks import CSV_PROFILE
from compliance.practice.data import ACCOUNTS, FUNDS, OPENING_DAY, OPENINGS, PROGRAMMES, SOURCES
from compliance.storage import Place, Server, create_store, open_store
from compliance.vault.models import VAULT
from compliance.vault.vault import Vault
from compliance.workspace import open_workspace

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)
LINES = ("social", "events", "pay", "stipends", "travel", "premises", "equipment", "taxes", "other")


def make(
    folder: Path, *, openings: bool = True, opened: date = OPENING_DAY, server: Server | None = None
) -> Path:
    """Books in ``folder`` (on ``server``) as they stand before any statement: accounts, funds, sources, openings."""
    folder.mkdir(exist_ok=True)
    # JSON is YAML: no quoting to get wrong.
    config: dict[str, Any] = {
        "organisation": {"names": {"2025-02-17": {"nominative": "АНО «Пример»"}}, "statuses": {}},
        "regimes": [],
        "language": "en",
        "imports": {"profiles": {"euro": CSV_PROFILE}},
    }
    if server is not None:
        config["database"] = server.url
    (folder / "schedules.yaml").write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")
    with create_store(VAULT, vault_at(folder)):
        pass
    with create_store(LEDGER, ledger_at(folder)) as connection:
        with write(connection, kind="init", actor="test", now=NOW) as event:
            event.add(*system_accounts(), *_chart(), *_facts())
        if openings:
            books = Books(connection)
            with write(connection, kind="record opening", actor="test", now=NOW) as event:
                for item in OPENINGS:
                    legs = opening(books.accounts, item.account, item.fund, item.currency, item.amount_minor)
                    event.transaction(opened, "opening", legs)
    return folder


def _chart() -> list[models.Fact]:
    found: list[models.Fact] = [models.Account(entity="income", title="Income", type="income")]
    for item in ACCOUNTS:
        found.append(
            models.Account(
                entity=item.id,
                title=item.title,
                type="asset",
                account_class=item.account_class,
                currency=item.currency,
                number=item.number,
                bic=item.bic,
            )
        )
    found += [models.Account(entity=line, title=line, type="expense", expense_line=line) for line in LINES]
    return found


def _facts() -> list[models.Fact]:
    found: list[models.Fact] = [
        models.Fund(entity=item.id, title=item.title, restricted=item.restricted, donor=item.donor)
        for item in FUNDS
    ]
    found += [
        models.Source(
            entity=item.id,
            kind=item.kind,
            name=item.name,
            country=item.country,
            acts_for=item.acts_for,
            pooled=item.pooled,
        )
        for item in SOURCES
    ]
    found += [models.Programme(entity=item.id, title=item.title) for item in PROGRAMMES]
    return found


def ledger_at(folder: Path) -> Place:
    return open_workspace(folder).ledger


def vault_at(folder: Path) -> Place:
    return open_workspace(folder).vault


@contextmanager
def books_of(folder: Path) -> Iterator[Books]:
    with open_store(LEDGER, ledger_at(folder)) as connection:
        yield Books(connection)


@contextmanager
def vault_of(folder: Path) -> Iterator[Vault]:
    with open_store(VAULT, vault_at(folder)) as connection:
        yield Vault(connection)


def balance(folder: Path, account: str, end: date | None = None) -> int:
    """Minor units on one account, all funds together."""
    with books_of(folder) as books:
        return sum(row.amount_minor for row in books.sums((), end=end, where={"account": [account]}))


def freeze(folder: Path, first: date, last: date, filing: str = "money-q4") -> None:
    """Close the money of a span, as filing does."""
    with (
        open_store(LEDGER, ledger_at(folder), write=True) as connection,
        write(connection, kind="file", actor="test", now=NOW) as event,
    ):
        event.add(
            models.Filing(
                entity=filing,
                obligation="money",
                start_on=first,
                last_on=last,
                state="filed",
                on_date=date(2026, 1, 12),
                channel="post",
            ),
            models.Freeze(
                entity=f"{filing}-money", kind="money", start_on=first, last_on=last, filing=filing
            ),
        )
