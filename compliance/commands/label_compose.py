"""``label compose``: a post with its label, fitted to channels and shown as it will be read."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day_or
from compliance.commands.label_shared import label_for, on_option, principal_name, principal_option
from compliance.commands.output import clean, emit, format_option, out, say, screen_width
from compliance.errors import UsageError
from compliance.i18n import _, day_text, ngettext

if TYPE_CHECKING:
    from datetime import date

    from compliance.filings.posting import Part, Posting

_WIDTH = 48


@click.command(
    help=_(
        "A post with its label first, for each channel: how long it is there, where it is folded or would be cut, and"
        " how it reads. FILE is a plain text, - what is piped in. Nothing is written without --out."
    )
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--for", "channels", metavar="CHANNEL", multiple=True, required=True, help=_("telegram, x, ...")
)
@click.option("--thread", is_flag=True, help=_("Too long: split into numbered posts, each with the label"))
@click.option(
    "--out", "folder", type=click.Path(path_type=Path), metavar="FOLDER",
    help=_("Write each post into FOLDER: NAME.CHANNEL.txt"),
)  # fmt: skip
@click.option(
    "--picture",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=_(
        "The picture or film that is posted with it: as much text as fits there; its own label is measured"
    ),
)
@click.option(
    "--copy",
    is_flag=True,
    help=_(
        "Put the post on the clipboard and read it back from there; several one after another, at a terminal"
    ),
)
@on_option
@principal_option
@format_option
@pass_app
def compose(
    app: App,
    file: Path,
    channels: tuple[str, ...],
    thread: bool,
    folder: Path | None,
    picture: Path | None,
    copy: bool,
    on_text: str | None,
    principal: str,
    fmt: str,
) -> None:
    from compliance.channels.limits import with_picture
    from compliance.commands import ask, label_fit, label_told
    from compliance.errors import InputError, Refused
    from compliance.files import read_input
    from compliance.filings import posting
    from compliance.labels import text

    piped = str(file) == "-"
    named = [label_fit.limit_of(channel, [] if piped else [file]) for channel in dict.fromkeys(channels)]
    if picture is not None:
        named = [with_picture(limit) for limit in named]
    on = day_or(on_text, app.today, "--on")
    found = label_for(app, "post", on, principal_name(app, principal))
    if found is None:
        say(label_told.not_wanted("post", on))
        return
    if found.label.text is None:
        raise Refused(_("no exact wording is known for this label, so nothing was stamped"))
    data = sys.stdin.buffer.read(text.CAP) if piped else read_input(file, cap=text.CAP)
    post = text.decode(data).text
    made: list[Posting] = []
    refused: list[InputError | Refused] = []
    for limit in named:
        try:
            made.append(posting.compose(post, found.label, limit, thread=thread))
        except (InputError, Refused) as error:
            refused.append(error)
    if not made:
        raise refused[0]
    posts = [part.text for item in made for part in item.parts]
    if copy and len(posts) > 1 and not ask.interactive():
        raise UsageError(
            _("--copy of {n} posts waits after each, and there is nobody at a terminal").format(n=len(posts)),
            remedy=_("Name one channel, without --thread; or write them to files: --out FOLDER"),
        )
    shown = None if picture is None else _picture(app, picture, on, principal_name(app, principal))
    if fmt != "table":
        emit([row | (shown or {}) for item in made for row in _rows(item)], [], "label-compose/1", fmt)
    else:
        for item in made:
            _show(item)
        for criterion in made[0].parts[0].verification.criteria:
            if criterion.verdict != "met":
                say(f"{label_told.verdict(criterion)}: {label_told.message(criterion)}")
        label_told.doubt(found.label)
    if folder is not None:
        _written(made, folder, "post" if piped else file.stem)
    bare = shown is not None and not shown["picture_carries"]
    if bare:
        say(
            _("the picture does not carry its own label: compliance label apply {file}").format(
                file=shlex.quote(str(picture))
            )
        )
    for told in refused:
        say(str(told))
    if bare or refused or any(item.cut_after for item in made):
        raise click.exceptions.Exit(1)
    if copy:
        _copied(posts)


def _copied(posts: list[str]) -> None:
    """Each waits on the clipboard until it has been pasted."""
    from compliance.commands import clipboard

    for number, post in enumerate(posts, 1):
        clipboard.put(post)
        if len(posts) == 1:
            say(_("copied, and read back as it is: paste it now"))
        elif number == len(posts):
            say(_("{number} of {n}: copied, the last one").format(number=number, n=len(posts)))
        else:
            said = _("{number} of {n}: copied. Paste it, then press Enter for the next").format(
                number=number, n=len(posts)
            )
            click.prompt(said, default="", show_default=False, prompt_suffix=" ", err=True)


def _picture(app: App, path: Path, on: date, principal: str) -> dict[str, Any]:
    """What the picture or film carries, in rows' words: ``picture_carries``: its label, or that it needs none."""
    from compliance.labels import work
    from compliance.labels.door import medium_of, verify_file

    medium = medium_of(path).MEDIA[0]
    if medium not in ("image", "video"):
        raise UsageError(_("--picture: {path} is neither a picture nor a film").format(path=path))
    wanted = label_for(app, medium, on, principal)
    if wanted is None:
        return {"picture": str(path), "picture_verdict": "not_needed", "picture_carries": True}
    measured = verify_file(path, wanted.label)
    carries = work.carries(measured)
    return {"picture": str(path), "picture_verdict": measured.verdict, "picture_carries": carries}


def _rows(item: Posting) -> list[dict[str, Any]]:
    return [
        {
            "channel": item.limit.channel, "part": at, "parts": len(item.parts), "text": part.text, "used": part.used,
            "most": item.limit.most, "left": item.limit.most - part.used, "label": item.own, "fold": item.limit.fold,
            "label_before_fold": item.whole_label, "verdict": part.verification.verdict,
        }
        for at, part in enumerate(item.parts, 1)
    ]  # fmt: skip


def _show(item: Posting) -> None:
    from compliance.filings import posting

    limit = item.limit
    for part in item.parts:
        out(_framed(part, item))
        left = limit.most - part.used
        values = {"channel": limit.channel, "used": part.used, "most": limit.most, "own": item.own}
        said = (
            ngettext("{channel}: {used} of {most}, {n} character is left; {own} of them the label ({day})",
                     "{channel}: {used} of {most}, {n} characters are left; {own} of them the label ({day})", left)
            if left >= 0 else
            ngettext("{channel}: {n} character too long: {used} of {most}, {own} of them the label ({day}). Shorten the text, never the label.",
                     "{channel}: {n} characters too long: {used} of {most}, {own} of them the label ({day}). Shorten the text, never the label.", -left)
        )  # fmt: skip
        say(said.format(n=abs(left), day=day_text(limit.checked), **values))
    if item.cut_after:
        say("   " + _("it would be cut after “…{words}”").format(words=item.cut_after))
        if not item.has_room:
            say("   " + posting.no_room())
        elif limit.thread:
            say("   " + _("Split it into numbered posts, each with the label: --thread"))
    if item.whole_label is not None:
        said = (
            _("the whole label stands before the fold (about {n} characters; {source}, {day})")
            if item.whole_label
            else _("the label is NOT whole before the fold (about {n} characters; {source}, {day})")
        )
        say("   " + said.format(n=limit.fold, source=limit.fold_source, day=day_text(limit.checked)))


def _framed(part: Part, item: Posting) -> str:
    """In a frame as narrow as a telephone; the fold drawn where a source tells it."""
    import io

    from rich.console import Console, Group
    from rich.panel import Panel
    from rich.rule import Rule
    from rich.text import Text

    shown, fold = clean(part.text, keep_newlines=True), item.limit.fold
    body: Any = Text(shown)
    if fold is not None and fold < len(shown):
        body = Group(Text(shown[:fold]), Rule(_("more"), characters="╌"), Text(shown[fold:]))
    width = min(_WIDTH, screen_width())
    console = Console(
        file=io.StringIO(), width=width, color_system=None, force_terminal=False, legacy_windows=False
    )
    with console.capture() as captured:
        console.print(Panel(body, title=item.limit.channel, width=width))
    return captured.get().rstrip("\n")


def _written(made: list[Posting], folder: Path, stem: str) -> None:
    from compliance.files import write_whole

    folder.mkdir(parents=True, exist_ok=True)
    for item in made:
        for at, part in enumerate(item.parts, 1):
            number = f".{at}" if len(item.parts) > 1 else ""
            path = folder / f"{stem}.{item.limit.channel}{number}.txt"
            write_whole(path, part.text.encode())
            say(_("written: {path}").format(path=path))
