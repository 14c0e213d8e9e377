"""Telegram Desktop, "Export chat history" of one channel as JSON (``result.json`` and its folder).

The export of a whole account is refused: it holds private talks, and nothing of them is read. Days are
those of the computer that made the export. In a group, what its members write is theirs: only what is sent in the name
of a channel, or of the group itself, is a post. What stands under a spoiler, or in the folded part of a quotation, is
not seen until somebody taps it, so it is no part of the words; what is struck through is read as struck through. An album is one post: Telegram writes it as messages of the same second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from compliance import files
from compliance.channels.model import Export, Post
from compliance.errors import InputError
from compliance.i18n import _
from compliance.periods import parse_day

NAME = "telegram"
_OPEN = ("public_channel", "private_channel", "public_supergroup", "private_supergroup")
_HEAD = 4096
_LONGEST_TITLE = 600
_COVER = "\N{MEDIUM SHADE}"
_STROKE = "\N{COMBINING LONG STROKE OVERLAY}"
_FOLDED_LINES = 3
_TELEPHONE_LINE = 40  # letters: our measure
_MEDIA = ("photo", "file")
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif")


def kind() -> str:
    return _("Telegram: result.json of one channel")


def recognises(path: Path) -> bool:
    path = _json(path)
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    with files.open_input(path) as stream:
        head = stream.read(_HEAD)
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and (
        b'"messages"' in head or b'"chats"' in head
    )


def read(path: Path) -> Export:
    path = _json(path)
    head = _header(path)
    if head.get("type") not in _OPEN:
        raise InputError(
            _("this is not the export of a channel"),
            place=str(path),
            why=_("It is of a private talk or of a whole account; nothing of it was read."),
            remedy=_("In Telegram Desktop open the channel, then: Export chat history, format JSON."),
        )
    number, name = str(head.get("id", "")), str(head.get("name") or "")
    if not (number.isascii() and number.isdigit()):
        raise _damaged(path)
    group = str(head.get("type")).endswith("group")
    return Export(
        NAME, f"{NAME}-{number}", name, lambda: _posts(path, number, group),
        (lambda: _of_members(path)) if group else dict,
    )  # fmt: skip


def _json(path: Path) -> Path:
    return path / "result.json" if path.is_dir() else path


def _damaged(path: Path, place: str = "") -> InputError:
    return InputError(
        _("this export is damaged or not complete"),
        place=f"{path}, {place}" if place else str(path),
        remedy=_("Export the channel once more."),
    )


def _header(path: Path) -> dict[str, Any]:
    """Name, kind and number: what stands before the messages."""
    import ijson  # type: ignore[import-untyped]

    found: dict[str, Any] = {}
    with files.open_input(path) as stream:
        try:
            for prefix, event, value in ijson.parse(stream, use_float=True):
                if (prefix, event) == ("messages", "start_array") or prefix.startswith("chats"):
                    break
                if event in ("string", "number"):
                    found[prefix] = value
        except (ijson.JSONError, UnicodeDecodeError):
            raise _damaged(path) from None
    return found


def _posts(path: Path, channel: str, group: bool) -> Iterator[Post]:
    album: _Album | None = None
    for message in _messages(path):
        if message.get("type") != "message" or (group and _is_of_member(message)):
            continue
        if album is not None and album.takes(message):
            album.add(message)
            continue
        if album is not None:
            yield album.post(path, channel)
        album = _Album(message)
        album.add(message)
    if album is not None:
        yield album.post(path, channel)


def _is_of_member(message: dict[str, Any]) -> bool:
    return str(message.get("from_id", "")).startswith("user")


def _of_members(path: Path) -> dict[str, int]:
    count = sum(message.get("type") == "message" and _is_of_member(message) for message in _messages(path))
    return {_("messages of members"): count} if count else {}


def _messages(path: Path) -> Iterator[dict[str, Any]]:
    import ijson

    with files.open_input(path) as stream:
        try:
            for number, message in enumerate(ijson.items(stream, "messages.item", use_float=True), 1):
                if not isinstance(message, dict):
                    raise _damaged(path, _("message {number}").format(number=number))
                yield message
        except (ijson.JSONError, UnicodeDecodeError):
            raise _damaged(path) from None


@dataclass(slots=True)
class _Album:
    """A message, or several of one second that are pictures or films, with one caption at the most."""

    first: dict[str, Any]
    text: str = ""
    edited: date | None = None
    media: list[str] = field(default_factory=list)

    def takes(self, message: dict[str, Any]) -> bool:
        same = ("date_unixtime", "date", "from_id", "forwarded_from")
        return (
            bool(self.media and _media(message))
            and all(self.first.get(key) == message.get(key) for key in same)
            and not (self.text and _words(message))
        )

    def add(self, message: dict[str, Any]) -> None:
        self.text = self.text or _words(message)
        self.media += _media(message)
        edited = _day(message.get("edited"))
        self.edited = max(filter(None, (self.edited, edited)), default=None)

    def post(self, path: Path, channel: str) -> Post:
        number = str(self.first.get("id", ""))
        published = _day(self.first.get("date"))
        if not number.lstrip("-").isdigit() or published is None:
            raise _damaged(path, _("message {number}").format(number=number or "?"))
        pictures = tuple(found for name in self.media if (found := _beside(path.parent, name)) is not None)
        return Post(
            id=number,
            published_on=published,
            edited_on=self.edited if self.edited and self.edited > published else None,
            data=self.text.encode("utf-8", errors="replace"),
            medium="text",
            law_medium="post",
            title=" ".join(self.text.replace(_COVER, "").replace(_STROKE, "").split())[:_LONGEST_TITLE],
            address=f"https://t.me/c/{channel}/{number}",
            attached=pictures,
            unread=len(self.media) - len(pictures),
        )


def _beside(folder: Path, name: str) -> Path | None:
    """A picture of the export; never anything outside its folder."""
    found = folder / name
    try:
        inside = found.resolve().is_relative_to(folder.resolve())
        return found if inside and found.suffix.lower() in _PICTURES and found.is_file() else None
    except (OSError, ValueError):
        return None


def _media(message: dict[str, Any]) -> list[str]:
    return [str(message[key]) for key in _MEDIA if isinstance(message.get(key), str)]


def _day(value: Any) -> date | None:
    try:
        return parse_day(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _words(message: dict[str, Any]) -> str:
    """What is read without a tap: pieces in order; a poll's question and answers."""
    text = message.get("text", "")
    pieces = text if isinstance(text, list) else [text]
    found = "".join(_piece(piece) for piece in pieces)
    poll = message.get("poll")
    if isinstance(poll, dict):
        answers = poll.get("answers")
        lines = (
            [item.get("text", "") for item in answers if isinstance(item, dict)]
            if isinstance(answers, list)
            else []
        )
        found = "\n\n".join(
            filter(None, (found, str(poll.get("question") or ""), "\n".join(map(str, lines))))
        )
    return found


def _piece(piece: Any) -> str:
    if isinstance(piece, str):
        return piece
    if not isinstance(piece, dict):
        return ""
    words = piece.get("text")
    words = words if isinstance(words, str) else ""
    kind = piece.get("type")
    if kind == "spoiler":
        return _covered(words)
    if kind == "strikethrough":
        return "".join(char if char.isspace() else char + _STROKE for char in words)
    if kind == "blockquote" and piece.get("collapsed") is True:
        seen = _quoted(words)
        return words[:seen] + _covered(words[seen:])
    return words


def _covered(words: str) -> str:
    return "".join(char if char.isspace() else _COVER for char in words)


def _quoted(words: str) -> int:
    """How many characters of a folded quotation are shown: three lines, on a telephone."""
    seen = rows = 0
    for line in words.splitlines(keepends=True):
        seen += min(len(line), (_FOLDED_LINES - rows) * _TELEPHONE_LINE)
        rows += -(-len(line) // _TELEPHONE_LINE)
        if rows >= _FOLDED_LINES:
            break
    return seen
