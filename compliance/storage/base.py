"""What both engines share: what a store is, where it lies, who writes in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import MetaData

from compliance.errors import BooksDamaged, InputError, SetupError
from compliance.i18n import _

IN_FILES = "in_files"
"""What a key's ``info`` says where only files have it, for a server's guards do the same at once."""


@dataclass(frozen=True, slots=True)
class Guards:
    """The rules inside a PostgreSQL database: ``functions`` (name -> PL/pgSQL body, of type trigger)
    and ``triggers`` (name -> the text that ``pg_get_triggerdef`` gives, which also makes them)."""

    functions: dict[str, str] = field(default_factory=dict)
    triggers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Store:
    """What kind of store it is: its tables, its guards, and the schema version this code expects.

    A version mismatch is exit 4 with the command that upgrades; the hot path only compares
    ``version`` with the number in the file header (on a server: in the schema's comment).
    ``triggers`` are SQLite's, ``guards`` PostgreSQL's.
    """

    name: str
    version: int
    metadata: MetaData
    triggers: tuple[str, ...] = ()
    migrations: str = ""
    """The package whose folder ``versions`` holds one Alembic step a version, named by its number."""
    guards: Guards = field(default_factory=Guards)


SECRETS = ("password", "sslpassword")
"""What of an address's query nobody else may see."""


@dataclass(frozen=True, slots=True)
class Server:
    """A database on a PostgreSQL server, by ``postgresql://...``; shown without its password, otherwise as given."""

    url: str = field(repr=False)

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        user, at, host = parts.netloc.rpartition("@")
        told = [item for item in parts.query.split("&") if unquote(item.partition("=")[0]) not in SECRETS]
        query = "&".join(filter(None, told))
        return f"postgresql://{user.partition(':')[0]}{at}{host}{parts.path}{'?' if query else ''}{query}"


Place = Path | Server
"""Where a store lies: a file, or a server (then it is a schema of the store's name)."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who holds the books for writing: what a second one is told. ``since`` is text of that person's clock.

    ``waiting`` is called once, with words, when this writer has to wait for another for a while.
    """

    name: str
    machine: str
    since: str
    waiting: Callable[[str], None] | None = field(default=None, compare=False)

    def words(self) -> str:
        return _("{name} writes in them since {since}, on {machine}.").format(
            name=self.name, since=self.since, machine=self.machine
        )


def in_use(place: object, holder: Writer | None) -> SetupError:
    return SetupError(
        _("the books are in use by another program"),
        place=str(place),
        why=holder.words() if holder else "",
        remedy=_("Try again in a minute."),
    )


def missing(place: object) -> SetupError:
    return SetupError(
        _("the books are not there"),
        place=str(place),
        remedy=_("Start new books with: compliance init — or restore a backup: compliance restore FILE"),
    )


def taken(place: object) -> SetupError:
    return SetupError(_("there are books here already"), place=str(place))


def other_version(store: Store, place: object, found: int) -> SetupError | None:
    """``None`` when the stored version is this code's."""
    if found > store.version:
        return SetupError(
            _("the books were written by a newer version of this program"),
            place=str(place),
            remedy=_("Upgrade this program; the books were not touched."),
        )
    if found < store.version:
        return SetupError(
            _("the books were written by an older version of this program"),
            place=str(place),
            remedy=_("Run: compliance books upgrade (it makes a copy first)."),
        )
    return None


def strangers(place: object) -> BooksDamaged:
    return BooksDamaged(
        _("the guards of the books were changed by another program"),
        place=str(place),
        why=_("The file holds program parts that are not ours."),
        remedy=_("Stop, keep this file, and go to the last backup: compliance restore FILE"),
    )


def unstorable() -> InputError:
    return InputError(
        _("a value cannot be stored: it holds half a letter, or it is too large a number"),
        remedy=_("Type it again, or give the file another name. Nothing was recorded."),
    )
