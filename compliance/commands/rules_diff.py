"""``rules diff``: what another law would do to filings, forms, labels and the books."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import clean, emit, format_option, out, say
from compliance.commands.rules_prove import packs
from compliance.commands.rules_read import since_words
from compliance.commands.rules_words import key_word, value_words
from compliance.errors import UsageError
from compliance.i18n import _, day_text, ngettext

if TYPE_CHECKING:
    from compliance.filings.lawdiff import LawDiff
    from compliance.rules import Rules


@click.command(
    help=_(
        "What NEW does otherwise than OLD: filings that move, form lines that appear, labels that are worded otherwise."
        " Each is a day, or the folder or id of a rule set. Nothing is recorded."
    )
)
@click.argument("old")
@click.argument("new")
@click.option(
    "--on-my-books", "on_books", is_flag=True,
    help=_("Also which rows lack what the new law asks, and what is still public with the old label"),
)  # fmt: skip
@format_option
@pass_app
def diff(app: App, /, old: str, new: str, on_books: bool, fmt: str) -> None:
    from compliance.commands.check import context
    from compliance.filings import lawdiff

    days = [_day(word) for word in (old, new)]
    if (days[0] is None) != (days[1] is None):
        raise UsageError(
            _("a day can be compared with a day, a rule set with a rule set"),
            remedy=_("Such as: compliance rules diff 2025-05-01 2026-01-01"),
        )
    if days[0] is not None and days[1] is not None:
        both = lawdiff.frozen(app.rules, days[0]), lawdiff.frozen(app.rules, days[1])
        pair = (days[0], days[1])
    else:
        both, pair = (_pack(app, old), _pack(app, new)), None
    with context(app) as ctx:
        found = lawdiff.compare(ctx, *both, days=pair, books=on_books)
    if fmt == "table":
        _print(found, on_books)
    else:
        emit(_rows(found), [], "rules-diff/1", fmt)


def _day(word: str) -> date | None:
    from compliance.periods import parse_day

    try:
        return parse_day(word)
    except ValueError:
        return None


def _pack(app: App, word: str) -> Rules:
    from compliance.rules import Rules

    return Rules(packs(app, [Path(word)]))


def _rows(found: LawDiff) -> list[dict[str, Any]]:
    def iso(day: date | None) -> str | None:
        return None if day is None or day == date.min else day.isoformat()

    return [
        *(
            {
                "kind": "rule", "id": item.rule, "title": item.title, "what": item.what, "since": iso(item.since),
                "changes": [{"key": one.key, "before": one.before, "after": one.after} for one in item.changes],
            }
            for item in found.rules
        ),
        *(
            {
                "kind": "filing", "id": item.obligation, "title": item.title, "period": item.period,
                "before": iso(item.before), "after": iso(item.after),
                "asked_before": item.asked_before, "asked_after": item.asked_after,
            }
            for item in found.filings
        ),
        *(
            {"kind": "form", "id": item.form, "place": item.place, "what": item.what, "before": item.before, "after": item.after}
            for item in found.forms
        ),
        *({"kind": "lack", "id": item.field, "count": item.rows} for item in found.lacks),
        *({"kind": "label", "id": item.label, "title": item.title, "count": item.public} for item in found.labels),
    ]  # fmt: skip


def _print(found: LawDiff, on_books: bool) -> None:
    """Counts first, then names."""
    counts = [
        ngettext("{n} rule changes", "{n} rules change", len(found.rules)).format(n=len(found.rules)),
        ngettext(
            "{n} filing moves, begins or ends", "{n} filings move, begin or end", len(found.filings)
        ).format(n=len(found.filings)),
        ngettext("{n} line of a form changes", "{n} lines of forms change", len(found.forms)).format(
            n=len(found.forms)
        ),
    ]
    out("; ".join(counts))
    _print_filings(found)
    _print_rules(found)
    _print_forms(found)
    if on_books:
        _print_books(found)


def _print_filings(found: LawDiff) -> None:
    if found.filings:
        out("")
        out(_("Filings"))
    unknown = _("the day is not known")
    for item in found.filings:
        before = (day_text(item.before) if item.before else unknown) if item.asked_before else _("not asked")
        after = (day_text(item.after) if item.after else unknown) if item.asked_after else _("not asked")
        out(clean(f"   {item.title}, {item.period}: {before} → {after}"))


def _print_rules(found: LawDiff) -> None:
    from compliance.filings.lawdiff import words

    if found.rules:
        out("")
        out(_("Rules"))
    for item in found.rules:
        since = f" ({since_words(item.since)})" if item.since is not None else ""
        out(clean(f"   {item.rule}: {item.title} — {words()[item.what]()}{since}"))
        for change in item.changes if item.what not in ("begins", "ends") else ():
            before = value_words(change.key, change.before) or "—"
            out(
                clean(
                    f"      {key_word(change.key)}: {before} → {value_words(change.key, change.after) or '—'}"
                )
            )


def _print_forms(found: LawDiff) -> None:
    from compliance.filings.lawdiff import words

    if found.forms:
        out("")
        out(_("Forms"))
    for item in found.forms:
        told = f"{item.before} → {item.after}" if item.what == "words" else item.after or item.before
        out(clean(f"   {item.form} {item.place}: {words()[item.what]()}: {told}"))


def _print_books(found: LawDiff) -> None:
    out("")
    out(_("Your books"))
    for item in found.lacks:
        text = ngettext(
            "   {n} row does not say its {field}", "   {n} rows do not say their {field}", item.rows
        )
        out(clean(text.format(n=item.rows, field=item.field)))
    for label in found.labels:
        text = ngettext(
            "   {title}: {n} publication is still public with the former label; what is published now needs the new one",
            "   {title}: {n} publications are still public with the former label; what is published now needs the new one",
            label.public,
        )
        out(clean(text.format(title=label.title, n=label.public)))
    if not found.lacks and not found.labels:
        say(_("Nothing in your books lacks what the new law asks."))
