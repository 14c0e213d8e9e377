"""Do we know enough about who pays, to say whether the law calls it foreign?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from compliance.checks.duties import A_YEAR_AHEAD, open_forms
from compliance.checks.registry import Context, Findings, check
from compliance.deadlines import Deadline
from compliance.findings import Finding
from compliance.i18n import N_, _, day_text, language
from compliance.ledger.books import Books, Entry
from compliance.ledger.kinds import PERSON_KINDS
from compliance.ledger.lines import by_prefix, legs_of
from compliance.ledger.models import Source
from compliance.money import display, plain
from compliance.periods import Period
from compliance.registers.compare import abroad
from compliance.rules.forms import Form

_ABROAD = re.compile(
    r"за рубеж|зарубежн|иностранн\w* (?:карт|банк)|issued abroad|foreign card|карт\w* .{0,20}нерезидент",
    re.IGNORECASE,
)


@check("source.incomplete", "books", N_("A source without what its class depends on"))
def incomplete(context: Context) -> Findings:
    for entity, source in context.books.sources.items():
        if not source.kind:
            missing = _("its kind")
        elif source.kind.startswith("foreign") and not source.country:
            missing = _("its country")
        else:
            continue
        yield Finding(
            "source.incomplete",
            "error",
            f"source:{entity}",
            _("source {name}: {what} is not recorded").format(name=_name(source), what=missing),
            _("Complete it: compliance record source --id {id} --country XX").format(id=entity),
        )


@check("source.details", "paper", N_("A donor of whom a form asks what is not recorded"))
def details(context: Context) -> Findings:
    """What a form needs of who paid (address, e-mail), for every filing that is not made yet. People are left out:
    their lines are written by hand."""
    told: set[tuple[str, str]] = set()
    for item, form in open_forms(context, horizon_days=A_YEAR_AHEAD):
        for field, wanted in _needed(form).items():
            for entity in _payers(context, item.period, wanted):
                body = context.vault.identity(entity) or {}
                if not body.get(field) and (entity, field) not in told:
                    told.add((entity, field))
                    yield _lacking(context.books.sources[entity], field, item)


def _needed(form: Form) -> dict[str, frozenset[str]]:
    """Field of a source -> the classes of sources whose receipts the section lists (none: all)."""
    found: dict[str, frozenset[str]] = {}
    for section in form.sections.values():
        classes = (section.select.axes() if section.select is not None else {}).get(
            "source_class", frozenset()
        )
        for column in section.columns.values():
            if column.needed and column.field and column.field.startswith("source."):
                found[column.field.removeprefix("source.")] = frozenset(classes)
    return found


def _payers(context: Context, period: Period, classes: frozenset[str]) -> Iterator[str]:
    """Organisations of these classes that paid in the period."""
    books = context.books
    income = [key for key, item in books.accounts.items() if item.type == "income"]
    for total in books.sums(("source",), start=period.start, end=period.end, where={"account": income}):
        source = books.sources.get(total.key[0] or "")
        if source is None or source.kind in PERSON_KINDS or source.pooled:
            continue
        if not classes or context.rules.source_class(source, books.sources, period.last) in classes:
            yield source.entity


def _lacking(source: Source, field: str, item: Deadline) -> Finding:
    words = {
        "address": _("the official address"),
        "email": _("the e-mail address"),
        "website": _("the website"),
    }
    return Finding(
        "source.details",
        "warning",
        f"source:{source.entity}:{field}",
        _("source {name}: {what} is not recorded, and “{title}” asks for it").format(
            name=_name(source), what=words.get(field, field), title=item.title
        ),
        _("Complete it: compliance record source --id {id} --{field} TEXT").format(
            id=source.entity, field=field
        ),
        period=item.period.label,
    )


_DEPOSIT = re.compile(
    r"\b(?:fixed|term|time) deposit|\bF\.?D\.?R?\.? (?:no|with|account)|срочн\w* (?:вклад|депозит)|на депозит|размещение (?:во вклад|средств)",
    re.IGNORECASE,
)


@check("expense.deposit", "books", N_("Money laid by with a bank that is booked as spent"))
def deposit(context: Context) -> Findings:
    books = context.books
    expenses = [key for key, item in books.accounts.items() if item.type == "expense"]
    undone = books.reversed_transactions()
    for entry in books.entries(where={"account": expenses}):
        purpose = context.vault.line_text(entry.line).get("purpose", "") if entry.line else ""
        if entry.txn in undone or not _DEPOSIT.search(f"{entry.memo or ''} {purpose}"):
            continue
        yield Finding(
            "expense.deposit",
            "warning",
            f"txn:{entry.txn}",
            _("{amount} {currency} of {day} is booked as spent, but its words speak of a deposit").format(
                amount=display(entry.amount_minor, entry.currency, language()),
                currency=entry.currency,
                day=day_text(entry.on),
            ),
            _(
                "If it is still ours: compliance record account --class deposit, then reverse it and record a transfer:"
                " compliance record reverse {txn}"
            ).format(txn=entry.txn),
        )


@check(
    "source.intermediary",
    "books",
    N_("Money of one donor that another paid in, without saying whose money it is"),
)
def intermediary(context: Context) -> Findings:
    books = context.books
    income = [key for key, item in books.accounts.items() if item.type == "income"]
    for total in books.sums(("fund", "source"), where={"account": income}):
        fund, payer = (books.funds.get(total.key[0] or ""), books.sources.get(total.key[1] or ""))
        if fund is None or payer is None or not total.amount_minor:
            continue
        donor = fund.donor
        if donor and donor != payer.entity and payer.acts_for != donor:
            yield Finding(
                "source.intermediary",
                "error",
                f"source:{payer.entity}",
                _(
                    "{payer} pays into “{fund}”, whose donor is {donor}, but is not recorded as passing it on"
                ).format(payer=_name(payer), fund=fund.title, donor=_name(books.sources.get(donor))),
                _("Record whose money it is: compliance record source --id {id} --acts-for {donor}").format(
                    id=payer.entity, donor=donor
                ),
            )


@check(
    "source.pool",
    "law",
    N_("Many small gifts kept as one source without the rule that establishes their givers' citizenship"),
)
def pool(context: Context) -> Findings:
    books = context.books
    income = [key for key, item in books.accounts.items() if item.type == "income"]
    received = {
        total.key[0] for total in books.sums(("source",), where={"account": income}) if total.amount_minor
    }
    for entity, source in books.sources.items():
        if not source.pooled or source.kind == "unknown_citizenship" or entity not in received:
            continue
        lacking = [
            text
            for text, there in (
                (_("its rule"), source.pool_rule),
                (_("the paper that shows it"), source.evidence),
            )
            if not there
        ]
        if lacking:
            yield Finding(
                "source.pool",
                "error",
                f"source:{entity}",
                _("{name} is a pool of many givers: {what} is not recorded").format(
                    name=_name(source), what=", ".join(lacking)
                ),
                _(
                    'Record it: compliance record source --id {id} --pool-rule "..." --evidence DOCUMENT'
                ).format(id=entity),
            )


@check(
    "source.foreign_trace",
    "law",
    N_("A payment booked as domestic whose bank text speaks of a card or bank abroad"),
)
def foreign_trace(context: Context) -> Findings:
    books = context.books
    domestic = {
        entity
        for entity, source in books.sources.items()
        if source.kind.startswith(("domestic", "own_income"))
    }
    income = [key for key, item in books.accounts.items() if item.type == "income"]
    undone = books.reversed_transactions()
    registered = abroad(books)
    known = _elsewhere(books, set(registered), domestic)
    for entry in books.entries(
        where={"account": income, "source": sorted(domestic)} if domestic else {"source": []}
    ):
        if entry.txn in undone or entry.line is None:
            continue
        if entry.line in registered:  # a register knows each card; the bank's words are not needed
            traced = registered[entry.line] > known.get(entry.line, 0)
        else:
            traced = bool(_ABROAD.search(context.vault.line_text(entry.line).get("purpose", "")))
        if traced:
            yield Finding(
                "source.foreign_trace",
                "error",
                f"txn:{entry.txn}",
                _(
                    "{amount} of {day} on “{account}” is booked as domestic, but the bank's text or the acquirer's"
                    " register names a card or bank abroad"
                ).format(day=day_text(entry.on), **_line(context, entry)),
                _(
                    "Record who gave it (compliance record source) and an agreement for it (compliance record fund), then"
                    ' sort the line again, that gift apart: compliance assign {line} {parts} --part "kind=income fund=..."'
                ).format(line=entry.line[:8], parts=" ".join(_parts(context, entry.txn))),
            )


def _line(context: Context, entry: Entry) -> dict[str, str]:
    """The statement line behind an entry: what came, and on which account."""
    found = by_prefix(context.books, entry.line or "")[:1]
    if not found:
        amount = f"{display(-entry.amount_minor, entry.currency, language())} {entry.currency}"
        return {"amount": amount, "account": "?"}
    line = found[0]
    return {
        "amount": f"{display(line.amount_minor, line.currency, language())} {line.currency}",
        "account": context.books.accounts[line.account].title,
    }


def _parts(context: Context, txn: int) -> Iterator[str]:
    """How the line is sorted now, as ``assign`` takes it."""
    accounts = context.books.accounts
    for leg in legs_of(context.books, txn):
        kind = accounts[leg.account].type
        if kind not in ("income", "expense"):
            continue
        natural = -leg.amount_minor if kind == "income" else leg.amount_minor
        values = {
            "account": leg.account, "fund": leg.fund, "source": leg.source, "programme": leg.programme,
            "purpose": leg.purpose, "amount": plain(natural, leg.currency),
        }  # fmt: skip
        words = (f"{name}={value}" for name, value in values.items() if value)
        yield f'--part "{" ".join(words)}"'


def _elsewhere(books: Books, lines: set[str], domestic: set[str]) -> dict[str, int]:
    """Line -> what of it is booked to sources that are not domestic, minor units."""
    income = [key for key, item in books.accounts.items() if item.type == "income"]
    others = sorted(set(books.sources) - domestic)
    found: dict[str, int] = defaultdict(int)
    for entry in books.entries(where={"account": income, "source": others}) if lines and others else ():
        if entry.line in lines:
            found[entry.line] -= entry.amount_minor
    return found


def _name(source: Source | None) -> str:
    if source is None:
        return "?"
    return source.name or source.entity
