"""Labels on office files, printed by LibreOffice and measured on the pages: another program, another reader.

What `docx`, `odt`, `xlsx` and `pptx` say of a file from its marks is held against what a reader sees.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
import test_labels_docx
import test_labels_odt
import test_labels_pptx
import test_labels_xlsx
from office import Office

from compliance.labels import docx, odt, pdf, pptx, xlsx
from tests.media.labels import label, not_met

LABEL = label()
MEDIA: dict[str, tuple[Any, ModuleType]] = {
    "docx": (docx, test_labels_docx),
    "odt": (odt, test_labels_odt),
    "pptx": (pptx, test_labels_pptx),
    "xlsx": (xlsx, test_labels_xlsx),
}
# Of a page nobody can tell what the file marks: that a line above is the letterhead's, a large one a heading.
UNMARKED = {
    ("docx", "letterhead"): {"position"},
    ("docx", "all headers"): {"position"},
    ("odt", "letterhead"): {"position"},
    ("pptx", "large text, the label on several slides"): {"font_ratio"},
}
# What the paper cannot show: LibreOffice leaves out characters without width, keeps the size of shrunk text, lets
# clipped text run on, takes a colour's value where Word takes the theme's, and draws the picture below the label in one colour.
UNSEEN = {
    ("docx", "invisible letter"),
    ("docx", "white by the theme"),
    ("docx", "on black by the theme"),
    ("pptx", "shrunk to fit"),
    ("pptx", "clipped"),
    ("pptx", "over a picture"),
}


@pytest.mark.parametrize("medium", MEDIA)
def test_what_we_put_on_is_seen_on_the_printed_pages(office: Office, medium: str) -> None:
    module, samples = MEDIA[medium]
    stamped = {f"{name}.{medium}": module.stamp(data, LABEL).data for name, data in samples.AWKWARD.items()}
    for name, printed in zip(samples.AWKWARD, office.converted(stamped, "pdf").values(), strict=True):
        assert not_met(pdf.detect(printed, LABEL)) == UNMARKED.get((medium, name), set()), name


def test_a_long_label_in_wider_letters_is_whole(office: Office) -> None:
    """On a machine that has other fonts than ours lines break elsewhere, and there are more of them."""
    samples = {f"{name}.xlsx": data for name, data in test_labels_xlsx.AWKWARD.items()}
    stamped = {name: xlsx.stamp(data, LABEL).data for name, data in samples.items()}
    for name, printed in office.converted(stamped, "pdf", our_fonts=True).items():
        assert not_met(pdf.detect(printed, LABEL)) == set(), name


@pytest.mark.parametrize("medium", MEDIA)
def test_what_we_refuse_is_no_label_on_paper_either(office: Office, medium: str) -> None:
    _module, samples = MEDIA[medium]
    forged = {f"{name}.{medium}": data for name, (data, _criterion) in samples.FORGED.items()}
    for name, printed in zip(samples.FORGED, office.converted(forged, "pdf").values(), strict=True):
        assert bool(not_met(pdf.detect(printed, LABEL))) is ((medium, name) not in UNSEEN), name
