"""What stands in the way of a report besides its equations: classes, rates, personal data, open questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compliance.findings import Finding
from compliance.i18n import _, language, ngettext
from compliance.ledger.chart import UNASSIGNED
from compliance.ledger.valuation import Missing
from compliance.money import display
from compliance.reports import privacy
from compliance.reports.cells import Grid
from compliance.reports.invariants import Subject
from compliance.reports.measures import Measures
from compliance.reports.model import Cell, Released, Report, Section
from compliance.reports.pools import Followed
from compliance.reports.releases import Release
from compliance.rules.forms import Form


def classes(measures: Measures, about: Subject) -> list[Finding]:
    """Funds whose money stands in no column, because nobody can say of which class it is."""
    used: dict[str, bool] = {}
    for atom in (*measures.opening, *measures.closing, *measures.moved):
        if atom.amount_minor and measures.books.accounts[atom.account].type in ("asset", "expense"):
            used[atom.fund] = True
    mixed = measures.classes.mixed()
    pooled = {fund for fund, item in measures.pools.items() if not _has_strangers(item)}
    found = []
    for fund in sorted(used):
        known = measures.books.funds.get(fund)
        title = known.title if known else fund
        if fund == UNASSIGNED or fund in pooled:
            continue
        if fund in mixed:
            found.append(
                Finding(
                    "fund.mixed",
                    "refusal",
                    f"fund:{fund}",
                    _(
                        "{fund} holds money of several kinds of source ({classes}); whose money is spent is unclear"
                    ).format(fund=f"«{title}»", classes=", ".join(sorted(mixed[fund]))),
                    _(
                        "Move the gift to its own agreement: compliance assign LINE --fund ANOTHER — or keep them together by a"
                        " declared method: compliance record pool --fund {fund} --method fifo"
                    ).format(fund=fund),
                    period=about.period,
                )
            )
        elif fund in measures.pools or measures.classes.of_fund(fund) is None:
            found.append(
                Finding(
                    "fund.unclassified",
                    "refusal",
                    f"fund:{fund}",
                    _("nothing says whose money {fund} is: no receipt and no donor").format(
                        fund=f"«{title}»"
                    ),
                    _("Name the donor: compliance record fund --id {id} --donor SOURCE").format(id=fund),
                    period=about.period,
                )
            )
    return found


def _has_strangers(followed: Followed) -> bool:
    """Whether a pool holds or moved money that nobody said whose it is: its opening without a source."""
    held = (
        *followed.opening.values(),
        *followed.closing.values(),
        *(parts for _entry, parts in followed.entries),
    )
    return any(kind[0] is None for parts in held for kind in parts)


def rates(grid: Grid, about: Subject) -> list[Finding]:
    """Missing rates. Where only how the exchange effect splits is unknown, every total still stands."""
    blocking: set[Missing] = set()
    for leaf in grid.leaves.values():
        blocking |= leaf.missing
    effects = grid.measures.exchange if grid.uses_exchange else []
    split = {item for effect in effects for item in effect.missing}
    found = []
    for missing in sorted(blocking | split):
        found.append(
            Finding(
                "rate.missing",
                "refusal" if missing in blocking else "warning",
                missing.subject,
                _("the rate of {currency} on {day} is not recorded").format(
                    currency=missing.currency, day=missing.on
                )
                + (
                    ""
                    if missing in blocking
                    else _("; the totals stand without it, but not what the sale and what holding brought")
                ),
                _("Record it: compliance record rate --currency {currency} --on {day} --rate ...").format(
                    currency=missing.currency, day=missing.on
                ),
                period=about.period,
            )
        )
    return found


def personal(
    sections: tuple[Section, ...], names: tuple[str, ...], about: Subject, released: Mapping[str, Release]
) -> tuple[list[Finding], list[Released]]:
    """Free text that would be printed and seems to hold a person's data; and what somebody released of it."""
    found, printed = [], []
    for section in sections:
        texts = [
            (cell.id, cell.text) for row in section.rows for cell in row.cells if _is_free(section, cell)
        ]
        for cell_id, text in [*texts, (section.id, section.group)]:
            problem = privacy.finding(
                text,
                names,
                subject=f"{about.name}:{cell_id}",
                remedy=_("Change the words in the record, so that they name nobody."),
                period=about.period,
            )
            if problem is None:
                continue
            if problem.value in released:
                decided = released[problem.value]
                printed.append(Released(cell_id, decided.because, decided.actor, decided.on))
            else:
                found.append(problem)
    return found, printed


def unanswered(sections: tuple[Section, ...], about: Subject) -> list[Finding]:
    open_ = [
        cell.id for section in sections for row in section.rows for cell in row.cells if cell.kind == "open"
    ]
    if not open_:
        return []
    return [
        Finding(
            "form.unanswered",
            "warning",
            about.name,
            ngettext(
                "{n} question of the form “{form}” has no answer yet",
                "{n} questions of the form “{form}” have no answers yet",
                len(open_),
            ).format(n=len(open_), form=about.name),
            _("Answer them: compliance forms answer {form} {period}").format(
                form=about.name, period=about.period
            ),
            period=about.period,
        )
    ]


def _is_free(section: Section, cell: Cell) -> bool:
    return cell.kind in ("text", "answer") and not section.personal


def disagreements(
    form: Form, report: Report, others: Mapping[str, Report], about: Subject
) -> Iterator[Finding]:
    """Cells that another form of the same law, filled for the same period, must show alike and does not; exact
    figures are compared, since forms round to units of their own."""
    for item in form.agrees:
        other = others.get(item.form)
        mine, theirs = report.cell(item.cell), other.cell(item.other) if other is not None else None
        if other is None or mine is None or theirs is None or other.currency != report.currency:
            continue
        if None in (mine.exact_minor, theirs.exact_minor) or mine.exact_minor == theirs.exact_minor:
            continue
        off = (mine.exact_minor or 0) - (theirs.exact_minor or 0)
        yield Finding(
            "form.disagrees",
            "refusal",
            f"{about.name}:{item.name}",
            _("the forms “{form}” and “{other}” disagree by {amount}: {cell} is not {theirs}").format(
                form=report.name, other=other.name, cell=item.cell, theirs=item.other,
                amount=f"{display(off, about.currency, language())} {about.currency}",
            ),
            _("See what both are made of: compliance explain {form} {period} {cell}, and the same of “{other}”").format(
                form=report.name, period=about.period, cell=item.cell, other=other.name
            ),
            period=about.period,
        )  # fmt: skip
