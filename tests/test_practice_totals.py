"""Every total of the practice organisation, from its events and again from the files banks wrote.

The figures are typed here once more from the description of the organisation, not taken from the
generator; the reader of statement files below shares nothing with the writer or with the importers.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from compliance.practice import Practice, build, totals, write_files
from compliance.practice.banks import CSV_PROFILE, LYING, SPANS

FUNDS = {  # opening, received, exchange, spent, closing
    "f1": "1660450.20 1731600.00 -70321.00 2002071.93 1319657.27",
    "f2": "902700.35 1240000.00 0 1393822.35 748878.00",
    "f3a": "640199.85 600000.00 0 1097116.90 143082.95",
    "f3b": "244608.15 287415.00 0 195220.87 336802.28",
    "f4": "406700.00 143700.00 0 225545.55 324854.45",
}
ALL = "3854658.55 4002715.00 -70321.00 4913777.60 2873274.95"
SPENT = {  # f1, f2, f3a, f3b, f4, all
    "social": "418600.00 356420.00 0 134500.00 0 909520.00",
    "events": "231480.50 187350.45 688415.35 21480.40 15200.00 1143926.70",
    "pay": "954295.64 671210.90 183710.85 0 102708.85 1911926.24",
    "stipends": "0 0 60000.00 0 0 60000.00",
    "travel": "96740.30 41230.15 118950.20 8450.00 0 265370.65",
    "premises": "148200.00 121500.40 36800.00 18400.45 42150.40 367051.25",
    "equipment": "129900.00 0 0 0 24990.00 154890.00",
    "taxes": "2400.00 1500.00 0 0 8622.00 12522.00",
    "other": "20455.49 14610.45 9240.50 12390.02 31874.30 88570.76",
}
OPENING = {
    ("a1", "f1"): "311450.20",
    ("a1", "f4"): "330000.00",
    ("a1", "f2"): "902700.35",
    ("a1", "f3a"): "640199.85",
    ("a2", "f3b"): "244608.15",
    ("a2", "f4"): "68300.00",
    ("a3", "f1"): "14200.00",
    ("cash", "f4"): "8400.00",
}
CLOSING = {
    ("a1", "f1"): "190745.27",
    ("a1", "f2"): "748878.00",
    ("a1", "f3a"): "143082.95",
    ("a1", "f4"): "317286.25",
    ("a2", "f3b"): "336802.28",
    ("a2", "f4"): "4418.20",
    ("a3", "f1"): "12165.00",
    ("cash", "f4"): "3150.00",
}
SEEDS = (0, 1, 7, 2025)


def minor(text: str) -> int:
    return int(Decimal(text) * 100)


@pytest.fixture(params=SEEDS)
def practice(request: pytest.FixtureRequest) -> Practice:
    return build(request.param)


def test_money_table_by_fund(practice: Practice) -> None:
    rows = totals.money(practice)
    table = {
        fund: (row.opening, row.received, row.exchange, row.spent, row.closing) for fund, row in rows.items()
    }
    assert table == {fund: tuple(minor(cell) for cell in row.split()) for fund, row in FUNDS.items()}
    assert tuple(map(sum, zip(*table.values(), strict=True))) == tuple(minor(cell) for cell in ALL.split())


def test_places_by_fund(practice: Practice) -> None:
    assert totals.opening_places(practice) == {place: minor(text) for place, text in OPENING.items()}
    assert totals.closing_places(practice) == {place: minor(text) for place, text in CLOSING.items()}


def test_spent_by_fund_and_line(practice: Practice) -> None:
    table = totals.spent(practice)
    for line, row in SPENT.items():
        cells = [table.pop((fund, line), 0) for fund in FUNDS]
        assert [*cells, sum(cells)] == [minor(cell) for cell in row.split()], line
    assert table == {}


def test_classes_bridge_and_rounding(practice: Practice) -> None:
    spent = {fund: row.spent for fund, row in totals.money(practice).items()}
    assert spent["f3a"] + spent["f3b"] == minor("1292337.77")
    assert spent["f1"] + spent["f2"] == minor("3395894.28")
    assert spent["f4"] == minor("225545.55")
    assert totals.bridge(practice) == (minor("4913777.60"), minor("4834407.60"))
    assert totals.foreign_receipts(practice) == minor("2971600.00")
    table = totals.spent(practice)

    def thousands(funds: tuple[str, ...]) -> tuple[int, int]:
        cells = [sum(table.get((fund, line), 0) for fund in funds) for line in SPENT]
        return sum((cell + 50_000) // 100_000 for cell in cells), (sum(cells) + 50_000) // 100_000

    assert thousands(tuple(FUNDS)) == (4915, 4914)
    assert thousands(("f1", "f2")) == (3397, 3396)


def test_exchange_residues(practice: Practice) -> None:
    sale = {event.account: event.amount_minor for event in practice.tagged("euro-sale")}
    official = totals.in_roubles(practice, -sale["a3"], "EUR", date(2025, 11, 20))
    assert (sale["a1"], official, sale["a1"] - official) == (1_878_000_00, 1_890_000_00, -12_000_00)
    assert totals.money(practice)["f1"].exchange - (sale["a1"] - official) == minor("-58321.00")


def test_counts_and_named_lines(practice: Practice) -> None:
    lines = Counter(event.account for event in practice.events)
    assert (lines["a1"], lines["a2"], lines["a3"] + lines["transit-eur"]) == (214, 171, 15)
    acquired = [event.parts for event in practice.tagged("acquirer")]
    assert len(acquired) == 62
    assert sum(parts[0].amount_minor for parts in acquired) == minor("287415.00")
    assert -sum(parts[1].amount_minor for parts in acquired) == minor("8047.62")
    assert sum(event.amount_minor for event in practice.tagged("acquirer")) == minor("279367.38")
    assert sum(event.purpose.startswith("Оплата картой") for event in practice.of_account("a2")) == 98
    assert len(practice.tagged("payroll")) + len(practice.tagged("payroll-early")) == 6
    taxes = practice.tagged("single-tax")
    assert (len(taxes), -sum(event.amount_minor for event in taxes)) == (3, minor("427661.64"))
    out = [event for event in practice.tagged("own-transfer") if event.account == "a1"]
    assert (len(out), -sum(event.amount_minor for event in out)) == (3, minor("105000.00"))
    own = [part for event in practice.events for part in event.parts if part.source == "own"]
    assert (len(own), sum(part.amount_minor for part in own)) == (11, minor("143700.00"))


def test_parts_add_up_and_nothing_runs_dry(practice: Practice) -> None:
    """Each event equals its parts; no fund's money at any place is below zero at any day's end."""
    places = Counter(totals.opening_places(practice))
    days = sorted({event.on for event in practice.events})
    for day in days:
        for event in (event for event in practice.events if event.on == day):
            assert sum(part.amount_minor for part in event.parts) == event.amount_minor, event.id
            for part in event.parts:
                places[event.account, part.fund] += part.amount_minor
        assert all(amount >= 0 for amount in places.values()), (day, places)
    assert totals.in_transit(practice) == {}
    assert len({event.id for event in practice.events}) == len(practice.events)


def test_pairs_meet(practice: Practice) -> None:
    legs = Counter(event.pair for event in practice.events if event.pair)
    assert set(legs.values()) == {2}
    assert sum(pair.startswith("transit-") for pair in legs) == 3


# An independent reader: blocks of KEY=VALUE, no knowledge of what the writer meant.


def blocks(text: str) -> Iterator[dict[str, str]]:
    block: dict[str, str] = {}
    for line in text.splitlines():
        key, _sign, value = line.partition("=")
        if key in ("СекцияРасчСчет", "СекцияДокумент"):
            block = {"kind": key}
        elif key in ("КонецРасчСчет", "КонецДокумента"):
            yield block
        else:
            block[key] = value


def movements(data: bytes, encoding: str) -> tuple[dict[str, str], list[tuple[str, int]]]:
    """The account section, and (day, signed minor units) of each document."""
    sections = list(blocks(data.decode(encoding)))
    head = next(block for block in sections if block["kind"] == "СекцияРасчСчет")
    moves = []
    for block in sections:
        if block["kind"] == "СекцияДокумент":
            out = block["ПлательщикРасчСчет"] == head["РасчСчет"]
            day = block["ДатаСписано" if out else "ДатаПоступило"]
            moves.append((day, -minor(block["Сумма"]) if out else minor(block["Сумма"])))
    return head, moves


def test_statement_files_carry_the_same_money(tmp_path: Path, practice: Practice) -> None:
    write_files(practice, tmp_path)
    closing: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for span in SPANS:
        data = (tmp_path / "bank" / span.name).read_bytes()
        if span.encoding == "utf-8":
            table = list(csv.reader(io.StringIO(data.decode()), delimiter=";"))
            above, header, rows = dict(table[:4]), table[4], table[5:]
            assert ";".join(header) == CSV_PROFILE["header"]
            opening = minor(above["Входящий остаток"])
            assert opening == {"a3": 14_200_00}.get(span.account, 0)
            for row in rows:
                opening += minor(row[header.index("Сумма")])
                assert minor(row[header.index("Остаток")]) == opening
            assert minor(above["Исходящий остаток"]) == opening
            closing[span.account], counts[span.account] = opening, len(rows)
            continue
        head, moves = movements(data, span.encoding)
        opening, last = minor(head["НачальныйОстаток"]), minor(head["КонечныйОстаток"])
        assert opening + sum(amount for _day, amount in moves) == last
        assert sum(amount for _day, amount in moves if amount > 0) == minor(head["ВсегоПоступило"])
        # The overlapping week of А1 is counted once.
        counts[span.account] += sum(
            not (span.name == "a1-2025-11.txt" and int(day[:2]) >= 24) for day, _amount in moves
        )
        closing[span.account] = last
    assert closing == {
        "a1": minor("1399992.47"),
        "a2": minor("341220.48"),
        "a3": minor("12165"),
        "transit-eur": 0,
    }
    assert counts == {"a1": 214, "a2": 171, "a3": 11, "transit-eur": 4}


def test_lying_totals_miss_one_day(tmp_path: Path, practice: Practice) -> None:
    write_files(practice, tmp_path)
    head, moves = movements((tmp_path / LYING.name).read_bytes(), LYING.encoding)
    added = minor(head["НачальныйОстаток"]) + sum(amount for _day, amount in moves)
    assert added - minor(head["КонечныйОстаток"]) == 4_000_00
    days = {day for day, _amount in moves}
    assert days == {f"{day}.11.2025" for day in (10, 11, 12, 13, 14, 18, 19, 20, 21)}
