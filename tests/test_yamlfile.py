"""Strict YAML: what people write is read as written, or refused with its line."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from compliance import yamlfile
from compliance.errors import InputError
from compliance.i18n import activate
from compliance.yamlfile import Day, Misplaced, Problem, Strict, YesNo, parse, plain


def read(text: str) -> object:
    return plain(parse(text.encode(), "f.yaml"))


def told(text: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        parse(text if isinstance(text, bytes) else text.encode(), "f.yaml")
    return str(caught.value).replace("\n", " | ")


def test_plain_scalars_are_text() -> None:
    assert read("a: NO\nb: 12:30\nc: 0123\nd: 2025-01-01\ne: ~\nf: 1_000\ng: .inf\n") == {
        "a": "NO",
        "b": "12:30",
        "c": "0123",
        "d": "2025-01-01",
        "e": "~",
        "f": "1_000",
        "g": ".inf",
    }


def test_only_plain_null_is_nothing() -> None:
    assert read("a: null\nb: 'null'\nc: \"\"\n") == {"a": None, "b": "null", "c": ""}


def test_lines_of_keys_and_items() -> None:
    node = parse(b"a:\n  - x\n\n  - y: 1\nb: z\n", "f.yaml")
    assert isinstance(node.value, dict)
    assert node.key_lines == {"a": 1, "b": 5}
    items = node.value["a"].value
    assert isinstance(items, list)
    assert [item.line for item in items] == [2, 4]


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    assert plain(parse("\ufeffa: б\r\nc: d\r\n".encode(), "f")) == {"a": "б", "c": "d"}


REFUSED = {
    "duplicate": ("a: 1\nb: 2\na: 3\n", "f.yaml:3: the key stands here twice | The first is on line 1."),
    "anchor": ("a: &x 1\n", "f.yaml:1: anchors"),
    "alias": ("a: 1\nb: *x\n", "f.yaml:2: anchors"),
    "tag": ("a: !!int 1\n", "f.yaml:1: tags"),
    "own tag": ("a: !x 1\n", "f.yaml:1: tags"),
    "python tag": ("a: !!python/object/apply:os.system [ls]\n", "f.yaml:1: tags"),
    "merge": ("a: {}\n<<: {b: c}\n", "f.yaml:2: merges"),
    "documents": ("a: b\n---\nc: d\n", "f.yaml:2: a second document"),
    "complex key": ("? [a]\n: b\n", "f.yaml:1: a key must be text"),
    "null key": ("null: b\n", "f.yaml:1: a key must be text"),
    "empty value": ("a: b\nc:\n", "f.yaml:2: the value is empty | Write null"),
    "empty item": ("a:\n  -\n", "f.yaml:2: the value is empty"),
    "empty file": ("", "f.yaml:1: the file is empty"),
    "comment only": ("# a\n", "f.yaml:1: the file is empty"),
    "version": ("%YAML 1.1\n---\na: b\n", "f.yaml:1: directives"),
    "tag directive": ("%TAG ! tag:x,2000:\n---\na: b\n", "f.yaml:1: directives"),
    "unknown directive": ("# c\n%FOO bar\n---\na: b\n", "f.yaml:1: directives"),
    "tab": ("a:\n\t- b\n", "f.yaml:2: this line cannot be read as YAML | Indent with spaces"),
    "open bracket": ("a: b\nc: [d\ne: f\n", "f.yaml:2: this line cannot be read"),
    "open quote": ("a: b\nc: 'd\n", "f.yaml:2: this line cannot be read"),
    "two colons": ("a: b: c\n", "f.yaml:1: this line cannot be read"),
    "escape": ('a: "\\q"\n', "f.yaml:1: this line cannot be read"),
    "control": ("a: b\nc: \x07\n", "f.yaml:2: there is a control character"),
    "escaped control": ('a: "\\0"\n', "f.yaml:1: there is a control character"),
    "bidi": ("a: \u202eb\n", "f.yaml:1: there is a control character"),
    "escaped surrogate": ('a: "\\ud800"\n', "f.yaml:1: there is a control character"),
    "next line": ("a: b\u0085c\n", "f.yaml:1: there is a control character"),
    "windows-1251": ("a: b\nc: Привет\n".encode("cp1251"), "f.yaml:2: this is not UTF-8 text"),
    "utf-16": ("a: b".encode("utf-16"), "f.yaml:1: this is not UTF-8 text"),
    "deep": ("a: " + "[" * 30 + "]" * 30, "f.yaml:1: it is nested deeper than 24"),
    "very deep": ("[" * 100_000, "f.yaml:1: it is nested deeper than 24"),
    "many": ("a:\n" + "- b\n" * 60_000, "f.yaml:49999: there are more than 50000 values"),
    "large": ("a: " + "b" * (1024 * 1024), "f.yaml: the file is larger than 1 MiB"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(text: str | bytes, message: str) -> None:
    assert told(text).startswith(message)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(InputError):
        parse(data, "f.yaml")


trees = st.recursive(
    st.none() | st.text(st.characters(categories=["L", "N", "P", "Zs", "S"]), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abcdefgh_", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abcdefgh_", min_size=1, max_size=5), trees, max_size=4))
def test_json_is_yaml(tree: dict[str, object]) -> None:
    """Whatever JSON writes (another path than ours) is read back the same."""
    assert read(json.dumps(tree, ensure_ascii=False)) == tree


# ---- models


class Inner(Strict):
    since: Day
    count: int = Field(default=1, ge=0, le=9)
    loud: YesNo = False


class Outer(Strict):
    name: str
    parts: dict[Day, Inner] = {}
    words: list[str] = []


def checked(text: str) -> Outer:
    return yamlfile.validate(Outer, parse(text.encode(), "f.yaml"), "f.yaml")


def test_the_model_decides_the_type() -> None:
    found = checked("name: NO\nparts:\n  2025-01-01: {since: 2025-12-31, count: 5, loud: yes}\n")
    assert found.name == "NO"
    assert found.parts[date(2025, 1, 1)] == Inner(since="2025-12-31", count="5", loud="yes")  # type: ignore[arg-type]
    assert found.parts[date(2025, 1, 1)].loud is True


def test_every_mistake_is_told_in_the_order_of_lines() -> None:
    text = "words: one\nparts:\n  2025-1-1: {since: 2025-01-01}\n  2025-02-01: {since: 2025-02-30, count: many, loud: true}\nnmae: x\n"
    with pytest.raises(InputError) as caught:
        checked(text)
    assert str(caught.value).splitlines() == [
        "f.yaml:1: name: this key is missing",
        "f.yaml:1: words: a list is needed here",
        "f.yaml:3: parts.2025-1-1: a day is written 2025-12-31",
        "f.yaml:4: parts.2025-02-01.count: a whole number is needed here",
        "f.yaml:4: parts.2025-02-01.loud: write yes or no",
        "f.yaml:4: parts.2025-02-01.since: a day is written 2025-12-31",
        "f.yaml:5: nmae: unknown key. Did you mean “name”?",
    ]


@pytest.mark.parametrize(
    ("value", "message"),
    [("count: 10", "the most is 9"), ("count: -1", "the least is 0"), ("cuont: 1", "Did you mean “count”?"),
     ("name: 1", "It belongs elsewhere"), ("zzz: 1", "Known here: since, count, loud")],
)  # fmt: skip
def test_words_for_single_mistakes(value: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        checked(f"name: x\nparts:\n  2025-01-01: {{since: 2025-01-01, {value}}}\n")


@pytest.mark.parametrize(
    "day", ["2025-02-30", "25-01-01", "2025-1-1", "2025-W01-1", "٢٠٢٥-٠١-٠١", "20250101", "0"]
)
def test_days_have_one_spelling(day: str) -> None:
    with pytest.raises(InputError, match="a day is written"):
        checked(f"name: x\nparts:\n  2025-01-01: {{since: '{day}'}}\n")


def test_values_are_never_echoed() -> None:
    with pytest.raises(InputError) as caught:
        checked("name: [Ivanov]\nwords: {Ivanov: x}\nparts: Ivanov\n")
    assert "Ivanov" not in str(caught.value).replace("words.Ivanov", "")


def test_many_mistakes_are_cut_off() -> None:
    with pytest.raises(InputError) as caught:
        checked("name: x\n" + "".join(f"k{n}: x\n" for n in range(30)))
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "and 10 more"


def test_a_validator_can_point_deeper() -> None:
    class Pointing(Strict):
        words: list[str]

        def model_post_init(self, _context: object) -> None:
            if len(self.words) > 1:
                raise Misplaced("one is enough", "words", 1)

    node = parse(b"words:\n  - a\n  - b\n", "f.yaml")
    with pytest.raises(InputError, match=r"f\.yaml:3: words\.1: one is enough"):
        yamlfile.validate(Pointing, node, "f.yaml")


def test_refusal_of_what_only_the_whole_shows() -> None:
    node = parse(b"a:\n  b: c\n", "f.yaml")
    error = yamlfile.refusal(
        [Problem(("a", "b", "x"), "wrong", "mend it"), Problem((), "whole")], node, "f.yaml"
    )
    assert str(error).splitlines() == ["f.yaml:1: whole", "f.yaml:2: a.b.x: wrong. mend it"]


def test_messages_are_translated() -> None:
    activate("ru")
    with pytest.raises(InputError, match="неизвестный ключ"):
        checked("name: x\nnamee: y\n")


# ---- the cache


def test_no_anchor_is_lost_in_an_empty_value() -> None:
    assert told("a: &x\nb: c\n").startswith("f.yaml:1: ")
    assert told("a: !x\nb: c\n").startswith("f.yaml:1: ")


def test_a_warm_run_parses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("name: НЕТ\nwords: [a]\n", encoding="utf-8")
    cold = yamlfile.load(Outer, path, cache=tmp_path / "cache")
    program = (
        "import sys; from pathlib import Path\n"
        "from compliance.workspace import Config\n"
        "from compliance import yamlfile\n"
        "class Outer(yamlfile.Strict):\n"
        "    name: str\n"
        "    words: list[str] = []\n"
        f"found = yamlfile.load(Outer, Path({str(path)!r}), cache=Path({str(tmp_path / 'cache')!r}))\n"
        "assert found.name == 'НЕТ', found\n"
        "assert not any(name.startswith('ruamel') for name in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    assert yamlfile.load(Outer, path, cache=tmp_path / "cache") == cold
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    for name in ("one", "two"):
        path.write_text(f"name: {name}\n", encoding="utf-8")
        assert yamlfile.load(Outer, path, cache=tmp_path / "cache").name == name
    assert len(list((tmp_path / "cache").iterdir())) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"key": 1}', b"\xff", b'{"key": "KEY", "tree": {"nmae": "x"}}', b"[" * 99_999],
)
def test_a_damaged_cache_is_only_a_cache(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("name: x\n", encoding="utf-8")
    yamlfile.load(Outer, path, cache=tmp_path / "cache")
    [kept] = (tmp_path / "cache").iterdir()
    key = json.loads(kept.read_bytes())["key"]
    kept.write_bytes(content.replace(b"KEY", key.encode()))
    assert yamlfile.load(Outer, path, cache=tmp_path / "cache").name == "x"


def test_a_cache_that_cannot_be_written_does_not_stop(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("name: x\n", encoding="utf-8")
    (tmp_path / "cache").write_text("a file, no folder", encoding="utf-8")
    assert yamlfile.load(Outer, path, cache=tmp_path / "cache").name == "x"


def test_a_wrong_file_is_never_kept(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("nmae: x\n", encoding="utf-8")
    for _each in range(2):
        with pytest.raises(InputError, match=r"f\.yaml:1: nmae"):
            yamlfile.load(Outer, path, cache=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()
