"""A rule set to begin with: an invented act, commented, that loads and proves itself."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from compliance.errors import InputError
from compliance.files import write_whole
from compliance.i18n import _, language

_FOLDER = Path(__file__).parent.parent / "templates" / "pack"
_NAME = re.compile(r"[a-z]{2,8}\Z")


def write_template(folder: Path, checked_on: date) -> list[Path]:
    """The files of a new rule set named like ``folder``, with comments in the interface language.

    ``InputError`` when the folder exists, or its name is none for a rule set.
    """
    if not _NAME.match(folder.name):
        raise InputError(
            _("a rule set is called by two to eight small Latin letters"),
            place=str(folder),
            remedy=_("Such as: compliance rules new our-law/zz"),
        )
    if folder.exists():
        raise InputError(
            _("the output already exists"), place=str(folder), remedy=_("Move it away or give another name.")
        )
    source = _FOLDER / language()
    made = []
    for path in sorted(source.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        text = text.replace("NAME", folder.name).replace("CHECKED", checked_on.isoformat())
        target = folder / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, text.encode())
        made.append(target)
    return made
