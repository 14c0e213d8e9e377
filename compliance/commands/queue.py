"""``queue`` and ``assign``: lines that nobody has sorted, and saying what they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from compliance.commands import known
from compliance.commands.app import App, pass_app
from compliance.commands.ask import choice, interactive, maybe, yes
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.commands.queue_rules import rule, rules_
from compliance.commands.queue_sheet import own, read_sheet, sheet
from compliance.commands.queue_suggest import assign_suggested, suggest
from compliance.commands.record_shared import (
    amends_option,
    filing,
    find,
    money,
    optional,
    pick,
    recorded,
    titles,
)
from compliance.commands.times import refuse_times, times
from compliance.errors import UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.intake.assign import Assignment
    from compliance.intake.parts import Part
    from compliance.intake.queue import Waiting
    from compliance.ledger.books import Books


@click.group(invoke_without_command=True, help=_("Statement lines that nobody has sorted yet"))
@times
@format_option
@click.pass_context
def queue(ctx: click.Context, /, fmt: str) -> None:
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, fmt)
    else:
        refuse_times(ctx.obj)


def _list(app: App, fmt: str) -> None:
    from compliance.intake.attribution import rules
    from compliance.intake.queue import waiting

    with app.books() as books, app.vault() as vault:
        rows = [queue_row(item) for item in waiting(books, vault, rules(vault), own(app, books))]
    columns = [
        Column("line", _("Line")),
        Column("date", _("Day")),
        Column("account", _("Account")),
        Column("amount_minor", _("Amount"), money=True),
        Column("currency", ""),
        Column("counterparty", _("Who")),
        Column("purpose", _("What for")),
        Column("proposed", _("Proposed")),
    ]
    emit(rows, columns, "queue/1", fmt, empty=_("Every statement line is sorted."))
    if rows and fmt == "table":
        n = len(rows)
        say(ngettext("{n} line is not sorted.", "{n} lines are not sorted.", n).format(n=n))
        if any(row["proposal"] for row in rows):
            say(_("Accept what the rules propose with: compliance queue apply"))
        say(_("Say what a line is with: compliance assign LINE --fund F --line L"))


def queue_row(item: Waiting) -> dict[str, Any]:
    """A waiting line as JSON-ready values; ``proposal`` is what its rule says, or null."""
    line, proposal = item.line, item.proposal
    part = proposal.part if proposal else None
    return {
        "line": line.handle,
        "date": line.on.isoformat(),
        "account": line.account,
        "amount_minor": line.amount_minor,
        "currency": line.currency,
        "counterparty": item.text.get("name", ""),
        "tax_id": item.text.get("tax_id", ""),
        "purpose": item.text.get("purpose", ""),
        "import": line.batch,
        "identity": line.identity,
        "proposal": part.values() if part else None,
        "rules": list(proposal.rules) if proposal else [],
        "proposed": _proposed(item),
    }


def _proposed(item: Waiting) -> str:
    if item.proposal is None:
        return ""
    if item.proposal.part is None:
        return _("rules disagree: {rules}").format(rules=", ".join(item.proposal.rules))
    return described(item.proposal.part)


def described(part: Part) -> str:
    """``f1 expense pay p1``: a part in one breath."""
    from compliance.commands.words import line_kinds

    kind = line_kinds().get(part.kind, part.kind)
    words = (part.fund, kind, part.account, part.line, part.source, part.programme, part.purpose)
    return " ".join(word for word in words if word)


queue.add_command(rules_)
queue.add_command(rule)
queue.add_command(sheet)
queue.add_command(suggest)


@queue.command("apply", help=_("Accept what the rules propose, or what a sheet says; shown first."))
@click.option("--sheet", "sheet_file", metavar="FILE", type=click.Path(), help=_("A sheet filled in"))
@click.option("--yes", "given", is_flag=True, help=_("Do not ask"))
@amends_option
@pass_app
def apply(app: App, /, sheet_file: str | None, given: bool, amends: str | None) -> None:
    if sheet_file:
        read_sheet(app, sheet_file, given=given, amends=amends)
        return
    with app.books() as books, app.vault() as vault:
        ready, left = _proposals(app, books, vault, amends)
    _show_summary(ready, left)
    if not ready:
        return
    question = ngettext("Post {n} proposal?", "Post {n} proposals?", len(ready)).format(n=len(ready))
    if not yes(question, given=given):
        say(_("Nothing was changed."))
        return
    from compliance.intake.assign import post

    with app.writing("queue apply") as writing:
        ready, _left = _proposals(app, writing.books, writing.vault, amends)
        for _rule, assignment in ready:
            post(writing.event, writing.books, assignment)
    recorded(len(ready), _("lines sorted by rules"))


def _proposals(
    app: App, books: Books, vault: Any, amends: str | None
) -> tuple[list[tuple[str, Assignment]], list[str]]:
    """((rule, what to post) of each line that can be posted, what is left to a person and why)."""
    from compliance.errors import ComplianceError
    from compliance.intake.assign import prepare
    from compliance.intake.attribution import rules
    from compliance.intake.closed import ClosedDays
    from compliance.intake.queue import waiting

    ready, left = [], []
    closed, amended = ClosedDays.of(books), filing(books, amends)
    for item in waiting(books, vault, rules(vault), own(app, books)):
        if item.proposal is None:
            continue
        if item.proposal.part is None:
            left.append(f"{item.line.handle}: {_proposed(item)}")
            continue
        try:
            assignment = prepare(books, item.line, [item.proposal.part], closed=closed, amends=amended)
        except ComplianceError as error:
            left.append(f"{item.line.handle}, {item.proposal.rules[0]}: {error.what}")
        else:
            ready.append((item.proposal.rules[0], assignment))
    return ready, left


def _show_summary(ready: Sequence[tuple[str, Assignment]], left: Sequence[str]) -> None:
    """By rule: how many lines, and how much in each currency."""
    totals: dict[tuple[str, str], list[int]] = {}
    for rule_id, assignment in ready:
        amounts = totals.setdefault((rule_id, assignment.line.currency), [0, 0])
        amounts[0] += 1
        amounts[1] += assignment.line.amount_minor
    rows = [
        {"rule": rule_id, "lines": count, "amount_minor": total, "currency": currency}
        for (rule_id, currency), (count, total) in totals.items()
    ]
    columns = [
        Column("rule", _("Rule")),
        Column("lines", _("Lines")),
        Column("amount_minor", _("Amount"), money=True),
        Column("currency", ""),
    ]
    if rows:
        emit(rows, columns, "proposals/1", "table")
    else:
        say(_("The rules propose nothing for what is waiting."))
    for text in left:
        say(_("left to you: {line}").format(line=text))


@click.command(
    help=_(
        "Say what a statement line is. LINE is its short name from the queue. To split it, repeat"
        ' --part "fund=F line=L programme=P amount=1000.00"; the parts must add up to the line. Money that a supplier'
        " gives back is --kind expense with the line it was paid under: that expense becomes smaller. --kind refund is"
        " a gift given back to its donor."
    )
)
@click.argument("line", metavar="LINE", required=False)
@click.option("--fund", default="", metavar="FUND", help=_("Whose money it is"))
@click.option(
    "--kind",
    default="",
    metavar="KIND",
    help=_("income, refund, expense, fee, transfer, exchange, debt, prepayment, advance"),
)
@click.option("--account", default="", metavar="ACCOUNT", help=_("The account on the other side"))
@click.option("--source", default="", metavar="SOURCE", help=_("Who paid"))
@click.option("--programme", default="", metavar="PROGRAMME", help=_("The line of work"))
@click.option("--line", "form_line", default="", metavar="LINE", help=_("The form line of an expense"))
@click.option("--purpose", default="", metavar="WORD", help=_("donation, grant, sale, interest, ..."))
@click.option(
    "--property", "property_", default="", metavar="KIND", help=_("fixed_asset, other_property, help")
)
@click.option("--part", "texts", multiple=True, metavar="PART", help=_("One part of a split line"))
@click.option(
    "--document", metavar="DOCUMENT", help=_("The paper behind it; of a debt, the one that is paid")
)
@click.option("--remember", is_flag=True, help=_("Propose the same for this counterparty from now on"))
@click.option(
    "--suggested", is_flag=True, help=_("Instead of LINE: all that “queue suggest” is sure enough of")
)
@click.option("--at-least", default="95%", show_default=True, metavar="SHARE", help=_("How sure, at least"))
@click.option("--yes", "given", is_flag=True, help=_("With --suggested: do not ask"))
@amends_option
@pass_app
def assign(
    app: App,
    /,
    line: str | None,
    texts: tuple[str, ...],
    remember: bool,
    document: str | None,
    amends: str | None,
    suggested: bool,
    at_least: str,
    given: bool,
    **more: str,
) -> None:
    if suggested == bool(line):
        raise UsageError(_("name the line to sort, or say --suggested"), remedy=_("See: compliance queue"))
    if line is None:
        assign_suggested(app, at_least, given=given, amends=amends)
        return
    from compliance.intake.assign import already, current_fund, find_line, post, prepare
    from compliance.intake.closed import ClosedDays
    from compliance.intake.debts import paying
    from compliance.intake.parts import parse_part

    with app.books() as books:
        target = find_line(books, line)
        document = optional(document, "--document", titles(books.documents))
        pays = document if more["kind"] in ("debt", "cheque") and not texts and not more["fund"] else None
        # Sorting again without saying whose money it is means: the same agreement's as before.
        more["fund"] = more["fund"] or current_fund(books, target)
        parts = (
            paying(books, more["kind"], pays, -target.amount_minor, target.currency)
            if pays
            else [parse_part(text) for text in texts] or [_asked(books, more)]
        )
        parts = [resolved(app, books, part) for part in parts]
        if not document and not remember and already(books, target, parts):
            say(_("nothing new: the line {line} is sorted so already").format(line=target.handle))
            return
    rule_id = None
    with app.writing("assign") as writing:
        books = writing.books
        target = find_line(books, target.identity)
        amended = filing(books, amends)
        assignment = prepare(books, target, parts, closed=ClosedDays.of(books), amends=amended)
        _show_replaced(books, assignment)
        number = post(writing.event, books, assignment, document=document)
        if remember:
            from compliance.intake.remember import remember as keep

            rule_id = keep(writing.vault, target, parts)
    _show_posted(assignment, number)
    if rule_id:
        say(_("Remembered as the rule {id}; see: compliance queue rules").format(id=rule_id))


def _asked(books: Books, given: dict[str, str]) -> Part:
    """One part from the options; on a terminal, what is missing is asked for."""
    from compliance.intake.parts import KINDS, Part

    values = {**given, "line": given["form_line"], "property": given["property_"]}
    values = {name: values[name] for name in Part.__dataclass_fields__ if name in values}
    if interactive():
        values["fund"] = values["fund"] or pick(None, "--fund", _("Whose money is it"), titles(books.funds))
        if not (values["kind"] or values["account"] or values["line"] or values["source"]):
            values["kind"] = choice(None, "--kind", _("What is it"), KINDS)
        if values["kind"] in ("income", "refund") and not values["source"]:
            donor = books.funds[values["fund"]].donor if values["fund"] in books.funds else None
            values["source"] = donor or pick(None, "--source", _("Who paid"), titles(books.sources))
        if values["kind"] == "expense" and not (values["line"] or values["account"]):
            values["line"] = maybe(None, _("Form line, empty for an account")) or ""
    return Part(**values)


def resolved(app: App, books: Books, part: Part) -> Part:
    """Names as typed become ids; what must be on a list is."""
    from dataclasses import replace

    from compliance.commands.words import line_kinds

    named = (("fund", books.funds), ("source", books.sources), ("programme", books.programmes))
    found = {
        name: find(getattr(part, name), titles(facts), f"--{name}")
        for name, facts in named
        if getattr(part, name)
    }
    if part.kind:
        found["kind"] = known.listed(part.kind, "--kind", line_kinds())
    if part.line:
        found["line"] = known.form_line(app, books, part.line, "--line")
    if part.purpose:
        found["purpose"] = known.purpose(app, books, part.purpose)
    return replace(part, **found)


def _show_replaced(books: Books, assignment: Assignment) -> None:
    from compliance.ledger.lines import legs_of

    for txn in assignment.replaces:
        say(_("It was sorted before; that is reversed:"))
        for leg in legs_of(books, txn)[3::2]:
            words = (leg.fund, leg.account, leg.expense_line, leg.source, leg.programme)
            text = " ".join(word for word in words if word)
            say(f"   {money(-leg.amount_minor, leg.currency)}  {text}")


def _show_posted(assignment: Assignment, number: int) -> None:
    line = assignment.line
    what = _("line {line} of {day}, transaction {number}")
    recorded(1, what.format(line=line.handle, day=line.on.isoformat(), number=number))
    for share in assignment.shares:
        words = (share.fund, share.account, share.expense_line, share.source, share.programme, share.purpose)
        text = " ".join(word for word in words if word)
        out(clean(f"   {money(share.amount_minor, line.currency)}  {text}"))
