"""Several files as one: a zip whose bytes depend on nothing but what is in it, and the careful way back."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Mapping

from compliance.files import MiB

_DAY = (1980, 1, 1, 0, 0, 0)
CAP = 256 * MiB
_MOST = 10_000
BROKEN = (  # NotImplementedError: what zipfile raises for a packing method it does not know
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, LookupError, ValueError, NotImplementedError, OverflowError,
)  # fmt: skip
"""What a damaged archive makes the library raise; a member under a password is a RuntimeError."""


class Unpackable(ValueError):
    """An archive that is damaged, or that holds anything but plain files of bounded size."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """Name -> bytes, in the order given; the same everywhere and at any time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o600) << 16
            archive.writestr(entry, data)
    return made.getvalue()


def unpack(data: bytes, *, cap: int = CAP) -> dict[str, bytes]:
    """Name -> bytes of all members. ``Unpackable`` for anything but plain files below a bounded size
    under relative names, each once; nothing is written anywhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _members(archive, cap)
    except Unpackable:
        raise
    except BROKEN as error:
        raise Unpackable(str(error)) from None


def _members(archive: zipfile.ZipFile, cap: int) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > _MOST or sum(item.file_size for item in entries) > cap:
        raise Unpackable("too large")
    found: dict[str, bytes] = {}
    for item in entries:
        name, kind = item.filename, stat.S_IFMT(item.external_attr >> 16)
        parts = name.split("/")
        if item.is_dir() or kind not in (0, stat.S_IFREG) or name in found:
            raise Unpackable("not a plain file, or twice")
        if "\\" in name or ":" in name or "\0" in name or any(part in ("", ".", "..") for part in parts):
            raise Unpackable("an unsafe name")
        with archive.open(item) as stream:
            body = stream.read(item.file_size + 1)
        if len(body) != item.file_size:
            raise Unpackable("another size than stated")
        found[name] = body
    return found
