"""Are the contacts decided that a form lists?"""

from __future__ import annotations

from compliance.checks.duties import open_forms
from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _, ngettext
from compliance.ledger.models import Contact

_AHEAD = 60
"""Days: a period that is over is due within them."""


@check("contact.open", "paper", N_("Contacts of which nobody has decided whether they must be reported"))
def undecided(context: Context) -> Findings:
    """The form lists what was decided to be reported; what nobody looked at would be missing from it in silence."""
    for item, form in open_forms(context, horizon_days=_AHEAD):
        if not any(section.each == "contact" for section in form.sections.values()):
            continue
        left = sorted(
            (contact.on_date, entity)
            for entity, contact in context.books.facts(Contact).items()
            if contact.state == "open" and contact.on_date in item.period
        )
        if not left:
            continue
        told = ngettext(
            "{n} contact in {period} is not decided; “{title}” lists those that must be reported",
            "{n} contacts in {period} are not decided; “{title}” lists those that must be reported",
            len(left),
        )
        yield Finding(
            "contact.open",
            "error",
            f"{item.name}:{item.period.label}",
            told.format(n=len(left), period=item.period.label, title=item.title),
            _("Decide each, first {id}: compliance record contact --id {id} --state registrable or not_registrable").format(
                id=left[0][1]
            ),
            period=item.period.label,
        )  # fmt: skip
