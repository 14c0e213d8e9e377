"""A bank's CSV as text: in which encoding, where the table is, and what stands around it."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from compliance.errors import InputError
from compliance.i18n import _
from compliance.importers.source import Source

if TYPE_CHECKING:
    from compliance.profiles import CsvProfile

_HEADER_WITHIN = 60
"""Lines: what a bank prints above the table is never longer."""
_ENCODINGS = ("utf-8", "windows-1251", "cp866")

Row = tuple[int, list[str]]


def encodings_with_header(head: bytes, profile: CsvProfile) -> list[str]:
    """The encodings in which the profile's header is a line of the file's beginning, exactly."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates: tuple[str, ...] = ("utf-16",)
    elif head.startswith(codecs.BOM_UTF8):
        candidates = ("utf-8",)
    else:
        candidates = _ENCODINGS
    return [name for name in candidates if _has_header(head, name, profile)]


def _has_header(head: bytes, encoding: str, profile: CsvProfile) -> bool:
    text = head.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", _HEADER_WITHIN)
    return any(_begins(pair, profile) for pair in zip(lines[:_HEADER_WITHIN], [*lines[1:], ""], strict=False))


def _begins(pair: tuple[str, str], profile: CsvProfile) -> bool:
    """Whether the first of two lines is the header, and the second its second row if it has one."""
    first, second = (line.rstrip() for line in pair)
    return first == profile.header.rstrip() and (profile.under is None or second == profile.under.rstrip())


def encoding_of(source: Source, profile: CsvProfile) -> str:
    """The one encoding that header, profile and bytes agree on; ``InputError`` where they leave a doubt."""
    found = encodings_with_header(source.head, profile)
    if len(found) == 1:
        return found[0]
    # The header is plain ASCII and says nothing: the profile decides, unless the bytes speak against it.
    if profile.encoding not in found or (profile.encoding != "utf-8" and _speaks_utf8(source)):
        raise InputError(
            _("the encoding of the file cannot be told"),
            place=source.place(1),
            why=_("The profile says {encoding}, but the file also reads as UTF-8.").format(
                encoding=profile.encoding
            ),
            remedy=_("Correct the encoding in the profile, in schedules.yaml. Nothing was loaded."),
        )
    return profile.encoding


def _speaks_utf8(source: Source) -> bool:
    """Whether the whole file is UTF-8 and more than ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    beyond = False
    try:
        for chunk in source.chunks():
            beyond |= not chunk.isascii()
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return beyond


def unmarked(cell: str) -> str:
    """Without the apostrophe by which a spreadsheet marks a number as text."""
    cell = cell.strip()
    return cell[1:].lstrip() if cell.startswith("'") else cell


def numbers_columns(cells: list[str]) -> bool:
    """Whether a row only counts the columns, as forms do under their header: 1, 2, 3, ..."""
    filled = [unmarked(cell) for cell in cells if cell.strip()]
    return len(filled) > 2 and filled == [str(number) for number in range(1, len(filled) + 1)]


@dataclass(slots=True)
class Table:
    """``labels``: role -> (line, text) of the labelled cells seen so far; ``start``: the header's line."""

    source: Source
    profile: CsvProfile
    encoding: str
    labels: dict[str, tuple[int, str]] = field(default_factory=dict)
    start: int = 0

    def rows(self) -> Iterator[Row]:
        """(line, cells) of the table, each as wide as the header, and nothing after its end; a first row that
        only counts the columns is left out.

        ``InputError`` for ragged rows, quotation marks out of place, and rows after the end.
        """
        lines = self.source.lines(self.encoding)
        before, two = "", self.profile.under is not None
        for number, line in enumerate(lines, 1):
            if _begins((before, line) if two else (line, ""), self.profile):
                self.start = number
                break
            self._label(number, self._lenient(line))
            before = line
        width, ended = len(self.profile.names), False
        outside = tuple(label.rstrip(": ") for label in self.profile.labels.named().values())
        outside += (self.profile.footer,) if self.profile.footer else ()
        date_at = self.profile.names.index(self.profile.columns.date)
        first_row = True
        for number, cells in self._cells(lines):
            counting, first_row = first_row and numbers_columns(cells), False
            if counting:
                continue
            if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
                del cells[width:]  # separators after the last cell, which the header does not have
            if not ended and cells and (first := cells[0].strip()) and not first.startswith(outside):
                if len(cells) != width:
                    raise self._ragged(number, len(cells), width)
                yield number, cells
                continue
            if not any(cell.strip() for cell in cells):
                continue
            ended = self._label(number, cells) or ended or self._is_footer(cells)
            if not ended:
                if len(cells) != width:
                    raise self._ragged(number, len(cells), width)
                yield number, cells
            elif len(cells) == width and unmarked(cells[date_at])[:1].isdigit():
                raise InputError(
                    _("a row of the table stands after the end of the table"),
                    place=self.source.place(number),
                    why=_("The file may be two statements put together."),
                    remedy=_("Load each statement from its own file."),
                )

    def _cells(self, lines: Iterator[str]) -> Iterator[Row]:
        profile, before = self.profile, 0
        reader = csv.reader(
            (line + "\n" for line in lines) if profile.multiline else lines,
            delimiter=profile.delimiter,
            quotechar=profile.quote or None,
            quoting=csv.QUOTE_MINIMAL if profile.quote else csv.QUOTE_NONE,
            strict=True,
        )
        while True:
            try:
                cells = next(reader, None)
            except csv.Error:
                raise self._misquoted(self.start + before + 1) from None
            if cells is None:
                return
            if reader.line_num != before + 1 and not profile.multiline:
                raise self._misquoted(self.start + before + 1)
            yield self.start + before + 1, cells
            before = reader.line_num

    def _lenient(self, line: str) -> list[str]:
        """The cells of a line above the table, where anything may stand."""
        quote = self.profile.quote or '"'
        return [cell.strip().strip(quote) for cell in line.split(self.profile.delimiter)]

    def _label(self, number: int, cells: list[str]) -> bool:
        """Take the value of a labelled cell; whether the row was one."""
        first = cells[0].strip().rstrip(": ") if cells else ""
        for role, label in self.profile.labels.named().items():
            if first == label.rstrip(": "):
                value = next((cell.strip() for cell in cells[1:] if cell.strip()), "")
                if self.labels.setdefault(role, (number, value))[1] != value:
                    raise InputError(
                        _("the label stands twice, with different values"),
                        place=self.source.place(number),
                        remedy=_("Load each statement from its own file."),
                    )
                return True
        return False

    def _is_footer(self, cells: list[str]) -> bool:
        return self.profile.footer is not None and cells[0].strip().startswith(self.profile.footer)

    def _ragged(self, number: int, found: int, width: int) -> InputError:
        return InputError(
            _("the row has {found} cells where the header has {width}").format(found=found, width=width),
            place=self.source.place(number),
            why=_("A separator inside a text without quotation marks, or a damaged file."),
            remedy=_("Download the statement from the bank again. Nothing was loaded."),
        )

    def _misquoted(self, number: int) -> InputError:
        return InputError(
            _("a quotation mark in this row has no partner"),
            place=self.source.place(number),
            why=_("Rows would silently run into each other."),
            remedy=_(
                "Download the statement again. If the bank does not use quotation marks, write quote: '' in the "
                "profile; if its texts run over several lines, multiline: true."
            ),
        )
