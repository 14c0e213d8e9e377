"""A contact sheet of stamped files, as people see them: `python -m tests.media.sheet docs/labels.png`.

To be looked at by a person after anything changes in how labels are drawn. Everything on it is invented.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw, ImageFont, ImageOps

from compliance.labels import _typeface, door
from compliance.labels.model import Label, Requirement
from tests.media.documents import BODY
from tests.media.films import film, moving
from tests.media.labels import TEXT, label
from tests.media.pages import saved

_WIDE, _HIGH, _COLUMNS = 420, 520, 4
FILM = Label(
    "test.label",
    TEXT,
    (Requirement("position", "start"), Requirement("screen_position", "centre"), Requirement("seconds", 1.0)),
    language="ru",
)


def pdf(width: float, height: float, *, turn: int = 0, crop: float = 0.0, pages: int = 1) -> bytes:
    """Pages of words in the library's own typeface, so that they are set in letters a reader finds."""
    import reportlab.pdfgen.canvas as drawn
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    family = _typeface.family_of("Ы")
    pdfmetrics.registerFont(TTFont("sheet", str(_typeface.path(family))))
    out = io.BytesIO()
    canvas = drawn.Canvas(out, pagesize=(width, height), invariant=1)
    for _page in range(pages):
        canvas.setFont("sheet", 22)
        canvas.drawString(60, height - 80, "Встреча соседей")
        canvas.setFont("sheet", 11)
        words, line, y = BODY.split() * 6, "", height - 120
        for word in words:
            if len(line) + len(word) > (width - 120) / 6:
                canvas.drawString(60, y, line)
                line, y = "", y - 16
            line = f"{line} {word}".strip()
        canvas.drawString(60, y, line)
        canvas.showPage()
    canvas.save()
    document = pikepdf.open(io.BytesIO(out.getvalue()))
    for page in document.pages:
        if turn:
            page.Rotate = turn
        if crop:
            page.CropBox = pikepdf.Array([crop, crop, width - crop, height - crop])
    return saved(document)


def picture(form: str, size: tuple[int, int], mode: str = "RGB") -> bytes:
    out, made = io.BytesIO(), moving(*size, 40).convert(mode)
    if mode == "RGBA":
        made.putalpha(ImageOps.invert(Image.linear_gradient("L").resize(size)))
    made.save(out, form)
    return out.getvalue()


def animated(size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    frames = [moving(*size, number * 9) for number in range(6)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=120, loop=0)
    return out.getvalue()


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 260"><rect width="400" height="260" fill="#246"/>'
    b'<circle cx="200" cy="130" r="80" fill="gold"/></svg>'
)


def files() -> dict[str, bytes]:
    """Name -> a file that people publish."""
    return {
        "A4.pdf": pdf(595, 842), "turned.pdf": pdf(842, 595, turn=90), "cropped.pdf": pdf(700, 900, crop=40),
        "small.pdf": pdf(420, 595), "poster.png": picture("PNG", (900, 600)), "see-through.png": picture("PNG", (700, 500), "RGBA"),
        "photo.jpg": picture("JPEG", (1200, 800)), "story.jpg": picture("JPEG", (540, 960)), "animation.gif": animated((500, 400)),
        "drawing.svg": SVG, "film.mp4": film(seconds=1, sound=""), "portrait.mp4": film(width=360, height=640, seconds=1, sound=""),
    }  # fmt: skip


def sheet() -> Image.Image:
    shown = []
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files().items():
            path = Path(folder, name)
            path.write_bytes(data)
            wanted = FILM if name.endswith(".mp4") else label()
            made = door.apply_file(path, wanted)
            shown.append((name, Image.open(io.BytesIO(door.picture_of(made.path, wanted))).convert("RGB")))
    rows = -(-len(shown) // _COLUMNS)
    whole = Image.new("RGB", (_COLUMNS * _WIDE, rows * _HIGH), "#dddddd")
    pen, face = ImageDraw.Draw(whole), ImageFont.truetype(str(_typeface.path(_typeface.family_of("a"))), 18)
    for number, (name, seen) in enumerate(shown):
        left, top = (number % _COLUMNS) * _WIDE, (number // _COLUMNS) * _HIGH
        pen.text((left + 12, top + 8), name, fill="black", font=face)
        whole.paste(ImageOps.contain(seen, (_WIDE - 24, _HIGH - 48)), (left + 12, top + 36))
    return whole


if __name__ == "__main__":
    sheet().quantize(96).save(sys.argv[1], optimize=True)
