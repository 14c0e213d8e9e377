"""Law as data: dated rule packs, read strictly, asked by day and status.

A pack is a folder named for its regime::

    regime.yaml     identity, sources, acts, calendar, statuses, recipients, source classes,
                    obligations, penalties                                    (needed)
    labels.yaml     labels            money.yaml      money rules
    chart.yaml      expense lines, default chart of accounts
    glossary.yaml   users' words      calendar.yaml   checked years of days off
    forms/*.yaml    one form each     examples.yaml   the pack's own tests

The grammar is in the modules of this package, one subject each; `load_packs` is the door.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from compliance.rules.book import Rules
from compliance.rules.law import LabelOn, Listed, Owed, Rule, Statuses, bound_in, held
from compliance.rules.loader import Pack, available, find_pack, load_pack

__all__ = [
    "LabelOn", "Listed", "Owed", "Pack", "Rule", "Rules", "Statuses",
    "available", "bound_in", "find_pack", "held", "load_pack", "load_packs",
]  # fmt: skip


def load_packs(ids: Sequence[str], extra_folders: Sequence[Path] = (), cache: Path | None = None) -> Rules:
    """The packs of the regimes ``ids``; ``cache`` is a folder for what was parsed. ``InputError`` FILE:LINE."""
    return Rules([load_pack(find_pack(regime, extra_folders), cache=cache) for regime in dict.fromkeys(ids)])
