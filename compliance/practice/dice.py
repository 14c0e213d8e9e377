"""Repeatable chance and splitting: the same on every Python, every system, for one seed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """SHA-256 in counter mode. ``random.Random`` may change its methods between Python versions."""

    def __init__(self, *key: object) -> None:
        self._key = "/".join(str(part) for part in key).encode()
        self._count = 0

    def below(self, limit: int) -> int:
        """An integer in ``[0, limit)``."""
        self._count += 1
        block = hashlib.sha256(self._key + b"#" + str(self._count).encode()).digest()
        return int.from_bytes(block[:8], "big") % limit

    def pick(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """``count`` of ``items``, each at most once, in their own order."""
        pool = list(range(len(items)))
        chosen = sorted(pool.pop(self.below(len(pool))) for _turn in range(count))
        return [items[index] for index in chosen]


def split(total: int, count: int, dice: Dice, grain: int = 1000) -> list[int]:
    """``total`` (minor units > 0) as ``count`` positive parts that add up to it exactly.

    Parts are round to ``grain``; the last carries the remainder, so the kopecks sit in one place,
    as in a month with one metered bill.
    """
    if count == 1:
        return [total]
    weights = [500 + dice.below(1000) for _part in range(count)]
    whole = sum(weights)
    parts = [max(grain, total * weight // whole // grain * grain) for weight in weights[:-1]]
    rest = total - sum(parts)
    assert rest > 0, (total, count, grain)
    return [*parts, rest]


def tax_id(digits: str) -> str:
    """``digits`` (9 for an organisation, 10 for a person) with the check digits of a tax number."""
    if len(digits) == 9:
        return digits + _check(digits, (2, 4, 10, 3, 5, 9, 4, 6, 8))
    assert len(digits) == 10, digits
    digits += _check(digits, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
    return digits + _check(digits, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))


def _check(digits: str, weights: tuple[int, ...]) -> str:
    return str(sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10)


def account_number(number: str, bic: str) -> str:
    """``number`` (20 digits) with its ninth digit set so that the key against ``bic`` is right."""
    for key in "0123456789":
        candidate = number[:8] + key + number[9:]
        if account_key(candidate, bic) == 0:
            return candidate
    raise AssertionError(number)  # 3 is invertible modulo 10: one of the ten always fits


def account_key(number: str, bic: str) -> int:
    """0 for a right account number: weights 7, 1, 3 over the last digits of the BIC and the number."""
    return sum(int(digit) * (7, 1, 3)[index % 3] for index, digit in enumerate(bic[-3:] + number)) % 10
