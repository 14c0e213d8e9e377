"""schedules.yaml, rule packs and JSON files that are wrong or hostile: FILE:LINE, nothing echoed, nothing hangs."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from hostilekit import call, refused
from reports_books import PACKS
from test_yamlfile import REFUSED
from workbench import PLAIN, Bench, furnished

SECRET = "Canary Caroline"
COMMANDS = (("balance",), ("record", "fund", "--title", "x"), ())


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return furnished(tmp_path_factory.mktemp("master"))


@pytest.fixture
def bench(master: Bench, tmp_path: Path) -> Bench:
    return Bench(Path(shutil.copytree(master.folder, tmp_path / "books")))


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_no_loader_may_take(bench: Bench, name: str) -> None:
    """Duplicate keys, aliases, anchors, tags, merges, sizes, depths: the table of the loader, by each command."""
    text, message = REFUSED[name]
    (bench.folder / "schedules.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    wanted = message.split(" | ")[0].replace("f.yaml", "schedules.yaml")
    for words in COMMANDS if len(text) < 10_000 else COMMANDS[:1]:
        assert wanted in refused(bench, 3, *words), words


def _laughs() -> str:
    lines = ['a0: &a0 ["lol"]']
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, 10)]
    return "\n".join([*lines, PLAIN])


HOSTILE = {
    "no is False": (PLAIN.replace("currency: RUB", "currency: no"), 6),
    "alias bomb": (_laughs(), 1),
    "merge into a secret": (PLAIN + f"x: &x {{name: {SECRET}}}\n<<: *x\n", 7),
    "object of a program": (PLAIN.replace("RUB", "!!python/object/apply:os.system ['touch pwned']"), 6),
    "unknown key with a name": (PLAIN + f'director: "{SECRET}"\n', 7),
    "wrong type with a name": (PLAIN.replace("regimes: []", f'regimes: "{SECRET}"'), 5),
    "a name where a day stands": (
        PLAIN.replace("statuses: {}", f'statuses: {{x: {{since: "{SECRET}"}}}}'),
        4,
    ),
    "two digits of a year": (PLAIN.replace("2025-02-17", "25-02-17"), 3),
    "29 February": (PLAIN.replace("2025-02-17", "2025-02-29"), 3),
    "far future": (PLAIN.replace("2025-02-17", "9999-12-31"), 3),
    "other digits": (PLAIN.replace("2025-02-17", "٢٠٢٥-٠٢-١٧"), 3),
    "look-alike key": (PLAIN.replace("currency", "сurrency"), 6),
    "bidi in a name": (PLAIN.replace("ANO Example", "ANO \u202eelpmaxE"), 3),
    "escape in a name": (PLAIN.replace("ANO Example", "ANO \\u001b[31m"), 3),
    "windows-1251": (PLAIN.replace("ANO Example", "АНО «Пример»").encode("cp1251"), 3),
    "list of a million": (PLAIN + "x: [" + "a," * 400_000 + "]\n", None),
    "thousands of unknown keys": (PLAIN + "".join(f"k{at}: v\n" for at in range(3_000)), 7),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_line_is_named_and_no_value(bench: Bench, name: str) -> None:
    text, line = HOSTILE[name]
    (bench.folder / "schedules.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    for words in COMMANDS if len(text) < 10_000 else COMMANDS[:1]:
        said = refused(bench, 3, *words, said=f"schedules.yaml:{line}" if line else "schedules.yaml")
        assert "Canary" not in said
        assert len(said.splitlines()) < 30
    assert not (bench.folder / "pwned").exists()


@pytest.mark.parametrize("regime", ["nowhere", "../packs/zz", "/etc", "zz/../zz", "CON", "", "x" * 300])
def test_a_law_is_a_name_and_no_path(bench: Bench, regime: str) -> None:
    shutil.copytree(PACKS, bench.folder / "packs")
    text = PLAIN.replace("[]", json.dumps([regime])) + "packs: packs\n"
    (bench.folder / "schedules.yaml").write_text(text, encoding="utf-8")
    for words in (("due",), ("rules", "list"), ("check",)):
        assert call(bench, *words).code in (2, 3, 4), words


@pytest.mark.parametrize("folder", ["nowhere", "/dev", "schedules.yaml", "../..", "x" * 300, "packs\\0"])
def test_packs_from_anywhere(bench: Bench, folder: str) -> None:
    text = PLAIN.replace("[]", "[zz]") + f"packs: {json.dumps(folder)}\n"
    (bench.folder / "schedules.yaml").write_text(text, encoding="utf-8")
    for words in (("due",), ("rules", "list")):
        assert call(bench, *words).code in (2, 3, 4), words


@pytest.mark.parametrize("name", ["regime.yaml", "forms/money.yaml", "forms/sink.yaml"])
@pytest.mark.parametrize("text", ["a: &x 1\n", "[" * 100_000, "", "a: 1\na: 2\n", "\x00", "form: zz_money\n"])
def test_a_broken_pack_is_told_with_its_line(bench: Bench, name: str, text: str) -> None:
    shutil.copytree(PACKS, bench.folder / "packs")
    (bench.folder / "packs" / "zz" / name).write_text(text, encoding="utf-8")
    schedules = PLAIN.replace("statuses: {}", "statuses: {listed: {since: 2020-01-01}}").replace(
        "[]", "[zz]\npacks: packs"
    )
    (bench.folder / "schedules.yaml").write_text(schedules, encoding="utf-8")
    for words in (("due",), ("report", "money", "2025-Q4"), ("rules", "check")):
        refused(bench, 3, *words, said=f"{Path(name).name}:{2 if text.count(chr(10)) > 1 else 1}: ")


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_pack_whose_form_is_a_link_to_a_device(bench: Bench) -> None:
    shutil.copytree(PACKS, bench.folder / "packs")
    (bench.folder / "packs" / "zz" / "forms" / "evil.yaml").symlink_to("/dev/zero")
    (bench.folder / "schedules.yaml").write_text(PLAIN.replace("[]", "[zz]\npacks: packs"), encoding="utf-8")
    refused(bench, 3, "due", said="evil.yaml")


# JSON that people or programs hand us

JSON = {
    "deep": "[" * 100_000,
    "deep objects": '{"a":' * 50_000,
    "not json": "{'a': 1}",
    "empty": "",
    "not text": "\udc80",
    "another shape": "[1, 2, 3]",
    "null": "null",
    "a number": "1" * 5_000,
    "NaN": '{"schema": NaN}',
    "names": json.dumps({"schema": "import-plan/1", "files": SECRET, "parts": []}),
    "half letters": '[{"id": "r", "fund": "f1", "name_contains": "\\ud800"}]',
    "wrong type": json.dumps([{"id": "r", "fund": "f1", "order": SECRET}]),
    "unknown key": json.dumps([{"id": "r", "fund": "f1", "x": SECRET}]),
}


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize("words", [("import", "--apply"), ("queue", "rule", "load")], ids=["plan", "rules"])
def test_json_that_is_none_of_ours(bench: Bench, tmp_path: Path, words: tuple[str, ...], name: str) -> None:
    given = tmp_path / "given.json"
    given.write_bytes(JSON[name].encode("utf-8", "surrogateescape"))
    said = refused(bench, 3, *words, str(given))
    assert "given.json" in said or "half a letter" in said
    assert "Caroline" not in said


@pytest.mark.parametrize(
    "text",
    [
        "", "[" * 100_000, "[]", '{"format": 1}', '{"format": 1, "slots": [7]}', '{"format": 2, "slots": []}',
        '{"format": 1, "slots": [{"salt": "AAAAAAAAAAA=", "nonce": "AAAAAAAAAAAAAAAA", "sealed": "AA==", "memory_kib": 99999999, "passes": 3}]}',
        '{"format": 1, "slots": [{"salt": "AAAAAAAAAAA=", "nonce": "AAAAAAAAAAAAAAAA", "sealed": "AA==", "memory_kib": 8, "passes": 99999999}]}',
    ],
)  # fmt: skip
def test_a_key_file_that_is_none(bench: Bench, tmp_path: Path, text: str) -> None:
    (bench.folder / "keys.json").write_text(text)
    (tmp_path / "words").write_text("open sesame\n")
    with (tmp_path / "words").open("rb") as stream:
        refused(bench, 3, "--key-fd", str(stream.fileno()), "balance", said="key file")


def test_a_descriptor_that_is_not_open(bench: Bench) -> None:
    (bench.folder / "keys.json").write_text('{"format": 1, "slots": []}')
    refused(bench, 4, "--key-fd", "987", "balance")


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "[]", '{"key": 1}', "\x00" * 9_000])
def test_a_cache_that_somebody_wrote_is_only_a_cache(bench: Bench, text: str) -> None:
    bench.run("balance")
    for kept in (bench.folder / ".cache").iterdir():
        kept.write_text(text)
    bench.run("balance")
