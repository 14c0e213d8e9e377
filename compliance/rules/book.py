"""The law that binds an organisation: packs asked by day and by status.

Substance (how often, due when) by the law of the period's last day; procedure (to whom, how, with
which form) by the law of the day of filing; labels by the law of the day of publication.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from compliance.findings import Finding
from compliance.i18n import _
from compliance.periods import Period
from compliance.rules.base import Mark, spoken
from compliance.rules.dues import Reckoned, reckon
from compliance.rules.forms import Form
from compliance.rules.labels import LabelBlock
from compliance.rules.law import ChartRow, LabelOn, Listed, Owed, Rule, Statuses, held, listed
from compliance.rules.loader import Pack
from compliance.rules.money_rules import MoneyBlock
from compliance.rules.obligations import Obligation, ObligationBlock
from compliance.rules.sources import SourceFacts, classify


class Rules:
    """All packs that an organisation names, in its order. Read-only."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.packs: Mapping[str, Pack] = {pack.id: pack for pack in packs}
        self._forms = {key: form for pack in packs for key, form in pack.forms.items()}

    # ---- what there is

    @property
    def digests(self) -> dict[str, str]:
        """Regime -> SHA-256 over its files: what a filing stores."""
        return {key: pack.digest for key, pack in self.packs.items()}

    @property
    def chart(self) -> dict[str, ChartRow]:
        """Account id -> account, of all packs; the first pack wins where two name one id."""
        rows: dict[str, ChartRow] = {}
        for pack in self.packs.values():
            for key, item in pack.chart.chart.items():
                row = ChartRow(spoken(item.title), item.type, item.account_class, item.expense_line)
                rows.setdefault(key, row)
        return rows

    @property
    def expense_lines(self) -> dict[str, str]:
        """Expense line id -> the words of the form; the first pack wins where two name one id."""
        found: dict[str, str] = {}
        for pack in self.packs.values():
            for key, line in pack.chart.expense_lines.items():
                found.setdefault(key, line.title)
        return found

    def obligations(self) -> list[Rule[ObligationBlock]]:
        return [
            Rule(key, "obligation", pack, item)
            for pack in self.packs.values()
            for key, item in pack.regime.obligations.items()
        ]

    def labels(self) -> list[Rule[LabelBlock]]:
        return [
            Rule(key, "label", pack, item)
            for pack in self.packs.values()
            for key, item in pack.labels.items()
        ]

    def money_rules(self) -> list[Rule[MoneyBlock]]:
        return [
            Rule(key, "money_rule", pack, item)
            for pack in self.packs.values()
            for key, item in pack.money_rules.items()
        ]

    def all_rules(self) -> Iterator[Rule[Any]]:
        """Every provision of every pack: acts, duties, labels, money rules, source classes, penalties."""
        for pack in self.packs.values():
            regime = pack.regime
            yield from (Rule(key, "act", pack, act) for key, act in regime.acts.items())
            yield from (rule for rule in self.obligations() if rule.pack is pack)
            yield from (rule for rule in self.labels() if rule.pack is pack)
            yield from (rule for rule in self.money_rules() if rule.pack is pack)
            if regime.source_classes:
                yield Rule(regime.source_classes.id, "source_classes", pack, regime.source_classes)
            yield from (Rule(key, "penalty", pack, item) for key, item in regime.penalties.items())

    def rule(self, word: str) -> Rule[Any] | None:
        """By id; an obligation also by its short name or title, a form by its name through its obligation."""
        folded = word.casefold()
        for rule in self.all_rules():
            if rule.id == word:
                return rule
        for duty in self.obligations():
            provision = duty.provision
            assert isinstance(provision, Obligation)
            words = [provision.name, *(provision.title or {}).values()]
            if folded in (item.casefold() for item in words):
                return duty
        return None

    def obligation(self, word: str) -> Rule[ObligationBlock] | None:
        """An obligation by id, short name (``money``) or title, in any language of the pack."""
        found = self.rule(word)
        return found if found is not None and found.kind == "obligation" else None

    def form(self, word: str | None) -> Form | None:
        """A form by id or short name."""
        if word in self._forms:
            return self._forms[word]
        return next((form for form in self._forms.values() if word and form.name == word), None)

    def form_pack(self, form: Form) -> Pack:
        """The pack that a form stands in: its classes, lines and language are the form's."""
        return next(pack for pack in self.packs.values() if form.form in pack.forms)

    def word(self, key: str) -> str:
        """What users of these laws call a thing (the packs' glossary); ``key`` itself where nothing is said."""
        for pack in self.packs.values():
            if key in pack.glossary:
                return spoken(pack.glossary[key])
        return key

    def cited(self, source: str) -> str:
        """A citation for people: acts and official sources by title, others by their id in the pack."""
        key, _space, pinpoint = source.partition(" ")
        for pack in self.packs.values():
            title = ""
            if key in pack.regime.acts:
                title = spoken(pack.regime.acts[key].title or {})
            elif key in pack.regime.sources and pack.regime.sources[key].official:
                title = pack.regime.sources[key].title
            if title:
                return f"{title}, {pinpoint}" if pinpoint else title
        return source

    # ---- what binds on a day

    def listed(self, on: date) -> list[Listed]:
        """Every rule with its status on ``on``; ``rules list`` shows those in force, ``--all`` the rest."""
        return [*(listed(rule, on) for rule in self.all_rules()), *self._other_rows(on)]

    def _other_rows(self, on: date) -> Iterator[Listed]:
        """Rules without terms: the calendar and the gate."""
        for pack in self.packs.values():
            calendar, halt = pack.regime.calendar, pack.regime.halted_by
            for block, kind, title in (
                (calendar, "calendar", _("a due day that is a day off")),
                (
                    halt,
                    "gate",
                    spoken(halt.says) if halt.says else _("register entries that stop all filings"),
                ),
            ):
                if block.id:
                    mark = Mark(block.source.get("", ()), block.confidence.get("", "uncertain"))
                    yield Listed(
                        block.id,
                        kind,
                        pack.id,
                        "",
                        title,
                        "in_force",
                        date.min,
                        mark.source,
                        mark.confidence,
                        (),
                        (),
                    )

    def halted(self, statuses: Statuses, on: date) -> dict[str, Finding]:
        """Regime -> why nothing is filed under it any more."""
        found = {}
        for key, pack in self.packs.items():
            halt = pack.regime.halted_by
            if hit := sorted(held(statuses, on) & set(halt.statuses)):
                says = spoken(halt.says) if halt.says else _("no filings are made under this law any more")
                found[key] = Finding(
                    "regime.halted",
                    "refusal",
                    f"regime:{key}",
                    says,
                    _("Get legal advice before anything else (status: {names}).").format(
                        names=", ".join(hit)
                    ),
                    ", ".join(halt.source.get("", ())),
                    halt.confidence.get("", "uncertain"),
                )
        return found

    @property
    def statuses(self) -> dict[str, str]:
        """Status id -> its title, of all packs, in the packs' order."""
        named = [item for pack in self.packs.values() for item in pack.regime.statuses.items()]
        return {key: spoken(status.title) for key, status in named}

    def unknown_statuses(self, statuses: Statuses) -> list[Finding]:
        """Statuses that no pack knows: a slip of the pen there would silently end every duty."""
        known = sorted(self.statuses)
        found = []
        for name in sorted(set(statuses) - set(known)):
            near = get_close_matches(name, known, n=1)
            remedy = (
                _("Did you mean “{key}”?").format(key=near[0])
                if near
                else _("Known: {names}").format(names=", ".join(known))
            )
            message = _("no rule set knows the status “{name}”; it binds to nothing").format(name=name)
            found.append(Finding("status.unknown", "error", f"status:{name}", message, remedy))
        return found

    def unbound(self, statuses: Statuses) -> list[Finding]:
        """Packs under whose acts no status ever held binds to anything: nothing would be due, wrongly."""
        found = []
        for key, pack in self.packs.items():
            ours: list[Rule[Any]] = [*self.obligations(), *self.labels()]
            duties = [rule for rule in ours if rule.pack is pack and rule.provision.binds]
            lawful = [rule for rule in duties if rule.provision.act] or duties
            if not lawful or any(set(rule.provision.binds) <= set(statuses) for rule in lawful):
                continue
            binding = Counter(name for rule in lawful for name in rule.provision.binds)
            names = [
                f"{name} ({spoken(item.title)})"
                for name, item in pack.regime.statuses.items()
                if name in binding
            ]
            message = _(
                "no legal status is written down that makes “{law}” bind you, so nothing is due under it"
            ).format(law=spoken(pack.regime.title))
            remedy = _(
                "Write it with its first day under organisation, statuses in schedules.yaml, as {example}. Known: {names}"
            ).format(example=f"{binding.most_common(1)[0][0]}: {{since: 2025-02-17}}", names=", ".join(names))
            found.append(Finding("status.none", "error", f"regime:{key}", message, remedy))
        return found

    def labels_on(self, on: date, statuses: Statuses, medium: str | None = None) -> list[LabelOn]:
        """The labels that a material published on ``on`` must carry; with ``medium`` those that speak of it."""
        now = held(statuses, on)
        found = []
        laws = [(rule, rule.on(on)) for rule in self.labels()]
        in_force = {law.block.text for _rule, law in laws if law is not None}
        for rule, law in laws:
            if law is None or not set(rule.provision.binds) <= now:
                continue
            if medium is not None and law.block.placement and medium not in law.block.media():
                continue
            former = [
                block.text
                for other in rule.pack.labels.values()
                for day, block in other.terms.items()
                if day <= on and block.text and block.text not in in_force
            ]
            found.append(LabelOn(rule.id, rule.title, law.block, law.marks, tuple(dict.fromkeys(former))))
        return found

    def source_class(
        self, source: SourceFacts, sources: Mapping[str, SourceFacts], on: date, regime: str | None = None
    ) -> str:
        """The class of a source under ``regime`` (the first that classifies); its kind where no law does."""
        for key, pack in self.packs.items():
            classes = pack.regime.source_classes
            if classes is not None and regime in (None, key):
                law = Rule(classes.id, "source_classes", pack, classes).on(on)
                if law is not None:
                    return classify(law.block, source, sources)
        return source.kind

    def at_stake(self, rule_id: str, on: date) -> list[str]:
        """What a breach of a rule costs on ``on``, one line each, in the interface language."""
        found = []
        for pack in self.packs.values():
            for key, item in pack.regime.penalties.items():
                if rule_id in item.for_ and (law := Rule(key, "penalty", pack, item).on(on)) is not None:
                    article = f" ({spoken(item.title)})" if item.title else ""
                    found += [f"{text}{article}" for text in law.block.texts()]
        return found

    def owed(
        self,
        rule: Rule[ObligationBlock],
        period: Period,
        *,
        filed_on: date,
        facts: Mapping[str, date] | None = None,
        event: str | None = None,
        reckoned: bool = True,
    ) -> Owed | None:
        """What ``rule`` asks for ``period``; ``None`` when it is not law on the period's last day.

        ``facts`` are known days by name (``registered_on``, events); ``event`` is what the duty
        starts from instead of a period. ``KeyError`` names a day that the due rule needs; ``reckoned=False`` leaves
        the days out.
        """
        law = rule.on(period.last)
        if law is None:
            return None
        then = rule.on(filed_on) or law
        provision = rule.provision
        assert isinstance(provision, Obligation)
        anchors = {"period_start": period.start, "period_end": period.last, **(facts or {})}
        base = event or law.block.upon or "period_end"
        extension = provision.extensions.get(period.last)
        due = extension.due if extension else law.block.due
        rests_on = [key for key in ("every", "upon", "due") if key in law.marks]
        mark = law.mark(*rests_on)
        if extension:
            mark = Mark(extension.source.get("", mark.source), extension.confidence.get("", mark.confidence))
        readings: list[Reckoned] = []
        if due is not None and reckoned:
            calendar = rule.pack.calendar
            roll = rule.pack.regime.calendar.roll
            readings = reckon(due, anchors, base=base, calendar=calendar, roll=roll, mark=mark)
        recipient = then.block.recipient or ""
        named = rule.pack.regime.recipients.get(recipient)
        return Owed(
            tuple(readings),
            mark,
            spoken(named.title) if named else "",
            recipient,
            tuple(then.block.channels),
            then.block.form,
            (*law.notes, *((provision.note,) if provision.note else ())),
        )

    def correction(
        self, rule: Rule[ObligationBlock], period: Period, *, learned_on: date
    ) -> tuple[Reckoned, ...]:
        """By when a mistake in what was filed is to be corrected, by the law of the day it became known.

        Every reading, the earliest first; empty where the pack knows no day.
        """
        law = rule.on(learned_on) or rule.on(period.last)
        if law is None or law.block.correction is None:
            return ()
        anchors = {"period_start": period.start, "period_end": period.last, "learned_on": learned_on}
        calendar, roll = rule.pack.calendar, rule.pack.regime.calendar.roll
        due, mark = law.block.correction, law.mark("correction")
        return tuple(reckon(due, anchors, base="learned_on", calendar=calendar, roll=roll, mark=mark))
