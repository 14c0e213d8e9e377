"""``workbook``: pages that people fill in and send back; what comes back is a plan, then one event."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day_or, yes
from compliance.commands.ask import period as a_period
from compliance.commands.output import clean, format_option, out, say
from compliance.commands.queue_sheet import named, own
from compliance.commands.record_shared import amends_option, filing, find, recorded, titles
from compliance.commands.workbook_given import apply_contributions, contributions, written
from compliance.commands.workbook_import import import_
from compliance.errors import InputError, UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.intake.activities_plan import Changed, Plan

_LAST_MONTH = timedelta(days=31)
_SHOWN = 20


@click.group(help=_("Workbooks that people fill in: make one, and apply what came back"))
def workbook() -> None:
    pass


workbook.add_command(import_)


@workbook.group(help=_("Write a workbook to fill in: locked where it is ours, open where it is yours"))
def make() -> None:
    pass


@make.command(
    "activities",
    help=_(
        "What one programme did, planned and did not hold in a period: counts, never names. For its lead."
    ),
)
@click.option("--programme", required=True, metavar="PROGRAMME", help=_("Which line of work"))
@click.option("--period", metavar="PERIOD", help=_("Default: the half-year a month ago"))
@click.argument("file", metavar="OUT.xlsx", type=click.Path(path_type=Path))
@pass_app
def activities(app: App, /, programme: str, period: str | None, file: Path) -> None:
    from compliance.intake.activities import render
    from compliance.periods import aligned

    with app.books() as books:
        name = find(programme, titles(books.programmes), "--programme")
        span = a_period(period) if period else aligned(app.today - _LAST_MONTH, 6)
        own = [item for item in books.activities.values() if item.programme == name and item.end_on in span]
        kinds = sorted({item.kind for item in books.activities.values() if item.programme == name})
        own.sort(key=lambda item: (item.start_on, item.entity))
        data = render(own, name, span, kinds, books=books)
    written(file, data)


make.add_command(contributions)


@make.command("queue", help=_("The lines that nobody has sorted yet, with what the rules propose"))
@click.argument("file", metavar="OUT.xlsx", type=click.Path(path_type=Path))
@pass_app
def queue(app: App, /, file: Path) -> None:
    from compliance.intake.attribution import rules
    from compliance.intake.queue import waiting
    from compliance.intake.sheet import render

    with app.books() as books, app.vault() as vault:
        data = render(waiting(books, vault, rules(vault), own(app, books)), books, named(app, books))
    written(file, data)
    _say_secret()


@make.command("corrections", help=_("Lines that are sorted already, as they are, to say otherwise"))
@click.option("--period", metavar="PERIOD", help=_("Only lines of these days"))
@click.option("--from", "start_text", metavar="DAY", help=_("Only lines from this day on"))
@click.option("--fund", metavar="FUND", help=_("Only lines of this agreement"))
@click.argument("file", metavar="OUT.xlsx", type=click.Path(path_type=Path))
@pass_app
def corrections(
    app: App, /, period: str | None, start_text: str | None, fund: str | None, file: Path
) -> None:
    from compliance.intake.attribution import Proposal
    from compliance.intake.history import sorted_lines
    from compliance.intake.queue import Waiting
    from compliance.intake.sheet import render

    span = a_period(period) if period else None
    start = day_or(start_text, span.start if span else date.min, "--from")
    with app.books() as books, app.vault() as vault:
        name = find(fund, titles(books.funds), "--fund") if fund else None
        chosen = [
            item
            for item in sorted_lines(books, start=start, end=span.end if span else None)
            if name is None or any(part.fund == name for part in item.parts)
        ]
        if not chosen:
            raise UsageError(_("no sorted line is of these days and this agreement"))
        texts = vault.line_texts([item.line.identity for item in chosen])
        rows = (
            Waiting(item.line, texts.get(item.line.identity, {}), Proposal((), part))
            for item in chosen
            for part in item.parts
        )
        data = render(rows, books, named(app, books), sorted_before=True)
    written(file, data)
    _say_secret()


def _say_secret() -> None:
    say(_("It holds names and purposes from the vault: delete it when it has been read back."))


@workbook.command("apply", help=_("Read a workbook that came back: shown as a plan, applied after a yes."))
@click.argument("file", metavar="IN.xlsx", type=click.Path(path_type=Path))
@click.option(
    "--evidence",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help=_("Where the files lie that a programme's workbook names as evidence; they go to the vault"),
)
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@amends_option
@format_option
@pass_app
def apply(app: App, /, file: Path, folder: Path | None, given: bool, amends: str | None, fmt: str) -> None:
    from compliance.files import read_input
    from compliance.intake import activities, sheet
    from compliance.intake import contributions as asked
    from compliance.intake import workbook as door
    from compliance.intake.since import without_seq
    from compliance.xlsx import MAX_BYTES

    data = read_input(file, cap=MAX_BYTES)
    mark, _pages = door.opened(data, file.name)
    if without_seq(mark) == sheet.MARK:
        from compliance.commands.queue_sheet import read_sheet

        read_sheet(app, str(file), given=given, amends=amends)
    elif mark.startswith(asked.MARK):
        apply_contributions(app, file, data, given=given, fmt=fmt)
    elif mark.startswith(activities.MARK):
        _apply_activities(app, file, data, _Sent(folder), given=given, amends=amends, fmt=fmt)
    else:
        raise InputError(
            _("this is not a workbook that the program made"),
            place=str(file),
            remedy=_("Make one with: compliance workbook make"),
        )


class _Sent:
    """Files that came with a workbook, by the names its rows give; read once."""

    def __init__(self, folder: Path | None) -> None:
        self.files: dict[str, bytes] = {}
        self._folder = folder

    def digest(self, name: str) -> str | None:
        from compliance.files import digest, read_input, safe_name

        if self._folder is None or name != safe_name(name) or not (self._folder / name).is_file():
            return None
        self.files[name] = read_input(self._folder / name)
        return digest(self.files[name])


def _apply_activities(
    app: App, file: Path, data: bytes, sent: _Sent, *, given: bool, amends: str | None, fmt: str
) -> None:
    from compliance.intake.activities_plan import read

    with app.books() as books, app.vault() as vault:
        names = vault.names()
        plan = read(data, file.name, books, names=names, evidence=sent.digest, amends=filing(books, amends))
    _show(plan, fmt)
    if not plan.facts:
        say(_("Nothing to change."))
        return
    n = len(plan.facts)
    if not yes(ngettext("Record {n} fact?", "Record {n} facts?", n).format(n=n), given=given):
        say(_("Nothing was changed."))
        return
    with app.writing("workbook apply") as writing:
        amended = filing(writing.books, amends)
        plan = read(data, file.name, writing.books, names=names, evidence=sent.digest, amends=amended)
        for name, content in sent.files.items():
            writing.vault.put_blob(name, content)
        writing.event.add(*plan.facts)
    recorded(len(plan.facts), _("facts of the workbook {file}").format(file=file.name))


def _show(plan: Plan, fmt: str) -> None:
    from compliance.commands.output import emit

    if fmt != "table":
        emit(_rows(plan), [], "workbook-plan/1", fmt)
    else:
        out(f"{plan.programme} {plan.period.label}: +{len(plan.added)} ~{len(plan.changed)} -0")
        told = [*(("+", item) for item in plan.added), *(("~", item) for item in plan.changed)]
        for mark, item in told[:_SHOWN]:
            out(clean(f"  {mark} {item.fact.entity}  {_what(item)}"))
        if len(told) > _SHOWN:
            n = len(told) - _SHOWN
            out("  " + ngettext("… and {n} more like it", "… and {n} more like it", n).format(n=n))
    if plan.kept:
        n = plan.kept
        say(
            ngettext(
                "{n} activity of the books is not in the workbook; it stays.",
                "{n} activities of the books are not in the workbook; they stay.",
                n,
            ).format(n=n)
        )
    for total in plan.totals:
        if total.counted != total.fact.value:
            say(
                _("The workbook says {what}: {stated}; its rows add up to {counted}. Both are kept.").format(
                    what=total.fact.kind or _("visits"), stated=total.fact.value, counted=total.counted
                )
            )


def _what(item: Changed) -> str:
    fact = item.fact
    if item.changes:
        return "; ".join(f"{change.field}: {change.before} → {change.after}" for change in item.changes)
    counts = [str(number) for number in (fact.quantity, fact.participants) if number is not None]
    return " ".join([fact.start_on.isoformat(), fact.kind, fact.state, "/".join(counts)]).rstrip()


def _rows(plan: Plan) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "act": act,
            "id": item.fact.entity,
            "place": item.place,
            "changes": {change.field: [_json(change.before), _json(change.after)] for change in item.changes},
        }
        for act, items in (("add", plan.added), ("change", plan.changed))
        for item in items
    ]
    return rows + [
        {
            "act": "total",
            "id": total.fact.entity,
            "stated": total.fact.value,
            "counted": total.counted,
            "new": total.fresh,
        }
        for total in plan.totals
    ]


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
