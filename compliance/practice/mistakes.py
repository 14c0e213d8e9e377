"""The planted mistakes: each is a small variation of the right practice organisation, by number.

A mistake changes data, not verdicts: whether it is found is the program's business. Effects are
those of the figures a report would show, in minor units.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from compliance.i18n import _
from compliance.practice.data import FOREIGN_GIFT, OVERSPENT_BUDGET, SOLD_RUB
from compliance.practice.dice import account_number, tax_id
from compliance.practice.draft import BANK_PARTY, QUIET_MONDAY
from compliance.practice.model import Event, LateDocument, Part, Party, Practice, Source

FOREIGN_CARD = Source(
    "card-abroad",
    "unknown_citizenship",
    None,
    None,
    note="Карта выпущена за границей, гражданство неизвестно",
)
"""Where the gift of mistake 2 belongs, in an agreement of its own."""
LATE = LateDocument(
    "act",
    "Акт № 118 за аренду проектора",
    date(2025, 9, 29),
    date(2026, 1, 9),
    "a1",
    "f2",
    "p3",
    "events",
    6_480_00,
    Party(
        "ООО «Пример-Прокат»",
        tax_id("000030099"),
        account_number("40702810000000000399", "040000901"),
        "040000901",
        "Пример-Банк «Озёрный»",
    ),
)
PERSONAL_DESCRIPTION = "Беседы психолога, в том числе с Клиентовой Надеждой Примеровной, +7 900 000-12-34"


@dataclass(frozen=True, slots=True)
class Mistake:
    """``effect``: figure -> what it becomes or moves by. ``first_tier``: found by this release."""

    number: int
    vary: Callable[[Practice], Practice]
    first_tier: bool
    effect: dict[str, int]


def title(number: int) -> str:
    """The mistake in a sentence, in the interface language."""
    return {
        1: _("The second contract is entered as a Russian body, without its intermediary"),
        2: _("A gift of 225.40 from a card issued abroad lies in the Russian pool"),
        3: _("Acquirer days are booked net of the fee"),
        4: _("The sale of euros is read as income"),
        5: _("Transfers between our own accounts are not paired"),
        6: _("Single tax payments are all on the line of taxes"),
        7: _("Interest was credited to an ordinary account"),
        8: _("No statement covers Monday 17 November"),
        9: _("The exchange rate of 20 November is missing"),
        10: _("Travel exceeds its budget"),
        11: _("A laptop without an act of acceptance, on other costs"),
        12: _("An expense of 29 September arrives now"),
        13: _("A programme workbook says 310 visits, the events add up to 302"),
        14: _("A client's name and telephone in a line that would be printed"),
        15: _("The director's post ended and nobody was appointed"),
    }[number]


def _second_fund_domestic(practice: Practice) -> Practice:
    sources = tuple(
        replace(item, acts_for=None, note=None) if item.id == "primer" else item for item in practice.sources
    )
    return replace(practice, sources=sources)


def _foreign_card(practice: Practice) -> Practice:
    """The gift stays in the pool of citizens' gifts, though register and bank line say where the card is from."""
    gifts = tuple(
        replace(gift, card_country="DE") if gift.amount_minor == FOREIGN_GIFT else gift
        for gift in practice.card_gifts
    )
    day = next(gift.settled_on for gift in gifts if gift.card_country == "DE")
    trace = ", в том числе 225.40 по карте, выпущенной за рубежом"
    events = tuple(
        replace(event, purpose=event.purpose + trace)
        if event.tag == "acquirer" and event.on == day
        else event
        for event in practice.events
    )
    return replace(practice, card_gifts=gifts, events=events)


def _acquirer_net(practice: Practice) -> Practice:
    def net(event: Event) -> tuple[Part, ...]:
        incomes = [part for part in event.parts if part.kind == "income"]
        fees = sum(part.amount_minor for part in event.parts if part.kind == "fee")
        return (replace(incomes[0], amount_minor=incomes[0].amount_minor + fees), *incomes[1:])

    return _parts(practice, lambda event: event.tag == "acquirer", net)


def _sale_as_income(practice: Practice) -> Practice:
    def income(event: Event) -> tuple[Part, ...]:
        return (Part("income", "f1", event.amount_minor, source="zeewind", purpose="grant"),)

    return _parts(practice, lambda event: event.tag == "euro-sale" and event.account == "a1", income)


def _transfers_as_income(practice: Practice) -> Practice:
    def income(event: Event) -> tuple[Part, ...]:
        return (Part("income", "f4", event.amount_minor, source="own", purpose="sale"),)

    return _parts(practice, lambda event: event.tag == "own-transfer" and event.account == "a2", income)


def _all_on_taxes(practice: Practice) -> Practice:
    def taxes(event: Event) -> tuple[Part, ...]:
        return tuple(replace(part, line="taxes", purpose="tax") for part in event.parts)

    return _parts(practice, lambda event: event.tag == "single-tax", taxes)


def _interest(practice: Practice) -> Practice:
    def paid_by_bank(event: Event) -> Event:
        parts = (replace(event.parts[0], programme=None, purpose="interest"),)
        purpose = "Проценты на остаток по счёту за 4 квартал 2025 г."
        return replace(event, party=BANK_PARTY["a1"], purpose=purpose, parts=parts)

    return replace(
        practice,
        events=tuple(paid_by_bank(item) if item.tag == "interest" else item for item in practice.events),
    )


def _lost_monday(practice: Practice) -> Practice:
    spans = tuple(
        replace(span, start=date(2025, 11, 18)) if span.start == QUIET_MONDAY else span
        for span in practice.statements
    )
    return replace(practice, statements=spans)


def _lost_rate(practice: Practice) -> Practice:
    return replace(practice, rates=tuple(rate for rate in practice.rates if rate.on != date(2025, 11, 20)))


def _tight_budget(practice: Practice) -> Practice:
    place = (OVERSPENT_BUDGET.fund, OVERSPENT_BUDGET.line)
    return replace(
        practice,
        budgets=tuple(
            OVERSPENT_BUDGET if (item.fund, item.line) == place else item for item in practice.budgets
        ),
    )


def _laptop_on_other(practice: Practice) -> Practice:
    def other(event: Event) -> tuple[Part, ...]:
        return (replace(event.parts[0], line="other"),)

    varied = _parts(practice, lambda event: event.tag == "laptop-2", other)
    return replace(varied, missing_acts=("laptop-2",))


def _late_document(practice: Practice) -> Practice:
    return replace(practice, late_documents=(LATE,))


def _workbook(practice: Practice) -> Practice:
    figures = tuple(replace(item, value=310) if item.programme == "p5" else item for item in practice.figures)
    return replace(practice, figures=figures)


def _name_in_print(practice: Practice) -> Practice:
    activities = tuple(
        replace(item, description=PERSONAL_DESCRIPTION) if item.id == "p1-11" else item
        for item in practice.activities
    )
    return replace(practice, activities=activities)


def _no_successor(practice: Practice) -> Practice:
    return replace(practice, roles=tuple(role for role in practice.roles if role.id != "role-director-2"))


def _parts(
    practice: Practice, chosen: Callable[[Event], bool], change: Callable[[Event], tuple[Part, ...]]
) -> Practice:
    """The same bank lines, otherwise attributed."""
    events = tuple(
        replace(event, parts=change(event)) if chosen(event) else event for event in practice.events
    )
    return replace(practice, events=events)


MISTAKES = {
    item.number: item
    for item in (
        Mistake(1, _second_fund_domestic, True, {"foreign_receipts": 1_731_600_00}),
        Mistake(2, _foreign_card, True, {"in_the_pool": FOREIGN_GIFT}),
        Mistake(3, _acquirer_net, True, {"received_by": -8_047_62, "spent_by": -8_047_62}),
        Mistake(4, _sale_as_income, True, {"received_by": SOLD_RUB}),
        Mistake(5, _transfers_as_income, True, {"received_by": 105_000_00}),
        Mistake(6, _all_on_taxes, True, {"taxes": 431_561_64}),
        Mistake(7, _interest, True, {"interest": 1_204_33}),
        Mistake(8, _lost_monday, True, {}),
        Mistake(9, _lost_rate, True, {}),
        Mistake(10, _tight_budget, True, {"over_budget": 8_950_20}),
        Mistake(11, _laptop_on_other, True, {"other_by": 64_950_00}),
        Mistake(12, _late_document, True, {"late": LATE.amount_minor}),
        Mistake(13, _workbook, True, {"visits_said": 310, "visits": 302}),
        Mistake(14, _name_in_print, True, {}),
        Mistake(15, _no_successor, True, {}),
    )
}
ALL = frozenset(MISTAKES)
FIRST_TIER = frozenset(number for number, mistake in MISTAKES.items() if mistake.first_tier)

DECOYS = {
    "refund": "event tag refund",
    "equal-gifts": "event tag equal-gifts",
    "transit-leg": "event tag transit-leg",
    "programme-without-spending": "programme p8",
    "payroll-early": "event tag payroll-early",
    "seminar-in-lent-hall": "in kind hall-lent, activity p3-09",
}
"""What looks wrong and is right, always present: name -> where it is in the data."""
