"""The text of a PPTX slide by slide: sizes and colours through placeholders, layouts, masters and the theme.

Nothing is laid out: where text stands is where its shape stands, and whether it fits is estimated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from compliance.errors import InputError
from compliance.i18n import N_, _
from compliance.labels import _office
from compliance.labels._docx_look import SYMBOLS
from compliance.labels._docx_read import attribute, child, name, parts, related_part, tree
from compliance.labels._package import Package, damaged
from compliance.labels._pptx_shapes import (
    EMU,
    MOST_SHAPES,
    Box,
    Ground,
    Rgb,
    Shape,
    Slide,
    background,
    numeric,
    placeholder,
    relation_of,
    shapes_of,
    slide_of,
    twin,
)
from compliance.labels.model import Label
from compliance.labels.reading import LOOSE, TIGHT, Hidden, Reading, Run, label_pieces

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_USUAL = 18.0
_LETTER, _CAPITAL = 0.5, 0.68  # of the size: a letter's usual width
_SLIDE = 100_000  # numbers of blocks a slide has
_TITLES = ("title", "ctrTitle")


def read(package: Package) -> Reading:
    """Every slide in order; hidden ones too, told as hidden."""
    main, _related = parts(package)
    root = tree(package.read(main))
    measures = child(root, "sldSz")
    wide = numeric(attribute(measures, "cx")) if measures is not None else 0.0
    high = numeric(attribute(measures, "cy")) if measures is not None else 0.0
    size = Box(0, 0, wide or 9_144_000, high or 6_858_000)
    runs: list[Run] = []
    for number, part in enumerate(slides(package), start=1):
        slide = slide_of(package, part, child(root, "defaultTextStyle"), size)
        shapes_of(slide)
        if len(slide.shapes) > MOST_SHAPES:
            raise damaged()
        runs += _text(slide, number, len(runs))
    marked = any(run.heading and run.text.strip() for run in runs)
    return Reading("pptx", tuple(runs), unit="pt", marked=marked)


def at_the_end(found: Reading, label: Label) -> Reading:
    """As if the last slide came first, and the label stood on no other: the others are there for their sizes only."""
    last = max((run.block for run in found.runs), default=0) // _SLIDE
    ours = label_pieces(found.runs, label)
    own = [run for run in found.runs if run.block // _SLIDE == last]
    rest = [run for at, run in enumerate(found.runs) if run.block // _SLIDE != last and at not in ours]
    return replace(found, runs=tuple(replace(run, at=(float(at),)) for at, run in enumerate([*own, *rest])))


def slides(package: Package) -> list[str]:
    """The parts of the slides, in order."""
    main, related = parts(package)
    listed = child(tree(package.read(main)), "sldIdLst")
    return [related.get(relation_of(item), "") for item in (listed if listed is not None else ())]


def first_layout(package: Package) -> str:
    """The part of the layout that the first slide stands on; `InputError` where there is no slide."""
    main, related = parts(package)
    listed = child(tree(package.read(main)), "sldIdLst")
    if listed is None or not len(listed):
        raise InputError(
            _("this presentation has no slides yet"),
            remedy=_("Make the slides, save it, and put the label on then."),
        )
    for item in listed:
        if found := related_part(package, related.get(relation_of(item), ""), "slideLayout"):
            return found
    raise damaged()


# ---- text


def _text(slide: Slide, number: int, so_far: int) -> Iterator[Run]:
    """The runs of a slide, shapes by where they stand: from the top, then from the left."""
    below = background(slide)
    order = sorted(
        (at for at, shape in enumerate(slide.shapes) if shape.body is not None),
        key=lambda at: (round(slide.shapes[at].box.top / (EMU * 4)), slide.shapes[at].box.left, at),
    )
    shown = attribute(slide.root, "show") not in ("0", "false")
    count = so_far
    for at in order:
        shape = slide.shapes[at]
        ground = shape.ground or _under(slide.shapes[:at], shape.box) or below
        hidden, doubt = shape.hidden, shape.doubt
        if not shown:
            hidden = "display"
        hidden, doubt = _over(slide, at, hidden, doubt)
        for run in _paragraphs(slide, at, ground, hidden, doubt, number, count):
            count += 1
            yield run
        yield Run("\n", at=(float(count),), block=number * _SLIDE + at)
        count += 1


def _under(shapes: list[Shape], box: Box) -> Ground | None:
    """The uppermost of what is painted below and reaches under the text."""
    for shape in reversed(shapes):
        if shape.ground is None or shape.hidden or box.common(shape.box) < 0.02 * box.area:
            continue
        if box.common(shape.box) > 0.95 * box.area or shape.ground.uneven:
            return shape.ground
        return Ground(None, uneven=True)
    return None


def _over(slide: Slide, at: int, hidden: Hidden, doubt: str) -> tuple[Hidden, str]:
    """What is painted later covers; what stands outside the slide is not seen."""
    shape = slide.shapes[at]
    box = shape.box
    inside = box.common(slide.size) / box.area if box.area else 1.0
    if inside < 0.5:
        hidden = hidden or "crop"
    elif inside < 0.97:
        doubt = doubt or _("the text reaches over the edge of the slide: look at it")
    for later in slide.shapes[at + 1 :]:
        if later.ground is None or later.hidden or later.element is shape.element:
            continue
        share = box.common(later.box) / box.area if box.area else 0.0
        if share > 0.9:
            hidden = hidden or "covered"
        elif share > 0.01:
            doubt = doubt or _("another shape lies over a part of it: look at it")
    return hidden, doubt


def _paragraphs(
    slide: Slide, which: int, ground: Ground, hidden: Hidden, doubt: str, number: int, count: int
) -> Iterator[Run]:
    """``which`` of the slide's shapes."""
    shape = slide.shapes[which]
    assert shape.body is not None
    holder = placeholder(shape.element) if name(shape.element) == "sp" else None
    heading = holder is not None and attribute(holder, "type") in _TITLES
    fitted = child(shape.body, "bodyPr", "normAutofit")
    scale = numeric(attribute(fitted, "fontScale"), 100_000) / 100_000 if fitted is not None else 1.0
    made = []
    for row, paragraph in enumerate(item for item in shape.body if name(item) == "p"):
        level = child(paragraph, "pPr")
        chain = list(
            _chain(slide, shape, holder, int(numeric(attribute(level, "lvl"))) if level is not None else 0)
        )
        for item in paragraph:
            kind = name(item)
            text = "\n" if kind == "br" else (getattr(child(item, "t"), "text", "") or "")
            if kind not in ("r", "fld", "br") or not text:
                continue
            own = child(item, "rPr")
            looks = [own, *chain] if own is not None else chain
            size = scale * _size(looks)
            made.append((text, row, size, *_ink(slide, looks, ground)))
            if _said(looks, "strike") not in ("", "noStrike"):
                hidden = hidden or "struck"
            apart = numeric(_said(looks, "spc")) / 100
            if not TIGHT * size <= apart <= LOOSE * size or _symbols(looks):
                doubt = doubt or _office.squeezed()
        made.append(("\n", row, 0.0, None, ""))
    hidden, doubt = _fits(slide, shape, made, hidden, doubt)
    if not doubt and _squeezed(shape, max((item[2] for item in made), default=0.0)):
        doubt = _office.squeezed()
    for at, (text, row, size, ink, unseen) in enumerate(made):
        block = number * _SLIDE + 1_000 * (which + 1) + row
        if not size:
            yield Run(text, at=(float(count + at),), block=block)
            continue
        run = _office.seen(
            text, count + at, size=size, ink=ink, ground=ground.colour, hidden=hidden, display=bool(unseen),
            cropped=False, block=block, header=False, doubt=doubt, heading=heading,
        )  # fmt: skip
        place = _("slide {number}").format(number=number)
        uneven = ground.colour is None or ground.uneven
        yield replace(
            run,
            place=place,
            page=number - 1,
            contrast=None if uneven else run.contrast,
            overlay=N_("other text or a picture") if uneven else "",
        )


def _chain(slide: Slide, shape: Shape, holder: Element | None, level: int) -> Iterator[Element]:
    """Where a run's look may be said, the nearest first: ``defRPr`` of this level."""
    kind = attribute(holder, "type") if holder is not None else ""
    styles = child(slide.master, "txStyles")
    last = "titleStyle" if kind in _TITLES else "bodyStyle" if holder is not None else "otherStyle"
    lists = [child(shape.body, "lstStyle")]
    lists += [child(twin(root, holder), "txBody", "lstStyle") for root in (slide.layout, slide.master)]
    lists += [child(styles, last), slide.defaults]
    for item in lists:
        for step in (f"lvl{level + 1}pPr", "defPPr"):
            found = child(item, step, "defRPr")
            if found is not None:
                yield found


def _said(looks: list[Element], key: str) -> str:
    """An attribute of the nearest look that has it; empty where none has."""
    return next((found for item in looks if (found := attribute(item, key))), "")


def _symbols(looks: list[Element]) -> bool:
    fonts = (child(item, "latin") for item in looks)
    font = next((item for item in fonts if item is not None), None)
    return font is not None and attribute(font, "typeface").lower() in SYMBOLS


def _squeezed(shape: Shape, size: float) -> bool:
    """Whether the text runs another way, has no room between its margins, or its lines lie over each other."""
    body = child(shape.body, "bodyPr")
    if body is not None and (
        attribute(body, "vert") not in ("", "horz") or attribute(body, "rot") not in ("", "0")
    ):
        return True
    wide = shape.box.right - shape.box.left
    inner = sum(numeric(attribute(body, key), 91_440) for key in ("lIns", "rIns")) if body is not None else 0
    for paragraph in shape.body if shape.body is not None else ():
        level = child(paragraph, "pPr")
        if level is None:
            continue
        left, right = (numeric(attribute(level, key)) for key in ("marL", "marR"))
        begins = left + numeric(attribute(level, "indent"))
        if begins < 0 or max(left, begins) + right + inner > wide - EMU * size:
            return True
        points, share = child(level, "lnSpc", "spcPts"), child(level, "lnSpc", "spcPct")
        high = numeric(attribute(points, "val")) / 100 if points is not None else size
        part = numeric(attribute(share, "val").rstrip("%"), 100_000) if share is not None else 100_000
        if high < 0.7 * size or (
            part < 70_000 and not (share is not None and "%" in attribute(share, "val"))
        ):
            return True
    return bool(inner) and inner > wide - EMU * size


def _size(looks: list[Element]) -> float:
    size = next(
        (numeric(attribute(item, "sz")) / 100 for item in looks if attribute(item, "sz").isdecimal()), _USUAL
    )
    raised = next((attribute(item, "baseline") for item in looks if attribute(item, "baseline")), "0")
    return size * (0.66 if raised not in ("0", "0%") else 1.0)


def _ink(slide: Slide, looks: list[Element], ground: Ground) -> tuple[Rgb | None, str]:
    """The colour of the letters, and why they are not painted at all."""
    for item in looks:
        for part in item:
            kind = name(part)
            if kind == "noFill":
                return None, "unpainted"
            if kind == "solidFill":
                return slide.colour(part), ""
            if kind in ("gradFill", "pattFill", "blipFill"):
                return ground.colour, ""  # perhaps seen, perhaps not: counted as not
    return slide.theme.get(slide.colours.get("tx1", "dk1")), ""


def _fits(
    slide: Slide,
    shape: Shape,
    made: list[tuple[str, int, float, Rgb | None, str]],
    hidden: Hidden,
    doubt: str,
) -> tuple[Hidden, str]:
    """Whether the text, set as it probably is, ends on the slide and in a shape that clips."""
    text = "".join(item[0] for item in made).strip()
    size = max((item[2] for item in made), default=0.0)
    if len(text) < 40 or not size:
        return hidden, doubt
    letter = _CAPITAL if text.isupper() else _LETTER
    wide = max(1.0, (shape.box.right - shape.box.left) / EMU - 14)
    lines = sum(max(1.0, -(-len(row) * letter * size // wide)) for row in text.split("\n"))
    properties = child(shape.body, "bodyPr")
    clips = properties is not None and attribute(properties, "vertOverflow") in ("clip", "ellipsis")
    end = shape.box.bottom if clips else slide.size.bottom
    room = (end - shape.box.top) / EMU
    if lines * size * 1.1 > 1.5 * room:
        return hidden or "crop", doubt
    if lines * size * 1.1 > 1.1 * room:
        return hidden, doubt or _("whether the whole text fits on the slide has to be looked at")
    return hidden, doubt
