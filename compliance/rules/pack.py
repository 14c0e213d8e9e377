"""The files of a rule pack, one model each. A pack is a folder of data: see ``FILES``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from compliance.i18n import _
from compliance.rules.base import Id, Text, Title, Warranted
from compliance.rules.labels import LabelRule
from compliance.rules.money_rules import MoneyRule
from compliance.rules.obligations import Obligation
from compliance.rules.penalties import Penalty
from compliance.rules.provisions import Act
from compliance.rules.sources import SourceClasses
from compliance.yamlfile import Day, Misplaced, Strict, YesNo

AccountType = Literal["asset", "liability", "income", "expense", "equity"]


class Citation(Strict):
    """A source: ``title`` may be printed, ``url`` is for whoever verifies. ``official``: an address of the state."""

    title: Text
    url: Text | None = None
    official: YesNo = False


class Named(Strict):
    """A recipient, or a status of the organisation."""

    title: Title
    note: Text | None = None


class CalendarRule(Warranted):
    """``days_off``: the country whose days off count; ``roll``: where a due day moves from a day off."""

    id: Id | None = None
    days_off: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = None
    roll: Literal["next", "previous", "none"] = "none"


class Halt(Warranted):
    """Register entries that stop all filings of the regime. A list of statuses is enough; a block cites who says so."""

    id: Id | None = None
    statuses: tuple[Id, ...] = ()
    says: Title | None = None


def _halt(value: Any) -> Any:
    return {"statuses": value} if isinstance(value, list) else value


class RegimeFile(Strict):
    """``regime.yaml``: identity, citations, acts, calendar, duties, penalties, source classes.

    ``checked_on``: the day a person last compared it with the sources; ``review_days``: for how long that may be
    relied on without a word. ``grouping``: how digits stand on forms, 1,234,567 or 12,34,567;
    ``paper``: the sheet that is customary there.
    """

    regime: Id
    title: Title
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    checked_on: Day
    grouping: Literal["thousands", "indian"] = "thousands"
    paper: Literal["a4", "letter"] = "a4"
    review_days: int = Field(default=180, ge=1, le=3660)
    sources: dict[Id, Citation] = {}
    acts: dict[Id, Act] = {}
    calendar: CalendarRule = CalendarRule()
    halted_by: Annotated[Halt, BeforeValidator(_halt)] = Halt()
    statuses: dict[Id, Named] = {}
    recipients: dict[Id, Named] = {}
    source_classes: SourceClasses | None = None
    obligations: dict[Id, Obligation] = {}
    penalties: dict[Id, Penalty] = {}


class LabelsFile(Strict):
    """``labels.yaml``."""

    labels: dict[Id, LabelRule]


class MoneyFile(Strict):
    """``money.yaml``."""

    money_rules: dict[Id, MoneyRule]


class ExpenseLine(Warranted):
    """A category of the regime's chart of expenses, with the words of the form."""

    title: Text


class ChartAccount(Warranted):
    """An account that `init` opens. ``class`` and ``expense_line`` as in the books."""

    title: Title
    type: AccountType
    account_class: Id | None = Field(default=None, alias="class")
    expense_line: Id | None = None


class ChartFile(Strict):
    """``chart.yaml``: the expense lines and the default chart of accounts."""

    expense_lines: dict[Id, ExpenseLine] = {}
    chart: dict[Id, ChartAccount] = {}

    @model_validator(mode="after")
    def _lines_are_known(self) -> ChartFile:
        for key, account in self.chart.items():
            if account.expense_line is not None and account.expense_line not in self.expense_lines:
                raise Misplaced(
                    _("there is no expense line “{name}”").format(name=account.expense_line),
                    "chart", key, "expense_line",
                )  # fmt: skip
        return self


class GlossaryFile(Strict):
    """``glossary.yaml``: a word of ours -> what its users call it, by language."""

    glossary: dict[Id, Title]


class LeftOutFile(Strict):
    """``left_out.yaml`` beside the packs: a rule that is known and in no pack -> why."""

    left_out: dict[Id, Title]


class CalendarYear(Strict):
    """One year that was checked: weekday ``days_off``, ``worked`` weekend days, and how many days are worked."""

    days_off: tuple[Day, ...]
    worked: tuple[Day, ...] = ()
    working_days: int = Field(ge=1, le=366)
    source: Text


class CalendarFile(Strict):
    """``calendar.yaml``: the years of days off that somebody checked."""

    years: dict[Annotated[int, Field(ge=1990, le=2200)], CalendarYear]

    @model_validator(mode="after")
    def _adds_up(self) -> CalendarFile:
        from compliance.calendars import Calendar, Year

        for number, year in self.years.items():
            for key, days in (("days_off", year.days_off), ("worked", year.worked)):
                if any(day.year != number for day in days):
                    raise Misplaced(_("a day of another year"), "years", str(number), key)
            found = Calendar(years={number: Year(frozenset(year.days_off), frozenset(year.worked))})
            if (count := found.working_days(number)) != year.working_days:
                raise Misplaced(
                    _("the days give {n} working days").format(n=count), "years", str(number), "working_days"
                )
        return self


FILES: dict[str, type[Strict]] = {
    "regime.yaml": RegimeFile,
    "labels.yaml": LabelsFile,
    "money.yaml": MoneyFile,
    "chart.yaml": ChartFile,
    "glossary.yaml": GlossaryFile,
    "calendar.yaml": CalendarFile,
}
"""Beside these: ``forms/NAME.yaml``, one form each, and ``examples.yaml``. Only the first is needed."""
