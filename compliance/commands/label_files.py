"""The files that ``label`` commands are given: folders opened up, one refused file does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from glob import glob
from pathlib import Path
from typing import Any

from compliance.commands.output import say
from compliance.errors import InputError, Refused, UsageError
from compliance.i18n import _


def named_files(paths: tuple[Path, ...], *, copies: bool) -> list[Path]:
    """The files; of a folder all in it that a medium of ours reads, without labelled copies unless ``copies``."""
    endings = _endings()
    found: list[Path] = []
    for path in _spelled_out(paths):
        if not path.is_dir():
            found.append(path)
            continue
        inside = [item for item in _inside(path, endings) if copies or not item.stem.endswith(".labelled")]
        if not inside:
            raise UsageError(
                _("{path}: there is no file in this folder that can be labelled here").format(path=path),
                remedy=_("Known are: {known}").format(known=", ".join(sorted(endings))),
            )
        found += inside
    return found


def watched_files(paths: tuple[Path, ...]) -> list[Path]:
    """The files there are now: of a folder all in it that a medium of ours reads, be there none."""
    endings = _endings()
    return [item for path in paths for item in (_inside(path, endings) if path.is_dir() else [path])]


def _endings() -> set[str]:
    from compliance.labels.door import media

    return {suffix for medium in media() for suffix in medium.SUFFIXES}


def _inside(folder: Path, endings: set[str]) -> list[Path]:
    return [
        item
        for item in sorted(folder.rglob("*"))
        if item.is_file()
        and item.suffix.lower() in endings
        and not any(part.startswith(".") for part in item.relative_to(folder).parts)
    ]


def _spelled_out(paths: Iterable[Path]) -> Iterable[Path]:
    """Patterns (``posts/**/*.html``) as the files they name, where the shell has left them to us."""
    for path in paths:
        if path.exists() or not any(char in path.name or char in str(path.parent) for char in "*?["):
            yield path
            continue
        found = sorted(item for item in map(Path, glob(str(path), recursive=True)) if item.is_file())  # noqa: PTH207 - Path.glob takes no whole path
        if not found:
            raise UsageError(_("{path}: no file has such a name").format(path=path))
        yield from found


def each_file(
    paths: Iterable[Path], act: Callable[[Path], int], rows: list[dict[str, Any]] | None = None
) -> int:
    """``act`` on every file; one that is refused is told (and put into ``rows``) and the next is taken.

    Returns the worst code.
    """
    worst = 0
    for path in paths:
        try:
            code = act(path)
        except (InputError, Refused) as error:
            row = refused(path, error)
            code = error.exit_code
            if rows is not None:
                rows.append(row)
        worst = max(worst, code)
    return worst


def refused(path: Path, error: InputError | Refused) -> dict[str, Any]:
    """Tells why a file was refused; the same as a row."""
    say(str(error) if error.place else f"{path}: {error}")
    return {"path": str(path), "verdict": "refused", "error": error.what, "exit_code": error.exit_code}
