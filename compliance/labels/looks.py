"""Whether two pictures, films or recordings are alike after a channel packed, shrunk or renamed one of them: a difference hash.

The method is the published one of neighbouring brightness (N. Krawetz, "Kind of Like That", 2013), with 1024 bits
instead of 64, set only where it clearly grows lighter, and compared by those that are set in either: what is flat in
both says nothing, and cards of text that carry the same label are told apart. It takes five lines with Pillow, and a
package for it would bring NumPy and SciPy along.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from compliance import limited
from compliance.errors import InputError
from compliance.i18n import _
from compliance.labels import _sound_print

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

BITS = 1024
ALIKE = 12
"""Per cent that may differ; our measure: the copies of channels in our tests differ in less, other pictures in more."""
ALIKE_FILMS = 20
"""The same of each picture of a film: it is packed harder, and more than half of its pictures have to be alike."""
_SIDE = 32
_CLEARLY = 8  # of 255 by which a point is lighter than the one before it
_FEWEST = 40  # bits that a look has to have set, and not set, to tell its picture from others
_DIGITS = BITS // 4
_STORED = re.compile(rf"[0-9a-f]{{{_DIGITS}}}\Z")
_SOUND = "s"
_STORED_SOUND = re.compile(rf"{_SOUND}[0-9a-f]{{1,1400}}\Z")
_FRAMES = 16
_SECONDS, _FILM_SECONDS = 30, 300
"""Processor time for one picture, for one film."""


def look(data: bytes) -> int:
    """The picture's look as a number of `BITS` bits; `InputError` for what no picture can be read from.

    A reader of files from outside: to be called in a limited process.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(data)) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise InputError(_("no picture can be read from this file")) from None
    return look_of(Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright))


def look_of(picture: Picture) -> int:
    """The look of an opaque picture."""
    from PIL import Image

    grey = picture.convert("L").resize((_SIDE + 1, _SIDE), Image.Resampling.LANCZOS).tobytes()
    bits = 0
    for row in range(_SIDE):
        for column in range(_SIDE):
            at = row * (_SIDE + 1) + column
            bits = bits << 1 | (grey[at] + _CLEARLY < grey[at + 1])
    return bits


def looks_of_film(data: bytes) -> list[int]:
    """The looks of frames spread over a film, without those that are alike, and without such as a card of ours
    before it. `InputError` for a damaged film; to be called in a limited process."""
    from compliance.labels._card import light
    from compliance.labels._stills import stills

    found: list[int] = []
    for picture in stills(data, _FRAMES):
        seen = look_of(picture)
        if not light(picture) and says_something(seen) and apart(seen, found) is None:
            found.append(seen)
    return found


class Eyes:
    """Looks of many files, each read in a limited process; a context."""

    def __init__(self) -> None:
        self._still = limited.Child(f"{__name__}:look", seconds=_SECONDS)
        self._film = limited.Child(
            f"{__name__}:looks_of_film", seconds=_FILM_SECONDS, prepare="compliance.labels.video:ready"
        )
        self._sound = limited.Child(
            "compliance.labels._sound_print:printed",
            seconds=_FILM_SECONDS,
            prepare="compliance.labels.audio:ready",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._still.close()
        self._film.close()
        self._sound.close()

    def look(self, data: bytes) -> int:
        """As `look`."""
        return int(self._still.call(data))

    def seen(self, data: bytes) -> list[int]:
        """The looks of a picture or a film that say something; none for other and for damaged files, and of films
        where nothing that reads them is installed."""
        from compliance.labels import animation, image, video

        found: list[int] = []
        with suppress(InputError):
            if len(data) <= image.CAP and (image.recognises(data) or animation.recognises(data)):
                found = [self.look(data)]
            elif len(data) <= video.CAP and video.recognises(data):
                found = [int(item) for item in self._film.call(data)]
        return [item for item in found if says_something(item)]

    def heard(self, data: bytes) -> list[int]:
        """The prints of a recording, the one that is kept first; none for other files, as `seen`."""
        from compliance.labels import audio

        with suppress(InputError):
            if len(data) <= audio.CAP and audio.recognises(data):
                return [int(item) for item in self._sound.call(data)]
        return []

    def kept(self, data: bytes, before: str | None = None) -> str | None:
        """What the register keeps of a file; see `kept`."""
        seen = self.seen(data)
        return kept(seen, before, [] if seen else self.heard(data))


def says_something(seen: int) -> bool:
    """Whether a look tells its picture from an empty page, or from one that only grows lighter."""
    return _FEWEST <= seen.bit_count() <= BITS - _FEWEST


def kept(seen: Iterable[int], before: str | None = None, heard: Sequence[int] = ()) -> str | None:
    """Looks as the register keeps them: hexadecimal, a space between, ``s`` before the print of a sound; ``None``
    where there are none. What it has ``before`` of pictures that look so stays: another version of a library must
    not make a new entry."""
    now = [item for item in seen if says_something(item)]
    old = stored(before)
    if old and len(old) == len(now) and all(apart(item, old) is not None for item in now):
        return before
    if sounds_like(heard[:1], sound_of(before)) is not None:
        return before
    sound = [f"{_SOUND}{heard[0]:x}"] if heard else []
    return " ".join([*dict.fromkeys(f"{item:0{_DIGITS}x}" for item in now), *sound]) or None


def stored(text: str | None) -> list[int]:
    """What `kept` wrote; what is no look of ours is left out."""
    return [int(item, 16) for item in (text or "").split() if _STORED.match(item)]


def sound_of(text: str | None) -> int:
    """The print of a sound in what `kept` wrote; 0 where there is none."""
    found = (item[1:] for item in (text or "").split() if _STORED_SOUND.match(item))
    return next((int(item, 16) for item in found), 0)


def sounds_like(wanted: Iterable[int], known: int) -> int | None:
    """By how many per cent the nearest of the prints of a sound differs; ``None`` where none is alike."""
    shares = [_sound_print.apart(item, known) for item in wanted] if known else []
    return min((round(share * 100) for share in shares if share is not None), default=None)


def apart(wanted: int, known: Iterable[int], most: int = ALIKE) -> int | None:
    """How far the nearest of the ``known`` looks is; ``None`` where none is as near as ``most``."""
    nearest = min((distance(wanted, item) for item in known), default=100)
    return nearest if nearest <= most else None


def same(wanted: Sequence[int], known: Sequence[int]) -> int | None:
    """By how many per cent the looks of one file differ from those of another, in the middle; ``None`` where they are
    not alike. Of a film more than half of what it shows has to be there; one picture may be out of a film."""
    most = ALIKE_FILMS if len(wanted) > 1 and len(known) > 1 else ALIKE
    found = sorted(bits for item in wanted if (bits := apart(item, known, most)) is not None)
    return found[len(found) // 2] if found and 2 * len(found) > len(wanted) else None


def distance(one: int, other: int) -> int:
    """How many per cent of the bits that either look has set the other has not."""
    return round(100 * (one ^ other).bit_count() / max(1, (one | other).bit_count()))
