"""``record pool``: an agreement that holds money of several kinds of source, by a dated policy."""

from __future__ import annotations

from typing import Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import choice, day_or
from compliance.commands.output import say
from compliance.commands.record_shared import only, put, titles
from compliance.i18n import _

METHODS = ("fifo", "pro_rata", "none")


@click.command(
    help=_(
        "Keep money of several kinds of source in one agreement, and say by which method its spending is"
        " attributed from a day on: fifo (what came first is spent first), pro_rata (of each kind its share in"
        " what is held). none ends the pool. See the effect first: compliance attribution compare PERIOD --fund FUND"
    )
)
@click.option("--fund", metavar="FUND", help=_("Which agreement"))
@click.option("--method", metavar="METHOD", help=_("One of: {kinds}").format(kinds=", ".join(METHODS)))
@click.option(
    "--since", metavar="DAY", help=_("From which day on; left out, from the first day of the books")
)
@pass_app
def pool(app: App, /, **options: Any) -> None:
    from compliance.commands.record_debts import first_day
    from compliance.ledger.models import Pooling

    with app.books() as books:
        fund = only(options["fund"], "--fund", _("Which agreement"), titles(books.funds))
        method = choice(options["method"], "--method", _("By which method"), METHODS)
        since = day_or(options["since"], first_day(app, books), "--since")
        frozen = [item.last_on for item in books.freezes.values() if item.kind == "money"]
    put(
        app,
        "pool",
        Pooling,
        f"{fund}/{since.isoformat()}",
        {"fund": fund, "start_on": since, "method": method},
    )
    if frozen and since <= max(frozen):
        say(_("It reaches into a period that is filed: what was filed stays; a report made anew may differ."))
