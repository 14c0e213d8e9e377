"""The files that ``label`` commands are given: folders opened up, one refused file does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
    for path in paths:
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
