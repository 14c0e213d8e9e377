"""Papers: posts that nobody holds, documents that came too late, expenses without a form line."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _, day_text, language
from compliance.ledger.models import Role
from compliance.money import display
from compliance.reports.words import body_text

_GOVERNING = ("supreme", "council", "executive")
_MONEY_PAPERS = ("invoice", "act", "bill", "receipt")


@check("role.vacant", "paper", N_("A post that ended and has no successor on record"))
def vacant(context: Context) -> Findings:
    posts: dict[tuple[str, str], list[Role]] = defaultdict(list)
    for role in context.books.roles.values():
        posts[role.body, role.title].append(role)
    for (body, title), roles in sorted(posts.items()):
        if body == "staff" or any(role.end_on is None or role.end_on >= context.today for role in roles):
            continue
        last = max(role.end_on for role in roles if role.end_on)
        yield Finding(
            "role.vacant",
            "error",
            f"role:{body}:{title}",
            _("the post “{title}” ({body}) ended on {day} and no successor's act is recorded").format(
                title=title, body=_body(context, body), day=day_text(last)
            ),
            _(
                'Record the successor: compliance record role --body {body} --title "{title}" --appointed-by "..."'
            ).format(body=body, title=title),
        )


@check("role.no_act", "paper", N_("Somebody in a governing body without an act of appointment on record"))
def no_act(context: Context) -> Findings:
    """A successor closes the vacancy; only the act proves it, and the list of the bodies asks for it."""
    for entity, role in sorted(context.books.roles.items()):
        over = role.end_on is not None and role.end_on < context.today
        if role.body not in _GOVERNING or over or role.appointed_by:
            continue
        yield Finding(
            "role.no_act",
            "error",
            f"role:{entity}",
            _(
                "the post “{title}” ({body}) is held since {day}, but no act of appointment is recorded"
            ).format(title=role.title, body=_body(context, role.body), day=day_text(role.start_on)),
            _('Record the act: compliance record role --id {id} --appointed-by "..."').format(id=entity),
        )


def _body(context: Context, body: str) -> str:
    return body_text(body, language(), context.config.bodies_on(context.today).get(body, ""))


@check("document.late", "books", N_("A paper about money of a period that is already filed and closed"))
def late(context: Context) -> Findings:
    books = context.books
    used = books.used_documents()
    for entity, paper in books.documents.items():
        if paper.kind not in _MONEY_PAPERS or paper.dated_on is None or entity in used:
            continue
        if paper.about in books.filings:  # a filing's own receipt is about the filing, not about money
            continue
        closed = [
            freeze
            for freeze in books.freezes.values()
            if freeze.kind == "money" and freeze.start_on <= paper.dated_on <= freeze.last_on
        ]
        if closed:
            amount = (
                f"{display(paper.amount_minor, paper.currency, language())} {paper.currency}"
                if paper.amount_minor is not None and paper.currency
                else "?"
            )
            yield Finding(
                "document.late",
                "error",
                f"document:{entity}",
                (
                    _("a paper of {day} for {amount} arrived after that period was filed")
                    if paper.seq > min(freeze.seq for freeze in closed)
                    else _(
                        "a paper of {day} for {amount} is about nothing that is booked, and that period is filed"
                    )
                ).format(day=day_text(paper.dated_on), amount=amount),
                _("Amend the filing: compliance record expense --amends {filing} --document {id}").format(
                    filing=closed[0].filing, id=entity
                ),
            )


@check("expense.no_line", "books", N_("An expense that falls on no line of a form"))
def no_line(context: Context) -> Findings:
    books = context.books
    expenses = {key: item for key, item in books.accounts.items() if item.type == "expense"}
    if not expenses:
        return
    start, known = context.config.starts_on, context.rules.expense_lines
    sums = books.sums(
        ("account", "expense_line"),
        start=start,
        end=context.today + timedelta(days=1),
        where={"account": list(expenses)},
    )
    for total in sums:
        account, line = total.key
        if account and not line and not expenses[account].expense_line and total.amount_minor:
            yield Finding(
                "expense.no_line",
                "refusal",
                f"account:{account}",
                _("expenses on “{title}” fall on no line of the form").format(title=expenses[account].title),
                _(
                    "Give the account its line: compliance record account --id {id} --expense-line LINE"
                ).format(id=account)
                + (_("; there are: {lines}").format(lines=", ".join(known)) if known else ""),
            )
