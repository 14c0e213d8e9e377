"""``status``: how the organisation stands, as a page with pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.errors import UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compliance.filings.status import Status


@click.command(
    help=_(
        "How you stand, on a page with pictures: what is due, what came in by whose money it is, spending against budgets, how"
        " long the money lasts. PDF or HTML by the ending of FILE; without FILE the figures. Nothing about a person."
    )
)
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help=_("Replace the file if it is there"))
@format_option
@pass_app
def status(app: App, /, file: Path | None, overwrite: bool, fmt: str) -> None:
    from compliance.checks import registry
    from compliance.commands.check import context
    from compliance.commands.words import form_lines
    from compliance.filings import letterhead, status_page
    from compliance.filings import status as core

    if file is not None and file.suffix.lower() not in (".pdf", ".html"):
        raise UsageError(_("name a file that ends in .pdf or .html"))
    with context(app) as ctx:
        found = core.status(ctx, registry.run(ctx))
        name = ctx.config.names_on(ctx.today).nominative
        mark = _("PRACTICE: invented data") if ctx.books.practice_day() else ""
        lines = form_lines(ctx.rules)
        view = status_page.view(
            found,
            ctx.books,
            name=name,
            mark=mark,
            words=class_words(),
            lines=lines,
            paper=letterhead.paper(ctx),
        )
    if file is None and fmt == "table":
        _tell(view)
        return
    if file is None:
        emit(_rows(found), [], "status/1", fmt)
        return
    from compliance.files import write_whole
    from compliance.reports import page, pdf

    made = status_page.html(view)
    data = (
        pdf.render(made, subject="status").data
        if file.suffix.lower() == ".pdf"
        else page.alone(made).encode()
    )
    write_whole(file, data, overwrite=overwrite)
    say(_("written: {file}").format(file=file))


def _tell(view: Mapping[str, Any]) -> None:
    """The page's tables without its pictures."""
    out(clean(f"{view['heading']}. {view['state']}"))
    for part in view["parts"]:
        out("")
        out(click.style(part["title"], bold=True))
        figures = part["figures"]
        columns = [
            Column(str(at), head, right=at >= len(part["heads"]) - 1 - figures)
            for at, head in enumerate(part["heads"][:-1])
        ]
        rows = [{str(at): cell["text"] for at, cell in enumerate(row["cells"])} for row in part["rows"]]
        emit(rows, columns, "status/1", "table", empty=part["empty"])
    say(view["note"])


def class_words() -> dict[str, str]:
    """The usual classes of sources as people call them; others as the rules name them."""
    return {
        "foreign": _("from abroad"), "domestic": _("from home"), "own_income": _("own income"), "intermediary": _("from abroad, through others"),
        "foreign_owned": _("from home, in foreign hands"), "unknown": _("citizenship not known"), "state_budget": _("budget"), "principal": _("from principals"), "local": _("from home"), "own": _("own income"),
    }  # fmt: skip


def _rows(found: Status) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {
            "part": "due",
            "title": item.title,
            "period": item.period.label,
            "on": item.due_on.isoformat() if item.due_on else None,
        }
        for item in found.due
    ]
    rows += [
        {
            "part": "received",
            "title": name,
            "period": month.first.isoformat()[:7],
            "amount_minor": minor,
            "currency": found.currency,
        }
        for month in found.months
        for name, minor in sorted(month.by_class.items())
    ]
    rows += [
        {
            "part": "budget",
            "title": line.budget.entity,
            "period": line.period.label,
            "plan_minor": line.budget.amount_minor,
            "amount_minor": line.actual,
            "currency": line.budget.currency,
        }
        for line in found.budgets
    ]
    rows += [
        {
            "part": "lasts",
            "title": item.fund,
            "amount_minor": item.left_minor,
            "pace_minor": item.pace_minor,
            "currency": found.currency,
        }
        for item in found.runways
    ]
    return [
        *rows,
        {
            "part": "state",
            "unsorted": found.unsorted,
            "open": found.open,
            "decided": found.decided,
            "unvalued": found.unvalued,
        },
    ]
