"""Do the books lie where nothing copies them behind our back?"""

from __future__ import annotations

from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _


@check("books.synchronised", "books", N_("Books in a folder that a program copies to other computers"))
def synchronised(context: Context) -> Findings:
    if context.synchronised:
        yield Finding(
            "books.synchronised",
            "warning",
            "workspace",
            _(
                "{service} copies the folder of the books while the program writes: books may come back older, or twice"
            ).format(service=context.synchronised),
            _("Move the folder out of it; what may travel is a sealed copy: compliance backup FILE"),
        )
