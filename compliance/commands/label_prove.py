"""``label prove``: a file found again in the register of publications."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import Column, clean, emit, format_option, out, say
from compliance.errors import InputError
from compliance.i18n import _, day_text

if TYPE_CHECKING:
    from compliance.filings.proof import Known, Proof
    from compliance.labels.looks import Eyes
    from compliance.ledger.books import Books


@click.command(
    help=_(
        "Find a file, or a text by its words, a picture, film or recording by its look or sound, in the register of publications: where it"
        " appeared and when, which label was found on it, and since when the books say so. Exit 1 when it is not there."
    )
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--among",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help=_(
        "A picture that the register keeps no look of: look for it among your own copies of what was published"
    ),
)
@format_option
@pass_app
def prove(app: App, file: Path, among: Path | None, fmt: str) -> None:
    from compliance.commands.record_publications import verdict_word
    from compliance.files import digest, read_input
    from compliance.filings.proof import CAP, known, looking_like, proofs
    from compliance.labels.criteria import told
    from compliance.labels.looks import Eyes

    data = read_input(file, cap=CAP)
    with app.books() as books, Eyes() as eyes:
        found = list(known(books, data, _words(file, data)))
        found = found or looking_like(books, eyes.seen(data)) or looking_like(books, (), eyes.heard(data))
        if not found and among is not None:
            found = _alike(books, data, among, eyes)
        papers = proofs(books) if found else {}
    if not found:
        say(_("this file is not in the register: {digest}").format(digest=digest(data)))
        say(
            _(
                "Nothing that looks or sounds like it either, as far as the register keeps looks: it does so for files that"
                " were given to it. Look among your own copies too: --among FOLDER. To register it:"
                " compliance record placement --file FILE"
            )
        )
        if fmt != "table":
            emit([], [], "label-prove/1", fmt)
        raise click.exceptions.Exit(1)
    rows: list[dict[str, Any]] = [
        {
            "material": item.placement.material,
            "title": item.material.title,
            "placement": item.placement.entity,
            "version": item.placement.version,
            "channel": item.placement.channel,
            "address": item.placement.address,
            "published_on": item.placement.published_on.isoformat(),
            "edited_on": item.placement.edited_on.isoformat() if item.placement.edited_on else None,
            "deleted_on": item.placement.deleted_on.isoformat() if item.placement.deleted_on else None,
            "same": item.same,
            "apart": item.apart,
            "rule": item.placement.label_rule,
            "verdict": item.placement.label_verdict,
            "found": told(item.placement.label_detail),
            "approved_by": item.placement.approved_by,
            "proofs": [_paper(proof) for proof in papers.get(item.placement.entity, ())],
            "recorded_on": item.recorded_on.isoformat() if item.recorded_on else None,
            "code": item.code,
        }
        for item in found
    ]
    if fmt == "table":
        rows = [row | {"verdict": verdict_word(row["verdict"])} for row in rows]
    columns = [
        Column("title", _("Title")), Column("channel", _("Channel")), Column("published_on", _("Published")),
        Column("edited_on", _("Changed")), Column("deleted_on", _("Taken down")), Column("verdict", _("Label")),
        Column("approved_by", _("Approved by")), Column("recorded_on", _("Recorded")), Column("code", _("Code of the entry")),
    ]  # fmt: skip
    emit(rows, [column for column in columns if any(row[column.key] for row in rows)], "label-prove/1", fmt)
    if fmt == "table":
        for entity in dict.fromkeys(row["placement"] for row in rows):
            _tell(papers.get(entity, []))
    if fmt == "table" and found[0].same == "look":
        say(
            _(
                "Found by its look or sound, not byte for byte: probably the same material, {n} % of the measured"
                " points differ. Compare both yourself."
            ).format(n=found[0].apart)
        )
    if fmt == "table":
        say(_("The codes are held against one kept outside by: compliance books audit --anchor CODE"))


def _paper(proof: Proof) -> dict[str, Any]:
    paper = proof.paper
    return {
        "document": paper.entity,
        "kind": paper.kind,
        "title": paper.title,
        "digest": paper.digest,
        "recorded_on": proof.recorded_on.isoformat() if proof.recorded_on else None,
        "code": proof.code,
    }


def _tell(papers: list[Proof]) -> None:
    for proof in papers:
        day = day_text(proof.recorded_on) if proof.recorded_on else "—"
        said = _(
            "Proof kept in the vault since {day}: {title}, its digest {digest}, code of the entry {code}"
        )
        out(clean(said.format(day=day, title=proof.paper.title, digest=proof.paper.digest, code=proof.code)))


def _alike(books: Books, data: bytes, folder: Path, eyes: Eyes) -> list[Known]:
    """What the register knows of pictures in ``folder`` that look like ``data``, each read in a limited process."""
    from compliance.filings.proof import lookalikes
    from compliance.labels import animation, image

    endings = {*image.SUFFIXES, *animation.SUFFIXES}
    copies = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in endings and path.is_file())
    return list(lookalikes(books, data, copies, eyes.look))


def _words(file: Path, data: bytes) -> str | None:
    """Of a plain text; ``None`` for other files."""
    from compliance.labels import text

    if file.suffix.lower() not in text.SUFFIXES or len(data) > text.CAP:
        return None
    try:
        return text.decode(data).text
    except InputError:
        return None
