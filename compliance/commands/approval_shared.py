"""What approving here and on another computer share: the report as it stands, and the row in the books."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from compliance.commands.app import App
from compliance.commands.output import clean
from compliance.commands.record_shared import recorded
from compliance.errors import Refused
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.checks.registry import Context
    from compliance.filings.approval import Signed
    from compliance.filings.draft import Draft
    from compliance.ledger.models import Signer
    from compliance.periods import Period

SHOWN = 12
"""So many differences are told."""


def record(app: App, name: str, span: Period, who: Signer, signed: Signed) -> None:
    """Into the books, unless these say something else by now."""
    from compliance.commands.check import writing_context
    from compliance.filings import approval
    from compliance.reports.contents import contents

    with app.writing("approve") as writing:
        found = ready(writing_context(app, writing), name, span)
        assert found.report is not None
        now = contents(found.report)
        if approval.changed(signed.content, now):
            raise _is_another(signed.content, now)
        writing.event.add(approval.record(found.subject, who.role, who.entity, signed, writing.vault))
    recorded(
        1,
        _("approval of {name} for {period} by {role}").format(
            name=found.subject.name, period=span.label, role=who.role
        ),
    )


def _is_another(before: Mapping[str, Any], now: Mapping[str, Any]) -> Refused:
    from compliance.filings import approval

    lines = [
        f"- {words or cell}: {printed(old)} → {printed(new)}"
        for cell, words, old, new in approval.changed(before, now)[:SHOWN]
    ]
    return Refused(
        _("what was signed is not what the books print today"),
        why=clean("\n".join(lines), keep_newlines=True),
        remedy=_("Look at the difference; then ask for the approval anew."),
    )


def printed(value: object) -> str:
    return "—" if value in (None, "") else str(value)


def ready(ctx: Context, name: str, span: Period) -> Draft:
    """The report without anything that forbids to print it or leaves it open."""
    from compliance.filings import act
    from compliance.filings.draft import draft

    found = draft(ctx, name, span)
    if found.report is None:
        raise Refused(
            _("there is nothing to approve: “{title}” has no form here").format(title=found.title),
            remedy=_("See: compliance due"),
        )
    act.refuse_unready([*found.report.refusals, *found.report.unanswered])
    return found
