"""What a verdict found is kept as values and worded in the language of whoever reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from compliance import i18n
from compliance.labels import criteria, pdf, text
from compliance.labels.model import Requirement
from tests.media.labels import FORMER, TEXT, label
from tests.test_labels_pdf import right


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    i18n.activate("en")


@pytest.mark.parametrize(
    ("data", "english_", "russian"),
    [
        (right(points=26), "Label 26 pt, text 16 pt", "Плашка 26 pt, текст 16 pt"),
        (right(last=True), "the label stands at the end", "плашка стоит в конце"),
        (right(grey=0.9), "Contrast 1.", "Контраст 1,"),
    ],
)
def test_kept_in_one_language_and_told_in_another(data: bytes, english_: str, russian: str) -> None:
    i18n.activate("ru")
    kept = criteria.stored(pdf.detect(data, label()))
    assert kept is not None
    assert all(set(row) == {"kind", "verdict", "reason", "values"} for row in json.loads(kept))
    assert russian in criteria.told(kept)
    i18n.activate("en")
    assert english_ in criteria.told(kept)


def test_other_words_are_compared_again_when_they_are_told() -> None:
    kept = criteria.stored(text.detect(FORMER.encode(), label()))
    i18n.activate("ru")
    assert "прежн" in criteria.told(kept)
    i18n.activate("en")
    assert "an earlier wording" in criteria.told(kept)


def test_right_ones_keep_nothing_and_old_sentences_stay() -> None:
    assert criteria.stored(pdf.detect(right(), label())) is None
    assert criteria.told("there is no label") == "there is no label"
    assert criteria.told("[broken") == "[broken"
    assert criteria.told(None) == ""
    assert criteria.told(criteria.not_measured()) == "files of this kind are not measured"


def test_what_cannot_be_measured_is_named_by_its_kind() -> None:
    kept = criteria.stored(text.detect(f"Hello\n\n{TEXT}\n\nBody.\n".encode(), label()))
    assert "cannot be measured" in criteria.told(kept)
    i18n.activate("ru")
    assert "контраст: измерить нельзя" in criteria.told(kept)


@pytest.mark.parametrize(
    ("requirement", "words"),
    [
        (Requirement("font_ratio", 2.0), "at least 2 times"),
        (Requirement("screen_share", 0.2), "20\N{NO-BREAK SPACE}%"),
        (Requirement("seconds", 15), "15 seconds"),
        (Requirement("position", "under_heading"), "right under the heading"),
        (Requirement("smell", "of roses"), "smell: of roses"),
    ],
)
def test_requirements_in_words(requirement: Requirement, words: str) -> None:
    assert words in criteria.asked(requirement)
