"""Finding and reading schedules.yaml: what holds on which day, and mistakes with their line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compliance.errors import InputError, SetupError
from compliance.workspace import FILE, find, open_workspace

ROOT = Path(__file__).parent.parent
SHORTEST = ROOT / "compliance" / "templates" / "schedules.shortest.yaml"
FULL = """\
organisation:
  names:
    2020-01-31: {nominative: Old, instrumental: by Old}
    2024-06-10: {nominative: New, genitive: of New}
  statuses:
    listed: {since: 2025-02-17, until: 2026-01-01}
  address:
    2020-01-31: Here
    2025-01-01: There
regimes: []
currency: EUR
packs: law
"""


def written(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text, encoding="utf-8")
    return folder


def test_found_from_below(tmp_path: Path) -> None:
    below = written(tmp_path, FULL) / "a" / "b"
    below.mkdir(parents=True)
    assert find(below) == tmp_path
    space = open_workspace(below)
    assert space.folder == tmp_path
    assert space.packs == [tmp_path / "law"]


def test_none_shows_the_shortest_file_which_is_valid(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        open_workspace(tmp_path)
    shown = caught.value.remedy.split("\n\n", 1)[1]
    assert shown == SHORTEST.read_text(encoding="utf-8")
    config = open_workspace(written(tmp_path, shown)).config
    assert config.statuses
    assert config.regimes
    assert len(shown.splitlines()) <= 8


def test_what_holds_on_a_day(tmp_path: Path) -> None:
    config = open_workspace(written(tmp_path, FULL)).config
    assert config.names_on(date(2024, 6, 9)).nominative == "Old"
    assert config.names_on(date(2024, 6, 10)).nominative == "New"
    assert config.names_on(date(2000, 1, 1)).nominative == "Old"
    assert config.slots(date(2025, 1, 1)) == {
        "name.nominative": "New",
        "name.genitive": "of New",
        "registrant": "New",
    }
    assert (config.address_on(date(2024, 1, 1)), config.address_on(date(2025, 1, 1))) == ("Here", "There")
    assert config.statuses == {"listed": (date(2025, 2, 17), date(2026, 1, 1))}


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("currency: EUR", "currency: euro"), 11),
        (("currency: EUR", "colour: red"), 11),
        (("currency: EUR", "currency: EUR\ncurrency: RUB"), 12),
        (("2025-02-17", "17.02.2025"), 6),
        (("2024-06-10", "2024-13-10"), 4),
        (("  address:", "  adress:"), 7),
        (("regimes: []", "regimes: &a []"), 10),
        (("regimes: []", "regimes: ["), 10),
        (("{nominative: Old, instrumental: by Old}", "{instrumental: by Old}"), 3),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, change: tuple[str, str], line: int) -> None:
    folder = written(tmp_path, FULL.replace(*change))
    with pytest.raises(InputError) as caught:
        open_workspace(folder)
    assert f"{FILE}:{line}" in str(caught.value)


def test_the_example_of_the_project_is_complete(tmp_path: Path) -> None:
    """Every key that there is stands in schedules.yaml, so that it can serve as the reference."""
    from compliance.workspace import Config

    space = open_workspace(written(tmp_path, (ROOT / FILE).read_text(encoding="utf-8")))
    text = (ROOT / FILE).read_text(encoding="utf-8")
    optional = {"packs"}  # a folder that only some have
    for name in set(Config.model_fields) - optional:
        assert f"\n{name}:" in text or f" {name}:" in text, name
    assert space.config.imports.profiles
