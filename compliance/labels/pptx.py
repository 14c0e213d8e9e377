"""PPTX: the label on slides of its own before all others, or after them too; what must know of them is changed, and
can be restored.

Writer and reader are different paths: positions in the bytes (`_spots`), and lxml's tree with placeholders,
layouts and masters (`_pptx_read`).
"""

from __future__ import annotations

import math
import posixpath
import re
from html import escape

from compliance.errors import InputError
from compliance.i18n import _, ngettext
from compliance.labels import _author_office, _docx_read, _office, _package, _pptx_read
from compliance.labels._edits import STRICT, Edits, relations_space, undone
from compliance.labels._package import Package, damaged
from compliance.labels._pptx_shapes import EMU
from compliance.labels._spots import Spot, spots
from compliance.labels.judge import judge
from compliance.labels.model import Label, Stamped, Verification

NAME = "pptx"
SUFFIXES = (".pptx",)
MEDIA = ("text", "post")
CAP = _package.CAP
ISOLATED = 20
LAYOUTS = ("first_slide", "both_ends")
"""``both_ends``: after all others too, where a talk stays while people ask."""

_STEM = "ppt/slides/compliance-label-"
_USUAL_SIZE = 18.0
_MARGIN = 0.05  # of the slide's width and height
_LETTER = 0.68  # of the size: what a capital letter takes
_MOST_SLIDES = 20
_FIRST_ID = 256
_CONTENT = "application/vnd.openxmlformats-officedocument.presentationml.slide+xml"

recognises = _package.recognises
anonymous = _author_office.bare


def detect(data: bytes, label: Label) -> Verification:
    """The text of all slides, by the sizes and colours that placeholders, layouts and masters give it."""
    return judge(_pptx_read.read(Package(data)), label)


def stamp(data: bytes, label: Label, *, layout: str = LAYOUTS[0]) -> Stamped:
    """First slides that hold the label alone, last ones too where the layout is so. `InputError` for damaged,
    encrypted and signed documents."""
    assert label.text is not None
    if bare := remove(data, label):
        data = bare.data
    package = Package(data)
    package.refuse_signed()
    if any(name.startswith(_STEM) for name in package.names):
        raise InputError(
            _("this presentation has a slide with a label of ours, and was changed since"),
            remedy=_("Delete that slide in the program, save, and put the label on again."),
        )
    ground = _pptx_read.first_layout(package)
    size = (
        math.ceil(2 * label.ratio * _office.text_size(_pptx_read.read(package), label, _USUAL_SIZE) - 0.001)
        / 2
    )
    main, _related = _docx_read.parts(package)
    root = spots(package.read(main))
    wide, high = _measures(root)
    texts = _pieces(label.text, size, wide, high)
    edits = Edits(package)
    both = layout == "both_ends"
    names = [f"{_STEM}{number}.xml" for number in range(1, (1 + both) * len(texts) + 1)]
    _join(edits, main, root, names, len(texts))
    added = {}
    for number, (name, text) in enumerate(zip(names, texts * (1 + both), strict=True)):
        body = _slide(label, text, size, (wide, high), strict=root.space.startswith(STRICT))
        added[name] = body.replace("<!---->", edits.journal() if number == 0 else "").encode()
        added[f"ppt/slides/_rels/{posixpath.basename(name)}.rels"] = _relations(root, ground).encode()
    note = ngettext(
        "the label stands on {n} slide of its own, before all others",
        "the label stands on {n} slides of its own, before all others",
        len(texts),
    ).format(n=len(texts))
    notes = (note, *([_("the same stands after all others")] if both else []), *package.author_notes())
    return Stamped(package.written(edits.made(), added=added), notes)


def remove(data: bytes, _label: Label) -> Stamped | None:
    """Every part with the bytes it had; ``None`` where no label of ours stands, or the document was saved anew."""
    package = Package(data)
    package.refuse_signed()
    ours = package.find(f"{_STEM}1.xml")
    back = undone(package, ours) if ours is not None else None
    if back is None:
        return None
    dropped = [
        name for name in package.names if "compliance-label-" in name and name.startswith("ppt/slides/")
    ]
    return Stamped(package.written(back, dropped=dropped))


def layout_of(data: bytes, _label: Label) -> str:
    """The layout in which slides of ours stand here, by the last one; empty where there are none."""
    package = Package(data)
    if f"{_STEM}1.xml" not in package.names:
        return ""
    return LAYOUTS[_pptx_read.slides(package)[-1].startswith(_STEM)]


def _measures(root: Spot) -> tuple[int, int]:
    found = next((spot for spot in root.children if spot.name == "sldSz"), None)
    values = [found.attributes.get(key, "") if found else "" for key in ("cx", "cy")]
    if not all(value.isdecimal() and int(value) > 0 for value in values):
        return 9_144_000, 6_858_000
    return int(values[0]), int(values[1])


def _pieces(text: str, size: float, wide: int, high: int) -> list[str]:
    """The text cut at spaces into what fits a slide each."""
    points = EMU
    across = max(1, int((1 - 2 * _MARGIN) * wide / points / (_LETTER * size)))
    rows = max(1, int((1 - 2 * _MARGIN) * high / points / (1.25 * size)))
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= across:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    found = [" ".join(lines[at : at + rows]) for at in range(0, len(lines), rows)]
    if len(found) > _MOST_SLIDES:
        raise InputError(
            _("the text of this presentation is so large that the label does not fit"),
            remedy=_("Put the label in with the program, and verify it."),
        )
    return found


def _join(edits: Edits, main: str, root: Spot, names: list[str], before: int) -> None:
    """The presentation told of our slides: so many of them before all others, in the first section where there are
    sections; the rest after them, in the last one."""
    listed = next((spot for spot in root.children if spot.name == "sldIdLst"), None)
    if listed is None or not listed.children:
        raise damaged()
    relations = relations_space(root)
    tags = b"".join(edits.package.read(main)[item.start : item.inner] for item in listed.children)
    known = [int(number) for number in re.findall(rb"\sid\s*=\s*[\"'](\d{1,10})[\"']", tags)]
    first = max([_FIRST_ID, *known]) + 1
    ids = [(first + at, f"rIdComplianceLabel{at + 1}") for at in range(len(names))]
    entries = [
        f'<sldId xmlns="{escape(root.space)}" xmlns:r="{relations}" id="{number}" r:id="{key}"/>'
        for number, key in ids
    ]
    _around(edits, main, (listed, listed), entries, before)
    own = [item for spot in root.all() if spot.name == "section" and (item := spot.first("sldIdLst"))]
    own = [item for item in own if item.close != item.end]
    if own:
        entries = [f'<sldId xmlns="{escape(own[0].space)}" id="{number}"/>' for number, _key in ids]
        _around(edits, main, (own[0], own[-1]), entries, before)
    folder, base = posixpath.split(main)
    part = posixpath.join(folder, "_rels", f"{base}.rels")
    targets = [posixpath.relpath(name, folder or ".") for name in names]
    links = [
        f'Id="{key}" Type="{relations}/slide" Target="{to}"'
        for (_n, key), to in zip(ids, targets, strict=True)
    ]
    edits.appended(part, "Relationship", links)
    edits.appended(
        "[Content_Types].xml", "Override", [f'PartName="/{name}" ContentType="{_CONTENT}"' for name in names]
    )


def _around(edits: Edits, part: str, ends: tuple[Spot, Spot], entries: list[str], before: int) -> None:
    """The first entries as the first in one list, the rest as the last in another, or in the same."""
    edits.put(part, ends[0].inner, ends[0].inner, "".join(entries[:before]))
    if entries[before:]:
        edits.put(part, ends[1].close, ends[1].close, "".join(entries[before:]))


def _relations(root: Spot, layout: str) -> str:
    target = posixpath.relpath(layout, "ppt/slides")
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relations_space(root)}/slideLayout" Target="{escape(target)}"/></Relationships>'
    )


def _slide(label: Label, text: str, size: float, measures: tuple[int, int], *, strict: bool) -> str:
    """White, nothing of the master on it, one box with the text; the empty comment is the journal's place."""
    base = STRICT if strict else "http://schemas.openxmlformats.org/"
    year = "" if strict else "/2006"
    wide, high = measures
    left, top = int(_MARGIN * wide), int(_MARGIN * high)
    language = f' lang="{escape(label.language)}"' if label.language else ""
    words = escape(text, quote=False).encode("ascii", "xmlcharrefreplace").decode()
    box = f'<a:off x="{left}" y="{top}"/><a:ext cx="{wide - 2 * left}" cy="{high - 2 * top}"/>'
    none = '<a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/>'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<!---->'
        f'<p:sld xmlns:a="{base}drawingml{year}/main" xmlns:r="{base}officeDocument{year}/relationships"'
        f' xmlns:p="{base}presentationml{year}/main" showMasterSp="0"><p:cSld><p:bg><p:bgPr><a:solidFill>'
        '<a:srgbClr val="FFFFFF"/></a:solidFill><a:effectLst/></p:bgPr></p:bg><p:spTree><p:nvGrpSpPr>'
        f'<p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>{none}</a:xfrm></p:grpSpPr>'
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="compliance-label"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
        f'<p:spPr><a:xfrm>{box}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
        '<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:noAutofit/></a:bodyPr>'
        '<a:lstStyle/><a:p><a:pPr marL="0" indent="0" algn="l"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:buNone/>'
        f'</a:pPr><a:r><a:rPr{language} sz="{round(100 * size)}" b="0" i="0" u="none" strike="noStrike" cap="none"'
        f' baseline="0"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:rPr><a:t>{words}</a:t></a:r></a:p>'
        "</p:txBody></p:sp></p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"
    )
