"""A mailbox file (mbox), as Thunderbird, Apple Mail and Google Takeout write it: letters that were sent. Drafts that
Takeout marks as such are left out; a letter that was deleted later was sent all the same.

Nobody's name or address and no subject leaves it: letters are told by their place and day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from compliance import files
from compliance.channels.model import Export, Post
from compliance.i18n import _

if TYPE_CHECKING:
    from email.message import Message

NAME = "mailbox"
_ENDINGS = (".mbox", ".mbx", "")
_DRAFTS = frozenset(("draft", "drafts", "черновик", "черновики"))


def kind() -> str:
    return _("a mailbox file (mbox)")


def recognises(path: Path) -> bool:
    """By the line that begins every letter; Apple's is a folder ``NAME.mbox`` with a file ``mbox``."""
    path = _file(path)
    if path.suffix.lower() not in _ENDINGS or not path.is_file():
        return False
    with files.open_input(path) as stream:
        return stream.read(5) == b"From "


def read(path: Path) -> Export:
    path = _file(path)
    return Export(NAME, NAME, path.stem, lambda: _posts(path))


def _file(path: Path) -> Path:
    return path / "mbox" if path.is_dir() else path


def _posts(path: Path) -> Iterator[Post]:
    import mailbox
    from email.parser import BytesHeaderParser

    box = mailbox.mbox(path, create=False)
    try:
        for number, key in enumerate(box.iterkeys(), 1):
            data = box.get_bytes(key)
            letter = BytesHeaderParser().parsebytes(data)
            if _is_draft(letter):
                continue
            yield Post(
                id=_id(letter, data), published_on=_day(letter), edited_on=None, data=data, medium="email", law_medium="letter",
                place=_("letter {number}").format(number=number), sender=_sender(letter),
            )  # fmt: skip
    finally:
        box.close()


def _is_draft(letter: Message) -> bool:
    """By the labels that Google Takeout writes, in the language of the account."""
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    try:
        labels = str(make_header(decode_header(str(letter.get("X-Gmail-Labels") or ""))))
    except (ValueError, LookupError, HeaderParseError):
        return False
    return not _DRAFTS.isdisjoint(word.strip().lower() for word in labels.split(","))


def _id(letter: Message, data: bytes) -> str:
    """The same letter has the same, whatever file it lies in."""
    named = str(letter.get("Message-ID") or "").strip()
    return hashlib.sha256(named.encode("utf-8", errors="replace") if named else data).hexdigest()[:16]


def _sender(letter: Message) -> str:
    from email.utils import parseaddr

    return parseaddr(str(letter.get("From") or ""))[1].lower()


def _day(letter: Message) -> date | None:
    """The day as the sender's clock had it."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(str(letter.get("Date") or "")).date()
    except (ValueError, TypeError, OverflowError):
        return None
