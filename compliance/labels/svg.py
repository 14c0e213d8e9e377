"""SVG: the drawing grows at the top by a strip with the label; what is there is drawn by WeasyPrint and measured as PDF.

The strip is spliced in as one group, the size in the root's tag changed; the tag as it was stands in the
group, for taking the label off again. What a program draws in other ways than we do (filters, masks,
scripts, movement, things fetched from elsewhere) makes the file one to look at.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, replace
from html import escape

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.labels import _author_text, _typeface, pdf, text
from compliance.labels._spots import Spot, bad_xml, spliced, spots, without
from compliance.labels.model import Label, Stamped, Verification

NAME = "svg"
SUFFIXES = (".svg",)
MEDIA = ("image", "post", "text")
CAP = 8 * MiB
ISOLATED = 30
PREPARE = "compliance.fonts:weasyprint"

MARK = "data-compliance-label"  # says that we put it there; never taken as evidence
_DRAWN = 800.0  # pixels wide, as drawn for measuring
_TALLEST = 8000.0
_LEAST = 1 / 30  # of the width: letters that can be read where the drawing has no text
_ATTRIBUTE = re.compile(rb"([^\s=<>\"']+)(\s*=\s*)(\"[^\"]*\"|'[^']*')")
_IMPORT = re.compile(rb"@import[^;<]*;?")  # never fetched, and it stops WeasyPrint
_LENGTH = re.compile(r"\s*([\d.]+(?:[eE][-+]?\d+)?)(px|pt|pc|mm|cm|in)?\s*")
_PX = {None: 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_UNSURE = ("@", "&", "mix-blend-mode", "filter", "clip-path", "mask", "line-through")
"""In styles: what is drawn here in another way than by browsers, or would be."""
_ELSEWHERE = frozenset(
    "script foreignObject animate animateTransform animateMotion set filter mask iframe video".split()
)


anonymous = _author_text.drawing


def recognises(data: bytes) -> bool:
    return text.recognises(data) and re.search(rb"<(?:[\w.-]+:)?svg[\s>]", data) is not None


@dataclass(frozen=True, slots=True)
class _Field:
    """What the drawing shows, in its own units."""

    left: float
    top: float
    width: float
    height: float


def _root(data: bytes) -> Spot:
    root = spots(data, doctype=True)
    if root.name != "svg":
        raise bad_xml()
    return root


def _field(root: Spot) -> _Field:
    """The view box, else the size in pixels. `InputError` where the drawing says neither."""
    box = root.attributes.get("viewBox", "").replace(",", " ").split()
    try:
        left, top, width, height = (float(item) for item in box)
    except ValueError:
        sides = [_LENGTH.fullmatch(root.attributes.get(name, "")) for name in ("width", "height")]
        if None in sides or "viewBox" in root.attributes:
            raise _sizeless() from None
        width, height = (float(side[1]) * _PX[side[2]] for side in sides if side)
        left = top = 0.0
    if not (0 < width < 1e7 and 0 < height < 1e7 and abs(left) < 1e7 and abs(top) < 1e7):
        raise _sizeless()
    return _Field(left, top, width, height)


def _sizeless() -> InputError:
    return InputError(
        _("this drawing says no usable size"), remedy=_("Give it a viewBox in the program it was made with.")
    )


def _scale(field: _Field) -> float:
    """Pixels of our drawing for one unit."""
    return min(_DRAWN / field.width, _TALLEST / field.height)


def _drawn(data: bytes, field: _Field) -> bytes:
    """The drawing as a PDF page; nothing is fetched but what the file itself holds."""
    from compliance import fonts

    module = fonts.weasyprint()

    class Inner(module.urls.URLFetcher):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__(allowed_protocols=("data",), allow_redirects=False)

        def fetch(self, url: str, headers: object = None) -> object:
            return super().fetch(url if url.startswith("data:") else "data:,", headers)

    scale = _scale(field)
    size = f"{field.width * scale:.2f}px", f"{field.height * scale:.2f}px"
    source = base64.b64encode(_IMPORT.sub(b"", data)).decode()
    page = (
        f"<style>@page{{size:{size[0]} {size[1]};margin:0}}html,body{{margin:0}}img{{display:block;width:{size[0]};"
        f'height:{size[1]}}}</style><img src="data:image/svg+xml;base64,{source}">'
    )
    try:
        made: bytes = module.HTML(string=page, url_fetcher=Inner()).write_pdf()
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        LookupError,
        ArithmeticError,
        RecursionError,
        AssertionError,
    ):
        raise InputError(
            _("this drawing cannot be drawn"),
            remedy=_("Open it in the program it was made with and save it again."),
        ) from None
    return made


def drawn(data: bytes) -> bytes:
    """As a PDF of one page."""
    return _drawn(data, _field(_root(data)))


def detect(data: bytes, label: Label) -> Verification:
    """The drawing as drawn; where other programs may draw it otherwise, it has to be looked at."""
    root = _root(data)
    found = pdf.detect(_drawn(data, _field(root)), label)
    criteria = found.criteria
    if _differs(root):
        doubt = _(
            "filters, masks, scripts or things from elsewhere decide what is seen: look at it in a browser"
        )
        criteria = tuple(
            replace(item, verdict="not_measurable", message=doubt, reason="", values=())
            if item.kind == "visible" and item.verdict == "met"
            else item
            for item in criteria
        )
    detection = replace(found.detection, page=None, place=_("the drawing")) if found.detection else None
    note = _("measured as drawn {n} px wide").format(n=f"{_DRAWN:g}")
    return replace(found, medium=NAME, criteria=criteria, detection=detection, notes=(*found.notes, note))


def _differs(root: Spot) -> bool:
    for spot in root.all():
        style = spot.attributes.get("style", "") + ("".join(spot.pieces) if spot.name == "style" else "")
        link = spot.attributes.get("href", "#")
        if spot.name in _ELSEWHERE or any(word in style for word in _UNSURE):
            return True
        if not spot.attributes.get("clip-path", "url(").strip().startswith(("url(", "none")):
            return True
        if any(key.startswith("on") for key in spot.attributes):
            return True
        if spot.name != "a" and not link.strip().startswith(("#", "data:")):
            return True
    return False


def picture(data: bytes, found: Verification) -> bytes:
    """The drawing, framed, as PNG."""
    page = _drawn(data, _field(_root(data)))
    detection = replace(found.detection, page=1) if found.detection else None
    return pdf.picture(page, replace(found, detection=detection))


def stamp(data: bytes, label: Label) -> Stamped:
    """The drawing under its strip; in letters that stand to those of the drawing as the rule asks."""
    assert label.text is not None
    if found := remove(data, label):
        data = found.data
    root = _root(data)
    if root.end <= root.close:
        raise _sizeless()
    field = _field(root)
    body = pdf.body_points(_drawn(data, field), label)
    size = field.width * _LEAST
    if body:
        size = max(size, 1.01 * label.ratio * body / 0.75 / _scale(field))
    margin = size / 2
    room = (field.width - 2 * margin) / size - 0.05
    if room <= 0 or max(_typeface.width(word) for word in label.text.split()) > room:
        raise InputError(
            _("the picture is too narrow for a label"),
            remedy=_("Make it wider, or put the label into the text."),
        )
    lines = _typeface.wrap(label.text, room)
    step = size * _typeface.LEADING
    tall = len(lines) * step + 2 * margin
    top = field.top - tall
    before = data[root.start : root.inner]
    block = _group(lines, label, field, (top, tall, size, step, margin), before)
    made = spliced(data, root.close, block)
    tag = _grown(before, field, tall)
    note = _("the drawing was extended at the top for the label")
    return Stamped(made[: root.start] + tag + made[root.inner :], (note,))


def _group(
    lines: tuple[str, ...], label: Label, field: _Field, sizes: tuple[float, ...], before: bytes
) -> str:
    """The strip: white ground, black letters, nothing inherited that could hide it."""
    top, tall, size, step, margin = sizes
    rows = "".join(
        f'<tspan x="{field.left + margin:g}" y="{top + margin + 0.95 * size + number * step:.6g}"'
        f' textLength="{_typeface.width(line) * size:.6g}" lengthAdjust="spacingAndGlyphs">'
        f"{escape(line, quote=False)}{' ' if number + 1 < len(lines) else ''}</tspan>"
        for number, line in enumerate(lines)
    )
    language = f' xml:lang="{escape(label.language)}"' if label.language else ""
    plain = "display:inline;visibility:visible;opacity:1;stroke:none"
    return (
        f'<g xmlns="http://www.w3.org/2000/svg" {MARK}="{base64.b64encode(before).decode()}" style="{plain}">'
        f'<rect x="{field.left:g}" y="{top:.6g}" width="{field.width:g}" height="{tall:.6g}" style="fill:#fff;{plain}"/>'
        f"<text{language} style=\"{plain};fill:#000;font-family:'PT Serif','Noto Serif',serif;font-size:{size:.6g}px;"
        f'font-weight:normal;font-style:normal;text-anchor:start;letter-spacing:0">{rows}</text></g>'
    )


def _grown(tag: bytes, field: _Field, tall: float) -> bytes:
    """The root's tag with room for the strip."""
    box = f"{field.left:g} {field.top - tall:.6g} {field.width:g} {field.height + tall:.6g}"
    seen: set[bytes] = set()

    def one(found: re.Match[bytes]) -> bytes:
        name, value = found[1], found[3][1:-1].decode("utf-8", "replace")
        length = _LENGTH.fullmatch(value)
        seen.add(name)
        if name == b"viewBox":
            return name + found[2] + f'"{box}"'.encode()
        if name == b"height" and length:
            higher = float(length[1]) * (field.height + tall) / field.height
            return name + found[2] + f'"{higher:.6g}{length[2] or ""}"'.encode()
        return found[0]

    made = _ATTRIBUTE.sub(one, tag)
    return made if b"viewBox" in seen else made[:-1] + f' viewBox="{box}">'.encode()


def remove(data: bytes, _label: Label) -> Stamped | None:
    """The same bytes as before the label; ``None`` where there is none of ours."""
    root = _root(data)
    ours = [spot for spot in root.children if spot.name == "g" and MARK in spot.attributes]
    if not ours:
        return None
    try:
        before = base64.b64decode(ours[-1].attributes[MARK], validate=True)
    except (binascii.Error, ValueError):
        return None
    if not before.startswith(data[root.start : root.start + 4]) or not before.endswith(b">"):
        return None
    bare = without(data, ours)
    return Stamped(bare[: root.start] + before + bare[root.inner :])
