"""``init``: the organisation's own file, empty books, and an empty vault beside them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

import click

from compliance import i18n
from compliance.commands.app import App, pass_app
from compliance.commands.ask import day, interactive, maybe, need, yes
from compliance.commands.output import say
from compliance.commands.statuses import statuses
from compliance.errors import SetupError, UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.ledger.models import Account
    from compliance.workspace import Workspace

_TEMPLATE = Path(__file__).parent.parent / "templates" / "schedules.init.yaml"


@click.command(
    help=_(
        "Start books in this folder: schedules.yaml (never overwritten), the ledger and the vault."
        " What is not given is asked for."
    )
)
@click.option("--name", metavar="TEXT", help=_("The organisation's name exactly as in the register"))
@click.option("--instrumental", metavar="TEXT", help=_("The name in the instrumental case, for labels"))
@click.option("--genitive", metavar="TEXT", help=_("The name in the genitive case, for labels"))
@click.option(
    "--regime", "regimes", multiple=True, metavar="ID", help=_("A law that binds you; may be repeated")
)
@click.option("--since", metavar="DAY", help=_("The day since which it binds you"))
@click.option(
    "--status", "statuses", multiple=True, metavar="NAME[=DAY]", help=_("A legal status; may be repeated")
)
@click.option(
    "--starts-on",
    metavar="DAY",
    help=_("The first day of the books; what was due before it is not looked for here"),
)
@click.option("--currency", metavar="CURRENCY", help=_("The currency of your reports"))
@click.option("--language", "lang", type=click.Choice(i18n.LANGUAGES), help=_("Interface language: ru or en"))
@click.option(
    "--practice", metavar="DAY", help=_("Practice books with invented data, whose clock stands on DAY")
)
@click.option("--protect", is_flag=True, help=_("Protect the books by a passphrase"))
@pass_app
def init(app: App, /, practice: str | None, protect: bool, **options: Any) -> None:
    from compliance.files import private_folder, write_whole
    from compliance.ledger.store import LEDGER
    from compliance.storage import is_there
    from compliance.workspace import FILE, open_workspace

    practice_day = day(practice, "--practice", "") if practice else None
    folder = app.start.absolute()
    if options["lang"]:
        i18n.activate(options["lang"])
    if not (folder / FILE).exists():
        text = _configuration(app, options)
        private_folder(folder)
        write_whole(folder / FILE, text.encode())
        say(_("written: {file}").format(file=FILE))
    space = open_workspace(folder, database=app.database)
    if is_there(LEDGER, space.ledger):
        raise SetupError(_("there are books here already"), place=str(space.ledger))
    if protect and space.database:
        raise UsageError(_("--protect is for files; on a server the rights of its roles protect the books"))
    _create(app, space, practice_day, protect)
    _warn_of_copying(folder)


def _warn_of_copying(folder: Path) -> None:
    from compliance.syncing import synchronised

    service = synchronised(folder)
    if service:
        say(
            _(
                "WARNING: {service} copies this folder to other computers while the program writes: books may"
                " come back older, or twice. Keep them outside it; what may travel is a sealed copy:"
                " compliance backup FILE"
            ).format(service=service)
        )


def _create(app: App, space: Workspace, practice: date | None, protect: bool) -> None:
    """Vault first, ledger last: as long as there is no ledger, ``init`` can simply be repeated."""
    from compliance.ledger.append import practice_moment, write
    from compliance.ledger.store import LEDGER
    from compliance.storage import create_store, is_there
    from compliance.vault.models import VAULT

    ledger_key, vault_key = _keys(app, space, protect)
    if not is_there(VAULT, space.vault):
        with create_store(VAULT, space.vault, key=vault_key):
            pass
    chart = _chart(app, space)
    now = practice_moment(None, practice) if practice else datetime.now(UTC)
    note = json.dumps({"practice": practice.isoformat()}) if practice else None
    actor = "practice" if practice else app.actor
    with (
        create_store(LEDGER, space.ledger, key=ledger_key) as ledger,
        write(ledger, kind="init", actor=actor, now=now, note=note) as event,
    ):
        event.add(*chart)
    say(_("recorded {n}: {what}").format(n=len(chart), what=_("the chart of accounts; the books are open")))
    if ledger_key is None and not space.database:
        say(
            _(
                "These books are not protected: whoever has this computer can read them."
                " A passphrase is set when books are started: compliance init --protect, in an empty folder."
            )
        )


def _chart(app: App, space: Workspace) -> list[Account]:
    """The program's own accounts, and those that the forms of the chosen rule packs need."""
    from compliance.ledger.chart import system_accounts
    from compliance.ledger.models import Account

    accounts = {account.entity: account for account in system_accounts()}
    for entity, row in app.rules.chart.items():
        accounts[entity] = Account(
            entity=entity,
            title=row.title,
            type=row.type,
            account_class=row.account_class,
            expense_line=row.expense_line,
        )
    return list(accounts.values())


def _keys(app: App, space: Workspace, protect: bool) -> tuple[bytes | None, bytes | None]:
    from compliance.vault import keys

    if space.keys_path.exists():
        return keys.unlock(space.keys_path, app.passphrase(_("Passphrase")))
    if not protect:
        return None, None
    say(_("Without the passphrase nobody, we included, can open these books. Two people should be able to."))
    passphrase = app.passphrase(_("New passphrase"), confirm=True)
    pair = keys.create(space.keys_path, passphrase)
    if interactive() and yes(
        _("Add a second passphrase now, for another person or a sealed sheet of paper?")
    ):
        second = app.passphrase(_("Second passphrase"), confirm=True)
        keys.add_slot(space.keys_path, passphrase, second, slot="second")
    else:
        say(_("There is one passphrase only. Write it on paper and keep it sealed in another place."))
    return pair


# schedules.yaml


def _configuration(app: App, options: dict[str, Any]) -> str:
    name = need(options["name"], "--name", _("The organisation's name exactly as in the register"))
    instrumental = maybe(
        options["instrumental"], _("The same name in the instrumental case (by whom?), empty if not needed")
    )
    genitive = maybe(
        options["genitive"], _("The same name in the genitive case (of whom?), empty if not needed")
    )
    regimes = options["regimes"] or (_ask_regime(),)
    _refuse_unknown(regimes, options["currency"])
    since = day(options["since"], "--since", _("Since which day does the law bind you"))
    held = statuses(options["statuses"], regimes, since)
    first = maybe(options["starts_on"], _("The first day of the books (what was due before it is not looked for), empty if not yet known"))  # fmt: skip
    starts_on = day(first, "--starts-on", "") if first else None
    return _render(name, instrumental, genitive, regimes, since, held, {**options, "starts_on": starts_on})


def _refuse_unknown(regimes: Sequence[str], currency: str | None) -> None:
    """Before anything is written: a file with a slip in it would stop every later command."""
    from compliance.money import is_currency
    from compliance.rules import available

    known = available()
    for regime in regimes:
        if regime not in known:
            raise UsageError(
                _("--regime: there are no rules “{id}”").format(id=regime),
                remedy=_("There are: {names}").format(names=", ".join(known)),
            )
    if currency and not is_currency(currency):
        raise UsageError(_("a currency is three capital letters, such as RUB"))


def _render(
    name: str,
    instrumental: str | None,
    genitive: str | None,
    regimes: tuple[str, ...],
    since: date,
    held: list[tuple[str, date]],
    options: dict[str, Any],
) -> str:
    cases = [
        f"      {case}: {_quoted(text)}" if text else f"      # {case}:"
        for case, text in (("instrumental", instrumental), ("genitive", genitive))
    ]
    rows = [f"    {status}: {{since: {begun.isoformat()}}}" for status, begun in held]
    starts_on = options.get("starts_on")
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        since=since.isoformat(),
        nominative=_quoted(name),
        cases="\n".join(cases),
        statuses="\n" + "\n".join(rows) if rows else " {}",
        regimes=", ".join(regimes),
        currency=options["currency"] or "RUB",
        language=f"language: {options['lang']}" if options["lang"] else "# language: en",
        starts_on=f"starts_on: {starts_on.isoformat()}" if starts_on else f"# starts_on: {since.isoformat()}",
    )


def _quoted(text: str) -> str:
    """A JSON string is a YAML double-quoted scalar; what people typed can never become YAML."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _ask_regime() -> str:
    from compliance.rules import available

    installed = available()
    if len(installed) == 1:
        return installed[0]
    return need(None, "--regime", _("Which law binds you ({names})").format(names=", ".join(installed)))
