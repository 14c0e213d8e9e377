"""``record``: one sub-command for each kind of fact, loaded only when called. Grammar only."""

from __future__ import annotations

from importlib import import_module

import click

from compliance.i18n import N_, _

# name -> (module:attribute, one line of help). Money first: it is what is typed most.
KINDS: dict[str, tuple[str, str]] = {
    "income": ("record_money:income", N_("Money that came in")),
    "expense": ("record_money:expense", N_("Money that was spent")),
    "obligation": ("record_debts:obligation", N_("A cost that is not paid yet")),
    "payment": ("record_debts:payment", N_("Paying what is owed")),
    "prepayment": ("record_debts:prepayment", N_("Paid before anything was delivered")),
    "delivery": ("record_debts:delivery", N_("What was paid ahead is delivered and becomes a cost")),
    "opening": ("record_money:opening", N_("What an account holds for an agreement when the books begin")),
    "transfer": ("record_moves:transfer", N_("Own money moved between accounts, or between agreements")),
    "exchange": ("record_moves:exchange", N_("One currency sold for another")),
    "in-kind": ("record_moves:in_kind", N_("Property or help received without money")),
    "advance": ("record_advances:advance", N_("Money handed out to somebody to spend and report on")),
    "advance-report": (
        "record_advances:advance_report",
        N_("The report on it: costs, what comes back, what is owed"),
    ),
    "reverse": ("record_moves:reverse", N_("Undo a transaction by its opposite")),
    "source": ("record_books:source", N_("Who money or property comes from")),
    "merge": ("record_merge:merge", N_("Two sources that turn out to be one")),
    "fund": ("record_books:fund", N_("An agreement: whose money it is, and what for")),
    "budget": ("record_budget:budget", N_("What an agreement allows for a line in a period")),
    "pool": (
        "record_pool:pool",
        N_("An agreement that holds money of several kinds, and by which method it is spent"),
    ),
    "key": ("record_keys:key", N_("How the costs on a shared account are spread")),
    "hours": ("record_keys:hours", N_("Hours worked for an agreement: time sheets without names")),
    "asset": (
        "record_assets:asset",
        N_("A thing that is kept: what it cost, where it stands, its act, its disposal"),
    ),
    "cheque": ("record_assets:cheque", N_("A cheque issued: spent, though the bank does not know of it yet")),
    "account": ("record_books:account", N_("An account: where money is, or what it was for")),
    "programme": ("record_books:programme", N_("A line of work")),
    "activity": ("record_work:activity", N_("Something done or planned: dates and head-counts, no names")),
    "person": ("record_people:person", N_("A person; the name goes to the vault")),
    "role": ("record_people:role", N_("A person's post in a body, with dates")),
    "material": ("record_publications:material", N_("Something published")),
    "placement": ("record_publications:placement", N_("One place where a material appeared")),
    "document": ("record_papers:document", N_("A paper kept as evidence")),
    "occurrence": (
        "record_duties:occurrence",
        N_("Something that starts a duty: a change, an agreement, a mailing"),
    ),
    "contact": ("record_contacts:contact", N_("A contact with an official, on whose behalf it was")),
    "contribution": (
        "record_given:contribution",
        N_("A political contribution, or a thing of value that was given away"),
    ),
    "rate": ("record_papers:rate", N_("The official rate of a currency on a day")),
}


class LazyRecord(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(KINDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in KINDS:
            return None
        module, attribute = KINDS[cmd_name][0].split(":")
        command = getattr(import_module(f"compliance.commands.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Facts")):
            formatter.write_dl([(name, _(short)) for name, (_target, short) in KINDS.items()])


@click.group(cls=LazyRecord, help=_("Write down a fact. What is missing is asked for; the same id corrects."))
def record() -> None:
    pass
