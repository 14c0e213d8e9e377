"""Rules on money over the books: caps, bans, consents, taxes, one account for each. Placement is in `law`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from compliance.checks.duties import ledger
from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding, Severity
from compliance.i18n import N_, _, day_text, language
from compliance.ledger.books import Entry
from compliance.money import display
from compliance.periods import ONE_DAY, Period
from compliance.reports import limits
from compliance.reports.measures import Measures, Moved
from compliance.rules import Rule, held
from compliance.rules.amounts import Select
from compliance.rules.base import Mark
from compliance.rules.money_rules import MoneyBlock


def _binding(context: Context, kind: str) -> Iterator[Rule[MoneyBlock]]:
    now = held(context.config.statuses, context.today)
    for rule in context.rules.money_rules():
        if getattr(rule.provision, "kind", "") == kind and set(rule.provision.binds) <= now:
            yield rule


def _mark(context: Context, rule: Rule[MoneyBlock]) -> Mark:
    law = rule.on(context.today)
    return law.mark() if law is not None else Mark((), "uncertain")


def _finding(
    context: Context,
    rule: Rule[MoneyBlock],
    code: str,
    severity: Severity,
    subject: str,
    message: str,
    remedy: str,
    period: str = "",
) -> Finding:
    mark = _mark(context, rule)
    return Finding(code, severity, subject, message, remedy, ", ".join(mark.source), mark.confidence, period)


def _amount(minor: int, currency: str) -> str:
    return f"{display(minor, currency, language())} {currency}"


def _look(rule: Rule[MoneyBlock]) -> str:
    return _("Read the rule, and decide with a lawyer: compliance rules show {rule}").format(rule=rule.id)


@check("money.threshold", "law", N_("A line that the law draws over sums was crossed"))
def threshold(context: Context) -> Findings:
    for rule in _binding(context, "threshold"):
        for item in limits.crossings(rule, ledger(context)):
            yield _finding(
                context,
                rule,
                "money.threshold",
                "note",
                f"rule:{rule.id}:{item.times}",
                _("“{rule}” was crossed on {day}").format(rule=rule.title, day=day_text(item.on)),
                _("See what follows: compliance due --why"),
                item.window.label,
            )


@check("money.cap", "law", N_("More spent on something than the law allows"))
def cap(context: Context) -> Findings:
    currency = context.config.currency
    for rule in _binding(context, "cap"):
        for item in limits.uses(rule, ledger(context)):
            if item.over_minor:
                yield _finding(
                    context,
                    rule,
                    "money.cap",
                    "error",
                    f"rule:{rule.id}",
                    _(
                        "“{rule}”: {used} used, {allowed} allowed, {carried} carried over; {over} too much"
                    ).format(
                        rule=rule.title,
                        used=_amount(item.used_minor, currency),
                        allowed=_amount(item.allowed_minor, currency),
                        carried=_amount(item.carried_minor, currency),
                        over=_amount(item.over_minor, currency),
                    ),
                    _look(rule),
                    item.window.label,
                )


@check("money.ban", "law", N_("Money for what the law forbids"))
def ban(context: Context) -> Findings:
    for rule, item in _selected(context, "ban"):
        yield _finding(
            context,
            rule,
            "money.ban",
            "error",
            f"txn:{item.entry.txn}",
            _("{amount} of {day}: “{rule}”").format(
                amount=_amount(abs(item.entry.amount_minor), item.entry.currency),
                day=day_text(item.entry.on),
                rule=rule.title,
            ),
            _look(rule),
        )


@check("money.gate", "law", N_("Money received before the paper that the law asks for"))
def gate(context: Context) -> Findings:
    for rule, item in _selected(context, "gate"):
        law = rule.on(item.entry.on)
        wanted = law.block.document if law is not None else None
        if wanted and not _has_paper(context, wanted, item.entry):
            yield _finding(
                context,
                rule,
                "money.gate",
                "error",
                f"txn:{item.entry.txn}",
                _("{amount} of {day} came without the paper “{paper}”: “{rule}”").format(
                    amount=_amount(abs(item.entry.amount_minor), item.entry.currency),
                    day=day_text(item.entry.on),
                    paper=wanted,
                    rule=rule.title,
                ),
                _(
                    "If there is one: compliance record document --kind {paper} --about {about} --dated-on DAY FILE"
                ).format(paper=wanted, about=item.entry.source or item.entry.fund),
            )


def _has_paper(context: Context, kind: str, entry: Entry) -> bool:
    about = {entry.source, entry.fund, entry.document}
    return any(
        item.kind == kind
        and (item.about in about or key == entry.document)
        and (item.dated_on or item.received_on or entry.on) <= entry.on
        for key, item in context.books.documents.items()
    )


@check("money.tax", "law", N_("A tax on receipts"))
def tax(context: Context) -> Findings:
    currency = context.config.currency
    for rule in _binding(context, "tax"):
        owed: dict[str, int] = defaultdict(int)
        for _rule, item in _selected(context, "tax", only=rule):
            law = rule.on(item.entry.on)
            if law is None or law.block.rate is None or item.atom.value_minor is None:
                continue
            if law.block.unless and _has_paper(context, law.block.unless, item.entry):
                continue
            value = abs(item.atom.value_minor)
            part = (Decimal(value) * law.block.rate).to_integral_value(ROUND_HALF_UP)
            owed[f"{item.entry.on.year:04}-{item.entry.on.month:02}"] += int(part)
        for month, minor in sorted(owed.items()):
            yield _finding(
                context,
                rule,
                "money.tax",
                "warning",
                f"rule:{rule.id}",
                _("“{rule}”: {amount} on what came in {month}").format(
                    rule=rule.title, amount=_amount(minor, currency), month=month
                ),
                _look(rule),
                month,
            )


@check(
    "money.one_account_each",
    "law",
    N_("One account used for several agreements where the law wants one each"),
)
def one_each(context: Context) -> Findings:
    for rule in _binding(context, "account"):
        law = rule.on(context.today)
        if law is None or law.block.one_per != "fund" or law.block.select is None:
            continue
        funds: dict[str, set[str]] = defaultdict(set)
        for atom in _measures(context, rule).atoms("closing", law.block.select.axes()):
            if atom.amount_minor:
                funds[atom.account].add(atom.fund)
        for account, found in sorted(funds.items()):
            if len(found) > 1:
                yield _finding(
                    context,
                    rule,
                    "money.one_account_each",
                    "error",
                    f"account:{account}",
                    _("“{account}” holds money of {n} agreements: “{rule}”").format(
                        account=context.books.accounts[account].title, n=len(found), rule=rule.title
                    ),
                    _look(rule),
                )


def _selected(
    context: Context, kind: str, *, only: Rule[MoneyBlock] | None = None
) -> Iterator[tuple[Rule[MoneyBlock], Moved]]:
    """Standing postings that a rule of ``kind`` selects, by the law of their day."""
    undone = context.books.reversed_transactions()
    for rule in [only] if only is not None else _binding(context, kind):
        measures = _measures(context, rule)
        for select in _selects(rule):
            for item in measures.moved_one_by_one(select.axes()):
                law = rule.on(item.entry.on)
                if law is not None and law.block.select == select and item.entry.txn not in undone:
                    yield rule, item


def _selects(rule: Rule[MoneyBlock]) -> list[Select]:
    """Each wording of what the rule selects, once."""
    found: list[Select] = []
    for block in rule.provision.terms.values():
        if block.select is not None and block.select not in found:
            found.append(block.select)
    return found


def _measures(context: Context, rule: Rule[MoneyBlock]) -> Measures:
    over = ledger(context)
    return Measures(
        context.books, context.rules, rule.pack.id, over.currency, Period(over.since, over.until + ONE_DAY)
    )
