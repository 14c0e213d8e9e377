"""A form, the books and a period become a `Report`: every figure is computed here and never again.

    report = fill(form, books, rules, config, period, on=today, given=Given(previous=cells))

What stands in the way is in ``report.findings``; with a refusal among them nothing may be written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from compliance.findings import Confidence
from compliance.i18n import N_, translated
from compliance.ledger.books import Books
from compliance.money import exponent, half_up
from compliance.periods import Period
from compliance.reports import answers, invariants, problems, words
from compliance.reports.captions import FormCaption, captions
from compliance.reports.cells import Grid
from compliance.reports.layout import Block, Spot, blocks, spots
from compliance.reports.measures import Measures
from compliance.reports.model import Caption, Cell, CellKind, Head, Report, Row, Section
from compliance.reports.releases import releases
from compliance.reports.rounding import Rounded
from compliance.reports.sight import Identities
from compliance.rules import Rules, bound_in
from compliance.rules.base import combined, deepest, mark_of
from compliance.rules.forms import Form, Part
from compliance.workspace import Config


@dataclass(frozen=True, slots=True)
class Given:
    """What does not come from the books: ``previous`` printed cells of the last filing, ``answers`` of a
    person by cell id, ``names`` that the vault knows (to search for), ``identities`` by pseudonym."""

    previous: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    identities: Identities = field(default_factory=dict)


NOTHING_GIVEN = Given()


@dataclass(frozen=True, slots=True)
class Work:
    """A report with how it was made: what `explain` looks into."""

    report: Report
    grid: Grid
    done: Rounded
    captions: Mapping[str, FormCaption]


def fill(
    form: Form,
    books: Books,
    rules: Rules,
    config: Config,
    period: Period,
    *,
    on: date,
    given: Given = NOTHING_GIVEN,
) -> Report:
    """The form filled for ``period`` as it stands on the day of filing ``on``."""
    report = work(form, books, rules, config, period, on=on, given=given).report
    others = {
        name: work(other, books, rules, config, period, on=on, given=NOTHING_GIVEN).report
        for name in dict.fromkeys(item.form for item in form.agrees)
        if (other := rules.form(name)) is not None
    }
    about = invariants.Subject(form.name, period.label, report.currency)
    apart = tuple(problems.disagreements(form, report, others, about))
    return replace(report, findings=(*report.findings, *apart)) if apart else report


def work(
    form: Form,
    books: Books,
    rules: Rules,
    config: Config,
    period: Period,
    *,
    on: date,
    given: Given = NOTHING_GIVEN,
) -> Work:
    """The same, with the grid of values behind the report."""
    currency = form.unit.currency or config.currency
    unit_minor = form.unit.scale * 10 ** exponent(currency) if form.unit.scale else 1
    title = next(iter(form.title.values()))
    pack = rules.form_pack(form)
    language = pack.regime.language
    said = captions(form, books)
    confirmed = all(item.confirmed for item in said.values())
    measures = Measures(books, rules, pack.id, currency, period)
    found = blocks(
        form,
        measures,
        on,
        statuses=_statuses(config, period),
        language=language,
        identities=given.identities if confirmed else {},
        bodies=config.bodies_on(period.last),
    )
    grid = Grid(measures, spots(found), found, given.previous, unit_minor)
    style = words.Style(language, pack.regime.grouping)
    filler = _Filler(form, grid, said, given, confirmed, style)
    filler.evaluate()
    stated = invariants.claims(form, grid)
    done = invariants.rounded(grid, stated)
    about = invariants.Subject(form.name, period.label, currency)
    sections = tuple(filler.section(block, done) for block in found)
    personal, released = problems.personal(sections, given.names, about, releases(books))
    found_wrong = [
        *problems.classes(measures, about),
        *problems.rates(grid, about),
        *invariants.findings(form, grid, stated, done, about),
        *personal,
        *problems.unanswered(sections, about),
    ]
    shown = {address for address in said if _stands(address, found)}
    report = Report(
        form=form.form,
        name=form.name,
        title=Caption("title", title, form.verified),
        order=form.order or "",
        language=language,
        period=period,
        currency=currency,
        unit_minor=unit_minor,
        grouping=style.grouping,
        paper=pack.regime.paper,
        head=_head(config, period.last if form.named == "period_end" else on),
        sections=sections,
        findings=tuple(found_wrong),
        exchange=tuple(measures.exchange) if grid.uses_exchange else (),
        open_captions=sum(not said[address].confirmed for address in shown),
        captions=len(shown),
        nil=_is_nil(grid, sections),
        practice=books.practice_day() is not None,
        released=tuple(released),
        rules=tuple(sorted(rules.digests.items())),
        known_seq=books.known_at,
    )
    return Work(report, grid, done, said)


def _sums_up(part: Part, *, last: bool) -> bool:
    """A line that several others lead to, or what is left at the end: not one that only repeats or takes off another."""
    if part.kind != "total":
        return False
    many = len(part.total or ()) > 1 or any(
        isinstance(item, str) and "*" in item for item in part.total or ()
    )
    return bool(part.total) and ((many and not part.less) or last)


class _Filler:
    """Turns spots into cells, once all values and roundings are known."""

    def __init__(
        self,
        form: Form,
        grid: Grid,
        said: Mapping[str, FormCaption],
        given: Given,
        confirmed: bool,
        style: words.Style,
    ) -> None:
        self.form, self.grid, self.said, self.given = form, grid, said, given
        self.style, self.language = style, style.language
        self.confirmed = confirmed

    def evaluate(self) -> None:
        """Work out every cell that is an amount."""
        for spot in self.grid.spots.values():
            if _is_amount(spot):
                self.grid.value(spot)

    def section(self, block: Block, done: Rounded) -> Section:
        section = block.section
        empty_person = block.personal and not self.confirmed
        every = list(block.rows())
        rows = tuple(
            Row(
                key,
                self._row_caption(block, key, cells),
                tuple(self._cell(spot, done, empty_person) for spot in cells),
                total=bool(cells[0].line) and _sums_up(cells[0].line_part, last=at == len(every) - 1),
            )
            for at, (key, cells) in enumerate(every)
        )
        columns = tuple(self._caption(f"{block.id}.*.{key}") for key in block.columns)
        return Section(
            block.stem,
            self._caption(block.id),
            columns or (Caption("", "", True),),
            rows,
            group=block.title,
            each=section.each is not None,
            empty=section.if_empty or "",
            personal=block.personal,
        )

    def _row_caption(self, block: Block, key: str, cells: list[Spot]) -> Caption:
        record = cells[0].record
        if record is None:
            return self._caption(f"{block.id}.{key}")
        return Caption(key, "", True)

    def _caption(self, address: str) -> Caption:
        known = self.said.get(address)
        return known.printed if known else Caption(address, "", True)

    def _cell(self, spot: Spot, done: Rounded, empty_person: bool) -> Cell:
        source, confidence = self._warrant(spot)
        common = {"source": source, "confidence": confidence}
        part = spot.column_part if spot.column_part.field else spot.line_part
        if empty_person:
            return Cell(spot.id, "empty")
        if part.field is not None:
            assert spot.record is not None
            return Cell(spot.id, "text", text=spot.record.fields.get(part.field, ""))
        if asked := spot.line_part.ask or spot.column_part.ask:
            return _answer(spot.id, asked, self.given.answers.get(spot.id), self.language)
        value = self.grid.value(spot)
        exact = self.grid.exact(value.weights)
        if exact is None:
            return Cell(spot.id, self._kind(spot), parts=value.parts, **common)  # type: ignore[arg-type]
        units = sum(weight * done.units[key] for key, weight in value.weights.items())
        kind = self._kind(spot)
        if kind == "tick":
            return Cell(spot.id, kind, units=units, text="x" if units else "", **common)  # type: ignore[arg-type]
        counted = kind == "count"
        decimals = 0 if counted else words.decimals_of(self.grid.measures.currency, self.grid.unit_minor)
        return Cell(
            spot.id,
            kind,
            exact_minor=None if counted else exact,
            units=units,
            moved=units - half_up(exact, self.grid.unit_minor),
            text=words.figure(units, exact, decimals=decimals, style=self.style),
            parts=value.parts,
            source=source,
            confidence=confidence,
        )

    def _kind(self, spot: Spot) -> CellKind:
        kinds = {spot.line_part.kind, spot.column_part.kind} - {None}
        if "total" in kinds:
            return "total"
        if kinds & {"share", "least", "previous"}:
            return "derived"
        if kinds & {"opening", "closing", "plan"}:
            return "balance"
        return "tick" if "tick" in kinds else "count" if "count" in kinds else "flow"

    def _warrant(self, spot: Spot) -> tuple[str, Confidence]:
        """Who says what this cell is, and the weakest mark among what it uses."""
        whole = mark_of(self.form, "", None)
        above = mark_of(spot.block.section, "", whole) or whole
        marks = [*deepest(spot.line_part, above), *deepest(spot.column_part, above)]
        known = [mark for mark in marks if mark is not None]
        mark = combined(list(known))
        if mark is None:
            return "", "uncertain"
        return "; ".join(mark.source), mark.confidence


def _answer(cell_id: str, asked: str, answer: str | None, language: str) -> Cell:
    """What a person said: words or a tick; while nobody has, words that say so, lest it be read as no."""
    value = None if answer is None else answers.parsed(asked, answer)
    if value is None:
        return Cell(cell_id, "open", text=translated(language, N_("[no answer yet]")), asked=asked)
    if asked != "yes_no":
        return Cell(cell_id, "answer", text=value, asked=asked)
    yes = value == "yes"
    return Cell(cell_id, "tick", units=int(yes), text="x" if yes else "", asked=asked)


def _is_amount(spot: Spot) -> bool:
    parts = (spot.line_part, spot.column_part)
    return any(part.kind for part in parts) and not any(part.field or part.ask for part in parts)


def _statuses(config: Config, period: Period) -> set[str]:
    return {name for name in config.statuses if bound_in([name], config.statuses, period)}


def _head(config: Config, on: date) -> Head:
    organisation = config.organisation
    return Head(
        config.names_on(on).nominative,
        config.address_on(on),
        organisation.registration_id or "",
        organisation.tax_id or "",
    )


def _stands(address: str, found: list[Block]) -> bool:
    names = address.split(".")
    for block in found:
        if block.id == names[0]:
            return (
                len(names) == 1 or (names[1] == "*" and names[2] in block.columns) or names[1] in block.lines
            )
    return False


def _is_nil(grid: Grid, sections: tuple[Section, ...]) -> bool:
    """Nothing moved and nothing is listed: still a report, and filed all the same."""
    moved = any(leaf.exact_minor for leaf in grid.leaves.values() if leaf.kind in ("flow", "count"))
    listed = any(section.rows for section in sections if section.each and not section.personal)
    return not moved and not listed
