"""``label survive``: a labelled file changed as channels change it, and looked at again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day_or
from compliance.commands.label_shared import label_for, on_option, principal_name, principal_option
from compliance.commands.output import Column, emit, format_option, say
from compliance.errors import UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.labels._replay import Replay
    from compliance.labels.survive import Laid


@click.command(
    help=_(
        "What becomes of a label on its way: packed, shrunk, cropped, cut to a caption or a clip, stripped of its styles, on"
        " a dark screen, as another format. The file is changed so and looked at again. Exit 1 when the label is lost on a"
        " way on which it could be kept."
    )
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--layouts", is_flag=True,
    help=_("Try every layout that such a file can have, and tell which keeps the label on most ways"),
)  # fmt: skip
@on_option
@principal_option
@format_option
@pass_app
def survive(app: App, file: Path, layouts: bool, on_text: str | None, principal: str, fmt: str) -> None:
    from compliance.files import read_input
    from compliance.labels.door import medium_of
    from compliance.labels.survive import replays, tried

    medium = medium_of(file)
    on = day_or(on_text, app.today, "--on")
    wanted = label_for(app, medium.MEDIA[0], on, principal_name(app, principal))
    if wanted is None or wanted.label.text is None:
        raise UsageError(_("no label with known words is asked for: there is nothing to follow"))
    data = read_input(file, cap=medium.CAP)
    if (inlined := getattr(medium, "inlined", None)) is not None:
        data, _links = inlined(data, file)
    if layouts:
        _compared(tried(data, medium.NAME, wanted.label), file, fmt)
        return
    found = replays(data, medium.NAME, wanted.label)
    rows = [asdict(item) for item in found]
    if fmt == "table":
        rows = [row | _told(item) for row, item in zip(rows, found, strict=True)]
    columns = [
        Column("way", _("On its way")), Column("carries", _("Label still there")), Column("letters", _("Letters, pixels")),
        Column("contrast", _("Contrast, to 1")), Column("why", _("Why not")),
    ]  # fmt: skip
    emit(rows, [item for item in columns if any(row[item.key] for row in rows)], "label-survive/1", fmt)
    say(_("What a channel really does may differ: look at the post once it stands there."))
    if any(item.carries is False and not item.hopeless for item in found):
        raise click.exceptions.Exit(1)


def _compared(found: list[Laid], file: Path, fmt: str) -> None:
    """A row a layout, the one that keeps the label on most ways first; exit 1 where none can be offered."""
    import shlex

    offered = [item for item in found if not item.why]
    rows = [
        {
            "layout": item.layout, "offered": not item.why, "best": item in offered[:1], "kept": item.kept, "of": item.of,
            "why": item.why, "ways": {replay.way: replay.carries for replay in item.replays},
        }
        for item in found
    ]  # fmt: skip
    if fmt != "table":
        emit(rows, [], "label-layouts/1", fmt)
    else:
        emit([_layout_row(item) for item in offered], _layout_columns(), "label-layouts/1", fmt)
    for item in found:
        if item.why:
            say(
                _("not offered, the label would not be right: {layout}: {why}").format(
                    layout=item.layout, why=item.why
                )
            )
    if not offered:
        raise click.exceptions.Exit(1)
    say(_("Keeps it on most ways: compliance label apply {file} --layout {layout}").format(
        file=shlex.quote(str(file)), layout=offered[0].layout))  # fmt: skip
    say(_("What a channel really does may differ: look at the post once it stands there."))


def _layout_columns() -> list[Column]:
    return [
        Column("layout", _("Layout")), Column("kept", _("Keeps the label")), Column("lost", _("Loses it")),
        Column("unknown", _("Not known")),
    ]  # fmt: skip


def _layout_row(item: Laid) -> dict[str, str]:
    ways = [replay for replay in item.replays if not replay.hopeless]
    lost = [way_word(replay.way) for replay in ways if replay.carries is False]
    unknown = [way_word(replay.way) for replay in ways if replay.carries is None]
    kept = _("{n} of {of}").format(n=item.kept, of=item.of)
    return {
        "layout": f"{item.layout} ({layout_word(item.layout)})", "kept": kept, "lost": "; ".join(lost),
        "unknown": "; ".join(unknown),
    }  # fmt: skip


def layout_word(layout: str) -> str:
    return {
        "strip": _("over the whole width, at the top"),
        "squared": _("inside the square in the middle"),
        "card": _("over the whole screen, before the film"),
        "under_heading": _("a paragraph under the heading"),
        "first": _("before everything else"),
        "paragraph": _("a paragraph"),
        "heading": _("a heading of its own"),
        "bare": _("without any styling or marks"),
        "block": _("a block with styles of its own"),
        "first_page": _("on the first page"),
        "every_page": _("on every page"),
        "first_slide": _("before all slides"),
        "both_ends": _("before and after all slides"),
        "first_chapter": _("in the first chapter"),
        "every_chapter": _("in every chapter"),
    }.get(layout, layout)


def _told(item: Replay) -> dict[str, Any]:
    carries = {True: _("yes"), False: _("NO"), None: _("not known")}[item.carries]
    return {
        "way": way_word(item.way), "carries": carries, "letters": item.letters or "",
        "contrast": "" if item.contrast is None else f"{item.contrast:.1f}",
    }  # fmt: skip


def way_word(way: str) -> str:
    return {
        "jpeg": _("packed as JPEG, 70 %"),
        "shrunk": _("shrunk to 1280 pixels"),
        "square": _("cropped to a square"),
        "thumbnail": _("a small picture of 320 pixels"),
        "caption": _("cut to 1,024 characters"),
        "one_line": _("all in one line"),
        "as_it_is": _("posted without being rendered"),
        "rendered": _("as a page in a browser's own sizes"),
        "sanitised": _("without styles"),
        "reader": _("in a reader's own letters"),
        "dark": _("in the page's dark colours"),
        "inverted": _("with all colours inverted"),
        "dark_ground": _("on a reader's dark ground"),
        "filter_mark": _("a filter by names in the page"),
        "filter_words": _("a filter by the words"),
        "packed": _("packed at a low bit rate"),
        "480p": _("made smaller, 480p"),
        "first_frame": _("its first frame as a small picture"),
        "clip": _("only its first 10 seconds"),
        "plain": _("as plain text"),
        "as_pdf": _("as the PDF that LibreOffice makes"),
        "last_page": _("the last page alone"),
        "grey": _("printed in grey"),
        "paper": _("printed, with the page's styles for paper"),
        "middle": _("a clip from its middle"),
        "last_slide": _("the last slide, which stays at the end of a talk"),
        "last_chapter": _("opened at its last chapter"),
    }[way]
