"""The equations that a form's exact figures must meet, and what is printed must keep.

An equation of cells holds in every column its sides share. Exact misses are refusals: nothing is
written. What compares with a filing already made compares printed figures, since only those were sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compliance.findings import Finding
from compliance.i18n import _, language
from compliance.money import display
from compliance.reports.cells import Grid, Value, Weights
from compliance.reports.layout import Block, Spot
from compliance.reports.rounding import Equation, Leaf, Miss, Rounded, distribute
from compliance.rules.amounts import MEASURES, Operand, matches, narrowed
from compliance.rules.forms import Form, Invariant


@dataclass(frozen=True, slots=True)
class Subject:
    """What findings are about: the form's short name, the period's label, the currency."""

    name: str
    period: str
    currency: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One equation in one column: the weights of both sides over leaves."""

    invariant: Invariant
    column: str
    left: Weights
    right: Weights

    def difference(self) -> Weights:
        found = dict(self.left)
        for key, weight in self.right.items():
            found[key] = found.get(key, 0) - weight
        return {key: weight for key, weight in found.items() if weight}


def claims(form: Form, grid: Grid) -> list[Claim]:
    """Every ``equal`` and ``at_most``, column by column; columns that measure before those that add up."""
    found = []
    for invariant in form.invariants:
        sides = invariant.equal or invariant.at_most
        if sides is None:
            continue
        for block, column in _places(invariant, grid):
            spot = Spot(f"!{invariant.name}.{column or ''}", block, None, column)
            left, right = (_side(grid, side, spot, f"{spot.id}.{at}") for at, side in enumerate(sides))
            found.append(Claim(invariant, column or "", left.weights, right.weights))
    return found


def rounded(grid: Grid, stated: list[Claim]) -> Rounded:
    """Printed units of all known leaves such that the ``equal`` claims hold."""
    known = {
        key: Leaf(leaf.exact_minor, leaf.fixed)
        for key, leaf in grid.leaves.items()
        if leaf.exact_minor is not None
    }
    equations = [
        Equation(claim.invariant.name, claim.column, claim.difference())
        for claim in stated
        if claim.invariant.equal and _decidable(grid, claim) and not _compares_with_a_filing(grid, claim)
    ]
    return distribute(known, equations, grid.unit_minor)


def findings(form: Form, grid: Grid, stated: list[Claim], done: Rounded, about: Subject) -> Iterator[Finding]:
    """All that does not hold, each a refusal: a report with one of these is not written."""
    for miss in done.misses:
        yield _missed(miss, about)
    for claim in stated:
        if not _decidable(grid, claim):
            continue
        if claim.invariant.at_most and (over := grid.exact(claim.difference()) or 0) > 0:
            yield _finding(
                "invariant.failed",
                about,
                claim.invariant.name,
                claim.column,
                _("in the form “{form}” the rule “{name}” is broken: {amount} too much"),
                over,
            )
        elif claim.invariant.equal and _compares_with_a_filing(grid, claim):
            off = sum(weight * done.units[key] for key, weight in claim.difference().items())
            if off:
                yield _finding(
                    "invariant.carry",
                    about,
                    claim.invariant.name,
                    claim.column,
                    _(
                        "in the form “{form}” a figure is not what the last filing says: “{name}” is off by {amount}"
                    ),
                    off * grid.unit_minor,
                )
    for invariant in form.invariants:
        if invariant.partition is not None:
            yield from _partition(invariant, grid, about)


def _partition(invariant: Invariant, grid: Grid, about: Subject) -> Iterator[Finding]:
    """Every posting selected must fall on exactly one of the lines."""
    assert invariant.into is not None
    whole = narrowed(invariant.partition)
    lines = []
    for reference in invariant.into:
        section_id, line = reference.split(".")[:2]
        for block in grid.blocks:
            if block.id == section_id and line in block.lines:
                part = block.section.lines[line]
                lines.append(narrowed(block.section.select, part.select, part.measured))
    measures = grid.measures
    for few, code, words in (
        (True, "form.unlisted", _("{amount} of “{account}” stands on no line of the form “{form}”")),
        (False, "form.listed_twice", _("{amount} of “{account}” stands on two lines of the form “{form}”")),
    ):
        wrong: dict[str, int] = {}
        for atom in measures.atoms("sum", whole):
            hits = sum(matches(axes, measures.facts(atom)) for axes in lines)
            if (hits == 0 and few) or (hits > 1 and not few):
                value = measures.sign(atom) * (atom.value_minor or 0)
                wrong[atom.account] = wrong.get(atom.account, 0) + value
        for account, minor in sorted(wrong.items()):
            if minor:
                title = measures.books.accounts[account].title
                yield Finding(
                    code,
                    "refusal",
                    f"account:{account}",
                    words.format(amount=_money(minor, about.currency), account=title, form=about.name),
                    _("Say which line it is: compliance record account --id {id} --expense-line LINE").format(
                        id=account
                    ),
                    period=about.period,
                )


def _places(invariant: Invariant, grid: Grid) -> list[tuple[Block, str | None]]:
    """The blocks and columns an equation is stated in: one block a group, and the shared columns."""
    named = [cell.split(".") for cell in invariant.cells()]
    sections = {names[0] for names in named}
    blocks = [block for block in grid.blocks if block.id in sections]
    if not blocks:
        return []
    groups = list(dict.fromkeys(block.group for block in blocks if block.group)) or [""]
    open_sections = [names[0] for names in named if len(names) == 2]
    found: list[tuple[Block, str | None]] = []
    for group in groups:
        own = [block for block in blocks if block.group in ("", group)]
        with_columns = [block for block in own if block.id in open_sections and block.columns]
        first = max(own, key=lambda block: bool(block.group))
        if not with_columns:
            found.append((first, None))
            continue
        shared = [
            column
            for column in with_columns[0].columns
            if all(column in block.columns for block in with_columns)
        ]
        shared.sort(key=lambda column: _adds_up(with_columns[0], column))
        home = first if first in with_columns else with_columns[0]
        found += [(home, column) for column in shared]
    return found


def _adds_up(block: Block, column: str) -> bool:
    kind = block.section.columns[column].kind
    return kind is not None and kind not in MEASURES


def _side(grid: Grid, side: Operand, spot: Spot, name: str) -> Value:
    return grid.operand(side, spot, "line", name)


def _decidable(grid: Grid, claim: Claim) -> bool:
    return grid.exact(claim.difference()) is not None


def _compares_with_a_filing(grid: Grid, claim: Claim) -> bool:
    return any(grid.leaves[key].kind == "previous" for key in claim.difference())


def _missed(miss: Miss, about: Subject) -> Finding:
    equation = miss.equation
    if miss.exact:
        words = _("in the form “{form}” the equation “{name}” does not add up: it is off by {amount}")
        return _finding("invariant.failed", about, equation.name, equation.column, words, miss.minor)
    return Finding(
        "invariant.rounding",
        "refusal",
        f"{about.name}:{equation.name}:{equation.column}".rstrip(":"),
        _(
            "rounding cannot keep the equation “{name}” of the form “{form}”: two equations share a figure"
        ).format(name=equation.name, form=about.name),
        _("Tell whoever keeps the rules: the form needs another equation."),
        period=about.period,
    )


def _finding(code: str, about: Subject, name: str, column: str, words: str, minor: int) -> Finding:
    return Finding(
        code,
        "refusal",
        f"{about.name}:{name}:{column}".rstrip(":"),
        words.format(form=about.name, name=name, amount=_money(minor, about.currency))
        + (f" ({column})" if column else ""),
        _("See what the figures are made of: compliance explain {form} {period} CELL").format(
            form=about.name, period=about.period
        ),
        period=about.period,
    )


def _money(minor: int, currency: str) -> str:
    return f"{display(minor, currency, language())} {currency}"
