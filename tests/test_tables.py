"""Tables for people: money, days and ids stay whole at any width, and no line is wider than the screen."""

from __future__ import annotations

import contextlib
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from workbench import Bench, furnished

from compliance.commands.tables import Field, laid_out, wrap

DAY, AMOUNT = "2025-12-31", "-1\u00a0234\u00a0567,89"
WORDS = st.text("абв wide日本-", max_size=80).map(lambda text: " ".join(text.split()))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(WORDS, WORDS, st.sampled_from(["pekarnya-2025", "a1", "x" * 22])), min_size=1, max_size=6),
    st.integers(min_value=30, max_value=200),
)  # fmt: skip
def test_nothing_is_lost_or_torn_at_any_width(rows: list[tuple[str, str, str]], width: int) -> None:
    fields = [
        Field("Id", [row[2] for row in rows]),
        Field("День", [DAY for _row in rows], whole=True),
        Field("Сумма", [AMOUNT for _row in rows], whole=True, right=True),
        Field("", ["RUB" for _row in rows]),
        Field("Кто", [row[0] for row in rows]),
        Field("За что", [row[1] for row in rows]),
    ]
    lines = list(laid_out(fields, width))
    assert all(cell_len(line) <= width for line in lines)
    text = "\n".join(lines)
    assert text.count(DAY) == text.count(AMOUNT) == len(rows)
    for _who, _what, entity in rows:
        assert entity in text
    shown = re.sub(r"[\s─]", "", text)
    for who, what, _entity in rows:
        if "─" not in text:  # blocks: one column under the other, so that all of a text stands together
            assert re.sub(r"\s", "", who) in shown
            assert re.sub(r"\s", "", what) in shown


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS, st.integers(min_value=2, max_value=40))
def test_wrapping_keeps_every_character(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = furnished(tmp_path_factory.mktemp("tables"))
    title = "Пожертвования жителей на содержание и ремонт помещения библиотеки и на всё остальное"
    made.run("record", "fund", "--id", "f5", "--title", title, "--donor", "zeewind")
    for number in range(3):
        made.run(
            "record", "income", "--account", "a1", "--fund", "f5", "--as", "donations", "--source", "zeewind",
            "--amount", "123456789.01", "--on", f"2025-10-0{number + 1}", "--memo", f"{title} {number}",
        )  # fmt: skip
    return made


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal is a Unix thing")
@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_on_a_narrow_terminal_money_days_and_ids_are_whole(bench: Bench, width: int, language: str) -> None:
    for words in (("list", "transactions"), ("list", "funds"), ("balance",)):
        text = at_width(bench.folder, width, language, *words)
        assert all(cell_len(line) <= width for line in text.splitlines()), words
        amount = "123\u00a0456\u00a0789,01" if language == "ru" else "123,456,789.01"
        if words == ("balance",):
            assert ("370\u00a0370\u00a0367,03" if language == "ru" else "370,370,367.03") in text
        elif words == ("list", "transactions"):
            assert text.count(amount) == 3
            assert text.count("2025-10-0") == 3
        else:
            assert text.count("zeewind") == 2


def at_width(folder: Path, width: int, language: str, *words: str) -> str:
    """What a terminal of ``width`` columns shows of a command's data."""
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [sys.executable, "-m", "compliance.cli", *words],
        cwd=folder, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL,
        env={**environment, "COMPLIANCE_LANG": language},
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 65536):
            seen += piece
    os.close(ours)
    assert process.wait(timeout=60) == 0
    return seen.decode("utf-8").replace("\r\n", "\n")
