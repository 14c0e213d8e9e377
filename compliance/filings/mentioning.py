"""The words of a file that is to be published, and the listed names in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from compliance.files import MiB, read_input
from compliance.labels import animation, html, image, text
from compliance.mentions.names import Finder, How
from compliance.reports.blanks import words_of

_CAP = 64 * MiB
_PLAIN = (".txt", ".text", ".md", ".markdown", ".srt", ".vtt", ".csv")
_AROUND = 40


@dataclass(frozen=True, slots=True)
class Found:
    """``name`` of ``list`` stands in the words ``shown``; ``said`` is how it is written there."""

    list: str
    name: str
    how: How
    said: str
    shown: str


def mentions(path: Path, finder: Finder) -> list[Found]:
    """Every mention in the file, in order. ``InputError`` for files whose words cannot be read."""
    return [
        Found(item.entry.list, item.entry.name, item.how, words[item.start : item.end], _shown(words, item.start, item.end))
        for words in words_in(path)
        for item in finder.find(words)
    ]  # fmt: skip


def is_picture(path: Path) -> bool:
    """Pixels have no words that are read here."""
    return path.suffix.lower() in (*image.SUFFIXES, *animation.SUFFIXES)


def words_in(path: Path) -> Iterator[str]:
    """Pieces of text that belong together: a whole plain text, a part of a letter, a paragraph or cell of others."""
    data = read_input(path, cap=_CAP)
    if path.suffix.lower() in _PLAIN:
        yield text.decode(data).text
    elif path.suffix.lower() in html.SUFFIXES:
        yield from _page(html.decode(data).text, str(path))
    elif path.suffix.lower() == ".eml":
        yield from _letter(data, path.name)
    else:
        yield from words_of(data, str(path), whole=True)


def _letter(data: bytes, name: str) -> Iterator[str]:
    """Subject, text and HTML, and what is attached; not the addresses, which nobody publishes."""
    from email import message_from_bytes, policy

    letter = message_from_bytes(data, policy=policy.default)
    yield str(letter.get("Subject") or "")
    for part in letter.walk():
        if part.is_multipart():
            continue
        body = part.get_payload(decode=True)
        if not isinstance(body, bytes):
            continue
        if part.get_content_type() == "text/plain":
            yield body.decode(_charset(part.get_content_charset()), errors="replace")
        elif part.get_content_type() == "text/html":
            yield from _page(body.decode(_charset(part.get_content_charset()), errors="replace"), name)


def _page(markup: str, name: str) -> list[str]:
    """What a page or a piece of one says: its letters are known here, whatever it declares."""
    head = b'<html><meta charset="utf-8">'
    return words_of(head + markup.encode("utf-8", errors="replace"), name, whole=True)


def _charset(name: str | None) -> str:
    import codecs

    try:
        return codecs.lookup(name or "utf-8").name
    except LookupError:
        return "utf-8"


def _shown(words: str, start: int, end: int) -> str:
    before, after = words[max(0, start - _AROUND) : start], words[end : end + _AROUND]
    return " ".join(f"{before}{words[start:end]}{after}".split())
