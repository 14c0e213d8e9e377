"""The words of an official blank that somebody downloaded (XLSX, ODS, DOCX, PDF), and which of them are which caption.

The file is hostile input: it is read in the limited child, as text alone. What is found is a proposal:
only a person who holds the blank beside the screen can say that a caption is printed so.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from compliance import limited
from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.packed import BROKEN

CAP = 32 * MiB
_MAX_UNPACKED = 64 * MiB
_MAX_LINES = 20_000
_LONG = 1_000
_SECONDS = 30
_NEAR = 0.72
"""From this likeness on words are proposed; our measure."""
UNREADABLE = (*BROKEN, SyntaxError)
"""What the libraries raise for a damaged file; a broken XML is a SyntaxError."""
_MARKUP = re.compile(rb"<(?:!doctype html|html|head|body|table)\b", re.IGNORECASE)
_UNSEEN = frozenset({"script", "style", "template", "noscript", "head"})
_BREAKS = dict.fromkeys(map(ord, "\r\n\ufffe\x02"))
_SPACE = re.compile(r"\s+")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """``found`` is what the blank says for the caption ``id``; empty where nothing is like it. ``same``: word for
    word ours, but for spaces, case and hyphens at line ends. ``likeness`` from 0 to 1."""

    id: str
    ours: str
    found: str
    likeness: float
    same: bool


def words_of(data: bytes, name: str, *, whole: bool = False) -> list[str]:
    """The paper's texts, a cell, paragraph or line each, in its order. ``InputError`` for what cannot be read.

    ``whole``: every text as often as it stands there, figures too; otherwise each once, and lines joined over
    a break as well, as captions are looked for.
    """
    job = "read_whole" if whole else "read"
    found: list[str] = limited.run(f"{__name__}:{job}", data, name, seconds=_SECONDS)
    if not found:
        raise InputError(
            _("there is no text in this file"),
            place=name,
            remedy=_("A scanned picture has none: compare it by eye, with compliance forms confirm."),
        )
    return found


def read(data: bytes, name: str) -> list[str]:
    """The same in this process: for the child."""
    kept: dict[str, None] = {}
    for text in _texts(data, name, joined=True):
        plain = _SPACE.sub(" ", text).strip()
        if 2 < len(plain) <= _LONG:
            kept.setdefault(plain)
        if len(kept) > _MAX_LINES:
            break
    return list(kept)


def read_whole(data: bytes, name: str) -> list[str]:
    """All of it, for the child: nothing left out but what is past all bounds."""
    found: list[str] = []
    for text in _texts(data, name, joined=False):
        if plain := _SPACE.sub(" ", text).strip():
            found.append(plain)
        if len(found) > 100 * _MAX_LINES:
            break
    return found


def _texts(data: bytes, name: str, *, joined: bool) -> Iterator[str]:
    if data.startswith(b"%PDF"):
        return _pdf(data, name, joined=joined)
    if data.startswith(b"PK\x03\x04"):
        return _packed(data, name, figures=not joined)
    if _MARKUP.search(data[:4096]):
        return _html(data, name)
    raise _unknown(name)


def _unknown(name: str) -> InputError:
    return InputError(
        _("this is no paper that can be read: XLSX, ODS, DOCX, PDF or a saved page"),
        place=name,
        remedy=_("Save it in one of these formats, without a password."),
    )


def _packed(data: bytes, name: str, *, figures: bool) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if sum(item.file_size for item in archive.infolist()) > _MAX_UNPACKED:
                raise _unknown(name)
            if "word/document.xml" in names:
                yield from _docx(archive.read("word/document.xml"))
            elif "xl/workbook.xml" in names:
                yield from _xlsx(data, name, figures=figures)
            elif "content.xml" in names:
                yield from _odf(archive.read("content.xml"))
            else:
                raise _unknown(name)
    except UNREADABLE:
        raise _unknown(name) from None


def _root(data: bytes) -> Any:
    from defusedxml.ElementTree import fromstring

    return fromstring(data, forbid_dtd=True)


def _docx(data: bytes) -> Iterator[str]:
    for paragraph in _root(data).iter(f"{_W}p"):
        yield "".join(
            part.text or " " for part in paragraph.iter() if part.tag in (f"{_W}t", f"{_W}br", f"{_W}tab")
        )


def _odf(data: bytes) -> Iterator[str]:
    for paragraph in _root(data).iter():
        if paragraph.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            yield "".join(paragraph.itertext())


def _xlsx(data: bytes, name: str, *, figures: bool) -> Iterator[str]:
    from compliance.tables import text_of
    from compliance.xlsx import read_workbook

    for sheet in read_workbook(data, name):
        for row in sorted(sheet.rows):
            for _at, value in sorted(sheet.rows[row].items()):
                if figures or isinstance(value, str):
                    yield text_of(value)


def _html(data: bytes, name: str) -> Iterator[str]:
    """The text of every element of its own, scripts and styles left out."""
    import tinyhtml5  # type: ignore[import-untyped,unused-ignore]

    try:
        root = tinyhtml5.parse(_decoded(data), namespace_html_elements=False)
    except (*UNREADABLE, AssertionError, RecursionError):
        raise _unknown(name) from None
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node.tag, str) and node.tag not in _UNSEEN:
            parts: list[Any] = [node.text or ""]
            for child in node:
                parts += [child, child.tail or ""]
            waiting.extend(reversed(parts))


def _decoded(data: bytes) -> str | bytes:
    """Text where it is UTF-8, whatever the page says of itself; otherwise bytes, for the parser to tell."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data


def _pdf(data: bytes, name: str, *, joined: bool) -> Iterator[str]:
    """Lines; with ``joined`` also over a break: a caption in a narrow column runs over several."""
    import pypdfium2  # type: ignore[import-untyped,unused-ignore]

    try:
        document = pypdfium2.PdfDocument(data)
        pages = [page_text(document[at]) for at in range(min(len(document), 100))]
    except pypdfium2.PdfiumError:
        raise _unknown(name) from None
    for page in pages:
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        yield from lines
        for size in range(2, 7) if joined else ():
            for at in range(len(lines) - size + 1):
                yield _joined(lines[at : at + size])


def page_text(page: Any) -> str:
    """What stands on a page of PDFium. Read within bounds, PDFium loses line breaks, so that two cells become one word;
    read whole, it tells what lies outside of the page too: whole only where both tell the same characters."""
    read = page.get_textpage()
    whole, within = read.get_text_range(), read.get_text_bounded()
    return str(whole if whole.translate(_BREAKS) == within.translate(_BREAKS) else within)


def _joined(lines: Sequence[str]) -> str:
    text = lines[0]
    for line in lines[1:]:
        text = text[:-1] + line if text.endswith(("-", "\u00ad", "\ufffe", "\x02")) else f"{text} {line}"
    return text


def propose(captions: Mapping[str, str], words: Sequence[str]) -> list[Proposal]:
    """For each caption (id -> our words) what the blank says there, as far as likeness can tell."""
    folded: dict[str, str] = {}
    for text in words:
        folded.setdefault(fold(text), text)
    return [_proposal(key, ours, folded) for key, ours in captions.items()]


def _proposal(key: str, ours: str, folded: Mapping[str, str]) -> Proposal:
    own = fold(ours.strip("[]"))
    if own in folded:
        return Proposal(key, ours, folded[own], 1.0, not ours.startswith("["))
    best, text = 0.0, ""
    matcher = SequenceMatcher(None, "", own, autojunk=False)
    for other, theirs in folded.items():
        if not 0.5 <= len(other) / max(len(own), 1) <= 2:
            continue
        matcher.set_seq1(other)
        if (
            matcher.real_quick_ratio() > best
            and matcher.quick_ratio() > best
            and (ratio := matcher.ratio()) > best
        ):
            best, text = ratio, theirs
    return Proposal(key, ours, text if best >= _NEAR else "", round(best, 2), False)


def fold(text: str) -> str:
    """Letters and figures alone, in small: what differs only in spaces, case, quotes or hyphens is the same."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
