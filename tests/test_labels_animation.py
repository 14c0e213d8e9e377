"""GIF and WebP: every frame labelled, times kept; a frame without the label is no labelled animation."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from compliance.errors import InputError
from compliance.labels import animation
from tests.media.labels import FORMER, REQUIREMENTS, TEXT, label, not_met

LABEL = label(requirements=(REQUIREMENTS[0], *REQUIREMENTS[2:]))
TIMES = [100, 250, 40]


def frames(count: int, size: tuple[int, int] = (640, 240), clear: bool = False) -> list[Image.Image]:
    made = []
    for number in range(count):
        frame = Image.new("RGBA", size, (0, 0, 0, 0) if clear else (30, 90, 160, 255))
        ImageDraw.Draw(frame).ellipse((40 * number, 60, 40 * number + 90, 150), fill=(240, 200, 20, 255))
        made.append(frame)
    return made


def film(form: str, count: int, *, clear: bool = False, **more: object) -> bytes:
    first, *rest = frames(count, clear=clear)
    out = io.BytesIO()
    moving = {"save_all": True, "append_images": rest, "duration": TIMES[:count], "loop": 3} if rest else {}
    first.save(out, form, **moving, **more)  # type: ignore[arg-type]
    return out.getvalue()


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    frames(1, (240, 640))[0].convert("RGB").save(out, "WEBP", lossless=True, exif=exif)
    return out.getvalue()


FILMS = {
    "gif, still": film("GIF", 1),
    "gif, moving": film("GIF", 3),
    "gif, moving, see-through": film("GIF", 3, clear=True, disposal=2),
    "webp, still": film("WEBP", 1, lossless=True),
    "webp, still, lossy": film("WEBP", 1, quality=60),
    "webp, moving": film("WEBP", 3, lossless=True),
    "webp, moving, lossy": film("WEBP", 3, quality=70),
    "webp, turned by the camera": turned(),
}


def shown(data: bytes) -> list[tuple[int, Image.Image]]:
    picture = Image.open(io.BytesIO(data))
    found = []
    for number in range(getattr(picture, "n_frames", 1)):
        picture.seek(number)
        found.append((picture.info.get("duration", 0), picture.convert("RGBA")))
    return found


@pytest.mark.parametrize("name", FILMS)
def test_every_frame_is_labelled_and_comes_back(name: str) -> None:
    data = FILMS[name]
    made = animation.stamp(data, LABEL).data
    assert animation.detect(made, LABEL).ok
    assert animation.detect(data, LABEL).verdict == "not_measurable"
    assert animation.detect(made, label(FORMER)).verdict == "not_measurable"
    before, after = shown(data), shown(made)
    assert [time for time, _picture in before] == [time for time, _picture in after]
    assert Image.open(io.BytesIO(made)).info.get("loop") == Image.open(io.BytesIO(data)).info.get("loop")
    assert animation.stamp(made, LABEL).data == made
    bare = animation.remove(made, LABEL)
    assert bare is not None
    if "lossy" not in name and "turned" not in name:
        for (_time, one), (_other, two) in zip(before, shown(bare.data), strict=True):
            alike = [x == y or x[3] == y[3] == 0 for x, y in zip(pixels(one), pixels(two), strict=True)]
            assert all(alike)
    assert animation.remove(data, LABEL) is None


def pixels(picture: Image.Image) -> list[tuple[int, ...]]:
    data = picture.tobytes()
    return [tuple(data[at : at + 4]) for at in range(0, len(data), 4)]


def test_the_camera_s_turn_is_kept() -> None:
    made = Image.open(io.BytesIO(animation.stamp(FILMS["webp, turned by the camera"], LABEL).data))
    assert made.width == 640
    assert 0x0112 not in made.getexif()


BAD_FRAMES = ("bare", "white", "pale", "other words", "shifted", "cut")


def with_a_bad_frame(form: str, how: str) -> bytes:
    made = animation.stamp(film(form, 3, **({"lossless": True} if form == "WEBP" else {})), LABEL).data
    found = [picture for _time, picture in shown(made)]
    bad = found[1]
    tall = bad.height - 240
    if how == "bare":
        bad.paste((30, 90, 160, 255), (0, 0, bad.width, tall))
    elif how == "white":
        bad.paste((255, 255, 255, 255), (0, 0, bad.width, tall))
    elif how == "pale":
        strip = bad.crop((0, 0, bad.width, tall)).convert("L")
        bad.paste(strip.point(lambda value: 255 - (255 - value) * 3 // 10), (0, 0))
    elif how == "other words":
        other = label(TEXT.replace("ИНОСТРАННЫМ", "ИНОСТРАННЬМ", 1))
        first = shown(animation.stamp(film(form, 1), other).data)[0][1]
        bad.paste(first.crop((0, 0, bad.width, tall)), (0, 0))
    elif how == "shifted":
        bad.paste(bad.crop((0, 0, bad.width, tall)), (9, 5))
    else:
        found = [picture.crop((0, 30, *picture.size)) for picture in found]
    out = io.BytesIO()
    found[0].save(out, form, save_all=True, append_images=found[1:], duration=TIMES, **({"lossless": True} if form == "WEBP" else {}))  # fmt: skip
    return out.getvalue()


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
@pytest.mark.parametrize("how", BAD_FRAMES)
def test_one_bad_frame_is_enough(form: str, how: str) -> None:
    assert not animation.detect(with_a_bad_frame(form, how), LABEL).ok


HOSTILE = {
    "cut gif": FILMS["gif, moving"][:300],
    "cut webp": FILMS["webp, moving"][:300],
    "gif header": b"GIF89a",
    "webp header": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "flood": b"GIF89a" + b"\xff\xff\xff\xff" + FILMS["gif, still"][10:],
    "narrow": b"GIF89a" + b"\x02\x00\x02\x00" + b"\x80\x00\x00\x00\x00\x00\xff\xff\xff" + b"\x3b",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pictures_are_refused(name: str) -> None:
    with pytest.raises(InputError):
        animation.stamp(HOSTILE[name], LABEL)


@pytest.mark.parametrize("name", FILMS)
def test_what_is_seen_can_be_drawn(name: str) -> None:
    made = animation.stamp(FILMS[name], LABEL).data
    drawn = animation.picture(made, animation.detect(made, LABEL))
    assert drawn.startswith(b"\x89PNG")
    assert not_met(animation.detect(made, LABEL)) == set()
