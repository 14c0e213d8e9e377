"""The label's letters: measured, broken into lines, embedded in a PDF.

A Type 0 font with glyph numbers as codes and a ToUnicode map (ISO 32000-1, 9.7 and 9.10.3), written
with fontTools: WeasyPrint would take a second to import and needs Pango, and a label is one paragraph.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance import fonts
from compliance.errors import InputError
from compliance.i18n import _

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

LEADING = 1.2  # line to line, in font sizes
NARROWEST = 0.6  # how far letters may be condensed before a page is too narrow


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters that one typeface sets."""

    family: str
    text: str


def path(family: str) -> Path:
    """The regular cut of a family."""
    files = fonts.files(family)
    upright = [
        item for item in files if "italic" not in item.stem.lower() and "bold" not in item.stem.lower()
    ]
    return upright[0]


@cache
def _font(family: str) -> Any:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped, unused-ignore]

    return TTFont(path(family), recalcTimestamp=False, lazy=True)


@cache
def _widths(family: str) -> dict[str, float]:
    """Character -> advance in font sizes."""
    font = _font(family)
    metrics, scale = font["hmtx"], 1 / font["head"].unitsPerEm
    return {chr(code): metrics[name][0] * scale for code, name in font.getBestCmap().items()}


@lru_cache(maxsize=4096)
def family_of(char: str) -> str:
    """The first of our typefaces that has the letter; `InputError` where none has."""
    for family in fonts.FAMILIES:
        if char in _widths(family):
            return family
    raise InputError(
        _("our typefaces lack a letter of the label: U+{code}").format(code=f"{ord(char):04X}"),
        remedy=_("Put the label in with the program the file was made with, then: compliance label verify"),
    )


def width(text: str) -> float:
    """Of a line, in font sizes."""
    return sum(_widths(family_of(char))[char] for char in text)


@lru_cache(maxsize=256)
def wrap(text: str, measure: float) -> tuple[str, ...]:
    """Lines no wider than ``measure`` font sizes, broken at spaces only; a longer word stands alone."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer) > measure:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(lines)


@lru_cache(maxsize=256)
def condensing(text: str, measure: float) -> float:
    """How much letters must be narrowed (1 = not at all) for the longest word to fit ``measure``.

    Raises `InputError` below `NARROWEST`.
    """
    longest = max((width(word) for word in text.split()), default=0.0)
    factor = min(1.0, measure / longest) if longest else 1.0
    if factor < NARROWEST:
        raise InputError(
            _("the page is too narrow for a label of the size the text demands"),
            remedy=_("Make a cover page with the label, or set the text smaller."),
        )
    return factor


def pieces(line: str) -> Iterator[Piece]:
    """``line`` split where the typeface changes."""
    start = 0
    for at in range(1, len(line) + 1):
        if at == len(line) or family_of(line[at]) != family_of(line[start]):
            yield Piece(family_of(line[start]), line[start:at])
            start = at


@dataclass(frozen=True, slots=True)
class Subset:
    """A typeface with only the glyphs of a text; numbers and widths (1/1000) by character."""

    name: str
    data: bytes
    glyphs: dict[str, int]
    widths: dict[str, int]


@lru_cache(maxsize=16)
def subset(family: str, text: str) -> Subset:
    """The same bytes for the same ``text`` (its sorted distinct characters)."""
    from fontTools import subset as tool  # type: ignore[import-untyped, unused-ignore]
    from fontTools.ttLib import TTFont

    options = tool.Options(hinting=False, layout_features=[], name_IDs=[], notdef_outline=True)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "DSIG", "STAT", "HVAR", "MVAR"]
    font = TTFont(path(family), recalcTimestamp=False)
    worker = tool.Subsetter(options)
    worker.populate(text=text)
    worker.subset(font)
    if "fvar" in font:
        from fontTools.varLib.instancer import instantiateVariableFont  # type: ignore[import-untyped, unused-ignore]

        font = instantiateVariableFont(font, {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes})
    names, scale = font.getBestCmap(), 1000 / font["head"].unitsPerEm
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    return Subset(
        f"COMPLA+{family.replace(' ', '')}",
        out.getvalue(),
        {char: font.getGlyphID(names[ord(char)]) for char in text},
        {char: round(font["hmtx"][names[ord(char)]][0] * scale) for char in text},
    )


def embed(pdf: Pdf, family: str, text: str) -> tuple[Object, dict[str, int]]:
    """A font object of ``pdf`` for ``text``, and the code of each character."""
    import pikepdf

    cut = subset(family, "".join(sorted(set(text))))
    head, hhea = _font(family)["head"], _font(family)["hhea"]
    scale = 1000 / head.unitsPerEm
    name = pikepdf.Name("/" + cut.name)
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=name,
        Flags=4,
        FontBBox=[round(side * scale) for side in (head.xMin, head.yMin, head.xMax, head.yMax)],
        ItalicAngle=0,
        Ascent=round(hhea.ascent * scale),
        Descent=round(hhea.descent * scale),
        CapHeight=700,
        StemV=80,
        FontFile2=pdf.make_stream(cut.data, Length1=len(cut.data)),
    )
    order = sorted(cut.glyphs, key=lambda char: cut.glyphs[char])
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        CIDToGIDMap=pikepdf.Name.Identity,
        W=[item for char in order for item in (cut.glyphs[char], [cut.widths[char]])],
    )
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type0,
        BaseFont=name,
        Encoding=pikepdf.Name("/Identity-H"),
        DescendantFonts=[pdf.make_indirect(descendant)],
        ToUnicode=pdf.make_stream(_to_unicode({cut.glyphs[char]: char for char in order})),
    )
    return pdf.make_indirect(font), cut.glyphs


def _to_unicode(chars: dict[int, str]) -> bytes:
    rows = [f"<{glyph:04X}> <{char.encode('utf-16-be').hex().upper()}>" for glyph, char in chars.items()]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    mapped = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{mapped}\nendcmap CMapName currentdict /CMap defineresource pop end end\n"
    ).encode("ascii")
