"""Do the activities add up to what the programmes' own workbooks say?"""

from __future__ import annotations

from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _
from compliance.intake.totals import PARTICIPANTS, differences, span


@check("activity.total", "books", N_("A programme's workbook that says another total than its activities"))
def totals(context: Context) -> Findings:
    for item in differences(context.books):
        stated = item.stated
        programme = context.books.programmes.get(stated.programme)
        title = programme.title if programme else stated.programme
        what = _("visits") if stated.measure == PARTICIPANTS else stated.kind or _("number")
        yield Finding(
            "activity.total",
            "error",
            f"programme:{stated.programme}:{stated.kind or stated.measure}",
            _("{programme}: its workbook says {what}: {stated}, the activities add up to {counted}").format(
                programme=title, what=what, stated=stated.value, counted=item.counted
            ),
            _(
                "Ask who led it which is right, then mend the activities or the workbook:"
                " compliance workbook make activities --programme {id} --period {period} FILE.xlsx"
            ).format(id=stated.programme, period=span(stated).label),
            period=span(stated).label,
        )
