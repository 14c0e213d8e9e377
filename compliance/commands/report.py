"""``report``: make the papers of a report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import interactive
from compliance.commands.ask import period as parsed_period
from compliance.commands.output import clean, emit, format_option, out, say
from compliance.commands.times import times
from compliance.errors import Refused, UsageError
from compliance.i18n import _, day_text, language, ngettext

if TYPE_CHECKING:
    from compliance.checks.registry import Context
    from compliance.filings.draft import Draft
    from compliance.findings import Finding
    from compliance.periods import Period
    from compliance.reports.model import Report
    from compliance.reports.papers import Papers


@click.command(help=_("Make a report as PDF, XLSX and a sheet of figures. A draft: it claims nothing."))
@click.argument("name", metavar="FORM")
@click.argument("period", metavar="PERIOD")
@click.option("--out", "folder", type=click.Path(path_type=Path), help=_("Write into this folder instead"))
@click.option(
    "--binder", is_flag=True, help=_("Also a copy for the binder, with the address of every figure")
)
@click.option(
    "--archive", "archived", is_flag=True, help=_("Also a copy to keep: PDF/A-3u with the data attached")
)
@click.option("--docx", "editable", is_flag=True, help=_("Also as DOCX, to be finished by hand"))
@click.option("--tagged", is_flag=True, help=_("Also a copy for screen readers, with its structure marked"))
@times
@format_option
@pass_app
def report(
    app: App,
    /,
    name: str,
    period: str,
    folder: Path | None,
    binder: bool,
    archived: bool,
    editable: bool,
    tagged: bool,
    fmt: str,
) -> None:
    from compliance.commands.check import context
    from compliance.filings.draft import draft
    from compliance.reports import papers

    span = parsed_period(period)
    with context(app) as ctx:
        drafted = draft(ctx, name, span)
        found = drafted.report
        if found is not None:
            _refuse_unreviewed(ctx, drafted.subject.obligation, final=not found.working_copy)
            say_filed_otherwise(app, ctx, drafted.subject.obligation, span)
        decided = _decided(ctx, drafted) if binder else []
    if found is None:
        raise no_report(name, span)
    if span.last >= app.today:
        say(
            _("{period} is not over: it ends on {day}. What stands here is not the whole of it.").format(
                period=span.label, day=day_text(span.last)
            )
        )
    _refuse(found.refusals)
    with _progress(found) as progress:
        made = papers.make(
            found,
            binder=binder,
            decided=decided,
            archived=archived,
            tagged=tagged,
            editable=editable,
            known_at=app.known_at_text or "",
            as_of=app.as_of_text or "",
            progress=progress,
        )
    _refuse(made.findings)
    paths = papers.write(made, folder or app.workspace.reports, ours=folder is None)
    _warn(found.findings)
    if archived or tagged:
        say(
            _(
                "The copies to keep or to hear are made as PDF/A-3u and PDF/UA; no validator has certified them."
            )
        )
    if fmt == "table":
        _print(found, made, paths)
    else:
        emit(_cell_rows(found), [], "report/1", fmt)


def _decided(ctx: Context, drafted: Draft) -> list[str]:
    """For the binder: what was decided about this period, why, by whom."""
    from compliance.checks import registry
    from compliance.filings.decided import decided_lines

    return decided_lines(ctx, registry.run(ctx), drafted.subject.period, drafted.subject.closes)


@contextmanager
def _progress(found: Report) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal while long lists are drawn."""
    from compliance.reports.annex import long_sections

    rows = sum(len(section.rows) for section in long_sections(found))
    if not rows or not interactive():
        yield lambda done: None
        return
    with click.progressbar(length=rows, label=_("Drawing the annexes"), file=sys.stderr) as bar:
        yield bar.update


def _refuse_unreviewed(ctx: Context, obligation: str, *, final: bool) -> None:
    """What is printed as final rests on rules that somebody reviewed in time, or accepted as they are, on record."""
    from compliance.checks import registry
    from compliance.filings.agenda import unreviewed

    rule = ctx.rules.rule(obligation)
    stale = unreviewed(registry.run(ctx, ["pack.stale"]), rule.pack.id) if rule is not None else []
    for item in stale:
        if final:
            raise Refused(item.message, remedy=item.remedy)
        say(f"- {item.message}\n  → {item.remedy}")


def say_filed_otherwise(app: App, ctx: Context, obligation: str, span: Period) -> None:
    """This period was filed under rules that have changed since: say how to see it as it was filed."""
    from compliance.filings.act import current, digests_of

    standing = current(ctx.books, obligation, span)
    if standing is None or app.known_at_text is not None:
        return
    then, now = digests_of(standing), app.rules.digests
    if any(now.get(key) != digest for key, digest in then.items()):
        say(
            _(
                "Filed as {filing} under rules that have changed since. As it was then: --known-at {filing}"
            ).format(filing=standing.entity)
        )


def no_report(name: str, period: Period) -> UsageError:
    return UsageError(
        _("there is no report “{name}” for {period} in these books").format(name=name, period=period.label),
        why=_("The obligation has no form here, or the period is over before the books begin."),
        remedy=_("See: compliance forms list"),
    )


def _refuse(findings: tuple[Finding, ...]) -> None:
    """What stands in the way, with what to do; nothing is written, exit 1."""
    if not findings:
        return
    say(_("The report was not made:"))
    _warn(findings)
    raise click.exceptions.Exit(1)


def _warn(findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        say(f"- {finding.message}")
        if finding.remedy:
            say(f"  → {finding.remedy}")


def _print(found: Report, made: Papers, paths: list[Path]) -> None:
    from compliance.reports import papers, words

    for path in paths:
        out(clean(str(path)))
    out("")
    unit = words.unit_words(found.currency, found.unit_minor, language())
    for section in found.sections:
        columns = [column.text for column in section.columns if column.text]
        rows = [row for row in section.rows if row.total or any(cell.kind == "balance" for cell in row.cells)]
        if rows:
            head = f"{section.caption.text}, {unit}"
            out(clean(f"{head}: {' | '.join(columns)}".removesuffix(": ")))
        for row in rows:
            out(clean(f"  {row.caption.text}: {' | '.join(cell.text for cell in row.cells)}"))
    for caption, figures in papers.exchange_lines(found):
        out(clean(f"  {caption}: {figures}"))
    if made.without_pdf:
        say(_("No PDF was made; the pages are there as HTML and print the same way."))
        say(made.without_pdf)
    if found.working_copy:
        n = found.open_captions
        say(
            ngettext(
                "WORKING COPY: {n} caption is not compared with the official form. Compare: compliance forms confirm {name}",
                "WORKING COPY: {n} captions are not compared with the official form. Compare: compliance forms confirm {name}",
                n,
            ).format(n=n, name=found.name)
        )
        _say_blank(found)


def _say_blank(found: Report) -> None:
    """Why rows about persons are empty though the vault knows them."""
    for section in found.sections:
        if section.personal and section.rows:
            n = len(section.rows)
            say(
                ngettext(
                    "“{section}”: {n} row about a person stays blank until every caption of the form is confirmed.",
                    "“{section}”: {n} rows about persons stay blank until every caption of the form is confirmed.",
                    n,
                ).format(section=section.caption.text, n=n)
            )


def _cell_rows(found: Report) -> list[dict[str, Any]]:
    return [
        {
            "cell": cell.id,
            "kind": cell.kind,
            "units": cell.units,
            "unit_minor": found.unit_minor,
            "currency": found.currency,
            "exact_minor": cell.exact_minor,
            "moved": cell.moved,
            "confidence": cell.confidence,
            "source": cell.source,
        }
        for cell in found.all_cells()
        if cell.is_figure
    ]
