"""What holds for the formats together: one claims a file, memory stays flat, and why MT940 has our own reader."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import mt940
import pytest
from statements import dialects
from statements.profiles import PROFILES
from test_importers_files import ACCOUNTS, BAD, FOLDER, GOOD, TYPED

from compliance.errors import InputError
from compliance.importers import reading
from compliance.importers._mt940_info import described
from compliance.importers.model import Context
from compliance.importers.reading import identified, importers, read_statements
from compliance.importers.source import Source

CONTEXT = Context(ACCOUNTS, PROFILES)
KINDS = {"onec": "1c"}


def kind(name: str) -> str:
    start = name.partition("_")[0]
    return KINDS.get(start, start)


# ---- which format


@pytest.mark.parametrize("name", [*GOOD, *(f"refused/{name}" for name in BAD)])
def test_at_most_one_format_claims_a_file(name: str) -> None:
    head = Source.of_file(FOLDER / name).head
    claiming = [part.NAME for part in importers() if part.identify(head, CONTEXT)]
    assert claiming in ([], [kind(name.removeprefix("refused/"))])


@pytest.fixture
def greedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more format installed, which takes every XML."""
    other = ModuleType("other")
    vars(other).update(NAME="other", SIGN="other: anything", identify=lambda head, context: b"<" in head, read=lambda *_: [])  # fmt: skip
    known = importers()
    monkeypatch.setattr(reading, "importers", lambda: (*known, other))


@pytest.mark.usefixtures("greedy")
def test_two_formats_are_an_error_that_names_both() -> None:
    source = Source.of_file(FOLDER / "camt_plain.xml")
    with pytest.raises(InputError) as caught:
        identified(source, CONTEXT)
    assert caught.value.what == "the file fits several formats: camt, other"
    assert caught.value.remedy == "Name the right one: --profile camt, --profile other."
    assert identified(source, Context(profile="camt")).NAME == "camt"
    assert identified(source, Context(profile="other")).NAME == "other"


def test_a_named_format_must_fit() -> None:
    with pytest.raises(InputError, match="not of the format mt940"):
        identified(Source.of_file(FOLDER / "camt_plain.xml"), Context(profile="mt940"))


def test_no_format_says_what_was_looked_for() -> None:
    with pytest.raises(InputError) as caught:
        read_statements(b"hello, world\n", "x.txt", accounts=None, profiles=PROFILES)
    for part in importers():
        assert part.SIGN in caught.value.why
    assert "labelled" in caught.value.why
    assert "compliance profile propose" in caught.value.remedy


# ---- memory


def long_camt(entries: int) -> bytes:
    body = "".join(
        dialects.entry(
            "1.00", f"2025-11-{at % 28 + 1:02}", dialects.tx(f"Member {at}", ref=f"E{at}"), ref=f"R{at}"
        )
        for at in range(entries)
    )
    closing = dialects.balance("CLBD", f"{1000 + entries}.00", "2025-11-30")
    return dialects.camt(dialects.stmt(dialects.OPENING + closing + body)).encode()


def long_mt940(entries: int) -> bytes:
    rows = "".join(
        f":61:2511{at % 28 + 1:02}11{at % 28 + 1:02}C1,00NTRFE{at}//R{at}\n:86:Gift number {at} of a member\n"
        for at in range(entries)
    )
    head, tail = dialects.MT.partition(":61:")[0], f":62F:C251130EUR{1000 + entries},00\n-\n"
    return (head + rows + tail).encode()


def long_ofx(entries: int) -> bytes:
    rows = "".join(
        f"<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>202511{at % 28 + 1:02}<TRNAMT>1.00<FITID>{at}<NAME>Member {at}<MEMO>Gift</STMTTRN>\n"
        for at in range(entries)
    )
    start, end = dialects.OFX.index("<STMTTRN>"), dialects.OFX.index("</BANKTRANLIST>")
    text = dialects.OFX[:start] + rows + dialects.OFX[end:]
    return text.replace("1349.75", f"{1000 + entries}.00").encode("cp1251")


PEAK = """
import re, sys
from compliance.importers.reading import read_statements
from compliance.importers.source import Source
from compliance.importers.model import Balances
from pathlib import Path
(statement,) = read_statements(Source.of_file(Path(sys.argv[1])), accounts=None, balances=Balances({"": 100_000}))
assert sum(1 for _line in statement.lines()) == statement.count == int(sys.argv[2])
print(re.search(r'VmHWM:\\s*(\\d+)', Path('/proc/self/status').read_text())[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory comes from /proc")
@pytest.mark.parametrize("make", [long_camt, long_mt940, long_ofx])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, make: Callable[[int], bytes]) -> None:
    """Of the whole process: what libxml2 holds counts, too."""
    peaks = []
    for entries in (2_000, 16_000):
        path = tmp_path / f"{entries}.bank"
        path.write_bytes(make(entries))
        done = subprocess.run([sys.executable, "-c", PEAK, str(path), str(entries)], capture_output=True, text=True, check=True, timeout=300)  # fmt: skip
        peaks.append(int(done.stdout))
    assert peaks[1] <= 1.2 * peaks[0]


def test_an_entry_too_large_for_memory_is_refused() -> None:
    data = dialects.CAMT.replace("Gift for the library", "</Ustrd>" + "<a/>" * 3_000_000 + "<Ustrd>").encode()
    with pytest.raises(InputError, match="larger than 8 MiB"):
        read_statements(data, "x.xml", accounts=None)


# ---- why not the library


def library(text: str) -> list[tuple[Decimal, str]]:
    """What ``mt-940`` reads: signed amount and status of each line."""
    found = mt940.parse(io.StringIO(text))
    return [(item.data["amount"].amount, item.data["status"]) for item in found]


def ours(text: str) -> list[int]:
    (statement,) = read_statements(text.encode(), "x.sta", accounts=None)
    return [line.amount_minor for line in statement.lines()]


def test_on_the_plain_file_both_agree() -> None:
    assert [int(amount * 100) for amount, _status in library(dialects.MT)] == ours(dialects.MT)


def test_the_library_reads_other_money() -> None:
    """A credit taken back is money out; an amount with a point is refused, not cut. The balances prove us right."""
    reversed_credit = dialects.MT_GOOD["reversals"](dialects.MT)
    assert ours(reversed_credit) == [-50_000, 15_025]
    assert [amount > 0 for amount, _status in library(reversed_credit)] != [False, True]
    with_point = dialects.MT.replace("C500,00NTRF", "C500.50NTRF")
    with pytest.raises(InputError):
        ours(with_point)


def test_the_other_side_is_who_ordered_it_or_who_had_it_whichever_is_not_us() -> None:
    """Both are told, in either order; an entry taken back keeps its sides."""
    sides = (
        "/BENM//NAME/Ano Example/IBAN/NL55ABNA0000000042/ORDP//NAME/Example Commons Inc./ADDR/1 Main Street"
    )
    for mark, name, address in (
        ("C", "Example Commons Inc.", "1 Main Street"),
        ("RC", "Example Commons Inc.", "1 Main Street"),
        ("D", "Ano Example", ""),
        ("RD", "Ano Example", ""),
    ):
        party, purpose = described([sides, "/REMI/Gift"], credit=mark.endswith("C"))
        assert (party.name, party.address, purpose) == (name, address, "Gift")
    only_us, _purpose = described(["/BENM//NAME/Ano Example/REMI/Gift"], credit=True)
    assert only_us.name == ""
    text = dialects.sub(dialects._MT_86, f":86:{sides}\n")(dialects.MT)
    (statement,) = read_statements(text.encode(), "x.sta", accounts=None)
    assert next(iter(statement.lines())).counterparty.name == "Example Commons Inc."


def test_given_balances_are_those_of_files_that_need_them() -> None:
    assert set(TYPED) <= {*GOOD, *BAD}


def test_lxml_is_loaded_for_xml_only() -> None:
    program = (
        "import sys\nfrom compliance.importers.reading import read_statements\n"
        f"read_statements(open({str(FOLDER / 'onec_plain.txt')!r}, 'rb').read(), 'x', accounts=None)\n"
        "assert 'lxml' not in sys.modules and 'openpyxl' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
