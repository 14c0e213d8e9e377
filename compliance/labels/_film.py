"""The frames of a film as a player shows them: the picture a player picks, upright, in its own shape, in their time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compliance.errors import InputError
from compliance.i18n import _

if TYPE_CHECKING:
    from PIL.Image import Image

_LARGEST = 4096 * 2304
_A_SECOND = 1_000_000  # in the time base of libavformat


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a film as it is shown, upright; ``at`` in seconds since anything is heard or seen, ``lasts`` as
    long as a frame usually does."""

    picture: Image
    at: float
    lasts: float


def opened(data: bytes) -> Any:
    import av

    try:
        film = av.open(io.BytesIO(data), metadata_errors="replace")
        for stream in pictures(film):
            measures = stream.codec_context
            if not measures.width or _pixels(stream) > _LARGEST:
                raise damaged()
            measures.thread_count = 2
    except (av.FFmpegError, IndexError, ValueError, OSError):
        raise damaged() from None
    return film


def damaged() -> InputError:
    return InputError(
        _("this film is damaged, or has no picture"),
        remedy=_("Open it in a player, and save or export it again."),
    )


def pictures(film: Any) -> list[Any]:
    """The moving pictures in it, first the one that players pick; covers are none."""
    found = [stream for stream in film.streams.video if not is_cover(stream)]
    if not found:
        raise damaged()
    best = film.streams.best("video")
    return sorted(found, key=lambda stream: (best is None or stream.index != best.index, stream.index))


def shown(film: Any) -> Any:
    return pictures(film)[0]


def is_cover(stream: Any) -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


def decoded(film: Any, until: float | None = None, *, track: int = 0) -> Iterator[Any]:
    """The frames in the order of showing, ``until`` so many seconds after the film begins; `InputError` where it is cut
    off. ``track``: of `pictures`."""
    import av

    begins = start(film)
    try:
        for frame in film.decode(pictures(film)[track]):
            if until is not None and frame.time is not None and frame.time - begins > until:
                return
            yield frame
    except (av.FFmpegError, ValueError, OSError):
        raise damaged() from None


def start(film: Any) -> float:
    """The time at which something is heard or seen first, in seconds of the film's own clock."""
    return float(film.start_time or 0) / _A_SECOND


def turned(frame: Any) -> int:
    """Degrees, against the clock, by which the camera was held."""
    return round(getattr(frame, "rotation", 0) or 0) % 360


def upright(frame: Any, picture: Image) -> Image:
    turn = turned(frame)
    return picture.rotate(turn, expand=True) if turn else picture


def shape(stream: Any) -> tuple[int, int]:
    """Width and height as it is shown, before it is turned: pixels need not be square."""
    width, height = stream.codec_context.width, stream.codec_context.height
    aspect = float(stream.sample_aspect_ratio or 1)
    if aspect <= 0 or aspect == 1:
        return width, height
    if aspect > 1:
        return max(1, round(width * aspect)), height
    return width, max(1, round(height / aspect))


def _pixels(stream: Any) -> int:
    width, height = shape(stream)
    return width * height


def as_seen(stream: Any, frame: Any) -> Image:
    """One frame as a picture. `InputError` where it cannot be one."""
    try:
        picture: Image = frame.to_image()
        if picture.size != (size := shape(stream)) and stream.sample_aspect_ratio not in (None, 0, 1):
            picture = picture.resize(size)
        return upright(frame, picture)
    except (ValueError, OSError):
        raise damaged() from None


def frames(film: Any, until: float, *, track: int = 0) -> Iterator[Frame]:
    """From the beginning; the second is that of the whole film, sound and all."""
    stream, begins = pictures(film)[track], start(film)
    lasts = float(1 / (stream.average_rate or 25))
    for frame in decoded(film, until, track=track):
        yield Frame(as_seen(stream, frame), max(0.0, float(frame.time or 0.0) - begins), lasts)
