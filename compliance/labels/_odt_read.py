"""The text of an ODT as a word processor sets it: sizes and colours through the chain of styles. Nothing is laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from compliance.i18n import _
from compliance.labels import _office
from compliance.labels._docx_look import SYMBOLS
from compliance.labels._docx_read import attribute, child, name, tree
from compliance.labels._package import Package, damaged
from compliance.labels.reading import Hidden, Reading, Run

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_GONE = frozenset(
    "tracked-changes note annotation annotation-end sequence-decls variable-decls user-field-decls forms change"
    " change-start change-end table-of-content-source index-title-template title desc table-columns".split()
)
_DEFAULT_SIZE = 12.0
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "px": 0.75, "pc": 12.0}
_LENGTH = re.compile(r"(-?[\d.]+)(pt|in|cm|mm|px|pc|%)")


@dataclass(frozen=True, slots=True)
class _Look:
    size: float = _DEFAULT_SIZE
    colour: str = ""
    ground: str = ""
    hidden: bool = False
    factor: float = 1.0  # of raised, lowered and small capital letters
    line: float | None = None  # points, of a line that does not grow
    left: float = 0.0
    right: float = 0.0
    first: float = 0.0  # what the first line is indented by
    struck: bool = False
    wide: float = 1.0  # of the letters' usual width
    apart: float = 0.0  # points, more between them
    odd: bool = False

    @property
    def uneasy(self) -> bool:
        """Whether letters may be too narrow, too close or no letters, or lines lie over each other."""
        near = not -0.15 * self.size <= self.apart <= 2 * self.size
        return self.odd or self.wide < 0.8 or near or self.left + self.first < -60


def _length(text: str, whole: float = 0.0) -> float | None:
    """In points; per cent of ``whole``."""
    found = _LENGTH.fullmatch(text.strip())
    try:
        if found is None:
            return None
        number = float(found[1])
    except ValueError:
        return None
    return number * whole / 100 if found[2] == "%" else number * _POINTS[found[2]]


def _rgb(text: str) -> tuple[float, float, float] | None:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
        return None
    red, green, blue = bytes.fromhex(text[1:])
    return red / 255, green / 255, blue / 255


class Styles:
    """Styles by family and name; the defaults of each family."""

    def __init__(self, *roots: Element | None) -> None:
        self.named: dict[tuple[str, str], Element] = {}
        self.defaults: dict[str, Element] = {}
        for root in roots:
            for item in root.iter() if root is not None else ():
                if name(item) == "style":
                    self.named[attribute(item, "family"), attribute(item, "name")] = item
                elif name(item) == "default-style":
                    self.defaults[attribute(item, "family")] = item

    def look(self, family: str, style: str, base: _Look) -> _Look:
        """``base`` changed by the style and by those it stands on, the remotest first."""
        for item in reversed(list(self._chain(family, style))):
            base = _changed(item, base)
        return base

    def base(self) -> _Look:
        found = self.defaults.get("paragraph")
        return _Look() if found is None else _changed(found, _Look())

    def heading(self, style: str) -> bool:
        """Whether a paragraph style sets headings."""
        return any(
            attribute(item, "name").lower().startswith(("heading", "title")) or attribute(item, "default-outline-level")
            for item in self._chain("paragraph", style)
        )  # fmt: skip

    def _chain(self, family: str, style: str) -> Iterator[Element]:
        met: set[str] = set()
        while (found := self.named.get((family, style))) is not None and style not in met:
            met.add(style)
            yield found
            style = attribute(found, "parent-style-name")


def _changed(style: Element, look: _Look) -> _Look:
    letters, lines = child(style, "text-properties"), child(style, "paragraph-properties")
    cell = child(style, "table-cell-properties")
    if letters is not None:
        size = _length(attribute(letters, "font-size"), look.size)
        factor = look.factor
        if raised := attribute(letters, "text-position"):
            share = raised.split()[-1]
            factor = (
                (_length(share, 1.0) or 1.0)
                if share.endswith("%")
                else 0.58
                if share[:3] in ("sup", "sub")
                else 1.0
            )
        if attribute(letters, "font-variant") == "small-caps":
            factor = min(factor, 0.8)
        display = attribute(letters, "display")
        look = replace(
            look,
            size=size if size is not None else look.size,
            colour=attribute(letters, "color") or look.colour,
            ground=_ground(letters, look.ground),
            hidden=display == "none" if display else look.hidden,
            factor=factor,
            struck=_struck(letters, look.struck),
            wide=_or(_length(attribute(letters, "text-scale"), 1.0), look.wide),
            apart=_or(_length(attribute(letters, "letter-spacing"), look.size), look.apart),
            odd=look.odd or _odd(letters),
        )
    if lines is not None:
        line = (
            _length(attribute(lines, "line-height"), look.size)
            if "%" not in attribute(lines, "line-height")
            else None
        )
        left = _length(attribute(lines, "margin-left"))
        look = replace(
            look,
            ground=_ground(lines, look.ground),
            line=line if attribute(lines, "line-height") else look.line,
            left=look.left if left is None else left,
            right=_or(_length(attribute(lines, "margin-right")), look.right),
            first=_or(_length(attribute(lines, "text-indent")), look.first),
            odd=look.odd or (attribute(lines, "line-height").endswith("%") and _low(lines)),
        )
    return look if cell is None else replace(look, ground=_ground(cell, look.ground))


def _or(found: float | None, before: float) -> float:
    return before if found is None else found


def _struck(letters: Element, before: bool) -> bool:
    said = [
        attribute(letters, f"text-line-through-{key}")
        for key in ("style", "type")
        if attribute(letters, f"text-line-through-{key}")
    ]
    return "none" not in said if said else before


def _odd(letters: Element) -> bool:
    """Set in symbols, turned or with an effect."""
    names = (attribute(letters, key).strip("'").lower() for key in ("font-name", "font-family"))
    turned = attribute(letters, "text-rotation-angle") not in ("", "0")
    return turned or any(item in SYMBOLS for item in names) or attribute(letters, "font-relief") in (
        "embossed", "engraved",
    )  # fmt: skip


def _low(lines: Element) -> bool:
    high = _length(attribute(lines, "line-height"), 1.0)
    return high is not None and high < 0.7


def _ground(properties: Element, before: str) -> str:
    found = attribute(properties, "background-color")
    return found if found and found != "transparent" else before


@dataclass(frozen=True, slots=True)
class _Where:
    ground: str = ""
    doubt: str = ""
    hidden: Hidden = ""
    header: bool = False


@dataclass(slots=True)
class Reader:
    styles: Styles
    runs: list[Run] = field(default_factory=list)
    blocks: int = 0

    def walk(self, element: Element, where: _Where) -> None:
        for item in element:
            kind = name(item)
            if not kind or kind in _GONE:
                continue
            inside = where
            if kind in ("p", "h"):
                self._paragraph(item, where)
                continue
            if kind == "section" and attribute(item, "display") == "none":
                inside = replace(where, hidden="display")
            elif kind == "table-cell":
                look = self.styles.look(
                    "table-cell", attribute(item, "style-name"), _Look(ground=where.ground)
                )
                inside = replace(where, ground=look.ground)
            elif kind in ("frame", "text-box", "custom-shape"):
                inside = replace(where, doubt=_office.floats())
            self.walk(item, inside)

    def _paragraph(self, element: Element, where: _Where) -> None:
        self.blocks += 1
        style = attribute(element, "style-name")
        look = self.styles.look("paragraph", style, replace(self.styles.base(), ground=where.ground))
        begins = max(look.left, look.left + look.first)
        if look.left < -200 or begins > 560 or look.left + look.right > 560:
            where = replace(where, hidden="crop")
        heading = name(element) == "h" or self.styles.heading(style)
        self._inside(element, where, look, self.blocks, heading)
        self.runs.append(Run("\n", at=(float(len(self.runs)),), block=self.blocks))

    def _inside(self, element: Element, where: _Where, look: _Look, block: int, heading: bool) -> None:
        self._add(element.text, where, look, block, heading)
        for item in element:
            kind = name(item)
            if kind in ("s", "tab", "line-break", "soft-page-break"):
                self._add("\n" if kind == "line-break" else " ", where, look, block, heading)
            elif kind in ("hidden-text", "hidden-paragraph"):
                self._inside(item, replace(where, hidden="display"), look, block, heading)
            elif kind in ("frame", "custom-shape", "text-box"):
                self.walk(item, replace(where, doubt=_office.floats()))
            elif kind and kind not in _GONE:
                style = attribute(item, "style-name")
                self._inside(item, where, self.styles.look("text", style, look), block, heading)
            self._add(item.tail, where, look, block, heading)

    def _add(self, text: str | None, where: _Where, look: _Look, block: int, heading: bool) -> None:
        if not text:
            return
        size = look.size * look.factor
        self.runs.append(
            _office.seen(
                text,
                len(self.runs),
                size=size,
                ink=_rgb(look.colour),
                ground=_rgb(look.ground),
                hidden=where.hidden or ("struck" if look.struck else ""),
                display=look.hidden,
                cropped=look.line is not None and look.line < 0.8 * size,
                block=block,
                header=where.header,
                doubt=where.doubt or (_office.squeezed() if look.uneasy else ""),
                heading=heading,
            )
        )


def styles_of(package: Package) -> Styles:
    """The document's styles, its own ones too."""
    listed = package.find("styles.xml")
    return Styles(tree(listed) if listed else None, tree(package.read("content.xml")))


def read(package: Package, *, header_first: bool) -> Reading:
    """The text, and the headers of the page styles, which may stand on the first page or not."""
    content = tree(package.read("content.xml"))
    listed = package.find("styles.xml")
    styles = tree(listed) if listed else None
    body = child(content, "body", "text")
    if body is None:
        raise damaged()
    reader = Reader(Styles(styles, content))
    heads = [item for item in styles.iter() if name(item).startswith("header")] if styles is not None else []
    doubt = _("the label stands in a page header: look whether the first page shows it")
    parts = [(item, _Where(header=True, doubt=doubt)) for item in heads if name(item) in _HEADERS]
    parts.insert(len(parts) if header_first else 0, (body, _Where()))
    for part, where in parts:
        reader.walk(part, where)
    marked = any(run.heading and run.text.strip() for run in reader.runs)
    return Reading("odt", tuple(reader.runs), unit="pt", marked=marked)


_HEADERS = ("header", "header-first", "header-left")
