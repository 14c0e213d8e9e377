"""``queue rules`` and ``queue rule add|drop|load``: what the program was taught about payees."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import amount
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.record_shared import recorded
from compliance.i18n import _, day_text

if TYPE_CHECKING:
    from compliance.intake.attribution import AttributionRule
    from compliance.ledger.books import Books


@click.command("rules", help=_("The rules, in the order in which they are tried"))
@format_option
@pass_app
def rules_(app: App, /, fmt: str) -> None:
    from compliance.intake.attribution import rules

    with app.vault() as vault:
        found = rules(vault)
    columns = [
        Column("order", _("Order")),
        Column("id", _("Rule")),
        Column("if", _("If the line")),
        Column("then", _("Then it is")),
    ]
    rows = [item.model_dump(mode="json", exclude_defaults=True) | {"order": item.order} for item in found]
    if fmt == "table":
        rows = [
            {"order": item.order, "id": item.id, "if": _tests(item), "then": _told(item)} for item in found
        ]
    emit(rows, columns, "attribution-rules/1", fmt)


def _tests(rule: AttributionRule) -> str:
    words = [
        _("is on {account}").format(account=rule.on_account) if rule.on_account else "",
        {"in": _("comes in"), "out": _("goes out"), "": ""}[rule.direction],
        *(_("is to or from “{name}”").format(name=name) for name in (rule.name_contains, rule.payer) if name),
        _("is on behalf of “{name}”").format(name=rule.behalf) if rule.behalf else "",
        _("has the tax number {number}").format(number=rule.tax_id) if rule.tax_id else "",
        _("says “{words}”").format(words=rule.purpose_contains) if rule.purpose_contains else "",
        _("is of {amount}").format(amount=rule.amount_minor) if rule.amount_minor is not None else "",
        _("is from {day} on").format(day=day_text(rule.since)) if rule.since else "",
        _("is up to {day}").format(day=day_text(rule.until)) if rule.until else "",
    ]
    return ", ".join(word for word in words if word)


def _told(rule: AttributionRule) -> str:
    words = (rule.fund, rule.kind, rule.account, rule.line, rule.source, rule.programme, rule.purpose)
    return " ".join(word for word in words if word)


@click.group(help=_("Teach a rule, or forget it"))
def rule() -> None:
    pass


@rule.command("add", help=_("A line that passes the tests is what you say. Rules propose; you accept."))
@click.option("--id", "id", required=True, metavar="ID", help=_("A short name; again, to replace the rule"))
@click.option("--order", type=int, default=100, show_default=True, help=_("The lowest that fits wins"))
@click.option("--name-contains", default="", metavar="TEXT", help=_("Test: words of the counterparty's name"))
@click.option("--tax-id", default="", metavar="NUMBER", help=_("Test: its tax number"))
@click.option(
    "--purpose-contains", default="", metavar="TEXT", help=_("Test: words of the payment's purpose")
)
@click.option("--on-account", default="", metavar="ACCOUNT", help=_("Test: your own bank account"))
@click.option(
    "--direction", default="", type=click.Choice(["", "in", "out"]), help=_("Test: money in or out")
)
@click.option(
    "--amount", "amount_text", metavar="AMOUNT", help=_("Test: exactly this amount; with a minus, out")
)
@click.option("--fund", required=True, metavar="FUND", help=_("Whose money it is"))
@click.option(
    "--kind",
    default="",
    metavar="KIND",
    help=_("income, refund, expense, fee, transfer, exchange, debt, prepayment, advance"),
)
@click.option("--account", default="", metavar="ACCOUNT", help=_("The account on the other side"))
@click.option("--source", default="", metavar="SOURCE", help=_("Who paid"))
@click.option("--programme", default="", metavar="PROGRAMME", help=_("The line of work"))
@click.option("--line", default="", metavar="LINE", help=_("The form line of an expense"))
@click.option("--purpose", default="", metavar="WORD", help=_("donation, grant, sale, interest, ..."))
@click.option("--property", default="", metavar="KIND", help=_("fixed_asset, other_property, help"))
@pass_app
def add(app: App, /, amount_text: str | None, **values: Any) -> None:
    from compliance.intake.attribution import keep, make

    with app.writing("queue rule") as writing:
        account = writing.books.accounts.get(values["on_account"])
        currency = (account.currency if account else None) or app.workspace.config.currency
        if amount_text:
            values["amount_minor"] = amount(amount_text, "--amount", "", currency)
        for name, value in _listed(app, writing.books, values).items():
            values[name] = value
        made = make(values)
        keep(writing.vault, made)
    recorded(1, _("rule {id}").format(id=made.id))


def _listed(app: App, books: Books, values: dict[str, Any]) -> dict[str, str]:
    """What must be on a list, by its id: a rule with a free word would never sort anything."""
    from compliance.commands import known
    from compliance.commands.words import line_kinds

    found = {}
    if values["kind"]:
        found["kind"] = known.listed(values["kind"], "--kind", line_kinds())
    if values["line"]:
        found["line"] = known.form_line(app, books, values["line"], "--line")
    if values["purpose"]:
        found["purpose"] = known.purpose(app, books, values["purpose"])
    return found


@rule.command("load", help=_("Rules from a JSON file, as “queue rules --format json” prints them."))
@click.argument("file", type=click.Path(path_type=Path))
@pass_app
def load(app: App, /, file: Path) -> None:
    from compliance.files import MiB, read_input
    from compliance.intake.attribution import keep, parse_rules

    found = parse_rules(read_input(file, cap=4 * MiB), str(file))
    with app.writing("queue rule") as writing:
        for item in found:
            keep(writing.vault, item)
    recorded(len(found), _("rules"))


@rule.command("drop", help=_("Forget a rule; what it sorted stays as it is."))
@click.argument("id", metavar="RULE")
@pass_app
def drop(app: App, /, id: str) -> None:  # noqa: A002 - Click passes it by this name
    from compliance.intake import attribution

    with app.writing("queue rule") as writing:
        attribution.drop(writing.vault, id)
    say(_("Forgotten: {id}").format(id=id))
