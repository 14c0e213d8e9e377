"""Words taken out of a PDF for good: pages become pictures, black where the words stood, and no text is left below.

A box drawn over text leaves the text in the file. Here nothing but the picture of each page goes into the copy.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from compliance.errors import InputError
from compliance.i18n import _

_DPI = 150
_MOST_PAGES = 300
_PAD = 2
"""Points of black around a word."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """``data``: a PDF of pictures; ``found``: word -> how often it was blackened."""

    data: bytes
    found: dict[str, int]


def redact(data: bytes, words: Sequence[str], place: str) -> Redacted:
    """``InputError`` for what is no PDF that can be read. A word that is not found stays countable as 0: a scan has
    no text, and a person must look."""
    import pypdfium2  # type: ignore[import-untyped,unused-ignore]

    try:
        document = pypdfium2.PdfDocument(data)
        if not 0 < len(document) <= _MOST_PAGES:
            raise _unreadable(place)
        found = dict.fromkeys(words, 0)
        pages = [_page(document[at], found) for at in range(len(document))]
    except pypdfium2.PdfiumError:
        raise _unreadable(place) from None
    out = io.BytesIO()
    pages[0].save(
        out, "PDF", resolution=_DPI, save_all=True, append_images=pages[1:], creationDate=None, modDate=None
    )
    made = _without_words_about_itself(out.getvalue())
    _prove(made, place)
    return Redacted(made, found)


def _page(page: Any, found: dict[str, int]) -> Any:
    """The page as a picture, black where a word stands."""
    from PIL import ImageDraw

    picture = page.render(scale=_DPI / 72).to_pil().convert("RGB")
    pen, height, scale = ImageDraw.Draw(picture), page.get_height(), _DPI / 72
    text = page.get_textpage()
    for word in found:
        search = text.search(word, match_case=False)
        while (hit := search.get_next()) is not None:
            found[word] += 1
            for number in range(text.count_rects(*hit)):
                left, bottom, right, top = text.get_rect(number)
                box = (
                    (left - _PAD) * scale,
                    (height - top - _PAD) * scale,
                    (right + _PAD) * scale,
                    (height - bottom + _PAD) * scale,
                )
                pen.rectangle(box, fill="black")
    return picture


def _without_words_about_itself(data: bytes) -> bytes:
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as file:
        if "/Info" in file.trailer:
            del file.trailer["/Info"]
        out = io.BytesIO()
        file.save(out, deterministic_id=True)
        return out.getvalue()


def _prove(data: bytes, place: str) -> None:
    """Read again by the library that reads text: there is none."""
    import pypdfium2

    for page in pypdfium2.PdfDocument(data):
        if page.get_textpage().get_text_bounded().strip():
            raise InputError(_("words would be left in the redacted copy; nothing was written"), place=place)


def _unreadable(place: str) -> InputError:
    return InputError(
        _("this PDF cannot be redacted: it is damaged, protected or too long"),
        place=place,
        remedy=_("Print the page, blacken it by hand, and scan it."),
    )
