"""The closed lists of words that facts are described by; ids, never translated."""

from __future__ import annotations

SOURCE_KINDS = (
    "state",
    "state_body",
    "international_organisation",
    "foreign_organisation",
    "foreign_person",
    "stateless_person",
    "domestic_organisation",
    "domestic_person",
    "unknown_citizenship",
    "state_budget",
    "own_income",
)
"""Who money can come from. ``unknown_citizenship`` is its own kind, never silently domestic."""

PERSON_KINDS = frozenset({"foreign_person", "stateless_person", "domestic_person", "unknown_citizenship"})
"""Kinds whose name and numbers are personal: they go to the vault."""

ACCOUNT_TYPES = ("asset", "liability", "income", "expense", "equity")
PLACES = ("bank", "cash", "special", "deposit", "designated")
"""Account classes of places where money lies."""
ACTIVITY_STATES = ("planned", "held", "not_held")
PROPERTY_KINDS = ("fixed_asset", "other_property", "help")
CONTRIBUTION_KINDS = ("political", "thing")
OWNED_BY = ("home", "abroad")
