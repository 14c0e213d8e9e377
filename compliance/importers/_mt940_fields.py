"""The fields of SWIFT messages (Standards MT, category 9): ``:TAG:`` and the lines until the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from compliance.errors import InputError
from compliance.i18n import _
from compliance.importers.source import Source

_TAG = re.compile(r":(\d{2}[A-Z]?|NS):", re.ASCII)
_KNOWN = {
    "13",
    "13D",
    "20",
    "21",
    "25",
    "25P",
    "28",
    "28C",
    "34F",
    "60F",
    "60M",
    "61",
    "62F",
    "62M",
    "64",
    "65",
    "86",
}
_KNOWN |= {"90C", "90D", "NS"}
_MOST_LINES = 200
_NAMES = (":940:", ":942:")
"""Some banks write the message's type before each one, like a field."""
_BEFORE = 8
"""Lines: what a bank prints before the first field of a message is never longer."""
_START = re.compile(
    r"\A\ufeff?\s*(?:(?!:\d\d[A-Z]?:)[^\n]{0,200}\n){0,8}?(?:[^\n]{0,200}?\{4:\s*)?:20:[^\n]*\n(?:(?!:25)[^\n]*\n){0,8}?:25P?:"
)


@dataclass(frozen=True, slots=True)
class Field:
    """``lines`` without the tag; ``line`` is the number of the first one in the file."""

    tag: str
    line: int
    lines: list[str]

    @property
    def first(self) -> str:
        return self.lines[0].strip()


def is_mt940(head: bytes) -> bool:
    start = head[:4096]
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = start.decode("utf-16" if wide else "latin-1", "replace").removeprefix("ï»¿")
    return bool(_START.match(text.replace("\r\n", "\n").replace("\r", "\n")))


def fields(source: Source, encoding: str) -> Iterator[Field]:
    """Every field of every message. ``InputError`` for unknown fields, stray text, an envelope left open."""
    current: Field | None = None
    enveloped = False
    outside = number = 0
    for number, line in enumerate(source.lines(encoding), 1):
        text = line
        if "{4:" in line and not enveloped:
            enveloped, text = True, line.partition("{4:")[2]
            if not text.strip():
                outside = 0
                continue
        if text.startswith("-}") or text.strip() in ("-", *_NAMES):
            if current:
                yield current
            current, enveloped, outside = None, enveloped and not text.startswith("-}"), 0
            continue
        if match := _TAG.match(text):
            if current:
                yield current
            if match[1] not in _KNOWN:
                raise _stray(source, number)
            current, outside = Field(match[1], number, [text[match.end() :]]), 0
        elif current and current.tag in ("61", "86", "NS", "25", "25P", "20", "21"):
            current.lines.append(text)
            if len(current.lines) > _MOST_LINES:
                raise _stray(source, number)
        elif text.strip(" \t\x01\x03\x1a\ufeff"):
            outside += 1
            if current or outside > _BEFORE:
                raise _stray(source, number)
    if enveloped:
        raise InputError(
            _("the file is cut off: its end mark is missing"),
            place=source.place(number),
            why=_("A SWIFT message ends with -}; payments may be missing."),
            remedy=_("Download the statement from the bank again. Nothing was loaded."),
        )
    if current:
        yield current


def _stray(source: Source, number: int) -> InputError:
    return InputError(
        _("this line does not belong here"),
        place=source.place(number),
        why=_("A statement in MT940 consists of fields such as :61: and :86:; the file may be damaged."),
        remedy=_("Download the statement from the bank again; do not save it in a text editor."),
    )
