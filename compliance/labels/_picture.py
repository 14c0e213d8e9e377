"""A picture as evidence: the page as it is seen, the label that was found and the text taken for the body framed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from compliance.i18n import _
from compliance.labels import _typeface
from compliance.labels.model import Verification

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

Box = tuple[float, float, float, float]
WIDEST = 1600
"""Pixels: enough to read a page, small enough for a letter to an inspector."""
_LABEL, _BODY = (200, 0, 0), (0, 70, 200)
_LETTERS = 22


def framed(page: Image, scale: float, found: Verification) -> bytes:
    """``page`` as PNG with frames and a legend above it. ``scale``: pixels of ``page`` for one unit of the boxes."""
    from PIL import Image, ImageDraw

    detection = found.detection
    boxes = detection.body_boxes if detection else ()
    lines = _legend(found)
    head = (len(lines) + 1) * _LETTERS
    made = Image.new("RGB", (page.width, page.height + head), "white")
    made.paste(page.convert("RGB"), (0, head))
    pen = ImageDraw.Draw(made)
    for box in boxes:
        _frame(pen, box, scale, head, _BODY, 1)
    if detection and detection.box:
        _frame(pen, detection.box, scale, head, _LABEL, 4)
    for number, (words, colour) in enumerate(lines):
        _write(pen, (8, 6 + number * _LETTERS), words, colour)
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def _legend(found: Verification) -> Sequence[tuple[str, tuple[int, int, int]]]:
    detection = found.detection
    if detection is None:
        return [(_("no label with the prescribed words was found"), _LABEL)]
    size = _sized(detection.label_size, detection.unit)
    lines = [(_("red: the label{size}").format(size=size), _LABEL)]
    if detection.body_boxes:
        size = _sized(detection.body_size, detection.unit)
        lines.append((_("blue: what was taken for the text{size}").format(size=size), _BODY))
    return lines


def _sized(size: float | None, unit: str) -> str:
    return "" if size is None else f", {size:g} {unit}"


def _frame(
    pen: ImageDraw, box: Box, scale: float, head: int, colour: tuple[int, int, int], width: int
) -> None:
    left, top, right, bottom = (value * scale for value in box)
    pen.rectangle((left - width, top - width + head, right + width, bottom + width + head), outline=colour, width=width)  # fmt: skip


def _write(pen: ImageDraw, at: tuple[int, int], words: str, colour: tuple[int, int, int]) -> None:
    from PIL import ImageFont

    x = float(at[0])
    for piece in _typeface.pieces(words):
        face = ImageFont.truetype(
            str(_typeface.path(piece.family)), _LETTERS - 6, layout_engine=ImageFont.Layout.BASIC
        )
        pen.text((x, at[1]), piece.text, fill=colour, font=face)
        x += face.getlength(piece.text)
