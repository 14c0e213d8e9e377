"""ODT: stamped is detected, removed is the original, forgeries and hostile files are told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.errors import InputError
from compliance.labels import odt
from tests.media.documents import BODY, members, packed
from tests.media.labels import FORMER, TEXT, label, not_met

LABEL = label()
_NS = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"),
                         ("draw", "drawing"), ("fo", "xsl-fo-compatible"))
)  # fmt: skip
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
    + "".join(
        f'<manifest:file-entry manifest:full-path="{part}.xml" manifest:media-type="text/xml"/>'
        for part in ("content", "styles")
    )
    + "</manifest:manifest>"
)
STYLES = (
    '<style:default-style style:family="paragraph"><style:text-properties fo:font-size="11pt"/></style:default-style>'
    '<style:style style:name="Body" style:family="paragraph"><style:text-properties fo:font-size="14pt"/></style:style>'
    '<style:style style:name="Big" style:family="paragraph" style:parent-style-name="Body"><style:text-properties'
    ' fo:font-size="200%"/></style:style>'
)
OWN = '<office:automatic-styles><style:style style:name="P1" style:family="paragraph"/></office:automatic-styles>'


def made_odt(
    inside: str, own: str = OWN, master: str = "", more: dict[str, str | bytes] | None = None
) -> bytes:
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {_NS}>{own}<office:body>'
            f"<office:text><text:sequence-decls/>{inside}</office:text></office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {_NS}><office:styles>{STYLES}</office:styles><office:master-styles>"
            f'<style:master-page style:name="Standard">{master}</style:master-page></office:master-styles>'
            "</office:document-styles>",
            "META-INF/manifest.xml": _MANIFEST,
            "Pictures/a.png": bytes(range(256)) * 9,
        }
        | (more or {})
    )


def para(text: str, style: str = "Body") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


HEAD = "<text:h text:outline-level='1'>Встреча соседей</text:h>"
TALK = para(BODY * 4)
TABLE = f"<table:table><table:table-row><table:table-cell>{TALK}</table:table-cell></table:table-row></table:table>"
AWKWARD = {
    "heading and text": made_odt(HEAD + TALK),
    "no heading": made_odt(TALK + TALK),
    "first block a table": made_odt(TABLE + TALK),
    "no styles of its own": made_odt(HEAD + TALK, own="<office:automatic-styles/>"),
    "no list of styles": made_odt(HEAD + TALK, own=""),
    "letterhead": made_odt(HEAD + TALK, master=f"<style:header>{para('АНО «Слобода»')}</style:header>"),
    "right to left": made_odt("<text:h>مرحبا</text:h>" + para("نص " * 60)),
    "a list first": made_odt(f"<text:list><text:list-item>{TALK}</text:list-item></text:list>"),
    "empty": made_odt("<text:p/>"),
    "spans": made_odt(HEAD + para(f"{BODY * 3}<text:span text:style-name='x'>и <text:s/>ещё</text:span>.")),
}


@pytest.mark.parametrize("name", AWKWARD)
def test_stamped_is_detected_and_removed_is_the_original(name: str) -> None:
    data = AWKWARD[name]
    made = odt.stamp(data, LABEL).data
    found = odt.detect(made, LABEL)
    assert not_met(found) == set(), found.criteria
    assert found.ok or name == "empty"
    before, after = members(data), members(made)
    assert {part for part in before if before[part] != after[part]} == {"content.xml"}
    assert odt.stamp(made, LABEL).data == made
    bare = odt.remove(made, LABEL)
    assert bare is not None
    assert members(bare.data) == before
    assert odt.remove(data, LABEL) is None


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("C",), exclude_characters="<&"), max_size=40), max_size=5),
    st.sampled_from([OWN, "", "<office:automatic-styles/>", "<office:automatic-styles />"]),
)  # fmt: skip
def test_any_text_is_restored(blocks: list[str], own: str) -> None:
    data = made_odt("".join(para(text) for text in blocks), own=own)
    made = odt.stamp(data, LABEL).data
    assert not_met(odt.detect(made, LABEL)) == set()
    bare = odt.remove(made, LABEL)
    assert bare is not None
    assert members(bare.data) == members(data)


def told(props: str = "", lines: str = "", text: str = TEXT, size: str = "28pt", wrap: str = "{}") -> bytes:
    own = (
        '<office:automatic-styles><style:style style:name="L" style:family="paragraph">'
        f'<style:paragraph-properties {lines}/><style:text-properties fo:font-size="{size}" {props}/></style:style>'
        "</office:automatic-styles>"
    )
    return made_odt(HEAD + wrap.format(para(text, "L")) + TALK, own=own)


SQUEEZED = (
    'style:text-scale="10%"',
    'fo:letter-spacing="-20pt"',
    'style:font-name="Wingdings"',
    'style:text-rotation-angle="90"',
)


@pytest.mark.parametrize("props", SQUEEZED)
def test_squeezed_and_turned_letters_have_to_be_looked_at(props: str) -> None:
    found = odt.detect(told(props), LABEL)
    assert not_met(found) == set()
    assert not found.ok
    assert not odt.detect(told(lines='fo:line-height="10%"'), LABEL).ok


def test_what_people_set_every_day_raises_no_alarm() -> None:
    usual = 'style:text-scale="95%" fo:letter-spacing="-0.3pt" style:text-line-through-style="none" style:text-line-through-type="none"'
    lines = 'fo:margin-left="1cm" fo:margin-right="1cm" fo:text-indent="-0.5cm" fo:line-height="90%"'
    assert odt.detect(told(usual, lines), LABEL).ok


FORGED = {
    "struck through": (told('style:text-line-through-style="solid"'), "visible"),
    "its first line off the page": (told(lines='fo:text-indent="40cm"'), "visible"),
    "no room between the margins": (told(lines='fo:margin-right="30cm"'), "visible"),
    "white": (told('fo:color="#ffffff"'), "contrast"),
    "pale": (told('fo:color="#c0c0c0"'), "contrast"),
    "its ground's colour": (told('fo:color="#102030"', 'fo:background-color="#102030"'), "contrast"),
    "small": (told(size="20pt"), "font_ratio"),
    "tiny": (told(size="1pt"), "visible"),
    "small by per cent": (told(size="50%"), "font_ratio"),
    "raised": (told('style:text-position="super 58%"'), "font_ratio"),
    "hidden": (told('text:display="none"'), "visible"),
    "hidden section": (told(wrap='<text:section text:display="none">{}</text:section>'), "visible"),
    "deleted": (told(wrap="<text:tracked-changes>{}</text:tracked-changes>"), "wording"),
    "in a note": (made_odt(HEAD + para(f"{BODY * 3}<text:note>{para(TEXT, 'Big')}</text:note>")), "wording"),
    "in a line too low": (told(lines='fo:line-height="2pt"'), "visible"),
    "pushed off the page": (told(lines='fo:margin-left="90cm"'), "visible"),
    "at the end": (made_odt(HEAD + TALK + para(TEXT, "Big")), "position"),
    "look-alike": (told(text=TEXT.replace("А", "A", 1)), "wording"),
    "shortened": (told(text=TEXT[:50]), "wording"),
    "an earlier law's": (told(text=FORMER), "wording"),
}


@pytest.mark.parametrize("name", FORGED)
def test_forgeries_are_rejected(name: str) -> None:
    data, kind = FORGED[name]
    assert kind in not_met(odt.detect(data, LABEL)), odt.detect(data, LABEL).criteria


def test_right_by_hand_and_in_a_box() -> None:
    assert odt.detect(told(), LABEL).ok
    assert odt.detect(made_odt(HEAD + para(TEXT, "Big") + TALK), LABEL).ok
    boxed = odt.detect(
        told(wrap="<text:p><draw:frame><draw:text-box>{}</draw:text-box></draw:frame></text:p>"), LABEL
    )
    assert boxed.verdict == "not_measurable"


HOSTILE = {
    "cut": AWKWARD["heading and text"][:500],
    "nothing": packed({"mimetype": "x"}),
    "no text": packed({"content.xml": "<a/>"}),
    "entities": packed({"content.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
    "locked": b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    "nested": made_odt("<text:section>" * 4000 + "</text:section>" * 4000),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("act", [odt.detect, odt.stamp])
def test_hostile_documents_are_refused(name: str, act: object) -> None:
    with pytest.raises(InputError):
        act(HOSTILE[name], LABEL)  # type: ignore[operator]


def test_signed_documents_are_not_touched() -> None:
    with pytest.raises(InputError, match="signed"):
        odt.stamp(made_odt(HEAD, more={"META-INF/documentsignatures.xml": "<s/>"}), LABEL)
