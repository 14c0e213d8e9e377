"""Field ``:86:``: who paid and what for. Structured with ``?20``, with ``/CODE/`` words, or free text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compliance.importers.accounts import bare, iban_country
from compliance.importers.model import Party

_STRUCTURED = re.compile(r"\d{3}([^\w\s/])\d{2}|([?>~<^|])[02]\d(?=.*\2[23]\d)", re.ASCII)
"""With the code of the kind of business in front, or (Polish banks) without it: then more than one mark must be there."""
_FULL = 27
"""Characters of a structured subfield: a fuller text goes on in the next one, within the word."""
_FULL_LINE = 58
"""Of the 65 characters of a line, tag and all: shorter ones did not end for want of room."""
_PURPOSE = [*range(20, 30), *range(60, 64)]
_CODES = "TRTP IBAN BIC NAME ORDP BENM REMI EREF CNTP PURP MARF CSID ISDT RTRN ULTD ULTB ULTC OCMT EXCH CHGS ADDR TYPE SUM"
_OF_A_SIDE = ("NAME", "IBAN", "BIC", "ADDR")
_WORD = re.compile(rf"/({'|'.join(_CODES.split())})/")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\Z")


def described(lines: list[str], *, credit: bool) -> tuple[Party, str]:
    """The other side and the purpose. ``credit``: of an entry to our credit, or of one that was, taken back: the other
    side is who ordered it then, and else who was to have it."""
    joined = "".join(lines)
    if match := _STRUCTURED.match(joined):
        mark = match[1] or match[2]
        return _structured("".join(_unbroken(lines, mark)), mark)
    words = " ".join(line.strip() for line in lines)
    if joined.lstrip().startswith("/") and _WORD.match(joined.lstrip()):
        return _coded(joined, "ORDP" if credit else "BENM")
    return Party(), " ".join(words.split())


def numbered(lines: list[str]) -> tuple[Party, str]:
    """Field ``:NS:``, where German and Hungarian banks write what ``:86:`` is for: lines with a number of two digits in
    front, 1 to 14 the purpose, 15 and 16 the other side, 17 the bank's word for it, 33 and 34 bank and account."""
    parts = {line[:2]: line[2:].strip() for line in lines if re.match(r"\d\d", line)}
    purpose = " ".join(parts[key] for key in sorted(parts) if key <= "14") or parts.get("17", "")
    account = bare(parts.get("34", ""))
    name = _glued(parts.get("15", ""), parts.get("16", ""))
    return Party(name, "", account, parts.get("33", ""), "", iban_country(account)), " ".join(purpose.split())


def _unbroken(lines: list[str], mark: str) -> Iterator[str]:
    """The lines of a structured text. A full one goes on within the word; a bank that broke a shorter one meant a space."""
    for line, after in zip(lines, [*lines[1:], mark], strict=True):
        short = len(line) < _FULL_LINE and not re.match(rf"{re.escape(mark)}\d\d", f"{after}00")
        yield f"{line} " if short else line


def _structured(text: str, mark: str) -> tuple[Party, str]:
    parts: dict[int, str] = {}
    for piece in re.split(rf"{re.escape(mark)}(?=\d\d)", text, flags=re.ASCII)[1:]:
        number = int(piece[:2])
        parts[number] = parts.get(number, "") + piece[2:]
    purpose = ""
    for number in _PURPOSE:
        piece = parts.get(number, "")
        glue = "" if len(parts.get(number - 1, "")) >= _FULL or not purpose else " "
        purpose += (glue + piece) if piece else ""
    account = bare(parts.get(31, "").strip())
    name = _glued(parts.get(32, ""), parts.get(33, ""))
    party = Party(name, "", account, parts.get(30, "").strip(), "", iban_country(account))
    return party, " ".join((purpose or parts.get(0, "")).split())


def _glued(first: str, second: str) -> str:
    return " ".join((first + ("" if len(first) >= _FULL else " ") + second).split())


def _coded(text: str, side: str) -> tuple[Party, str]:
    """``side``: the word whose part of the text tells the other side; what the other word tells are we ourselves."""
    pieces = _WORD.split(text)
    found: dict[str, str] = {}
    sides: dict[str, dict[str, str]] = {}
    part = found
    for code, value in zip(pieces[1::2], pieces[2::2], strict=True):
        if code in ("ORDP", "BENM"):
            part = sides.setdefault(code, {})
            part.setdefault("NAME", value.strip("/ "))
        elif code in _OF_A_SIDE:
            part[code] = part.get(code) or value.strip("/ ")
        else:
            part = found
            found.setdefault(code, value.strip("/ "))
    if side in sides:
        found |= sides[side]
    if "CNTP" in found:
        account, bic, name, *_more = [*found["CNTP"].split("/"), "", "", ""]
    else:
        account, bic, name = (found.get(code, "") for code in ("IBAN", "BIC", "NAME"))
    account, bic = bare(account), bic if _BIC.match(bic) else ""
    ultimate = found.get("ULTD") or found.get("ULTB") or found.get("ULTC") or ""
    purpose = re.sub(r"\A(?:USTD|STRD)/+", "", found.get("REMI", "")) or text.strip()
    extra = " ".join(f"/{code}/{found[code]}" for code in ("OCMT", "EXCH", "CHGS") if code in found)
    party = Party(name.strip(), "", account, bic, "", iban_country(account), found.get("ADDR", ""), ultimate)
    return party, " ".join(f"{purpose} {extra if found.get('REMI') else ''}".split())
