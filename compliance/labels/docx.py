"""DOCX: the label as a paragraph that holds one content control, spliced into the XML; every other member stays as packed.

Writer and reader are different paths: positions in the bytes (`_spots`), and lxml's tree with the
chain of styles (`_docx_read`).
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from html import escape

from compliance.i18n import _
from compliance.labels import _author_office, _docx_read, _office, _package
from compliance.labels._package import Package, damaged
from compliance.labels._spots import Spot, spliced, spots, without
from compliance.labels.model import Label, Stamped, Verification
from compliance.labels.reading import LONGEST_UNMARKED_HEADING, body_size, label_pieces

NAME = "docx"
SUFFIXES = (".docx",)
MEDIA = ("text", "post", "letter")
CAP = _package.CAP
ISOLATED = 20
PAGED = True

MARK = "compliance-label"  # the tag of our content control; never taken as evidence
_USUAL_SIZE = 12.0  # points, for a document without text

recognises = _package.recognises
anonymous = _author_office.bare


def detect(data: bytes, label: Label) -> Verification:
    """Body, text boxes and the header of the first page, by the sizes and colours of their styles."""
    package = Package(data)
    return _office.better(lambda first: _docx_read.read(package, header_first=first), label)


def stamp(data: bytes, label: Label, *, every_page: bool = False) -> Stamped:
    """Under the heading, else before the first block, be it a table; ``every_page``: in all headers too.

    Raises `InputError` for damaged, encrypted and signed documents.
    """
    assert label.text is not None
    package = Package(data)
    package.refuse_signed()
    changed = _unlabelled(package)
    if changed:
        package = Package(package.written(changed))
    size = _body(package, label)
    main, _related = _docx_read.parts(package)
    part = package.read(main)
    body = next((spot for spot in spots(part).children if spot.name == "body"), None)
    if body is None:
        raise damaged()
    half = math.ceil(2 * label.ratio * size - 0.001)
    block = _block(label, body.space, half)
    at, note = _place(body, label, _headed(package, main))
    made = {main: spliced(part, at, block)}
    notes = [note, *package.author_notes()]
    if every_page:
        headers = _headers(package, main)
        for name in headers:
            top = package.read(name)
            root = spots(top)
            made[name] = spliced(top, root.inner, block)
        if not headers:
            notes.append(_("this document has no page headers: the label stands on the first page only"))
    return Stamped(package.written(made), tuple(notes))


def _body(package: Package, label: Label) -> float:
    """The size in points that the label will be compared with: without what is before it as a heading."""
    reading = _docx_read.read(package, header_first=False)
    ours = label_pieces(reading.runs, label)
    others = [run for number, run in enumerate(reading.runs) if number not in ours]
    led = [run for run in others if not run.hidden and run.text.strip()]
    rest = [run for run in others if led and run.block != led[0].block]
    sizes = [found for runs in (others, rest) if (found := body_size(runs)) is not None]
    return max(sizes or [run.size or 0 for run in led], default=0) or _USUAL_SIZE


def remove(data: bytes, _label: Label) -> Stamped | None:
    """Without the label that we put in: each part with the bytes it had; ``None`` where there is none."""
    package = Package(data)
    package.refuse_signed()
    changed = _unlabelled(package)
    return Stamped(package.written(changed)) if changed else None


def _unlabelled(package: Package) -> dict[str, bytes]:
    """The parts that hold a label of ours, without it."""
    main, _related = _docx_read.parts(package)
    found = {}
    for name in [main, *_headers(package, main)]:
        part = package.read(name)
        if MARK.encode() in part:
            ours = list(_ours(spots(part)))
            if ours:
                found[name] = without(part, ours)
    return found


def _ours(root: Spot) -> Iterator[Spot]:
    """Our paragraphs; of one in which somebody wrote more, our control alone. Earlier versions put it around one."""
    for item in root.all():
        if _is_ours(item):
            around = item.parent
            alone = around is not None and [each.name for each in around.children] == ["pPr", "sdt"]
            yield around if around is not None and alone else item


def _is_ours(spot: Spot) -> bool:
    if spot.name != "sdt":
        return False
    tag = next((item for item in spot.children if item.name == "sdtPr"), None)
    return tag is not None and any(
        item.name == "tag" and item.attributes.get("val") == MARK for item in tag.children
    )


def _headers(package: Package, main: str) -> list[str]:
    names = _docx_read.related_parts(package, main, "header")
    return [name for name in dict.fromkeys(names) if _is_header(package, name)]


def _is_header(package: Package, name: str) -> bool:
    part = package.find(name) if name.endswith(".xml") else None
    return part is not None and b"hdr" in part and _root_name(part) == "hdr"


def _root_name(part: bytes) -> str:
    """The local name of the root, without reading on; empty for what is no XML."""
    from lxml import etree

    try:
        events = etree.iterparse(io.BytesIO(part), events=("start",), resolve_entities=False, no_network=True)
        return next((_docx_read.name(element) for _event, element in events), "")
    except etree.XMLSyntaxError:
        return ""


def _headed(package: Package, main: str) -> set[str]:
    return _docx_read.Styles.read(_docx_read.part_by_kind(package, main, "styles")).headings


def _place(body: Spot, label: Label, headings: set[str]) -> tuple[int, str]:
    """Where in the bytes, and what to say about it."""
    first = body.children[0].start if body.children else body.close
    if label.leads:
        return first, _("the label stands first, as the rule asks")
    blocks = [spot for spot in body.children if spot.name != "sectPr"]
    marked = any(_style(spot) in headings for spot in blocks if spot.name == "p")
    for number, spot in enumerate(blocks):
        words = spot.text("t").strip()
        if not words and spot.name == "p" and spot.first("txbxContent") is None:
            continue
        if spot.name != "p" or spot.first("fldChar") is not None:
            break
        title = _style(spot) in headings
        short = len(words) <= LONGEST_UNMARKED_HEADING and words[-1:] not in tuple(".!,;:…")
        follows = any(item.text("t").strip() for item in blocks[number + 1 :])
        if title or (not marked and short and follows):
            return spot.end, _("“{heading}” was taken for the heading").format(heading=words)
        break
    return first, _("no heading was found; the label stands first")


def _style(spot: Spot) -> str:
    properties = next((item for item in spot.children if item.name == "pPr"), None)
    if properties is None:
        return ""
    return next((item.attributes.get("val", "") for item in properties.children if item.name == "pStyle"), "")


def _block(label: Label, space: str, half: int) -> str:
    """Black on white, nothing inherited that could hide it. ``half``: half-points.

    The control stands inside the paragraph: of one around it LibreOffice 7.4 drops the letters' size.
    """
    language = f'<w:lang w:val="{escape(label.language)}"/>' if label.language else ""
    assert label.text is not None
    return (
        f'<w:p xmlns:w="{escape(space)}"><w:pPr>'
        '<w:shd w:val="clear" w:color="auto" w:fill="FFFFFF"/><w:bidi w:val="0"/>'
        '<w:spacing w:before="120" w:after="120" w:line="240" w:lineRule="auto"/>'
        '<w:ind w:left="0" w:right="0" w:firstLine="0"/><w:jc w:val="left"/></w:pPr>'
        f'<w:sdt><w:sdtPr><w:tag w:val="{MARK}"/></w:sdtPr><w:sdtContent><w:r><w:rPr>'
        '<w:caps w:val="0"/><w:smallCaps w:val="0"/><w:vanish w:val="0"/><w:color w:val="000000"/>'
        f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/><w:highlight w:val="none"/>'
        '<w:shd w:val="clear" w:color="auto" w:fill="FFFFFF"/><w:vertAlign w:val="baseline"/>'
        f'{language}</w:rPr><w:t xml:space="preserve">{escape(label.text, quote=False)}</w:t>'
        "</w:r></w:sdtContent></w:sdt></w:p>"
    )
