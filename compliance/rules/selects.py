"""Which words the packs' rules and forms ask for on an axis: what a person may choose from."""

from __future__ import annotations

from compliance.rules.book import Rules


def asked_words(rules: Rules, axis: str) -> frozenset[str]:
    """The words of ``axis`` (``purpose``, ``account_class``, ...) in any select of any pack."""
    asked = (item.axes().get(axis, frozenset()) for pack in rules.packs.values() for item in pack.selects)
    return frozenset().union(*asked)
