"""The shapes of a PPTX slide in the order of painting: where they stand, what they are filled with, what hides them."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from compliance.i18n import _
from compliance.labels._docx_read import attribute, child, name, related_part, tree
from compliance.labels._package import Package, damaged
from compliance.labels._parts import hexed, theme_colours
from compliance.labels.reading import Hidden

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

Rgb = tuple[float, float, float]
EMU = 12_700  # in a point
MOST_SHAPES = 20_000


def numeric(text: str, usual: float = 0.0) -> float:
    """A number of an attribute; ``usual`` for none, and for what is none."""
    try:
        found = float(text)
    except ValueError:
        return usual
    return found if math.isfinite(found) and abs(found) < 1e12 else usual


class Box(NamedTuple):
    """Left, top, right, bottom in EMU."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    def common(self, other: Box) -> float:
        """The area both cover."""
        return Box(
            max(self.left, other.left), max(self.top, other.top),
            min(self.right, other.right), min(self.bottom, other.bottom),
        ).area  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ground:
    """What is painted at a place: a colour, or something that has none."""

    colour: Rgb | None
    uneven: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """One painted or written thing of a slide, in the order of painting."""

    element: Element
    box: Box
    layer: int  # 0 master, 1 layout, 2 slide
    ground: Ground | None
    hidden: Hidden
    doubt: str
    body: Element | None


@dataclass(slots=True)
class Slide:
    """One slide with what it stands on."""

    package: Package
    part: str
    root: Element
    layout: Element | None
    master: Element | None
    theme: Mapping[str, Rgb]
    colours: Mapping[str, str]
    defaults: Element | None
    size: Box
    animated: frozenset[str]
    shapes: list[Shape] = field(default_factory=list)

    def colour(self, fill: Element | None) -> Rgb | None:
        """The colour in an element that holds one (``solidFill``, ``gs``...), as it is seen on white."""
        for item in fill if fill is not None else ():
            kind, value = name(item), attribute(item, "val")
            found = hexed(attribute(item, "lastClr") or value)
            if kind == "schemeClr":
                found = self.theme.get(self.colours.get(value, value))
            if kind == "prstClr":
                found = {"black": (0.0, 0.0, 0.0), "white": (1.0, 1.0, 1.0)}.get(value)
            return None if found is None else _modified(item, found)
        return None


def relation_of(item: Element) -> str:
    """``r:id``: an ``id`` with a prefix, beside one that has none."""
    return next((str(value) for key, value in item.attrib.items() if str(key).endswith("}id")), "")


def slide_of(package: Package, part: str, defaults: Element | None, size: Box) -> Slide:
    if part not in package.names:
        raise damaged()
    root = tree(package.read(part))
    at = related_part(package, part, "slideLayout")
    above = related_part(package, at, "slideMaster") if at else ""
    theme = related_part(package, above, "theme") if above else ""
    layout, master = (tree(package.read(item)) if item in package.names else None for item in (at, above))
    mapped = child(root, "clrMapOvr", "overrideClrMapping")
    if mapped is None:
        mapped = child(layout, "clrMapOvr", "overrideClrMapping")
    if mapped is None:
        mapped = child(master, "clrMap")
    colours = {str(key): str(value) for key, value in mapped.attrib.items()} if mapped is not None else {}
    usual = {"tx1": "dk1", "bg1": "lt1", "tx2": "dk2", "bg2": "lt2"}
    scheme = theme_colours(package.find(theme) if theme else None)
    return Slide(
        package, part, root, layout, master, scheme, usual | colours, defaults, size, _animated(root)
    )


def _modified(item: Element, found: Rgb) -> Rgb:
    """Lighter, darker, and what shows through of white."""
    for change in item:
        share = numeric(attribute(change, "val")) / 100_000
        kind = name(change)
        if kind == "lumMod" or kind == "lumOff":
            hue, light, full = colorsys.rgb_to_hls(*found)
            light = light * share if kind == "lumMod" else light + share
            found = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, light)), full)
        elif kind == "shade":
            found = (found[0] * share, found[1] * share, found[2] * share)
        elif kind in ("tint", "alpha"):
            red, green, blue = (part * share + 1 - share for part in found)
            found = (red, green, blue)
    return found


# ---- shapes


def shapes_of(slide: Slide) -> None:
    """The shapes in the order of painting: master, layout (what is no placeholder there), slide."""
    shows_layout = attribute(slide.root, "showMasterSp") not in ("0", "false")
    shows_master = shows_layout and (
        slide.layout is None or attribute(slide.layout, "showMasterSp") not in ("0", "false")
    )
    for layer, (root, shown) in enumerate(
        ((slide.master, shows_master), (slide.layout, shows_layout), (slide.root, True))
    ):
        listed = child(root, "cSld", "spTree") if shown else None
        if listed is not None:
            _walk(slide, listed, layer, (1.0, 1.0, 0.0, 0.0), "", 0)


def _walk(
    slide: Slide,
    group: Element,
    layer: int,
    frame: tuple[float, float, float, float],
    hidden: Hidden,
    depth: int,
) -> None:
    """``frame``: scale and shift from the group's own measure to the slide's."""
    for item in group:
        kind = name(item)
        if kind == "AlternateContent":
            choice = child(item, "Choice")
            if choice is not None:
                _walk(slide, choice, layer, frame, hidden, depth)
            continue
        if kind not in ("sp", "pic", "graphicFrame", "grpSp", "cxnSp") or depth > 60:
            continue
        about = next((part for part in item.iter() if name(part) == "cNvPr"), None)
        unseen: Hidden = (
            "display" if about is not None and attribute(about, "hidden") in ("1", "true") else hidden
        )
        if kind == "grpSp":
            _walk(slide, item, layer, _inner(item, frame), unseen, depth + 1)
            continue
        holder = placeholder(item)
        if layer < 2 and holder is not None:
            continue
        box, turned = _box(slide, item, frame)
        doubt = _("the text is turned: look at it") if turned else ""
        if about is not None and attribute(about, "id") in slide.animated:
            doubt = _("an animation moves or shows the label: look whether it is seen long enough")
        bodies = [item] if kind == "sp" else []
        ground = _ground(slide, item) if kind != "pic" else Ground(None, uneven=True)
        shape = Shape(item, box, layer, ground, unseen, doubt, child(bodies[0], "txBody") if bodies else None)
        slide.shapes.append(shape)
        if kind == "graphicFrame":
            slide.shapes.extend(
                replace(shape, ground=None, body=body) for body in item.iter() if name(body) == "txBody"
            )


def _inner(group: Element, frame: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    measures = child(group, "grpSpPr", "xfrm")
    corner, extent = child(measures, "off"), child(measures, "ext")
    inner, whole = child(measures, "chOff"), child(measures, "chExt")
    if corner is None or extent is None or inner is None or whole is None:
        return frame
    wide, high = (numeric(attribute(extent, key)) for key in ("cx", "cy"))
    own_wide, own_high = (numeric(attribute(whole, key)) or 1.0 for key in ("cx", "cy"))
    across, down = wide / own_wide, high / own_high
    left = numeric(attribute(corner, "x")) - numeric(attribute(inner, "x")) * across
    top = numeric(attribute(corner, "y")) - numeric(attribute(inner, "y")) * down
    return across * frame[0], down * frame[1], left * frame[0] + frame[2], top * frame[1] + frame[3]


def placeholder(item: Element) -> Element | None:
    return next((part for part in item.iter() if name(part) == "ph"), None)


def twin(root: Element | None, holder: Element | None) -> Element | None:
    """The shape of a layout or a master that a placeholder takes after: by its number, else by its kind."""
    if root is None or holder is None:
        return None
    kind, number = attribute(holder, "type") or "obj", attribute(holder, "idx") or "0"
    others = [(part, placeholder(part)) for part in root.iter() if name(part) == "sp"]
    known = [(part, own) for part, own in others if own is not None]
    for part, own in known:
        if attribute(own, "idx") == number and number != "0":
            return part
    alike = {"ctrTitle": "title", "subTitle": "body", "obj": "body"}
    wanted = {kind, alike.get(kind, kind)}
    return next((part for part, own in known if (attribute(own, "type") or "obj") in wanted), None)


def _box(slide: Slide, item: Element, frame: tuple[float, float, float, float]) -> tuple[Box, bool]:
    holder = placeholder(item)
    measures = None
    for shape in (item, twin(slide.layout, holder), twin(slide.master, holder)):
        for path in (("spPr", "xfrm"), ("xfrm",)):
            if measures is None and shape is not None:
                measures = child(shape, *path)
    corner, extent = child(measures, "off"), child(measures, "ext")
    if corner is None or extent is None:
        return slide.size, False
    left = numeric(attribute(corner, "x")) * frame[0] + frame[2]
    top = numeric(attribute(corner, "y")) * frame[1] + frame[3]
    wide, high = (
        numeric(attribute(extent, "cx")) * frame[0],
        numeric(attribute(extent, "cy")) * frame[1],
    )
    assert measures is not None
    turned = attribute(measures, "rot") not in ("", "0") or attribute(measures, "flipV") in ("1", "true")
    return Box(left, top, left + wide, top + high), turned


def _animated(root: Element) -> frozenset[str]:
    """Numbers of the shapes that an animation moves or shows."""
    timing = child(root, "timing")
    parts = timing.iter() if timing is not None else ()
    return frozenset(attribute(part, "spid") for part in parts if name(part) == "spTgt")


def _ground(slide: Slide, item: Element) -> Ground | None:
    """What a shape is filled with; ``None`` where it shows what is below."""
    properties = child(item, "spPr")
    for part in properties if properties is not None else ():
        kind = name(part)
        if kind == "noFill":
            return None
        if kind == "solidFill":
            return Ground(slide.colour(part))
        if kind in ("gradFill", "pattFill", "blipFill"):
            return Ground(None, uneven=True)
    styled = child(item, "style", "fillRef")
    if styled is not None and attribute(styled, "idx") not in ("", "0"):
        return Ground(slide.colour(styled))
    return Ground(None, uneven=True) if name(item) == "graphicFrame" else None


def background(slide: Slide) -> Ground:
    for root in (slide.root, slide.layout, slide.master):
        found = child(root, "cSld", "bg")
        if found is None:
            continue
        properties, styled = child(found, "bgPr"), child(found, "bgRef")
        if styled is not None:
            plain = attribute(styled, "idx") in ("1001", "0", "")
            return Ground(slide.colour(styled), uneven=not plain)
        for part in properties if properties is not None else ():
            if name(part) == "solidFill":
                return Ground(slide.colour(part))
            if name(part) in ("gradFill", "pattFill", "blipFill"):
                return Ground(None, uneven=True)
    return Ground((1.0, 1.0, 1.0))
