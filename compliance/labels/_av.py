"""The library that reads films and sound, which not everybody has."""

from __future__ import annotations

from compliance.errors import InputError
from compliance.i18n import _


def ready(what: str, why: str) -> None:
    """Loads it quietly, before the limits of the process are set: it is large. `InputError` of ``what`` and ``why``
    where it is not installed."""
    try:
        import av
        import numpy  # noqa: F401
    except ImportError:
        raise InputError(
            what, why=why, remedy=_("To install: {command}").format(command='pip install "compliance[media]"')
        ) from None
    av.logging.set_level(av.logging.PANIC)
