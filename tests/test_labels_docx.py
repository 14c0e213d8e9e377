"""DOCX: stamped is detected, removed is the original, forgeries and hostile files are told."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.errors import InputError
from compliance.labels import docx
from tests.media.documents import BODY, BOX, TABLE, W, members, packed, para
from tests.media.documents import docx as made_docx
from tests.media.labels import FORMER, TEXT, label, not_met

LABEL = label()
TITLE = para("Встреча соседей", "h")
TALK = para(BODY * 4, "b")
AWKWARD = {
    "heading and text": made_docx(TITLE, TALK),
    "no heading": made_docx(TALK, TALK),
    "a title without a style": made_docx(para("Встреча соседей"), TALK),
    "first block a table": made_docx(TABLE, TALK),
    "empty paragraphs first": made_docx("<w:p/>", "<w:p></w:p>", TITLE, TALK),
    "text box first": made_docx(BOX.format(inside=para("Сбоку", "b")), TALK),
    "letterhead": made_docx(TITLE, TALK, headers={"default": para("АНО «Слобода», письмо")}),
    "all headers": made_docx(
        TITLE, TALK, section="<w:titlePg/>",
        headers={"first": para("Первая"), "default": para("Другие"), "even": para("Чётные")},
    ),
    "right to left": made_docx(para("مرحبا بالجيران", "h", "<w:bidi/>", "<w:rtl/>"), para("نص " * 60, "b", "<w:bidi/>")),
    "dark page": made_docx(para(BODY * 4, "b", '<w:shd w:val="clear" w:fill="101010"/>', '<w:color w:val="FFFFFF"/>')),
    "empty": made_docx(),
    "a quoted bracket": made_docx(TITLE.replace("<w:p>", '<w:p w:rsidR="a>b">', 1), TALK),
}  # fmt: skip


@pytest.mark.parametrize("name", AWKWARD)
@pytest.mark.parametrize("every_page", [False, True])
def test_stamped_is_detected_and_removed_is_the_original(name: str, *, every_page: bool) -> None:
    data = AWKWARD[name]
    made = docx.stamp(data, LABEL, every_page=every_page).data
    found = docx.detect(made, LABEL)
    assert not_met(found) == set()
    assert found.ok or name == "empty"
    before, after = members(data), members(made)
    assert list(before) == list(after)
    assert after["word/media/image1.png"] == before["word/media/image1.png"]
    changed = {part for part in before if before[part] != after[part]}
    assert changed - {f"word/header-{kind}.xml" for kind in ("first", "default", "even")} == {
        "word/document.xml"
    }
    assert docx.stamp(made, LABEL, every_page=every_page).data == made
    bare = docx.remove(made, LABEL)
    assert bare is not None
    assert members(bare.data) == before
    assert docx.remove(data, LABEL) is None


def test_a_control_around_a_paragraph_as_earlier_versions_had_it_is_replaced() -> None:
    mark = '<w:sdtPr><w:tag w:val="compliance-label"/></w:sdtPr>'
    earlier = made_docx(TITLE, f"<w:sdt>{mark}<w:sdtContent>{para(TEXT)}</w:sdtContent></w:sdt>", TALK)
    beside = made_docx(
        TITLE, f"<w:p><w:pPr/><w:sdt>{mark}<w:sdtContent/></w:sdt><w:r><w:t>a</w:t></w:r></w:p>", TALK
    )
    bare = docx.remove(earlier, LABEL), docx.remove(beside, LABEL)
    assert bare[0] is not None
    assert members(bare[0].data) == members(made_docx(TITLE, TALK))
    assert bare[1] is not None
    assert members(bare[1].data) == members(
        made_docx(TITLE, "<w:p><w:pPr/><w:r><w:t>a</w:t></w:r></w:p>", TALK)
    )


def test_other_members_stay_as_they_are_packed() -> None:
    """Byte for byte, their compression too."""
    data = AWKWARD["heading and text"]
    made = docx.stamp(data, LABEL).data
    image = zipfile.ZipFile(io.BytesIO(data)).getinfo("word/media/image1.png")
    packed_image = data[
        image.header_offset : image.header_offset + 30 + len(image.filename) + image.compress_size
    ]
    assert packed_image in made


words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=50)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(words, st.sampled_from(["", "a", "b", "h"])), max_size=6), words)
def test_any_text_is_restored(blocks: list[tuple[str, str]], more: str) -> None:
    wanted = label(f"{TEXT} {more}".strip() if more.strip() else TEXT)
    data = made_docx(*(para(text, style) for text, style in blocks))
    made = docx.stamp(data, wanted).data
    assert not_met(docx.detect(made, wanted)) == set()
    bare = docx.remove(made, wanted)
    assert bare is not None
    assert members(bare.data) == members(data)


def forged(props: str = "", run: str = "", text: str = TEXT, size: int = 56) -> bytes:
    return made_docx(TITLE, para(text, "", props, f'{run}<w:sz w:val="{size}"/>'), TALK)


FORGED = {
    "white": (forged(run='<w:color w:val="FFFFFF"/>'), "contrast"),
    "pale": (forged(run='<w:color w:val="C0C0C0"/>'), "contrast"),
    "white on a white cell": (forged('<w:shd w:fill="000000"/>', '<w:color w:val="101010"/>'), "contrast"),
    "highlighted in its own colour": (forged(run='<w:color w:val="FF0000"/><w:highlight w:val="red"/>'), "contrast"),
    "white by the theme": (forged(run='<w:color w:val="000000" w:themeColor="background1"/>'), "contrast"),
    "on black by the theme": (
        forged(run='<w:color w:val="000000"/><w:shd w:val="clear" w:fill="FFFFFF" w:themeFill="text1"/>'), "contrast"),
    "on a solid pattern": (
        forged('<w:shd w:val="solid" w:color="000000" w:fill="FFFFFF"/>', '<w:color w:val="101010"/>'), "contrast"),
    "struck through": (forged(run="<w:strike/>"), "visible"),
    "no room between the indents": (forged('<w:ind w:right="12000"/>'), "visible"),
    "its first line off the page": (forged('<w:ind w:firstLine="20000"/>'), "visible"),
    "small": (forged(size=30), "font_ratio"),
    "as small as a dot": (forged(size=2), "visible"),
    "raised": (forged(run='<w:vertAlign w:val="superscript"/>'), "font_ratio"),
    "hidden": (forged(run="<w:vanish/>"), "visible"),
    "in a line too low": (forged('<w:spacing w:line="60" w:lineRule="exact"/>'), "visible"),
    "pushed off the page": (forged('<w:ind w:left="20000"/>'), "visible"),
    "pulled off the page": (forged('<w:ind w:left="-9000"/>'), "visible"),
    "at the end": (made_docx(TITLE, TALK, para(TEXT, "", "", '<w:sz w:val="56"/>')), "position"),
    "deleted": (made_docx(TITLE, f"<w:p><w:del><w:r><w:t>{TEXT}</w:t></w:r></w:del></w:p>", TALK), "wording"),
    "look-alike": (forged(text=TEXT.replace("А", "A", 1)), "wording"),
    "invisible letter": (forged(text=TEXT.replace("Т", "Т\N{ZERO WIDTH SPACE}", 1)), "wording"),
    "shortened": (forged(text=TEXT[: len(TEXT) // 2]), "wording"),
    "an earlier law's": (forged(text=FORMER), "wording"),
    "in the header of later pages only": (
        made_docx(TITLE, TALK, section="<w:titlePg/>",
                  headers={"first": para("Мы"), "default": para(TEXT, run='<w:sz w:val="56"/>')}), "visible"),
    "in a row that does not grow": (
        made_docx(TITLE, '<w:tbl><w:tr><w:trPr><w:trHeight w:val="40" w:hRule="exact"/></w:trPr><w:tc>'
                  + para(TEXT, run='<w:sz w:val="56"/>') + "</w:tc></w:tr></w:tbl>", TALK), "visible"),
    "one word smaller": (
        made_docx(TITLE, f'<w:p><w:r><w:rPr><w:sz w:val="56"/></w:rPr><w:t xml:space="preserve">{TEXT[:40]}</w:t></w:r>'
                  f'<w:r><w:rPr><w:sz w:val="20"/></w:rPr><w:t>{TEXT[40:]}</w:t></w:r></w:p>', TALK), "font_ratio"),
    "our own mark alone": (
        made_docx(TITLE, '<w:sdt><w:sdtPr><w:tag w:val="compliance-label"/></w:sdtPr><w:sdtContent>'
                  + para("Реклама") + "</w:sdtContent></w:sdt>", TALK), "wording"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_forgeries_are_rejected(name: str) -> None:
    data, kind = FORGED[name]
    found = docx.detect(data, LABEL)
    assert kind in not_met(found), found.criteria
    assert not docx.detect(data, LABEL).ok


SET = ('<w:w w:val="10"/>', '<w:spacing w:val="-400"/>', '<w:position w:val="-2000"/>', '<w:fitText w:val="200"/>', "<w:imprint/>",
       '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>')  # fmt: skip


@pytest.mark.parametrize("run", SET)
def test_squeezed_and_moved_letters_have_to_be_looked_at(run: str) -> None:
    found = docx.detect(forged(run=run), LABEL)
    assert not_met(found) == set()
    assert not found.ok


def test_what_people_set_every_day_raises_no_alarm() -> None:
    usual = '<w:w w:val="95"/><w:spacing w:val="-10"/><w:strike w:val="0"/><w:color w:val="0" w:themeColor="text1" w:themeTint="D9"/>'
    assert docx.detect(forged('<w:ind w:left="720" w:right="720" w:hanging="360"/>', usual), LABEL).ok


def test_right_by_hand() -> None:
    """What a careful person set passes; in the first page's header too, where nothing stands before it."""
    assert docx.detect(forged(), LABEL).ok
    assert docx.detect(
        forged('<w:shd w:val="clear" w:fill="000080"/>', '<w:color w:val="FFFF00"/>'), LABEL
    ).ok
    head = {"default": para(TEXT, run='<w:sz w:val="56"/>')}
    assert docx.detect(made_docx(TITLE, TALK, headers=head), LABEL).ok


def test_a_text_box_has_to_be_looked_at() -> None:
    data = made_docx(BOX.format(inside=para(TEXT, run='<w:sz w:val="56"/>')), TALK)
    found = docx.detect(data, LABEL)
    assert not_met(found) == set()
    assert found.verdict == "not_measurable"


def doctype(text: str) -> bytes:
    parts = members(AWKWARD["heading and text"])
    body = parts["word/document.xml"].decode()
    parts["word/document.xml"] = body.replace("?>", f"?>{text}", 1).encode()
    return packed(dict(parts))


HOSTILE = {
    "no zip": b"PK\x03\x04" + b"\0" * 90,
    "cut": AWKWARD["heading and text"][:700],
    "entities": doctype('<!DOCTYPE d [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>'),
    "outside entity": doctype('<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "no document": packed({"_rels/.rels": "<r/>", "a": "b"}),
    "a bomb": packed({"_rels/.rels": "<r/>", "word/document.xml": b"<a>" + b" " * 40_000_000}),
    "nested": made_docx("<w:sdt>" * 5000 + "</w:sdt>" * 5000),
    "password": b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    "numbers": made_docx(para("x", run='<w:sz w:val="&#x663;"/><w:color w:val="zzzzzz"/>')).replace(b"\0\0\0\0", b"\1\0\0\0", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("act", [docx.detect, docx.stamp])
def test_hostile_documents_are_refused_or_read(name: str, act: object) -> None:
    with pytest.raises(InputError) as told:
        act(HOSTILE[name], LABEL)  # type: ignore[operator]
    assert "passwd" not in str(told.value)


def test_relations_that_lead_outside_are_never_followed(tmp_path: Path) -> None:
    """A header and a template that lie elsewhere: not opened, not part of what is measured, kept as they are."""
    trap = tmp_path / "trap.xml"
    trap.write_text(f'<w:hdr xmlns:w="{W}">{para(LABEL.text or "")}</w:hdr>', "utf-8")
    parts = members(AWKWARD["letterhead"])
    listed = parts["word/_rels/document.xml.rels"].decode()
    outside = (
        f'<Relationship Id="rX" TargetMode="External" Target="{trap.as_uri()}" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header"/>'
        '<Relationship Id="rT" TargetMode="External" Target="http://example.org/t.dotm" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/>'
    )
    parts["word/_rels/document.xml.rels"] = listed.replace(
        "</Relationships>", f"{outside}</Relationships>"
    ).encode()
    data = packed(dict(parts))
    assert not docx.detect(data, LABEL).ok
    made = docx.stamp(data, LABEL).data
    assert docx.detect(made, LABEL).ok
    assert members(made)["word/_rels/document.xml.rels"] == parts["word/_rels/document.xml.rels"]


def test_macros_are_neither_run_nor_touched() -> None:
    data = made_docx(TITLE, TALK, more={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 Auto_Open"})
    made = docx.stamp(data, LABEL).data
    assert docx.detect(made, LABEL).ok
    assert members(made)["word/vbaProject.bin"] == members(data)["word/vbaProject.bin"]


def test_signed_documents_are_not_touched() -> None:
    data = made_docx(TITLE, TALK, more={"_xmlsignatures/sig1.xml": "<s/>"})
    with pytest.raises(InputError, match="signed"):
        docx.stamp(data, LABEL)
    assert not docx.detect(data, LABEL).ok


def test_odd_values_are_read_as_unsaid() -> None:
    run = '<w:sz w:val="many"/><w:color w:val="zzzzzz"/>'
    data = made_docx(para("x", run=run), f'<w:p xmlns:w="{W}"><!-- {TEXT} --><?x {TEXT}?></w:p>')
    assert not_met(docx.detect(data, LABEL)) == {"wording"}


@pytest.mark.parametrize(("who", "said"), [("Пётр", True), ("", False)])
def test_an_author_in_the_properties_is_told(who: str, *, said: bool) -> None:
    """Never who: only that somebody is named."""
    core = f'<cp:coreProperties xmlns:cp="a" xmlns:dc="b"><dc:creator>{who}</dc:creator></cp:coreProperties>'
    notes = docx.stamp(made_docx(TITLE, TALK, more={"docProps/core.xml": core}), LABEL).notes
    assert any("names its author" in note for note in notes) == said
    assert not who or not any(who in note for note in notes)
