"""The workbook of a sample: its parts rewritten, texts replaced, who wrote it left out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from html import escape, unescape

from compliance.errors import InputError
from compliance.i18n import _
from compliance.importers.scramble import Scrambler, Span
from compliance.importers.source import Source

_TEXT = re.compile(
    r"(<(?:\w+:)?(?:t|v|f|oddHeader|oddFooter|evenHeader|evenFooter)(?:\s[^<>]*)?>)([^<]*)(?=</)"
)
_CELL = re.compile(r"<(?:\w+:)?c\s[^<>]*?(?:/>|>.*?</(?:\w+:)?c>)", re.DOTALL)
_SHARED = re.compile(r'\st="(?:s|b|e)"')
_SHEET_NAME = re.compile(r'(<(?:\w+:)?sheet\s[^<>]*?\bname=")([^"<]*)(")')
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NEEDED = re.compile(
    r"(?:\[Content_Types\]\.xml|_rels/\.rels|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/styles\.xml|xl/sharedStrings\.xml|"
    r"xl/worksheets/[\w.-]+\.xml)\Z"
)
_LONG_NUMBER = 10**9
Kept = Callable[[str], Iterable[Span]]


def scrambled_workbook(source: Source, scrambler: Scrambler, kept: Kept) -> bytes:
    """Only the parts that a table needs; every text in them replaced, but for what ``kept`` says of a cell."""
    made = io.BytesIO()
    try:
        with (
            zipfile.ZipFile(io.BytesIO(b"".join(source.chunks()))) as old,
            zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for member in old.infolist():
                if not _NEEDED.match(member.filename) or member.file_size > 64 * 1024 * 1024:
                    continue
                text = old.read(member).decode("utf-8", "surrogateescape")
                changed = _part(member.filename, text, scrambler, kept)
                new.writestr(
                    zipfile.ZipInfo(member.filename, (2026, 1, 1, 0, 0, 0)),
                    changed.encode("utf-8", "surrogateescape"),
                )
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError):
        raise InputError(
            _("no sample can be made of a workbook that is not whole"),
            place=source.name,
            remedy=_("Download it from the bank again."),
        ) from None
    return made.getvalue()


def _part(name: str, text: str, scrambler: Scrambler, kept: Kept) -> str:
    text = _COMMENT.sub("", text)
    if name == "xl/workbook.xml":
        return _SHEET_NAME.sub(lambda found: found[1] + _new(found[2], scrambler, kept) + found[3], text)
    if name == "xl/sharedStrings.xml":
        return _TEXT.sub(lambda found: found[1] + _new(found[2], scrambler, kept), text)
    if name.startswith("xl/worksheets/"):
        outside = _CELL.sub(lambda found: _cell(found[0], scrambler, kept), text)
        return re.sub(
            r"(<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)[^<>]*>)([^<]*)",
            lambda found: found[1] + scrambler.text(found[2]),
            outside,
        )
    return text


def _cell(cell: str, scrambler: Scrambler, kept: Kept) -> str:
    if _SHARED.search(cell.partition(">")[0]):
        return cell
    number = ' t="' not in cell.partition(">")[0]

    def changed(found: re.Match[str]) -> str:
        tag, text = found[1], found[2]
        if number and not tag.lstrip("<").partition(":")[2].startswith("f") and not tag.startswith("<f"):
            digits = text.partition(".")[0]
            return tag + (
                scrambler.text(text) if digits.isdecimal() and int(digits) >= _LONG_NUMBER else text
            )
        return tag + _new(text, scrambler, kept)

    return _TEXT.sub(changed, cell)


def _new(text: str, scrambler: Scrambler, kept: Kept) -> str:
    plain = unescape(text)
    return escape(scrambler.text(plain, kept(plain)), quote='"' in text or "&quot;" in text)
