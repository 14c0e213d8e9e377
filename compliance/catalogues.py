"""Message catalogues: many small ``.po`` files in, one compiled ``.mo`` a language out.

Run by the starter before anything is installed (so that set-up already speaks the user's
language), by the wheel's build hook and by the tests; hence the standard library only. What is
understood of the format is what our own files use: ``msgid``, ``msgid_plural``, ``msgstr``,
``msgstr[n]``, comments and the ``fuzzy`` flag. Format: GNU gettext manual, "PO Files", "MO Files".
"""

from __future__ import annotations

import ast
import os
import re
import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "compliance"

_KEYWORD = re.compile(r'(msgid_plural|msgid|msgstr)(?:\[(\d)\])?\s+(".*")$')


class CatalogueError(ValueError):
    """A ``.po`` file that cannot be used; the text is ``FILE:LINE: what``. Our mistake, never a user's."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message: ``forms`` has one text, or one for each plural form of the language."""

    msgid: str
    plural: str
    forms: tuple[str, ...]
    fuzzy: bool
    place: str


def read(path: Path) -> list[Entry]:
    """The messages of one ``.po`` file in order, the header (empty ``msgid``) first.

    Raises `CatalogueError` for a line that is not understood and for a message given twice.
    """
    entries: list[Entry] = []
    seen: set[str] = set()
    for number, block in _blocks(path.read_text(encoding="utf-8")):
        entry = _entry(block, f"{path.name}:{number}")
        if entry is None:
            continue
        if entry.msgid in seen:
            raise CatalogueError(f"{entry.place}: {entry.msgid!r} is in this file twice")
        seen.add(entry.msgid)
        entries.append(entry)
    return entries


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines between empty ones, each with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.strip():
            block.append(line.strip())
        elif block:
            yield number - len(block), block
            block = []


def _entry(block: list[str], place: str) -> Entry | None:
    texts: dict[str, str] = {}
    fuzzy = False
    key = ""
    for line in block:
        if line.startswith("#"):
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        match = _KEYWORD.match(line)
        if match:
            word, number, quoted = match.groups()
            key = f"msgstr{number or 0}" if word == "msgstr" else word
            if key in texts:
                raise CatalogueError(f"{place}: {word} twice in one message (an empty line is missing)")
            texts[key] = ""
        elif line.startswith('"') and key:
            quoted = line
        else:
            raise CatalogueError(f"{place}: not understood: {line[:60]}")
        texts[key] += _unquoted(quoted, place)
    if not texts:
        return None
    forms = tuple(texts[name] for name in sorted(texts) if name.startswith("msgstr"))
    if "msgid" not in texts or not forms:
        raise CatalogueError(f"{place}: a message without msgid or msgstr")
    return Entry(texts["msgid"], texts.get("msgid_plural", ""), forms, fuzzy, place)


def _unquoted(text: str, place: str) -> str:
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        raise CatalogueError(f"{place}: badly quoted: {text[:60]}") from None
    assert isinstance(value, str)
    return value


def languages(root: Path = LOCALE) -> list[str]:
    """The languages that have at least one ``.po`` file, by code."""
    return sorted({path.parent.name for path in root.glob("*/*.po")})


def merged(language: str, root: Path = LOCALE) -> dict[str, Entry]:
    """All areas of ``language`` by ``msgid``, the header under the empty string.

    Raises `CatalogueError` when two areas translate one message differently.
    """
    found: dict[str, Entry] = {}
    for path in sorted((root / language).glob("*.po")):
        for entry in read(path):
            old = found.setdefault(entry.msgid, entry)
            if entry.msgid and (old.forms, old.plural) != (entry.forms, entry.plural):
                raise CatalogueError(f"{entry.place}: {entry.msgid!r} is translated otherwise in {old.place}")
    return found


def compiled(entries: dict[str, Entry]) -> bytes:
    """The bytes of a ``.mo`` file; messages that are fuzzy or have no translation are left out."""
    pairs = sorted(
        (_key(entry).encode(), "\0".join(entry.forms).encode())
        for entry in entries.values()
        if all(entry.forms) and (not entry.fuzzy or not entry.msgid)
    )
    start = 7 * 4
    at = start + 16 * len(pairs)
    tables: list[list[int]] = [[], []]
    body = b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += [len(pair[side]), at + len(body)]
            body += pair[side] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), start, start + 8 * len(pairs), 0, at)
    return head + struct.pack(f"<{4 * len(pairs)}I", *tables[0], *tables[1]) + body


def _key(entry: Entry) -> str:
    return f"{entry.msgid}\0{entry.plural}" if entry.plural else entry.msgid


def compile_all(root: Path = LOCALE) -> list[Path]:
    """Write ``<language>/LC_MESSAGES/compliance.mo`` for each language where it is not what it should be.

    Returns all targets. Each is replaced whole, so two runs at once do no harm.
    """
    targets = []
    for language in languages(root):
        target = root / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
        data = compiled(merged(language, root))
        if not target.exists() or target.read_bytes() != data:
            target.parent.mkdir(exist_ok=True)
            temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
            temporary.write_bytes(data)
            os.replace(temporary, target)  # noqa: PTH105, the plain call says that it replaces
        targets.append(target)
    return targets


if __name__ == "__main__":
    for written in compile_all():
        print(written)
