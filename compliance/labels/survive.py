"""What becomes of a label on its way: the file is changed as channels change it, and looked at again.

Pictures: our own strip is followed, letter by letter, through packing, shrinking and cropping. All else: what is left
of it is measured as any other file. What a channel really does may differ; these are the usual ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import cast

from compliance import limited
from compliance.errors import InputError, Refused
from compliance.i18n import _
from compliance.labels import (
    _to_pdf,
    animation,
    docx,
    email,
    epub,
    html,
    image,
    markdown,
    odt,
    pdf,
    pptx,
    svg,
    text,
    video,
    work,
    xlsx,
)  # fmt: skip
from compliance.labels._replay import CAPTION, Replay, Way, measured, not_there
from compliance.labels.model import Label, Medium

_SECONDS = 30
_FILM_SECONDS = 3_600
_CLASSES = {("compliance.labels._replay", "Replay")}
_FOLLOWED = (image, animation, text, html, markdown, pdf, docx, odt, pptx, xlsx, svg, email, epub, video)
_PRINTED = {docx.NAME: ".docx", odt.NAME: ".odt", pptx.NAME: ".pptx", xlsx.NAME: ".xlsx"}


def replays(data: bytes, medium: str, label: Label) -> list[Replay]:
    """In a limited child. ``medium`` by its name; `Refused` where the label does not stand there to begin with, or
    where such files are not followed."""
    film = medium == video.NAME
    found: list[Replay] = limited.run(
        f"{__name__}:replayed", data, medium, label, seconds=_FILM_SECONDS if film else _SECONDS,
        classes=_CLASSES, prepare=getattr(_module(medium), "PREPARE", ""),
    )  # fmt: skip
    return [*found, *(_from_office(data, medium, label) if medium in _PRINTED else [])]


def _module(medium: str) -> ModuleType | None:
    return next((item for item in _FOLLOWED if medium == item.NAME), None)


def _from_office(data: bytes, medium: str, label: Label) -> list[Replay]:
    paper = _to_pdf.printed(data, _PRINTED[medium])  # which writes, so it is no work for the child
    found: list[Replay] = limited.run(f"{__name__}:printed", paper, label, seconds=_SECONDS, classes=_CLASSES)
    return found


@dataclass(frozen=True, slots=True)
class Laid:
    """One layout and what becomes of it; ``why`` it is not offered, where the label would not be right in it."""

    layout: str
    replays: tuple[Replay, ...]
    why: str = ""

    @property
    def kept(self) -> int:
        """On how many ways the label stays, of those on which some layout can keep one."""
        return sum(item.carries is True and not item.hopeless for item in self.replays)

    @property
    def of(self) -> int:
        """How many of these were replayed."""
        return sum(item.carries is not None and not item.hopeless for item in self.replays)


def tried(data: bytes, medium: str, label: Label) -> list[Laid]:
    """Every layout that the medium has, put on and followed; what keeps the label on most ways first, then as usual.

    A label of ours that stands there is taken off first. `Refused` where it cannot be, and where the medium has but
    one layout.
    """
    film = medium == video.NAME
    found: list[tuple[str, str, list[Replay], bytes]] = limited.run(
        f"{__name__}:laid_out", data, medium, label, seconds=_FILM_SECONDS if film else 3 * _SECONDS,
        classes=_CLASSES, prepare=getattr(_module(medium), "PREPARE", ""),
    )  # fmt: skip
    made = []
    for name, why, ways, stamped in found:
        more = _from_office(stamped, medium, label) if medium in _PRINTED and not why else []
        made.append(Laid(name, (*ways, *more), why))
    return sorted(made, key=lambda item: (bool(item.why), -item.kept))


def laid_out(data: bytes, medium: str, label: Label) -> list[tuple[str, str, list[Replay], bytes]]:
    """Layout, why it is not offered, its replays, the labelled file where it is to be printed: for the child."""
    module = _module(medium)
    if module is None:
        raise _unknown()
    names = work.layouts(cast(Medium, module))
    if not names:
        raise Refused(
            _("files of this kind have one layout only"),
            remedy=_("What becomes of it: compliance label survive FILE"),
        )
    found: list[tuple[str, str, list[Replay], bytes]] = []
    for name in names:
        try:
            done = work.run(cast(Medium, module), "apply", data, label, name)
        except InputError as error:
            found.append((name, error.what, [], b""))
            continue
        stamped = done.stamped.data if done.stamped else data
        if not work.carries(done.verification):
            wrong = [item.message for item in done.verification.criteria if item.verdict == "not_met"]
            found.append((name, "; ".join(wrong), [], b""))
            continue
        ways = replayed(stamped, medium, label)
        found.append((name, "", ways, stamped if medium in _PRINTED else b""))
    return found


def replayed(data: bytes, medium: str, label: Label) -> list[Replay]:
    """The same in this process, without what an office program makes of it: for the child."""
    from compliance.labels import _survive_film, _survive_pages, _survive_papers, _survive_pictures

    if medium in (image.NAME, animation.NAME):
        return list(_survive_pictures.pictures(data, medium, label))
    if medium == text.NAME:
        return list(_texts(data, label))
    if medium == html.NAME:
        return list(_survive_pages.pages(data, label))
    if medium == markdown.NAME:
        return list(_survive_pages.rendered(data, label))
    if medium == pdf.NAME:
        return list(_survive_papers.previews(data, label))
    if medium == svg.NAME:
        return list(_survive_papers.previews(svg.drawn(data), label))
    if medium == email.NAME:
        return list(_survive_pages.letters(data, label))
    if medium == epub.NAME:
        return list(_survive_pages.books(data, label))
    if medium in _PRINTED:
        return list(_survive_papers.papers(data, medium, label))
    if medium == video.NAME:
        return list(_survive_film.films(data, label))
    raise _unknown()


def _unknown() -> Refused:
    return Refused(
        _("what becomes of files of this kind on their way is not known here"),
        remedy=_(
            "Pictures, films, drawings, PDF, office documents, e-mails, books, plain texts, Markdown and HTML are followed."
        ),
    )


def printed(paper: bytes | None, label: Label) -> list[Replay]:
    """Of the PDF of a document, ``None`` where no program made one: for the child."""
    from compliance.labels import _survive_papers

    return _survive_papers.unprinted() if paper is None else list(_survive_papers.printed(paper, label))


def _texts(data: bytes, label: Label) -> Iterator[Replay]:
    if not work.carries(text.detect(data, label)):
        raise not_there()
    words = text.decode(data).text
    ways: tuple[tuple[Way, str], ...] = (("caption", words[:CAPTION]), ("one_line", " ".join(words.split())))
    for way, left in ways:
        yield measured(way, text, left.encode("utf-8", errors="replace"), label)
