"""What this computer has and lacks for us: what ``compliance doctor`` shows."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sqlite3
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from compliance import catalogues, fonts, i18n, system
from compliance.errors import SetupError
from compliance.i18n import _

SQLITE_FLOOR = (3, 37)
EXTRAS = {
    "crypt": ("sqlcipher3", "argon2", "cryptography"),
    "seal": ("pyrage",),
    "postgres": ("psycopg",),
    "names": ("pymorphy3",),
    "media": ("av", "numpy"),
}


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing looked at: ``name`` is short, ``detail`` says what was found or what fails without it.

    ``remedy`` is what to do, empty when ``ok``. All three texts are translated.
    """

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def inspect() -> list[Probe]:
    """Every probe, the indispensable first. Writes nothing but one temporary file, removed at once."""
    return [
        _python(),
        _sqlite(),
        _pdf(),
        _fonts(),
        _extra("crypt", _("encrypted books")),
        _extra("seal", _("sealed backups")),
        _extra("postgres", _("books on a server")),
        _extra("names", _("listed names in Russian texts")),
        _extra("media", _("labels on films")),
        _catalogue(),
        _terminal(),
        _temporary_folder(),
    ]


def _python() -> Probe:
    found = f"{platform.python_implementation()} {platform.python_version()}"
    ok = sys.version_info >= (3, 11)
    return Probe("Python", ok, found, "" if ok else _("Install Python 3.11 or newer."))


def _sqlite() -> Probe:
    ok = sqlite3.sqlite_version_info >= SQLITE_FLOOR
    remedy = _("Install a newer Python: it brings its own SQLite; {floor} is needed.")
    floor = ".".join(map(str, SQLITE_FLOOR))
    return Probe("SQLite", ok, sqlite3.sqlite_version, "" if ok else remedy.format(floor=floor))


def _pdf() -> Probe:
    name = _("PDF output")
    lacking = system.missing_libraries()
    if not lacking:
        return Probe(name, True, f"WeasyPrint {_version('weasyprint')}")
    by = system.manager()
    command = system.install_command(system.packages(lacking, by), by)
    return Probe(
        name,
        False,
        _("missing: {names}; reports come as XLSX and print-ready HTML").format(
            names=", ".join(need.name for need in lacking)
        ),
        _("To install: {command}").format(command=command)
        if command
        else _("Install these with your system's package manager."),
    )


def _fonts() -> Probe:
    try:
        for family in fonts.FAMILIES:
            fonts.files(family)
    except SetupError as error:
        return Probe(_("fonts"), False, error.what, error.remedy)
    return Probe(_("fonts"), True, ", ".join(fonts.FAMILIES))


def _extra(extra: str, name: str) -> Probe:
    lacking = [module for module in EXTRAS[extra] if importlib.util.find_spec(module) is None]
    if lacking:
        remedy = _("To install: {command}").format(command=f'pip install "compliance[{extra}]"')
        return Probe(name, False, _("missing: {names}").format(names=", ".join(lacking)), remedy)
    return Probe(name, True, ", ".join(EXTRAS[extra]))


def _catalogue() -> Probe:
    """Whether every language has its compiled catalogue: without it everything is English."""
    lacking = [
        language
        for language in i18n.LANGUAGES
        if language != "en"
        and not (catalogues.LOCALE / language / "LC_MESSAGES" / f"{catalogues.DOMAIN}.mo").is_file()
    ]
    if lacking:
        remedy = _("To install: {command}").format(command="python -m compliance.catalogues")
        return Probe(_("languages"), False, _("missing: {names}").format(names=", ".join(lacking)), remedy)
    return Probe(_("languages"), True, ", ".join(i18n.LANGUAGES))


def _terminal() -> Probe:
    """Whether Russian text can be shown: on Windows the console's code page may forbid it."""
    encoding = sys.stdout.encoding or "ascii"
    try:
        "Ж₽⚠".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        command = "chcp 65001" if os.name == "nt" else "export LANG=C.UTF-8"
        remedy = _("Switch the terminal to UTF-8: {command}").format(command=command)
        return Probe(_("terminal"), False, encoding, remedy)
    return Probe(_("terminal"), True, encoding)


def _temporary_folder() -> Probe:
    """Whether temporary files can be made, and how much room there is (openpyxl needs some)."""
    name = _("temporary folder")
    folder = Path(tempfile.gettempdir())
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        return Probe(name, False, error.strerror or type(error).__name__, _("Free some space on the disk."))
    detail = _("{folder}, {mib} MiB free").format(folder=folder, mib=free // 2**20)
    ok = free > 64 * 2**20
    return Probe(name, ok, detail, "" if ok else _("Free some space on the disk."))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"
