"""What an authority asked and nobody has answered."""

from __future__ import annotations

from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _, day_text
from compliance.ledger.models import Letter

_WAIT = ("question", "return", "inspection")


@check("letter.unanswered", "law", N_("A letter of the authority that waits for an answer"))
def unanswered(context: Context) -> Findings:
    letters = context.books.facts(Letter)
    answered = {item.answers for item in letters.values()}
    for item in letters.values():
        if item.kind not in _WAIT or item.entity in answered:
            continue
        late = item.reply_by is not None and item.reply_by < context.today
        until = (
            _("it wants an answer by {day}").format(day=day_text(item.reply_by))
            if item.reply_by
            else _("until when it wants an answer is not recorded")
        )
        yield Finding(
            "letter.unanswered",
            "error" if late else "warning",
            f"letter:{item.entity}",
            _("“{subject}”, a letter of the authority of {day}, is not answered; {until}").format(
                subject=item.subject, day=day_text(item.on_date), until=until
            ),
            _("Answer it, then record it: compliance filing answer {letter} --on DAY --file PAPER").format(
                letter=item.entity
            ),
        )
