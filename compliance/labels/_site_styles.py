"""The style sheets that lie beside a page, put into it while it is labelled or measured, and taken out again.

Nothing is fetched: a sheet of another host, one that is not there, and one that asks for more than a medium in an
``@import`` stay links, so that what they decide stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from compliance.errors import InputError
from compliance.files import MiB, read_input
from compliance.labels._tags import Tags

_MOST = 1 * MiB  # of all sheets of a page
_FILES = 200
_DEEPEST = 5
_IMPORT = re.compile(
    r"""(?>(?:\s|/\*.*?\*/|@charset\s+"[^"]*"\s*;)*)@import\s+(?:url\(\s*)?["']?([^"')\s;]+)["']?\s*\)?([^;{}"']*);""",
    re.DOTALL | re.IGNORECASE,
)
_MEDIA_ONLY = re.compile(r"(?!.*\b(?:layer|supports)\b)[\w\s(),:.-]*\Z", re.IGNORECASE)


def inlined(page: str, path: Path) -> tuple[str, Callable[[str], str]]:
    """The page with its sheets in the place of their links, and what puts the links back; the same page where no sheet
    lies near ``path``."""
    links = _Links(page) if "<link" in page.lower() else None
    if links is None or links.has_base:
        return page, lambda made: made
    made: list[str] = []
    last, room = 0, _Room()
    swapped: list[tuple[str, str]] = []
    for start, end, given in links.found:
        sheet = _sheet(given.get("href", ""), path, path, room)
        if sheet is None or "</style" in sheet.lower():
            continue
        mark = f"sheet-{len(swapped)}-of-{len(page)}"
        block = f'<style title="{mark}" media="{escape(given.get("media", ""))}">{sheet}</style>'
        swapped.append((block, page[start:end]))
        made += [page[last:start], block]
        last = end
    if not swapped or any(block in page for block, _link in swapped):
        return page, lambda made: made
    whole = "".join((*made, page[last:]))

    def back(text: str) -> str:
        for block, link in swapped:
            text = text.replace(block, link, 1)
        return text

    return whole, back


@dataclass
class _Room:
    """What may still be read for a page: of a page of bad will each sheet asks for many."""

    signs: int = _MOST
    files: int = _FILES


class _Links(Tags):
    """Where the links to style sheets stand in the source."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, int, dict[str, str]]] = []
        self.has_base = False
        self._lines = [0]
        for line in page.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.has_base = self.has_base or (tag == "base" and "href" in given)
        words = given.get("rel", "").lower().split()
        # Of sheets with titles a browser picks some.
        plain = not given.keys() & {"disabled", "title"} and given.get("type", "").lower() in ("", "text/css")
        if tag == "link" and "stylesheet" in words and "alternate" not in words and plain:
            row, column = self.getpos()
            start = self._lines[row - 1] + column
            self.found.append((start, start + len(self.get_starttag_text() or ""), given))


def _sheet(href: str, beside: Path, page: Path, room: _Room, depth: int = 0) -> str | None:
    """A sheet with those it imports; ``None`` where it is not there, or not to be had whole."""
    found = _file(href, beside, page)
    if found is None or depth > _DEEPEST or not room.files:
        return None
    try:
        source = read_input(found, cap=room.signs).decode("utf-8-sig", "replace")
    except (InputError, ValueError):
        return None
    room.files, room.signs = room.files - 1, room.signs - len(source)
    done = ""
    while wanted := _IMPORT.match(source):
        name, condition = wanted.groups()
        inner = _sheet(name, found, page, room, depth + 1)
        if inner is None or not _MEDIA_ONLY.match(condition):
            return None
        done += f"@media {condition.strip()} {{{inner}}}" if condition.strip() else inner
        source = source[wanted.end() :]
    return done + source


def _file(href: str, beside: Path, page: Path) -> Path | None:
    """Beside what names it; from ``/`` on in the nearest folder above the page that holds such a file. A backslash may
    name another computer, on Windows."""
    try:
        parts = urlsplit(href.strip())
        name = unquote(parts.path)
        if parts.scheme or parts.netloc or not name.lower().endswith(".css") or set(name) & {"\0", "\\"}:
            return None
        if name.startswith("/"):
            tried = [folder / name.lstrip("/") for folder in page.resolve().parents]
        else:
            tried = [beside.parent / name]
        return next((each for each in tried if each.is_file()), None)
    except (OSError, ValueError):
        return None
