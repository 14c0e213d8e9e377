"""``label apply --for CHANNEL``: whether text and label together fit there, and by how much they do not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.commands.output import say
from compliance.errors import UsageError
from compliance.i18n import _, day_text, ngettext

if TYPE_CHECKING:
    from compliance.channels.limits import Limit
    from compliance.labels.model import Label


def limit_of(channel: str, paths: Sequence[Path]) -> Limit:
    from compliance.channels.limits import limits
    from compliance.labels import text

    if channel not in limits():
        raise UsageError(
            _("--for: the length of a post on “{channel}” is not known here").format(channel=channel),
            remedy=_("One of: {kinds}").format(kinds=", ".join(limits())),
        )
    other = next((path for path in paths if path.suffix.lower() not in text.SUFFIXES), None)
    if other is not None:
        raise UsageError(_("{path}: --for is for plain texts (.txt)").format(path=other))
    return limits()[channel]


def told(path: Path, limit: Limit, label: Label) -> int:
    """Says how much room is left; 1 where there is none."""
    from compliance.files import read_input
    from compliance.labels.text import decode

    used, own = limit.length(decode(read_input(path)).text), limit.length(label.text or "")
    left = limit.most - used
    values = {
        "channel": limit.channel,
        "used": used,
        "most": limit.most,
        "own": own,
        "day": day_text(limit.checked),
    }
    if left >= 0:
        say(
            "   "
            + _("{channel}: {used} of {most} characters, {own} of them the label ({day})").format(**values)
        )
        return 0
    say(
        "   "
        + ngettext(
            "{channel}: {n} character too long: {used} of {most}, {own} of them the label ({day}). Shorten the text, never the label.",
            "{channel}: {n} characters too long: {used} of {most}, {own} of them the label ({day}). Shorten the text, never the label.",
            -left,
        ).format(n=-left, **values)
    )
    return 1
