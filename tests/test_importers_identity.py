"""The same payment is the same in whatever file it comes; equal payments stay as many as they are."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from statements.writer import A1, Section, document, encoded, header, text

from compliance.importers.identity import line_identities, line_identity, normalised, with_occurrences
from compliance.importers.model import Party, StatementLine
from compliance.importers.reading import read_statements

LINE = StatementLine(
    on=date(2025, 11, 14),
    amount_minor=50_000,
    currency="RUB",
    bank_ref="17",
    kind="Платежное поручение",
    counterparty=Party("ООО «Пример — Мебель»", "0000000123", "40702810900000000011"),
    purpose="Пожертвование на «Библиотеку двора»",
    place="a.txt:20",
)


def keys(data: bytes) -> list[tuple[bytes, int]]:
    found = []
    for statement in read_statements(data, "f", accounts=None):
        numbered = with_occurrences(statement.account, statement.lines(), by_day=statement.by_day)
        found += [(identity, number) for _line, identity, number in numbered]
    return found


def test_kind_place_bank_and_writing_do_not_matter() -> None:
    party = Party('ООО "ПРИМЕР - МЕБЕЛЬ"', "0000000123", "40702810900000000011", "040000901", "АО «Банк»")
    same = LINE._replace(
        counterparty=party,
        kind="",
        place="b.txt:99",
        purpose='Пожертвование  на\u200b\n"Библиотеку двора"',
    )
    assert line_identity(A1, same) == line_identity(A1, LINE)


def test_everything_else_matters() -> None:
    party = LINE.counterparty
    others = [
        LINE._replace(on=date(2025, 11, 15)),
        LINE._replace(amount_minor=-50_000),
        LINE._replace(currency="USD"),
        LINE._replace(bank_ref="18"),
        LINE._replace(purpose="Пожертвование"),
        LINE._replace(counterparty=party._replace(name="ООО «Другое»")),
        LINE._replace(counterparty=party._replace(tax_id="")),
        LINE._replace(counterparty=party._replace(account="")),
        LINE._replace(bank_ref="1", purpose="7" + LINE.purpose),
    ]
    identities = [line_identity(A1, line) for line in (LINE, *others)] + [line_identity("other", LINE)]
    assert len(set(identities)) == len(identities)


def test_same_file_reencoded_reordered_rewrapped() -> None:
    gift = document(50_000, "14.11.2025", number="1", НазначениеПлатежа="Взнос «на зиму», без НДС")
    other = document(70_000, "15.11.2025", number="2")
    section = Section(received=170_000).lines()
    plain = text(header(), section, gift, gift, other)
    expected = keys(encoded(plain))
    assert [number for _identity, number in expected] == [1, 2, 1]
    assert keys(encoded(plain, "cp866")) == expected
    assert keys(encoded(plain, "utf-8")) == expected
    assert sorted(keys(encoded(text(header(), gift, other, gift, section)))) == sorted(expected)
    wrapped = plain.replace("Взнос «на зиму», без НДС", "Взнос «на\r\nзиму», без НДС")
    assert keys(encoded(wrapped)) == expected


def test_overlapping_weeks_meet_in_the_same_lines() -> None:
    def week(first: int, last: int) -> bytes:
        days = (f"{first:02}.11.2025", f"{last:02}.11.2025")
        documents = [
            document(50_000, f"{day:02}.11.2025", number="1")
            for day in range(first, last + 1)
            for _ in range(2)
        ]
        section = Section(received=50_000 * len(documents), days=days).lines()
        return encoded(text(header(days=days), section, *documents))

    first, second = set(keys(week(1, 10))), set(keys(week(8, 14)))
    assert (len(first), len(second), len(first & second)) == (20, 14, 6)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), max_size=30), st.randoms())
def test_numbers_follow_the_count_not_the_order(rows: list[tuple[int, int]], shuffle: object) -> None:
    lines = [LINE._replace(on=date(2025, 11, day), amount_minor=amount) for day, amount in rows]
    by_day = sorted(lines, key=lambda line: line.on)
    shuffle.shuffle(lines)
    one = Counter((identity, number) for _line, identity, number in with_occurrences(A1, lines))
    two = Counter((identity, number) for _line, identity, number in with_occurrences(A1, by_day, by_day=True))
    assert one == two
    assert all(count == 1 for count in one.values())


WORDS = st.text(st.sampled_from("Аёй№ _\n\u00a0é’ќ0a\u0301\ufb01\u2460İ\ud800"), max_size=6)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=4))
def test_lines_together_are_what_they_are_alone(texts: list[tuple[str, str, str]]) -> None:
    lines = [
        LINE._replace(bank_ref=ref, purpose=purpose, counterparty=Party(name)) for ref, name, purpose in texts
    ]
    assert line_identities(A1, lines) == [line_identity(A1, line) for line in lines]


@given(st.text(st.sampled_from("Аб №_\n\u00a0-«»қ1²\u0301")))
def test_letters_of_any_writing_are_sifted_alike(text: str) -> None:
    # A letter that no Russian code page has sends the whole text another way.
    assert normalised(text) + "қ" == normalised(text + "қ")
