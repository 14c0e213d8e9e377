"""The practice organisation: an invented Russian non-profit's quarter, made to the kopeck.

``build`` makes it as plain values; ``write_files`` writes what banks, an acquirer and the post
office would have handed over. Publications are in ``practice.publications``: they need the words of
a label, which the caller composes from the rules.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from compliance.practice.mistakes import ALL, DECOYS, FIRST_TIER, MISTAKES
from compliance.practice.model import Practice

__all__ = ["ALL", "DECOYS", "FIRST_TIER", "MISTAKES", "Practice", "build", "write_files"]


@lru_cache(maxsize=32)
def build(seed: int = 0, mistakes: frozenset[int] = frozenset()) -> Practice:
    """The organisation with the given planted mistakes; without any, all totals are the right ones.

    The same arguments give the same values on every machine. ``seed`` varies how totals fall into
    single payments, never the totals.
    """
    assert mistakes <= ALL, sorted(mistakes - ALL)
    practice = replace(_right(seed), mistakes=mistakes)
    for number in sorted(mistakes):
        practice = MISTAKES[number].vary(practice)
    return practice


@lru_cache(maxsize=8)
def _right(seed: int) -> Practice:
    from compliance.practice import data, story
    from compliance.practice.banks import SPANS
    from compliance.practice.quarter import build_events
    from compliance.practice.register import publications
    from compliance.practice.rules import attribution_rules

    events, gifts = build_events(seed)
    materials, placements = publications()
    return Practice(
        seed=seed,
        mistakes=frozenset(),
        organisation=data.ORGANISATION,
        programmes=data.PROGRAMMES,
        funds=data.FUNDS,
        sources=data.SOURCES,
        accounts=data.ACCOUNTS,
        openings=data.OPENINGS,
        rates=data.RATES,
        budgets=data.BUDGETS,
        events=events,
        card_gifts=gifts,
        rules=attribution_rules(),
        accruals=data.ACCRUALS,
        in_kind=story.IN_KIND,
        activities=story.activities(),
        figures=story.FIGURES,
        people=story.people(),
        roles=story.roles(),
        materials=materials,
        placements=placements,
        filings=story.FILINGS,
        statements=SPANS,
    )


def write_files(practice: Practice, folder: Path) -> list[Path]:
    """Writes into ``folder`` and returns the paths, in order of making; an existing file is refused.

    ``bank/`` statements to import, ``LYING-TOTALS.txt`` (to be refused), ``rates.xml``,
    ``acquirer-register.csv``, ``registers/`` of wages and taxes, ``1c/`` reports, ``workbooks/`` of
    programme leads, ``sent/`` copies and receipts of past filings, ``late/`` documents.
    """
    from compliance.files import write_whole
    from compliance.practice import banks, onec, registers, sent, workbooks

    files = [(f"bank/{span.name}", banks.statement(practice, span)) for span in practice.statements]
    files += [
        (banks.LYING.name, banks.lying_totals(practice)),
        ("rates.xml", banks.rates(practice)),
        *registers.files(practice),
        *onec.files(practice),
        (workbooks.FILE, workbooks.returned(practice)),
        (
            "offer.pdf",
            sent.page("PRACTICE - public offer of the donation page: givers tick that they are citizens"),
        ),
        *sent.filed(practice),
        *sent.late(practice),
        *sent.acts(practice),
    ]
    paths = []
    for name, data in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
        paths.append(path)
    return paths
