"""A folder of publications brought to today's label in a copy of the folder: each file labelled, updated or left.

The copy is only ever changed where this program wrote it: its log says what that was. The same campaign twice
changes nothing and logs nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Generator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Literal, cast

from compliance import files
from compliance.errors import InputError, Refused, UsageError
from compliance.i18n import _
from compliance.labels import door
from compliance.labels.model import Label

Done = Literal["left", "updated", "labelled", "unneeded", "copied", "refused"]
LabelOf = Callable[[str], Label | None]
Failed = InputError | Refused
Made = door.Relabelled | Failed | None
Work = Callable[["door.Children"], Made]
_MOST_FILES = 100_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file: ``path`` below the folder, what was ``done``, the worst ``verdict`` of its label, the SHA-256 of
    what it was and of what stands in the copy, whether that ``changed``, why it was refused, and what is to be told
    of what names people beside the content."""

    path: str
    done: Done
    verdict: str = ""
    rule: str = ""
    before: str = ""
    after: str = ""
    changed: bool = False
    because: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Campaign:
    """``source`` into ``target``. ``label_of``: a medium's word -> its label of the day, ``None`` where none is wanted.
    ``written``: path -> digest of what an earlier campaign wrote there. ``anonymous``: what is labelled goes without
    what names people beside its content."""

    source: Path
    target: Path
    label_of: LabelOf
    written: Mapping[str, str]
    anonymous: bool = False

    def one(self, path: Path) -> Generator[Work | None, Made, Outcome]:
        """One file: yields what may be done beside other files, is sent what came of it, and writes in its turn."""
        inside = path.relative_to(self.source).as_posix()
        target, ours = self.target / inside, self.written.get(inside, "")
        found: Label | Done | Failed
        try:
            found = self._label(path, inside)
        except (InputError, Refused) as error:
            found = error
        made = (yield self._work(path, found)) if isinstance(found, Label) else (yield None)
        try:
            for failed in (found, made):
                if isinstance(failed, (InputError, Refused)):
                    raise failed
            if not isinstance(found, Label) or not isinstance(made, door.Relabelled):
                return _copied(path, inside, target, ours, cast(Done, found))
            before, after = _digest(path), files.digest(made.data)
            changed = _put(target, made.data, after, ours)
            verdict = made.verification.verdict
            return Outcome(inside, made.done, verdict, found.rule, before, after, changed, notes=made.notes)
        except (InputError, Refused) as error:
            why = "; ".join(part for part in (error.what, error.why) if part)
            return Outcome(inside, "refused", because=why)

    def _label(self, path: Path, inside: str) -> Label | Done:
        """The label that it is to carry, or what is done to it without one."""
        if path.is_symlink():
            raise InputError(_("this is a link to another file"), place=inside)
        if door.carries_none(path):
            return "copied"
        return self.label_of(door.medium_of(path).MEDIA[0]) or "unneeded"

    def _work(self, path: Path, label: Label) -> Work:
        def work(by: door.Children) -> Made:
            try:
                return door.relabelled(path, label, anonymous=self.anonymous, by=by)
            except (InputError, Refused) as error:
                return error

        return work


def files_of(source: Path, target: Path) -> list[Path]:
    """All of ``source`` but what is hidden, in order. ``UsageError`` for folders that lie in each other."""
    here, there = source.resolve(), target.resolve()
    if here == there or here in there.parents or there in here.parents:
        raise UsageError(_("the copy must not lie in the folder, nor the folder in the copy"))
    if not source.is_dir():
        raise UsageError(_("{path}: there is no such folder").format(path=source))
    found = [
        item
        for item in sorted(source.rglob("*"))
        if item.is_file() and not any(part.startswith(".") for part in item.relative_to(source).parts)
    ]
    if len(found) > _MOST_FILES:
        raise UsageError(_("the folder holds more than {n} files").format(n=_MOST_FILES))
    return found


def _copied(path: Path, inside: str, target: Path, ours: str, done: Done) -> Outcome:
    before = _digest(path)
    if _may_write(target, before, ours):
        target.parent.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as stream:
            files.write_chunks(target, iter(lambda: stream.read(files.MiB), b""), overwrite=True)
        return Outcome(inside, done, before=before, after=before, changed=True)
    return Outcome(inside, done, before=before, after=before)


def _put(target: Path, data: bytes, digest: str, ours: str) -> bool:
    if not _may_write(target, digest, ours):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    files.write_whole(target, data, overwrite=True)
    return True


def _may_write(target: Path, digest: str, ours: str) -> bool:
    """Whether something is to be written there: not what stands there already, and never over what is not ours."""
    if not target.exists():
        return True
    standing = _digest(target)
    if standing == digest:
        return False
    if standing != ours:
        raise Refused(
            _("another file stands in its place in the copy"),
            place=str(target),
            remedy=_("Move it away, or make the copy in an empty folder."),
        )
    return True


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# ---- the log

COLUMNS = ("on", *(item.name for item in fields(Outcome) if item.name not in ("changed", "because", "notes")))


def log_of(target: Path) -> Path:
    """``COPY.log.csv`` beside the copy: what stands on a website must not tell of it."""
    where = target.resolve()
    return where.parent / f"{where.name or 'copy'}.log.csv"


def logged(target: Path) -> dict[str, str]:
    """Path -> digest of what the last campaign wrote; empty before the first. `InputError` for another file."""
    return {row["path"]: row["after"] for row in _rows(target)}


def _rows(target: Path) -> list[dict[str, str]]:
    log = log_of(target)
    if not log.is_file():
        return []
    reader = csv.DictReader(io.StringIO(files.read_input(log).decode("utf-8-sig", "replace")))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise InputError(
            _("this is not the log of a campaign"),
            place=str(log),
            remedy=_("Move it away, or name another copy."),
        )
    return list(reader)


def keep_log(target: Path, outcomes: list[Outcome], on: date) -> bool:
    """Add what was changed to the log; ``False`` where nothing was."""
    new = [{"on": on.isoformat(), **asdict(item)} for item in outcomes if item.changed]
    if not new:
        return False
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows([*_rows(target), *new])
    files.write_whole(log_of(target), text.getvalue().encode(), overwrite=True)
    return True
