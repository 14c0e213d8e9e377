"""A profile proposed for a bank's table that nobody has described yet: what was understood, and what is doubtful.

Nothing is believed: the proposal is read through the profile's own rules, and the file is read with it;
what that says is shown. A person pastes the proposal, or has it saved.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise, zip_longest
from typing import Any

from pydantic import ValidationError

from compliance import limited
from compliance.errors import InputError
from compliance.i18n import _
from compliance.importers._csv_table import numbers_columns, unmarked
from compliance.importers._texts import likely_encoding
from compliance.importers.accounts import bare
from compliance.importers.model import Balances
from compliance.importers.reading import read_statements
from compliance.importers.source import Source
from compliance.intake.directions import direction
from compliance.money import minus_first
from compliance.profiles import CsvProfile, two_rows
from compliance.tables import text_of
from compliance.xlsx import read_workbook

_DELIMITERS = ";\t,|"
_HEADER_WITHIN = 60
_MOST_ROWS = 500
_SHOWN = 3
_SECONDS = 60
_SIDES = "(?:payer|payee|beneficiary|remitter|sender|recipient)"
# Role -> what its header begins with or holds, the surest first. Lower case, without points.
_WORDS: dict[str, tuple[str, ...]] = {
    "date": (r"дата операции", r"дата проводки", r"дата$", r"^дата(?! док)", r"booking date", r"buchungstag", r"^date", r"transaction date"),
    "credit": (r"^приход", r"^кредит", r"поступ", r"зачислен", r"сумма по кредиту", r"^credit", r"paid in", r"money in", r"^in$"),
    "debit": (r"^расход", r"^дебет", r"списан", r"сумма по дебету", r"^debit", r"paid out", r"money out", r"^out$"),
    "amount": (r"^сумма(?! в| по)", r"^amount", r"^sum$", r"^betrag", r"^сумма операции"),
    "balance": (r"^остаток", r"^исходящий остаток", r"^balance", r"^saldo"),
    "account": (r"^наш сч[её]т", r"^номер (?:нашего )?сч[её]та$", r"^сч[её]т (?:клиента|организации|владельца)", r"^р(?:асч[её]тный )?[ /]?сч[её]т$", r"^(?:our|own|my) account", r"^account(?: number| no)?$", r"^acc$"),
    "currency": (r"^валюта", r"^currency"),
    "ref": (r"^номер док", r"^№ док", r"^№ п", r"^номер$", r"^№$", r"^ref", r"^document"),
    "purpose": (r"назначение", r"основание", r"описание", r"^purpose", r"^description", r"^text", r"^details", r"verwendungszweck", r"^memo"),
    "counterparty": (r"контрагент(?!а)", r"наименование контрагента", r"корреспондент$", r"^(?:наименование )?(?:плательщик|получател)", rf"^{_SIDES}(?! (?:account|iban|bank|bic|inn|tax))", r"^name", r"counterparty", r"^наименование$"),
    "tax_id": (r"^инн", r"инн контрагента", r"^tax", rf"^{_SIDES} (?:inn|tax)"),
    "counterparty_account": (r"сч[её]т (?:контрагента|плательщика|получателя)", rf"^{_SIDES} (?:account|iban)", r"сч[её]т корр", r"^сч[её]т$", r"^iban", r"counterparty account"),
    "bic": (r"^бик", r"^bic", r"^swift", rf"^{_SIDES} bic"),
    "bank_name": (r"^банк", r"^bank"),
    "kind": (r"^вид", r"^тип", r"^type"),
    "country": (r"^страна", r"^country"),
}  # fmt: skip
# Of the other side: what the header of a payer's and of a payee's column holds, and what else such a column holds.
_PAYER = re.compile(r"плательщик|\b(?:payer|remitter|sender)\b")
_PAYEE = re.compile(r"получател|\b(?:payee|beneficiary|recipient)\b")
_OF_SIDE = {
    "tax_id": r"\bинн\b|\b(?:inn|tax)\b", "counterparty_account": r"\bсч[её]т|\bр/сч?\b|\b(?:account|iban)\b",
    "bic": r"\bбик\b|\b(?:bic|swift)\b", "bank_name": r"\bбанк|\bbank\b", "country": r"\bстран|\bcountry\b",
    "": r"\bкпп\b|\bадрес|\baddress\b", "counterparty": "",
}  # fmt: skip
_LABELS: dict[str, tuple[str, ...]] = {
    "opening": (r"входящий остаток", r"остаток на начало", r"opening balance"),
    "closing": (r"исходящий остаток", r"остаток на конец", r"closing balance"),
    "account": (r"^сч[её]т", r"^номер сч[её]та", r"^account"),
    "start": (r"начало периода", r"^период с", r"period from", r"^from$"),
    "end": (r"конец периода", r"^период по", r"period to", r"^to$"),
}
_FOOTERS = re.compile(r"(итого|всего|total)", re.I)
_DATES = {
    "d.m.Y": r"\d{2}\.\d{2}\.\d{4}", "Y-m-d": r"\d{4}-\d{2}-\d{2}", "d/m/Y": r"\d{2}/\d{2}/\d{4}", "d-m-Y": r"\d{2}-\d{2}-\d{4}",
    "d.m.Y H:M": r"\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}", "d.m.Y H:M:S": r"\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}:\d{2}",
    "Y-m-d H:M": r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", "Y-m-d H:M:S": r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}",
}  # fmt: skip
_AMOUNT = re.compile(
    r"-?[0-9]{1,3}(?:([ \u00a0\u202f.,'])?[0-9]{3})*(?:([.,])[0-9]{1,2})?\Z|-?[0-9]+(?:([.,])[0-9]{1,2})?\Z"
)


@dataclass(slots=True)
class Proposal:
    """``profile`` as it would be declared; ``doubts`` and ``result`` are translated; ``rows`` the first lines by role.

    ``reads``: the file was read by it and its balances agreed.
    """

    profile: dict[str, Any]
    rows: list[dict[str, str]]
    doubts: list[str] = field(default_factory=list)
    result: str = ""
    reads: bool = False


@dataclass(frozen=True, slots=True)
class _Grid:
    """The cells of a file. ``header(row, n)`` is how the ``n`` rows from that one on would stand under ``header:``."""

    rows: list[list[str]]
    header: Callable[[int, int], list[str]]
    declared: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the header stands, in how many rows, what its columns are called, and which is which."""

    at: int
    lines: int
    names: list[str]
    roles: dict[str, int]


def propose_apart(source: Source, **typed: Any) -> Proposal:
    """As `propose`, in the limited child: nobody knows yet what file it is."""
    return Proposal(*limited.run(f"{__name__}:plain", source, typed, seconds=_SECONDS))


def plain(
    source: Source, typed: dict[str, Any]
) -> tuple[dict[str, Any], list[dict[str, str]], list[str], str, bool]:
    """What `propose` gives, without a class of ours."""
    found = propose(source, **typed)
    return found.profile, found.rows, found.doubts, found.result, found.reads


def propose(
    source: Source, *, account: str = "", own: Sequence[str] = (), balances: Balances | None = None
) -> Proposal:
    """``own``: numbers of accounts in the books. ``InputError`` when no row looks like the header of a statement."""
    grid, header = max(
        ((grid, _header(grid)) for grid in _grids(source)), key=lambda found: len(found[1].roles), default=(None, None)
    )  # fmt: skip
    roles = header.roles if header else {}
    if (
        grid is None
        or header is None
        or "date" not in roles
        or not ({"amount"} & roles.keys() or {"credit", "debit"} <= roles.keys())
    ):
        raise InputError(
            _("no header of a statement was found in the file"),
            place=source.name,
            why=_("Looked for a row with columns for the date and for the amount, or for money in and out."),
            remedy=_("Write the profile yourself; the README and schedules.yaml have an example."),
        )
    rows = [
        row
        for row in grid.rows[header.at + header.lines :]
        if len(row) > roles["date"] and re.match(r"'?\d", row[roles["date"]]) and not numbers_columns(row)
    ][:_MOST_ROWS]
    _own_column(header, rows, {account, *own} - {""})
    sides = _sides(header)
    directed = direction(header.roles, header.names, rows)
    stands = zip(("header", "under"), grid.header(header.at, header.lines), strict=False)
    proposal = Proposal({**dict(stands), **grid.declared, **directed}, [])
    proposal.rows = [
        {role: row[column] for role, column in roles.items() if column < len(row)}
        | {role: " / ".join(row[at] for at in both if at < len(row)) for role, both in sides.items()}
        for row in rows[:_SHOWN]
    ]
    _dates(proposal, [unmarked(row[roles["date"]]) for row in rows])
    money = {
        role: [minus_first(unmarked(row[roles[role]])) for row in rows if len(row) > roles[role]]
        for role in ("amount", "credit", "debit", "balance")
        if role in roles
    }
    _amounts(proposal, [cell for cells in money.values() for cell in cells])
    out = [cell for cell in money.get("debit", ()) if cell.strip("0., ")]
    if out and all(cell.startswith("-") for cell in out):
        proposal.profile["minus_out"] = True
    proposal.profile["columns"] = {role: header.names[column] for role, column in roles.items()} | {
        role: [header.names[at] for at in both] for role, both in sides.items()
    }
    _around(proposal, grid, header, account)
    used = {*roles.values(), *(at for both in sides.values() for at in both)}
    if unread := [name for at, name in enumerate(header.names) if name and at not in used]:
        proposal.doubts.append(
            _("Not read: {columns}").format(columns=", ".join(f"“{name}”" for name in unread))
        )
    _try(proposal, source, balances)
    return proposal


def _grids(source: Source) -> Iterator[_Grid]:
    data = b"".join(source.chunks())
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        for sheet in read_workbook(data, source.name):
            rows = [
                [text_of(cells.get(column)) for column in range(1, max(cells, default=0) + 1)]
                for _at, cells in sorted(sheet.rows.items())
            ]
            yield _Grid(rows, partial(_joined, rows), {"sheet": sheet.name})
        return
    encoding = likely_encoding(source)
    lines = list(source.lines("windows-1251" if encoding == "iso-8859-1" else encoding))
    for delimiter in _DELIMITERS:
        rows = [_cells(line, delimiter) for line in lines]
        declared = {
            "delimiter": delimiter,
            "encoding": "windows-1251" if encoding == "iso-8859-1" else encoding,
        }
        yield _Grid(rows, lambda at, n: [line.rstrip() for line in lines[at : at + n]], declared)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return [cell.strip() for cell in line.split(delimiter)]


def _joined(rows: list[list[str]], at: int, n: int) -> list[str]:
    filled = list(zip_longest(*rows[at : at + n], fillvalue=""))
    columns = [column for column in filled if any(column)]
    return [";".join(cells) for cells in zip(*columns, strict=True)]


def _header(grid: _Grid) -> _Header:
    """The row that has most of the words, or two of them together that have more."""
    rows = grid.rows[: _HEADER_WITHIN + 1]
    single = [_Header(at, 1, row, _roles(row, row)) for at, row in enumerate(rows[:_HEADER_WITHIN])]
    double = [
        _Header(at, 2, names := two_rows(upper, lower), _roles(names, lower))
        for at, (upper, lower) in enumerate(pairwise(rows))
        if any(lower) and not any(re.match(r"'?\d", cell) for cell in lower)
    ]
    return max([*single, *double], key=lambda found: len(found.roles), default=_Header(0, 1, [], {}))


def _own_column(header: _Header, rows: list[list[str]], own: set[str]) -> None:
    """A column that holds nothing but numbers of our own accounts is that of the account, whatever it is called."""
    for column, name in enumerate(header.names):
        cells = {bare(unmarked(row[column])) if column < len(row) else "" for row in rows}
        if cells and cells <= own and header.names.count(name) == 1:
            for role in [role for role, at in header.roles.items() if at == column]:
                del header.roles[role]
            header.roles["account"] = column
            return
    at = header.roles.get("account")
    if own and rows and at is not None:
        # Other people's numbers, then.
        del header.roles["account"]
        header.roles.setdefault("counterparty_account", at)


def _sides(header: _Header) -> dict[str, tuple[int, int]]:
    """Role -> the payer's column and the payee's, where the table has both; these are taken out of the roles."""
    found: dict[str, dict[bool, int]] = {}
    for column, name in enumerate(header.names):
        folded = _folded(name)
        payer, payee = _PAYER.search(folded), _PAYEE.search(folded)
        if bool(payer) != bool(payee) and header.names.count(name) == 1:
            role = next(role for role, words in _OF_SIDE.items() if re.search(words, folded))
            found.setdefault(role, {}).setdefault(bool(payee), column)
    both = {role: (at[False], at[True]) for role, at in found.items() if role and len(at) == 2}
    taken = {column for pair in both.values() for column in pair}
    for role in [role for role, at in header.roles.items() if role in both or at in taken]:
        del header.roles[role]
    return both


def _roles(row: Sequence[str], lower: Sequence[str]) -> dict[str, int]:
    """``lower``: the second row of a header in two, by which alone a column may be known as well."""
    names = [
        (_folded(cell), _folded(under)) for cell, under in zip_longest(row, lower[: len(row)], fillvalue="")
    ]
    found: dict[str, int] = {}
    for role, patterns in _WORDS.items():
        for pattern in patterns:
            fitting = [
                at
                for at, both in enumerate(names)
                if at not in found.values() and any(re.search(pattern, name) for name in both)
            ]
            if len(fitting) >= 1 and row.count(row[fitting[0]]) == 1:
                found[role] = fitting[0]
                break
    if {"credit", "debit"} <= found.keys():
        found.pop("amount", None)
    elif "amount" in found:
        found.pop("credit", None)
        found.pop("debit", None)
    return found


def _folded(cell: str) -> str:
    return " ".join(cell.casefold().replace(".", " ").replace("'", " ").split())


def _dates(proposal: Proposal, cells: list[str]) -> None:
    formats = [name for name, pattern in _DATES.items() if any(re.fullmatch(pattern, cell) for cell in cells)]
    proposal.profile["dates"] = formats or ["d.m.Y"]
    if not formats:
        proposal.doubts.append(_("In which way dates are written: no row showed it."))
    if any(name.startswith("d/m") for name in formats) and not any(
        cell[:2].isdigit() and int(cell[:2]) > 12 for cell in cells
    ):
        proposal.doubts.append(_("Whether the day or the month comes first: no day was above 12."))


def _amounts(proposal: Proposal, cells: list[str]) -> None:
    decimals, groups, odd = set(), set(), 0
    for cell in (cell for cell in cells if cell):
        match = _AMOUNT.match(cell)
        if match is None:
            odd += 1
            continue
        decimals |= {sign for sign in match.groups()[1:] if sign}
        groups |= {match[1]} if match[1] else set()
    groups -= decimals
    proposal.profile["decimal"] = ",." if len(decimals) > 1 else (decimals.pop() if decimals else ".")
    if groups:
        proposal.profile["group"] = "".join(
            sorted({" " if sign in "\u00a0\u202f" else sign for sign in groups})
        )
    elif not cells:
        proposal.doubts.append(_("In which way amounts are written: no row showed it."))
    if odd:
        proposal.doubts.append(_("Some amounts are written in a way that was not understood."))


def _around(proposal: Proposal, grid: _Grid, header: _Header, account: str) -> None:
    """Labelled cells above and below the table, its footer, and whose account it is."""
    labels: dict[str, str] = {}
    roles, at, date = header.roles, header.at + header.lines - 1, header.roles["date"]
    for number, row in enumerate(grid.rows):
        cells = [cell for cell in row if cell]
        first = cells[0].strip() if cells else ""
        if (
            header.at <= number <= at
            or len(cells) < 2
            or not first
            or (number > at and len(row) > date and re.match(r"'?\d", row[date]))
        ):
            continue
        for role, patterns in _LABELS.items():
            if role not in labels and any(re.search(pattern, first.casefold()) for pattern in patterns):
                labels[role] = first.rstrip(": ")
                if role in ("start", "end"):
                    written = [name for name, pattern in _DATES.items() if re.fullmatch(pattern, cells[1])]
                    proposal.profile["dates"] += [
                        name for name in written if name not in proposal.profile["dates"]
                    ]
        if number > at and _FOOTERS.match(first):
            proposal.profile.setdefault("footer", first)
    if account:
        proposal.profile["account"] = account
        labels.pop("account", None)
    if account or "account" in roles:
        labels.pop("account", None)
        if account:
            proposal.profile["columns"].pop("account", None)
    elif "account" not in labels:
        proposal.profile["account"] = "?"
        proposal.doubts.append(_("Whose account it is: the file does not say it. Give it: --account NUMBER."))
    if labels:
        proposal.profile["labels"] = labels
    if "balance" not in roles and not {"opening", "closing"} <= labels.keys():
        proposal.doubts.append(
            _("Opening and closing balance: neither a column nor labelled cells were found.")
        )


def _try(proposal: Proposal, source: Source, balances: Balances | None) -> None:
    """Read the file by the proposal, and say what comes of it."""
    try:
        profile = CsvProfile.model_validate(proposal.profile)
        statements = read_statements(
            source, accounts=None, profiles={"proposed": profile}, profile="proposed", balances=balances,
        )  # fmt: skip
        lines = sum(item.count for item in statements)
        proposal.result = _("Read by it, the file has {n} lines and its balances agree.").format(n=lines)
        proposal.reads = True
    except ValidationError as error:
        proposal.result = _("It is no proper profile yet: {why}").format(why=str(error.errors()[0]["msg"]))
    except InputError as error:
        proposal.result = _("Read by it, the file is refused: {why}").format(
            why=f"{error.place}: {error.what}"
        )
