"""Markdown: the label goes in by line numbers, everything else stays as it was written.

Detection renders the text (CommonMark with tables) and reads the page that comes out, so a label in a
comment or in hidden HTML is not taken for one that can be seen. Sizes and colours belong to the page
somebody makes of it later.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from compliance.files import MiB
from compliance.i18n import _
from compliance.labels import html, text
from compliance.labels.model import Label, Stamped, Verification
from compliance.labels.reading import Reading

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

NAME = "markdown"
SUFFIXES = (".md", ".markdown")
MEDIA = ("text", "post", "letter")
CAP = MiB
ISOLATED = 20
LAYOUTS = ("paragraph", "heading", "bare")
"""``heading``: of the level that is as much larger than the text by itself; ``bare``: a paragraph without backslashes,
for what is posted unrendered."""

_FRONT = re.compile(
    r"(?:---[ \t]*(?:\r\n|\r|\n).*?^(?:---|\.\.\.)|\+\+\+[ \t]*(?:\r\n|\r|\n).*?^\+\+\+)[ \t]*(?:\r\n|\r|\n|\Z)",
    re.S | re.M,
)
_HEADINGS = ((1.17, "### "), (1.5, "## "), (2.0, "# "))
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#+\-.!|~&()=:@^$'\"]")

recognises = text.recognises


@cache
def _parser(*, html: bool = True) -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": html}).enable("table").enable("strikethrough")


def _front_matter(source: str) -> int:
    """Where the body begins, after YAML or TOML front matter."""
    found = _FRONT.match(source)
    return found.end() if found else 0


def escaped(words: str) -> str:
    """``words`` so that Markdown shows exactly them."""
    return _SPECIAL.sub(lambda match: "\\" + match[0], words)


def _written(ratio: float, layout: str, words: str) -> str:
    if layout == "bare":
        return words
    return f"{_marks(ratio) if layout == 'heading' else ''}{escaped(words)}"


def _marks(ratio: float) -> str:
    """Of a heading that browsers set so many times as large as the text."""
    return next((marks for least, marks in _HEADINGS if least >= ratio), "# ")


def stamp(data: bytes, label: Label, *, layout: str = LAYOUTS[0]) -> Stamped:
    """Under the first heading, if that is the first block; else before the text, after front matter."""
    assert label.text is not None
    source = text.decode(data)
    start, end = _front_matter(source.text), source.newline
    body = source.text[start:]
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", body)
    tokens = _parser().parse(body)
    at = 0
    note = _("no heading was found; the label stands first")
    if label.leads:
        note = _("the label stands first, as the rule asks")
    elif tokens and tokens[0].type == "heading_open" and tokens[0].map:
        at = tokens[0].map[1]
        note = _("“{heading}” was taken for the heading").format(heading=tokens[1].content)
    head, tail = "".join(lines[:at]), "".join(lines[at:])
    words = _written(label.ratio, layout, label.text)
    # Each place has its own line ends, so that `remove` can tell what stood there.
    if head and tail.startswith(("\n", "\r")):
        block = f"{end}{words}{end}"
    elif head and not head.endswith(("\n", "\r")):
        block = f"{end}{words}"
    else:
        block = f"{words}{end}{end}"
    return Stamped(source.encode(source.text[:start] + head + block + tail), (note,))


def remove(data: bytes, label: Label) -> Stamped | None:
    """Without the label's paragraph: exactly the text that was stamped, where that can be told."""
    return text.surest(
        text.taken_out(data, label, partial(stamp, layout=name), partial(_written, label.ratio, name))
        for name in LAYOUTS
    )


def layout_of(data: bytes, label: Label) -> str:
    """The layout in which our label surely stands; empty where that cannot be told."""
    return text.standing(
        (name, text.taken_out(data, label, partial(stamp, layout=name), partial(_written, label.ratio, name)))
        for name in LAYOUTS
    )


def detect(data: bytes, label: Label) -> Verification:
    """As the rendered page shows it; sizes and colours are not measurable before there is a page."""
    later = _("Markdown has neither sizes nor colours: verify the page that is made of it")

    def without_page(reading: Reading) -> Reading:
        unknown = {**reading.unknown, "font_ratio": later, "contrast": later}
        runs = tuple(
            replace(run, size=None, contrast=run.contrast if run.hidden else None) for run in reading.runs
        )
        return replace(reading, medium=NAME, runs=runs, unknown=unknown)

    return html.judge_text(page(data), label, without_page)


def page(data: bytes, *, html: bool = True) -> str:
    """The body of the page that comes out, after front matter; without ``html`` its own tags are shown as text."""
    source = text.decode(data).text
    return str(_parser(html=html).render(source[_front_matter(source) :]))
