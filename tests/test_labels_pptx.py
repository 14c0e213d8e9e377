"""PPTX: stamped is detected, another program opens it, removed is the original, forgeries and hostile files are told."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pptx as powerpoint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Inches, Pt

from compliance.errors import InputError
from compliance.labels import door, pptx
from tests.media.documents import members, packed, spoilt
from tests.media.labels import FORMER, TEXT, label, not_met

LABEL = label()
Deck = Any
Shape = Any
TALK = "Приходите в среду в гостиную центра, поговорим о дворе\nВход свободный, чай и пирог за нами"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def saved(deck: Deck) -> bytes:
    data = io.BytesIO()
    deck.save(data)
    return data.getvalue()


def deck_of(change: Callable[[Deck], None] | None = None, *, size: int = 18) -> Deck:
    """A title slide, and one with text of ``size`` points."""
    deck = powerpoint.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text, first.placeholders[1].text = "Встреча соседей", "декабрь"
    second = deck.slides.add_slide(deck.slide_layouts[1])
    second.shapes.title.text, second.placeholders[1].text = "Что сделано", TALK
    for slide in (first, second):
        for paragraph in slide.placeholders[1].text_frame.paragraphs:
            for run in paragraph.runs:
                run.font.size = Pt(size)
    if change is not None:
        change(deck)
    return deck


def picture(color: str = "white") -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", (400, 300), color).save(data, "PNG")
    data.seek(0)
    return data


def with_a_picture(deck: Deck) -> None:
    deck.slides[0].shapes.add_picture(picture(), Inches(6), Inches(5))


def with_a_table(deck: Deck) -> None:
    table = deck.slides[1].shapes.add_table(3, 2, Inches(1), Inches(5), Inches(6), Inches(1)).table
    table.cell(0, 0).text = "Итоги"


def with_a_group(deck: Deck) -> None:
    group = deck.slides[1].shapes.add_group_shape()
    box = group.shapes.add_textbox(Inches(1), Inches(6), Inches(3), Inches(1))
    box.text_frame.text = "В группе"


def with_notes(deck: Deck) -> None:
    deck.slides[0].notes_slide.notes_text_frame.text = "Для себя"


def wide(deck: Deck) -> None:
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)


def dark(deck: Deck) -> None:
    fill = deck.slide_master.background.fill
    fill.solid()
    fill.fore_color.rgb = RGBColor(0x10, 0x20, 0x30)


def first_hidden(deck: Deck) -> None:
    deck.slides[0]._element.set("show", "0")


def in_sections(deck: Deck) -> None:
    listed = "".join(f'<p14:sldId id="{item.get("id")}"/>' for item in deck.slides._sldIdLst)
    deck.part._element.append(etree.fromstring(
        '<p:extLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main">'
        '<p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}">'
        '<p14:sectionLst xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main">'
        '<p14:section name="Начало" id="{F0E2A2A4-0000-4000-8000-000000000001}"><p14:sldIdLst>'
        f"{listed}</p14:sldIdLst></p14:section></p14:sectionLst></p:ext></p:extLst>"
    ))  # fmt: skip


AWKWARD = {
    "plain": saved(deck_of()),
    "large text, the label on several slides": saved(deck_of(size=32)),
    "small text": saved(deck_of(size=9)),
    "a picture": saved(deck_of(with_a_picture)),
    "a table": saved(deck_of(with_a_table)),
    "a group": saved(deck_of(with_a_group)),
    "notes": saved(deck_of(with_notes)),
    "wide slides": saved(deck_of(wide)),
    "a dark master": saved(deck_of(dark)),
    "the first slide hidden": saved(deck_of(first_hidden)),
    "in sections": saved(deck_of(in_sections)),
}


@pytest.mark.parametrize("name", AWKWARD)
def test_stamped_is_detected_and_removed_is_the_original(name: str) -> None:
    data = AWKWARD[name]
    made = pptx.stamp(data, LABEL).data
    found = pptx.detect(made, LABEL)
    assert found.ok, found.criteria
    before, after = members(data), members(made)
    assert {part for part in before if before[part] != after[part]} == {
        "[Content_Types].xml", "ppt/presentation.xml", "ppt/_rels/presentation.xml.rels",
    }  # fmt: skip
    assert pptx.stamp(made, LABEL).data == made
    bare = pptx.remove(made, LABEL)
    assert bare is not None
    assert members(bare.data) == before
    assert pptx.remove(data, LABEL) is None


@pytest.mark.parametrize("name", AWKWARD)
def test_another_program_opens_it_with_the_label_first(name: str) -> None:
    was = powerpoint.Presentation(io.BytesIO(AWKWARD[name]))
    now = powerpoint.Presentation(io.BytesIO(pptx.stamp(AWKWARD[name], LABEL).data))
    more = len(now.slides) - len(was.slides)
    slides = list(now.slides)
    assert " ".join(shape.text_frame.text for slide in slides[:more] for shape in slide.shapes) == TEXT
    assert [words(slide) for slide in slides[more:]] == [words(slide) for slide in was.slides]
    saved(now)  # and writes it again


def words(slide: Any) -> list[str]:
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def test_our_slides_stand_in_the_first_section() -> None:
    made = members(pptx.stamp(AWKWARD["in sections"], LABEL).data)["ppt/presentation.xml"]
    root = etree.fromstring(made)
    listed = [item.get("id") for item in root.find("{*}sldIdLst")]
    section = root.find(".//{*}section/{*}sldIdLst")
    assert [item.get("id") for item in section] == listed
    assert len(set(listed)) == len(listed)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1, max_size=80), max_size=5
    )
)
def test_any_text_is_restored(texts: list[str]) -> None:
    deck = deck_of()
    for text in texts:
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = text
    data = saved(deck)
    made = pptx.stamp(data, LABEL).data
    assert not_met(pptx.detect(made, LABEL)) == set()
    bare = pptx.remove(made, LABEL)
    assert bare is not None
    assert members(bare.data) == members(data)


def told(change: Callable[[Deck, Shape], None] | None = None, text: str = TEXT, size: int = 36) -> bytes:
    """The label as a person would put it: a box on a blank first slide; then changed by a forger."""
    deck = powerpoint.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[6])
    box = first.shapes.add_textbox(Inches(0.3), Inches(0.3), Inches(9.4), Inches(6.9))
    box.text_frame.word_wrap = True
    box.text_frame.text = text
    run = box.text_frame.paragraphs[0].runs[0] if text else None
    if run is not None:
        run.font.size = Pt(size)
    second = deck.slides.add_slide(deck.slide_layouts[1])
    second.shapes.title.text, second.placeholders[1].text = "Что сделано", TALK
    for paragraph in second.placeholders[1].text_frame.paragraphs:
        paragraph.runs[0].font.size = Pt(18)
    if change is not None:
        change(deck, box)
    return saved(deck)


def run_of(box: Shape) -> Any:
    return box.text_frame.paragraphs[0].runs[0]


def coloured(*rgb: int) -> Callable[[Deck, Shape], None]:
    def change(_deck: Deck, box: Shape) -> None:
        run_of(box).font.color.rgb = RGBColor(*rgb)

    return change


def by_the_theme(_deck: Deck, box: Shape) -> None:
    run_of(box).font.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1


def see_through(_deck: Deck, box: Shape) -> None:
    run_of(box).font.color.rgb = RGBColor(0, 0, 0)
    colour = run_of(box)._r.find(f".//{_A}srgbClr")
    etree.SubElement(colour, f"{_A}alpha").set("val", "9000")


def unpainted(_deck: Deck, box: Shape) -> None:
    etree.SubElement(run_of(box)._r.get_or_add_rPr(), f"{_A}noFill")


def its_ground(_deck: Deck, box: Shape) -> None:
    box.fill.solid()
    box.fill.fore_color.rgb = RGBColor(0x22, 0x22, 0x22)
    run_of(box).font.color.rgb = RGBColor(0x22, 0x22, 0x22)


def dark_slide(deck: Deck, _box: Shape) -> None:
    fill = deck.slides[0].background.fill
    fill.solid()
    fill.fore_color.rgb = RGBColor(0, 0, 0)


def shrunk(_deck: Deck, box: Shape) -> None:
    fitted = etree.SubElement(box.text_frame._txBody.find(f"{_A}bodyPr"), f"{_A}normAutofit")
    fitted.set("fontScale", "40000")


def raised(_deck: Deck, box: Shape) -> None:
    run_of(box)._r.get_or_add_rPr().set("baseline", "30000")


def off_the_slide(_deck: Deck, box: Shape) -> None:
    box.left = Inches(30)


def hidden_shape(_deck: Deck, box: Shape) -> None:
    box._element.nvSpPr.cNvPr.set("hidden", "1")


def hidden_slide(deck: Deck, _box: Shape) -> None:
    deck.slides[0]._element.set("show", "0")


def covered(deck: Deck, _box: Shape) -> None:
    deck.slides[0].shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, deck.slide_width, deck.slide_height)


def under_a_picture(deck: Deck, _box: Shape) -> None:
    deck.slides[0].shapes.add_picture(picture(), 0, 0, deck.slide_width, deck.slide_height)


def over_a_picture(deck: Deck, box: Shape) -> None:
    under_a_picture(deck, box)
    box._element.getparent().append(box._element)


def last(deck: Deck, _box: Shape) -> None:
    listed = deck.slides._sldIdLst
    listed.append(listed[0])


def in_the_notes(deck: Deck, box: Shape) -> None:
    box.text_frame.text = "Начало"
    deck.slides[0].notes_slide.notes_text_frame.text = TEXT


def clipped(_deck: Deck, box: Shape) -> None:
    box.height = Inches(0.5)
    box.text_frame._txBody.find(f"{_A}bodyPr").set("vertOverflow", "clip")


def over_the_edge(_deck: Deck, box: Shape) -> None:
    box.width = Inches(1.2)


def struck(_deck: Deck, box: Shape) -> None:
    run_of(box)._r.get_or_add_rPr().set("strike", "sngStrike")


FORGED = {
    "struck through": (told(struck), "visible"),
    "white": (told(coloured(255, 255, 255)), "contrast"),
    "pale": (told(coloured(0xD0, 0xD0, 0xD0)), "contrast"),
    "the background's colour by the theme": (told(by_the_theme), "contrast"),
    "seen through": (told(see_through), "contrast"),
    "not painted": (told(unpainted), "visible"),
    "its ground's colour": (told(its_ground), "contrast"),
    "black on a slide made black": (told(dark_slide), "contrast"),
    "small": (told(size=24), "font_ratio"),
    "tiny": (told(size=2), "visible"),
    "shrunk to fit": (told(shrunk), "font_ratio"),
    "raised": (told(raised), "font_ratio"),
    "off the slide": (told(off_the_slide), "visible"),
    "a hidden shape": (told(hidden_shape), "visible"),
    "a hidden slide": (told(hidden_slide), "visible"),
    "covered by a shape": (told(covered), "visible"),
    "covered by a picture": (told(under_a_picture), "visible"),
    "over a picture": (told(over_a_picture), "overlay"),
    "on the last slide": (told(last), "position"),
    "in the notes": (told(in_the_notes), "wording"),
    "clipped": (told(clipped), "visible"),
    "running off the slide": (told(over_the_edge), "visible"),
    "look-alike": (told(text=TEXT.replace("А", "A", 1)), "wording"),
    "shortened": (told(text=TEXT[:50]), "wording"),
    "an earlier law's": (told(text=FORMER), "wording"),
}


@pytest.mark.parametrize("name", FORGED)
def test_forgeries_are_rejected(name: str) -> None:
    data, kind = FORGED[name]
    assert kind in not_met(pptx.detect(data, LABEL)), pptx.detect(data, LABEL).criteria


def of_the_body(key: str, value: str) -> Callable[[Deck, Shape], None]:
    return lambda _deck, box: box.text_frame._txBody.find(f"{_A}bodyPr").set(key, value)


def of_the_paragraph(key: str, value: str) -> Callable[[Deck, Shape], None]:
    return lambda _deck, box: box.text_frame.paragraphs[0]._p.get_or_add_pPr().set(key, value)


def close(_deck: Deck, box: Shape) -> None:
    run_of(box)._r.get_or_add_rPr().set("spc", "-4000")


def as_symbols(_deck: Deck, box: Shape) -> None:
    run_of(box).font.name = "Wingdings"


def lines_over_lines(_deck: Deck, box: Shape) -> None:
    box.text_frame.paragraphs[0].line_spacing = Pt(1)


@pytest.mark.parametrize("change", [
    close, as_symbols, lines_over_lines, of_the_body("vert", "vert"), of_the_body("rot", "5400000"),
    of_the_body("lIns", "99999999"), of_the_paragraph("marL", "51206400"), of_the_paragraph("indent", "-900000"),
])  # fmt: skip
def test_squeezed_and_turned_letters_have_to_be_looked_at(change: Callable[[Deck, Shape], None]) -> None:
    found = pptx.detect(told(change), LABEL)
    assert not_met(found) == set()
    assert not found.ok


def test_what_people_set_every_day_raises_no_alarm() -> None:
    def usual(_deck: Deck, box: Shape) -> None:
        level = box.text_frame.paragraphs[0]._p.get_or_add_pPr()
        level.set("marL", "342900")
        level.set("indent", "-342900")
        box.text_frame.paragraphs[0].line_spacing = 0.9
        run_of(box)._r.get_or_add_rPr().set("spc", "-50")

    assert pptx.detect(told(usual), LABEL).ok


def turned(_deck: Deck, box: Shape) -> None:
    box.rotation = 12


def animated(deck: Deck, box: Shape) -> None:
    deck.slides[0]._element.append(etree.fromstring(
        '<p:timing xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:tnLst><p:par><p:cTn>'
        f'<p:childTnLst><p:set><p:cBhvr><p:cTn/><p:tgtEl><p:spTgt spid="{box.shape_id}"/></p:tgtEl></p:cBhvr></p:set>'
        "</p:childTnLst></p:cTn></p:par></p:tnLst></p:timing>"
    ))  # fmt: skip


def partly_covered(deck: Deck, _box: Shape) -> None:
    deck.slides[0].shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(1), Inches(1), Inches(3), Inches(1))


@pytest.mark.parametrize("change", [turned, animated, partly_covered])
def test_what_has_to_be_looked_at_is_said(change: Callable[[Deck, Shape], None]) -> None:
    assert pptx.detect(told(change), LABEL).verdict == "not_measurable"


def under_the_title(deck: Deck, box: Shape) -> None:
    """On a slide of text, below its title: where a heading is marked as one."""
    box.text_frame.text = ""
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Встреча соседей"
    own = slide.shapes.add_textbox(Inches(0.3), Inches(2), Inches(9.4), Inches(5))
    own.text_frame.word_wrap = True
    own.text_frame.text = TEXT
    own.text_frame.paragraphs[0].runs[0].font.size = Pt(36)
    listed = deck.slides._sldIdLst
    listed.insert(0, listed[-1])


def on_the_master(deck: Deck, box: Shape) -> None:
    """What stands on the layout is seen on the slide."""
    box._element.getparent().remove(box._element)
    deck.slide_layouts[6].shapes._spTree.append(box._element)


@pytest.mark.parametrize("change", [None, under_the_title, on_the_master])
def test_right_by_hand(change: Callable[[Deck, Shape], None] | None) -> None:
    found = pptx.detect(told(change), LABEL)
    assert found.ok, found.criteria


def test_a_presentation_saved_anew_is_not_torn() -> None:
    made = pptx.stamp(AWKWARD["plain"], LABEL).data
    again = saved(powerpoint.Presentation(io.BytesIO(made)))
    assert pptx.detect(again, LABEL).ok
    assert pptx.remove(again, LABEL) is None
    parts = members(made)
    parts["ppt/presentation.xml"] = parts["ppt/presentation.xml"].replace(
        b"</p:presentation>", b" </p:presentation>"
    )
    with pytest.raises(InputError, match="changed since"):
        pptx.stamp(packed(dict(parts)), LABEL)


HOSTILE = {
    "cut": AWKWARD["plain"][:900],
    "nothing": packed({"a": "x"}),
    "no slides": saved(powerpoint.Presentation()),
    "entities": packed({
        **members(AWKWARD["plain"]), "ppt/presentation.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    }),
    "a slide that is missing": packed({
        key: value for key, value in members(AWKWARD["plain"]).items() if key != "ppt/slides/slide2.xml"
    }),
    "locked": b"\xd0\xcf\x11\xe0" + b"\0" * 600,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_told(name: str) -> None:
    with pytest.raises(InputError):
        pptx.stamp(HOSTILE[name], LABEL)


def test_by_the_door_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "встреча.pptx"
    path.write_bytes(AWKWARD["plain"])
    made = door.apply_file(path, LABEL)
    assert made.path.name == "встреча.labelled.pptx"
    assert made.verification.ok
    assert path.read_bytes() == AWKWARD["plain"]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_spoilt_value_is_told_or_read(data: st.DataObject) -> None:
    """Values and parts spoilt one at a time: an `InputError`, or a verdict; never anything else."""
    made = spoilt(
        data.draw(st.sampled_from([AWKWARD["plain"], AWKWARD["a table"], AWKWARD["a group"]])), data
    )
    try:
        pptx.detect(made, LABEL)
        pptx.stamp(made, LABEL)
    except InputError:
        pass
