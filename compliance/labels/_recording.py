"""A recording of the spoken label, and joining it to a sound: packet by packet where the format allows it.

Read and written by PyAV (the extra ``media``), from and to memory.
"""

from __future__ import annotations

import base64
import io
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from compliance.errors import InputError
from compliance.i18n import _
from compliance.labels import _sound

if TYPE_CHECKING:
    from compliance.labels._sound import Wave

LONGEST = 120.0  # seconds of a recording of the label
PAUSE = 0.7  # seconds between the label and the material
LEAD = 0.15  # seconds of silence before it: some players swallow the first moment
_ONE_SIDED = 0.25  # of the loudest channel's energy
_LOSSLESS = ("flac", "alac")
_LAYOUTS = ("", "mono", "stereo", "2.1", "4.0", "5.0", "5.1", "6.1", "7.1")  # by the number of channels
_OPUS_RATE = 48_000
_OPTIONS = {"fflags": "bitexact"}  # the same input gives the same bytes


def letters(text: str) -> int:
    """How many letters and digits are to be said."""
    return sum(char.isalnum() for char in text)


@dataclass(frozen=True, slots=True)
class Recording:
    """The recording without the silence around it: mono at `_sound.RATE`; ``start`` and ``end`` in seconds of it.
    ``channel``: the one that is put on, where another is silent or they cancel each other out."""

    data: bytes
    wave: Wave
    start: float
    end: float
    channel: int | None = None

    @property
    def seconds(self) -> float:
        return self.end - self.start


def recording_of(data: bytes) -> Recording:
    """`InputError` where nothing is heard, or for longer than a label can be."""
    planes = _sound.channels(_sound.opened(data), LONGEST + 1)
    levels = [_sound.mean(plane) for plane in planes]
    loudest = max(range(len(planes)), key=lambda number: levels[number])
    one_sided = min(*levels, _sound.mean(_sound.mixed(planes))) < _ONE_SIDED * levels[loudest]
    wave = planes[loudest]
    if len(wave) > LONGEST * _sound.RATE:
        raise InputError(
            _("the recording of the label is longer than {n} seconds").format(n=f"{LONGEST:g}"),
            remedy=_("Record the words of the label alone."),
        )
    most = max((_sound.mean(wave[at : at + 800]) for at in range(0, len(wave), 800)), default=0.0)
    heard = _sound.audible(wave, max(1e-9, most * 1e-4))
    if heard is None:
        raise InputError(
            _("nothing is heard in the recording of the label"),
            remedy=_("Record the words of the label anew."),
        )
    first, last = heard
    channel = loudest if one_sided else None
    return Recording(data, wave[first:last], first / _sound.RATE, last / _sound.RATE, channel)


@dataclass(frozen=True, slots=True)
class Target:
    """How a sound is written: ``form`` (container), ``codec`` (encoder), ``exact``: its packets can follow others."""

    form: str
    codec: str
    rate: int
    layout: str
    format: str
    bit_rate: int
    bits: int
    exact: bool


def target_of(sound: Any) -> Target:
    """For each kind of file what its material needs; `InputError` for a kind that cannot be written."""
    heard = sound.streams.audio[0].codec_context
    form = next(
        (name for name in ("wav", "mp3", "ogg", "flac") if name in sound.format.name.split(",")), "mp4"
    )
    codec, rate = heard.codec.canonical_name, heard.sample_rate
    writer = {"mp3": "libmp3lame", "opus": "libopus"}.get(codec, codec)
    exact = {
        "wav": codec.startswith("pcm_"), "mp3": codec == "mp3", "mp4": codec == "aac",
        "ogg": codec == "opus" and heard.channels <= 2,
    }.get(form, False)  # fmt: skip
    if not exact and (codec not in _LOSSLESS or form == "ogg"):
        writer = {"wav": "pcm_s16le", "mp3": "libmp3lame", "ogg": "libopus", "flac": "flac"}.get(form, "aac")
    if writer == "libopus":
        rate = _OPUS_RATE
    bits = sound.streams.audio[0].codec_context.bit_rate or 0
    least = 48_000 * heard.channels if not exact else 0
    return Target(
        form, writer, rate, _LAYOUTS[heard.channels], heard.format.name, max(bits, least), _bits(heard), exact
    )


def _bits(heard: Any) -> int:
    """How many bits a sample has, where they are kept without loss (RFC 9639, 8.2; Apple's ALACSpecificConfig)."""
    found, codec = heard.extradata or b"", heard.codec.canonical_name
    if codec == "flac" and len(found) >= 14:
        return int(((found[12] & 1) << 4 | found[13] >> 4) + 1)
    return int(found[17]) if codec == "alac" and len(found) >= 18 else 16


def encoded(parts: Iterable[Iterator[Any]], to: Target, tags: Any = None) -> bytes:
    """Decoded frames, part after part, as a file of that kind; ``tags`` puts on what else the file carries."""
    import av

    out = io.BytesIO()
    options = _OPTIONS | ({"id3v2_version": "0"} if to.form == "mp3" else {})
    with av.open(out, "w", format=to.form, options=options) as made:
        exactly = {"bits_per_raw_sample": str(to.bits), "strict": "-2"} if to.codec in _LOSSLESS else {}
        stream: Any = made.add_stream(to.codec, rate=to.rate, options=exactly)
        stream.layout = to.layout
        stream.codec_context.thread_count = 1
        if to.codec in _LOSSLESS:
            stream.codec_context.format = to.format
        elif to.bit_rate and not to.codec.startswith("pcm_"):
            stream.bit_rate = to.bit_rate
        if tags is not None:
            tags(made, stream)
        made.start_encoding()
        shape = stream.codec_context.format.name
        for part in parts:
            resampler = av.AudioResampler(format=shape, layout=to.layout, rate=to.rate)
            for frame in chain(part, [None]):
                for fitted in resampler.resample(frame):
                    fitted.pts = None
                    made.mux(stream.encode(fitted))
        made.mux(stream.encode(None))
    return out.getvalue()


def said(recording: Recording, to: Target, gain: float) -> Iterator[Any]:
    """The label as decoded frames: made louder by ``gain`` dB without clipping, with silence around it."""
    steps = [
        ("atrim", f"start={max(0.0, recording.start - 0.02):.4f}:end={recording.end + 0.02:.4f}"),
        ("asetpts", "N/SR/TB"),
        *(() if recording.channel is None else (("pan", f"mono|c0=c{recording.channel}"),)),
        ("aformat", f"sample_fmts=fltp:sample_rates={to.rate}:channel_layouts={to.layout}"),
    ]
    if gain:
        steps += [("volume", f"{gain:.2f}dB"), ("alimiter", "limit=0.95:level=0")]
    steps += [("adelay", f"{LEAD * 1000:g}:all=1"), ("apad", f"pad_dur={PAUSE}")]
    return _sound.Graph(tuple(steps)).fed(_sound.frames(_sound.opened(recording.data), 0.0, LONGEST + 1))


class Joined:
    """A label and the material behind it, in the material's own kind of file."""

    def __init__(self, data: bytes, recording: Recording) -> None:
        self.data, self.recording = data, recording
        self.source = _sound.opened(data)
        self.to = target_of(self.source)

    def label(self, gain: float) -> bytes:
        """The label alone, as a file of the same kind."""
        return encoded([said(self.recording, self.to, gain)], self.to)

    def exact(self, label: bytes) -> bool:
        """Whether the material's own packets can stand behind the label's."""
        if self.to.form != "mp4" or not self.to.exact:
            return self.to.exact
        ours = _sound.opened(label).streams.audio[0].codec_context.extradata or b""
        theirs = self.source.streams.audio[0].codec_context.extradata or b""
        return bool(ours[:2] == theirs[:2])

    def written(self, label: bytes, gain: float) -> bytes:
        """The label, then the material as it is, or encoded anew where it must be."""
        if self.exact(label):
            made = self._packets(label, 0)
        else:
            parts = [said(self.recording, self.to, gain), _sound.frames(_sound.opened(self.data))]
            made = encoded(parts, self.to, self._tags)
        return self._with_id3(made)

    def bare(self, label: bytes) -> bytes | None:
        """Without the packets that the label would take; ``None`` where it was encoded anew."""
        return self._with_id3(self._packets(None, _length(label))) if self.exact(label) else None

    def _packets(self, label: bytes | None, skip: int) -> bytes:
        import av

        out = io.BytesIO()
        options = _OPTIONS | ({"id3v2_version": "0"} if self.to.form == "mp3" else {})
        source = _sound.opened(self.data)
        with av.open(out, "w", format=self.to.form, options=options) as made:
            stream = made.add_stream_from_template(source.streams.audio[0])
            self._tags(made, stream)
            made.start_encoding()
            at = 0
            for packet in chain(_read(_sound.opened(label)) if label else (), _after(_read(source), skip)):
                lasts = packet.duration or 0
                packet.pts = packet.dts = at
                at += lasts
                packet.stream = stream
                made.mux(packet)
        return out.getvalue()

    def _tags(self, made: Any, stream: Any) -> None:
        """Title, artist, chapters and the cover, as they were."""
        import av

        heard = self.source.streams.audio[0]
        drop = ("encoder", "major_brand", "minor_version", "compatible_brands")
        words = {key: value for key, value in self.source.metadata.items() if key.lower() not in drop}
        own = {key: value for key, value in heard.metadata.items() if key.lower() not in drop}
        covers = list(self.source.streams.video)
        if self.to.form == "ogg":
            for cover in covers:
                own["METADATA_BLOCK_PICTURE"] = _picture_block(self.data, cover.index)
            stream.metadata.update(own | words)
            return
        made.metadata.update(words)
        if self.to.form in ("mp3", "wav"):
            return  # the tags of MP3 are kept byte by byte
        kept = []
        for cover in covers:
            with suppress(av.FFmpegError, ValueError):
                kept.append((cover, made.add_stream_from_template(cover)))
                kept[-1][1].disposition = cover.disposition
        made.start_encoding()  # once every stream is there: one that comes later breaks the writer
        for cover, shown in kept:
            for packet in _read(_sound.opened(self.data), cover.index):
                packet.stream = shown
                made.mux(packet)

    def _with_id3(self, made: bytes) -> bytes:
        """With the tags of an MP3 before and behind it, byte by byte."""
        if self.to.form != "mp3":
            return made
        tail = self.data[-128:] if self.data[-128:-125] == b"TAG" else b""
        return self.data[: id3_length(self.data)] + made + tail


def id3_length(data: bytes) -> int:
    """The bytes of an ID3v2 tag at the start (id3.org, version 2.4, 3.1); 0 where there is none."""
    if data[:3] != b"ID3" or len(data) < 10:
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    return min(len(data), size + (20 if data[5] & 0x10 else 10))


def _read(sound: Any, number: int | None = None) -> Iterator[Any]:
    import av

    stream = sound.streams.audio[0] if number is None else sound.streams[number]
    try:
        for packet in sound.demux(stream):
            if packet.size:
                yield packet
    except (av.FFmpegError, ValueError, OSError):
        raise _sound.damaged() from None


def _length(label: bytes) -> int:
    """In the time of its packets."""
    return sum(packet.duration or 0 for packet in _read(_sound.opened(label)))


def _after(packets: Iterator[Any], skip: int) -> Iterator[Any]:
    """What comes after so much time; plain samples are cut within a packet."""
    import av

    for packet in packets:
        lasts = packet.duration or 0
        if skip <= 0:
            yield packet
        elif lasts > skip and packet.stream.codec_context.codec.canonical_name.startswith("pcm_"):
            raw = bytes(packet)
            rest = av.Packet(raw[len(raw) * skip // lasts :])
            rest.time_base, rest.duration = packet.time_base, lasts - skip
            yield rest
        skip -= lasts


def _picture_block(data: bytes, number: int) -> str:
    """A cover as comments of Ogg carry it: FLAC's picture block in base 64 (RFC 9639, 8.8)."""
    sound = _sound.opened(data)
    shown = sound.streams[number]
    picture = b"".join(bytes(packet) for packet in _read(sound, number))
    mime = b"image/png" if picture.startswith(b"\x89PNG") else b"image/jpeg"
    wide, high = shown.codec_context.width, shown.codec_context.height
    head = struct.pack(">II", 3, len(mime)) + mime + struct.pack(">I", 0)
    block = head + struct.pack(">IIIII", wide, high, 24, 0, len(picture)) + picture
    return base64.b64encode(block).decode()
