"""E-mail (.eml): the label goes into the text and the HTML of the letter; every other byte stays.

Writer and reader are different paths: ``stamp`` finds the parts by their boundaries in the bytes,
``detect`` asks the standard library's parser what a mail program would show. A letter is as good as
the worse of its two versions: nobody knows which one the reader's program shows.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.labels import _author_text, _quoted, html, text
from compliance.labels.judge import badness
from compliance.labels.model import Label, Stamped, Verification

if TYPE_CHECKING:
    from email.message import EmailMessage

NAME = "email"
SUFFIXES = (".eml",)
MEDIA = ("letter", "text", "post")
CAP = 32 * MiB
ISOLATED = 20
LAYOUTS = ("under_heading", "first", "bare")
"""Of the text and the HTML alike; ``bare``: the HTML's block without styles of its own."""

_OF_PAGES = {"under_heading": "block"}

_DEEPEST = 20
_SEALED = ("multipart/signed", "multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
_FIELD = re.compile(rb"[!-9;-~]+:")
_REWRITTEN = re.compile(rb"^(?:Content-Type|Content-Transfer-Encoding):.*\r?\n(?:[ \t].*\r?\n)*", re.I | re.M)


def recognises(data: bytes) -> bool:
    """A header field first, and no other format's bytes."""
    return text.recognises(data) and _FIELD.match(data.removeprefix(b"\xef\xbb\xbf")) is not None


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A text of the letter: its header, then its body, as places in the bytes."""

    kind: str  # text/plain or text/html
    start: int
    body: int
    end: int
    charset: str
    packing: str

    def decoded(self, data: bytes) -> str:
        raw = data[self.body : self.end]
        try:
            if self.packing == "base64":
                raw = binascii.a2b_base64(raw)
            elif self.packing == "quoted-printable":
                raw = binascii.a2b_qp(raw)
            return raw.decode(self.charset)
        except (binascii.Error, UnicodeDecodeError, LookupError, ValueError):
            raise _damaged() from None

    def packed(self, data: bytes, before: str, words: str, newline: bytes) -> bytes | None:
        """The body with ``words`` for ``before``; ``None`` where the declared encoding or packing has no room."""
        try:
            raw = words.encode(self.charset)
        except UnicodeEncodeError:
            return None
        if self.packing == "base64":
            lines = [binascii.b2a_base64(raw[at : at + 57], newline=False) for at in range(0, len(raw), 57)]
            return newline.join(lines) + newline
        if self.packing == "quoted-printable":
            return _quoted.changed(data[self.body : self.end], before.encode(self.charset), raw, newline)
        return None if self.packing != "8bit" and not raw.isascii() else raw


def _damaged() -> InputError:
    return InputError(
        _("this letter is damaged: a part is not in the encoding that it declares"),
        remedy=_("Open it in the mail program and save it again."),
    )


def _leaves(data: bytes, start: int, end: int, depth: int = 0) -> Iterator[_Leaf]:
    """The texts between ``start`` and ``end``, without attachments."""
    from email import policy
    from email.parser import BytesHeaderParser

    empty = re.compile(rb"\r?\n").match(data, start, end)
    gap = empty or re.compile(rb"\r?\n\r?\n").search(data, start, end)
    body = gap.end() if gap else end
    try:
        head = BytesHeaderParser(policy=policy.default).parsebytes(data[start:body])
        kind, disposition = head.get_content_type(), head.get_content_disposition()
        charset = head.get_content_charset("us-ascii")
        packing = str(head.get("Content-Transfer-Encoding", "7bit")).strip().lower()
        boundary = head.get_boundary()
    except (ValueError, LookupError, IndexError, AttributeError, TypeError, UnicodeError):
        raise _damaged() from None
    if kind in _SEALED:
        raise InputError(
            _("this letter is signed or encrypted"),
            why=_("A label would break its signature."),
            remedy=_("Put the label into the letter before it is signed and sent."),
        )
    if kind.startswith("multipart/"):
        if depth > _DEEPEST or not boundary:
            raise _damaged()
        yield from _parts(data, body, end, boundary.encode("latin-1", "replace"), depth)
    elif kind in ("text/plain", "text/html") and disposition != "attachment":
        yield _Leaf(kind, start, body, end, charset, packing)


def _parts(data: bytes, body: int, end: int, boundary: bytes, depth: int) -> Iterator[_Leaf]:
    line = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?\n|\Z)", re.M)
    begin: int | None = None
    for found in line.finditer(data, body, end):
        if begin is not None:
            stop = found.start()
            stop -= 2 if data[stop - 2 : stop] == b"\r\n" else 1
            yield from _leaves(data, begin, max(begin, stop), depth + 1)
        begin = found.end()
        if found[1]:
            return


def _bodies(data: bytes) -> list[_Leaf]:
    """The first text and the first HTML: what a mail program shows as the letter."""
    found: dict[str, _Leaf] = {}
    for leaf in _leaves(data, 0, len(data)):
        found.setdefault(leaf.kind, leaf)
    return list(found.values())


def stamp(data: bytes, label: Label, *, layout: str = LAYOUTS[0]) -> Stamped:
    """The label in each version of the letter, after its own encoding. `InputError` for signed letters."""
    assert label.text is not None
    bodies = _bodies(data)
    if not bodies:
        raise InputError(
            _("this letter has no text that could be labelled"), remedy=_("Write a line of text into it.")
        )
    notes: list[str] = []

    def put(leaf: _Leaf, words: str) -> str:
        source = _plain(words)
        if leaf.kind == "text/html":
            bare = html.remove(source, label)
            made = html.stamp(bare.data if bare else source, label, layout=_OF_PAGES.get(layout, layout))
        else:
            made = text.stamp(source, label, layout=layout)
        notes.extend(note for note in made.notes if note not in notes)
        return made.data.decode()

    made, same = _changed(data, bodies, put)
    if not same:
        notes.append(_("a part of the letter was given another encoding, for the letters of the label"))
    if re.search(rb"^DKIM-Signature:", data[: bodies[0].body], re.I | re.M):
        notes.append(_("the sender's mark of the mail server (DKIM) no longer fits this copy"))
    return Stamped(made, tuple(notes))


def remove(data: bytes, label: Label) -> Stamped | None:
    """Without the label in any version; ``None`` where there is none."""
    notes: list[str] = []

    def take(leaf: _Leaf, words: str) -> str:
        medium = html if leaf.kind == "text/html" else text
        bare: Stamped | None = medium.remove(_plain(words), label)
        if bare is None:
            return words
        notes.extend(bare.notes)
        return bare.data.decode()

    made, _same = _changed(data, _bodies(data), take)
    return None if made == data else Stamped(made, tuple(dict.fromkeys(notes)))


def layout_of(data: bytes, label: Label) -> str:
    """The layout of our label in the HTML, else in the text; empty where that cannot be told."""
    found = {leaf.kind: _plain(leaf.decoded(data)) for leaf in _bodies(data)}
    if page := found.get("text/html"):
        name = html.layout_of(page, label)
        return {block: ours for ours, block in _OF_PAGES.items()}.get(name, name)
    return text.layout_of(found["text/plain"], label) if found else ""


def anonymous(data: bytes) -> Stamped:
    """Without the fields that tell of programs, machines and the way it went, and what its HTML says of its author."""
    names: list[str] = []

    def bare(leaf: _Leaf, words: str) -> str:
        if leaf.kind != "text/html":
            return words
        made = html.anonymous(_plain(words))
        names.extend(["HTML"] * bool(made.notes))
        return made.data.decode()

    data, _same = _changed(data, _bodies(data), bare)
    data, fields = _author_text.fields(data)
    kinds = (*fields, *names)
    taken = (_("taken out: {what}").format(what=", ".join(kinds)),) if kinds else ()
    left = _("NOT taken out: who sends and receives the letter, and what attached files say")
    return Stamped(data, (*taken, left))


def _plain(words: str) -> bytes:
    try:
        return words.encode()
    except UnicodeEncodeError:
        raise _damaged() from None


def _changed(data: bytes, bodies: list[_Leaf], act: Callable[[_Leaf, str], str]) -> tuple[bytes, bool]:
    """The letter with ``act`` done to each text, and whether every encoding could stay."""
    newline = b"\r\n" if b"\r\n" in data[:2000] else b"\n"
    same = True
    for leaf in sorted(bodies, key=lambda item: item.start, reverse=True):
        before = leaf.decoded(data)
        after = act(leaf, before)
        if after == before:
            continue
        head, body = data[leaf.start : leaf.body], leaf.packed(data, before, after, newline)
        if body is None:
            same = False
            raw = _REWRITTEN.sub(b"", head)
            fields = (
                f'Content-Type: {leaf.kind}; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n'
            )
            head = fields.encode().replace(b"\n", newline) + (raw if raw.strip() else newline)
            body = _quoted.quoted(after.encode())
        data = data[: leaf.start] + head + body + data[leaf.end :]
    return data, same


def detect(data: bytes, label: Label) -> Verification:
    """The worse of the letter's versions, each as its own medium measures it."""
    from email import message_from_bytes, policy

    try:
        letter = message_from_bytes(data, policy=policy.default)
        found = [_measured(*part, label) for part in _shown(letter)]
    except (ValueError, LookupError, IndexError, AttributeError, TypeError, RecursionError, AssertionError):
        raise _damaged() from None
    if not found:
        return replace(text.detect(b"", label), medium=NAME)
    worst = max(found, key=badness)
    notes = worst.notes
    if len(found) > 1:
        which = _("its HTML") if worst.medium == "html" else _("its plain text")
        notes = (*notes, _("the letter has two versions; measured worse: {which}").format(which=which))
    return replace(worst, medium=NAME, notes=notes)


def versions(data: bytes) -> dict[str, str]:
    """Kind of text -> what a mail program shows, decoded."""
    from email import message_from_bytes, policy

    return dict(_shown(message_from_bytes(data, policy=policy.default)))


def _shown(letter: EmailMessage) -> Iterator[tuple[str, str]]:
    """The first part of each kind, decoded."""
    met: set[str] = set()
    for part in letter.walk():
        kind = part.get_content_type()
        if (
            kind not in ("text/plain", "text/html")
            or kind in met
            or part.get_content_disposition() == "attachment"
        ):
            continue
        met.add(kind)
        yield kind, part.get_content()


def _measured(kind: str, words: str, label: Label) -> Verification:
    plain = words.encode("utf-8", "replace")
    return html.judge_text(words, label) if kind == "text/html" else text.detect(plain, label)
