"""The Click root: grammar only. Sub-commands load when called; ``main`` maps what ended us to an exit code.

Nothing heavy may be imported here: ``compliance --help`` costs what importing Click costs.
"""

from __future__ import annotations

import gc
import io
import os
import re
import sys
from importlib import import_module
from typing import Any

import click

from compliance import __version__, i18n
from compliance.i18n import N_, _

# name -> (module:attribute, one line of help). Daily acts first, then noun groups.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init:init", N_("Start books for an organisation in this folder")),
    "do": ("today:do", N_("Start one of the numbered actions of today's page")),
    "record": ("record:record", N_("Write down a fact: money, sources, activities, people, publications")),
    "list": ("listing:list_", N_("List facts of one kind")),
    "balance": ("balance:balance", N_("What is where and whose it is")),
    "budget": ("budget:budget", N_("What an agreement allows, what is spent and left of it")),
    "attribution": ("attribution:attribution", N_("Whose money is spent where an agreement is a pool")),
    "bridge": ("bridge:bridge", N_("From what was paid to what was incurred")),
    "import": ("imports:import_", N_("Load a bank statement")),
    "coverage": ("coverage:coverage", N_("Which days bank statements cover, and money on its way")),
    "rates": ("rates:rates", N_("Official rates from a central bank's file")),
    "profile": ("profile:profile", N_("How a bank writes its tables: propose a profile")),
    "sample": ("sample:sample", N_("A statement without the people in it, to show to others")),
    "queue": ("queue:queue", N_("Statement lines that nobody has sorted yet")),
    "assign": ("queue:assign", N_("Say what a statement line is")),
    "register": ("register:register", N_("What a bank line is made of: payroll, card acquirer, tax payment")),
    "sources": ("sources:sources", N_("What depends on whose money it is")),
    "reconcile": ("reconcile:reconcile", N_("Compare with the books of 1C or Tally")),
    "payers": ("payers:payers", N_("Payers from abroad that the bank's lines do not make out")),
    "contacts": ("contacts:contacts", N_("Contacts with officials, from calendars and mail")),
    "workbook": ("workbook:workbook", N_("Workbooks that people fill in: make one, apply what came back")),
    "status": ("status:status", N_("How you stand, on a page with pictures")),
    "quarter": ("quarter:quarter", N_("A period step by step, from the first statement to the receipt")),
    "check": ("check:check", N_("What is wrong, and what to do about it")),
    "decide": ("check:decide", N_("Record a decision about a finding")),
    "due": ("due:due", N_("What must be filed, and by when")),
    "calendar": ("calendar:calendar", N_("Deadlines for a calendar program, or a year on one sheet")),
    "report": ("report:report", N_("Make a report as PDF and XLSX")),
    "compare": ("compare:compare", N_("A report beside another one, or several beside their sum")),
    "explain": ("explain:explain", N_("Where a figure of a report comes from")),
    "approve": ("approval:approve", N_("Agree to a report before it is sent")),
    "file": ("filing:file_", N_("Record what was really sent, and close the period")),
    "label": ("label:label", N_("Put labels on publications, and measure them")),
    "mentions": ("mentions:mentions", N_("Listed persons and bodies that a text names")),
    "channel": ("channel:channel", N_("What stands on a channel, from its own export")),
    "press": ("press:press", N_("Communications work without the books")),
    "export": ("export:export", N_("Write the books for another program")),
    "shared-costs": ("shared_costs:shared_costs", N_("Costs that several agreements share, spread by a key")),
    "rules": ("rules:rules", N_("Which laws bind, since when, and how sure we are")),
    "forms": ("forms:forms", N_("Report forms, and confirming their captions")),
    "evidence": ("evidence:evidence", N_("Which papers are missing, and letters that ask for them")),
    "filing": ("filing:filing", N_("What was filed; receipts")),
    "inspection": ("inspection:inspection", N_("What inspectors asked, and what they were given")),
    "bundle": ("bundle:bundle", N_("A filing with all its proof in one file")),
    "approval": ("approval:approval", N_("Who agreed to which report; agreeing on another computer")),
    "key": ("keys:key", N_("Keys by which people approve")),
    "batch": ("imports:batch", N_("Undo a whole import")),
    "books": ("books:books", N_("Audit the books")),
    "db": ("db:db", N_("The books on a server, and who may do what there")),
    "backup": ("backup:backup", N_("Seal a copy of everything in one file")),
    "restore": ("backup:restore", N_("Open a sealed copy")),
    "demo": ("demo:demo", N_("Make the practice organisation and walk a quarter with it")),
    "practice": ("practice:practice", N_("Practise: find and mend planted mistakes")),
    "doctor": ("doctor:doctor", N_("What this computer has and lacks")),
}


class LazyGroup(click.Group):
    """Commands by name from the table above, imported only when one is run or asked for help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command = getattr(import_module(f"compliance.commands.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, _(short)) for name, (_target, short) in COMMANDS.items()]
        with formatter.section(_("Commands")):
            formatter.write_dl(rows)


@click.group(
    cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("-C", "--workspace", "folder", type=click.Path(), help=N_("Work in this folder"))
@click.option(
    "--today", metavar="DAY", help=N_("Look at another day; what is recorded keeps the real moment")
)
@click.option("--actor", metavar="NAME", help=N_("Who acts, for the record (default: your login name)"))
@click.option("--key-fd", type=int, metavar="N", help=N_("Read the passphrase from this file descriptor"))
@click.option("--lang", metavar="CODE", help=N_("Interface language: ru or en"))
@click.version_option(__version__, prog_name="compliance", message="%(prog)s %(version)s")
@click.pass_context
def root(
    ctx: click.Context, /, folder: str | None, today: str | None, actor: str | None, **more: Any
) -> None:
    """Books, deadlines, reports and labels for organisations under foreign-agent laws."""
    from pathlib import Path

    from compliance.commands.app import App

    if more["lang"] and not i18n.known(more["lang"]):
        raise click.UsageError(
            _("--lang: there is no language “{code}”; there are: {codes}").format(
                code=more["lang"], codes=", ".join(i18n.LANGUAGES)
            )
        )
    ctx.obj = App(
        start=Path(folder) if folder else Path.cwd(),
        today_text=today,
        actor=actor or os.environ.get("COMPLIANCE_ACTOR", ""),
        key_fd=more["key_fd"],
    )
    if ctx.invoked_subcommand is None:
        from compliance.commands.today import show

        show(ctx.obj)


def main(args: list[str] | None = None) -> None:
    """The console script. Never returns; exit codes are those of DESIGN: 0 1 2 3 4 5 70 130."""
    # What imports make stays: looking for garbage in it every 700 objects costs a tenth of a short command.
    gc.set_threshold(10_000)
    arguments = sys.argv[1:] if args is None else args
    _speak_unicode()
    i18n.activate(_language(arguments))
    sys.exit(run(arguments))


def run(arguments: list[str]) -> int:
    """One command in this process; returns its exit code."""
    from compliance.commands.running import run_command

    _translate_root()
    return run_command(root, arguments)


def _speak_unicode() -> None:
    """A pipe or a file gets UTF-8 on every system; a terminal that lacks a letter gets its number."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _translate_root() -> None:
    """Help texts of the root's own options, made at import time, in the language of this run."""
    root.help = _("Books, deadlines, reports and labels for organisations under foreign-agent laws.")
    for option in root.params:
        if isinstance(option, click.Option) and option.help:
            option.help = _(option.help)


def _language(arguments: list[str]) -> str:
    """--lang, then COMPLIANCE_LANG, then schedules.yaml, then the system's language."""
    for at, argument in enumerate(arguments):
        if argument == "--lang" and at + 1 < len(arguments):
            return arguments[at + 1]
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
    return (
        os.environ.get("COMPLIANCE_LANG")
        or _workspace_language(arguments)
        or i18n.preferred(os.environ)
        or "en"
    )


def _workspace_language(arguments: list[str]) -> str | None:
    """``language:`` of schedules.yaml by a look at its text: start-up must not pay for a YAML parser."""
    folder = "."
    for at, argument in enumerate(arguments[:-1]):
        if argument in ("-C", "--workspace"):
            folder = arguments[at + 1]
    try:
        folder = os.path.abspath(folder)
    except OSError:  # the folder we stand in was removed
        return None
    while True:
        path = os.path.join(folder, "schedules.yaml")
        try:
            # Opening a named pipe would wait for ever.
            if os.path.isfile(path):
                with open(path, "rb") as stream:
                    match = re.search(rb"^language:\s*([a-z]{2})\b", stream.read(65536), re.MULTILINE)
                return match.group(1).decode() if match else None
        except OSError:
            pass
        if folder == os.path.dirname(folder):
            return None
        folder = os.path.dirname(folder)


if __name__ == "__main__":
    main()
