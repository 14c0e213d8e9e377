"""``label`` as a communications person runs it: many files, verdicts in words, pictures, days before the law."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image
from workbench import Bench, Result

from compliance.rules import find_pack
from tests.media.pages import Shape, layout, page
from tests.media.sounds import said

SCHEDULES = """\
organisation:
  names:
    2020-01-01: {nominative: "АНО «Двор»", instrumental: "АНО «Двор»", genitive: "АНО «Двор»"}
  statuses:
    foreign_agent: {since: 2025-02-17}
regimes: [ru]
currency: RUB
"""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return practising(tmp_path / "books")


def practising(folder: Path) -> Bench:
    """New books of a practice organisation under a law with labels."""
    folder.mkdir()
    (folder / "schedules.yaml").write_text(SCHEDULES, encoding="utf-8")
    bench = Bench(folder)
    bench.run("init", "--practice", "2026-01-12")
    return bench


@pytest.fixture
def words(bench: Bench) -> str:
    text = bench.rows("label", "text")[0]["text"]
    assert isinstance(text, str)
    return text


def verify(bench: Bench, *more: object) -> Result:
    return bench.call("label", "verify", *map(str, more))


def test_each_file_is_told_and_the_worst_code_ends_it(bench: Bench, words: str, tmp_path: Path) -> None:
    right, small, broken = (tmp_path / name for name in ("right.pdf", "small.pdf", "broken.pdf"))
    right.write_bytes(page(Shape(), layout(words)))
    small.write_bytes(page(Shape(), layout(words, points=26)))
    broken.write_bytes(b"%PDF-1.7 no more")
    found = verify(bench, broken, small, right)
    assert found.code == 3
    assert "broken.pdf: this PDF is damaged" in found.err
    assert "small.pdf: the label is NOT right" in found.out
    assert "right.pdf: the label is right" in found.out
    assert verify(bench, right, small).code == 1
    assert verify(bench, right).code == 0
    rows = json.loads(verify(bench, broken, right, "--format", "json").out)["rows"]
    assert [(Path(row["path"]).name, row["verdict"]) for row in rows] == [
        ("broken.pdf", "refused"),
        ("right.pdf", "met"),
    ]
    applied = bench.call("label", "apply", str(broken), str(small))
    assert applied.code == 3
    assert (tmp_path / "small.labelled.pdf").is_file()


def test_a_folder_is_walked(bench: Bench, words: str, tmp_path: Path) -> None:
    inside = tmp_path / "posts" / "december"
    inside.mkdir(parents=True)
    (inside / "one.txt").write_text(f"{words}\n\nHello\n", encoding="utf-8")
    (inside / "two.txt").write_text("Hello\n", encoding="utf-8")
    (inside / "notes.xyz").write_text("no medium", encoding="utf-8")
    found = verify(bench, tmp_path / "posts")
    assert "one.txt: what can be measured is right; the rest is not provable here" in found.out
    assert "two.txt: the label is NOT right" in found.out
    assert "xyz" not in found.out + found.err
    bench.run("label", "apply", str(tmp_path / "posts"))
    bench.run("label", "apply", str(tmp_path / "posts"))
    assert sorted(path.name for path in inside.iterdir()) == [
        "notes.xyz",
        "one.txt",
        "two.labelled.txt",
        "two.txt",
    ]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no file in this folder" in bench.fail(2, "label", "verify", str(empty))


def test_before_the_listing_no_label_is_needed(bench: Bench, tmp_path: Path) -> None:
    post = tmp_path / "old.txt"
    post.write_text("Hello\n", encoding="utf-8")
    found = verify(bench, post, "--on", "2025-02-10")
    assert (found.code, "no label needed" in found.err) == (0, True)
    assert "no label needed" in bench.run("label", "apply", str(post), "--on", "2025-02-10").err
    assert not (tmp_path / "old.labelled.txt").exists()
    assert "no label needed" in bench.run("label", "text", "--on", "2025-02-10", "--medium", "video").err
    assert "video" in bench.fail(2, "label", "text", "--medium", "tv")


def test_what_is_asked_is_said_in_words(bench: Bench) -> None:
    told = bench.run("label", "text", "--medium", "post").err
    assert "letters at least 2 times as large" in told
    assert "right under the heading" in told
    told = bench.run("--lang", "ru", "label", "text", "--medium", "video").err
    assert "на экране не меньше 15 секунд" in told or "15 seconds" in told


def test_a_picture_shows_what_was_measured(bench: Bench, words: str, tmp_path: Path) -> None:
    poster, target = tmp_path / "poster.pdf", tmp_path / "evidence.png"
    poster.write_bytes(page(Shape(), layout(words, points=26)))
    assert verify(bench, poster, "--picture", target).code == 1
    with Image.open(target) as drawn:
        assert drawn.format == "PNG"
        assert (200, 0, 0) in {colour for _count, colour in drawn.convert("RGB").getcolors(1_000_000) or []}
    assert verify(bench, poster, "--picture", target).code == 3  # it is there already
    post = tmp_path / "post.txt"
    post.write_text("Hello\n", encoding="utf-8")
    assert "no picture can be made" in bench.fail(
        3, "label", "verify", str(post), "--picture", str(tmp_path / "x.png")
    )


def test_a_name_that_lies_about_a_picture_is_told(bench: Bench, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.new("RGB", (800, 600), "teal").save(photo, "JPEG")
    found = verify(bench, photo)
    assert "the name ends in .png, but the content is that of a .jpg file" in found.out
    assert "not provable here: look at it yourself" in found.out
    bench.run("label", "apply", str(photo))
    assert (tmp_path / "photo.labelled.jpg").is_file()


def test_a_wording_is_confirmed_against_its_act_until_it_changes(bench: Bench) -> None:
    def doubtful() -> bool:
        return f"label confirm --rule {rule}" in bench.run("label", "text").err

    rule = bench.rows("label", "text")[0]["rule"]
    assert doubtful()
    assert "--rule" in bench.fail(2, "label", "confirm", "--act", "x", "--yes")
    said = bench.run(
        "label", "confirm", "--rule", rule, "--act", "Resolution 1232 of 16 August 2025, point 2", "--yes"
    )
    assert "ИНОСТРАННЫМ АГЕНТОМ {name.instrumental}" in said.out
    assert not doubtful()
    [decision] = [row for row in bench.rows("list", "decisions") if row["id"] == f"wording:{rule}"]
    assert decision["because"].startswith("Resolution 1232")
    # Another pack with other words: what was compared is no longer what is printed.
    pack = bench.folder / "packs" / "ru"
    shutil.copytree(find_pack("ru"), pack)
    labels = (pack / "labels.yaml").read_text("utf-8")
    (pack / "labels.yaml").write_text(
        labels.replace("РАСПРОСТРАНЕН И (ИЛИ)", "РАСПРОСТРАНЁН И (ИЛИ)"), "utf-8"
    )
    (bench.folder / "schedules.yaml").write_text(SCHEDULES + "packs: packs\n", "utf-8")
    assert doubtful()


def test_a_label_is_taken_off_and_replaced_by_command(bench: Bench, words: str, tmp_path: Path) -> None:
    post = tmp_path / "post.txt"
    post.write_text("News\n\nHello\n", encoding="utf-8")
    bench.run("label", "apply", str(post))
    copy = tmp_path / "post.labelled.txt"
    assert "carries the label already" in bench.run("label", "update", str(copy)).err
    done = bench.run("label", "remove", str(copy), "--out", str(tmp_path / "bare.txt"))
    assert "without its label" in done.err
    assert (tmp_path / "bare.txt").read_bytes() == post.read_bytes()
    assert words in copy.read_text(encoding="utf-8")
    assert "no label of ours" in bench.fail(1, "label", "remove", str(post))
    assert "no label of ours" in bench.fail(1, "label", "update", str(post))
    assert "--out is for one file" in bench.fail(2, "label", "remove", str(post), str(copy), "--out", "x")


def test_patterns_that_the_shell_left_are_spelled_out(bench: Bench, words: str, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.txt").write_text(f"{words}\n\nHello\n", encoding="utf-8")
    (tmp_path / "[draft].txt").write_text(f"{words}\n\nHello\n", encoding="utf-8")
    assert "one.txt" in verify(bench, tmp_path / "**" / "on?.txt").out
    assert "[draft].txt" in verify(bench, tmp_path / "[draft].txt").out
    assert "no file has such a name" in bench.fail(2, "label", "verify", str(tmp_path / "*.docx"))


def test_a_remark_names_the_criterion_it_stands_at(bench: Bench, words: str, tmp_path: Path) -> None:
    post = tmp_path / "post.txt"
    post.write_text(f"{words}\n\nHello\n", encoding="utf-8")
    assert "size of the letters: plain text has no font sizes" in verify(bench, post).out


def test_what_cannot_carry_a_label_gets_its_words_and_no_praise(
    bench: Bench, words: str, tmp_path: Path
) -> None:
    film = tmp_path / "talk.mid"
    film.write_bytes(b"MThd\0\0\0\6")
    for _again in range(2):
        assert "NOT labelled" in bench.fail(1, "label", "apply", str(film))
    assert (tmp_path / "talk.mid.label.txt").read_text(encoding="utf-8") == f"{words}\n"
    assert film.read_bytes() == b"MThd\0\0\0\6"
    assert "cannot be labelled" in bench.fail(3, "label", "verify", str(film))
    (tmp_path / "talk.mid.label.txt").write_text("mine", encoding="utf-8")
    assert "already exists" in bench.fail(3, "label", "apply", str(film))


def test_sound_needs_somebody_who_says_the_words(bench: Bench, words: str, tmp_path: Path) -> None:
    talk = tmp_path / "talk.wav"
    talk.write_bytes(said())
    assert "NOT labelled" in bench.fail(1, "label", "apply", str(talk))
    assert (tmp_path / "talk.wav.label.txt").read_text(encoding="utf-8") == f"{words}\n"
    bench.run("label", "apply", str(talk), "--speak", "ru")
    made = str(tmp_path / "talk.labelled.wav")
    assert "right" in bench.run("label", "verify", made, "--speak", "ru").out
    bench.fail(1, "label", "verify", made)
    assert "language" in bench.fail(2, "label", "apply", str(talk), "--speak", "en")
    assert talk.read_bytes() == said()


def test_the_recording_is_named_once(bench: Bench, words: str, tmp_path: Path) -> None:
    """In schedules.yaml: then it is put on, found, and measured in the register without being given again."""
    config = bench.folder / "schedules.yaml"
    config.write_text(f"{config.read_text('utf-8').rstrip()}\nspoken:\n  2025-10-01: label.wav\n", "utf-8")
    talk = tmp_path / "talk.wav"
    talk.write_bytes(said())
    assert "label.wav" in bench.fail(3, "label", "apply", str(talk))
    (bench.folder / "label.wav").write_bytes(said(words))
    bench.run("label", "apply", str(talk))
    made = tmp_path / "talk.labelled.wav"
    assert "right" in bench.run("label", "verify", str(made)).out
    row = bench.call("label", "verify", str(made), "--on", "2025-09-30", "--format", "json").rows[0]
    assert row["verdict"] == "not_measurable"
