"""Whose money is spent, where one agreement holds money of several kinds: by a declared method, to the unit.

``fifo``: what came first is spent first. ``pro_rata``: every spending takes of each kind as much as its
share in what is held at that moment. Both look only back: what was attributed once is never attributed
otherwise by what happens later. Parts always add up to the amount.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Generic, TypeVar

from compliance.money import apportion

METHODS = ("fifo", "pro_rata")
K = TypeVar("K")


class Pool(Generic[K]):
    """Money of one agreement in one currency, by kind. ``fallback`` is the kind of what nobody ever gave.

    Spending more than is held makes the kind that came last negative; its next receipts fill the hole.
    """

    def __init__(self, fallback: K) -> None:
        self._layers: list[tuple[K, int]] = []
        self._last = fallback

    def held(self) -> dict[K, int]:
        """What is left of each kind; kinds of which nothing is left are not in it."""
        totals: dict[K, int] = defaultdict(int)
        for kind, minor in self._layers:
            totals[kind] += minor
        return {kind: minor for kind, minor in totals.items() if minor}

    def receive(self, kind: K, minor: int) -> None:
        self._last = kind
        self._add(kind, minor, at=len(self._layers))

    def spend(self, minor: int, method: str) -> dict[K, int]:
        """Take ``minor`` (not negative) out; the parts by kind add up to it."""
        assert method in METHODS, method
        available = {kind: amount for kind, amount in self.held().items() if amount > 0}
        covered = min(minor, sum(available.values()))
        parts: dict[K, int] = defaultdict(int)
        if method == "fifo":
            left = covered
            for kind, amount in list(self._layers):
                step = min(max(amount, 0), left)
                parts[kind] += step
                left -= step
        elif covered:
            kinds = list(available)
            parts.update(zip(kinds, apportion(covered, [available[kind] for kind in kinds]), strict=True))
        if minor > covered:
            parts[self._last] += minor - covered
        self.take(parts)
        return {kind: part for kind, part in parts.items() if part}

    def restore(self, minor: int) -> dict[K, int]:
        """Money comes back that was nobody's gift (a refund of a cost): shared like what is held."""
        available = {kind: amount for kind, amount in self.held().items() if amount > 0}
        kinds = list(available) or [self._last]
        shares = apportion(minor, [available.get(kind, 1) for kind in kinds])
        parts = {kind: share for kind, share in zip(kinds, shares, strict=True) if share}
        self.give(parts)
        return parts

    def give(self, parts: Mapping[K, int]) -> None:
        """Put parts back in front: they are spent before what came later."""
        for kind, minor in parts.items():
            self._add(kind, minor, at=0)

    def take(self, parts: Mapping[K, int]) -> None:
        """Take parts out, of each kind the oldest first; what is not there is owed by the kind."""
        for kind, minor in parts.items():
            left = minor
            layers = []
            for other, amount in self._layers:
                step = min(max(amount, 0), max(left, 0)) if other == kind else 0
                left -= step
                if amount != step:
                    layers.append((other, amount - step))
            self._layers = layers
            if left:
                self._add(kind, -left, at=len(self._layers))

    def _add(self, kind: K, minor: int, *, at: int) -> None:
        """A layer; holes of the same kind are filled first, and a hole first eats what there is."""
        if minor < 0 and any(other == kind and amount > 0 for other, amount in self._layers):
            self.take({kind: -minor})
            return
        layers = []
        for index, (other, amount) in enumerate(self._layers):
            step = min(-amount, minor) if other == kind and amount < 0 < minor else 0
            minor -= step
            if amount + step:
                layers.append((other, amount + step))
            elif index < at:
                at -= 1
        if minor:
            layers.insert(at, (kind, minor))
        self._layers = layers
