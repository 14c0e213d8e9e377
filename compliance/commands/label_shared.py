"""What ``label`` and ``channel`` share: their options, the label of a day, a measurement as a row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from compliance.commands.app import App
from compliance.errors import InputError, Refused, SetupError, UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from compliance.filings.labelling import Wanted
    from compliance.labels.model import Label, Verification

C = TypeVar("C", bound="Callable[..., Any]")


def principal_option(command: C) -> C:
    return click.option(
        "--principal",
        default="",
        metavar="SOURCE",
        help=_("On whose behalf, where a law asks: a source, or the name"),
    )(command)


def on_option(command: C) -> C:
    return click.option("--on", "on_text", metavar="DAY", help=_("Day of publication (default: today)"))(
        command
    )


def out_option(command: C) -> C:
    return click.option(
        "--out", "target", type=click.Path(path_type=Path), help=_("Another name for the copy of one file")
    )(command)


def layout_option(command: C) -> C:
    return click.option(
        "--layout",
        default="",
        metavar="NAME",
        help=_("How the label stands, such as squared; what there is: label survive --layouts FILE"),
    )(command)


def author_option(command: C) -> C:
    return click.option(
        "--author",
        type=click.Choice(["keep", "strip"]),
        default="keep",
        show_default=True,
        help=_(
            "What the file says of its author, programs and places beside its content: keep, or strip and tell"
            " (films are always written without, pictures never say where they were taken)"
        ),
    )(command)


def watch_options(command: C) -> C:
    often = click.option(
        "--every", type=click.FloatRange(0.1, 3600), default=2.0, show_default=True, metavar="SECONDS",
        help=_("With --watch: how often it is looked"),
    )  # fmt: skip
    stay = click.option(
        "--watch",
        is_flag=True,
        help=_(
            "Stay, and tell of each file that comes or changes, until Ctrl-C; then the exit code as things stand"
        ),
    )
    return stay(often(command))


def files_argument(command: C) -> C:
    return click.argument(
        "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
    )(command)


def spoken_options(command: C) -> C:
    command = click.option(
        "--speak",
        default="",
        metavar="LANG",
        help=_("Sound: the words as the speech program espeak-ng says them, such as ru"),
    )(command)
    return click.option(
        "--spoken",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help=_("Sound: your recording of the words of the label, to be put on and found again"),
    )(command)


HEARD = "audio"
"""What rules call a sound."""


def with_sound(label: Label, spoken: Path | None, speak: str) -> Label:
    """The label with its recording: read from a file, or said by a speech program; as it is without either."""
    from compliance.files import read_input
    from compliance.labels.speech import spoken as said

    if spoken is not None and speak:
        raise UsageError(_("--spoken and --speak exclude each other"))
    if spoken is not None:
        data = read_input(spoken)
        if not data:
            raise InputError(_("the file is empty"), place=str(spoken))
        return replace(label, spoken=data)
    if not speak or label.text is None:
        return label
    if label.language not in ("", "material") and speak.split("-")[0] != label.language:
        raise UsageError(
            _("--speak: the language of this label is “{language}”").format(language=label.language)
        )
    return replace(label, spoken=said(label.text, speak))


def principal_name(app: App, given: str) -> str:
    """The name of a source by id or name, else the words as typed; empty stays empty."""
    if not given:
        return ""
    with app.books() as books:
        known = books.sources.get(given)
    return known.name or given if known is not None else given


def compared(app: App) -> dict[str, str]:
    """Which wordings a person compared with their act; nothing where the books are locked or cannot be reached."""
    from compliance.filings.labelling import confirmed
    from compliance.ledger.store import LEDGER
    from compliance.storage import is_there

    space = app.workspace
    if not space.database and (space.keys_path.is_file() or not is_there(LEDGER, space.ledger)):
        return {}
    try:
        with app.books() as books:
            return confirmed(books)
    except SetupError:
        return {}


def label_for(
    app: App, medium: str | None, on: date, principal: str = "", known: dict[str, str] | None = None
) -> Wanted | None:
    """The label of a material published on ``on``; ``None`` when no law wants one, exit 1 when a name is missing.

    ``known``: what `compared` gave, where many are asked for.
    """
    from compliance.filings.labelling import main_label

    known = compared(app) if known is None else known
    found = main_label(app.rules, app.workspace.config, on, medium, principal, known)
    if found is not None and found.findings:
        first = found.findings[0]
        raise Refused(first.message, remedy=first.remedy)
    return None if found is None else replace(found, label=recorded(app, found.label, medium, on))


def recorded(app: App, label: Label, medium: str | None, on: date) -> Label:
    """The label of a sound with the recording that schedules.yaml names for the day, if it names one."""
    space = app.workspace
    named = space.config.spoken_on(on) if medium == HEARD else ""
    return with_sound(label, space.folder / named, "") if named else label


def verification_row(item: Verification) -> dict[str, Any]:
    """What was measured, with the numbers; ``verdict`` is the worst of the criteria."""
    from dataclasses import asdict

    found = asdict(item.detection) if item.detection else None
    if found is not None:
        del found["body_boxes"]
    return {
        "path": item.path,
        "medium": item.medium,
        "verdict": item.verdict,
        "criteria": [asdict(criterion) | {"values": dict(criterion.values)} for criterion in item.criteria],
        "found": found,
        "notes": list(item.notes),
    }
