"""``forms list`` and ``forms confirm``: captions compared, one by one, with the official blank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import NO, YES, interactive
from compliance.commands.forms_answer import answer
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.errors import UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.ledger.models import Decision
    from compliance.reports.captions import FormCaption
    from compliance.rules.forms import Form


_LEAST = 2
"""No caption is as short; whoever types so little means something else."""


@click.group(
    help=_("Forms of reports, and which of their captions somebody compared with the official form.")
)
def forms() -> None:
    pass


forms.add_command(answer)


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
@format_option
@pass_app
def confirm(app: App, name: str, caption: str | None, as_printed: str | None, given: bool, fmt: str) -> None:
    from compliance.reports.captions import captions

    form = _form(app, name)
    with app.books() as books:
        found = captions(form, books)
    if caption is not None:
        confirmed = [_one(form, found, caption, as_printed, given)]
    elif as_printed or given:
        raise UsageError(_("--as-printed and --yes go with --caption: one caption at a time"))
    elif interactive():
        confirmed = _walk(form, found)
    else:
        rows = [
            {"caption": item.id, "text": item.text, "confirmed": item.confirmed} for item in found.values()
        ]
        columns = [
            Column("caption", _("Caption")),
            Column("text", _("Text")),
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
    form: Form, found: dict[str, FormCaption], caption: str, as_printed: str | None, given: bool
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
        answer = _ask(item)
        if answer is None:
            raise click.Abort()
        as_printed = answer
    return confirmation(form, item.id, item.pack_text, as_printed or item.pack_text)


def _walk(form: Form, found: dict[str, FormCaption]) -> list[Decision]:
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
            answer = _ask(item)
        except click.Abort:
            break
        if answer == ".":
            break
        if answer is not None:
            confirmed.append(confirmation(form, item.id, item.pack_text, answer))
    return confirmed


def _ask(item: FormCaption) -> str | None:
    """The caption as printed; ``None`` to leave it open, ``.`` to stop."""
    out("")
    out(clean(f"{item.id}: {item.text}"))
    while True:
        answer = str(click.prompt(_("Printed as"), default=item.text, show_default=False, err=True)).strip()
        if answer.lower() in YES:
            return item.text
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
