"""``sources``: what depends on whose money it is."""

from __future__ import annotations

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.record_shared import money
from compliance.errors import UsageError
from compliance.i18n import _


@click.group(help=_("What depends on whose money it is"))
def sources() -> None:
    pass


@sources.command(
    "unknown",
    help=_(
        "Money of givers whose citizenship is not established, and what each form would print if it were counted"
        " as foreign. PERIOD is one that is filed, such as 2025-Q4."
    ),
)
@click.argument("period")
@format_option
@pass_app
def unknown(app: App, /, period: str, fmt: str) -> None:
    from compliance.commands.check import context
    from compliance.filings import strict
    from compliance.periods import parse_period

    try:
        span = parse_period(period)
    except ValueError:
        raise UsageError(_("write a period such as 2025-Q4")) from None
    with context(app) as ctx:
        found, effects = strict.unknown(ctx, span), strict.effects(ctx, span)
        names = {entity: item.name or entity for entity, item in ctx.books.sources.items()}
    if fmt == "table":
        if not all(item.as_classed and item.if_foreign for item in effects):
            say(_("a rate is missing, so it cannot be added up"))
            say(_("See which: compliance check rate.missing"))
        for item in found:
            say(_told(item, names))
        if not found:
            say(_("No money of unknown citizenship came in {period}.").format(period=span.label))
    rows = [
        {
            "form": item.form, "cell": item.cell, "caption": item.caption, "as_classed": item.as_classed,
            "if_foreign": item.if_foreign, "difference_minor": item.difference_minor,
            "currency": app.workspace.config.currency,
        }
        for item in effects
    ]  # fmt: skip
    columns = [
        Column("form", _("Form")), Column("cell", _("Cell")), Column("caption", _("Caption")),
        Column("as_classed", _("As classed")), Column("if_foreign", _("If counted foreign")),
        Column("difference_minor", _("Difference"), money=True), Column("currency", ""),
    ]  # fmt: skip
    emit(rows, columns, "unknown/1", fmt, empty=_("No figure of a form would change."))


def _told(item: object, names: dict[str, str]) -> str:
    from compliance.filings.strict import Unknown

    assert isinstance(item, Unknown)
    amount = money(item.amount_minor, item.currency)
    if item.pool:
        return _(
            "{amount} in the pool “{source}” ({fund}) came by cards that do not show it: it is counted as the pool is"
        ).format(amount=amount, source=names[item.source], fund=item.fund)
    return _("{amount} of “{source}” ({fund}): citizenship not known, a class of its own").format(
        amount=amount, source=names[item.source], fund=item.fund
    )
