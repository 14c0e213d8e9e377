"""The door of this package: which format a file is of, and its statements."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from compliance import limited, plugins
from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import N_, _
from compliance.importers.model import Balances, Context, Importer, Statement
from compliance.importers.source import Source

if TYPE_CHECKING:
    from compliance.profiles import CsvProfile

_CHILD_SECONDS, _SECONDS_A_MIB = 20, 4
_HELPERS = ("accounts", "identity", "model", "reading", "scramble", "source", "tally")
_BY_PROFILE = ("csv", "xlsx")
_BLANK = b"\xef\xbb\xbf \r\n\t"
_SAVE = N_(
    "Open it in Excel or LibreOffice, save it as XLSX, and describe its table: compliance profile propose FILE."
)
_NOT_STATEMENTS = (
    (b"PK\x03\x04", "ZIP, DOCX, ODS", N_("Unpack it and load what is in it; save a table as XLSX first.")),
    (b"%PDF", "PDF", ""),
    (b"\xd0\xcf\x11\xe0", "XLS, DOC", _SAVE),
    (b"<html", "HTML", _SAVE),
    (b"<!doctype html", "HTML", _SAVE),
    (b"<table", "HTML", _SAVE),
    (b"<", "HTML, XML", ""),
)


@cache
def importers() -> tuple[Importer, ...]:
    """Every known format's module."""
    found = plugins.modules("compliance.importers", without=_HELPERS)
    return tuple(cast(Importer, module) for module in found)


def read_statements(
    data: bytes | Source,
    filename: str = "",
    *,
    accounts: Mapping[str, str] | None,
    profiles: Mapping[str, CsvProfile] | None = None,
    profile: str = "",
    balances: Balances | None = None,
    any_account: bool = False,
) -> list[Statement]:
    """The statements in one file, each proved whole; their lines are decoded when iterated.

    ``data`` is the file's bytes, or better a `Source` (`Source.of_file`: never held whole, so
    that memory stays flat). ``accounts`` maps the own accounts' numbers to currencies; None checks
    nothing, and with ``any_account`` those of others are read as well. ``balances`` stand in where the file carries none.
    ``InputError`` (exit 3) with FILE:LINE for everything that is wrong with the file.
    """
    source = data if isinstance(data, Source) else Source.of_bytes(data, filename)
    context = Context(accounts, profiles or {}, profile, balances or Balances(), any_account)
    return identified(source, context).read(source, context)


def try_apart(source: Source, context: Context) -> None:
    """Read a file of a format that libraries in C read (XML, workbooks) once in the limited child.

    ``InputError`` as in reading it, and where the child dies of it: then it is never read here.
    """
    importer = identified(source, context)
    if getattr(importer, "LIMITED", False):
        seconds = _CHILD_SECONDS + source.size // MiB * _SECONDS_A_MIB
        name = importer.__name__  # type: ignore[attr-defined]
        limited.run(f"{__name__}:survives", name, source, context, seconds=seconds)


def survives(module: str, source: Source, context: Context) -> None:
    """Read all of a file once, for nothing: in the limited child, where a hostile one does no harm."""
    for statement in cast(Importer, import_module(module)).read(source, context):
        for _line in statement.lines():
            pass


def identified(source: Source, context: Context) -> Importer:
    """The one format that claims the file; ``Context.profile`` may choose among several by name.

    ``InputError`` when none claims it, or several do: a guess could load wrong money.
    """
    claiming = [part for part in importers() if part.identify(source.head, context)]
    named = [part for part in importers() if context.profile == part.NAME]
    if named:
        if named[0] not in claiming:
            raise InputError(
                _("the file is not of the format {name}").format(name=named[0].NAME),
                place=source.name,
                why=_("Looked for: {signs}.").format(signs=_(named[0].SIGN)),
                remedy=_("Leave --profile out, and the format is found by itself."),
            )
        return named[0]
    if len(claiming) > 1 and context.profile in context.profiles:
        claiming = [part for part in claiming if part.NAME in _BY_PROFILE]
    if len(claiming) > 1:
        raise InputError(
            _("the file fits several formats: {names}").format(
                names=", ".join(part.NAME for part in claiming)
            ),
            place=source.name,
            why=_("Read in the wrong one, money could be lost silently."),
            remedy=_("Name the right one: {choices}.").format(
                choices=", ".join(f"--profile {part.NAME}" for part in claiming)
            ),
        )
    if not claiming:
        raise _unknown(source, context)
    return claiming[0]


def _unknown(source: Source, context: Context) -> InputError:
    head = source.head.lstrip(_BLANK)[:20].lower()
    kind, remedy = next(
        ((kind, remedy) for magic, kind, remedy in _NOT_STATEMENTS if head.startswith(magic.lower())),
        ("", ""),
    )
    looked = "; ".join(_(part.SIGN) for part in importers())
    known = ", ".join(sorted(context.profiles)) or "-"
    why = _("Looked for: {signs}. Profiles in schedules.yaml: {names}.").format(signs=looked, names=known)
    if kind:
        why = _("It is of another kind ({kind}).").format(kind=kind) + " " + why
    return InputError(
        _("this is not a statement that we can read"),
        place=source.name,
        why=why,
        remedy=_(remedy)
        if remedy
        else _(
            "Export the statement from the bank in one of these formats, or describe its table: "
            "compliance profile propose FILE."
        ),
    )
