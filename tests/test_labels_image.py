"""Pictures: our own strip is recognised letter by letter; everything else is looked at by people."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageChops, ImageStat

from compliance import fonts
from compliance.errors import InputError
from compliance.labels import image
from compliance.labels._strip import strip
from compliance.labels.model import Requirement
from compliance.practice.publications import cut
from tests.media.labels import TEXT, label, not_met

LABEL = label()
PLACED = label(requirements=(Requirement("position", "start"), Requirement("contrast", ""), Requirement("overlay", "forbidden")))  # fmt: skip


def picture(
    width: int = 800, height: int = 500, mode: str = "RGB", form: str = "PNG", **options: object
) -> bytes:
    """A gradient, so that changed pixels show."""
    made = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    made = made.convert(mode) if mode != "P" else made.quantize(16)
    out = io.BytesIO()
    made.save(out, form, **options)  # type: ignore[arg-type]
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(data))
    found.load()
    return found


def again(data: bytes, form: str = "JPEG", **options: object) -> bytes:
    """Saved by another program."""
    out = io.BytesIO()
    opened(data).convert("RGB").save(out, form, **options)  # type: ignore[arg-type]
    return out.getvalue()


@settings(max_examples=20, deadline=None)
@given(
    st.integers(330, 2000),
    st.integers(20, 900),
    st.sampled_from(["PNG", "JPEG"]),
    st.sampled_from(["RGB", "L"]),
)
def test_stamped_pictures_are_detected_and_twice_is_once(
    width: int, height: int, form: str, mode: str
) -> None:
    data = picture(width, height, mode, form)
    made = image.stamp(data, PLACED).data
    assert image.detect(made, PLACED).ok
    assert image.stamp(made, PLACED).data == made
    result, source = opened(made), opened(data)
    assert (result.format, result.width) == (form, width)
    below = result.crop((0, result.height - height, width, result.height))
    if form == "PNG":
        assert below.tobytes() == source.convert(below.mode).tobytes()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_png_modes(mode: str) -> None:
    made = image.stamp(picture(mode=mode), PLACED).data
    assert image.detect(made, PLACED).ok


def test_cmyk_is_converted_and_that_is_said() -> None:
    made = image.stamp(picture(mode="CMYK", form="JPEG"), PLACED)
    assert "CMYK" in made.notes[-1]
    assert opened(made.data).mode == "RGB"
    assert image.detect(made.data, PLACED).ok


def test_sizes_in_pictures_are_not_measurable() -> None:
    found = image.detect(image.stamp(picture(), LABEL).data, LABEL)
    assert {item.kind for item in found.criteria if item.verdict == "not_measurable"} == {"font_ratio"}
    assert not found.ok


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_jpeg_keeps_the_camera_s_turn_and_what_it_says(turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = turn, "Author Canary"
    data = picture(600, 400, form="JPEG", exif=exif, quality=80, comment=b"Comment Canary")
    made = image.stamp(data, PLACED)
    result, source = opened(made.data), opened(data)
    assert dict(result.getexif()) == dict(source.getexif())
    assert b"Comment Canary" in made.data
    assert image.detect(made.data, PLACED).ok
    assert not any("not changed" in note for note in made.notes)
    assert any("left as it was: EXIF, comments" in note for note in made.notes)
    bare = image.remove(made.data, PLACED)
    assert bare is not None
    difference = ImageChops.difference(opened(bare.data), source)
    assert max(ImageStat.Stat(difference).mean) < 1.5


def test_a_preview_without_the_label_is_no_longer_shown() -> None:
    small = b"\xff\xd8 preview \xff\xd9"
    ifd = struct.pack("<HHHII", 1, 0x0112, 3, 1, 1) + struct.pack("<I", 26)
    preview = struct.pack("<HHHIIHHIII", 2, 0x0201, 4, 1, 56, 0x0202, 4, 1, len(small), 0)
    exif = b"Exif\0\0II*\0\x08\0\0\0" + ifd + preview + small
    data = picture(600, 400, form="JPEG", exif=exif)
    assert opened(data).getexif().get_ifd(ExifTags.IFD.IFD1)
    made = opened(image.stamp(data, PLACED).data)
    assert dict(made.getexif()) == {0x0112: 1}
    assert not made.getexif().get_ifd(ExifTags.IFD.IFD1)


def raw_png(
    width: int, height: int, depth: int, kind: int, *more: tuple[bytes, bytes], turns: bool = False
) -> bytes:
    """Noise, each row filtered in another way, packed in several chunks."""
    rng = random.Random(depth * 10 + kind)
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    row = (width * depth * samples + 7) // 8
    rows = b"".join(bytes((4 - number % 5,)) + rng.randbytes(row) for number in range(height))
    packed = zlib.compress(rows, 1)
    body = [packed[:1000], packed[1000:]]
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, turns)
    chunks = [(b"IHDR", head), *more, *((b"IDAT", item) for item in body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


GREYS = (b"PLTE", bytes(value for grey in range(16) for value in (grey * 17,) * 3))


@pytest.mark.parametrize(
    ("depth", "kind"), [(16, 0), (8, 0), (16, 2), (8, 2), (8, 3), (4, 3), (16, 4), (8, 4), (16, 6), (8, 6)]
)
def test_a_png_keeps_its_depth_and_comes_back_byte_for_byte(depth: int, kind: int) -> None:
    data = raw_png(400, 60, depth, kind, (b"tEXt", b"Author\0Canary"), *[GREYS] * (kind == 3))
    made = image.stamp(data, PLACED)
    assert "the picture itself was not changed" in made.notes[0]
    assert any("left as it was: comments" in note for note in made.notes)
    assert made.data[24:26] == data[24:26]
    assert image.detect(made.data, PLACED).ok
    result, source = opened(made.data), opened(data)
    assert result.crop((0, result.height - 60, 400, result.height)).tobytes() == source.tobytes()
    bare = image.remove(made.data, PLACED)
    assert bare is not None
    assert bare.data == data
    assert bare.notes == ("the picture is as it was, byte for byte",)


def test_what_has_to_be_drawn_anew_says_what_becomes_of_it() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = 6, "Canary"
    turned = image.stamp(picture(600, 400, exif=exif), PLACED)
    assert "drawn anew, with the same pixels" in turned.notes[0]
    assert any("taken out: EXIF" in note for note in turned.notes)
    through = raw_png(400, 60, 8, 2, (b"tRNS", bytes(6)))
    made = image.stamp(through, PLACED).data
    assert (
        opened(made).crop((0, opened(made).height - 60, 400, opened(made).height)).tobytes()
        == opened(through).convert("RGBA").tobytes()
    )
    deep = raw_png(400, 60, 16, 2, (b"tRNS", bytes(6)))
    assert "16 bits a colour became 8" in image.stamp(deep, PLACED).notes[0]


def test_a_strip_that_outgrows_a_small_picture_is_told() -> None:
    made = image.stamp(picture(120, 90), label(TEXT.replace("РАСПРОСТРАНЕН", "x").replace("ПРОИЗВЕДЕН", "y")))
    assert any(note.startswith("the strip is taller than the picture: 120 × 90") for note in made.notes)
    assert not any("taller" in note for note in image.stamp(picture(), PLACED).notes)


def test_a_png_keeps_its_profile() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = image.stamp(picture(icc_profile=profile), PLACED).data
    assert opened(made).info["icc_profile"] == profile


@pytest.mark.parametrize("quality", [40, 75, 95])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_jpeg_keeps_its_quality(quality: int, subsampling: int) -> None:
    from PIL import ImageChops, JpegImagePlugin

    data = picture(form="JPEG", quality=quality, subsampling=subsampling)
    made = opened(image.stamp(data, PLACED).data)
    source = opened(data)
    assert isinstance(made, JpegImagePlugin.JpegImageFile)
    assert made.quantization == source.quantization  # type: ignore[attr-defined]
    assert JpegImagePlugin.get_sampling(made) == JpegImagePlugin.get_sampling(source)
    below = made.crop((0, made.height - source.height, made.width, made.height))
    assert max(high for _low, high in ImageChops.difference(below, source).getextrema()) <= 3  # type: ignore[misc]


@pytest.mark.parametrize("quality", [95, 75, 40])
def test_the_strip_survives_compression_by_others(quality: int) -> None:
    assert image.detect(again(image.stamp(picture(), PLACED).data, quality=quality), PLACED).ok


@pytest.mark.parametrize(
    "other", [TEXT.replace("Тридевятая", "Тридесятая"), TEXT.replace("Й", "И", 1), TEXT.replace("ЛИБО", "ЛИБ0"), TEXT[:-1]]
)  # fmt: skip
def test_other_words_in_a_strip_are_not_taken_for_the_label(other: str) -> None:
    made = image.stamp(picture(), label(other, requirements=PLACED.requirements)).data
    assert not image.detect(made, PLACED).ok


@pytest.mark.parametrize("edge", ["left", "right", "top"])
@pytest.mark.parametrize("share", [0.12, 0.02])
def test_a_cut_strip_is_not_taken_for_the_label(edge: str, share: float) -> None:
    found = image.detect(cut(image.stamp(picture(), PLACED).data, share, edge), PLACED)
    assert found.verdict == "not_measurable"
    assert "look" in found.criteria[0].remedy.lower()


def test_a_blot_over_part_of_the_strip_is_noticed() -> None:
    made = opened(image.stamp(picture(), PLACED).data)
    made.paste("white", (100, 10, 180, 60))
    out = io.BytesIO()
    made.save(out, "PNG")
    assert not image.detect(out.getvalue(), PLACED).ok


def strip_of(made: Image.Image) -> Image.Image:
    return made.crop((0, 0, made.width, made.height - 500))


def pale(made: Image.Image) -> None:
    """Light grey letters: as alike as black ones."""
    made.paste(strip_of(made).point(lambda value: 255 - (255 - value) * 3 // 10), (0, 0))


def one_word_pale(made: Image.Image) -> None:
    letters = strip(TEXT, made.width).letters[:9]
    box = (letters[0][0], letters[0][1], letters[-1][2], letters[-1][3])
    made.paste(made.crop(box).point(lambda value: 255 - (255 - value) * 3 // 10), box)


def red_on_white(made: Image.Image) -> None:
    """4.0 to one by WCAG, 8.6 if only its grey were looked at."""
    strip = strip_of(made).convert("L")
    made.paste(Image.merge("RGB", (Image.new("L", strip.size, 255), strip, strip)), (0, 0))


def through(made: Image.Image) -> None:
    """Black letters on nothing: on a dark screen they are not seen."""
    strip = strip_of(made).convert("L")
    black = Image.new("L", strip.size, 0)
    made.paste(Image.merge("RGBA", (black, black, black, strip.point(lambda value: 255 - value))), (0, 0))


@pytest.mark.parametrize("spoil", [pale, one_word_pale, red_on_white, through])
@pytest.mark.parametrize("asked", ["contrast", ""])
def test_letters_that_hardly_differ_from_their_ground_are_not_right(
    spoil: Callable[[Image.Image], None], asked: str
) -> None:
    made = opened(image.stamp(picture(mode="RGBA"), PLACED).data)
    spoil(made)
    out = io.BytesIO()
    made.save(out, "PNG")
    wanted = PLACED if asked else label(requirements=PLACED.requirements[:1])
    assert not_met(image.detect(out.getvalue(), wanted)) == {asked or "visible"}
    assert image.detect(image.stamp(out.getvalue(), wanted).data, wanted).ok


def test_a_picture_without_a_strip_has_to_be_looked_at() -> None:
    found = image.detect(picture(), LABEL)
    assert found.verdict == "not_measurable"
    assert not_met(found) == set()


def test_a_narrow_picture_is_refused() -> None:
    with pytest.raises(InputError, match="too narrow"):
        image.stamp(picture(90, 500), LABEL)
    assert image.detect(picture(90, 500), LABEL).verdict == "not_measurable"


def _flood() -> bytes:
    """A PNG that says 60,000 x 60,000 and has nothing."""
    import struct
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def _moving() -> bytes:
    out = io.BytesIO()
    frames = [opened(picture(400, 300)), opened(picture(400, 300)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_flood(), "million pixels"),
        (picture()[:900], "damaged"),
        (picture(form="JPEG")[:900], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "damaged"),
        (b"\xff\xd8\xff" + EPS, "damaged"),
        (EPS, "damaged"),
        (_moving(), "moves"),
    ],
)
def test_hostile_pictures_are_refused(data: bytes, said: str) -> None:
    for act in (image.detect, image.stamp):
        with pytest.raises(InputError, match=said):
            act(data, LABEL)


def test_half_a_picture_is_refused_after_a_pdf_was_made() -> None:
    """WeasyPrint tells Pillow to put up with one, for the whole process."""
    fonts.weasyprint()
    with pytest.raises(InputError, match="damaged"):
        image.detect(picture()[:900], LABEL)


def test_what_no_jpeg_can_hold_is_refused() -> None:
    out = io.BytesIO()
    Image.new("L", (400, 65_490), 255).save(out, "JPEG")
    with pytest.raises(InputError, match="taller than a JPEG"):
        image.stamp(out.getvalue(), LABEL)


def test_only_the_bytes_tell_what_a_file_is() -> None:
    assert image.recognises(picture())
    assert image.recognises(picture(form="JPEG"))
    assert not image.recognises(EPS)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_damaged_pictures_give_a_verdict_or_a_refusal(data: st.DataObject) -> None:
    source = bytearray(picture(400, 100, form=data.draw(st.sampled_from(["PNG", "JPEG"]))))
    for _change in range(data.draw(st.integers(1, 6))):
        source[data.draw(st.integers(0, len(source) - 1))] = data.draw(st.integers(0, 255))
    try:
        image.detect(bytes(source), LABEL)
        image.stamp(bytes(source), LABEL)
    except InputError:
        pass
