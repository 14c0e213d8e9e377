"""What a lawyer should look at in a pack, though it can be read: words nobody uses, days that never come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.findings import Severity
from compliance.i18n import _, day_text
from compliance.rules.base import ENDS, NOT_LAW
from compliance.rules.book import Rules
from compliance.rules.examples import ExamplesFile
from compliance.rules.history import unverified
from compliance.rules.law import Rule
from compliance.rules.loader import Pack


@dataclass(frozen=True, slots=True)
class Remark:
    """``where``: the rule or part of the pack; ``text`` what is odd, ``remedy`` what to do."""

    code: str
    severity: Severity
    where: str
    text: str
    remedy: str


def lint(pack: Pack, examples: ExamplesFile, today: date) -> list[Remark]:
    """Every remark about one pack on a day, in the order of the pack."""
    rules = Rules([pack])
    return [
        *_review(pack, today),
        *(remark for rule in rules.all_rules() for remark in _of_rule(rule, today)),
        *_unused(pack),
        *_untested(rules, examples),
        *_sourceless(rules, today),
    ]


def _review(pack: Pack, today: date) -> Iterator[Remark]:
    if pack.overdue_reviews(today):
        yield Remark(
            "review", "warning", pack.id,
            _("last compared with the sources on {day}").format(day=day_text(pack.regime.checked_on)),
            _("Compare it with the acts again, and write the new day as checked_on."),
        )  # fmt: skip


def _of_rule(rule: Rule[Any], today: date) -> Iterator[Remark]:
    act = rule.pack.regime.acts.get(rule.provision.act or "")
    ended = None
    for day, block in rule.provision.terms.items():
        if block.status == "expected" and day <= today and day != date.min:
            yield Remark(
                "came_due", "warning", rule.id,
                _("announced for {day} as {status}, and that day has come").format(day=day_text(day), status=block.status),
                _("Find out whether it became law, and give the block its true status."),
            )  # fmt: skip
        if block.status in NOT_LAW:
            continue
        if (
            act is not None
            and block.status == "in_force"
            and day != date.min
            and act.standing(day).status == "not_yet"
        ):
            yield Remark(
                "before_act", "error", rule.id,
                _("said to be law from {day}, before its act is").format(day=day_text(day)),
                _("A rule that reaches back needs a source that says so; else give it the day of its act."),
            )  # fmt: skip
        if ended in ENDS and ended != "suspended" and block.status == "in_force":
            yield Remark(
                "revived", "warning", rule.id,
                _("in force again from {day} after it had ended").format(day=day_text(day)),
                _("Make sure that everything it says stands in that block: nothing older is taken over."),
            )  # fmt: skip
        ended = block.status


def _unused(pack: Pack) -> Iterator[Remark]:
    regime = pack.regime
    rules = list(Rules([pack]).all_rules())
    blocks = [block for rule in rules for block in rule.provision.terms.values()]
    text = repr([rule.provision for rule in rules]) + repr(regime.calendar) + repr(regime.halted_by)
    text += repr(list(pack.forms.values())) + repr(pack.chart)
    used: Mapping[str, list[object]] = {
        "sources": [word for word in regime.sources if f"'{word}'" in text or f"'{word} " in text],
        "recipients": [getattr(block, "recipient", None) for block in blocks],
        "statuses": [*(name for rule in rules for name in rule.provision.binds), *regime.halted_by.statuses],
        "forms": [getattr(block, "form", None) for block in blocks],
    }
    named: Mapping[str, Mapping[str, object]] = {
        "sources": regime.sources, "recipients": regime.recipients, "statuses": regime.statuses, "forms": pack.forms,
    }  # fmt: skip
    for part, words in named.items():
        for word in words:
            if word not in used[part]:
                yield Remark(
                    "unused", "note", f"{part}.{word}", _("no rule of the pack uses it"),
                    _("Remove it, or find the rule that lacks it."),
                )  # fmt: skip


def _untested(rules: Rules, examples: ExamplesFile) -> Iterator[Remark]:
    reached = {item.subject[1] for item in examples.examples}
    for rule in rules.all_rules():
        if rule.kind in ("obligation", "label", "money_rule") and rule.id not in reached:
            yield Remark(
                "no_example", "note", rule.id, _("no example asks this rule anything"),
                _("Write one into examples.yaml, from the act's own words or a computed day."),
            )  # fmt: skip


def _sourceless(rules: Rules, today: date) -> Iterator[Remark]:
    for doubt in unverified(rules, None, today):
        if not doubt.source:
            yield Remark(
                "no_source", "note", doubt.rule, _("“{key}” names no source").format(key=doubt.key),
                _("Find where the act says so, and cite it."),
            )  # fmt: skip
