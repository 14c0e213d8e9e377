"""ODT: the label as a section of its own with its own style, spliced into the XML; other members stay as packed."""

from __future__ import annotations

import math
from html import escape

from compliance.i18n import _
from compliance.labels import _author_office, _odt_read, _office, _package
from compliance.labels._package import Package, damaged
from compliance.labels._spots import Spot, spliced, spots, without
from compliance.labels.model import Label, Stamped, Verification
from compliance.labels.reading import LONGEST_UNMARKED_HEADING, body_size, label_pieces

NAME = "odt"
SUFFIXES = (".odt",)
MEDIA = ("text", "post", "letter")
CAP = _package.CAP
ISOLATED = 20

MARK = "compliance-label"  # the name of our section and style; never taken as evidence
_ALONE = f"{MARK}-alone"  # the style, where it is the only one and its list stood empty
_USUAL_SIZE = 12.0
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_FO = "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"

recognises = _package.recognises
anonymous = _author_office.bare


def detect(data: bytes, label: Label) -> Verification:
    """The text by the sizes and colours of its styles; headers and boxes have to be looked at."""
    package = Package(data)
    return _office.better(lambda first: _odt_read.read(package, header_first=first), label)


def stamp(data: bytes, label: Label) -> Stamped:
    """Under the heading, else before the first block. `InputError` for damaged, encrypted, signed documents."""
    assert label.text is not None
    if bare := remove(data, label):
        data = bare.data
    package = Package(data)
    package.refuse_signed()
    part = package.read("content.xml")
    root = spots(part)
    body = next((spot for spot in root.all() if spot.name == "text" and spot.space == _OFFICE), None)
    if body is None or body.close == body.inner == body.end:
        raise damaged()
    at, note = _place(body, label, _odt_read.styles_of(package))
    size = math.ceil(10 * label.ratio * _body(package, label) - 0.001) / 10
    lists = next((spot for spot in root.children if spot.name == "automatic-styles"), None)
    empty = lists is None or lists.close == lists.inner == lists.end
    style = _ALONE if empty else MARK
    language = f' fo:language="{escape(label.language)}"' if label.language else ""
    made = spliced(
        part,
        at,
        f'<text:section xmlns:text="{_TEXT}" text:name="{MARK}"><text:p text:style-name="{style}">'
        f"{escape(label.text, quote=False)}</text:p></text:section>",
    )
    block = (
        f'<style:style xmlns:style="{_STYLE}" xmlns:fo="{_FO}" style:name="{style}" style:family="paragraph">'
        '<style:paragraph-properties fo:margin-top="6pt" fo:margin-bottom="6pt" fo:margin-left="0cm"'
        ' fo:margin-right="0cm" fo:text-indent="0cm" fo:line-height="100%" fo:background-color="#ffffff"/>'
        f'<style:text-properties fo:color="#000000" fo:font-size="{size:g}pt" fo:background-color="#ffffff"'
        f' fo:font-variant="normal" text:display="true" xmlns:text="{_TEXT}" style:text-position="0% 100%"{language}/>'
        "</style:style>"
    )
    if lists is None:
        office = next((spot for spot in root.children if spot.name == "body"), None)
        if office is None:
            raise damaged()
        wrapped = f'<office:automatic-styles xmlns:office="{_OFFICE}">{block}</office:automatic-styles>'
        made = spliced(made, office.start, wrapped)
    elif empty:
        made = spliced(made, lists.end, f"{block}</{_tag(part, lists)}>")
        made = made[: lists.end - 2] + b">" + made[lists.end :]
    else:
        made = spliced(made, lists.close, block)
    return Stamped(package.written({"content.xml": made}), (note, *package.author_notes()))


def _tag(part: bytes, spot: Spot) -> str:
    """The name as written, with its prefix."""
    return part[spot.start + 1 : spot.inner].split()[0].rstrip(b"/>").decode()


def _body(package: Package, label: Label) -> float:
    """The size in points that the label will be compared with: without what is before it as a heading."""
    reading = _odt_read.read(package, header_first=False)
    ours = label_pieces(reading.runs, label)
    others = [run for number, run in enumerate(reading.runs) if number not in ours]
    led = [run for run in others if not run.hidden and run.text.strip()]
    rest = [run for run in others if led and run.block != led[0].block]
    sizes = [found for runs in (others, rest) if (found := body_size(runs)) is not None]
    return max(sizes or [run.size or 0 for run in led], default=0) or _USUAL_SIZE


def _place(body: Spot, label: Label, styles: _odt_read.Styles) -> tuple[int, str]:
    """Where in the bytes, and what to say about it; after the declarations that must come first."""
    blocks = [
        spot for spot in body.children if not spot.name.endswith(("-decls", "forms", "tracked-changes"))
    ]
    first = blocks[0].start if blocks else body.close
    if label.leads:
        return first, _("the label stands first, as the rule asks")
    marked = any(spot.name == "h" for spot in body.all())
    for number, spot in enumerate(blocks):
        words = " ".join(spot.text().split())
        if not words and spot.name == "p":
            continue
        title = spot.name == "h" or (
            spot.name == "p" and styles.heading(spot.attributes.get("style-name", ""))
        )
        short = len(words) <= LONGEST_UNMARKED_HEADING and words[-1:] not in tuple(".!,;:…")
        follows = any(item.text().strip() for item in blocks[number + 1 :])
        if title or (spot.name == "p" and not marked and short and follows):
            return spot.end, _("“{heading}” was taken for the heading").format(heading=words)
        break
    return first, _("no heading was found; the label stands first")


def remove(data: bytes, _label: Label) -> Stamped | None:
    """The content with the bytes it had; ``None`` where no label of ours stands."""
    package = Package(data)
    package.refuse_signed()
    part = package.read("content.xml")
    if MARK.encode() not in part:
        return None
    root = spots(part)
    ours = [spot for spot in root.all() if spot.name == "section" and spot.attributes.get("name") == MARK]
    if not ours:
        return None
    style = next(
        (
            spot
            for spot in root.all()
            if spot.name == "style" and spot.attributes.get("name") in (MARK, _ALONE)
        ),
        None,
    )
    lists = style.parent if style is not None else None
    part = without(part, ours)  # it stands behind the styles
    if style is None or lists is None:
        made = part
    elif style.attributes["name"] == MARK or len(lists.children) > 1:
        made = part[: style.start] + part[style.end :]
    elif part[lists.start : lists.inner].endswith(f'xmlns:office="{_OFFICE}">'.encode()):
        made = part[: lists.start] + part[lists.end :]
    else:
        made = part[: lists.inner - 1] + b"/>" + part[lists.end :]
    return Stamped(package.written({"content.xml": made}))
