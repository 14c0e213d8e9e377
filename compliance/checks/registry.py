"""One check is one function of a ``Context`` that yields findings; this gathers and runs them.

A module of this package marks its functions with ``@check``; nothing else is edited to add one.
Tiers: ``books`` (are the books whole and right), ``law`` (is what the rules ask kept), ``paper``
(could it be printed, published and proven). No option changes a verdict; a recorded decision moves
a finding to "decided", where it stays visible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from compliance import plugins
from compliance.errors import UsageError
from compliance.findings import SEVERITIES, Finding
from compliance.i18n import _
from compliance.ledger.books import Books
from compliance.ledger.models import Decision
from compliance.rules import Rules
from compliance.vault.vault import Vault
from compliance.workspace import Config

Tier = Literal["books", "law", "paper"]
Findings = Iterator[Finding]
Run = Callable[["Context"], Findings]


@dataclass(frozen=True, slots=True)
class Context:
    """All that a verdict may depend on. Findings never quote what only the ``vault`` knows."""

    books: Books
    rules: Rules
    config: Config
    vault: Vault
    today: date
    synchronised: str = ""
    """The service that copies the workspace's folder elsewhere while we write; found by the caller."""


@dataclass(frozen=True, slots=True)
class Check:
    """``name`` is what people type; ``title`` (a msgid) what it looks for; ``run`` the function itself."""

    name: str
    tier: Tier
    title: str
    run: Callable[[Context], Findings]

    @property
    def names(self) -> tuple[str, str, str]:
        """What people may call it by: its name, the first word of that, its tier."""
        return self.name, self.name.partition(".")[0], self.tier


@dataclass(frozen=True, slots=True)
class Outcome:
    """Open findings, worst first; and those that somebody decided about, with the decision."""

    open: list[Finding]
    decided: list[tuple[Finding, Decision]]


def check(name: str, tier: Tier, title: str) -> Callable[[Run], Run]:
    """Mark a function as a check; ``title`` is a message marked with ``N_``."""

    def mark(run: Run) -> Run:
        run.__check__ = Check(name, tier, title, run)  # type: ignore[attr-defined]
        return run

    return mark


def all_checks() -> list[Check]:
    """Every check of this package and of installed packages, by tier and name."""
    found = [
        value.__check__
        for module in plugins.modules("compliance.checks", without=("registry",))
        for value in vars(module).values()
        if isinstance(getattr(value, "__check__", None), Check) and value.__module__ == module.__name__
    ]
    return sorted(found, key=lambda item: (("books", "law", "paper").index(item.tier), item.name))


def run(context: Context, names: Sequence[str] = ()) -> Outcome:
    """Run all checks, or those named; a tier, or the first word of names, names all of its own."""
    checks = all_checks()
    unknown = [name for name in names if not any(name in item.names for item in checks)]
    if unknown:
        raise UsageError(
            _("there is no check “{name}”").format(name=unknown[0]),
            remedy=_("See: compliance check --list"),
        )
    chosen = [item for item in checks if not names or set(names) & set(item.names)]
    findings = [finding for item in chosen for finding in item.run(context)]
    findings.sort(key=lambda item: (SEVERITIES.index(item.severity), item.code, item.subject, item.period))
    decisions = context.books.decisions
    about = [(item, _standing(item, decisions)) for item in findings]
    return Outcome(
        open=[item for item, decision in about if decision is None],
        decided=[(item, decision) for item, decision in about if decision is not None],
    )


def _standing(finding: Finding, decisions: Mapping[str, Decision]) -> Decision | None:
    """The decision about a finding; one about a text stands for that very text, wherever it is."""
    own = decisions.get(finding.id)
    if not finding.value:
        return own
    if own is not None and own.digest == finding.value:
        return own
    same = (item for entity, item in decisions.items() if entity.startswith(f"{finding.code}:"))
    return next((item for item in same if item.digest == finding.value), None)
