"""Taking a label off again: what was stamped comes back, and an earlier label gives way to today's."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from compliance.errors import Refused
from compliance.labels import door, html, image, markdown, pdf, text
from tests.media.documents import BODY, docx, para
from tests.media.labels import FORMER, TEXT, label, not_met
from tests.media.pages import Shape, page
from tests.test_labels_image import picture

LABEL = label()
LEADS = label(requirements=())
source = st.lists(
    st.one_of(
        st.sampled_from(["# Заголовок", "Заголовок", "===", "", "  ", "---", "Текст, и точка.", "> цитата", TEXT[:30]]),
        st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=30),
    ),
    max_size=9,
)  # fmt: skip


@settings(deadline=None)
@given(source, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.sampled_from([text, markdown]))
@example(["# A", "B"], "\n", False, markdown)
@example(["# A", "", "B"], "\n", False, markdown)
@example(["# A", "", "", "B"], "\n", True, markdown)
@example(["# A"], "\n", False, markdown)
@example(["# A"], "\n", True, markdown)
@example(["A", "", "", "", "B"], "\r\n", True, text)
@example(["", "A"], "\n", True, text)
def test_text_comes_back_byte_for_byte(lines: list[str], newline: str, last: bool, medium: object) -> None:
    data = (newline.join(lines) + (newline if last else "")).encode()
    for words in (LABEL, LEADS):
        made = medium.stamp(data, words).data  # type: ignore[attr-defined]
        bare = medium.remove(made, words)  # type: ignore[attr-defined]
        assert bare is not None
        assert bare.data == data


@settings(deadline=None)
@given(source, st.sampled_from(["", "<!DOCTYPE html>", "\N{BOM}<html><body class='a>b'>"]))
def test_a_page_comes_back_byte_for_byte(lines: list[str], head: str) -> None:
    data = (head + "".join(f"<p>{line}" for line in lines)).encode()
    bare = html.remove(html.stamp(data, LABEL).data, LABEL)
    assert bare is not None
    assert bare.data == data


@pytest.mark.parametrize(
    "shape", [Shape(), Shape(turn=90), Shape(unit=2), Shape(crop=(20, 30, 40, 50))], ids=str
)
@pytest.mark.parametrize("every_page", [False, True])
def test_pages_come_back_as_they_were(shape: Shape, *, every_page: bool) -> None:
    """The file is written anew: compared are the boxes, the drawing and the pixels."""
    import pikepdf
    import pypdfium2

    data = page(shape)
    bare = pdf.remove(pdf.stamp(data, LABEL, every_page=every_page).data, LABEL)
    assert bare is not None
    for one, two in zip(
        pikepdf.open(io.BytesIO(data)).pages, pikepdf.open(io.BytesIO(bare.data)).pages, strict=True
    ):
        assert one.obj.MediaBox == two.obj.MediaBox
        assert one.obj.get("/CropBox") == two.obj.get("/CropBox")
    drawn = [pypdfium2.PdfDocument(item)[0].render(scale=1).to_pil().tobytes() for item in (data, bare.data)]
    assert drawn[0] == drawn[1]
    assert pdf.remove(data, LABEL) is None


def test_the_label_of_an_empty_page_is_taken_off() -> None:
    """Empty pages have no contents at all."""
    import pikepdf

    made = pikepdf.new()
    made.add_blank_page()
    out = io.BytesIO()
    made.save(out)
    with pikepdf.open(io.BytesIO(out.getvalue()), allow_overwriting_input=False) as again:
        del again.pages[0].obj["/Contents"]
        out = io.BytesIO()
        again.save(out)
    stamped = pdf.stamp(out.getvalue(), LABEL).data
    bare = pdf.remove(stamped, LABEL)
    assert bare is not None
    with pikepdf.open(io.BytesIO(bare.data)) as back:
        assert "/Contents" not in back.pages[0].obj


def test_pixels_come_back() -> None:
    data = picture()
    bare = image.remove(image.stamp(data, LABEL).data, LABEL)
    assert bare is not None
    one, two = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(bare.data))
    assert (one.size, one.convert("RGB").tobytes()) == (two.size, two.convert("RGB").tobytes())
    assert image.remove(data, LABEL) is None


FILES = {
    "a.txt": f"Встреча\n\n{BODY}\n".encode(),
    "a.md": f"# Встреча\n\n{BODY}\n".encode(),
    "a.html": f"<!DOCTYPE html><h1>Встреча</h1><p>{BODY}".encode(),
    "a.docx": docx(para("Встреча", "h"), para(BODY * 4, "b")),
    "a.pdf": page(Shape()),
    "a.png": picture(),
}


@pytest.mark.parametrize("name", FILES)
def test_an_earlier_label_gives_way_to_today_s(tmp_path: Path, name: str) -> None:
    """And the copies stand beside the file, which nobody touches."""
    path = tmp_path / name
    path.write_bytes(FILES[name])
    old = door.apply_file(path, label(FORMER, former=())).path
    before = old.read_bytes()
    made = door.update_file(old, LABEL)
    assert made.path.name == f"a.relabelled{path.suffix}"
    assert not_met(door.verify_file(made.path, LABEL)) == set()
    assert not_met(door.verify_file(made.path, label(FORMER, former=()))) != set() or name == "a.png"
    assert old.read_bytes() == before
    assert door.update_file(made.path, LABEL).changed is False
    bare = door.remove_file(made.path, LABEL)
    assert bare.path.name == f"a.relabelled.unlabelled{path.suffix}"
    if path.suffix in (".txt", ".md", ".html"):
        assert bare.path.read_bytes() == FILES[name]
    with pytest.raises(Refused, match="no label of ours"):
        door.remove_file(path, LABEL)


def test_the_original_is_recognised_where_it_still_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(FILES["a.txt"])
    made = door.apply_file(path, LABEL).path
    bare = door.remove_file(made, LABEL)
    assert (bare.path, bare.changed) == (path, False)


def test_where_another_file_of_that_name_stands_the_copy_has_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.merge("RGB", [Image.effect_noise((400, 90), 80) for _band in range(3)]).save(path)
    made = door.apply_file(path, LABEL).path
    bare = door.remove_file(made, LABEL)
    assert bare.path.name == "a.unlabelled.jpg"
    assert "a.jpg stands beside it and was left alone" in bare.notes[-1]
    assert not any("camera" in note for note in bare.notes)
    assert door.remove_file(made, LABEL).changed is False


def test_what_was_worked_on_since_is_said() -> None:
    made = text.stamp(FILES["a.txt"], LABEL).data + b"P.S.\n"
    assert (bare := text.remove(made.replace("Встреча".encode(), "Встреча.".encode()), LABEL)) is not None
    assert bare.notes
    assert TEXT not in bare.data.decode()
