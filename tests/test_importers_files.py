"""Every file in tests/statements: what is read from the good ones, why the bad ones are refused.

A good file's expected statements stand beside it as NAME.json. To write one for a new file:
``python tests/test_importers_files.py NAME``, then read it through.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))

from statements import dialects, workbooks
from statements.profiles import PROFILES
from statements.writer import A1, A2, A3
from typedbalances import typed

from compliance import i18n
from compliance.errors import InputError
from compliance.importers.model import Statement, StatementLine
from compliance.importers.reading import read_statements
from compliance.importers.source import Source

FOLDER = Path(__file__).parent / "statements"
ACCOUNTS = {A1: "RUB", A2: "RUB", A3: "EUR", dialects.IBAN: "EUR", dialects.CARD: "RUB"}
SUFFIXES = (".txt", ".csv", ".xml", ".sta", ".ofx", ".xlsx")
TYPED = {"csv_multiline.csv": typed(1, 1), **dialects.OPENING_GIVEN}
"""The balances that a person gives with a file."""
GOOD = sorted(path.name for path in FOLDER.iterdir() if path.suffix in SUFFIXES)
BAD = sorted(path.name for path in (FOLDER / "refused").iterdir())

REFUSED = {
    "onec_account_without_section.txt": (37, "no section with its balances"),
    "onec_broken_utf8.txt": (50, "cannot be read as utf-8"),
    "onec_cut_between_documents.txt": (35, "cut off"),
    "onec_cut_in_document.txt": (42, "cut off"),
    "onec_cut_in_section.txt": (16, "cut off"),
    "onec_day_between_sections.txt": (20, "lacks 4,000.00: probably the day 2025-11-17 is missing"),
    "onec_day_empty.txt": (20, "lacks 4,000.00 on 2025-11-17"),
    "onec_document_too_many.txt": (11, "has 4,000.00 too much"),
    "onec_encodings_mixed_in_head.txt": (1, "encoding of the file cannot be told"),
    "onec_end_mark_missing.txt": (51, "cut off"),
    "onec_ends_before_it_begins.txt": (11, "ends before it begins"),
    "onec_field_twice.txt": (24, "stands twice in one section"),
    "onec_no_account_in_section.txt": (11, "lacks РасчСчет"),
    "onec_no_closing_balance.txt": (11, "lacks КонечныйОстаток"),
    "onec_no_days.txt": (8, "lacks ДатаНачала"),
    "onec_no_words.txt": (1, "encoding of the file cannot be told"),
    "onec_not_carried_out.txt": (20, "no date on which the bank carried it out"),
    "onec_not_our_account.txt": (11, "not ours: 40703810…9999"),
    "onec_other_account_inside.txt": (20, "neither side of the payment"),
    "onec_outside_days.txt": (20, "dated 2025-10-05, outside the days"),
    "onec_payment_orders.txt": (1, "no account section with balances"),
    "onec_received_total_lies.txt": (11, "lacks 1,000.00"),
    "onec_section_twice.txt": (20, "cover the same day"),
    "onec_sections_overlap.txt": (20, "cover the same day"),
    "onec_stray_end_mark.txt": (52, "does not belong here"),
    "onec_totals_lie.txt": (11, "lacks 4,000.00"),
    "onec_two_encodings.txt": (52, "cut off"),
    "onec_two_files.txt": (53, "something follows the end mark"),
    "onec_unknown_currency.txt": (11, "not ours"),
    "onec_version_2.txt": (1, "version of the format"),
    "onec_workday_missing.txt": (11, "lacks 4,000.00: probably the day 2025-11-17 is missing"),
    "onec_zero_byte.txt": (37, "zero byte"),
    "csv_after_the_end.csv": (6, "after the end of the table"),
    "csv_both_sides.csv": (2, "cannot be told apart"),
    "csv_day_missing.csv": (4, "lacks 4,000.00: probably the day 2025-11-17 is missing"),
    "csv_days_reversed.csv": (6, "outside the days"),
    "csv_header_changed.csv": (0, "not a statement that we can read"),
    "csv_header_twice_named.csv": (0, "not a statement that we can read"),
    "csv_huge_field.csv": (3, "longer than 100000 characters"),
    "csv_label_twice.csv": (6, "label stands twice"),
    "csv_labels_lie.csv": (6, "lacks 1,000.00"),
    "csv_minus_in_debit.csv": (3, "cannot be told apart"),
    "csv_neither_side.csv": (2, "cannot be told apart"),
    "csv_no_account.csv": (6, "does not say which account"),
    "csv_no_closing.csv": (6, "no opening and closing balance"),
    "csv_no_header.csv": (0, "not a statement that we can read"),
    "csv_no_rows_no_days.csv": (1, "no rows and does not say which days"),
    "csv_not_ours.csv": (2, "not ours: 40703810…9999"),
    "csv_other_currency.csv": (7, "currency of the row"),
    "csv_outside_days.csv": (6, "outside the days"),
    "csv_ragged_long.csv": (2, "10 cells where the header has 9"),
    "csv_ragged_short.csv": (3, "8 cells where the header has 9"),
    "csv_row_missing.csv": (3, "lacks 1,500.00"),
    "csv_stray_quote.csv": (3, "no partner"),
    "csv_stray_quote_open.csv": (2, "no partner"),
    "csv_zero_byte.csv": (3, "zero byte"),
    **dialects.REFUSED,
    **workbooks.REFUSED,
}
"""File -> line (0: the file as a whole; of a workbook what follows its name) and a part of the message."""
PERSONAL = (
    "Мебель",
    "Пример»",
    "слобода",
    "Аренда",
    "Пожертвование",
    "Stichting",
    "Commons",
    "Gift",
    "Example Shop",
)


def _plain(line: StatementLine) -> dict[str, Any]:
    return line._asdict() | {"counterparty": line.counterparty._asdict()}


def read(name: str) -> list[Statement]:
    given = TYPED.get(name.removeprefix("refused/"))
    return read_statements(
        Source.of_file(FOLDER / name), accounts=ACCOUNTS, profiles=PROFILES, balances=given
    )


def plain(statements: list[Statement]) -> str:
    rows = []
    for statement in statements:
        row = {
            name: getattr(statement, name)
            for name in ("account", "currency", "opening_minor", "closing_minor")
        }
        row |= {"period": statement.period.label, "notes": statement.notes}
        rows.append(row | {"lines": [_plain(line) for line in statement.lines()]})
    return json.dumps(rows, ensure_ascii=False, indent=1, default=str) + "\n"


@pytest.mark.parametrize("name", GOOD)
def test_good_file(name: str) -> None:
    expected = (FOLDER / name).with_suffix(".json").read_text(encoding="utf-8")
    statements = read(name)
    assert plain(statements) == expected
    for statement in statements:
        lines = list(statement.lines())
        assert len(lines) == statement.count
        assert sum(line.amount_minor for line in lines) == statement.closing_minor - statement.opening_minor
        assert (
            statement.received_minor - statement.spent_minor
            == statement.closing_minor - statement.opening_minor
        )
        assert all(line.on in statement.period and line.currency == statement.currency for line in lines)


def test_no_expected_file_without_its_statement() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {Path(name).stem for name in GOOD}


@pytest.mark.parametrize("name", BAD)
def test_bad_file(name: str) -> None:
    line, text = REFUSED[name]
    with pytest.raises(InputError) as caught:
        read(f"refused/{name}")
    error = caught.value
    assert error.place == (name + line if isinstance(line, str) else f"{name}:{line}" if line else name)
    assert text in error.what
    assert error.remedy
    assert error.exit_code == 3
    assert not any(word in str(error) for word in PERSONAL)


def test_the_dialects_are_what_they_are_written_as() -> None:
    for name, data in (dialects.files() | workbooks.files()).items():
        assert (FOLDER / name).read_bytes() == data, name


def test_every_refusal_has_its_file() -> None:
    assert sorted(REFUSED) == BAD


@pytest.mark.parametrize("name", ["onec_day_between_sections.txt", "onec_workday_missing.txt"])
def test_missing_day_in_russian(name: str) -> None:
    i18n.activate("ru")
    with pytest.raises(InputError) as caught:
        read(f"refused/{name}")
    assert (
        caught.value.what.replace("\xa0", " ")
        == "в файле не хватает 4 000,00: вероятно, пропал день 17.11.2025"
    )
    assert caught.value.remedy == "Скачайте выписку за 16-18.11.2025 ещё раз. Ничего не загружено."


if __name__ == "__main__":
    for given in sys.argv[1:]:
        (FOLDER / given).with_suffix(".json").write_text(plain(read(given)), encoding="utf-8")
