"""The table of hostile cases is whole: every promised case has a test that is there, or a reason."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import COLLECTED

from compliance.yamlfile import parse, plain

TESTS = Path(__file__).parent
KINDS = {
    "every input", "any statement", "CSV", "XLSX", "1C", "camt", "MT940 and OFX", "amounts, dates, text", "schedules", "templates",
    "text to outputs", "images, PDF, DOCX, HTML, video", "names and paths", "storage", "exports of channels",
}  # fmt: skip
TABLE: dict[str, Any] = plain(parse((TESTS / "hostile.yaml").read_bytes(), "hostile.yaml"))  # type: ignore[assignment]


def phrases(promise: str) -> list[str]:
    """The cases of a promise: parted by commas and semicolons outside parentheses."""
    return [part.strip() for part in re.split(r"[;,] (?![^(]*\))", promise)]


def gaps(table: dict[str, Any], known: set[str]) -> list[str]:
    """What is wrong with the table, in words; ``known`` are the tests that exist."""
    found = []
    for kind, row in table.items():
        cases = row["cases"]
        found += [f"{kind}: no entry for: {case}" for case in phrases(row["list"]) if case not in cases]
        found += [f"{kind}: not promised: {case}" for case in cases if case not in phrases(row["list"])]
        for case, entry in cases.items():
            if set(entry) - {"tests", "later"}:
                found.append(f"{kind}: {case}: an entry has tests and later")
            if not entry.get("tests") and not entry.get("later", "").strip():
                found.append(f"{kind}: {case}: neither a test nor a reason")
            found += [
                f"{kind}: {case}: there is no {name}" for name in entry.get("tests", []) if name not in known
            ]
    return found


@pytest.fixture(scope="module")
def known(request: pytest.FixtureRequest) -> set[str]:
    """Every test of the files that the table names, as pytest itself collects them, whole and by function."""
    names = {
        name for row in TABLE.values() for entry in row["cases"].values() for name in entry.get("tests", [])
    }
    files = sorted({f"{name.split('::')[0]}.py" for name in names})
    collected = request.config.stash[COLLECTED]
    whole = not any("::" in word for word in request.config.args)
    if not whole or not set(files) <= {Path(name.split("::")[0]).name for name in collected}:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-o", "addopts=", *files],
            cwd=TESTS, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:]
        collected = done.stdout.splitlines()
    found = set()
    for line in collected:
        if match := re.match(r"(?:tests/)?(test_\w+)\.py::(test_\w+)(\[.*\])?$", line):
            name = f"{match.group(1)}::{match.group(2)}"
            found |= {name, name + (match.group(3) or "")}
    return found


def test_every_kind_of_input_is_there() -> None:
    assert set(TABLE) == KINDS


def test_every_promised_case_has_a_test_or_a_reason(known: set[str]) -> None:
    assert gaps(TABLE, known) == []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({}, "neither a test nor a reason"),
        ({"tests": []}, "neither a test nor a reason"),
        ({"later": " "}, "neither a test nor a reason"),
        ({"tests": ["test_x::test_gone"]}, "there is no test_x::test_gone"),
        ({"tests": ["test_x::test_it[no such case]"]}, "there is no"),
        ({"test": ["test_x::test_it"]}, "an entry has tests and later"),
    ],
)
def test_a_hole_in_the_table_is_seen(entry: dict[str, Any], said: str) -> None:
    known = {"test_x::test_it", "test_x::test_it[a case]"}
    whole = {"tests": ["test_x::test_it[a case]", "test_x::test_it"]}
    table = {
        "kind": {
            "list": "one (a, b); two, 40,000",
            "cases": {"one (a, b)": whole, "two": whole, "40,000": {"later": "why"}},
        }
    }
    assert gaps(table, known) == []
    table["kind"]["cases"]["two"] = entry  # type: ignore[index]
    assert any(said in gap for gap in gaps(table, known))


def test_a_case_left_out_or_made_up_is_seen() -> None:
    reason = {"later": "why"}
    assert gaps({"kind": {"list": "one, two", "cases": {"one": reason}}}, set()) == [
        "kind: no entry for: two"
    ]
    assert gaps({"kind": {"list": "one", "cases": {"one": reason, "two": reason}}}, set()) == [
        "kind: not promised: two"
    ]
