"""Is there a rate for every day on which foreign money came, went, or stood at a period's end?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _, day_text
from compliance.ledger.valuation import closings, movements
from compliance.periods import Period, aligned

_VALUED = ("income", "expense")


@check("rate.missing", "books", N_("A day whose official rate is not recorded"))
def missing(context: Context) -> Findings:
    quote = context.config.currency
    wanted: dict[tuple[str, date], str] = {}
    for period in _periods(context):
        for currency, on in _unvalued(context, period):
            wanted.setdefault((currency, on), period.label)
    for (currency, on), label in sorted(wanted.items()):
        yield Finding(
            "rate.missing",
            "error",
            f"{currency}/{quote}/{on.isoformat()}",
            _("the rate of {currency} on {day} is not recorded").format(currency=currency, day=day_text(on)),
            _("Record it: compliance record rate --currency {currency} --on {day} --rate ...").format(
                currency=currency, day=on
            ),
            period=label,
        )


def _unvalued(context: Context, period: Period) -> Iterator[tuple[str, date]]:
    """(currency, day) of income, expense and conversion, and of what stood at the end, without a value."""
    books = context.books
    left: Counter[tuple[str, date, str, str]] = Counter()
    for atom in movements(books, context.config.currency, period):
        account = books.accounts.get(atom.account)
        if account is None or atom.value_minor is not None or atom.on is None:
            continue
        if account.type in _VALUED or account.account_class == "conversion":
            left[atom.currency, atom.on, atom.account, atom.fund] += atom.amount_minor
    # What was reversed the same day needs no rate: it is worth nothing at any.
    yield from ((currency, on) for (currency, on, _account, _fund), amount in left.items() if amount)
    for atom in closings(books, context.config.currency, period):
        account = books.accounts.get(atom.account)
        if account is not None and account.type == "asset" and atom.value_minor is None:
            yield atom.currency, period.last


def _periods(context: Context) -> Iterator[Period]:
    """Quarters over by today since the books begin."""
    first = context.config.starts_on or _first_day(context)
    period = aligned(first, 3) if first else None
    while period is not None and period.last < context.today:
        yield period
        period = aligned(period.end, 3)


def _first_day(context: Context) -> date | None:
    for entry in context.books.entries():
        return entry.on + timedelta(days=1)
    return None
