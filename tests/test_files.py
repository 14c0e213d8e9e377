"""Files are read safely and written whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.errors import InputError, SetupError
from compliance.files import read_input, safe_name, write_whole


def test_an_existing_output_is_never_touched(tmp_path: Path) -> None:
    target = tmp_path / "report.pdf"
    target.write_bytes(b"old")
    with pytest.raises(InputError, match="already exists"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    write_whole(target, b"new", overwrite=True)
    assert target.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


def test_a_full_disk_leaves_the_old_file() -> None:
    """/dev/full answers every write with "no space", like a full disk does."""
    with pytest.raises((SetupError, InputError)):
        write_whole(Path("/dev/full/never"), b"data")


def test_a_missing_folder_is_exit_4(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        write_whole(tmp_path / "no" / "folder", b"x")
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "large"])
def test_what_is_not_a_plain_file_of_sane_size_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "input"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "large":
        path.write_bytes(b"x" * 11)
    with pytest.raises(InputError) as caught:
        read_input(path, cap=10)
    assert caught.value.exit_code == 3
    assert str(path) in str(caught.value)


@given(st.text(max_size=300))
def test_a_name_from_outside_is_a_plain_name(text: str) -> None:
    name = safe_name(text)
    assert name
    assert Path(name).name == name
    assert not name.startswith((".", "-"))
    assert len(name.encode("utf-8", "replace")) <= 120
    assert not any(ord(char) < 32 for char in name)


@pytest.mark.parametrize(
    "text", ["../../etc/passwd", "/abs", "CON", "nul.txt", "a\x00b", "-rf", "..", "x" * 500]
)
def test_hostile_names(text: str) -> None:
    name = safe_name(text)
    assert "/" not in name
    assert name.split(".")[0].upper() not in {"CON", "NUL"}
