"""A profile proposed for a bank's table that nobody has described yet: what was understood, and what is doubtful.

Nothing is believed: the proposal is read through the profile's own rules, and the file is read with it;
what that says is shown. A person pastes the proposal, or has it saved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from compliance import limited
from compliance.errors import InputError
from compliance.i18n import _
from compliance.importers._csv_table import numbers_columns, unmarked
from compliance.importers.accounts import bare, currency_in_number, letters_and_digits
from compliance.importers.model import Balances
from compliance.importers.reading import read_statements
from compliance.importers.source import Source
from compliance.intake import propose_content as content
from compliance.intake.directions import direction
from compliance.intake.propose_grid import Grid, Header, grids, header_of, tells
from compliance.intake.propose_words import FOOTERS, LABELS, NOT_BOOKED
from compliance.intake.propose_words import sides as sides_of
from compliance.money import NO_CURRENCY, is_currency, minus_first
from compliance.profiles import CsvProfile

_MOST_ROWS = 500
_SHOWN = 3
_MOST_STATES = 8
_SECONDS = 60
_AMOUNT = re.compile(
    r"-?[0-9]{1,3}(?:([ \u00a0\u202f.,'])?[0-9]{3})*(?:([.,])[0-9]{1,2})?\Z|-?[0-9]+(?:([.,])[0-9]{1,2})?\Z"
)
_LAKHS = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?![0-9])")


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
    source: Source,
    *,
    account: str = "",
    own: Mapping[str, str] | None = None,
    balances: Balances | None = None,
) -> Proposal:
    """``own``: numbers of accounts in the books -> currency. ``InputError`` when no row looks like the header of a statement."""
    own = own or {}
    grid, header = max(
        ((grid, header_of(grid)) for grid in grids(source)),
        key=lambda found: (tells(found[1].roles), len(found[1].roles)),
        default=(None, None),
    )
    roles = header.roles if header else {}
    if grid is None or header is None or not tells(roles):
        raise _no_header(source)
    rows = [
        (row + [""] * (len(header.names) - len(row)))[: len(header.names)]
        for row in grid.rows[header.at + header.lines :]
        if _dated(row, roles["date"]) and not numbers_columns(row)
    ][:_MOST_ROWS]
    _own_column(header, rows, {account, *own} - {""})
    currencies = [] if account else _by_currency(roles, rows)
    sides = sides_of(header.names, roles)
    guessed = [header.names[roles[role]] for role in header.guessed if role in roles]
    directed: dict[str, Any] = direction(header.roles, header.names, rows)
    state = header.roles.get("state")
    directed |= _unbooked(header, rows)
    if not tells(roles):
        raise _no_header(source)
    _balance(header, rows, directed)
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
        for role in ("amount", "fee", "credit", "debit", "balance")
        if role in roles
    }
    _amounts(proposal, [cell for cells in money.values() for cell in cells], _labelled_amounts(grid))
    out = [cell for cell in money.get("debit", ()) if cell.strip("0., ")]
    if out and all(cell.startswith("-") for cell in out):
        proposal.profile["minus_out"] = True
    proposal.profile["columns"] = {role: header.names[column] for role, column in roles.items()} | {
        role: [header.names[at] for at in both] for role, both in sides.items()
    }
    _around(proposal, grid, header, account, own)
    if currencies:
        proposal.doubts.append(
            _(
                "Several currencies in one table: each is an account of its own, whose number is the currency ({names}). "
                "Record them so: compliance record account --class bank --currency {first} --number {first}"
            ).format(names=", ".join(currencies), first=currencies[0])
        )
    if state is not None and "state" not in roles:
        said = list(dict.fromkeys(row[state].strip() for row in rows if row[state].strip()))
        if 1 < len(said) <= _MOST_STATES:
            proposal.doubts.append(
                _(
                    "Whether all rows moved money: “{column}” says {words}. Words of rows that moved none go to not_booked, "
                    "and the column to columns: state."
                ).format(column=header.names[state], words=", ".join(said))
            )
    if guessed:
        proposal.doubts.append(
            _("Told by what stands under them, not by their names: {columns}").format(
                columns=", ".join(f"“{name}”" for name in guessed)
            )
        )
    used = {*roles.values(), *(at for both in sides.values() for at in both)}
    if unread := [name for at, name in enumerate(header.names) if name and at not in used]:
        proposal.doubts.append(
            _("Not read: {columns}").format(columns=", ".join(f"“{name}”" for name in unread))
        )
    _try(proposal, source, balances, own)
    return proposal


def _no_header(source: Source) -> InputError:
    return InputError(
        _("no header of a statement was found in the file"),
        place=source.name,
        why=_("Looked for a row with columns for the date and for the amount, or for money in and out."),
        remedy=_("Write the profile yourself; the README and schedules.yaml have an example."),
    )


def _by_currency(roles: dict[str, int], rows: list[list[str]]) -> list[str]:
    """The currencies of a table that has several, and no column of accounts: then that of currencies is it."""
    at = roles.get("currency")
    found = list(dict.fromkeys(row[at].strip() for row in rows)) if at is not None else []
    if "account" in roles or len(found) < 2 or not all(map(is_currency, found)):
        return []
    roles["account"] = roles.pop("currency")
    return found


def _unbooked(header: Header, rows: list[list[str]]) -> dict[str, list[str]]:
    """``not_booked`` of a profile: the words in the column of states of rows that moved nothing; else the role goes."""
    at = header.roles.pop("state", None)
    said = dict.fromkeys(row[at].strip() for row in rows if at is not None and at < len(row))
    words = [word for word in said if word.casefold() in NOT_BOOKED]
    if at is None or not words:
        return {}
    header.roles["state"] = at
    return {"not_booked": words}


def _balance(header: Header, rows: list[list[str]], profile: dict[str, Any]) -> None:
    """The column of the running balance, and of fees beside it, where they prove themselves; else what names say stays."""
    roles, at, state = header.roles, header.roles.get("direction"), header.roles.get("state")
    out = {word.casefold() for word in profile.get("words_out", ())}
    moved = [row for row in rows if state is None or row[state].strip() not in profile["not_booked"]]
    money = content.money(
        roles, lambda row: -1 if at is not None and row[at].strip().casefold() in out else 1
    )
    fee = roles.pop("fee", None)
    taken = {
        column for role, column in roles.items() if role in ("date", "amount", "credit", "debit", "direction")
    }
    own = roles.get("account")
    parts: dict[str, list[list[str]]] = {}
    for row in moved:
        parts.setdefault("" if own is None else row[own], []).append(row)
    part = max(parts.values(), key=len, default=[])
    found = None
    if fee is not None and any(content.number_of(row[fee]) for row in part):
        fees = [content.number_of(row[fee]) or Decimal() for row in moved]
        signed = any(minor < 0 for minor in fees)

        def after_fee(row: Sequence[str]) -> Decimal:
            minor = content.number_of(row[fee]) or Decimal()
            return money(row) + (minor if signed else -minor)

        found = content.balance(part, after_fee, taken)
        if found is not None or content.holds(moved, after_fee, taken):
            roles["fee"] = fee
            profile |= {"fee_signed": True} if signed else {}
    if found is None:
        found = content.balance(part, money, taken)
    if found is not None and header.names.count(header.names[found]) == 1:
        for role in [role for role, column in roles.items() if column == found]:
            del roles[role]
        roles["balance"] = found


def _own_column(header: Header, rows: list[list[str]], own: set[str]) -> None:
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


def _dates(proposal: Proposal, cells: list[str]) -> None:
    forms, order = content.forms_of(cells)
    proposal.profile["dates"] = forms or ["d.m.Y"]
    if not forms:
        proposal.doubts.append(_("In which way dates are written: no row showed it."))
    if order == "open":
        proposal.doubts.append(_("Whether the day or the month comes first: no day was above 12."))
    by_numbers = [form for form in forms if re.match(r"[dm]\W[dm]\W", form)]
    if "delimiter" not in proposal.profile and by_numbers and "Y-m-d" in forms:
        proposal.doubts.append(
            _(
                "Some days are the workbook's own and some are texts: a spreadsheet that took {form} for its own country's way "
                "may have swapped day and month where the day is not above 12. Compare them with the bank's file."
            ).format(form=by_numbers[0])
        )
    if order == "rows":
        proposal.doubts.append(
            _(
                "No day was above 12: {form} was taken, because so the rows stand in the order of their days."
            ).format(form=forms[0])
        )


def _dated(row: list[str], at: int) -> bool:
    """Is it a row of the table, by its day?"""
    return len(row) > at and bool(re.match(r"'?\d", row[at]) or content.is_date(row[at]))


def _labelled_amounts(grid: Grid) -> list[str]:
    """The balances above and below the table: they may be written in another way than what stands in it."""
    lines = ([cell for cell in row if cell] for row in grid.rows)
    return [
        minus_first(unmarked(cells[1]))
        for cells in lines
        if len(cells) > 1
        and any(
            re.search(words, cells[0].casefold()) for role in ("opening", "closing") for words in LABELS[role]
        )
    ]


def _amounts(proposal: Proposal, cells: list[str], labelled: list[str]) -> None:
    decimals, groups, odd = set(), set(), 0
    for cell in (cell for cell in (*cells, *labelled) if cell):
        match = _AMOUNT.match(_LAKHS.sub("1,000", cell))
        if match is None:
            odd += cell in cells
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


def _account_above(rows: list[list[str]], own: Mapping[str, str]) -> tuple[str, str]:
    """Of our accounts the one that stands above the table: the label of the cell with its number, and the number where
    it stands in a text; both empty where there is none, or not one alone."""
    numbers = {letters_and_digits(number) for number in own}
    told = set()
    for row in rows:
        cells = [cell for cell in row if cell]
        if len(cells) > 1 and letters_and_digits(cells[1]) in numbers:
            return cells[0].rstrip(": "), ""
        told |= {number for number in numbers if any(number in letters_and_digits(cell) for cell in cells)}
    return "", told.pop() if len(told) == 1 else ""


def _around(proposal: Proposal, grid: Grid, header: Header, account: str, own: Mapping[str, str]) -> None:
    """Labelled cells above and below the table, its footer, and whose account it is."""
    labels: dict[str, str] = {}
    roles, at, date = header.roles, header.at + header.lines - 1, header.roles["date"]
    for number, row in enumerate(grid.rows):
        cells = [cell for cell in row if cell]
        first = cells[0].strip() if cells else ""
        if header.at <= number <= at or len(cells) < 2 or not first or (number > at and _dated(row, date)):
            continue
        for role, patterns in LABELS.items():
            if role in ("opening", "closing") and "balance" in roles and any(map(str.isdigit, first)):
                continue  # it holds a day, and is another one in the next file
            if role not in labels and any(re.search(pattern, first.casefold()) for pattern in patterns):
                labels[role] = first.rstrip(": ")
                if role in ("start", "end"):
                    written, _order = content.forms_of([cells[1]])
                    proposal.profile["dates"] += [
                        name for name in written if name not in proposal.profile["dates"]
                    ]
        if number > at and FOOTERS.match(first):
            proposal.profile.setdefault("footer", first)
    label, named = _account_above(grid.rows[: header.at], own)
    if label:
        labels["account"] = label
    elif "account" not in labels and "account" not in roles:
        account = account or named
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


def _try(proposal: Proposal, source: Source, balances: Balances | None, own: Mapping[str, str]) -> None:
    """Read the file by the proposal, and say what comes of it; where nothing tells its currency, as one with hundredths."""
    tried = dict(proposal.profile)
    account = bare(str(tried.get("account", "")))
    if account and not tried.get("currency") and "currency" not in tried["columns"]:
        tried["currency"] = own.get(account) or currency_in_number(account) or NO_CURRENCY
    # Texts that run over several lines are tried last: so a stray quotation mark would swallow rows.
    for more in ({}, {"multiline": True}) if "delimiter" in tried else ({},):
        try:
            profile = CsvProfile.model_validate(tried | more)
            statements = read_statements(
                source, accounts=own, any_account=True, profiles={"proposed": profile}, profile="proposed", balances=balances,
            )  # fmt: skip
        except ValidationError as error:
            why = _("It is no proper profile yet: {why}").format(why=str(error.errors()[0]["msg"]))
            proposal.result = proposal.result or why
        except InputError as error:
            why = _("Read by it, the file is refused: {why}").format(why=f"{error.place}: {error.what}")
            proposal.result = proposal.result or why
        else:
            lines = sum(item.count for item in statements)
            proposal.result = _("Read by it, the file has {n} lines and its balances agree.").format(n=lines)
            proposal.reads = account != "?"
            proposal.profile |= more
            return
