"""Copies for keeping and for reading aloud: PDF/A-3u with the data attached, and a tagged PDF.

Neither is what is sent: the filed copy carries nothing that the form does not have. They are *made as* these
formats and checked by `missing` against what the formats ask of a file's structure; no validator has certified them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from compliance.reports import page, pdf, xlsx
from compliance.reports.contents import contents
from compliance.reports.model import Report

Variant = Literal["pdf/a-3u", "pdf/ua-1"]
ARCHIVE: Variant = "pdf/a-3u"
TAGGED: Variant = "pdf/ua-1"


def archive(report: Report, shown: Report, stem: str, annexes: Sequence[bytes] = ()) -> bytes:
    """The binder copy as PDF/A-3u, of ``shown`` (the report without its long lists), then the lists as ``annexes``;
    attached: all it says as JSON, and the workbook."""
    data = (json.dumps(contents(report), ensure_ascii=False, indent=1) + "\n").encode()
    attached = {f"{stem}.json": data, f"{stem}.xlsx": xlsx.render(report)}
    made = pdf.merged([pdf.render_variant(page.html(shown, binder=True), ARCHIVE, attached), *annexes])
    assert not (lacking := missing(made, ARCHIVE)), lacking
    return made


def tagged(report: Report) -> bytes:
    """The form with its structure marked: headings, tables, rows, cells, for a screen reader."""
    made = pdf.render_variant(page.html(report), TAGGED, {})
    assert not (lacking := missing(made, TAGGED)), lacking
    return made


def missing(data: bytes, variant: Variant) -> list[str]:
    """What the format asks of a file's structure and this one lacks, as far as can be seen from outside."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as file:
        return list(_common(file)) + list(_archive(file) if variant == ARCHIVE else _tagged(file))


def _common(file: Any) -> Iterator[str]:
    root = file.Root
    metadata = bytes(root.Metadata.read_bytes()) if "/Metadata" in root else b""
    if b"xmpmeta" not in metadata or b"dc:title" not in metadata:
        yield "XMP metadata with a title"
    if file.is_encrypted:
        yield "no encryption"
    if "/ID" not in file.trailer:
        yield "file identifier"
    if "/Lang" not in root:
        yield "language"
    if any(key in root for key in ("/OpenAction", "/AA", "/AcroForm")):
        yield "no actions and no forms"
    yield from _fonts(file)


def _fonts(file: Any) -> Iterator[str]:
    """Every font is in the file, and says which letters its signs are."""
    for number, sheet in enumerate(file.pages, 1):
        for name, font in dict(sheet.obj.get("/Resources", {}).get("/Font", {})).items():
            inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            descriptor = inner.get("/FontDescriptor", {})
            if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                yield f"font {name} embedded ({number})"
            if "/ToUnicode" not in font:
                yield f"letters of font {name} ({number})"


def _archive(file: Any) -> Iterator[str]:
    root, metadata = file.Root, bytes(file.Root.Metadata.read_bytes())
    if b'pdfaid:part="3"' not in metadata or b'pdfaid:conformance="U"' not in metadata:
        yield "PDF/A-3u named in the metadata"
    if "/OutputIntents" not in root or "/DestOutputProfile" not in root.OutputIntents[0]:
        yield "output intent with a colour profile"
    attached = [str(item.UF) for item in root.get("/AF", [])]
    if len(attached) != len(set(attached)) or len(attached) != 2:
        yield "the two attachments, each once"
    if any(str(item.get("/AFRelationship", "")) != "/Data" for item in root.get("/AF", [])):
        yield "what the attachments are to the document"


def _tagged(file: Any) -> Iterator[str]:
    root = file.Root
    if b'pdfuaid:part="1"' not in bytes(root.Metadata.read_bytes()):
        yield "PDF/UA-1 named in the metadata"
    if not root.get("/MarkInfo", {}).get("/Marked", False):
        yield "marked content"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "title shown instead of the file's name"
    kinds = set(_kinds(root.StructTreeRoot)) if "/StructTreeRoot" in root else set()
    for kind in ("/H1", "/Table", "/TR", "/TD"):
        if kind not in kinds:
            yield f"structure {kind}"


def _kinds(node: Any, depth: int = 0) -> Iterator[str]:
    import pikepdf

    if depth > 60 or not isinstance(node, pikepdf.Dictionary):
        return
    if "/S" in node:
        yield str(node.S)
    below: Any = node.get("/K", [])
    for child in below if isinstance(below, pikepdf.Array) else [below]:
        yield from _kinds(child, depth + 1)
