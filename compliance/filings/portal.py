"""What a portal wants, in the order of its form: one CSV a schedule, and attachments that fit its limits.

Nothing is sent. The CSV holds what the report prints, as plain numbers; a person types or uploads it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.errors import Refused
from compliance.files import safe_name
from compliance.filings.bundle import harmless
from compliance.i18n import _
from compliance.reports import readback
from compliance.reports.contents import contents
from compliance.reports.model import Cell, Report, Section
from compliance.reports.words import decimals_of

_SIDES = (2400, 1800, 1300, 1000)
"""Longest side of a picture, in points of the picture, tried one after the other."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """An attachment below the limit: ``before`` and ``after`` in bytes; equal where nothing had to be done."""

    name: str
    data: bytes
    before: int

    @property
    def after(self) -> int:
        return len(self.data)


def schedules(report: Report) -> dict[str, bytes]:
    """Name -> CSV, in the form's order, and ``00-order.txt`` that says what comes after what."""
    files: dict[str, bytes] = {}
    order = []
    for number, section in enumerate(report.sections, 1):
        stem = "-".join(text for text in (section.id.partition("@")[0], section.group) if text)
        name = f"{number:02}-{safe_name(stem, fallback='schedule')}.csv"
        title = " ".join(text for text in (section.caption.text, section.group) if text)
        order.append(f"{number:02}  {title or section.id}: {name if section.rows else section.empty or '—'}")
        if section.rows:
            files[name] = _csv(report, section)
    _prove(report, files)
    return {"00-order.txt": ("\n".join(order) + "\n").encode(), **files}


def _csv(report: Report, section: Section) -> bytes:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    lines = [] if section.each else [section.caption.text]
    writer.writerow([harmless(text) for text in (*lines, *(column.text for column in section.columns))])
    for row in section.rows:
        words = [] if section.each else [row.caption.text]
        writer.writerow([harmless(text) for text in (*words, *(_plain(cell, report) for cell in row.cells))])
    return made.getvalue().encode("utf-8-sig")


def _plain(cell: Cell, report: Report) -> str:
    """A figure as a program reads it: digits and a point, no groups; words as they are printed."""
    if not cell.is_figure or cell.units is None:
        return cell.text
    decimals = 0 if cell.kind == "count" else decimals_of(report.currency, report.unit_minor)
    digits = str(abs(cell.units)).rjust(decimals + 1, "0")
    whole = digits[: len(digits) - decimals] + (f".{digits[len(digits) - decimals :]}" if decimals else "")
    return f"-{whole}" if cell.units < 0 else whole


def _prove(report: Report, files: Mapping[str, bytes]) -> None:
    """Read back by the reader of papers: every cell is there."""
    texts = [
        text
        for data in files.values()
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig")))
        for text in row
    ]
    other = [item for item in readback.compare(contents(report), texts) if not item.same]
    assert not other, other[:3]


def fit(name: str, data: bytes, limit: int) -> Fitted:
    """``data`` at most ``limit`` bytes: a picture made smaller, a PDF packed more tightly and its pictures made smaller.

    ``Refused`` where that is not enough, or for another kind of file.
    """
    if len(data) <= limit:
        return Fitted(name, data, len(data))
    for made in _smaller(data):
        if len(made) <= limit:
            return Fitted(name, made, len(data))
    raise Refused(
        _("{file} has {size} kB and cannot be made to fit {limit} kB").format(
            file=name, size=len(data) // 1000, limit=limit // 1000
        ),
        remedy=_("Scan it again in grey with fewer dots, or part it in two."),
    )


def _smaller(data: bytes) -> Iterator[bytes]:
    """One smaller copy after the other; none for a kind that is not known."""
    import pikepdf
    from PIL import UnidentifiedImageError

    try:
        if data.startswith(b"%PDF"):
            for side in (0, *_SIDES):
                yield _pdf(data, side)
        elif data[:3] == b"\xff\xd8\xff" or data.startswith(b"\x89PNG"):
            for side in _SIDES:
                yield _picture(data, side)
    except (pikepdf.PdfError, UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return  # damaged: it is left as it is, and told


def _picture(data: bytes, side: int) -> bytes:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data)) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((side, side))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=70, optimize=True)
    return out.getvalue()


def _pdf(data: bytes, side: int) -> bytes:
    """Streams packed anew; with ``side`` its pictures too. The words stay: they are read back and compared."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as file:
        if side:
            # A picture that stands on several pages is one object, and is packed anew once.
            images = {image.objgen: image for sheet in file.pages for image in sheet.get_images().values()}
            for image in images.values():
                _shrink(image, side)
        out = io.BytesIO()
        file.save(
            out,
            compress_streams=True,
            recompress_flate=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    made = out.getvalue()
    return made if _words(made) == _words(data) else data


def _shrink(image: Any, side: int) -> None:
    import pikepdf

    try:
        picture = pikepdf.PdfImage(image).as_pil_image().convert("RGB")
    except (
        pikepdf.PdfError,
        pikepdf.UnsupportedImageTypeError,
        NotImplementedError,  # pikepdf raises these for pictures it cannot unpack
        ValueError,
        OSError,
    ):
        return  # such a picture stays as it is
    if image.get("/SMask") is not None:
        return
    picture.thumbnail((side, side))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70, optimize=True)
    image.write(out.getvalue(), filter=pikepdf.Name.DCTDecode)
    image.Width, image.Height, image.ColorSpace, image.BitsPerComponent = (
        *picture.size,
        pikepdf.Name.DeviceRGB,
        8,
    )
    if "/DecodeParms" in image:
        del image["/DecodeParms"]


def _words(data: bytes) -> list[str]:
    import pypdfium2  # type: ignore[import-untyped,unused-ignore]

    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data)]
