"""What is on paper and in the workbook is what the report says; nothing else gets in, nothing is lost.

The readers are other programs than the writers: pypdfium2 for text, pikepdf for structure, openpyxl
with and without formulas, zipfile for the archive. ``tests/golden`` holds the text of printed forms;
to renew it after a wanted change: ``python tests/test_reports_render.py``.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pikepdf
import pypdfium2
import pytest
import reporters
from jinja2 import UndefinedError, meta
from python_calamine import load_workbook
from reports_books import PACKS, BooksFile, practice_books, report

from compliance import i18n
from compliance.errors import InputError
from compliance.ledger.models import Activity
from compliance.reports import page, papers, pdf, words, xlsx
from compliance.reports.model import Caption, Head, Report

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = {
    "picture": '<img src="file:///etc/passwd">',
    "inline picture": "<svg><image href='file:///etc/passwd'/></svg>",
    "style": "</td><style>@import url(http://127.0.0.1/x.css)</style>",
    "script": "<script>alert(1)</script>",
    "template": "{{7*7}} {% raw %} ${7*7} #{7*7}",
    "formula": '=HYPERLINK("http://example.org","x")',
    "command": "@SUM(1+1)*cmd|' /C calc'!A0",
    "plus": "+1-1",
    "long": "длинно " * 5_715,
    "one word": "Ж" * 4_000,
    "surrogates": "а\ud800б\udfffв",
    "controls": "a\x00b\x08c\x1b[31md",
    "bidi": "safe\u202egnp.exe",
    "entity": "&lt;b&gt; &amp; &#60;",
}


@pytest.fixture(scope="module")
def money(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return report(practice_books(tmp_path_factory.mktemp("practice")), "money")


@pytest.fixture(scope="module")
def printed(money: Report) -> pdf.Printed:
    return pdf.render(page.html(money))


def _text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(sheet.get_textpage().get_text_range() for sheet in document).replace("\r\n", "\n")
    finally:
        document.close()


def _flat(text: str) -> str:
    """Without line breaks and the hyphens they brought."""
    text = re.sub(r"(?<=\w)(?:[\ufffe\x02]\n?|-\n)(?=\w)", "", text)
    return re.sub(r"\s+", " ", text)


# ---- PDF


def test_every_figure_is_on_paper_in_order(money: Report, printed: pdf.Printed) -> None:
    """Row by row: the caption, then the figures of its columns as the report has them."""
    text = _flat(_text(printed.data)).replace("\u2212", "-")
    at = 0
    for section in money.sections:
        for row in section.rows:
            figures = " ".join(cell.text for cell in row.cells).replace("\u00a0", " ").replace("\u2212", "-")
            line = f"{row.caption.text} {figures}"
            found = text.find(line, at)
            assert found >= 0, line
            at = found
            for cell in row.cells:
                plain = cell.text.replace("\u00a0", "").replace("\u2212", "-").replace(words.NOTHING, "0")
                assert int(plain) == cell.units


def test_a_working_copy_says_so_on_every_page_in_the_forms_language(
    money: Report, printed: pdf.Printed
) -> None:
    document = pypdfium2.PdfDocument(printed.data)
    texts = [_flat(sheet.get_textpage().get_text_range()) for sheet in document]
    document.close()
    assert printed.pages == len(texts) == 2
    for number, text in enumerate(texts, 1):
        assert "РАБОЧИЙ ЭКЗЕМПЛЯР: 25 подписей граф не сверены с бланком." in text
        assert f"стр. {number} из 2" in text
    done = replace(money, open_captions=0)
    assert "РАБОЧИЙ" not in page.html(done)
    assert "УЧЕБНЫЙ" in page.mark(replace(money, practice=True))


def test_pages_are_upright_a4_in_black_with_our_fonts_only(printed: pdf.Printed) -> None:
    with pikepdf.open(io.BytesIO(printed.data)) as file:
        fonts = set()
        for sheet in file.pages:
            assert [round(float(side)) for side in sheet.mediabox] == [0, 0, 595, 842]
            for font in sheet.resources.get("/Font", {}).values():
                base = font.DescendantFonts[0] if "/DescendantFonts" in font else font
                assert "/FontFile2" in base.FontDescriptor or "/FontFile3" in base.FontDescriptor
                fonts.add(str(base.BaseFont).split("+")[-1].strip("/'"))
            colours = re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)\b", sheet.Contents.read_bytes())
            assert all(set(colour) == {b"0"} for colour in colours)
        assert {str(key) for key in file.docinfo} <= {"/Title", "/Producer"}
    assert fonts
    assert all("PT-Serif" in name or "Noto" in name for name in fonts), fonts


def test_the_binder_copy_has_addresses_and_the_filed_copy_has_none(
    money: Report, printed: pdf.Printed
) -> None:
    binder = _text(pdf.render(page.html(money, binder=True)).data).replace("\n", "")
    assert "spent.pay.foreign" in binder
    assert "spent" not in _text(printed.data)


def test_the_sheet_of_figures_is_one_page(money: Report) -> None:
    sheet = pdf.render(page.figures_html(money))
    assert sheet.pages == 1
    text = _flat(_text(sheet.data))
    assert "Цифры для переноса в бланк" in text
    for row in money.sections[1].rows:
        assert " ".join(cell.text for cell in row.cells).replace("\u00a0", " ") in text


def test_working_titles_are_never_styled_as_official(money: Report) -> None:
    html = page.html(money)
    assert '<th class="working">[Курсовая разница]</th>' in html
    assert "рабочие названия" in html
    titled = replace(money, title=Caption("title", "[Своё название]"))
    assert '<h1 class="working">[Своё название]</h1>' in page.html(titled)


def test_long_names_and_sums_are_not_cut(money: Report) -> None:
    name = "Автономная некоммерческая организация «" + "Межрегиональныйцентрсоседскихинициатив" * 6 + "»"
    cell = money.cell("spent.pay.all")
    assert cell is not None
    big = replace(cell, units=-999_999_999_999, text=words.figure(-999_999_999_999, -1))
    sections = tuple(
        replace(
            section,
            rows=tuple(
                replace(row, cells=tuple(big if item.id == big.id else item for item in row.cells))
                for row in section.rows
            ),
        )
        for section in money.sections
    )
    text = _text(pdf.render(page.html(replace(money, head=Head(name), sections=sections))).data)
    squeezed = re.sub(r"[\s\ufffe\u00ad\x02-]", "", text)
    assert re.sub(r"[\s-]", "", name) in squeezed
    assert "−999999999999" in squeezed


def test_a_sign_without_a_letter_is_a_finding(money: Report) -> None:
    found = pdf.render(page.html(replace(money, head=Head("АНО «Центр» \U0001f600"))), subject="money")
    assert [item.code for item in found.findings] == ["report.glyph"]
    assert not pdf.render(page.html(replace(money, head=Head("₽ € № § « » – — ё ґ ö ß")))).findings


# ---- fences


@pytest.mark.parametrize(
    "snippet",
    [
        '<img src="file:///etc/passwd">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<svg><image href="file:///etc/passwd"/></svg>',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        "<style>@import url(file:///etc/passwd);</style>",
        "<style>body { background: url(file:///etc/passwd) }</style>",
        "<style>@font-face { font-family: x; src: url(file:///etc/passwd) } body { font-family: x }</style>",
        '<link rel="attachment" href="file:///etc/passwd">',
        '<a rel="attachment" href="file:///etc/passwd">x</a>',
        '<object data="file:///etc/passwd"></object>',
        '<embed src="file:///etc/passwd">',
    ],
)
def test_a_page_that_asks_for_a_file_is_refused(snippet: str) -> None:
    with pytest.raises(InputError) as stopped:
        pdf.render(f"<!DOCTYPE html><html><body>{snippet}</body></html>")
    assert isinstance(stopped.value, InputError), stopped.value
    assert "passwd" not in str(stopped.value)


@pytest.mark.parametrize("snippet", ['<a href="http://example.org/">x</a>', '<a href="file:///x">x</a>'])
def test_a_link_in_the_result_is_refused(snippet: str) -> None:
    with pytest.raises(InputError, match="more than a form may"):
        pdf.render(f"<!DOCTYPE html><html><body>{snippet}</body></html>")


def test_attachments_and_scripts_are_found_in_a_pdf(printed: pdf.Printed) -> None:
    pdf.inspect(printed.data)
    with pikepdf.open(io.BytesIO(printed.data)) as file:
        file.attachments["x.txt"] = b"x"
        file.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")
        file.docinfo["/Author"] = "somebody"
        buffer = io.BytesIO()
        file.save(buffer)
    with pytest.raises(InputError) as stopped:
        pdf.inspect(buffer.getvalue())
    for word in ("/OpenAction", "/EmbeddedFiles", "/Author"):
        assert word in stopped.value.why


def test_templates_name_only_what_they_are_given(money: Report) -> None:
    environment = page.environment()
    assert environment.loader is not None
    for name, given in (("report.html", page.page(money)), ("figures.html", page.figures_page(money))):
        source, _path, _fresh = environment.loader.get_source(environment, name)
        assert meta.find_undeclared_variables(environment.parse(source)) <= set(given)
        assert "safe" not in source
        assert "import" not in source
        _leaves(given)
    with pytest.raises(UndefinedError):
        environment.from_string("{{ donor.passport }}").render(page.page(money))


def _leaves(value: object) -> None:
    if isinstance(value, dict):
        for item in value.values():
            _leaves(item)
    elif isinstance(value, list):
        for item in value:
            _leaves(item)
    else:
        assert isinstance(value, str | bool), type(value)


# ---- hostile text, from a record to paper and workbook


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Report:
    file = BooksFile.with_chart(tmp_path_factory.mktemp("hostile"))
    file.add(
        Activity(
            entity="v1", programme="p1", kind="talk", state="held", start_on=date(2025, 10, 10),
            end_on=date(2025, 10, 10), description="ЗДЕСЬ", place="Город", quantity=1,
        )
    )  # fmt: skip
    return report(file, "sink")


def _with_text(base: Report, text: str) -> Report:
    sections = tuple(
        replace(
            section,
            rows=tuple(
                replace(
                    row,
                    cells=tuple(
                        replace(cell, text=text) if cell.text == "ЗДЕСЬ" else cell for cell in row.cells
                    ),
                )
                for row in section.rows
            ),
        )
        for section in base.sections
    )
    return replace(base, sections=sections, head=Head(text[:300]), title=Caption("title", text[:200]))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_printed_as_text(base: Report, name: str) -> None:
    text = HOSTILE[name]
    found = _with_text(base, text)
    paper = pdf.render(page.html(found))
    squeezed = re.sub(r"[\s\ufffe\ufffd\u00ad\x02-]", "", _text(paper.data))
    wanted = re.sub(r"[\s\ufffd-]", "", page.clean(text))
    assert wanted[:300] in squeezed
    assert squeezed.count("Ж") >= text.count("Ж")
    assert squeezed.count("длинно") >= text.count("длинно")
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.render(found))).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    texts = [cell.value for cell in cells if cell.data_type == "s"]
    assert any(value[:100] == page.clean(text)[:100] for value in texts)
    formulas = [cell.value for cell in cells if cell.data_type == "f"]
    assert all(re.fullmatch(r"=(?:SUM\([A-Z]+\d+:[A-Z]+\d+\)|[-A-Z0-9+*]+)", value) for value in formulas)


# ---- XLSX


def test_the_workbook_has_formulas_and_their_values(money: Report) -> None:
    data = xlsx.render(money)
    formulas = openpyxl.load_workbook(io.BytesIO(data)).active
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True).active
    assert formulas is not None
    assert values is not None
    seen = []
    for row, cached in zip(formulas.iter_rows(), values.iter_rows(), strict=True):
        for cell, value in zip(row, cached, strict=True):
            if isinstance(value.value, int):
                seen.append(value.value)
            if cell.data_type == "f":
                assert _calculate(str(cell.value), values) == value.value
    assert seen == [cell.units for cell in money.all_cells() if cell.is_figure]
    totals = sum(cell.data_type == "f" for row in formulas.iter_rows() for cell in row)
    assert totals == sum(cell.kind == "total" for cell in money.all_cells())


def _calculate(formula: str, sheet: object) -> int:
    """The two kinds of formula we write, worked out from other cells' values."""
    if match := re.fullmatch(r"=SUM\((\w+:\w+)\)", formula):
        return sum(cell.value for row in sheet[match.group(1)] for cell in row)  # type: ignore[index]
    terms = re.findall(r"([+-]?)([A-Z]+\d+)", formula.removeprefix("="))
    return sum((-1 if sign == "-" else 1) * sheet[place].value for sign, place in terms)  # type: ignore[index]


def test_another_reader_sees_the_same_figures(money: Report) -> None:
    rows = load_workbook(io.BytesIO(xlsx.render(money))).get_sheet_by_index(0).to_python()
    seen = [value for row in rows for value in row if isinstance(value, int | float)]
    assert seen == [cell.units for cell in money.all_cells() if cell.is_figure]


def test_a_sum_longer_than_a_spreadsheet_keeps_is_text(money: Report) -> None:
    whole, long = 987_654_321_012_345, 9_876_543_210_123_456
    for units, kept in ((whole, whole), (long, str(long))):
        sections = tuple(
            replace(
                section,
                rows=tuple(
                    replace(row, cells=tuple(replace(cell, units=units, parts=()) for cell in row.cells))
                    for row in section.rows
                ),
            )
            for section in money.sections
        )
        sheet = openpyxl.load_workbook(io.BytesIO(xlsx.render(replace(money, sections=sections)))).active
        assert sheet is not None
        figures = [cell.value for row in sheet.iter_rows() for cell in row if str(cell.value) == str(units)]
        assert figures == [kept] * sum(cell.is_figure for cell in money.all_cells())


LAKHS = {
    0: "0", 999: "999", 12_345: "12,345", 123_456: "1,23,456", 1_234_567: "12,34,567", 12_345_678: "1,23,45,678",
    123_456_789: "12,34,56,789", 1_234_567_890: "1,23,45,67,890", -1_234_567: "-12,34,567", -12_345_678: "-1,23,45,678",
}  # fmt: skip


@pytest.mark.parametrize("units", LAKHS)
def test_lakhs_and_crores_stand_in_the_workbook_as_on_paper(money: Report, units: int) -> None:
    """The format that the cell carries, applied as spreadsheets apply conditions, gives the digits of the paper."""
    pattern = xlsx._number_format(str(units), 0, "indian")
    chosen = pattern.split(";")[-1]
    for part in pattern.split(";")[:-1]:
        found = re.match(r"\[(<=|>=)(-?\d+)\]", part)
        assert found is not None
        if (units <= int(found[2])) if found[1] == "<=" else (units >= int(found[2])):
            chosen = part[found.end() :]
            break
    digits = str(abs(units))
    if "\\," in chosen:
        places, shown = [char for char in chosen if char in "#0,"], ""
        left = list(digits)
        for char in reversed(places):
            shown = ("," if char == "," else left.pop() if left else "") + shown
        shown = "".join(left) + shown
        assert chosen.startswith("-") is (units < 0)
        said = ("-" if units < 0 else "") + shown
    else:
        said = f"{units:,}"
    assert said == LAKHS[units]


def test_an_empty_list_says_so_and_keeps_its_captions(money: Report) -> None:
    section = replace(money.sections[0], rows=(), each=True, empty="ничего")
    sheet = openpyxl.load_workbook(
        io.BytesIO(xlsx.render(replace(money, sections=(section, section))))
    ).active
    assert sheet is not None
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert texts.count("ничего") == 2
    for column in section.columns:
        assert texts.count(page.clean(column.text)) == 2


def test_a_wide_list_turns_the_page_only_where_it_has_rows(money: Report) -> None:
    wide = replace(money.sections[0], each=True, columns=money.sections[0].columns * 2)
    filled = replace(wide, rows=tuple(replace(row, cells=row.cells * 2) for row in wide.rows))
    empty = replace(wide, rows=(), empty="NONE")
    told = [section["wide"] for section in page.page(replace(money, sections=(filled, empty)))["sections"]]
    assert told == [True, False]


def test_only_lines_that_others_lead_to_are_bold(tmp_path: Path) -> None:
    bold = {
        f"{section.id}.{row.key}"
        for made in reporters.make(tmp_path, "in", 2).reports()
        for section in made.sections
        for row in section.rows
        if row.total
    }
    assert bold >= {"s3.d", "s4iv.G", "ie.surplus"}
    assert not bold & {"s4i.c", "s4.deposits", "s4.elsewhere", "s4iv.F", "bs.surplus"}


def test_the_workbook_has_no_author_and_no_clock(money: Report) -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx.render(money))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert "creator" not in core
    assert "2025-12-31T00:00:00Z" in core
    assert b"openpyxl" not in everything


def test_sheets_are_not_left_in_clear_in_the_temporary_folder(
    money: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    xlsx.render(money)
    assert list(tmp_path.iterdir()) == []


# ---- the same bytes everywhere

_ELSEWHERE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from reports_books import BooksFile, report
from compliance.reports import papers
made = papers.make(report(BooksFile(Path(sys.argv[2])), "money"), binder=True)
from compliance.files import digest
print(*sorted(f"{name} {digest(data)}" for name, data in made.files.items()), sep="\\n")
"""


def test_the_same_books_give_the_same_bytes_in_any_zone_locale_and_hash_seed(tmp_path: Path) -> None:
    practice_books(tmp_path)
    results = set()
    for zone, language, seed in (("UTC", "C", "1"), ("Asia/Kamchatka", "ru_RU.UTF-8", "77")):
        environ = {**os.environ, "TZ": zone, "LC_ALL": language, "PYTHONHASHSEED": seed}
        ran = subprocess.run(
            [sys.executable, "-c", _ELSEWHERE, str(PACKS.parent), str(tmp_path)],
            env=environ, capture_output=True, text=True, check=True,
        )  # fmt: skip
        results.add(ran.stdout)
    assert len(results) == 1
    assert results.pop().count("\n") == 4


def test_without_pango_there_are_pages_and_a_workbook(money: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "available", lambda: "no Pango here")
    made = papers.make(money)
    assert sorted(made.files) == ["money-2025-Q4-figures.html", "money-2025-Q4.html", "money-2025-Q4.xlsx"]
    assert made.without_pdf == "no Pango here"
    assert b"<style>" in made.files["money-2025-Q4.html"]


def test_a_newer_draft_keeps_the_one_before(money: Report, tmp_path: Path) -> None:
    ours = tmp_path / "reports"
    first = papers.Papers({"money.pdf": b"one"})
    papers.write(first, ours, ours=True)
    papers.write(first, ours, ours=True)
    assert not (ours / "earlier").exists()
    papers.write(papers.Papers({"money.pdf": b"two"}), ours, ours=True)
    assert (ours / "money.pdf").read_bytes() == b"two"
    assert [path.read_bytes() for path in (ours / "earlier").iterdir()] == [b"one"]
    with pytest.raises(InputError):
        papers.write(first, ours, ours=False)


# ---- golden


def golden_text(found: Report) -> str:
    """The printed form as text, one block a page, with what kind of letters each caption has."""
    return (
        _text(pdf.render(page.html(found)).data).replace("\ufffe", "-").replace("\x02", "-").rstrip() + "\n"
    )


def test_the_printed_form_reads_as_before(money: Report) -> None:
    assert golden_text(money) == (GOLDEN / "money-2025-Q4.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    from compliance import catalogues

    catalogues.compile_all()
    i18n.activate("en")
    with tempfile.TemporaryDirectory() as folder:
        text = golden_text(report(practice_books(Path(folder)), "money"))
        (GOLDEN / "money-2025-Q4.txt").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "grouping", "shown"),
    [
        ("ru", "thousands", "12\u00a0345\u00a0678,90"),
        ("en", "thousands", "12,345,678.90"),
        ("en", "indian", "1,23,45,678.90"),
    ],
)
def test_figures_stand_as_the_law_s_readers_write_them(language: str, grouping: str, shown: str) -> None:
    style = words.Style(language, grouping)
    assert words.figure(1_234_567_890, 1, decimals=2, style=style) == shown
    assert words.figure(-1_234_567_890, 1, decimals=2, style=style) == f"\N{MINUS SIGN}{shown}"
    for units in (0, 5, 99, 100, 999_99, 1_000_00, 99_999_99, 100_000_00, 10**15):
        text = words.figure(units, 1, decimals=2, style=style)
        assert int("".join(char for char in text if char.isdigit())) == units
