"""``report``, ``explain`` and ``forms`` as a person runs them, on the practice quarter of the example law."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from reports_books import PACKS, BooksFile, practice_books

from compliance import cli
from compliance.reports import pdf
from compliance.storage import create_store
from compliance.vault.models import VAULT

SCHEDULES = """\
organisation:
  names: {2020-01-01: {nominative: "АНО «Центр»"}}
  statuses: {listed: {since: 2020-01-01}}
regimes: [zz]
packs: packs
"""


@dataclass
class Answer:
    code: int
    out: str
    err: str


Run = Callable[..., Answer]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workspace")
    practice_books(folder)
    with create_store(VAULT, folder / "vault.sqlite"):
        pass
    (folder / "schedules.yaml").write_text(SCHEDULES, encoding="utf-8")
    shutil.copytree(PACKS, folder / "packs")
    return folder


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "workspace"))


@pytest.fixture
def run(workspace: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COMPLIANCE_TRACEBACK", "1")

    def once(*arguments: str) -> Answer:
        code = cli.run(["-C", str(workspace), "--today", "2026-01-12", *arguments])
        told = capfd.readouterr()
        return Answer(code, told.out, told.err)

    return once


def test_a_report_is_three_papers_and_its_totals(run: Run, workspace: Path) -> None:
    answer = run("report", "money", "2025-Q4", "--binder")
    assert answer.code == 0, answer.err
    names = [
        "money-2025-Q4-binder.pdf",
        "money-2025-Q4-figures.pdf",
        "money-2025-Q4.pdf",
        "money-2025-Q4.xlsx",
    ]
    assert sorted(path.name for path in (workspace / "reports").iterdir()) == names
    assert "3\u00a0396 | 1\u00a0292 | 226 | 4\u00a0914" in answer.out
    assert "thousands of RUB" in answer.out
    for amount in ("-12,000.00", "-58,321.00", "-70,321.00"):
        assert amount in answer.out
    assert "forms confirm money" in answer.err
    sheet = openpyxl.load_workbook(workspace / "reports" / "money-2025-Q4.xlsx", data_only=True).active
    assert sheet is not None
    assert 4_914 in [cell.value for row in sheet.iter_rows() for cell in row]


def test_again_changes_nothing_and_out_refuses_to_overwrite(
    run: Run, workspace: Path, tmp_path: Path
) -> None:
    assert run("report", "money", "2025-Q4").code == 0
    assert run("report", "money", "2025-Q4").code == 0
    assert not (workspace / "reports" / "earlier").exists()
    other = tmp_path / "other"
    assert run("report", "money", "2025-Q4", "--out", str(other)).code == 0
    (other / "money-2025-Q4.pdf").write_bytes(b"somebody's own")
    assert run("report", "money", "2025-Q4", "--out", str(other)).code == 3
    assert (other / "money-2025-Q4.pdf").read_bytes() == b"somebody's own"


def test_a_report_as_it_was_known_has_papers_of_its_own(run: Run, workspace: Path) -> None:
    assert run("report", "money", "2025-Q4").code == 0
    before = (workspace / "reports" / "money-2025-Q4.pdf").read_bytes()
    assert run("report", "money", "2025-Q4", "--known-at", "2026-01-12").code == 0
    assert (workspace / "reports" / "money-2025-Q4.pdf").read_bytes() == before
    assert (workspace / "reports" / "money-2025-Q4-known-2026-01-12.pdf").is_file()
    assert run("report", "money", "2025-Q4", "--as-of", "2026-01-05").code == 0
    assert (workspace / "reports" / "money-2025-Q4.pdf").read_bytes() == before
    assert (workspace / "reports" / "money-2025-Q4-as-of-2026-01-05.pdf").is_file()


def test_a_period_that_is_not_over_is_told(run: Run) -> None:
    assert "2026-Q1 is not over" in run("report", "money", "2026-Q1").err
    assert "is not over" not in run("report", "money", "2025-Q4").err


def test_figures_for_programs(run: Run) -> None:
    rows = json.loads(run("report", "money", "2025-Q4", "--format", "json").out)["rows"]
    found = {row["cell"]: row for row in rows}
    assert found["spent.all.all"]["units"] == 4_914
    assert found["spent.all.all"]["exact_minor"] == 491_377_760
    assert found["spent.social.domestic"]["moved"] == -1


def test_an_equation_that_fails_writes_nothing(run: Run, workspace: Path) -> None:
    BooksFile(workspace).receive(date(2025, 12, 1), "f2", 225_40, "mebel")
    answer = run("report", "money", "2025-Q4")
    assert answer.code == 1
    assert "several kinds of source" in answer.err
    assert not (workspace / "reports").exists()


def test_without_pango_there_is_html_and_a_reason(
    run: Run, monkeypatch: pytest.MonkeyPatch, workspace: Path
) -> None:
    monkeypatch.setattr(pdf, "available", lambda: "Pango is missing; apt-get install it")
    answer = run("report", "money", "2025-Q4")
    assert answer.code == 0
    assert "Pango is missing" in answer.err
    assert (workspace / "reports" / "money-2025-Q4.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("report", "money", "2025-Q9"), "not a period"),
        (("report", "money", "2025-H2"), "2025-Q"),
        (("report", "nothing", "2025-Q4"), "nothing"),
        (("forms", "answer", "sink", "2025-Q4", "x"), "CELL=ANSWER"),
        (("forms", "answer", "sink", "2025-Q4", "A.sad=1"), "A.said"),
        (("forms", "answer", "sink", "2025-Q4", "A.agreed=perhaps"), "yes or no"),
        (("forms", "answer", "money", "2025-Q4"), "asks nothing"),
        (("explain", "money", "2025-Q4", "spent.pay.foreing"), "spent.pay.foreign"),
        (("forms", "confirm", "nothing"), "money"),
        (("forms", "confirm", "money", "--caption", "balance.nothing", "--yes"), "balance.nothing"),
        (("forms", "confirm", "money", "--yes"), "--caption"),
        (("forms", "confirm", "money", "--caption", "balance.opening"), "--as-printed"),
    ],
)
def test_a_wrong_command_line_says_what_is_right(run: Run, arguments: tuple[str, ...], words: str) -> None:
    answer = run(*arguments)
    assert answer.code == 2
    assert words in answer.err


def test_an_answer_that_names_somebody_is_refused_without_repeating_it(run: Run) -> None:
    answer = run("forms", "answer", "sink", "2025-Q4", "A.said=Примерова Анна Сергеевна")
    assert answer.code == 1
    assert "Сергеевна" not in answer.err + answer.out
    assert all(row["answer"] is None for row in _answers(run))


def _answers(run: Run) -> list[dict[str, str | None]]:
    rows: list[dict[str, str | None]] = json.loads(
        run("forms", "answer", "sink", "2025-Q4", "--format", "json").out
    )["rows"]
    return rows


def test_answers_are_kept_corrected_and_printed(run: Run) -> None:
    assert "2 questions" in run("report", "sink", "2025-Q4").err
    assert run("forms", "answer", "sink", "2025-Q4", "A.said=Раз в год", "A.agreed=да").code == 0
    assert {row["cell"]: row["answer"] for row in _answers(run)} == {"A.said": "Раз в год", "A.agreed": "yes"}
    assert run("forms", "answer", "sink", "2025-Q4", "A.agreed=no").code == 0
    assert {row["cell"]: row["answer"] for row in _answers(run)}["A.agreed"] == "no"
    told = run("explain", "sink", "2025-Q4", "A.agreed").out
    assert "answered: no" in told
    assert "recorded by" in told
    assert "not answered" in run("explain", "sink", "2025-Q3", "A.agreed").out
    again = run("report", "sink", "2025-Q4")
    assert again.code == 0
    assert "question" not in again.err
    assert run("forms", "answer", "sink", "2025-Q3", "--format", "json").out.count('"answer": null') == 2


def test_nothing_is_filed_while_a_question_is_open(run: Run, workspace: Path) -> None:
    paper = workspace / "sent.pdf"
    paper.write_bytes(b"%PDF sent")
    filing = (
        "file",
        "sink",
        "2025-Q4",
        "--on",
        "2026-01-12",
        "--channel",
        "post",
        "--sent",
        str(paper),
        "--yes",
    )
    assert run("forms", "answer", "sink", "2025-Q4", "A.said=Раз в год").code == 0
    refused = run(*filing)
    assert refused.code == 1
    assert "A.agreed: Показатели / Согласны" in refused.err
    assert "1 question" in refused.err
    own = workspace / "reports" / "sink-2025-Q4.pdf"
    assert run("report", "sink", "2025-Q4").code == 0
    assert run("forms", "answer", "sink", "2025-Q4", "A.agreed=нет").code == 0
    done = run(*(str(own) if word == str(paper) else word for word in filing))
    assert "is not what this report would print today" in done.err
    assert "WORKING COPY" in done.err
    assert "question" not in done.err


def test_what_a_filing_lacks_is_asked_for(run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = workspace / "sent.pdf"
    paper.write_bytes(b"%PDF sent")
    told = run("file", "sink", "2025-Q4", "--yes")
    assert (told.code, "--on" in told.err) == (2, True)
    run("forms", "answer", "sink", "2025-Q4", "A.said=x", "A.agreed=yes")
    typed = ["12.01.2026", "2026-01-12", "pigeon", "post", str(paper)]
    monkeypatch.setattr("compliance.commands.ask.interactive", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *_args, **_more: typed.pop(0))
    run("file", "sink", "2025-Q4", "--yes")
    assert typed == []
    assert "no filing nothing" in run("filing", "receipt", "nothing").err


def test_explain_shows_rows_rule_doubt_and_what_moved(run: Run) -> None:
    answer = run("explain", "money", "2025-Q4", "spent.social.domestic")
    assert answer.code == 0
    for words in ("134,500.00 RUB", "printed: 134", "-1", "flow", "ст. 9", "zz_money spent.social"):
        assert words in answer.out
    row = json.loads(run("explain", "money", "2025-Q4", "balance.opening.foreign", "--format", "json").out)[
        "rows"
    ][0]
    assert sum(item["value_minor"] for item in row["rows"]) == row["exact_minor"] == 256_315_055
    assert [item["rate"] for item in row["rows"] if item["currency"] == "EUR"] == ["95.0000"]


def test_captions_are_confirmed_one_at_a_time_and_wear_what_is_printed(run: Run, workspace: Path) -> None:
    forms = json.loads(run("forms", "list", "--format", "json").out)["rows"]
    assert {row["name"]: (row["confirmed"], row["open"]) for row in forms}["money"] == (0, 25)
    said = "Остаток на начало"
    assert run("forms", "confirm", "money", "--caption", "balance.opening", "--as-printed", said).code == 0
    assert run("forms", "confirm", "money", "--caption", "balance.closing", "--yes").code == 0
    rows = json.loads(run("forms", "confirm", "money", "--format", "json").out)["rows"]
    found = {row["caption"]: (row["text"], row["confirmed"]) for row in rows}
    assert found["balance.opening"] == (said, True)
    assert found["balance.closing"] == ("Остаток на конец периода", True)
    assert found["balance.other"][1] is False
    answer = run("report", "money", "2025-Q4")
    assert "23 captions" in answer.err
    assert said in answer.out


def test_the_mark_goes_when_everything_is_confirmed(run: Run) -> None:
    rows = json.loads(run("forms", "confirm", "money", "--format", "json").out)["rows"]
    for row in rows:
        assert run("forms", "confirm", "money", "--caption", row["caption"], "--yes").code == 0
    assert "WORKING COPY" not in run("report", "money", "2025-Q4").err


# ---- a refusal to print, answered for one text


TALK = ("record", "activity", "--id", "v1", "--programme", "p1", "--kind", "talk", "--on", "2025-10-10")
NAMED, OTHER = "Чтения памяти Примерова Ивана Петровича", "Чтения памяти Примерова Ивана Ильича"


def _ids(run: Run) -> dict[str, str]:
    rows = json.loads(run("check", "privacy.personal_data", "--format", "json").out)["rows"]
    return {row["id"]: row["state"] for row in rows}


def _text_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as paper:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in paper)


def test_a_decision_prints_exactly_that_text_and_the_binder_says_so(run: Run, workspace: Path) -> None:
    assert run(*TALK, "--description", NAMED).code == 0
    refused = run("report", "sink", "2025-Q4")
    assert refused.code == 1
    assert "Петровича" not in refused.err
    [(entity, state)] = _ids(run).items()
    assert state == "open"
    assert run("decide", entity, "--because", "...").code == 2
    done = run("--actor", "anna", "decide", entity, "--because", "Имя улицы, не участник")
    assert done.code == 0, done.err
    assert _ids(run) == {entity: "decided"}
    made = run("report", "sink", "2025-Q4", "--binder")
    assert made.code == 0, made.err
    printed = _text_of(workspace / "reports" / "sink-2025-Q4.pdf")
    binder = _text_of(workspace / "reports" / "sink-2025-Q4-binder.pdf")
    assert NAMED in printed
    assert "Имя улицы" not in printed
    for words in ("Имя улицы, не участник", "anna"):
        assert words in binder


def test_another_text_voids_the_decision_and_so_does_taking_it_back(run: Run) -> None:
    assert run(*TALK, "--description", NAMED).code == 0
    [entity] = _ids(run)
    assert run("decide", entity, "--because", "Имя улицы").code == 0
    assert run("record", "activity", "--id", "v1", "--description", OTHER).code == 0
    assert _ids(run) == {entity: "open"}
    assert run("report", "sink", "2025-Q4").code == 1
    assert run("record", "activity", "--id", "v1", "--description", NAMED).code == 0
    assert _ids(run) == {entity: "decided"}
    assert run("decide", entity, "--withdraw").code == 0
    assert _ids(run) == {entity: "open"}
    assert run("report", "sink", "2025-Q4").code == 1


def test_a_refusal_of_a_report_alone_is_decided_by_the_id_it_tells(run: Run) -> None:
    """An answer is in no activity: no check meets it, only the form it is printed in."""
    assert (
        run("forms", "answer", "sink", "2025-Q4", "A.said=Премия имени Примерова Ивана Петровича").code == 1
    )
    because = ("--because", "Название премии")
    said = run(
        "forms", "answer", "sink", "2025-Q4", "A.said=Премия имени Примерова Ивана Петровича", *because
    )
    assert said.code == 0, said.err
    assert run("report", "sink", "2025-Q4").code == 0
    assert run("decide", "privacy.personal_data:sink:A.said:2025-Q4", "--withdraw").code == 0
    refused = run("report", "sink", "2025-Q4")
    assert refused.code == 1
    told = refused.err.split("compliance decide ")[1].split()[0]
    assert run("decide", told, *because).code == 0
    assert run("report", "sink", "2025-Q4").code == 0
