"""Which bank line a register explains: the one of exactly its amount, or none and the difference is told."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.errors import InputError, UsageError
from compliance.i18n import _, day_text, language
from compliance.intake.assign import find_line
from compliance.intake.coverage import coverage
from compliance.ledger import lines
from compliance.ledger.books import Books
from compliance.ledger.lines import BankLine
from compliance.money import display
from compliance.profiles import RegisterProfile
from compliance.registers.parts import Explained

_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Tied:
    """A bank line with what a register says it is."""

    line: BankLine
    explained: Explained


def tie(
    groups: Sequence[Explained],
    books: Books,
    profile: RegisterProfile,
    currency: str,
    handle: str,
    place: str,
    kept: Container[str] = (),
) -> tuple[list[Tied], list[Explained]]:
    """(tied, without a line): every group has its line, or its day is later than the account's last statement, or it
    comes to nothing, so that there is no bank line.

    ``handle`` names the line of a register of one day; ``kept`` are the lines that this very file is kept for. ``InputError`` with the difference otherwise.
    """
    if profile.account and profile.account not in books.accounts:
        raise UsageError(_("the profile names an account that does not exist"))
    if handle:
        return [Tied(_named(groups, books, currency, handle, place), groups[0])], []
    taken: set[str] = set()
    tied, later, refused = [], [], []
    last = _last_day(books, profile.account)
    for group in groups:
        if group.on is not None and last is not None and group.on > last:
            later.append(group)
            continue
        found = [line for line in _fitting(group, books, profile, currency) if line.identity not in taken]
        if group.on is None and len(found) > 1:
            found = [line for line in found if line.identity in kept] or _in_doubt(books, found, place)
        if found:
            tied.append(Tied(found[0], group))
            taken.add(found[0].identity)
        elif not group.amount_minor or (
            last and group.on and group.on + timedelta(profile.days_later) > last
        ):
            later.append(group)
        else:
            refused.append(_short(group, books, profile.account, currency))
    if refused:
        raise InputError(
            _("the register does not add up to the bank's lines"),
            place=place,
            why="\n".join(refused[:10]),
            remedy=_("Nothing was recorded. Mend the register, or name the line it is about: --line LINE."),
        )
    return tied, later


def _fitting(group: Explained, books: Books, profile: RegisterProfile, currency: str) -> list[BankLine]:
    """Lines of the group's amount: of its day, or up to so many days later as the profile says, the first first."""
    days = (group.on, group.on + timedelta(profile.days_later)) if group.on else None
    return lines.of_amount(books, group.amount_minor, currency, days=days, account=profile.account)


def _named(groups: Sequence[Explained], books: Books, currency: str, handle: str, place: str) -> BankLine:
    line = find_line(books, handle)
    if len(groups) > 1:
        raise UsageError(_("--line: the register has several days, so it is about several lines"))
    if (line.amount_minor, line.currency) != (groups[0].amount_minor, currency):
        raise InputError(
            _("the register does not add up to the bank line"),
            place=place,
            why=_told(groups[0].amount_minor, line, currency),
            remedy=_("Nothing was recorded."),
        )
    return line


def _in_doubt(books: Books, found: list[BankLine], place: str) -> list[BankLine]:
    """Several lines have the amount: those that nobody has sorted come first; still several is a question."""
    waiting = [line for line in found if not lines.assignments(books, line.identity)] or found
    if len(waiting) > 1:
        raise InputError(
            _("several bank lines have the register's amount"),
            place=place,
            why=", ".join(f"{line.handle} ({day_text(line.on)})" for line in waiting[:5]),
            remedy=_("Name the one it is about: --line LINE."),
        )
    return waiting


def _last_day(books: Books, account: str | None) -> date | None:
    """The last day that a statement of the account covers; ``None`` where no account is declared."""
    found = coverage(books).get(account or "")
    return found.spans[-1].last if found and found.spans else None


def _short(group: Explained, books: Books, account: str | None, currency: str) -> str:
    """The register's sum, and the nearest lines of its day (or, without a day, of those not sorted)."""
    if group.on is not None and account:
        near = lines.on_days(books, account, [group.on])
    else:
        near = [line for line in lines.uncleared(books) if group.on in (None, line.on)]
    near = [line for line in near if line.currency == currency]
    together = len(near) > 1 and sum(line.amount_minor for line in near) == group.amount_minor
    near = [line for line in near if (line.amount_minor > 0) == (group.amount_minor > 0)]
    near.sort(key=lambda line: abs(line.amount_minor - group.amount_minor))
    day = f"{day_text(group.on)}: " if group.on else ""
    if group.on and together:
        return day + _(
            "the register adds up to {amount}, and so do the bank's lines of that day together; the column that says which"
            " of them a row belongs to is named in the profile: payout"
        ).format(amount=_money(group.amount_minor, currency))
    if elsewhere := _elsewhere(group, books, account, currency):
        return day + _(
            "the register adds up to {amount}; the line {line} of that amount is of {day} (days_later in its profile says"
            " how many days later the bank's line may come)"
        ).format(
            amount=_money(group.amount_minor, currency), line=elsewhere.handle, day=day_text(elsewhere.on)
        )
    if not near:
        return day + _("the register adds up to {amount}; there is no such bank line").format(
            amount=_money(group.amount_minor, currency)
        )
    return "\n".join(day + _told(group.amount_minor, line, currency) for line in near[:_NEAREST])


def _elsewhere(group: Explained, books: Books, account: str | None, currency: str) -> BankLine | None:
    """The next line of exactly the group's amount, within two weeks of its day."""
    on = group.on
    if on is None:
        return None
    days = on - timedelta(14), on + timedelta(14)
    near = lines.of_amount(books, group.amount_minor, currency, days=days, account=account)
    return min(near, key=lambda line: abs(line.on - on), default=None)


def _told(amount_minor: int, line: BankLine, currency: str) -> str:
    return _(
        "the register adds up to {register}, the line {line} of {day} is {amount}; the difference is {rest}"
    ).format(
        register=_money(amount_minor, currency),
        line=line.handle,
        day=day_text(line.on),
        amount=_money(line.amount_minor, line.currency),
        rest=_money(line.amount_minor - amount_minor, currency),
    )


def _money(amount_minor: int, currency: str) -> str:
    return f"{display(amount_minor, currency, language())} {currency}"
