"""Sound as it is heard: opened within limits, its loudness, and how its energy is spread over bands and time.

Loudness is the integrated one of ITU-R BS.1770 (EBU R 128: weighted like the ear, silence left out), in LUFS.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from compliance.errors import InputError
from compliance.i18n import _
from compliance.labels import _av

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Wave: TypeAlias = NDArray[np.float32]
    """Mono samples at `RATE`, full scale 1."""
    Bands: TypeAlias = NDArray[np.float64]
    """One row for each of `BANDS`: its energy in every frame, linear (the mean of the squared samples)."""

RATE = 8_000  # what speech needs, and what every channel leaves
HOP = 80  # samples: one frame of the bands is a hundredth of a second
FRAMES = RATE // HOP  # in one second
BANDS = (180, 260, 370, 520, 720, 1000, 1350, 1800, 2350, 3050)  # Hz, the middle of each
SILENCE = -120.0  # LUFS or dB: nothing at all
_QUIET = 1e-9  # of the full scale, squared: below is silence
_RATES = range(4_000, 384_001)
_MOST_CHANNELS = 8
_LOUDNESS_OVER = 15 * 60.0  # seconds of the material that are measured


def ready() -> None:
    """See `_av.ready`."""
    _av.ready(_("sound cannot be read here"), _("The package that reads it is not installed."))


def damaged() -> InputError:
    return InputError(
        _("this sound is damaged, or there is none in the file"),
        remedy=_("Open it in a player, and save or export it again."),
    )


def opened(data: bytes) -> Any:
    """The container; `InputError` where it is damaged, holds a film, or claims what no recording has."""
    import av

    try:
        sound = av.open(io.BytesIO(data), metadata_errors="replace")
        shown = [stream for stream in sound.streams.video if not _is_cover(stream)]
        heard = sound.streams.audio[0].codec_context
        rate, channels = heard.sample_rate, heard.channels
    except (av.FFmpegError, IndexError, ValueError, OSError, AttributeError, OverflowError):
        raise damaged() from None
    if shown:
        raise InputError(
            _("there is a film in this file, not sound alone"),
            remedy=_("Give it the ending of a film (.mp4, .mkv), or take the sound out of it."),
        )
    if len(sound.streams.audio) > 1:
        raise InputError(
            _("{n} sound tracks are in this file, and players pick one of them").format(
                n=len(sound.streams.audio)
            ),
            remedy=_("Export it with one track."),
        )
    if rate not in _RATES or not 1 <= channels <= _MOST_CHANNELS:
        raise InputError(
            _("this sound has {rate} samples a second and {channels} channels").format(
                rate=rate, channels=channels
            ),
            why=_("No recording has that; the file may be damaged or hostile."),
            remedy=_("Open it in a player, and save or export it again."),
        )
    heard.thread_count = 1
    return sound


def _is_cover(stream: Any) -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


def frames(sound: Any, since: float = 0.0, until: float | None = None) -> Iterator[Any]:
    """The decoded frames that begin between two seconds, in order; `InputError` for what cannot be decoded."""
    import av

    count = 0
    try:
        stream = sound.streams.audio[0]
        shape = None
        for frame in sound.decode(stream):
            now = (frame.sample_rate, frame.layout.nb_channels)
            shape = shape or now
            if now != shape or not frame.sample_rate:
                raise damaged()
            at = count / frame.sample_rate
            count += frame.samples
            if until is not None and at >= until:
                return
            if at >= since:
                frame.pts = None
                yield frame
    except (av.FFmpegError, ValueError, OSError, IndexError):
        raise damaged() from None
    if not count:
        raise damaged()


@dataclass(slots=True)
class Graph:
    """A chain of libavfilter's filters, each as (name, arguments); fed with frames, it gives frames."""

    chain: tuple[tuple[str, str], ...]
    graph: Any = None

    def fed(self, given: Iterator[Any]) -> Iterator[Any]:
        import av

        first = True
        for frame in given:
            if first:
                self._built(frame)
                first = False
            try:
                self.graph.push(frame)
            except av.error.EOFError:
                break  # a filter has all that it wants
            yield from self._pulled(av)
        if not first:
            with suppress(av.error.EOFError):
                self.graph.push(None)
            yield from self._pulled(av)

    def _built(self, frame: Any) -> None:
        import av

        self.graph = av.filter.Graph()
        nodes = [
            self.graph.add_abuffer(
                sample_rate=frame.sample_rate, format=frame.format.name, layout=frame.layout.name
            )
        ]
        nodes += [self.graph.add(name, arguments) for name, arguments in self.chain]
        self.graph.link_nodes(*nodes, self.graph.add("abuffersink")).configure()

    def _pulled(self, av: Any) -> Iterator[Any]:
        while True:
            try:
                yield self.graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return


def loudness(sound: Any, since: float = 0.0, until: float | None = None) -> float:
    """In LUFS between two seconds, over a quarter of an hour at most; `SILENCE` where there is none."""
    last, end = None, since + _LOUDNESS_OVER
    given = frames(sound, since, end if until is None else min(until, end))
    for frame in Graph((("ebur128", "metadata=1"),)).fed(given):
        last = frame.metadata.get("lavfi.r128.I", last)
    found = float(last) if last is not None else SILENCE
    return found if found > -69.9 else SILENCE


def samples(sound: Any, until: float | None = None, chain: tuple[tuple[str, str], ...] = ()) -> Wave:
    """Mono at `RATE`, full scale 1; channels that cancel each other out are not lost: the loudest is taken."""
    return max(channels(sound, until, chain), key=mean)


def channels(sound: Any, until: float | None = None, chain: tuple[tuple[str, str], ...] = ()) -> list[Wave]:
    """Each channel at `RATE`, full scale 1."""
    given = Graph((*chain, ("aformat", f"sample_fmts=fltp:sample_rates={RATE}")))
    planes = _joined(given.fed(frames(sound, 0.0, until)))
    if not len(planes):
        raise damaged()
    return planes


def mixed(planes: list[Wave]) -> Wave:
    """What is heard of all channels from one loudspeaker, as on a telephone: as loud as one channel alone is there."""
    whole: Wave = sum(planes[1:], planes[0])
    return whole


def _joined(given: Iterator[Any]) -> list[Wave]:
    """The samples of each channel."""
    import numpy as np

    parts = [[np.frombuffer(own, np.float32)[: frame.samples] for own in frame.planes] for frame in given]
    return [np.concatenate(channel) for channel in zip(*parts, strict=False)]


def bands(wave: Wave) -> Bands:
    """How the energy of the sound is spread."""
    import av
    import numpy as np

    def given() -> Iterator[Any]:
        for at in range(0, len(wave), RATE):
            part = wave[at : at + RATE]
            frame = av.AudioFrame(format="fltp", layout="mono", samples=len(part))
            frame.planes[0].update(part.tobytes())
            frame.sample_rate = RATE
            yield frame

    found = []
    for middle in BANDS:
        one = ("bandpass", f"frequency={middle}:width_type=o:width=0.5")
        [narrow] = _joined(Graph((one, one, ("aformat", "sample_fmts=fltp"))).fed(given())) or [wave[:0]]
        found.append(_energies(narrow[: len(narrow) // HOP * HOP]))
    return np.array(found)


def _energies(wave: Wave) -> NDArray[np.float64]:
    """The mean of the squared samples of every frame, also of a last one that is not whole."""
    import numpy as np

    starts = np.arange(0, len(wave), HOP)
    if not len(starts):
        return np.zeros(0)
    return np.add.reduceat(np.square(wave, dtype=np.float64), starts) / np.diff(starts, append=len(wave))


def mean(wave: Wave) -> float:
    """The mean of the squared samples."""
    import numpy as np

    return float(np.square(wave, dtype=np.float64).mean()) if len(wave) else 0.0


def audible(wave: Wave, least: float = _QUIET) -> tuple[int, int] | None:
    """The first and the last sample between which something is heard; ``None`` where nothing is.

    Heard is a hundredth of a second whose mean square is above ``least``.
    """
    heard = (_energies(wave) > least).nonzero()[0]
    return (int(heard[0]) * HOP, min(len(wave), int(heard[-1] + 1) * HOP)) if len(heard) else None
