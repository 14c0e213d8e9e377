"""Damaged statements: whatever was done to a file, it is refused in our own words or proved whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from statements.profiles import PROFILES
from test_importers_files import ACCOUNTS, BAD, FOLDER, GOOD, TYPED

from compliance.errors import InputError
from compliance.importers.identity import with_occurrences
from compliance.importers.reading import importers, read_statements
from compliance.importers.source import Source

FORMATS = sorted({name.partition("_")[0] for name in GOOD})
SAMPLES = {
    kind: [FOLDER / name for name in GOOD if name.startswith(f"{kind}_")]
    + [FOLDER / "refused" / name for name in BAD if name.startswith(f"{kind}_")]
    for kind in FORMATS
}
WORDS = [
    b"", b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\n", b'"', b";", b":", b"=", b"<", b">", b"</", b"/>", b"<!DOCTYPE a>", b"&x;", b"&#0;",
    b"<![CDATA[", b"-", b"-}", b"{4:", b":61:", b":86:", b":62F:", b":60M:", b"NaN", b"1e9", b"-1", b"0", b"9" * 30, b"99.99.9999", b"2025-02-30",
    "١٢".encode(), "\u202e\u200b".encode(), b"<Ntry>", b"</Ntry>", b"<TxDtls>", b"<Stmt>", b"</Stmt>", b"<STMTTRN>", b"</STMTRS>", b"<LEDGERBAL>",
    "СекцияДокумент=x\n".encode("cp1251"), "КонецФайла\n".encode("cp1251"), b"<?xml version='1.0' encoding='UTF-7'?>", b"x" * 5_000,
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, kind: str) -> tuple[str, bytes]:
    path: Path = draw(st.sampled_from(SAMPLES[kind]))
    data = path.read_bytes()
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 200))
        match draw(st.integers(0, 6)):
            case 0:
                data = data[:at]
            case 1:
                data = data[:at] + data[at + length :]
            case 2:
                data = data[:at] + draw(st.sampled_from(WORDS)) + data[at:]
            case 3:
                data = data[:at] + draw(st.sampled_from(WORDS)) + data[at + length :]
            case 4:
                data = data[:at] + data[at : at + length] * 2 + data[at + length :]
            case 5:
                data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
            case _:
                lines = data.splitlines(keepends=True)
                if lines:
                    lines.insert(
                        draw(st.integers(0, len(lines))), lines.pop(draw(st.integers(0, len(lines) - 1)))
                    )
                data = b"".join(lines)
    return path.name, data


def refused_or_whole(name: str, data: bytes) -> None:
    said: InputError | None = None
    try:
        source = Source.of_bytes(data, name)
        statements = read_statements(source, accounts=ACCOUNTS, profiles=PROFILES, balances=TYPED.get(name))
    except InputError as error:
        said = error
    if said is not None:
        assert said.place.startswith(name)
        assert said.what
        assert said.remedy
        return
    for statement in statements:
        lines = list(statement.lines())
        assert len(lines) == statement.count
        assert statement.opening_minor + sum(line.amount_minor for line in lines) == statement.closing_minor
        assert all(line.on in statement.period and line.currency == statement.currency for line in lines)
        numbered = list(with_occurrences(statement.account, lines, by_day=statement.by_day))
        assert len({(identity, number) for _line, identity, number in numbered}) == len(lines)


@pytest.mark.parametrize("kind", FORMATS)
def test_damage_is_refused_or_does_no_harm(kind: str) -> None:
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(damaged(kind))
    def check(found: tuple[str, bytes]) -> None:
        refused_or_whole(*found)

    check()


@pytest.mark.soak
@pytest.mark.parametrize("kind", FORMATS)
def test_damage_for_long(kind: str) -> None:
    @settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
    @given(damaged(kind))
    def check(found: tuple[str, bytes]) -> None:
        refused_or_whole(*found)

    check()


@pytest.mark.parametrize("kind", FORMATS)
def test_every_prefix_of_the_plain_file(kind: str) -> None:
    name = next(
        name
        for name in (f"{kind}_plain", f"{kind}_balance")
        for _ in SAMPLES[kind]
        if any(path.stem == name for path in SAMPLES[kind])
    )
    path = next(path for path in SAMPLES[kind] if path.stem == name)
    data = path.read_bytes()
    for at in range(1, len(data)):
        refused_or_whole(path.name, data[:at])


def test_every_format_has_samples_of_both_kinds() -> None:
    names = {"1c": "onec"}
    assert sorted(names.get(part.NAME, part.NAME) for part in importers()) == FORMATS
    for kind in FORMATS:
        assert any(name.startswith(f"{kind}_") for name in BAD)


def test_the_fuzz_can_fail() -> None:
    """What it looks for is there to be found: a wrong sum that is not refused would be seen."""
    data = (FOLDER / "camt_plain.xml").read_bytes()
    with pytest.raises(InputError):
        read_statements(data.replace(b">500.00<", b">501.00<"), "x.xml", accounts=ACCOUNTS)
