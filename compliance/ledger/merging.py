"""Sources that turned out to be one: their postings stay as they were written and are read as the other's.

So are the facts that name one: an agreement's donor, whose money somebody passes on, a contact's principal.
A merge is a version of the fact of the source that goes. Books that do not know that version yet read
the postings as before: what was filed is reproduced.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from compliance.ledger.movements import Sum

if TYPE_CHECKING:
    from compliance.ledger.fact import Fact
    from compliance.ledger.models import Source

Merged = Mapping[str, str]
"""Source -> the one that it counts as."""
_ABOUT = "about"
"""What a paper or an event is about: a source or an agreement."""
_NAMES = ("donor", "acts_for", "on_behalf", "principal", "source", _ABOUT)
"""Fields of facts that name a source."""
F = TypeVar("F", bound="Fact")


def merged(sources: Mapping[str, Source]) -> dict[str, str]:
    """Where every merge ends; a circle, which nobody can record, ends where it began."""
    found = {}
    for entity, source in sources.items():
        into, seen = source.merged_into, {entity}
        while into is not None and into not in seen:
            seen.add(into)
            found[entity] = into
            further = sources.get(into)
            into = further.merged_into if further is not None else None
    return found


def names_sources(model: type[Fact]) -> bool:
    return any(name in model.table.columns for name in _NAMES)


def read_as(fact: F, merges: Merged, funds: Container[str]) -> F:
    """``fact`` with the sources that it names as what they turned out to be; an agreement's name is no source's."""
    changed: dict[str, Any] = {}
    for name in _NAMES:
        value = getattr(fact, name, None)
        if value is not None and value in merges and not (name == _ABOUT and value in funds):
            changed[name] = merges[value]
    return replace(fact, **changed) if changed else fact


def with_merged(where: Mapping[str, Sequence[str]], merges: Merged) -> dict[str, Sequence[str]]:
    """The same filter over what is stored: a source with all that counts as it."""
    wanted = {merges.get(source, source) for source in where["source"]}
    return {**where, "source": sorted(wanted | {one for one, other in merges.items() if other in wanted})}


def joined(sums: Iterable[Sum], at: int, merges: Merged) -> list[Sum]:
    """Sums whose key has the source at ``at``, those of one source put together, in key order."""
    totals: dict[tuple[str | None, ...], tuple[int, int]] = {}
    for item in sums:
        source = item.key[at]
        key = (*item.key[:at], merges.get(source, source) if source else source, *item.key[at + 1 :])
        amount, count = totals.get(key, (0, 0))
        totals[key] = (amount + item.amount_minor, count + item.count)
    ordered = sorted(totals.items(), key=lambda item: [(part is not None, part or "") for part in item[0]])
    return [Sum(key, amount, count) for key, (amount, count) in ordered]
