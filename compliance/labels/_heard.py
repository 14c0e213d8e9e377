"""A recording of the label found again in sound, by how its energy is spread over bands and time.

No words are recognised: the recording is laid over the sound at every place and speed, then held against it
second by second, as letters are on a card. What is laid over it is what is heard in its quietest moments.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compliance.labels._sound import FRAMES

if TYPE_CHECKING:
    from compliance.labels._sound import Bands

_COARSE = 5  # frames of the bands in one of the first look
_DEEP = 40.0  # dB below the loudest: what is quieter counts as silence
_DEEPER = 65.0  # the same where the recording may be far quieter than what follows
_SURE = 0.85  # alike enough to need no look at other speeds
_FOUND = 0.45  # less alike is not the recording at all
_SPEEDS = tuple(1.02**step for step in range(-25, 36) if step)
_PIECE = FRAMES  # one second is compared at a time
_SHIFT = 12  # frames by which a second may lie off its place
_QUIETEST = 0.2  # of the frames of a band


@dataclass(frozen=True, slots=True)
class Place:
    """Where the recording is heard: frames from ``begins`` to ``ends``, so many times as fast as it was recorded
    (``speed``), ``alike`` as a whole (1 is the same), ``worst`` in its least alike second, which begins ``worst_at``
    seconds after it does; ``clear`` dB above what is laid over it."""

    begins: int
    ends: int
    speed: float
    alike: float
    worst: float
    worst_at: float
    clear: float


class _Levels:
    """Bands in dB, frame after frame, with what is needed to compare any stretch of them."""

    def __init__(self, bands: Bands, step: int, deep: float = _DEEP) -> None:
        import numpy as np

        self.count = bands.shape[1] // step
        thin = bands[:, : self.count * step].reshape(len(bands), self.count, step).mean(axis=2)
        least = (thin.max(initial=0.0) or 1.0) * 10 ** (-deep / 10)
        self.values = 10 * np.log10(np.maximum(thin, least))
        before = ((0, 0), (1, 0))
        self._sums = np.pad(self.values.cumsum(axis=1), before)
        self._squares = np.pad(np.square(self.values).cumsum(axis=1), before)

    def spread(self, start: Any, count: int) -> Any:
        """The variation within each band over a stretch, all bands together; for many beginnings at once too."""
        end = start + count
        sums, squares = self._sums, self._squares
        varied = squares[:, end] - squares[:, start] - (sums[:, end] - sums[:, start]) ** 2 / count
        return varied.clip(0.0).sum(axis=0)

    def pattern(self, start: int, count: int) -> Bands:
        """A stretch with each band's own mean taken off."""
        part: Bands = self.values[:, start : start + count].copy()
        part -= part.mean(axis=1, keepdims=True)
        return part


def _best(pattern: Bands, spread: float, levels: _Levels, places: range) -> tuple[float, int]:
    """How alike, and at which frame, a pattern is at the best of the places."""
    import numpy as np

    count = pattern.shape[1]
    first, end = max(places.start, 0), min(places.stop, levels.count - count + 1)
    if first >= end or spread <= 0:
        return 0.0, 0
    there = levels.spread(np.arange(first, end), count)
    windows = np.lib.stride_tricks.sliding_window_view(levels.values, count, axis=1)[:, first:end]
    same = np.einsum("bpt,bt->p", windows, pattern)
    alike = np.divide(same, np.sqrt(spread * there), out=np.zeros_like(same), where=there > 0)
    at = int(alike.argmax())
    return (float(alike[at]), first + at) if alike[at] > 0 else (0.0, 0)


def played(bands: Bands, speed: float) -> Bands:
    """The same, so many times as fast."""
    import numpy as np

    return bands[:, (np.arange(int(bands.shape[1] / speed)) * speed).astype(int)]


def found(recording: Bands, sound: Bands) -> Place | None:
    """The recording at its best place in the sound; ``None`` where it is not heard."""
    coarse = _Levels(sound, _COARSE, _DEEPER)
    best = (0.0, 0, 1.0)
    for speed in (1.0, *_SPEEDS):
        alike, at = _first_look(played(recording, speed), coarse)
        if alike > best[0]:
            best = (alike, at, speed)
        if speed == 1.0 and alike >= _SURE:
            break
    if best[0] < _FOUND:
        return None
    return _closer(recording, sound, best[1] * _COARSE, best[2])


def _first_look(recording: Bands, sound: _Levels) -> tuple[float, int]:
    """Where most of it is heard, also where its beginning or end is not; a moment of sound is like anything."""
    own = _Levels(recording, _COARSE)
    count = min(own.count, sound.count)
    if count < max(2, own.count / 3):
        return 0.0, 0
    return _best(own.pattern(0, count), own.spread(0, count), sound, range(sound.count - count + 1))


def again(recording: Bands, sound: Bands, place: Place) -> Place | None:
    """The same in another channel."""
    return _closer(recording, sound, place.begins, place.speed)


def _closer(recording: Bands, sound: Bands, at: int, speed: float) -> Place | None:
    whole = played(recording, speed)
    own = _Levels(whole, 1)
    first = max(0, at - 4 * _COARSE)
    levels = _Levels(sound[:, first : at + own.count + 4 * _COARSE], 1)
    count = min(own.count, levels.count)
    around = range(at - first - 3 * _COARSE, at - first + 3 * _COARSE + 1)
    alike, there = _best(own.pattern(0, count), own.spread(0, count), levels, around)
    pieces, begins = list(_pieces(own, levels, there)), first + there
    if not pieces:
        return None
    middle = sum(piece[0] for piece in pieces) / len(pieces)
    drift = sum((piece[0] - middle) * piece[2] for piece in pieces) / max(
        1e-9, sum((piece[0] - middle) ** 2 for piece in pieces)
    )
    worst = min(pieces, key=lambda piece: piece[1])
    clear = _clear(whole, sound, begins)
    ends = begins + own.count
    return Place(begins, ends, speed / (1 + drift), alike, worst[1], worst[0] / FRAMES, clear)


def _pieces(own: _Levels, sound: _Levels, begins: int) -> Iterator[tuple[int, float, int]]:
    """For each second of the recording: its frame, how alike the sound is there, and by how many frames it is off."""
    usual = own.spread(0, own.count) / own.count
    starts = list(range(0, max(1, own.count - _PIECE + 1), _PIECE))
    if starts[-1] + _PIECE < own.count:
        starts.append(own.count - _PIECE)  # the last second, so that nothing at the end goes unheard
    for start in starts:
        count = min(_PIECE, own.count - start)
        spread = own.spread(start, count)
        if spread / count < usual / 6:
            continue  # a pause: nothing to recognise
        where = range(begins + start - _SHIFT, begins + start + _SHIFT + 1)
        alike, at = _best(own.pattern(start, count), spread, sound, where)
        yield start, alike, at - begins - start if alike else 0


def _clear(recording: Bands, sound: Bands, begins: int) -> float:
    """By how many dB the recording is above what else is heard: measured in each band's quietest moments."""
    import numpy as np

    label = other = 0.0
    heard = sound[:, begins : begins + recording.shape[1]]
    count = heard.shape[1]
    if count < 5:
        return 99.0
    for own, there in zip(recording[:, :count], heard, strict=True):
        around = np.lib.stride_tricks.sliding_window_view(np.pad(own, 2), 5).max(axis=1)
        order = around.argsort(kind="stable")
        quiet, loud = order[: max(1, int(count * _QUIETEST))], order[count // 2 :]
        gain = _ratio(float(there[loud].sum()), float(own[loud].sum()))
        label += gain * float(own.mean())
        other += float((there - gain * own)[quiet].clip(0.0).mean())
    return 10 * math.log10(_ratio(label, other)) if label and other else 99.0


def _ratio(one: float, other: float) -> float:
    return one / other if other > 0 else 1e9
