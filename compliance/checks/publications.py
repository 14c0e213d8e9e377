"""Is every placement since the listing labelled, as far as reading the file again can tell?

What is wrong is told for each material; what nobody can measure, or nobody has looked at, once for each
channel: a messenger without font sizes is one question to decide, not a hundred.
"""

from __future__ import annotations

from collections import defaultdict

from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _, ngettext
from compliance.labels.criteria import told
from compliance.ledger.models import Placement


@check("placement.label", "law", N_("A placement that shows no label, or none that was verified"))
def unlabelled(context: Context) -> Findings:
    wrong: dict[str, list[Placement]] = defaultdict(list)
    unproven: dict[tuple[str, str], list[Placement]] = defaultdict(list)
    for placement in context.books.placements.values():
        if placement.deleted_on or placement.label_verdict == "met":
            continue
        if not context.rules.labels_on(placement.published_on, context.config.statuses):
            continue
        if placement.label_verdict == "not_met":
            wrong[placement.material].append(placement)
        else:
            unproven[placement.channel, placement.label_verdict].append(placement)
    for material, placements in sorted(wrong.items()):
        yield _wrong(context, material, placements)
    for (channel, verdict), placements in sorted(unproven.items()):
        yield _unproven(channel, verdict, placements)


def _wrong(context: Context, material: str, placements: list[Placement]) -> Finding:
    known = context.books.materials.get(material)
    return Finding(
        "placement.label",
        "error",
        f"material:{material}",
        _("“{title}” carries no right label in: {channels}. {detail}").format(
            title=known.title if known else material,
            channels=", ".join(channel_word(item.channel) for item in placements),
            detail=told(placements[0].label_detail),
        ),
        _(
            "Mend the file: compliance label apply FILE; then in each place: compliance record placement --id {id} --file FILE"
        ).format(id=placements[0].entity),
    )


def channel_word(channel: str) -> str:
    """The usual channels as people call them; others as they were typed."""
    return {"telegram": "Telegram", "vk": _("VK"), "site": _("the site"), "letter": _("letters")}.get(
        channel, channel
    )


def _unproven(channel: str, verdict: str, placements: list[Placement]) -> Finding:
    n = len(placements)
    if verdict == "none":
        message = ngettext(
            "{n} placement in {channel}: nobody has verified the label",
            "{n} placements in {channel}: nobody has verified the label",
            n,
        )
        remedy = _("Give the file: compliance record placement --id {id} --file FILE").format(
            id=placements[0].entity
        )
    else:
        message = ngettext(
            "{n} placement in {channel}: not everything the rule asks of a label can be measured there",
            "{n} placements in {channel}: not everything the rule asks of a label can be measured there",
            n,
        )
        remedy = _('Look at one, and decide for the channel: compliance decide ID --because "..."')
    return Finding(
        "placement.unproven",
        "warning",
        f"channel:{channel}:{verdict}",
        message.format(n=n, channel=channel_word(channel)),
        remedy,
    )
