"""A document printed to PDF by LibreOffice, where it is installed: with a profile of its own, which runs no macros and
fetches nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from compliance.errors import InputError
from compliance.i18n import _

NAME = "LibreOffice"
PROGRAM = "soffice"
_SECONDS = 120
_ITEM = '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
_SETTINGS = (
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def printed(data: bytes, suffix: str) -> bytes | None:
    """``None`` without the program; `InputError` where it makes no PDF of the file. Its temporary copy is removed."""
    program = shutil.which(PROGRAM)
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="printed-") as folder:
        home, given = Path(folder, "profile"), Path(folder, f"given{suffix}")
        _settled(home)
        given.write_bytes(data)
        command = [program, f"-env:UserInstallation={home.as_uri()}", "--headless", "--norestore", "--convert-to",
                   "pdf", "--outdir", folder, str(given)]  # fmt: skip
        environment = {key: value for key, value in os.environ.items() if key != "FONTCONFIG_FILE"}
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, env=environment)
            return Path(folder, "given.pdf").read_bytes()
        except (subprocess.TimeoutExpired, OSError):
            raise InputError(
                _("{name} makes no PDF of this file").format(name=NAME),
                remedy=_("Open it there yourself, and save or export it again."),
            ) from None


def _settled(home: Path) -> None:
    user = home / "user"
    user.mkdir(parents=True)
    items = "".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in _SETTINGS)
    user.joinpath("registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )
