"""``attribution compare``: what each method of attributing a pool's spending would print."""

from __future__ import annotations

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import period as typed_period
from compliance.commands.output import Column, emit, format_option
from compliance.commands.record_shared import find, titles
from compliance.i18n import _


@click.group(help=_("Whose money is spent where an agreement is a pool"))
def attribution() -> None:
    pass


@attribution.command(
    "compare",
    help=_(
        "Which cells of which forms depend on the method, and what each would print. For the declared pools, or for"
        " --fund as if it were one. PERIOD is one that is filed, such as 2025-Q4. Nothing is recorded."
    ),
)
@click.argument("period", metavar="PERIOD")
@click.option(
    "--fund",
    "funds",
    multiple=True,
    metavar="FUND",
    help=_("As if this agreement were a pool; may be repeated"),
)
@format_option
@pass_app
def compare(app: App, period: str, funds: tuple[str, ...], fmt: str) -> None:
    from compliance.commands.check import context
    from compliance.filings import attributing
    from compliance.ledger.pooling import METHODS
    from compliance.reports.pools import pooled

    span = typed_period(period)
    with context(app) as ctx:
        chosen = [find(fund, titles(ctx.books.funds), "--fund") for fund in funds]
        pools = chosen or pooled(ctx.books, span.last)
        found = attributing.compare(ctx, span, chosen)
    rows = [
        {
            "form": item.form,
            "cell": item.cell,
            "caption": item.caption,
            **{method: item.printed.get(method) for method in (*METHODS, attributing.DECLARED)},
            **{
                f"{method}_minor": item.exact_minor.get(method) for method in (*METHODS, attributing.DECLARED)
            },
            "difference_minor": _difference(item.exact_minor),
            "currency": app.workspace.config.currency,
        }
        for item in found
    ]
    columns = [
        Column("form", _("Form")), Column("cell", _("Cell")), Column("caption", _("Caption")),
        *(Column(method, method) for method in METHODS),
        Column("difference_minor", _("Difference"), money=True),
        Column(attributing.DECLARED, _("As declared")),
    ]  # fmt: skip
    emit(
        rows,
        columns,
        "attribution/1",
        fmt,
        empty=_("Every method prints the same figures in every form of {period}.").format(period=span.label)
        if pools
        else _("No agreement is a pool. To see what it would do: --fund FUND"),
    )


def _difference(exact: dict[str, int | None]) -> int | None:
    fifo, pro_rata = exact.get("fifo"), exact.get("pro_rata")
    return None if fifo is None or pro_rata is None else pro_rata - fifo
