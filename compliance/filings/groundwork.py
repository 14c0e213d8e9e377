"""What all filings of a period rest on: statements loaded, transfers paired, lines sorted, findings looked at.

Nothing is stored: where one stands is read off the books and the findings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from compliance.checks.registry import Context, Outcome
from compliance.filings.agenda import Action, touching
from compliance.findings import Finding
from compliance.i18n import _, day_text, ngettext
from compliance.intake import coverage
from compliance.ledger.lines import uncleared
from compliance.periods import ONE_DAY, Period

State = Literal["done", "open", "later"]
ACCOUNTANT, DIRECTOR, PRESS = "accountant", "director", "communications"
_PAIRING = ("transit", "transfer")
_PRESS = ("placement", "label")
_MEANWHILE = ("queue.unsorted", "statement.gap", "statement.difference", "filing.overdue")
"""Findings that are a step of their own here, or what the walk is about."""


@dataclass(frozen=True, slots=True)
class Step:
    """``key``: load, pair, sort, check; mend, answer, print, approve, send. ``later``: an earlier step comes first.
    ``actions`` are what is left to do, each with who does it."""

    key: str
    state: State
    text: str
    who: str
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Base:
    """What all filings of a period rest on. ``covered``: own account -> the day up to which statements cover it
    without a gap, ``None`` for none at all. ``papers``: payments of the period, and how many rest on a paper."""

    steps: tuple[Step, ...]
    covered: Mapping[str, date | None]
    papers: tuple[int, int]
    open: int
    decided: int


def actions(*groups: Sequence[Step]) -> list[Action]:
    """What is left to do now, in order; each thing once, with who does it."""
    found: dict[tuple[str, ...], Action] = {}
    for step in (step for group in groups for step in group if step.state == "open"):
        for action in step.actions:
            found.setdefault(action.key, replace(action, who=step.who))
    return list(found.values())


def base(context: Context, outcome: Outcome, period: Period) -> Base:
    """Load, pair, sort, check: the same for every filing of the period. Nothing where it lies before the books."""
    start = max(period.start, context.config.starts_on or period.start)
    if start >= period.end:
        return Base((), {}, (0, 0), 0, 0)
    span = Period(start, period.end)
    touched = touching(outcome.open, span)
    covered = _covered(context, span)
    steps = (_load(context, span, covered), _pair(touched), _sort(context, span), _check(touched))
    decided = touching([item for item, _decision in outcome.decided], span)
    return Base(steps, covered, _papers(context, span), len(touched), len(decided))


def _load(context: Context, period: Period, covered: Mapping[str, date | None]) -> Step:
    """Statements of every own account with a number, up to the period's end or today."""
    end = min(period.last, context.today - ONE_DAY)
    lacking = [key for key, last in covered.items() if last is None or last < end]
    if not lacking:
        return Step(
            "load",
            "done",
            _("Load: every bank account is covered to {day}").format(day=day_text(end)),
            ACCOUNTANT,
        )
    actions = [
        Action(
            _("Load the statements of {account} from {day}").format(
                account=context.books.accounts[key].title, day=day_text(_first_lacking(covered[key], period))
            ),
            ("import", "FILE"),
        )
        for key in lacking
    ]
    text = ngettext("Load: {n} account lacks statements", "Load: {n} accounts lack statements", len(lacking))
    return Step("load", "open", text.format(n=len(lacking)), ACCOUNTANT, tuple(actions))


def _first_lacking(last: date | None, period: Period) -> date:
    return period.start if last is None or last < period.start else last + ONE_DAY


def _covered(context: Context, period: Period) -> dict[str, date | None]:
    """Own account with a number that was open in the period -> how far statements go without a gap."""
    known = coverage.coverage(context.books)
    found: dict[str, date | None] = {}
    for key, item in context.books.accounts.items():
        if not item.number or item.type != "asset":
            continue
        if (item.closed_on and item.closed_on < period.start) or (
            item.opened_on and item.opened_on >= period.end
        ):
            continue
        spans = known[key].spans if key in known else ()
        reaching = [
            span
            for span in spans
            if span.start <= max(period.start, item.opened_on or period.start) <= span.end
        ]
        found[key] = reaching[0].last if reaching else None
    return found


def _pair(touched: Sequence[Finding]) -> Step:
    waiting = [item for item in touched if item.code.startswith(_PAIRING)]
    if not waiting:
        return Step("pair", "done", _("Pair: no own money is on its way"), ACCOUNTANT)
    text = ngettext(
        "Pair: {n} own transfer has no other half", "Pair: {n} own transfers have no other half", len(waiting)
    )
    action = Action(_("Look for the other half"), ("check", "transit"))
    return Step("pair", "open", text.format(n=len(waiting)), ACCOUNTANT, (action,))


def _sort(context: Context, period: Period) -> Step:
    n = sum(1 for line in uncleared(context.books) if line.on in period)
    if not n:
        return Step("sort", "done", _("Sort: every line of the statements is sorted"), ACCOUNTANT)
    text = ngettext("Sort: {n} line is not sorted", "Sort: {n} lines are not sorted", n)
    return Step("sort", "open", text.format(n=n), ACCOUNTANT, (Action(_("Sort the lines"), ("queue",)),))


def _check(touched: Sequence[Finding]) -> Step:
    """What is open beside the steps of their own, as one thing to do."""
    rest = [item for item in touched if item.code not in _MEANWHILE and not item.code.startswith(_PAIRING)]
    if not rest:
        return Step("check", "done", _("Check: nothing is open"), ACCOUNTANT)
    text = ngettext("Check: {n} finding is open", "Check: {n} findings are open", len(rest)).format(
        n=len(rest)
    )
    who = PRESS if all(item.code.startswith(_PRESS) for item in rest) else ACCOUNTANT
    action = Action(_("Look at the findings: mend, or decide and say why"), ("check",))
    return Step("check", "open", text, who, (action,))


def _papers(context: Context, period: Period) -> tuple[int, int]:
    """(payments of the period, how many of them rest on a paper that is here)."""
    books = context.books
    expenses = [key for key, item in books.accounts.items() if item.type == "expense"]
    about = {item.about for item in books.documents.values() if item.about and item.digest}
    with_paper: dict[int, bool] = {}
    for entry in books.entries(start=period.start, end=period.end, where={"account": expenses}):
        paper = (
            entry.document in books.documents or f"txn:{entry.txn}" in about or (entry.line or "") in about
        )
        with_paper[entry.txn] = with_paper.get(entry.txn, False) or paper
    return len(with_paper), sum(with_paper.values())
