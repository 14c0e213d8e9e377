"""Names in a text, in whatever grammatical case: Russian by its word forms, other names as they are written.

A person is found by surname with first name or initials beside it, in either order; by the surname alone only
when asked; by half of a double surname with the first name or both initials. A body is found by the words of its
name: those in quotation marks where the list has some, and by the abbreviation that the list gives in brackets,
where other names of persons stand too. Words are compared by their dictionary forms (pymorphy3); Latin spellings of Russian names by a rough likeness of sound.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from compliance.errors import SetupError
from compliance.i18n import _

_LETTER = r"[^\W\d_][\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]*"
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")
_STRESS = re.compile(r"[\u0300\u0301]")
_WORD = re.compile(rf"(?:{_LETTER})+(?:['’](?:{_LETTER})+)*")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_PATRONYMIC = re.compile(r"(?:вич|ична|вна|ич|оглы|кызы)\Z", re.IGNORECASE)
_ABBREVIATIONS = range(3, 11)  # letters
_COMMON = frozenset(
    "США СССР КНР ФРГ ООН СМИ НКО АНО ООО ОАО ЗАО ПАО НПО РОО МОО USA NGO LLC LTD INC GMBH".split()
)
"""Abbreviations that are nobody's name."""
_QUOTED = re.compile(r"[«“\"„]([^«»“”\"„]{2,})[»”\"]")
_PARTED = re.compile(r"[.!?;:]\s|\n\s*\n")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_ALIKE = str.maketrans("ABEKMHOPCTXYaeopcxyk", "АВЕКМНОРСТХУаеорсхук")
_SOUNDS = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
        "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
        "х": "h", "ц": "c", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "u", "я": "a",
    }
)  # fmt: skip
_ROUGHLY = (
    ("shch", "sch"), ("kh", "h"), ("ts", "c"), ("tz", "c"), ("yu", "u"), ("iu", "u"), ("ju", "u"), ("ya", "a"),
    ("ia", "a"), ("ja", "a"), ("yo", "e"), ("ye", "e"), ("ie", "e"), ("je", "e"), ("y", "i"), ("j", "i"), ("'", ""), ("’", ""),
)  # fmt: skip
_HYPHENS = ("-", "‐", "‑", "–")
_NEAR = 3
"""So many words may stand between the surname and what belongs to it, patronymic included."""

How = Literal["name", "initials", "half", "surname", "body"]


@dataclass(frozen=True, slots=True)
class Token:
    """One word: its text, ``start`` and ``end`` in the text, its dictionary forms."""

    text: str
    start: int
    end: int
    forms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of a list. Of a person ``core`` is the surname, word by word, and ``given`` the other names; ``half``:
    it is one of a double surname. ``exact``: an abbreviation, found only as it is written. ``parted``: a sentence seems
    to end within the name."""

    name: str
    list: str
    core: tuple[frozenset[str], ...]
    given: tuple[frozenset[str], ...] = ()
    initials: str = ""
    half: bool = False
    exact: str = ""
    parted: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """``entry`` stands at ``start`` to ``end`` of the text; ``how`` it was told."""

    entry: Entry
    start: int
    end: int
    how: How


class Finder:
    """All names of some lists, ready to look for. ``SetupError`` where the word forms are not installed."""

    def __init__(
        self, names: Iterable[tuple[str, str]], *, own: Iterable[str] = (), surnames: bool = False
    ) -> None:
        """``names``: (list, name as the list writes it). ``own``: our names, whose label names us on every page."""
        self.surnames = surnames
        ours = [entry for name in own for entry in entries(name, "")]
        self.by_first: dict[str, list[Entry]] = defaultdict(list)
        for listed, name in names:
            for entry in entries(name, listed):
                if any(_same(entry, us) for us in ours):
                    continue
                for form in entry.core[0]:
                    self.by_first[form].append(entry)

    def find(self, text: str) -> list[Mention]:
        """Every mention in order; the same words are one mention of one entry."""
        words = tokens(text)
        found: dict[tuple[str, str, int], Mention] = {}
        for at, word in enumerate(words):
            for entry in dict.fromkeys(entry for form in word.forms for entry in self.by_first.get(form, ())):
                mention = self._at(entry, text, words, at)
                if mention is not None and (mention.how == "name" or word.text[0].isupper()):
                    found.setdefault((entry.list, entry.name, mention.start), mention)
        whole = [item for item in found.values() if item.how != "half"]
        kept = [item for item in found.values() if item.how != "half" or not _within(item, whole)]
        return sorted(kept, key=lambda item: (item.start, item.entry.name))

    def _at(self, entry: Entry, text: str, words: Sequence[Token], at: int) -> Mention | None:
        size = len(entry.core)
        own = words[at : at + size]
        if len(own) < size or not all(form & word.forms for form, word in zip(entry.core, own, strict=True)):
            return None
        if entry.exact and _alike(own[0].text) != entry.exact:
            return None
        if not entry.parted and any(
            _PARTED.search(text[one.end : two.start]) for one, two in itertools.pairwise(own)
        ):
            return None
        start, end = own[0].start, own[-1].end
        if not entry.given:
            return Mention(entry, start, end, "body")
        behind = _beside(text, words[at + size : at + size + _NEAR], end, ahead=True)
        before = _beside(text, words[max(0, at - _NEAR) : at][::-1], start, ahead=False)
        for near in (behind, before):
            how = _belongs(entry, near)
            if entry.half and (how is None or _is_half_of_another(text, start, end)):
                continue
            if how is not None:
                edge = near[: _width(entry, near, how)]
                return Mention(
                    entry,
                    min(start, *(item.start for item in edge)),
                    max(end, *(item.end for item in edge)),
                    "half" if entry.half else how,
                )
        return Mention(entry, start, end, "surname") if self.surnames and not entry.half else None


def _width(entry: Entry, near: Sequence[Token], how: How) -> int:
    """How many of the words beside the surname were told by."""
    if how == "initials":
        return sum(len(word.text) == 1 and word.text.isupper() for word in near[:2])
    return 1 if entry.given[0] & near[0].forms else 2


def _within(half: Mention, whole: Iterable[Mention]) -> bool:
    """Whether it is half of a surname that was found whole."""
    return any(
        other.entry.name == half.entry.name and other.start <= half.start < other.end for other in whole
    )


def _is_half_of_another(text: str, start: int, end: int) -> bool:
    """Whether a hyphen makes it part of a longer surname."""
    return text[max(0, start - 1) : start] in _HYPHENS or text[end : end + 1] in _HYPHENS


def _same(one: Entry, two: Entry) -> bool:
    """Whether both are called alike, word for word, in whatever case."""
    words = (*one.core, *one.given), (*two.core, *two.given)
    return len(words[0]) == len(words[1]) and all(a & b for a, b in zip(*words, strict=True))


def _beside(text: str, near: Sequence[Token], edge: int, *, ahead: bool) -> list[Token]:
    """The words of ``near`` that stand right beside, initials with their points; none beyond a sentence's end."""
    kept: list[Token] = []
    for word in near:
        gap = text[edge : word.start] if ahead else text[word.end : edge]
        first = kept[-1] if kept else None
        initial = len(word.text) == 1 or (first is not None and len(first.text) == 1)
        if gap.strip(" .\u00a0,-\r\n" if initial else " \u00a0,-\r\n") or gap.count("\n") > 1 or len(gap) > 4:
            break
        kept.append(word)
        edge = word.end if ahead else word.start
    return kept


def _belongs(entry: Entry, near: Sequence[Token]) -> How | None:
    """Whether the first name, or its initial, is among the words beside the surname."""
    if not near:
        return None
    first = entry.given[0]
    between = len(near) > 1 and (
        any(other & near[0].forms for other in entry.given[1:])
        or (len(near[0].text) == 1 and _alike(near[0].text) == entry.initials[1:2])
    )
    if first & near[0].forms or (between and first & near[1].forms):
        return "name"
    letters = "".join(_alike(word.text) for word in near[:2] if len(word.text) == 1)
    if entry.half and len(letters) < 2:
        return None
    if letters and (
        letters[0] == entry.initials[0] or (len(letters) > 1 and letters[::-1] == entry.initials[:2])
    ):
        return "initials"
    return None


def entries(name: str, listed: str) -> Iterator[Entry]:
    """What to look for, for one line of a list: one person, or a body by its names in quotation marks; and what stands
    in brackets: abbreviations, other names, other surnames."""
    plain = _BRACKETS.sub(" ", name)
    person = None if _QUOTED.search(name) else _person(plain)
    yield from _main(name, listed, plain, person)
    for part in (part.strip() for found in _BRACKETS.findall(name) for part in re.split(r"[,;]", found)):
        words = _words(part)
        if len(words) == 1 == len(part.split()) and _is_abbreviation(words[0]):
            yield Entry(name, listed, (forms(words[0]),), exact=_alike(words[0]))
        elif person and _CYRILLIC.search(part) and part[:1].isupper():
            if other := _person(part):
                yield from _of_person(name, listed, *other)
            elif len(words) == 1:
                yield from _of_person(name, listed, words, person[1])


def _main(name: str, listed: str, plain: str, person: tuple[list[str], list[str]] | None) -> Iterator[Entry]:
    words = _words(plain)
    if person is not None and not _CYRILLIC.search(plain):
        yield Entry(name, listed, tuple(map(forms, words)))
        if len(words) == 2:
            yield Entry(name, listed, tuple(map(forms, words[::-1])))
    elif person is not None:
        yield from _of_person(name, listed, *person)
    else:
        quoted = _QUOTED.findall(name)
        for text in quoted or (plain,):
            body = _words(text)
            if body and (len(body) > 1 or len(body[0]) > 2):
                yield Entry(
                    name, listed, tuple(map(forms, body)), parted=_PARTED.search(text.strip()) is not None
                )


def _person(plain: str) -> tuple[list[str], list[str]] | None:
    """The words of the surname, and the other names; ``None`` for a body. Lists in capitals add days and places
    behind a comma, and mark some with an asterisk."""
    parts = [part for part in re.split(r"[,*\d]", plain)[0].split() if _words(part)]
    if not 2 <= len(parts) <= 4 or not all(part[0].isupper() for part in parts):
        return None
    capitals = [part for part in parts if part.isupper() and max(map(len, _words(part))) > 1]
    initials = "." in parts[-1] and all(len(word) == 1 for word in _words(parts[-1]))
    if capitals and not initials and not any(_is_given(part) for part in parts[1:]):
        return None
    given = [words if len(words[0]) == 1 else words[:1] for words in map(_words, parts[1:])]
    return _words(parts[0]), list(itertools.chain(*given))


def _is_given(part: str) -> bool:
    if not _CYRILLIC.search(part) or len(part) < 3:
        return False
    known = any({"Name", "Patr"} & item.tag.grammemes for item in _analyser().parse(part.casefold()))
    return known or _PATRONYMIC.search(part) is not None


def _of_person(name: str, listed: str, surname: list[str], given: list[str]) -> Iterator[Entry]:
    # Of initials in a list nothing is a word: "и" is no first name.
    others = tuple(forms(word) if len(word) > 1 else frozenset() for word in given)
    initials = "".join(_alike(word[0]).upper() for word in given)
    yield Entry(name, listed, tuple(map(forms, surname)), others, initials)
    for half in surname if len(surname) > 1 else ():
        if len(half) > 2:
            yield Entry(name, listed, (forms(half),), others, initials, half=True)


def _is_abbreviation(word: str) -> bool:
    return word.isupper() and len(word) in _ABBREVIATIONS and word not in _COMMON


def _words(text: str) -> list[str]:
    return [_seen(found) for found in _WORD.findall(text)]


def tokens(text: str) -> list[Token]:
    return [
        Token(word, *found.span(), forms(word)) for found in _WORD.finditer(text) if (word := _seen(found[0]))
    ]


def _seen(word: str) -> str:
    """Without soft hyphens, marks of stress and what else is not read; letters in one piece."""
    if word.isascii():
        return word
    return _STRESS.sub("", unicodedata.normalize("NFC", _UNSEEN.sub("", word)))


@lru_cache(maxsize=50_000)
def forms(word: str) -> frozenset[str]:
    """Dictionary forms of a word, and how it sounds in Latin letters. Look-alike letters are taken for what they mean."""
    word = _alike(word) if _CYRILLIC.search(word) and _LATIN.search(word) else word
    plain = word.casefold().replace("ё", "е")
    if not _CYRILLIC.search(word):
        return frozenset({plain, f"~{_roughly(plain)}"})
    parsed = {str(item.normal_form).replace("ё", "е") for item in _analyser().parse(plain)}
    return frozenset({plain, f"~{_roughly(plain.translate(_SOUNDS))}", *parsed})


def _alike(text: str) -> str:
    return text.translate(_ALIKE)


def _roughly(text: str) -> str:
    for one, two in _ROUGHLY:
        text = text.replace(one, two)
    return re.sub(r"(.)\1+", r"\1", text)


@lru_cache(maxsize=1)
def _analyser() -> Any:
    try:
        import pymorphy3  # type: ignore[import-untyped]
    except ImportError:
        raise SetupError(
            _("names in Russian texts need the word forms of pymorphy3"),
            remedy=_("To install: {command}").format(command='pip install "compliance[names]"'),
        ) from None
    return pymorphy3.MorphAnalyzer(lang="ru")
