"""``label verify --watch``: a real process looks at real files while they come, change and go."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from test_label_command import SCHEDULES
from workbench import Bench

ROOT = Path(__file__).parent.parent
WAIT = 60


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("books")
    (folder / "schedules.yaml").write_text(SCHEDULES, encoding="utf-8")
    bench = Bench(folder)
    bench.run("init", "--practice", "2026-01-12")
    return bench


class Watch:
    """The command at work: ``line`` gives its next line of output, ``end`` what it returned after Ctrl-C."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.out: queue.Queue[str] = queue.Queue()
        self.err: queue.Queue[str] = queue.Queue()
        for stream, told in ((process.stdout, self.out), (process.stderr, self.err)):
            assert stream is not None
            threading.Thread(target=_pass_on, args=(stream, told), daemon=True).start()

    def line(self) -> str:
        return self.out.get(timeout=WAIT)

    def row(self) -> tuple[str, str]:
        found = json.loads(self.line())
        return Path(found["path"]).name, found["verdict"]

    def said(self, words: str) -> None:
        while words not in self.err.get(timeout=WAIT):
            pass

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=WAIT)


def _pass_on(stream: IO[str], told: queue.Queue[str]) -> None:
    for line in stream:
        told.put(line)


@contextmanager
def watching(bench: Bench, *words: str) -> Iterator[Watch]:
    process = subprocess.Popen(
        [sys.executable, "-m", "compliance.cli", "label", "verify", "--watch", "--every", "0.2", *words],
        cwd=bench.folder, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COMPLIANCE_LANG": "en"},
    )  # fmt: skip
    try:
        yield Watch(process)
    finally:
        process.kill()
        process.wait()


def test_files_are_told_as_they_come_change_and_go(bench: Bench, tmp_path: Path) -> None:
    posts = tmp_path / "posts"
    (posts / "may").mkdir(parents=True)
    bare = posts / "one.html"
    bare.write_text("<!DOCTYPE html><meta charset=utf-8><h1>Двор</h1><p>Привет, соседи", encoding="utf-8")
    right = tmp_path / "right.html"
    bench.run("label", "apply", str(bare), "--out", str(right))
    with watching(bench, str(posts), "--format", "jsonl") as watch:
        assert watch.row() == ("one.html", "not_met")
        fresh = posts / "may" / "two.html"
        fresh.write_text("<h1>Двор</h1>", encoding="utf-8")
        assert watch.row() == ("two.html", "not_met")
        (posts / "notes.xyz").write_text("no medium of ours", encoding="utf-8")
        broken = posts / "three.pdf"
        broken.write_bytes(b"%PDF-1.7 no more")
        assert watch.row() == ("three.pdf", "refused")
        for path in (bare, fresh):
            path.write_bytes(right.read_bytes())
            assert watch.row() == (path.name, "met")
        broken.unlink()
        watch.said("three.pdf: is gone")
        assert watch.end() == 0
        watch.said("2 files were watched; not right: 0")


def test_the_exit_code_is_that_of_the_last_state(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    with watching(bench, str(tmp_path / "posts")) as watch:
        watch.said("Watching")
        (tmp_path / "posts" / "one.txt").write_text("Hello\n", encoding="utf-8")
        assert "one.txt: the label is NOT right" in watch.line()
        assert watch.end() == 1
    with watching(bench, str(tmp_path / "posts")) as watch:
        (tmp_path / "posts" / "two.pdf").write_bytes(b"%PDF-1.7 no more")
        watch.said("this PDF is damaged")
        assert watch.end() == 3


def test_a_file_that_is_being_written_is_left_to_be_finished(bench: Bench, tmp_path: Path) -> None:
    post = tmp_path / "post.txt"
    (tmp_path / "first.txt").write_text("Hello\n", encoding="utf-8")
    with watching(bench, str(tmp_path), "--every", "0.5", "--format", "jsonl") as watch:
        assert watch.row() == ("first.txt", "not_met")
        with post.open("a", encoding="utf-8") as stream:
            for _piece in range(12):
                stream.write("Hello\n" * 99)
                stream.flush()
                with pytest.raises(queue.Empty):
                    watch.out.get(timeout=0.2)
        assert watch.row() == ("post.txt", "not_met")
        assert watch.end() == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--format", "json"), "one by one"),
        (("--picture", "x.png"), "--picture is for one file"),
        (("nowhere",), "no such file or folder"),
        (("--every", "0"), "--every"),
    ],
)
def test_what_does_not_go_with_it_is_said(
    bench: Bench, tmp_path: Path, more: tuple[str, ...], said: str
) -> None:
    assert said in bench.fail(2, "label", "verify", "--watch", str(tmp_path), *more)
