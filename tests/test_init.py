"""``init``: configuration never overwritten, books made whole or not at all."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbench import PLAIN, Bench, at_terminal, empty

from compliance.commands.init import _render
from compliance.ledger.chart import system_accounts
from compliance.vault import keys
from compliance.workspace import open_workspace


def test_a_hand_written_file_stays_and_gets_books(tmp_path: Path) -> None:
    (tmp_path / "schedules.yaml").write_text(PLAIN, encoding="utf-8")
    said = Bench(tmp_path).run("init").err
    assert (tmp_path / "schedules.yaml").read_text(encoding="utf-8") == PLAIN
    assert "recorded" in said
    assert "not protected" in said
    with Bench(tmp_path).books() as books:
        assert set(books.accounts) == {account.entity for account in system_accounts()}
        assert books.practice_day() is None
        assert [event.kind for event in books.events()] == ["init"]


def test_the_practice_day_is_in_the_first_event_and_on_every_output(tmp_path: Path) -> None:
    bench = empty(tmp_path)
    with bench.books() as books:
        assert books.practice_day() == date(2026, 1, 12)
    result = bench.run("balance", "--format", "json")
    assert "PRACTICE on 2026-01-12" in result.err
    assert result.rows == []


def test_books_are_not_started_twice(tmp_path: Path) -> None:
    bench = empty(tmp_path)
    before = bench.ledger.read_bytes()
    assert "already" in bench.fail(4, "init")
    assert bench.ledger.read_bytes() == before


def test_an_interrupted_start_is_repeated(tmp_path: Path) -> None:
    """A kill before the last rename leaves no books, and a vault that the next run keeps."""
    (tmp_path / "schedules.yaml").write_text(PLAIN, encoding="utf-8")
    (tmp_path / ".ledger.sqlite.part").write_bytes(b"half")
    (tmp_path / ".vault.sqlite.part").write_bytes(b"half")
    Bench(tmp_path).run("init")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != ".cache") == [
        "ledger.sqlite", "schedules.yaml", "vault.sqlite",
    ]  # fmt: skip


def test_the_written_file_is_valid_and_commented(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "new")
    result = bench.call(
        "init", "--name", 'ANO "Example": {x}', "--instrumental", "by ANO", "--regime", "ru",
        "--since", "2025-02-17", "--status", "foreign_agent", "--status", "legal_entity=2020-01-31",
        "--currency", "RUB", "--language", "en",
    )  # fmt: skip
    assert result.code == 0, result.err
    config = open_workspace(tmp_path / "new").config
    assert config.names_on(date(2025, 3, 1)).nominative == 'ANO "Example": {x}'
    assert config.slots(date(2025, 3, 1))["name.instrumental"] == "by ANO"
    assert config.statuses == {
        "foreign_agent": (date(2025, 2, 17), None),
        "legal_entity": (date(2020, 1, 31), None),
    }
    assert (config.currency, config.language) == ("RUB", "en")
    text = (tmp_path / "new" / "schedules.yaml").read_text(encoding="utf-8")
    assert text.count("#") > 10
    assert "Кто мы" in text


@settings(max_examples=60, deadline=None)
@given(name=st.text(min_size=1, max_size=60).filter(lambda text: text.strip()))
def test_no_name_breaks_the_written_file(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    clean = " ".join(name.split())
    if any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000 for char in clean):
        return
    folder = tmp_path_factory.mktemp("named")
    text = _render(name, None, name, ("x",), date(2025, 1, 1), [], {"currency": None, "lang": None})
    (folder / "schedules.yaml").write_text(text, encoding="utf-8")
    names = open_workspace(folder).config.names_on(date(2025, 1, 1))
    assert (names.nominative, names.genitive) == (clean, clean)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--name"),
        (("--name", "X", "--regime", "ru"), "--since"),
        (("--name", "X", "--regime", "ru", "--since", "17.02.2025"), "--since: write a day"),
        (("--name", "X", "--regime", "ru", "--since", "2025-02-17", "--status", "a b"), "--status"),
        (("--practice", "tomorrow"), "--practice"),
        (("--name", "X", "--regime", "none-such", "--since", "2025-02-17"), "none-such"),
        (("--name", "X", "--regime", "ru", "--since", "2025-02-17", "--currency", "руб"), "currency"),
    ],
)
def test_what_is_missing_or_wrong_is_named(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    assert said in Bench(tmp_path).fail(2, "init", *words)
    assert list(tmp_path.iterdir()) == []


def test_protected_books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One smoke test of the key from start to audit: nothing readable on disk, a wrong passphrase is exit 4."""
    monkeypatch.setattr(keys, "_MEMORY_KIB", 1024)
    (tmp_path / "schedules.yaml").write_text(PLAIN, encoding="utf-8")
    bench = Bench(tmp_path)
    with _passphrase(tmp_path, "right words") as given_:
        said = bench.run("--key-fd", given_, "init", "--protect").err
    assert "not protected" not in said
    assert "one passphrase only" in said
    for name in ("ledger.sqlite", "vault.sqlite"):
        assert not (tmp_path / name).read_bytes().startswith(b"SQLite format 3")
    words = ("record", "person", "--name", "Canary Caroline")
    with _passphrase(tmp_path, "right words") as given_:
        bench.run("--key-fd", given_, *words)
    with _passphrase(tmp_path, "right words") as given_:
        bench.run("--key-fd", given_, "books", "audit")
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"Canary" not in path.read_bytes()
    with _passphrase(tmp_path, "wrong words") as given_:
        assert "does not open" in bench.fail(4, "--key-fd", given_, "balance")
    assert "--key-fd" in bench.fail(2, "balance")


class _passphrase:  # noqa: N801 - reads as a phrase
    def __init__(self, folder: Path, words: str) -> None:
        self._path = folder / "words.txt"
        self._path.write_text(f"{words}\n", encoding="utf-8")

    def __enter__(self) -> str:
        self._fd = os.open(self._path, os.O_RDONLY)
        return str(self._fd)

    def __exit__(self, *_error: object) -> None:
        os.close(self._fd)
        self._path.unlink()


# ---- the legal status


ANO = ("init", "--name", "ANO", "--regime", "ru", "--since", "2025-02-17", "--currency", "RUB")


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal is a Unix thing")
def test_the_statuses_of_the_law_are_offered_and_their_days_asked(tmp_path: Path) -> None:
    """Numbers of the list; a slip is told and asked again; an empty day is the day the law binds since."""
    answers = ["", "", "1, 99", "1 nco", "", "2020-01-31", "2025-10-01"]
    code, shown = at_terminal(tmp_path, answers, *ANO)
    assert code == 0, shown
    assert "listed as a foreign agent (foreign_agent)" in shown
    assert "“99” is no number of the list" in shown
    config = open_workspace(tmp_path).config
    assert config.statuses == {
        "foreign_agent": (date(2025, 2, 17), None),
        "nco": (date(2020, 1, 31), None),
    }
    assert config.starts_on == date(2025, 10, 1)


def test_a_status_that_no_rule_set_knows_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    said = Bench(tmp_path).fail(2, *ANO, "--status", "foreign_agnt")
    assert "Did you mean “foreign_agent”?" in said
    assert list(tmp_path.iterdir()) == []


def test_without_a_status_today_s_page_does_not_say_that_nothing_is_due(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.run(*ANO)
    page = bench.run("--today", "2026-01-12").out
    assert "no legal status is written down" in page
    assert "foreign_agent: {since: 2025-02-17}" in page
    assert "Nothing is due" not in page
    found = bench.call("--today", "2026-01-12", "check", "status.none", "--format", "json")
    assert (found.code, [row["subject"] for row in found.rows]) == (1, ["regime:ru"])
    path = tmp_path / "schedules.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("statuses: {}", "statuses: {foreign_agent: {since: 2025-02-17}}"), encoding="utf-8"
    )
    bench.run("--today", "2026-01-12", "check", "status.none")
    assert "file by" in bench.run("--today", "2026-01-12").out


def test_the_first_day_of_the_books_stands_in_the_written_file(tmp_path: Path) -> None:
    """Commented while nobody said it; what was due before it is nobody's overdue filing."""
    Bench(tmp_path / "no").run(*ANO, "--status", "foreign_agent")
    assert "\n# starts_on: 2025-02-17\n" in (tmp_path / "no" / "schedules.yaml").read_text(encoding="utf-8")
    bench = Bench(tmp_path / "yes")
    bench.run(*ANO, "--status", "foreign_agent", "--starts-on", "2025-10-01")
    assert open_workspace(tmp_path / "yes").config.starts_on == date(2025, 10, 1)
    assert "--starts-on" in Bench(tmp_path / "bad").fail(2, *ANO, "--starts-on", "soon")
