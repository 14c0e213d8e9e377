"""Amounts, days and text as people (or their scripts) type them: taken as meant, or refused in words."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from hostilekit import LONG, TEXTS, call, outside, refused
from workbench import Bench, furnished

from compliance.commands.record import KINDS, record

SPEND = ("record", "expense", "--account", "a1", "--fund", "f1", "--as", "pay")
DAY = ("--on", "2025-10-05")


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = furnished(tmp_path_factory.mktemp("master"))
    bench.run("record", "person", "--id", "per", "--name", "X")
    bench.run("record", "material", "--id", "m1", "--title", "M", "--medium", "post", "--on", "2025-10-05")
    for kind, paper, more in (
        ("obligation", "owed", ()),
        ("prepayment", "ahead", ("--account", "a1")),
        ("advance", "handed", ("--account", "a1", "--person", "per")),
    ):
        cost = (
            "--on",
            "2025-10-05",
            "--fund",
            "f1",
            "--amount",
            "50",
            "--expense-line",
            "pay",
            "--title",
            "T",
        )
        bench.run("record", kind, "--id", paper, *cost, *more)
    return bench


@pytest.fixture
def bench(master: Bench, tmp_path: Path) -> Bench:
    return Bench(Path(shutil.copytree(master.folder, tmp_path / "books")))


@pytest.mark.parametrize(
    "amount",
    [
        "NaN", "Infinity", "1_000", "٥٠٠", "５", "½", "(5)", "5-", "+5", "--5", "1\u00a0234", "1 234", "1,23",
        "12,34.50", "1e5", "1e999999", "0x10", "5 RUB", "=5", "5\u200b", "5.001", "9" * 20, "9" * 5_000,
    ],
)  # fmt: skip
def test_no_amount(master: Bench, amount: str) -> None:
    said = refused(master, 2, *SPEND, *DAY, "--amount", amount, said="--amount: ")
    assert "write an amount such as" in said or "decimals" in said or "look for a slip" in said


@pytest.mark.parametrize(
    "day",
    [
        "2025-02-29", "2025-W40-1", "2025-278", "25-10-05", "05.10.2025", "2025-10-05T24:00", "24:00", "2025-10-5",
        "２０２５-10-05", "٢٠٢٥-١٠-٠٥", "2025-10-05\u200b", "20251005", "0000-01-01", "9999-12-31", "1970-01-01", "today",
    ],
)  # fmt: skip
def test_no_day(master: Bench, day: str) -> None:
    said = refused(master, 2, *SPEND, "--amount", "5", "--on", day, said="--on: ")
    assert "write a day such as" in said or "no such day" in said or "cannot be right" in said


@pytest.mark.parametrize(
    "day", ["2025-02-29", "2025-W40-1", "0000-01-01", "9999-12-31", "24:00", "9" * 5_000]
)
@pytest.mark.parametrize(
    "words",
    [
        ("--today", "{}", "due"), ("--today", "{}", "check"), ("--today", "{}"), ("list", "funds", "--as-of", "{}"),
        ("balance", "--as-of", "{}"), ("balance", "--period", "{}"), ("export", "--end", "{}"), ("rules", "list", "--on", "{}"),
        ("list", "funds", "--known-at", "{}T99"), ("report", "money", "{}"), ("label", "text", "--on", "{}"),
    ],
    ids=lambda words: "_".join(words).strip("-").replace("_{}", ""),
)  # fmt: skip
def test_no_day_elsewhere(master: Bench, words: tuple[str, ...], day: str) -> None:
    refused(master, 2, *(word.format(day) for word in words))


@pytest.mark.parametrize("number", ["9" * 20, "9" * 5_000, "-1", "٣", "1_000", "NaN"])
@pytest.mark.parametrize(
    "words",
    [
        ("record", "reverse", "{}"), ("record", "activity", "--programme", "p1", "--kind", "x", *DAY, "--quantity", "{}"),
        ("record", "activity", "--programme", "p1", "--kind", "x", *DAY, "--participants", "{}"), ("batch", "undo", "{}"),
        ("do", "{}"), ("file", "x", "2025-Q4", "--on", "2026-01-10", "--channel", "post", "--sent", __file__, "--cell", "a={}"),
    ],
    ids=lambda words: words[1] if words[0] == "record" else words[0],
)  # fmt: skip
def test_no_number(master: Bench, words: tuple[str, ...], number: str) -> None:
    assert call(master, *(word.format(number) for word in words)).code in (2, 3)


@pytest.mark.parametrize(
    "name", ["bidi", "zero width", "zero byte", "escape", "c1", "lines", "long", "picture", "command"]
)
def test_no_id(master: Bench, name: str) -> None:
    refused(master, 2, "record", "programme", "--title", "x", "--id", TEXTS[name], said="--id: ")


@pytest.mark.parametrize("place", ["а1", "ａ1", "a１", "a1\u200b", "a\u0301"])
def test_a_look_alike_is_another_name(master: Bench, place: str) -> None:
    """Cyrillic а, full width, zero width: never taken for the account it looks like."""
    words = ("record", "expense", "--fund", "f1", "--as", "pay", *DAY, "--amount", "5", "--account", place)
    refused(master, 2, *words, said="there is no")


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_kept_as_it_came(bench: Bench, name: str) -> None:
    """The books keep what was written, to the letter; what is shown of it is another matter."""
    call(bench, *SPEND, *DAY, "--amount", "5", "--memo", TEXTS[name])
    assert bench.rows("list", "transactions")[-1]["memo"] == TEXTS[name]
    bench.run("books", "audit")


@pytest.mark.parametrize(
    "words", [("programme", "--title"), ("person", "--name"), ("fund", "--id", "f1", "--note")]
)
def test_half_a_letter_is_refused(bench: Bench, words: tuple[str, ...]) -> None:
    said = refused(bench, 3, "record", *words, "a\ud800b", said="half a letter")
    assert "Nothing was recorded" in said


def test_bytes_that_are_no_text_are_refused(bench: Bench) -> None:
    before = bench.ledger.read_bytes()
    done = outside(bench.folder, "record", "programme", "--title", b"\xcd\xe0\xe7\xe2\xe0\xed\xe8\xe5")
    assert done.returncode == 3, done.stderr
    assert "half a letter" in done.stderr
    assert bench.ledger.read_bytes() == before


@pytest.mark.parametrize("kind", ["fund", "account", "programme"])
def test_a_title_cannot_be_emptied(bench: Bench, kind: str) -> None:
    entity = {"fund": "f1", "account": "a1", "programme": "p1"}[kind]
    refused(bench, 2, "record", kind, "--id", entity, "--title", "", said="title cannot be emptied")


def test_words_of_the_command_line_are_not_obeyed(master: Bench) -> None:
    evil = "x\x1b[31m\x9b1m\u202e"
    for words in (
        (evil,), ("list", "funds", evil), ("list", evil), ("--" + evil,), ("list", "funds", "--format", evil),
        ("report", evil, "2025-Q4"), ("record", "fund", "--title", "x", "--donor", evil), ("-C", evil, "balance"),
    ):  # fmt: skip
        assert call(master, *words).code in (2, 4)


# Every option of every kind of fact

GOOD: dict[str, list[str]] = {
    "opening": ["--account", "a1", "--fund", "f1", "--on", "2025-09-30", "--amount", "5"],
    "income": ["--account", "a1", "--fund", "f1", *DAY, "--amount", "5", "--source", "zeewind"],
    "expense": ["--account", "a1", "--fund", "f1", *DAY, "--amount", "5", "--as", "pay"],
    "transfer": ["--from", "a1", "--to", "a2", "--fund", "f1", *DAY, "--amount", "5"],
    "exchange": [*DAY, "--fund", "f1", "--from", "a3", "--to", "a1", "--sold", "20", "--bought", "1878"],
    "in-kind": [*DAY, "--fund", "f1", "--source", "zeewind", "--property", "help"],
    "source": ["--id", "s2", "--name", "N", "--kind", "own_income"],
    "fund": ["--id", "f2", "--title", "T"],
    "account": ["--id", "x1", "--title", "T", "--class", "bank", "--currency", "RUB"],
    "programme": ["--id", "p2", "--title", "T"],
    "activity": ["--programme", "p1", "--kind", "seminar", *DAY],
    "person": ["--id", "per", "--name", "X"],
    "role": ["--person", "per", "--body", "b", "--title", "t", "--since", "2025-01-01"],
    "material": ["--title", "X", "--medium", "post", *DAY],
    "placement": ["m1", "--channel", "tg", "--published-on", "2025-10-06"],
    "document": ["--missing", "--kind", "act", "--title", "x"],
    "occurrence": ["--kind", "change", *DAY],
    "contribution": ["--kind", "political", *DAY, "--recipient", "Committee", "--amount", "7"],
    "contact": [*DAY, "--method", "meeting", "--body", "Office", "--name", "X"],
    "obligation": [*DAY, "--fund", "f1", "--amount", "5", "--expense-line", "pay", "--title", "T"],
    "payment": ["owed", *DAY, "--account", "a1", "--amount", "1"],
    "prepayment": [
        *DAY,
        "--fund",
        "f1",
        "--amount",
        "5",
        "--expense-line",
        "pay",
        "--account",
        "a1",
        "--title",
        "T",
    ],
    "delivery": ["ahead", *DAY, "--amount", "1"],
    "advance": [
        *DAY,
        "--person",
        "per",
        "--account",
        "a1",
        "--fund",
        "f1",
        "--amount",
        "5",
        "--expense-line",
        "pay",
        "--title",
        "T",
    ],
    "advance-report": ["handed", *DAY, "--part", "line=pay amount=1"],
    "merge": ["own", "zeewind", "--because", "x"],
    "budget": ["--id", "b1", "--fund", "f1", "--period", "2025", "--amount", "5", "--expense-line", "pay"],
    "pool": ["--fund", "f1", "--method", "fifo"],
    "key": ["rent", "--part", "fund=f1 share=100"],
    "hours": ["--who", "per", "--month", "2025-10", "--fund", "f1", "--hours", "7:30"],
    "asset": ["--id", "as1", "--title", "T", *DAY, "--amount", "5", "--fund", "f1"],
    "cheque": [
        "--number",
        "12",
        *DAY,
        "--account",
        "a1",
        "--fund",
        "f1",
        "--amount",
        "5",
        "--expense-line",
        "pay",
    ],
    "rate": ["--currency", "EUR", *DAY, "--rate", "95", "--origin", "x"],
    "reverse": ["1"],
}
ALWAYS = ["a\udcffb", "", "9" * 5_000]
SOME = [
    *(TEXTS[name] for name in TEXTS if name != "zero byte"), "NaN", "٥", "(5)", "1e999999", "9" * 20, "2025-02-29", "9999-12-31",
    "0001-01-01", "2025-W01-1", "../../x", "/etc/passwd", "/dev/zero", "CON", "-x", "x" * 255, "x" * 300, "f1", "a2", "a]b[",
    "2025-10-05", "12", " ",
]  # fmt: skip


def _parameters() -> Iterator[tuple[str, click.Parameter]]:
    for kind in KINDS:
        command = record.get_command(click.Context(record), kind)
        assert command is not None
        for option in command.params:
            if not (isinstance(option, click.Option) and option.is_flag):
                yield kind, option


def _with(kind: str, option: click.Parameter, value: str) -> list[str]:
    words = list(GOOD[kind])
    if isinstance(option, click.Option):
        if option.opts[0] in words:
            words[words.index(option.opts[0]) + 1] = value
            return words
        return [*words, option.opts[0], value]
    return [value, *(word for word in words[not words[0].startswith("-") :] if word != "--missing")]


def test_every_kind_is_tried() -> None:
    assert set(GOOD) == set(KINDS)


@pytest.mark.parametrize("kind", ["obligation", "payment", "prepayment", "delivery", "advance", "advance-report", "budget", "hours", "asset", "cheque", "occurrence", "contact", "contribution"])  # fmt: skip
def test_what_is_varied_is_good_to_begin_with(bench: Bench, kind: str) -> None:
    bench.run("record", kind, *GOOD[kind])


@pytest.mark.parametrize("kind", GOOD)
def test_any_value_of_any_option_is_taken_or_refused(master: Bench, kind: str) -> None:
    """Three values always, four more by turns, so that every value meets many options."""
    for of, option in _parameters():
        if of != kind:
            continue
        turn = zlib.crc32(f"{kind} {option.name}".encode())
        for value in (*ALWAYS, *(SOME[(turn + step * 7) % len(SOME)] for step in range(4))):
            result = (
                call(master, "record", *_with(kind, option, value)) if value != LONG or turn % 4 else None
            )
            assert result is None or result.code in (0, 1, 2, 3, 4), (kind, option.name, ascii(value[:40]))
