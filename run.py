#!/usr/bin/env python3
"""From a fresh clone to a running program, with nothing but Python's standard library.

``demo`` and ``test`` (see `usage`) do all their set-up themselves: system libraries (installed on
Debian as root, named elsewhere), an environment in ``.venv`` from the hash-locked
``requirements/lock.txt``, message catalogues. A second run finds that done.
"""

import sys

# Before the other imports, and this whole file in syntax that Python 3.6 can read, so that an old
# Python ends with this sentence and not with a syntax error.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "compliance needs Python 3.11 or newer; this is {}.{}.\n"
        "Нужен Python 3.11 или новее; здесь {}.{}.\n"
        "Then: python3.11 run.py ...".format(*sys.version_info[:2], *sys.version_info[:2])
    )

import hashlib
import importlib
import importlib.util
import os
import re
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from compliance import catalogues, i18n, system
from compliance.errors import SetupError
from compliance.i18n import _

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
LOCK = ROOT / "requirements" / "lock.txt"
# Written last: an environment without it, or with another digest in it, is half made or outdated.
MARKER = VENV / ".complete"
LOG = VENV / "setup.log"
LISTS = Path("/var/lib/apt/lists")
# For programs whose words we read; LANGUAGE alone would bring the user's back.
ENGLISH = {"LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
CHECKS = (
    ("ruff check", (PYTHON, "-m", "ruff", "check", ".")),
    ("ruff format", (PYTHON, "-m", "ruff", "format", "--check", ".")),
    ("mypy", (PYTHON, "-m", "mypy")),
    ("lint-imports", (SCRIPTS / "lint-imports",)),
    ("pytest", (PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")),
)


def main(arguments: list[str]) -> int:
    """Run one command; the exit code is its own, 2 for a wrong command line, 4 when set-up is stopped."""
    with suppress(OSError):  # a folder we may not write to: English then
        catalogues.compile_all()
    i18n.activate(i18n.preferred(os.environ))
    may_install = "--no-system" not in arguments
    words = [word for word in arguments if word != "--no-system"]
    try:
        if words and words[0] == "test":
            return test(words[1:], may_install)
        if words and words[0] == "demo" and len(words) < 3 and not "".join(words[1:]).startswith("-"):
            return demo(words[1] if len(words) == 2 else "demo", may_install)
    except SetupError as error:
        say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    asked = bool({"-h", "--help"}.intersection(arguments))
    print(usage(), file=sys.stdout if asked else sys.stderr)
    return 0 if asked else 2


def usage() -> str:
    return _("""From a fresh clone to a running program; everything needed is set up first.

    python3 run.py demo [FOLDER]      the practice organisation in FOLDER (default: demo)
    python3 run.py test [ARGUMENTS]   every check of this project; with ARGUMENTS, pytest alone

Option: --no-system installs no system packages, not even as root on Debian.""")


def demo(folder: str, may_install: bool) -> int:
    """Set up and make the practice organisation; without the PDF libraries it does without PDF."""
    lacking = provide(system.missing_libraries, may_install)
    if any(need.name == "ensurepip" for need in lacking):
        raise lacks(_("an environment for Python cannot be made here; missing: {missing}"), lacking)
    make_environment()
    if lacking:
        text = _("There will be no PDF, only XLSX and print-ready HTML. Missing: {missing}")
        say(str(lacks(text, lacking)))
    return call((PYTHON, "-m", "compliance.cli", "demo", folder), folder=Path.cwd())


def test(arguments: list[str], may_install: bool) -> int:
    """Set up and run every check to the end, then name those that failed; 1 if any did."""
    lacking = provide(lambda: system.missing_libraries() + system.missing_programs(), may_install)
    if lacking:
        raise lacks(_("the tests need what this machine does not have: {missing}"), lacking)
    make_environment()
    if arguments:
        return call((PYTHON, "-m", "pytest", *arguments))
    failed = []
    for name, command in CHECKS:
        started = time.monotonic()
        code = call(command)
        seconds = f"{time.monotonic() - started:.1f}"
        verdict = _("{name}: failed ({seconds} s)") if code else _("{name}: good ({seconds} s)")
        say(verdict.format(name=name, seconds=seconds))
        if code:
            failed.append(name)
    if failed:
        say(_("Failed: {names}").format(names=", ".join(failed)))
    return 1 if failed else 0


def call(command: tuple[object, ...], *, folder: Path = ROOT) -> int:
    """Run in ``folder`` with our own input and output; the exit code."""
    sys.stdout.flush()
    return subprocess.call([str(word) for word in command], cwd=folder)


def say(text: str) -> None:
    """Talk goes to stderr; what a command prints stays alone on stdout."""
    print(text, file=sys.stderr, flush=True)


# ---- what the system must bring


def provide(probe: Callable[[], list[system.Need]], may_install: bool) -> list[system.Need]:
    """What is missing of what ``probe`` looks for and of what makes an environment.

    Root on Debian first installs what can be installed; when that fails, it is said and the rest is
    still missing: the caller knows whether it can go on.
    """
    lacking = probe() + missing_ensurepip()
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if lacking and may_install and root and system.is_debian():
        try:
            apt_install(system.packages(lacking, "apt-get"))
        except SetupError as error:
            say(str(error))
        importlib.invalidate_caches()
        lacking = probe() + missing_ensurepip()
    return lacking


def missing_ensurepip() -> list[system.Need]:
    """Debian keeps the part of Python that puts pip into a new environment in a package of its own."""
    if PYTHON.exists() or importlib.util.find_spec("ensurepip"):
        return []
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    others = {"dnf": "python3", "pacman": "python", "apk": "python3", "brew": "python"}
    return [system.Need("ensurepip", (), {"apt-get": package, **others})]


def lacks(text: str, needs: list[system.Need]) -> SetupError:
    """``text`` with the names of ``needs`` for ``{missing}``, and the exact line to type on this system."""
    names = ", ".join(need.name for need in needs)
    by = system.manager()
    if by == "msys2":
        remedy = _("Install MSYS2, then in its UCRT64 window: {command}")
    else:
        remedy = _("To install: {command}") if by else _("Install these with your system's package manager.")
    command = system.install_command(system.packages(needs, by), by)
    return SetupError(text.format(missing=names), remedy=remedy.format(command=command))


def apt_install(names: list[str]) -> None:
    """Install Debian packages, with fresh package lists where there are none or they turn out stale."""
    say(_("Installing system packages: {names}").format(names=" ".join(names)))
    fresh = not any(LISTS.glob("*Packages*"))
    if fresh:
        apt("update")
    code, text = apt("install", "--yes", "--no-install-recommends", *names)
    if code and not fresh:
        say(_("That failed; once more with fresh package lists."))
        apt("update")
        code, text = apt("install", "--yes", "--no-install-recommends", *names)
    if code:
        command = f"apt-get update; apt-get install {' '.join(names)}"
        raise SetupError(
            _("apt-get could not install {names}").format(names=" ".join(names)),
            why=reason(text),
            remedy=_("See what it says: {command}").format(command=command),
        )


def apt(*words: str) -> tuple[int, str]:
    """Exit code and output of apt-get, which never asks and waits a minute for another apt to finish."""
    command = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=60", *words]
    return captured(command, {**os.environ, "DEBIAN_FRONTEND": "noninteractive", **ENGLISH})


def captured(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Exit code and everything printed; 126 and the reason for a program that does not even start."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        return 126, str(error)
    return done.returncode, done.stdout


# ---- the environment


def make_environment() -> None:
    """``.venv`` with exactly what the lock names and this clone in it; nothing to do on a second run."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), bytes(ROOT)]
    wanted = hashlib.sha256(b"\0".join(parts)).hexdigest()
    usable = is_usable()
    if usable and MARKER.exists() and MARKER.read_text() == wanted:
        return
    MARKER.unlink(missing_ok=True)
    if not usable:
        new_environment()
    say(_("Installing the locked Python packages into .venv (the first time takes about a minute)."))
    code, text = pip("-r", str(LOCK), "--require-hashes", "--no-deps")
    if code and usable and not is_offline(text):
        new_environment()  # the old one may be what is broken
        code, text = pip("-r", str(LOCK), "--require-hashes", "--no-deps")
    if code == 0:
        code, text = pip("--no-deps", "--no-build-isolation", "-e", str(ROOT))
    if code:
        raise SetupError(
            _("the Python packages could not be installed"),
            why=reason(text),
            remedy=_("Mend that and run this again; all that pip said is in {log}").format(log=LOG),
        )
    captured([str(PYTHON), "-m", "compileall", "-q", "compliance"], dict(os.environ))
    MARKER.write_text(wanted)


def is_usable() -> bool:
    """Whether ``.venv`` has a Python that starts, is new enough and has pip."""
    if not PYTHON.exists():
        return False
    test_line = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return captured([str(PYTHON), "-c", test_line], dict(os.environ))[0] == 0


def new_environment() -> None:
    """An empty ``.venv``, whatever was there before."""
    code, text = captured([sys.executable, "-m", "venv", "--clear", str(VENV)], dict(os.environ))
    if code:
        raise SetupError(_("the folder .venv could not be made"), place=str(VENV), why=reason(text))


def pip(*words: str) -> tuple[int, str]:
    """``pip install`` in ``.venv`` with the user's own indexes, proxy and certificates.

    Only settings that would install elsewhere, or ask hashes of our own folder, are overruled.
    """
    away = {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONPATH", "PYTHONHOME", "PIP_REQUIRE_HASHES"}
    environment = {name: value for name, value in os.environ.items() if name not in away}
    environment.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", **ENGLISH)
    if "--require-hashes" not in words:
        environment["PIP_REQUIRE_HASHES"] = "0"
    LOG.unlink(missing_ok=True)
    code, text = captured([str(PYTHON), "-m", "pip", "install", "--log", str(LOG), *words], environment)
    if code and LOG.exists():
        # Why an index failed may be in pip's log only.
        lines = LOG.read_text(encoding="utf-8", errors="replace").splitlines()
        text += "\n".join(line for line in lines if "Could not fetch URL" in line)
    return code, text


def is_offline(text: str) -> bool:
    signs = r"resolution|resolving|not resolve|not known|unreachable|NewConnection|refused|timed out"
    return bool(re.search(signs, text))


def reason(text: str) -> str:
    """One line for what pip or apt-get said: the causes that a user can mend, else its own last words."""
    if re.search(r"\b407\b|ProxyError|proxy", text):
        return _("The proxy did not let it through: check HTTPS_PROXY and its password.")
    if re.search(r"CERTIFICATE_VERIFY_FAILED|SSLError|certificate", text):
        return _("The server's certificate is not trusted here: set PIP_CERT to your organisation's file.")
    if re.search(r"DO NOT MATCH THE HASHES", text):
        return _("The index serves other files than the lock names; do not install them.")
    if is_offline(text):
        return _("The package server cannot be reached: no network, or a wrong address in the settings.")
    if re.search(r"No matching distribution|Could not find a version", text):
        return _("The index in pip's settings lacks a package: mirror it, or add https://pypi.org/simple.")
    if re.search(r"No space left", text):
        return _("The disk is full.")
    if re.search(r"Could not get lock|is another process using it", text):
        return _("Another package manager is running: wait for it to finish.")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(\w*Error|ERROR|E|error): ", line)]
    return (errors or lines or [""])[-1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
