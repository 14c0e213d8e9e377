"""The root command: exit codes, help, languages, and what ends a run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from workbench import PLAIN, Bench, empty

from compliance import cli, i18n
from compliance.commands.record import KINDS

ROOT = Path(__file__).parent.parent


def program(folder: Path, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "compliance.cli", *words],
        cwd=folder, capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL,
        env={**os.environ, "COMPLIANCE_LANG": language, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.mark.parametrize("words", [("balance",), ("list", "funds"), ("check",), ("record", "income"), ()])
def test_without_a_workspace(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = Bench(tmp_path).fail(4, *words)
    assert "compliance init" in said
    assert "organisation:" in said


@pytest.mark.parametrize("words", [("balance",), ("list", "funds"), ("check",), ("record", "income"), ()])
def test_with_a_broken_file(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "schedules.yaml").write_text(PLAIN.replace("currency: RUB", "currency: 7"), encoding="utf-8")
    assert "schedules.yaml:6" in Bench(tmp_path).fail(3, *words)


def test_without_books(tmp_path: Path) -> None:
    (tmp_path / "schedules.yaml").write_text(PLAIN, encoding="utf-8")
    assert "compliance init" in Bench(tmp_path).fail(4, "balance")


def test_wrong_command_lines(tmp_path: Path) -> None:
    bench = empty(tmp_path)
    assert "nonsense" in bench.fail(2, "nonsense")
    assert "--nonsense" in bench.fail(2, "balance", "--nonsense")
    assert "--today" in bench.fail(2, "--today", "tomorrow", "due")


def test_every_command_has_help() -> None:
    for name in cli.COMMANDS:
        context = click.Context(cli.root)
        command = cli.root.get_command(context, name)  # type: ignore[attr-defined]
        assert command is not None, name
        _check(command, name)
    for name in KINDS:
        from compliance.commands.record import record

        command = record.get_command(click.Context(record), name)
        assert command is not None
        _check(command, f"record {name}")


def _check(command: click.Command, name: str) -> None:
    assert command.help, name
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.opts}"
    if isinstance(command, click.Group):
        for word in command.list_commands(click.Context(command)):
            inner = command.get_command(click.Context(command), word)
            assert inner is not None
            _check(inner, f"{name} {word}")


def test_our_own_mistake_is_70_and_shows_no_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = empty(tmp_path)

    def broken(*_args: object) -> None:
        raise ValueError("canary")

    monkeypatch.setattr("compliance.commands.balance._span", broken)
    said = bench.fail(70, "balance")
    assert "ValueError" in said
    assert "canary" not in said


def test_ctrl_c_is_130(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = empty(tmp_path)

    def stopped(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("compliance.commands.balance._span", stopped)
    assert "Stopped" in bench.fail(130, "balance")


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    bench = empty(tmp_path)
    days = [f"20{year:02}-01-{day:02}" for year in range(90) for day in range(1, 29)]
    rows = ["currency;on;rate", *(f"EUR;{day};95" for day in days), ""]
    (tmp_path / "rates.csv").write_text("\n".join(rows), encoding="utf-8")
    bench.run("record", "rate", "--file", str(tmp_path / "rates.csv"))
    done = subprocess.run(
        f'"{sys.executable}" -m compliance.cli list rates --format jsonl | head -1',
        shell=True, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert "mistake" not in done.stderr


def test_the_language_is_the_options_then_the_files(tmp_path: Path) -> None:
    empty(tmp_path, PLAIN + "language: ru\n")
    assert "УЧЕБНЫЕ" in program(tmp_path, "balance", language="").stderr
    assert "PRACTICE" in program(tmp_path, "balance", language="en").stderr
    assert "УЧЕБНЫЕ" in program(tmp_path, "--lang", "ru", "balance", language="en").stderr
    assert "Книги" in program(tmp_path, "--help", language="ru").stdout


def test_today_moves_what_is_seen_and_not_what_is_recorded(tmp_path: Path) -> None:
    bench = empty(tmp_path)
    bench.run("--today", "2027-05-05", "record", "programme", "--title", "x")
    assert bench.rows("list", "events")[-1]["recorded_at"].startswith("2026-01-12")


def test_who_acts(tmp_path: Path) -> None:
    bench = empty(tmp_path)
    bench.run("record", "programme", "--title", "x")
    bench.run("--actor", "anna", "record", "programme", "--title", "y")
    assert [row["actor"] for row in bench.rows("list", "events")] == ["practice", "practice", "anna"]


def test_terminal_codes_from_outside_are_not_echoed(tmp_path: Path) -> None:
    said = Bench(tmp_path).call("-C", "no\x1b[31mwhere", "balance").err
    assert "\x1b[31m" not in said


def test_doctor(tmp_path: Path) -> None:
    rows = Bench(tmp_path).rows("doctor")
    assert {"name", "ok", "detail", "remedy"} == set(rows[0])
    assert all(row["remedy"] for row in rows if not row["ok"])


def test_messages_follow_the_language_of_the_run(tmp_path: Path) -> None:
    bench = empty(tmp_path)
    i18n.activate("ru")
    assert "записано 1: programme x" in bench.run("record", "programme", "--title", "x").err
    assert "«x» не бывает" in bench.fail(2, "balance", "--by", "x")


def test_a_language_that_is_not_spoken_is_a_wrong_command_line(tmp_path: Path) -> None:
    said = empty(tmp_path).fail(2, "--lang", "de", "balance")
    assert "“de”" in said
    assert "en, ru" in said
    Bench(tmp_path).run("--lang", "ru_RU.UTF-8", "balance")
