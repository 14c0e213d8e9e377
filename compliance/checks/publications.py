"""Is every placement since the listing labelled, as far as reading the file again can tell?"""

from __future__ import annotations

from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding, Severity
from compliance.i18n import N_, _


@check("placement.label", "law", N_("A placement that shows no label, or none that was verified"))
def unlabelled(context: Context) -> Findings:
    for entity, placement in context.books.placements.items():
        if placement.deleted_on or not context.rules.labels_on(
            placement.published_on, context.config.statuses
        ):
            continue
        if placement.label_verdict == "met":
            continue
        severity: Severity = "error" if placement.label_verdict == "not_met" else "warning"
        material = placement.material
        message = {
            "not_met": _("“{material}” in {channel} carries no right label: {detail}"),
            "not_measurable": _("the label of “{material}” in {channel} cannot be measured: look at it"),
        }.get(placement.label_verdict, _("nobody has verified the label of “{material}” in {channel}"))
        yield Finding(
            "placement.label",
            severity,
            f"placement:{entity}",
            message.format(material=material, channel=placement.channel, detail=placement.label_detail or ""),
            _("compliance label verify FILE, then: compliance record placement --id {id} --file FILE").format(
                id=entity
            ),
        )
