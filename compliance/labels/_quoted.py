"""Quoted-printable (RFC 2045, 6.7) changed in one place: the lines around it stay as they were written."""

from __future__ import annotations

import binascii
import re

_TOKEN = re.compile(rb"=[ \t]*\r?\n|=[0-9A-Fa-f]{2}|\r\n|.", re.S)


def quoted(raw: bytes) -> bytes:
    return binascii.b2a_qp(raw, quotetabs=False, istext=True)


def changed(body: bytes, before: bytes, after: bytes, newline: bytes) -> bytes:
    """``body``, which says ``before``, so that it says ``after``; changed back it is the same again."""
    start, stop = _differ(before, after)
    new = after[start : len(after) - (len(before) - stop)]
    begin, end = _places(body, start, stop)
    soft = b"=" + newline
    if stop > start and body[end : end + len(soft)] == soft:
        end += len(soft)  # the break that was put behind what now goes
    middle = soft + quoted(new) + soft if new else b""
    made = body[:begin] + middle + body[end:]
    if binascii.a2b_qp(made) == after:
        return made
    return quoted(after)


def _differ(one: bytes, two: bytes) -> tuple[int, int]:
    """From where to where ``one`` is not as ``two``; never between the halves of a line end."""
    least = min(len(one), len(two))
    start = next((at for at in range(least) if one[at] != two[at]), least)
    while start and one[start - 1 : start] == b"\r":
        start -= 1
    rest = least - start
    tail = next((at for at in range(rest) if one[len(one) - 1 - at] != two[len(two) - 1 - at]), rest)
    while tail and one[len(one) - tail : len(one) - tail + 1] == b"\n":
        tail -= 1
    return start, len(one) - tail


def _places(body: bytes, start: int, stop: int) -> tuple[int, int]:
    """Where in ``body`` the decoded bytes ``start`` to ``stop`` stand; each right after the byte before it."""
    at, begin, end = 0, 0, 0
    for token in _TOKEN.finditer(body):
        if at >= stop and at >= start:
            break
        word = token[0]
        if word.startswith(b"=") and word.endswith(b"\n"):
            continue
        at += 2 if word == b"\r\n" else 1
        if at <= start:
            begin = token.end()
        if at <= stop:
            end = token.end()
    return begin, max(begin, end)
