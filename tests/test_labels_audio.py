"""Sound: the spoken label stands before it and is measured, the material is as it was, forgeries and hostile files are told."""

from __future__ import annotations

import io
import random
import struct
import wave as waves
from array import array
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from compliance.errors import InputError, Refused
from compliance.labels import audio, door, speech
from compliance.labels._recording import id3_length, recording_of
from compliance.labels.model import Label, Requirement
from tests.media.labels import TEXT, not_met
from tests.media.sounds import (
    RATE,
    louder,
    music,
    over,
    packets,
    said,
    samples,
    silence,
    tone,
    wave,
    written,
)

OWN = said(TEXT)
LABEL = Label(
    "test.label",
    TEXT,
    (Requirement("position", "start"), Requirement("spoken", "clearly")),
    language="ru",
    spoken=OWN,
)
TAGS = (("title", "Двор"), ("artist", "Слобода"))

AWKWARD: dict[str, tuple[Callable[[], array[float]], dict[str, Any]]] = {
    "WAV": (lambda: wave(said()), {"tags": TAGS}),
    "WAV of 24 bits, mono": (lambda: wave(said()), {"codec": "pcm_s24le", "rate": 48_000, "layout": "mono"}),
    "WAV of a telephone": (lambda: wave(said()), {"rate": 8_000, "layout": "mono"}),
    "WAV of the older kind": (lambda: wave(said()), {"codec": "adpcm_ms", "rate": 22_050}),
    "a very short WAV": (lambda: tone(0.2), {}),
    "silence": (lambda: silence(5), {}),
    "silence at the beginning": (lambda: silence(4) + wave(said()), {}),
    "noise": (lambda: music(6, 0.05), {}),
    "loud music": (lambda: music(8, 0.9), {}),
    "MP3": (
        lambda: wave(said()),
        {"form": "mp3", "codec": "libmp3lame", "bit_rate": 128_000, "tags": TAGS, "cover": True},
    ),
    "MP3, mono": (
        lambda: wave(said()),
        {"form": "mp3", "codec": "libmp3lame", "rate": 22_050, "layout": "mono", "bit_rate": 48_000},
    ),
    "Opus": (lambda: wave(said()), {"form": "ogg", "codec": "libopus", "rate": 48_000, "tags": TAGS}),
    "Vorbis": (lambda: wave(said()), {"form": "ogg", "codec": "vorbis", "tags": TAGS}),
    "FLAC": (lambda: wave(said()), {"form": "flac", "codec": "flac", "tags": TAGS, "cover": True}),
    "FLAC of 24 bits": (
        lambda: wave(said()),
        {"form": "flac", "codec": "flac", "rate": 96_000, "layout": "mono"},
    ),
    "M4A": (lambda: wave(said()), {"form": "mp4", "codec": "aac", "tags": TAGS, "cover": True}),
    "M4A with two covers": (lambda: wave(said()), {"form": "mp4", "codec": "aac", "tags": TAGS, "cover": 2}),
    "M4A without loss": (lambda: wave(said()), {"form": "mp4", "codec": "alac", "layout": "mono"}),
}
PASSED_ON = ("MP3", "MP3, mono", "Opus", "M4A")


@cache
def plain(name: str) -> bytes:
    make, kind = AWKWARD[name]
    return written(make(), **kind)


@cache
def stamped(name: str) -> bytes:
    return audio.stamp(plain(name), LABEL).data


@pytest.mark.parametrize("name", AWKWARD)
def test_stamped_is_measured(name: str) -> None:
    assert not audio.detect(plain(name), LABEL).ok
    found = audio.detect(stamped(name), LABEL)
    assert found.ok, found.criteria
    assert audio.endings(stamped(name))[-1] == audio.endings(plain(name))[-1]


def test_material_too_loud_for_a_label_is_told_so() -> None:
    with pytest.raises(Refused, match="so loud") as caught:
        audio.stamp(written(tone(3, 0.95)), LABEL)
    assert "quieter" in caught.value.remedy


@pytest.mark.parametrize("name", ["WAV", "Opus"])
def test_stamped_twice_it_is_the_same(name: str) -> None:
    assert audio.stamp(plain(name), LABEL).data == stamped(name)


@pytest.mark.parametrize("name", PASSED_ON)
def test_the_packets_of_the_material_are_as_they_were(name: str) -> None:
    before, after = packets(plain(name)), packets(stamped(name))
    assert after[-len(before) :] == before


@pytest.mark.parametrize(
    "name", ["WAV", "WAV of 24 bits, mono", "FLAC", "FLAC of 24 bits", "M4A without loss"]
)
def test_the_samples_of_the_material_are_as_they_were(name: str) -> None:
    assert samples(stamped(name)).endswith(samples(plain(name)))


def named(data: bytes) -> dict[str, str]:
    with av.open(io.BytesIO(data)) as opened:
        found = opened.metadata | opened.streams.audio[0].metadata
        return {key.lower(): value for key, value in found.items() if key.lower() in ("title", "artist")}


def cover(data: bytes) -> bytes:
    with av.open(io.BytesIO(data)) as opened:
        shown = opened.streams.video
        return b"".join(bytes(packet) for packet in opened.demux(shown) if packet.size) if shown else b""


@pytest.mark.parametrize("name", ["WAV", "MP3", "Opus", "Vorbis", "FLAC", "M4A", "M4A with two covers"])
def test_title_artist_and_cover_stay(name: str) -> None:
    assert named(stamped(name)) == dict(TAGS)
    assert cover(stamped(name)) == cover(plain(name))
    assert bool(cover(stamped(name))) == bool(AWKWARD[name][1].get("cover"))


def test_the_tags_of_an_mp3_stay_byte_by_byte() -> None:
    data = plain("MP3") + b"TAG" + b"x" * 125
    made = audio.stamp(data, LABEL).data
    tag = data[: id3_length(data)]
    assert len(tag) > 600
    assert made.startswith(tag)
    assert made.endswith(data[-128:])


@pytest.mark.parametrize(
    ("name", "codec", "form", "bits"),
    [
        ("WAV", "libmp3lame", "mp3", 64_000),
        ("MP3", "libopus", "ogg", 24_000),
        ("M4A", "libmp3lame", "mp3", 64_000),
        ("Vorbis", "libopus", "ogg", 24_000),
    ],
)
def test_it_is_known_again_after_a_channel_packed_it(name: str, codec: str, form: str, bits: int) -> None:
    rate = 48_000 if codec == "libopus" else 44_100
    again = written(wave(stamped(name)), form, codec, rate, "mono", bit_rate=bits)
    found = audio.detect(again, LABEL)
    assert found.ok, found.criteria


def file(sound: array[float]) -> bytes:
    return written(sound, rate=16_000, layout="mono")


OTHER_NAME = TEXT.replace("Тридевятая", "Тридесятая")
label_wave = cache(lambda: wave(OWN))
talk = cache(lambda: wave(said()))
spoken_wave = cache(lambda: array("f", recording_of(OWN).wave.tobytes()))
"""Without the silence around it."""


def hole(sound: array[float], begin: float, end: float, instead: array[float]) -> array[float]:
    return sound[: int(begin * RATE)] + instead + sound[int(end * RATE) :]


FORGED: dict[str, tuple[Callable[[], array[float]], set[str]]] = {
    "no label": (lambda: talk() + talk(), {"wording"}),
    "too quiet": (lambda: louder(label_wave(), 0.3) + silence(0.5) + talk(), {"visible", "spoken"}),
    "nearly silent": (lambda: louder(label_wave(), 0.002) + silence(1), {"visible", "spoken"}),
    "half as fast again": (lambda: wave(OWN, ("atempo", "1.5")) + talk(), {"visible", "spoken"}),
    "a little faster": (lambda: wave(OWN, ("atempo", "1.08")) + talk(), {"visible", "spoken"}),
    "slow": (lambda: wave(OWN, ("atempo", "0.8")) + talk(), {"visible", "spoken"}),
    "another text": (lambda: wave(said(OTHER_NAME)) + talk(), {"visible", "spoken"}),
    "its end cut off": (lambda: label_wave()[: -2 * RATE] + talk(), {"visible", "spoken"}),
    "a second of it left out": (lambda: hole(label_wave(), 6, 7, array("f")) + talk(), set()),
    "a second of it silent": (lambda: hole(label_wave(), 6, 7, silence(1)) + talk(), {"visible", "spoken"}),
    "a second of something else": (lambda: hole(label_wave(), 6, 7, talk()[:RATE]) + talk(), {"visible", "spoken"}),
    "the end of its last word cut off": (lambda: spoken_wave()[: -RATE // 3] + talk(), {"visible", "spoken"}),
    "half of it": (lambda: label_wave()[: len(label_wave()) // 2] + talk(), set()),
    "backwards": (lambda: label_wave()[::-1] + talk(), {"wording"}),
    "at the end": (lambda: talk() + silence(0.5) + label_wave(), {"position"}),
    "after a second of the material": (lambda: talk()[:RATE] + label_wave() + talk(), {"position"}),
    "after long silence": (lambda: silence(20) + label_wave() + talk(), {"position"}),
    "music over it": (lambda: over(label_wave() + talk(), music(17, 0.05)), {"visible", "spoken"}),
    "speech over it": (lambda: over(label_wave() + talk(), louder(talk(), 0.25)), {"visible", "spoken"}),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_forgeries_are_never_right(name: str) -> None:
    make, wrong = FORGED[name]
    found = audio.detect(file(make()), LABEL)
    assert found.verdict == "not_met", found.criteria
    assert wrong <= not_met(found), found.criteria


def test_the_honest_one_of_the_same_make_is_right() -> None:
    for sound in (label_wave() + silence(0.5) + talk(), over(label_wave() + talk(), music(17, 0.002))):
        found = audio.detect(file(sound), LABEL)
        assert found.ok, found.criteria


def stereo(left: array[float], right: array[float]) -> bytes:
    out = io.BytesIO()
    with waves.open(out, "wb") as made:
        made.setnchannels(2)
        made.setsampwidth(2)
        made.setframerate(RATE)
        both = (
            round(30_000 * max(-1.0, min(1.0, value)))
            for pair in zip(left, right, strict=True)
            for value in pair
        )
        made.writeframes(array("h", both).tobytes())
    return out.getvalue()


ONE_SIDED: dict[str, Callable[[], tuple[array[float], array[float]]]] = {
    "in one channel": lambda: (louder(label_wave(), 1.5), silence(len(label_wave()) / RATE)),
    "gone on one loudspeaker": lambda: (label_wave(), louder(label_wave(), -1.0)),
    "nearly gone on one loudspeaker": lambda: (label_wave(), louder(label_wave(), -0.8)),
    "other speech in the other channel": lambda: (
        label_wave(), louder(talk() + talk(), 0.7)[: len(label_wave())],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_SIDED)
def test_a_label_is_heard_in_every_channel_and_on_one_loudspeaker(name: str) -> None:
    left, right = ONE_SIDED[name]()
    found = audio.detect(stereo(left + talk(), right + talk()), LABEL)
    assert not_met(found) == {"visible", "spoken"}, found.criteria
    if "other speech" not in name:
        assert {item.reason for item in found.criteria if item.verdict == "not_met"} == {"one_sided"}


def test_two_channels_that_say_the_same_and_material_on_one_side_are_right() -> None:
    quiet = silence(len(talk()) / RATE)
    for left, right in ((talk(), talk()), (talk(), quiet), (talk(), louder(talk(), -1.0))):
        found = audio.detect(
            stereo(louder(label_wave(), 1.3) + left, louder(label_wave(), 1.3) + right), LABEL
        )
        assert found.ok, found.criteria


@pytest.mark.parametrize("name", ["in one channel", "gone on one loudspeaker"])
@pytest.mark.parametrize("material", ["WAV", "MP3, mono"])
def test_a_recording_in_one_channel_or_out_of_phase_is_put_on_whole(name: str, material: str) -> None:
    own = replace(LABEL, spoken=stereo(*ONE_SIDED[name]()))
    found = audio.detect(audio.stamp(plain(material), own).data, own)
    assert found.ok, found.criteria


def test_a_label_that_begins_late_is_told_when() -> None:
    found = audio.detect(file(silence(3) + label_wave() + talk()), LABEL)
    late = next(item for item in found.criteria if item.verdict == "not_met")
    assert (late.kind, late.reason) == ("position", "late")
    assert "second 3" in late.message


def test_without_the_recording_nothing_is_claimed() -> None:
    found = audio.detect(stamped("WAV"), replace(LABEL, spoken=b""))
    assert {item.verdict for item in found.criteria} == {"not_measurable"}
    assert "--spoken" in found.criteria[0].message
    with pytest.raises(InputError, match="recording"):
        audio.stamp(plain("WAV"), replace(LABEL, spoken=b""))


def test_words_are_never_called_recognised() -> None:
    found = audio.detect(stamped("WAV"), LABEL)
    assert [item.reason for item in found.criteria if item.kind == "wording"] == ["recording"]


RECORDINGS = {
    "too short for the words": lambda: file(label_wave()[: 4 * RATE]),
    "silent": lambda: file(silence(9)),
    "too long": lambda: file(tone(125)),
    "no sound": lambda: b"RIFF\0\0\0\0WAVE",
}


@pytest.mark.parametrize("name", RECORDINGS)
def test_recordings_that_are_no_label(name: str) -> None:
    with pytest.raises(InputError):
        audio.stamp(plain("WAV"), replace(LABEL, spoken=RECORDINGS[name]()))


@pytest.mark.parametrize("name", ["WAV", "WAV of 24 bits, mono", "MP3", "MP3, mono", "Opus"])
def test_taken_off_again(name: str) -> None:
    bare = audio.remove(stamped(name), LABEL)
    assert bare is not None
    assert packets(bare.data) == packets(plain(name))
    assert named(bare.data) == named(plain(name))
    assert cover(bare.data) == cover(plain(name))
    assert audio.remove(plain(name), LABEL) is None


def head(rate: int, channels: int, data: bytes = b"\0" * 4000) -> bytes:
    size = struct.pack(
        "<HHIIHH", 1, channels, rate, (rate * channels * 2) & 0xFFFFFFFF, channels * 2 & 0xFFFF, 16
    )
    return b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt \x10\0\0\0" + size + b"data" + struct.pack("<I", len(data)) + data  # fmt: skip


HOSTILE = {
    "cut": lambda: plain("MP3")[:700],
    "an empty WAV": lambda: head(44_100, 2, b""),
    "four thousand million samples a second": lambda: head(4_000_000_000, 2),
    "one sample a second": lambda: head(1, 1),
    "sixty thousand channels": lambda: head(44_100, 60_000),
    "no channel": lambda: head(44_100, 0),
    "an Ogg of nothing": lambda: b"OggS" + b"\0" * 300,
    "an M4A of nothing": lambda: b"\0\0\0\x18ftypM4A " + b"\0" * 300,
    "a film": lambda: _film(),
    "two tracks": lambda: _two_tracks(),
}


def _two_tracks() -> bytes:
    """Players pick one: the label may stand in the other."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as made:
        heard = [made.add_stream("aac", rate=44_100, layout="mono") for _number in range(2)]
        for stream in heard:
            frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            frame.planes[0].update(bytes(4 * 1024))
            frame.sample_rate, frame.pts = 44_100, 0
            made.mux(stream.encode(frame))
            made.mux(stream.encode(None))
    return out.getvalue()


def _film() -> bytes:
    from tests.media.films import film

    return film(seconds=1)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_told(name: str) -> None:
    with pytest.raises(InputError):
        audio.stamp(HOSTILE[name](), LABEL)


@pytest.mark.parametrize("name", ["WAV", "MP3", "Opus", "FLAC", "M4A"])
@pytest.mark.parametrize(
    ("seed", "times"), [("", 2), *(pytest.param(str(n), 20, marks=pytest.mark.soak) for n in range(5))]
)
def test_damaged_files_are_told_or_measured_and_never_break(name: str, seed: str, times: int) -> None:
    luck, data = random.Random(name + seed), stamped(name)
    for _time in range(times):
        spoilt = bytearray(data[: luck.randrange(60, len(data))] if luck.random() < 0.4 else data)
        for _byte in range(luck.choice((1, 20, 400))):
            spoilt[luck.randrange(len(spoilt) if luck.random() < 0.5 else 200) % len(spoilt)] = (
                luck.randrange(256)
            )
        for act in (audio.detect, audio.stamp):
            with suppress(InputError):
                act(bytes(spoilt), LABEL)


def test_by_the_door_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "встреча.mp3"
    path.write_bytes(plain("MP3"))
    made = door.apply_file(path, LABEL)
    assert made.path.name == "встреча.labelled.mp3"
    assert made.verification.ok
    assert path.read_bytes() == plain("MP3")
    assert not door.apply_file(made.path, LABEL).changed
    seen = Image.open(io.BytesIO(door.picture_of(made.path, LABEL)))
    assert seen.width == 1200
    bare = door.remove_file(made.path, LABEL, out=tmp_path / "bare.mp3")
    assert packets(bare.path.read_bytes()) == packets(plain("MP3"))
    with pytest.raises(Refused, match="cannot be taken off this recording"):
        door.remove_file(path, LABEL)


def test_a_speech_program_says_the_same_again_and_refuses_other_voices() -> None:
    assert speech.spoken(TEXT, "ru") == OWN
    with waves.open(io.BytesIO(OWN)) as read:
        assert 10 < read.getnframes() / read.getframerate() < 30
    for language in ("xx", "no-such-voice", "--path=/", "", "ру"):
        with pytest.raises(InputError, match="does not speak"):
            speech.spoken(TEXT, language)
