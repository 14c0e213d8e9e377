"""Words: filled in from typed cases, found exactly, and their differences told in people's words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.labels import wording
from compliance.labels.compose import compose
from tests.media.labels import FORMER, TEXT

TEMPLATE = "ПРОИЗВЕДЕН ИНОСТРАННЫМ АГЕНТОМ {name.instrumental} ЛИБО КАСАЕТСЯ {name.genitive}"


def test_slots_are_filled_as_typed() -> None:
    made = compose(TEMPLATE, {"name.instrumental": "Слободой", "name.genitive": "Слободы", "other": "x"})
    assert made.text == "ПРОИЗВЕДЕН ИНОСТРАННЫМ АГЕНТОМ Слободой ЛИБО КАСАЕТСЯ Слободы"
    assert not made.findings


@pytest.mark.parametrize("value", [None, "", "  \n"])
def test_a_missing_slot_means_no_label(value: str | None) -> None:
    slots = {"name.instrumental": "Слободой"} | ({} if value is None else {"name.genitive": value})
    made = compose(TEMPLATE, slots, rule="ru.label.fa")
    assert made.text is None
    (finding,) = made.findings
    assert finding.code == "slot_missing:name.genitive"
    assert finding.severity == "error"
    assert finding.subject == "label:ru.label.fa"


@pytest.mark.parametrize("value", ["Сло\x00бода", "Сло\u200bбода", "Сло\u202eбода", "\ud800", "я" * 1001])
def test_what_cannot_be_printed_is_no_name(value: str) -> None:
    made = compose(TEMPLATE, {"name.instrumental": value, "name.genitive": "Слободы"})
    assert made.text is None
    assert [finding.code for finding in made.findings] == ["slot_invalid:name.instrumental"]


def test_no_wording_known_is_no_finding() -> None:
    assert compose(None, {}).text is None
    assert compose(None, {}).findings == ()


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1, max_size=40).filter(
        str.strip
    )
)
def test_a_slot_is_data(value: str) -> None:
    """Braces, markup and templates in a name stay what they are."""
    made = compose("A {name.genitive} B", {"name.genitive": value + "{name.genitive}{{7*7}}<b>"})
    assert made.text == " ".join(f"A {value}{{name.genitive}}{{{{7*7}}}}<b> B".split())


@given(st.lists(st.text(alphabet="аб \n\t\u00a0x", max_size=12), max_size=8))
def test_flat_text_leads_back_to_its_pieces(pieces: list[str]) -> None:
    flat = wording.flatten(pieces)
    assert flat.text.strip() == " ".join("".join(pieces).split())
    for start in range(len(flat.text)):
        spans = flat.spans(start, len(flat.text))
        found = "".join(pieces[span.piece][span.start : span.end] for span in spans)
        assert " ".join(found.split()) == flat.text[start:].strip()


@given(st.lists(st.sampled_from([" ", "\n", "\r\n", "\t", "\u00a0", "  \n "]), min_size=60, max_size=60))
def test_only_white_space_may_differ(breaks: list[str]) -> None:
    words = TEXT.split()
    text = "".join(word + space for word, space in zip(words, breaks, strict=False))
    assert len(wording.occurrences(wording.flatten(["x. ", text, "y"]), TEXT)) == 1


def test_canonically_equal_letters_are_the_same() -> None:
    text = unicodedata.normalize("NFD", TEXT)
    assert text != TEXT
    (spans,) = wording.occurrences(wording.flatten([text]), TEXT)
    assert text[spans[0].start : spans[0].end] == text


@pytest.mark.parametrize(
    "text", [f"x{TEXT}", f"{TEXT[:-1]}ы{TEXT[-1:]}", TEXT.title(), TEXT.replace("Е", "E", 1)]
)
def test_other_words_are_no_label(text: str) -> None:
    assert not wording.occurrences(wording.flatten([text]), TEXT)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (TEXT.replace("АГЕНТОМ", "AГЕНТОМ"), "letters that only look alike: in “АГЕНТОМ” stands “A” (Latin)"),
        (TEXT.replace("АГЕНТ", "АГ\u200bЕНТ"), "invisible characters stand among the letters: U+200B"),
        (TEXT.replace("И (ИЛИ) ", ""), "“И (ИЛИ)” is missing"),
        (TEXT.replace("ИНОСТРАННЫМ АГЕНТОМ", "ИНОАГЕНТОМ"), "instead of “ИНОСТРАННЫМ АГЕНТОМ” stands “ИНОАГЕНТОМ”"),
        (TEXT.replace("ЛИБО", "ЛИБО НЕ"), "“НЕ” is too much"),
        (TEXT.replace("ПРОИЗВЕДЕН,", "Произведен,"), "instead of “ПРОИЗВЕДЕН,” stands “Произведен,”"),
    ],
)  # fmt: skip
def test_differences_in_people_s_words(found: str, said: str) -> None:
    flat = wording.flatten(["Заголовок\n", f"{found}\n", "Приходите в среду, будет чай."])
    passage = wording.nearest(flat, TEXT)
    assert passage is not None
    assert said in wording.difference(TEXT, flat.text[passage[0] : passage[1]])


def test_another_text_is_not_near() -> None:
    body = "Приходите в среду в гостиную центра. Материал и информация о дворе, иностранный гость и чай."
    assert wording.nearest(wording.flatten([body]), TEXT) is None


def test_the_wording_of_2020_differs() -> None:
    assert "instead of" in wording.difference(TEXT, FORMER)


@given(st.text(max_size=300))
def test_any_text_can_be_compared_and_shown(text: str) -> None:
    flat = wording.flatten([text, TEXT[:60] + text])
    wording.nearest(flat, TEXT)
    shown = wording.shown(text)
    assert len(shown) <= 120
    assert not any(wording.invisible(char) for char in shown)
    wording.difference(TEXT, text)


def test_a_large_text_is_searched_in_bounded_time() -> None:
    words = "НАСТОЯЩИЙ МАТЕРИАЛ ИНОСТРАННЫМ АГЕНТОМ слово " * 40_000
    wording.nearest(wording.flatten([words]), TEXT)


@pytest.mark.parametrize("hyphen", ["-", "\N{HYPHEN}", "\N{SOFT HYPHEN}"])
@pytest.mark.parametrize("end", ["\n", "\r\n", " \n  "])
def test_a_hyphen_at_a_line_end_parts_a_word_and_one_elsewhere_does_not(hyphen: str, end: str) -> None:
    wanted = "ПРОИЗВЕДЕН АГЕНТОМ Нью-Йорк"
    pieces = [f"так: ПРОИЗ{hyphen}{end}ВЕДЕН АГЕН{hyphen}", f"{end}ТОМ Нью-Йорк, да"]
    flat, found = wording.located(pieces, wanted)
    assert len(found) == 1
    taken = "".join(pieces[span.piece][span.start : span.end] for span in found[0])
    assert taken.startswith("ПРОИЗ")
    assert taken.endswith("Йорк")
    assert wanted in flat.text
    assert wording.located([f"ПРОИЗВЕДЕН АГЕНТОМ Нью-{end}Йорк"], wanted)[1]
    assert not wording.located([f"ПРОИЗ{hyphen}ВЕДЕН АГЕНТОМ Нью-Йорк"], wanted)[1]
    assert not wording.located([f"ПРОИЗ{hyphen} ВЕДЕН АГЕНТОМ Нью-Йорк"], wanted)[1]
