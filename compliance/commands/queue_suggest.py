"""``queue suggest`` and ``assign --suggested``: what waiting lines probably are, and accepting that in bulk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import yes
from compliance.commands.output import Column, emit, format_option, say
from compliance.commands.record_shared import filing, recorded
from compliance.errors import ComplianceError, UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from compliance.intake.assign import Assignment
    from compliance.intake.suggest import Suggested, Suggestion
    from compliance.ledger.books import Books
    from compliance.vault.vault import Vault

_PER_CENT = re.compile(r"(100|[0-9]{1,2}) ?%?\Z", re.ASCII)
COLUMNS = (
    "line",
    "date",
    "account",
    "amount_minor",
    "currency",
    "counterparty",
    "suggested",
    "confidence",
    "why",
)


def per_cent(text: str) -> int:
    """``95%`` or ``95``."""
    match = _PER_CENT.match(text.strip())
    if match is None:
        raise UsageError(_("--at-least: write a share such as 95%"))
    return int(match[1])


@click.command(
    "suggest",
    help=_(
        "What waiting lines probably are, from how similar ones were sorted before, and how sure that is."
        " Nothing is posted: accept one with “assign LINE ...”, many with “assign --suggested --at-least 95%”."
    ),
)
@click.option(
    "--at-least", "at_least", default="50%", show_default=True, metavar="SHARE", help=_("How sure, at least")
)
@format_option
@pass_app
def suggest(app: App, /, at_least: str, fmt: str) -> None:
    from compliance.intake.attribution import rules
    from compliance.intake.suggest import suggested

    with app.books() as books, app.vault() as vault:
        rows = [_row(item) for item in suggested(books, vault, rules(vault), at_least=per_cent(at_least))]
    _emit(rows, fmt)
    if rows and fmt == "table":
        say(_("Accept them with: compliance assign --suggested --at-least 95%"))


def _emit(rows: list[dict[str, Any]], fmt: str) -> None:
    titles = (
        _("Line"), _("Day"), _("Account"), _("Amount"), "", _("Who"), _("Suggested"), _("How sure"), _("Because"),
    )  # fmt: skip
    if fmt == "table":
        rows = [{**row, "confidence": f"{row['confidence']} %"} for row in rows]
    columns = [
        Column(key, title, money=key == "amount_minor") for key, title in zip(COLUMNS, titles, strict=True)
    ]
    emit(rows, columns, "suggestions/1", fmt, empty=_("No waiting line is like one that was sorted before."))


def _row(item: Suggested) -> dict[str, Any]:
    from compliance.commands.queue import described

    line, suggestion = item.waiting.line, item.suggestion
    return {
        "line": line.handle,
        "date": line.on.isoformat(),
        "account": line.account,
        "amount_minor": line.amount_minor,
        "currency": line.currency,
        "counterparty": item.waiting.text.get("name", ""),
        "suggested": described(suggestion.part),
        "confidence": suggestion.confidence,
        "why": _why(suggestion),
        "part": suggestion.part.values(),
        "agreed": suggestion.agreed,
        "seen": suggestion.seen,
        "trait": list(suggestion.trait),
    }


def _why(suggestion: Suggestion) -> str:
    """``19 of 19 earlier lines of the same payer with “аренда…”``."""
    like = {
        ("payer",): _("of the same payer"),
        ("payer", "amount"): _("of the same payer and amount"),
        ("payer", "word"): _("of the same payer with “{word}…”"),
        ("word",): _("with “{word}…”"),
    }[suggestion.trait].format(word=suggestion.word)
    return ngettext(
        "{agreed} of {n} earlier line {like}", "{agreed} of {n} earlier lines {like}", suggestion.seen
    ).format(agreed=suggestion.agreed, n=suggestion.seen, like=like)


def assign_suggested(app: App, at_least: str, *, given: bool, amends: str | None) -> None:
    """Preview, question, one event with every suggestion that is sure enough."""
    from compliance.intake.assign import post

    share = per_cent(at_least)
    with app.books() as books, app.vault() as vault:
        ready, left = _prepared(app, books, vault, share, amends)
        rows = [_row(item) for item, _assignment in ready]
    _emit(rows, "table")
    for text in left:
        say(_("left to you: {line}").format(line=text))
    if not ready:
        return
    n = len(ready)
    question = ngettext("Sort {n} line as suggested?", "Sort {n} lines as suggested?", n).format(n=n)
    if not yes(question, given=given):
        say(_("Nothing was changed."))
        return
    with app.writing("assign suggested") as writing:
        ready, _left = _prepared(app, writing.books, writing.vault, share, amends)
        for _item, assignment in ready:
            post(writing.event, writing.books, assignment)
    recorded(len(ready), _("lines sorted as suggested"))


def _prepared(
    app: App, books: Books, vault: Vault, at_least: int, amends: str | None
) -> tuple[list[tuple[Suggested, Assignment]], list[str]]:
    from compliance.intake.assign import prepare
    from compliance.intake.attribution import rules
    from compliance.intake.closed import ClosedDays
    from compliance.intake.suggest import suggested

    ready, left = [], []
    closed, amended = ClosedDays.of(books), filing(books, amends)
    for item in suggested(books, vault, rules(vault), at_least=at_least):
        line = item.waiting.line
        try:
            part = item.suggestion.part
            ready.append((item, prepare(books, line, [part], closed=closed, amends=amended)))
        except ComplianceError as error:
            left.append(f"{line.handle}: {error.what}")
    return ready, left
