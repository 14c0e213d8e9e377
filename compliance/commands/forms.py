"""``forms list`` and ``forms confirm``: captions compared, one by one, with the official blank."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import NO, YES, interactive
from compliance.commands.forms_answer import answer
from compliance.commands.forms_blank import fill, map_
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.errors import UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.ledger.models import Decision
    from compliance.reports.blanks import Proposal
    from compliance.reports.captions import FormCaption
    from compliance.rules.forms import Form


_LEAST = 2
"""No caption is as short; whoever types so little means something else."""


@click.group(
    help=_("Forms of reports, and which of their captions somebody compared with the official form.")
)
def forms() -> None:
    pass


for _command in (answer, map_, fill):
    forms.add_command(_command)


@forms.command("list", help=_("Every form, with how many captions are confirmed and how many are open."))
@format_option
@pass_app
def list_(app: App, fmt: str) -> None:
    from compliance.reports.captions import captions
    from compliance.rules.base import spoken

    rows = []
    with app.books() as books:
        for form in _all(app):
            found = captions(form, books).values()
            confirmed = sum(item.confirmed for item in found)
            rows.append(
                {
                    "name": form.name,
                    "form": form.form,
                    "title": spoken(form.title),
                    "confirmed": confirmed,
                    "open": len(found) - confirmed,
                }
            )
    columns = [
        Column("name", _("Form")), Column("title", _("What")), Column("confirmed", _("Confirmed")),
        Column("open", _("Open")),
    ]  # fmt: skip
    emit(rows, columns, "forms/1", fmt)


@forms.command(
    help=_(
        "Compare the captions of a form with the official form, one by one. What you confirm is on record."
    )
)
@click.argument("name", metavar="FORM")
@click.option("--caption", metavar="ID", help=_("Only this caption, such as balance.opening"))
@click.option("--as-printed", metavar="TEXT", help=_("What the official form really says there"))
@click.option("--yes", "given", is_flag=True, help=_("It is printed exactly so (with --caption)"))
@click.option(
    "--from", "blank", type=click.Path(path_type=Path), metavar="FILE",
    help=_("The official blank you downloaded (XLSX, ODS, DOCX, PDF): what it says is proposed for each caption"),
)  # fmt: skip
@format_option
@pass_app
def confirm(
    app: App,
    /,
    name: str,
    caption: str | None,
    as_printed: str | None,
    given: bool,
    blank: Path | None,
    fmt: str,
) -> None:
    from compliance.reports.captions import captions

    form = _form(app, name)
    with app.books() as books:
        found = captions(form, books)
    proposed = _proposed(found, blank) if blank is not None else {}
    if caption is not None:
        confirmed = [_one(form, found, caption, as_printed, given, proposed)]
    elif as_printed or given:
        raise UsageError(_("--as-printed and --yes go with --caption: one caption at a time"))
    elif interactive():
        confirmed = _walk(form, found, proposed)
    else:
        rows = [
            {"caption": item.id, "text": item.text, "confirmed": item.confirmed}
            | _told(proposed.get(item.id))
            for item in found.values()
        ]
        columns = [
            Column("caption", _("Caption")),
            Column("text", _("Text")),
            *([Column("blank", _("The blank says")), Column("same", _("The same"))] if blank else []),
            Column("confirmed", _("Confirmed")),
        ]
        emit(rows, columns, "captions/1", fmt)
        return
    if confirmed:
        with app.writing("forms confirm") as writing:
            writing.event.add(*confirmed)
    n = len(confirmed)
    say(ngettext("recorded {n} caption", "recorded {n} captions", n).format(n=n))


def _one(
    form: Form,
    found: dict[str, FormCaption],
    caption: str,
    as_printed: str | None,
    given: bool,
    proposed: dict[str, Proposal],
) -> Decision:
    from compliance.reports.captions import confirmation

    item = found.get(caption)
    if item is None:
        raise UsageError(
            _("the form “{form}” has no caption “{caption}”").format(form=form.name, caption=caption),
            remedy=_("See: compliance forms confirm {form} --format json").format(form=form.name),
        )
    if as_printed is None and not given:
        if not interactive():
            raise UsageError(_("say what is printed: --as-printed TEXT, or --yes if it is exactly so"))
        answer = _ask(item, proposed.get(caption))
        if answer is None:
            raise click.Abort()
        as_printed = answer
    return confirmation(form, item.id, item.pack_text, as_printed or item.pack_text)


def _walk(form: Form, found: dict[str, FormCaption], proposed: dict[str, Proposal]) -> list[Decision]:
    """Caption by caption; leaving early keeps what was confirmed so far."""
    from compliance.reports.captions import confirmation

    say(
        _(
            "Hold the official form beside the screen. Enter: printed exactly so. Or type what is printed there."
        )
    )
    say(_("“-” leaves a caption open, “.” stops."))
    confirmed = []
    for item in found.values():
        if item.confirmed:
            continue
        try:
            answer = _ask(item, proposed.get(item.id))
        except click.Abort:
            break
        if answer == ".":
            break
        if answer is not None:
            confirmed.append(confirmation(form, item.id, item.pack_text, answer))
    return confirmed


def _proposed(found: dict[str, FormCaption], blank: Path) -> dict[str, Proposal]:
    """What the blank says, by caption; told first how much of it was found."""
    from compliance.files import read_input
    from compliance.reports import blanks

    words = blanks.words_of(read_input(blank, cap=blanks.CAP), blank.name)
    made = {item.id: item for item in blanks.propose({key: item.text for key, item in found.items()}, words)}
    same = sum(item.same for item in made.values())
    like = sum(bool(item.found) for item in made.values()) - same
    say(
        _(
            "{file}: {same} captions stand there word for word, {like} otherwise or perhaps, {none} were not found"
        ).format(file=blank.name, same=same, like=like, none=len(made) - same - like)
    )
    return made


def _told(item: Proposal | None) -> dict[str, Any]:
    return {} if item is None else {"blank": item.found, "same": item.same, "likeness": item.likeness}


def _ask(item: FormCaption, proposal: Proposal | None = None) -> str | None:
    """The caption as printed; ``None`` to leave it open, ``.`` to stop. Enter takes what the blank says, if it does."""
    out("")
    out(clean(f"{item.id}: {item.text}"))
    default = item.text
    if proposal is not None and proposal.found:
        default = proposal.found
        out(clean(_("the blank: {text}").format(text=proposal.found)))
    elif proposal is not None:
        out(_("the blank: nothing like it was found"))
    while True:
        answer = str(click.prompt(_("Printed as"), default=default, show_default=False, err=True)).strip()
        if answer.lower() in YES:
            return default
        if answer == "-" or answer.lower() in NO:
            return None
        if answer == "." or len(answer) > _LEAST:
            return answer
        say(_("That is too short for a caption: type it as it is printed."))


def _all(app: App) -> list[Form]:
    return [form for pack in app.rules.packs.values() for form in pack.forms.values()]


def _form(app: App, name: str) -> Form:
    found = app.rules.form(name)
    if found is None:
        raise UsageError(
            _("there is no form “{name}”").format(name=name),
            remedy=_("There are: {names}").format(names=", ".join(form.name for form in _all(app))),
        )
    return found
