"""A register's file as rows, by a declared mapping (``imports: registers:``) or by our own template."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from compliance.errors import InputError, UsageError
from compliance.i18n import _, language
from compliance.money import display
from compliance.profiles import RegisterColumns, RegisterProfile
from compliance.tables import Row, day_of, minor_of, read_table

KINDS = ("payroll", "acquirer", "tax")
TEMPLATES: dict[str, tuple[str, ...]] = {
    "payroll": ("person", "fund", "programme", "line", "amount", "date"),
    "acquirer": ("reference", "date", "amount", "fee", "country"),
    "tax": ("word", "fund", "programme", "line", "amount", "date"),
}
"""Roles of our own sheet's columns, in their order."""
_HEADER_WITHIN = 60


def mark(kind: str) -> str:
    """Begins the first cell of our own sheet, whatever language the rest is in."""
    return f"register/{kind}/1"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. Amounts are positive as people write them; texts are the register's own, unresolved.

    ``payout``: which of an acquirer's transfers holds it; empty where its day says so."""

    place: str
    on: date | None
    amount_minor: int
    fee_minor: int
    person: str
    word: str
    fund: str
    programme: str
    line: str
    country: str
    payout: str


@dataclass(frozen=True, slots=True)
class RegisterFile:
    profile: RegisterProfile
    entries: tuple[Entry, ...]
    currency: str


def read_register(
    data: bytes,
    place: str,
    kind: str,
    profiles: Mapping[str, RegisterProfile],
    name: str,
    currency_of: Callable[[str | None], str],
) -> RegisterFile:
    """``name`` chooses a profile where several fit; ``currency_of`` tells an own account's currency, without one that
    of reports. ``InputError`` with FILE:LINE; never a cell's value."""
    known = {key: profile for key, profile in profiles.items() if profile.kind == kind}
    if name and name not in known:
        raise UsageError(
            _("there is no profile “{name}” of this kind of register").format(name=name[:60]),
            why=_("There are: {names}").format(names=", ".join(sorted(known)) or "—"),
        )
    rows = read_table(data, place)
    chosen = {name: known[name]} if name else known
    found = [(_template(kind, chosen, place), rows, at, roles) for at, roles in _ours(rows, kind)]
    for profile in chosen.values():
        table = read_table(data, place, delimiter=profile.delimiter)
        found += [(profile, table, at, roles) for at, roles in _declared(table, profile)]
    if len(found) != 1:
        raise _unclear(place, kind, sorted(known), several=bool(found))
    profile, table, at, roles = found[0]
    currency = currency_of(profile.account)
    entries = tuple(_entries(table[at + 1 :], profile, roles, currency))
    if not entries:
        raise InputError(_("the register has no rows"), place=place)
    return RegisterFile(profile, entries, currency)


def _template(kind: str, known: Mapping[str, RegisterProfile], place: str) -> RegisterProfile:
    """Our own sheet: its columns are known, what is the same for all rows comes from the one profile there is."""
    columns = RegisterColumns(**{role: role for role in TEMPLATES[kind]})
    if len(known) == 1:
        return next(iter(known.values())).model_copy(update={"columns": columns})
    if kind == "acquirer" and known:
        raise _unclear(place, kind, sorted(known), several=True)
    if kind == "acquirer":
        raise InputError(
            _("nothing says whose gifts these are, and on which form line the fee falls"),
            place=place,
            remedy=_(
                "Declare one acquirer in schedules.yaml under imports: registers: with fund, source and fee."
            ),
        )
    return RegisterProfile.model_validate({"kind": kind, "columns": columns})


def _ours(rows: Sequence[Row], kind: str) -> Iterator[tuple[int, dict[str, int]]]:
    for at, row in enumerate(rows[:_HEADER_WITHIN]):
        if row.text(0).startswith(mark(kind)):
            yield at, {role: column for column, role in enumerate(TEMPLATES[kind])}
            return


def _declared(rows: Sequence[Row], profile: RegisterProfile) -> Iterator[tuple[int, dict[str, int]]]:
    """The first row that holds every declared column name, each once."""
    for at, row in enumerate(rows[:_HEADER_WITHIN]):
        texts = [" ".join(text.split()) for text in row.texts]
        columns = profile.columns.named()
        if all(texts.count(column) == 1 for column in columns.values()):
            yield at, {role: texts.index(column) for role, column in columns.items()}
            return


def _unclear(place: str, kind: str, names: Sequence[str], *, several: bool) -> InputError:
    if several:
        return InputError(
            _("it is not clear which profile the file belongs to"),
            place=place,
            remedy=_("Name one of them: --profile NAME."),
        )
    return InputError(
        _("this register has none of the headers that we know"),
        place=place,
        why=_("Profiles of this kind: {names}.").format(names=", ".join(names) or "—"),
        remedy=_(
            "Describe its columns in schedules.yaml under imports: registers:, or copy it into a sheet made by:"
            " compliance register sheet {kind} OUT.xlsx"
        ).format(kind=kind),
    )


def _entries(
    rows: Sequence[Row], profile: RegisterProfile, roles: Mapping[str, int], currency: str
) -> Iterator[Entry]:
    """Every row but those of totals, which are proved, and what stands below one and is no row of the table."""
    everything, begun = 0, [0]  # and how much it was where each part that has a total of its own began
    for row in rows:
        if profile.footer and next(filter(None, row.texts)).startswith(profile.footer):
            if not (
                profile.kind == "acquirer" and roles.get("word") is not None
            ):  # there a refund has no sign
                _prove_total(row, roles, currency, everything, begun)
            begun.append(everything)
        elif len(begun) == 1 or _is_entry(row, roles, currency):
            entry = _entry(row, roles, currency)
            if profile.kind != "acquirer" and entry.amount_minor <= 0:
                raise InputError(_("an amount of a register is more than zero"), place=row.place)
            everything += entry.amount_minor
            yield entry


def _prove_total(
    row: Row, roles: Mapping[str, int], currency: str, everything: int, begun: Sequence[int]
) -> None:
    """A total is the sum of all rows above, or of those since another total: of a department, a branch. One that is not
    means a lost row."""
    said = None
    with suppress(InputError):
        said = minor_of(row.at(roles["amount"]), currency, row.place)
    if said and everything - said not in begun:
        raise InputError(
            _("the row of totals is not the sum of the rows above: they make {amount}").format(
                amount=f"{display(everything - begun[-1] or everything, currency, language())} {currency}"
            ),
            place=row.place,
            remedy=_("A row was lost or changed. Save the register from its own program again."),
        )


def _is_entry(row: Row, roles: Mapping[str, int], currency: str) -> bool:
    """Below a total: with an amount and all that a row of this table begins with; else a signature or a remark."""
    with suppress(InputError):
        minor_of(row.at(roles["amount"]), currency, row.place)
        said = [row.text(roles[role]) for role in ("date", "person", "word") if role in roles]
        return row.at(roles["amount"]) is not None and bool(said) and all(said)
    return False


def _entry(row: Row, roles: Mapping[str, int], currency: str) -> Entry:
    if row.at(roles["amount"]) is None:
        raise InputError(
            _("this row has no amount"),
            place=row.place,
            remedy=_("If it is the total or a remark, say how it begins: footer, in the profile."),
        )
    on = row.at(roles.get("date"))

    def text(role: str) -> str:
        return row.text(roles.get(role))

    return Entry(
        place=row.place,
        on=None if on is None else day_of(on, row.place),
        amount_minor=minor_of(row.at(roles["amount"]), currency, row.place),
        fee_minor=minor_of(row.at(roles.get("fee")), currency, row.place),
        person=text("person"),
        word=text("word"),
        fund=text("fund"),
        programme=text("programme"),
        line=text("line"),
        country=text("country"),
        payout=text("payout"),
    )
