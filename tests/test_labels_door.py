"""Files: a labelled copy beside the original, verdicts in words, hostile files in a process of their own."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from compliance import files, i18n, limited
from compliance.errors import InputError, Refused
from compliance.labels import _child, door
from compliance.labels.model import Requirement
from compliance.practice.publications import Publication, cut, publications
from tests.media.labels import FORMER, REQUIREMENTS, TEXT, label, not_met
from tests.media.pages import Shape, page
from tests.test_labels_image import EPS, picture
from tests.test_labels_pdf import bomb

LABEL = label()
PRACTICE = [item for item in publications(TEXT, FORMER) if not item.name.startswith("post-0")]
WRONG = {
    "26 pt on 16 pt text": "font_ratio",
    "26 px on 16 px text": "font_ratio",
    "white on white": "contrast",
    "a crop that cuts the label": "visible",
    "not displayed": "visible",
    "label at the end": "position",
    "wording of 2020": "wording",
    "look-alike Latin letters": "wording",
    "branch account without label": "wording",
    "letter without label": "wording",
    "no label yet": "wording",
    "from before the listing": "wording",
}


def write(folder: Path, item: Publication) -> Path:
    path = folder / item.name
    path.write_bytes(item.data)
    return path


# ---- the practice organisation's publications


@pytest.mark.parametrize("item", PRACTICE, ids=lambda item: item.name)
def test_practice_publications(tmp_path: Path, item: Publication) -> None:
    """Right ones have nothing wrong; forgeries and originals have exactly what they are named for."""
    path = write(tmp_path, item)
    found = door.verify_file(path, LABEL)
    if item.name.endswith(".png"):
        assert found.verdict == "not_measurable"
        return
    assert not_met(found) == (set() if item.met else {WRONG[item.why]})
    if not item.met:
        assert not found.ok
        assert path.name in "".join(criterion.remedy for criterion in found.criteria)


@pytest.mark.parametrize(
    "name", ["poster.pdf", "poster-small.pdf", "article.html", "article.md", "post.txt", "flyer.png"]
)
def test_apply_writes_a_right_copy_beside_it_and_twice_is_once(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, next(item for item in PRACTICE if item.name == name))
    before = path.read_bytes()
    made = door.apply_file(path, LABEL)
    assert made.path == tmp_path / f"{path.stem}.labelled{path.suffix}"
    assert made.changed
    assert path.read_bytes() == before
    assert door.verify_file(made.path, LABEL).criteria == made.verification.criteria
    assert made.verification.ok == (path.suffix in (".pdf", ".html"))
    first = made.path.read_bytes()
    assert door.apply_file(path, LABEL).path == made.path
    again = door.apply_file(made.path, LABEL)
    assert (again.path, again.changed, again.path.read_bytes()) == (made.path, False, first)
    assert sorted(item.name for item in tmp_path.iterdir()) == sorted([path.name, made.path.name])


def test_a_cut_picture_does_not_pass(tmp_path: Path) -> None:
    words = label(requirements=REQUIREMENTS[:1])
    path = write(tmp_path, next(item for item in PRACTICE if item.name == "flyer.png"))
    made = door.apply_file(path, words)
    assert made.verification.ok
    made.path.write_bytes(cut(made.path.read_bytes()))
    assert not door.verify_file(made.path, words).ok


def test_another_file_at_the_output_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "post.txt"
    path.write_text("Дом\n\nТекст\n", encoding="utf-8")
    other = tmp_path / "post.labelled.txt"
    other.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="already exists"):
        door.apply_file(path, LABEL)
    assert other.read_text(encoding="utf-8") == "mine"
    assert door.apply_file(path, LABEL, out=tmp_path / "x.txt").path.name == "x.txt"
    assert door.apply_file(path, LABEL, overwrite=True).path == other


def test_what_would_not_be_right_is_not_written(tmp_path: Path) -> None:
    """A page whose own style hides everything: a label would be there and not be seen."""
    path = tmp_path / "x.html"
    path.write_text(
        "<!DOCTYPE html><meta charset=utf-8><body style='display:none'><p>Текст", encoding="utf-8"
    )
    with pytest.raises(Refused, match="not displayed"):
        door.apply_file(path, LABEL)
    assert [item.name for item in tmp_path.iterdir()] == ["x.html"]


def test_no_wording_no_stamp(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("Дом", encoding="utf-8")
    with pytest.raises(Refused, match="role; register"):
        door.apply_file(path, label(None, elements=("role", "register")))
    assert door.verify_file(path, label(None, elements=("role",))).verdict == "not_measurable"


def test_remedies_name_the_file_and_are_safe_to_paste(tmp_path: Path) -> None:
    path = tmp_path / "мой файл; rm.txt"
    path.write_text("Дом", encoding="utf-8")
    (criterion,) = door.verify_file(path, LABEL).criteria
    assert criterion.remedy == f"To mend: compliance label apply {shlex.quote(str(path))}"


def test_verdicts_in_russian_from_the_other_process(tmp_path: Path) -> None:
    path = write(tmp_path, next(item for item in PRACTICE if item.name == "poster-small.pdf"))
    i18n.activate("ru")
    ratio = door.verify_file(path, LABEL).criterion("font_ratio")
    assert ratio is not None
    assert ratio.message == "Плашка 26 pt, текст 16 pt, нужно от 32 pt"
    assert ratio.remedy == f"Исправить: compliance label apply {path}"


def test_every_page(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(page(Shape()))
    assert door.apply_file(path, LABEL, every_page=True).verification.ok


# ---- what is refused


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.docx", b"PK\x03\x04", "damaged"),
        ("x.docx", b"%PDF-1.4", "not what its name says"),
        ("x.odg", b"PK\x03\x04", "cannot be labelled here"),
        ("x", b"x", "cannot be labelled here"),
        ("x.txt", b"", "is empty"),
        ("x.pdf", picture(), "not what its name says"),
        ("x.png", EPS, "not what its name says"),
        ("x.jpg", b"%PDF-1.4", "not what its name says"),
        ("x.html", b"%PDF-1.4 <html>", "not what its name says"),
        ("x.txt", b"\x00\x01", "not what its name says"),
        ("x.txt", b"%PDF-1.4", "not what its name says"),
        ("x.md", b"PK\x03\x04", "not what its name says"),
        ("x.pdf", b"%PDF-1.4", "damaged"),
        ("x.png", picture()[:500], "damaged"),
    ],
)
def test_wrong_files_are_refused_with_their_place(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    for act in (door.verify_file, door.apply_file):
        with pytest.raises(InputError, match=said) as caught:
            act(path, LABEL)
        assert caught.value.place == str(path)
        assert caught.value.exit_code == 3
    assert [item.name for item in tmp_path.iterdir()] == [name]


def test_too_large_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_bytes(b"x" * (5 * files.MiB))
    with pytest.raises(InputError, match="larger than 1 MiB"):
        door.verify_file(path, LABEL)


@pytest.mark.parametrize("kind", ["forms", "flate", "picture"])
def test_bombs_are_refused_in_bounded_time_and_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    import resource

    from compliance.labels import pdf

    monkeypatch.setattr(pdf, "ISOLATED", 3)  # a fraction of the real budget, which is the same for all files

    path = tmp_path / "x.pdf"
    path.write_bytes(bomb(kind))
    started = time.monotonic()
    with suppress(InputError):
        assert not door.verify_file(path, LABEL).ok
    assert time.monotonic() - started < 240  # it ends; how soon is the machine's affair
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_600_000


def test_the_child_returns_nothing_but_our_values() -> None:
    import io
    import pickle

    for hostile in (pickle.dumps(("done", os.system)), pickle.dumps(("done", Path("x"))), b"", b"junk"):
        with pytest.raises((pickle.UnpicklingError, EOFError)):
            limited._Reader(io.BytesIO(hostile), _child._CLASSES).load()


def test_a_mistake_of_ours_in_the_child_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    path.write_text("<!DOCTYPE html><meta charset=utf-8><h1>Дом", encoding="utf-8")
    broken = label(requirements=(Requirement("font_ratio", "not a number"),))
    with pytest.raises(RuntimeError, match="not a number"):
        door.apply_file(path, broken)


def test_verification_can_be_told_as_json(tmp_path: Path) -> None:
    from dataclasses import asdict

    path = write(tmp_path, next(item for item in PRACTICE if item.name == "poster-right.pdf"))
    told = json.loads(json.dumps(asdict(door.verify_file(path, LABEL)), ensure_ascii=False))
    assert told["detection"]["label_size"] == 34
    assert {item["kind"] for item in told["criteria"]} == {"wording", "visible", "position", "font_ratio", "contrast", "overlay"}  # fmt: skip


def test_the_weight_of_the_rule_is_carried_along(tmp_path: Path) -> None:
    path = write(tmp_path, next(item for item in PRACTICE if item.name == "poster-right.pdf"))
    words = label(
        requirements=(Requirement("font_ratio", 3.0, "p. 9", "memory"),),
        text_confidence="uncertain",
        source="act",
    )
    found = door.verify_file(path, words)
    told = {item.kind: (item.source, item.confidence, item.verdict) for item in found.criteria}
    assert told["font_ratio"] == ("p. 9", "memory", "not_met")
    assert told["wording"] == ("act", "uncertain", "met")


def test_media_are_found_by_scan_and_import_nothing_heavy() -> None:
    assert {medium.NAME for medium in door.media()} == {
        *"text markdown html pdf image docx email epub subtitles animation svg odt xlsx pptx video audio".split()
    }
    code = "import sys; from compliance.labels import door; door.media(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "pikepdf",
        "pypdfium2",
        "PIL",
        "fontTools",
        "markdown_it",
        "tinyhtml5",
        "weasyprint",
        "subprocess",
    }
    assert not heavy & set(done.stdout.split())
