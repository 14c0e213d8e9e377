"""An official list of persons and bodies, taken from the file somebody downloaded, with the day it is of."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from compliance.errors import InputError, UsageError
from compliance.files import MiB, digest, read_input
from compliance.i18n import _
from compliance.tables import Row, read_table

SCHEMA = "listed/1"
_CAP = 32 * MiB
_SPACE = re.compile(r"\s+")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_HEAD_WITHIN = 20
"""The row of captions is one of the first."""


class Listed(BaseModel):
    """``names`` as the list writes them, in its order; ``digest`` the SHA-256 of the file they were taken from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    list: str
    dated: date
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    names: tuple[str, ...]

    @property
    def data(self) -> bytes:
        body = {"schema": SCHEMA, **self.model_dump(mode="json")}
        return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


@dataclass(frozen=True, slots=True)
class Change:
    """What a newer list adds and no longer has."""

    added: tuple[str, ...]
    gone: tuple[str, ...]


def checked_list(name: str) -> str:
    if not _ID.match(name):
        raise UsageError(
            _("--list: a list is called by small letters, figures and hyphens, such as foreign-agents")
        )
    return name


def take(data: bytes, place: str, *, name: str, column: str, dated: date) -> Listed:
    """The names under the heading ``column`` of a table (XLSX, CSV). ``InputError`` where it is not there."""
    rows = read_table(data, place)
    for at, row in enumerate(rows[:_HEAD_WITHIN]):
        heads = [_plain(text) for text in row.texts]
        if _plain(column) in heads:
            found = _under(rows[at + 1 :], heads.index(_plain(column)))
            if not found:
                break
            return Listed(list=name, dated=dated, digest=digest(data), names=tuple(found))
    heads = next((row.texts for row in rows if sum(map(bool, row.texts)) > 1), [])
    raise InputError(
        _("no names stand under the heading “{column}”").format(column=column),
        place=place,
        why=_("The headings are: {heads}").format(heads=", ".join(filter(None, heads))) if heads else "",
        remedy=_("Say with --column which heading stands over the names, as it is written there."),
    )


def _under(rows: Sequence[Row], at: int) -> list[str]:
    names = (_SPACE.sub(" ", row.text(at)).strip() for row in rows)
    return list(dict.fromkeys(name for name in names if any(char.isalpha() for char in name)))


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip().casefold()


def changes(before: Listed | None, now: Listed) -> Change:
    old = set(before.names) if before else set()
    return Change(
        tuple(name for name in now.names if name not in old),
        tuple(name for name in (before.names if before else ()) if name not in set(now.names)),
    )


def kept(folder: Path) -> list[Listed]:
    """The lists in ``folder``, by name. ``InputError`` for a file that is none of ours."""
    return [read(path) for path in sorted(folder.glob("*.json"))] if folder.is_dir() else []


def parsed(data: bytes) -> Listed:
    """``ValueError`` for what is none of ours."""
    try:
        body = json.loads(data)
        if body.pop("schema") != SCHEMA or not _ID.match(body["list"]):
            raise ValueError
        return Listed.model_validate(body)
    except (KeyError, TypeError, AttributeError, RecursionError, ValidationError) as error:
        raise ValueError(str(error)) from None


def read(path: Path) -> Listed:
    data = read_input(path, cap=_CAP)
    try:
        return parsed(data)
    except ValueError:
        raise InputError(
            _("this is no list that was taken in here"),
            place=str(path),
            remedy=_("Take it in anew: compliance mentions import FILE"),
        ) from None
