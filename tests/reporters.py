"""Organisations made by chance that report under each of the three full laws: books, and sums added up apart."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from reports_books import BooksFile

from compliance.ledger import entries
from compliance.ledger.append import Leg
from compliance.ledger.chart import system_accounts
from compliance.ledger.models import (
    Account,
    Activity,
    Asset,
    Contact,
    Contribution,
    Fact,
    Fund,
    Programme,
    Source,
)
from compliance.periods import Period, parse_period
from compliance.reports.fill import Given, fill
from compliance.reports.model import Report
from compliance.rules import Rules, load_packs
from compliance.workspace import Config

NAMES = [
    "ООО «Ромашка»", "Stichting «Zeewind» & Söhne", 'Фонд "Лес" и Ко', "=SUM(A1:A9)", "<b>жирный</b> &amp; {{ 7*7 }}",
    "Ассоциация-содействия-развитию-территориального-общественного-самоуправления-и-соседских-центров", "+home 100 %", "-1 234,50",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", "Имя " * 25, "Ω Ελληνικά № 7", "x",
    "Оченьдлинноесловобезединогопробела" * 4, "12,34,567.00", "a/b\\c|d", "١٢٣"[:0] + "№ 1 (один)",
]  # fmt: skip
PURPOSES = ["social", "Cultural ", "educational", None]
MINORS = [1, 49, 50, 99, 100, 499_99, 500_00, 1_234_56, 18_000_00, 99_999_999_99, 7_777_777_777_77]


@dataclass(frozen=True)
class Law:
    """``forms``: (form, period). ``places``: classes of the accounts that money may lie on."""

    pack: str
    currency: str
    statuses: tuple[str, ...]
    forms: tuple[tuple[str, str], ...]
    start: date
    last: date
    on: date
    places: tuple[str, ...]


LAWS = {
    law.pack: law
    for law in (
        Law(
            "ru", "RUB", ("legal_entity", "nco", "foreign_agent"), (("ru_money_q", "2025-Q4"), ("ru_activity_h", "2025-H2"), ("ru_on", "2025"), ("ru_on0002", "2025-Q4"), ("ru_public_h", "2025-H2"), ("ru_programme_y", "2025")),
            date(2025, 7, 1), date(2025, 12, 31), date(2026, 1, 12), ("bank", "cash"),
        ),
        Law(
            "us", "USD", ("foreign_agent", "registrant"), (("us_nsd2", "2025-12-15..2026-06-30"), ("us_nsd1", "2025-12-15..2026-02-12"), ("us_exhibits", "2025-12-15..2026-06-30"), ("us_nsd6", "2025-12-15..2026-06-30")), date(2025, 12, 15), date(2026, 6, 30),
            date(2026, 7, 1), ("bank",),
        ),
        Law(
            "in", "INR", ("registered",), (("in_fc4", "2025-04-01..2026-03-31"), ("in_statements", "2025-04-01..2026-03-31"), ("in_fc6", "2025-04-01..2026-03-31"), ("in_fc6f", "2025-04-01..2026-03-31")),
            date(2025, 4, 1), date(2026, 3, 31), date(2026, 4, 10), ("designated", "utilisation", "cash", "deposit"),
        ),
    )
}  # fmt: skip


@cache
def rules(pack: str) -> Rules:
    return load_packs([pack])


@dataclass
class Reporter:
    """``spent``: (form line, whether of a foreign source, day) -> minor units; ``received``: (source, day);
    ``deposited``: what of foreign sources came onto term deposits (true) and what left them."""

    law: Law
    file: BooksFile
    config: Config
    spent: dict[tuple[str, bool, date], int] = field(default_factory=lambda: defaultdict(int))
    deposited: dict[bool, int] = field(default_factory=lambda: defaultdict(int))
    deposits: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    received: dict[tuple[str, date], int] = field(default_factory=lambda: defaultdict(int))

    def reports(self) -> list[Report]:
        given = Given()
        with self.file.read() as books:
            found = []
            for form_id, label in self.law.forms:
                form = rules(self.law.pack).form(form_id)
                assert form is not None, form_id
                found.append(
                    fill(
                        form,
                        books,
                        rules(self.law.pack),
                        self.config,
                        parse_period(label),
                        on=self.law.on,
                        given=given,
                    )
                )
            return found

    def period(self, form: str) -> Period:
        return parse_period(dict(self.law.forms)[form])

    def spent_in(self, period: Period, *, line: str | None = None, foreign: bool | None = None) -> int:
        return sum(
            minor
            for (own, abroad, on), minor in self.spent.items()
            if on in period and line in (None, own) and foreign in (None, abroad)
        )

    def received_in(self, period: Period, *sources: str) -> int:
        return sum(
            minor for (source, on), minor in self.received.items() if on in period and source in sources
        )


def make(folder: Path, pack: str, seed: int) -> Reporter:
    law, dice = LAWS[pack], random.Random(f"{pack}{seed}")
    folder.mkdir(exist_ok=True)
    made = Reporter(law, BooksFile(folder), _config(law))
    lines = list(rules(pack).expense_lines)
    abroad = [f"s{number}" for number in range(dice.randrange(1, 4))]
    with made.file.write() as (event, _books):
        event.add(*_facts(law, dice, lines, abroad))
    days = [
        law.start + timedelta(days=dice.randrange((law.last - law.start).days + 1))
        for _step in range(dice.randrange(8, 40))
    ]
    with made.file.write() as (event, books):
        for source in (*abroad, "home"):
            place, day = f"{law.places[0]}0", law.start
            legs = entries.movement(place, law.currency, [_income(source, 20_000_000_000_000)])
            event.transaction(day, "income", legs)
            made.received[source, day] += 20_000_000_000_000
        for day in sorted(days):
            source, minor = dice.choice([*abroad, "home"]), dice.choice([*MINORS, dice.randrange(1, 10**9)])
            place = f"{law.places[0]}0"
            if dice.random() < 0.3:
                event.transaction(
                    day,
                    "income",
                    entries.movement(place, law.currency, [_income(source, minor)]),
                    memo=dice.choice(NAMES)[:200],
                )
                made.received[source, day] += minor
                continue
            if "deposit" in law.places and dice.random() < 0.2:
                back = made.deposited[True] - made.deposited[False] >= minor and dice.random() < 0.5
                accounts = [place, f"deposit{law.places.index('deposit')}"]
                fund = f"f-{source if source != 'home' else abroad[0]}"
                if not back:
                    legs = _moved(accounts[0], accounts[1], fund, law.currency, minor)
                elif made.deposits[fund] >= minor:
                    legs = _moved(accounts[1], accounts[0], fund, law.currency, minor)
                else:
                    continue
                event.transaction(day, "transfer", legs)
                made.deposited[not back] += minor
                made.deposits[fund] += -minor if back else minor
                continue
            line = dice.choice(lines)
            share = entries.Share(f"x-{line}", f"f-{source}", -minor, programme=dice.choice(["p1", "p2"]))
            event.transaction(
                day, "expense", entries.movement(place, law.currency, [share]), memo=dice.choice(NAMES)[:200]
            )
            made.spent[line, source != "home", day] += minor
        assert books
    return made


def _moved(giving: str, taking: str, fund: str, currency: str, minor: int) -> list[Leg]:
    return [Leg(giving, fund, currency, -minor), Leg(taking, fund, currency, minor)]


def _income(source: str, minor: int) -> entries.Share:
    return entries.Share("income", f"f-{source}", minor, source=source, purpose="donation")


def _config(law: Law) -> Config:
    body: dict[str, Any] = {
        "organisation": {
            "names": {"2010-01-01": {"nominative": NAMES[2]}},
            "registered_on": law.start.isoformat() if law.pack == "us" else "2010-01-01",
            "statuses": {name: {"since": "2010-01-01"} for name in law.statuses},
            "address": {"2010-01-01": "000000, г. Верхнеозёрск, ул. Примерная, д. 1"},
        },
        "regimes": [law.pack],
        "currency": law.currency,
        "starts_on": law.start.isoformat(),
    }
    return Config.model_validate(body)


def _things(law: Law, dice: random.Random, abroad: list[str]) -> list[Fact]:
    """Things kept, of which every second came in the period and every third left in it."""
    found: list[Fact] = []
    for number in range(dice.randrange(0, 7)):
        came = law.start + timedelta(days=number if number % 2 else -30)
        found.append(
            Asset(
                entity=f"thing{number}", title=dice.choice(NAMES)[:100], acquired_on=came, fund=f"f-{dice.choice(abroad)}",
                currency=law.currency, amount_minor=dice.choice(MINORS), place=dice.choice(NAMES)[:60],
                kind=dice.choice([None, "movable", "immovable"]), size="12 m²",
                disposed_on=law.last - timedelta(days=number) if number % 3 == 0 else None,
            )
        )  # fmt: skip
    return found


def _facts(law: Law, dice: random.Random, lines: list[str], abroad: list[str]) -> list[Fact]:
    names = dice.sample(NAMES, len(NAMES))
    facts: list[Fact] = [*system_accounts(), Account(entity="income", title="Поступления", type="income")]
    facts += [
        Account(
            entity=f"{place}{number}",
            title=names.pop(),
            type="asset",
            account_class=place,
            currency=law.currency,
        )
        for number, place in enumerate(law.places)
    ]
    facts += [Account(entity=f"x-{line}", title=line, type="expense", expense_line=line) for line in lines]
    for number, source in enumerate(abroad):
        facts.append(
            Source(entity=source, kind="foreign_organisation", name=names[number % len(names)], country="NL")
        )
        facts.append(
            Fund(
                entity=f"f-{source}", title=names[(number + 3) % len(names)], restricted=True, donor=source,
                purpose=PURPOSES[number % len(PURPOSES)], start_on=law.start + timedelta(days=number),
                end_on=law.last - timedelta(days=number) if number % 2 else None,
            )
        )  # fmt: skip
        facts.append(
            Contribution(
                entity=f"given-{source}", kind=("political", "thing")[number % 2], on_date=law.start + timedelta(days=9 + number),
                recipient=dice.choice(NAMES)[:80], principal=source, amount_minor=dice.choice(MINORS), currency=law.currency,
                purpose=dice.choice(NAMES)[:80],
            )
        )  # fmt: skip
    facts += _things(law, dice, abroad)
    facts += [
        Source(
            entity="home",
            kind="domestic_organisation",
            name="Свой донор",
            country={"ru": "RU", "us": "US", "in": "IN"}[law.pack],
        ),
        Fund(entity="f-home", title="Свои", restricted=False, donor="home"),
        Programme(entity="p1", title=dice.choice(NAMES)),
        Programme(entity="p2", title="Приёмная", aim=dice.choice(NAMES)),
    ]
    for number in range(dice.randrange(0, 12)):
        on = law.start + timedelta(days=dice.randrange((law.last - law.start).days))
        facts.append(
            Activity(
                entity=f"act{number}", programme=dice.choice(["p1", "p2"]), kind="seminar", state="held", start_on=on, end_on=on,
                participants=dice.randrange(0, 5000), description=dice.choice(NAMES)[:100], place=dice.choice(NAMES)[:60],
            )
        )  # fmt: skip
        facts.append(
            Contact(
                entity=f"contact{number}", on_date=on, method="meeting", principal=dice.choice(abroad), body=dice.choice(NAMES)[:80],
                purpose=dice.choice(NAMES)[:80], state="registrable",
            )
        )  # fmt: skip
    return facts
