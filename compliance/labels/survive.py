"""What becomes of a label on its way: the file is changed as channels change it, and looked at again.

Pictures: our own strip is followed, letter by letter, through packing, shrinking and cropping. All else: what is left
of it is measured as any other file. What a channel really does may differ; these are the usual ways.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from compliance import limited
from compliance.errors import Refused
from compliance.i18n import _
from compliance.labels import _to_pdf, animation, docx, html, image, markdown, odt, pdf, text, video, work
from compliance.labels._replay import (
    CAPTION,
    QUALITY,
    SHRUNK,
    THUMBNAIL,
    Replay,
    Way,
    altered,
    measured,
    not_there,
    too_small,
)
from compliance.labels.model import Label

if TYPE_CHECKING:
    from PIL.Image import Image

_SECONDS = 30
_FILM_SECONDS = 3_600
_CLASSES = {("compliance.labels._replay", "Replay")}
_PRINTED = {docx.NAME: ".docx", odt.NAME: ".odt"}
_ALIKE = (
    0.8  # of the whole strip, after shrinking: letters are told apart by their size then, not pixel by pixel
)


def replays(data: bytes, medium: str, label: Label) -> list[Replay]:
    """In a limited child. ``medium`` by its name; `Refused` where the label does not stand there to begin with, or
    where such files are not followed."""
    film = medium == video.NAME
    found: list[Replay] = limited.run(
        f"{__name__}:replayed", data, medium, label, seconds=_FILM_SECONDS if film else _SECONDS,
        classes=_CLASSES, prepare=video.PREPARE if film else "",
    )  # fmt: skip
    if medium in _PRINTED:
        paper = _to_pdf.printed(data, _PRINTED[medium])  # which writes, so it is no work for the child
        found += limited.run(f"{__name__}:printed", paper, label, seconds=_SECONDS, classes=_CLASSES)
    return found


def replayed(data: bytes, medium: str, label: Label) -> list[Replay]:
    """The same in this process, without what an office program makes of it: for the child."""
    from compliance.labels import _survive_film, _survive_pages, _survive_papers

    if medium in (image.NAME, animation.NAME):
        return list(_pictures(data, medium, label))
    if medium == text.NAME:
        return list(_texts(data, label))
    if medium == html.NAME:
        return list(_survive_pages.pages(data, label))
    if medium == markdown.NAME:
        return list(_survive_pages.rendered(data, label))
    if medium == pdf.NAME:
        return list(_survive_papers.previews(data, label))
    if medium in _PRINTED:
        return list(_survive_papers.papers(data, medium, label))
    if medium == video.NAME:
        return list(_survive_film.films(data, label))
    raise Refused(
        _("what becomes of files of this kind on their way is not known here"),
        remedy=_("Pictures, films, PDF, DOCX, ODT, plain texts, Markdown and HTML are followed."),
    )


def printed(paper: bytes | None, label: Label) -> list[Replay]:
    """Of the PDF of a document, ``None`` where no program made one: for the child."""
    from compliance.labels import _survive_papers

    return _survive_papers.unprinted() if paper is None else list(_survive_papers.printed(paper, label))


def _pictures(data: bytes, medium: str, label: Label) -> Iterator[Replay]:
    whole = animation._film(data).frames[0] if medium == animation.NAME else image._open(data)
    drawn = image.strip(label.text or "", whole.width)
    if image.share(whole, drawn) < image.SAME:
        raise not_there()
    flat = image._grey(whole, (0, 0, *whole.size))
    packed = _packed(flat)
    size = float(drawn.size)
    same = image.share(packed, drawn) >= image.SAME
    yield Replay("jpeg", same, size, "" if same else altered())
    yield _smaller("shrunk", flat, drawn, min(1.0, SHRUNK / max(flat.size)))
    side = min(flat.size)
    left, top = (flat.width - side) // 2, (flat.height - side) // 2
    kept = top == 0 and left == 0
    yield Replay("square", kept, size if kept else None, "" if kept else _("the label is cut off"))
    yield _smaller("thumbnail", flat, drawn, min(1.0, THUMBNAIL / max(flat.size)))


def _packed(flat: Image) -> Image:
    from PIL import Image

    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY)
    return Image.open(out, formats=("JPEG",)).convert("L")


def _smaller(way: Way, flat: Image, drawn: image.Strip, scale: float) -> Replay:
    """Shrunk and packed, beside the strip shrunk alike."""
    letters = round(drawn.size * scale, 1)
    size = max(1, round(flat.width * scale)), max(1, round(flat.height * scale))
    tall = max(1, round(drawn.picture.height * scale))
    made = _packed(flat.resize(size)).crop((0, 0, size[0], tall))
    alike = image.alike(made, drawn.picture.resize((size[0], tall))) >= _ALIKE
    if letters < image.LEAST_PX:
        return Replay(way, False, letters, too_small())
    return Replay(way, alike, letters, "" if alike else altered())


def _texts(data: bytes, label: Label) -> Iterator[Replay]:
    if not work.carries(text.detect(data, label)):
        raise not_there()
    words = text.decode(data).text
    ways: tuple[tuple[Way, str], ...] = (("caption", words[:CAPTION]), ("one_line", " ".join(words.split())))
    for way, left in ways:
        yield measured(way, text, left.encode("utf-8", errors="replace"), label)
