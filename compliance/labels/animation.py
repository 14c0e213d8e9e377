"""GIF and WebP: every frame gets the same strip at the top; times, loops and the order of frames stay.

What is drawn again and correlated is the least alike frame: a label that is gone for one frame of an
animation is seen to be gone. Still ones are animations of one frame.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.labels import _author_picture, _picture, _placed
from compliance.labels._strip import SAME
from compliance.labels.image import enlarged, run_of
from compliance.labels.judge import CONTRAST, judge
from compliance.labels.model import Label, Stamped, Verification
from compliance.labels.reading import Reading

if TYPE_CHECKING:
    from PIL.Image import Image

NAME = "animation"
SUFFIXES = (".gif", ".webp")
MEDIA = ("image", "post", "text")
CAP = 64 * MiB
ISOLATED = 60

MOST_PIXELS = 120_000_000  # of all frames together
_MOST_FRAMES = 2_000
LAYOUTS = _placed.LAYOUTS


anonymous = _author_picture.anonymous


def recognises(data: bytes) -> bool:
    return data.startswith((b"GIF87a", b"GIF89a")) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def endings(data: bytes) -> tuple[str, ...]:
    """The ending that such content rightly has."""
    return (".gif",) if data.startswith(b"GIF8") else (".webp",)


@dataclass(frozen=True, slots=True)
class _Film:
    """Whole frames as they are shown, upright, with their times in milliseconds."""

    form: str
    frames: list[Image]
    times: list[int]
    loop: int | None
    profile: bytes | None
    lossless: bool
    said: dict[str, bytes]


def _film(data: bytes) -> _Film:
    """All frames; `InputError` for floods, cut and other files."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        picture = Image.open(io.BytesIO(data), formats=("GIF", "WEBP"))
        count = getattr(picture, "n_frames", 1)
        if count > _MOST_FRAMES or count * picture.width * picture.height > MOST_PIXELS:
            raise _flood()
        frames, times = [], []
        for number in range(count):
            picture.seek(number)
            picture.load()
            times.append(int(picture.info.get("duration", 0) or 0))
            frames.append(ImageOps.exif_transpose(picture).convert("RGBA"))
        info, form = picture.info, str(picture.format)
    except InputError:
        raise
    except Image.DecompressionBombError:
        raise _flood() from None
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        MemoryError,
        OverflowError,
        TypeError,
        KeyError,
        IndexError,
    ):
        raise InputError(
            _("this picture is damaged or cut off"), remedy=_("Open it in a viewer and save it again.")
        ) from None
    lossless = form == "WEBP" and b"VP8 " not in data[:CAP] and b"VP8L" in data[:CAP]
    return _Film(form, frames, times, info.get("loop"), info.get("icc_profile"), lossless, _said(data, form))


def _said(data: bytes, form: str) -> dict[str, bytes]:
    """What it says beside its pixels and may say again: comments, XMP, a camera's data of an upright picture, but
    not where it was taken."""
    from PIL import Image

    if (placeless := _author_picture.placeless(data)) is None:
        return {}
    with Image.open(io.BytesIO(placeless), formats=(form,)) as picture:
        info = picture.info
    kept = ("comment",) if form == "GIF" else ("xmp", "exif") if _author_picture.turn(data) == 1 else ("xmp",)
    return {name: info[name] for name in kept if isinstance(info.get(name), bytes)}


def _flood() -> InputError:
    return InputError(
        _("this animation has too many frames or pixels"),
        why=_("A file of this kind is never that large; it may be damaged or hostile."),
    )


def _saved(film: _Film, frames: list[Image]) -> bytes:
    """In the film's own format, with nothing but frames, times, loops and profile."""
    out = io.BytesIO()
    first, rest = frames[0], frames[1:]
    more: dict[str, Any] = dict(film.said)
    if film.profile:
        more["icc_profile"] = film.profile
    if rest:
        more |= {"save_all": True, "append_images": rest, "duration": film.times}
        if film.loop is not None:
            more["loop"] = film.loop
    if film.form == "GIF":
        first.save(out, "GIF", disposal=2 if rest else 0, optimize=False, **more)
    else:
        more |= {"lossless": True, "exact": True} if film.lossless else {"quality": 92}
        first.save(out, "WEBP", **more)
    return out.getvalue()


def stamp(data: bytes, label: Label, *, layout: str = LAYOUTS[0]) -> Stamped:
    """Every frame under the same strip. What a strip of ours already labels is left alone."""
    assert label.text is not None
    film = _film(data)
    before = film.frames[0].size
    standing = _standing(film, label.text)
    if standing and _contrast(film, standing) >= CONTRAST:
        return Stamped(data, (_("the picture carries its label already"),))
    size = _placed.size_with(label.text, before, layout)
    if film.form == "WEBP" and max(size) > 16_383:
        raise InputError(
            _("with its label this picture would be taller than a WebP can be"), remedy=_("Save it as PNG.")
        )
    made = [_placed.labelled(frame, label.text, layout) for frame in film.frames]
    notes = [
        _("a strip with the label was added at the top; the picture was drawn anew, with the same pixels")
    ]
    if len(made) > 1:
        notes = [_("the label stands at the top of each of the {n} frames").format(n=len(made))]
    notes += enlarged(before, size)
    if not film.lossless and film.form == "WEBP":
        notes.append(_("the picture was packed anew at high quality: small differences cannot be seen"))
    saved = _saved(film, made)
    return Stamped(saved, (*notes, *_author_picture.told(data, saved)))


def layout_of(data: bytes, label: Label) -> str:
    """As `image.layout_of`."""
    film = _film(data)
    return next((at.layout for words in label.wordings if (at := _standing(film, words))), "")


def remove(data: bytes, label: Label) -> Stamped | None:
    """Every frame without our strip; ``None`` where there is none."""
    film = _film(data)
    for words in label.wordings:
        if at := _standing(film, words):
            rest = [_placed.unlabelled(frame, words, at)[0] for frame in film.frames]
            # Margins may be told in one frame and not in another.
            if any(frame.size != rest[0].size for frame in rest):
                rest = [frame.crop((0, at.drawn.picture.height, *frame.size)) for frame in film.frames]
            note = _("a picture of this kind is packed anew: keep to the original file if you have it")
            return Stamped(_saved(film, rest), (note,))
    return None


def _standing(film: _Film, words: str) -> _placed.Placed | None:
    """Our strip, where it stands at the same place in every frame."""
    at = _placed.found(film.frames[0], words)
    return at if at and all(at.share(frame) >= SAME for frame in film.frames[1:]) else None


def detect(data: bytes, label: Label) -> Verification:
    """Our own strip, whole and in place in every frame, or "not measurable: look"."""
    film = _film(data)
    if label.text is None:
        return judge(Reading(NAME, ()), label)
    look = _("a picture has no text to be read: only our own strip is recognised; look at it yourself")
    kinds = ("wording", "visible", "position", "font_ratio", "contrast", "overlay")
    at = _standing(film, label.text)
    if at is None:
        return judge(Reading(NAME, (), unknown=dict.fromkeys(kinds, look)), label)
    unknown = {"font_ratio": _("the text in a picture has no size that could be measured")}
    return judge(
        Reading(NAME, (run_of(label.text, at, _contrast(film, at)),), unit="px", unknown=unknown), label
    )


def _contrast(film: _Film, at: _placed.Placed) -> float:
    """Where it is least in all frames."""
    shown = {frame.crop(at.box).tobytes(): frame for frame in film.frames}  # a label usually stands still
    return min(at.contrast(frame) for frame in shown.values())


def picture(data: bytes, found: Verification) -> bytes:
    """The first frame, framed, as PNG; made smaller where it is very large."""
    from PIL import Image

    whole = _film(data).frames[0]
    ground = Image.new("RGBA", whole.size, "white")
    ground.alpha_composite(whole)
    scale = min(1.0, _picture.WIDEST / max(ground.size))
    size = (max(1, round(ground.width * scale)), max(1, round(ground.height * scale)))
    return _picture.framed(ground.resize(size), scale, found)
