"""How dated blocks fold: keys one by one, ends alone, what is not law shown and never applied."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from compliance.rules.base import Mark
from compliance.rules.labels import LabelRule
from compliance.rules.obligations import Obligation


def duty(terms: dict[str, Any], **keys: Any) -> Obligation:
    return Obligation.model_validate({"name": "x", "terms": terms, **keys})


SURE = {"source": "act", "confidence": "sourced"}
D = date.fromisoformat


def test_a_later_block_changes_only_the_keys_it_names() -> None:
    found = duty(
        {
            "2020-01-01": {"every": "quarter", "due": {"days": 30}, "recipient": "a", **SURE},
            "2023-01-01": {
                "recipient": "b",
                "source": "amendment",
                "confidence": "secondary",
                "note": "moved",
            },
        }
    )
    before, after = found.folded(D("2022-12-31")), found.folded(D("2023-01-01"))
    assert before is not None
    assert after is not None
    assert (before.block.recipient, after.block.recipient) == ("a", "b")
    assert after.block.every == "quarter"
    assert after.marks == {
        "every": Mark(("act",), "sourced"),
        "due": Mark(("act",), "sourced"),
        "recipient": Mark(("amendment",), "secondary"),
    }
    assert after.notes == ("moved",)
    assert after.since == D("2023-01-01")
    assert found.folded(D("2019-12-31")) is None


def test_a_key_is_replaced_whole() -> None:
    found = duty(
        {
            "2020-01-01": {"every": "quarter", "due": {"days": 30, "count_from": "inclusive"}, **SURE},
            "2023-01-01": {"due": {"days": 45}, **SURE},
        }
    )
    law = found.folded(D("2024-01-01"))
    assert law is not None
    assert law.block.due is not None
    assert (law.block.due.days, law.block.due.count_from) == (45, None)


def test_a_key_named_if_survives_folding() -> None:
    found = duty(
        {"2020-01-01": {"every": "year", "if": "xx.line", **SURE}, "2021-01-01": {"form": "f", **SURE}}
    )
    law = found.folded(D("2022-01-01"))
    assert law is not None
    assert law.block.if_ == "xx.line"
    assert "if" in law.marks


@pytest.mark.parametrize("status", ["repealed", "expired", "struck_down", "suspended"])
def test_an_end(status: str) -> None:
    found = duty({"2020-01-01": {"every": "year", **SURE}, "2022-01-01": {"status": status, **SURE}})
    assert found.folded(D("2021-12-31")) is not None
    assert found.folded(D("2022-01-01")) is None
    assert found.standing(D("2021-12-31")).status == "in_force"
    assert found.standing(D("2022-01-01")).status == status


def test_a_suspension_is_lifted_and_a_repeal_is_not() -> None:
    for status, every in (("suspended", "year"), ("repealed", None)):
        found = duty(
            {
                "2020-01-01": {"every": "year", **SURE},
                "2021-01-01": {"status": status, **SURE},
                "2022-01-01": {"form": "f", **SURE},
            }
        )
        law = found.folded(D("2022-01-01"))
        assert law is not None
        assert law.block.every == every


def test_void_from_the_beginning_was_never_law() -> None:
    found = duty(
        {"2020-01-01": {"every": "year", **SURE}, "2022-01-01": {"status": "void_ab_initio", **SURE}}
    )
    assert found.folded(D("2021-01-01")) is None
    assert found.standing(D("2021-01-01")).status == "void_ab_initio"


@pytest.mark.parametrize("status", ["proposed", "expected", "rejected"])
def test_what_is_not_law_is_shown_and_never_applied(status: str) -> None:
    found = duty(
        {
            "2020-01-01": {"every": "year", "recipient": "a", **SURE},
            "2022-01-01": {"status": status, "recipient": "b", "source": "draft", "confidence": "uncertain"},
        }
    )
    law = found.folded(D("2023-01-01"))
    assert law is not None
    assert law.block.recipient == "a"
    assert law.mark().confidence == "sourced"
    assert [(day, block.recipient) for day, block in found.announced()] == [(D("2022-01-01"), "b")]
    assert found.standing(D("2023-01-01")).status == "in_force"


def test_always_is_older_than_anything() -> None:
    assert duty({"always": {"every": "year", **SURE}}).folded(D("1900-01-01")) is not None


def label(terms: dict[str, Any]) -> LabelRule:
    return LabelRule.model_validate({"terms": terms})


def test_a_block_may_only_mark_anew() -> None:
    found = label(
        {
            "2022-12-01": {
                "text": "words",
                "languages": "ru",
                "source": {"text": "code", "languages": "press"},
                "confidence": {"text": "secondary", "languages": "sourced"},
            },
            "2025-08-16": {"source": {"text": "decree"}, "confidence": {"text": "uncertain"}},
        }
    )
    before, after = found.folded(D("2025-08-15")), found.folded(D("2025-08-16"))
    assert before is not None
    assert after is not None
    assert (before.block.text, after.block.text) == ("words", "words")
    assert before.marks["text"] == Mark(("code",), "secondary")
    assert after.marks["text"] == Mark(("decree",), "uncertain")
    assert after.marks["languages"] == Mark(("press",), "sourced")
    assert after.mark().confidence == "uncertain"
    assert after.mark("languages").confidence == "sourced"


def test_a_deeper_block_has_its_own_warrant() -> None:
    found = label(
        {
            "2022-12-01": {
                "placement": [
                    {"media": "text", "position": "start", "source": "press"},
                    {"media": "video", "screen_share": "20%", "confidence": "memory"},
                    {"media": "video", "seconds": 15},
                ],
                **SURE,
            }
        }
    )
    law = found.folded(D("2023-01-01"))
    assert law is not None
    assert law.mark("placement") == Mark(("press", "act"), "memory")
    assert law.block.placement[1].kind == "screen_share"
    assert law.block.placement[1].value == 0.2
    assert law.block.media() == {"text", "video"}


def test_no_known_wording_is_a_value_of_its_own() -> None:
    found = label({"2022-12-01": {"text": None, "confidence": "uncertain"}})
    law = found.folded(D("2023-01-01"))
    assert law is not None
    assert law.block.text is None
    assert law.mark("text").confidence == "uncertain"
