"""A recording of the label found again in sound, by how its energy is spread over bands and time.

No words are recognised: the recording is laid over the sound at every place and speed, then held against it
second by second, as letters are on a card. What is laid over it is what is heard in its quietest moments.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from operator import mul

from compliance.labels._sound import BANDS, FRAMES, Bands

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
        thin = [_thinned(band, step) for band in bands]
        self.count = len(thin[0])
        loudest = max((max(band, default=0.0) for band in thin), default=0.0) or 1.0
        least = loudest * 10 ** (-deep / 10)
        columns = [array("d", (10 * math.log10(max(value, least)) for value in band)) for band in thin]
        self.values = array("d", (column[at] for at in range(self.count) for column in columns))
        self._sums = [array("d", accumulate(column, initial=0.0)) for column in columns]
        self._squares = [array("d", accumulate(map(mul, column, column), initial=0.0)) for column in columns]

    def spread(self, start: int, count: int) -> float:
        """The variation within each band over a stretch, all bands together."""
        end = start + count
        found: float = sum(
            max(0.0, squares[end] - squares[start] - (sums[end] - sums[start]) ** 2 / count)
            for sums, squares in zip(self._sums, self._squares, strict=True)
        )
        return found

    def pattern(self, start: int, count: int) -> array[float]:
        """A stretch with each band's own mean taken off."""
        means = [(sums[start + count] - sums[start]) / count for sums in self._sums]
        wide = len(means)
        part = self.values[start * wide : (start + count) * wide]
        return array("d", (value - means[number % wide] for number, value in enumerate(part)))


def _thinned(band: array[float], step: int) -> array[float]:
    return array("d", (sum(band[at : at + step]) / step for at in range(0, len(band) - step + 1, step)))


def _best(pattern: array[float], spread: float, levels: _Levels, places: range) -> tuple[float, int]:
    """How alike, and at which frame, a pattern is at the best of the places."""
    wide, best = len(BANDS), (0.0, 0)
    count = len(pattern) // wide
    for at in places:
        if at < 0 or at + count > levels.count:
            continue
        there = levels.spread(at, count)
        if there <= 0 or spread <= 0:
            continue
        same = sum(map(mul, pattern, levels.values[at * wide : (at + count) * wide]))
        best = max(best, (same / math.sqrt(spread * there), at))
    return best


def played(bands: Bands, speed: float) -> Bands:
    """The same, so many times as fast."""
    count = int(len(bands[0]) / speed)
    return [array("d", (band[int(at * speed)] for at in range(count))) for band in bands]


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
    """Where most of it is heard, also where its beginning or end is not."""
    own = _Levels(recording, _COARSE)
    if own.count < 2:
        return 0.0, 0
    count = min(own.count, sound.count)
    return _best(own.pattern(0, count), own.spread(0, count), sound, range(sound.count - count + 1))


def _closer(recording: Bands, sound: Bands, at: int, speed: float) -> Place | None:
    whole = played(recording, speed)
    own = _Levels(whole, 1)
    first = max(0, at - 4 * _COARSE)
    levels = _Levels([band[first : at + own.count + 4 * _COARSE] for band in sound], 1)
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
    for start in range(0, max(1, own.count - _PIECE // 2), _PIECE):
        count = min(_PIECE, own.count - start)
        spread = own.spread(start, count)
        if spread / count < usual / 6:
            continue  # a pause: nothing to recognise
        where = range(begins + start - _SHIFT, begins + start + _SHIFT + 1)
        alike, at = _best(own.pattern(start, count), spread, sound, where)
        yield start, alike, at - begins - start if alike else 0


def _clear(recording: Bands, sound: Bands, begins: int) -> float:
    """By how many dB the recording is above what else is heard: measured in each band's quietest moments."""
    label = other = 0.0
    for own, all_ in zip(recording, sound, strict=True):
        there = all_[begins : begins + len(own)]
        count = min(len(own), len(there))
        if count < 5:
            continue
        around = [max(own[max(0, at - 2) : at + 3]) for at in range(count)]
        order = sorted(range(count), key=around.__getitem__)
        quiet, loud = order[: max(1, int(count * _QUIETEST))], order[count // 2 :]
        gain = _ratio(sum(there[at] for at in loud), sum(own[at] for at in loud))
        label += gain * sum(own[:count]) / count
        other += sum(max(0.0, there[at] - gain * own[at]) for at in quiet) / len(quiet)
    return 10 * math.log10(_ratio(label, other)) if label and other else 99.0


def _ratio(one: float, other: float) -> float:
    return one / other if other > 0 else 1e9
