"""Films made by code: moving colours and a tone, in the containers that people publish."""

from __future__ import annotations

import io
import math
import struct
from typing import Any

import av
from PIL import Image, ImageDraw

RATE = 48_000
_SAMPLES = 960


def film(
    *,
    width: int = 640,
    height: int = 360,
    seconds: int = 4,
    form: str = "mp4",
    codec: str = "libx264",
    sound: str = "aac",
    rate: int = 25,
    begin: Image.Image | None = None,
    begin_seconds: float = 0.0,
    mono: bool = False,
) -> bytes:
    """``begin``: a picture that is shown first, for so many seconds; ``sound`` empty: none."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as made:
        shown: Any = made.add_stream(codec, rate=rate)
        shown.width, shown.height, shown.pix_fmt = width, height, "yuv420p"
        heard: Any = made.add_stream(sound, rate=RATE) if sound else None
        if heard is not None:
            heard.layout = "mono" if mono else "stereo"
        for number in range(round((seconds + begin_seconds) * rate)):
            first = begin is not None and number < begin_seconds * rate
            picture = begin if first else moving(width, height, number)
            assert picture is not None
            from_image: Any = av.VideoFrame.from_image
            for packet in shown.encode(from_image(picture.convert("RGB")).reformat(format="yuv420p")):
                made.mux(packet)
        for packet in shown.encode(None):
            made.mux(packet)
        if heard is not None:
            _tone(made, heard, seconds + begin_seconds, mono)
    return out.getvalue()


def moving(width: int, height: int, number: int) -> Image.Image:
    picture = Image.new("RGB", (width, height), ((number * 3) % 256, 40, 90))
    left = (number * 7) % width
    ImageDraw.Draw(picture).rectangle((left, height // 4, left + width // 8, height // 2), fill="yellow")
    return picture


def _tone(made: Any, heard: Any, seconds: float, mono: bool) -> None:
    layout = "mono" if mono else "stereo"
    shaper = av.AudioResampler(format=heard.codec_context.format.name, layout=layout, rate=RATE)
    at = 0
    while at < seconds * RATE:
        values = [round(9000 * math.sin(2 * math.pi * 440 * (at + n) / RATE)) for n in range(_SAMPLES)]
        frame = av.AudioFrame(format="s16", layout="mono", samples=_SAMPLES)
        frame.planes[0].update(struct.pack(f"<{_SAMPLES}h", *values))
        frame.sample_rate, frame.pts = RATE, at
        for part in shaper.resample(frame):
            for packet in heard.encode(part):
                made.mux(packet)
        at += _SAMPLES
    for packet in heard.encode(None):
        made.mux(packet)
