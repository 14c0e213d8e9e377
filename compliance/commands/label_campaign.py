"""``label campaign``: a whole folder with today's label, in a copy of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day_or
from compliance.commands.label_cores import Work, each_beside
from compliance.commands.label_shared import (
    author_option,
    compared,
    label_for,
    on_option,
    principal_name,
    principal_option,
    spoken_options,
    with_sound,
)
from compliance.commands.output import Column, emit, format_option, say
from compliance.i18n import _


@click.command(
    help=_(
        "When words, name or status have changed: every file of FOLDER into the folder COPY with the label of the day,"
        " labelled anew, updated, or left as it is; what carries no label is copied. Again, nothing changes. What was"
        " done stands in COPY.log.csv. FOLDER itself is not touched."
    )
)
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.argument("copy", metavar="COPY", type=click.Path(path_type=Path))
@on_option
@spoken_options
@principal_option
@author_option
@format_option
@pass_app
def campaign(
    app: App,
    folder: Path,
    copy: Path,
    on_text: str | None,
    spoken: Path | None,
    speak: str,
    principal: str,
    author: str,
    fmt: str,
) -> None:
    from compliance.filings import campaign as campaigns
    from compliance.labels.model import Label

    on = day_or(on_text, app.today, "--on")
    whose, known = principal_name(app, principal), compared(app)
    labels: dict[str, Label | None] = {}

    def label_of(medium: str) -> Label | None:
        if medium not in labels:
            found = label_for(app, medium, on, whose, known)
            labels[medium] = found.label if found is not None else None
            if found is not None and medium == "audio":
                labels[medium] = with_sound(found.label, spoken, speak)
        return labels[medium]

    label_of("text")  # a name that is missing is said before anything is written
    outcomes: list[campaigns.Outcome] = []
    try:
        whole = campaigns.Campaign(folder, copy, label_of, campaigns.logged(copy), author == "strip")

        def act(path: Path) -> Generator[Work | None, Any, int]:
            outcomes.append((yield from whole.one(path)))
            return 0

        each_beside(campaigns.files_of(folder, copy), act)
    finally:
        changed = campaigns.keep_log(copy, outcomes, on)
    _show(outcomes, fmt)
    if changed:
        say(_("what was done: {path}").format(path=campaigns.log_of(copy)))
    if any(item.done == "refused" or item.verdict not in ("", "met") for item in outcomes):
        raise click.exceptions.Exit(1)


def _show(outcomes: list[Any], fmt: str) -> None:
    from compliance.commands.label_told import verdict_word

    if fmt != "table":
        emit([asdict(item) for item in outcomes], [], "campaign/1", fmt)
        return
    told = [
        {
            "path": item.path,
            "done": _words()[item.done],
            "verdict": item.because or (verdict_word(item.verdict) if item.verdict else ""),
        }
        for item in outcomes
        if item.changed or item.done == "refused" or item.verdict not in ("", "met")
    ]
    columns = [Column("path", _("File")), Column("done", _("Done")), Column("verdict", _("Label"))]
    emit(told, columns, "campaign/1", "table", empty=_("Nothing changed."))
    for item in outcomes:
        for note in item.notes if item.changed else ():
            say(f"{item.path}: {note}")
    counts = Counter(item.done for item in outcomes)
    say("; ".join(f"{_words()[done]}: {counts[done]}" for done in _words() if counts[done]))


def _words() -> dict[str, str]:
    return {
        "labelled": _("labelled anew"), "updated": _("label updated"), "left": _("right already"),
        "unneeded": _("needs no label"), "copied": _("copied: carries no label"), "refused": _("not done"),
    }  # fmt: skip
