"""Is there a rate for every day on which foreign money came, went, or stood at a period's end?"""

from __future__ import annotations

from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _, day_text
from compliance.intake import rates


@check("rate.missing", "books", N_("A day whose official rate is not recorded"))
def missing(context: Context) -> Findings:
    quote = context.config.currency
    wanted = rates.missing(context.books, quote, context.config.starts_on, context.today)
    for (currency, on), label in wanted.items():
        yield Finding(
            "rate.missing",
            "error",
            f"{currency}/{quote}/{on.isoformat()}",
            _("the rate of {currency} on {day} is not recorded").format(currency=currency, day=day_text(on)),
            _("Record it: compliance record rate --currency {currency} --on {day} --rate ...").format(
                currency=currency, day=on
            ),
            period=label,
        )
