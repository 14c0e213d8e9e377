"""``label card``: the label on a screen of its own, for broadcasts and stories, and what is asked of showing it."""

from __future__ import annotations

import re
from pathlib import Path

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day_or
from compliance.commands.label_shared import label_for, on_option, principal_name, principal_option
from compliance.commands.output import say
from compliance.errors import Refused, UsageError
from compliance.i18n import _

_SIZE = re.compile(r"([0-9]{2,4})[xх×*]([0-9]{2,4})", re.IGNORECASE)
_MEDIUM = "video"


@click.command(
    help=_(
        "The label on a screen of its own, for a broadcast or a story: OUT.png is a picture, OUT.mp4 (.mov, .webm, .mkv)"
        " a clip as long as the rule wants. Read back before it is written; then what is asked of showing it."
    )
)
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--size",
    default="1920x1080",
    show_default=True,
    metavar="WxH",
    help=_("Of the screen in pixels; a story: 1080x1920"),
)
@on_option
@principal_option
@pass_app
def card(app: App, out: Path, size: str, on_text: str | None, principal: str) -> None:
    from compliance.commands import label_told
    from compliance.files import write_whole
    from compliance.labels import _clip, criteria

    ending = out.suffix.lower()
    if ending not in _clip.ENDINGS:
        raise UsageError(
            _("{path}: a card is a picture or a clip").format(path=out),
            remedy=_("One of: {kinds}").format(kinds=", ".join(_clip.ENDINGS)),
        )
    width, height = _sides(size)
    on = day_or(on_text, app.today, "--on")
    found = label_for(app, _MEDIUM, on, principal_name(app, principal))
    if found is None:
        say(label_told.not_wanted(_MEDIUM, on))
        return
    label = found.label
    if label.text is None:
        raise Refused(_("no exact wording is known for this label, so nothing was stamped"))
    made = _clip.card(label, width, height, ending)
    if not _clip.shows(made, label, ending):
        raise _clip.too_small(width, height)
    write_whole(out, made)
    say(_("written: {path}").format(path=out))
    say(_("What is asked of showing it:"))
    for requirement in label.requirements:
        say(f"   ☐ {criteria.asked(requirement)}")
    say("   ☐ " + _("keep the recording, and measure its start: compliance label verify FILE"))
    label_told.doubt(label)


def _sides(size: str) -> tuple[int, int]:
    from compliance.labels import _clip

    found = _SIZE.fullmatch(size.strip())
    sides = (int(found[1]), int(found[2])) if found else (0, 0)
    if any(side not in _clip.SIDES or side % 2 for side in sides):
        raise UsageError(
            _("--size: {size} is no size of a screen").format(size=size),
            remedy=_("Two even numbers from {least} to {most}, such as 1920x1080").format(
                least=_clip.SIDES.start, most=_clip.SIDES.stop - 1
            ),
        )
    return sides[0], sides[1]
