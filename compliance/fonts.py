"""The same letters on every machine, and the one door through which WeasyPrint is imported.

Fonts come from packages in the lock, never from the system: fontconfig is pointed at a private
configuration that knows nothing else, so the same books give the same PDF everywhere.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html import escape
from importlib import import_module
from pathlib import Path
from types import ModuleType

from compliance import system
from compliance.errors import SetupError
from compliance.i18n import _

# Family -> the package that brings it. In this order: PT Serif for Cyrillic and the rouble, then Noto
# Serif for what PT Serif lacks (tenge, lari, rupee).
FAMILIES = {"PT Serif": "fontpkg_pt_serif", "Noto Serif": "fontpkg_noto_serif"}

_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <reset-dirs/>
  {folders}
  <cachedir>{cache}</cachedir>
  <alias binding="same"><family>serif</family><prefer>{families}</prefer></alias>
</fontconfig>
"""


def files(family: str) -> list[Path]:
    """The font files of one of `FAMILIES`, sorted by name.

    Raises `SetupError` when its package is not installed.
    """
    package = FAMILIES[family]
    spec = importlib.util.find_spec(package)
    found = sorted((Path(spec.origin).parent / "files").glob("*.ttf")) if spec and spec.origin else []
    if not found:
        raise SetupError(
            _("the font package {package} is missing").format(package=package.replace("_", "-")),
            remedy=_("Set up again: python3 run.py demo, or install the package with pip."),
        )
    return found


@cache
def configure() -> Path:
    """Point fontconfig, in this process, at our own fonts; returns the configuration file.

    File and cache live in a private folder that goes when the process ends: scanning six files
    costs nothing that could be measured, and nothing of ours stays behind.
    """
    folder = Path(tempfile.mkdtemp(prefix="compliance-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folders = sorted({str(path.parent) for family in FAMILIES for path in files(family)})
    path = folder / "fonts.conf"
    path.write_text(
        _CONFIGURATION.format(
            folders="".join(f"<dir>{escape(item)}</dir>" for item in folders),
            cache=escape(str(folder / "cache")),
            families="".join(f"<family>{family}</family>" for family in FAMILIES),
        ),
        encoding="utf-8",
    )
    os.environ["FONTCONFIG_FILE"] = str(path)
    return path


def weasyprint() -> ModuleType:
    """WeasyPrint, imported with our fonts and with no program to be found through PATH.

    Its libraries are looked up by code that would run whatever is called ``gcc`` or ``ld`` on the
    PATH. Raises `SetupError` naming the libraries that are missing and how to install them.
    """
    lacking = system.missing_libraries()
    if lacking:
        by = system.manager()
        command = system.install_command(system.packages(lacking, by), by)
        raise SetupError(
            _("a PDF cannot be made here: {missing} missing").format(
                missing=", ".join(need.name for need in lacking)
            ),
            remedy=_("To install: {command}").format(command=command) if command else "",
        )
    from PIL import ImageFile

    configure()
    with _fixed_path():
        module = import_module("weasyprint")
    # It lets Pillow read half a picture, in the whole process: a damaged one would pass for whole in a label.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return module


@contextmanager
def _fixed_path() -> Iterator[None]:
    old = os.environ.get("PATH")
    # A folder that does not exist rather than an empty PATH, which some calls read as "here".
    os.environ["PATH"] = "C:\\Windows\\System32" if os.name == "nt" else "/nonexistent"
    try:
        yield
    finally:
        if old is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = old
