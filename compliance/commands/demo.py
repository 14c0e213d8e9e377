"""``demo``: the practice organisation, made with the commands a person would type, and printed as they run.

It writes into one new folder and nothing else. The same program and folder name give the same books.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import out, say
from compliance.errors import SetupError
from compliance.i18n import _, language, ngettext

if TYPE_CHECKING:
    from compliance.practice.model import Event, Practice

_SHOWN = 2
"""How many commands of a long series are printed before the rest is only counted."""


@dataclass
class Stage:
    """Runs commands in the demo's folder; remembers every one of them."""

    folder: Path
    typed: list[str] = field(default_factory=list)
    loud: bool = True

    def run(self, words: list[str], *, expect: int = 0, quiet: bool = False, show_output: bool = True) -> str:
        """One command in this process; returns what it printed as data. Another exit code is our own bug."""
        line = "compliance " + " ".join(_quoted(word) for word in words)
        self.typed.append(line)
        quiet = quiet or not self.loud
        if not quiet:
            out("")
            out(click.style(f"$ {line}" if len(line) < 400 else f"$ {line[:400]} …", bold=True))
        printed, said, code = _captured(words)
        if not quiet and show_output:
            for text in (said, printed):
                for row in text.rstrip().splitlines():
                    out("  " + row)
        if code != expect:
            raise AssertionError(f"{line}: exit {code}, expected {expect}\n{said}")
        return printed

    def series(self, commands: Iterable[list[str]]) -> None:
        """Many alike: the first few are printed, the others counted."""
        hidden = 0
        for number, words in enumerate(commands):
            self.run(words, quiet=number >= _SHOWN, show_output=number == 0)
            hidden += number >= _SHOWN
        if hidden and self.loud:
            out("  " + ngettext("… and {n} more like it", "… and {n} more like it", hidden).format(n=hidden))


def _captured(words: list[str]) -> tuple[str, str, int]:
    from compliance.commands.running import run_command

    root = click.get_current_context().find_root().command
    printed, said = io.StringIO(), io.StringIO()
    with redirect_stdout(printed), redirect_stderr(said):
        code = run_command(root, words)
    return printed.getvalue(), said.getvalue(), code


def _quoted(word: str) -> str:
    import shlex

    return word if word.isalnum() else shlex.quote(word)


@click.command(
    help=_("Make the practice organisation in a new folder and walk its quarter, printing each command.")
)
@click.argument("folder", type=click.Path(path_type=Path), default=Path("demo"))
@pass_app
def demo(app: App, folder: Path) -> None:
    from compliance.practice import FIRST_TIER, build

    if folder.exists() and any(folder.iterdir()):
        raise SetupError(
            _("the folder is not empty"),
            place=str(folder),
            remedy=_(
                "It may hold your work, so it is left alone. Give another name: python3 run.py demo OTHER"
            ),
        )
    folder.mkdir(parents=True, exist_ok=True)
    mistaken, right = build(0, FIRST_TIER), build(0, frozenset())
    with inside(folder):
        stage = Stage(folder)
        make_books(stage, mistaken)
        _mistakes(stage, right)
        _paper(stage)
        _labels(stage)
        _beside(stage)
        _others(stage)
        Path("commands.txt").write_text("\n".join(stage.typed) + "\n", encoding="utf-8")
        _ending(stage)


def make_books(stage: Stage, practice: Practice) -> None:
    """In the current folder: files of the bank and the post office, and books from them, mistakes and all."""
    _files(practice)
    _begin(stage, practice)
    _history(stage, practice)
    _statements(stage, practice)
    _rest(stage, practice)


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _title(text: str, *, loud: bool = True) -> None:
    if not loud:
        return
    out("")
    out(click.style(f"## {text}", bold=True))


def _files(practice: Practice) -> None:
    """What the bank, the post office and the accountant's drawer would hold; and schedules.yaml."""
    from compliance.files import write_whole
    from compliance.practice import script, write_files

    write_files(practice, Path())
    write_whole(Path("rules.json"), script.rules(practice).encode())
    sample = Path(__file__).parent.parent / "templates" / "schedules.practice.yaml"
    write_whole(Path("schedules.yaml"), sample.read_bytes())


def _begin(stage: Stage, practice: Practice) -> None:
    from compliance.practice import data, script

    _title(
        _("1. Books for the practice organisation (its schedules.yaml is written already)"), loud=stage.loud
    )
    stage.run(
        ["init", "--practice", practice.organisation.practice_today.isoformat(), "--language", language()]
    )
    stage.series(script.books(practice))
    stage.series(script.openings(practice, data.OPENING_DAY))
    stage.run(["rates", "import", "rates.xml", "--origin", "practice", "--yes"])
    stage.series(script.budgets(practice, "2025-Q4"))
    stage.series(script.people(practice))


def _history(stage: Stage, practice: Practice) -> None:
    from compliance.practice import history, script

    _title(_("2. What was filed before these books began"), loud=stage.loud)
    filed: dict[str, str] = {}
    for past in practice.filings:
        amends = filed.get(past.amends or "")
        stage.run(script.history(past, amends, history.cells(past)), show_output=past is practice.filings[-1])
        filed[past.sent] = f"{past.form}-{past.period}" + (".2" if amends else "")


def _statements(stage: Stage, practice: Practice) -> None:
    from compliance.practice import script

    _title(_("3. Bank statements: loaded whole or not at all, then sorted"), loud=stage.loud)
    for number, span in enumerate(practice.statements):
        stage.run(["import", f"bank/{span.name}", "--yes"], show_output=number < _SHOWN)
    stage.run(["import", f"bank/{practice.statements[0].name}", "--yes"])
    stage.run(["import", "LYING-TOTALS.txt", "--yes"], expect=3)
    stage.run(["queue", "rule", "load", "rules.json"])
    stage.run(["queue", "apply", "--yes"], show_output=False)
    waiting = json.loads(stage.run(["queue", "--format", "json"], show_output=False))["rows"]
    if stage.loud:
        left = ngettext("{n} line is left to a person", "{n} lines are left to a person", len(waiting))
        out("  " + left.format(n=len(waiting)))
    events = [(_event(practice, row), row["line"]) for row in waiting]
    stage.series(script.assignment(event, line) for event, line in events if script.by_hand(practice, event))
    for words in script.registers(practice):
        stage.run(words, show_output=words[1] != "payroll" or "-10-" in words[2])
    stage.series(script.cash(practice))


def _event(practice: Practice, row: dict[str, Any]) -> Event:
    """The practice's own record of a waiting line, so that it can be sorted as its accountant would."""
    found = [
        event
        for event in practice.of_account(row["account"])
        if event.on.isoformat() == row["date"] and event.amount_minor == row["amount_minor"]
    ]
    if len(found) > 1:
        found = [event for event in found if event.purpose[:20] == row["purpose"][:20]]
    assert len(found) == 1, row
    return found[0]


def _rest(stage: Stage, practice: Practice) -> None:
    from compliance.practice import script

    _title(_("4. What was done: counts, never names"), loud=stage.loud)
    stage.series(script.obligations(practice))
    stage.series(script.work(practice))
    stage.series(script.late(practice))
    rows = json.loads(stage.run(["list", "lines", "--format", "json"], quiet=True))["rows"]
    stage.series(script.acts(practice, lambda event: _line_of(event, rows)))


def _line_of(event: Event, rows: list[dict[str, Any]]) -> str:
    """The short name of the statement line that an event of the practice came by."""
    place = (event.account, event.on.isoformat(), event.amount_minor)
    return next(
        str(row["id"])[:8] for row in rows if (row["account"], row["on"], row["amount_minor"]) == place
    )


def _mistakes(stage: Stage, right: Practice) -> None:
    import shutil

    from compliance.practice import FIRST_TIER, script

    n = len(FIRST_TIER)
    _title(
        ngettext(
            "5. What is wrong? {n} mistake was planted", "5. What is wrong? {n} mistakes were planted", n
        ).format(n=n)
    )
    stage.run(["check"], expect=1)
    Path("mistakes").mkdir()
    for name in ("schedules.yaml", "ledger.sqlite", "vault.sqlite"):
        shutil.copy2(name, Path("mistakes") / name)
    out("  " + _("(a copy of the books with all of them is kept in mistakes/, to try your hand)"))
    _title(_("6. Six of them falsify the totals: mended, nothing is erased"))
    stage.run(["record", "source", "--id", "primer", "--acts-for", "commons"])
    rows = json.loads(stage.run(["list", "lines", "--format", "json"], quiet=True))["rows"]
    for event in (*right.tagged("euro-sale"), *right.tagged("own-transfer")):
        if event.account in ("a1", "a2") and event.amount_minor > 0:
            part = event.parts[0]
            stage.run(["assign", _line_of(event, rows), "--kind", part.kind, "--fund", part.fund])
    for event in right.tagged("laptop-2"):
        stage.run(script.assignment(event, _line_of(event, rows)))
    for row in json.loads(stage.run(["register", "list", "--format", "json"], quiet=True))["rows"]:
        if row["differs"]:
            stage.run(["register", "book", row["name"], "--yes"])


def _paper(stage: Stage) -> None:
    _title(_("7. What is where and whose it is; what is due; the report"))
    stage.run(["balance", "--by", "account,fund"])
    stage.run(["sources", "unknown", "2025-Q4"])
    stage.run(["due"])
    stage.run(["report", "money", "2025-Q4"])
    stage.run(["explain", "money", "2025-Q4", "spent.pay.foreign"], show_output=False)
    stage.run(["books", "audit"])


def _labels(stage: Stage) -> None:
    from compliance.practice import script
    from compliance.practice.publications import publications, write_publications

    _title(_("8. Labels: put on, and measured"))
    stage.run(["label", "text"])
    words = json.loads(stage.run(["label", "text", "--format", "json"], quiet=True))["rows"][0]["text"]
    former = _former_text(stage)
    paths = write_publications(Path("publications"), words, former)
    shown = Path("poster.pdf")
    shown.write_bytes(
        next(
            path for name, path in paths.items() if path.parts[-2] == "original" and name.endswith(".pdf")
        ).read_bytes()
    )
    stage.run(["label", "apply", "poster.pdf"])
    stage.run(["label", "verify", "poster.labelled.pdf"])
    stage.run(["label", "verify", "poster.pdf"], expect=1)
    for item in publications(words, former):
        if item.group == "forged" and item.name.endswith(".pdf"):
            stage.run(["label", "verify", str(paths[item.name])], expect=1)
    _channels(stage, words, former)
    from compliance.practice import FIRST_TIER, build

    stage.series(script.publications(build(0, FIRST_TIER), {name: str(path) for name, path in paths.items()}))


def _channels(stage: Stage, words: str, former: str) -> None:
    """The channels as they are: one right, a branch's with a post that lacks the label; and who is named."""
    from compliance.practice.channels import DATED, HEADING, LIST, write_channels

    write_channels(Path("publications"), words, former)
    stage.run(["channel", "check", "publications/telegram/result.json"])
    stage.run(["channel", "check", "publications/telegram-branch/result.json"], expect=1)
    taken = ["--list", "practice", "--column", HEADING, "--dated", DATED.isoformat()]
    stage.run(["mentions", "import", f"publications/{LIST}", *taken])
    stage.run(["mentions", "check", "publications/right/post-mention.txt"], expect=1)


def _beside(stage: Stage) -> None:
    from compliance.practice import script

    _title(_("9. Beside 1C: its account card and trial balance minus ours"))
    for words in script.reconciling():
        teaching = words[1] == "map"
        stage.run(
            words, quiet=teaching and "--line" in words, show_output=not teaching and words[-1] != "line"
        )


def _others(stage: Stage) -> None:
    """Organisations under other laws, each in a folder of its own: books, due forms, and mistakes to be found."""
    from compliance.files import write_whole
    from compliance.practice.others import others, words
    from compliance.rules.base import spoken

    for number, (other, config) in enumerate(others(), start=10):
        _title(f"{number}. {spoken(other.title)}")
        folder = Path(other.folder)
        folder.mkdir()
        write_whole(folder / "schedules.yaml", config.encode())
        for name, data in other.written().items():
            write_whole(folder / name, data)
        out("")
        out(click.style(f"$ cd {other.folder}", bold=True))
        with inside(folder):
            stage.typed.append(f"cd {other.folder}")
            stage.run(
                ["init", "--practice", other.today.isoformat(), "--language", language()], show_output=False
            )
            stage.series(map(words, other.books))
            if other.diary:
                stage.run(other.diary.taken(), show_output=False)
                stage.series(other.diary.decided())
            for command in other.papers:
                stage.run(words(command), show_output=not command.startswith(("rules", "forms", "file")))
            for mistake in other.mistakes:
                out("  " + _("planted: {what}").format(what=spoken(mistake.what)))
                for at, command in enumerate(mistake.type, start=1):
                    last = at == len(mistake.type)
                    stage.run(words(command), expect=(mistake.refused or 0) if last else 0, show_output=last)
            stage.run(["check"], expect=1)
            stage.typed.append("cd ..")


def _former_text(stage: Stage) -> str:
    """The wording of 2020, as the rules have it: one of the forgeries carries it."""
    on = ["--on", "2021-06-01", "--format", "json"]
    listed = json.loads(stage.run(["rules", "list", "--all", *on], quiet=True))["rows"]
    for rule in (row["id"] for row in listed if row["kind"] == "label"):
        shown = json.loads(stage.run(["rules", "show", rule, *on], quiet=True))["rows"]
        text = next((str(row["value"]) for row in shown if row["key"] == "text"), "")
        if text:
            return text
    raise AssertionError("no label of 2021 has a wording")


def _still_open(stage: Stage) -> str:
    """What ``check`` will say: planted mistakes are left, and publications bring findings of their own."""
    found = json.loads(stage.run(["check", "--format", "json"], expect=1, quiet=True))["rows"]
    n = sum(item["state"] == "open" for item in found)
    return ngettext(
        "{n} finding is open: the mistakes still left, and what the publications lack",
        "{n} findings are open: the mistakes still left, and what the publications lack",
        n,
    ).format(n=n)


def _ending(stage: Stage) -> None:
    _title(_("Made in {folder}").format(folder=stage.folder))
    for path in sorted(item for item in Path().rglob("*") if item.is_file() and ".cache" not in item.parts):
        out(f"  {path}")
    _title(_("Three things to try next"))
    for command, what in (
        (f"cd {stage.folder}", ""),
        ("compliance", _("today's page")),
        ("compliance check", _still_open(stage)),
        ("compliance file money 2025-Q4 --on 2026-01-12 --channel post --sent reports/money-2025-Q4.pdf", ""),
    ):
        out(f"  {command:<44} {what}".rstrip())
    say(_("All data are invented."))
