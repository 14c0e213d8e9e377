"""What the packs ask, beyond the books themselves: days kept, money where it may lie, packs fresh enough."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from compliance.checks.duties import duties
from compliance.checks.registry import Context, Findings, check
from compliance.deadlines import Deadline
from compliance.files import digest
from compliance.findings import Finding
from compliance.i18n import N_, _, day_text, language, ngettext
from compliance.ledger.books import Entry
from compliance.ledger.models import Account, Filing
from compliance.money import display
from compliance.rules import Rule, held
from compliance.rules.amounts import Select, matches
from compliance.rules.money_rules import MoneyBlock, MoneyRule


@check("filing.overdue", "law", N_("A filing whose day has passed"))
def overdue(context: Context) -> Findings:
    for item in duties(context, horizon_days=0):
        if item.filed_on is not None or item.due_on is None or item.due_on >= context.today:
            continue
        label = item.period.label
        yield Finding(
            "filing.overdue",
            "error",
            f"obligation:{item.obligation}",
            _("“{title}” for {period} was to be filed by {day}").format(
                title=item.title, period=label, day=day_text(item.due_on)
            ),
            _("File it, or record what was filed: compliance file {name} {period}").format(
                name=item.name, period=label
            ),
            source=item.source,
            confidence=item.confidence,
            period=label,
        )


@check("filing.late", "law", N_("A filing that was sent after its day"))
def late(context: Context) -> Findings:
    """The first that was sent for a period counts; what amends it later is no lateness."""
    first: dict[tuple[str, date], Filing] = {}
    for filing in context.books.filings.values():
        key = (filing.obligation, filing.last_on)
        if filing.state != "returned" and (key not in first or filing.on_date < first[key].on_date):
            first[key] = filing
    for item in duties(context, horizon_days=0):
        sent = first.get((item.obligation, item.period.last))
        if sent is None or item.shifted_on is None:
            continue
        if late_by := _lateness(sent, item):
            yield _late(item, sent, late_by)
        elif item.due_at is not None and sent.at is None and sent.on_date == item.shifted_on:
            yield _hour_unknown(item, sent, item.due_at)


def _lateness(sent: Filing, item: Deadline) -> str:
    """How late it was, in words; empty where it was not."""
    assert item.shifted_on is not None
    if item.due_at is not None and sent.at is not None:
        due, moment = item.due_at, datetime.fromisoformat(f"{sent.on_date.isoformat()}T{sent.at}")
        if due.tzinfo is None or moment.tzinfo is None:  # both by the organisation's own clock
            due, moment = due.replace(tzinfo=None), moment.replace(tzinfo=None)
        hours = -((due - moment) // timedelta(hours=1))
        return ngettext("{n} hour", "{n} hours", hours).format(n=hours) if moment > due else ""
    days = (sent.on_date - item.shifted_on).days
    return ngettext("{n} day", "{n} days", days).format(n=days) if days > 0 else ""


def _late(item: Deadline, sent: Filing, late_by: str) -> Finding:
    due = day_text(item.shifted_on or item.period.last)
    if item.due_at is not None:
        due += f" {item.due_at:%H:%M}"
    return Finding(
        "filing.late",
        "error",
        f"filing:{sent.entity}",
        _("“{title}” for {period} was sent on {day}, late by {late}: it was due {due}").format(
            title=item.title, period=item.period.label, day=day_text(sent.on_date), late=late_by, due=due
        ),
        _(
            "It cannot be undone. Keep the proof of when it was sent, ask a lawyer what follows, and write down"
            " what happened: compliance decide NUMBER --because ..."
        ),
        source=item.source,
        confidence=item.confidence,
        period=item.period.label,
    )


def _hour_unknown(item: Deadline, sent: Filing, due: datetime) -> Finding:
    return Finding(
        "filing.hour_unknown",
        "warning",
        f"filing:{sent.entity}",
        _(
            "“{title}” was sent on {day}, the very day its hours end ({due}), and nobody wrote down when"
        ).format(title=item.title, day=day_text(sent.on_date), due=f"{due:%H:%M}"),
        _(
            "Look at the proof of sending, and write it down: compliance filing receipt {filing} --at 15:00"
        ).format(filing=sent.entity),
        source=item.source,
        confidence=item.confidence,
        period=item.period.label,
    )


@check("filing.amendment_owed", "law", N_("A correction that was recorded and not filed"))
def amendment_owed(context: Context) -> Findings:
    books = context.books
    amended = {item.amends for item in books.filings.values()}
    for entity in sorted(books.amended_filings() - amended):
        filing = books.filings.get(entity)
        rule = context.rules.obligation(filing.obligation) if filing else None
        if filing is None or rule is None:
            continue
        name, label = (
            getattr(rule.provision, "name", ""),
            filing.period.label,
        )
        yield Finding(
            "filing.amendment_owed",
            "error",
            f"filing:{entity}",
            _("a correction to the filing {filing} is recorded, but nothing was filed anew").format(
                filing=entity
            ),
            _(
                "Make it and send it: compliance report {name} {period} — then: compliance file {name} {period} --amends {filing}"
            ).format(name=name, period=label, filing=entity),
        )


@check("pack.stale", "law", N_("A rule pack that nobody has reviewed for long"))
def stale(context: Context) -> Findings:
    """An acceptance stands for one more such time, and until the pack is compared anew."""
    for key, pack in context.rules.packs.items():
        if passed := pack.overdue_reviews(context.today):
            checked_on = pack.regime.checked_on
            yield Finding(
                "pack.stale",
                "warning",
                f"pack:{key}",
                _("the rules “{regime}” were last compared with the sources on {day}").format(
                    regime=key, day=day_text(checked_on)
                ),
                _(
                    "Look for a newer version of this program, or have a lawyer review the rules. To file by them as"
                    " they are, write down why: compliance decide NUMBER --because ..."
                ),
                value=digest(f"{key} {checked_on.isoformat()} {passed}".encode()),
            )


@check("money.account", "law", N_("Money on an account where the law does not allow it"))
def account(context: Context) -> Findings:
    for rule in context.rules.money_rules():
        provision = rule.provision
        assert isinstance(provision, MoneyRule)
        if provision.kind == "account" and set(provision.binds) <= held(
            context.config.statuses, context.today
        ):
            yield from _misplaced(context, rule)


def _misplaced(context: Context, rule: Rule[MoneyBlock]) -> Findings:
    """Receipts that the rule selects (by what they are, or where they lie), where it does not allow them."""
    books = context.books
    undone = books.reversed_transactions()
    laws: dict[date, MoneyBlock | None] = {}
    income = [key for key, item in books.accounts.items() if item.type == "income"]
    for entry in books.entries(where={"account": income}):
        if entry.on not in laws:
            law = rule.on(entry.on)
            laws[entry.on] = law.block if law is not None else None
        block = laws[entry.on]
        if block is None or block.select is None or block.only is None or entry.txn in undone:
            continue
        facts = _facts(context, entry)
        for leg in books.entries(txn=entry.txn):
            place = books.accounts.get(leg.account)
            if place is None or place.type != "asset" or leg.amount_minor <= 0 or leg.fund != entry.fund:
                continue
            credited = facts | {"account_class": place.account_class}
            if matches(block.select.axes(), credited) and not _allowed(block.only, credited, place):
                mark = rule.on(entry.on)
                yield Finding(
                    "money.account",
                    "error",
                    f"txn:{entry.txn}",
                    _(
                        "{amount} of {day} was credited to “{account}”, where the law does not allow it ({rule})"
                    ).format(
                        amount=f"{display(-entry.amount_minor, entry.currency, language())} {entry.currency}",
                        day=day_text(entry.on),
                        account=place.title,
                        rule=rule.title,
                    ),
                    _(
                        "Look at what the rule says, and decide with a lawyer: compliance rules show {rule}"
                    ).format(rule=rule.id),
                    source=", ".join(mark.mark().source) if mark else "",
                    confidence=mark.mark().confidence if mark else "uncertain",
                )
                break


def _facts(context: Context, entry: Entry) -> dict[str, str | None]:
    """What rules may ask of a receipt: the axes of a select."""
    books = context.books
    account = books.accounts[entry.account]
    source = books.sources.get(entry.source or "")
    fund = books.funds.get(entry.fund)
    return {
        "account": account.type,
        "account_class": account.account_class,
        "source_class": context.rules.source_class(source, books.sources, entry.on) if source else None,
        "source_kind": source.kind if source else None,
        "programme": entry.programme,
        "expense_line": entry.expense_line,
        "purpose": entry.purpose,
        "direction": "in",
        "property": entry.property or "money",
        "restricted": None if fund is None else "yes" if fund.restricted else "no",
    }


def _allowed(only: Select, credited: Mapping[str, str | None], place: Account) -> bool:
    """A rule says which account a receipt may lie on, or which receipts an account may take."""
    return matches(only.axes(), {**credited, "account": place.type})


@check("status.unknown", "law", N_("A legal status in schedules.yaml that no rule pack knows"))
def unknown_status(context: Context) -> Findings:
    yield from context.rules.unknown_statuses(context.config.statuses)


@check("status.none", "law", N_("A law that is named, but no legal status that makes it bind"))
def no_status(context: Context) -> Findings:
    yield from context.rules.unbound(context.config.statuses)
