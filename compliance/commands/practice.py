"""``practice make|score``: books with planted mistakes to be found and mended, and how well that went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.errors import SetupError
from compliance.i18n import _, language, ngettext
from compliance.money import display

if TYPE_CHECKING:
    from compliance.practice.training import Scored


@click.group(help=_("Practise: find and mend planted mistakes in invented books"))
def practice() -> None:
    pass


@practice.command(
    help=_("Make invented books with planted mistakes, and things that look wrong and are right.")
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31),
    default=1,
    show_default=True,
    help=_("Which practice; the same number gives the same books"),
)
@click.option(
    "--mistakes",
    "count",
    type=click.IntRange(1, 15),
    default=5,
    show_default=True,
    help=_("How many mistakes are planted"),
)
@pass_app
def make(app: App, folder: Path, seed: int, count: int) -> None:
    from compliance.commands import demo
    from compliance.practice import build, training

    if folder.exists() and any(folder.iterdir()):
        raise SetupError(
            _("the folder is not empty"),
            place=str(folder),
            remedy=_("It may hold your work, so it is left alone. Give another name."),
        )
    folder.mkdir(parents=True, exist_ok=True)
    say(_("This takes about half a minute."))
    made = build(seed, training.chosen(seed, count))
    with demo.inside(folder):
        stage = demo.Stage(folder, loud=False)
        demo.make_books(stage, made)
        training.write_seed(Path(), seed, count)
    n = count
    out(
        ngettext("{n} mistake is planted in {folder}.", "{n} mistakes are planted in {folder}.", n).format(
            n=n, folder=folder
        )
    )
    out(
        ngettext(
            "{n} thing looks wrong and is right.", "{n} things look wrong and are right.", training.decoys()
        ).format(n=training.decoys())
    )
    out(
        _(
            "Begin with: cd {folder}, compliance check — and when you think it is right: compliance practice score"
        ).format(folder=folder)
    )


@practice.command(
    help=_("How many of the planted mistakes are mended, what was missed, and what broke on the way.")
)
@format_option
@pass_app
def score(app: App, fmt: str) -> None:
    from compliance.checks import registry
    from compliance.commands.check import context
    from compliance.practice import training

    seed, count = training.read_seed(app.workspace.folder)
    with context(app) as ctx:
        outcome = registry.run(ctx)
        found = training.score(
            training.chosen(seed, count), outcome.open, [item for item, _decision in outcome.decided]
        )
        broken = training.broken(seed, ctx.books)
    rows = [
        {
            "number": item.number,
            "mistake": item.title,
            "state": item.state,
            "told": clean(item.finding.message) if item.finding else "",
            "remedy": clean(item.finding.remedy) if item.finding else "",
        }
        for item in found
    ]
    if fmt != "table":
        emit(rows, [], "practice/1", fmt)
    else:
        _tell(found)
    done = sum(item.state != "open" for item in found)
    say(_("{done} of {all} planted mistakes are dealt with.").format(done=done, all=len(found)))
    for place in broken:
        currency = app.workspace.config.currency
        say(
            _(
                "{account}, {fund}: {found}, but {right} is right: something was changed that was right, or a mistake is open"
            ).format(
                account=place.account,
                fund=place.fund,
                found=display(place.found_minor, currency, language()),
                right=display(place.right_minor, currency, language()),
            )
        )
    if done < len(found) or broken:
        raise click.exceptions.Exit(1)


def _tell(found: list[Scored]) -> None:
    columns = [Column("state", _("State")), Column("mistake", _("Planted mistake"))]
    words = {"open": _("still there"), "decided": _("decided"), "mended": _("mended")}
    emit(
        [{"state": words[item.state], "mistake": item.title} for item in found],
        columns,
        "practice/1",
        "table",
    )
    for item in found:
        if item.state == "open" and item.finding is not None:
            out("")
            out(clean(item.finding.message))
            out(clean(f"   → {item.finding.remedy}"))
