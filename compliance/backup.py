"""Sealing everything in one file, and opening it again.

The sealed file is age (https://age-encryption.org/v1) over a tar, so that it opens without us:

    age -d FILE.age | tar x

The tar holds ``manifest.json`` (name -> size and SHA-256) first, then the files it names.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from compliance.errors import BooksDamaged, InputError, SetupError
from compliance.files import MiB, digest, private_folder, sync_folder, write_whole
from compliance.i18n import _

MANIFEST = "manifest.json"
FORMAT = 1
CAP = 4 * 1024 * MiB
"""No backup of ours is larger."""


def pack(files: Mapping[str, bytes], *, made_at: str) -> bytes:
    """A tar of ``files`` (name -> bytes) with their manifest; ``made_at`` is ISO text of the caller's clock."""
    listed = {name: {"size": len(data), "sha256": digest(data)} for name, data in files.items()}
    manifest = {"format": FORMAT, "made_at": made_at, "files": listed}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False).encode())
        for name, data in files.items():
            _add(archive, name, data)
    return packed.getvalue()


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), 0o600
    archive.addfile(entry, io.BytesIO(data))


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a tar that ``pack`` made, each verified. ``InputError`` for anything else,
    ``BooksDamaged`` where a file is not what the manifest says."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            found = {
                member.name: stream.read()
                for member in archive
                if member.isreg() and (stream := archive.extractfile(member)) is not None
            }
        manifest: dict[str, Any] = json.loads(found.pop(MANIFEST))
        listed = {str(name): str(row["sha256"]) for name, row in manifest["files"].items()}
    except (tarfile.TarError, KeyError, TypeError, ValueError, AttributeError, EOFError, RecursionError):
        raise InputError(_("this is not a backup of ours")) from None
    if manifest.get("format") != FORMAT:
        raise InputError(
            _("the backup was made by a newer version of this program"), remedy=_("Upgrade this program.")
        )
    if set(found) != set(listed) or any(_unfit(name) for name in found):
        raise BooksDamaged(_("the backup does not hold what its list says"))
    for name, content in found.items():
        if digest(content) != listed[name]:
            raise BooksDamaged(_("{name} in the backup is damaged").format(name=name))
    return found


def _unfit(name: str) -> bool:
    """A name that could leave the folder it is put back into."""
    path = PurePosixPath(name)
    return path.is_absolute() or not path.parts or ".." in path.parts or bool(set(name) & set("\\:\0"))


def seal(data: bytes, *, recipients: Sequence[str] = (), passphrase: str = "") -> bytes:
    """``data`` for age recipients (``age1...`` or an SSH public key), or under a passphrase."""
    pyrage = _pyrage()
    assert bool(recipients) != bool(passphrase)
    if passphrase:
        return bytes(pyrage.passphrase.encrypt(data, passphrase))
    return bytes(pyrage.encrypt(data, [_recipient(pyrage, text) for text in recipients]))


def _recipient(pyrage: Any, text: str) -> Any:
    for kind in (pyrage.x25519.Recipient, pyrage.ssh.Recipient):
        try:
            return kind.from_str(text.strip())
        except pyrage.RecipientError:
            continue
    raise InputError(
        _("this is not a recipient: {text}").format(text=text[:20]),
        remedy=_("A recipient begins with age1 or ssh-ed25519; age-keygen makes one."),
    )


def unseal(data: bytes, *, identity: str = "", passphrase: str = "") -> bytes:
    """The inverse of ``seal``; ``identity`` is the text of an age identity file. ``SetupError`` when it
    does not open, ``InputError`` when it is no age file."""
    if not data.startswith(b"age-encryption.org/v1\n"):
        raise InputError(_("this is not a sealed file (age)"))
    pyrage = _pyrage()
    try:
        if passphrase:
            return bytes(pyrage.passphrase.decrypt(data, passphrase))
        return bytes(pyrage.decrypt(data, _identities(pyrage, identity)))
    except pyrage.DecryptError:
        raise SetupError(
            _("the sealed file does not open with this key or passphrase, or it is damaged"),
            remedy=_("Check the passphrase or the key file; another copy of the backup may be whole."),
        ) from None


def _identities(pyrage: Any, text: str) -> list[Any]:
    lines = [line.strip() for line in text.splitlines() if line.startswith("AGE-SECRET-KEY-")]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines]
        if not found and "PRIVATE KEY" in text:
            found = [pyrage.ssh.Identity.from_buffer(text.encode())]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise InputError(_("the key file holds no age key"))
    return found


def _pyrage() -> Any:
    try:
        import pyrage  # type: ignore[import-untyped]
    except ImportError:
        raise SetupError(
            _("the program part that seals backups is missing"),
            remedy=_('Install it with: pip install "compliance[seal]"'),
        ) from None
    return pyrage


def put_back(files: Mapping[str, bytes], folder: Path) -> Path:
    """All files in ``FOLDER.part``, flushed; ``settle`` gives the folder its name. Never overwrites."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            _("the folder is not empty"), place=str(folder), remedy=_("Give a new folder with: --into FOLDER")
        )
    part = folder.with_name(f"{folder.name}.part")
    if os.path.lexists(part):
        raise InputError(
            _("the output already exists"), place=str(part), remedy=_("Move it away or give another name.")
        )
    private_folder(part)
    for name, data in files.items():
        private_folder((part / name).parent)
        write_whole(part / name, data)
    return part


def settle(part: Path, folder: Path) -> None:
    """Rename what ``put_back`` made, after the caller has looked at it."""
    try:
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise SetupError(
            _("the folder cannot be made"), place=str(folder), why=error.strerror or ""
        ) from None
