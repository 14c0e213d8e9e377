"""Ed25519 keys of people who approve: made here, sealed under a passphrase like the keys of the books.

A public key is 64 hexadecimal digits, a signature 128. What is sealed is JSON text; it stands in the
vault, or in a file of its own on the approver's computer.
"""

from __future__ import annotations

import json
from typing import Any

from compliance.errors import InputError, SetupError
from compliance.i18n import _
from compliance.vault.keys import unwrap, wrap

SEALED = "compliance-signing-key/1"


def make(role: str, passphrase: str) -> tuple[str, str]:
    """(sealed private key, public key), both text."""
    from os import urandom

    private = urandom(32)
    body = {"schema": SEALED, "role": role, "public": _public(private), **wrap(private, passphrase, role)}
    return json.dumps(body, indent=1) + "\n", body["public"]


def parse(sealed: str | bytes, place: str) -> dict[str, Any]:
    """The sealed key's parts; ``InputError`` for what is none."""
    try:
        body = json.loads(sealed)
        if body["schema"] == SEALED and isinstance(body["role"], str) and isinstance(body["public"], str):
            return dict(body)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise InputError(
        _("this is not a key for approving"), place=place, remedy=_("Make one with: compliance key make ROLE")
    )


def sign(sealed: dict[str, Any], passphrase: str, text: str) -> str:
    """The signature over ``text``; ``SetupError`` for a wrong passphrase."""
    private = unwrap(sealed, passphrase)
    if private is None or len(private) != 32:
        raise SetupError(
            _("the passphrase does not open this key"), remedy=_("Check the keyboard layout and capitals.")
        )
    return str(_library().Ed25519PrivateKey.from_private_bytes(private).sign(text.encode()).hex())


def verify(public: str, signature: str, text: str) -> bool:
    """Whether ``signature`` is that of ``public`` over exactly ``text``."""
    library = _library()
    from cryptography.exceptions import InvalidSignature

    try:
        library.Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
            bytes.fromhex(signature), text.encode()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def short(public: str) -> str:
    """What people compare on the telephone: ``3F2A-90BC-11D0-7E45`` (64 bits of the key)."""
    head = public[:16].upper()
    return "-".join(head[at : at + 4] for at in range(0, 16, 4))


def _public(private: bytes) -> str:
    return str(_library().Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw().hex())


def _library() -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        raise SetupError(
            _("the program part that signs approvals is missing"),
            remedy=_('Install it with: pip install "compliance[crypt]"'),
        ) from None
    return ed25519
