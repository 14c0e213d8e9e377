"""What every command stands on: the workspace, the day, who acts, and the two stores opened in order.

The only place besides ``cli`` that looks at the clock, the environment and the terminal.
"""

from __future__ import annotations

import getpass
import os
import platform
import re
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.errors import UsageError
from compliance.i18n import _
from compliance.periods import parse_day

_NUMBER = re.compile(r"[0-9]{1,18}\Z")

if TYPE_CHECKING:
    from compliance.ledger.append import EventWriter
    from compliance.ledger.books import Books
    from compliance.ledger.models import Filing
    from compliance.rules import Rules
    from compliance.storage import Writer
    from compliance.vault.vault import Vault
    from compliance.workspace import Config, Workspace


@dataclass
class Writing:
    """An open command: the event to add to, the books before it, and the vault."""

    event: EventWriter
    books: Books
    vault: Vault
    now: datetime


class App:
    """One run of the program. ``start`` is where the workspace is looked for."""

    def __init__(self, *, start: Path, today_text: str | None, actor: str, key_fd: int | None) -> None:
        self.start = start
        self._today_text = today_text
        self._actor = actor
        self._key_fd = key_fd
        self._announced = False
        self.as_of_text: str | None = None
        self.known_at_text: str | None = None

    @cached_property
    def workspace(self) -> Workspace:
        from compliance.workspace import open_workspace

        return open_workspace(self.start, database=self.database)

    @property
    def database(self) -> str:
        """The address of a server that holds the books, where the environment names one."""
        return os.environ.get("COMPLIANCE_DATABASE", "")

    @cached_property
    def rules(self) -> Rules:
        """The rule packs that this workspace names; those kept with a filing, where --known-at names it."""
        from compliance.rules import load_packs

        if self._filing is not None:
            from compliance.filings.act import law_of

            with self.vault() as vault:
                law = law_of(self._filing, vault)
            if law is not None:
                return law
        space = self.workspace
        return load_packs(space.config.regimes, extra_folders=space.packs, cache=space.cache)

    @cached_property
    def today(self) -> date:
        """--today, else --as-of, else the day of the filing that --known-at names, else the practice clock,
        else the calendar."""
        if self._today_text:
            try:
                return parse_day(self._today_text)
            except ValueError:
                raise UsageError(_("--today wants a day such as 2026-01-12")) from None
        return self.as_of or self._filing_day or self.practice_day or datetime.now().astimezone().date()

    @cached_property
    def as_of(self) -> date | None:
        """The day of --as-of, where a command was given one."""
        from compliance.commands.ask import day

        return day(self.as_of_text, "--as-of", "") if self.as_of_text else None

    @cached_property
    def _filing(self) -> Filing | None:
        """The filing that --known-at names, if it names one."""
        text = self.known_at_text
        if text is None or _NUMBER.match(text):
            return None
        with self._ledger() as connection:
            return _books(connection).filings.get(text)

    @property
    def _filing_day(self) -> date | None:
        """The day the figures of that filing were made: law and forms of that day are asked."""
        if self._filing is None or self._filing.known_seq is None:
            return None
        with self._ledger() as connection:
            return _books(connection).recorded_on(self._filing.known_seq + 1)

    @cached_property
    def config(self) -> Config:
        """schedules.yaml; as it was filed with, where --known-at names a filing."""
        space, kept = self.workspace, self._filing and self._filing.config
        if not kept:
            return space.config
        from compliance.workspace import Config
        from compliance.yamlfile import load_bytes

        with self.vault() as vault:
            data = vault.blob(kept)
        return load_bytes(Config, data, space.config_path) if data is not None else space.config

    @cached_property
    def practice_day(self) -> date | None:
        from compliance.ledger.store import LEDGER
        from compliance.storage import is_there

        if not is_there(LEDGER, self.workspace.ledger):
            return None
        with self.books() as books:
            return books.practice_day()

    @property
    def actor(self) -> str:
        if self._actor:
            return self._actor
        return "practice" if self.practice_day else self.login

    @property
    def login(self) -> str:
        """Who acts outside any books."""
        if self._actor:
            return self._actor
        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError):
            return "unknown"

    @cached_property
    def keys(self) -> tuple[bytes | None, bytes | None]:
        """The raw keys of ledger and vault; (None, None) where no file is protected, or a server keeps them."""
        return (None, None) if self.workspace.database else self.file_keys

    @cached_property
    def file_keys(self) -> tuple[bytes | None, bytes | None]:
        """The same for the files of this folder, wherever the books are now."""
        path = self.workspace.keys_path
        if not path.is_file():
            return None, None
        from compliance.vault.keys import unlock

        return unlock(path, self.passphrase(_("Passphrase")))

    def passphrase(self, label: str, *, confirm: bool = False) -> str:
        """From --key-fd (one a line) or a prompt; never from an option or the environment."""
        if self._key_fd is not None:
            return _line(self._key_fd)
        if not sys.stdin.isatty():
            raise UsageError(
                _("a passphrase is needed and there is nobody to ask"),
                remedy=_("Give it by a file descriptor: --key-fd 3 3<FILE"),
            )
        return str(click.prompt(label, hide_input=True, confirmation_prompt=confirm, err=True))

    @contextmanager
    def books(self) -> Iterator[Books]:
        """The ledger for reading, at the two times that --as-of and --known-at name."""
        seq = self._filing.known_seq if self._filing else None
        with self._ledger() as connection:
            books, text = _books(connection), self.known_at_text
            if seq is None and text is not None:
                seq = int(text) if _NUMBER.match(text) else books.seq_at(text)
            if seq is not None or self.as_of is not None:
                books = _books(connection, known_at=seq, as_of=self.as_of)
            self._announce(books)
            yield books

    def _ledger(self) -> AbstractContextManager[Any]:
        from compliance.ledger.store import LEDGER
        from compliance.storage import open_store

        return open_store(LEDGER, self.workspace.ledger, key=self.keys[0])

    @contextmanager
    def vault(self) -> Iterator[Vault]:
        """The vault for reading."""
        from compliance.storage import open_store
        from compliance.vault.models import VAULT
        from compliance.vault.vault import Vault

        with open_store(VAULT, self.workspace.vault, key=self.keys[1]) as connection:
            yield Vault(connection)

    @contextmanager
    def writing(self, kind: str, *, note: str | None = None) -> Iterator[Writing]:
        """One event. Both stores are locked; the vault commits first, the ledger last."""
        from compliance.ledger.append import practice_moment, write
        from compliance.ledger.books import Books
        from compliance.ledger.store import LEDGER
        from compliance.storage import open_pair
        from compliance.vault.models import VAULT
        from compliance.vault.vault import Vault, practice_entropy

        space = self.workspace
        places = (LEDGER, space.ledger, self.keys[0]), (VAULT, space.vault, self.keys[1])
        with ExitStack() as stack:
            ledger, vault_ = stack.enter_context(open_pair(*places, write=True, writer=self._writer()))
            books = Books(ledger)
            practice = books.practice_day()
            vault = Vault(
                vault_, **({"entropy": practice_entropy(b"%d" % books.last_seq)} if practice else {})
            )
            self._announce(books)
            now = practice_moment(books.last_recorded_at(), practice) if practice else datetime.now(UTC)
            opened: list[EventWriter] = []
            stack.enter_context(_explaining(self, books, vault, ledger, opened))
            event = stack.enter_context(write(ledger, kind=kind, actor=self.actor, now=now, note=note))
            opened.append(event)
            yield Writing(event, books, vault, now)
        self._tell_amended(event.amends)

    def _tell_amended(self, filings: set[str]) -> None:
        """At the end of the command, after what it recorded."""
        ctx = click.get_current_context(silent=True)
        if filings and ctx is not None:
            from compliance.commands.amendments import tell

            ctx.call_on_close(lambda: tell(self, sorted(filings)))

    def _writer(self) -> Writer:
        """Whom a second writer is told of, in the words of this computer's clock."""
        from compliance.storage import Writer

        since = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S")
        return Writer(self.actor, platform.node() or "?", since, waiting=_waiting)

    def _announce(self, books: Books) -> None:
        """Practice says so on every output, so that nobody takes it for the real thing."""
        day = books.practice_day()
        if day and not self._announced:
            self._announced = True
            click.echo(_("PRACTICE on {day}: invented data").format(day=day.isoformat()), err=True)


def _waiting(words: str) -> None:
    click.echo(_("The books are in use; waiting. {words}").format(words=words).rstrip(), err=True)


@contextmanager
def _explaining(
    app: App, books: Books, vault: Vault, connection: Any, opened: list[EventWriter]
) -> Iterator[None]:
    """A closed period's refusal says which filings it touches; what that needs is loaded only then."""
    from compliance.ledger.append import PeriodClosed

    try:
        yield
    except PeriodClosed as refused:
        from compliance.checks.registry import Context
        from compliance.commands.amendments import told_refusal

        context = Context(books, app.rules, app.config, vault, app.today)
        raise told_refusal(refused, context, connection, opened[0]) from None


def _books(connection: Any, *, known_at: int | None = None, as_of: date | None = None) -> Books:
    from compliance.ledger.books import Books

    return Books(connection, known_at=known_at, as_of=as_of)


def _line(handle: int) -> str:
    """The next line of a file descriptor, byte by byte: what follows is the next passphrase."""
    line = b""
    while (byte := os.read(handle, 1)) not in (b"", b"\n"):
        line += byte
    return line.decode("utf-8", "replace").rstrip("\r")


pass_app = click.make_pass_decorator(App)
