"""One broken file for each message of the strict loader; its first comment lines are the message."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from compliance.errors import InputError
from compliance.rules import load_pack
from compliance.rules.examples import read_examples, run

HERE = Path(__file__).parent / "errors" / "rules"
BROKEN = sorted(HERE.glob("*.yaml"))


def pack_folder(tmp_path: Path, name: str = "", text: str = "") -> Path:
    """The small right pack, with one of its files replaced."""
    folder = tmp_path / "xx"
    shutil.copytree(HERE / "base", folder)
    if name:
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_small_pack_is_right(tmp_path: Path) -> None:
    pack = load_pack(pack_folder(tmp_path), cache=None)
    assert [outcome.ok for outcome in run(pack, read_examples(pack))] == [True]


def test_there_are_broken_files() -> None:
    assert len(BROKEN) > 80


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_the_mistake_is_told_with_its_line(path: Path, tmp_path: Path) -> None:
    """`TARGET--MISTAKE.yaml` stands for TARGET of the pack (``__`` is a folder)."""
    text = path.read_text(encoding="utf-8")
    target = path.name.split("--")[0].replace("__", "/") + ".yaml"
    head = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("# ")]
    folder = pack_folder(tmp_path, target, text)
    with pytest.raises(InputError) as caught:
        read_examples(load_pack(folder, cache=None))
    assert str(caught.value).replace(f"{folder}/", "") == "\n".join(head)
    assert caught.value.exit_code == 3


def test_a_mistake_is_told_from_a_warm_cache_too(tmp_path: Path) -> None:
    """A reference to another file breaks when that file changes; the untouched one comes from the cache."""
    folder = pack_folder(tmp_path)
    load_pack(folder, cache=tmp_path / "cache")
    chart = folder / "chart.yaml"
    chart.write_text(chart.read_text(encoding="utf-8").replace("pay", "wages"), encoding="utf-8")
    with pytest.raises(InputError, match=r"forms/money\.yaml:\d+: .*there is no expense line “pay”"):
        load_pack(folder, cache=tmp_path / "cache")


def test_several_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = (HERE / "base" / "regime.yaml").read_text(encoding="utf-8")
    broken = text.replace("binds: [agent]", "binds: [agents]").replace("office, form", "bureau, form")
    with pytest.raises(InputError) as caught:
        load_pack(pack_folder(tmp_path, "regime.yaml", broken), cache=None)
    assert [line.split(": ")[0].rsplit(":", 1)[1] for line in str(caught.value).splitlines()] == ["18", "20"]


def test_no_value_of_the_file_is_echoed(tmp_path: Path) -> None:
    text = (HERE / "base" / "regime.yaml").read_text(encoding="utf-8")
    for place in ("currency: EUR", "checked_on: 2026-01-01", "every: quarter", "days: 30"):
        secret = place.split(": ")[0] + ": Secretly-Ivanov"
        with pytest.raises(InputError) as caught:
            load_pack(
                pack_folder(tmp_path / place[:3], "regime.yaml", text.replace(place, secret)), cache=None
            )
        assert "Ivanov" not in str(caught.value)


def test_a_pack_that_is_not_there(tmp_path: Path) -> None:
    from compliance.rules import load_packs

    with pytest.raises(InputError, match="no rule set “zz”"):
        load_packs(["zz"], [tmp_path])
    with pytest.raises(InputError, match="no rule set"):
        load_packs(["../regimes/x"])


def test_the_callers_folder_comes_first(tmp_path: Path) -> None:
    from compliance.rules import available, load_packs

    pack_folder(tmp_path)
    assert "xx" in available([tmp_path])
    assert load_packs(["xx"], [tmp_path]).packs["xx"].regime.currency == "EUR"


def test_the_digest_covers_every_file(tmp_path: Path) -> None:
    folder = pack_folder(tmp_path)
    seen = {load_pack(folder, cache=None).digest}
    for path in sorted(folder.rglob("*.yaml")):
        path.write_bytes(path.read_bytes() + b"# seen\n")
        seen.add(load_pack(folder, cache=None).digest)
    assert len(seen) == 1 + len(list(folder.rglob("*.yaml")))


def test_forms_are_not_dropped_in_silence(tmp_path: Path) -> None:
    folder = pack_folder(tmp_path)
    for number in range(100):
        (folder / "forms" / f"f{number}.yaml").write_text("x: y\n", encoding="utf-8")
    with pytest.raises(InputError, match="more than 100 forms"):
        load_pack(folder, cache=None)
