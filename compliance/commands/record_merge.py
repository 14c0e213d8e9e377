"""``record merge``: two sources that turn out to be one. Nothing is rewritten; what was known before stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import need, refuse_placeholder, yes
from compliance.commands.output import say
from compliance.commands.record_shared import find, money, recorded, titles
from compliance.errors import Refused, UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.ledger.books import Books
    from compliance.ledger.models import Source

_SAME = ("kind", "country", "owned_by", "acts_for", "pooled")
"""What decides the class of a source: two that differ in it are corrected first, then merged."""


@click.command(
    help=_(
        "Two sources turn out to be one: what was entered from SOURCE counts as that of INTO. The entries stay as"
        " they were written; books as known before, and what was filed, show both. --undo takes it back."
    )
)
@click.argument("source", metavar="SOURCE")
@click.argument("into", metavar="INTO", required=False)
@click.option("--because", metavar="TEXT", help=_("Why; nothing about a person"))
@click.option("--undo", is_flag=True, help=_("They are two after all"))
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@pass_app
def merge(app: App, /, source: str, into: str | None, because: str | None, undo: bool, given: bool) -> None:
    with app.books() as books:
        one = find(source, titles(books.sources), "SOURCE")
        other = None if undo else _other(books, one, into)
        _tell(books, one, other)
    reason = need(because, "--because", _("Why"))
    refuse_placeholder(reason, "--because")
    question = _("Count {one} as {other} from now on?").format(one=one, other=other)
    if not yes(_("Count {one} by itself again?").format(one=one) if undo else question, given=given):
        say(_("Nothing was changed."))
        return
    note = json.dumps({"because": reason}, ensure_ascii=False)
    with app.writing("record merge", note=note) as writing:
        from compliance.ledger.models import Source
        from compliance.ledger.revise import revise

        revision = revise(writing.books, Source, one, {"merged_into": other})
        if revision.fact is not None:
            writing.event.add(revision.fact)
    recorded(1, f"merge {one} → {other or one}")


def _other(books: Books, one: str, into: str | None) -> str:
    """The source that ``one`` becomes; refused where the two are not of one class, or it would be a circle."""
    other = find(need(into, "INTO", _("Which source is it really")), titles(books.sources), "INTO")
    end = books.merged.get(other, other)
    if end == one or other == one:
        raise UsageError(_("a source cannot become itself: {source}").format(source=one))
    if books.sources[one].merged_into is not None:
        raise Refused(
            _("{source} counts as {other} already").format(source=one, other=books.sources[one].merged_into),
            remedy=_("Take that back first: compliance record merge {source} --undo").format(source=one),
        )
    different = _different(books.sources[one], books.sources[end])
    if different:
        raise Refused(
            _("{one} and {other} are recorded differently: {fields}").format(
                one=one, other=end, fields=", ".join(different)
            ),
            why=_("Which money is foreign depends on it, so a merge must not decide it silently."),
            remedy=_("Correct the wrong one first: compliance record source --id {source} ...").format(
                source=one
            ),
        )
    return other


def _different(one: Source, other: Source) -> list[str]:
    return [name for name in _SAME if getattr(one, name) != getattr(other, name)]


def _tell(books: Books, one: str, other: str | None) -> None:
    """What is permanent is said before: how much moves, and that filings of before keep what they said."""
    if other is None and books.sources[one].merged_into is None:
        raise UsageError(_("{source} was not merged into another").format(source=one))
    rows = books.sums(("currency",), where={"source": [one]}) if other is not None else []
    for item in rows:
        n = item.count
        amount = money(abs(item.amount_minor), str(item.key[0]))
        say(ngettext("{n} posting, {amount}", "{n} postings, {amount}", n).format(n=n, amount=amount))
    say(_("Filings made before keep what they said; see any of them with: --known-at FILING"))
