"""A text put on the clipboard, and read back from there: what another program would paste is what was meant."""

from __future__ import annotations

import subprocess

from compliance.errors import Refused, SetupError
from compliance.i18n import _

_PACKAGES = {"apt-get": "xclip wl-clipboard", "dnf": "xclip wl-clipboard", "pacman": "xclip wl-clipboard", "apk": "xclip wl-clipboard"}  # fmt: skip


def put(text: str) -> None:
    """`SetupError` where there is no clipboard, saying what to install; `Refused` where something else stands there
    afterwards."""
    import pyperclip  # type: ignore[import-untyped, unused-ignore]

    try:
        pyperclip.copy(text)
        back = pyperclip.paste()
    except UnicodeDecodeError:
        back = ""
    except (pyperclip.PyperclipException, OSError, subprocess.SubprocessError):
        raise SetupError(
            _("there is no clipboard here that can be written and read"),
            why=_("It needs a desktop, and on Linux a program: wl-clipboard for Wayland, xclip for X11."),
            remedy=_install(),
        ) from None
    if _lines(back) != _lines(text):
        raise Refused(
            _("the clipboard does not hold the post as it was written"),
            why=_("What was read back from it is another text."),
            remedy=_("Write it to a file and copy it from there: --out FOLDER"),
        )


def _lines(text: str) -> list[str]:
    """Systems keep line ends in their own way."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")


def _install() -> str:
    from compliance import system

    by = system.manager()
    names = _PACKAGES.get(by, "").split()
    out = _("Without one, write it to a file: --out FOLDER")
    if not names:
        return out
    return _("Install it: {command}").format(command=system.install_command(names, by)) + ". " + out
