"""What LibreOffice makes of our files: an office program that shares nothing with ours.

Each process of tests has a profile of its own, so that two of them can run beside each other.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from compliance import fonts

_WAIT = 240


class Office:
    """One profile, one folder; ``close`` removes both."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="office-"))

    def close(self) -> None:
        shutil.rmtree(self._home, ignore_errors=True)

    def converted(
        self, sources: Mapping[str, bytes], to: str, *, our_fonts: bool = False
    ) -> dict[str, bytes]:
        """Every file (name with its suffix -> bytes) opened and saved as ``to`` (pdf, xlsx, ods, docx...).

        ``our_fonts``: with the fonts alone that our PDFs are made with, else with those of the machine.
        """
        environment = {key: value for key, value in os.environ.items() if key != "FONTCONFIG_FILE"}
        if our_fonts:
            environment["FONTCONFIG_FILE"] = str(fonts.configure())
        with tempfile.TemporaryDirectory(dir=self._home) as folder:
            given, made = Path(folder, "given"), Path(folder, "made")
            given.mkdir()
            paths = []
            for number, (name, data) in enumerate(sources.items()):
                paths.append(given / f"{number}{Path(name).suffix}")
                paths[-1].write_bytes(data)
            told = subprocess.run(
                ["soffice", f"-env:UserInstallation={(self._home / 'profile').as_uri()}", "--headless",
                 "--norestore", "--convert-to", to, "--outdir", str(made), *map(str, paths)],
                capture_output=True, check=True, timeout=_WAIT, text=True, env=environment,
            )  # fmt: skip
            results = {name: made / f"{path.stem}.{to}" for name, path in zip(sources, paths, strict=True)}
            lacking = [name for name, path in results.items() if not path.exists()]
            assert not lacking, f"not opened: {lacking}\n{told.stdout}{told.stderr}"
            return {name: path.read_bytes() for name, path in results.items()}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a page and the box that its letters take, in points from the top left."""

    text: str
    page: int
    box: tuple[float, float, float, float]

    def covers(self, other: Word) -> bool:
        """Whether the letters of both stand on each other by more than the rounding of boxes."""
        left, top = max(self.box[0], other.box[0]), max(self.box[1], other.box[1])
        right, bottom = min(self.box[2], other.box[2]), min(self.box[3], other.box[3])
        low = min(self.box[3] - self.box[1], other.box[3] - other.box[1])
        return right - left > 1 and bottom - top > low * 0.4


def words(pdf: bytes) -> list[Word]:
    """The words of every page, by poppler."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        told = subprocess.run(
            ["pdftotext", "-bbox", file.name, "-"], capture_output=True, check=True, encoding="utf-8"
        ).stdout
    found, page = [], 0
    for line in told.splitlines():
        page += line.lstrip().startswith("<page ")
        match = re.search(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*)</word>', line)
        if match:
            left, top, right, bottom = (float(number) for number in match.groups()[:4])
            found.append(Word(unescape(match[5]), page, (left, top, right, bottom)))
    return found


def on_each_other(pdf: bytes) -> list[tuple[str, str]]:
    """Pairs of words printed over one another."""
    seen = words(pdf)
    return [
        (one.text, two.text)
        for at, one in enumerate(seen)
        for two in seen[at + 1 :]
        if one.page == two.page and one.covers(two)
    ]
