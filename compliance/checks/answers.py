"""Do the declarations that a form asks for rest on a paper?"""

from __future__ import annotations

from collections.abc import Iterator

from compliance.checks.duties import open_forms
from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _
from compliance.reports import answers
from compliance.rules.forms import Form

_AHEAD = 730
"""So far ahead: a year that has begun may be filed nine months after its end."""


@check("answer.evidence", "paper", N_("A declaration that rests on no paper, where its form wants one"))
def evidence(context: Context) -> Findings:
    """For every filing that is not made yet: what was answered without naming a paper."""
    for item, form in open_forms(context, horizon_days=_AHEAD):
        said = answers.recorded(form, item.period, context.books)
        papers = answers.papers(form, item.period, context.books)
        for cell in _declarations(form):
            if cell in said and cell not in papers:
                yield Finding(
                    "answer.evidence",
                    "warning",
                    f"answer:{form.name}:{cell}",
                    _("“{title}”, {period}: the answer at {cell} names no paper").format(
                        title=item.title, period=item.period.label, cell=cell
                    ),
                    _("Name it: compliance forms answer {form} {period} {cell}={value} --document DOCUMENT").format(
                        form=form.name, period=item.period.label, cell=cell, value=said[cell]
                    ),
                    period=item.period.label,
                )  # fmt: skip


def _declarations(form: Form) -> Iterator[str]:
    for section_id, section in form.sections.items():
        for line_id, line in section.lines.items():
            if line.evidence and not section.columns:
                yield f"{section_id}.{line_id}"
