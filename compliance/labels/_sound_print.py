"""Whether two recordings sound alike after a channel packed one of them anew, or a label was put before it.

The method is the published one of energy differences between neighbouring bands and moments (J. Haitsma and
T. Kalker, "A Highly Robust Audio Fingerprinting System", 2002), over the bands that the spoken label is found by:
nine bits for each tenth of a second. A library for it (Chromaprint) is in no wheel of PyAV's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.labels import _sound

if TYPE_CHECKING:
    from compliance.labels._sound import Bands

SECONDS = 60.0
ALIKE = 0.3
"""Share of bits that may differ in each third; our measure: copies in our tests differ in fewer, others in more."""
_STEP = 10  # frames of the bands between two moments: a tenth of a second
_FINE = 2  # frames by which the prints of one recording are shifted
_WIDE = 40  # frames of one moment
_BITS = len(_sound.BANDS) - 1
_LEAST = 80  # moments in which two recordings are compared at least
_THIRDS = 3
_PLAIN = 0.2  # a tone and a hum have hardly any bits set, or hardly any not


def printed(data: bytes) -> list[int]:
    """The print of the first minute in which anything is heard, one set bit before it, and those of what begins a
    little later: a copy that has something before it fits one of them best. Empty for what is too short or only hums.

    `InputError` for damaged sound. A reader of files from outside: to be called in a limited process.
    """
    import numpy as np

    wave = _sound.samples(_sound.opened(data), 2 * SECONDS)
    heard = _sound.audible(wave)
    if heard is None:
        return []
    bands = _sound.bands(wave[heard[0] : min(heard[1], heard[0] + int(SECONDS * _sound.RATE))])
    sums = np.pad(bands.cumsum(axis=1), ((0, 0), (1, 0)))
    found = [_bits(sums, first) for first in range(0, _STEP, _FINE)]
    return found if all(found) else []


def _bits(sums: Bands, first: int) -> int:
    import numpy as np

    starts = np.arange(first, sums.shape[1] - _WIDE, _STEP)
    if len(starts) <= _LEAST:
        return 0
    moments = sums[:, starts + _WIDE] - sums[:, starts]
    rises = np.diff(moments[:-1] - moments[1:], axis=1) > 0
    bits = 1
    for rise in rises.T.ravel().tolist():
        bits = bits << 1 | rise
    rising = bits.bit_count() / bits.bit_length()
    return bits if _PLAIN < rising < 1 - _PLAIN else 0


def apart(one: int, other: int) -> float | None:
    """The share of bits that differ where the two fit best; ``None`` where they are not alike."""
    long, short = max(one, other), min(one, other)
    best: float | None = None
    for shift in range(_moments(short) - _LEAST + 1):
        best = _better(best, _differing(long, short, shift))
    for shift in range(1, _moments(long) - _LEAST + 1):
        best = _better(best, _differing(short, long, shift))
    return best


def _moments(bits: int) -> int:
    return max(0, (bits.bit_length() - 1) // _BITS)


def _better(best: float | None, found: float | None) -> float | None:
    return found if best is None or (found is not None and found < best) else best


def _differing(one: int, other: int, shift: int) -> float | None:
    """With the beginning of ``one`` at the moment ``shift`` of ``other``."""
    have, there = _moments(one), _moments(other) - shift
    count = min(have, there)
    mask = (1 << count * _BITS) - 1
    first = one >> (have - count) * _BITS & mask
    second = other >> (there - count) * _BITS & mask
    apart = first ^ second
    third = count // _THIRDS * _BITS
    for number in range(_THIRDS):
        if (apart >> number * third & (1 << third) - 1).bit_count() > ALIKE * third:
            return None
    return apart.bit_count() / (count * _BITS)
