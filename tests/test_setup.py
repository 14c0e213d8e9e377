"""run.py, from nothing to a running program: on a stand-in project, without network and without mocks.

The stand-in is this project's own starter beside a lock of one tiny package, which lies in a folder
that pip is pointed at; so the whole road is walked (environment, hashes, editable install) in seconds.
The road on a bare Debian, with apt-get, was walked by hand (CONTRIBUTING.md).
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import os
import re
import shutil
import socketserver
import subprocess
import sys
import threading
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
STARTER = ROOT / "run.py"
LOCK = ROOT / "requirements" / "lock.txt"
OWN_MODULES = ("__init__", "catalogues", "errors", "i18n", "system")

BACKEND = """
import zipfile
def _wheel(folder, *more, name="standin-1-py3-none-any.whl"):
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        wheel.writestr("standin-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: standin\\nVersion: 1\\n")
        wheel.writestr("standin-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("standin.pth", __import__("os").getcwd())
        wheel.writestr("standin-1.dist-info/RECORD", "")
    return name
def build_editable(folder, config_settings=None, metadata_directory=None):
    return _wheel(folder)
"""


# ---- what can be read off the files


def test_an_old_python_gets_a_sentence_and_not_a_syntax_error() -> None:
    source = STARTER.read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    program = (
        f"import sys; sys.version_info = (3, 9, 2); exec(open({str(STARTER)!r}, encoding='utf-8').read())"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1
    assert "Python 3.11 or newer; this is 3.9" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_starter_needs_the_standard_library_alone() -> None:
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import run; run.system.missing_libraries()"
    subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True)


def _locked() -> list[tuple[str, str]]:
    """Name and version; a name twice where another version is for another Python."""
    return list(re.findall(r"^([\w.-]+)==(\S+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_lock_has_every_requirement_in_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    asked += [item for extra in project["project"]["optional-dependencies"].values() for item in extra]
    asked += project["build-system"]["requires"]
    locked = _locked()
    for requirement in map(Requirement, asked):
        name = canonicalize_name(requirement.name)
        versions = [version for known, version in locked if known == name]
        assert versions, "run: make lock"
        assert all(requirement.specifier.contains(version) for version in versions), name


def imported(source: str) -> set[str]:
    """Top-level names that a module imports anywhere in it, ``import_module("...")`` included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {item.name for item in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names |= {str(word.value) for word in node.args if isinstance(word, ast.Constant)}
    return {name.partition(".")[0] for name in names}


def test_every_package_we_import_is_one_we_ask_for() -> None:
    """What only comes along with another package may go when that package changes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *(item for extra in project["optional-dependencies"].values() for item in extra),
    ]
    declared = {canonicalize_name(Requirement(item).name) for item in asked}
    providers = packages_distributions()
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "compliance").rglob("*.py")]
    foreign = set().union(*map(imported, sources)) - sys.stdlib_module_names - {"compliance"}
    assert {"click", "weasyprint", "pyrage"} <= foreign
    undeclared = {
        name
        for name in foreign
        if not declared & {canonicalize_name(item) for item in providers.get(name, ())}
    }
    assert not undeclared


def test_every_line_of_the_lock_has_hashes_and_no_address() -> None:
    text = LOCK.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.split("make lock\n", 1)[1].strip())
    assert len(entries) == len(_locked())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text


def test_what_is_installed_here_fits_together() -> None:
    subprocess.run([sys.executable, "-m", "pip", "check"], check=True, stdout=subprocess.DEVNULL)


def test_the_wheel_takes_the_data_along(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = [ROOT / "compliance" / "locale" / "ru" / "LC_MESSAGES" / "compliance.mo"]
    for folder in ("templates", "regimes"):
        wanted += [path for path in (ROOT / "compliance" / folder).rglob("*.*") if path.suffix != ".pyc"]
    assert not {str(path.relative_to(ROOT)) for path in wanted if path.is_file()} - names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if not name.startswith(("compliance/", "compliance-"))]


# ---- the road walked


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The stand-in project with a lock of one package, and that package's wheel in ``wheels/``."""
    root = tmp_path / "a clone"  # a space, as in many home folders
    (root / "compliance" / "locale" / "ru").mkdir(parents=True)
    shutil.copy(STARTER, root)
    for name in OWN_MODULES:
        shutil.copy(ROOT / "compliance" / f"{name}.py", root / "compliance")
    shutil.copy(ROOT / "compliance" / "locale" / "ru" / "setup.po", root / "compliance" / "locale" / "ru")
    (root / "compliance" / "cli.py").write_text(
        "import sys, tiny\nprint(tiny.WORD, *sys.argv[1:])\n", encoding="utf-8"
    )
    (root / "backend.py").write_text(BACKEND, encoding="utf-8")
    (root / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n', encoding="utf-8"
    )
    wheel = root / "wheels" / "tiny-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as parts:
        parts.writestr("tiny.py", "WORD = 'made'")
        parts.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        parts.writestr(
            "tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        parts.writestr("tiny-1.0.dist-info/RECORD", "")
    (root / "requirements").mkdir()
    _lock(root, hashlib.sha256(wheel.read_bytes()).hexdigest())
    return root


def _lock(root: Path, digest: str) -> None:
    text = f"tiny==1.0 \\\n    --hash=sha256:{digest}\n"
    (root / "requirements" / "lock.txt").write_text(text, encoding="utf-8")


def run(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """run.py in ``root`` with pip pointed at the folder of wheels; ``environment`` adds to ours."""
    settings = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "wheels", "PIP_CONFIG_FILE": os.devnull}
    return subprocess.run(
        [sys.executable, "run.py", "--no-system", *arguments],
        cwd=root,
        env={**os.environ, **settings, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_set_up_once_then_repaired_then_remade(clone: Path) -> None:
    first = run(clone, "demo")
    assert (first.returncode, first.stdout) == (0, "made demo demo\n"), first.stderr
    assert "Installing the locked Python packages" in first.stderr

    second = run(clone, "demo", "elsewhere")
    assert (second.returncode, second.stdout) == (0, "made demo elsewhere\n")
    assert "Installing" not in second.stderr

    [tiny] = (clone / ".venv").rglob("tiny.py")
    (clone / ".venv" / ".complete").unlink()  # as after a power cut
    shutil.rmtree(tiny.parent / "tiny-1.0.dist-info")
    tiny.unlink()
    repaired = run(clone, "demo")
    assert (repaired.returncode, repaired.stdout) == (0, "made demo demo\n"), repaired.stderr

    python = next((clone / ".venv").glob("[bS]*/python*"))
    for link in python.parent.glob("python*"):
        link.unlink()
        link.write_text("broken", encoding="utf-8")
    remade = run(clone, "demo")
    assert (remade.returncode, remade.stdout) == (0, "made demo demo\n"), remade.stderr


def test_a_package_with_another_hash_is_not_installed(clone: Path) -> None:
    _lock(clone, "0" * 64)
    done = run(clone, "demo")
    assert done.returncode == 4
    assert "other files than the lock names" in done.stderr
    assert not (clone / ".venv" / ".complete").exists()
    assert not list((clone / ".venv").rglob("tiny.py"))


def test_settings_that_install_elsewhere_are_overruled(clone: Path, tmp_path: Path) -> None:
    done = run(clone, "demo", PIP_USER="1", PIP_TARGET=str(tmp_path / "x"), PIP_REQUIRE_HASHES="1")
    assert (done.returncode, done.stdout) == (0, "made demo demo\n"), done.stderr


class _Proxy(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.rfile.readline()
        self.wfile.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")


@pytest.fixture
def proxy() -> Iterator[str]:
    """A proxy that lets nobody through."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Proxy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_each_way_the_index_can_fail_is_one_clear_line(clone: Path, proxy: str) -> None:
    index = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", "PIP_RETRIES": "0"}
    (clone / "empty").mkdir()
    cases = [
        ({"PIP_FIND_LINKS": "empty"}, "lacks a package"),
        (index | {"PIP_INDEX_URL": "http://127.0.0.1:9/simple"}, "cannot be reached"),
        (index | {"PIP_INDEX_URL": "https://index.invalid/simple", "PIP_PROXY": proxy}, "proxy did not let"),
    ]
    for settings, words in cases:
        done = run(clone, "demo", **settings)
        assert done.returncode == 4
        assert words in done.stderr
        assert len(done.stderr.splitlines()) <= 8
        assert "Traceback" not in done.stderr
    log = clone / ".venv" / "setup.log"
    assert "407" in log.read_text(encoding="utf-8")


def test_everything_that_tests_lack_is_named_at_once_and_in_the_users_language(clone: Path) -> None:
    for locale, words in (("C", "the tests need"), ("ru_RU.UTF-8", "для тестов")):
        done = run(clone, "test", PATH=str(clone / "nothing"), LANG=locale, PYTHONUTF8="1")
        assert done.returncode == 4
        [line] = [line for line in done.stderr.splitlines() if words in line]
        assert all(name in line for name in ("pdftotext", "hledger", "age"))
        assert not (clone / ".venv").exists()


@pytest.mark.parametrize("arguments", [(), ("dance",), ("demo", "a", "b"), ("demo", "--fast")])
def test_a_wrong_command_line_shows_the_two_commands(clone: Path, arguments: tuple[str, ...]) -> None:
    done = run(clone, *arguments)
    assert done.returncode == 2
    assert "run.py demo [FOLDER]" in done.stderr
    assert run(clone, "--help").returncode == 0


# ---- what apt-get and pip said on machines that we do not have here


@pytest.fixture(scope="module")
def starter() -> ModuleType:
    spec = importlib.util.spec_from_file_location("starter", STARTER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "Err:1 http://deb.debian.org bookworm InRelease\n  Temporary failure resolving 'deb.debian.org'",
            "reached",
        ),
        ("E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (apt-get)", "wait"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "PIP_CERT"),
        ("Reading...\nE: Unable to locate package libpango-1.0-0\n", "E: Unable to locate package"),
        ("", ""),
    ],
)
def test_the_reason_is_one_line(starter: ModuleType, said: str, words: str) -> None:
    reason = starter.reason(said)
    assert words in reason
    assert "\n" not in reason


def test_each_system_gets_its_own_line_to_type() -> None:
    from compliance import system

    needs = [*system.LIBRARIES, *system.TEST_PROGRAMS]
    for manager in (*system.MANAGERS, "msys2"):
        line = system.install_command(system.packages(needs, manager), manager)
        assert "pango" in line
        assert "hledger" in line
        assert len(set(line.split())) == len(line.split()), "a package twice"
    assert not system.install_command(["x"], "")
