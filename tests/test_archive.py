"""Copies to keep and to hear: the structure that the formats ask, the data attached, the same bytes anywhere."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pikepdf
import pytest
import reporters
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped,unused-ignore]
from test_annex import lengthened

from compliance.reports import archive, docx, papers, pdf, readback
from compliance.reports.contents import contents
from compliance.reports.model import Report


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return reporters.make(tmp_path_factory.mktemp("archive"), "ru", 1).reports()[0]


@pytest.fixture(scope="module")
def kept(report: Report) -> bytes:
    return archive.archive(report, report, "money")


def attached(data: bytes) -> dict[str, bytes]:
    with pikepdf.open(io.BytesIO(data)) as file:
        return {name: bytes(spec.get_file().read_bytes()) for name, spec in file.attachments.items()}


def test_the_data_are_attached_and_say_what_the_pages_say(report: Report, kept: bytes) -> None:
    files = attached(kept)
    assert set(files) == {"money.json", "money.xlsx"}
    assert json.loads(files["money.json"]) == contents(report)
    for name, data in (("money.xlsx", files["money.xlsx"]), ("money.pdf", kept)):
        assert [
            item for item in readback.compare(contents(report), readback.texts(data, name)) if not item.same
        ] == []


def test_the_filed_copy_carries_nothing_of_it(report: Report) -> None:
    made = papers.make(report, archived=True, tagged=True).files
    stem = papers.stem_of(report)
    assert set(made) == {
        f"{stem}{end}" for end in (".pdf", "-figures.pdf", ".xlsx", "-archive.pdf", "-tagged.pdf")
    }
    assert attached(made[f"{stem}.pdf"]) == {}
    assert made[f"{stem}.pdf"] == papers.make(report).files[f"{stem}.pdf"]


def test_the_structure_is_there(report: Report, kept: bytes) -> None:
    assert archive.missing(kept, archive.ARCHIVE) == []
    assert archive.missing(archive.tagged(report), archive.TAGGED) == []


def test_a_plain_pdf_is_neither(report: Report) -> None:
    """The control."""
    plain = papers.make(report).files[f"{papers.stem_of(report)}.pdf"]
    assert "XMP metadata with a title" in archive.missing(_with_metadata(plain), archive.ARCHIVE)
    assert len(archive.missing(_with_metadata(plain), archive.ARCHIVE)) >= 3
    assert len(archive.missing(_with_metadata(plain), archive.TAGGED)) >= 4


def _with_metadata(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as file:
        file.Root.Metadata = file.make_stream(b"<x/>")
        out = io.BytesIO()
        file.save(out)
        return out.getvalue()


@pytest.mark.parametrize(
    ("part", "told"),
    [("/OutputIntents", "output intent"), ("/Lang", "language"), ("/AF", "two attachments")],
)
def test_each_part_is_missed(kept: bytes, part: str, told: str) -> None:
    with pikepdf.open(io.BytesIO(kept)) as file:
        del file.Root[part]
        out = io.BytesIO()
        file.save(out)
    assert any(told in text for text in archive.missing(out.getvalue(), archive.ARCHIVE))


SAME = """
import sys, hashlib
sys.path.insert(0, sys.argv[2])
import reporters
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped,unused-ignore]
from test_annex import lengthened
from pathlib import Path
from compliance.reports import papers
made = reporters.make(Path(sys.argv[1]), sys.argv[3], 3)
for report in made.reports()[: int(sys.argv[4])]:
    for name, data in sorted(papers.make(report, binder=True, archived=True, tagged=True, editable=True).files.items()):
        print(name, hashlib.sha256(data).hexdigest())
"""


@pytest.mark.parametrize(
    ("pack", "reports"),
    [("ru", 1), *(pytest.param(pack, 99, marks=pytest.mark.soak) for pack in ("ru", "in"))],
)
def test_the_same_bytes_in_other_zones_languages_hashes_and_homes(
    tmp_path: Path, pack: str, reports: int
) -> None:
    told = []
    for number, (zone, language, seed) in enumerate(
        (("UTC", "C.UTF-8", "0"), ("Asia/Kamchatka", "ru_RU.UTF-8", "77"))
    ):
        folder = tmp_path / f"Дом {number}"
        folder.mkdir()
        environ = {
            **os.environ,
            "TZ": zone,
            "LC_ALL": language,
            "LANG": language,
            "PYTHONHASHSEED": seed,
            "HOME": str(folder),
            "USER": f"u{number}",
        }
        made = subprocess.run(
            [sys.executable, "-c", SAME, str(folder / "books"), str(Path(__file__).parent), pack, str(reports)],
            env=environ, capture_output=True, encoding="utf-8", check=True, cwd=Path(__file__).parent.parent,
        )  # fmt: skip
        told.append(made.stdout)
    assert told[0] == told[1]
    assert len(told[0].splitlines()) >= 6


@pytest.mark.parametrize("pack", reporters.LAWS)
def test_the_editable_copy_says_the_same(tmp_path: Path, pack: str) -> None:
    for report in reporters.make(tmp_path, pack, 4).reports():
        made = docx.render(report)
        assert [
            item
            for item in readback.compare(contents(report), readback.texts(made, "x.docx"))
            if not item.same
        ] == []
        with zipfile.ZipFile(io.BytesIO(made)) as archive_:
            about = archive_.read("docProps/core.xml").decode()
        assert "creator" not in about
        assert "python-docx" not in about


def test_long_lists_are_pages_of_the_kept_copy_and_named_in_the_one_to_hear(tmp_path: Path) -> None:
    report = lengthened(
        reporters.make(tmp_path, "us", 1).reports()[0], 700, ["Stichting Zeewind", "ООО «Пример»"]
    )
    made, stem = papers.make(report, archived=True, tagged=True).files, papers.stem_of(report)
    kept, heard = made[f"{stem}-archive.pdf"], made[f"{stem}-tagged.pdf"]
    assert archive.missing(kept, archive.ARCHIVE) == []
    assert [
        item for item in readback.compare(contents(report), readback.texts(kept, "kept.pdf")) if not item.same
    ] == []
    told = " ".join(readback.texts(heard, "heard.pdf"))
    assert f"Rows: 700, in the workbook {stem}.xlsx" in " ".join(told.split())


def test_a_font_outside_the_file_is_missed(kept: bytes) -> None:
    """The control: a page with letters of the viewer's."""
    foreign = io.BytesIO()
    sheet = Canvas(foreign)
    sheet.drawString(50, 50, "a")
    sheet.save()
    assert archive.missing(pdf.merged([kept, foreign.getvalue()]), archive.ARCHIVE)
