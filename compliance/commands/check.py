"""``check`` and ``decide``: what is wrong, and what somebody decided about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, Writing, pass_app
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.commands.times import times
from compliance.errors import UsageError
from compliance.findings import Finding
from compliance.i18n import _, ngettext
from compliance.syncing import synchronised

if TYPE_CHECKING:
    from compliance.checks.registry import Context, Outcome


@contextmanager
def context(app: App) -> Iterator[Context]:
    """Everything a check may look at, for reading, at the two times the command was given."""
    from compliance.checks.registry import Context

    with app.books() as books, app.vault() as vault:
        yield Context(books, app.rules, app.config, vault, app.today, synchronised(app.workspace.folder))


def writing_context(app: App, writing: Writing) -> Context:
    """The same inside a command that writes."""
    from compliance.checks.registry import Context

    space = app.workspace
    return Context(
        writing.books, app.rules, space.config, writing.vault, app.today, synchronised(space.folder)
    )


@click.command(help=_("Find what is wrong. Exit 1 when something is open; nothing is changed."))
@click.argument("names", nargs=-1, metavar="[CHECK|TIER]...")
@click.option("--list", "list_", is_flag=True, help=_("List the checks instead of running them"))
@times
@format_option
@pass_app
def check(app: App, names: tuple[str, ...], list_: bool, fmt: str) -> None:
    from compliance.checks import registry

    if list_:
        rows = [
            {"check": item.name, "tier": item.tier, "title": _(item.title)} for item in registry.all_checks()
        ]
        emit(
            rows,
            [Column("check", _("Check")), Column("tier", _("Tier")), Column("title", _("Looks for"))],
            "checks/1",
            fmt,
        )
        return
    with context(app) as ctx:
        outcome = registry.run(ctx, names)
    if fmt == "table":
        _print(outcome)
    else:
        emit(_rows(outcome), [], "findings/1", fmt)
    if outcome.open:
        raise click.exceptions.Exit(1)


def _rows(outcome: Outcome) -> list[dict[str, Any]]:
    opened = [{**finding_row(item), "state": "open"} for item in outcome.open]
    decided = [
        {**finding_row(item), "state": "decided", "because": decision.because}
        for item, decision in outcome.decided
    ]
    return opened + decided


def finding_row(finding: Finding) -> dict[str, Any]:
    """A finding as JSON-ready values; ``id`` is what ``decide`` takes."""
    return {
        "id": finding.id,
        "code": finding.code,
        "severity": finding.severity,
        "subject": finding.subject,
        "period": finding.period,
        "message": finding.message,
        "remedy": finding.remedy,
        "source": finding.source,
        "confidence": finding.confidence,
    }


def severity_word(severity: str) -> str:
    return {
        "refusal": _("MUST BE MENDED"),
        "error": _("wrong"),
        "warning": _("look at it"),
        "note": _("for information"),
    }[severity]


def _print(outcome: Outcome) -> None:
    """People read what is wrong, what to do, and the id to decide about it, in that order."""
    if not outcome.open:
        say(_("Nothing is open."))
    for number, item in enumerate(outcome.open, start=1):
        out(clean(f"{number}. {severity_word(item.severity)}: {item.message}"))
        if item.remedy:
            out(clean(f"   → {item.remedy}"))
        doubt = "" if item.confidence == "sourced" else "  " + _("(the rule is not verified)")
        out(clean(f"   {item.id}{doubt}"))
    if outcome.open:
        n = len(outcome.open)
        out("")
        out(ngettext("{n} finding is open.", "{n} findings are open.", n).format(n=n))
        out(_('If one is known and right as it is: compliance decide NUMBER --because "..."'))
    if outcome.decided:
        out("")
        out(_("Decided:"))
        for item, decision in outcome.decided:
            out(clean(f"   {item.message} — {decision.because}"))


def _by_number(text: str, outcome: Outcome) -> str:
    """The id of a finding named by its number in the list that ``check`` prints; anything else as typed."""
    if text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= len(outcome.open):
        return outcome.open[int(text[:6]) - 1].id
    return text


def _of_report(app: App, writing: Writing, finding: str) -> dict[str, Finding]:
    """What a report itself refuses to print, told by the form and period in the id of the finding."""
    from compliance.errors import ComplianceError
    from compliance.filings.draft import draft
    from compliance.periods import parse_period
    from compliance.reports.privacy import CODE

    code, _colon, rest = finding.partition(":")
    name, _colon, rest = rest.partition(":")
    if code != CODE:
        return {}
    try:
        report = draft(writing_context(app, writing), name, parse_period(rest.rpartition(":")[2])).report
    except (ComplianceError, ValueError):
        return {}
    return {item.id: item for item in report.findings} if report else {}


@click.command(
    help=_(
        "Record why a finding is left as it is. It stays visible among the decided ones."
        " FINDING is its id, or its number in the list of: compliance check"
    )
)
@click.argument("finding", metavar="FINDING")
@click.option("--because", metavar="TEXT", help=_("The reason, in words an inspector may read"))
@click.option("--withdraw", is_flag=True, help=_("Take the decision back: the finding is open again"))
@pass_app
def decide(app: App, finding: str, because: str | None, withdraw: bool) -> None:
    from compliance.commands.ask import need, refuse_placeholder
    from compliance.ledger.models import Decision

    with app.writing("decide") as writing:
        about = _about(app, writing, finding, withdraw=withdraw)
        finding, value = about.id, about.value or None
        if about.severity == "refusal" and not withdraw and not value:
            raise UsageError(
                _("this cannot be decided away, only mended"), why=about.message, remedy=about.remedy
            )
        reason = "" if withdraw else need(because, "--because", _("Why is it right as it is?"))
        if not withdraw:
            refuse_placeholder(reason, "--because")
        writing.event.add(
            Decision(
                entity=finding, because=reason, state="withdrawn" if withdraw else "decided", digest=value
            )
        )
    say(_("recorded 1 decision: {id}").format(id=finding))
    if value and not withdraw and about.severity != "refusal":
        say(_("It holds until this changes."))
    elif value and not withdraw:
        say(
            _(
                "It holds for this very text: a changed one is refused again. The copy for the binder shows it."
            )
        )


def _about(app: App, writing: Writing, text: str, *, withdraw: bool) -> Finding:
    """The finding that ``text`` names: by id, by its number in the list of ``check``, or one of a report."""
    from compliance.checks import registry
    from compliance.reports.privacy import CODE

    outcome = registry.run(writing_context(app, writing))
    known = {item.id: item for item in outcome.open} | {item.id: item for item, _decision in outcome.decided}
    entity = _by_number(text, outcome)
    known = known if entity in known else _of_report(app, writing, entity)
    if entity in known:
        return known[entity]
    standing = writing.books.decisions.get(entity)
    if withdraw and standing is not None and entity.startswith(f"{CODE}:"):
        return Finding(
            CODE, "refusal", entity.partition(":")[2], standing.because, value=standing.digest or ""
        )
    raise UsageError(_("there is no such finding: {id}").format(id=text), remedy=_("See: compliance check"))
