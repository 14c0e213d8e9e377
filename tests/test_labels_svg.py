"""SVG: stamped is drawn and measured, removed is the original byte for byte, forgeries and hostile files told."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.errors import InputError
from compliance.labels import door, svg
from tests.media.labels import FORMER, TEXT, label, not_met

LABEL = label()
NS = 'xmlns="http://www.w3.org/2000/svg"'
WORDS = '<text x="40" y="300" font-size="14">Приходите в среду в гостиную центра, поговорим о дворе</text>'
DRAWING = f'<rect width="800" height="600" fill="#eef"/><circle cx="300" cy="500" r="50" fill="#c00"/>{WORDS}'


def drawing(inside: str = DRAWING, root: str = 'viewBox="0 0 800 600"', head: str = "") -> bytes:
    return f"{head}<svg {NS} {root}>{inside}</svg>\n".encode()


DRAWINGS = {
    "view box": drawing(),
    "width and height": drawing(root='width="800" height="600px"'),
    "both": drawing(root="width='210mm' viewBox='0,0 800,600' height='157.5mm'"),
    "shifted": drawing('<rect x="-400" y="-300" width="800" height="600" fill="#eef"/>', root='viewBox="-400 -300 800 600"'),
    "small units": drawing('<circle cx="1" cy="1" r=".4"/>', root='viewBox="0 0 2 2"'),
    "declared": drawing(head='<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
                        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n<!-- a -->'),
    "dark letters off": drawing(root='viewBox="0 0 800 600" fill="none" stroke="red"'),
    "wide": drawing(root='viewBox="0 0 2400 300"'),
    "tall": drawing(root='viewBox="0 0 300 2400"'),
    "right to left": drawing('<text x="700" y="300" font-size="20" direction="rtl">مرحبا بالجيران</text>'),
    "no text": drawing('<circle cx="300" cy="300" r="50"/>'),
    "a prefix": drawing().replace(b"<svg xmlns=", b"<s:svg xmlns:s=").replace(b"</svg>", b"</s:svg>"),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_stamped_drawing_is_measured_and_comes_back(name: str) -> None:
    data = DRAWINGS[name]
    made = svg.stamp(data, LABEL).data
    found = svg.detect(made, LABEL)
    assert not_met(found) == set(), [item.message for item in found.criteria]
    assert {item.kind for item in found.criteria if item.verdict == "met"} >= {
        "wording",
        "visible",
        "position",
        "contrast",
    }
    assert svg.stamp(made, LABEL).data == made
    bare = svg.remove(made, LABEL)
    assert bare is not None
    assert bare.data == data
    assert svg.remove(data, LABEL) is None
    assert not_met(svg.detect(data, LABEL)) == {"wording"}


def told(words: str = TEXT, style: str = "", more: str = "", at: int = 40, turn: str = "") -> bytes:
    rows = "".join(
        f'<tspan x="10" y="{at + 34 * number}">{line} </tspan>'
        for number, line in enumerate(textwrap.wrap(words, 70))
    )
    ground = '<rect width="1900" height="900" fill="#fff"/>'
    label_text = f'<text font-size="28" transform="{turn}" style="{style}">{rows}</text>'
    return drawing(f"{ground}{label_text}{WORDS}{more}", 'viewBox="0 0 1900 900"')


FORGED = {
    "white": (told(style="fill:#fff"), "contrast"),
    "pale": (told(style="fill:#ccc"), "contrast"),
    "see-through": (told(style="opacity:0"), "visible"),
    "not displayed": (told(style="display:none"), "wording"),
    "tiny": (told(style="font-size:1px"), "visible"),
    "small": (told(style="font-size:18px"), "font_ratio"),
    "covered": (told(more='<rect width="1900" height="200" fill="#eee"/>'), "visible"),
    "off the field": (told(turn="translate(0 -400)"), "visible"),
    "mirrored": (told(turn="translate(1900 0) scale(-1 1)"), "wording"),
    "a title, not drawn": (drawing(f"<title>{TEXT}</title>{DRAWING}"), "wording"),
    "a comment": (drawing(f"<!-- {TEXT} -->{DRAWING}"), "wording"),
    "at the end": (told(at=500, more=WORDS.replace("300", "350")), "position"),
    "look-alike": (told(TEXT.replace("А", "A", 1)), "wording"),
    "shortened": (told(TEXT[:60]), "wording"),
    "an earlier law's": (told(FORMER), "wording"),
}  # fmt: skip


def test_right_by_hand() -> None:
    assert svg.detect(told(), LABEL).ok, svg.detect(told(), LABEL).criteria


@pytest.mark.parametrize("name", FORGED)
def test_forged_drawings_are_rejected(name: str) -> None:
    data, kind = FORGED[name]
    found = svg.detect(data, LABEL)
    assert kind in not_met(found), [item.message for item in found.criteria]


@pytest.mark.parametrize(
    "more",
    [
        "<script>1</script>",
        "<style>@import url(x.css);</style>",
        '<image href="http://x.example/a.png" width="9" height="9"/>',
        '<g filter="url(#a)"/><filter id="a"/>',
        '<animate attributeName="x"/>',
        '<g onclick="x()"/>',
    ],
)
def test_what_others_draw_otherwise_has_to_be_looked_at(more: str) -> None:
    found = svg.detect(svg.stamp(drawing(DRAWING + more), LABEL).data, LABEL)
    assert not_met(found) == set()
    assert found.verdict == "not_measurable"


HOSTILE = {
    "entities": drawing(head='<!DOCTYPE svg [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>'),
    "outside": drawing(head='<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "cut": drawing()[:-12],
    "no size": drawing(root=""),
    "no field": drawing(root='viewBox="0 0 0 600"'),
    "odd field": drawing(root='viewBox="0 0 nan inf"'),
    "narrow": drawing(WORDS, root='viewBox="0 200 150 400"'),
    "other root": b"<html><svg/></html>",
    "nested": drawing("<g>" * 200_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_drawings_are_refused(name: str) -> None:
    with pytest.raises(InputError) as told_error:
        svg.stamp(HOSTILE[name], LABEL)
    assert "passwd" not in str(told_error.value)


def test_deep_and_self_naming_drawings_end_in_a_word(tmp_path: Path) -> None:
    """In the limited process, as the commands do."""
    for number, inside in enumerate(
        (
            "<g>" * 3000 + "</g>" * 3000,
            '<g id="a"><use href="#a"/></g>',
            '<pattern id="p"><rect fill="url(#p)"/></pattern>',
        )
    ):
        path = tmp_path / f"{number}.svg"
        path.write_bytes(drawing(inside))
        try:
            assert not door.verify_file(path, LABEL).ok
        except InputError as error:
            assert error.what  # noqa: PT017


def test_the_door_stamps_and_verifies_in_the_limited_process(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    path.write_bytes(drawing())
    made = door.apply_file(path, LABEL)
    assert made.verification.ok
    assert door.picture_of(made.path, LABEL).startswith(b"\x89PNG")
    assert door.remove_file(made.path, LABEL).path == path


@settings(deadline=None, max_examples=30)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("C",), exclude_characters="<&"), max_size=40))
def test_any_words_come_back(words: str) -> None:
    data = drawing(
        f'{DRAWING}<text x="9" y="90">{words}</text>', "viewBox='0 0 800 600' data-x=\"a > 'b' height=\""
    )
    bare = svg.remove(svg.stamp(data, LABEL).data, LABEL)
    assert bare is not None
    assert bare.data == data
