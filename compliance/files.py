"""Reading what we are given and writing what we make: whole, or not at all.

Reading: regular files only, read once, size-capped. Writing: a temporary name in the target
folder (created exclusively, mode 0600), flushed to disk, read back, renamed, folder flushed; so a
full disk or a power cut leaves the old file or the new one, never half of either.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from compliance.errors import InputError, SetupError
from compliance.i18n import _

MiB = 1024 * 1024
DEFAULT_CAP = 64 * MiB
_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya".split(),
        strict=True,
    )
)
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{n}{i}" for n in ("COM", "LPT") for i in range(1, 10))}


def digest(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal: how a document is named in the books."""
    return hashlib.sha256(data).hexdigest()


def open_input(path: Path) -> BinaryIO:
    """A regular file, opened for reading; ``InputError`` (exit 3) for anything else."""
    try:
        # O_NONBLOCK: opening a named pipe must not hang; refused below.
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        handle = os.open(path, flags)
    except FileNotFoundError:
        raise InputError(
            _("there is no such file"), place=str(path), remedy=_("Check the name and the folder.")
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(_("the file cannot be opened"), place=str(path), why=_reason(error)) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise InputError(_("this is not a regular file"), place=str(path))
    return os.fdopen(handle, "rb")


def read_input(path: Path, *, cap: int = DEFAULT_CAP) -> bytes:
    """All bytes of a regular file; ``InputError`` (exit 3) for anything else or more than ``cap`` bytes."""
    with open_input(path) as stream:
        try:
            data = stream.read(cap + 1)
        except OSError as error:
            raise InputError(_("the file cannot be read"), place=str(path), why=_reason(error)) from None
    if len(data) > cap:
        raise too_large(str(path), cap)
    return data


def too_large(place: str, cap: int) -> InputError:
    """What to raise for a file of more than ``cap`` bytes."""
    return InputError(
        _("the file is larger than {mib} MiB").format(mib=cap // MiB),
        place=place,
        why=_("A file of this kind is never that large; it may be damaged or hostile."),
    )


def write_whole(path: Path, data: bytes, *, overwrite: bool = False) -> None:
    """``data`` at ``path``, or nothing changed; see ``write_chunks``."""
    write_chunks(path, [data], overwrite=overwrite)


def write_chunks(path: Path, chunks: Iterable[bytes], *, overwrite: bool = False) -> None:
    """All ``chunks`` at ``path``, written as they come, or nothing changed.

    ``InputError`` when the output exists and ``overwrite`` is false; ``SetupError`` when the disk
    is full, read-only or failing. The rename is atomic on one file system.
    """
    if not overwrite and os.path.lexists(path):
        raise InputError(
            _("the output already exists"),
            place=str(path),
            remedy=_("Move it away or give another name."),
        )
    temporary = path.with_name(f".{path.name[:20]}.{secrets.token_hex(6)}.part")
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        handle = os.open(temporary, flags, 0o600)
        try:
            with os.fdopen(handle, "w+b") as stream:
                written = hashlib.sha256()
                for chunk in chunks:
                    stream.write(chunk)
                    written.update(chunk)
                stream.flush()
                os.fsync(stream.fileno())
                stream.seek(0)
                if hashlib.file_digest(stream, "sha256").digest() != written.digest():
                    raise SetupError(_("the disk did not keep what was written"), place=str(path))
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise SetupError(_("the file cannot be written"), place=str(path), why=_reason(error)) from None


def sync_folder(folder: Path) -> None:
    """Flush a rename to disk where the system knows folders as files (not on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def private_folder(path: Path) -> Path:
    """``path`` as a folder only we can enter (0700), made if missing."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(_("the folder cannot be made"), place=str(path), why=_reason(error)) from None
    return path


def safe_name(text: str, *, fallback: str = "file") -> str:
    """A file name from outside text: no separators, controls or reserved names; at most 120 bytes."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]+', "_", text)
    text = text.strip(" .-_")
    while len(text.encode("utf-8", "replace")) > 120:
        text = text[:-1]
    if not text or text.split(".")[0].upper() in _RESERVED:
        return fallback
    return text


def slug(text: str, *, fallback: str) -> str:
    """A short ASCII id from a title: Cyrillic spelled in Latin letters, words joined by hyphens."""
    spelled = "".join(_LATIN.get(char, char) for char in text.lower()).replace("_", "")
    ascii_text = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", ascii_text)
    short = "-".join(words)[:40].rstrip("-")
    return short or fallback


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
