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
    from compliance.labels.door import media

    endings = {suffix for medium in media() for suffix in medium.SUFFIXES}
    found: list[Path] = []
    for path in _spelled_out(paths):
        if not path.is_dir():
            found.append(path)
            continue
        inside = [
            item
            for item in sorted(path.rglob("*"))
            if item.is_file()
            and item.suffix.lower() in endings
            and not any(part.startswith(".") for part in item.relative_to(path).parts)
            and (copies or not item.stem.endswith(".labelled"))
        ]
        if not inside:
            raise UsageError(
                _("{path}: there is no file in this folder that can be labelled here").format(path=path),
                remedy=_("Known are: {known}").format(known=", ".join(sorted(endings))),
            )
        found += inside
    return found


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
            say(str(error) if error.place else f"{path}: {error}")
            code = error.exit_code
            if rows is not None:
                rows.append({"path": str(path), "verdict": "refused", "error": error.what, "exit_code": code})
        worst = max(worst, code)
    return worst
