"""Is every fund's money its own, and is it there?"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from compliance.checks.duties import A_YEAR_AHEAD, open_forms
from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _, day_text, language
from compliance.ledger.books import Entry
from compliance.ledger.chart import UNASSIGNED, is_settlement
from compliance.ledger.models import Budget
from compliance.ledger.sharing import waiting
from compliance.money import display, plain
from compliance.periods import aligned
from compliance.reports.budgets import budget_lines
from compliance.reports.pools import pooled
from compliance.rules.forms import Form


@check("fund.overspent", "books", N_("An agreement that spent more than it had"))
def overspent(context: Context) -> Findings:
    accounts = context.books.accounts
    places = [key for key, item in accounts.items() if item.type == "asset" and not is_settlement(item)]
    held: dict[tuple[str | None, str | None], int] = {}
    for total in context.books.sums(
        ("fund", "currency"), end=context.today + timedelta(days=1), where={"account": places}
    ):
        held[total.key[0], total.key[1]] = total.amount_minor
    for (fund, currency), amount_minor in held.items():
        if amount_minor < 0 and fund and currency and fund != UNASSIGNED:
            yield Finding(
                "fund.overspent",
                "error",
                f"fund:{fund}",
                _("{fund} spent {amount} {currency} more than it had").format(
                    fund=_title(context, fund),
                    amount=display(-amount_minor, currency, language()),
                    currency=currency,
                ),
                _("If another agreement's money was used, record it: compliance record transfer --from-fund"),
            )


@check("fund.mixed", "law", N_("An agreement whose receipts come from sources of more than one class"))
def mixed(context: Context) -> Findings:
    books = context.books
    income = [key for key, item in books.accounts.items() if item.type == "income"]
    classes: dict[str, set[str]] = defaultdict(set)
    for total in books.sums(("fund", "source"), where={"account": income}):
        fund, source = total.key
        if fund and source and source in books.sources and total.amount_minor:
            classes[fund].add(context.rules.source_class(books.sources[source], books.sources, context.today))
    pools = pooled(books, context.today)
    for fund, found in sorted(classes.items()):
        if len(found) > 1 and fund not in pools:
            yield Finding(
                "fund.mixed",
                "error",
                f"fund:{fund}",
                _(
                    "{fund} holds money of several kinds of source ({classes}); whose money is spent is unclear"
                ).format(fund=_title(context, fund), classes=", ".join(sorted(found))),
                _(
                    "Move the gift to its own agreement: compliance assign LINE --fund ANOTHER — or keep them together by a"
                    " declared method: compliance record pool --fund {fund} --method fifo"
                ).format(fund=fund),
            )


@check(
    "fund.released",
    "law",
    N_("Money that went for good to an agreement whose money is of another class of sources"),
)
def released(context: Context) -> Findings:
    """Forms count money by whose it was: between classes nothing says that it came, so their equations do not hold."""
    books = context.books
    undone = books.reversed_transactions()
    places = [key for key, item in books.accounts.items() if item.account_class == "released"]
    by_txn: dict[int, list[Entry]] = defaultdict(list)
    for entry in books.entries(where={"account": places}) if places else ():
        if entry.txn not in undone:
            by_txn[entry.txn].append(entry)
    classes = _classes(context) if by_txn else {}
    for txn, legs in by_txn.items():
        legs.sort(key=lambda leg: -leg.amount_minor)
        given, taken = legs[0], legs[-1]
        pair = classes.get(given.fund), classes.get(taken.fund)
        if None not in pair and pair[0] != pair[1]:
            yield Finding(
                "fund.released",
                "error",
                f"txn:{txn}",
                _(
                    "{amount} {currency} of {day} went for good from {given} ({given_class}) to {taken} ({taken_class}):"
                    " forms count money by whose it was, and their equation does not hold"
                ).format(
                    amount=display(given.amount_minor, given.currency, language()),
                    currency=given.currency,
                    day=day_text(given.on),
                    given=_title(context, given.fund),
                    given_class=pair[0],
                    taken=_title(context, taken.fund),
                    taken_class=pair[1],
                ),
                _(
                    "Undo it: compliance record reverse {txn} — and give it to an unrestricted agreement of the same donor"
                    " (compliance record fund --unrestricted --donor ...), or make it a loan"
                ).format(txn=txn),
                period=aligned(given.on, 3).label,
            )


def _classes(context: Context) -> dict[str, str]:
    """Agreement -> the one class of its receipts, else of its expected donor; those of several are `fund.mixed`."""
    books = context.books
    income = [key for key, item in books.accounts.items() if item.type == "income"]
    found: dict[str, set[str]] = defaultdict(set)
    for total in books.sums(("fund", "source"), where={"account": income}):
        fund, source = total.key
        if fund and source in books.sources and total.amount_minor:
            found[fund].add(context.rules.source_class(books.sources[source], books.sources, context.today))
    for key, item in books.funds.items():
        if key not in found and item.donor in books.sources:
            found[key].add(
                context.rules.source_class(books.sources[item.donor], books.sources, context.today)
            )
    return {fund: next(iter(of)) for fund, of in found.items() if len(of) == 1}


@check("budget.overspent", "books", N_("A line of an agreement that cost more than its budget allows"))
def over_budget(context: Context) -> Findings:
    for line in budget_lines(context.books, context.today):
        budget, actual = line.budget, line.actual
        if actual is None or not line.is_overspent:
            continue
        over = actual - budget.amount_minor
        yield Finding(
            "budget.overspent",
            "error",
            f"budget:{budget.entity}",
            _(
                "{line} of {fund} for {period}: {actual} {currency} paid, {plan} allowed, {over} too much"
            ).format(
                line=_budgeted(context, budget),
                fund=_title(context, budget.fund),
                period=line.period.label,
                actual=display(actual, budget.currency, language()),
                plan=display(budget.amount_minor, budget.currency, language()),
                over=display(over, budget.currency, language()),
                currency=budget.currency,
            ),
            _(
                "See what is left elsewhere: compliance budget {fund} — and if the donor agreed to more:"
                " compliance record budget --id {id} --amount {amount}"
            ).format(fund=budget.fund, id=budget.entity, amount=plain(actual, budget.currency)),
            period=line.period.label,
        )


@check(
    "budget.near",
    "books",
    N_("A line of an agreement that comes near its budget, or will pass it at this pace"),
)
def near_budget(context: Context) -> Findings:
    for line in budget_lines(context.books, context.today):
        budget, left = line.budget, line.left
        if left is None or line.forecast is None or not line.is_near(context.today):
            continue
        yield Finding(
            "budget.near",
            "warning",
            f"budget:{budget.entity}",
            _(
                "{line} of {fund} for {period}: {left} {currency} is left, {forecast} is to be expected of {plan}"
            ).format(
                line=_budgeted(context, budget),
                fund=_title(context, budget.fund),
                period=line.period.label,
                left=display(left, budget.currency, language()),
                forecast=display(line.forecast, budget.currency, language()),
                plan=display(budget.amount_minor, budget.currency, language()),
                currency=budget.currency,
            ),
            _("See the whole agreement: compliance budget {fund}").format(fund=budget.fund),
            period=line.period.label,
        )


@check("shared.waiting", "books", N_("Shared costs of a quarter that is over and that nobody has spread"))
def shared_waiting(context: Context) -> Findings:
    first = context.config.starts_on
    period = aligned(first, 3) if first else None
    while period is not None and period.last < context.today:
        for item in waiting(context.books, period):
            yield Finding(
                "shared.waiting",
                "error",
                f"account:{item.account}:{item.fund}",
                _("{amount} {currency} on “{account}” wait to be shared: all of it counts as {fund}").format(
                    amount=display(item.amount_minor, item.currency, language()),
                    currency=item.currency,
                    account=context.books.accounts[item.account].title,
                    fund=_title(context, item.fund),
                ),
                _("Spread it: compliance shared-costs run {period}").format(period=period.label),
                period=period.label,
            )
        period = aligned(period.end, 3)


def _budgeted(context: Context, budget: Budget) -> str:
    """What the agreement calls the line, else what it is for."""
    programme = context.books.programmes.get(budget.programme or "")
    words = [budget.expense_line, programme.title if programme else budget.programme]
    return f"“{budget.title or ', '.join(word for word in words if word) or budget.entity}”"


def _title(context: Context, fund: str) -> str:
    found = context.books.funds.get(fund)
    return found.title if found else fund


@check(
    "fund.purpose", "paper", N_("An agreement that does not say which of a form's purposes its money is for")
)
def purpose(context: Context) -> Findings:
    """For every filing that is not made yet whose form counts money by the purpose of its agreement."""
    books, told = context.books, set[str]()
    income = [key for key, item in books.accounts.items() if item.type == "income"]
    for item, form in open_forms(context, horizon_days=A_YEAR_AHEAD):
        words, classes = _purposes(form)
        if not words:
            continue
        for total in books.sums(
            ("fund", "source"), start=item.period.start, end=item.period.end, where={"account": income}
        ):
            fund, source = books.funds.get(total.key[0] or ""), books.sources.get(total.key[1] or "")
            if fund is None or source is None or fund.entity in told or not total.amount_minor:
                continue
            if classes and context.rules.source_class(source, books.sources, item.period.last) not in classes:
                continue
            if (fund.purpose or "").strip().casefold() not in words:
                told.add(fund.entity)
                yield Finding(
                    "fund.purpose",
                    "warning",
                    f"fund:{fund.entity}",
                    _("{fund}: “{title}” asks what the money is for: {words}").format(
                        fund=_title(context, fund.entity), title=item.title, words=", ".join(words)
                    ),
                    _("Say it: compliance record fund --id {id} --purpose WORD").format(id=fund.entity),
                    period=item.period.label,
                )


def _purposes(form: Form) -> tuple[list[str], frozenset[str]]:
    """The words by which the form counts agreements, in its order, and the classes of sources it counts."""
    words, classes = dict[str, None](), set[str]()
    for section in form.sections.values():
        own = section.select.axes() if section.select is not None else {}
        for part in (*section.lines.values(), *section.columns.values()):
            for select in (part.select, part.measured):
                if select is not None and "fund_purpose" in select.axes():
                    words |= dict.fromkeys(sorted(select.axes()["fund_purpose"]))
                    classes |= own.get("source_class", frozenset())
    return list(words), frozenset(classes)
