"""What the ``record`` commands share: short ids, names found as typed, sane days, and the last line.

That line, ``recorded N: ...``, is printed after the commit: who has seen it may rely on it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

from compliance.commands.app import App
from compliance.commands.ask import choice, day, interactive, need, refuse_placeholder
from compliance.commands.output import say
from compliance.errors import UsageError
from compliance.files import slug as slug
from compliance.i18n import _, language
from compliance.money import display

if TYPE_CHECKING:
    from compliance.commands.app import Writing
    from compliance.ledger.books import Books
    from compliance.ledger.models import Account, Fact
    from compliance.ledger.revise import Revision

C = TypeVar("C", bound=Callable[..., Any])
_ID = re.compile(r"\w[\w.-]{0,63}\Z")
EARLIEST = date(1990, 1, 1)
_MATCHES = 5


def id_option(command: C) -> C:
    return click.option("--id", "entity", metavar="ID", help=_("A short name to call it by; again, to correct"))(command)  # fmt: skip


def amends_option(command: C) -> C:
    return click.option(
        "--amends", metavar="FILING", help=_("It belongs to a period already filed: amend that filing")
    )(command)


# Ids and names


def checked_id(entity: str) -> str:
    if not _ID.match(entity):
        raise UsageError(
            _("--id: an id is up to 64 letters, digits, points and hyphens, without spaces"),
        )
    return entity


def numbered(stem: str, existing: Mapping[str, Any]) -> str:
    """``stem-1``, ``stem-2``...: the first that is free. How people are called in the books."""
    number = 1
    while f"{stem}-{number}" in existing:
        number += 1
    return f"{stem}-{number}"


def titled(
    existing: Mapping[str, Any], entity: str | None, title: str | None, option: str, question: str
) -> tuple[str, str | None]:
    """(id, title) of what is being recorded; the title is asked for when the thing is new."""
    if entity is None or entity not in existing:
        title = need(title, option, question)
    return (checked_id(entity) if entity else slug(title or "", fallback="item")), title


def find(text: str, names: Mapping[str, str], option: str) -> str:
    """The id meant by ``text``: an id, a name, or a part of one name only. Exit 2 with what is near."""
    if text in names:
        return text
    wanted = text.casefold()
    for same in (
        [entity for entity in names if entity.casefold() == wanted],
        [entity for entity, name in names.items() if name.casefold() == wanted],
        [entity for entity, name in names.items() if wanted in name.casefold()],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            raise _unknown(text, option, [_named(entity, names) for entity in same[:_MATCHES]])
    lowered = {key.casefold(): entity for entity, name in names.items() for key in (name, entity) if key}
    near = difflib.get_close_matches(wanted, lowered, n=3, cutoff=0.5)
    found = dict.fromkeys(lowered[key] for key in near)
    raise _unknown(text, option, [_named(entity, names) for entity in found])


def _named(entity: str, names: Mapping[str, str]) -> str:
    return f"{entity} ({names[entity]})" if names[entity] not in ("", entity) else entity


def _unknown(text: str, option: str, near: Sequence[str]) -> UsageError:
    if option == "--person":  # what was typed may be somebody's name
        return UsageError(
            _("{option}: people are called by their pseudonyms here").format(option=option),
            remedy=_("See them with: compliance list persons"),
        )
    why = _("Did you mean: {names}?").format(names=", ".join(near)) if near else ""
    return UsageError(
        _("{option}: there is no “{text}”").format(option=option, text=text),
        why=why,
        remedy="" if near else _see(option),
    )


_LISTED = {
    "--account": "accounts", "--from": "accounts", "--to": "accounts", "--as": "accounts",
    "--fund": "funds", "--from-fund": "funds", "--to-fund": "funds",
    "--source": "sources", "--donor": "sources", "--acts-for": "sources",
    "--programme": "programmes", "--document": "documents", "--evidence": "documents", "--material": "materials",
    "MATERIAL": "materials", "--amends": "filings",
}  # fmt: skip
"""Option -> the kind of fact it names, as ``list`` calls it."""


def _see(option: str) -> str:
    if option not in _LISTED:
        return _("See the kinds of facts there are: compliance list --help")
    if option == "--account":
        return _(
            "See what there is: compliance list accounts — a cash box or a bank account that is not there yet:"
            " compliance record account --class cash|bank --title TITLE"
        )
    return _("See what there is: compliance list {kind}").format(kind=_LISTED[option])


def pick(
    value: str | None, option: str, question: str, names: Mapping[str, str], last: Sequence[str] = ()
) -> str:
    """An existing thing by id or name; a person is shown what there is and may try again.

    The newest of ``last`` (ids used before) is offered.
    """
    offered = next((entity for entity in last if entity in names), None)
    if value is None and interactive():
        for entity in list(names)[:40]:
            say(f"   {_named(entity, names)}")
    while True:
        given = need(value, option, question, default=offered)
        try:
            return find(given, names, option)
        except UsageError as error:
            if value is not None or not interactive():
                raise
            say(str(error))


def titles(facts: Mapping[str, Any]) -> dict[str, str]:
    """id -> title or name, for ``find``; people and what has neither have only their id."""
    return {
        entity: getattr(fact, "title", None) or getattr(fact, "name", None) or ""
        for entity, fact in facts.items()
    }


def places(books: Books) -> dict[str, str]:
    """Where money lies: asset accounts of a class for it (bank, cash, ...), and own ones without a class."""
    from compliance.ledger.chart import SYSTEM_CLASSES

    return {
        entity: account.title
        for entity, account in books.accounts.items()
        if account.type == "asset" and account.account_class not in SYSTEM_CLASSES
    }


def of_type(books: Books, kind: str) -> dict[str, str]:
    return {entity: account.title for entity, account in books.accounts.items() if account.type == kind}


def only(
    value: str | None, option: str, question: str, names: Mapping[str, str], last: Sequence[str] = ()
) -> str:
    """Like ``pick``, without a question where there is just one to choose."""
    if value is None and len(names) == 1:
        return next(iter(names))
    return pick(value, option, question, names, last)


def optional(value: str | None, option: str, names: Mapping[str, str]) -> str | None:
    return find(value, names, option) if value else None


def filing(books: Books, amends: str | None) -> str | None:
    return optional(amends, "--amends", titles(books.filings))


# Values


def given(**options: Any) -> dict[str, Any]:
    """The options that were given; an empty text empties a field."""
    return {name: None if value == "" else value for name, value in options.items() if value is not None}


def some_day(value: str | None, option: str) -> date | str | None:
    """An optional day: ``None`` not given, ``""`` emptied."""
    return day(value, option, "") if value else value


def happened(app: App, value: str | None, option: str, question: str, *, ahead_days: int = 1) -> date:
    """A day on which something happened: not before 1990, not after tomorrow (time zones differ)."""
    found = day(value, option, question)
    if found < EARLIEST or found > app.today + timedelta(days=ahead_days):
        raise UsageError(
            _("{option}: {day} cannot be right: today is {today}").format(
                option=option, day=found.isoformat(), today=app.today.isoformat()
            ),
            remedy=_("Look for a slip in the year."),
        )
    return found


def kind_of(
    value: str | None, option: str, question: str, allowed: Sequence[str], *, new: bool
) -> str | None:
    """One of ``allowed``, asked for when the thing is new; ``None`` keeps what is recorded."""
    return choice(value, option, question, allowed) if new or value is not None else None


def currency_of(value: str | None, account: Account | None, app: App) -> str:
    from compliance.money import is_currency

    if value is not None and not is_currency(value):
        raise UsageError(_("a currency is three capital letters, such as RUB"))
    held = account.currency if account is not None else None
    if value and held and value != held:
        raise UsageError(
            _("account {account} is kept in {currency}").format(account=account.entity, currency=held)  # type: ignore[union-attr]
        )
    return value or held or app.workspace.config.currency


def positive(amount_minor: int, option: str, *, zero: bool = False) -> int:
    if amount_minor < 0 or (amount_minor == 0 and not zero):
        raise UsageError(
            _("{option}: an amount is more than zero; the kind of act gives the sign").format(option=option),
            remedy=_("A gift given back to its donor: compliance record income --refund"),
        )
    return amount_minor


# The last line


def recorded(n: int, what: str) -> None:
    say(_("recorded {n}: {what}").format(n=n, what=what))


def posted(kind: str, numbers: Sequence[int], on: date, what: str) -> None:
    """The same for transactions, with the numbers that ``list transactions`` and ``record reverse`` know."""
    from compliance.commands.words import word

    named = ", ".join(str(number) for number in numbers)
    recorded(len(numbers), f"{word('kind', kind)} {named}, {on.isoformat()}, {what}")


def money(amount_minor: int, currency: str) -> str:
    return f"{display(amount_minor, currency, language())} {currency}"


def put(
    app: App,
    command: str,
    model: type[Fact],
    entity: str,
    fields: Mapping[str, Any],
    *,
    named: bool = True,
    papers: Callable[[Writing], Sequence[Fact]] = lambda _writing: (),
) -> Revision[Any]:
    """One versioned fact in one event with its ``papers``, and the lines that say so; ``named`` as for ``revised``."""
    for name, value in fields.items():
        if isinstance(value, str):
            refuse_placeholder(value, f"--{name}")
    with app.writing(f"record {command}") as writing:
        revision = revised(writing.books, command, model, entity, fields, named=named)
        if revision.fact is not None:
            writing.event.add(revision.fact)
        kept = papers(writing)
        writing.event.add(*kept)
    announce(command, entity, revision)
    for paper in kept:
        recorded(1, f"document {paper.entity}")
    return revision


def revised(
    books: Books, command: str, model: type[Fact], entity: str, fields: Mapping[str, Any], *, named: bool
) -> Revision[Any]:
    """The next version. Only who ``named`` the id may correct: two things of one title must not become one."""
    from compliance.ledger.revise import revise

    revision = revise(books, model, entity, fields)
    if not named and revision.fact is not None and revision.version > 1:
        raise UsageError(
            _("there is already {kind} {id}").format(kind=command, id=entity),
            remedy=_(
                "To correct it, say --id {id}; if this is another one, give it an --id of its own."
            ).format(id=entity),
        )
    return revision


def announce(command: str, entity: str, revision: Revision[Any], *, secret: Sequence[str] = ()) -> None:
    """``secret`` names vault fields that changed: named, their values not shown."""
    if revision.fact is None and not secret:
        say(_("nothing new: {kind} {id} is recorded so already").format(kind=command, id=entity))
        return
    recorded(1, f"{command} {entity}")
    for change in revision.changes:
        if change.field not in ("commitment", "looks"):
            say(f"   {change.field}: {_shown(change.before)} → {_shown(change.after)}")
    for field in secret:
        say("   " + _("{field}: changed in the vault").format(field=field))


def _shown(value: Any) -> str:
    """As text; what seems to be about a person is masked, for the screen is read by others too."""
    if value is None:
        return "—"
    from compliance.reports.privacy import lint, mask

    return mask(str(value)) if isinstance(value, str) and lint(value) else str(value)
