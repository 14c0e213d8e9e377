"""OFX has no opening balance: several accounts in a file, and what the books know of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from intakebooks import balance, make
from statements import dialects
from statements.writer import A1

from compliance import cli

OTHER = "40703978600000000042"


def block(
    account: str, currency: str, days: tuple[str, str], amounts: list[str], closing: str, ref: str
) -> str:
    rows = "".join(
        f"<STMTTRN>\n<TRNTYPE>OTHER\n<DTPOSTED>{days[0]}\n<TRNAMT>{amount}\n<FITID>{ref}{number}\n<NAME>Example Shop\n</STMTTRN>\n"
        for number, amount in enumerate(amounts)
    )
    return (
        f"<STMTTRNRS><TRNUID>0<STATUS><CODE>0<SEVERITY>INFO</STATUS>\n<STMTRS>\n<CURDEF>{currency}\n"
        f"<BANKACCTFROM><BANKID>040000901<ACCTID>{account}<ACCTTYPE>CHECKING</BANKACCTFROM>\n<BANKTRANLIST>\n"
        f"<DTSTART>{days[0]}\n<DTEND>{days[1]}\n{rows}</BANKTRANLIST>\n<LEDGERBAL><BALAMT>{closing}<DTASOF>{days[1]}</LEDGERBAL>\n"
        "</STMTRS></STMTTRNRS>\n"
    )


def ofx(*blocks: str) -> bytes:
    head, _rest = dialects.OFX.split("<BANKMSGSRSV1>")
    return f"{head}<BANKMSGSRSV1>{''.join(blocks)}</BANKMSGSRSV1>\n</OFX>\n".encode("cp1251")


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ofx") / "books"
    make(folder)
    return folder


@pytest.fixture
def folder(master: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(master, tmp_path / "books"))


def load(folder: Path, *more: str) -> int:
    return cli.run(["-C", str(folder), "import", *more, "--yes", "--format", "json"])


NOVEMBER = ("20251101", "20251130")
TWO = (
    block(A1, "RUB", NOVEMBER, ["500.00", "-150.25"], "1349.75", "R"),
    block(OTHER, "EUR", NOVEMBER, ["20.00"], "120.00", "U"),
)


@pytest.fixture
def two(folder: Path) -> str:
    path = folder / "two.ofx"
    path.write_bytes(ofx(*TWO))
    return str(path)


def test_two_accounts_in_one_go(folder: Path, two: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = {name: balance(folder, name) for name in ("a1", "a3")}
    assert load(folder, two, "--opening", "a1=1000", "--opening", f"{OTHER}=100") == 0
    rows = {row["account"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert {name: (row["opening_minor"], row["closing_minor"]) for name, row in rows.items()} == {
        "a1": (1_000_00, 1_349_75),
        "a3": (100_00, 120_00),
    }
    assert balance(folder, "a1") - before["a1"] == 349_75
    assert balance(folder, "a3") - before["a3"] == 20_00


def test_what_is_missing_is_named_with_its_account(
    folder: Path, two: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load(folder, two, "--opening", "a1=1000") == 3
    assert f"--opening {OTHER}=" in capsys.readouterr().err
    assert load(folder, two, "--opening", "1000") == 3  # of which of them?
    assert f"--opening {A1}=" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--opening", "a1=1000", "--opening", f"{OTHER}=100", "--opening", "a9=5"), "a9"),
        (("--opening", "a1=1000", "--opening", "a1=1000"), "twice"),
        (("--opening", "a1="), "amount"),
    ],
)
def test_slips(
    folder: Path, two: str, options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load(folder, two, *options) == 2
    assert said in capsys.readouterr().err


def test_a_wrong_opening_loads_nothing(folder: Path, two: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = balance(folder, "a3")
    assert load(folder, two, "--opening", "a1=1000", "--opening", f"{OTHER}=101") == 3
    assert balance(folder, "a3") == before


def test_the_next_month_opens_as_the_last_one_closed(
    folder: Path, two: str, capsys: pytest.CaptureFixture[str]
) -> None:
    december = ("20251201", "20251231")
    after = folder / "december.ofx"
    after.write_bytes(ofx(block(A1, "RUB", december, ["-49.75"], "1300.00", "D")))
    gap = folder / "gap.ofx"
    gap.write_bytes(ofx(block(A1, "RUB", ("20260102", "20260110"), ["1.00"], "1301.00", "G")))
    # Together with the file before it, and not without.
    assert load(folder, str(after)) == 3
    assert load(folder, two, str(after), "--opening", "a1=1000", "--opening", "a3=100") == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["opening_minor"] for row in rows] == [1_000_00, 100_00, 1_349_75]
    assert "statement before it" in rows[2]["warnings"][0]
    assert load(folder, str(gap)) == 3  # a day is missing between: nothing is known of it
    wrong = folder / "wrong.ofx"
    wrong.write_bytes(ofx(block(A1, "RUB", ("20260101", "20260110"), ["1.00"], "1302.00", "W")))
    assert load(folder, str(wrong)) == 3  # what the books say and what the file says do not meet
    wrong.write_bytes(ofx(block(A1, "RUB", ("20260101", "20260110"), ["1.00"], "1301.00", "W")))
    assert load(folder, str(wrong)) == 0


def test_a_plan_keeps_the_balances(folder: Path, two: str) -> None:
    plan = folder / "plan.json"
    words = ["-C", str(folder), "import"]
    assert cli.run([*words, two, "--opening", "a1=1000", "--opening", "a3=100", "--plan", str(plan)]) == 0
    before = balance(folder, "a1")
    assert cli.run([*words, "--apply", str(plan)]) == 0
    assert balance(folder, "a1") - before == 349_75
