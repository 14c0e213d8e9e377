"""Papers that expenses must rest on: what the organisation's own policy demands, and what is missing.

A paper is about an expense when the transaction names it, or when it was recorded about the
transaction's statement line. A paper that is only noted (no file of it is here) does not count. What a
law asks for before money is received is `money.gate`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.checks.registry import Context, Findings, check
from compliance.files import digest
from compliance.findings import Finding
from compliance.i18n import N_, _, day_text, language, ngettext
from compliance.ledger.books import Books, Entry
from compliance.ledger.valuation import value_on
from compliance.money import STRICT, display, parse_amount
from compliance.workspace import Demand

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Spent:
    """One payment's part for one agreement: ``value_minor`` in the currency of reports, or ``None``
    where a rate is missing; ``line`` the identity of the statement line it came by."""

    txn: int
    on: date
    fund: str
    amount_minor: int
    currency: str
    value_minor: int | None
    form_lines: tuple[str, ...]
    line: str | None
    document: str | None

    @property
    def handle(self) -> str:
        """What ``record document --about`` takes."""
        return self.line[:8] if self.line else f"txn:{self.txn}"


@dataclass(frozen=True, slots=True)
class Missing:
    """A payment that lacks papers: which kinds are asked, of which any one would do or all are needed."""

    spent: Spent
    papers: tuple[str, ...]
    any_does: bool


def missing(context: Context) -> list[Missing]:
    """Every payment since the books began that lacks a paper our policy demands, by day."""
    if not context.config.evidence:
        return []
    kinds = kinds_by_subject(context.books)
    found = []
    for spent in payments(context):
        have = {kind for key in _subjects(spent) for kind in kinds.get(key, ())}
        have |= {_kind(context.books, spent.document)}
        lacking: dict[tuple[tuple[str, ...], bool], None] = {}
        for demand in context.config.demands_on(spent.on):
            if not _asks(context, demand, spent):
                continue
            wanted = [paper.casefold() for paper in demand.papers]
            if demand.enough == "any" and not have & set(wanted):
                lacking[tuple(demand.papers), True] = None
            elif demand.enough == "all" and (left := [word for word in wanted if word not in have]):
                lacking[tuple(left), False] = None
        found += [Missing(spent, papers, any_does) for papers, any_does in lacking]
    return found


def _asks(context: Context, demand: Demand, spent: Spent) -> bool:
    """Whether the demand is about this payment; where its value is not known the stricter answer."""
    about = not demand.lines or bool(set(demand.lines) & set(spent.form_lines))
    limit = parse_amount(demand.from_, context.config.currency, STRICT)
    return about and (spent.value_minor is None or spent.value_minor >= limit)


def payments(context: Context) -> Iterator[Spent]:
    """Expenses since the books began, one for each transaction and agreement; undone ones are left out."""
    books, currency = context.books, context.config.currency
    undone = books.reversed_transactions()
    accounts = [key for key, item in books.accounts.items() if item.type == "expense"]
    groups: dict[tuple[int, str, str], list[Entry]] = defaultdict(list)
    start, end = context.config.starts_on, context.today + timedelta(days=1)
    for entry in books.entries(where={"account": accounts}, start=start, end=end) if accounts else ():
        if entry.txn not in undone:
            groups[entry.txn, entry.fund, entry.currency].append(entry)
    for (txn, fund, unit), entries in groups.items():
        amount = sum(entry.amount_minor for entry in entries)
        if amount > 0:
            first = entries[0]
            value = _value(books, amount, unit, currency, first.on)
            lines = tuple(dict.fromkeys(line for entry in entries if (line := form_line(books, entry))))
            yield Spent(txn, first.on, fund, amount, unit, value, lines, first.line, first.document)


def _value(books: Books, amount: int, currency: str, quote: str, on: date) -> int | None:
    """About what an amount is worth: to know on which side of a threshold it is the last rate before will do."""
    exact = value_on(books, amount, currency, quote, on)
    days = [day for held, other, day in books.rates if (held, other) == (currency, quote) and day < on]
    return exact if exact is not None or not days else value_on(books, amount, currency, quote, max(days))


def form_line(books: Books, entry: Entry) -> str | None:
    """The form line of an expense: the posting's own, or its account's."""
    account = books.accounts.get(entry.account)
    return entry.expense_line or (account.expense_line if account else None)


def _subjects(spent: Spent) -> tuple[str, ...]:
    return (f"txn:{spent.txn}", *((spent.line,) if spent.line else ()))


def kinds_by_subject(books: Books) -> Mapping[str, set[str]]:
    """What a paper is about -> the kinds of papers there are, in lower case."""
    found: dict[str, set[str]] = defaultdict(set)
    for paper in books.documents.values():
        if paper.about and paper.digest:
            found[paper.about].add(paper.kind.casefold())
    return found


def _kind(books: Books, document: str | None) -> str:
    paper = books.documents.get(document or "")
    return paper.kind.casefold() if paper is not None and paper.digest else ""


@check("evidence.missing", "paper", N_("Expenses without the papers that our policy demands"))
def missing_papers(context: Context) -> Findings:
    """Grouped by what is missing and whose money it was; a decision holds for the very payments it saw."""
    groups: dict[tuple[tuple[str, ...], bool, str], list[Spent]] = defaultdict(list)
    for item in missing(context):
        groups[item.papers, item.any_does, item.spent.fund].append(item.spent)
    for (papers, any_does, fund), spent in sorted(groups.items()):
        title = context.books.funds[fund].title if fund in context.books.funds else fund
        n = len(spent)
        yield Finding(
            "evidence.missing",
            "error",
            f"evidence:{fund}:{'+'.join(papers)}:{_mark(spent)}",
            ngettext(
                "{n} expense of “{fund}” lacks its paper ({papers}): {which}",
                "{n} expenses of “{fund}” lack their papers ({papers}): {which}",
                n,
            ).format(n=n, fund=title, papers=paper_words(papers, any_does), which=_which(spent)),
            _(
                "Record the paper: compliance record document FILE --kind {kind} --about {id}; or ask for it: compliance evidence letter FILE --fund {fund}"
            ).format(kind=papers[0], id=spent[0].handle, fund=fund),
        )


def paper_words(papers: tuple[str, ...], any_does: bool) -> str:
    """Kinds of papers as people say them; a word that is not ours stands as it was written."""
    known = {
        "act": _("act"),
        "invoice": _("invoice"),
        "contract": _("contract"),
        "agreement": _("agreement"),
        "receipt": _("receipt"),
        "bill": _("bill"),
    }
    return (f" {_('or')} " if any_does else ", ").join(known.get(paper, paper) for paper in papers)


def _which(spent: list[Spent]) -> str:
    told = [
        f"{day_text(item.on)} {display(item.amount_minor, item.currency, language())} {item.currency}"
        for item in spent[:_SHOWN]
    ]
    return "; ".join([*told, *(["…"] if len(spent) > _SHOWN else [])])


def _mark(spent: list[Spent]) -> str:
    return digest(",".join(str(item.txn) for item in spent).encode())[:8]


@check("expense.fixed_asset", "books", N_("Things that last, bought on a line where they do not belong"))
def fixed_assets(context: Context) -> Findings:
    if not context.config.fixed_assets:
        return
    for spent in payments(context):
        policy = context.config.fixed_assets_on(spent.on)
        if policy is None or spent.value_minor is None:
            continue
        limit = parse_amount(policy.from_, context.config.currency, STRICT)
        wrong = [line for line in spent.form_lines if line in policy.instead_of]
        if not wrong or spent.value_minor < limit:
            continue
        amount = f"{display(spent.amount_minor, spent.currency, language())} {spent.currency}"
        yield Finding(
            "expense.fixed_asset",
            "warning",
            f"txn:{spent.txn}",
            _(
                "{amount} on {day} is on the line “{line}”, and from {limit} on our policy asks whether it is a fixed asset"
            ).format(
                amount=amount,
                day=day_text(spent.on),
                line=wrong[0],
                limit=display(limit, context.config.currency, language()),
            ),
            _("If it is a thing that lasts: compliance assign {id} --line {line}").format(
                id=spent.handle, line=policy.line
            )
            if spent.line
            else _(
                "If it is a thing that lasts: compliance record reverse {txn}, and record it on the line {line}"
            ).format(txn=spent.txn, line=policy.line),
        )
