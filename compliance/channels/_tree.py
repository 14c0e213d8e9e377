"""An export as its files lie in a folder, or in the ZIP they came in. Nothing is unpacked to the disk.

Only what is asked for is opened: an archive of a whole account holds talks that are nobody's business here.
Names are paths with ``/`` below the export's root; what leads out of a folder is not there.
"""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

from compliance import files
from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.packed import BROKEN

_MOST_DIRECTORY = 32 * MiB
"""Of a ZIP's list of names: some 300,000 files."""
_MOST_NAMES = 100_000
"""Of one folder."""


class Tree:
    """``root`` is a folder or a ZIP; a context. ``InputError`` for a ZIP that is damaged or lists too much."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._archive = None if root.is_dir() else _opened(root)
        self._packed = None if self._archive is None else _listed(self._archive)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._archive is not None:
            self._archive.close()

    def place(self, name: str) -> str:
        """For people: where ``name`` is found."""
        return str(self.root / name)

    def files(self, folder: str = "") -> list[str]:
        """Paths of the files directly in ``folder``, those with numbers in the order of their numbers."""
        return self._inside(folder, wanted="files")

    def folders(self, folder: str = "") -> list[str]:
        """Paths of the folders directly in ``folder``; they are not looked into."""
        return self._inside(folder, wanted="folders")

    def has(self, name: str) -> bool:
        """Whether there is such a file or folder; nothing is opened."""
        if self._packed is not None:
            return name in self._packed.get(name.rpartition("/")[0], {})
        path = self._beside(name)
        return path is not None and path.exists()

    def path(self, name: str) -> Path | None:
        """The file itself; ``None`` where it is packed, or leads elsewhere."""
        return None if self._packed is not None else self._beside(name)

    @contextmanager
    def open(self, name: str, cap: int) -> Iterator[IO[bytes]]:
        """One file from its beginning. Reading more than ``cap`` bytes, or what is damaged, is an ``InputError``."""
        with self._stream(name) as stream:
            yield io.BufferedReader(_Bounded(stream, cap, self.place(name)))

    def read(self, name: str, cap: int) -> bytes:
        with self.open(name, cap) as stream:
            return stream.read()

    def head(self, name: str, size: int) -> bytes:
        """The first ``size`` bytes; empty where the file cannot be read."""
        try:
            with self._stream(name) as stream:
                return stream.read(size)
        except (InputError, *BROKEN):
            return b""

    def _stream(self, name: str) -> IO[bytes]:
        if self._archive is None:
            path = self._beside(name)
            if path is None:
                raise InputError(_("there is no such file"), place=self.place(name))
            return files.open_input(path)
        try:
            return self._archive.open(name)
        except BROKEN:
            raise damaged(self.place(name)) from None

    def _beside(self, name: str) -> Path | None:
        path = self.root / name
        try:
            return path if path.resolve().is_relative_to(self.root.resolve()) else None
        except (OSError, ValueError):
            return None

    def _inside(self, folder: str, *, wanted: str) -> list[str]:
        packed = self._packed
        found = packed.get(folder, {}) if packed is not None else self._scanned(folder)
        return sorted((name for name, kind in found.items() if kind == wanted), key=_numbered)

    def _scanned(self, folder: str) -> dict[str, str]:
        path = self._beside(folder)
        found: dict[str, str] = {}
        if path is None or not path.is_dir():
            return found
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    if len(found) >= _MOST_NAMES:
                        raise _too_much(str(path))
                    found[_joined(folder, entry.name)] = "folders" if _is_folder(entry) else "files"
        except OSError:
            return {}
        return found


class _Bounded(io.RawIOBase):
    """A stream that refuses to give more than it may, and says in our words what is broken."""

    def __init__(self, stream: IO[bytes], cap: int, place: str) -> None:
        self._stream, self._cap, self._left, self._place = stream, cap, cap, place

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(min(len(buffer), self._left + 1))
        except BROKEN:
            raise damaged(self._place) from None
        self._left -= len(data)
        if self._left < 0:
            raise files.too_large(self._place, self._cap)
        buffer[: len(data)] = data
        return len(data)


def is_zip(path: Path) -> bool:
    """By the name and the first bytes."""
    if path.suffix.lower() != ".zip" or not path.is_file():
        return False
    with files.open_input(path) as stream:
        return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def damaged(place: str) -> InputError:
    return InputError(
        _("this export is damaged or not complete"),
        place=place,
        remedy=_(
            "Download the archive once more; an archive in several parts is unpacked into one folder first."
        ),
    )


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        if _directory_size(path) > _MOST_DIRECTORY:
            raise _too_much(str(path))
        return zipfile.ZipFile(path)
    except BROKEN:
        raise damaged(str(path)) from None


def _listed(archive: zipfile.ZipFile) -> dict[str, dict[str, str]]:
    """Folder -> what lies in it: path -> ``files`` or ``folders``. Names that lead elsewhere are left out."""
    found: dict[str, dict[str, str]] = {}
    for item in archive.infolist():
        _enter(found, item.filename)
    return found


def _enter(found: dict[str, dict[str, str]], name: str) -> None:
    parts = name.removesuffix("/").split("/")
    if "\\" in name or any(part in ("", ".", "..") for part in parts) or len(parts) > 12:
        return
    for at in range(len(parts)):
        whole = at == len(parts) - 1 and not name.endswith("/")
        inside = found.setdefault("/".join(parts[:at]), {})
        inside.setdefault("/".join(parts[: at + 1]), "files" if whole else "folders")


def _directory_size(path: Path) -> int:
    """Bytes of a ZIP's list of names, as its end says (APPNOTE.TXT 4.3.14-16), before the list is read."""
    with files.open_input(path) as stream:
        stream.seek(0, os.SEEK_END)
        stream.seek(max(0, stream.tell() - 66_000))
        tail = stream.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) < at + 22:
            raise zipfile.BadZipFile
        (size,) = struct.unpack_from("<I", tail, at + 12)
        if size == 0xFFFF_FFFF and at >= 20 and tail[at - 20 : at - 16] == b"PK\x06\x07":
            stream.seek(struct.unpack_from("<Q", tail, at - 12)[0])
            end = stream.read(56)
            size = struct.unpack_from("<Q", end, 40)[0] if len(end) == 56 else size
    return int(size)


def _too_much(place: str) -> InputError:
    return InputError(
        _("there are far too many files in this export"),
        place=place,
        why=_("It may be damaged or hostile."),
    )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _numbered(name: str) -> list[tuple[int, str]]:
    """``wall2`` before ``wall10``."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"([0-9]{1,18})", name)]
