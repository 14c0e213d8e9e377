"""A list of thousands of rows as an annex: drawn row by row, in time that grows with the rows and memory that hardly does.

The printer of forms lays a page out as a whole; for a long list that costs a second for every twenty rows. Here each
row is wrapped and drawn once, the head repeats on every page, and "page X of Y" is filled in at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import Any

from compliance import fonts
from compliance.findings import Finding
from compliance.i18n import N_, _, translated
from compliance.reports.model import Report, Row, Section
from compliance.reports.page import clean, column_widths, mark

LONG = 500
"""From so many rows on a list is an annex; our measure."""
_SIZE, _LEAD, _PAD, _MARGIN = 8.0, 10.0, 3.0, 45.0
_WIDE_FROM = 7
Progress = Callable[[int], None]


def long_sections(report: Report) -> list[Section]:
    """The lists of the report that are printed as annexes, in order."""
    return [section for section in report.sections if section.each and len(section.rows) > LONG]


@dataclass(slots=True)
class _Sheet:
    """Where on which page the pen is, and the ``top`` of the table on it. ``faces``: (name, the signs it has), the first that has all of a text draws it."""

    canvas: Any
    report: Report
    section: Section
    title: str
    width: float
    height: float
    columns: list[float]
    faces: tuple[tuple[str, frozenset[int]], ...]
    y: float = 0.0
    top: float = 0.0
    pages: int = 0
    lacking: set[str] = field(default_factory=set)


def render(
    report: Report, section: Section, number: int, progress: Progress = lambda done: None
) -> tuple[bytes, tuple[Finding, ...]]:
    """Annex ``number`` as a PDF, and a finding where a sign is in none of our letters. The same bytes every time."""
    from reportlab.lib.pagesizes import A4, LETTER, landscape  # type: ignore[import-untyped,unused-ignore]
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped,unused-ignore]

    wide = len(section.columns) >= _WIDE_FROM
    upright = LETTER if report.paper == "letter" else A4
    width, height = landscape(upright) if wide else upright
    faces = _faces()
    canvas = Canvas(
        "annex.pdf",  # a name that nothing is written under: the bytes are asked for
        pagesize=(width, height),
        pageCompression=1,
        invariant=1,
        lang=report.language,
        initialFontName=faces[0][0],
    )
    _pack_early(canvas)
    canvas.setTitle(clean(report.title.text))
    shares = [float(share) for share in column_widths(section)]
    columns = [(width - 2 * _MARGIN) * share / 100 for share in shares]
    words = _word(report, N_("Annex"))
    title = " ".join(text for text in (f"{words} {number}.", section.caption.text, section.group) if text)
    sheet = _Sheet(canvas, report, section, clean(title), width, height, columns, faces)
    _new_page(sheet)
    for done, row in enumerate(section.rows, 1):
        _row(sheet, row)
        if done % 1000 == 0:
            progress(1000)
    progress(len(section.rows) % 1000)
    _close_page(sheet)
    _total(sheet)
    return canvas.getpdfdata(), tuple(_undrawn(sheet))


def _pack_early(canvas: Any) -> None:
    """Every page's drawing is compressed as the page is done, and let go as it is written: the library would keep all
    of them in clear to the end."""
    from reportlab.pdfbase import pdfdoc  # type: ignore[import-untyped,unused-ignore]

    class WrittenOnce(pdfdoc.PDFStream):  # type: ignore[misc,unused-ignore]
        def format(self, document: Any) -> Any:
            written = super().format(document)
            self.content = b""
            return written

    add = canvas._doc.addPage

    def packed(page: Any) -> None:
        stream = WrittenOnce(content=pdfdoc.PDFZCompress.encode(page.stream))
        stream.dictionary["Filter"] = pdfdoc.PDFArray([pdfdoc.PDFName(pdfdoc.PDFZCompress.pdfname)])
        page.Contents, page.stream = stream, None
        add(page)

    canvas._doc.addPage = packed


def _word(report: Report, message: str) -> str:
    return translated(report.language, message)


@lru_cache(maxsize=1)
def _faces() -> tuple[tuple[str, frozenset[int]], ...]:
    """Our own letters, registered once: the usual ones, then those with more signs."""
    from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped,unused-ignore]
    from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped,unused-ignore]

    found = []
    for family in fonts.FAMILIES:
        path = next(
            path for path in fonts.files(family) if "Bold" not in path.name and "Italic" not in path.name
        )
        face = TTFont(path.stem, str(path))
        pdfmetrics.registerFont(face)
        found.append((path.stem, frozenset(face.face.charToGlyph)))
    return tuple(found)


def _face(sheet: _Sheet, text: str) -> str:
    signs = {ord(char) for char in text}
    for name, known in sheet.faces:
        if signs <= known:
            return name
    sheet.lacking.add(sheet.section.id)
    return sheet.faces[0][0]


def _new_page(sheet: _Sheet) -> None:
    sheet.pages += 1
    sheet.y = sheet.height - _MARGIN
    canvas, first = sheet.canvas, sheet.faces[0][0]
    if told := mark(sheet.report):
        canvas.setFont(first, _SIZE)
        canvas.drawString(_MARGIN, sheet.height - _MARGIN + 14, clean(told))
    for line in _wrapped(sheet.title, _face(sheet, sheet.title), sheet.width - 2 * _MARGIN, _SIZE + 1):
        canvas.setFont(_face(sheet, line), _SIZE + 1)
        canvas.drawString(_MARGIN, sheet.y - _LEAD, line)
        sheet.y -= _LEAD + 2
    sheet.y -= 4
    canvas.setLineWidth(0.4)
    sheet.top = sheet.y
    _line(sheet)
    _draw(sheet, [column.text for column in sheet.section.columns], [False] * len(sheet.columns))


def _close_page(sheet: _Sheet) -> None:
    canvas, name = sheet.canvas, sheet.faces[0][0]
    for x in accumulate(sheet.columns, initial=_MARGIN):
        canvas.line(x, sheet.top, x, sheet.y)
    canvas.setFont(name, _SIZE)
    words = _word(sheet.report, N_("page {page} of {pages}")).format(page=sheet.pages, pages="")
    canvas.drawRightString(sheet.width - _MARGIN - 30, _MARGIN - 20, words)
    canvas.saveState()
    canvas.translate(sheet.width - _MARGIN - 28, _MARGIN - 20)
    canvas.doForm("pages")
    canvas.restoreState()
    canvas.showPage()


def _total(sheet: _Sheet) -> None:
    """The form that every page names: how many pages there are."""
    canvas = sheet.canvas
    canvas.beginForm("pages", lowerx=0, lowery=-4, upperx=60, uppery=20)
    canvas.setFont(sheet.faces[0][0], _SIZE)
    canvas.drawString(0, 0, str(sheet.pages))
    canvas.endForm()


def _row(sheet: _Sheet, row: Row) -> None:
    _draw(sheet, [clean(cell.text) for cell in row.cells], [cell.is_figure for cell in row.cells])


def _draw(sheet: _Sheet, texts: list[str], figures: list[bool]) -> None:
    """One row of the table; a row that does not fit begins a page, one higher than a page goes on on the next."""
    faces = [_face(sheet, text) for text in texts]
    cells = [
        _wrapped(text, face, width - 2 * _PAD, _SIZE)
        for text, face, width in zip(texts, faces, sheet.columns, strict=True)
    ]
    left = max((len(cell) for cell in cells), default=1)
    start, room = 0, _room(sheet)
    if left > room and left <= _most(sheet):
        _turn(sheet)
        room = _room(sheet)
    while True:
        part = min(left, max(room, 1))
        _band(sheet, [cell[start : start + part] for cell in cells], faces, figures, part)
        start, left = start + part, left - part
        if left <= 0:
            return
        _turn(sheet)
        room = _room(sheet)


def _turn(sheet: _Sheet) -> None:
    _close_page(sheet)
    _new_page(sheet)


def _room(sheet: _Sheet) -> int:
    """Lines that still fit on the page."""
    return int((sheet.y - _MARGIN - _PAD) // _LEAD)


def _most(sheet: _Sheet) -> int:
    return int((sheet.height - 2 * _MARGIN - 60) // _LEAD)


def _band(sheet: _Sheet, cells: list[list[str]], faces: list[str], figures: list[bool], lines: int) -> None:
    canvas, x, height = sheet.canvas, _MARGIN, lines * _LEAD + _PAD
    for cell, face, figure, width in zip(cells, faces, figures, sheet.columns, strict=True):
        canvas.setFont(face, _SIZE)
        for at, line in enumerate(cell):
            y = sheet.y - _LEAD * (at + 1) + 0.5
            if figure:
                canvas.drawRightString(x + width - _PAD, y, line)
            else:
                canvas.drawString(x + _PAD, y, line)
        x += width
    sheet.y -= height
    _line(sheet)


def _line(sheet: _Sheet) -> None:
    sheet.canvas.line(_MARGIN, sheet.y, sheet.width - _MARGIN, sheet.y)


@lru_cache(maxsize=5_000)
def _length(word: str, face: str, size: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth  # type: ignore[import-untyped,unused-ignore]

    return float(stringWidth(word, face, size))


def _wrapped(text: str, face: str, width: float, size: float) -> list[str]:
    """Lines that fit: between words, and inside a word that no line could hold."""
    lines, line, used = [], "", 0.0
    space = _length(" ", face, size)
    for word in _pieces(text.split(" "), face, width, size):
        own = _length(word, face, size)
        if line and used + space + own > width:
            lines.append(line)
            line, used = word, own
        else:
            line, used = (f"{line} {word}", used + space + own) if line else (word, own)
    return [*lines, line] if line or not lines else lines


def _pieces(words: list[str], face: str, width: float, size: float) -> Iterator[str]:
    for word in words:
        while len(word) > 1 and _length(word, face, size) > width:
            cut = next(
                (at for at in range(len(word) - 1, 0, -1) if _length(word[:at], face, size) <= width), 1
            )
            yield word[:cut]
            word = word[cut:]
        if word:
            yield word


def _undrawn(sheet: _Sheet) -> Iterator[Finding]:
    if sheet.lacking:
        yield Finding(
            "report.glyph",
            "refusal",
            f"{sheet.report.name}:{sheet.report.period.label}",
            _("a sign in this report cannot be printed: no letter of our fonts shows it"),
            _("Look for unusual signs (pictures, rare scripts) in names and descriptions, and replace them."),
        )
