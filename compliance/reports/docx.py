"""A report as a DOCX that can be edited: for an authority that wants such a file, or a person who must finish it by hand.

The same words and figures as the PDF, in tables; it claims nothing and is no filed copy of its own.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from compliance import packed
from compliance.reports import words
from compliance.reports.model import Report, Row, Section
from compliance.reports.page import clean, mark

if TYPE_CHECKING:
    from docx.document import Document

_MEASURE_CM = 15.2
_PAPERS_MM = {"a4": (210, 297), "letter": (215.9, 279.4)}
"""From margin to margin on the page of the library's template."""
_CORE = "docProps/core.xml"
_UNWANTED = ("/stylesWithEffects", "/thumbnail", "/extended-properties", "/customXml")
"""Parts of the library's template: styles that contradict ours (Word repairs such a file), the picture of an empty
page, the program it was made with, an empty bibliography."""
_NO_AUTHOR = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties'
    b' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)


def render(report: Report) -> bytes:
    """The document; the same report gives the same bytes, without author, program or day in its properties."""
    import docx
    from docx.shared import Pt

    made = docx.Document()
    _paper(made, report.paper)
    made.styles["Normal"].font.name, made.styles["Normal"].font.size = "Times New Roman", Pt(10)
    _head(made, report)
    for section in report.sections:
        _section(made, report, section)
    made.add_paragraph("")
    made.add_paragraph("____________________        ____________________        ____________________")
    return _saved(made)


def _paper(made: Document, paper: str) -> None:
    """The library's own sheet is the American one."""
    from docx.shared import Mm

    width, height = _PAPERS_MM[paper]
    for section in made.sections:
        section.page_width, section.page_height = Mm(width), Mm(height)


def _head(made: Document, report: Report) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    for text, bold in (
        (mark(report), True), (report.title.text, True), (report.order, False), (words.period_words(report.period, report.language), False),
    ):  # fmt: skip
        if text:
            paragraph = made.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.add_run(clean(text)).bold = bold
    for text in (
        report.head.organisation,
        report.head.address,
        report.head.registration_id,
        report.head.tax_id,
    ):
        if text:
            made.add_paragraph(clean(text))


def _section(made: Document, report: Report, section: Section) -> None:
    caption = " ".join(text for text in (section.caption.text, section.group) if text)
    if caption:
        made.add_paragraph().add_run(clean(caption)).bold = True
    if not section.rows:
        made.add_paragraph(clean(section.empty))
        return
    figures = any(cell.is_figure and cell.kind != "count" for row in section.rows for cell in row.cells)
    if figures:
        made.add_paragraph(words.unit_words(report.currency, report.unit_minor, report.language))
    lines = 0 if section.each else 1
    columns = [column.text for column in section.columns]
    headed = len(columns) > 1 or any(columns)
    table = made.add_table(rows=int(headed), cols=lines + max(len(row.cells) for row in section.rows))
    table.style = "Table Grid"
    if headed:
        for at, text in enumerate(columns, lines):
            table.rows[0].cells[at].text = clean(text)
    for row in section.rows:
        _row(table, row, lines)


def _row(table: Any, row: Row, lines: int) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    cells = table.add_row().cells
    if lines:
        cells[0].text = clean(row.caption.text)
    for at, cell in enumerate(row.cells, lines):
        cells[at].text = clean(cell.text)
        if cell.is_figure:
            cells[at].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if row.total:
        for cell in cells:
            for run in cell.paragraphs[0].runs:
                run.bold = True


def letter(given: Mapping[str, Any]) -> bytes:
    """A letter as `filings.letterhead` describes it, to be finished by hand; the same bytes every time."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    made = docx.Document()
    _paper(made, given["paper"])
    made.styles["Normal"].font.name, made.styles["Normal"].font.size = "Times New Roman", Pt(11)
    made.add_heading(clean(given["heading"]), level=1)
    for key in ("mark", "sender", "details", "day", "recipient", "lead"):
        if given[key]:
            made.add_paragraph(clean(given[key]))
    for group in given["groups"]:
        if group["title"]:
            made.add_paragraph().add_run(clean(group["title"])).bold = True
        table = made.add_table(rows=1, cols=len(group["columns"]))
        table.style = "Table Grid"
        for cell, text in zip(table.rows[0].cells, group["columns"], strict=True):
            cell.text = clean(text)
        for row in group["rows"]:
            for at, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
                cell.text = clean(text)
                if at in group["figures"]:
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        table.autofit = False
        for column, share in zip(table.columns, group["widths"], strict=True):
            for cell in column.cells:
                cell.width = Cm(_MEASURE_CM * float(share) / 100)
    made.add_paragraph(clean(given["closing"]))
    return _saved(made)


def _saved(made: Document) -> bytes:
    """Packed anew, all of one day, with nothing about who made it, without what the library's template brings."""
    for part in (made.part, made.part.package):
        for key in [key for key, rel in part.rels.items() if rel.reltype.endswith(_UNWANTED)]:
            part.rels.pop(key)
    out = io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(out) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[_CORE] = _NO_AUTHOR
    return packed.pack(members)
