"""The legal statuses that ``init`` offers: those the chosen rule packs know, in the packs' own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches

from compliance.commands.ask import day, interactive, maybe
from compliance.commands.output import say
from compliance.errors import UsageError
from compliance.i18n import _


def statuses(given: Sequence[str], regimes: Sequence[str], since: date) -> list[tuple[str, date]]:
    """(status, its first day) of each ``NAME[=DAY]`` given; on a terminal they are chosen from a list."""
    from compliance.rules import load_packs

    known = load_packs(regimes).statuses
    if given:
        return [_parsed(text, known, since) for text in given]
    if not interactive() or not known:
        return []
    return [
        (name, day(maybe(None, _since_when(title, since)) or since.isoformat(), "--status", ""))
        for name, title in _chosen(known).items()
    ]


def _since_when(title: str, since: date) -> str:
    return _("Since which day: {status} (empty: {day})").format(status=title, day=since.isoformat())


def _chosen(known: Mapping[str, str]) -> dict[str, str]:
    """The numbers a person typed, as statuses; asked again until each is on the list."""
    names = list(known)
    say(_("What is true of you? Without a status the law asks nothing of you, and nothing will be due."))
    for number, name in enumerate(names, start=1):
        say(f"  {number:>2}  {known[name]} ({name})")
    while True:
        answer = maybe(None, _("Numbers with commas, empty if none yet")) or ""
        words = answer.replace(",", " ").split()
        wrong = [word for word in words if not _on_the_list(word, names)]
        if not wrong:
            picked = [names[int(word) - 1] if word.isdecimal() else word for word in words]
            return {name: known[name] for name in dict.fromkeys(picked)}
        say(_("“{text}” is no number of the list").format(text=wrong[0]))


def _on_the_list(word: str, names: Sequence[str]) -> bool:
    return word in names or (word.isascii() and word.isdecimal() and 1 <= int(word[:4]) <= len(names))


def _parsed(text: str, known: Mapping[str, str], since: date) -> tuple[str, date]:
    name, _equals, begun = text.partition("=")
    if not name.replace("_", "").isalnum() or not name.isascii():
        raise UsageError(_("--status: write NAME or NAME=DAY, such as foreign_agent=2025-02-17"))
    if known and name not in known:
        near = get_close_matches(name, known, n=1)
        raise UsageError(
            _("--status: no rule set knows the status “{name}”").format(name=name),
            remedy=_("Did you mean “{key}”?").format(key=near[0])
            if near
            else _("Known: {names}").format(names=", ".join(known)),
        )
    return name, day(begun, "--status", "") if begun else since
