"""``import`` and ``batch``: bank statements into the books, and out of them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import interactive, yes
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.record_shared import filing, recorded
from compliance.commands.typed_balances import balance_options, typed
from compliance.errors import UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.importers.source import Source
    from compliance.intake.bankfiles import Offered, Reading
    from compliance.intake.load import Part
    from compliance.intake.plan import Options, Plan


@click.command("import", help=_("Load bank statements: shown first, then loaded after a yes."))
@click.argument("files", nargs=-1, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@click.option(
    "--plan", "plan_to", type=click.Path(path_type=Path), metavar="PLAN",
    help=_("Write what would be loaded to this file, and load nothing"),
)  # fmt: skip
@click.option(
    "--apply", "apply_plan", type=click.Path(path_type=Path), metavar="PLAN",
    help=_("Load what a plan says, if nothing changed since"),
)  # fmt: skip
@click.option("--profile", default="", metavar="NAME", help=_("The profile or format, where several fit"))
@balance_options
@click.option("--amends", metavar="FILING", help=_("These lines amend a filing of a closed period"))
@format_option
@pass_app
def import_(
    app: App,
    /,
    files: tuple[Path, ...],
    given: bool,
    plan_to: Path | None,
    apply_plan: Path | None,
    **more: Any,
) -> None:
    from compliance.importers.source import Source
    from compliance.intake import plan as plans

    if bool(files) == bool(apply_plan):
        raise UsageError(_("name the statements to load, or a plan with --apply"))
    if apply_plan:
        plan = plans.read(apply_plan)
        options = plans.Options(plan.profile, plan.openings, plan.closings, plan.amends)
        _load(app, plans.sources(plan), options, more["fmt"], plan=plan)
        return
    options = _options(app, more)
    sources = [Source.of_file(path) for path in files]
    if given and not plan_to:
        _load(app, sources, options, more["fmt"])
        return
    parts = _preview(app, sources, options)
    _show(parts, more["fmt"])
    if plan_to:
        from compliance.files import write_whole

        write_whole(plan_to, plans.dump(files, sources, options, parts))
        say(_("The plan is in {file}; nothing was loaded.").format(file=plan_to))
        return
    new = sum(part.new_lines for part in parts)
    question = ngettext("Load {n} line?", "Load {n} lines?", new).format(n=new)
    if (new or any(part.new_days for part in parts)) and not yes(question):
        say(_("Nothing was loaded."))
        return
    _load(app, sources, options, None)


def _options(app: App, more: dict[str, Any]) -> Options:
    from compliance.intake.plan import Options

    currency = app.workspace.config.currency
    openings, closings = (typed(name, more[name], currency) for name in ("opening", "closing"))
    return Options(more["profile"], openings, closings, more["amends"])


def _reading(app: App, options: Options) -> Reading:
    from compliance.intake.bankfiles import Reading

    profiles = app.workspace.config.imports.profiles
    return Reading(profiles, options.profile, options.openings, options.closings)


def _preview(app: App, sources: Sequence[Source], options: Options) -> list[Part]:
    from compliance.intake import bankfiles, load

    with app.books() as books, app.vault() as vault:
        offered = bankfiles.read(sources, books, _reading(app, options))
        with _progress(offered) as progress:
            return load.preview(offered, books, vault, progress=progress)


def _load(
    app: App, sources: Sequence[Source], options: Options, fmt: str | None, *, plan: Plan | None = None
) -> None:
    """Load and say so, after everything is safe on disk. ``fmt``: show the parts as well."""
    from compliance.intake import bankfiles, load
    from compliance.intake.plan import check_same

    with app.writing("import") as writing:
        offered = bankfiles.read(sources, writing.books, _reading(app, options))
        with _progress(offered) as progress:
            amends = filing(writing.books, options.amends)
            parts = load.load(
                writing.event, writing.books, writing.vault, offered, amends=amends, progress=progress
            )
        if plan is not None:
            check_same(plan, parts)
        batch = writing.event.seq if writing.event.count else None
    if fmt is not None:
        _show(parts, fmt)
    _acknowledge(parts, batch)
    if batch is not None and sum(part.new_lines for part in parts) <= _LOOKED_AT:
        _say_own(app, batch)


_LOOKED_AT = 5_000
"""So many new lines are looked at for own transfers at once; the queue looks at any number."""


def _say_own(app: App, batch: int) -> None:
    """New lines whose other side is ourselves."""
    from compliance.commands.queue_sheet import own
    from compliance.intake.queue import waiting

    with app.books() as books, app.vault() as vault:
        found = waiting(books, vault, (), own(app, books))
        n = sum(1 for item in found if item.proposal and item.line.batch == batch)
    if n:
        say(
            ngettext(
                "{n} line has our own account or tax number on its other side: an own transfer is proposed for it.",
                "{n} lines have our own account or tax number on their other side: own transfers are proposed for them.",
                n,
            ).format(n=n)
        )


def _acknowledge(parts: Sequence[Part], batch: int | None) -> None:
    """Only now may anybody rely on it: both stores are on disk."""
    new, lines = sum(part.new_lines for part in parts), sum(part.lines for part in parts)
    if batch is None:
        say(
            ngettext(
                "0 new lines: the {n} line is in the books already.",
                "0 new lines: all {n} lines are in the books already.",
                lines,
            ).format(n=lines)
        )
        return
    recorded(new, _("new lines; import number {batch}").format(batch=batch))
    if new:
        say(
            _(
                "Sort them with: compliance queue — undo the import with: compliance batch undo {batch}"
            ).format(batch=batch)
        )


@contextmanager
def _progress(offered: Sequence[Offered]) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, for files worth one; silence elsewhere."""
    lines = sum(part.statement.count for part in offered)
    if lines < 2000 or not interactive():
        yield lambda done: None
        return
    import sys

    with click.progressbar(length=lines, label=_("Loading"), file=sys.stderr) as bar:
        yield bar.update


def _show(parts: Sequence[Part], fmt: str) -> None:
    from compliance.intake.plan import row

    columns = [
        Column("account", _("Account")),
        Column("first_on", _("From")),
        Column("last_on", _("To")),
        Column("opening_minor", _("Opening"), money=True),
        Column("received_minor", _("In"), money=True),
        Column("spent_minor", _("Out"), money=True),
        Column("closing_minor", _("Closing"), money=True),
        Column("currency", ""),
        Column("lines", _("Lines")),
        Column("new_lines", _("New")),
    ]
    emit([row(part) for part in parts], columns, "import/1", fmt)
    for part in parts:
        for gap in (part.gap_before, part.gap_after):
            if gap is not None:
                from compliance.intake.plan import span

                say(
                    _("{account}: no statement covers {days}").format(
                        account=part.account, days=span(gap) or ""
                    )
                )
        for warning in part.warnings:
            say(f"{part.file}: {warning}")


@click.group(help=_("Imports, and undoing a whole one"))
def batch() -> None:
    pass


@batch.command("list", help=_("Every import with its number"))
@format_option
@pass_app
def batch_list(app: App, fmt: str) -> None:
    from compliance.intake.undo import batches

    with app.books() as books:
        rows = [
            {
                "batch": item.number,
                "recorded_at": item.recorded_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "actor": item.actor,
                "statements": [statement.entity for statement in item.statements],
                "lines": item.lines,
                "sorted": item.sorted,
                "state": item.state,
            }
            for item in batches(books)
        ]
    columns = [
        Column("batch", _("Import")),
        Column("recorded_at", _("Recorded")),
        Column("statements", _("Statements")),
        Column("lines", _("Lines")),
        Column("sorted", _("Sorted")),
    ]
    if fmt == "table":
        words = {"loaded": _("loaded"), "undone": _("undone")}
        rows = [{**row, "state": words[str(row["state"])]} for row in rows]
    emit(rows, [*columns, Column("state", _("State"))], "batches/1", fmt)


@batch.command("undo", help=_("Take a whole import back, until something of it was filed."))
@click.argument("number", metavar="IMPORT", type=int)
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@pass_app
def batch_undo(app: App, number: int, given: bool) -> None:
    from compliance.intake import undo

    with app.books() as books:
        undoing = undo.plan(books, number)
    _show_undoing(undoing)
    if not yes(_("Undo this import?"), given=given):
        say(_("Nothing was changed."))
        return
    with app.writing("batch undo") as writing:
        undo.undo(writing.event, writing.books, undo.plan(writing.books, number))
    recorded(undoing.lines, _("lines taken out of the books; import {batch} is undone").format(batch=number))


def _show_undoing(undoing: Any) -> None:
    say(
        ngettext("{n} line leaves the books.", "{n} lines leave the books.", undoing.lines).format(
            n=undoing.lines
        )
    )
    if undoing.sorted:
        say(
            ngettext(
                "{n} of them was sorted already: that work is undone too.",
                "{n} of them were sorted already: that work is undone too.",
                undoing.sorted,
            ).format(n=undoing.sorted)
        )
