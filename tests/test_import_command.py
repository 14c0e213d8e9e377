"""``import`` and ``batch``: what is loaded, what is refused, and taking it back."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from intakebooks import balance, books_of, freeze, ledger_at, make, vault_at, vault_of
from ledgerkit import state
from statements.dialects import balance as camt_balance
from statements.dialects import camt, entry, stmt

from compliance import cli
from compliance.files import digest
from compliance.importers.source import Source
from compliance.intake.coverage import coverage, differences
from compliance.intake.propose import propose
from compliance.ledger.books import Books
from compliance.ledger.lines import uncleared
from compliance.storage import Place, Server, open_store
from compliance.vault import transfer
from compliance.vault.models import VAULT

OWN = "40703810700000000042"


def statement(
    *payments: tuple[str, str, str],
    first: str = "01.10.2025",
    last: str = "31.10.2025",
    opening: int = 2_184_350_40,
    own: str = OWN,
    encoding: str = "cp1251",
) -> bytes:
    """A statement of А1: payments are (day, amount with sign, purpose); numbers run on."""
    minor = [int(amount.replace(".", "")) for _day, amount, _purpose in payments]
    closing = opening + sum(minor)

    def rub(value: int) -> str:
        return f"{value // 100}.{value % 100:02}"

    lines = [
        "1CClientBankExchange", "ВерсияФормата=1.03", f"Кодировка={'DOS' if encoding == 'cp866' else 'Windows'}",
        f"ДатаНачала={first}", f"ДатаКонца={last}", f"РасчСчет={own}", "СекцияРасчСчет",
        f"ДатаНачала={first}", f"ДатаКонца={last}", f"РасчСчет={own}", f"НачальныйОстаток={rub(opening)}",
        f"КонечныйОстаток={rub(closing)}", "КонецРасчСчет",
    ]  # fmt: skip
    for number, ((day, _amount, purpose), value) in enumerate(zip(payments, minor, strict=True), start=1):
        ours, theirs = ("Плательщик", "Получатель") if value < 0 else ("Получатель", "Плательщик")
        lines += [
            "СекцияДокумент=Платежное поручение", f"Номер={number}", f"Дата={day}", f"Сумма={rub(abs(value))}",
            f"{'ДатаСписано' if value < 0 else 'ДатаПоступило'}={day}", f"{ours}Счет={own}",
            f"{theirs}Счет=40702810000000000099", f"{theirs}ИНН=0000300090", f"{theirs}1=ООО Пример-Дом",
            f"НазначениеПлатежа={purpose}", "КонецДокумента",
        ]  # fmt: skip
    return "\r\n".join([*lines, "КонецФайла", ""]).encode(encoding)


RENT = ("06.10.2025", "-150.00", "Аренда")
GIFT = ("07.10.2025", "500.00", "Пожертвование")


@pytest.fixture
def folder(tmp_path: Path, new_place: Callable[[], Place]) -> Path:
    """Every import here is tried on both engines."""
    place = new_place()
    return make(tmp_path / "books", server=place if isinstance(place, Server) else None)


def load(folder: Path, data: bytes, *more: str, name: str = "bank.txt") -> int:
    (folder / name).write_bytes(data)
    return cli.run(["-C", str(folder), "import", str(folder / name), *(more or ("--yes",))])


def vault_digest(folder: Path) -> str:
    place = vault_at(folder)
    if isinstance(place, Path):
        return digest(place.read_bytes())
    with open_store(VAULT, place) as connection:
        return transfer.digest(connection)


def ledger_digest(folder: Path) -> str:
    return digest(state(ledger_at(folder)))


def queued(folder: Path) -> int:
    with books_of(folder) as books:
        return len(list(uncleared(books)))


def test_lines_against_suspense_texts_in_the_vault(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = balance(folder, "a1")
    data = statement(RENT, GIFT)
    assert load(folder, data) == 0
    assert "recorded 2: new lines; import number 3" in capsys.readouterr().err
    assert balance(folder, "a1") == before + 350_00
    assert balance(folder, "suspense") == -350_00
    with books_of(folder) as books, vault_of(folder) as vault:
        first, second = uncleared(books)
        text = vault.line_text(first.identity)
        assert (text["purpose"], text["tax_id"], text["ref"]) == ("Аренда", "0000300090", "1")
        kept = books.statements[first.statement]
        assert vault.blob(kept.digest) == data
        assert vault.blob_name(kept.digest) == "bank.txt"
        assert (kept.lines, kept.new_lines, kept.state, kept.format) == (2, 2, "loaded", "1c")
        assert second.amount_minor == 500_00
    assert "Аренда".encode() not in state(ledger_at(folder))


def test_the_same_payment_twice_on_one_day_survives(folder: Path) -> None:
    assert (
        load(folder, statement(GIFT, GIFT).replace("Номер=2".encode("cp1251"), "Номер=1".encode("cp1251")))
        == 0
    )
    assert queued(folder) == 2


@pytest.mark.parametrize(
    "again",
    [
        statement(RENT, GIFT),
        statement(RENT, GIFT, encoding="cp866"),
        statement(RENT, GIFT).replace(b"\r\n", b"\n"),
    ],
    ids=["same", "re-encoded", "re-wrapped"],
)
def test_known_lines_are_no_news(folder: Path, capsys: pytest.CaptureFixture[str], again: bytes) -> None:
    assert load(folder, statement(RENT, GIFT)) == 0
    before = ledger_digest(folder)
    capsys.readouterr()
    assert load(folder, again) == 0
    assert "0 new lines: all 2 lines are in the books already." in capsys.readouterr().err
    assert ledger_digest(folder) == before


def test_an_overlap_brings_only_what_is_new(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert load(folder, statement(RENT, GIFT, last="10.10.2025")) == 0
    later = ("13.10.2025", "-1.00", "Комиссия")
    data = statement(GIFT, later, first="07.10.2025", last="20.10.2025", opening=2_184_200_40)
    # The document keeps its number in another statement.
    data = data.replace("Номер=1\r".encode("cp1251"), "Номер=2\r".encode("cp1251"), 1)
    assert load(folder, data, name="later.txt") == 0
    assert queued(folder) == 3
    with books_of(folder) as books:
        assert differences(books) == []
        found = coverage(books)["a1"]
        assert [(span.start, span.last) for span in found.spans] == [(date(2025, 10, 1), date(2025, 10, 20))]
        assert [item.days.label for item in found.overlaps] == ["2025-10-07..2025-10-10"]
        assert not found.gaps
        assert not found.jumps


def test_two_overlapping_files_in_one_command(folder: Path) -> None:
    (folder / "one.txt").write_bytes(statement(RENT, GIFT))
    (folder / "two.txt").write_bytes(statement(RENT, GIFT, encoding="cp866"))
    files = [str(folder / name) for name in ("one.txt", "two.txt")]
    assert cli.run(["-C", str(folder), "import", *files, "--plan", str(folder / "p.json")]) == 0
    plan = json.loads((folder / "p.json").read_text("utf-8"))
    assert [part["new_lines"] for part in plan["parts"]] == [2, 0]
    assert cli.run(["-C", str(folder), "import", *files, "--yes"]) == 0
    assert queued(folder) == 2


def test_same_document_another_amount_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert load(folder, statement(RENT)) == 0
    capsys.readouterr()
    assert load(folder, statement(("06.10.2025", "-160.00", "Аренда")), name="other.txt") == 0
    assert "another amount" in capsys.readouterr().err
    assert queued(folder) == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (statement(RENT, GIFT)[:-200], "cut off"),
        (
            statement(RENT, GIFT).replace("Сумма=500".encode("cp1251"), "Сумма=400".encode("cp1251")),
            "lacks 100.00",
        ),
        (statement(RENT).replace(OWN.encode(), b"40703810700000000099"), "record account --id"),
        (b"MZ\0\0", "not a statement"),
        (b"", "empty"),
    ],
    ids=["cut", "sums", "not ours", "a program", "empty"],
)
def test_refused_whole(folder: Path, capsys: pytest.CaptureFixture[str], data: bytes, said: str) -> None:
    before = ledger_digest(folder)
    assert load(folder, data) == 3
    assert said in capsys.readouterr().err
    assert ledger_digest(folder) == before
    assert queued(folder) == 0


def test_the_command_that_is_said_records_the_account(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = statement(RENT).replace(OWN.encode(), b"40703810700000000099")
    assert load(folder, data) == 3
    said = re.search(r"compliance (record account .*) --title", capsys.readouterr().err)
    assert said is not None
    assert cli.run(["-C", str(folder), *said.group(1).split(), "--title", "New"]) == 0
    assert load(folder, data) == 0


def test_one_bad_file_of_two_loads_nothing(folder: Path) -> None:
    (folder / "good.txt").write_bytes(statement(RENT))
    before = ledger_digest(folder)
    assert load(folder, b"not a statement", str(folder / "good.txt"), "--yes") == 3
    assert ledger_digest(folder) == before


def test_without_a_terminal_and_without_yes_nothing_is_loaded(folder: Path) -> None:
    before = ledger_digest(folder)
    (folder / "bank.txt").write_bytes(statement(RENT))
    assert cli.run(["-C", str(folder), "import", str(folder / "bank.txt")]) == 2
    assert ledger_digest(folder) == before


def test_a_plan_loads_nothing_and_is_applied_as_it_stands(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = str(folder / "plan.json")
    before = ledger_digest(folder)
    assert load(folder, statement(RENT, GIFT), "--plan", plan) == 0
    assert ledger_digest(folder) == before
    body = json.loads(Path(plan).read_text("utf-8"))
    assert body["parts"][0]["new_lines"] == 2
    assert cli.run(["-C", str(folder), "import", "--apply", plan]) == 0
    assert queued(folder) == 2
    capsys.readouterr()
    assert cli.run(["-C", str(folder), "import", "--apply", plan]) == 3
    assert "the books changed" in capsys.readouterr().err
    (folder / "bank.txt").write_bytes(statement(RENT))
    assert cli.run(["-C", str(folder), "import", "--apply", plan]) == 3
    assert "the file changed" in capsys.readouterr().err
    Path(plan).write_text("{}")
    assert cli.run(["-C", str(folder), "import", "--apply", plan]) == 3


def test_a_closed_period_says_how_to_amend(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    freeze(folder, date(2025, 7, 1), date(2025, 10, 6), "q3")
    before = ledger_digest(folder)
    assert load(folder, statement(RENT, GIFT)) == 1
    assert "--amends q3" in capsys.readouterr().err
    assert ledger_digest(folder) == before
    assert load(folder, statement(RENT, GIFT), "--yes", "--amends", "q3") == 0
    assert queued(folder) == 2


def test_a_filing_that_is_not_there_cannot_be_amended(folder: Path) -> None:
    assert load(folder, statement(RENT), "--yes", "--amends", "nothing") == 2
    assert queued(folder) == 0


def test_days_without_news_are_covered_all_the_same(folder: Path) -> None:
    assert load(folder, statement(RENT, last="10.10.2025")) == 0
    assert load(folder, statement(RENT, last="20.10.2025"), name="longer.txt") == 0
    with books_of(folder) as books:
        assert [span.last for span in coverage(books)["a1"].spans] == [date(2025, 10, 20)]
        seq = books.last_seq
    assert load(folder, statement(RENT, last="15.10.2025"), name="between.txt") == 0
    with books_of(folder) as books:
        assert books.last_seq == seq


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is a Unix thing")
@pytest.mark.parametrize(("answer", "lines"), [("д", 2), ("n", 0), ("что?\nда", 2)])
def test_a_person_is_asked(folder: Path, answer: str, lines: int) -> None:
    """On a real terminal, in Russian: yes and no in either language, and again when it is neither."""
    import pty

    (folder / "bank.txt").write_bytes(statement(RENT, GIFT))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "compliance.cli", "-C", str(folder), "--lang", "ru", "import"]
    process = subprocess.Popen(
        [*command, str(folder / "bank.txt")],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        cwd=Path(__file__).parent.parent,
    )
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    shown, _nothing = process.communicate(timeout=60)
    asked = b""
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 65536):
            asked += piece
    os.close(ours)
    assert process.returncode == 0
    assert "Загрузить 2 строки? [" in asked.decode()
    assert b"a1" in shown
    assert queued(folder) == lines


def test_undo_and_import_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = balance(folder, "a1")
    data = statement(RENT, GIFT)
    assert load(folder, data) == 0
    with books_of(folder) as books:
        handle = next(uncleared(books)).handle
    assert cli.run(["-C", str(folder), "assign", handle, "--fund", "f4", "--line", "premises"]) == 0
    capsys.readouterr()
    assert cli.run(["-C", str(folder), "batch", "undo", "3", "--yes"]) == 0
    said = capsys.readouterr().err
    assert "2 lines leave the books." in said
    assert "1 of them was sorted already" in said
    assert (balance(folder, "a1"), balance(folder, "suspense"), balance(folder, "premises")) == (before, 0, 0)
    assert queued(folder) == 0
    with books_of(folder) as books:
        assert coverage(books) == {}
    assert cli.run(["-C", str(folder), "batch", "undo", "3", "--yes"]) == 2
    assert load(folder, data) == 0
    assert (queued(folder), balance(folder, "a1")) == (2, before + 350_00)
    assert load(folder, data) == 0
    assert queued(folder) == 2
    capsys.readouterr()
    assert cli.run(["-C", str(folder), "batch", "list", "--format", "json"]) == 0
    states = [row["state"] for row in json.loads(capsys.readouterr().out)["rows"]]
    assert states == ["undone", "loaded"]


def test_undo_is_refused_when_filed_or_leant_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert load(folder, statement(RENT, GIFT, last="10.10.2025")) == 0
    assert load(folder, statement(RENT, GIFT), name="longer.txt") == 0
    before = ledger_digest(folder)
    assert cli.run(["-C", str(folder), "batch", "undo", "3", "--yes"]) == 1
    assert "batch undo 4" in capsys.readouterr().err
    assert ledger_digest(folder) == before
    assert cli.run(["-C", str(folder), "batch", "undo", "4", "--yes"]) == 0
    freeze(folder, date(2025, 10, 1), date(2025, 12, 31))
    assert cli.run(["-C", str(folder), "batch", "undo", "3", "--yes"]) == 1
    assert "was filed" in capsys.readouterr().err
    assert cli.run(["-C", str(folder), "batch", "undo", "99", "--yes"]) == 2


def test_gaps_and_jumps_between_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert load(folder, statement(RENT, last="16.10.2025")) == 0
    capsys.readouterr()
    later = statement(first="18.10.2025", last="20.10.2025", opening=2_184_200_40)
    assert load(folder, later, name="later.txt") == 0
    assert "no statement covers 2025-10-17" in capsys.readouterr().err
    assert load(folder, statement(first="21.10.2025", opening=1), name="jump.txt") == 0
    assert "closes with another balance" in capsys.readouterr().err
    with books_of(folder) as books:
        found = coverage(books)["a1"]
        assert [(gap.days.label, gap.missing_minor) for gap in found.gaps] == [("2025-10-17", 0)]
        assert [(jump.on, jump.missing_minor) for jump in found.jumps] == [
            (date(2025, 10, 21), 1 - 2_184_200_40)
        ]
        assert [item.booked_minor - item.closing_minor for item in differences(books)] == [2_184_200_39]


def test_a_workbook_of_an_account_whose_currency_only_the_books_know(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is read in the limited child first, and with the same knowledge."""
    book = openpyxl.Workbook()
    rows = [
        ("Opening balance", "0,00"), (), ("Date", "Description", "Credit", "Debit"),
        (date(2025, 10, 6), "Gift", 1000, None), (date(2025, 10, 7), "Rent", None, 150.25), ("Closing balance", 849.75),
    ]  # fmt: skip
    for row in rows:
        book.active.append(row)
    file = folder.parent / "st.xlsx"
    book.save(file)
    config = json.loads((folder / "schedules.yaml").read_text("utf-8"))
    found = propose(Source.of_file(file), account="NL55 ABNA 0000 0000 42")
    config["imports"]["profiles"]["nl"] = found.profile
    (folder / "schedules.yaml").write_text(json.dumps(config), "utf-8")
    words = (
        "--id",
        "nl",
        "--class",
        "bank",
        "--currency",
        "EUR",
        "--title",
        "NL",
        "--number",
        "NL55ABNA0000000042",
    )
    assert cli.run(["-C", str(folder), "record", "account", *words]) == 0
    assert cli.run(["-C", str(folder), "import", str(file), "--yes"]) == 0, capsys.readouterr()
    with books_of(folder) as books:
        assert [(line.currency, line.amount_minor) for line in uncleared(books)] == [
            ("EUR", 1000_00),
            ("EUR", -150_25),
        ]


def test_a_bank_that_books_for_the_next_day_s_statement(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The number was copied off paper, in groups; an evening's booking counts in the balance of the day after."""
    words = ("--id", "nl", "--class", "bank", "--currency", "EUR", "--title", "NL")
    assert (
        cli.run(["-C", str(folder), "record", "account", *words, "--number", "NL55 ABNA 0000-0000 42"]) == 0
    )
    for name, day, before, opening, closing, rows in (
        ("one", "22", "21", "0.00", "100.00", [("100.00", "22")]),
        ("two", "23", "22", "100.00", "600.00", [("400.00", "22"), ("100.00", "23")]),
        ("three", "24", "23", "600.00", "605.00", [("5.00", "24")]),
    ):
        days = f"   <FrToDt><FrDtTm>2025-10-{day}T00:00:00</FrDtTm><ToDtTm>2025-10-{day}T23:59:59</ToDtTm></FrToDt>\n"
        body = camt_balance("OPBD", opening, f"2025-10-{before}") + camt_balance(
            "CLBD", closing, f"2025-10-{day}"
        )
        entries = "".join(entry(amount, f"2025-10-{on}", ref=f"{amount}{on}") for amount, on in rows)
        capsys.readouterr()
        assert load(folder, camt(stmt(body + entries, days=days)).encode(), name=f"{name}.xml") == 0
        assert "another balance" not in capsys.readouterr().err
    with books_of(folder) as books:
        found = coverage(books)["nl"]
        assert (found.gaps, found.jumps) == ((), ())
        assert [item for item in differences(books) if item.account == "nl"] == []


def test_reading_leaves_no_trace(folder: Path) -> None:
    assert load(folder, statement(RENT)) == 0
    before = [ledger_digest(folder), vault_digest(folder)]
    for command in (["queue"], ["queue", "rules"], ["batch", "list"]):
        assert cli.run(["-C", str(folder), *command]) == 0
    assert load(folder, statement(RENT), "--plan", str(folder / "p.json")) == 0
    assert [ledger_digest(folder), vault_digest(folder)] == before


def test_known_at_shows_the_queue_of_then(folder: Path) -> None:
    assert load(folder, statement(RENT, GIFT)) == 0
    assert cli.run(["-C", str(folder), "batch", "undo", "3", "--yes"]) == 0
    with books_of(folder) as books:
        then = Books(books._connection, known_at=3)
        assert (len(list(uncleared(then))), len(list(uncleared(books)))) == (2, 0)
