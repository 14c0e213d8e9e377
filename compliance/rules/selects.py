"""Which words the packs' rules and forms ask for on an axis: what a person may choose from."""

from __future__ import annotations

from compliance.rules.amounts import Select
from compliance.rules.book import Rules
from compliance.rules.loader import walk


def asked_words(rules: Rules, axis: str) -> frozenset[str]:
    """The words of ``axis`` (``purpose``, ``account_class``, ...) in any select of any pack."""
    found: set[str] = set()
    for pack in rules.packs.values():
        for model in (pack.regime, *pack.money_rules.values(), *pack.forms.values()):
            for _way, part in walk(model):
                if isinstance(part, Select):
                    found |= part.axes().get(axis, frozenset())
    return frozenset(found)
