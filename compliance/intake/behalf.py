"""On whose behalf a payment was made, where the bank's line says so: an agent passes on the money of several."""

from __future__ import annotations

import re
from collections.abc import Mapping

_BEHALF = re.compile(
    r"(?:\bon behalf of|\bo/?b/?o\b|\bby order of|\bb/o\b|/ordp/|/ins/|\bпо поручению|\bот имени|\bза сч[её]т средств)"
    r"[\s:]*([^/;,()]{3,80})",
    re.IGNORECASE,
)
_PAPER = re.compile(
    r"\s+(?:(?:по|согласно|under|acc\w*)\s+)?(?:договор|дог\.|соглашени|сч[её]т|№|от \d|contract\b|agreement\b|invoice\b|dated\b|ref\b|no\.|\d{1,2}[./]\d{1,2}[./]\d{2})",
    re.IGNORECASE,
)
"""Where the name ends and the number of its paper begins, which is another one each time."""


def named_in(text: str) -> str:
    """Empty where the text does not say it."""
    match = _BEHALF.search(text)
    return _PAPER.split(match[1].strip())[0].strip() if match else ""


def without(text: str) -> str:
    """The agent alone."""
    return _BEHALF.split(text)[0].strip(" /,;(") or text


def of_line(text: Mapping[str, str]) -> str:
    """Of a line's texts from the vault: in the payer's name, in the purpose, or in a field of its own."""
    return named_in(text.get("name", "")) or named_in(text.get("purpose", "")) or text.get("ultimate", "")
