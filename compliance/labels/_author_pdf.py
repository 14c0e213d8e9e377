"""A PDF without what names people and programs in its properties, in its XMP and in the photos within."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.errors import InputError
from compliance.i18n import _
from compliance.labels import _author_picture
from compliance.labels._pdf_draw import MARK

if TYPE_CHECKING:
    from pikepdf import Pdf

_INFO_KEPT = frozenset(("/Title", "/Subject", "/Keywords", "/CreationDate", "/ModDate", "/Trapped"))
_DUBLIN, _AIIM = "http://purl.org/dc/elements/1.1/", "http://www.aiim.org/pdf"
_XMP_KEPT = (f"{{{_DUBLIN}}}title", f"{{{_DUBLIN}}}language", f"{{{_AIIM}a/ns/id/", f"{{{_AIIM}ua/ns/id/")
"""The title, the language, and which of the standards for archives and for reading aloud the file claims."""


def bare(pdf: Pdf) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Changes ``pdf``. What was taken out, and what cannot be, in words."""
    taken = [*_info(pdf), *_xmp(pdf), *_private(pdf), *_photos(pdf)]
    return tuple(dict.fromkeys(taken)), tuple(_left(pdf))


def _info(pdf: Pdf) -> list[str]:
    if "/Info" not in pdf.trailer:
        return []
    found = [key for key in pdf.docinfo.keys() if key not in _INFO_KEPT]  # noqa: SIM118
    for key in found:
        del pdf.docinfo[key]
    return [", ".join(key.removeprefix("/") for key in sorted(found))] if found else []


def _xmp(pdf: Pdf) -> list[str]:
    """The XMP of the document, down to what says nothing of people; gone where it cannot be read."""
    if "/Metadata" not in pdf.Root:
        return []
    try:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False, strict=True) as found:
            named = [key for key in found if not key.startswith(_XMP_KEPT)]
            for key in named:
                del found[key]
    except Exception:  # XML of others, by a library that says what is wrong in many ways
        del pdf.Root["/Metadata"]
        return ["XMP"]
    return ["XMP"] if named else []


def _private(pdf: Pdf) -> list[str]:
    """XMP of pages and pictures, and what programs keep for themselves; what we keep for taking a label off stays."""
    import pikepdf

    found = False
    for item in pdf.objects:
        if not isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        if "/Metadata" in item and item.get("/Type") != "/Catalog":
            del item["/Metadata"]
            found = True
        pieces = item.get("/PieceInfo")
        if not isinstance(pieces, pikepdf.Dictionary) or set(pieces.keys()) <= {MARK}:
            continue
        found = True
        for key in set(pieces.keys()) - {MARK}:
            del pieces[key]
        if not pieces.keys():
            del item["/PieceInfo"]
    return [_("data of programs")] if found else []


def _photos(pdf: Pdf) -> list[str]:
    import pikepdf

    kinds: list[str] = []
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Stream) or item.get("/Filter") not in ("/DCTDecode", ["/DCTDecode"]):
            continue
        try:
            made, found = _author_picture.bare(item.read_raw_bytes())
        except InputError:
            continue
        if found:
            item.write(made, filter=pikepdf.Name.DCTDecode, decode_parms=None)
            kinds.append(_("in a photo: {what}").format(what=", ".join(found)))
    return kinds


def _left(pdf: Pdf) -> list[str]:
    import pikepdf

    def names(note: Any) -> bool:
        return isinstance(note, pikepdf.Dictionary) and note.get("/Subtype") != "/Widget" and "/T" in note

    found = []
    if any(names(note) for page in pdf.pages for note in page.obj.get("/Annots", [])):
        found.append(_("NOT taken out: who wrote the comments; delete them in the program it was made with"))
    if len(pdf.attachments):
        found.append(_("NOT taken out: what attached files say of people"))
    return found
