"""A payer's name as the bank wrote it, taken apart: SWIFT's party fields, a name before its address, an agent's."""

from __future__ import annotations

import re
from dataclasses import dataclass

from compliance.intake.behalf import named_in, without

_TAG = re.compile(r"(?:^|(?<=[\s/.,)])|(?<=[^\W\d_]))/?([1-8])/(?=\S)")
NESTED = re.compile(r"^\s*/?1/")
_DOUBLE = re.compile(r"\s*//\s*")
_COUNTRY = re.compile(r"([A-Z]{2})(?:/|\s|$)")


@dataclass(frozen=True, slots=True)
class Nested:
    """What one text of the bank holds, taken apart; empty where it does not say."""

    name: str
    address: str = ""
    country: str = ""
    behalf: str = ""


def taken_apart(text: str, purpose: str = "") -> Nested:
    """``/1/NAME /2/ADDRESS /3/US/TOWN`` (SWIFT's party fields), ``NAME//ADDRESS``, or a plain name.

    Only name, address and country are read: the other fields tell of a person's birth and papers.
    """
    behalf = named_in(text) or named_in(purpose)
    if NESTED.match(text):
        fields = _fields(text)
        place = fields.get("3", "").strip(" /").upper()
        match = _COUNTRY.match(place)
        return Nested(fields.get("1") or text.strip(), fields.get("2", ""), match[1] if match else "", behalf)
    name, *rest = _DOUBLE.split(text.strip()) if "//" in text.strip("/ ") else [text.strip()]
    return Nested(without(name), ", ".join(part for part in rest if part), "", behalf)


def _fields(text: str) -> dict[str, str]:
    """Tag -> its text; repeated tags are joined. A number that goes back is no tag but part of an address."""
    found: dict[str, list[str]] = {}
    last, at, tag = 0, 0, ""
    for match in _TAG.finditer(text):
        if int(match[1]) < last:
            continue
        if tag:
            found.setdefault(tag, []).append(text[at : match.start()].strip(" /"))
        last, at, tag = int(match[1]), match.end(), match[1]
    if tag:
        found.setdefault(tag, []).append(text[at:].strip(" /"))
    return {key: " ".join(parts) for key, parts in found.items()}
