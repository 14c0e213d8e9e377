"""Do the bank's statements cover every day, follow one another, agree with the books, and lie sorted?"""

from __future__ import annotations

from collections import Counter
from datetime import date

from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _, day_text, language, ngettext
from compliance.intake.coverage import coverage, differences
from compliance.ledger.lines import uncleared
from compliance.money import display
from compliance.periods import aligned


@check("statement.gap", "books", N_("Days that no bank statement covers"))
def gaps(context: Context) -> Findings:
    for account, item in coverage(context.books).items():
        for gap in item.gaps:
            days = _days(gap.days.start, gap.days.last)
            missing = (
                _("between them the balance jumps by {amount}").format(
                    amount=f"{display(gap.missing_minor, item.currency, language())} {item.currency}"
                )
                if gap.missing_minor
                else _("the balances meet, which does not prove that nothing happened")
            )
            yield Finding(
                "statement.gap",
                "error",
                f"account:{account}:{gap.days.start.isoformat()}",
                _("no statement of {account} covers {days}: {missing}").format(
                    account=_title(context, account), days=days, missing=missing
                ),
                _("Download the statement for {days} and load it: compliance import FILE").format(days=days),
            )
        for jump in item.jumps:
            amount = f"{display(jump.missing_minor, item.currency, language())} {item.currency}"
            yield Finding(
                "statement.jump",
                "error",
                f"account:{account}:{jump.on.isoformat()}",
                _(
                    "{account}: the statement from {day} opens with {amount} more than the one before closed"
                ).format(account=_title(context, account), day=day_text(jump.on), amount=amount),
                _("Ask the bank for both statements again; one of them is not complete."),
            )


@check("statement.difference", "books", N_("A balance in the books that is not the bank's"))
def unequal(context: Context) -> Findings:
    for item in differences(context.books):
        amounts = [
            f"{display(minor, item.currency, language())} {item.currency}"
            for minor in (item.booked_minor, item.closing_minor)
        ]
        yield Finding(
            "statement.difference",
            "error",
            f"account:{item.account}:{item.on.isoformat()}",
            _("{account} on {day}: the books say {booked}, the bank {bank}").format(
                account=_title(context, item.account),
                day=day_text(item.on),
                booked=amounts[0],
                bank=amounts[1],
            ),
            _("Something was recorded beside the statement, or the opening balance is not right."),
        )


@check("queue.unsorted", "books", N_("Statement lines that nobody has sorted"))
def unsorted(context: Context) -> Findings:
    counts = Counter(aligned(line.on, 3).label for line in uncleared(context.books))
    for label, n in sorted(counts.items()):
        yield Finding(
            "queue.unsorted",
            "refusal",
            "queue",
            ngettext("{n} statement line is not sorted", "{n} statement lines are not sorted", n).format(n=n),
            _("Sort them: compliance queue, then compliance assign LINE"),
            period=label,
        )


def _days(first: date, last: date) -> str:
    return day_text(first) if first == last else f"{day_text(first)} — {day_text(last)}"


def _title(context: Context, account: str) -> str:
    found = context.books.accounts.get(account)
    return found.title if found else account
