"""Printing: the same rows as a table for people, or JSON, JSON lines, CSV for programs.

Data goes to stdout, talk to stderr. JSON is ``{"schema": "balance/1", "rows": [...]}``: keys are
never translated, and the number rises when a key changes its meaning. CSV is UTF-8 with ``;`` and a
byte-order mark, which is what Excel opens without asking in most of the world; text that a
spreadsheet would take for a formula gets an apostrophe in front.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from compliance.i18n import _, language
from compliance.money import display
from compliance.sheets import csv_text

Row = Mapping[str, Any]
C = TypeVar("C", bound=Callable[..., Any])
_UNSEEN = ("Cc", "Cf", "Cs")
"""Categories of characters that a terminal obeys or does not show."""
_LEFT_BY_JSON = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
FORMATS = ("table", "json", "jsonl", "csv")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table. ``money`` shows ``key`` (minor units) in the row's ``currency``.

    ``whole`` texts are never wrapped; what has no spaces (days, ids) is not wrapped anyway. ``right``: at the right edge.
    """

    key: str
    title: str
    money: bool = False
    whole: bool = False
    right: bool = False


def format_option(command: C) -> C:
    return click.option(
        "--format", "fmt", type=click.Choice(FORMATS), default="table", show_default=True,
        help=_("How to print"),
    )(command)  # fmt: skip


def emit(rows: Iterable[Row], columns: Sequence[Column], schema: str, fmt: str, *, empty: str = "") -> None:
    """Print ``rows``; ``columns`` choose and title what the table shows, programs get every key.

    ``empty`` is said to people where there is no row: why, and what to do.
    """
    if fmt == "json":
        out(_json({"schema": schema, "rows": list(rows)}, indent=1))
    elif fmt == "jsonl":
        for row in rows:
            out(_json(row))
    elif fmt == "csv":
        text = csv_text(list(rows))
        out("\ufeff" + (clean(text, keep_newlines=True) if sys.stdout.isatty() else text), newline=False)
    else:
        table(list(rows), columns, empty=empty)


def _json(value: Any, *, indent: int | None = None) -> str:
    """JSON a terminal may show: controls that JSON itself leaves as they are (C1, bidi, zero width) are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _LEFT_BY_JSON.sub(lambda found: _escaped(found.group()), text)


def _escaped(char: str) -> str:
    """``\\u`` and four digits; a character beyond them is a pair."""
    return "".join(
        f"\\u{unit:04x}" for unit in memoryview(char.encode("utf-16", "surrogatepass")[2:]).cast("H")
    )


def table(rows: Sequence[Row], columns: Sequence[Column], *, empty: str = "") -> None:
    if not rows:
        say(empty or _("Nothing."))
        return
    from compliance.commands.tables import Field, laid_out

    fields = [
        Field(
            clean(column.title),
            [cell(row, column) for row in rows],
            whole=column.money or column.whole,
            right=column.money or column.right,
        )
        for column in columns
    ]
    filled = [field for field in fields if any(field.texts)]
    for line in laid_out(filled or fields[:1], screen_width()):
        out(line)


def screen_width() -> int:
    """The terminal's; for a file or a pipe, where nobody counts columns, a wide one."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 200


def cell(row: Row, column: Column) -> str:
    """A value as people read it."""
    value = row.get(column.key)
    if value is None or value == "":
        return ""
    if column.money:
        return display(int(value), str(row["currency"]), language())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return clean(", ".join(str(item) for item in value))
    return clean(str(value))


def clean(text: str, *, keep_newlines: bool = False) -> str:
    """Text from outside made safe for a terminal: no control, bidi or zero-width characters."""
    kept = []
    for char in text:
        if char == "\n" and keep_newlines:
            kept.append(char)
        elif unicodedata.category(char) in _UNSEEN:
            kept.append("\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) == "Cs" else " ")
        else:
            kept.append(char)
    return "".join(kept)


def out(text: str, *, newline: bool = True) -> None:
    """Data, to stdout."""
    click.echo(text, nl=newline)


def say(text: str) -> None:
    """Talk, to stderr: never part of what a program reads."""
    click.echo(clean(text, keep_newlines=True), err=True)
