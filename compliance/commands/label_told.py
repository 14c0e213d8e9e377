"""What ``label`` tells people: the words and what is asked of them, and what a file carries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compliance.commands.output import clean, out, say
from compliance.i18n import _, day_text

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from compliance.filings.labelling import Wanted
    from compliance.labels.model import Criterion, Label, Verification


def label(item: Wanted) -> None:
    """One label: its words on standard output, and how it must stand."""
    from compliance.labels.criteria import asked

    say(f"{item.title} ({item.label.rule})")
    if item.label.text is not None:
        out(clean(item.label.text))
        doubt(item.label)
    else:
        say(
            _("No exact wording is known. It must say: {elements}").format(
                elements="; ".join(item.label.elements)
            )
        )
    if item.label.requirements:
        say(_("How it must stand:"))
    for requirement in item.label.requirements:
        unsure = "" if requirement.confidence == "sourced" else "  " + _("(not verified against the act)")
        say(f"   {asked(requirement)}{unsure}")


def not_wanted(medium: str | None, on: date) -> str:
    if medium:
        from compliance.labels.criteria import medium_word

        return _("no label needed: no law that binds you wants one on a {medium} published on {day}").format(
            medium=medium_word(medium), day=day_text(on)
        )
    return _("no label needed: no law that binds you wants one on {day}").format(day=day_text(on))


def doubt(wanted: Label) -> None:
    if wanted.text_confidence != "sourced":
        say(
            _(
                "This wording is not verified against the act; compare it, then: compliance label confirm --rule {rule}"
            ).format(rule=wanted.rule)
        )


def verification(item: Verification) -> None:
    """One of three verdicts, then each criterion."""
    heads = {
        "met": _("the label is right"),
        "not_met": _("the label is NOT right"),
    }
    some = any(criterion.verdict == "met" for criterion in item.criteria)
    look = _("not provable here: look at it yourself")
    head = heads.get(
        item.verdict, _("what can be measured is right; the rest is not provable here") if some else look
    )
    out(clean(f"{item.path}: {head}"))
    for criterion in item.criteria:
        out(clean(f"   {verdict(criterion)}: {message(criterion)}"))
        if criterion.verdict != "met" and criterion.remedy:
            out(clean(f"      → {criterion.remedy}"))
    for note in item.notes:
        out(clean(f"   {note}"))


def side_car(path: Path, words: Path, *, spoken: bool) -> None:
    """A file that nothing was put into: never as good as labelled. ``spoken``: a recording of the words is missing."""
    if spoken:
        say(
            _("{path}: the label must be spoken, and there is no recording of it; it is NOT labelled").format(
                path=path
            )
        )
        say(_("   the words to be read aloud: {path}").format(path=words))
        say(
            _(
                "   Record them, then: compliance label apply FILE --spoken RECORDING (a speech program: --speak LANG)"
            )
        )
        return
    say(_("{path}: a file of this kind cannot be labelled here; it is NOT labelled").format(path=path))
    say(_("   the words to publish with it: {path}").format(path=words))
    say(
        _(
            "   Put them in with the program the file was made with, or first in its caption; then look yourself."
        )
    )


def message(criterion: Criterion) -> str:
    """What was found; a medium's remark, which may stand at several criteria, with the name of its own."""
    from compliance.labels.criteria import kind_word

    if criterion.reason:
        return criterion.message
    return f"{kind_word(criterion.kind)}: {criterion.message}"


def verdict(criterion: Criterion) -> str:
    return verdict_word(criterion.verdict)


def verdict_word(verdict: str) -> str:
    return {
        "met": _("right"),
        "not_met": _("NOT RIGHT"),
        "not_measurable": _("cannot be measured: look at it"),
        "cannot_be_met": _("cannot be met in this place"),
    }[verdict]


def unverified(found: Sequence[Verification], rules: Sequence[str]) -> None:
    """Once for all files: which requirements no act confirms, and where to look."""
    from compliance.labels.criteria import kind_word

    kinds = dict.fromkeys(
        line.kind for item in found for line in item.criteria if line.confidence != "sourced"
    )
    if kinds:
        say(
            _("Not verified against the act: {kinds}. See: compliance rules show {rule}").format(
                kinds=", ".join(kind_word(kind) for kind in kinds), rule=", ".join(dict.fromkeys(rules))
            )
        )
