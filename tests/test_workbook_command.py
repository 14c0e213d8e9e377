"""``workbook``: one a programme, and corrections: made, filled in as people do, read back as a plan, applied."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from intakebooks import NOW, books_of, freeze, make, vault_of
from test_import_command import load, statement
from workbench import Bench, furnished

from compliance import cli, i18n
from compliance.intake.assign import find_line
from compliance.intake.history import sorted_lines
from compliance.intake.since import seq_of
from compliance.ledger import lines
from compliance.ledger.append import write
from compliance.ledger.lines import uncleared
from compliance.ledger.models import Filing, Freeze
from compliance.ledger.store import LEDGER
from compliance.storage import open_store

KIND = "visit"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = furnished(tmp_path / "books")
    for entity, day, came in (("v1", "2025-10-02", "8"), ("v2", "2025-10-09", "9")):
        made.run("record", "activity", "--id", entity, "--programme", "p1", "--kind", KIND, "--on", day,
                 "--quantity", "1", "--participants", came)  # fmt: skip
    return made


def made(bench: Bench, name: str = "p1.xlsx", *more: str) -> openpyxl.Workbook:
    bench.run("workbook", "make", "activities", "--programme", "p1", str(bench.folder / name), *more)
    return openpyxl.load_workbook(bench.folder / name)


def filled(bench: Bench, book: openpyxl.Workbook, name: str = "back.xlsx") -> str:
    book.save(bench.folder / name)
    return str(bench.folder / name)


def add(book: openpyxl.Workbook, *values: Any) -> None:
    """A new row; the id stays empty."""
    page = book.worksheets[0]
    row = next(at for at in range(2, 300) if page.cell(at, 4).value is None)
    for column, value in enumerate(values, start=2):
        page.cell(row, column, value)


def test_locked_where_it_is_ours(bench: Bench) -> None:
    book = made(bench)
    page = book.worksheets[0]
    with bench.books() as books:
        assert page["A1"].value == f"activities/1 p1 2025-H2 {books.last_seq}"
    assert [page.cell(row, 1).value for row in (2, 3, 4)] == ["v1", "v2", None]
    assert page.protection.sheet
    assert page["A2"].protection.locked
    assert page["A4"].protection.locked
    assert not page["G2"].protection.locked
    assert len(page.data_validations.dataValidation) == 2
    assert book.worksheets[1]["C2"].value == 17
    assert not book.worksheets[1]["D2"].protection.locked
    with zipfile.ZipFile(bench.folder / "p1.xlsx") as archive:
        assert b"creator>" not in archive.read("docProps/core.xml")


def test_the_same_books_give_the_same_bytes(bench: Bench) -> None:
    made(bench, "one.xlsx")
    made(bench, "two.xlsx")
    assert (bench.folder / "one.xlsx").read_bytes() == (bench.folder / "two.xlsx").read_bytes()


def test_a_plan_then_one_event(bench: Bench) -> None:
    book = made(bench)
    book.worksheets[0]["G2"] = 10
    add(book, KIND, "held", datetime(2025, 11, 6), None, 1, 12)
    add(book, KIND, "not_held · не состоялось", "13.11.25", None, 1, None, None, "Болезнь ведущего")
    add(
        book,
        "booklet",
        "planned",
        date(2025, 12, 1),
        date(2025, 12, 5),
        500,
        None,
        "Дом",
        "Брошюра",
        None,
        "A" * 64,
    )
    file = filled(bench, book)
    before = bench.ledger.read_bytes()
    assert bench.call("workbook", "apply", file).code == 2  # nobody to ask
    assert bench.ledger.read_bytes() == before
    result = bench.run("workbook", "apply", file, "--yes")
    assert "+3 ~1 -0" in result.out
    assert "participants: 8 → 10" in result.out
    with bench.books() as books:
        found = {
            key: (item.state, item.participants, item.evidence) for key, item in books.activities.items()
        }
        assert found == {
            "v1": ("held", 10, None),
            "v2": ("held", 9, None),
            "p1-20251106": ("held", 12, None),
            "p1-20251113": ("not_held", None, None),
            "p1-20251201": ("planned", None, "a" * 64),
        }
        seq = books.last_seq
    # The rows that had no id are the activities they made.
    again = bench.run("workbook", "apply", file, "--yes")
    assert "+0 ~0 -0" in again.out
    with bench.books() as books:
        assert books.last_seq == seq
    bench.run("books", "audit")


def test_a_stated_total_that_differs_is_found_until_one_of_both_is_mended(bench: Bench) -> None:
    book = made(bench)
    book.worksheets[1]["D2"] = 25
    said = bench.run("workbook", "apply", filled(bench, book), "--yes")
    assert "visits: 25" in said.err
    found = bench.call("check", "activity.total", "--format", "json")
    assert [(row["code"], row["subject"], row["period"]) for row in found.rows] == [
        ("activity.total", "programme:p1:participants", "2025-H2")
    ]
    assert "25" in found.rows[0]["message"]
    assert "17" in found.rows[0]["message"]
    bench.run("record", "activity", "--id", "v3", "--programme", "p1", "--kind", KIND, "--on", "2025-12-01",
              "--participants", "8")  # fmt: skip
    assert bench.run("check", "activity.total", "--format", "json").rows == []
    # What is planned, not held, or of another period is not counted.
    bench.run("record", "activity", "--id", "v4", "--programme", "p1", "--kind", KIND, "--state", "planned",
              "--on", "2025-12-02", "--participants", "8")  # fmt: skip
    assert bench.run("check", "activity.total", "--format", "json").rows == []


def test_a_row_that_nobody_touched_takes_nothing_back(bench: Bench) -> None:
    """What somebody else recorded since the workbook was made stays, where its rows say what the books said then."""
    book = made(bench)
    bench.run("record", "activity", "--id", "v1", "--participants", "20")
    book.worksheets[0]["G3"] = 7
    assert "+0 ~1 -0" in bench.run("workbook", "apply", filled(bench, book), "--yes").out
    with bench.books() as books:
        assert [books.activities[name].participants for name in ("v1", "v2")] == [20, 7]
    book.worksheets[0]["A1"] = "activities/1 p1 2025-H2"  # made before workbooks said what they knew
    assert (
        "participants: 20 → 8" in bench.run("workbook", "apply", filled(bench, book, "old.xlsx"), "--yes").out
    )


def test_a_row_left_out_removes_nothing(bench: Bench) -> None:
    book = made(bench)
    book.worksheets[0].delete_rows(2)
    result = bench.run("workbook", "apply", filled(bench, book), "--yes")
    assert "1 activity of the books is not in the workbook; it stays." in result.err
    with bench.books() as books:
        assert set(books.activities) == {"v1", "v2"}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"A2": "v9"}, "no activity of this row's id"),
        ({"A3": "v1"}, "this row twice"),
        ({"C2": "maybe", "G3": "много"}, "2 rows are wrong"),
        ({"B2": None}, "“Kind” is empty"),
        ({"C2": "maybe"}, "the state is one of"),
        ({"D2": "31.02.2025"}, "not a day"),
        ({"D2": date(2025, 1, 1), "E2": date(2025, 1, 1)}, "outside the workbook's period"),
        ({"E2": date(2025, 10, 1)}, "before the first"),
        ({"G2": 8.5}, "whole number"),
        ({"G2": -8}, "whole number"),
        ({"G2": "много"}, "whole number"),
        ({"G2": "1_000"}, "whole number"),
        ({"G2": "=2+2"}, "no stored result"),
        ({"I2": "Была Клиентова Надежда Примеровна"}, "person's data"),
        ({"I2": "звонить +7 900 000-12-34"}, "person's data"),
        ({"K2": "photo.jpg"}, "SHA-256"),
        ({"K2": "../books/schedules.yaml"}, "SHA-256"),
        ({"A1": "activities/1 p77 2025-H2"}, "no programme"),
        ({"A1": "activities/1 p1"}, "not a programme's workbook"),
        ({"A1": "hello"}, "not a workbook that the program made"),
    ],
    ids=str,
)
def test_a_wrong_workbook_changes_nothing(bench: Bench, cells: dict[str, Any], said: str) -> None:
    book = made(bench)
    for at, value in cells.items():
        book.worksheets[0][at] = value
    before = bench.ledger.read_bytes()
    told = bench.fail(3, "workbook", "apply", filled(bench, book), "--yes")
    assert said in told
    assert "Клиентова" not in told
    assert bench.ledger.read_bytes() == before


def test_evidence_sent_along_goes_to_the_vault(bench: Bench) -> None:
    folder = bench.folder / "sent"
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(b"a picture")
    book = made(bench)
    book.worksheets[0]["K2"] = "photo.jpg"
    file = filled(bench, book)
    bench.run("workbook", "apply", file, "--evidence", str(folder), "--yes")
    with bench.books() as books, bench.vault() as vault:
        kept = books.activities["v1"].evidence
        assert kept == hashlib.sha256(b"a picture").hexdigest()
        assert vault.blob(kept) == b"a picture"
    assert "+0 ~0 -0" in bench.run("workbook", "apply", file, "--evidence", str(folder), "--yes").out


def test_what_people_wrote_is_no_formula(bench: Bench) -> None:
    bench.run("record", "activity", "--id", "v1", "--description", '=HYPERLINK("http://example.test","x")')
    cell = made(bench).worksheets[0]["I2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_hidden_rows_and_sheets_are_refused(bench: Bench) -> None:
    book = made(bench)
    book.worksheets[0].row_dimensions[2].hidden = True
    assert "hidden" in bench.fail(3, "workbook", "apply", filled(bench, book), "--yes")
    book = made(bench, "again.xlsx")
    book.worksheets[1].sheet_state = "hidden"
    assert "hidden" in bench.fail(3, "workbook", "apply", filled(bench, book, "b.xlsx"), "--yes")


def test_a_filed_period_is_amended_only(bench: Bench) -> None:
    book = made(bench)
    book.worksheets[0]["G2"] = 10
    file = filled(bench, book)
    with (
        open_store(LEDGER, bench.ledger, write=True) as connection,
        write(connection, kind="file", actor="test", now=NOW) as event,
    ):
        span = {"start_on": date(2025, 7, 1), "last_on": date(2025, 12, 31)}
        event.add(
            Filing(
                entity="h2", obligation="x", state="filed", on_date=date(2026, 1, 12), channel="post", **span
            ),
            Freeze(entity="h2-activity", kind="activity", filing="h2", **span),
        )
    before = bench.ledger.read_bytes()
    assert "--amends" in bench.fail(1, "workbook", "apply", file, "--yes")
    assert bench.ledger.read_bytes() == before
    bench.run("workbook", "apply", file, "--amends", "h2", "--yes")
    with bench.books() as books:
        assert (books.activities["v1"].participants, books.activities["v1"].amends_filing) == (10, "h2")


def test_titles_follow_the_language_ids_do_not(bench: Bench) -> None:
    i18n.activate("ru")
    book = made(bench)
    assert book.worksheets[0].title == "Мероприятия"
    assert book.worksheets[0]["C2"].value == "held · прошло"
    i18n.activate("en")
    assert "+0 ~0 -0" in bench.run("workbook", "apply", filled(bench, book), "--yes").out


# Corrections of what is sorted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = make(tmp_path / "books")
    data = statement(("06.10.2025", "-150.00", "Аренда"), ("07.10.2025", "500.00", "Пожертвование"))
    assert load(found, data) == 0
    with books_of(found) as books:
        rent, gift = (line.handle for line in uncleared(books))
    split = [
        "--part",
        "fund=f4 line=premises amount=100.00",
        "--part",
        "fund=f1 line=pay programme=p1 amount=50.00",
    ]
    assert cli.run(["-C", str(found), "assign", rent, *split]) == 0
    assert (
        cli.run(["-C", str(found), "assign", gift, "--fund", "f3b", "--kind", "income", "--source", "donors"])
        == 0
    )
    return found


def corrections(folder: Path, name: str = "c.xlsx") -> openpyxl.Workbook:
    assert cli.run(["-C", str(folder), "workbook", "make", "corrections", str(folder / name)]) == 0
    return openpyxl.load_workbook(folder / name)


def applied(folder: Path, book: openpyxl.Workbook, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    data = io.BytesIO()
    book.save(data)
    (folder / "back.xlsx").write_bytes(data.getvalue())
    capsys.readouterr()
    code = cli.run(["-C", str(folder), "workbook", "apply", str(folder / "back.xlsx"), "--yes"])
    return code, capsys.readouterr().err


@pytest.mark.parametrize("language", ["en", "ru"])
def test_untouched_corrections_change_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    i18n.activate(language)
    book = corrections(folder)
    page = book.worksheets[0]
    assert [page.cell(row, 10).value.split(" · ")[0] for row in (2, 3, 4)] == ["f4", "f1", "f3b"]
    # Filed meanwhile: what stays as it is may lie in a closed period.
    freeze(folder, date(2025, 10, 1), date(2025, 12, 31))
    code, said = applied(folder, book, capsys)
    assert (code, "+0 ~0 -0" in said) == (0, True), said


def test_a_correction_is_one_reversal_and_one_posting(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = corrections(folder)
    book.worksheets[0]["J4"] = "f3a"
    book.worksheets[0]["L4"] = "mebel"
    code, said = applied(folder, book, capsys)
    assert (code, "+0 ~1 -0" in said) == (0, True), said
    with books_of(folder) as books, vault_of(folder):
        now = {item.line.amount_minor: item.parts for item in sorted_lines(books)}
        assert [(part.fund, part.source) for part in now[500_00]] == [("f3a", "mebel")]
        assert [part.fund for part in now[-150_00]] == ["f4", "f1"]


def test_a_correction_leaves_the_paper_and_the_kind_of_property_and_moves_the_account_with_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "act.pdf").write_bytes(b"an act")
    run = ["-C", str(folder)]
    assert cli.run([*run, "record", "document", str(folder / "act.pdf"), "--id", "act1", "--kind", "act", "--title", "Act"]) == 0  # fmt: skip
    with books_of(folder) as books:
        rent, gift = (item.line.handle for item in sorted_lines(books))
    assert cli.run([*run, "assign", rent, "--fund", "f4", "--line", "premises", "--document", "act1"]) == 0
    assert cli.run([*run, "assign", gift, "--fund", "f3b", "--kind", "income", "--source", "donors", "--property", "help"]) == 0  # fmt: skip
    book = corrections(folder)
    assert book.worksheets[0].title == "Sorted lines"
    assert applied(folder, book, capsys)[1].endswith("Nothing to change.\n")
    book.worksheets[0]["N2"] = "pay"
    book.worksheets[0]["J3"] = "f3a"
    code, said = applied(folder, book, capsys)
    assert (code, "+0 ~2 -0" in said) == (0, True), said
    with books_of(folder) as books:
        now = {item.line.handle: item.parts for item in sorted_lines(books)}
        assert [(part.account, part.line) for part in now[rent]] == [("pay", "pay")]
        assert [(part.fund, part.property) for part in now[gift]] == [("f3a", "help")]
        line = find_line(books, rent)
        assert lines.papers_of(books, lines.assignments(books, line.identity)) == {"act1"}


def test_a_line_that_was_sorted_since_stays_unless_its_row_was_touched(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = corrections(folder)
    with books_of(folder) as books:
        gift = next(item.line.handle for item in sorted_lines(books) if item.line.amount_minor > 0)

    def funds() -> list[str]:
        with books_of(folder) as books:
            return [
                part.fund for item in sorted_lines(books) if item.line.handle == gift for part in item.parts
            ]

    words = ("--fund", "f3a", "--kind", "income", "--source", "mebel")
    assert cli.run(["-C", str(folder), "assign", gift, *words]) == 0
    book.worksheets[0]["N2"] = "social"  # another row
    code, said = applied(folder, book, capsys)
    assert (code, "+0 ~1 -0" in said, funds()) == (0, True, ["f3a"]), said
    book.worksheets[0]["J4"], book.worksheets[0]["L4"] = "f4", "own"
    code, said = applied(folder, book, capsys)
    assert (code, funds()) == (0, ["f4"]), said
    assert "1 of these lines was sorted since the workbook was made: row 4" in said


def test_parts_keep_what_they_are_in_whatever_order_the_rows_come_back(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with books_of(folder) as books:
        gift = next(item.line.handle for item in sorted_lines(books) if item.line.amount_minor > 0)
    income = "fund=f3b kind=income source=donors"
    parts = ["--part", f"{income} property=help amount=300", "--part", f"{income} amount=200"]
    assert cli.run(["-C", str(folder), "assign", gift, *parts]) == 0
    book = corrections(folder)
    page = book.worksheets[0]
    assert [page.cell(row, 8).value for row in (2, 3, 4, 5)] == [100, 50, 300, 200]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2, max_row=5)]
    for at, values in enumerate(reversed(rows), start=2):
        for column, value in enumerate(values, start=1):
            page.cell(at, column).value = value
    code, said = applied(folder, book, capsys)
    assert (code, "+0 ~0 -0" in said) == (0, True), said
    page["J2"] = "f3a"  # the 200
    assert applied(folder, book, capsys)[0] == 0
    with books_of(folder) as books:
        now = {item.line.handle: item.parts for item in sorted_lines(books)}[gift]
        assert {(part.fund, part.amount, part.property) for part in now} == {("f3b", "300.00", "help"), ("f3a", "200.00", "")}  # fmt: skip
    page["H2"] = "200 EUR"
    assert "“200 EUR” is not an amount" in applied(folder, book, capsys)[1]


def test_a_line_named_in_two_ways_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its code shortened, in capitals, with a blank: rows of one line are its parts, never the line once more."""
    book = corrections(folder)
    page = book.worksheets[0]
    code = page["A4"].value
    page["A5"], page["J5"], page["I5"], page["L5"] = f" {code[:8].upper()} ", "f3a", "income", "mebel"
    assert "only one part may leave its amount out" in applied(folder, book, capsys)[1]
    page["H5"] = "1 00,50"  # as nobody types it in English, and as every spreadsheet reads it
    assert applied(folder, book, capsys)[0] == 3
    page["H5"] = "100,50"
    code_, said = applied(folder, book, capsys)
    assert (code_, "+0 ~1 -0" in said) == (0, True), said
    with books_of(folder) as books:
        now = {item.line.amount_minor: item.parts for item in sorted_lines(books)}[500_00]
        assert {(part.fund, part.amount) for part in now} == {("f3b", "399.50"), ("f3a", "100.50")}


def test_a_correction_in_a_closed_period_names_the_amendment(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = corrections(folder)
    freeze(folder, date(2025, 10, 1), date(2025, 12, 31))
    book.worksheets[0]["J4"] = "f3a"
    code, said = applied(folder, book, capsys)
    assert code == 1
    assert "--amends money-q4" in said


def test_a_mark_that_somebody_spoilt_names_no_entry() -> None:
    """A number that no program of ours wrote is refused with the mark, not a crash."""
    assert (seq_of("queue/1 391"), seq_of("queue/1 " + "9" * 5000), seq_of("queue/1 ²")) == (391, None, None)
