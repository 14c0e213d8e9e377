"""Folders that a program copies to other computers, by the names and marks of each system."""

from __future__ import annotations

from pathlib import Path

import pytest
from workbench import Bench, empty

from compliance.syncing import by_name, synchronised

COPIED = [
    (r"C:\Users\Анна\Dropbox\books", "Dropbox"),
    (r"C:\Users\Анна\Dropbox (Личный)\books", "Dropbox"),
    (r"C:\Users\Анна\OneDrive\Документы\books", "OneDrive"),
    (r"C:\Users\anna\OneDrive - ANO Example\books", "OneDrive"),
    (r"D:\YandexDisk\учёт", "Яндекс Диск"),
    (r"C:\Users\anna\Яндекс.Диск\учёт", "Яндекс Диск"),
    (r"C:\Users\anna\iCloudDrive\books", "iCloud"),
    (r"C:\Users\anna\Google Drive\books", "Google Drive"),
    ("/home/anna/Yandex.Disk/books", "Яндекс Диск"),
    ("/home/anna/Dropbox/books", "Dropbox"),
    ("/home/anna/Nextcloud/books", "Nextcloud"),
    ("/Users/anna/Library/Mobile Documents/com~apple~CloudDocs/books", "iCloud"),
    ("/Users/anna/Library/CloudStorage/GoogleDrive-anna@example.test/My Drive/books", "Google Drive"),
    ("/Users/anna/Library/CloudStorage/OneDrive-Personal/books", "OneDrive"),
]
ALONE = [
    "/home/anna/books", r"C:\Users\anna\Documents\books", "/home/dropboxer/books", "/srv/onedriver", "/home/anna/Диск/books",
    "/home/anna/drop box/books", "/mnt/disk/books", r"C:\Users\anna\Drive\books",
]  # fmt: skip


@pytest.mark.parametrize(("path", "service"), COPIED, ids=[path for path, _service in COPIED])
def test_by_name(path: str, service: str) -> None:
    assert by_name(path) == service


@pytest.mark.parametrize("path", ALONE)
def test_others_are_left_alone(path: str) -> None:
    assert by_name(path) == ""


@pytest.mark.parametrize(
    ("mark", "service"),
    [(".stfolder", "Syncthing"), (".dropbox", "Dropbox"), (".tmp.driveupload", "Google Drive")],
)
def test_by_mark_anywhere_above(tmp_path: Path, mark: str, service: str) -> None:
    folder = tmp_path / "shared" / "deeper" / "books"
    folder.mkdir(parents=True)
    assert synchronised(folder) == ""
    (tmp_path / "shared" / mark).mkdir()
    assert synchronised(folder) == service


def test_the_files_own_place_counts(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "Dropbox")
    assert synchronised(tmp_path / "link") == "Dropbox"


def test_told_at_init_and_by_check(tmp_path: Path) -> None:
    (tmp_path / "Yandex.Disk").mkdir()
    bench = empty(tmp_path / "Yandex.Disk" / "books")
    found = bench.call("check", "books.synchronised", "--format", "json")
    assert [(row["code"], row["severity"]) for row in found.rows] == [("books.synchronised", "warning")]
    fresh = tmp_path / "Yandex.Disk" / "more"
    fresh.mkdir()
    (fresh / "schedules.yaml").write_text(
        (bench.folder / "schedules.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    assert "WARNING: Яндекс Диск" in Bench(fresh).run("init", "--practice", "2026-01-12").err
    alone = empty(tmp_path / "alone")
    assert "WARNING" not in alone.run("check", "books.synchronised").err
