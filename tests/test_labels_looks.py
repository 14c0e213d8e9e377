"""A picture found again after a channel packed it anew: by its look, among our own copies, never as certain."""

from __future__ import annotations

import io
import random
from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from test_label_command import practising

from compliance.errors import InputError
from compliance.labels import looks


def drawn(seed: int, size: tuple[int, int] = (900, 600)) -> Image.Image:
    """A poster by chance: a ground that changes, shapes, lines of letters."""
    dice = random.Random(seed)
    made = Image.linear_gradient("L").rotate(dice.randrange(360)).resize(size).convert("RGB")
    pen = ImageDraw.Draw(made)
    for _shape in range(9):
        left, top = dice.randrange(size[0]), dice.randrange(size[1])
        box = (left, top, left + dice.randrange(40, 400), top + dice.randrange(40, 300))
        pen.ellipse(box, fill=tuple(dice.randrange(256) for _channel in range(3)))
    pen.text((30, 30), f"Poster {seed}", fill="black", font_size=40)
    return made


def saved(picture: Image.Image, form: str = "PNG", **more: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **more)
    return out.getvalue()


def channels(picture: Image.Image) -> dict[str, bytes]:
    small = picture.copy()
    small.thumbnail((320, 320))
    turned = picture.rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    turned.save(out, "JPEG", quality=80, exif=exif)
    return {
        "jpeg 70": saved(picture, "JPEG", quality=70),
        "jpeg 30": saved(picture, "JPEG", quality=30),
        "webp": saved(picture, "WEBP", quality=50),
        "thumbnail": saved(small, "JPEG", quality=70),
        "enlarged": saved(picture.resize((1800, 1200)), "PNG"),
        "turned by its mark": out.getvalue(),
    }


def test_the_copies_of_channels_are_alike_and_other_pictures_are_not() -> None:
    made = [drawn(seed) for seed in range(30)]
    own = [looks.look(saved(picture)) for picture in made]
    apart = [
        looks.distance(own[at], looks.look(data))
        for at, picture in enumerate(made)
        for data in channels(picture).values()
    ]
    others = [looks.distance(one, other) for one, other in combinations(own, 2)]
    assert max(apart) <= looks.ALIKE < min(others)


@pytest.mark.parametrize("data", [b"", b"no picture", saved(drawn(1))[:200]])
def test_no_picture_is_told(data: bytes) -> None:
    with pytest.raises(InputError):
        looks.look(data)


def test_a_picture_from_a_channel_is_found_in_the_register(tmp_path: Path) -> None:
    bench = practising(tmp_path / "books")
    copies = tmp_path / "published"
    copies.mkdir()
    for seed in range(3):
        (copies / f"{seed}.png").write_bytes(saved(drawn(seed)))
    (copies / "broken.png").write_bytes(b"\x89PNG")
    bench.run(
        "record",
        "material",
        "--id",
        "m1",
        "--title",
        "Poster",
        "--medium",
        "image",
        "--on",
        "2025-12-01",
    )
    bench.run("record", "placement", "m1", "--channel", "telegram", "--published-on", "2025-12-02",
              "--file", str(copies / "1.png"))  # fmt: skip
    seen, other = tmp_path / "seen.jpg", tmp_path / "other.jpg"
    seen.write_bytes(channels(drawn(1))["jpeg 70"])
    other.write_bytes(channels(drawn(2))["jpeg 70"])
    assert "--among" in bench.fail(1, "label", "prove", str(seen))
    bench.fail(1, "label", "prove", str(other), "--among", str(copies))
    told = bench.run("label", "prove", str(seen), "--among", str(copies))
    assert "probably the same picture" in told.out + told.err
    (row,) = bench.rows("label", "prove", str(seen), "--among", str(copies))
    assert (row["material"], row["same"]) == ("m1", "look")
    assert row["apart"] <= looks.ALIKE
    words = tmp_path / "post.txt"
    words.write_text("Words", encoding="utf-8")
    assert "no picture" in bench.fail(3, "label", "prove", str(words), "--among", str(copies))
