"""Is every bank line booked as its register says? The only witness of what the bank line does not show."""

from __future__ import annotations

from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _, day_text, language, ngettext
from compliance.ledger.chart import for_line
from compliance.money import display
from compliance.registers.compare import Difference, differences
from compliance.registers.missing import missing


@check("register", "books", N_("Bank lines booked otherwise than their register says"))
def registers(context: Context) -> Findings:
    for item in differences(context.books):
        yield Finding(
            f"register.{item.kind}",
            "error",
            f"register:{item.name}",
            _message(context, item),
            _("Book them as the register says: compliance register book {name}").format(name=item.name),
        )


def _message(context: Context, item: Difference) -> str:
    n = len(item.registers)
    days = sorted(register.on_date for register in item.registers)
    if item.kind == "acquirer" and item.received_minor == item.spent_minor < 0:
        return ngettext(
            "{n} day of the card acquirer is booked net of the fee: receipts and spending are both {amount} too low"
            " ({first}); the balance does not show it",
            "{n} days of the card acquirer are booked net of the fee: receipts and spending are both {amount} too"
            " low ({first} — {last}); the balance does not show it",
            n,
        ).format(
            n=n, amount=_money(-item.spent_minor, item), first=day_text(days[0]), last=day_text(days[-1])
        )
    return ngettext(
        "{n} bank line is booked otherwise than the register {name} says: {what}",
        "{n} bank lines are booked otherwise than the register {name} says: {what}",
        n,
    ).format(n=n, name=item.name, what=_what(context, item))


def _what(context: Context, item: Difference) -> str:
    """By how much, of what: form lines first, then agreements where only these differ."""
    told = [
        _("{amount} too much on “{line}”").format(amount=_money(minor, item), line=_title(context, line))
        if minor > 0
        else _("{amount} too little on “{line}”").format(
            amount=_money(-minor, item), line=_title(context, line)
        )
        for line, minor in sorted(item.by_line.items(), key=lambda pair: (-pair[1], pair[0]))
        if minor
    ]
    if item.received_minor:
        told.append(_("receipts {amount}").format(amount=_money(item.received_minor, item, sign=True)))
    if told and not item.received_minor and not item.spent_minor:
        told.append(_("the total is the same"))
    if not told:
        told = [_("agreements or programmes are mixed up")]
    return "; ".join(told)


def _title(context: Context, line: str) -> str:
    """A form line as the chart calls it."""
    account = for_line(context.books.accounts, line)
    return context.books.accounts[account].title if account else line


def _money(minor: int, item: Difference, *, sign: bool = False) -> str:
    plus = "+" if sign and minor > 0 else ""
    return f"{plus}{display(minor, item.currency, language())} {item.currency}"


@check("register.missing", "books", N_("Bank lines like those that have a register, without one"))
def unregistered(context: Context) -> Findings:
    for item in missing(context.books, context.vault, context.today):
        n = len(item.lines)
        yield Finding(
            "register.missing",
            "warning",
            f"register:{item.kind}:{item.account}",
            ngettext(
                "{n} line looks like those with a register ({kind}) and has none: {day}",
                "{n} lines look like those with a register ({kind}) and have none, the first of {day}",
                n,
            ).format(n=n, kind=item.kind, day=day_text(item.lines[0].on)),
            _("Give their register: compliance register {kind} FILE").format(kind=item.kind),
        )
