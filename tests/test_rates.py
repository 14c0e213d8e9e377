"""Official rates from central banks' files: what is read, refused, recorded once, and never overwritten.

All figures are invented.
"""

from __future__ import annotations

import contextlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbench import Bench, furnished

from compliance.errors import InputError
from compliance.ratefiles.model import Published
from compliance.ratefiles.reading import read_rates, sources

DAILY = (
    '<?xml version="1.0" encoding="windows-1251"?>\r\n<ValCurs Date="20.11.2025" name="Foreign Currency Market">'
    '<Valute ID="R01239"><NumCode>978</NumCode><CharCode>EUR</CharCode><Nominal>1</Nominal><Name>Евро</Name>'
    "<Value>94,5000</Value><VunitRate>94,5</VunitRate></Valute>"
    '<Valute ID="R01820"><NumCode>392</NumCode><CharCode>JPY</CharCode><Nominal>100</Nominal><Name>Иен</Name>'
    "<Value>53,1234</Value><VunitRate>0,531234</VunitRate></Valute></ValCurs>"
).encode("windows-1251")
DYNAMIC = (
    '<?xml version="1.0" encoding="windows-1251"?><ValCurs ID="R01239" DateRange1="14.10.2025" DateRange2="20.10.2025"'
    ' name="Foreign Currency Market Dynamic"><Record Date="14.10.2025" Id="R01239"><Nominal>1</Nominal>'
    '<Value>96,2000</Value></Record><Record Date="18.10.2025" Id="R01239"><Nominal>1</Nominal><Value>96,3000</Value>'
    '</Record><Record Date="21.10.2025" Id="R01239"><Nominal>1</Nominal><Value>96,4000</Value></Record></ValCurs>'
).encode("windows-1251")
ECB_XML = (
    b'<?xml version="1.0" encoding="UTF-8"?><gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"'
    b' xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates</gesmes:subject>'
    b"<Cube><Cube time='2025-11-20'><Cube currency='USD' rate='1.1525'/><Cube currency='JPY' rate='181.10'/></Cube>"
    b"<Cube time='2025-11-19'><Cube currency='USD' rate='1.1500'/></Cube></Cube></gesmes:Envelope>"
)
ECB_DAILY = b"Date, USD, JPY, \n20 November 2025, 1.1525, 181.10, \n"
ECB_HISTORY = b"Date,USD,JPY,RUB,\n2025-11-20,1.1525,181.10,N/A,\n2025-11-19,1.1500,180.00,N/A,\n"

ECB_PORTAL = (
    b"KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,TITLE\n"
    b'EXR.D.USD.EUR.SP00.A,D,USD,EUR,SP00,A,2025-11-19,1.1500,A,"US dollar, euro"\n'
    b'EXR.D.USD.EUR.SP00.A,D,USD,EUR,SP00,A,2025-11-20,1.1525,A,"US dollar, euro"\n'
    b'EXR.D.RUB.EUR.SP00.A,D,RUB,EUR,SP00,A,2025-11-20,NaN,H,"Russian rouble, euro"\n'
    b'EXR.D.JPY.EUR.SP00.A,D,JPY,EUR,SP00,A,2025-11-20,181.10,A,"Yen, euro"\n'
)


def rates(data: bytes) -> dict[tuple[str, str, str], Decimal]:
    return {
        (item.currency, item.quote, item.on.isoformat()): item.rate for item in read_rates(data, "f").rates
    }


def test_the_bank_of_russia_by_day() -> None:
    found = read_rates(DAILY, "f")
    assert found.source == "Банк России"
    assert found.rates == (
        Published("EUR", "RUB", date(2025, 11, 20), Decimal("94.5000"), 1),
        Published("JPY", "RUB", date(2025, 11, 20), Decimal("0.531234"), 100),
    )


def test_the_bank_of_russia_over_days() -> None:
    assert rates(DYNAMIC) == {
        ("EUR", "RUB", "2025-10-14"): Decimal("96.2"),
        ("EUR", "RUB", "2025-10-18"): Decimal("96.3"),
        ("EUR", "RUB", "2025-10-21"): Decimal("96.4"),
    }


@pytest.mark.parametrize(
    "data", [ECB_XML, ECB_DAILY, ECB_HISTORY, ECB_PORTAL], ids=["xml", "daily", "history", "portal"]
)
def test_the_european_central_bank(data: bytes) -> None:
    found = rates(data)
    assert found["EUR", "USD", "2025-11-20"] == Decimal("1.1525")
    assert found["EUR", "JPY", "2025-11-20"] == Decimal("181.10")
    assert ("EUR", "RUB", "2025-11-20") not in found


def test_no_two_sources_claim_one_file() -> None:
    for data in (DAILY, DYNAMIC, ECB_XML, ECB_DAILY, ECB_HISTORY, ECB_PORTAL):
        assert sum(source.identify(data[:4096]) for source in sources()) == 1


DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE v [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
BAD = {
    "nobody's": (b"hello", "not a file of rates"),
    "empty": (b"", "not a file of rates"),
    "doctype": (DOCTYPE + b'<ValCurs Date="20.11.2025">&e;</ValCurs>', "document type"),
    "doctype ecb": (ECB_XML.replace(b"<gesmes:Env", b"<!DOCTYPE x><gesmes:Env", 1), "document type"),
    "cut": (DAILY[:-30], "broken or cut off"),
    "encoding": (DAILY.replace(b"windows-1251", b"windows-9999"), "broken or cut|encoding"),
    "day": (DAILY.replace(b"20.11.2025", b"31.02.2025"), "day of the rates"),
    "zero": (DAILY.replace(b"94,5000", b"0,0000"), "not a rate"),
    "NaN": (DAILY.replace(b"94,5000", b"NaN"), "not a rate"),
    "exponent": (DAILY.replace(b"94,5000", b"9e9"), "not a rate"),
    "negative": (DAILY.replace(b"94,5000", b"-94,5"), "not a rate"),
    "nominal": (DAILY.replace(b"<Nominal>100", b"<Nominal>0"), "not a rate"),
    "currency": (DAILY.replace(b">EUR<", b">euro<"), "three capital letters"),
    "unknown code": (DYNAMIC.replace(b"R01239", b"R09999"), "R09999"),
    "two rates": (DYNAMIC.replace(b"18.10.2025", b"14.10.2025"), "two rates of EUR"),
    "ragged": (ECB_HISTORY.replace(b"1.1500,180.00,N/A,", b"1.15"), "cut off"),
    "portal, averages": (ECB_PORTAL.replace(b",D,", b",M,").replace(b"2025-11-19", b"2025-11"), "averages"),
    "portal, a column less": (ECB_PORTAL.replace(b"OBS_VALUE", b"VALUE"), "lacks the columns OBS_VALUE"),
    "portal, cut off": (ECB_PORTAL[:-40], "cut off"),
    "twice": (ECB_HISTORY.replace(b"JPY", b"USD"), "currency twice"),
    "utf-16": (ECB_HISTORY.decode().encode("utf-16"), "not a file of rates"),
    "deep": (b"<ValCurs>" + b"<a>" * 100_000, "broken or cut off"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_file_is_refused_whole(name: str) -> None:
    data, said = BAD[name]
    with pytest.raises(InputError, match=said):
        read_rates(data, "f")


@given(st.integers(0, len(DAILY) - 1), st.binary(max_size=3))
def test_any_damage_is_refused_or_read(at: int, put: bytes) -> None:
    """Bytes cut out or put in: rates, or an ``InputError``; never anything else."""
    with contextlib.suppress(InputError):
        read_rates(DAILY[:at] + put + DAILY[at + len(put) :], "f")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = furnished(tmp_path / "books")
    for day in ("2025-10-14", "2025-10-19"):
        made.run("record", "income", "--on", day, "--account", "a3", "--fund", "f1", "--source", "zeewind",
                 "--amount", "100")  # fmt: skip
    return made


def written(bench: Bench, data: bytes, name: str = "rates.xml") -> str:
    (bench.folder / name).write_bytes(data)
    return str(bench.folder / name)


def test_recorded_once_with_day_and_source(bench: Bench) -> None:
    file = written(bench, DYNAMIC)
    first = bench.run("rates", "import", file, "--yes")
    assert "recorded 3" in first.err
    found = {row["id"]: (row["rate"], row["origin"]) for row in bench.rows("list", "rates")}
    assert found["EUR/RUB/2025-10-14"] == ("96.2000", "Банк России")
    before = (bench.folder / "ledger.sqlite").read_bytes()
    assert "0 new" in bench.run("rates", "import", file, "--yes").err
    assert (bench.folder / "ledger.sqlite").read_bytes() == before


def test_only_currencies_that_the_books_meet(bench: Bench) -> None:
    rows = bench.run("rates", "import", written(bench, DAILY), "--yes", "--format", "json").rows
    assert [row["currency"] for row in rows] == ["EUR"]
    more = bench.run(
        "rates", "import", written(bench, DAILY), "--currency", "JPY", "--yes", "--format", "json"
    ).rows
    assert [(row["currency"], row["rate"]) for row in more] == [("JPY", "0.531234")]


def test_a_file_without_the_currency_says_so(bench: Bench) -> None:
    """A central bank prices its own currency: nobody should take dollars in roubles from the European one for done."""
    path = bench.folder / "ecb.csv"
    path.write_text("Date,USD,INR,\n2025-11-20,1.15,102.1,\n", "utf-8")
    assert "the file has no rate in RUB of: EUR" in bench.run("rates", "import", str(path), "--yes").err
    said = bench.run("rates", "import", str(path), "--currency", "USD", "--yes").err
    assert "the file has no rate in RUB of: USD" in said


def test_a_conflict_is_told_and_nothing_overwritten(bench: Bench) -> None:
    bench.run(
        "record", "rate", "--currency", "EUR", "--on", "2025-10-14", "--rate", "90", "--origin", "typed"
    )
    result = bench.call("rates", "import", written(bench, DYNAMIC), "--from", "2025-10-01", "--yes")
    assert result.code == 1
    assert "OTHERWISE" in result.out
    found = {row["id"]: row["rate"] for row in bench.rows("list", "rates")}
    assert (found["EUR/RUB/2025-10-14"], found["EUR/RUB/2025-10-21"]) == ("90", "96.4000")


def test_missing_days_are_named_and_carried_only_when_asked(bench: Bench) -> None:
    def days() -> set[str]:
        return {row["on"] for row in bench.run("rates", "missing", "2025-Q4", "--format", "json").rows}

    assert days() == {"2025-10-14", "2025-10-19", "2025-12-31"}
    file = written(bench, DYNAMIC)
    bench.run("rates", "import", file, "--yes")
    assert days() == {"2025-10-19", "2025-12-31"}
    rows = bench.run("rates", "missing", "2025-Q4", "--format", "json").rows
    assert (rows[0]["standing_on"], rows[0]["standing_rate"]) == ("2025-10-18", "96.3000")
    bench.run("rates", "import", file, "--from", "2025-10-01", "--carry", "--yes")
    found = {row["id"]: row for row in bench.rows("list", "rates")}
    carried = found["EUR/RUB/2025-10-19"]
    assert carried["rate"] == "96.3000"
    assert "2025-10-18" in carried["origin"]
    # After the file's last day another rate may have been set: that is never guessed.
    assert days() == {"2025-12-31"}


def test_the_rate_of_the_opening_day_is_asked_for(bench: Bench) -> None:
    """What ``report`` needs of the balance that the books begin with."""
    bench.run(
        "record", "opening", "--account", "a3", "--fund", "f1", "--amount", "5.00", "--on", "2025-09-30"
    )
    rows = bench.run("rates", "missing", "2025-Q4", "--format", "json").rows
    assert "2025-09-30" in {row["on"] for row in rows}
    found = bench.call("--today", "2026-01-12", "check", "rate.missing", "--format", "json").rows
    assert "EUR/RUB/2025-09-30" in {row["subject"] for row in found}


def test_the_other_way_round(tmp_path: Path) -> None:
    """Books in dollars: one euro costs 1.1525 as published; one rouble costs the inverse."""
    made = furnished(tmp_path / "books")
    path = made.folder / "schedules.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("currency: RUB", "currency: EUR"), encoding="utf-8"
    )
    file = written(made, ECB_HISTORY, "h.csv")
    rows = made.run(
        "rates", "import", file, "--currency", "USD", "--from", "2025-01-01", "--yes", "--format", "json"
    ).rows
    assert [row["rate"] for row in rows] == ["0.869565217391", "0.867678958785"]
    assert {(row["currency"], row["quote"]) for row in rows} == {("USD", "EUR")}


@pytest.mark.parametrize(
    "words",
    [
        ("rates", "missing", "2025-Q9"),
        ("rates", "import", "x.xml", "--currency", "euro"),
        ("rates", "import"),
    ],
)
def test_slips_are_told(bench: Bench, words: tuple[str, ...]) -> None:
    (bench.folder / "x.xml").write_bytes(DAILY)
    words = tuple(str(bench.folder / word) if word == "x.xml" else word for word in words)
    assert bench.call(*words).code == 2
