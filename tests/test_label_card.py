"""``label card``: the label on a screen of its own, read back by other programs."""

from __future__ import annotations

from pathlib import Path

import av
import pytest
from PIL import Image
from test_label_command import practising
from workbench import Bench

from compliance.labels import _clip, door
from compliance.labels._card import card_of
from compliance.labels.model import Label, Requirement
from tests.media.labels import TEXT

LABEL = Label(
    "test.label", TEXT, (Requirement("position", "start"), Requirement("seconds", 2.0)), language="ru"
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return practising(tmp_path_factory.mktemp("card") / "books")


def test_a_picture_and_what_is_asked_of_showing_it(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "card.png"
    said = bench.run("label", "card", str(path), "--size", "1080x1920", "--on", "2025-12-01")
    with Image.open(path) as opened:
        assert opened.size == (1080, 1920)
        assert opened.getpixel((2, 2)) == 255
        dark = opened.convert("L").point(lambda value: 255 if value < 128 else 0).getbbox()
    assert dark is not None
    assert abs((dark[1] + dark[3]) / 2 - 960) < 100
    assert "☐ shown for at least 15 seconds" in said.err
    assert "☐ shown again after each break" in said.err
    assert "already exists" in bench.fail(3, "label", "card", str(path), "--on", "2025-12-01")


@pytest.mark.parametrize(("ending", "codec"), [(".mp4", "h264"), (".webm", "vp9")])
def test_a_clip_is_as_long_as_the_rule_wants(tmp_path: Path, ending: str, codec: str) -> None:
    path = tmp_path / f"card{ending}"
    path.write_bytes(_clip.card(LABEL, 480, 320, ending))
    with av.open(str(path)) as opened:
        frames = list(opened.decode(video=0))
        assert opened.streams.video[0].codec_context.name == codec
        assert opened.duration is not None
        assert abs(opened.duration / 1_000_000 - 2.5) < 0.11
    shown = frames[-1].to_image().convert("L")
    assert abs(sum(shown.tobytes()) - sum(card_of(TEXT, 480, 320).picture.tobytes())) < 480 * 320 * 6
    assert door.verify_file(path, LABEL).ok


def test_what_is_no_card_is_not_taken_for_one() -> None:
    other = Label("test.label", TEXT.replace("АГЕНТОМ", "АГЕНТАМ"), LABEL.requirements, language="ru")
    brief = Label("test.label", TEXT, (Requirement("seconds", 1.0),), language="ru")
    assert _clip.shows(_clip.card(LABEL, 640, 360, ".png"), LABEL, ".png")
    assert not _clip.shows(_clip.card(other, 640, 360, ".png"), LABEL, ".png")
    assert not _clip.shows(_clip.card(brief, 640, 360, ".mp4"), LABEL, ".mp4")


@pytest.mark.parametrize(
    ("name", "size", "code", "said"),
    [
        ("card.gif", "640x360", 2, "a picture or a clip"),
        ("card.png", "641x360", 2, "no size of a screen"),
        ("card.png", "9999x360", 2, "no size of a screen"),
        ("card.png", "large", 2, "no size of a screen"),
        ("card.png", "100x64", 3, "--size 1920x1080"),
    ],
)
def test_slips(bench: Bench, tmp_path: Path, name: str, size: str, code: int, said: str) -> None:
    path = tmp_path / name
    told = bench.fail(code, "label", "card", str(path), "--size", size, "--on", "2025-12-01")
    assert said in told
    assert not path.exists()


def test_no_card_where_no_law_wants_one(bench: Bench, tmp_path: Path) -> None:
    assert "no label needed" in bench.run("label", "card", str(tmp_path / "x.png"), "--on", "2020-01-01").err
    assert not (tmp_path / "x.png").exists()
