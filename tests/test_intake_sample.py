"""Samples of statements: nobody in them, the same in everything else, and believed only when proven."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statements import dialects, workbooks
from statements.profiles import PROFILES
from statements.writer import A1, Section, document, encoded, header, text
from test_importers_files import ACCOUNTS, BAD, FOLDER, GOOD, TYPED
from workbench import Bench, empty

from compliance.errors import InputError
from compliance.importers import scramble
from compliance.importers.accounts import iban_country
from compliance.importers.model import Balances, Context
from compliance.importers.reading import importers, read_statements
from compliance.importers.scramble import Scrambler
from compliance.importers.source import Source
from compliance.intake import sample

SECRET = bytes(32)
# Half a workbook cannot be rewritten; words of the format in a second encoding are texts like any other.
NOT_MADE = (
    "refused/xlsx_cut.xlsx",
    "refused/onec_encodings_mixed_in_head.txt",
    "refused/onec_two_encodings.txt",
)
WHOLE = [name for name in [*GOOD, *(f"refused/{name}" for name in BAD)] if name not in NOT_MADE]
CANARIES = ("Канарейкина", "Serinus", "KANAREIKA", "9161234567", "40817810555555555555", "canary", "Жёлтая")


def context(name: str) -> Context:
    return Context(ACCOUNTS, PROFILES, "", TYPED.get(name.removeprefix("refused/"), Balances()))


def unpacked(data: bytes) -> bytes:
    """All that a program could find in the file."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return (
            b"".join(archive.read(name) for name in archive.namelist())
            + " ".join(archive.namelist()).encode()
        )


def leaks(data: bytes) -> list[str]:
    found = unpacked(data)
    return [
        word
        for word in CANARIES
        for encoding in ("utf-8", "windows-1251", "cp866", "utf-16-le", "utf-16-be")
        if _encoded(word, encoding) in found or _encoded(word.upper(), encoding) in found
    ]


def _encoded(word: str, encoding: str) -> bytes:
    try:
        return word.encode(encoding)
    except UnicodeEncodeError:
        return b"\x00never\x00"


@pytest.mark.parametrize("name", WHOLE)
def test_every_file_has_a_sample_that_does_the_same(name: str) -> None:
    source = Source.of_file(FOLDER / name)
    made = sample.make(source, context(name), SECRET)
    assert (made.refusal is None) == ("/" not in name)
    if not name.endswith(".xlsx"):
        assert len(made.data) == source.size
        assert made.data.count(b"\n") == b"".join(source.chunks()).count(b"\n")
    for word in (
        "Мебель",
        "слобода",
        "Stichting",
        "Zeewind",
        "Commons",
        "Example",
        dialects.PAYER,
        dialects.IBAN,
        A1,
        "0000000123",
    ):
        for encoding in ("utf-8", "windows-1251", "cp866", "utf-16-le"):
            assert _encoded(word, encoding) not in unpacked(made.data), (word, encoding)


def person(encoding: str = "windows-1251", **changes: str) -> bytes:
    """A statement with canaries in every field that a person may stand in."""
    gift = document(
        50_000, "14.11.2025", payer="40817810555555555555", Плательщик1="Канарейкина Жёлтая Serinus", Плательщик="ИНН 0 Канарейкина",
        НазначениеПлатежа="Дар, canary, тел. +79161234567 / KANAREIKA", Плательщик2="Serinus canary", **changes,
    )  # fmt: skip
    return encoded(text(header(), Section(received=50_000).lines(), gift), encoding)


def in_others(kind: str) -> bytes:
    names = {"Stichting Voorbeeld Zeewind": "Канарейкина Serinus", "Gift for the library": "Жёлтая canary 9161234567", dialects.PAYER: "40817810555555555555"}  # fmt: skip
    whole = {"camt": dialects.CAMT, "mt940": dialects.MT, "ofx": dialects.OFX}[kind]
    for old, new in {
        **names,
        "Stichting Voorbeeld van Zee": "Канарейкина Serinus canary ",
        "ООО Пример-Мебель": "Канарейкина",
    }.items():
        whole = whole.replace(old, new)
    whole = whole.replace("Rent for November", "KANAREIKA").replace(
        "Взнос на библиотеку двора", "Serinus 9161234567 <!-- canary -->"
    )
    return whole.replace("<Ntry>", "<!-- Канарейкина canary --><Ntry>").encode(
        "windows-1251" if kind == "ofx" else "utf-8"
    )


def book() -> bytes:
    gift = workbooks.changed(
        workbooks.GIFT,
        c="Канарейкина Serinus",
        e="40817810555555555555",
        h="Жёлтая canary 9161234567 KANAREIKA",
    )
    data = workbooks.workbook(("Канарейкина", [workbooks.HEAD, gift, workbooks.RENT]))
    more = io.BytesIO(data)
    with zipfile.ZipFile(more, "a") as archive:
        archive.writestr("docProps/core.xml", "<creator>Канарейкина Serinus</creator>")
        archive.writestr("xl/comments1.xml", "<t>canary</t>")
    return more.getvalue()


def table() -> bytes:
    rows = (FOLDER / "csv_balance.csv").read_bytes().decode("windows-1251").splitlines()
    cells = rows[1].split(";")
    cells[2], cells[4], cells[7] = (
        "Канарейкина Serinus",
        "40817810555555555555",
        "Жёлтая canary 9161234567 KANAREIKA",
    )
    return "\r\n".join([rows[0], ";".join(cells), *rows[2:]]).encode("windows-1251")


FILES = {
    "1c": person(), "1c dos": person("cp866"), "1c utf-8": person("utf-8"),
    "1c refused": person().replace(b"=50", b"=51", 1) + b"Serinus canary\r\n",
    "1c unknown field": person(Канарейкина="Serinus"), "1c broken": person().replace("КонецФайла".encode("cp1251"), b""),
    "camt": in_others("camt"), "mt940": in_others("mt940"), "ofx": in_others("ofx"), "xlsx": book(), "csv": table(),
    "of no format": "Фамилия;Сумма\r\nКанарейкина Serinus;500,00\r\ncanary;KANAREIKA 9161234567\r\n".encode("windows-1251"),
    "nothing known": b"canary Serinus \xff\xfe KANAREIKA", "xml of others": "<a name='Канарейкина'>Serinus<canary/></a>".encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_no_canary_survives(name: str) -> None:
    source = Source.of_bytes(FILES[name], "f")
    assert leaks(FILES[name])
    made = sample.make(source, Context({**ACCOUNTS}, PROFILES), SECRET)
    assert leaks(made.data) == []


@pytest.mark.parametrize("name", ["ofx_version_2.ofx", "ofx_plain.ofx", "camt_plain.xml"])
def test_no_canary_survives_at_any_place_of_a_head(name: str) -> None:
    """A declaration, too, is made of words of the format alone."""
    whole = (FOLDER / name).read_bytes()
    for at in range(min(len(whole), 300)):
        source = Source.of_bytes(whole[:at] + b" Serinus 9161234567 " + whole[at:], name)
        try:
            made = sample.make(source, context(name), SECRET)
        except InputError:
            continue
        assert b"Serinus" not in made.data, at
        assert b"9161234567" not in made.data, at


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_canary_survives_wherever_it_stands(data: st.DataObject) -> None:
    """Put between any two signs of any file: if a sample is made at all, it is not in it."""
    name = data.draw(st.sampled_from([name for name in WHOLE if not name.endswith(".xlsx")]))
    whole = (FOLDER / name).read_bytes()
    at = data.draw(st.integers(0, len(whole)))
    source = Source.of_bytes(whole[:at] + b" Serinus 9161234567 " + whole[at:], name)
    try:
        made = sample.make(source, context(name), SECRET)
    except InputError:
        return
    assert b"Serinus" not in made.data
    assert b"9161234567" not in made.data


def test_what_cannot_be_proven_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that looks into the purpose: its reason is not kept, and so there is no sample."""
    part = next(part for part in importers() if part.NAME == "1c")
    read = part.read

    def picky(source: Source, given: Context) -> object:
        if "Канарейкина".encode("cp1251") in b"".join(source.chunks()):
            raise InputError("that name", place=source.name)
        return read(source, given)

    monkeypatch.setattr(part, "read", picky)
    with pytest.raises(InputError, match="no sample could be made"):
        sample.make(Source.of_bytes(person(), "f"), Context(ACCOUNTS), SECRET)


# ---- check digits


@given(st.text("0123456789", min_size=10, max_size=10), st.binary(min_size=4, max_size=4))
def test_tax_numbers_stay_right_or_wrong(number: str, secret: bytes) -> None:
    def right(text: str) -> bool:
        digits = [int(sign) for sign in text]
        return (
            digits[9]
            == sum(w * d for w, d in zip((2, 4, 10, 3, 5, 9, 4, 6, 8), digits, strict=False)) % 11 % 10
        )

    valid = number[:9] + next(sign for sign in "0123456789" if right(number[:9] + sign))
    for given_number in (number, valid):
        assert right(Scrambler(secret).word(given_number)) == right(given_number)


@given(
    st.text("0123456789", min_size=20, max_size=20),
    st.text("0123456789", min_size=3, max_size=3),
    st.binary(min_size=4, max_size=4),
)
def test_accounts_stay_right_or_wrong_for_every_bank(number: str, bank: str, secret: bytes) -> None:
    def remainder(account: str) -> int:
        return sum((7, 1, 3)[at % 3] * int(sign) for at, sign in enumerate(bank + account)) % 10

    new = Scrambler(secret).word(number)
    assert remainder(new) == remainder(number)
    assert (len(new), new[:8]) == (20, number[:8])


def test_ibans_stay_valid_or_not() -> None:
    for number in ("NL91ABNA0417164300", "DE89370400440532013000", "NL90ABNA0417164300"):
        new = Scrambler(SECRET).word(number)
        assert new != number
        assert iban_country(new) == iban_country(number)
        assert new[:2] == number[:2]


def test_equal_stays_equal_and_every_letter_its_kind() -> None:
    made = Scrambler(SECRET)
    assert made.word("Иванов") == Scrambler(SECRET).word("Иванов") != Scrambler(b"other").word("Иванов")
    for word in ("Иванов", "ivanov", "ŁÓDŹ", "ქართული"):
        new = made.word(word)
        assert len(new.encode()) == len(word.encode())
        assert [sign.isupper() for sign in new] == [sign.isupper() for sign in word]
    assert scramble._likes("ж", "windows-1251").isalpha()


# ---- the command


def test_the_command_writes_the_sample_and_says_what_it_does(tmp_path: Path) -> None:
    bench = empty(tmp_path / "books")
    (tmp_path / "bank.txt").write_bytes(FILES["1c refused"])
    said = bench.run("sample", "make", str(tmp_path / "bank.txt"), "-o", str(tmp_path / "sample.txt")).err
    assert "is refused as the original is: sample.txt:" in said
    assert leaks((tmp_path / "sample.txt").read_bytes()) == []
    assert leaks(said.encode()) == []
    assert "already exists" in bench.fail(
        3, "sample", "make", str(tmp_path / "bank.txt"), "-o", str(tmp_path / "sample.txt")
    )


def test_without_books(tmp_path: Path) -> None:
    (tmp_path / "bank.txt").write_bytes(person())
    said = (
        Bench(tmp_path).run("sample", "make", str(tmp_path / "bank.txt"), "-o", str(tmp_path / "out.txt")).err
    )
    assert "reads as the original does: 1 line." in said
    (statement,) = read_statements((tmp_path / "out.txt").read_bytes(), "x", accounts=None)
    assert [line.amount_minor for line in statement.lines()] == [50_000]
