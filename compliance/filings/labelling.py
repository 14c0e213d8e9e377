"""From the law of a day and our own names to the label a material must carry.

The rule gives the words and requirements, schedules.yaml the typed name; nothing is shortened,
chosen between or inflected. Where a rule knows no wording its elements are told and nothing is stamped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from compliance.files import digest
from compliance.findings import Finding
from compliance.labels.compose import compose
from compliance.labels.model import Label, Requirement
from compliance.ledger.books import Books
from compliance.ledger.models import Decision
from compliance.rules import Rules
from compliance.rules.law import LabelOn
from compliance.workspace import Config


@dataclass(frozen=True, slots=True)
class Wanted:
    """One label of the law on a day: as ``labels`` measures it, its title, and what is missing to say it."""

    label: Label
    title: str
    findings: tuple[Finding, ...]


def known_media(rules: Rules) -> list[str]:
    """Every medium that a label's rule speaks of, whenever; in the order of the packs."""
    blocks = (block for rule in rules.labels() for block in rule.provision.terms.values())
    return list(
        dict.fromkeys(medium for block in blocks for line in block.placement for medium in line.media)
    )


def confirmation(rule: str, text: str, act: str) -> Decision:
    """The fact that a person compared the wording of a label with ``act``, and it reads exactly so."""
    return Decision(entity=f"wording:{rule}", because=act, digest=digest(text.encode()))


def confirmed(books: Books) -> dict[str, str]:
    """Rule -> digest of the wording that a person compared with the act; another wording is not confirmed by it."""
    found = ((key.partition(":"), item) for key, item in books.decisions.items())
    return {rule: item.digest or "" for (kind, _colon, rule), item in found if kind == "wording"}


def wanted(
    rules: Rules,
    config: Config,
    on: date,
    medium: str | None = None,
    principal: str = "",
    known: Mapping[str, str] | None = None,
) -> list[Wanted]:
    """Every label that a material of ours published on ``on`` must carry; those with exact words first.

    ``principal``: the name of the one on whose behalf it is published, where a law asks for it. ``known``:
    what `confirmed` gave, where the books can be asked.
    """
    whose = {"principal": principal} if principal else {}
    slots = config.slots(on) | whose
    earlier = [config.slots(day) | whose for day in sorted(config.organisation.names) if day <= on]
    found = sorted(
        rules.labels_on(on, config.statuses, medium), key=lambda item: item.block.text is None
    )  # a name that is not typed in yet does not put another label first
    return [_wanted(item, slots, earlier, medium, known or {}) for item in found]


def main_label(
    rules: Rules,
    config: Config,
    on: date,
    medium: str | None = None,
    principal: str = "",
    known: Mapping[str, str] | None = None,
) -> Wanted | None:
    """The label that is stamped and measured: the first, and with it what cannot be stamped by us."""
    return next(iter(wanted(rules, config, on, medium, principal, known)), None)


def _wanted(
    item: LabelOn,
    slots: Mapping[str, str],
    earlier: Sequence[Mapping[str, str]],
    medium: str | None,
    known: Mapping[str, str],
) -> Wanted:
    """``earlier``: the names that the organisation has had, today's too; a label may still carry one of them."""
    text = item.block.text
    compared = text is not None and known.get(item.id) == digest(text.encode())
    composed = compose(item.block.text, slots, rule=item.id)
    templates = [*item.former, *([item.block.text] if item.block.text else [])]
    texts = [compose(template, named).text for named in (slots, *earlier) for template in templates]
    former = dict.fromkeys(text for text in texts if text and text != composed.text)
    label = Label(
        rule=item.id,
        text=composed.text,
        requirements=tuple(_requirements(item, medium)),
        elements=tuple(element.say for element in item.block.elements),
        language=next(iter(item.block.languages), ""),
        text_confidence="sourced"
        if compared
        else item.marks["text"].confidence
        if "text" in item.marks
        else "uncertain",
        source=", ".join(item.marks["text"].source) if "text" in item.marks else "",
        former=tuple(former),
    )
    return Wanted(label, item.title, composed.findings)


def _requirements(item: LabelOn, medium: str | None) -> list[Requirement]:
    whole = item.marks.get("placement")
    return [
        Requirement(
            kind=line.kind,
            value=line.value,
            source=", ".join(line.source.get("", whole.source if whole else ())),
            confidence=line.confidence.get("", whole.confidence if whole else "uncertain"),
        )
        for line in item.block.placement
        if medium is None or medium in line.media
    ]
