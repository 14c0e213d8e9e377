"""The text of a DOCX as Word sets it: sizes and colours through the chain of styles, and what is not shown.

Nothing is laid out: what depends on it (text boxes, frames) is not measurable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from compliance.labels import _office
from compliance.labels._docx_look import ON, UNSAID, Look, look_of, painted, rgb, shade
from compliance.labels._package import Package, damaged
from compliance.labels._parts import Rgb, theme_colours
from compliance.labels._parts import attribute as attribute
from compliance.labels._parts import child as child
from compliance.labels._parts import name as name
from compliance.labels._parts import part_by_kind as part_by_kind
from compliance.labels._parts import parts as parts
from compliance.labels._parts import related_part as related_part
from compliance.labels._parts import related_parts as related_parts
from compliance.labels._parts import tree as tree
from compliance.labels._parts import value as value
from compliance.labels.reading import Hidden, Reading, Run

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_GONE = frozenset(
    "del moveFrom instrText delText pPr rPr sectPr sdtPr tblPr tblGrid trPr tcPr Fallback".split()
)
_DEFAULT_SIZE = 10.0  # ISO/IEC 29500-1, 17.3.2.38: where no style says anything


@dataclass(slots=True)
class Styles:
    """Looks by style, chains followed; ``headings`` are the paragraph styles that set headings."""

    base: Look = field(default_factory=lambda: Look(size=_DEFAULT_SIZE))
    looks: dict[str, Look] = field(default_factory=dict)
    headings: set[str] = field(default_factory=set)
    usual: str = ""
    lines: dict[str, Element] = field(default_factory=dict)

    @classmethod
    @lru_cache(maxsize=4)
    def read(cls, data: bytes | None) -> Styles:
        """Kept for the next reading of the same document, or of one made from the same template: read only."""
        styles = cls()
        if data is None:
            return styles
        root = tree(data)
        styles.base = look_of(child(root, "docDefaults", "rPrDefault", "rPr")).over(styles.base)
        listed = {attribute(item, "styleId"): item for item in root if name(item) == "style"}
        for key, item in listed.items():
            if attribute(item, "default") in ("1", "true") and attribute(item, "type") == "paragraph":
                styles.usual = key
            chain = list(_chain(key, listed))
            look = UNSAID
            for step in chain:
                look = look.over(look_of(child(step, "rPr")))
            styles.looks[key] = look
            spacing = next(
                (found for step in chain if (found := child(step, "pPr", "spacing")) is not None), None
            )
            if spacing is not None:
                styles.lines[key] = spacing
            titled = (value(item, "name") or "").lower()
            outline = any(_outline(child(step, "pPr")) for step in chain)
            if titled.startswith("heading ") or titled == "title" or outline:
                styles.headings.add(key)
        return styles


def _chain(key: str, listed: dict[str, Element]) -> Iterator[Element]:
    met: set[str] = set()
    while key in listed and key not in met:
        met.add(key)
        yield listed[key]
        key = value(listed[key], "basedOn") or ""


def _outline(properties: Element | None) -> bool:
    level = value(properties, "outlineLvl")
    return level is not None and level.isdigit() and int(level) < 9


@dataclass(frozen=True, slots=True)
class _Where:
    """What a paragraph inherits from what it stands in."""

    ground: str | None = None
    doubt: str = ""
    hidden: Hidden = ""
    height: float | None = None  # points, of a table row that does not grow
    header: bool = False


class Reader:
    """Walks one document; ``runs`` in the order a reader meets them."""

    def __init__(self, styles: Styles, page: Element | None, theme: Mapping[str, Rgb]) -> None:
        self.theme = theme
        self.styles, self.runs, self.blocks = styles, list[Run](), 0
        self.ground = "FFFFFF"
        self.width = _twips(child(page, "pgSz"), "w", 595.0)
        self.margin = _twips(child(page, "pgMar"), "left", 72.0)

    def walk(self, element: Element, where: _Where) -> None:
        for item in element:
            kind = name(item)
            if not kind or kind in _GONE:
                continue
            if kind == "p":
                self.paragraph(item, where)
            elif kind == "tc":
                self.walk(item, replace(where, ground=shade(child(item, "tcPr", "shd")) or where.ground))
            elif kind == "tr":
                height = child(item, "trPr", "trHeight")
                exact = height is not None and attribute(height, "hRule") == "exact"
                self.walk(item, replace(where, height=_twips(height, "val", 0.0) if exact else where.height))
            else:
                self.walk(item, where)

    def paragraph(self, element: Element, where: _Where) -> None:
        self.blocks += 1
        block, properties = self.blocks, child(element, "pPr")
        style = value(properties, "pStyle") or self.styles.usual
        look = self.styles.looks.get(style, UNSAID)
        if ground := shade(child(properties, "shd")):
            where = replace(where, ground=ground)
        if child(properties, "framePr") is not None:
            where = replace(where, doubt=_office.floats())
        if child(properties, "textDirection") is not None:
            where = replace(where, doubt=_office.squeezed())
        indent = child(properties, "ind")
        left = self.margin + (_twips(indent, "left", 0.0) or _twips(indent, "start", 0.0))
        right = _twips(indent, "right", 0.0) or _twips(indent, "end", 0.0)
        begins = left + _twips(indent, "firstLine", 0.0)
        if left < 0 or max(left, begins) > self.width - 18 or left + 18 > self.width - self.margin - right:
            where = replace(where, hidden="crop")
        elif left < _twips(indent, "hanging", 0.0):
            where = replace(where, doubt=_office.squeezed())
        spacing = child(properties, "spacing")
        if spacing is None or not attribute(spacing, "line"):
            spacing = self.styles.lines.get(style, spacing)
        if spacing is not None and attribute(spacing, "lineRule") == "exact":
            line = _twips(spacing, "line", 1000.0)
            where = replace(where, height=min(line, where.height or line))
        heading = style in self.styles.headings or _outline(properties)
        self._inside(element, where, look, block, heading)
        self.runs.append(Run("\n", at=(float(len(self.runs)),), block=block))

    def _inside(self, element: Element, where: _Where, look: Look, block: int, heading: bool) -> None:
        for item in element:
            kind = name(item)
            if not kind or kind in _GONE:
                continue
            if kind == "r":
                self._run(item, where, look, block, heading)
            elif kind == "txbxContent":
                self.walk(item, replace(where, doubt=_office.floats()))
            else:
                self._inside(item, where, look, block, heading)

    def _run(self, element: Element, where: _Where, look: Look, block: int, heading: bool) -> None:
        properties = child(element, "rPr")
        chosen = self.styles.looks.get(value(properties, "rStyle") or "", UNSAID)
        full = look_of(properties).over(chosen).over(look).over(self.styles.base)
        pieces: list[str] = []
        for item in element:
            kind = name(item)
            if kind == "t":
                pieces.append(item.text or "")
            elif kind in ("tab", "br", "cr", "ptab"):
                pieces.append("\n" if kind in ("br", "cr") else "\t")
            elif kind == "noBreakHyphen":
                pieces.append("\N{NON-BREAKING HYPHEN}")
            elif kind == "softHyphen":
                pieces.append("\N{SOFT HYPHEN}")
            elif kind in ("drawing", "pict", "object", "AlternateContent"):
                self._inside(item, where, look, block, heading)
        if pieces:
            self._add("".join(pieces), where, full, block, heading)

    def _add(self, text: str, where: _Where, look: Look, block: int, heading: bool) -> None:
        size = look.size or _DEFAULT_SIZE
        if look.raised:
            size *= 0.65
        if look.small:
            size *= 0.8
        self.runs.append(
            _office.seen(
                text,
                len(self.runs),
                size=size,
                ink=painted(look.colour, self.theme),
                ground=painted(look.ground, self.theme)
                or painted(where.ground, self.theme)
                or rgb(self.ground),
                hidden=where.hidden or ("struck" if look.struck else ""),
                display=bool(look.hidden),
                cropped=where.height is not None and where.height < 0.8 * size,
                block=block,
                header=where.header,
                doubt=where.doubt or (_office.squeezed() if look.uneasy(size) else ""),
                heading=heading,
            )
        )


def _twips(element: Element | None, local: str, other: float) -> float:
    """A length in twentieths of a point, as points."""
    try:
        return other if element is None else float(attribute(element, local)) / 20
    except ValueError:
        return other


def read(package: Package, *, header_first: bool) -> Reading:
    """All text that the first page's header and the body show; the other headers' as not displayed there."""
    main, related = parts(package)
    root = tree(package.read(main))
    body = child(root, "body")
    if body is None:
        raise damaged()
    section = next((item for item in body.iter() if name(item) == "sectPr"), None)
    theme = theme_colours(part_by_kind(package, main, "theme"))
    reader = Reader(Styles.read(part_by_kind(package, main, "styles")), section, theme)
    background = child(root, "background")
    if background is not None and rgb(attribute(background, "color")):
        reader.ground = attribute(background, "color")
    shown, others = _headers(package, section, related)
    if header_first:
        for part in shown:
            reader.walk(part, _Where(header=True))
    reader.walk(body, _Where())
    if not header_first:
        for part in shown:
            reader.walk(part, _Where(header=True))
    for part in others:
        reader.walk(part, _Where(header=True, hidden="display"))
    return Reading(
        "docx",
        tuple(reader.runs),
        unit="pt",
        marked=any(run.heading and run.text.strip() for run in reader.runs),
    )


def _headers(
    package: Package, section: Element | None, related: dict[str, str]
) -> tuple[list[Element], list[Element]]:
    """The header of the first page, and the headers of other pages."""
    if section is None:
        return [], []
    title = child(section, "titlePg")
    first = "first" if title is not None and attribute(title, "val") in ON else "default"
    shown: list[Element] = []
    others: list[Element] = []
    for item in section:
        if name(item) != "headerReference":
            continue
        part = package.find(related.get(attribute(item, "id"), ""))
        if part is not None:
            (shown if attribute(item, "type") == first else others).append(tree(part))
    return shown, others
