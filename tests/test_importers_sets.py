"""Split, overlap, reorder, re-encode or repeat a set of statements: the ledger is the same to the digest."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from statements.profiles import PROFILES
from statements.sets import FORMATS, Move, Span, span
from statements.writer import A1
from workbench import Bench, empty

LAST = 28
WORDS = ("Взнос «на зиму»", "Взнос", "Аренда — ноябрь № 7", "Gift", "Пожертвование")
NAMES = ("ООО «Пример-Мебель»", "Example Shop", "Иванов Иван")


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    config = {
        "organisation": {"names": {"2025-02-17": {"nominative": "ANO Example"}}, "statuses": {}},
        "regimes": [],
        "currency": "RUB",
        "imports": {"profiles": {"labelled": PROFILES["labelled"].model_dump(exclude_defaults=True)}},
    }
    bench = empty(tmp_path_factory.mktemp("master") / "books", json.dumps(config, ensure_ascii=False))
    bench.run("record", "account", "--id", "a1", "--title", "a1", "--class", "bank", "--currency", "RUB", "--number", A1)  # fmt: skip
    return bench


moves = st.builds(
    Move,
    day=st.integers(1, LAST),
    minor=st.one_of(st.sampled_from([50_000, -50_000]), st.integers(-900_000, 900_000).filter(bool)),
    ref=st.sampled_from(["1", "2", "17"]),
    name=st.sampled_from(NAMES),
    purpose=st.sampled_from(WORDS),
)
"""Few words and amounts, so that equal payments of one day are common."""


@st.composite
def sets(draw: st.DrawFn) -> tuple[str, list[Move], list[tuple[Span, str]]]:
    """A format, a month, and the same month as spans in any order, each with its encoding."""
    kind = draw(st.sampled_from(sorted(FORMATS)))
    month = sorted(draw(st.lists(moves, max_size=25)), key=lambda move: move.day)
    cuts = sorted(draw(st.sets(st.integers(1, LAST - 1), max_size=3)))
    parts = []
    for first, last in itertools.pairwise([0, *cuts, LAST]):
        early, late = draw(st.integers(0, 4)), draw(st.integers(0, 4))
        parts.append((max(1, first + 1 - early), min(LAST, last + late)))
    parts += draw(st.lists(st.sampled_from(parts), max_size=2))
    found = []
    for first, last in draw(st.permutations(parts)):
        part = span(month, first, last)
        # Rows of one day may come in another order, and in some formats whole days may.
        mixed = draw(st.permutations(part.moves))
        found.append((Span(first, last, part.opening, tuple(mixed)), draw(st.sampled_from(FORMATS[kind][1]))))
    return kind, month, found


def digest(bench: Bench) -> str:
    """Of every line with the postings that it made, whatever file brought it, in whatever order."""
    with sqlite3.connect(bench.ledger) as ledger:
        rows = ledger.execute(
            "SELECT line.identity, line.account, line.on_date, line.currency, line.amount_minor, txn.on_date, posting.account,"
            " posting.fund, posting.currency, posting.amount_minor FROM line JOIN txn ON txn.line = line.identity"
            " JOIN posting ON posting.txn = txn.id ORDER BY 1, 7, 8, 10"
        ).fetchall()
    assert len({row[0] for row in rows}) * 2 == len(rows)
    return f"{len(rows)} {hashlib.sha256(repr(rows).encode()).hexdigest()}"


def loaded(master: Bench, folder: Path, kind: str, parts: list[tuple[Span, str]], *, together: bool) -> Bench:
    shutil.rmtree(folder, ignore_errors=True)
    bench = Bench(Path(shutil.copytree(master.folder, folder)))
    write: Callable[[Span, str], bytes] = FORMATS[kind][0]
    paths = []
    for at, (part, encoding) in enumerate(parts):
        path = folder / f"{at}.bank"
        path.write_bytes(write(part, encoding))
        paths.append(str(path))
    for group in [paths] if together else [[path] for path in paths]:
        bench.run("import", *group, "--yes")
    return bench


def same(master: Bench, folder: Path, found: tuple[str, list[Move], list[tuple[Span, str]]]) -> None:
    kind, month, parts = found
    whole = span(month, 1, LAST)
    plain = loaded(master, folder / "whole", kind, [(whole, FORMATS[kind][1][0])], together=True)
    expected = digest(plain)
    assert expected.startswith(f"{2 * len(month)} ")
    before = plain.ledger.read_bytes()
    repeated = folder / "whole" / "again.bank"
    repeated.write_bytes(FORMATS[kind][0](whole, FORMATS[kind][1][-1]))
    plain.run("import", str(repeated), "--yes")
    assert plain.ledger.read_bytes() == before
    pieces = loaded(master, folder / "parts", kind, parts, together=len(month) % 2 == 0)
    assert digest(pieces) == expected


def checked(master: Bench, folder: Path, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(sets())
    def check(found: tuple[str, list[Move], list[tuple[Span, str]]]) -> None:
        same(master, folder, found)

    check()


def test_any_set_gives_the_same_ledger(master: Bench, tmp_path: Path) -> None:
    checked(master, tmp_path, 12)


@pytest.mark.soak
def test_a_thousand_sets_give_the_same_ledger(master: Bench, tmp_path: Path) -> None:
    checked(master, tmp_path, 1_000)


@pytest.mark.parametrize("kind", sorted(FORMATS))
def test_each_format_cut_in_two_with_an_overlap(master: Bench, tmp_path: Path, kind: str) -> None:
    month = [Move(3, 50_000, "1", NAMES[0], WORDS[0]), Move(3, 50_000, "1", NAMES[0], WORDS[0]), Move(9, -7_01, "2", NAMES[1], WORDS[2])]  # fmt: skip
    first, *_rest, last = FORMATS[kind][1]
    same(master, tmp_path, (kind, month, [(span(month, 3, LAST), last), (span(month, 1, 5), first)]))


def test_the_digest_can_differ(master: Bench, tmp_path: Path) -> None:
    one, other = (Move(3, minor, "1", NAMES[0], WORDS[0]) for minor in (50_000, 50_001))
    found = [
        digest(loaded(master, tmp_path / str(at), "camt", [(span(month, 1, LAST), "utf-8")], together=True))
        for at, month in enumerate(([one], [one, one], [other], [one, other]))
    ]
    assert len(set(found)) == 4
