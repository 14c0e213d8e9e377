"""Which column of Google Takeout's lists is what. Their headings are in the language of the account.

Headings of English, Russian and German exports, of brand accounts too, as programs that read them name them;
a heading is known by the words in it, since Google has changed their order and their capitals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_SOME = tuple[str, ...]
_ID = ("id", "идентификатор")
_VIDEO: _SOME = ("video", "видео")
_CHANNEL: _SOME = ("channel", "канал", "kanal")
_LANGUAGE: _SOME = ("language", "язык", "sprache")

# role -> one word of each group is in the heading, none of the last group is
_ROLES: dict[str, tuple[tuple[_SOME, ...], _SOME]] = {
    "id": ((_ID, _VIDEO), _CHANNEL),
    "channel": ((_ID, _CHANNEL), ()),
    "title": ((("title", "назван", "заголов", "titel"),), (*_LANGUAGE, *_CHANNEL, "segment", "сегмент", "abschnitt")),
    "text": ((("descri", "описан", "beschreib"),), (*_LANGUAGE, *_CHANNEL, "segment", "сегмент", "abschnitt")),
    "seen": ((("privacy", "visibility", "конфиденциальн", "доступ", "видимост", "datenschutz", "sichtbarkeit"),), ()),
    "published": ((("publi", "публик", "veröffentlich"),), _CHANNEL),
    "created": ((("creat", "созда", "erstell"),), ("text", "текст")),
    "changed": ((("update", "обновл", "измен", "aktualisier"),), ()),
}  # fmt: skip
_VIDEOS = {"id", "title", "text", "seen"}
_TEXTS = {"id", "changed"}
_PRIVATE = ("private", "privat", "ограничен", "личн", "приват", "закрыт")
_UNLISTED = ("unlisted", "по ссылке", "не в списке", "nicht gelistet")


@dataclass(frozen=True, slots=True)
class Columns:
    """Role -> number of the column. ``kind``: ``videos``, ``texts`` (days of edits), or empty for other lists."""

    at: dict[str, int]
    kind: str

    def cell(self, row: Sequence[str], role: str) -> str:
        number = self.at.get(role)
        return row[number].strip() if number is not None and number < len(row) else ""


def columns(heading: Sequence[str]) -> Columns:
    at: dict[str, int] = {}
    for number, name in enumerate(heading):
        for role in _ROLES:
            if role not in at and _means(name.strip().lower(), role):
                at[role] = number
    kind = (
        "videos" if at.keys() >= _VIDEOS else "texts" if at.keys() >= _TEXTS and "channel" not in at else ""
    )
    return Columns(at, kind)


def _means(name: str, role: str) -> bool:
    groups, never = _ROLES[role]
    words = set(name.replace("-", " ").replace("(", " ").replace(")", " ").split())
    return not any(word in name for word in never) and all(
        any(word in words if word in _ID else word in name for word in group) for group in groups
    )


def seen(word: str) -> str:
    """``public``, ``unlisted`` or ``private``; what is not known counts as public."""
    word = word.lower()
    if any(known in word for known in _UNLISTED):
        return "unlisted"
    return "private" if any(known in word for known in _PRIVATE) else "public"
