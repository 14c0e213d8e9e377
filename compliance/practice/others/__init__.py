"""Practice organisations under other laws: data beside this file, one organisation a file."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from compliance.practice.others.diary import Diary
from compliance.rules.base import Id, Text, Title
from compliance.workspace import Config
from compliance.yamlfile import Day, Strict, load


class Mistake(Strict):
    """``type``: what is typed; ``finds`` the code that `check` then tells, or ``refused`` the exit code of the last."""

    what: Title
    type: tuple[Text, ...] = Field(min_length=1)
    finds: Text | None = None
    refused: int | None = None


class Totals(Strict):
    """What a report must print before the mistakes: cell -> exact minor units."""

    form: Id
    period: Text
    cells: dict[str, int]


class Other(Strict):
    """One organisation: its schedules.yaml, texts it wrote (``files``: name -> text), its ``diary``, the commands of its books and papers, and what is then done wrong."""

    folder: Id
    title: Title
    today: Day
    config: Config
    files: dict[Text, Text] = {}
    diary: Diary | None = None
    books: tuple[Text, ...]
    papers: tuple[Text, ...]
    totals: Totals
    mistakes: tuple[Mistake, ...]

    def written(self) -> dict[str, bytes]:
        """What lies in its folder before anything is typed: file name -> bytes."""
        calendar = {self.diary.file: self.diary.calendar()} if self.diary else {}
        return {name: text.encode() for name, text in self.files.items()} | calendar

    def typed(self) -> Iterator[list[str]]:
        """The commands of its books, each as its words; what the calendar holds comes last."""
        yield from map(words, self.books)
        if self.diary:
            yield self.diary.taken()
            yield from self.diary.decided()


def others() -> Iterator[tuple[Other, str]]:
    """Every organisation with the text of its schedules.yaml."""
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        yield load(Other, path), _config_text(path)


def _config_text(path: Path) -> str:
    """The block ``config`` as a file of its own, as it is written there."""
    lines = path.read_text(encoding="utf-8").splitlines()
    start = lines.index("config:") + 1
    block = []
    for line in lines[start:]:
        if not line.startswith("  "):
            break
        block.append(line[2:])
    return "\n".join([*block, ""])


def words(command: str) -> list[str]:
    """A typed command as its words."""
    return shlex.split(command)
