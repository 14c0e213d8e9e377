"""The door of this package: which format a file is of, and its statements."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, cast

from compliance import plugins
from compliance.errors import InputError
from compliance.i18n import _
from compliance.importers.model import Context, Importer, Statement
from compliance.importers.source import Source

if TYPE_CHECKING:
    from compliance.profiles import CsvProfile

_HELPERS = ("accounts", "identity", "model", "reading", "source", "tally")
_NOT_STATEMENTS = (
    (b"PK\x03\x04", "XLSX, DOCX, ZIP"),
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "XLS, DOC"),
    (b"<", "HTML, XML"),
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
    opening_minor: int | None = None,
    closing_minor: int | None = None,
) -> list[Statement]:
    """The statements in one file, each proved whole; their lines are decoded when iterated.

    ``data`` is the file's bytes, or better a `Source` (`Source.of_file`: read once, kept packed, so
    that memory stays flat). ``accounts`` maps the own accounts' numbers to currencies; None checks
    nothing. The balances are in minor units, typed by a user for a file that carries none.
    ``InputError`` (exit 3) with FILE:LINE for everything that is wrong with the file.
    """
    source = data if isinstance(data, Source) else Source.of_bytes(data, filename)
    context = Context(accounts, profiles or {}, profile, opening_minor, closing_minor)
    claiming = [part for part in importers() if part.identify(source.head, context)]
    if len(claiming) > 1:
        raise InputError(
            _("the file fits several formats: {names}").format(
                names=", ".join(part.NAME for part in claiming)
            ),
            place=source.name,
            remedy=_("Make the profile's header exact, in schedules.yaml."),
        )
    if not claiming:
        raise _unknown(source, context)
    return claiming[0].read(source, context)


def _unknown(source: Source, context: Context) -> InputError:
    known = ", ".join(sorted(context.profiles)) or "-"
    why = _(
        "It does not begin like a statement for 1C, and no CSV profile has its header (profiles: {names})."
    )
    for magic, kind in _NOT_STATEMENTS:
        if source.head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(magic):
            why = _("It is of another kind ({kind}); profiles: {names}.").replace("{kind}", kind)
    return InputError(
        _("this is not a statement that we can read"),
        place=source.name,
        why=why.format(names=known),
        remedy=_(
            "Export the statement from the bank in the 1C format, or describe its CSV under imports: profiles: in "
            "schedules.yaml; the header there must be the file's own header line, each column once."
        ),
    )
