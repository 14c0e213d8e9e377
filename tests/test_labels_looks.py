"""A picture or film found again after a channel packed it anew: by its look, in the register or among our own copies,
never as certain."""

from __future__ import annotations

import contextlib
import io
import random
import sqlite3
from array import array
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import av
import ledgerkit
import pgserver
import pytest
from PIL import Image, ImageDraw
from test_label_command import SCHEDULES, practising
from workbench import Bench

from compliance.errors import InputError
from compliance.labels import image, looks
from compliance.labels.model import Label
from compliance.ledger.chain import audit
from compliance.ledger.models import Material, Placement
from compliance.ledger.store import LEDGER
from compliance.storage import Place, Server, open_store, upgrade_store
from compliance.storage.postgres import MARK
from tests.media.labels import TEXT
from tests.media.sounds import said, silence, tone, wave, written

OTHER = "В библиотеке открылась выставка старых фотографий нашего района. Её собрали жители за один месяц. "
OLDER = Path(__file__).parent / "older"


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
        "enlarged": saved(picture.resize((1800, 1200)), "JPEG", quality=85),
        "turned by its mark": out.getvalue(),
    }


def test_the_copies_of_channels_are_alike_and_other_pictures_are_not() -> None:
    made = [drawn(seed) for seed in range(6)]
    own = [looks.look(saved(picture)) for picture in made]
    apart = [
        looks.distance(own[at], looks.look(data))
        for at, picture in enumerate(made)
        for data in channels(picture).values()
    ]
    others = [looks.distance(one, other) for one, other in combinations(own, 2)]
    assert max(apart) <= looks.ALIKE < min(others)


def test_cards_of_text_with_the_same_label_are_not_alike() -> None:
    def card(seed: int) -> bytes:
        dice, made = random.Random(seed), Image.new("RGB", (1080, 1080), "white")
        for line in range(5):
            words = " ".join(dice.sample(OTHER.split(), 3))
            ImageDraw.Draw(made).text((80, 250 + line * 120), words, fill="black", font_size=60)
        return image.stamp(saved(made), Label("test.label", TEXT, language="ru")).data

    own = [looks.look(card(seed)) for seed in range(5)]
    assert all(map(looks.says_something, own))
    with Image.open(io.BytesIO(card(0))) as opened:
        copy = looks.look(saved(opened.convert("RGB").resize((720, 760)), "JPEG", quality=70))
    assert looks.distance(own[0], copy) <= looks.ALIKE
    assert min(looks.distance(one, other) for one, other in combinations(own, 2)) > 2 * looks.ALIKE


@pytest.mark.parametrize("data", [b"", b"no picture", saved(drawn(1))[:200]])
def test_no_picture_is_told(data: bytes) -> None:
    with pytest.raises(InputError):
        looks.look(data)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A picture and a film are registered; their files are gone."""
    folder = tmp_path_factory.mktemp("looks")
    bench = practising(folder / "books")
    for name, medium, data in (
        ("poster.png", "image", saved(drawn(1))),
        ("talk.mp4", "video", shown(2, 3, 4)),
    ):
        path = folder / name
        path.write_bytes(data)
        bench.run("record", "material", "--id", path.stem, "--title", path.stem, "--medium", medium,
                  "--on", "2025-12-01", "--file", str(path))  # fmt: skip
        bench.run("record", "placement", path.stem, "--channel", "telegram", "--published-on", "2025-12-02",
                  "--file", str(path))  # fmt: skip
        path.unlink()
    path = folder / "speech.wav"
    path.write_bytes(written(wave(said()), rate=16_000, layout="mono"))
    bench.run("record", "material", "--id", "speech", "--title", "speech", "--medium", "audio", "--on", "2025-12-01",
              "--file", str(path))  # fmt: skip
    bench.run("record", "placement", "speech", "--channel", "site", "--published-on", "2025-12-02")
    path.unlink()
    return bench


def packed_sound(*parts: array[float]) -> bytes:
    """As a channel packs it: MP3 of 48 kbit/s."""
    whole = array("f", (value for part in parts for value in part))
    return written(whole, form="mp3", codec="libmp3lame", bit_rate=48_000)


def shown(*seeds: int, size: tuple[int, int] = (480, 320), quality: int = 23) -> bytes:
    """A film of pictures, one second each, ten to a second."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as made:
        stream: Any = made.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.options = {"crf": str(quality)}
        from_image: Any = av.VideoFrame.from_image
        for seed in seeds:
            frame = from_image(drawn(seed).resize(size))
            for _number in range(10):
                made.mux(stream.encode(frame.reformat(format="yuv420p")))
        made.mux(stream.encode(None))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("seen.jpg", lambda: saved(drawn(1).resize((630, 420)), "JPEG", quality=70), "poster"),
        ("other.jpg", lambda: saved(drawn(9).resize((630, 420)), "JPEG", quality=70), None),
        ("seen.mp4", lambda: shown(2, 3, 4, size=(240, 160), quality=33), "talk"),
        ("shot of the film.jpg", lambda: saved(drawn(3), "JPEG", quality=70), "talk"),
        ("one picture of three.mp4", lambda: shown(2, 7, 8), None),
        ("empty.png", lambda: saved(Image.new("RGB", (900, 600), "white")), None),
        ("cut.mp4", lambda: shown(1)[:900], None),
        ("seen.mp3", lambda: packed_sound(wave(said())), "speech"),
        ("with a label.mp3", lambda: packed_sound(wave(said(OTHER)), silence(0.53), wave(said())), "speech"),
        ("other.mp3", lambda: packed_sound(wave(said(OTHER * 2))), None),
        ("hum.mp3", lambda: packed_sound(tone(12.0)), None),
    ],
)
def test_a_copy_is_found_by_the_register_alone(
    register: Bench, tmp_path: Path, name: str, data: Callable[[], bytes], found: str | None
) -> None:
    path = tmp_path / name
    path.write_bytes(data())
    if found is None:
        assert "Nothing that looks or sounds like it either" in register.fail(1, "label", "prove", str(path))
        return
    (row,) = register.rows("label", "prove", str(path))
    assert (row["material"], row["same"]) == (found, "look")
    assert row["apart"] <= (looks.ALIKE_FILMS if name.endswith("mp4") else looks.ALIKE)
    told = register.run("label", "prove", str(path))
    assert "probably the same material" in told.err


def test_the_same_file_again_is_no_new_version(register: Bench, tmp_path: Path) -> None:
    path = tmp_path / "poster.png"
    path.write_bytes(saved(drawn(1)))
    assert "nothing new" in register.run("record", "material", "--id", "poster", "--file", str(path)).err


def test_other_bits_of_the_same_look_are_not_a_change() -> None:
    own = looks.look(saved(drawn(1)))
    before = looks.kept([own])
    assert looks.kept([own ^ 3], before) == before != looks.kept([own ^ 3])
    assert looks.kept([looks.look(saved(drawn(2)))], before) != before
    assert looks.stored(f"{before} nonsense") == [own]


def older(folder: Path) -> Bench:
    """Books that this program wrote at schema 9: a poster with the file ``1.png`` on a channel, no looks."""
    folder.mkdir()
    (folder / "schedules.yaml").write_text(SCHEDULES, encoding="utf-8")
    for store in ("ledger", "vault"):
        with contextlib.closing(sqlite3.connect(folder / f"{store}.sqlite")) as made:
            made.executescript((OLDER / f"{store}-9.sql").read_text(encoding="utf-8"))
    return Bench(folder)


def test_older_books_are_migrated_and_their_chain_verifies(tmp_path: Path) -> None:
    """Without looks a picture from a channel is found among our own copies; registered again it has them."""
    bench = older(tmp_path / "books")
    assert "compliance books upgrade" in bench.fail(4, "books", "audit")
    bench.run("books", "upgrade")
    bench.run("books", "audit", "--anchor", "3-D224-6BE5-C84A-BE1B-85A1")
    copies = tmp_path / "published"
    copies.mkdir()
    for seed in range(3):
        (copies / f"{seed}.png").write_bytes(saved(drawn(seed)))
    (copies / "broken.png").write_bytes(b"\x89PNG")
    seen, other = tmp_path / "seen.jpg", tmp_path / "other.jpg"
    seen.write_bytes(channels(drawn(1))["jpeg 70"])
    other.write_bytes(channels(drawn(2))["jpeg 70"])
    assert "--among" in bench.fail(1, "label", "prove", str(seen))
    bench.fail(1, "label", "prove", str(other), "--among", str(copies))
    (row,) = bench.rows("label", "prove", str(seen), "--among", str(copies))
    assert (row["material"], row["same"]) == ("m1", "look")
    words = tmp_path / "post.txt"
    words.write_text("Words", encoding="utf-8")
    assert "no picture" in bench.fail(3, "label", "prove", str(words), "--among", str(copies))
    bench.run("record", "placement", "--id", "m1-telegram", "--file", str(copies / "1.png"))
    assert [row["version"] for row in bench.rows("label", "prove", str(seen))] == [2]
    bench.run("books", "audit", "--anchor", "3-D224-6BE5-C84A-BE1B-85A1")


def test_rows_without_looks_keep_their_hash_on_both_engines(place: Place, tmp_path: Path) -> None:
    """The tables as they were before: without the columns that came since, under the version before."""
    ledgerkit.new(place)  # type: ignore[type-var]
    with ledgerkit.writing(place) as event:
        event.add(Material(entity="m", title="Poster", medium="image", created_on=ledgerkit.DAY))
        event.add(Placement(entity="p", material="m", channel="site", published_on=ledgerkit.DAY))
    with open_store(LEDGER, place) as connection:
        before = audit(connection).anchor
    later = (("material", "looks"), ("placement", "looks"), ("placement", "approved_by"))
    undo = [f"ALTER TABLE {table} DROP COLUMN {column}" for table, column in later]
    if isinstance(place, Server):
        assert pgserver.running is not None
        name = place.url.partition("@/")[2].partition("?")[0]
        for statement in undo:
            pgserver.running.sql(statement.replace("TABLE ", "TABLE ledger."), name)
        pgserver.running.sql(f"COMMENT ON SCHEMA ledger IS '{MARK} ledger 10'", name)
    else:
        with contextlib.closing(sqlite3.connect(place)) as made:
            made.executescript(";".join([*undo, "PRAGMA user_version = 10"]))
    assert upgrade_store(LEDGER, place, copy_to=tmp_path / "ledger.before-test.sqlite")
    with ledgerkit.writing(place) as event:
        event.add(Placement(entity="q", material="m", channel="site", published_on=ledgerkit.DAY, looks="0"))
    with open_store(LEDGER, place) as connection:
        audit(connection, anchors=[before])
