"""PNG and JPEG: the picture is extended at the top by a strip with the label, drawn in our typeface.

Pixels have no text to compare: our own strip is recognised by drawing it again and correlating the
two; any other label in a picture has to be looked at. A PNG keeps everything it says and is (`_png_rows`), where
it need not be drawn anew; a JPEG is packed anew with its own tables, and keeps the camera's turn, profile and data.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Literal

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.labels import _author_picture, _picture, _placed, _png_rows
from compliance.labels._strip import LEAST_PX, SAME, eight_bits, share
from compliance.labels.judge import CONTRAST, judge
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
LAYOUTS = _placed.LAYOUTS

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


def stamp(data: bytes, label: Label, *, layout: str = LAYOUTS[0]) -> Stamped:
    """The picture, upright, under its strip. What a strip of ours already labels is left alone."""
    assert label.text is not None
    picture = _open(data)
    standing = _placed.found(picture, label.text)
    if standing and standing.contrast(picture) >= CONTRAST:
        return Stamped(data, (_("the picture carries its label already"),))
    size = _placed.size_with(label.text, picture.size, layout)
    notes = [
        _("a strip with the label was added at the top; the picture itself was not changed"),
        *enlarged(picture.size, size),
    ]
    below = picture.format == "PNG" and layout == LAYOUTS[0]
    if below and _author_picture.turn(data) == 1:
        drawn = _placed.placed(label.text, size, layout).drawn
        placeless = _author_picture.placeless(data)
        spliced = None if placeless is None else _png_rows.put(placeless, drawn.picture)
        if spliced is not None and share(_open(spliced), drawn) >= SAME:
            return Stamped(spliced, (*notes, *_author_picture.told(data, spliced)))
    if picture.format == "JPEG" and max(size) > _TALLEST_JPEG:
        raise InputError(
            _("with its label this picture would be taller than a JPEG can be"), remedy=_("Save it as PNG.")
        )
    mode: Literal["RGBA", "RGB", "L"] = "RGBA" if picture.mode in ("RGBA", "LA", "PA", "P") else "RGB"
    if picture.mode in ("L", "1", "CMYK", "I;16", "I"):
        mode = "L" if picture.mode != "CMYK" else "RGB"
    if picture.info["transparent"]:
        mode = "RGBA"
    content = eight_bits(picture).convert(mode)
    made = _placed.labelled(content, label.text, layout, line=1 if below else 0)
    notes[0] = _drawn_anew(picture, data)
    if picture.mode == "CMYK":
        notes.append(_("the picture was converted from CMYK to RGB"))
        picture.info["icc_profile"] = None
    saved = _saved(made, picture, _author_picture.placeless(data) or b"")
    return Stamped(saved, (*notes, *_author_picture.told(data, saved)))


def enlarged(size: tuple[int, int], whole: tuple[int, int]) -> list[str]:
    """Says that the strip outgrows a small picture (smaller letters could not be read), or that there are margins."""
    if whole[0] > size[0]:
        said = _("it has margins now, so that it is a square of {side} × {side} pixels")
        return [said.format(side=whole[0])]
    if whole[1] <= 2 * size[1]:
        return []
    said = _(
        "the strip is taller than the picture: {width} × {height} pixels became {width} × {whole}, since letters below"
        " {least} pixels cannot be read; put the words into the text beside the picture if it must stay small"
    )
    return [said.format(width=size[0], height=size[1], whole=whole[1], least=LEAST_PX)]


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
    for words in label.wordings:
        if (at := _placed.found(picture, words)) is None:
            continue
        note = _("a JPEG is packed anew: nearly the same picture; keep to the original file if you have it")
        rest, sure = _placed.unlabelled(picture, words, at)
        if picture.format == "PNG":
            back = _png_rows.taken(data, at.box[3])
            if back is not None:
                return Stamped(back, (_("the picture is as it was, byte for byte"),))
            if not sure and _is_line(picture, at.box[3]):
                rest = rest.crop((0, 1, *rest.size))
            note = _("the picture is as it was, pixel by pixel")
        return Stamped(_saved(rest, picture, data), (note,))
    return None


def layout_of(data: bytes, label: Label) -> str:
    """The layout in which our strip stands here, be it an earlier one; empty where there is none."""
    picture = _open(data)
    standing = (_placed.found(picture, words) for words in label.wordings)
    return next((at.layout for at in standing if at), "")


def _is_line(picture: Image, at: int) -> bool:
    """Whether the row at that height is the one of zeros that stands between strip and picture in a PNG."""
    row = picture.crop((0, at, picture.width, at + 1)).tobytes()
    return picture.height > at + 1 and not row.strip(b"\0")


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
    if at := _placed.found(picture, label.text):
        unknown = {"font_ratio": no_text}
        return judge(
            Reading(NAME, (run_of(label.text, at, at.contrast(picture)),), unit="px", unknown=unknown), label
        )
    return judge(Reading(NAME, (), unknown=dict.fromkeys(kinds, look)), label)


def run_of(text: str, at: _placed.Placed, contrast: float) -> Run:
    """Our strip as a reader's run."""
    left, top, right, bottom = map(float, at.box)
    size, box = float(at.drawn.size), (left, top, right, bottom)
    return Run(text, place=_("the strip at the top"), size=size, contrast=contrast, box=box)


def picture(data: bytes, found: Verification) -> bytes:
    """The picture itself, framed, as PNG; made smaller where it is very large."""
    whole = _open(data).convert("RGBA")
    from PIL import Image

    ground = Image.new("RGBA", whole.size, "white")
    ground.alpha_composite(whole)
    scale = min(1.0, _picture.WIDEST / max(ground.size))
    size = (max(1, round(ground.width * scale)), max(1, round(ground.height * scale)))
    return _picture.framed(ground.resize(size), scale, found)
