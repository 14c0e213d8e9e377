"""``record material|placement``: what was published, where, and what label it really carries there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.ask import need
from compliance.commands.output import say
from compliance.commands.record_papers import names_somebody
from compliance.commands.record_shared import (
    checked_id,
    find,
    given,
    happened,
    id_option,
    pick,
    put,
    slug,
    titled,
    titles,
)
from compliance.errors import UsageError
from compliance.files import MiB
from compliance.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from compliance.commands.app import Writing
    from compliance.ledger.fact import Fact

_FILE_CAP = 512 * MiB
"""A video is large; only its digest is taken."""


@click.command(help=_("Something published: a post, an article, a poster, a video, a letter."))
@id_option
@click.option("--title", metavar="TEXT", help=_("What it is called"))
@click.option("--medium", metavar="WORD", help=_("post, article, poster, image, video, audio, letter, ..."))
@click.option("--on", "created_on", metavar="DAY", help=_("The day it was made"))
@click.option(
    "--on-behalf",
    metavar="WHO",
    help=_("organisation (as a rule), the role that speaks, or the source on whose behalf"),
)
@click.option(
    "--file", "file", type=click.Path(path_type=Path), help=_("The file itself; its digest and look are kept")
)
@pass_app
def material(app: App, /, entity: str | None, file: Path | None, **options: Any) -> None:
    from compliance.ledger.models import Material

    named = entity is not None
    with app.books() as books:
        materials = books.materials
        entity, options["title"] = titled(
            materials, entity, options["title"], "--title", _("What is it called")
        )
        before = materials.get(entity)
        new = before is None
    if new:
        options["medium"] = need(options["medium"], "--medium", _("What is it (post, article, poster, ...)"))
    if new or options["created_on"]:
        options["created_on"] = happened(app, options["created_on"], "--on", _("On which day was it made"))
    of_file = prints(file, before.looks if before else None) if file is not None else {}
    put(app, "material", Material, entity, given(**options) | of_file, named=named)


@click.command(
    help=_(
        "One place where a material appeared. With --file the file is read again and the books keep what label"
        " it really carries; saying so is not enough. With --proof a saved page, a screenshot or a print shop's act"
        " goes to the vault, and the books keep its digest and day."
    )
)
@click.argument("material_", metavar="[MATERIAL]", required=False)
@id_option
@click.option("--channel", metavar="WORD", help=_("telegram, vk, site, letter, ..."))
@click.option("--published-on", metavar="DAY", help=_("The day it first appeared there"))
@click.option("--address", metavar="TEXT", help=_("Where exactly: the address of the page"))
@click.option("--edited-on", metavar="DAY", help=_("The day it was changed"))
@click.option("--deleted-on", metavar="DAY", help=_("The day it was taken down"))
@click.option("--file", "file", type=click.Path(path_type=Path), help=_("What stands there, as a file"))
@click.option("--approved-by", metavar="POST", help=_("Who agreed to it: director, editor, ...; no name"))
@click.option(
    "--proof",
    "proofs",
    multiple=True,
    type=click.Path(path_type=Path),
    help=_("A saved page, a screenshot, a print shop's act: kept sealed; may be given several times"),
)
@pass_app
def placement(
    app: App,
    /,
    material_: str | None,
    entity: str | None,
    file: Path | None,
    proofs: tuple[Path, ...],
    **options: Any,
) -> None:
    from compliance.files import read_input
    from compliance.ledger.models import Placement

    named = entity is not None
    if options["approved_by"] and names_somebody(app, options["approved_by"]):
        raise UsageError(
            _("--approved-by: this names somebody"),
            remedy=_("Write the post, such as director; who holds it: compliance record role"),
        )
    kept = [(path, read_input(path)) for path in proofs]
    with app.books() as books:
        materials = titles(books.materials)
        known = books.placements.get(entity) if entity else None
        if known is None:
            material_ = pick(material_, "MATERIAL", _("Which material"), materials)
            options["channel"] = need(options["channel"], "--channel", _("Where (telegram, site, ...)"))
            entity = checked_id(entity or slug(f"{material_}-{options['channel']}", fallback="placement"))
            known = books.placements.get(entity)
        elif material_:
            material_ = find(material_, materials, "MATERIAL")
        for name in ("published_on", "edited_on", "deleted_on"):
            if options[name] or (name == "published_on" and known is None):
                option = f"--{name.replace('_', '-')}"
                options[name] = happened(app, options[name], option, _("On which day did it appear there"))
        fields = given(material=material_, **options)
        published = options["published_on"] or (known.published_on if known else None)
        _refuse_disorder(fields, published)
        if file is not None and published is not None:
            what = books.materials[material_ or (known.material if known else "")]
            behalf = books.sources.get(what.on_behalf)
            principal = (behalf.name or "") if behalf is not None else ""
            fields |= carried(app, file, what.medium, published, principal)
            fields |= prints(file, known.looks if known else None)
    assert entity is not None
    revision = put(
        app, "placement", Placement, entity, fields, named=named, papers=_proving(app, entity, kept)
    )
    fact = revision.fact
    if file is not None and fact is not None:
        say(_("The label in the file: {verdict}").format(verdict=verdict_word(fact.label_verdict)))


def _proving(app: App, entity: str, kept: Sequence[tuple[Path, bytes]]) -> Callable[[Writing], list[Fact]]:
    """The papers that show what stood there; the same file twice is one. A file's name that names somebody is not kept."""
    from compliance.ledger.models import Document

    titled = [(path, data, not names_somebody(app, path.stem)) for path, data in kept]

    def papers(writing: Writing) -> list[Fact]:
        known = {item.digest for item in writing.books.documents.values() if item.about == entity}
        made: list[Fact] = []
        for path, data, clear in titled:
            digest = writing.vault.put_blob(path.name, data)
            if digest in known:
                continue
            known.add(digest)
            # Of the digest, so that two who keep one each do not mean each other's.
            name = f"{entity[:50]}-proof-{digest[:7]}"
            title = path.name if clear else _("a proof")
            made.append(
                Document(
                    entity=name, digest=digest, kind="proof", title=title, received_on=app.today, about=entity
                )
            )
        return made

    return papers


def prints(file: Path, before: str | None) -> dict[str, str | None]:
    """``digest`` and ``looks`` of a file; ``before``: the looks that the register has."""
    from compliance.files import digest, read_input
    from compliance.labels.looks import Eyes

    data = read_input(file, cap=_FILE_CAP)
    with Eyes() as eyes:
        return {"digest": digest(data), "looks": eyes.kept(data, before)}


def _refuse_disorder(fields: dict[str, Any], published: date | None) -> None:
    for name in ("edited_on", "deleted_on"):
        if published and fields.get(name) and fields[name] < published:
            raise UsageError(_("it cannot be changed or taken down before it appeared"))


def verdict_word(verdict: str) -> str:
    return {
        "met": _("right"),
        "not_met": _("not right"),
        "not_measurable": _("cannot be measured: look at it"),
        "cannot_be_met": _("cannot be met in this place"),
    }.get(verdict, _("not looked at"))


def carried(app: App, file: Path, medium: str, on: date, principal: str = "") -> dict[str, Any]:
    """What label the file carries, measured: ``label_rule``, ``label_verdict``, ``label_detail``."""
    from compliance.commands.label_shared import recorded
    from compliance.errors import InputError
    from compliance.filings.labelling import main_label
    from compliance.labels import criteria
    from compliance.labels.door import medium_of, verify_file

    found: dict[str, Any] = {"label_verdict": "none"}
    try:
        measurable = medium_of(file).MEDIA[0]
    except InputError:
        measurable = None
    wanted = main_label(app.rules, app.workspace.config, on, measurable or medium, principal)
    if wanted is None or wanted.label.text is None:
        return found
    found["label_rule"] = wanted.label.rule
    if measurable is None:
        return found | {
            "label_verdict": "not_measurable",
            "label_detail": criteria.not_measured(),
        }
    measured = verify_file(file, recorded(app, wanted.label, measurable, on))
    return found | {"label_verdict": measured.verdict, "label_detail": criteria.stored(measured)}
