"""``doctor``: what this computer has and lacks."""

from __future__ import annotations

import click

from compliance.commands.output import Column, emit, format_option
from compliance.i18n import _


@click.command(help=_("What this computer has and lacks, and how to get it."))
@format_option
def doctor(fmt: str) -> None:
    from compliance.doctor import inspect

    rows = [
        {"name": probe.name, "ok": probe.ok, "detail": probe.detail, "remedy": probe.remedy}
        for probe in inspect()
    ]
    columns = [
        Column("name", _("What")),
        Column("ok", _("There")),
        Column("detail", _("Found")),
        Column("remedy", _("What to do")),
    ]
    emit(rows, columns, "doctor/1", fmt)
