"""Plain text: posts, letters, mails. The file's own encoding, byte order mark and line ends stay."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.labels.judge import judge
from compliance.labels.model import Label, Stamped, Verification
from compliance.labels.reading import LONGEST_UNMARKED_HEADING, Reading, Run

NAME = "text"
SUFFIXES = (".txt", ".text")
MEDIA = ("text", "post", "letter")
CAP = 4 * MiB
LAYOUTS = ("under_heading", "first")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_RUSSIAN = re.compile(r"[А-Яа-яЁё\x00-\x7f«»„“”‘’–—…№\xa0§°©®±·•€™]*")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with what is needed to write it back: ``encode(decode(data)) == data``."""

    text: str
    encoding: str
    mark: bytes

    @property
    def newline(self) -> str:
        """The first line end of the file; ``\\n`` where there is none."""
        found = re.search(r"\r\n|\r|\n", self.text)
        return found[0] if found else "\n"

    def encode(self, text: str) -> bytes:
        """Raises `InputError` when the file's encoding lacks a letter of the label."""
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError:
            raise InputError(
                _("the encoding of this file lacks letters of the label"),
                remedy=_("Save the file as UTF-8 and try again."),
            ) from None


def recognises(data: bytes) -> bool:
    """Text has no magic bytes: anything that is no other format's and has no NUL outside UTF-16."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    known = (
        b"%PDF-",
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"PK\x03\x04",
        b"%!PS",
        b"GIF8",
        b"{\\rtf",
        b"\xd0\xcf\x11\xe0",
    )
    return b"\0" not in data and not data.startswith(known)


def decode(data: bytes) -> Decoded:
    """UTF-8, UTF-16 with its mark, or windows-1251 where the result is plainly Russian.

    Raises `InputError` for anything else: a guess would put the label into the wrong letters.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, mark)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", b"")
    except UnicodeDecodeError:
        found = _strict(data, "cp1251", b"")
    letters = [char for char in found.text if char.isalpha() and char > "\x7f"]
    small = sum(char.islower() for char in letters)
    if not _RUSSIAN.fullmatch(found.text) or 2 * small < len(letters):
        raise _unknown_encoding()
    return found


def _strict(data: bytes, encoding: str, mark: bytes) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding, mark)
    except UnicodeDecodeError:
        raise _unknown_encoding() from None


def _unknown_encoding() -> InputError:
    return InputError(
        _("the encoding of this text is not known"),
        why=_("It is neither UTF-8 nor UTF-16 nor Russian in windows-1251."),
        remedy=_("Save the file as UTF-8 and try again."),
    )


def stamp(data: bytes, label: Label, *, layout: str = LAYOUTS[0]) -> Stamped:
    """The label as a paragraph of its own under the heading, or first where there is none, or where it is wanted so.

    The heading is a guess: one short line at the top, followed by an empty line, that does not end
    like a sentence or a greeting.
    """
    assert label.text is not None
    source = decode(data)
    end = source.newline
    heading = re.match(
        r"(?:[^\S\r\n]*(?>\r\n|\r|\n))*[^\r\n]*(?>\r\n|\r|\n)(?=[^\S\r\n]*(?:\r\n|\r|\n))", source.text
    )
    if label.leads:
        made, note = f"{label.text}{end}{end}{source.text}", _("the label stands first, as the rule asks")
    elif layout == "first":
        made, note = f"{label.text}{end}{end}{source.text}", _("the label stands before everything else")
    elif heading and _like_heading(heading[0].strip()):
        head, body = heading[0], source.text[heading.end() :]
        made = f"{head}{end}{label.text}{end}{body}"
        note = _("“{heading}” was taken for the heading").format(heading=heading[0].strip())
    else:
        made = f"{label.text}{end}{end}{source.text}"
        note = _("no heading was found; the label stands first")
    return Stamped(source.encode(made), (note,))


def _like_heading(line: str) -> bool:
    return 0 < len(line) <= LONGEST_UNMARKED_HEADING and line[-1] not in ".!,;:…"


def remove(data: bytes, label: Label) -> Stamped | None:
    """Without the paragraph that holds the label: exactly the text that was stamped, where that can be told."""
    return surest(
        taken_out(data, label, partial(stamp, layout=name), lambda words: words) for name in LAYOUTS
    )


def layout_of(data: bytes, label: Label) -> str:
    """The layout in which our label surely stands; empty where that cannot be told."""
    return standing(
        (name, taken_out(data, label, partial(stamp, layout=name), lambda words: words)) for name in LAYOUTS
    )


def standing(found: Iterable[tuple[str, Stamped | None]]) -> str:
    """Of layouts, each with the text without its label: the first whose label surely stood there."""
    return next((name for name, bare in found if bare is not None and not bare.notes), "")


def surest(found: Iterable[Stamped | None]) -> Stamped | None:
    """Of the texts without the label that were found in several ways: one that surely was stamped, if any."""
    known = [item for item in found if item is not None]
    return min(known, key=lambda item: bool(item.notes), default=None)


def taken_out(
    data: bytes, label: Label, put: Callable[[bytes, Label], Stamped], written: Callable[[str], str]
) -> Stamped | None:
    """``data`` without the label that ``put`` put in, as ``written`` in the source; ``None`` where none stands.

    Of the texts that it may have been, the one that ``put`` makes ``data`` of; where somebody has worked
    on the file since, the label goes with one empty line.
    """
    source = decode(data)
    end, text = source.newline, source.text
    for words in dict.fromkeys((*([label.text] if label.text else []), *label.former)):
        block, guess = written(words), None
        for found in re.finditer(re.escape(block), text):
            start, stop = found.span()
            for before, after in ((end, end), ("", end + end), (end, ""), ("", end), ("", "")):
                if not (text[:start].endswith(before) and text[stop:].startswith(after)):
                    continue
                rest = text[: start - len(before)] + text[stop + len(after) :]
                made = source.encode(rest)
                guess = guess if guess is not None or not _alone(text, start, stop) else made
                if put(made, replace(label, text=words)).data == data:
                    return Stamped(made)
        if guess is not None:
            return Stamped(guess, (_("this file was worked on since it was labelled: compare what is left"),))
    return None


def _alone(text: str, start: int, stop: int) -> bool:
    """Whether nothing else stands on these lines."""
    return (start == 0 or text[start - 1] in "\r\n") and text[stop : stop + 1] in ("", "\n", "\r")


def detect(data: bytes, label: Label) -> Verification:
    """Wording and position; plain text has neither sizes nor colours of its own."""
    return judge(read(data), label)


def read(data: bytes) -> Reading:
    """Paragraphs by empty lines; a paragraph of several lines is never a heading by itself."""
    text = decode(data).text
    runs: list[Run] = []
    block, first = 0, 0
    for number, line in enumerate(re.split(r"(?<=\n)|(?<=\r)(?!\n)", text), 1):
        if not line.strip():
            block += 1
        elif runs and runs[-1].block == block and runs[-1].text.strip():
            runs[-1] = _joined(runs[-1], line)
            first += len(line)
            continue
        place = _("line {number}").format(number=number)
        runs.append(Run(line, at=(float(len(runs)),), block=block, place=place, first=first))
        first += len(line)
    return Reading(
        NAME,
        tuple(runs),
        by_lines=True,
        unknown={"contrast": _("plain text has no colours; the program that shows it chooses them")},
        impossible={"font_ratio": _("plain text has no font sizes: a larger label cannot be made here")},
    )


def _joined(run: Run, line: str) -> Run:
    return Run(run.text + line, at=run.at, block=run.block, place=run.place, first=run.first)
