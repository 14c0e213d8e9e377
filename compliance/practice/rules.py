"""What the accountant has taught the program by December: whom we pay, and for which contract.

Left to the person on purpose: payroll registers, single tax payments, acquirer days, the euro sale.
"""

from __future__ import annotations

from compliance.practice.data import SOURCES
from compliance.practice.model import AttributionRule
from compliance.practice.payees import A1_CELLS, CARD_CELLS, Cell, Supply, contract, party

_FUND_OF_GRANT = {"primer": "f2", "mebel": "f3a", "pekarnya": "f3a", "okna": "f3a"}


def attribution_rules() -> tuple[AttributionRule, ...]:
    rules = [_contract(cell, supply) for cell in A1_CELLS for supply in cell.supplies]
    rules += [_merchant(cell, supply) for cell in CARD_CELLS for supply in cell.supplies]
    rules += [
        AttributionRule(
            f"grant-{source.id}",
            "a1",
            "in",
            "income",
            _FUND_OF_GRANT[source.id],
            tax_id=source.tax_id,
            source=source.id,
        )
        for source in SOURCES
        if source.id in _FUND_OF_GRANT
    ]
    return (*rules, *_STANDING)


def _contract(cell: Cell, supply: Supply) -> AttributionRule:
    number = contract(cell, supply)
    return AttributionRule(
        f"contract-{number.replace('/П', '-p').replace('/О', '-office')}",
        cell.account,
        "out",
        "expense",
        cell.fund,
        tax_id=party(supply).tax_id,
        contains=f"№ {number},",
        programme=supply.programme,
        line=cell.line,
    )


def _merchant(cell: Cell, supply: Supply) -> AttributionRule:
    number = [item for other in CARD_CELLS for item in other.supplies].index(supply) + 1
    return AttributionRule(
        f"card-{number:02}",
        cell.account,
        "out",
        "expense",
        cell.fund,
        contains=supply.payee,
        programme=supply.programme,
        line=cell.line,
    )


_OWN_MOVE, _TRANSIT = "Перевод собственных средств", "Перевод с транзитного счёта"
_STANDING = (
    AttributionRule(
        "booklets", "a1", "in", "income", "f4", contains="брошюры по накладной", programme="p6", source="own"
    ),
    AttributionRule("gift", "a2", "in", "income", "f3b", contains="Пожертвование", source="donors"),
    AttributionRule(
        "gift-back", "a2", "out", "refund", "f3b", contains="Возврат пожертвования", source="donors"
    ),
    AttributionRule("bookkeeper", "a2", "out", "expense", "f4", contains="по договору № 91/О", line="pay"),
    AttributionRule("top-up-out", "a1", "out", "transfer", "f4", contains=_OWN_MOVE, counter="a2"),
    AttributionRule("top-up-in", "a2", "in", "transfer", "f4", contains=_OWN_MOVE, counter="a1"),
    AttributionRule("cash", "a1", "out", "transfer", "f4", contains="Выдача наличных", counter="cash"),
    AttributionRule("transit-out", "transit-eur", "out", "transfer", "f1", contains=_TRANSIT, counter="a3"),
    AttributionRule("transit-in", "a3", "in", "transfer", "f1", contains=_TRANSIT, counter="transit-eur"),
    AttributionRule(
        "euro-grant", "transit-eur", "in", "income", "f1", contains="ZW-2025/03", source="zeewind"
    ),
    AttributionRule("euro-fee", "a3", "out", "fee", "f1", contains="Комиссия", programme="p1", line="other"),
    AttributionRule(
        "euro-fee-back", "a3", "in", "fee", "f1", contains="ошибочной комиссии", programme="p1", line="other"
    ),
)
