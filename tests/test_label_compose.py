"""``label compose``: the label first and whole, the post word for word, no part longer than the channel takes."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pyperclip
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from test_label_command import practising
from workbench import Bench, at_terminal

from compliance.channels.limits import limits
from compliance.filings import posting
from compliance.labels import text
from tests.media.labels import label

LABEL = label()
POST = "Приходите в среду. Будет чай! #двор https://example.org/очень/длинный/адрес?a=1\n\n" * 12


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return practising(tmp_path_factory.mktemp("compose") / "books")


def test_a_thread_keeps_every_word_and_each_part_carries_the_label(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "post.txt"
    path.write_text(POST, encoding="utf-8")
    run = ("label", "compose", str(path), "--on", "2025-12-01", "--for", "x", "--for", "telegram")
    long = bench.call(*run)
    assert long.code == 1
    assert "would be cut after" in long.err
    assert "--thread" in long.err
    rows = bench.call(*run, "--thread", "--out", str(tmp_path), "--format", "json").rows
    thread = [row for row in rows if row["channel"] == "x"]
    words = []
    for at, row in enumerate(thread, 1):
        lines = (tmp_path / f"post.x.{at}.txt").read_text(encoding="utf-8").split("\n\n")
        assert lines[-1] == f"{at}/{len(thread)}"
        assert row["used"] <= 280
        assert row["verdict"] != "not_met"
        words += " ".join(lines[1:-1]).split()
    assert len(thread) > 5
    assert words == POST.split()
    (whole,) = (row for row in rows if row["channel"] == "telegram")
    assert whole["text"].endswith(POST.strip())
    checked = bench.call("label", "verify", str(tmp_path / "post.x.1.txt"), "--on", "2025-12-01")
    assert "NOT RIGHT" not in checked.out


def test_the_fold_is_drawn_and_told_only_where_a_source_says_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ("label", "compose", "-", "--on", "2025-12-01", "--for")
    for channel, folded in (("instagram", True), ("telegram", False)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("Двор #чай".encode())))
        shown = bench.call(*run, channel)
        assert shown.code == 0, shown.err
        assert ("fold" in shown.err) is folded
        assert ("╌" in shown.out) is folded
        assert "#чай" in shown.out
        assert max(map(len, shown.out.splitlines())) <= 48
    assert "not known here" in bench.fail(2, *run, "vk")


def test_a_label_that_stands_in_the_post_already_comes_once() -> None:
    once = posting.compose("Двор\n\nЧай в среду.", LABEL, limits()["telegram"]).parts[0].text
    again = posting.compose(once, LABEL, limits()["telegram"]).parts[0].text
    under = text.stamp("Двор\n\nЧай в среду.".encode(), LABEL).data.decode()
    assert once == again == posting.compose(under, LABEL, limits()["telegram"]).parts[0].text
    assert once.count(LABEL.text or "") == 1


@pytest.fixture
def clipboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs that take and give a clipboard as Wayland's do, kept in a file; pyperclip calls them itself."""
    kept = tmp_path / "clipboard"
    for name, does in (("wl-copy", f"exec cat > {kept}"), ("wl-paste", f"exec cat {kept}")):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    mechanism(monkeypatch, "wl-clipboard")
    return kept


def mechanism(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for function in ("copy", "paste"):
        monkeypatch.setattr(pyperclip, function, getattr(pyperclip, function))  # put back afterwards
    pyperclip.set_clipboard(name)


def copied(path: Path) -> tuple[str, ...]:
    return ("label", "compose", str(path), "--on", "2025-12-01", "--copy", "--for", "telegram")


def test_the_one_post_is_on_the_clipboard_word_for_word(
    bench: Bench, tmp_path: Path, clipboard: Path
) -> None:
    path = tmp_path / "post.txt"
    path.write_text("Двор — 🌳\n\nЧай в среду.\n", encoding="utf-8")
    run = copied(path)
    told = bench.run(*run, "--format", "json")
    assert "copied" in told.err
    assert clipboard.read_text(encoding="utf-8") == told.rows[0]["text"]
    clipboard.unlink()
    assert "there is nobody at a terminal" in bench.fail(2, *run, "--for", "threads")
    path.write_text(POST * 5, encoding="utf-8")
    assert bench.call(*run).code == 1  # too long: what would be cut is not copied
    assert not clipboard.exists()


def test_the_posts_of_a_thread_are_copied_one_after_another(
    bench: Bench, tmp_path: Path, clipboard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a terminal: each waits until it was pasted."""
    path, kept = tmp_path / "post.txt", tmp_path / "kept"
    path.write_text(POST * 5, encoding="utf-8")
    monkeypatch.setenv("WAYLAND_DISPLAY", "any")
    program = tmp_path / "bin" / "wl-copy"
    program.write_text(f"#!/bin/sh\ncat > {clipboard}; cat {clipboard} >> {kept}\n", encoding="utf-8")
    words = ("label", "compose", str(path), "--on", "2025-12-01", "--for", "telegram", "--thread")
    posts = [row["text"] for row in bench.rows(*words)]
    assert len(posts) > 1
    code, shown = at_terminal(bench.folder, [""] * (len(posts) - 1), *words, "--copy")
    assert code == 0, shown
    assert kept.read_text(encoding="utf-8") == "".join(posts)
    assert f"1 of {len(posts)}: copied. Paste it" in shown
    assert f"{len(posts)} of {len(posts)}: copied, the last one" in shown


def test_a_clipboard_that_changes_the_post_is_told(bench: Bench, tmp_path: Path, clipboard: Path) -> None:
    (tmp_path / "bin" / "wl-paste").write_text(f"#!/bin/sh\ntr -d '«»' < {clipboard}\n", encoding="utf-8")
    (tmp_path / "post.txt").write_text("Чай в «среду».", encoding="utf-8")
    assert "does not hold the post" in bench.fail(1, *copied(tmp_path / "post.txt"))


def test_without_a_clipboard_it_is_said_what_to_install(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mechanism(monkeypatch, "no")
    (tmp_path / "post.txt").write_text("Чай.", encoding="utf-8")
    told = bench.fail(4, *copied(tmp_path / "post.txt"))
    assert "xclip" in told
    assert "--out FOLDER" in told


def test_a_post_with_a_picture_has_the_captions_room_and_the_pictures_own_label_is_measured(
    bench: Bench, tmp_path: Path, clipboard: Path
) -> None:
    path, picture = tmp_path / "post.txt", tmp_path / "poster.png"
    path.write_text("Чай в среду.", encoding="utf-8")
    Image.effect_noise((600, 400), 60).save(picture)
    run = (*copied(path), "--picture")
    bare = bench.call(*run, str(picture), "--format", "json")
    assert bare.code == 1
    assert "does not carry its own label" in bare.err
    assert not clipboard.exists()
    bench.run("label", "apply", str(picture), "--on", "2025-12-01")
    (row,) = bench.run(*run, str(tmp_path / "poster.labelled.png"), "--format", "json").rows
    assert (row["channel"], row["most"], row["picture_carries"]) == ("telegram-caption", 1024, True)
    assert clipboard.exists()
    path.write_text("Чай в среду. " * 80, encoding="utf-8")
    assert "would be cut" in bench.call(*run, str(tmp_path / "poster.labelled.png")).err
    assert "neither a picture" in bench.fail(2, *run, str(path))


@pytest.mark.parametrize(
    ("made", "weight"),
    [
        ("Привет «мир» — 1", 16),
        ("…", 2),
        ("№", 2),
        ("\N{BIRD}", 2),
        ("см. https://example.com/" + "x" * 60, 27),
        ("t.me/x", 23),
        ("пример.рф, потом", 23 + 7),
        ("«https://example.com/»", 23 + 2),
        ("a@example.org", 13),
        ("сад.пример.рф/схема", 23),
        ("a-" * 60_000, 120_000),  # took minutes
    ],
)
def test_x_counts_by_weight(made: str, weight: int) -> None:
    """As twitter-text 3 weighs them."""
    assert limits()["x"].length(made) == weight


def test_mastodon_counts_an_address_as_23() -> None:
    """docs.joinmastodon.org/user/posting: however long it is."""
    of = limits()["mastodon"].length
    assert of("см. https://t.me/x") == of("см. https://example.org/" + "x" * 60) == 4 + 23


def test_a_channel_without_room_takes_nothing_from_the_others(tmp_path: Path) -> None:
    bench = practising(tmp_path / "books")
    schedules = bench.folder / "schedules.yaml"
    long = schedules.read_text(encoding="utf-8").replace(
        "«Двор»", "«Двор с очень длинным названием на всю улицу»"
    )
    schedules.write_text(long, encoding="utf-8")
    path = tmp_path / "post.txt"
    path.write_text("Чай в среду. " * 60, encoding="utf-8")
    channels = ("--for", "x", "--for", "telegram", "--thread", "--out", str(tmp_path / "out"))
    said = bench.call("label", "compose", str(path), *channels, "--on", "2025-12-01")
    assert (said.code, [item.name for item in (tmp_path / "out").iterdir()]) == (1, ["post.telegram.txt"])
    assert "x: beside the label there is no room" in said.err
    assert "no room" in bench.fail(
        1, "label", "compose", str(path), "--for", "x", "--thread", "--on", "2025-12-01"
    )
    said = bench.call("label", "compose", str(path), "--for", "x", "--on", "2025-12-01")
    assert "Publish the text elsewhere" in said.err
    assert "--thread" not in said.err


def test_an_endless_word_takes_nothing_from_the_others(tmp_path: Path) -> None:
    bench = practising(tmp_path / "books")
    path = tmp_path / "post.txt"
    path.write_text("а" * 1000, encoding="utf-8")
    channels = ("--for", "bluesky", "--for", "telegram", "--thread", "--out", str(tmp_path / "out"))
    said = bench.call("label", "compose", str(path), *channels, "--on", "2025-12-01")
    assert (said.code, [item.name for item in (tmp_path / "out").iterdir()]) == (1, ["post.telegram.txt"])
    assert "a single word" in said.err


@given(
    st.text("абв .!\n#", min_size=1, max_size=3000).filter(str.strip),
    st.sampled_from(["x", "threads", "bluesky"]),
)
@settings(max_examples=60, deadline=None)
def test_no_part_is_too_long_and_nothing_is_lost(post: str, channel: str) -> None:
    limit = limits()[channel]
    try:
        found = posting.compose(post, LABEL, limit, thread=True)
    except posting.InputError:
        assert max(map(len, post.split())) > 60
        return
    except posting.Refused:
        assert limit.most - limit.length(LABEL.text or "") < 60  # beside so long a label no thread has room
        return
    assert all(part.used <= limit.most for part in found.parts)
    bodies = [part.text.removeprefix(LABEL.text or "") for part in found.parts]
    if len(bodies) > 1:
        bodies = [body.rpartition("\n\n")[0] for body in bodies]
    assert " ".join(bodies).split() == post.split()
