"""``label campaign``: a folder brought to the label of the day in a copy, once; what is not ours is never overwritten."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from workbench import RUSSIAN, Bench, empty

from tests.media.documents import BODY, docx, para

NAMES = """\
    2025-02-17:
      nominative: "АНО «Пример»"
      instrumental: "АНО «Пример»"
      genitive: "АНО «Пример»"
"""
RENAMED = NAMES + NAMES.replace("2025-02-17", "2026-01-05").replace("Пример", "Образец")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = empty(tmp_path / "books", config(NAMES))
    site = made.folder / "site"
    (site / "posts").mkdir(parents=True)
    (site / ".git").mkdir()
    (site / ".git" / "config").write_text("x", encoding="utf-8")
    (site / "style.css").write_text("p {color: black}", encoding="utf-8")
    (site / "posts" / "one.md").write_text(f"# Встреча\n\n{BODY * 3}\n", encoding="utf-8")
    (site / "posts" / "two.html").write_text(
        f"<!doctype html><html lang='ru'><body><h1>Встреча</h1><p>{BODY * 3}</p></body></html>",
        encoding="utf-8",
    )
    (site / "paper.docx").write_bytes(docx(para("Встреча", "h"), para(BODY * 3, "b")))
    return made


def config(names: str) -> str:
    start = RUSSIAN.index("    2025-02-17:")
    end = RUSSIAN.index("\n", start) + 1
    return RUSSIAN[:start] + names + RUSSIAN[end:]


def campaign(bench: Bench, *more: str) -> list[dict[str, str]]:
    words = ("label", "campaign", str(bench.folder / "site"), str(bench.folder / "out"), *more)
    return bench.call(*words, "--format", "json").rows


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(item.relative_to(folder)): item.read_bytes()
        for item in sorted(folder.rglob("*"))
        if item.is_file()
    }


def test_every_file_once_and_again_nothing(bench: Bench) -> None:
    before = tree(bench.folder / "site")
    done = {row["path"]: row["done"] for row in campaign(bench)}
    assert done == {
        "paper.docx": "labelled",
        "posts/one.md": "labelled",
        "posts/two.html": "labelled",
        "style.css": "copied",
    }
    assert tree(bench.folder / "site") == before
    out = tree(bench.folder / "out")
    assert set(out) == {key for key in before if not key.startswith(".git")}
    assert out["style.css"] == before["style.css"]
    for name in ("paper.docx", "posts/two.html"):  # Markdown has no sizes before there is a page
        assert bench.call("label", "verify", str(bench.folder / "out" / name)).code == 0
    log = (bench.folder / "out.log.csv").read_text("utf-8")
    assert len(list(csv.DictReader(log.splitlines()))) == 4
    assert not any(row["changed"] for row in campaign(bench))
    assert tree(bench.folder / "out") == out
    assert (bench.folder / "out.log.csv").read_text("utf-8") == log


def test_what_names_an_author_is_taken_out_where_asked(bench: Bench) -> None:
    page = bench.folder / "site" / "posts" / "two.html"
    page.write_text("<meta name='author' content='Canary'>" + page.read_text("utf-8"), "utf-8")
    told = {row["path"]: row["notes"] for row in campaign(bench, "--author", "strip")}
    assert told["posts/two.html"][0] == "taken out: meta author"
    assert "NOT looked for" in told["posts/one.md"][0]
    copy = bench.folder / "out" / "posts" / "two.html"
    assert "Canary" not in copy.read_text("utf-8")
    assert bench.call("label", "verify", str(copy)).code == 0
    assert not any(row["changed"] for row in campaign(bench, "--author", "strip"))


def test_a_new_name_updates_what_carries_the_old_label(bench: Bench) -> None:
    campaign(bench)
    first = tree(bench.folder / "out")
    (bench.folder / "schedules.yaml").write_text(config(RENAMED), encoding="utf-8")
    renamed = {row["path"]: row for row in campaign(bench)}
    assert [row["done"] for row in renamed.values()] == ["labelled", "labelled", "labelled", "copied"]
    second = tree(bench.folder / "out")
    assert "Образец".encode() in second["posts/one.md"]
    assert "Пример".encode() not in second["posts/one.md"]
    assert second["style.css"] == first["style.css"]
    # A folder that was labelled already: the old label is taken out, the new one stands in its place.
    again = bench.call(
        "label", "campaign", str(bench.folder / "out"), str(bench.folder / "third"), "--format", "json"
    )
    assert {row["done"] for row in again.rows} == {"left", "copied"}
    old = bench.folder / "old"
    for name, data in first.items():
        (old / name).parent.mkdir(parents=True, exist_ok=True)
        (old / name).write_bytes(data)
    updated = bench.call("label", "campaign", str(old), str(bench.folder / "fourth"), "--format", "json").rows
    assert {row["path"]: row["done"] for row in updated if row["path"] != "style.css"} == dict.fromkeys(
        ("paper.docx", "posts/one.md", "posts/two.html"), "updated"
    )
    assert tree(bench.folder / "fourth") == second


def test_what_is_not_ours_is_not_overwritten_and_the_rest_is_done(bench: Bench) -> None:
    out = bench.folder / "out"
    out.mkdir()
    (out / "style.css").write_text("somebody's", encoding="utf-8")
    (bench.folder / "site" / "bad.pdf").write_bytes(b"%PDF-1.7 cut")
    result = bench.call("label", "campaign", str(bench.folder / "site"), str(out))
    assert result.code == 1
    assert (out / "style.css").read_text("utf-8") == "somebody's"
    assert not (out / "bad.pdf").exists()
    assert "bad.pdf" in result.out
    assert (out / "posts" / "one.md").is_file()


def test_folders_in_each_other_and_another_log_are_refused(bench: Bench) -> None:
    site = str(bench.folder / "site")
    bench.fail(2, "label", "campaign", site, site)
    bench.fail(2, "label", "campaign", site, str(bench.folder / "site" / "out"))
    bench.fail(2, "label", "campaign", str(bench.folder / "none"), str(bench.folder / "out"))
    (bench.folder / "out.log.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    bench.fail(3, "label", "campaign", site, str(bench.folder / "out"))
    assert not (bench.folder / "out").exists()


def test_before_the_law_nothing_is_labelled(bench: Bench) -> None:
    done = {row["done"] for row in campaign(bench, "--on", "2024-05-01")}
    assert done == {"unneeded", "copied"}


def test_a_missing_name_is_said_before_anything_is_written(bench: Bench) -> None:
    (bench.folder / "schedules.yaml").write_text(RUSSIAN, encoding="utf-8")
    bench.fail(1, "label", "campaign", str(bench.folder / "site"), str(bench.folder / "out"))
    assert not (bench.folder / "out").exists()
