"""What becomes of a label on its way: the file is changed as channels change it, and looked at again.

Pictures: our own strip is followed, letter by letter, through packing, shrinking and cropping. Texts and pages: what
is left of them is measured as any other file. What a channel really does may differ; these are the usual ways.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from compliance import limited
from compliance.errors import Refused
from compliance.i18n import _
from compliance.labels import animation, html, image, pdf, text, work
from compliance.labels.model import Label, Medium

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from PIL.Image import Image

Way = Literal[
    "jpeg", "shrunk", "square", "thumbnail", "caption", "one_line", "sanitised", "reader", "filter_mark", "filter_words"
]  # fmt: skip
UNAVOIDABLE: frozenset[Way] = frozenset(("filter_words",))
"""Ways on which no layout keeps a label: they are told, and decide nothing."""
_SECONDS = 30
_QUALITY, _SHRUNK, _THUMBNAIL = 70, 1280, 320
_CAPTION = 1024
_PHRASE = 30  # letters of the wording that a filter looks for
_SHOWING = (
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "div",
    "span",
    "section",
    "aside",
    "td",
    "li",
    "strong",
    "b",
)
_NAMES = frozenset(("id", "class", "role"))
_KEYS = ("label", "disclaimer", "notice", "warning", "banner", "agent", "role note")
_ALIKE = (
    0.8  # of the whole strip, after shrinking: letters are told apart by their size then, not pixel by pixel
)


@dataclass(frozen=True, slots=True)
class Replay:
    """``carries``: whether the label is still whole and can be read; ``letters`` in pixels, of pictures; ``why`` not."""

    way: Way
    carries: bool
    letters: float | None = None
    why: str = ""


def replays(data: bytes, medium: str, label: Label) -> list[Replay]:
    """In a limited child. ``medium`` by its name; `Refused` where the label does not stand there to begin with, or
    where such files are not followed."""
    found: list[Replay] = limited.run(
        f"{__name__}:replayed", data, medium, label, seconds=_SECONDS, classes={(__name__, "Replay")}
    )
    return found


def replayed(data: bytes, medium: str, label: Label) -> list[Replay]:
    """The same in this process: for the child."""
    if medium in (image.NAME, animation.NAME):
        return list(_pictures(data, medium, label))
    if medium == text.NAME:
        return list(_texts(data, label))
    if medium == html.NAME:
        return list(_pages(data, label))
    if medium == pdf.NAME:
        return list(_previews(data, label))
    raise Refused(
        _("what becomes of files of this kind on their way is not known here"),
        remedy=_("Pictures, PDF, plain texts and HTML are followed."),
    )


def _not_there() -> Refused:
    return Refused(
        _("there is no label to follow in this file"),
        remedy=_("First: compliance label apply FILE. Of pictures only our own strip is followed."),
    )


def _pictures(data: bytes, medium: str, label: Label) -> Iterator[Replay]:
    whole = animation._film(data).frames[0] if medium == animation.NAME else image._open(data)
    drawn = image.strip(label.text or "", whole.width)
    if image.share(whole, drawn) < image.SAME:
        raise _not_there()
    flat = image._grey(whole, (0, 0, *whole.size))
    packed = _packed(flat)
    size = float(drawn.size)
    same = image.share(packed, drawn) >= image.SAME
    yield Replay("jpeg", same, size, "" if same else _("the letters are no longer what they were"))
    yield _smaller("shrunk", flat, drawn, min(1.0, _SHRUNK / max(flat.size)))
    side = min(flat.size)
    left, top = (flat.width - side) // 2, (flat.height - side) // 2
    kept = top == 0 and left == 0
    yield Replay("square", kept, size if kept else None, "" if kept else _("the label is cut off"))
    yield _smaller("thumbnail", flat, drawn, min(1.0, _THUMBNAIL / max(flat.size)))


def _packed(flat: Image) -> Image:
    from PIL import Image

    out = io.BytesIO()
    flat.save(out, "JPEG", quality=_QUALITY)
    return Image.open(out, formats=("JPEG",)).convert("L")


def _smaller(way: Way, flat: Image, drawn: image.Strip, scale: float) -> Replay:
    """Shrunk and packed, beside the strip shrunk alike."""
    letters = round(drawn.size * scale, 1)
    size = max(1, round(flat.width * scale)), max(1, round(flat.height * scale))
    tall = max(1, round(drawn.picture.height * scale))
    made = _packed(flat.resize(size)).crop((0, 0, size[0], tall))
    alike = image.alike(made, drawn.picture.resize((size[0], tall))) >= _ALIKE
    if letters < image._LEAST_PX:
        return Replay(way, False, letters, _too_small())
    return Replay(way, alike, letters, "" if alike else _("the letters are no longer what they were"))


def _texts(data: bytes, label: Label) -> Iterator[Replay]:
    if not work.carries(text.detect(data, label)):
        raise _not_there()
    words = text.decode(data).text
    ways: tuple[tuple[Way, str], ...] = (
        ("caption", words[:_CAPTION]), ("one_line", " ".join(words.split())),
    )  # fmt: skip
    for way, left in ways:
        yield _measured(way, text, left.encode("utf-8", errors="replace"), label)


def _pages(data: bytes, label: Label) -> Iterator[Replay]:
    if not work.carries(html.detect(data, label)):
        raise _not_there()
    page = html.decode(data).text
    yield _measured("sanitised", html, _bare(page), label)
    words = "\n\n".join(_lines(page))
    yield _measured("reader", text, words.encode("utf-8", errors="replace"), label)
    yield _measured("filter_mark", html, _filtered(page, _by_mark), label)
    start = _squeezed(label.text or "")[:_PHRASE]
    gone = _measured("filter_words", html, _filtered(page, lambda item: start in _spoken(item)), label)
    yield (
        gone
        if gone.carries
        else replace(gone, why=_("no layout keeps it from a filter that knows the words"))
    )


def _previews(data: bytes, label: Label) -> Iterator[Replay]:
    """The first page as a picture, as messengers show a file before it is opened."""
    found = pdf.detect(data, label)
    if not work.carries(found) or found.detection is None or found.detection.label_size is None:
        raise _not_there()
    sheet = pdf._read(data).sheets[0]
    ways: tuple[tuple[Way, int], ...] = (("shrunk", _SHRUNK), ("thumbnail", _THUMBNAIL))
    for way, longest in ways:
        scale = longest / max(sheet.width, sheet.height, 1.0)
        letters = round(found.detection.label_size * scale / sheet.unit, 1)
        if found.detection.page != 1:
            yield Replay(way, False, None, _("the label does not stand on the first page"))
        elif letters < image._LEAST_PX:
            yield Replay(way, False, letters, _too_small())
        else:
            yield Replay(way, True, letters)


def _too_small() -> str:
    return _("letters below {least} pixels cannot be read").format(least=image._LEAST_PX)


def _filtered(page: str, hides: Callable[[HtmlElement], bool]) -> bytes:
    """Without the innermost elements that a cosmetic filter hides: as if they were not there."""
    from lxml import html as parser

    root = parser.document_fromstring(page)
    hidden = [item for item in root.iter(*_SHOWING) if isinstance(item, parser.HtmlElement) and hides(item)]
    for item in hidden:
        if item.getparent() is not None and not any(inner in hidden for inner in item.iterdescendants()):
            item.drop_tree()
    made: bytes = parser.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")
    return made


def _by_mark(item: HtmlElement) -> bool:
    """A rule for the attribute of earlier versions, or for words in identifiers, classes, roles and data."""
    said = (f"{name} {value}" for name, value in item.attrib.items() if name in _NAMES or name[:5] == "data-")
    return any(word in line.lower() for line in said for word in _KEYS)


def _spoken(item: HtmlElement) -> str:
    return _squeezed("".join(map(str, item.itertext())))


def _squeezed(words: str) -> str:
    return " ".join(words.split()).lower()


def _bare(page: str) -> bytes:
    """As a newsletter or a forum lets it in: no styles, no classes, no scripts."""
    from lxml import etree
    from lxml import html as parser

    root = parser.document_fromstring(page)
    etree.strip_elements(root, "style", "script", "link", with_tail=False)
    for element in root.iter():
        for name in ("style", "class", "id", "bgcolor", "color", "size"):
            element.attrib.pop(name, "")
    made: bytes = parser.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")
    return made


def _lines(page: str) -> Iterator[str]:
    """Headings and paragraphs in a reader's own letters."""
    from lxml import html as parser

    for element in parser.document_fromstring(page).iter(
        "h1", "h2", "h3", "h4", "p", "li", "blockquote", "td"
    ):
        if words := " ".join("".join(map(str, element.itertext())).split()):
            yield words


def _measured(way: Way, medium: object, data: bytes, label: Label) -> Replay:
    from typing import cast

    found = cast(Medium, medium).detect(data, label)
    if work.carries(found):
        return Replay(way, True)
    wrong = next((item.message for item in found.criteria if item.verdict == "not_met"), "")
    return Replay(way, False, None, wrong)
