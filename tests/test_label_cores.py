"""Many files beside each other: the same verdicts in the order that was named, each refused for itself, really at once."""

from __future__ import annotations

import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from test_label_command import practising
from workbench import Bench

from compliance.commands import label_cores
from compliance.errors import Refused

ON = ("--on", "2025-12-01")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return practising(tmp_path_factory.mktemp("cores") / "books")


def folder(path: Path) -> Path:
    path.mkdir()
    for number in range(2):
        (path / f"{number}.txt").write_text(f"Дом {number}\n\nЧай в среду.\n", encoding="utf-8")
        (path / f"{number}.html").write_text(f"<h1>Дом {number}</h1><p>Чай в среду.</p>", encoding="utf-8")
    (path / "3.html").write_bytes(b"no page")
    (path / "4.pdf").write_bytes(b"%PDF-1.7 no more")
    return path


def labelled(place: Path) -> list[str]:
    return sorted(map(str, place.glob("*.labelled.*")))


def test_a_folder_is_labelled_and_measured_as_by_one(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {}
    for count in (1, 2):
        monkeypatch.setattr(label_cores, "workers_for", lambda _files, count=count: count)
        place = folder(tmp_path / f"{count}")
        done = bench.call("label", "apply", str(place), *ON)
        found = bench.call("label", "verify", str(place), *ON, "--format", "json")
        moved = bench.call("label", "campaign", str(place), str(tmp_path / f"{count}-copy"), *ON)
        renewed = bench.call("label", "update", *labelled(place), *ON)
        for path in place.glob("?.*"):
            if path.suffix != ".pdf" and ".labelled" not in path.name:
                path.unlink()
        bared = bench.call("label", "remove", *labelled(place), str(place / "4.pdf"), *ON)
        made = {
            path.name: path.read_bytes()
            for path in (*place.iterdir(), *(tmp_path / f"{count}-copy").iterdir())
        }
        each = (done, found, moved, renewed, bared)
        said = "".join(item.err + item.out for item in each).replace(str(place), "")
        told[count] = ([item.code for item in each], made, said)
    assert told[1] == told[2]
    assert told[2][0] == [3, 3, 1, 0, 3]
    assert sum(".labelled." in name for name in told[2][1]) == 4
    assert "4.pdf" not in (tmp_path / "2-copy.log.csv").read_text("utf-8-sig")
    assert (tmp_path / "2" / "0.txt").read_text(
        "utf-8"
    ) == "Дом 0\n\nЧай в среду.\n"  # the label is off again


def test_work_is_done_at_once_and_told_in_order() -> None:
    """Neither of two files is done before the other has begun; the second is refused and the third still told."""
    both, told = threading.Barrier(2, timeout=20), []

    def act(path: Path) -> Generator[label_cores.Work | None, Any, int]:
        def work(_by: object) -> str:
            if path.name != "c":
                both.wait()
            if path.name == "b":
                raise Refused("no")
            return path.name

        told.append((yield work))
        return 1

    rows: list[dict[str, Any]] = []
    paths = [Path(name) for name in "abc"]
    assert label_cores.each_beside(paths, act, rows, workers=2) == 1
    assert told == ["a", "c"]
    assert [row["path"] for row in rows] == ["b"]


def test_a_mistake_of_ours_ends_it() -> None:
    def act(_path: Path) -> Generator[label_cores.Work | None, Any, int]:
        yield lambda _by: 1 // 0
        return 0

    with pytest.raises(ZeroDivisionError):
        label_cores.each_beside([Path("a"), Path("b")], act, workers=2)
