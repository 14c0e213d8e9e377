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


@click.command(
    help=_(
        "What becomes of a label on its way: packed, shrunk, cropped, cut to a caption or a clip, stripped of its styles, on"
        " a dark screen, as another format. The file is changed so and looked at again. Exit 1 when the label is lost on a"
        " way on which it could be kept."
    )
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@on_option
@principal_option
@format_option
@pass_app
def survive(app: App, file: Path, on_text: str | None, principal: str, fmt: str) -> None:
    from compliance.files import read_input
    from compliance.labels.door import medium_of
    from compliance.labels.survive import replays

    medium = medium_of(file)
    on = day_or(on_text, app.today, "--on")
    wanted = label_for(app, medium.MEDIA[0], on, principal_name(app, principal))
    if wanted is None or wanted.label.text is None:
        raise UsageError(_("no label with known words is asked for: there is nothing to follow"))
    found = replays(read_input(file, cap=medium.CAP), medium.NAME, wanted.label)
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
    }[way]
