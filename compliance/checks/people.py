"""Would a report print something about a person that nobody asked for?"""

from __future__ import annotations

from compliance.checks.registry import Context, Findings, check
from compliance.i18n import N_, _
from compliance.periods import aligned
from compliance.reports.privacy import finding


@check("privacy.personal_data", "paper", N_("A person's data in a text that a report would print"))
def personal_data(context: Context) -> Findings:
    names = context.vault.names()
    for entity, activity in context.books.activities.items():
        for field in ("description", "output", "place"):
            text = getattr(activity, field)
            if not text:
                continue
            found = finding(
                text,
                names,
                subject=f"activity:{entity}:{field}",
                remedy=_(
                    'Say it without the person: compliance record activity --id {id} --{field} "..."'
                ).format(id=entity, field=field),
                period=aligned(activity.end_on, 6).label,
            )
            if found is not None:
                yield found
