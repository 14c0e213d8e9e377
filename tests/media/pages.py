"""PDF pages for the tests of labels: exact sizes, every way a page can be turned, cropped and scaled."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pikepdf

from compliance.practice.paper import A4, FACE, Run, pdf

TITLE = "Встреча соседей"
BODY = (
    "Приходите в среду в гостиную центра на улице Примерной.",
    "Поговорим о дворе, о лавочках и о том, как помочь друг другу зимой.",
    "Вход свободный, чай и пирог за нами.",
)


@dataclass(frozen=True)
class Shape:
    """How a page differs from A4 portrait; ``shift`` moves the media box, ``crop`` insets from it."""

    turn: int = 0
    unit: float = 1.0
    shift: tuple[int, int] = (0, 0)
    crop: tuple[int, int, int, int] | None = None
    size: tuple[int, int] = A4


def layout(
    label: str | None = None,
    *,
    points: float = 34,
    body: float = 16,
    grey: float = 0,
    last: bool = False,
    size: tuple[int, int] = A4,
    inset: float = 40,
    gap: float = 6,
) -> list[Run]:
    """Heading, label, body as lines; ``gap`` is the room under the heading."""
    wide = size[0] - 2 * inset
    runs = FACE.column(TITLE, inset, size[1] - inset, 2.5 * body, wide)

    def add(text: str, height: float, room: float = 6, shade: float = 0) -> None:
        runs.extend(FACE.column(text, inset, runs[-1].y - room, height, wide, shade))

    if label and not last:
        add(label, points, gap, grey)
        gap = 6
    for number, line in enumerate(BODY):
        add(line, body, gap if not number else 6)
    if label and last:
        add(label, points, 6, grey)
    return runs


def page(shape: Shape, runs: list[Run] | None = None, extra: bytes = b"") -> bytes:
    """One page that looks the same whatever its shape: upright, inside the crop box, inset by 60."""
    width, height = shape.size
    runs = layout(size=shape.size, inset=60) if runs is None else runs
    data = pdf(runs, size=shape.size)
    with pikepdf.open(io.BytesIO(data)) as document:
        found = document.pages[0]
        turned = {0: (1, 0, 0, 1, 0, 0), 90: (0, 1, -1, 0, height, 0), 180: (-1, 0, 0, -1, width, height)}
        turned[270] = (0, -1, 1, 0, 0, width)
        a, b, c, d, e, f = turned[shape.turn]
        across, up = (height, width) if shape.turn in (90, 270) else (width, height)
        dx, dy = shape.shift
        scale = 1 / shape.unit
        matrix = [a * scale, b * scale, c * scale, d * scale, e * scale + dx, f * scale + dy]
        found.contents_add(("q " + " ".join(f"{v:g}" for v in matrix) + " cm\n").encode(), prepend=True)
        found.contents_add(b"\nQ\n" + extra)
        found.obj.MediaBox = pikepdf.Array([dx, dy, dx + across * scale, dy + up * scale])
        if shape.crop:
            left, bottom, right, top = shape.crop
            box = [
                dx + left * scale,
                dy + bottom * scale,
                dx + (across - right) * scale,
                dy + (up - top) * scale,
            ]
            found.obj.CropBox = pikepdf.Array(box)
        if shape.turn:
            found.obj.Rotate = shape.turn
        if shape.unit != 1:
            found.obj.UserUnit = shape.unit
        return saved(document)


def saved(document: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()


def joined(*files: bytes) -> bytes:
    """One document of all pages."""
    made = pikepdf.new()
    for data in files:
        with pikepdf.open(io.BytesIO(data)) as document:
            made.pages.extend(document.pages)
    return saved(made)


def parts(data: bytes) -> list[bytes]:
    """Each page as a document of its own."""
    with pikepdf.open(io.BytesIO(data)) as document:
        found = []
        for one in document.pages:
            made = pikepdf.new()
            made.pages.append(one)
            found.append(saved(made))
        return found
