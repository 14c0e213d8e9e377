"""Filling the words of a label. Cases are typed by people; nothing is ever declined here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from compliance.findings import Finding
from compliance.i18n import _

_SLOT = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)*)\}")
LONGEST_SLOT = 1000  # characters; the longest registered name we have seen has under 300


@dataclass(frozen=True, slots=True)
class Composed:
    """``text`` is ``None`` when no wording is known or a slot is not filled; ``findings`` say which."""

    text: str | None
    findings: tuple[Finding, ...] = ()


def compose(text_template: str | None, slots: Mapping[str, str], *, rule: str = "label") -> Composed:
    """The exact words of a label, on one line.

    ``slots`` maps dotted names (``name.genitive``) to text as typed; it is data, so braces and markup
    in it stay what they are. A slot that is missing, blank or not printable gives no label and a
    finding ``slot_missing:NAME`` or ``slot_invalid:NAME``: half a label is an offence.
    """
    if text_template is None:
        return Composed(None)
    names = dict.fromkeys(_SLOT.findall(text_template))
    findings = tuple(found for name in names if (found := _wrong(name, slots.get(name, ""), rule)))
    if findings:
        return Composed(None, findings)
    filled = _SLOT.sub(lambda match: slots[match[1]], text_template)
    return Composed(" ".join(filled.split()))


def _wrong(name: str, value: str, rule: str) -> Finding | None:
    if name == "name" or name.startswith("name."):
        remedy = _("Type it in schedules.yaml exactly as the register writes it, in that case.")
    else:
        remedy = _("Say it: --{slot} NAME, or the id of a source.").format(slot=name)
    if not value.strip():
        message = _("no label: “{slot}” is not filled in").format(slot=name)
        return Finding(f"slot_missing:{name}", "error", f"label:{rule}", message, remedy)
    unprintable = any(unicodedata.category(char).startswith("C") and not char.isspace() for char in value)
    if unprintable or len(value) > LONGEST_SLOT:
        message = _("no label: “{slot}” has characters that cannot be printed, or is far too long")
        return Finding(f"slot_invalid:{name}", "error", f"label:{rule}", message.format(slot=name), remedy)
    return None
