"""Sound made by code: tones, noise and speech, in the files that people publish."""

from __future__ import annotations

import io
import math
import random
from array import array
from collections.abc import Iterable
from functools import cache
from typing import Any

import av
from PIL import Image

from compliance.labels import _sound, speech

RATE = _sound.RATE
_QUALITY = 118  # one step in libavcodec (FF_QP2LAMBDA)
SPEECH = (
    "Сегодня мы говорим о том, как соседи вместе сажают деревья во дворе, чинят качели и собирают книги для"
    " районной библиотеки, и почему это важно для всех нас. Приходите в субботу к десяти часам."
)


@cache
def said(text: str = SPEECH, language: str = "ru") -> bytes:
    return speech.spoken(text, language)


def wave(data: bytes, *steps: tuple[str, str]) -> array[float]:
    """Mono at `RATE`, through libavfilter's filters."""
    return array("f", _sound.samples(_sound.opened(data), None, steps).tobytes())


def silence(seconds: float) -> array[float]:
    return array("f", [0.0] * int(seconds * RATE))


def tone(seconds: float, loud: float = 0.3) -> array[float]:
    return array("f", (loud * math.sin(0.35 * at) for at in range(int(seconds * RATE))))


def music(seconds: float, loud: float) -> array[float]:
    """Chords and noise that swell."""
    luck = random.Random(7)
    return array(
        "f",
        (
            loud
            * (math.sin(at * 0.2) + math.sin(at * 0.33) + math.sin(at * 0.05) + luck.uniform(-1, 1))
            * (0.6 + 0.4 * math.sin(at / 2000))
            / 2.5
            for at in range(int(seconds * RATE))
        ),
    )


def louder(one: array[float], times: float) -> array[float]:
    return array("f", (times * value for value in one))


def over(one: array[float], other: array[float]) -> array[float]:
    """``other`` laid over the beginning of ``one``."""
    return array("f", map(sum, zip(one, other, strict=False))) + one[len(other) :]  # type: ignore[arg-type]


def written(
    sound: array[float],
    form: str = "wav",
    codec: str = "pcm_s16le",
    rate: int = 44_100,
    layout: str = "stereo",
    *,
    bit_rate: int = 0,
    tags: Iterable[tuple[str, str]] = (),
    cover: int = 0,
    varying: bool = False,
) -> bytes:
    """``varying``: at a bit rate that changes with the sound."""
    out = io.BytesIO()
    options = {"bits_per_raw_sample": "24"} if rate == 96_000 else {"strict": "-2"}
    if varying:
        options |= {"flags": "+qscale", "global_quality": str(4 * _QUALITY)}
    with av.open(out, "w", format=form) as made:
        made.metadata.update(dict(tags))
        heard: Any = made.add_stream(codec, rate=rate, options=options)
        heard.layout = layout
        if bit_rate:
            heard.bit_rate = bit_rate
        if cover:
            _covers(made, cover)
        shape = heard.codec_context.format.name
        if codec == "flac" and rate == 96_000:
            heard.codec_context.format = shape = "s32"
        shaper = av.AudioResampler(format=shape, layout=layout, rate=rate)
        for at in range(0, len(sound), RATE):
            part = sound[at : at + RATE]
            frame = av.AudioFrame(format="fltp", layout="mono", samples=len(part))
            frame.planes[0].update(part.tobytes())
            frame.sample_rate, frame.pts = RATE, at
            for fitted in shaper.resample(frame):
                made.mux(heard.encode(fitted))
        for fitted in shaper.resample(None):
            made.mux(heard.encode(fitted))
        made.mux(heard.encode(None))
    return out.getvalue()


def _covers(made: Any, count: int) -> None:
    from av.stream import Disposition

    all_shown: list[Any] = [made.add_stream("mjpeg") for _number in range(count)]
    for shown in all_shown:
        shown.width = shown.height = 64
        shown.pix_fmt, shown.disposition = "yuvj420p", Disposition.attached_pic
    from_image: Any = av.VideoFrame.from_image
    for shown, colour in zip(all_shown, ("red", "blue"), strict=False):
        frame = from_image(Image.new("RGB", (64, 64), colour)).reformat(format="yuvj420p")
        frame.pts = 0
        made.mux(shown.encode(frame))
        made.mux(shown.encode(None))


def samples(data: bytes, form: str = "s32") -> bytes:
    """Everything that is decoded, at its own rate."""
    with av.open(io.BytesIO(data)) as opened:
        shaper = av.AudioResampler(format=form)
        frames = [part for frame in opened.decode(audio=0) for part in shaper.resample(frame)]
        return b"".join(
            bytes(frame.planes[0])[: 4 * frame.samples * frame.layout.nb_channels] for frame in frames
        )


def packets(data: bytes) -> list[bytes]:
    with av.open(io.BytesIO(data)) as opened:
        return [bytes(packet) for packet in opened.demux(opened.streams.audio[0]) if packet.size]
