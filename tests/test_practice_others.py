"""Practice organisations under other laws: their forms have the totals, and every planted mistake is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from workbench import Bench

from compliance.practice.others import Other, others, words

ALL = list(others())


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """The books and papers of one organisation, typed command by command, before anything goes wrong."""
    other, config = request.param
    folder = tmp_path / other.folder
    folder.mkdir()
    (folder / "schedules.yaml").write_text(config, "utf-8")
    for name, text in other.files.items():
        (folder / name).write_text(text, "utf-8")
    monkeypatch.chdir(folder)
    made = Bench(folder)
    made.run("init", "--practice", other.today.isoformat())
    for command in (*other.books, *other.papers):
        made.run(*words(command))
    return made


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
