"""Does a free text that will be printed say something about a person? A help, not a proof.

Pure functions over text: patterns with check digits where there are any, and a literal search for
names that the vault knows. The text is first made plain (`plain`): compatibility forms, invisible
characters, other digits and Latin look-alikes inside Cyrillic words hide nothing.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from compliance.findings import Finding
from compliance.i18n import _
from compliance.reports._names import GIVEN_NAME, PATRONYMIC, SURNAME

CODE = "privacy.personal_data"
MAX_TEXT = 200_000
"""Longer texts are cut for looking: nothing that long is printed (`render` cuts far earlier)."""


@dataclass(frozen=True, slots=True)
class Hit:
    """``kind``: email, phone, snils, tax_id, passport, card, iban, birth_date, name, handle, known_name.

    ``start`` and ``end`` count characters of ``plain(text)``; ``masked`` shows the first character of
    each word and nothing else, so that a message may quote it.
    """

    kind: str
    start: int
    end: int
    masked: str


def plain(text: str) -> str:
    """NFKC, no invisible characters, ASCII digits and dashes, one script a word; lone surrogates replaced."""
    text = unicodedata.normalize("NFKC", text[:MAX_TEXT])
    kept = []
    for char in text:
        category = unicodedata.category(char)
        if category == "Cs":
            kept.append("\N{REPLACEMENT CHARACTER}")
        elif category == "Cf" or (category == "Mn" and char != "\u0306" and char != "\u0308"):
            continue
        elif category == "Nd":
            kept.append(str(unicodedata.digit(char)))
        elif category == "Pd" or char == "\N{MINUS SIGN}":
            kept.append("-")
        else:
            kept.append(" " if char.isspace() or category == "Cc" else char)
    return _MIXED.sub(_one_script, unicodedata.normalize("NFC", "".join(kept)))


_MIXED = re.compile(r"\w*[А-Яа-яЁё]\w*")
_LOOKS = str.maketrans("aceopxyABCEHKMOPTXёЁ", "асеорхуАВСЕНКМОРТХеЕ")


def _one_script(match: re.Match[str]) -> str:
    return match.group().translate(_LOOKS)


def lint(text: str, names: Iterable[str] = ()) -> list[Hit]:
    """Everything in ``text`` that looks like a person's data, in order; overlapping hits are told once.

    ``names`` are those the vault knows: found in any case, with initials, and surname and given name
    in either order.
    """
    clear = plain(text)
    found = [
        Hit(kind, match.start(), match.end(), mask(match.group()))
        for kind, pattern, accept in _PATTERNS
        for match in pattern.finditer(clear)
        if accept(match)
    ]
    found += [
        Hit("known_name", match.start(), match.end(), mask(match.group()))
        for name in names
        for match in _known(name).finditer(clear)
    ]
    found.sort(key=lambda hit: (hit.start, -hit.end))
    told: list[Hit] = []
    for hit in found:
        if not told or hit.start >= told[-1].end:
            told.append(hit)
    return told


def mask(text: str) -> str:
    """``П••••• А•••``: enough to find the place, not enough to learn anything."""
    return re.sub(r"\w+", lambda match: match.group()[0] + "•" * (len(match.group()) - 1), text)


def masked(text: str, names: Iterable[str] = (), *, public: Container[str] = ()) -> str:
    """``text`` with what `lint` finds masked; kinds that are ``public`` where it stands are left."""
    hits = [hit for hit in lint(text, names) if hit.kind not in public]
    if not hits:
        return text
    clear = plain(text)
    for hit in reversed(hits):
        clear = clear[: hit.start] + mask(clear[hit.start : hit.end]) + clear[hit.end :]
    return clear


def finding(
    text: str, names: Iterable[str], *, subject: str, remedy: str, period: str = ""
) -> Finding | None:
    """The refusal to print ``text``, quoting only masked values; ``None`` when nothing was found.

    A decision may release exactly this text: see ``releases``.
    """
    hits = lint(text, names)
    if not hits:
        return None
    told = "; ".join(f"{kind_words(hit.kind)}: {hit.masked}" for hit in hits[:3])
    found = Finding(
        CODE,
        "refusal",
        subject,
        _("a text that would be printed seems to hold a person's data ({what})").format(what=told),
        period=period,
        value=digest(text),
    )
    decide = _('To print exactly this text all the same: compliance decide {id} --because "..."')
    return replace(found, remedy=f"{remedy} {decide.format(id=found.id)}")


def digest(text: str) -> str:
    """SHA-256 of the very value: what a decision to print it is bound to."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def kind_words(kind: str) -> str:
    return {
        "email": _("e-mail address"),
        "phone": _("telephone number"),
        "snils": _("insurance number"),
        "tax_id": _("a person's tax number"),
        "passport": _("identity document"),
        "card": _("card number"),
        "iban": _("bank account"),
        "birth_date": _("date of birth"),
        "name": _("a person's name"),
        "handle": _("account in a social network"),
        "known_name": _("a name kept in the vault"),
    }[kind]


@lru_cache(maxsize=4096)
def _known(name: str) -> re.Pattern[str]:
    """``name`` as typed, its first two words in either order, and its first word with initials."""
    words = [re.escape(word) for word in plain(name).split() if len(word) > 1]
    if not words:
        return re.compile(r"(?!)")
    forms = [r"\s+".join(words)]
    if len(words) >= 2:
        first, second = words[:2]
        forms += [rf"{first}\s+{second}", rf"{second}\s+{first}"]
        initial = second[0]
        forms += [rf"{first}\s+{initial}\.", rf"{initial}\.\s?(?:\w\.\s?)?{first}"]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)


def _digits(match: re.Match[str]) -> list[int]:
    return [int(char) for char in match.group() if char.isdigit()]


def _any(match: re.Match[str]) -> bool:
    return True


def _is_snils(match: re.Match[str]) -> bool:
    """Check number of Pension Fund insurance numbers (sum of digit x place, modulo 101)."""
    digits = _digits(match)
    check = sum(digit * (9 - at) for at, digit in enumerate(digits[:9])) % 101 % 100
    return "-" in match.group() or check == digits[9] * 10 + digits[10]


_INN = ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))


def _is_tax_id(match: re.Match[str]) -> bool:
    """Both check digits of a twelve-digit tax number."""
    digits = _digits(match)
    return all(
        sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11 % 10
        == digits[len(weights)]
        for weights in _INN
    )


def _is_card(match: re.Match[str]) -> bool:
    """Luhn's check of payment cards (ISO/IEC 7812-1)."""
    digits = _digits(match)
    if digits[0] not in (2, 3, 4, 5, 6) or not 15 <= len(digits) <= 19:
        return False
    if len(digits) == 15 and tuple(digits[:2]) not in ((3, 4), (3, 7)):
        return False
    doubled = (digit * 2 if at % 2 else digit for at, digit in enumerate(reversed(digits)))
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


def _is_iban(match: re.Match[str]) -> bool:
    """Remainder 1 modulo 97 (ISO 13616)."""
    text = match.group().replace(" ", "").upper()
    if not 15 <= len(text) <= 34:
        return False
    return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1


_MONTH = r"(?:январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр)\w{0,2}"
_DATE = rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-](?:19|20)?\d{{2}}|(?:19|20)\d{{2}}-\d{{2}}-\d{{2}}|\d{{1,2}}\s+{_MONTH}\s+(?:19|20)\d{{2}})"
_BORN = r"(?:д(?:ата)?\.?\s*р(?:ожд\w*|\.)|рожд\w*|родил\w*|род\.|born|birth\w*|d\.?o\.?b\.?)"
_CAP = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?"
_WORD = rf"(?:{_CAP}|[А-ЯЁ]{{2,}}(?:-[А-ЯЁ]{{2,}})?)"

_PATTERNS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"), _any),
    (
        "handle",
        re.compile(
            r"(?<![\w@.])@[A-Za-z][A-Za-z0-9_.]{2,31}"
            r"|(?:t\.me|telegram\.me|vk\.com|ok\.ru|instagram\.com|facebook\.com|wa\.me|youtube\.com/@)/?[\w.@-]{3,64}",
            re.IGNORECASE,
        ),
        _any,
    ),
    ("iban", re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:\s?[A-Z0-9]){11,30}(?!\w)"), _is_iban),
    ("card", re.compile(r"(?<![\w-])\d(?:[ -]?\d){14,18}(?![\w-])"), _is_card),
    ("snils", re.compile(r"(?<![\d-])\d{3}[- ]?\d{3}[- ]?\d{3}[- ]?\d{2}(?!\d)"), _is_snils),
    ("tax_id", re.compile(r"(?<!\d)\d{12}(?!\d)"), _is_tax_id),
    (
        "phone",
        re.compile(
            r"(?<![\d+])(?:(?:\+7|8|7)[\s(.-]{0,3}\d{3}[\s).-]{0,3}\d{3}[\s.-]{0,2}\d{2}[\s.-]{0,2}\d{2}"
            r"|\+\d{1,3}(?:[\s().-]{0,2}\d){7,12})(?!\d)"
        ),
        _any,
    ),
    (
        "phone",
        re.compile(
            r"(?:тел|моб|phone|tel|whatsapp|viber)\w*[.:\s]{0,3}\(?\d(?:[\s().-]{0,2}\d){4,11}(?!\d)", re.I
        ),
        _any,
    ),
    (
        "passport",
        re.compile(
            r"(?:паспорт|серия|passport)\D{0,25}\d{2}\s?\d{2}\s?(?:номер|№|N|no\.?)?\s{0,2}\d{6}(?!\d)"
            r"|(?<!\d)\d{2}\s\d{2}\s(?:№\s?|N\s?)?\d{6}(?!\d)"
            r"|(?<!\d)\d{4}\s(?:№|N)\s?\d{6}(?!\d)",
            re.IGNORECASE,
        ),
        _any,
    ),
    (
        "birth_date",
        re.compile(rf"{_BORN}[\s:,]{{0,4}}{_DATE}|{_DATE}\s*(?:г\.?\s?р\.?|года рождения|р\.)", re.I),
        _any,
    ),
    ("birth_date", re.compile(r"(?<!\d)(?:19|20)\d{2}\s*(?:г\.?\s?р\.?(?!\w)|года рождения)", re.I), _any),
    (
        "name",
        re.compile(
            rf"(?:(?<!\w){_WORD}\s+)?(?<!\w){_WORD}\s+(?:{PATRONYMIC})(?!\w)"
            rf"|(?<!\w)(?:{GIVEN_NAME})\s+(?:{SURNAME})(?!\w)"
            rf"|(?<!\w)(?:{SURNAME})\s+(?:{GIVEN_NAME})(?!\w)"
            rf"|(?<!\w){_CAP}\s+[А-ЯЁ]\.\s?[А-ЯЁ]\.|(?<!\w)[А-ЯЁ]\.\s?[А-ЯЁ]\.\s?{_CAP}(?!\w)"
            r"|(?<!\w)(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.?\s+[A-Z][a-z]+(?:\s+[A-Z][a-z]+)?(?!\w)"
        ),
        _any,
    ),
)
