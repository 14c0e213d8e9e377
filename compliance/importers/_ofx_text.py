"""The text of an OFX file, version 1 (SGML: end tags may be missing) or 2 (XML), as one stream of tags.

Open Financial Exchange 1.0.2 to 2.2. Only what its grammar needs is understood: no document type, no
entities but the five of XML, HTML's ``&nbsp;`` and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from compliance.errors import InputError
from compliance.i18n import _
from compliance.importers._texts import is_utf8
from compliance.importers.source import MAX_LINE, Source

_TOKEN = re.compile(r"<!\[CDATA\[(.*?)\]\]>|<([/?!]?)([A-Za-z][\w.]*|\[CDATA\[)?([^<>]*)>|([^<]+)|(<)")
_COMMENT = re.compile(r"<!--.*?-->")
_ENTITY = re.compile(r"&(amp|lt|gt|quot|apos|nbsp|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}
_START = re.compile(r"\A\ufeff?\s*(?:OFXHEADER\s*:|(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?(?:<\?OFX\b|<OFX>))")
_CHARSETS = {
    "1251": "windows-1251",
    "1252": "windows-1252",
    "8859-1": "iso-8859-1",
    "ISO-8859-1": "iso-8859-1",
    "UTF-8": "utf-8",
    "UNICODE": "utf-8",
    "CSUNICODE": "utf-8",
    "WINDOWS-1251": "windows-1251",
    "WINDOWS-1252": "windows-1252",
    "CP866": "cp866",
}


class Tag(NamedTuple):
    """``<NAME>value`` with its line; ``end`` for ``</NAME>``. ``value`` is the text up to the next tag."""

    name: str
    end: bool
    value: str
    line: int


def is_ofx(head: bytes) -> bool:
    return bool(_START.match(head[:4096].decode("latin-1").removeprefix("ï»¿")))


def encoding_of(source: Source) -> tuple[str, str]:
    """(encoding, what the header says if it says another one). ``InputError`` where they leave a doubt."""
    head = source.head[:4096].decode("latin-1")
    found = re.search(r"^CHARSET\s*:\s*(\S+)", head, re.M | re.I)
    claim = (found[1] if found else "").upper()
    if claim in ("", "NONE", "0"):
        other = re.search(r"^ENCODING\s*:\s*(\S+)|<\?xml[^>]*\bencoding=[\"']([^\"']+)", head, re.M | re.I)
        claim = ((other[1] or other[2]) if other else "").upper()
    claimed = _CHARSETS.get(claim, "")
    if is_utf8(source):
        beyond = any(not chunk.isascii() for chunk in source.chunks())
        return "utf-8", claimed if beyond and claimed not in ("", "utf-8") else ""
    if claimed in ("", "utf-8"):
        raise InputError(
            _("the encoding of the file cannot be told"),
            place=source.place(1),
            why=_("It is not UTF-8, and its header names no other encoding that we know."),
            remedy=_("Download the statement from the bank again; do not save it in a text editor."),
        )
    return claimed, ""


def tags(source: Source, encoding: str) -> Iterator[Tag]:
    """Every tag from ``<OFX>`` on. ``InputError`` for what is no such text, or has no ``</OFX>``."""
    current: Tag | None = None
    begun = ended = False
    number = 0
    for number, line in enumerate(source.lines(encoding), 1):
        for match in _TOKEN.finditer(_COMMENT.sub("", line) if "<!--" in line else line):
            literal, mark, name, rest, plain, stray = match.groups()
            if literal is not None or plain is not None or stray is not None or not name:
                text = literal if literal is not None else _entities(plain or match[0])
                if mark == "!" or (ended and text.strip()):
                    raise _stray(source, number)
                if current and text.strip():
                    value = f"{current.value} {text.strip()}".strip() if current.value else text.strip()
                    if len(value) > MAX_LINE:
                        raise _stray(source, number)
                    current = current._replace(value=value)
                continue
            if mark in ("!", "?"):
                if mark == "!":
                    raise _stray(source, number)
                continue
            if ended:
                raise _stray(source, number)
            if current:
                yield current
                current = None
            name = name.upper()
            begun |= name == "OFX"
            if not begun:
                raise _stray(source, number)
            if mark == "/":
                yield Tag(name, True, "", number)
                ended = name == "OFX"
            else:
                current = Tag(name, False, "", number)
                if rest.rstrip().endswith("/"):
                    yield current
                    yield Tag(name, True, "", number)
                    current = None
    if not ended:
        raise InputError(
            _("the file is cut off: its end mark is missing"),
            place=source.place(max(number, 1)),
            why=_("The last tag of an OFX file must be </OFX>; payments may be missing."),
            remedy=_("Download the statement from the bank again. Nothing was loaded."),
        )


def _entities(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        name = match[1]
        if not name.startswith("#"):
            return _NAMED[name]
        code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        return chr(code) if 32 <= code < 0xD800 or 0xE000 <= code < 0x110000 else ""

    return _ENTITY.sub(plain, text) if "&" in text else text


def _stray(source: Source, number: int) -> InputError:
    return InputError(
        _("this line does not belong here"),
        place=source.place(number),
        why=_("An OFX file consists of tags between <OFX> and </OFX>; the file may be damaged."),
        remedy=_("Download the statement from the bank again; do not save it in a text editor."),
    )
