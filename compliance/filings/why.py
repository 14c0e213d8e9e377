"""How sure a filing's day is, in plain sentences: for the screen, for a calendar, for a page on the wall."""

from __future__ import annotations

from compliance.deadlines import Deadline
from compliance.i18n import _, day_words


def why(item: Deadline) -> list[str]:
    """One sentence a doubt or a reason; the penalties at stake last."""
    said = []
    if item.nominal_on:
        said.append(_("the act's day: {day}").format(day=day_words(item.nominal_on)))
    if item.shifted_on and item.shifted_on != item.nominal_on:
        said.append(
            _("moved off a day off, which can be argued about: {day}").format(day=day_words(item.shifted_on))
        )
    if item.due_on and item.nominal_on and item.due_on < item.nominal_on:
        said.append(
            _("shown is the last working day before it, which is safe: {day}").format(
                day=day_words(item.due_on)
            )
        )
    if len(item.candidates) > 1:
        days = ", ".join(day_words(day) for day in item.candidates)
        said.append(_("nobody has settled which: {days}").format(days=days))
    said.append(_("how sure: {words}").format(words=confidence_words(item.confidence)))
    if item.source:
        said.append(_("source: {source}").format(source=item.source))
    if item.approximate:
        said.append(_("days off of that year are not verified; the day is approximate"))
    said += item.notes
    said += [_("at stake: {stake}").format(stake=stake) for stake in item.at_stake]
    return said


def confidence_words(confidence: str) -> str:
    return {
        "sourced": _("checked against a source that states it"),
        "secondary": _("from the press or a translation, not from the act"),
        "memory": _("not checked"),
        "uncertain": _("sources differ: the earlier date is taken"),
    }[confidence]
