"""``rules test|mutate|lint``: for whoever writes or reviews a rule pack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.commands.rules_words import status_word
from compliance.errors import SetupError
from compliance.i18n import _, day_text, ngettext

if TYPE_CHECKING:
    from compliance.rules import Pack
    from compliance.rules.examples import Outcome

folders_argument = click.argument(
    "folders", nargs=-1, type=click.Path(path_type=Path), metavar="[PACK|FOLDER]..."
)


def packs(app: App, words: Sequence[Path]) -> list[Pack]:
    """Packs by id or by folder; without any, those that the workspace names."""
    from compliance.rules import available, find_pack, load_pack

    if not words:
        return list(app.rules.packs.values())
    extra = _own_packs(app)
    known = available(extra)
    return [
        load_pack(find_pack(str(word), extra) if str(word) in known else word, cache=None) for word in words
    ]


def _own_packs(app: App) -> list[Path]:
    """The folders that the workspace names; a rule set can be proved without any books, too."""
    try:
        return app.workspace.packs
    except SetupError:
        return []


def _today(app: App) -> date:
    """The books' day, or the calendar's where there are no books."""
    try:
        return app.today
    except SetupError:
        return datetime.now().astimezone().date()


def told(results: Sequence[Outcome]) -> bool:
    """Say what does not hold; whether anything did not."""
    for item in results:
        for key, (expected, found) in item.wrong.items():
            text = _("does not hold: {case}: {key} is {found}, expected {expected}")
            out(clean("   " + text.format(case=item.case, key=key, found=found, expected=expected)))
        if item.unchecked:
            text = _("nobody can work out: {case}: {keys}")
            out(clean("   " + text.format(case=item.case, keys=", ".join(item.unchecked))))
    return any(not item.ok for item in results)


@click.command(
    help=_(
        "Run a pack's examples, and tell which rules no example asks, and where none stands on both sides of a"
        " dated change. Exit 1 when an example does not hold."
    )
)
@folders_argument
@format_option
@pass_app
def test(app: App, folders: tuple[Path, ...], fmt: str) -> None:
    from compliance.filings.proofs import HOOKS
    from compliance.rules.coverage import coverage
    from compliance.rules.examples import read_examples, run

    failed, rows = False, list[dict[str, Any]]()
    for pack in packs(app, folders):
        examples = read_examples(pack)
        results = run(pack, examples, HOOKS)
        covered = list(coverage(pack, examples))
        rows += [
            {
                "regime": pack.id,
                "rule": item.rule,
                "title": item.title,
                "examples": item.examples,
                "boundaries": [
                    {"on": edge.on.isoformat(), "status_before": edge.status_before, "status_after": edge.status_after,
                     "before": edge.before, "after": edge.after}
                    for edge in item.boundaries
                ],
            }
            for item in covered
        ]  # fmt: skip
        wrong = [item for item in results if not item.ok]
        failed = failed or bool(wrong)
        if fmt != "table":
            continue
        n = len(results)
        out(clean(f"{pack.id}: " + ngettext("{n} example", "{n} examples", n).format(n=n)))
        told(results)
        for item in covered:
            if not item.examples:
                out(clean("   " + _("no example: {rule} ({title})").format(rule=item.rule, title=item.title)))
                continue
            for edge in item.boundaries:
                side = "" if edge.before else _("the day before")
                side = side or ("" if edge.after else _("that day"))
                if side:
                    out(
                        clean(
                            "   "
                            + _("{rule}: from {day} {before} → {after}; no example asks of {side}").format(
                                rule=item.rule,
                                day=day_text(edge.on),
                                before=status_word(edge.status_before),
                                after=status_word(edge.status_after),
                                side=side,
                            )
                        )
                    )
        whole = sum(item.is_whole for item in covered)
        out(
            "   "
            + _("{whole} of {all} rules are asked on both sides of every dated change").format(
                whole=whole, all=len(covered)
            )
        )
    if fmt != "table":
        emit(rows, [], "rules-test/1", fmt)
    if failed:
        raise click.exceptions.Exit(1)


@click.command(
    help=_(
        "Change one value of a pack at a time (days, shares, sums, conditions) and see whether its examples notice."
        " A change that none notices is a value that nothing checks."
    )
)
@folders_argument
@format_option
@pass_app
def mutate(app: App, folders: tuple[Path, ...], fmt: str) -> None:
    from compliance.filings.proofs import HOOKS
    from compliance.rules.examples import read_examples
    from compliance.rules.mutate import judge

    rows = list[dict[str, Any]]()
    for pack in packs(app, folders):
        verdict = judge(pack, read_examples(pack), HOOKS)
        share = verdict.killed * 100 // verdict.count if verdict.count else 100
        rows += [
            {
                "regime": pack.id,
                "rule": item.rule,
                "file": item.file,
                "where": ".".join(map(str, item.where)),
                "before": item.before,
                "after": item.after,
                "noticed": False,
            }
            for item in verdict.survivors
        ]
        if fmt == "table":
            text = ngettext(
                "{pack}: {killed} of {n} change noticed ({share} %)",
                "{pack}: {killed} of {n} changes noticed ({share} %)",
                verdict.count,
            )
            out(clean(text.format(pack=pack.id, killed=verdict.killed, n=verdict.count, share=share)))
    columns = [
        Column("rule", _("Rule")), Column("where", _("Where")), Column("before", _("Before")), Column("after", _("After")),
    ]  # fmt: skip
    emit(rows, columns, "rules-mutate/1", fmt, empty=_("Every change was noticed."))


@click.command(
    help=_(
        "What a lawyer should look at in a pack: rules older than their act, announcements whose day has come, words"
        " nobody uses, values without a source, rules without an example. Exit 1 for errors."
    )
)
@folders_argument
@format_option
@pass_app
def lint(app: App, folders: tuple[Path, ...], fmt: str) -> None:
    from compliance.rules.examples import read_examples
    from compliance.rules.lint import lint as remarks_of

    today = _today(app)

    rows = [
        {
            "regime": pack.id,
            "code": item.code,
            "severity": item.severity,
            "where": item.where,
            "text": item.text,
            "remedy": item.remedy,
        }
        for pack in packs(app, folders)
        for item in remarks_of(pack, read_examples(pack), today)
    ]
    if fmt == "table":
        last = ""
        for row in rows:
            if row["remedy"] != last:
                out(clean(f"→ {row['remedy']}"))
            last = row["remedy"]
            out(clean(f"   {row['where']}: {row['text']}"))
        if not rows:
            say(_("Nothing is odd."))
    else:
        emit(rows, [], "rules-lint/1", fmt)
    if any(row["severity"] == "error" for row in rows):
        raise click.exceptions.Exit(1)


@click.command(
    help=_(
        "Write a small rule set of an invented law into FOLDER, with comments, to be replaced piece by piece by a real"
        " one. The folder's last name is the rule set's."
    )
)
@click.argument("folder", type=click.Path(path_type=Path))
@pass_app
def new(app: App, folder: Path) -> None:
    from compliance.rules.template import write_template

    made = write_template(folder, _today(app))
    for path in made:
        out(clean(str(path)))
    say(_("Prove it with: compliance rules test {folder}").format(folder=folder))
    say(
        _("Use it: in schedules.yaml write “packs: {parent}” and name “{name}” under regimes.").format(
            parent=folder.parent, name=folder.name
        )
    )
