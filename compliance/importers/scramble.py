"""Other letters and digits in place of those that may say who somebody is: same lengths, same check digits.

Every run of letters and digits becomes another one of the same kinds, the same wherever it stands, so
that equal stays equal. Numbers with check digits stay as right or as wrong as they were: tax numbers
(INN), twenty-digit accounts against their bank's number (BIC), IBAN (ISO 7064), cards (Luhn).
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import shake_256

Span = tuple[int, int]
_TURNS = 100
_RUN = re.compile(r"[^\W_]+")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\Z")
_BIC = re.compile(r"04[0-9]{7}\Z")
_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11 = (7, *_INN_10)
_INN_12 = (3, *_INN_11)


def spans(text: str, *patterns: re.Pattern[str]) -> Iterator[Span]:
    """Where ``patterns`` match; of a match with groups, the groups that took part."""
    for pattern in patterns:
        for match in pattern.finditer(text):
            if pattern.groups:
                yield from (match.span(at) for at in range(1, pattern.groups + 1) if match[at])
            else:
                yield match.span()


class Scrambler:
    """``secret`` decides what becomes what; with another one the sample is another."""

    def __init__(self, secret: bytes, encoding: str = "utf-8") -> None:
        self._secret = secret
        self._encoding = encoding
        self._known: dict[str, str] = {}
        self._used: set[str] = set()
        self._turn = 0

    def text(self, text: str, kept: Iterable[Span] = ()) -> str:
        """``text`` with everything outside ``kept`` replaced."""
        found, at = [], 0
        for start, end in sorted(kept):
            if end <= at:
                continue
            found.append(_RUN.sub(self._run, text[at : max(at, start)]))
            found.append(text[max(at, start) : end])
            at = end
        found.append(_RUN.sub(self._run, text[at:]))
        return "".join(found)

    def word(self, word: str) -> str:
        """One run of letters and digits."""
        if word not in self._known:
            # Two numbers must not become one; of a few signs there may be no other one left.
            for self._turn in range(_TURNS):
                if (new := self._new(word)) not in self._used:
                    break
            self._known[word] = new
            self._used.add(new)
        return self._known[word]

    def _run(self, match: re.Match[str]) -> str:
        return self.word(match[0])

    def _new(self, word: str) -> str:
        if word.isascii() and word.isdigit():
            return self._number(word)
        if _IBAN.match(word):
            return self._iban(word)
        return "".join(map(self._sign, word, self._stream(word)))

    def _stream(self, word: str) -> bytes:
        """As many bytes as the word has signs, its own and nobody else's without the secret."""
        seed = hmac.digest(
            self._secret, f"{self._turn}{word.casefold()}".encode("utf-8", "surrogatepass"), "sha256"
        )
        return shake_256(seed).digest(len(word))

    def _sign(self, sign: str, byte: int) -> str:
        if sign.isascii() and sign.isdigit():
            return str(byte % 10)
        likes = _likes(sign, self._encoding)
        return likes[byte % len(likes)]

    def _digits(self, word: str, first: int = 0, last: int | None = None) -> list[int]:
        """Other digits at ``first`` to ``last``; zeros in front stay, for numbers are filled up with them."""
        found = [int(sign) for sign in word]
        filled, stream = len(word) - len(word.lstrip("0")), self._stream(word)
        for at in range(max(first, filled), len(word) if last is None else last):
            found[at] = 1 + stream[at] % 9 if at == filled else stream[at] % 10
        return found

    def _number(self, word: str) -> str:
        size = len(word)
        if _BIC.match(word):
            return word  # a bank's number is public, and accounts are checked against it
        if size == 20:
            return self._account(word)
        digits, old = self._digits(word), [int(sign) for sign in word]
        if size == 10:
            digits[9] = (_inn(digits, _INN_10) + old[9] - _inn(old, _INN_10)) % 10
        elif size == 12:
            digits[10] = (_inn(digits, _INN_11) + old[10] - _inn(old, _INN_11)) % 10
            digits[11] = (_inn(digits, _INN_12) + old[11] - _inn(old, _INN_12)) % 10
        elif size == 16:
            digits[15] = (digits[15] - _luhn(digits) + _luhn(old)) % 10
        return "".join(map(str, digits))

    def _account(self, word: str) -> str:
        """Balance account and currency stay; the key (digit 9) is as right for any bank as it was."""
        digits = self._digits(word, 9)
        old = [int(sign) for sign in word]
        # Weights 7, 1, 3 over the bank's three digits and these twenty; digit 9 has the weight 3.
        missing = (_key(old) - _key([*digits[:8], 0, *digits[9:]])) % 10
        digits[8] = missing * 7 % 10  # 3 * 7 = 21
        return "".join(map(str, digits))

    def _iban(self, word: str) -> str:
        body = "".join(map(self._sign, word[4:], self._stream(word)[4:]))
        wanted = _mod97(word[4:] + word[:4])
        check = (wanted - _mod97(body + word[:2] + "00")) % 97
        return f"{word[:2]}{check:02}{body}"


def _inn(digits: list[int], weights: tuple[int, ...]) -> int:
    return sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11 % 10


def _key(digits: list[int]) -> int:
    return sum((1, 3, 7)[(at + 2) % 3] * digit for at, digit in enumerate(digits)) % 10


def _luhn(digits: list[int]) -> int:
    doubled = (2 * digit if at % 2 == 0 else digit for at, digit in enumerate(digits))
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10


def _mod97(text: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in text)) % 97


@lru_cache(maxsize=4096)
def _likes(sign: str, encoding: str) -> str:
    """Letters to choose from instead of ``sign``: of its script and case, as long in the file's encoding."""
    if sign.isascii():
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if sign.isupper() else "abcdefghijklmnopqrstuvwxyz"
    if "\u0430" <= sign <= "\u044f" or sign == "\u0451":
        return "".join(map(chr, range(0x430, 0x450)))
    if "\u0410" <= sign <= "\u042f" or sign == "\u0401":
        return "".join(map(chr, range(0x410, 0x430)))
    start, kind, size = ord(sign) & ~0x3F, unicodedata.category(sign), _size(sign, encoding)
    found = [
        chr(code)
        for code in range(start, start + 0x40)
        if unicodedata.category(chr(code)) == kind
        and chr(code).isalnum()
        and _size(chr(code), encoding) == size
    ]
    return "".join(found) or "x"


def _size(sign: str, encoding: str) -> int:
    try:
        return len(sign.encode(encoding))
    except UnicodeEncodeError:
        return 0
