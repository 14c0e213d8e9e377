"""``rules history|unverified``: since when a rule says what, and what of the law nobody has checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import day_or
from compliance.commands.output import clean, emit, format_option, out, say
from compliance.commands.rules_words import key_word, status_word, sure_words, value_words
from compliance.errors import UsageError
from compliance.i18n import _, day_text, language, ngettext

if TYPE_CHECKING:
    from compliance.rules import Rule
    from compliance.rules.history import Doubt, Version

html_option = click.option(
    "--html", "html_path", type=click.Path(path_type=Path), metavar="FILE",
    help=_("Also as one page for a browser or a printer; needs no network"),
)  # fmt: skip


@click.command(
    help=_(
        "Since when a rule says what, by which source: every dated change. Without RULE, of all rules that bind you."
    )
)
@click.argument("rule", required=False)
@html_option
@format_option
@pass_app
def history(app: App, rule: str | None, html_path: Path | None, fmt: str) -> None:
    from compliance.rules.history import history as versions_of

    chosen = [_found(app, rule)] if rule else _binding(app)
    told = [(item, versions_of(item)) for item in chosen]
    rows = [_version_row(item, version) for item, versions in told for version in versions]
    if html_path is not None:
        sections = [
            _section(item.title, item.id, [item.act], _change_columns(), _change_rows(versions))
            for item, versions in told
        ]
        _write_page(html_path, _("What the law said since when"), _as_of(app.today), sections)
    if fmt != "table":
        emit(rows, [], "history/1", fmt)
        return
    for item, versions in told:
        out(clean(f"{item.id}: {item.title}" + (f" ({item.act})" if item.act else "")))
        for version in versions:
            _print_version(version)
        out("")


def _found(app: App, word: str) -> Rule[Any]:
    found = app.rules.rule(word)
    if found is None:
        raise UsageError(
            _("there is no rule “{id}”").format(id=word), remedy=_("See: compliance rules list --all")
        )
    return found


def _binding(app: App) -> list[Rule[Any]]:
    held = set(app.workspace.config.statuses)
    return [item for item in app.rules.all_rules() if set(item.provision.binds) <= held]


def since_words(day: date) -> str:
    return _("always") if day == date.min else day_text(day)


def _print_version(version: Version) -> None:
    sure = sure_words("" if len(version.changes) != 1 else version.changes[0].key, version.confidence)
    out(clean(f"   {since_words(version.on)}: {status_word(version.status)} — {sure}"))
    for change in version.changes:
        before = f"{value_words(change.key, change.before)} → " if change.before is not None else ""
        after = value_words(change.key, change.after) or _("nothing any more")
        out(clean(f"      {key_word(change.key)}: {before}{after}"))
    if version.source:
        out(clean("      " + _("source: {source}").format(source="; ".join(version.source))))
    if version.note:
        out(clean(f"      {version.note}"))


def _version_row(rule: Rule[Any], version: Version) -> dict[str, Any]:
    return {
        "id": rule.id,
        "kind": rule.kind,
        "title": rule.title,
        "on": None if version.on == date.min else version.on.isoformat(),
        "status": version.status,
        "changes": [
            {"key": item.key, "before": item.before, "after": item.after} for item in version.changes
        ],
        "source": list(version.source),
        "confidence": version.confidence,
        "note": version.note,
    }


def _change_columns() -> list[str]:
    return [_("Since"), _("State"), _("Key"), _("Before"), _("After"), _("How sure"), _("Source")]


def _change_rows(versions: Sequence[Version]) -> list[list[str]]:
    return [
        [
            since_words(version.on), status_word(version.status), key_word(change.key),
            value_words(change.key, change.before), value_words(change.key, change.after),
            sure_words(change.key, version.confidence), "; ".join(version.source),
        ]
        for version in versions
        for change in version.changes
    ]  # fmt: skip


@click.command(
    help=_(
        "What the program relies on and nobody has checked against a source: what to verify, where, and what hangs"
        " on it; what is due next first. --all: also in rules that do not bind you."
    )
)
@click.option("--on", "on_text", metavar="DAY", help=_("The law of this day (default: today)"))
@click.option("--all", "everything", is_flag=True, help=_("Also what does not bind you"))
@html_option
@format_option
@pass_app
def unverified(app: App, on_text: str | None, everything: bool, html_path: Path | None, fmt: str) -> None:
    from compliance.commands.check import context
    from compliance.filings import agenda
    from compliance.rules.history import unverified as doubts_of

    on = day_or(on_text, app.today, "--on")
    found = doubts_of(app.rules, None if everything else app.workspace.config.statuses, on)
    next_due: dict[str, date] = {}
    with context(app) as ctx:
        for duty in agenda.due(ctx, horizon_days=400):
            if duty.due_on is not None:
                next_due[duty.obligation] = min(duty.due_on, next_due.get(duty.obligation, date.max))
    found.sort(key=lambda item: (next_due.get(item.rule, date.max), item.rule))
    rows = [_doubt_row(item, next_due.get(item.rule)) for item in found]
    if html_path is not None:
        _write_page(
            html_path, _("What nobody has checked"), _as_of(on), list(_doubt_sections(found, next_due))
        )
    if fmt != "table":
        emit(rows, [], "unverified/1", fmt)
        return
    last = ""
    for item in found:
        if item.rule != last:
            due = next_due.get(item.rule)
            told = _(" — next due {day}").format(day=day_text(due)) if due else ""
            out(clean(f"{item.rule}: {item.title}{told}"))
            if item.verify:
                out(clean("   " + _("look it up in: {where}").format(where="; ".join(item.verify))))
        last = item.rule
        out(
            clean(
                f"   {key_word(item.key)}: {value_words(item.key, item.value)} — {sure_words(item.key, item.confidence)}"
            )
        )
    n = len(found)
    say(
        ngettext(
            "{n} value is not checked against the act.", "{n} values are not checked against the act.", n
        ).format(n=n)
        if n
        else _("Every value of these rules was checked against a source that states it.")
    )


def _doubt_row(item: Doubt, due: date | None) -> dict[str, Any]:
    return {
        "id": item.rule,
        "kind": item.kind,
        "title": item.title,
        "key": item.key,
        "value": item.value,
        "confidence": item.confidence,
        "source": list(item.source),
        "verify": list(item.verify),
        "next_due_on": due.isoformat() if due else None,
    }


def _doubt_sections(found: Sequence[Doubt], next_due: dict[str, date]) -> Iterable[dict[str, Any]]:
    for rule in dict.fromkeys(item.rule for item in found):
        items = [item for item in found if item.rule == rule]
        due = next_due.get(rule)
        lines = [_("next due: {day}").format(day=day_text(due))] if due else []
        if items[0].verify:
            lines.append(_("look it up in: {where}").format(where="; ".join(items[0].verify)))
        rows = [
            [
                key_word(item.key),
                value_words(item.key, item.value),
                sure_words(item.key, item.confidence),
                "; ".join(item.source),
            ]
            for item in items
        ]
        columns = [_("Key"), _("Value"), _("How sure"), _("Source")]
        yield _section(items[0].title, rule, lines, columns, rows)


def _section(
    title: str, id_: str, lines: Sequence[str], columns: list[str], rows: list[list[str]]
) -> dict[str, Any]:
    from compliance.reports.page import clean as printed

    return {
        "title": printed(title),
        "id": id_,
        "lines": [printed(line) for line in lines if line],
        "columns": columns,
        "rows": [[printed(cell) for cell in row] for row in rows],
    }


def _as_of(day: date) -> str:
    return _("As the program knows it on {day}. It is a tool, not a lawyer.").format(day=day_text(day))


def _write_page(path: Path, heading: str, lead: str, sections: list[dict[str, Any]]) -> None:
    from compliance.files import write_whole
    from compliance.reports.page import environment

    page = {"language": language(), "heading": heading, "lead": lead, "sections": sections}
    write_whole(path, environment().get_template("rules.html").render(page).encode())
    say(_("written: {file}").format(file=path))
