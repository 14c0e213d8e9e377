"""The guide for lawyers is true, in both languages; and third parties bring rule sets in a folder or a package."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from workbench import Bench

from compliance import i18n
from compliance.filings.proofs import HOOKS
from compliance.rules import load_pack
from compliance.rules.examples import read_examples, run
from compliance.rules.mutate import judge
from compliance.rules.template import write_template

DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize(("page", "language"), [("law.md", "en"), ("law.ru.md", "ru")])
def test_the_guide_is_true(page: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command ends with 0 and prints each line that stands under it; the file of the page is used."""
    monkeypatch.chdir(tmp_path)
    i18n.activate(language)
    session = (DOCS / page).read_text("utf-8").split("<!-- session -->")[1].split("<!-- /session -->")[0]
    config = re.findall(r"```yaml\n(.*?)```", session, re.S)[0]
    steps = [
        [line for line in part.splitlines() if line.strip()]
        for block in re.findall(r"```console\n(.*?)```", session, re.S)
        for part in f"\n{block}".split("\n$ ")[1:]
    ]
    assert len(steps) == 8
    bench = Bench(tmp_path)
    for number, (typed, *shown) in enumerate(steps):
        if number == 2:
            (tmp_path / "schedules.yaml").write_text(config, "utf-8")
            bench.run("init", "--practice", "2026-01-12")
        result = bench.run(*shlex.split(typed)[1:])
        printed = " ".join((result.out + result.err).split())
        for line in shown:
            if line.strip() != "...":
                assert " ".join(line.split()) in printed, (typed, line, printed)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_template_proves_itself_whole(language: str, tmp_path: Path) -> None:
    i18n.activate(language)
    folder = tmp_path / "law" / "qq"
    write_template(folder, date(2026, 1, 12))
    pack = load_pack(folder, cache=None)
    found = read_examples(pack)
    assert all(item.ok for item in run(pack, found, HOOKS))
    assert not judge(pack, found, HOOKS).survivors
    assert "NAME" not in "".join(path.read_text("utf-8") for path in folder.rglob("*.yaml"))


def test_both_templates_say_the_same(tmp_path: Path) -> None:
    said = []
    for language in ("en", "ru"):
        i18n.activate(language)
        folder = tmp_path / language / "qq"
        write_template(folder, date(2026, 1, 12))
        pack = load_pack(folder, cache=None)
        said.append(
            (
                pack.regime.obligations.keys(),
                [rule.terms.keys() for rule in pack.regime.obligations.values()],
                pack.labels.keys(),
                pack.money_rules.keys(),
                {key: [*form.sections["money"].lines] for key, form in pack.forms.items()},
                len(read_examples(pack).examples),
            )
        )
    assert said[0] == said[1]


def test_names_and_folders_that_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    bench = Bench(tmp_path)
    for name in ("z", "ZZ", "z1", "../x y", "очень"):
        assert "letters" in bench.fail(3, "rules", "new", f"law/{name}")
    bench.run("rules", "new", "law/zz")
    assert "exists" in bench.fail(3, "rules", "new", "law/zz")
    assert bench.run("rules", "lint", "law/zz").code == 0  # without any books


def test_an_installed_package_brings_a_rule_set(tmp_path: Path) -> None:
    """A wheel that names its folder as an entry point, really installed beside the program."""
    i18n.activate("en")
    built = tmp_path / "built"
    write_template(built / "qq", date(2026, 1, 12))
    (built / "qq" / "__init__.py").write_text("", "utf-8")
    wheel = tmp_path / "law_of_lanterns-1.0-py3-none-any.whl"
    info = "law_of_lanterns-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in sorted(built.rglob("*.*")):
            archive.write(path, path.relative_to(built).as_posix())
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: law-of-lanterns\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/entry_points.txt", "[compliance.regimes]\nqq = qq\n")
        archive.writestr(f"{info}/RECORD", "")
    site = tmp_path / "site"
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--target",
        str(site),
        str(wheel),
    ]
    subprocess.run(command, check=True)
    books = tmp_path / "books"
    books.mkdir()
    (books / "schedules.yaml").write_text(
        'organisation:\n  names:\n    2024-01-01: {nominative: "Example"}\n  statuses:\n    keeper: {since: 2024-06-01}\n'
        "regimes: [qq]\ncurrency: EUR\nstarts_on: 2025-01-01\n",
        "utf-8",
    )
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from compliance import cli;"
        "sys.exit(cli.run(['-C', sys.argv[2], *sys.argv[3:]]))"
    )

    def compliance(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, str(site), str(books), *words],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    compliance("init", "--practice", "2026-01-12")
    assert "Yearly report on lanterns" in compliance("due")
    assert "qq: 31 examples" in compliance("rules", "test", "qq")
