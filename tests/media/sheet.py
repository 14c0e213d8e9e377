"""A contact sheet of stamped files, as people see them: `python -m tests.media.sheet` writes docs/labels.png.

To be looked at by a person after anything changes in how labels are drawn. Everything on it is invented.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from compliance.labels import _typeface, door
from compliance.labels.model import Label, Requirement
from tests.media.films import film, moving
from tests.media.labels import TEXT, label
from tests.media.pages import Shape, page
from tests.office import Office

_WIDE, _HIGH, _COLUMNS = 420, 520, 4
FILM = Label(
    "test.label",
    TEXT,
    (Requirement("position", "start"), Requirement("screen_position", "centre"), Requirement("seconds", 1.0)),
    language="ru",
)


PRINTED = {
    "docx": ("heading and text", "first block a table", "letterhead"),
    "odt": ("heading and text",),
    "pptx": ("small text", "wide slides"),
    "xlsx": ("plain",),
    "html": ("a heading and text", "dark"),
}


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
        "A4.pdf": page(Shape()), "turned.pdf": page(Shape(turn=90)),
        "cropped.pdf": page(Shape(crop=(40, 30, 40, 30))), "scaled.pdf": page(Shape(unit=1.5)), "poster.png": picture("PNG", (900, 600)), "see-through.png": picture("PNG", (700, 500), "RGBA"),
        "photo.jpg": picture("JPEG", (1200, 800)), "story.jpg": picture("JPEG", (540, 960)), "animation.gif": animated((500, 400)),
        "drawing.svg": SVG, "film.mp4": film(seconds=1, sound=""), "portrait.mp4": film(width=360, height=640, seconds=1, sound=""),
    }  # fmt: skip


def papers(folder: Path) -> dict[str, Path]:
    """Name -> a labelled file as it comes out of a printer: office files by LibreOffice, pages by WeasyPrint."""
    from weasyprint import HTML

    sys.path.append(
        str(Path(__file__).parent.parent)
    )  # as pytest does for the tests that the corpus is drawn from
    from tests.media import corpus

    stamped = {}
    for sample in corpus.awkward():
        if sample.what in PRINTED.get(sample.ending, ()):
            path = folder / f"{sample.what}.{sample.ending}"
            path.write_bytes(sample.make())
            stamped[path.name] = door.apply_file(path, sample.label).path.read_bytes()
    pages = {name: data for name, data in stamped.items() if name.endswith(".html")}
    office = Office()
    printed = office.converted({name: data for name, data in stamped.items() if name not in pages}, "pdf")
    office.close()
    printed |= {name: HTML(string=data.decode()).write_pdf() for name, data in pages.items()}
    for name, data in printed.items():
        (folder / f"{name}.pdf").write_bytes(data)
    return {name: folder / f"{name}.pdf" for name in sorted(printed)}


def sheet() -> Image.Image:
    shown = []
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files().items():
            path = Path(folder, name)
            path.write_bytes(data)
            wanted = FILM if name.endswith(".mp4") else label()
            made = door.apply_file(path, wanted)
            shown.append((name, Image.open(io.BytesIO(door.picture_of(made.path, wanted))).convert("RGB")))
        for name, path in papers(Path(folder)).items():
            shown.append((name, Image.open(io.BytesIO(door.picture_of(path, label()))).convert("RGB")))
    rows = -(-len(shown) // _COLUMNS)
    whole = Image.new("RGB", (_COLUMNS * _WIDE, rows * _HIGH), "#dddddd")
    pen, face = ImageDraw.Draw(whole), ImageFont.truetype(str(_typeface.path(_typeface.family_of("a"))), 18)
    for number, (name, seen) in enumerate(shown):
        left, top = (number % _COLUMNS) * _WIDE, (number // _COLUMNS) * _HIGH
        pen.text((left + 12, top + 8), name, fill="black", font=face)
        whole.paste(ImageOps.contain(seen, (_WIDE - 24, _HIGH - 48)), (left + 12, top + 36))
    return whole


if __name__ == "__main__":
    sheet().quantize(96).save(*(sys.argv[1:] or ["docs/labels.png"]), optimize=True)
