"""``bundle make|verify``: a filing with all its proof in one file, and checking one anywhere."""

from __future__ import annotations

from pathlib import Path

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import Column, clean, emit, format_option, say
from compliance.commands.record_shared import find
from compliance.errors import BooksDamaged
from compliance.i18n import _


@click.group(help=_("A filing with all its proof in one file"))
def bundle() -> None:
    pass


@bundle.command(
    help=_("Put a filing into one file: what was sent, what it said, law, configuration, approvals, receipt.")
)
@click.argument("filing", metavar="FILING")
@click.option(
    "-o", "--out", "target", type=click.Path(path_type=Path), metavar="OUT", help=_("Where to write it")
)
@click.option("--overwrite", is_flag=True, help=_("Replace the file if it is there"))
@pass_app
def make(app: App, filing: str, target: Path | None, overwrite: bool) -> None:
    from compliance.files import private_folder, write_whole
    from compliance.filings import bundle as bundles

    with app.books() as books:
        entity = find(filing, dict.fromkeys(books.filings, ""), "FILING")
    papers, same = _papers(app, entity)
    with app.books() as books, app.vault() as vault:
        made = bundles.make(books.filings[entity], books, vault, papers)
    if target is None:
        target = private_folder(app.workspace.folder / "filings") / f"{entity}.bundle.zip"
        overwrite = True
    write_whole(target, made.data, overwrite=overwrite)
    if not same:
        say(_("The papers made anew say something else than was filed; they are not in it."))
    inside = target.parent == app.workspace.folder / "filings"
    say(_("written: {file}").format(file=Path("filings") / target.name if inside else target))
    say(_("Its code, to be noted elsewhere: {code}").format(code=made.code))
    say(
        _("Anywhere, without books: compliance bundle verify {file} --code {code}").format(
            file=target.name, code=made.code
        )
    )
    say(_("It holds what the filed form holds, people included: keep it as you keep the form."))


def _papers(app: App, entity: str) -> tuple[dict[str, bytes], bool]:
    """The report's papers by the books and the law of the filing; whether they say what was filed."""
    from compliance.commands.check import context
    from compliance.filings import bundle as bundles
    from compliance.filings.draft import draft
    from compliance.reports import contents, papers

    then = App(start=app.start, today_text=None, actor="", key_fd=None)
    then.known_at_text, then.__dict__["keys"] = entity, app.keys
    with app.books() as books, app.vault() as vault:
        filing = books.filings[entity]
        kept = bundles.content_of(filing, vault)
    if kept is None:
        return {}, True
    with context(then) as ctx:
        report = draft(ctx, filing.obligation, filing.period).report
    if report is None or report.refusals or contents.contents(report) != kept:
        return {}, False
    return papers.make(report).files, True


@bundle.command(
    help=_("Check a bundle on any computer, without books: what is right, what is not, what cannot be told.")
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--code", default="", metavar="CODE", help=_("The code that was noted when it was made"))
@format_option
def verify(file: Path, code: str, fmt: str) -> None:
    from compliance.files import MiB, read_input
    from compliance.filings import bundle_check

    found = bundle_check.check(read_input(file, cap=512 * MiB), file.name, code=code)
    rows = [{"check": item.check, "state": item.state, "message": clean(item.message)} for item in found.told]
    columns = [Column("state", _("State")), Column("message", _("What was looked at"))]
    if fmt == "table":
        words = {"right": _("right"), "wrong": _("WRONG"), "cannot": _("cannot be told")}
        say(
            clean(
                _("Filing {filing}, {first} – {last}, sent on {day}").format(
                    filing=found.manifest.filing.id, first=found.manifest.filing.first_on, last=found.manifest.filing.last_on,
                    day=found.manifest.filing.on,
                )
            )
        )  # fmt: skip
        rows = [row | {"state": words[row["state"]]} for row in rows]
    emit(rows, columns, "bundle/1", fmt)
    if not found.right:
        raise BooksDamaged(
            _("the bundle is not what was made"),
            remedy=_("Keep it as it is, fetch it again from where it was kept, and compare."),
        )
