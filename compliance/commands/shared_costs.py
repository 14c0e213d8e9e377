"""``shared-costs run``: spread what waits on shared accounts by their keys, seen before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import period as typed_period
from compliance.commands.ask import yes
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.record_shared import amends_option, filing, recorded
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.ledger.books import Books
    from compliance.ledger.sharing import Spread


@click.group(name="shared-costs", help=_("Costs that several agreements share, spread by a key"))
def shared_costs() -> None:
    pass


@shared_costs.command(
    help=_(
        "Spread what lies on shared accounts in PERIOD by their keys: shown first, then written as one entry on the"
        " period's last day. Again, it takes only what came since."
    )
)
@click.argument("period", metavar="PERIOD")
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@format_option
@amends_option
@pass_app
def run(app: App, /, period: str, given: bool, fmt: str, amends: str | None) -> None:
    from compliance.ledger.sharing import KIND, spreads

    span = typed_period(period)
    with app.books() as books:
        found = spreads(books, span)
        _show(books, found, fmt)
        _warn(books, found)
        amended = filing(books, amends)
    if not found:
        say(_("Nothing waits to be shared in {period}.").format(period=span.label))
        return
    question = ngettext("Write {n} spreading?", "Write {n} spreadings?", len(found)).format(n=len(found))
    if not yes(question, given=given):
        return
    with app.writing("shared-costs run") as writing:
        again = spreads(writing.books, span)
        for item in again:
            memo = f"{item.waiting.account} {span.label}"
            writing.event.transaction(span.last, KIND, item.legs, memo=memo, amends_filing=amended)
    recorded(len(again), f"shared-costs {span.label}")


def _show(books: Books, found: list[Spread], fmt: str) -> None:
    rows: list[dict[str, Any]] = [
        {
            "account": item.waiting.account,
            "from_fund": item.waiting.fund,
            "fund": fund,
            "programme": programme,
            "amount_minor": minor,
            "currency": item.waiting.currency,
        }
        for item in found
        for (fund, programme), minor in item.parts
    ]
    columns = [
        Column("account", _("Account")), Column("from_fund", _("Paid by")), Column("fund", _("Borne by")),
        Column("programme", _("Programme")), Column("amount_minor", _("Amount"), money=True),
        Column("currency", _("Currency")),
    ]  # fmt: skip
    if rows or fmt != "table":
        emit(rows, columns, "shared-costs/1", fmt)


def _warn(books: Books, found: list[Spread]) -> None:
    """The money follows the cost; where an agreement has none at that place it is said before, not after."""
    taken: dict[tuple[str, str, str], int] = {}
    for item in found:
        for leg in item.legs:
            if leg.account == item.waiting.place:
                key = (leg.account, leg.fund, leg.currency)
                taken[key] = taken.get(key, 0) + leg.amount_minor
    for (account, fund, currency), minor in taken.items():
        held = sum(
            total.amount_minor
            for total in books.sums((), where={"account": [account], "fund": [fund], "currency": [currency]})
        )
        if held + minor < 0:
            say(
                _("{fund} has not so much on {account}: its money there will be below nought").format(
                    fund=fund, account=account
                )
            )
