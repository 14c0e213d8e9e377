"""A column of words that say which way amounts without a sign went, in the table of a bank that nobody described."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.importers._csv_table import unmarked
from compliance.money import minus_first

_WORDS = {
    "words_in": {"кредит", "кт", "к", "приход", "поступление", "зачисление", "пополнение", "credit", "cr", "c", "crdt", "in", "+", "bij", "h", "haben", "k"},
    "words_out": {"дебет", "дт", "д", "расход", "списание", "debit", "dr", "d", "dbit", "out", "-", "af", "s", "soll"},
}  # fmt: skip
"""As a bank says it: the client's debit is money out."""


def direction(
    roles: dict[str, int], names: Sequence[str], rows: Sequence[Sequence[str]]
) -> dict[str, list[str]]:
    """``words_in`` and ``words_out`` of a profile, as the file writes them; the column gets its role in ``roles``.

    Nothing where an amount has a minus, or no column holds such words only.
    """
    at = roles.get("amount")
    if at is None or any(minus_first(unmarked(row[at])).startswith("-") for row in rows if at < len(row)):
        return {}
    for column, name in enumerate(names):
        said = dict.fromkeys(row[column].strip() for row in rows if column < len(row))
        found = {key: [word for word in said if word.casefold() in words] for key, words in _WORDS.items()}
        if found["words_out"] and sum(map(len, found.values())) == len(said) and names.count(name) == 1:
            for role in [role for role, taken in roles.items() if taken == column]:
                del roles[role]
            roles["direction"] = column
            return {key: words for key, words in found.items() if words}
    return {}
