"""What a pack's own examples expect beyond dates: the words of a label, worked out as for a publication."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.labels.compose import Composed, compose
from compliance.rules.examples import Case, Hook


def _composed(case: Case) -> Composed:
    kind, word = case.example.subject
    assert kind == "label", kind
    rule = case.rules.rule(word)
    law = rule.on(case.example.day) if rule is not None else None
    if law is None:
        return Composed(None)
    return compose(law.block.text, dict(_slots(case.example.given)), rule=word)


def _slots(given: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """``{name: {genitive: X}}`` as ``name.genitive``."""
    found = []
    for key, value in given.items():
        if isinstance(value, dict):
            found += _slots(value, f"{prefix}{key}.")
        elif isinstance(value, str):
            found.append((prefix + key, value))
    return found


def _text(case: Case) -> str | None:
    return _composed(case).text


def _findings(case: Case) -> tuple[str, ...]:
    return tuple(finding.code for finding in _composed(case).findings)


HOOKS: Mapping[str, Hook] = {"text": _text, "findings": _findings}
