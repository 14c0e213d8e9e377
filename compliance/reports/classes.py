"""Whose money an agreement holds: the class and the kind of its sources, by the rules of one regime."""

from __future__ import annotations

from collections import defaultdict

from compliance.ledger.books import Books
from compliance.periods import Period
from compliance.reports.pools import Kind, pooled
from compliance.rules import Rules


class FundClasses:
    """The class of every fund's money: the one class of its receipts, else of its expected donor."""

    def __init__(self, books: Books, rules: Rules, regime: str, period: Period) -> None:
        self._rules = rules
        self._regime = regime
        self._books = books
        self._on = period.last
        self._of_source: dict[str, str] = {}
        self.pooled = pooled(books, period.last)
        self.receipts: dict[str, set[str]] = defaultdict(set)
        self.kinds: dict[str, set[str]] = defaultdict(set)
        income = [entity for entity, account in books.accounts.items() if account.type == "income"]
        if income:
            for item in books.sums(("fund", "source"), end=period.end, where={"account": income}):
                fund, source = item.key
                if fund and source and item.amount_minor:
                    self.receipts[fund].add(self.of_source(source))
                    self.kinds[fund].add(self._source_kind(source))

    def of_source(self, source: str) -> str:
        """The class that the rules give a source on the period's last day."""
        if source not in self._of_source:
            sources = self._books.sources
            known = sources.get(source)
            self._of_source[source] = (
                self._rules.source_class(known, sources, self._on, self._regime) if known else ""
            )
        return self._of_source[source]

    def of_fund(self, fund: str) -> str | None:
        """``None`` where receipts are of several classes (pooled or not), or nothing says whose money it is."""
        found = self.receipts.get(fund, set())
        if len(found) == 1:
            return next(iter(found))
        known = self._books.funds.get(fund)
        if not found and known is not None and known.donor in self._books.sources:
            return self.of_source(str(known.donor))
        return None

    def kind_of_fund(self, fund: str) -> str | None:
        found = self.kinds.get(fund, set())
        return next(iter(found)) if len(found) == 1 else None

    def mixed(self) -> dict[str, set[str]]:
        """Funds whose receipts have more than one class and that are no declared pools, with the classes."""
        return {
            fund: found
            for fund, found in sorted(self.receipts.items())
            if len(found) > 1 and fund not in self.pooled
        }

    def kind_of(self, fund: str, source: str | None) -> Kind:
        """Class and kind of a source; of none, those of the fund's expected donor, or of its only givers."""
        known = self._books.funds.get(fund)
        source = source or (known.donor if known else None)
        if source not in self._books.sources:
            return self.of_fund(fund), self.kind_of_fund(fund)
        return self.of_source(str(source)), self._source_kind(str(source))

    def _source_kind(self, source: str) -> str:
        known = self._books.sources.get(source)
        return known.kind if known else ""
