"""``press make|open|pack|accept``: communications work without the books, and what they add comes back as a plan."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import yes
from compliance.commands.output import clean, emit, format_option, out, say
from compliance.commands.record_shared import recorded
from compliance.errors import InputError, UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.filings.press import Additions, Packet
    from compliance.filings.press_plan import Conflict, Plan, Planned

_SHOWN = 20


@click.group(help=_("Communications work without the books: a packet for them, and what comes back"))
def press() -> None:
    pass


@press.command(
    help=_(
        "Write a packet for communications: the rules about labels, your names, the register of publications and"
        " channels, the recordings of the spoken label, the lists of names. No money, no donors, no people."
    )
)
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@pass_app
def make(app: App, target: Path) -> None:
    from compliance.commands.mentions import FOLDER
    from compliance.files import write_whole
    from compliance.filings import press as packets
    from compliance.mentions import listed

    with app.books() as books, app.vault() as vault:
        _refuse_press(books.is_packet)
        recordings = _recordings(app)
        made = packets.make(
            books, app.config, list(app.rules.packs.values()), vault.names(), app.today,
            lists=listed.kept(app.workspace.folder / FOLDER), spoken=recordings,
        )  # fmt: skip
    write_whole(target, made.data)
    say(_("written: {file}").format(file=target))
    say(
        _("in it: materials {materials}, placements {placements}, wordings {wordings}").format(
            materials=made.counts["material"],
            placements=made.counts["placement"],
            wordings=made.counts["wording"],
        )
    )
    if n := made.masked:
        say(
            ngettext(
                "{n} text seemed to name somebody and is masked with •",
                "{n} texts seemed to name somebody and are masked with •",
                n,
            ).format(n=n)
        )
    if lacking := len(app.config.spoken) - len(recordings):
        say(
            ngettext(
                "Not in it: {n} recording of the spoken label, which is not where schedules.yaml says",
                "Not in it: {n} recordings of the spoken label, which are not where schedules.yaml says",
                lacking,
            ).format(n=lacking)
        )
    say(_("There: compliance press open {file}").format(file=target.name))


def _recordings(app: App) -> dict[date, tuple[str, bytes]]:
    """Day since when -> the ending and bytes, without what the file says of who made it."""
    from compliance.labels import door
    from compliance.labels.model import Label

    found = {}
    for day, name in sorted(app.config.spoken.items()):
        path = app.workspace.folder / name
        if path.is_file():
            found[day] = (path.suffix.lower(), door.without_names(path, Label("", None)))
    return found


def _refuse_press(is_press: bool) -> None:
    if is_press:
        raise UsageError(
            _("this folder is a press packet itself"),
            remedy=_("To send back what was added here: compliance press pack OUT"),
        )


@press.command(
    "open",
    help=_(
        "Make a workspace of a press packet, in a new folder: there the commands label, channel, record material and"
        " record placement work as in the books."
    ),
)
@click.argument("file", metavar="PACKET", type=click.Path(path_type=Path))
@click.argument("folder", metavar="[FOLDER]", required=False, type=click.Path(path_type=Path))
@pass_app
def open_(app: App, file: Path, folder: Path | None) -> None:
    import os
    import secrets

    from compliance.files import private_folder, read_input, safe_name, sync_folder
    from compliance.filings import press as packets

    packet = packets.opened(read_input(file, cap=packets.CAP), file.name)
    folder = (folder or Path(safe_name(file.stem, fallback="press"))).absolute()
    if os.path.lexists(folder):
        raise InputError(
            _("the output already exists"), place=str(folder), remedy=_("Move it away or give another name.")
        )
    half = private_folder(folder.with_name(f".{folder.name[:20]}.{secrets.token_hex(6)}.part"))
    try:
        _fill(app, half, packet)
        half.rename(folder)
    except BaseException:
        import shutil

        shutil.rmtree(half, ignore_errors=True)
        raise
    sync_folder(folder.parent)
    n = len(packet.lines)
    say(
        ngettext("{folder}: {n} fact of the register", "{folder}: {n} facts of the register", n).format(
            folder=folder.name, n=n
        )
    )
    say(_("Work in that folder; then send back what you added: compliance press pack OUT"))


def _fill(app: App, folder: Path, packet: Packet) -> None:
    from datetime import UTC, datetime

    from compliance.files import private_folder, write_whole
    from compliance.filings.press import OPENED
    from compliance.filings.press_facts import MODELS
    from compliance.ledger.append import practice_moment, write
    from compliance.ledger.chart import system_accounts
    from compliance.ledger.store import LEDGER
    from compliance.periods import parse_day
    from compliance.storage import create_store
    from compliance.vault.models import VAULT
    from compliance.workspace import open_workspace

    for name, data in packet.files.items():
        private_folder((folder / name).parent)
        write_whole(folder / name, data)
    space = open_workspace(folder)
    day = packet.note.get("practice")
    now = practice_moment(None, parse_day(day)) if day else datetime.now(UTC)
    with create_store(VAULT, space.vault_path):
        pass
    with (
        create_store(LEDGER, space.ledger_path) as ledger,
        write(
            ledger,
            kind=OPENED,
            actor="practice" if day else app.login,
            now=now,
            note=json.dumps(packet.note, ensure_ascii=False),
        ) as event,
    ):
        event.add(*system_accounts(), *packet.principals)
        for line in packet.lines:
            event.add(MODELS[line.kind](entity=line.id, **line.fields))


@press.command(help=_("Write what was added and changed here since the packet was opened, to send back."))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@pass_app
def pack(app: App, target: Path) -> None:
    from compliance.files import write_whole
    from compliance.filings import press as packets

    with app.books() as books, app.vault() as vault:
        if not books.is_packet:
            raise UsageError(
                _("this folder was not made from a press packet"),
                remedy=_("Make it with: compliance press open PACKET"),
            )
        data, lines, looked_at = packets.pack(books, app.today, vault.blob)
    if not lines and not looked_at:
        say(_("nothing was added or changed here; nothing was written"))
        return
    write_whole(target, data)
    new = sum(line.base is None for line in lines)
    say(_("written: {file}").format(file=target))
    say(_("in it: +{new} ~{changed}").format(new=new, changed=len(lines) - new))
    say(_("There: compliance press accept {file}").format(file=target.name))


@press.command(
    help=_(
        "Read what came back from communications: shown as a plan with what both sides changed, applied after a yes."
        " Exit 1 while anything is undecided."
    )
)
@click.argument("file", metavar="PACKET", type=click.Path(path_type=Path))
@click.option(
    "--prefer",
    type=click.Choice(["books", "press"]),
    default="books",
    show_default=True,
    help=_("Whose word counts where both sides changed the same"),
)
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@format_option
@pass_app
def accept(app: App, file: Path, prefer: str, given: bool, fmt: str) -> None:
    from compliance.files import read_input
    from compliance.filings import press as packets
    from compliance.filings import press_plan
    from compliance.filings.placements import LOOKED_AT
    from compliance.ledger.models import Document

    came = packets.additions(read_input(file, cap=packets.CAP), file.name)
    found = _planned(app, came, file.name, prefer)
    _show(found, came, fmt)
    undecided = bool(found.conflicts) and prefer == press_plan.BOOKS
    if not found.facts and not found.looked_at:
        say(_("Nothing to change."))
        raise click.exceptions.Exit(1 if undecided else 0)
    n = len(found.facts)
    if not yes(ngettext("Record {n} fact?", "Record {n} facts?", n).format(n=n), given=given):
        say(_("Nothing was changed."))
        raise click.exceptions.Exit(1)
    looked_at = {name: day.isoformat() for name, day in found.looked_at.items()}
    note = json.dumps({"packet": came.digest, LOOKED_AT: looked_at}, ensure_ascii=False)
    with app.writing("press accept", note=note) as writing:
        found = press_plan.plan(writing.books, came, writing.vault.names(), file.name, prefer=prefer)
        for item in found.facts:
            if isinstance(item, Document) and item.digest and item.digest in came.proofs:
                writing.vault.put_blob(item.title, came.proofs[item.digest])
        writing.event.add(*found.facts)
    recorded(len(found.facts), _("facts of the packet {file}").format(file=file.name))
    if undecided:
        raise click.exceptions.Exit(1)


def _planned(app: App, came: Additions, place: str, prefer: str) -> Plan:
    from compliance.filings.press_plan import plan

    with app.books() as books, app.vault() as vault:
        return plan(books, came, vault.names(), place, prefer=prefer)


def _show(plan: Plan, came: Additions, fmt: str) -> None:
    if fmt != "table":
        emit(_rows(plan), [], "press-plan/1", fmt)
    else:
        out(f"+{len(plan.added)} ~{len(plan.changed)} -0")
        told = [*(("+", item) for item in plan.added), *(("~", item) for item in plan.changed)]
        for mark, item in told[:_SHOWN]:
            out(clean(f"  {mark} {item.kind} {item.fact.entity}  {_what(item)}"))
        if len(told) > _SHOWN:
            n = len(told) - _SHOWN
            out("  " + ngettext("… and {n} more like it", "… and {n} more like it", n).format(n=n))
        for conflict in plan.conflicts:
            out(clean(f"  ! {conflict.kind} {conflict.id}  {_both(conflict)}"))
    say(_("made on {day}; the same already: {n}").format(day=came.made_on.isoformat(), n=plan.same))
    if plan.conflicts:
        n = len(plan.conflicts)
        say(
            ngettext(
                "{n} thing was changed on both sides (!). The books stay as they are; to take the packet's: --prefer press",
                "{n} things were changed on both sides (!). The books stay as they are; to take the packet's: --prefer press",
                n,
            ).format(n=n)
        )


def _both(item: Conflict) -> str:
    return _("{field}: the books {books}, the packet {press}").format(
        field=item.field, books=_text(item.books), press=_text(item.press)
    )


def _what(item: Planned) -> str:
    if item.changes:
        told = (change for change in item.changes if change.field not in ("looks", "label_detail"))
        return "; ".join(f"{change.field}: {_text(change.before)} → {_text(change.after)}" for change in told)
    fact: Any = item.fact
    return _text(
        getattr(fact, "title", None) or getattr(fact, "address", None) or getattr(fact, "because", None)
    )


def _text(value: Any) -> str:
    """What seems to be about a person is masked, for the screen is read by others too."""
    from compliance.reports.privacy import masked

    if value is None:
        return "—"
    return value.isoformat() if isinstance(value, date) else masked(str(value), public=("handle",))


def _rows(plan: Plan) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "act": act, "kind": item.kind, "id": item.fact.entity,
            "changes": {change.field: [_json(change.before), _json(change.after)] for change in item.changes},
        }
        for act, items in (("add", plan.added), ("change", plan.changed))
        for item in items
    ]  # fmt: skip
    return rows + [
        {
            "act": "conflict", "kind": item.kind, "id": item.id,
            "changes": {item.field: [_json(item.books), _json(item.press)]},
        }
        for item in plan.conflicts
    ]  # fmt: skip


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
