"""Keys of a protected workspace: one random 256-bit key per store, wrapped in key slots.

``keys.json`` holds slots; each slot wraps both raw keys under a passphrase: Argon2id (256 MiB, three
passes) derives a key, ChaCha20-Poly1305 seals. The stores are opened with the raw keys, so a
passphrase is stretched once per run, and slots can be added without touching the books.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

from compliance.errors import InputError, SetupError
from compliance.files import read_input, write_whole
from compliance.i18n import _

_FORMAT = 1
_MEMORY_KIB = 256 * 1024
_PASSES = 3
_STORES = 2
_KEY = 32


def create(path: Path, passphrase: str, *, slot: str = "first") -> tuple[bytes, bytes]:
    """New random keys for (ledger, vault), wrapped under ``passphrase`` in a new file at ``path``."""
    raw = os.urandom(_KEY * _STORES)
    content = {"format": _FORMAT, "slots": [wrap(raw, passphrase, slot)]}
    write_whole(path, json.dumps(content, indent=1).encode())
    return raw[:_KEY], raw[_KEY:]


def add_slot(path: Path, passphrase: str, new_passphrase: str, *, slot: str) -> None:
    """A second way in (another person, a sealed sheet). The file is replaced whole."""
    content = _read(path)
    raw = b"".join(unlock(path, passphrase))
    content["slots"].append(wrap(raw, new_passphrase, slot))
    write_whole(path, json.dumps(content, indent=1).encode(), overwrite=True)


def unlock(path: Path, passphrase: str) -> tuple[bytes, bytes]:
    """The raw keys of (ledger, vault). ``SetupError`` when no slot opens."""
    for slot in _read(path)["slots"]:
        raw = unwrap(slot, passphrase)
        if raw is not None:
            return raw[:_KEY], raw[_KEY:]
    raise SetupError(
        _("the passphrase does not open these books"),
        remedy=_("Check the keyboard layout and capitals. A second slot or the sealed sheet opens them too."),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(read_input(path, cap=1024 * 1024))
        if content["format"] == _FORMAT and isinstance(content["slots"], list):
            return dict(content)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise InputError(_("this is not a key file of ours"), place=str(path))


def _derive(passphrase: str, salt: bytes, memory_kib: int, passes: int) -> bytes:
    try:
        from argon2.low_level import Type, hash_secret_raw
    except ImportError:
        raise SetupError(
            _("these books are protected by a key, and the program part that opens them is missing"),
            remedy=_('Install it with: pip install "compliance[crypt]"'),
        ) from None
    return hash_secret_raw(passphrase.encode(), salt, passes, memory_kib, 1, _KEY, Type.ID)


def wrap(raw: bytes, passphrase: str, slot: str) -> dict[str, Any]:
    if not passphrase:
        raise InputError(_("an empty passphrase protects nothing"))
    salt, nonce = os.urandom(16), os.urandom(12)
    key = _derive(passphrase, salt, _MEMORY_KIB, _PASSES)
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    sealed = ChaCha20Poly1305(key).encrypt(nonce, raw, b"compliance keys 1")
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    text = {name: base64.b64encode(value).decode() for name, value in parts.items()}
    return {"slot": slot, "memory_kib": _MEMORY_KIB, "passes": _PASSES, **text}


def unwrap(slot: dict[str, Any], passphrase: str) -> bytes | None:
    try:
        salt, nonce, sealed = (base64.b64decode(slot[name]) for name in ("salt", "nonce", "sealed"))
        memory_kib, passes = int(slot["memory_kib"]), int(slot["passes"])
    except (KeyError, ValueError, TypeError):
        raise InputError(_("this is not a key file of ours")) from None
    if not (8 <= memory_kib <= 4 * _MEMORY_KIB and 1 <= passes <= 20 and len(salt) >= 8 and len(nonce) == 12):
        raise InputError(_("this is not a key file of ours"))
    key = _derive(passphrase, salt, memory_kib, passes)
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    try:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, b"compliance keys 1")
    except InvalidTag:
        return None
