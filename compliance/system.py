"""What only the operating system can provide: shared libraries and programs, and how to get them.

Used by the starter before anything is installed, hence the standard library only. The library
names are those WeasyPrint itself opens (weasyprint/text/ffi.py of release 70); no Python package
bundles these libraries. Package names: WeasyPrint's installation page and each system's index.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

WINDOWS_FOLDERS = (
    "C:\\msys64\\ucrt64\\bin",
    "C:\\msys64\\mingw64\\bin",
    "C:\\Program Files\\GTK3-Runtime Win64\\bin",
)
MANAGERS = ("apt-get", "dnf", "pacman", "apk", "brew")
_COMMANDS = {
    "apt-get": "apt-get install --no-install-recommends",
    "dnf": "dnf install",
    "pacman": "pacman -S --needed",
    "apk": "apk add",
    "brew": "brew install",
    "msys2": "pacman -S --needed",
}


@dataclass(frozen=True, slots=True)
class Need:
    """One library or program; ``files`` are the names a library may have, or those of a program.

    ``packages`` says which package brings it, by package manager; several have spaces between them.
    """

    name: str
    files: tuple[str, ...]
    packages: dict[str, str] = field(hash=False)


def _packages(row: str) -> dict[str, str]:
    """``row`` has one package for each of `MANAGERS`, then MSYS2's (without its prefix)."""
    *names, msys2 = row.split()
    return {**dict(zip(MANAGERS, names, strict=True)), "msys2": f"mingw-w64-ucrt-x86_64-{msys2}"}


def _library(name: str, stem: str, version: str, row: str) -> Need:
    unix = (f"lib{stem}.so.{version}", f"lib{stem}.{version}.dylib", f"lib{stem}.dylib")
    return Need(name, (*unix, f"lib{stem}-{version}.dll"), _packages(row))


LIBRARIES = (
    _library("Pango", "pango-1.0", "0", "libpango-1.0-0 pango pango pango pango pango"),
    _library("PangoFT2", "pangoft2-1.0", "0", "libpangoft2-1.0-0 pango pango pango pango pango"),
    _library("HarfBuzz", "harfbuzz", "0", "libharfbuzz0b harfbuzz harfbuzz harfbuzz harfbuzz harfbuzz"),
    _library(
        "HarfBuzz-Subset",
        "harfbuzz-subset",
        "0",
        "libharfbuzz-subset0 harfbuzz harfbuzz harfbuzz-subset harfbuzz harfbuzz",
    ),
    _library(
        "fontconfig",
        "fontconfig",
        "1",
        "libfontconfig1 fontconfig fontconfig fontconfig fontconfig fontconfig",
    ),
)

# What the tests compare our work with; the program itself needs none of them.
TEST_PROGRAMS = (
    Need(
        "pdftotext",
        ("pdftotext",),
        _packages("poppler-utils poppler-utils poppler poppler-utils poppler poppler"),
    ),
    Need("hledger", ("hledger",), _packages("hledger hledger hledger hledger hledger hledger")),
    Need(
        "LibreOffice",
        ("soffice",),
        {
            **_packages("libreoffice libreoffice libreoffice-fresh libreoffice libreoffice libreoffice"),
            "apt-get": "libreoffice-calc-nogui libreoffice-impress-nogui libreoffice-writer-nogui",
        },
    ),
    Need(
        "espeak-ng", ("espeak-ng",), _packages("espeak-ng espeak-ng espeak-ng espeak-ng espeak-ng espeak-ng")
    ),
    Need(
        "Chromium",
        ("chromium", "chromium-browser"),
        _packages("chromium chromium chromium chromium chromium chromium"),
    ),
    Need("age", ("age",), _packages("age age age age age age")),
    Need(
        "PostgreSQL",
        ("initdb",),
        _packages("postgresql postgresql-server postgresql postgresql postgresql postgresql"),
    ),
)
# Debian keeps the server's programs off the PATH, a folder for each version.
_POSTGRESQL = Path("/usr/lib/postgresql")


def library_loads(need: Need) -> bool:
    """Whether the system's loader finds the library under one of its names (nothing is compiled or run)."""
    add_folder = getattr(os, "add_dll_directory", None)
    if add_folder is not None:
        for folder in os.environ.get("WEASYPRINT_DLL_DIRECTORIES", ";".join(WINDOWS_FOLDERS)).split(";"):
            with suppress(OSError):
                add_folder(folder)
    for name in need.files:
        with suppress(OSError):
            ctypes.CDLL(name)
            return True
    return False


def missing_libraries() -> list[Need]:
    """The libraries for PDF output that cannot be loaded."""
    return [need for need in LIBRARIES if not library_loads(need)]


def missing_programs() -> list[Need]:
    """The test programs that are not on the PATH."""
    return [need for need in TEST_PROGRAMS if not any(map(_is_program, need.files))]


def _is_program(name: str) -> bool:
    return postgresql_folder() is not None if name == "initdb" else shutil.which(name) is not None


def postgresql_folder() -> Path | None:
    """The folder with ``initdb`` and the server itself: that of the PATH, else the newest version's."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = [path.parent for path in _POSTGRESQL.glob("[0-9]*/bin/initdb")]
    return max(folders, key=lambda folder: float(folder.parent.name), default=None)


def manager() -> str:
    """The package manager of this machine (`MANAGERS`), ``msys2`` on Windows, or the empty string."""
    if sys.platform == "win32":
        return "msys2"
    order = ("brew", *MANAGERS) if sys.platform == "darwin" else MANAGERS
    return next((name for name in order if shutil.which(name)), "")


def packages(needs: list[Need], by: str) -> list[str]:
    """The packages of manager ``by`` that bring ``needs``, each once; unknown ones by their own name."""
    return list(dict.fromkeys(name for need in needs for name in need.packages.get(by, need.name).split()))


def install_command(names: list[str], by: str) -> str:
    """One line to type, with ``sudo`` where that is the custom; empty without a known manager."""
    if not by:
        return ""
    root = by in ("brew", "msys2") or (hasattr(os, "geteuid") and os.geteuid() == 0)
    return " ".join([*([] if root else ["sudo"]), _COMMANDS[by], *names])


def is_debian() -> bool:
    """Debian or something made from it, by ``/etc/os-release``."""
    try:
        lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    family = f"{values.get('ID', '')} {values.get('ID_LIKE', '')}".replace('"', "").split()
    return "debian" in family and shutil.which("apt-get") is not None
