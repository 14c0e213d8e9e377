"""Single pictures out of a film."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from compliance.labels._film import as_seen, damaged, decoded, opened, shown

if TYPE_CHECKING:
    from PIL.Image import Image


def stills(data: bytes, count: int) -> Iterator[Image]:
    """``count`` pictures spread evenly over a film, upright; fewer where it is short. `InputError` where it is cut."""
    import av

    film = opened(data)
    lasts, before = float(film.duration or 0) / av.time_base, None
    for number in range(count):
        at = lasts * (2 * number + 1) / (2 * count)
        try:
            film.seek(int(at * av.time_base))
            frame = next((each for each in decoded(film) if float(each.time or 0) >= at), None)
            if frame is not None and frame.pts != before:
                before = frame.pts
                yield as_seen(shown(film), frame)
        except (av.FFmpegError, ValueError, OSError):
            raise damaged() from None
