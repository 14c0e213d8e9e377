"""A small PDF writer for the practice posters: exact sizes, colours and boxes, the same bytes each time.

Not for reports: it exists because a forgery must be wrong in one measurable way only. The typeface
is embedded (ISO 32000-1, 9.7 and 9.8: a Type 0 font with glyph numbers as codes), so no system font
and no Pango is needed.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

A4 = (595, 842)


def typeface() -> Path:
    """PT Serif, regular: a TrueType file that comes with a Python package."""
    import fontpkg  # type: ignore[import-untyped, unused-ignore]

    return Path(fontpkg.path("PT Serif"))


@dataclass(frozen=True, slots=True)
class Run:
    """One line of text: lower left corner and size in points, grey 0 (black) to 1 (white)."""

    x: float
    y: float
    size: float
    text: str
    grey: float = 0.0


class Face:
    """Measures and embeds the typeface."""

    @cached_property
    def _font(self) -> Any:
        from fontTools.ttLib import TTFont  # type: ignore[import-untyped, unused-ignore]

        return TTFont(typeface(), recalcTimestamp=False)

    @cached_property
    def _plain(self) -> bytes:
        """The typeface as far as it is used here; its layout rules, most of its size, are not."""
        return self._cut(typeface(), self._font.getBestCmap())[0]

    def width(self, text: str, size: float) -> float:
        """Points."""
        names, metrics = self._font.getBestCmap(), self._font["hmtx"]
        units = sum(metrics[names[ord(char)]][0] for char in text)
        return float(units * size / self._font["head"].unitsPerEm)

    def wrap(self, text: str, size: float, measure: float) -> list[str]:
        """Lines no wider than ``measure`` points, broken at spaces."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self.width(longer, size) > measure:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def column(
        self, text: str, x: float, top: float, size: float, measure: float, grey: float = 0
    ) -> list[Run]:
        """``text`` set from ``top`` downwards; the last run's ``y`` is where it ends."""
        step = size * 1.15
        lines = self.wrap(text, size, measure)
        return [Run(x, top - step * number, size, line, grey) for number, line in enumerate(lines, 1)]

    def subset(self, text: str) -> tuple[bytes, dict[str, int], dict[str, int]]:
        """The typeface with only ``text``'s glyphs; char -> glyph number; char -> width in 1/1000."""
        data, font = self._cut(io.BytesIO(self._plain), map(ord, text))
        names, scale = font.getBestCmap(), 1000 / font["head"].unitsPerEm
        glyphs = {char: font.getGlyphID(names[ord(char)]) for char in set(text)}
        widths = {char: round(font["hmtx"][names[ord(char)]][0] * scale) for char in set(text)}
        return data, glyphs, widths

    def _cut(self, source: Path | io.BytesIO, codes: Iterable[int]) -> tuple[bytes, Any]:
        """The typeface with the glyphs of ``codes`` alone: as bytes, and as read."""
        from fontTools import subset  # type: ignore[import-untyped, unused-ignore]
        from fontTools.ttLib import TTFont  # type: ignore[import-untyped, unused-ignore]

        options = subset.Options(hinting=False, layout_features=[], name_IDs=[], notdef_outline=True)
        font = TTFont(source, recalcTimestamp=False)
        worker = subset.Subsetter(options)
        worker.populate(unicodes=codes)
        worker.subset(font)
        out = io.BytesIO()
        font.save(out)
        return out.getvalue(), font


FACE = Face()


def pdf(
    runs: list[Run], *, size: tuple[int, int] = A4, crop: tuple[int, int, int, int] | None = None
) -> bytes:
    """A one-page PDF with ``runs``; ``crop`` is the crop box (left, bottom, right, top) in points."""
    import pikepdf

    document = pikepdf.new()
    text = "".join(sorted({char for run in runs for char in run.text}))
    font, glyphs = _embed(document, text)
    content = "\n".join(_show(run, glyphs) for run in runs)
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, *size],
        Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font)),
        Contents=document.make_stream(content.encode("ascii")),
    )
    if crop:
        page.CropBox = pikepdf.Array(list(crop))
    document.pages.append(pikepdf.Page(document.make_indirect(page)))
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()


def _show(run: Run, glyphs: dict[str, int]) -> str:
    codes = "".join(f"{glyphs[char]:04X}" for char in run.text)
    return f"{run.grey:g} g BT /F1 {run.size:g} Tf {run.x:g} {run.y:g} Td <{codes}> Tj ET"


def _embed(document: Any, text: str) -> tuple[Any, dict[str, int]]:
    import pikepdf

    data, glyphs, widths = FACE.subset(text)
    name = pikepdf.Name("/PRACTI+PTSerif")
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=name,
        Flags=4,
        FontBBox=[-250, -300, 1200, 1050],
        ItalicAngle=0,
        Ascent=1039,
        Descent=-286,
        CapHeight=700,
        StemV=80,
        FontFile2=document.make_stream(data, Length1=len(data)),
    )
    order = sorted(text, key=lambda char: glyphs[char])
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        FontDescriptor=document.make_indirect(descriptor),
        CIDToGIDMap=pikepdf.Name.Identity,
        W=[item for char in order for item in (glyphs[char], [widths[char]])],
    )
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type0,
        BaseFont=name,
        Encoding=pikepdf.Name("/Identity-H"),
        DescendantFonts=[document.make_indirect(descendant)],
        ToUnicode=document.make_stream(_to_unicode({glyphs[char]: char for char in order})),
    )
    return document.make_indirect(font), glyphs


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
