"""PDF: the label drawn into the visible part of the first page, or of every page, and measured as seen.

The label goes into a free band under the heading, or at the top; where there is none, the page is
extended at the top, and that is said. Bookmarks, tags, attachments and scripts stay as they are.
Signed and encrypted files are refused: altering them would break what they prove.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.labels import _author_pdf, _pdf_look, _pdf_read, _picture
from compliance.labels._pdf_draw import LEAST_SIZE, Drawer, half_up, heading, take_back, user_unit
from compliance.labels._pdf_read import Sheet
from compliance.labels.judge import badness, judge
from compliance.labels.model import Label, Stamped, Verification
from compliance.labels.reading import Reading, Run, body_size, label_pieces

if TYPE_CHECKING:
    from pikepdf import Pdf

P = ParamSpec("P")
R = TypeVar("R")

NAME = "pdf"
SUFFIXES = (".pdf",)
MEDIA = ("text", "post", "letter")
CAP = 128 * MiB
ISOLATED = 10
PAGED = True


def recognises(data: bytes) -> bool:
    """The header stands within the first kilobyte (ISO 32000-1, annex H, note 13)."""
    return b"%PDF-" in data[:1024]


def _sound(act: Callable[P, R]) -> Callable[P, R]:
    """Refuses as damaged what makes pikepdf stumble: objects of another kind than the format says."""

    @wraps(act)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except _stumbles():
            raise _pdf_read.damaged() from None

    return guarded


def _stumbles() -> tuple[type[Exception], ...]:
    import pikepdf

    python = (AttributeError, IndexError, KeyError, TypeError, ValueError, RuntimeError, OverflowError)
    return (pikepdf.PdfError, *python)


# ---- reading


@dataclass(slots=True)
class _Document:
    """The first pages as read, their runs in PDFium's order or as they stand."""

    handle: Any
    sheets: list[Sheet]
    pages: int

    def reading(self, *, visual: bool) -> tuple[Reading, list[tuple[Sheet, int]]]:
        """All runs, and for each character of their text its sheet and its index there."""
        runs: list[Run] = []
        origin: list[tuple[Sheet, int]] = []
        for sheet in self.sheets:
            order = _pdf_read.visual_order(sheet) if visual else _pdf_read.file_order(sheet)
            runs += _pdf_read.runs(sheet, order, _pdf_look.seen_objects(sheet), len(origin))
            origin += [(sheet, index) for _char, index in order]
            runs.append(
                Run(
                    "\n",
                    at=(float(sheet.number), 1e9),
                    block=10_000 * sheet.number + 9_999,
                    first=len(origin),
                )
            )
            origin.append((sheet, -1))
        notes: tuple[str, ...] = ()
        if self.pages > len(self.sheets):
            notes = (_("only the first {n} pages were read").format(n=len(self.sheets)),)
        return Reading(NAME, tuple(runs), unit="pt", notes=notes), origin


@_sound
def _read(data: bytes, pdf: Pdf | None = None) -> _Document:
    """``pdf``: the same file, where it is open already."""
    pdf = pdf or _open(data)
    units = [user_unit(pdf.pages[number]) for number in range(min(len(pdf.pages), _pdf_read.PAGES_READ))]
    handle = _pdf_read.open_document(data)
    return _Document(handle, list(_pdf_read.sheets(handle, units)), len(handle))


def detect(data: bytes, label: Label) -> Verification:
    """Measures the label as a reader of the page sees it. Raises `InputError` for unreadable files."""
    found = _measured(data, label)
    return found if found.ok or not _signed(data) else _not_by_stamping(found)


@_sound
def _signed(data: bytes) -> bool:
    return _is_signed(_open(data))


def _not_by_stamping(found: Verification) -> Verification:
    """What is wrong in a signed file is mended elsewhere: stamping would break the signature."""
    criteria = tuple(
        replace(item, remedy=_cannot_stamp()) if item.verdict == "not_met" else item
        for item in found.criteria
    )
    return replace(found, criteria=criteria, notes=(*found.notes, _("this PDF is signed")))


def _measured(data: bytes, label: Label) -> Verification:
    document = _read(data)
    found = _judge(document, label, visual=False)
    wording = found.criterion("wording")
    if wording is not None and wording.verdict == "not_met":
        other = _judge(document, label, visual=True)
        second = other.criterion("wording")
        if second is not None and second.verdict == "met":
            return min((found, other), key=badness) if other.ok else other
    return found


@_sound
def picture(data: bytes, found: Verification) -> bytes:
    """The label's page (the first where there is none) as it is seen, framed, as PNG."""
    page = (found.detection.page or 1) - 1 if found.detection else 0
    document = _read(data)
    sheet = document.sheets[min(page, len(document.sheets) - 1)]
    scale = min(2.0, _picture.WIDEST / max(sheet.width, sheet.height, 1.0))
    return _picture.framed(_pdf_look.draw(sheet, scale), scale / sheet.unit, found)


def _judge(document: _Document, label: Label, *, visual: bool) -> Verification:
    reading, origin = document.reading(visual=visual)

    def closer(runs: Iterable[Run]) -> list[Run]:
        runs = list(runs)
        places = [[origin[at] for at in range(run.first, run.first + len(run.text))] for run in runs]
        cameras: dict[int, _pdf_look.Closer] = {}
        for sheet in {id(sheet): sheet for row in places for sheet, _index in row}.values():
            indices = [index for row in places for owner, index in row if owner is sheet and index >= 0]
            if any(sheet.glyphs.objects[index] for index in indices):
                cameras[id(sheet)] = _pdf_look.Closer(sheet, indices)
        looked = []
        for run, row in zip(runs, places, strict=True):
            camera = cameras.get(id(row[0][0])) if row else None
            looked.append(camera.look(run, [index for _sheet, index in row if index >= 0]) if camera else run)
        return looked

    return judge(reading, label, closer=closer)


# ---- what may be altered


def _open(data: bytes) -> Pdf:
    """The file for alteration; `InputError` when it is damaged, encrypted or endless."""
    import pikepdf

    try:
        pdf = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        raise _pdf_read.encrypted() from None
    if pdf.is_encrypted:
        raise _pdf_read.encrypted()
    # What the file says first: counting a hostile page tree takes long.
    said = pdf.Root.Pages.get("/Count", 0)
    if int(str(said)) > _pdf_read.MOST_PAGES or len(pdf.pages) > _pdf_read.MOST_PAGES:
        raise _pdf_read.too_many_pages()
    if not len(pdf.pages):
        raise _pdf_read.damaged()
    return pdf


def _refuse_signed(pdf: Pdf) -> None:
    if _is_signed(pdf):
        raise InputError(
            _("this PDF is signed"), why=_("A label would break the signature."), remedy=_cannot_stamp()
        )


def _cannot_stamp() -> str:
    return _(
        "Label the file before signing; or send the label on a cover page or in a companion file"
        " beside the signed one."
    )


def _is_signed(pdf: Pdf) -> bool:
    import pikepdf

    form = pdf.Root.get("/AcroForm")
    return "/Perms" in pdf.Root or (isinstance(form, pikepdf.Dictionary) and _has_signature(form))


def _has_signature(form: Any) -> bool:
    waiting, seen = list(form.get("/Fields", [])), 0
    while waiting and seen < 100_000:
        field = waiting.pop()
        seen += 1
        if field.get("/FT") == "/Sig" and "/V" in field:
            return True
        waiting += list(field.get("/Kids", []))
    return False


# ---- writing


@_sound
def stamp(data: bytes, label: Label, *, every_page: bool = False) -> Stamped:
    """A copy with the label on the first page, or on every page.

    Raises `InputError` for damaged, encrypted or signed files and for pages too narrow for the label.
    Deterministic: the same bytes and label give the same copy.
    """
    assert label.text is not None
    pdf = _open(data)
    _refuse_signed(pdf)
    if sum(take_back(page) for page in pdf.pages):
        data = _saved(pdf)
    document = _read(data, pdf)
    reading, _origin = document.reading(visual=False)
    body = body_size(_body_runs(reading.runs, label))
    points = max(LEAST_SIZE, half_up(label.ratio * body)) if body else None
    drawer = Drawer(pdf, label.text, points, first=label.leads)
    extended = 0
    for number, page in enumerate(pdf.pages if every_page else [pdf.pages[0]]):
        sheet = document.sheets[number] if number < len(document.sheets) else None
        extended += drawer.draw(page, sheet, reading.runs if number == 0 else ())
    notes = []
    if extended:
        notes.append(_("no free band was large enough: the page was extended at the top for the label"))
    if body is None:
        notes.append(
            _("the file has no text whose size could be measured; look whether the label is large enough")
        )
    return Stamped(_saved(pdf), tuple(notes))


@_sound
def body_points(data: bytes, label: Label) -> float | None:
    """The size of the text, in points, that a label on these pages is compared with."""
    reading, _origin = _read(data).reading(visual=False)
    return body_size(_body_runs(reading.runs, label))


@_sound
def remove(data: bytes, _label: Label) -> Stamped | None:
    """Every page as it was before `stamp`; ``None`` where no label of ours stands. `InputError` as there."""
    pdf = _open(data)
    _refuse_signed(pdf)
    if not sum(take_back(page) for page in pdf.pages):
        return None
    return Stamped(
        _saved(pdf), (_("the pages are as they were; the file is written anew, its bytes differ"),)
    )


@_sound
def anonymous(data: bytes) -> Stamped:
    """A copy whose properties, XMP and photos name nobody. `InputError` as for `stamp`."""
    pdf = _open(data)
    _refuse_signed(pdf)
    taken, left = _author_pdf.bare(pdf)
    if not taken:
        return Stamped(data, left)
    return Stamped(_saved(pdf), (_("taken out: {what}").format(what="; ".join(taken)), *left))


def _saved(pdf: Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _body_runs(runs: Iterable[Run], label: Label) -> list[Run]:
    """What the label will be compared with: visible text without the heading that leads it."""
    runs = list(runs)
    ours = label_pieces(runs, label)
    seen = [run for at, run in enumerate(runs) if not run.hidden and run.text.strip() and at not in ours]
    body = body_size(seen)
    led = heading(seen, body)
    rest = [run for run in seen if run not in led]
    return rest or seen
