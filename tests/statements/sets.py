"""A month of movements written as statements of any of its days, in each format and encoding that can carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from statements import dialects, workbooks
from statements.writer import A1, SHOP, Section, document, encoded, header, rub, text

OPENING = 10_000_000


@dataclass(frozen=True)
class Move:
    """``day`` of November 2025; ``minor`` signed."""

    day: int
    minor: int
    ref: str
    name: str
    purpose: str


def _sum(moves: Sequence[Move]) -> int:
    return sum(move.minor for move in moves)


@dataclass(frozen=True)
class Span:
    """The days ``first`` to ``last`` with their movements and the balance before them."""

    first: int
    last: int
    opening: int
    moves: tuple[Move, ...]

    @property
    def closing(self) -> int:
        return self.opening + _sum(self.moves)


def span(moves: Sequence[Move], first: int, last: int) -> Span:
    inside = tuple(move for move in moves if first <= move.day <= last)
    return Span(first, last, OPENING + _sum([move for move in moves if move.day < first]), inside)


def onec(part: Span, encoding: str) -> bytes:
    days = (f"{part.first:02}.11.2025", f"{part.last:02}.11.2025")
    received = _sum([move for move in part.moves if move.minor > 0])
    section = Section(opening=part.opening, received=received, spent=received - _sum(part.moves), days=days)
    documents = []
    for move in part.moves:
        who = "Плательщик1" if move.minor > 0 else "Получатель1"
        sides = {} if move.minor > 0 else {"payer": A1, "payee": SHOP}
        fields = {who: move.name, "НазначениеПлатежа": move.purpose}
        documents.append(
            document(abs(move.minor), f"{move.day:02}.11.2025", number=move.ref, **sides, **fields)
        )  # type: ignore[arg-type]
    return encoded(text(header(days=days), section.lines(), *documents), encoding)


def _comma(minor: int) -> str:
    return rub(abs(minor)).replace(".", ",")


def csv(part: Span, encoding: str) -> bytes:
    rows = [
        f"Account,{A1}", f"Period from,2025-11-{part.first:02}", f"Period to,2025-11-{part.last:02}", f"Opening balance,{rub(part.opening)}",
        "Date,Ref,Payee,Amount,Currency,Text",
    ]  # fmt: skip
    rows += [
        f'2025-11-{move.day:02},{move.ref},"{move.name}",{rub(move.minor)},RUB,"{move.purpose}"'
        for move in part.moves
    ]
    return "\n".join([*rows, f"Closing balance,{rub(part.closing)}", ""]).encode(encoding)


def mt940(part: Span, encoding: str) -> bytes:
    rows = [":20:X", f":25:{A1}", f":28C:{part.first}", _mt_balance("60F", part.first - 1, part.opening)]
    for move in part.moves:
        day = f"{move.day:02}"
        rows.append(f":61:2511{day}11{day}{'D' if move.minor < 0 else 'C'}{_comma(move.minor)}NTRF{move.ref}")
        rows.append(f":86:166?20{move.purpose}?32{move.name}")
    return encoded("\r\n".join([*rows, _mt_balance("62F", part.last, part.closing), "-", ""]), encoding)


def _mt_balance(tag: str, day: int, minor: int) -> str:
    on = "251031" if day == 0 else f"2511{day:02}"
    return f":{tag}:{'D' if minor < 0 else 'C'}{on}RUB{_comma(minor)}"


def camt(part: Span, encoding: str) -> bytes:
    def signed(kind: str, minor: int, day: int) -> str:
        sign = "DBIT" if minor < 0 else "CRDT"
        return dialects.balance(kind, rub(abs(minor)), f"2025-11-{day:02}", sign=sign, currency="RUB")

    rows = [signed("OPBD", part.opening, part.first), signed("CLBD", part.closing, part.last)]
    for move in part.moves:
        details = dialects.tx(
            move.name, ref=move.ref, who="Dbtr" if move.minor > 0 else "Cdtr", text=move.purpose
        )
        rows.append(
            dialects.entry(rub(abs(move.minor)), f"2025-11-{move.day:02}", details, sign="DBIT" if move.minor < 0 else "CRDT", ref=move.ref, currency="RUB")
        )  # fmt: skip
    days = f"<FrToDt><FrDt>2025-11-{part.first:02}</FrDt><ToDt>2025-11-{part.last:02}</ToDt></FrToDt>"
    whole = dialects.camt(
        dialects.stmt("".join(rows), account=f"<Othr><Id>{A1}</Id></Othr>", currency="RUB", days=days)
    )
    return whole.replace("UTF-8", encoding.upper()).encode(encoding)


def xlsx(part: Span, encoding: str) -> bytes:
    """With real days and numbers where ``encoding`` is ``numbers``, else as text."""
    rows: list[list[workbooks.Cell]] = [
        ["Account", A1], ["Period from", f"2025-11-{part.first:02}"], ["Period to", f"2025-11-{part.last:02}"], ["Opening balance", rub(part.opening)],
        ["Date", "Ref", "Payee", "Amount", "Currency", "Text"],
    ]  # fmt: skip
    for move in part.moves:
        day: workbooks.Cell = date(2025, 11, move.day) if encoding == "numbers" else f"2025-11-{move.day:02}"
        amount: workbooks.Cell = move.minor / 100 if encoding == "numbers" else rub(move.minor)
        rows.append([day, move.ref, move.name, amount, "RUB", move.purpose])
    rows.append(["Closing balance", rub(part.closing)])
    return workbooks.workbook(("Sheet", rows))


FORMATS = {
    "onec": (onec, ("windows-1251", "cp866", "utf-8")),
    "csv": (csv, ("utf-8", "utf-8-sig", "utf-16")),
    "mt940": (mt940, ("utf-8", "windows-1251", "cp866")),
    "camt": (camt, ("utf-8", "windows-1251", "utf-16")),
    "xlsx": (xlsx, ("text", "numbers")),
}
"""Format -> its writer and the encodings to try."""
