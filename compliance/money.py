"""Money: an integer count of minor units and an ISO 4217 code; never a float.

Amounts are read by one strict grammar per source. ``Decimal()`` itself would accept ``NaN``,
``1_000``, Arabic digits and ``1e999999``, so text is matched first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

# ISO 4217 (list one) minor units that are not 2.
_EXPONENTS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
MAX_MINOR = 10**15
"""No amount reaches this: ten trillion roubles. A larger one is a slip, and sums stay in 63 bits."""


NO_CURRENCY = "XXX"
"""What ISO 4217 writes where no currency is known."""


@dataclass(frozen=True, slots=True)
class Money:
    amount_minor: int
    currency: str


def is_currency(code: str) -> bool:
    return bool(_CURRENCY.match(code))


def exponent(currency: str) -> int:
    """Digits after the point: 2 for RUB, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class AmountGrammar:
    """How one source writes amounts. ``group`` lists the characters that may part thousands."""

    decimal: str = "."
    group: str = ""

    def pattern(self) -> re.Pattern[str]:
        return _amount_pattern(self.decimal, self.group)


@lru_cache(maxsize=64)
def _amount_pattern(decimal: str, group: str) -> re.Pattern[str]:
    whole = r"[0-9]{1,15}"
    if group:
        part = f"[{re.escape(group)}]"
        lakhs = r"|[0-9]{1,2}(?:,[0-9]{2}){1,5},[0-9]{3}" if "," in group else ""  # as India writes: 1,00,000
        whole = rf"(?:[0-9]{{1,3}}(?:{part}[0-9]{{3}})+|[0-9]{{1,15}}{lakhs})"
    return re.compile(rf"(-?)({whole})(?:[{re.escape(decimal)}]([0-9]{{1,3}}))?\Z")


STRICT = AmountGrammar()
"""Files: ASCII digits, a point, no grouping."""
SPACES = " \u00a0\u202f"
TYPED = {"ru": AmountGrammar(decimal=",.", group=SPACES), "en": AmountGrammar(group=",")}
"""What people type, by interface language: ``12 500,50`` and ``12,500.50``."""


def parse_amount(text: str, currency: str, grammar: AmountGrammar = STRICT) -> int:
    """Minor units of ``text``; ``ValueError`` (untranslated, for the caller to place) otherwise."""
    match = _amount_pattern(grammar.decimal, grammar.group).match(text.strip(" "))
    if not match:
        raise ValueError("not an amount")
    sign, whole, fraction = match.groups()
    digits = _EXPONENTS.get(currency, 2)
    if fraction and len(fraction) > digits:
        raise ValueError("too many decimals")
    kept = whole if whole.isdigit() else "".join(char for char in whole if char.isdigit())
    number = kept + (fraction or "").ljust(digits, "0")
    minor = int(number)
    if minor >= MAX_MINOR:
        raise ValueError("amount too large")
    return -minor if sign else minor


def minus_first(text: str) -> str:
    """``+500`` and ``(500)``, as tables write what came and what went, with the one sign of a grammar: ``500``, ``-500``."""
    text = text.strip().replace("\u2212", "-", 1)
    if text.startswith("+") and text[1:2].isdigit():
        return text[1:]
    if text.startswith("(") and text.endswith(")") and text[1:2].isdigit():
        return f"-{text[1:-1].rstrip()}"
    return text


def plain(amount_minor: int, currency: str) -> str:
    """``-1234.50``: what files and JSON carry; read back by ``parse_amount``."""
    digits = exponent(currency)
    sign, units = ("-" if amount_minor < 0 else ""), str(abs(amount_minor)).rjust(digits + 1, "0")
    return f"{sign}{units[:-digits]}.{units[-digits:]}" if digits else f"{sign}{units}"


def display(amount_minor: int, currency: str, language: str) -> str:
    """For people: ``12 500,50`` in Russian (no-break spaces), ``12,500.50`` in English."""
    group, decimal = ("\u00a0", ",") if language == "ru" else (",", ".")
    whole, _point, fraction = plain(abs(amount_minor), currency).partition(".")
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{int(whole):,}".replace(",", group) + (decimal + fraction if fraction else "")


def convert(amount_minor: int, currency: str, to: str, rate: Decimal) -> int:
    """``amount_minor`` in minor units of ``to``; ``rate`` is units of ``to`` for one of ``currency``.

    Rounded half up (away from zero) to the minor unit, once.
    """
    value = Decimal(amount_minor).scaleb(exponent(to) - exponent(currency)) * rate
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def half_up(numerator: int, denominator: int) -> int:
    """``numerator / denominator`` rounded half away from zero; ``denominator`` > 0."""
    assert denominator > 0
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` in parts that are as ``weights`` (none negative, not all nought) and add up to it exactly.

    Largest remainder; of equal remainders the first. No part is a unit or more from its exact share.
    """
    whole = sum(weights)
    assert whole > 0, weights
    assert min(weights) >= 0, weights
    sign, size = (-1 if total < 0 else 1), abs(total)
    parts = [size * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (-(size * weights[at] % whole), at))
    for at in order[: size - sum(parts)]:
        parts[at] += 1
    return [sign * part for part in parts]
