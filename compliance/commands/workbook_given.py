"""``workbook make contributions`` and what comes back: a person's question sheet, and their answer kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import period as a_period
from compliance.commands.ask import yes
from compliance.commands.output import clean, emit, out, say
from compliance.commands.record_shared import find, recorded, titles
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.intake.contributions import Plan


def written(file: Path, data: bytes) -> None:
    """A workbook to be filled in, and what to do when it is back."""
    from compliance.files import write_whole

    write_whole(file, data)
    say(_("written: {file}").format(file=file))
    say(_("When it is back: compliance workbook apply {file}").format(file=file.name))


@click.command(
    "contributions",
    help=_(
        "A question sheet for one of your people: what they contributed or gave from their own means in a period, or"
        " that there was nothing. Their answer is kept."
    ),
)
@click.option("--person", required=True, metavar="PERSON", help=_("Who is asked"))
@click.option("--period", required=True, metavar="PERIOD", help=_("The period of the report that asks it"))
@click.argument("file", metavar="OUT.xlsx", type=click.Path(path_type=Path))
@pass_app
def contributions(app: App, /, person: str, period: str, file: Path) -> None:
    from compliance.intake.contributions import render
    from compliance.ledger.models import Contribution, Person

    span = a_period(period)
    with app.books() as books:
        who = find(person, titles(books.facts(Person)), "--person")
        known = [
            item
            for item in books.facts(Contribution).values()
            if item.person == who and item.on_date in span and item.state == "given"
        ]
        donors = {fund.donor for fund in books.funds.values()}
        principals = {key: item.name or key for key, item in books.sources.items() if key in donors}
    known.sort(key=lambda item: (item.on_date, item.entity))
    written(file, render(known, who, span, app.workspace.config.currency, principals))


def apply_contributions(app: App, file: Path, data: bytes, *, given: bool, fmt: str) -> None:
    """Show the plan of a returned sheet; after a yes write it, and keep the sheet as the answer."""
    from compliance.files import digest
    from compliance.intake.contributions import answer_of, read
    from compliance.ledger.models import Contribution, Document

    with app.books() as books, app.vault() as vault:
        names = vault.names()
        plan = read(data, file.name, books, names=names)
        known = books.documents.get(answer_of(plan.person, plan.period))
    _show(plan, fmt)
    if not plan.whole:
        say(_("The sheet does not say that this was all: ask {person} again.").format(person=plan.person))
    kept = known is not None and known.digest == digest(data)
    if not plan.facts and (kept or not plan.whole):
        say(_("Nothing to change."))
        return
    if not yes(_("Record it, and keep the sheet as the answer?"), given=given):
        say(_("Nothing was changed."))
        return
    with app.writing("workbook apply") as writing:
        plan = read(data, file.name, writing.books, names=names)
        facts: list[Contribution | Document] = list(plan.facts)
        if plan.whole and not kept:
            title = _("Answer of {person} for {period}").format(person=plan.person, period=plan.period.label)
            answer = Document(
                entity=answer_of(plan.person, plan.period), digest=writing.vault.put_blob(file.name, data),
                kind="answer", title=title, dated_on=min(app.today, plan.period.last), received_on=app.today,
                about=plan.person,
            )  # fmt: skip
            facts.append(answer)
        writing.event.add(*facts)
    recorded(len(facts), _("facts of the workbook {file}").format(file=file.name))


def _show(plan: Plan, fmt: str) -> None:
    told = [*(("add", item) for item in plan.added), *(("change", item) for item in plan.changed)]
    if fmt != "table":
        rows = [
            {"act": act, "id": item.fact.entity, "version": item.version}
            for act, item in told
            if item.fact is not None
        ]
        emit(rows, [], "workbook-plan/1", fmt)
        return
    out(f"{plan.person} {plan.period.label}: +{len(plan.added)} ~{len(plan.changed)} -0")
    for act, item in told:
        fact = item.fact
        assert fact is not None
        mark = "+" if act == "add" else "~"
        out(clean(f"  {mark} {fact.entity}  {fact.on_date.isoformat()} {fact.kind}: {fact.recipient}"))
    if plan.same:
        n = plan.same
        say(ngettext("{n} row is known already.", "{n} rows are known already.", n).format(n=n))
