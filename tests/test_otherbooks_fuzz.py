"""Damaged reports of other programs and damaged registers: refused in our own words, or whole."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_registers import GIFTS, PAYROLL, PROFILES, TAXES

from compliance.errors import InputError
from compliance.profiles import RegisterProfile
from compliance.reconcile.read import read_theirs
from compliance.registers.read import read_register

FOLDER = Path(__file__).parent / "otherbooks"
SAMPLES = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}
REGISTERS = {"payroll": PAYROLL, "tax": TAXES, "acquirer": GIFTS}
DECLARED = {name: RegisterProfile.model_validate(body) for name, body in PROFILES.items()}
WORDS = [
    b"", b"\0", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b'"', b";", b",", b"<", b"/>", b"<!DOCTYPE a>", b"&x;", b"&#0;", b"&#4;",
    b"-", b"NaN", b"1e9", b"(5)", b"5-", b"9" * 30, b"31.02.2025", b"2025-02-30", b"51", b"50.01", b"Dr", b"=", "Д;".encode(), "К;".encode(),
    "١٢".encode(), "\u202e\u200b".encode(), "Итого;".encode(), "Сальдо на начало;".encode(), b"<VOUCHER>", b"</VOUCHER>", b"<AMOUNT>1</AMOUNT>",
    "Карточка счета 51".encode(), "Период;Документ;Дебет".encode(), b"PK\x03\x04", b"x" * 40_000,
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 120))
        match draw(st.integers(0, 5)):
            case 0:
                data = data[:at] + data[at + length :]
            case 1:
                data = data[:at] + draw(st.sampled_from(WORDS)) + data[at:]
            case 2:
                data = data[:at] + draw(st.sampled_from(WORDS)) + data[at + length :]
            case 3:
                data = data[:at] + data[at : at + length] * 2 + data[at + length :]
            case 4:
                data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
            case _:
                lines = data.splitlines(keepends=True)
                if lines:
                    lines.insert(
                        draw(st.integers(0, len(lines))), lines.pop(draw(st.integers(0, len(lines) - 1)))
                    )
                data = b"".join(lines)
    return data


def refused(error: InputError, name: str) -> None:
    """With its place, and without a name out of the file."""
    assert error.place.startswith(name)
    assert error.what
    assert "Канарейкина" not in str(error)


def theirs_or_refused(name: str, data: bytes) -> None:
    try:
        found = read_theirs(data, name)
    except InputError as error:
        refused(error, name)
        return
    for balance in found.balances:
        assert balance.opening_minor + balance.debit_minor - balance.credit_minor == balance.closing_minor
    if found.kind == "daybook":
        assert sum(entry.amount_minor for entry in found.entries) == 0


def register_or_refused(kind: str, data: bytes) -> None:
    try:
        found = read_register(data, "register.csv", kind, DECLARED, "", lambda _account: "RUB")
    except InputError as error:
        refused(error, "register.csv")
        return
    assert found.entries


def fuzz(sample: bytes, check: Callable[[bytes], None], examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(damaged(sample))
    def run(data: bytes) -> None:
        check(data)

    run()


@pytest.mark.parametrize("name", SAMPLES)
def test_reports_of_other_programs(name: str) -> None:
    fuzz(SAMPLES[name], lambda data: theirs_or_refused(name, data), 150)


@pytest.mark.parametrize("kind", REGISTERS)
def test_registers(kind: str) -> None:
    fuzz(REGISTERS[kind].encode(), lambda data: register_or_refused(kind, data), 150)


@pytest.mark.soak
@pytest.mark.parametrize("name", SAMPLES)
def test_reports_for_long(name: str) -> None:
    fuzz(SAMPLES[name], lambda data: theirs_or_refused(name, data), 20_000)


@pytest.mark.soak
@pytest.mark.parametrize("kind", REGISTERS)
def test_registers_for_long(kind: str) -> None:
    fuzz(REGISTERS[kind].encode(), lambda data: register_or_refused(kind, data), 20_000)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_prefix(name: str) -> None:
    data = SAMPLES[name]
    for at in range(1, len(data), 7):
        theirs_or_refused(name, data[:at])


def test_a_workbook_that_is_none(tmp_path: Path) -> None:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    for data in (out.getvalue(), b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"", b"\n", b"<x/>", b"%PDF-1.7"):
        with pytest.raises(InputError):
            read_theirs(data, "x")
        with pytest.raises(InputError):
            read_register(data, "x", "payroll", DECLARED, "", lambda _account: "RUB")
