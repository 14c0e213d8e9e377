"""What is said about the label on a letter of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.commands import label_told
from compliance.commands.output import say
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.filings.labelling import Wanted
    from compliance.labels.model import Verification


def tell_label(label: Wanted | None, measured: Verification | None) -> None:
    """Nothing where the law wants none."""
    if label is None or measured is None:
        return
    say(_("It carries the label: {title}").format(title=label.title))
    for criterion in measured.criteria:
        if criterion.verdict != "met":
            say(f"   {label_told.verdict(criterion)}: {criterion.message}")
    label_told.doubt(label.label)
