"""``label text|apply|verify|remove|update``: the words, a labelled copy, and what a file really carries. Nothing is written
to the books but by ``label confirm``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands import label_campaign, label_card, label_compose, label_prove, label_survive
from compliance.commands.app import App, pass_app
from compliance.commands.ask import day_or
from compliance.commands.label_cores import each_beside
from compliance.commands.label_files import named_files
from compliance.commands.label_shared import (
    author_option,
    compared,
    files_argument,
    label_for,
    layout_option,
    on_option,
    out_option,
    principal_name,
    principal_option,
    spoken_options,
    verification_row,
    watch_options,
    with_sound,
)
from compliance.commands.output import Column, emit, format_option, say
from compliance.errors import UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from compliance.commands.label_cores import Work
    from compliance.filings.labelling import Wanted
    from compliance.labels.door import Applied, Children
    from compliance.labels.model import Label, Verification


@click.group(help=_("Put labels on publications, and measure what they carry."))
def label() -> None:
    pass


@label.command(help=_("The words of the label, exactly, and what is asked of their place and size."))
@on_option
@click.option("--medium", metavar="WORD", help=_("text, post, letter, image, video, audio"))
@principal_option
@format_option
@pass_app
def text(app: App, on_text: str | None, medium: str | None, principal: str, fmt: str) -> None:
    from compliance.commands import label_told
    from compliance.filings.labelling import known_media, wanted

    on = day_or(on_text, app.today, "--on")
    media = known_media(app.rules)
    if medium is not None and medium not in media:
        raise UsageError(
            _("--medium: no rule speaks of “{medium}”").format(medium=medium),
            remedy=_("One of: {kinds}").format(kinds=", ".join(media)),
        )
    found = wanted(app.rules, app.workspace.config, on, medium, principal_name(app, principal), compared(app))
    if fmt != "table":
        emit([_label_row(item) for item in found], [], "label/1", fmt)
    else:
        for item in found:
            label_told.label(item)
    if not found:
        say(label_told.not_wanted(medium, on))
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


@label.command(
    help=_(
        "Write a labelled copy beside each file: NAME.labelled.EXT. The files themselves stay as they are."
    )
)
@files_argument
@on_option
@out_option
@click.option("--every-page", is_flag=True, help=_("On each page, not only the first"))
@layout_option
@click.option(
    "--for",
    "channel",
    metavar="CHANNEL",
    help=_("A plain text for telegram, telegram-caption, x, ...: does it fit?"),
)
@spoken_options
@author_option
@principal_option
@pass_app
def apply(
    app: App,
    files: tuple[Path, ...],
    on_text: str | None,
    target: Path | None,
    every_page: bool,
    layout: str,
    channel: str | None,
    spoken: Path | None,
    speak: str,
    author: str,
    principal: str,
) -> None:
    from compliance.commands import label_fit, label_told
    from compliance.labels.door import apply_file, carries_none, medium_of, side_car

    if every_page and layout:
        raise UsageError(_("--every-page and --layout exclude each other"))
    named = _named(files, target, copies=False)
    on = day_or(on_text, app.today, "--on")
    whose = principal_name(app, principal)
    stamped: list[Label] = []
    limit = label_fit.limit_of(channel, named) if channel else None

    def act(path: Path) -> Generator[Work | None, Any, int]:
        bare = carries_none(path)
        medium = None if bare else medium_of(path).MEDIA[0]
        found = label_for(app, medium, on, whose)
        if found is None:
            yield None
            say(f"{path}: {label_told.not_wanted(medium, on)}")
            return 0
        wanted = found.label if bare else _heard(path, found.label, spoken, speak)
        if bare or _unspoken(path, wanted):
            yield None
            label_told.side_car(path, side_car(path, wanted), spoken=not bare)
            return 1
        how: dict[str, Any] = {"every_page": every_page, "layout": layout, "anonymous": author == "strip"}
        done = yield lambda by: apply_file(path, wanted, out=target, **how, by=by)
        words = _("labelled: {path}") if done.changed else _("carries the label already: {path}")
        say(words.format(path=done.path))
        for note in done.notes:
            say(f"   {note}")
        for criterion in done.verification.criteria:
            if criterion.verdict != "met":
                say(f"   {label_told.verdict(criterion)}: {label_told.message(criterion)}")
        stamped.append(found.label)
        return 0 if limit is None else label_fit.told(done.path, limit, found.label)

    worst = each_beside(named, act)
    for wanted in stamped[:1]:
        label_told.doubt(wanted)
    if worst:
        raise click.exceptions.Exit(worst)


def _heard(path: Path, wanted: Label, spoken: Path | None, speak: str) -> Label:
    """The label with its recording, for a file that is heard."""
    from compliance.labels.door import is_heard

    return with_sound(wanted, spoken, speak) if is_heard(path) else wanted


def _unspoken(path: Path, wanted: Label) -> bool:
    """Whether the words would have to be said, and nobody has said them."""
    from compliance.labels.door import is_heard

    return is_heard(path) and not wanted.spoken and path.is_file()


@label.command(
    help=_("Write a copy without the label that this program put in; pages, text and pictures as they were.")
)
@files_argument
@on_option
@out_option
@spoken_options
@principal_option
@pass_app
def remove(
    app: App,
    files: tuple[Path, ...],
    on_text: str | None,
    target: Path | None,
    spoken: Path | None,
    speak: str,
    principal: str,
) -> None:
    from compliance.labels.door import remove_file

    def act(path: Path, wanted: Label, *, out: Path | None, by: Children) -> Applied:
        return remove_file(path, _heard(path, wanted, spoken, speak), out=out, by=by)

    _taken_off(app, files, on_text, target, principal, act, _("without its label: {path}"))


@label.command(
    help=_("Write a copy with the label of the day in the place of an earlier one that this program put in.")
)
@files_argument
@on_option
@out_option
@principal_option
@pass_app
def update(
    app: App, files: tuple[Path, ...], on_text: str | None, target: Path | None, principal: str
) -> None:
    from compliance.labels.door import update_file

    _taken_off(app, files, on_text, target, principal, update_file, _("labelled: {path}"))


def _named(files: tuple[Path, ...], target: Path | None, *, copies: bool) -> list[Path]:
    named = named_files(files, copies=copies)
    if target is not None and len(named) > 1:
        raise UsageError(_("--out is for one file"))
    return named


def _taken_off(
    app: App,
    files: tuple[Path, ...],
    on_text: str | None,
    target: Path | None,
    principal: str,
    act: Callable[..., Applied],
    words: str,
) -> None:
    from compliance.commands import label_told
    from compliance.labels.door import medium_of

    named = _named(files, target, copies=True)
    on = day_or(on_text, app.today, "--on")
    whose = principal_name(app, principal)

    def one(path: Path) -> Generator[Work | None, Any, int]:
        medium = medium_of(path).MEDIA[0]
        found = label_for(app, medium, on, whose)
        if found is None:
            yield None
            say(f"{path}: {label_told.not_wanted(medium, on)}")
            return 0
        done = yield lambda by: act(path, found.label, out=target, by=by)
        told = words if done.changed or done.path != path else _("carries the label already: {path}")
        say(told.format(path=done.path))
        for note in done.notes:
            say(f"   {note}")
        return 0

    worst = each_beside(named, one)
    if worst:
        raise click.exceptions.Exit(worst)


@label.command(
    help=_(
        "Measure what each file carries, or each file of a folder. Exit 1 when any is not right. Nothing is changed."
    )
)
@files_argument
@on_option
@click.option(
    "--picture",
    type=click.Path(path_type=Path),
    metavar="OUT.png",
    help=_("Also a picture of one PDF, image or sound, the label and the text framed"),
)
@watch_options
@spoken_options
@principal_option
@format_option
@pass_app
def verify(
    app: App,
    files: tuple[Path, ...],
    on_text: str | None,
    picture: Path | None,
    watch: bool,
    every: float,
    spoken: Path | None,
    speak: str,
    principal: str,
    fmt: str,
) -> None:
    from compliance.commands import label_told
    from compliance.labels.door import medium_of, verify_file

    on = day_or(on_text, app.today, "--on")
    if watch:
        if picture is not None:
            raise UsageError(_("--picture is for one file"))
        from compliance.commands.label_watch import watched

        def heard(path: Path, label: Label) -> Label:
            return _heard(path, label, spoken, speak)

        raise click.exceptions.Exit(watched(app, files, on, principal, every, fmt, heard))
    named = named_files(files, copies=True)
    if picture is not None and len(named) > 1:
        raise UsageError(_("--picture is for one file"))
    whose = principal_name(app, principal)
    found: list[Verification] = []
    rules: list[str] = []
    rows: list[dict[str, Any]] = []
    known = compared(app)

    def act(path: Path) -> Generator[Work | None, Any, int]:
        medium = medium_of(path).MEDIA[0]
        wanted = label_for(app, medium, on, whose, known)
        if wanted is None:
            yield None
            rows.append({"path": str(path), "verdict": "not_needed"})
            say(f"{path}: {label_told.not_wanted(medium, on)}")
            return 0
        asked = _heard(path, wanted.label, spoken, speak)
        measured = yield lambda by: verify_file(path, asked, by=by)
        found.append(measured)
        rules.append(wanted.label.rule)
        rows.append(verification_row(measured))
        if fmt == "table":
            label_told.verification(measured)
        if picture is not None:
            _draw(path, asked, picture)
        return 0 if measured.ok else 1

    worst = each_beside(named, act, rows, bar=fmt != "table")
    if fmt == "table":
        label_told.unverified(found, rules)
    else:
        emit(rows, [Column("path", _("File"))], "label-verify/1", fmt)
    if worst:
        raise click.exceptions.Exit(worst)


def _draw(path: Path, wanted: Label, target: Path) -> None:
    from compliance.files import write_whole
    from compliance.labels.door import picture_of

    write_whole(target, picture_of(path, wanted))
    say(_("drawn: {path}").format(path=target))


@label.command(
    help=_(
        "Put on record that you compared the wording of a label with the act, and that it reads exactly so. If it does"
        " not, the rules must be mended. When the rules change the words, this lapses."
    )
)
@on_option
@click.option("--rule", metavar="RULE", help=_("Which label, where there are several"))
@click.option("--act", metavar="TEXT", help=_("What you compared it with: the act, its number and day"))
@click.option("--yes", "given", is_flag=True, help=_("It reads exactly so"))
@pass_app
def confirm(app: App, /, on_text: str | None, rule: str | None, act: str | None, given: bool) -> None:
    from compliance.commands.ask import need, refuse_placeholder, yes
    from compliance.commands.output import clean, out
    from compliance.filings.labelling import confirmation

    on = day_or(on_text, app.today, "--on")
    labels = [item for item in app.rules.labels_on(on, app.workspace.config.statuses) if item.block.text]
    chosen = [item for item in labels if rule in (None, item.id)]
    if len(chosen) != 1:
        raise UsageError(
            _("say which label: --rule RULE"),
            remedy=_("One of: {kinds}").format(kinds=", ".join(item.id for item in labels) or "-"),
        )
    text = chosen[0].block.text
    assert text is not None
    out(clean(text))
    act = need(act, "--act", _("What did you compare it with (the act, its number and day)"))
    refuse_placeholder(act, "--act")
    if not yes(_("Does the act say exactly this, letter for letter?"), given=given):
        say(_("Nothing was recorded."))
        return
    with app.writing("label confirm") as writing:
        writing.event.add(confirmation(chosen[0].id, text, act))
    say(_("recorded 1 wording: {rule}").format(rule=chosen[0].id))


label.add_command(label_prove.prove)
label.add_command(label_survive.survive)
label.add_command(label_campaign.campaign)
label.add_command(label_compose.compose)
label.add_command(label_card.card)
