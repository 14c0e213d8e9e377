"""A register as the books hold it; apart from what reads registers' files, which every page would load."""

from __future__ import annotations

import json

from compliance.intake.parts import Part
from compliance.ledger.models import Register


def parts_of(register: Register) -> list[Part]:
    """What a person would type to split the line, in the order of the register."""
    return [Part(**values) for values in json.loads(register.parts)]
