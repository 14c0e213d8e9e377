"""``label text|apply|verify``: the words, a labelled copy, and what a file really carries. The books stay shut."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day_or
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.errors import Refused, UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from datetime import date

    from compliance.filings.labelling import Wanted
    from compliance.labels.model import Criterion, Label, Verification


@click.group(help=_("Put labels on publications, and measure what they carry."))
def label() -> None:
    pass


def label_for(app: App, medium: str | None, on: date) -> Wanted:
    """The label of a material published on ``on``; exit 1 when a name is missing, exit 2 when none is wanted."""
    from compliance.filings.labelling import main_label

    found = main_label(app.rules, app.workspace.config, on, medium)
    if found is None:
        raise UsageError(
            _("no law that binds you wants a label on {day}").format(day=on.isoformat()),
            remedy=_("See: compliance rules list --all"),
        )
    if found.findings:
        first = found.findings[0]
        raise Refused(first.message, remedy=first.remedy)
    return found


@label.command(help=_("The words of the label, exactly, and what is asked of their place and size."))
@click.option("--on", "on_text", metavar="DAY", help=_("Day of publication (default: today)"))
@click.option("--medium", metavar="WORD", help=_("text, post, letter, image, video, audio"))
@format_option
@pass_app
def text(app: App, on_text: str | None, medium: str | None, fmt: str) -> None:
    from compliance.filings.labelling import wanted

    found = wanted(app.rules, app.workspace.config, day_or(on_text, app.today, "--on"), medium)
    rows = [_label_row(item) for item in found]
    if fmt != "table":
        emit(rows, [], "label/1", fmt)
    else:
        for item in found:
            _print_label(item)
    for item in found:
        for finding in item.findings:
            say(finding.message)
            say(f"   {finding.remedy}")
    if any(item.findings for item in found):
        raise click.exceptions.Exit(1)


def _label_row(item: Wanted) -> dict[str, Any]:
    return {
        "rule": item.label.rule,
        "title": item.title,
        "text": item.label.text,
        "elements": list(item.label.elements),
        "text_confidence": item.label.text_confidence,
        "requirements": [
            {"kind": line.kind, "value": line.value, "confidence": line.confidence}
            for line in item.label.requirements
        ],
        "source": item.label.source,
    }


def _print_label(item: Wanted) -> None:
    say(f"{item.title} ({item.label.rule})")
    if item.label.text is not None:
        out(clean(item.label.text))
        _say_doubt(item.label)
    else:
        say(
            _("No exact wording is known. It must say: {elements}").format(
                elements="; ".join(item.label.elements)
            )
        )


def _say_doubt(label_: Label) -> None:
    if label_.text_confidence != "sourced":
        say(
            _(
                "This wording is not verified against the act; compare it: compliance rules show {rule}"
            ).format(rule=label_.rule)
        )


@label.command(
    help=_(
        "Write a labelled copy beside each file: NAME.labelled.EXT. The files themselves stay as they are."
    )
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--on", "on_text", metavar="DAY", help=_("Day of publication (default: today)"))
@click.option(
    "--out", "target", type=click.Path(path_type=Path), help=_("Another name for the copy of one file")
)
@click.option("--every-page", is_flag=True, help=_("On each page, not only the first"))
@pass_app
def apply(
    app: App, files: tuple[Path, ...], on_text: str | None, target: Path | None, every_page: bool
) -> None:
    from compliance.labels.door import apply_file, medium_of

    if target is not None and len(files) > 1:
        raise UsageError(_("--out is for one file"))
    on = day_or(on_text, app.today, "--on")
    doubted = False
    for path in files:
        found = label_for(app, medium_of(path).MEDIA[0], on)
        done = apply_file(path, found.label, out=target, every_page=every_page)
        words = _("labelled: {path}") if done.changed else _("carries the label already: {path}")
        say(words.format(path=done.path))
        for note in done.notes:
            say(f"   {note}")
        for criterion in done.verification.criteria:
            if criterion.verdict != "met":
                say(f"   {_verdict(criterion)}: {criterion.message}")
        if not doubted:
            _say_doubt(found.label)
            doubted = True


@label.command(help=_("Measure what each file carries. Exit 1 when any is not right. Nothing is changed."))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--on", "on_text", metavar="DAY", help=_("Day of publication (default: today)"))
@format_option
@pass_app
def verify(app: App, files: tuple[Path, ...], on_text: str | None, fmt: str) -> None:
    from compliance.labels.door import medium_of, verify_file

    on = day_or(on_text, app.today, "--on")
    found = [verify_file(path, label_for(app, medium_of(path).MEDIA[0], on).label) for path in files]
    if fmt == "table":
        for item in found:
            _print_verification(item)
        doubted = sorted(
            {line.kind for item in found for line in item.criteria if line.confidence != "sourced"}
        )
        if doubted:
            say(
                _("Not verified against the act: {kinds}. See: compliance rules show RULE").format(
                    kinds=", ".join(doubted)
                )
            )
    else:
        emit([verification_row(item) for item in found], [Column("path", _("File"))], "label-verify/1", fmt)
    if not all(item.ok for item in found):
        raise click.exceptions.Exit(1)


def verification_row(item: Verification) -> dict[str, Any]:
    """What was measured, with the numbers; ``verdict`` is the worst of the criteria."""
    from dataclasses import asdict

    return {
        "path": item.path,
        "medium": item.medium,
        "verdict": item.verdict,
        "criteria": [asdict(criterion) for criterion in item.criteria],
        "found": asdict(item.detection) if item.detection else None,
        "notes": list(item.notes),
    }


def _verdict(criterion: Criterion) -> str:
    return {
        "met": _("right"),
        "not_met": _("NOT RIGHT"),
        "not_measurable": _("cannot be measured: look at it"),
        "cannot_be_met": _("cannot be met in this place"),
    }[criterion.verdict]


def _print_verification(item: Verification) -> None:
    head = _("the label is right") if item.ok else _("the label is NOT right, or not provable")
    out(clean(f"{item.path}: {head}"))
    for criterion in item.criteria:
        out(clean(f"   {_verdict(criterion)}: {criterion.message}"))
        if criterion.verdict != "met" and criterion.remedy:
            out(clean(f"      → {criterion.remedy}"))
    for note in item.notes:
        out(clean(f"   {note}"))
