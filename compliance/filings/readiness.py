"""How far one filing has come, and the shortest list of things to do until it is sent and proven.

The steps: load, pair, sort, check for the whole period; mend, answer, print, approve, send for each filing. Nothing is stored: where one stands is
read off the books, the findings, the papers folder and the approvals, so a walk can be left and resumed,
by another person too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from compliance.checks.registry import Context, Outcome
from compliance.deadlines import Deadline
from compliance.errors import Refused, UsageError
from compliance.filings import act, approval
from compliance.filings.agenda import Action, blockers, due
from compliance.filings.draft import Draft, draft
from compliance.filings.groundwork import ACCOUNTANT, DIRECTOR, State, Step
from compliance.findings import Finding
from compliance.i18n import _, day_text, ngettext
from compliance.ledger.models import Filing
from compliance.money import plain
from compliance.periods import Period
from compliance.reports import papers, xlsx
from compliance.reports.contents import contents

Made = Callable[[str], bytes | None]
"""The bytes of a paper in the reports folder by its name, ``None`` where there is none."""


@dataclass(frozen=True, slots=True)
class Ready:
    """``deadline`` is ``None`` for a filing that nothing is due for any more. ``refusals``: what forbids to file it."""

    subject: act.Subject
    title: str
    deadline: Deadline | None
    steps: tuple[Step, ...]
    refusals: tuple[Finding, ...]
    sent: bool

    @property
    def ready(self) -> bool:
        """Made here, and only sending itself is left."""
        made = any(step.key == "print" for step in self.steps)
        return (
            made and not self.sent and all(step.state == "done" for step in self.steps if step.key != "send")
        )


def of_period(context: Context, outcome: Outcome, period: Period, made: Made) -> list[Ready]:
    """Every filing whose period ends within ``period``, the nearest due first; then those that were sent."""
    ahead = [item for item in due(context, horizon_days=400) if item.period.last in period]
    found = [ready(context, outcome, item.obligation, item.period, made, deadline=item) for item in ahead]
    known = {(item.obligation, item.period.last) for item in ahead}
    for filing in context.books.filings.values():
        span = filing.period
        standing = act.current(context.books, filing.obligation, span)
        if filing.last_on in period and standing is filing and (filing.obligation, span.last) not in known:
            found.append(ready(context, outcome, filing.obligation, span, made))
    return found


def ready(
    context: Context,
    outcome: Outcome,
    word: str,
    period: Period,
    made: Made,
    *,
    deadline: Deadline | None = None,
) -> Ready:
    """One filing. ``UsageError`` for what is not filed for such a period."""
    found = draft(context, word, period)
    filed = act.current(context.books, found.subject.obligation, period)
    sent = filed is not None and filed.state != "returned"
    refusals = blockers(outcome, period, found.subject.closes)
    if found.report is not None:
        known = {item.id for item in refusals}
        refusals += [item for item in found.report.refusals if item.id not in known]
    steps = [] if sent or found.before_books else list(_steps(context, found, refusals, made))
    blocked = any(step.state != "done" for step in steps)
    return Ready(
        found.subject,
        found.title,
        deadline,
        (*steps, _paying(_send(found, filed, blocked=blocked), deadline)),
        tuple(refusals),
        sent,
    )


def _steps(context: Context, found: Draft, refusals: Sequence[Finding], made: Made) -> Iterator[Step]:
    period, name = found.subject.period, found.subject.name
    if period.last >= context.today:
        yield Step("print", "later", _("Print: the period is not over"), ACCOUNTANT)
        return
    if refusals:
        yield _mend(refusals)
    if found.report is None:
        return
    yield _answer(found, name, period)
    if refusals:
        yield Step("print", "later", _("Print: first mend what forbids it"), ACCOUNTANT)
    else:
        yield _print(found, name, period, made)
    yield from _approve(context, found, waiting=bool(refusals or found.report.unanswered))


def _mend(refusals: Sequence[Finding]) -> Step:
    """What forbids to file, a line a kind."""
    kinds: dict[str, list[Finding]] = {}
    for item in refusals:
        kinds.setdefault(item.code, []).append(item)
    text = ngettext(
        "Mend: {n} finding forbids to file it", "Mend: {n} findings forbid to file it", len(refusals)
    )
    todo = tuple(
        Action(
            _("Mend: {what}").format(what=_told(items)),
            ("queue",) if code == "queue.unsorted" else ("check", code),
        )
        for code, items in kinds.items()
    )
    return Step("mend", "open", text.format(n=len(refusals)), ACCOUNTANT, todo)


def _told(items: Sequence[Finding]) -> str:
    """The first of a kind, and how many more there are."""
    more = len(items) - 1
    if not more:
        return items[0].message
    return ngettext("{first} (and {n} more)", "{first} (and {n} more)", more).format(
        first=items[0].message, n=more
    )


def _answer(found: Draft, name: str, period: Period) -> Step:
    assert found.report is not None
    n = len(found.report.unanswered)
    if not n:
        return Step("answer", "done", _("Answer: the form asks nothing that is not answered"), DIRECTOR)
    text = ngettext("Answer: the form asks {n} question", "Answer: the form asks {n} questions", n).format(
        n=n
    )
    return Step(
        "answer",
        "open",
        text,
        DIRECTOR,
        (
            Action(
                _("Answer what “{title}” asks").format(title=found.title),
                ("forms", "answer", name, period.label),
            ),
        ),
    )


def _print(found: Draft, name: str, period: Period, made: Made) -> Step:
    """Done when the workbook in the reports folder is what would be written today."""
    assert found.report is not None
    stem = papers.stem_of(found.report)
    there = made(f"{stem}.xlsx")
    if there is not None and there == xlsx.render(found.report):
        text = _("Print: the papers in reports/ say what the books say")
        if found.report.working_copy:
            text += "; " + _(
                "they are a WORKING COPY: compare the captions with compliance forms confirm {name}"
            ).format(name=name)
        return Step("print", "done", text, ACCOUNTANT)
    text = (
        _("Print: the papers are not made yet")
        if there is None
        else _("Print: the books have changed since the papers were made")
    )
    return Step(
        "print",
        "open",
        text,
        ACCOUNTANT,
        (
            Action(
                _("Make the papers of “{title}”").format(title=found.title), ("report", name, period.label)
            ),
        ),
    )


def _approve(context: Context, found: Draft, *, waiting: bool) -> Iterator[Step]:
    """One step for each who must agree; nothing where nobody has to."""
    assert found.report is not None
    wanted = approval.roles(context.config, context.today) or ()
    for item in approval.steps(wanted, found.subject, contents(found.report), context.books):
        role = approval.role_word(item.role)
        if item.state == "approved" and item.approval is not None:
            text = _("Approve: {role} agreed on {day}").format(role=role, day=approval.told_on(item.approval))
            yield Step("approve", "done", text, item.role)
            continue
        text = (
            _("Approve: the report has changed since {role} agreed").format(role=role)
            if item.state == "changed"
            else _("Approve: {role} has not agreed yet").format(role=role)
        )
        command = ("approve", found.subject.name, found.subject.period.label, "--as", item.role)
        state: State = "later" if waiting else "open"
        waiting = True
        yield Step(
            "approve",
            state,
            text,
            item.role,
            (Action(_("Agree to “{title}”").format(title=found.title), command),),
        )


def _send(found: Draft, filed: Filing | None, *, blocked: bool) -> Step:
    name, label = found.subject.name, found.subject.period.label
    if filed is not None and filed.state != "returned":
        if filed.receipt:
            return Step(
                "send",
                "done",
                _("Send: sent on {day}, the receipt is kept").format(day=day_text(filed.on_date)),
                DIRECTOR,
            )
        action = Action(
            _("Record the receipt of “{title}”").format(title=found.title),
            ("filing", "receipt", filed.entity),
        )
        text = _("Send: sent on {day}; no receipt is recorded").format(day=day_text(filed.on_date))
        return Step("send", "open", text, DIRECTOR, (action,))
    command = ("file", name, label, *(("--amends", filed.entity) if filed is not None else ()))
    text = (
        _("Send: not sent yet")
        if found.report is not None
        else _("Send: made outside this program; not sent yet")
    )
    if filed is not None:
        text = _("Send: it came back; mend it and send it again")
    return Step(
        "send",
        "later" if blocked else "open",
        text,
        DIRECTOR,
        (Action(_("Send “{title}”, then record it").format(title=found.title), command),),
    )


def _paying(step: Step, deadline: Deadline | None) -> Step:
    """The last step with the fee that is paid with the filing, where the rules name one."""
    if deadline is None or deadline.fee is None:
        return step
    told = _("{text}; to pay: {sum} {currency}").format(
        text=step.text, sum=plain(*deadline.fee), currency=deadline.fee[1]
    )
    return replace(step, text=told)


def part_due(context: Context, item: Deadline, role: str) -> date | None:
    """By when somebody's part should be done: our own lead times, never the law's day."""
    if item.due_on is None:
        return None
    lead = context.config.lead
    days = {ACCOUNTANT: lead.prepare_days, DIRECTOR: 0}.get(role, lead.approve_days)
    return item.due_on - timedelta(days=days)


def skipping(context: Context, outcome: Outcome, item: Deadline, made: Made) -> Ready | None:
    """The same for a list of filings, where one that cannot be drafted is left out."""
    try:
        return ready(context, outcome, item.obligation, item.period, made, deadline=item)
    except (Refused, UsageError):
        return None
