"""A profile is proposed for a table that nobody described; it reads the file, or says what is doubtful."""

from __future__ import annotations

from pathlib import Path

import pytest
from statements import workbooks
from statements.profiles import PROFILES
from statements.writer import A1
from test_importers_files import FOLDER
from workbench import Bench, empty

from compliance.errors import InputError
from compliance.importers.source import Source
from compliance.intake.propose import inserted, propose


def proposed(name: str, **more: str) -> dict[str, object]:
    found = propose(Source.of_file(FOLDER / name), **more)  # type: ignore[arg-type]
    return found.profile | {"doubts": found.doubts, "result": found.result}


def test_a_table_in_russian() -> None:
    found = proposed("csv_balance.csv", account=A1)
    wanted = PROFILES["primer-bank"]
    assert found["header"] == wanted.header
    assert found["columns"] == wanted.columns.named()
    assert (found["encoding"], found["dates"], found["decimal"], found["account"]) == (
        "windows-1251",
        ["d.m.Y"],
        ",",
        A1,
    )
    assert found["doubts"] == []
    assert found["result"] == "Read by it, the file has 3 lines and its balances agree."


def test_labelled_cells_around_the_table() -> None:
    found = proposed("csv_labels.csv")
    assert found["labels"] == PROFILES["labelled"].labels.named()
    assert found["result"] == "Read by it, the file has 3 lines and its balances agree."


@pytest.mark.parametrize(
    "name",
    ["xlsx_plain.xlsx", "xlsx_days_and_numbers.xlsx", "xlsx_title_above.xlsx", "xlsx_merged_columns.xlsx"],
)
def test_a_workbook(name: str) -> None:
    found = proposed(name, account=A1)
    assert found["sheet"] == "Лист1"
    assert found["result"] == "Read by it, the file has 2 lines and its balances agree."


def test_what_is_doubtful_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Date,Amount,Description\n03/04/2025,5.00,x\n", "utf-8")
    found = propose(Source.of_file(tmp_path / "a.csv"))
    told = " ".join(found.doubts)
    for words in ("day or the month comes first", "Whose account", "Opening and closing balance"):
        assert words in told
    assert "refused" in found.result


def test_no_header_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("hello\nworld\n", "utf-8")
    with pytest.raises(InputError, match="no header of a statement"):
        propose(Source.of_file(tmp_path / "a.csv"))
    with pytest.raises(InputError):
        propose(Source.of_bytes(workbooks.workbook(("S", [])), "x.xlsx"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return empty(tmp_path / "books")


def test_nothing_is_written_unless_asked(bench: Bench) -> None:
    before = (bench.folder / "schedules.yaml").read_bytes()
    result = bench.run("profile", "propose", str(FOLDER / "csv_balance.csv"), "--account", A1)
    assert result.out.startswith("imports:\n  profiles:\n")
    assert "Line 1: " in result.err
    assert "Nothing was written" in result.err
    assert (bench.folder / "schedules.yaml").read_bytes() == before


def test_saved_beside_comments_and_then_used(bench: Bench) -> None:
    path = bench.folder / "schedules.yaml"
    path.write_text("# ours\n" + path.read_text("utf-8") + "# the end\n", "utf-8")
    before = path.read_bytes()
    bench.run(
        "record",
        "account",
        "--id",
        "a1",
        "--title",
        "a1",
        "--class",
        "bank",
        "--currency",
        "RUB",
        "--number",
        A1,
    )
    for name, file in (("one", "csv_balance.csv"), ("two", "xlsx_plain.xlsx")):
        bench.run("profile", "propose", str(FOLDER / file), "--account", A1, "--save", name)
    now = path.read_text("utf-8")
    assert [
        line for line in now.splitlines() if line in before.decode().splitlines()
    ] == before.decode().splitlines()
    assert (bench.folder / "schedules.yaml.bak").is_file()
    bench.run("import", str(FOLDER / "csv_balance.csv"), "--profile", "one", "--yes")
    assert "a profile 'one' already" in bench.fail(
        2, "profile", "propose", str(FOLDER / "csv_balance.csv"), "--account", A1, "--save", "one"
    )


def test_what_is_not_a_profile_is_not_saved(bench: Bench) -> None:
    before = (bench.folder / "schedules.yaml").read_bytes()
    bench.fail(
        3, "profile", "propose", str(FOLDER / "csv_balance.csv"), "--save", "one"
    )  # nobody said whose account
    assert (bench.folder / "schedules.yaml").read_bytes() == before


def test_a_flow_of_yaml_is_left_alone() -> None:
    profile = {"header": "a;b"}
    assert '\nimports:\n  profiles:\n    "x":\n' in inserted("regimes: []", "x", profile, "s")
    text = "imports:\n    # here\n    profiles:\n        a: {}\nregimes: []\n"
    assert inserted(text, "x", profile, "s").splitlines()[3] == '      "x":'
    for odd in ("imports: {}\n", "imports:\n  profiles: {}\n"):
        with pytest.raises(InputError, match="cannot be added"):
            inserted(odd, "x", profile, "s")
