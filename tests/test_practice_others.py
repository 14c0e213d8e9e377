"""Practice organisations under other laws: their forms have the totals, and every planted mistake is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import chdir
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from workbench import Bench

from compliance.intake.meetings import read
from compliance.practice.others import Other, others, words

ALL = list(others())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Other, str], Bench]:
    """Gives the books and papers of an organisation, typed command by command, before anything goes wrong."""

    @cache
    def typed(name: str, config: str) -> Bench:
        [other] = [item for item, _config in ALL if item.folder == name]
        folder = tmp_path_factory.mktemp("others") / name
        folder.mkdir()
        (folder / "schedules.yaml").write_text(config, "utf-8")
        for file, data in other.written().items():
            (folder / file).write_bytes(data)
        bench = Bench(folder)
        with chdir(folder):
            bench.run("init", "--practice", other.today.isoformat())
            for command in (*other.typed(), *map(words, other.papers)):
                bench.run(*command)
        return bench

    return lambda other, config: typed(other.folder, config)


@pytest.fixture
def bench(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    made: Callable[[Other, str], Bench],
) -> Bench:
    """A copy that the test may change."""
    copied = made(*request.param).copy(tmp_path / request.param[0].folder)
    monkeypatch.chdir(copied.folder)
    return copied


def wrong(bench: Bench) -> dict[str, str]:
    """What `check` tells: finding -> code."""
    return {row["id"]: row["code"] for row in bench.call("check", "--format", "json").rows}


@pytest.mark.parametrize(("bench", "other"), [(item, item[0]) for item in ALL], indirect=["bench"], ids=lambda item: getattr(item, "folder", ""))  # fmt: skip
def test_forms_have_the_totals_and_every_mistake_is_found(bench: Bench, other: Other) -> None:
    told = bench.rows("report", other.totals.form, other.totals.period, "--out", str(bench.folder / "again"))
    cells = {row["cell"]: row["exact_minor"] for row in told}
    assert {key: cells[key] for key in other.totals.cells} == other.totals.cells
    assert wrong(bench) == {}  # nothing is told before anything is wrong
    for mistake in other.mistakes:
        before = wrong(bench)
        *first, last = mistake.type
        for command in first:
            bench.run(*words(command))
        if mistake.refused is not None:
            bench.fail(mistake.refused, *words(last))
            assert wrong(bench) == before
            continue
        bench.run(*words(last))
        new = [code for key, code in wrong(bench).items() if key not in before]
        assert new == [mistake.finds], mistake.what
    bench.run("books", "audit")


def test_there_is_one_for_each_law_with_forms_besides_the_first() -> None:
    assert len({other.config.regimes[0] for other, _config in ALL}) == len(ALL) == 2


@pytest.mark.parametrize(("bench", "other"), [(item, item[0]) for item in ALL if item[0].diary], indirect=["bench"], ids=lambda item: getattr(item, "folder", ""))  # fmt: skip
def test_contacts_of_a_calendar_and_materials_with_labels_are_in_the_papers(
    bench: Bench, other: Other
) -> None:
    diary = other.diary
    assert diary is not None
    found = read(diary.calendar(), diary.file, first=diary.first, last=diary.last)
    kept = diary.contacts()
    assert (
        len(found) > len(kept) == 61
    )  # own meetings and the same people twice a day are no contacts of their own
    assert "61 contacts are in the books already" in bench.run(*diary.taken()).err
    paper = bench.folder / "reports" / f"{other.totals.form}-{other.totals.period}.xlsx"
    printed = [
        str(value)
        for sheet in openpyxl.load_workbook(paper, read_only=True)
        for row in sheet.iter_rows(values_only=True)
        for value in row
        if value
    ]
    for about, times in Counter(about for _day, about, _entry in kept).items():
        assert printed.count(about) == times
    assert not [text for text in printed if any(person.name in text for person in diary.people.values())]
    with bench.books() as books:
        assert len(books.materials) == 6
        assert [item.label_verdict for item in books.placements.values()] == ["met"] * 6
    bench.run("books", "audit")


@pytest.mark.parametrize(("bench", "other"), [(item, item[0]) for item in ALL if item[0].diary], indirect=["bench"], ids=lambda item: getattr(item, "folder", ""))  # fmt: skip
def test_recipients_of_a_material_are_kept_in_the_vault_and_never_printed(bench: Bench, other: Other) -> None:
    with bench.books() as books, bench.vault() as vault:
        paper = books.documents["recipients-letter"]
        assert (paper.kind, paper.about) == ("recipients", "letter")
        assert paper.digest is not None
        assert vault.blob(paper.digest) == other.files["recipients.csv"].encode()
    for path in (bench.ledger, *(bench.folder / "reports").iterdir()):
        assert b"Practice Reader" not in path.read_bytes()
    made = bench.folder / "reports" / f"{other.totals.form}-{other.totals.period}.xlsx"
    sheets = openpyxl.load_workbook(made, read_only=True)
    assert "Practice Reader" not in str([list(sheet.iter_rows(values_only=True)) for sheet in sheets])


@pytest.mark.parametrize(("bench", "other"), [(item, item[0]) for item in ALL if item[0].diary], indirect=["bench"], ids=lambda item: getattr(item, "folder", ""))  # fmt: skip
def test_the_fee_is_summed_for_the_principals_of_the_statement(bench: Bench, other: Other) -> None:
    fees = {row["name"]: (row["fee_minor"], row["fee_currency"]) for row in bench.rows("due")}
    assert fees == {"supplemental": (61000, "USD"), "fee": (61000, "USD")}
    assert "610.00 USD" in bench.run("due").out
    assert "2 × 305.00 USD = 610.00 USD" in bench.run("due", "--why").out
    assert "610.00 USD" in bench.run("quarter", other.totals.period).out
