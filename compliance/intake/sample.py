"""A statement without the people in it: to show a file that fails to those who can mend the reader.

Structure, lengths, encoding, check digits, amounts and days stay; every other letter and digit is
replaced (``importers.scramble``). The sample is believed only when it is proven to do the same as the
original: to be refused at the same place for the same reason, or to be read as the same lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from compliance import limited
from compliance.errors import InputError
from compliance.i18n import _
from compliance.importers.accounts import letters_and_digits
from compliance.importers.identity import with_occurrences
from compliance.importers.model import Balances, Context, Importer, Statement
from compliance.importers.reading import identified, importers, read_statements
from compliance.importers.scramble import Scrambler, Span
from compliance.importers.source import Source
from compliance.intake.sample_workbook import scrambled_workbook

_MASKED = re.compile(r"\w*…\w+|'[^']*'")
_DIGITS = re.compile(r"[0-9]")
_SECONDS = 120
Kept = Callable[[str], Iterable[Span]]


@dataclass(frozen=True, slots=True)
class Sample:
    """``data`` is the sample's bytes; ``refusal`` the place and the reason, None for a file that is read; ``lines`` read."""

    data: bytes
    refusal: tuple[str, str] | None
    lines: int


def make_apart(source: Source, context: Context, secret: bytes) -> Sample:
    """As `make`, in the limited child: a file that fails may be a hostile one."""
    return Sample(*limited.run(f"{__name__}:plain", source, context, secret, seconds=_SECONDS))


def plain(source: Source, context: Context, secret: bytes) -> tuple[bytes, tuple[str, str] | None, int]:
    """What `make` gives, without a class of ours."""
    made = make(source, context, secret)
    return made.data, made.refusal, made.lines


def make(source: Source, context: Context, secret: bytes) -> Sample:
    """The sample of ``source``, proven. ``InputError`` when it does not do the same as the original.

    ``secret`` decides the new letters and digits: random bytes, forgotten afterwards.
    """
    part = _format(source, context)
    if part is not None and source.head.startswith(b"PK\x03\x04"):
        scrambler = Scrambler(secret)
        data = scrambled_workbook(source, scrambler, lambda text: part.kept(text, context))
    else:
        encoding = _encoding(source)
        scrambler = Scrambler(secret, encoding)
        data = _scrambled(source, encoding, scrambler, lambda text: _kept(part, text, context))
    ours = _outcome(source, context)
    theirs = _outcome(Source.of_bytes(data, source.name), _scrambled_context(context, scrambler, source))
    if ours.shape != theirs.shape:
        raise InputError(
            _("no sample could be made that does the same as the file"),
            place=source.name,
            why=_("What matters in this file stands in a text that a sample must not keep."),
            remedy=_("Nothing was written. Show the file only to somebody whom you may show it."),
        )
    return Sample(data, theirs.refusal, theirs.lines)


def _format(source: Source, context: Context) -> Importer | None:
    try:
        return identified(source, context)
    except InputError:
        return None


def _kept(part: Importer | None, text: str, context: Context) -> Iterable[Span]:
    """Of a file of no format, what any of them would keep: its words say why it is none."""
    for item in importers() if part is None else (part,):
        yield from item.kept(text, context)


def _scrambled(source: Source, encoding: str, scrambler: Scrambler, kept: Kept) -> bytes:
    data = b"".join(source.chunks())
    text = data.decode(encoding, "surrogateescape")
    return scrambler.text(text, kept(text)).encode(encoding, "surrogateescape")


def _encoding(source: Source) -> str:
    """One in which the file's letters are letters; bytes that it does not know survive as they are."""
    from compliance.importers._texts import likely_encoding

    data = b"".join(source.chunks())
    high = len(data) - len(data.translate(None, bytes(range(0x80, 0x100))))
    lost = sum("\udc80" <= sign <= "\udcff" for sign in data.decode("utf-8", "surrogateescape"))
    if lost * 10 <= high:
        return "utf-8"
    name = likely_encoding(source)
    if name == "utf-16":
        name = "utf-16-le" if data.startswith(b"\xff\xfe") else "utf-16-be"
    try:
        same = data.decode(name, "surrogateescape").encode(name, "surrogateescape") == data
    except UnicodeError:
        same = False
    return name if same else "iso-8859-1"


def _scrambled_context(context: Context, scrambler: Scrambler, source: Source) -> Context:
    """The own accounts and the profiles, as the sample writes them."""
    accounts, head = context.accounts, source.head.replace(b"\0", b"").decode("latin-1")

    def own_number(number: str) -> str:
        """Of a number that the file writes in groups, each group is another."""
        if number in head or not number.isalnum():
            return scrambler.text(number)
        found = re.search(r"[^\w\s]?".join(number), head)
        return letters_and_digits(scrambler.text(found[0] if found else number))

    own: Mapping[str, str] | None = None
    if accounts is not None:
        own = {own_number(number): currency for number, currency in accounts.items()}
    profiles = {
        name: profile.model_copy(update={"account": scrambler.text(profile.account)})
        if profile.account
        else profile
        for name, profile in context.profiles.items()
    }
    typed = context.balances
    openings, closings = (
        {own_number(number): minor for number, minor in given.items()}
        for given in (typed.openings, typed.closings)
    )
    carried = {(own_number(number), on): minor for (number, on), minor in typed.carried.items()}
    return replace(context, accounts=own, profiles=profiles, balances=Balances(openings, closings, carried))


@dataclass(frozen=True, slots=True)
class _Outcome:
    shape: Any
    refusal: tuple[str, str] | None = None
    lines: int = 0


def _outcome(source: Source, context: Context) -> _Outcome:
    """What reading ends in, without what a sample may change."""
    try:
        statements = read_statements(
            source, accounts=context.accounts, profiles=context.profiles, profile=context.profile,
            balances=context.balances,
        )  # fmt: skip
        return _Outcome([_shape(item) for item in statements], lines=sum(item.count for item in statements))
    except InputError as error:
        place = re.sub(r":[^:]*!", ":!", error.place)
        return _Outcome(
            (place, _DIGITS.sub("0", _MASKED.sub("…", error.what))), refusal=(error.place, error.what)
        )


def _shape(statement: Statement) -> Any:
    numbered = with_occurrences(statement.account, statement.lines(), by_day=statement.by_day)
    lines = [
        (
            line.on, line.amount_minor, line.currency, len(line.bank_ref), bool(line.kind), [len(text) for text in line.counterparty[:5]],
            [bool(text) for text in line.counterparty[5:]], len(line.purpose), occurrence,
        )
        for line, _identity, occurrence in numbered
    ]  # fmt: skip
    return (
        len(statement.account), statement.currency, statement.period, statement.opening_minor, statement.closing_minor, statement.by_day,
        len(statement.notes), lines,
    )  # fmt: skip
