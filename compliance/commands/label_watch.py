"""``label verify --watch``: the verdict of each file as it comes or changes.

One loop that looks at times and sizes: this works on every disk and share, and asks for no other program. A file
is measured when it was the same at two looks, so that one still being written is left to be finished.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.commands.label_files import refused, watched_files
from compliance.commands.label_shared import compared, label_for, principal_name, verification_row
from compliance.commands.output import emit, say
from compliance.errors import InputError, Refused, UsageError
from compliance.i18n import _, ngettext

if TYPE_CHECKING:
    from datetime import date

    from compliance.commands.app import App
    from compliance.filings.labelling import Wanted
    from compliance.labels.model import Label

Stamp = tuple[int, int, int]


def watched(
    app: App,
    paths: tuple[Path, ...],
    on: date,
    principal: str,
    every: float,
    fmt: str,
    heard: Callable[[Path, Label], Label],
) -> int:
    """Measures ``paths``, folders opened up, then what comes and changes there, looking ``every`` so many seconds,
    until Ctrl-C. ``heard``: the label with its recording, where a file needs one. Returns the worst code of the
    files as they are then."""
    from compliance.commands import label_told
    from compliance.labels.door import many, medium_of, verify_file
    from compliance.labels.model import Verification

    if fmt not in ("table", "jsonl"):
        raise UsageError(_("with --watch the rows come one by one: --format table or jsonl"))
    for path in paths:
        if not path.exists():
            raise UsageError(_("{path}: there is no such file or folder").format(path=path))
    whose, known = principal_name(app, principal), compared(app)
    labels: dict[str, Wanted | None] = {}
    found: list[Verification] = []
    rules: list[str] = []
    codes: dict[Path, int] = {}

    def wanted(medium: str) -> Wanted | None:
        if medium not in labels:
            labels[medium] = label_for(app, medium, on, whose, known)
        return labels[medium]

    def tell(path: Path) -> None:
        """One file; its code is kept before it is told, so that Ctrl-C right after it ends with it."""
        try:
            medium = medium_of(path).MEDIA[0]
            label = wanted(medium)
            verification = verify_file(path, heard(path, label.label), by=children) if label else None
        except (InputError, Refused) as error:
            codes[path] = error.exit_code
            row = refused(path, error)
        else:
            codes[path] = 0 if verification is None or verification.ok else 1
            if label is None or verification is None:
                row = {"path": str(path), "verdict": "not_needed"}
                say(f"{path}: {label_told.not_wanted(medium, on)}")
            else:
                row = verification_row(verification)
                found[:] = [verification, *found[:99]]
                rules[:] = dict.fromkeys((*rules, label.label.rule))
                if fmt == "table":
                    label_told.verification(verification)
        if fmt != "table":
            emit([row], [], "label-verify/1", fmt)

    say(_("Watching; Ctrl-C ends it."))
    with many() as children, suppress(KeyboardInterrupt):
        _watch(paths, tell, codes, every)
    if fmt == "table":
        label_told.unverified(found, rules)
    wrong = sum(1 for code in codes.values() if code)
    say(
        ngettext("{n} file was watched; not right: {wrong}", "{n} files were watched; not right: {wrong}", len(codes))
        .format(n=len(codes), wrong=wrong)
    )  # fmt: skip
    return max(codes.values(), default=0)


def _watch(
    paths: tuple[Path, ...], tell: Callable[[Path], None], codes: dict[Path, int], every: float
) -> None:
    """Without end: ``tell`` of each file that is new or changed; what is gone goes out of ``codes`` too."""
    seen: dict[Path, Stamp] = {}
    before: dict[Path, Stamp] | None = None
    while True:
        now = _stamps(paths)
        for path in sorted(seen.keys() - now.keys()):
            del seen[path]
            codes.pop(path, None)
            say(_("{path}: is gone").format(path=path))
        for path, stamp in now.items():
            if seen.get(path) != stamp and (before is None or before.get(path) == stamp):
                seen[path] = stamp
                tell(path)
        before = now
        time.sleep(every)


def _stamps(paths: tuple[Path, ...]) -> dict[Path, Stamp]:
    """What tells one state of a file from another, for each that is there."""
    found = {}
    for path in watched_files(paths):
        try:
            state = path.stat()
        except OSError:
            continue  # gone between two looks
        found[path] = (state.st_mtime_ns, state.st_size, state.st_ino)
    return found
