"""Words that must be on a list: form lines, purposes, classes of accounts. Each may be typed by id or by name.

A free word there would silently fall on no line of a form and be asked for by no rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from compliance.commands import words
from compliance.commands.app import App
from compliance.errors import UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.ledger.books import Books


def form_line(app: App, books: Books, text: str, option: str) -> str:
    """A form line of the packs, or one that an account already falls on. Without any, as typed."""
    known = {line: line for item in books.accounts.values() if (line := item.expense_line)}
    return listed(text, option, known | words.form_lines(app.rules))


def account_line(app: App, books: Books, text: str, option: str) -> str:
    """The line an account is to fall on: where no pack has lines, the account brings one of its own."""
    return form_line(app, books, text, option) if app.rules.expense_lines else text


def purpose(app: App, books: Books, text: str, option: str = "--purpose") -> str:
    """What a rule or a form asks about, a usual one, or one that is in the books already."""
    return listed(text, option, purposes(app, books))


def purposes(app: App, books: Books) -> dict[str, str]:
    """Purpose -> its name: the usual ones, those that rules and forms ask about, those in the books."""
    from compliance.rules.selects import asked_words

    used = {str(item.key[0]) for item in books.sums(("purpose",)) if item.key[0]}
    others = {word: word for word in sorted(asked_words(app.rules, "purpose") | used)}
    return others | words.purposes()


def account_class(app: App, books: Books, text: str, option: str = "--class") -> str:
    from compliance.ledger.kinds import PLACES
    from compliance.rules.selects import asked_words

    of_law = {row.account_class for row in app.rules.chart.values() if row.account_class}
    used = {item.account_class for item in books.accounts.values() if item.account_class}
    asked = {word: word for word in sorted(of_law | used | asked_words(app.rules, "account_class"))}
    ours = words.account_classes()
    # Where money lies first, then what a law asks about, then the program's own.
    order = [*PLACES, *(word for word in asked if word not in ours), *sorted(ours)]
    return listed(text, option, {word: ours.get(word, word) for word in order})


def listed(text: str, option: str, known: Mapping[str, str]) -> str:
    """The id that ``text`` names: itself, or the one whose name it is. With an empty list anything goes."""
    folded = text.strip().casefold()
    for entity, name in known.items():
        if folded in (entity.casefold(), name.casefold()):
            return entity
    if not known:
        return text
    raise UsageError(
        _("{option}: there is no “{text}”").format(option=option, text=text[:60]),
        remedy=_("There are: {names}").format(names=", ".join(_named(known))),
    )


def _named(known: Mapping[str, str]) -> list[str]:
    return [entity if name == entity else f"{entity} ({name})" for entity, name in known.items()]
