"""An inspection: items, papers found, what the law does not ask, copies with words taken out for good, who got what when."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from test_times import CONFIG
from workbench import Bench, empty

from compliance.errors import InputError
from compliance.filings.redact import redact
from compliance.reports import pdf
from compliance.storage import Server

SECRET = "Тестов Тест Тестович"
PAGE = f"""<!DOCTYPE html><html><body><h1>Договор № 7</h1><p>Исполнитель: {SECRET}, телефон +7 900 000-00-00.</p>
<p>Сумма 12 500,00. Исполнитель {SECRET.upper()} согласен.</p><p style="page-break-before: always">Вторая страница, {SECRET}.</p></body></html>"""


@pytest.fixture(scope="module")
def paper() -> bytes:
    return pdf.render(PAGE).data


@pytest.fixture(scope="module")
def made(
    new_server: Callable[[], Server | None], tmp_path_factory: pytest.TempPathFactory, paper: bytes
) -> Bench:
    bench = empty(tmp_path_factory.mktemp("inspection") / "books", CONFIG, server=new_server())
    (bench.folder / "letter.pdf").write_bytes(paper)
    (bench.folder / "contract.pdf").write_bytes(paper)
    (bench.folder / "list.csv").write_bytes(b"a;b")
    bench.run(
        "record",
        "document",
        str(bench.folder / "contract.pdf"),
        "--id",
        "d7",
        "--kind",
        "agreement",
        "--title",
        "Договор аренды 7",
    )
    bench.run(
        "record",
        "document",
        str(bench.folder / "list.csv"),
        "--id",
        "lst",
        "--kind",
        "list",
        "--title",
        "Перечень",
    )
    bench.run("record", "document", "--missing", "--id", "gone", "--kind", "act", "--title", "Акт")
    bench.run(
        "inspection", "open", str(bench.folder / "letter.pdf"), "--on", "2026-01-05", "--reply-by", "2026-01-20", "--subject", "Выездная проверка",
        "--item", "Договоры аренды", "--item", "Список участников мероприятий", "--item", "Акты",
    )  # fmt: skip
    return bench


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    return made.copy(tmp_path / "books")


def states(bench: Bench) -> dict[int, str]:
    return {row["number"]: row["state"] for row in bench.rows("inspection", "show", "inspection-1")}


def find(bench: Bench, number: int, *words: str) -> None:
    bench.run("inspection", "find", "inspection-1", str(number), *words)


def test_from_the_letter_to_the_copies(bench: Bench, tmp_path: Path) -> None:
    assert states(bench) == {1: "asked", 2: "asked", 3: "asked"}
    rows = bench.rows("inspection", "show", "inspection-1")
    assert rows == bench.rows("inspection", "show")  # there is only this one
    assert rows[0]["likely"] == ["d7"]
    assert "letter.unanswered" in [row["code"] for row in bench.call("check", "--format", "json").rows]
    find(bench, 1, "--document", "d7")
    find(bench, 2, "--beyond", "--because", "Закон не требует списков участников")
    find(bench, 3, "--missing")
    assert states(bench) == {1: "found", 2: "beyond", 3: "missing"}
    folder = tmp_path / "copies"
    said = bench.run("inspection", "hand", "inspection-1", "--on", "2026-01-12", "-o", str(folder))
    assert {path.name for path in folder.iterdir()} == {"01-Договор аренды 7.pdf", "inventory.pdf"}
    assert "НАСТОЯЩИЙ МАТЕРИАЛ" in words(folder / "inventory.pdf")
    for text in ("Договоры аренды", "Список участников", "Закон не требует", "Акты"):
        assert text in words(folder / "inventory.pdf")
    assert states(bench)[1] == "handed"
    assert "signed" in said.err
    (row,) = bench.rows("inspection", "list")
    assert (row["items"], row["open"], row["reply_by"]) == (3, 0, "2026-01-20")
    with bench.books() as books, bench.vault() as vault:
        from compliance.ledger.models import InspectionItem

        item = books.facts(InspectionItem)["inspection-1/1"]
        assert item.copy is not None
        assert vault.blob(item.copy) == (folder / "01-Договор аренды 7.pdf").read_bytes()
    bench.run("filing", "answer", "inspection-1", "--on", "2026-01-12")
    assert "letter.unanswered" not in [row["code"] for row in bench.call("check", "--format", "json").rows]
    bench.run("books", "audit")


def words(path: Path) -> str:
    told = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True, encoding="utf-8")
    return " ".join(told.stdout.split())


def test_words_taken_out_are_nowhere_in_the_copy(bench: Bench, tmp_path: Path) -> None:
    find(bench, 1, "--document", "d7")
    folder = tmp_path / "copies"
    bench.run(
        "inspection",
        "hand",
        "inspection-1",
        "--on",
        "2026-01-12",
        "-o",
        str(folder),
        "--redact",
        SECRET,
        "--redact",
        "нет такого",
    )
    made = folder / "01-Договор аренды 7.pdf"
    assert words(made) == ""
    data = made.read_bytes()
    assert SECRET.encode() not in data
    with pikepdf.open(made) as file:
        assert len(file.pages) == 2
        assert "/Info" not in file.trailer or not dict(file.docinfo)
        assert "/Metadata" not in file.Root
    assert "зачерн" in words(folder / "inventory.pdf")  # in the language of the law, whoever presses the key


def test_what_is_black_is_where_the_words_were(paper: bytes) -> None:
    """Another path: the pictures of both are compared where the words stand, and elsewhere."""
    made = redact(paper, [SECRET], "x")
    assert made.found == {SECRET: 3}  # in capitals too
    before, after = pypdfium2.PdfDocument(paper), pypdfium2.PdfDocument(made.data)
    text = before[0].get_textpage()
    height, scale = before[0].get_height(), 2
    new = after[0].render(scale=scale).to_pil().convert("L")
    old = before[0].render(scale=scale).to_pil().convert("L")
    hit = text.search(SECRET).get_next()
    assert hit is not None
    assert text.count_rects(*hit)
    left, bottom, right, top = text.get_rect(0)
    box = tuple(int(value * scale) for value in (left + 1, height - top + 1, right - 1, height - bottom - 1))
    assert new.crop(box).getextrema()[1] < 60
    sums = text.search("12 500,00").get_next()
    assert sums is not None
    text.count_rects(*sums)
    left, bottom, right, top = text.get_rect(0)
    box = tuple(int(value * scale) for value in (left, height - top, right, height - bottom))
    assert new.crop(box).getextrema()[1] > 200
    assert abs(old.size[0] - new.size[0]) <= 1


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 nothing", b"PK"])
def test_what_cannot_be_redacted(data: bytes) -> None:
    with pytest.raises(InputError, match="cannot be redacted"):
        redact(data, ["x"], "f.pdf")


def test_the_same_copy_twice(paper: bytes) -> None:
    assert redact(paper, [SECRET], "x").data == redact(paper, [SECRET], "x").data


@pytest.mark.parametrize(
    ("code", "command", "said"),
    [
        (2, ("find", "inspection-1", "1"), "say one of"),
        (2, ("find", "inspection-1", "1", "--missing", "--beyond", "--because", "x"), "say one of"),
        (2, ("find", "inspection-1", "9", "--missing"), "has no item 9"),
        (2, ("find", "inspection-9", "1", "--missing"), "no inspection"),
        (2, ("find", "inspection-1", "1", "--document", "poem"), "there is no"),
        (2, ("find", "inspection-1", "2", "--beyond"), "--because"),
        (2, ("show", "question-1"), "no inspection"),
        (2, ("hand", "inspection-1", "--on", "2026-01-12", "-o", "copies"), "nothing is found yet"),
        (2, ("open", "letter.pdf"), "--on, --subject"),
        (2, ("open", "--on", "2027-01-05", "--subject", "x"), "still to come"),
        (3, ("open", "nowhere.pdf", "--on", "2026-01-05", "--subject", "x"), "nowhere.pdf"),
    ],
)
def test_slips(bench: Bench, code: int, command: tuple[str, ...], said: str) -> None:
    assert said in bench.fail(code, "inspection", *command)


def test_a_paper_without_a_file_and_words_in_no_pdf(bench: Bench, tmp_path: Path) -> None:
    find(bench, 3, "--document", "gone")
    where = str(tmp_path / "copies")
    assert "no file of it" in bench.fail(
        1, "inspection", "hand", "inspection-1", "--on", "2026-01-12", "-o", where
    )
    find(bench, 3, "--document", "lst")
    assert "PDF only" in bench.fail(
        1, "inspection", "hand", "inspection-1", "--on", "2026-01-12", "-o", where, "--redact", "x"
    )
    assert not (tmp_path / "copies").exists()
    bench.run("inspection", "hand", "inspection-1", "--on", "2026-01-12", "-o", where, "--only", "3")
    assert "exists already" in bench.fail(
        2, "inspection", "hand", "inspection-1", "--on", "2026-01-12", "-o", where
    )
    assert "handed over already" in bench.fail(2, "inspection", "find", "inspection-1", "3", "--missing")


def test_more_is_asked_later(bench: Bench) -> None:
    bench.run("inspection", "ask", "inspection-1", "Ведомости", "Приказы")
    assert states(bench) == dict.fromkeys(range(1, 6), "asked")


def test_without_a_name_there_must_be_one_inspection(tmp_path: Path) -> None:
    assert "which inspection?" in empty(tmp_path / "books", CONFIG).fail(2, "inspection", "show")
