"""``channel check|register``: what really stands on a channel, from its own export; nothing is fetched."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day_or, interactive, yes
from compliance.commands.label_shared import (
    compared,
    label_for,
    principal_name,
    principal_option,
    verification_row,
)
from compliance.commands.output import Column, clean, emit, format_option, say
from compliance.commands.record_shared import checked_id
from compliance.errors import UsageError
from compliance.i18n import _, day_text, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from compliance.channels.model import Export, Post
    from compliance.filings.labelling import Wanted
    from compliance.filings.placements import Carried, Registering, State

_LONGEST = 48
"""An id has 64: room for a post's number, or a letter's sixteen digits, after it."""
_FINE = ("right", "not_needed", "private")
_WORDS = frozenset(("wording", "position"))
C = TypeVar("C", bound="Callable[..., Any]")


@click.group(help=_("Channels as they are: every post of an export, its label measured and registered"))
def channel() -> None:
    pass


def own_option(command: C) -> C:
    return click.option(
        "--own",
        multiple=True,
        metavar="ADDRESS",
        help=_(
            "Of a mailbox only letters from this address, or from a domain as @example.org; may be repeated"
        ),
    )(command)


def since_option(command: C) -> C:
    return click.option("--since", metavar="DAY", help=_("Only what appeared on this day or later"))(command)


@channel.command(
    help=_(
        "Measure the label of every post in an export (Telegram Desktop, VK, YouTube, WordPress, a mailbox), each by"
        " the law of its day. Exit 1 when any lacks it or carries it wrong. Nothing is changed."
    )
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@own_option
@since_option
@principal_option
@format_option
@pass_app
def check(
    app: App, files: tuple[Path, ...], own: tuple[str, ...], since: str | None, principal: str, fmt: str
) -> None:
    rows: list[dict[str, Any]] = []
    themed = False
    for path in files:
        export, found = _read(app, path, own, since, principal)
        _summary(path, export, found)
        _tell_senders(found, own)
        rows += [_row(export, item) for item in found]
        themed = themed or export.styled_elsewhere
    _tell(rows, fmt)
    for line in _remedies(rows, themed):
        say(line)
    if any(row["state"] not in _FINE for row in rows):
        raise click.exceptions.Exit(1)


@channel.command(
    help=_(
        "Put every post of an export into the register of materials and placements, with the label it was found to"
        " carry. What is registered already is not registered twice; what has changed since is noted, and the day"
        " on which the channel was looked at (compliance list channels)."
    )
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--as", "word", metavar="WORD", help=_("What the channel is called in the register"))
@own_option
@since_option
@principal_option
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@pass_app
def register(
    app: App,
    file: Path,
    word: str | None,
    own: tuple[str, ...],
    since: str | None,
    principal: str,
    given: bool,
) -> None:
    from compliance.filings.placements import REGISTERING, looked_at_note, registering, with_looks

    export, found = _read(app, file, own, since, principal)
    name = checked_id(word or export.key)
    if len(name) > _LONGEST:
        raise UsageError(_("--as: the name of a channel has at most {n} letters").format(n=_LONGEST))
    _summary(file, export, found)
    _tell_senders(found, own)
    found = list(with_looks(found))
    with app.books() as books:
        plan = registering(books, name, found)
    _tell_plan(plan)
    question = _("Register this?") if plan.facts else _("Note that the channel was looked at?")
    if not yes(question, given=given):
        say(_("Nothing was recorded."))
        raise click.exceptions.Exit(1)
    with app.writing(REGISTERING, note=looked_at_note(name, since)) as writing:
        plan = registering(writing.books, name, found)
        for fact in plan.facts:
            writing.event.add(fact)
    if n := plan.new + plan.changed:
        say(ngettext("recorded {n} placement", "recorded {n} placements", n).format(n=n))
    else:
        say(_("nothing new; noted that the channel was looked at"))


def _read(
    app: App, path: Path, own: tuple[str, ...], since: str | None, principal: str
) -> tuple[Export, list[Carried]]:
    from compliance.channels.reading import open_export
    from compliance.filings.placements import look

    first = day_or(since, app.today, "--since") if since else None
    export = open_export(path)
    posts = (post for post in export.posts() if _is_wanted(post, own, first))
    with _progress(posts) as some:
        found = list(look(some, _law(app, principal_name(app, principal))))
    if not found:
        raise UsageError(
            _("{path}: there is no post in this export that is asked for").format(path=path),
            remedy=_("Look at --since and --own."),
        )
    return export, found


@contextmanager
def _progress(posts: Iterable[Post]) -> Iterator[Iterable[Post]]:
    """A bar on a terminal; silence elsewhere."""
    if not interactive():
        yield posts
        return
    with click.progressbar(posts, label=_("Measuring"), file=sys.stderr) as bar:
        yield bar


def _is_wanted(post: Post, own: tuple[str, ...], first: date | None) -> bool:
    if first is not None and post.published_on is not None and post.published_on < first:
        return False
    from compliance.intake.meetings import is_own

    return not own or not post.sender or is_own(post.sender, own)


def _law(app: App, principal: str) -> Callable[[date, str], Wanted | None]:
    """The label of a day and medium, asked once."""
    known = compared(app)
    asked: dict[tuple[date, str], Wanted | None] = {}

    def wanted(on: date, medium: str) -> Wanted | None:
        if (on, medium) not in asked:
            asked[on, medium] = label_for(app, medium, on, principal, known)
        return asked[on, medium]

    return wanted


def state_word(state: str) -> str:
    return {
        "right": _("right"),
        "wrong": _("not right"),
        "missing": _("no label"),
        "not_needed": _("none needed"),
        "undated": _("no day"),
        "no_wording": _("no exact words known"),
        "unreadable": _("look at it"),
        "private": _("not public"),
    }[state]


def _summary(path: Path, export: Export, found: list[Carried]) -> None:
    days = [item.post.published_on for item in found if item.post.published_on]
    n = len(found)
    span = f", {day_text(min(days))} – {day_text(max(days))}" if days else ""
    say(
        clean(
            f"{path}: {export.title or export.key}: "
            + ngettext("{n} post", "{n} posts", n).format(n=n)
            + span
        )
    )
    counts = Counter(item.state for item in found)
    order: tuple[State, ...] = (
        "right",
        "missing",
        "wrong",
        "unreadable",
        "no_wording",
        "undated",
        "not_needed",
        "private",
    )
    say("   " + "; ".join(f"{state_word(state)}: {counts[state]}" for state in order if counts[state]))
    if others := export.others():
        kinds = ", ".join(f"{clean(kind)} {count}" for kind, count in sorted(others.items()))
        say(
            "   "
            + _("not measured, look at them yourself: entries of other kinds ({kinds})").format(kinds=kinds)
        )
    if shown := sum(item.shown for item in found):
        say(
            "   "
            + ngettext(
                "{n} of them carries the label in a picture or film, not in its words",
                "{n} of them carry the label in a picture or film, not in their words",
                shown,
            ).format(n=shown)
        )
    if late := sum(item.late for item in found):
        say(
            "   "
            + ngettext(
                "{n} was changed on a later day: what it showed until then is not in the export",
                "{n} were changed on a later day: what they showed until then is not in the export",
                late,
            ).format(n=late)
        )
    if unlisted := sum(item.post.seen == "unlisted" for item in found):
        say(
            "   "
            + ngettext(
                "{n} is seen by those who have its address, and measured like the others",
                "{n} are seen by those who have their addresses, and measured like the others",
                unlisted,
            ).format(n=unlisted)
        )
    if unread := sum(bool(item.post.unread and item.rule) for item in found):
        say(
            "   "
            + ngettext(
                "{n} has films, recordings or files in it that were not measured: look at them",
                "{n} have films, recordings or files in them that were not measured: look at them",
                unread,
            ).format(n=unread)
        )


def _tell_senders(found: list[Carried], own: tuple[str, ...]) -> None:
    senders = {item.post.sender for item in found if item.post.sender}
    if len(senders) > 1 and not own:
        say(
            "   "
            + _(
                "letters of {n} senders; only your own are asked for: --own ADDRESS, or --own @example.org"
            ).format(n=len(senders))
        )


def _row(export: Export, item: Carried) -> dict[str, Any]:
    measured = item.verification
    return {
        "channel": export.key,
        "id": item.post.id,
        "state": item.state,
        "published_on": item.post.published_on.isoformat() if item.post.published_on else None,
        "edited_on": item.post.edited_on.isoformat() if item.post.edited_on else None,
        "address": item.post.address or item.post.place,
        "title": item.title,
        "rule": item.rule,
        "in_picture": item.shown,
        "not_measured": item.post.unread,
        "seen": item.post.seen,
        "measured": verification_row(measured) if measured is not None else None,
    }


def _tell(rows: list[dict[str, Any]], fmt: str) -> None:
    columns = [
        Column("state", _("Label")), Column("published_on", _("Day")), Column("edited_on", _("Changed")),
        Column("address", _("Where")), Column("found", _("Found")), Column("title", _("First words")),
    ]  # fmt: skip
    if fmt == "table":
        told = [row for row in rows if row["state"] not in _FINE or row["edited_on"]]
        rows = [row | {"found": _found(row), "state": state_word(row["state"])} for row in told]
        if not rows:
            return
    emit(rows, columns, "channel-check/1", fmt)


def _found(row: dict[str, Any]) -> str:
    """All that is wrong; empty where the label is simply not there, or is right."""
    return "; ".join(item["message"] for item in _wrong(row)) if row["state"] == "wrong" else ""


def _wrong(row: dict[str, Any]) -> list[dict[str, Any]]:
    criteria = row["measured"]["criteria"] if row["measured"] else []
    return [item for item in criteria if item["verdict"] == "not_met"]


def _remedies(rows: list[dict[str, Any]], themed: bool) -> Iterator[str]:
    """What to do: the words belong first, or something else than words and place is wrong."""
    from compliance.labels.criteria import kind_word

    told = [row for row in rows if row["state"] in ("missing", "wrong")]
    words = [row for row in told if {item["kind"] for item in _wrong(row)} & _WORDS or not _wrong(row)]
    if words:
        yield _("To mend a post: put the words of “compliance label text” first in it, letter for letter.")
    kinds = Counter(item["kind"] for row in told for item in _wrong(row) if item["kind"] not in _WORDS)
    if kinds:
        counted = "; ".join(f"{kind_word(kind)}: {kinds[kind]}" for kind in kinds)
        yield _("The words are there, and something else has to be mended: {kinds}.").format(kinds=counted)
        if themed:
            yield _(
                "What the site's theme does to sizes and colours is not in its export: save such a page as readers see it,"
                " then: compliance label verify PAGE.html"
            )


def _tell_plan(plan: Registering) -> None:
    say(
        _("new: {new}; changed: {changed}; registered already: {known}").format(
            new=plan.new, changed=plan.changed, known=plan.known
        )
    )
    if plan.undated:
        say(
            ngettext(
                "{n} says no day and is not registered", "{n} say no day and are not registered", plan.undated
            ).format(n=plan.undated)
        )
    if plan.private:
        say(
            ngettext(
                "{n} is not public and not registered", "{n} are not public and not registered", plan.private
            ).format(n=plan.private)
        )
    for entity in plan.withdrawn:
        say(
            _(
                "{id} is no longer public. Since when? compliance record placement --id {id} --deleted-on DAY"
            ).format(id=entity)
        )
    for entity in plan.gone:
        say(
            _(
                "{id} stands no more in the export. Taken down? compliance record placement --id {id} --deleted-on DAY"
            ).format(id=entity)
        )
