"""What becomes of a paper: its first page as a preview, printed in grey, its last page alone, its bare text, the PDF
that an office program makes of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import cast

from compliance.i18n import _
from compliance.labels import (
    _docx_read,
    _odt_read,
    _pdf_look,
    _pptx_read,
    _to_pdf,
    _xlsx_read,
    docx,
    odt,
    pdf,
    pptx,
    text,
    work,
    xlsx,
)  # fmt: skip
from compliance.labels._colours import contrast
from compliance.labels._package import Package
from compliance.labels._replay import SHRUNK, THUMBNAIL, Replay, Way, judged, measured, not_there, sized
from compliance.labels.judge import CONTRAST, judge
from compliance.labels.model import Label, Medium, Verification
from compliance.labels.reading import Reading

_INK = 50
"""The fiftieth part of the pixels round the label that is darkest or lightest is ink: letters cover more."""
_READ: dict[str, tuple[object, Callable[[Package], Reading]]] = {
    docx.NAME: (docx, lambda package: _docx_read.read(package, header_first=False)),
    odt.NAME: (odt, lambda package: _odt_read.read(package, header_first=False)),
    pptx.NAME: (pptx, _pptx_read.read),
    xlsx.NAME: (xlsx, _xlsx_read.read),
}
_PREVIEWS: tuple[tuple[Way, int], ...] = (("shrunk", SHRUNK), ("thumbnail", THUMBNAIL))


def previews(data: bytes, label: Label) -> Iterator[Replay]:
    """The first page as a picture, as messengers show a file before it is opened; the last page by itself."""
    found = pdf.detect(data, label)
    if not work.carries(found):
        raise not_there()
    yield from _first_page(data, found)
    yield _in_grey(data, found)
    if (last := _last_page(data)) is not None:
        yield measured("last_page", pdf, last, label)


def _first_page(data: bytes, found: Verification) -> Iterator[Replay]:
    sheet = pdf._read(data).sheets[0]
    for way, longest in _PREVIEWS:
        scale = longest / max(sheet.width, sheet.height, 1.0)
        seen = found.detection
        if seen is None or seen.label_size is None:
            yield Replay(way, None, None, _("the size of the letters is not known"))
        elif seen.page != 1:
            yield Replay(way, False, None, _("the label does not stand on the first page"))
        else:
            yield sized(way, round(seen.label_size * scale / sheet.unit, 1))


def _in_grey(data: bytes, found: Verification) -> Replay:
    """As an office printer prints it: the letters against what is round them, in the light they have there."""
    seen = found.detection
    if seen is None or seen.box is None:
        return Replay("grey", None, None, _("where the label stands on the page is not known"))
    sheets = pdf._read(data).sheets
    sheet = sheets[min((seen.page or 1) - 1, len(sheets) - 1)]
    scale = min(2.0, SHRUNK / max(sheet.width, sheet.height, 1.0))
    left, top, right, bottom = (round(side * scale / sheet.unit) for side in seen.box)
    greys = sorted(_pdf_look.draw(sheet, scale).convert("L").crop((left, top, right, bottom)).tobytes())
    if not greys:
        return Replay("grey", None, None, _("where the label stands on the page is not known"))
    ground = greys[len(greys) // 2]
    ends = greys[len(greys) // _INK], greys[-1 - len(greys) // _INK]
    ink = max(ends, key=lambda grey: abs(grey - ground))
    apart = contrast((*(3 * (ink / 255,)), 1.0), (*(3 * (ground / 255,)), 1.0))
    why = (
        "" if apart >= CONTRAST else _("in grey the letters stand out less than {n} to 1").format(n=CONTRAST)
    )
    return Replay("grey", not why, None, why, round(apart, 2))


@pdf._sound
def _last_page(data: bytes) -> bytes | None:
    """As it is sent or printed alone; ``None`` of one page."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as whole, pikepdf.new() as made:
        if len(whole.pages) < 2:
            return None
        made.pages.append(whole.pages[-1])
        out = io.BytesIO()
        made.save(out)
    return out.getvalue()


def papers(data: bytes, medium: str, label: Label) -> Iterator[Replay]:
    """Office documents as plain text: body before headers, slide after slide, sheet after sheet."""
    module, read = _READ[medium]
    if not work.carries(cast(Medium, module).detect(data, label)):
        raise not_there()
    runs = [run for run in read(Package(data)).runs if not run.hidden]
    blocks = ("".join(run.text for run in group) for _number, group in groupby(runs, lambda run: run.block))
    words = "\n\n".join(" ".join(block.split()) for block in blocks if block.strip())
    yield measured("plain", text, words.encode("utf-8", "replace"), label)
    if medium == pptx.NAME:
        stays = _pptx_read.at_the_end(_pptx_read.read(Package(data)), label)
        yield judged("last_slide", judge(stays, label))


def unprinted() -> list[Replay]:
    """Where no office program is installed."""
    why = _("not tried: it needs {name}, which is not installed").format(name=_to_pdf.NAME)
    ways: tuple[Way, ...] = ("as_pdf", "shrunk", "thumbnail", "grey")
    return [Replay(way, None, None, why) for way in ways]


def printed(data: bytes, label: Label) -> Iterator[Replay]:
    """The PDF that an office program has made of a paper."""
    found = pdf.detect(data, label)
    yield judged("as_pdf", found)
    if work.carries(found):
        yield from _first_page(data, found)
        yield _in_grey(data, found)
        return
    for way in ("shrunk", "thumbnail", "grey"):
        yield Replay(way, False, None, _("the label does not stand on the first page"))
