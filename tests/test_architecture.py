"""What must stay true of the whole: law is data, start-up is light, versions are safe, files are small."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "compliance"
PYTHON_FILES = sorted(PACKAGE.rglob("*.py"))
REGIMES = sorted(path.parent.name for path in (PACKAGE / "regimes").glob("*/regime.yaml"))
# Here two-letter words are languages, or pydantic's constraints (greater or equal), not laws.
OTHER_WORDS_FILES = {PACKAGE / "i18n.py", PACKAGE / "money.py", PACKAGE / "yamlfile" / "models.py"}
# The grammar's own word for a direction; as a regime it is found in paths and ids only.
ALSO_WORDS = {"in"}
HEAVY = {
    "PIL",
    "alembic",
    "babel",
    "cryptography",
    "holidays",
    "jinja2",
    "lxml",
    "openpyxl",
    "pikepdf",
    "psycopg",
    "pydantic",
    "pypdfium2",
    "ruamel",
    "sqlalchemy",
    "sqlcipher3",
    "weasyprint",
}


# ---- no Python file names a regime


def regime_literals(source: str, regimes: list[str]) -> list[str]:
    """``LINE: text`` of each string that names a regime.

    A string names one when it is the folder's name, or a path or an id that goes through it
    (``regimes/xx``, ``xx:source``, ``xx.money``). Not looked at: docstrings, and arguments named
    for a language (``language="xx"``, ``translated("xx", ...)``), where the same letters are one.
    """
    tree = ast.parse(source)
    inside = re.compile(rf"(?:^|regimes/)(?:{'|'.join(map(re.escape, regimes))})[/:.][a-z0-9*{{]")
    innocent = {id(node) for node in _docstrings(tree)} | {id(node) for node in _languages(tree)}
    return [
        f"{node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in innocent
        if (node.value in regimes and node.value not in ALSO_WORDS) or (regimes and inside.search(node.value))
    ]


def _docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _languages(tree: ast.Module) -> Iterator[ast.expr]:
    """Constants that stand beside the word language: arguments, comparisons, keys of a table by language."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("translated", "activate"):
                yield from node.args
            yield from (word.value for word in node.keywords if word.arg in ("language", "lang", "locale"))
        if isinstance(node, ast.Compare) and re.search(r"\blang(uage)?\b", ast.unparse(node)):
            for part in node.comparators:
                yield from ast.walk(part)  # type: ignore[misc]


def test_there_are_regimes_to_look_for() -> None:
    assert REGIMES


@pytest.mark.parametrize(
    "path", [path for path in PYTHON_FILES if path not in OTHER_WORDS_FILES], ids=lambda p: p.name
)
def test_no_python_file_names_a_regime(path: Path) -> None:
    assert not regime_literals(path.read_text(encoding="utf-8"), REGIMES)


def test_the_search_for_regimes_can_fail() -> None:
    for source in (
        'if regime == "xx": pass',
        'load("regimes/xx/forms")',
        'CODE = "xx:2024"',
        'f("xx.money")',
    ):
        assert regime_literals(source, ["xx"]), source
    for source in ('translated("xx", text)', 'if language() == "xx": pass', '"""About xx."""', 'f("maxx.y")'):
        assert not regime_literals(source, ["xx"]), source


def test_the_data_of_regimes_holds_no_code() -> None:
    assert [path.name for path in (PACKAGE / "regimes").rglob("*.py")] in ([], ["__init__.py"])


# ---- start-up


def _modules_after(*arguments: str) -> set[str]:
    """Top-level modules loaded by ``compliance ARGUMENTS``, from a fresh process."""
    program = (
        "import sys\n"
        "from compliance import cli\n"
        f"code = cli.run({list(arguments)!r})\n"
        "print(code, *sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    code, *names = done.stderr.split()
    assert code == "0", done.stdout
    return set(names)


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert not HEAVY & _modules_after(*arguments)


def test_what_prints_tables_loads_no_network() -> None:
    """`xml.sax.saxutils` alone brings `urllib.request`, `http` and `email` into every command."""
    program = "import sys, compliance.commands.output, compliance.fonts; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    assert not {"urllib.request", "http.client", "xml.sax.saxutils"} & set(done.stdout.split())


def test_the_list_of_heavy_modules_names_installed_ones() -> None:
    for name in HEAVY:
        subprocess.run(
            [sys.executable, "-c", f"import importlib.util as u; assert u.find_spec({name!r})"], check=True
        )


def test_help_loads_little_beside_click() -> None:
    """What ``--help`` loads and ``import click`` does not: our own light modules and a handful of the library's.

    The time itself is measured by ``benchmarks/startup.py``, beside Click's.
    """
    program = "import sys, click; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    extra = {name for name in _modules_after("--help") - set(done.stdout.split()) if not name.startswith("_")}
    assert extra <= {
        "gc",
        "compliance",
        "gettext",
        "locale",
        "textwrap",
        "shutil",
        "fnmatch",
        "zlib",
        "bz2",
        "lzma",
    }, extra


# ---- versions and files


@pytest.mark.parametrize(
    ("package", "floor"),
    [("weasyprint", "70.0"), ("lxml", "6.1.0"), ("jinja2", "3.1.6"), ("pillow", "13.0.0")],
)
def test_versions_are_not_below_the_security_floors(package: str, floor: str) -> None:
    """Installed, locked and allowed: each of the three may be the one that a user gets."""
    assert Version(version(package)) >= Version(floor)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirement = next(r for r in map(Requirement, project["dependencies"]) if r.name == package)
    below = Version(floor)
    assert not requirement.specifier.contains(
        f"{below.major}.{below.minor}.{below.micro}.dev0", prereleases=True
    )
    assert requirement.specifier.contains(version(package))
    lock = (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8")
    locked = re.search(rf"^{package}==(\S+)", lock, re.MULTILINE)
    assert locked
    assert Version(locked[1]) >= Version(floor)


@pytest.mark.parametrize("path", PYTHON_FILES, ids=lambda p: p.name)
def test_no_module_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_import_contracts_can_fail(tmp_path: Path) -> None:
    """A copy of the package with one import the wrong way is refused."""
    import shutil

    shutil.copytree(PACKAGE, tmp_path / "compliance", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "compliance" / "money.py").open("a", encoding="utf-8") as stream:
        stream.write("\nimport click\nimport compliance.checks\n")
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Layers BROKEN" in done.stdout
    assert "Only the command line knows Click BROKEN" in done.stdout
