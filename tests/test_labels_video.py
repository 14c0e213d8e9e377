"""Films: stamped is measured, sound is passed on, packed smaller it is still known, hostile files are told."""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import pytest
from av.stream import Disposition
from PIL import Image, ImageDraw

from compliance.errors import InputError, Refused
from compliance.labels import door, video
from compliance.labels._card import card_of
from compliance.labels.model import Label, Requirement
from tests.media.films import _tone, film, moving
from tests.media.labels import TEXT, not_met

LABEL = Label(
    "test.label",
    TEXT,
    (
        Requirement("position", "start"), Requirement("screen_position", "centre"), Requirement("screen_share", 0.2),
        Requirement("seconds", 3.0),
    ),
    language="ru",
)  # fmt: skip
"""A rule that asks three seconds, so that the tests are short; the real one asks fifteen."""

AWKWARD: dict[str, dict[str, Any]] = {
    "MP4": {},
    "MP4 without sound": {"sound": ""},
    "mono sound": {"mono": True},
    "portrait": {"width": 360, "height": 640},
    "square": {"width": 480, "height": 480},
    "thirty frames a second": {"rate": 30, "seconds": 2},
    "ten frames a second": {"rate": 10},
    "MOV": {"form": "mov"},
    "MKV": {"form": "matroska"},
    "WebM": {"form": "webm", "codec": "libvpx", "sound": "libopus", "seconds": 2},
    "WebM of the newer kind": {"form": "webm", "codec": "libvpx-vp9", "sound": "libopus", "seconds": 1},
    "MPEG-4 of the older kind": {"codec": "mpeg4"},
    "large": {"width": 1280, "height": 720, "seconds": 1},
}


@cache
def plain(name: str) -> bytes:
    return film(**AWKWARD[name])


@cache
def stamped(name: str) -> bytes:
    return video.stamp(plain(name), LABEL).data


@pytest.mark.parametrize("name", AWKWARD)
def test_stamped_is_measured(name: str) -> None:
    assert not video.detect(plain(name), LABEL).ok
    found = video.detect(stamped(name), LABEL)
    assert found.ok, found.criteria
    assert found.detection is not None
    assert video.endings(stamped(name)) == video.endings(plain(name))


@pytest.mark.parametrize("name", ["MP4", "WebM", "MKV"])
def test_stamped_twice_it_is_the_same(name: str) -> None:
    assert video.stamp(plain(name), LABEL).data == stamped(name)


def sounds(data: bytes) -> list[bytes]:
    with av.open(io.BytesIO(data)) as opened:
        heard = opened.streams.audio
        return [bytes(packet) for packet in opened.demux(heard[0]) if packet.size] if heard else []


@pytest.mark.parametrize("name", AWKWARD)
def test_another_program_plays_it_card_first_and_the_sound_is_as_it_was(name: str) -> None:
    before, after = plain(name), stamped(name)
    assert sounds(after) == sounds(before)
    with av.open(io.BytesIO(before)) as was, av.open(io.BytesIO(after)) as now:
        frames = [frame.to_image() for frame in now.decode(video=0)]
        count = sum(1 for _frame in was.decode(video=0))
        rate = float(now.streams.video[0].average_rate or 1)
        assert abs(len(frames) - count - 3.5 * rate) <= 1
        assert all(frame.size == frames[0].size for frame in frames)
    assert sum(frames[0].convert("L").resize((8, 8)).getdata()) > 64 * 150
    assert frames[-1].getpixel((3, 3))[1] < 120  # the film's own ground
    if sounds(before):
        with av.open(io.BytesIO(after)) as now:
            heard = now.streams.audio[0]
            first = next(packet for packet in now.demux(heard) if packet.pts is not None)
            assert abs(float(first.pts * first.time_base) - 3.5) < 0.1


def packed(data: bytes, width: int, height: int, crf: str) -> bytes:
    """As a channel packs it: smaller, and harder."""
    out = io.BytesIO()
    with av.open(io.BytesIO(data)) as was, av.open(out, "w", format="mp4") as made:
        stream: Any = made.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt, stream.options = width, height, "yuv420p", {"crf": crf}
        for frame in was.decode(video=0):
            for packet in stream.encode(frame.reformat(width=width, height=height, format="yuv420p")):
                made.mux(packet)
        for packet in stream.encode(None):
            made.mux(packet)
    return out.getvalue()


@pytest.mark.parametrize(("width", "height", "crf"), [(640, 360, "32"), (854, 480, "28"), (1280, 720, "34")])
def test_it_is_known_again_after_packing(width: int, height: int, crf: str) -> None:
    found = video.detect(packed(stamped("large"), width, height, crf), LABEL)
    assert found.ok, found.criteria


def card(change: Callable[[Image.Image], None] | None = None, text: str = TEXT) -> Image.Image:
    made = card_of(text, 640, 360).picture.convert("RGB")
    if change is not None:
        change(made)
    return made


def begun(picture: Image.Image, seconds: float = 3.5, **more: Any) -> bytes:
    return film(**{"begin": picture, "begin_seconds": seconds, "seconds": 1, "sound": "", "rate": 10} | more)


def shrunk() -> Image.Image:
    small = card_of(TEXT, 640, 360).picture.resize((230, 130))
    made = Image.new("RGB", (640, 360), "white")
    made.paste(small, (205, 115))
    return made


def covered(made: Image.Image) -> None:
    ImageDraw.Draw(made).rectangle((200, 120, 260, 200), fill="grey")


def pale(made: Image.Image) -> None:
    made.paste(Image.blend(made, Image.new("RGB", made.size, "white"), 0.96))


def off_the_middle() -> Image.Image:
    made = Image.new("RGB", (640, 360), "white")
    made.paste(card().crop((0, 80, 640, 360)), (0, 0))
    return made


def grey(made: Image.Image) -> None:
    """Letters of 2.1 to one: as alike as black ones."""
    made.paste(Image.blend(made, Image.new("RGB", made.size, "white"), 0.7))


def remuxed(*tracks: tuple[bytes, float], form: str = "matroska", squeezed: int = 1) -> bytes:
    """The pictures of several films as tracks of one, each so many seconds later; players pick the last. Pixels
    ``squeezed`` times as narrow."""
    out = io.BytesIO()
    films = [(av.open(io.BytesIO(data)), later) for data, later in tracks]
    with av.open(out, "w", format=form) as made:
        streams = []
        for number, (film_, _later) in enumerate(films):
            source: Any = film_.streams.video[0] if film_.streams.video else film_.streams.audio[0]
            stream: Any = made.add_stream_from_template(source)
            stream.disposition = Disposition.default if number == len(films) - 1 else Disposition(0)
            if squeezed > 1:
                stream.sample_aspect_ratio = Fraction(1, squeezed)
            streams.append((film_, source, stream, _later))
        for film_, source, stream, later in streams:
            for packet in film_.demux(source):
                if packet.dts is not None:
                    packet.pts += int(later / packet.time_base)
                    packet.dts += int(later / packet.time_base)
                    packet.stream = stream
                    made.mux(packet)
    return out.getvalue()


NEVER_RIGHT = {
    "too brief": lambda: begun(card(), 2.0),
    "other letters": lambda: begun(card(text=TEXT.replace("АГЕНТОМ", "АГЕНТАМ"))),
    "a letter of another alphabet that looks otherwise": lambda: begun(card(text=TEXT.replace("И", "N", 1))),
    "shortened": lambda: begun(card(text=TEXT[:90])),
    "a part covered": lambda: begun(card(covered)),
    "pale": lambda: begun(card(pale)),
    "grey letters": lambda: begun(card(grey)),
    "too small to be read": lambda: packed(begun(card()), 160, 90, "18"),
    "small": lambda: begun(shrunk()),
    "in a picture that players do not pick": lambda: remuxed((begun(card()), 0.0), (film(sound=""), 0.0)),
    "long after the sound began": lambda: remuxed((begun(card()), 5.0), (_sound_alone(), 0.0)),
    "squeezed": lambda: remuxed((begun(card()), 0.0), form="mp4", squeezed=9),
    "off the middle": lambda: begun(off_the_middle()),
    "no label": lambda: plain("MP4"),
    "mirrored": lambda: begun(card().transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
    "the wrong way up": lambda: begun(card().rotate(180)),
}
"""That none of them is right, the corpus tries through the door."""


def test_what_is_wrong_is_said() -> None:
    assert not_met(video.detect(begun(card(), 2.0), LABEL)) == {"seconds"}
    assert "visible" in not_met(video.detect(NEVER_RIGHT["grey letters"](), LABEL))
    assert "visible" in not_met(video.detect(NEVER_RIGHT["too small to be read"](), LABEL))
    late = video.detect(NEVER_RIGHT["long after the sound began"](), LABEL)
    assert [item.message for item in late.criteria if item.verdict == "not_met"] == [
        "the label begins at second 5; it must stand at the start"
    ]
    two = video.detect(NEVER_RIGHT["in a picture that players do not pick"](), LABEL)
    assert two.verdict == "not_measurable"
    assert "2 moving pictures" in two.notes[0]


def test_a_card_of_one_frame_is_shown_until_the_next() -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as made:
        stream: Any = made.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for at, picture in [(0, card()), *((100 + n, moving(640, 360, n)) for n in range(9))]:
            frame = av.VideoFrame.from_image(picture).reformat(format="yuv420p")
            frame.pts, frame.time_base = at, Fraction(1, 25)
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    found = video.detect(out.getvalue(), LABEL)
    assert found.ok, found.criteria
    assert found.detection is not None
    assert "0.0 to 4.0" in found.detection.place


def test_shape_colours_languages_chapters_and_attachments_are_kept() -> None:
    """Of a film whose pixels are not square, in the colours of high definition, with two languages."""
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as made:
        stream: Any = made.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 720, 576, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(64, 45)
        stream.codec_context.colorspace = stream.codec_context.color_primaries = 1
        stream.codec_context.color_trc = stream.codec_context.color_range = 1
        heard = [made.add_stream("aac", rate=48_000) for _language in "12"]
        for each, language in zip(heard, ("rus", "eng"), strict=True):
            each.metadata["language"] = language
        heard[0].disposition, heard[1].disposition = Disposition(0), Disposition.default
        made.add_attachment("letters.ttf", "font/ttf", b"a font")
        times = {"id": 1, "start": 0, "end": 1000, "time_base": Fraction(1, 1000)}
        made.set_chapters([times | {"metadata": {"title": "Начало"}}])
        for number in range(25):
            frame = av.VideoFrame.from_image(Image.new("RGB", (720, 576), (250, 30, 60)))
            frame = frame.reformat(format="yuv420p", dst_colorspace=1)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
        for each in heard:
            _tone(made, each, 1.0, mono=False)
    stamp = video.stamp(out.getvalue(), LABEL)
    assert any("1024 × 576" in note for note in stamp.notes)
    assert not any("left out" in note for note in stamp.notes)
    for data in (stamp.data, video.anonymous(stamp.data).data):
        with av.open(io.BytesIO(data)) as now:
            assert (now.streams.video[0].width, now.streams.video[0].height) == (1024, 576)
            assert [each.metadata.get("language") for each in now.streams.audio] == ["rus", "eng"]
            assert [bool(each.disposition & Disposition.default) for each in now.streams.audio] == [
                False,
                True,
            ]
            attached = [(each.name, each.data) for each in now.streams if each.type == "attachment"]
            assert attached == [("letters.ttf", b"a font")]
            title, begins = now.chapters()[0]["metadata"], now.chapters()[0]["start"]
            assert (title, begins) == ({"title": "Начало"}, 3_500_000_000)
            *_before, last = now.decode(video=0)
            assert int(last.colorspace) == 1
            for is_, was in zip(last.to_image().getpixel((500, 300)), (250, 30, 60), strict=True):
                assert abs(is_ - was) < 6
    assert video.detect(stamp.data, LABEL).ok


def test_a_film_in_red_green_and_blue_is_labelled_in_its_colours() -> None:
    """Screens are recorded so; WebM refuses such a colour space for what is written."""
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as made:
        stream: Any = made.add_stream("libvpx-vp9", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "gbrp"
        stream.codec_context.colorspace = 0
        for number in range(5):
            frame = av.VideoFrame.from_image(Image.new("RGB", (320, 180), (192, 64, 32)))
            frame = frame.reformat(format="gbrp")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    stamp = video.stamp(out.getvalue(), LABEL)
    assert video.detect(stamp.data, LABEL).ok
    with av.open(io.BytesIO(stamp.data)) as now:
        *_before, last = now.decode(video=0)
        for is_, was in zip(last.to_image().getpixel((160, 90)), (192, 64, 32), strict=True):
            assert abs(is_ - was) < 6


def test_what_was_cut_off_at_the_beginning_is_not_heard_again(tmp_path: Path) -> None:
    """By a telephone, or by a program that copies: the packets are still there, before second 0."""
    whole, cut = tmp_path / "whole.mp4", tmp_path / "cut.mp4"
    whole.write_bytes(film(seconds=3))
    with av.open(str(whole)) as was, av.open(str(cut), "w") as now:
        kept = {stream.index: now.add_stream_from_template(stream) for stream in was.streams}
        for packet in was.demux():
            if packet.dts is not None:
                moved = int(1 / packet.time_base)
                packet.pts, packet.dts, packet.stream = (
                    packet.pts - moved,
                    packet.dts - moved,
                    kept[packet.stream.index],
                )
                now.mux(packet)
    with av.open(str(cut)) as opened:
        assert sum(packet.is_discard for packet in opened.demux(audio=0)) > 20
    made = video.stamp(cut.read_bytes(), LABEL).data
    with av.open(io.BytesIO(made)) as opened:
        first = next(opened.decode(audio=0))
        assert 3.3 < first.time < 3.6


def spliced(*pieces: bytes) -> bytes:
    """Films one behind the other, encoded anew."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as made:
        stream: Any = made.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        number = 0
        for piece in pieces:
            with av.open(io.BytesIO(piece)) as opened:
                for frame in opened.decode(video=0):
                    frame.pts, frame.time_base = number, Fraction(1, 25)
                    number += 1
                    for packet in stream.encode(frame.reformat(format="yuv420p")):
                        made.mux(packet)
        for packet in stream.encode(None):
            made.mux(packet)
    return out.getvalue()


def test_after_the_beginning_is_not_at_the_start() -> None:
    late = spliced(film(seconds=2, sound=""), begun(card(), rate=25))
    assert not_met(video.detect(late, LABEL)) == {"position"}


def test_a_gap_ends_the_time() -> None:
    """Two seconds, a blink of the film, two seconds more: nobody saw it for three."""
    flash = spliced(film(begin=card(), begin_seconds=2.0, seconds=1, sound=""), begun(card(), 2.0, rate=25))
    assert "seconds" in not_met(video.detect(flash, LABEL))


HOSTILE = {
    "cut": lambda: plain("MP4")[:900],
    "nothing": lambda: b"\0\0\0\x18ftypmp42" + b"\0" * 400,
    "sound alone": lambda: _sound_alone(),
    "too narrow": lambda: film(width=64, height=36, seconds=1, sound=""),
}


def _sound_alone() -> bytes:
    out = io.BytesIO()
    with av.open(io.BytesIO(plain("MP4"))) as was, av.open(out, "w", format="mp4") as made:
        stream = made.add_stream_from_template(was.streams.audio[0])
        for packet in was.demux(was.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = stream
                made.mux(packet)
    return out.getvalue()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_told(name: str) -> None:
    with pytest.raises(InputError):
        video.stamp(HOSTILE[name](), LABEL)


def test_by_the_door_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "встреча.mp4"
    path.write_bytes(plain("MP4"))
    made = door.apply_file(path, LABEL)
    assert made.path.name == "встреча.labelled.mp4"
    assert made.verification.ok
    assert path.read_bytes() == plain("MP4")
    seen = Image.open(io.BytesIO(door.picture_of(made.path, LABEL)))
    assert seen.width == 640


def test_an_earlier_label_is_told_and_no_second_card_is_put_before_it(tmp_path: Path) -> None:
    earlier = Label("test.label", TEXT.replace("Тридевятая", "Тридесятая"), LABEL.requirements, language="ru")
    old = video.stamp(plain("MP4"), earlier).data
    label = Label("test.label", TEXT, LABEL.requirements, language="ru", former=(str(earlier.text),))
    found = video.detect(old, label)
    assert [item.reason for item in found.criteria if item.kind == "wording"] == ["former"]
    with pytest.raises(InputError, match="earlier label"):
        video.stamp(old, label)
    path = tmp_path / "old.mp4"
    path.write_bytes(old)
    with pytest.raises(Refused, match="cannot be taken off"):
        door.remove_file(path, label)
