"""PNG and JPEG: the picture is extended at the top by a strip with the label, drawn in our typeface.

Pixels have no text to compare: our own strip is recognised by drawing it again and correlating the
two; any other label in a picture has to be looked at. A PNG keeps everything it says and is (`_png_rows`), where
it need not be drawn anew; a JPEG is packed anew with its own tables, and keeps the camera's turn, profile and data.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from operator import mul
from typing import TYPE_CHECKING, Any, Literal

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.labels import _author_picture, _picture, _png_rows, _typeface
from compliance.labels.judge import judge
from compliance.labels.model import Label, Stamped, Verification
from compliance.labels.reading import Reading, Run

if TYPE_CHECKING:
    from PIL.Image import Image

NAME = "image"
SUFFIXES = (".png", ".jpg", ".jpeg")
MEDIA = ("image", "post", "text")
CAP = 64 * MiB
ISOLATED = 8

MOST_PIXELS = 100_000_000
_TALLEST_JPEG = 65_500  # libjpeg writes no taller one
LEAST_PX = 12  # letters smaller than that cannot be read on a screen
_GRID = 16  # JPEG blocks: a strip of whole blocks leaves the picture's own blocks where they were
SAME = (
    0.95  # least correlation of a letter: .967 and more after JPEG at quality 20, И for Й gives .93 at most
)
_EVEN = 8  # of 255: an area of a lower standard deviation shows nothing
_SMALL = 2_500  # pixels
_FAINT = 0.6  # of the whole: below, it is no strip of ours at all


# From upright to how the camera stored it: `Image.Transpose` by the turn that EXIF names.
_BACK = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}

anonymous = _author_picture.anonymous


def recognises(data: bytes) -> bool:
    return data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))


def endings(data: bytes) -> tuple[str, ...]:
    """The endings that such content rightly has."""
    return (".png",) if data.startswith(b"\x89PNG") else (".jpg", ".jpeg")


def _open(data: bytes) -> Image:
    """The first frame, turned as the camera held it; `InputError` for floods, cut and other files."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
        if picture.width * picture.height > MOST_PIXELS:
            raise _flood()
        if getattr(picture, "n_frames", 1) > 1:
            raise InputError(
                _("this picture moves"), remedy=_("Label it as a video, or save it as a still picture.")
            )
        picture.load()
        form, tables, info = picture.format, getattr(picture, "quantization", None), dict(picture.info)
        sampling = _sampling(picture)
        turned = ImageOps.exif_transpose(picture)
    except InputError:
        raise
    except Image.DecompressionBombError:
        raise _flood() from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, OverflowError, TypeError, KeyError):
        raise InputError(
            _("this picture is damaged or cut off"), remedy=_("Open it in a viewer and save it again.")
        ) from None
    turned.format = form
    turned.info = {
        "icc_profile": info.get("icc_profile"),
        "dpi": info.get("dpi"),
        "tables": tables,
        "sampling": sampling,
        "transparent": "transparency" in info,
    }
    return turned


def _flood() -> InputError:
    return InputError(
        _("this picture has more than {n} million pixels").format(n=MOST_PIXELS // 1_000_000),
        why=_("A file of this kind is never that large; it may be damaged or hostile."),
    )


def _sampling(picture: Image) -> int:
    from PIL import JpegImagePlugin

    if picture.format != "JPEG":
        return -1
    found: int = JpegImagePlugin.get_sampling(picture)  # type: ignore[no-untyped-call, unused-ignore]
    return found


def _size(width: int) -> int:
    """Height of letters for a picture that wide: about forty letters a line."""
    return max(LEAST_PX, round(width / 26))


@dataclass(frozen=True, slots=True)
class Strip:
    """The drawn label, the height of its letters, and the box of each letter, all in pixels."""

    picture: Image
    size: int
    letters: tuple[tuple[int, int, int, int], ...]


@lru_cache(maxsize=8)
def strip(text: str, width: int, size: int = 0) -> Strip:
    """The label in black on white, ``width`` pixels wide, in whole JPEG blocks high: always the same pixels.
    ``size``: of its letters; about forty of them a line where it is not said.

    Raises `InputError` where the longest word does not fit.
    """
    from PIL import Image, ImageDraw, ImageFont

    size = size or _size(width)
    margin = size // 2
    longest = max(_typeface.width(word) for word in text.split())
    if longest * size > width - 2 * margin:
        size = int((width - 2 * margin) / longest)
    if size < LEAST_PX:
        raise InputError(
            _("the picture is too narrow for a label"),
            remedy=_("Make it wider, or put the label into the text."),
        )
    lines = _typeface.wrap(text, (width - 2 * margin) / size - 0.02)
    step = round(size * _typeface.LEADING)
    height = -(-(len(lines) * step + 2 * margin) // _GRID) * _GRID
    picture = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(picture)
    # The basic engine: the same pixels with and without the system's text shaping library.
    faces = {
        family: ImageFont.truetype(str(_typeface.path(family)), size, layout_engine=ImageFont.Layout.BASIC)
        for family in {piece.family for line in lines for piece in _typeface.pieces(line)}
    }
    letters = []
    for number, line in enumerate(lines):
        x, base = margin, margin + round(size * 0.95) + number * step
        for char in line:
            # Letter by letter on whole pixels, so that each can be looked at by itself.
            face = faces[_typeface.family_of(char)]
            pen.text((x, base), char, fill=0, font=face, anchor="ls")
            after = x + round(face.getlength(char))
            if not char.isspace():
                letters.append((x, base - size, after, base + size // 4))
            x = after
    return Strip(picture, size, tuple(letters))


def stamp(data: bytes, label: Label) -> Stamped:
    """The picture, upright, under its strip. What a strip of ours already labels is left alone."""
    assert label.text is not None
    picture = _open(data)
    drawn = strip(label.text, picture.width)
    if share(picture, drawn) >= SAME:
        return Stamped(data, (_("the picture carries its label already"),))
    top = drawn.picture
    notes = [
        _("a strip with the label was added at the top; the picture itself was not changed"),
        *tall(picture, top),
    ]
    if picture.format == "PNG" and _author_picture.turn(data) == 1:
        spliced = _png_rows.put(data, top)
        if spliced is not None and share(_open(spliced), drawn) >= SAME:
            return Stamped(spliced, (*notes, *_author_picture.told(data, spliced)))
    if picture.format == "JPEG" and picture.height + top.height > _TALLEST_JPEG:
        raise InputError(
            _("with its label this picture would be taller than a JPEG can be"), remedy=_("Save it as PNG.")
        )
    mode: Literal["RGBA", "RGB", "L"] = "RGBA" if picture.mode in ("RGBA", "LA", "PA", "P") else "RGB"
    if picture.mode in ("L", "1", "CMYK", "I;16", "I"):
        mode = "L" if picture.mode != "CMYK" else "RGB"
    if picture.info["transparent"]:
        mode = "RGBA"
    made = _canvas(picture, top, mode)
    notes[0] = _drawn_anew(picture, data)
    if picture.mode == "CMYK":
        notes.append(_("the picture was converted from CMYK to RGB"))
        picture.info["icc_profile"] = None
    saved = _saved(made, picture, data)
    return Stamped(saved, (*notes, *_author_picture.told(data, saved)))


def tall(picture: Image, top: Image) -> list[str]:
    """Says that the strip outgrows a small picture: smaller letters could not be read."""
    if top.height <= picture.height:
        return []
    said = _(
        "the strip is taller than the picture: {width} × {height} pixels became {width} × {whole}, since letters below"
        " {least} pixels cannot be read; put the words into the text beside the picture if it must stay small"
    ).format(width=picture.width, height=picture.height, whole=picture.height + top.height, least=LEAST_PX)
    return [said]


def _drawn_anew(picture: Image, data: bytes) -> str:
    if picture.format == "JPEG":
        return _(
            "a strip with the label was added at the top; the picture was packed anew with its own quality:"
            " differences cannot be seen"
        )
    if data[24] == 16:
        return _(
            "a strip with the label was added at the top; the picture was drawn anew and its 16 bits a colour became"
            " 8: keep the original"
        )
    return _("a strip with the label was added at the top; the picture was drawn anew, with the same pixels")


def remove(data: bytes, label: Label) -> Stamped | None:
    """Without our strip; ``None`` where there is none. A PNG that was not drawn anew comes back byte for byte; a JPEG
    is packed once more, with the same tables."""
    picture = _open(data)
    for words in dict.fromkeys((*([label.text] if label.text else []), *label.former)):
        try:
            drawn = strip(words, picture.width)
        except InputError:
            continue
        if share(picture, drawn) >= SAME:
            tall = drawn.picture.height
            if picture.format == "PNG":
                back = _png_rows.taken(data, tall)
                if back is not None:
                    return Stamped(back, (_("the picture is as it was, byte for byte"),))
                tall += _is_line(picture, tall)
                note = _("the picture is as it was, pixel by pixel")
            else:
                note = _(
                    "a JPEG is packed anew: nearly the same picture; keep to the original file if you have it"
                )
            rest = picture.crop((0, tall, picture.width, picture.height))
            return Stamped(_saved(rest, picture, data), (note,))
    return None


def _is_line(picture: Image, at: int) -> bool:
    """Whether the row at that height is the one of zeros that stands between strip and picture in a PNG."""
    row = picture.crop((0, at, picture.width, at + 1)).tobytes()
    return picture.height > at + 1 and not row.strip(b"\0")


def _canvas(picture: Image, top: Image, mode: str) -> Image:
    from PIL import Image

    content = _eight_bits(picture)
    line = 1 if picture.format == "PNG" else 0
    made = Image.new(mode, (picture.width, picture.height + top.height + line))
    made.paste(content.convert(mode), (0, top.height + line))
    made.paste(top.convert(mode), (0, 0))
    return made


def _eight_bits(picture: Image) -> Image:
    if picture.mode not in ("I;16", "I"):
        return picture
    return picture.convert("I").point(lambda value: value / 256).convert("L")


def _saved(made: Image, picture: Image, data: bytes) -> bytes:
    """In the picture's own format; a JPEG of ``data`` with what that says, turned as it was stored."""
    from PIL.Image import Transpose

    out = io.BytesIO()
    keep: dict[str, Any] = {
        name: picture.info[name] for name in ("icc_profile", "dpi") if picture.info.get(name)
    }
    if picture.format == "PNG":
        made.save(out, "PNG", **keep)
        return out.getvalue()
    said = _author_picture.said(data)
    tables, sampling = picture.info["tables"], picture.info["sampling"]
    if made.mode == "RGBA":
        made = made.convert("RGB")
    if said and (back := _BACK.get(_author_picture.turn(data))) is not None:
        made = made.transpose(Transpose(back))
    usable = bool(tables) and (made.mode == "L" or len(tables) >= 2)
    if usable:
        keep |= {"qtables": tables, "subsampling": sampling if made.mode == "RGB" else -1}
    else:
        keep |= {"quality": 92}
    made.save(out, "JPEG", **keep)
    return _author_picture.with_said(out.getvalue(), said)


def detect(data: bytes, label: Label) -> Verification:
    """Our own strip, whole and in place, or "not measurable: look"."""
    picture = _open(data)
    look = _("a picture has no text to be read: only our own strip is recognised; look at it yourself")
    kinds = ("wording", "visible", "position", "font_ratio", "contrast", "overlay")
    no_text = _("the text in a picture has no size that could be measured")
    if label.text is None:
        return judge(Reading(NAME, ()), label)
    try:
        drawn = strip(label.text, picture.width)
        alike = share(picture, drawn)
    except InputError:
        alike = 0.0
    if alike >= SAME:
        size = float(drawn.size)
        run = Run(
            label.text,
            place=_("the strip at the top"),
            size=size,
            contrast=21.0,
            box=(0.0, 0.0, float(drawn.picture.width), float(drawn.picture.height)),
        )
        unknown = {"font_ratio": no_text}
        return judge(Reading(NAME, (run,), unit="px", unknown=unknown), label)
    return judge(Reading(NAME, (), unknown=dict.fromkeys(kinds, look)), label)


def picture(data: bytes, found: Verification) -> bytes:
    """The picture itself, framed, as PNG; made smaller where it is very large."""
    whole = _open(data).convert("RGBA")
    from PIL import Image

    ground = Image.new("RGBA", whole.size, "white")
    ground.alpha_composite(whole)
    scale = min(1.0, _picture.WIDEST / max(ground.size))
    size = (max(1, round(ground.width * scale)), max(1, round(ground.height * scale)))
    return _picture.framed(ground.resize(size), scale, found)


def share(picture: Image, drawn: Strip) -> float:
    """How like ``drawn`` the top of ``picture`` is: its least alike letter; 0 where it is not even as large.

    Letter by letter, because one other letter in a name changes the whole strip by less than JPEG does.
    """
    size = drawn.picture.size
    if picture.width != size[0] or picture.height <= size[1]:
        return 0.0
    top = _grey(picture, (0, 0, *size))
    whole = alike(top, drawn.picture)
    if whole < _FAINT:
        return 0.0
    return min(whole, *(alike(top.crop(box), drawn.picture.crop(box)) for box in drawn.letters))


def _grey(picture: Image, box: tuple[int, int, int, int]) -> Image:
    """A part of the picture in grey, on white where it is transparent."""
    from PIL import Image

    part = _eight_bits(picture.crop(box))
    if part.mode in ("RGBA", "LA", "PA") or picture.info.get("transparent"):
        part = part.convert("RGBA")
        ground = Image.new("RGBA", part.size, "white")
        ground.alpha_composite(part)
        part = ground
    return part.convert("L")


def alike(one: Image, two: Image) -> float:
    """Pearson's, over all pixels; 0 for even areas."""
    from PIL import ImageChops, ImageStat

    if one.mode == two.mode == "L" and one.size == two.size and one.width * one.height <= _SMALL:
        return _correlation(one.tobytes(), two.tobytes())

    a, b = ImageStat.Stat(one), ImageStat.Stat(two)
    if a.stddev[0] < _EVEN or b.stddev[0] < _EVEN:
        return 0.0
    # cov(a, b) from the variance of the difference: var(a - b) = var a + var b - 2 cov.
    high, low = ImageStat.Stat(ImageChops.subtract(one, two)), ImageStat.Stat(ImageChops.subtract(two, one))
    mean = (a.mean[0] - b.mean[0]) ** 2
    spread = high.rms[0] ** 2 + low.rms[0] ** 2 - mean
    return float((a.var[0] + b.var[0] - spread) / (2 * a.stddev[0] * b.stddev[0]))


def _correlation(one: bytes, two: bytes) -> float:
    """The same of a few pixels, where counting them beats the histograms."""
    count, first, second = len(one), sum(one), sum(two)
    spread = count * sum(map(mul, one, one)) - first * first
    other = count * sum(map(mul, two, two)) - second * second
    least = (_EVEN * count) ** 2
    if spread < least or other < least:
        return 0.0
    shared = count * sum(map(mul, one, two)) - first * second
    return float(shared / sqrt(spread * other))
