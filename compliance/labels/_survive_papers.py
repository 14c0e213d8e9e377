"""What becomes of a paper: its first page as a preview, its last page alone, its bare text, the PDF that an office
program makes of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import groupby

from compliance.i18n import _
from compliance.labels import _docx_read, _odt_read, _to_pdf, docx, odt, pdf, text, work
from compliance.labels._package import Package
from compliance.labels._replay import SHRUNK, THUMBNAIL, Replay, Way, judged, measured, not_there, sized
from compliance.labels.model import Label, Verification

_PREVIEWS: tuple[tuple[Way, int], ...] = (("shrunk", SHRUNK), ("thumbnail", THUMBNAIL))


def previews(data: bytes, label: Label) -> Iterator[Replay]:
    """The first page as a picture, as messengers show a file before it is opened; the last page by itself."""
    found = pdf.detect(data, label)
    if not work.carries(found):
        raise not_there()
    yield from _first_page(data, found)
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
    """DOCX and ODT as plain text: body before headers."""
    module, read = (docx, _docx_read.read) if medium == docx.NAME else (odt, _odt_read.read)
    if not work.carries(module.detect(data, label)):
        raise not_there()
    runs = [run for run in read(Package(data), header_first=False).runs if not run.hidden]
    blocks = ("".join(run.text for run in group) for _number, group in groupby(runs, lambda run: run.block))
    words = "\n\n".join(" ".join(block.split()) for block in blocks if block.strip())
    yield measured("plain", text, words.encode("utf-8", "replace"), label)


def unprinted() -> list[Replay]:
    """Where no office program is installed."""
    why = _("not tried: it needs {name}, which is not installed").format(name=_to_pdf.NAME)
    ways: tuple[Way, ...] = ("as_pdf", "shrunk", "thumbnail")
    return [Replay(way, None, None, why) for way in ways]


def printed(data: bytes, label: Label) -> Iterator[Replay]:
    """The PDF that an office program has made of a paper."""
    found = pdf.detect(data, label)
    yield judged("as_pdf", found)
    if work.carries(found):
        yield from _first_page(data, found)
        return
    for way, _longest in _PREVIEWS:
        yield Replay(way, False, None, _("the label does not stand on the first page"))
