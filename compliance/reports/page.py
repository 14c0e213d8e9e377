"""A `Report` as a page: plain dictionaries of listed leaf values, and Jinja templates that see nothing else.

No figure is computed here. What a template may name is exactly what `page` and `figures_page` put in;
everything is escaped, an unknown name stops the rendering, and templates run in a sandbox.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.i18n import N_, ntranslated, translated
from compliance.reports import words
from compliance.reports.model import Caption, Cell, Report, Row, Section

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment
    from markupsafe import Markup

TEMPLATES = Path(__file__).parent.parent / "templates"
_LONG_WORD, _RUN = 60, 20
_WIDE_FROM = 7
"""So many columns do not fit an upright page."""
_CHARS, _WIDE_CHARS = 88, 134
"""About so many letters stand side by side on an upright page, and on one laid across."""
_SHORT_TO = 8
"""So few rows are not torn apart by the end of a page."""
_TIGHT_FROM = 24
"""So many rows ask for smaller letters on the sheet of figures."""


_WHOLE_TO = 400
"""A row whose longest text has so many characters stays whole on one page."""


def clean(text: str) -> str:
    """Text that can be printed: no control or invisible characters, lone surrogates replaced."""
    if text.isprintable():
        return text
    kept = []
    for char in text:
        category = unicodedata.category(char)
        if category == "Cs":
            kept.append("\N{REPLACEMENT CHARACTER}")
        elif char in "\n\t":
            kept.append(" ")
        elif category not in ("Cc", "Cf", "Co", "Cn"):
            kept.append(char)
    return "".join(kept)


def html(report: Report, *, binder: bool = False, decided: Sequence[str] = ()) -> str:
    """The form itself; with ``binder`` every figure carries its cell's address, and ``decided`` stands below."""
    values = page(report, binder=binder)
    values["released"] = [*values["released"], *map(clean, decided)]
    return environment().get_template("report.html").render(values)


def figures_html(report: Report) -> str:
    """The sheet of figures to copy into the blank."""
    return environment().get_template("figures.html").render(figures_page(report))


def css() -> str:
    """The one style sheet, as text: nothing is fetched."""
    return (TEMPLATES / "report.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def environment() -> SandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    found = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["breaks"] = _breaks
    return found


def _breaks(text: str) -> Markup:
    """``text`` escaped, with places to break inside words that no column could hold.

    Hyphenating such a "word" takes time that grows with the square of its length.
    """
    from markupsafe import Markup, escape

    wbr, out = Markup("<wbr>"), []
    for word in re.split(r"(\s+)", text):
        size = _RUN if len(word) > _LONG_WORD else max(len(word), 1)
        out.append(wbr.join(escape(word[at : at + size]) for at in range(0, len(word), size)))
    return Markup().join(out)


def page(report: Report, *, binder: bool = False) -> dict[str, Any]:
    """What ``report.html`` may name."""
    say = _speaker(report)
    return {
        **_shell(report),
        "title_working": report.title.working,
        "order": clean(report.order),
        "head": [
            {"name": name, "value": clean(value)}
            for name, value in (
                (say(N_("Organisation")), report.head.organisation),
                (say(N_("Address")), report.head.address),
                (say(N_("Registration number")), report.head.registration_id),
                (say(N_("Tax number")), report.head.tax_id),
            )
            if value
        ],
        "nil": say(N_("There was nothing to report in this period.")) if report.nil else "",
        "sections": [_section(report, section, binder) for section in report.sections],
        "note": _note(report),
        "released": _released(report) if binder else [],
        "sign": [
            say(N_("[surname, name, post of whoever signs]")),
            say(N_("[signature]")),
            say(N_("[date]")),
        ],
    }


def _released(report: Report) -> list[str]:
    """For the binder: which texts are printed by decision although they seem to hold a person's data."""
    told = _speaker(report)(N_("{cell}: printed by decision of {who}, {day}: {why}"))
    return [
        clean(told.format(cell=item.cell, who=item.actor, day=item.on.isoformat(), why=item.because))
        for item in report.released
    ]


def figures_page(report: Report) -> dict[str, Any]:
    """What ``figures.html`` may name: sections that hold figures."""
    say = _speaker(report)
    sections = [
        _section(report, section, False)
        for section in report.sections
        if any(cell.is_figure for row in section.rows for cell in row.cells)
    ]
    return {
        **_shell(report),
        "heading": say(N_("Figures to copy into the blank")),
        "organisation": clean(report.head.organisation),
        "unit": words.unit_words(report.currency, report.unit_minor, report.language),
        "tight": sum(len(section["rows"]) for section in sections) >= _TIGHT_FROM,
        "sections": sections,
    }


def mark(report: Report) -> str:
    """The line above every page of what must not be taken for the finished form; empty when it is one."""
    say = _speaker(report)
    told = []
    if report.practice:
        told.append(say(N_("PRACTICE: invented organisation and figures.")))
    if report.working_copy:
        told.append(
            ntranslated(
                report.language,
                "WORKING COPY: {n} caption not compared with the official form.",
                "WORKING COPY: {n} captions not compared with the official form.",
                report.open_captions,
            ).format(n=report.open_captions)
        )
    return " ".join(told)


def _shell(report: Report) -> dict[str, Any]:
    before, between = _speaker(report)(N_("page {page} of {pages}")).split("{page}")
    return {
        "language": report.language,
        "paper": report.paper,
        "title": clean(report.title.text),
        "period": words.period_words(report.period, report.language),
        "mark": mark(report),
        "foot": clean(f"{report.title.text}, {report.period.label}"),
        "page_words": {"before": before, "between": between.removesuffix("{pages}")},
    }


def _section(report: Report, section: Section, binder: bool) -> dict[str, Any]:
    lines = not section.each
    columns = [] if len(section.columns) == 1 and not section.columns[0].text else list(section.columns)
    figures = any(cell.is_figure and cell.kind != "count" for row in section.rows for cell in row.cells)
    return {
        "caption": clean(section.caption.text),
        "working": section.caption.working,
        "group": clean(section.group),
        "code": section.id if binder else "",
        "unit": words.unit_words(report.currency, report.unit_minor, report.language) if figures else "",
        "empty": clean(section.empty) if not section.rows else "",
        "lines": lines,
        "whole": lines or all(len(cell.text) <= _WHOLE_TO for row in section.rows for cell in row.cells),
        "short": len(section.rows) <= _SHORT_TO,
        "wide": len(section.columns) >= _WIDE_FROM and bool(section.rows or not section.empty),
        "widths": _widths(section, lines),
        "columns": [_caption(column) for column in columns],
        "rows": [_row(section, row, binder) for row in section.rows] or [_blank(section)],
    }


def _row(section: Section, row: Row, binder: bool) -> dict[str, Any]:
    return {
        "caption": clean(row.caption.text),
        "working": row.caption.working,
        "total": row.total,
        "blank": all(cell.kind == "empty" for cell in row.cells),
        "cells": [_cell(cell, binder) for cell in row.cells],
    }


def _blank(section: Section) -> dict[str, Any]:
    """One empty line, to be written in or struck out by hand."""
    cell = {"text": "", "figure": False, "tick": False, "code": []}
    return {
        "caption": "",
        "working": False,
        "total": False,
        "blank": True,
        "cells": [cell] * len(section.columns),
    }


def _cell(cell: Cell, binder: bool) -> dict[str, Any]:
    return {
        "text": clean(cell.text),
        "figure": cell.is_figure,
        "tick": cell.kind == "tick",
        "code": _breakable(cell.id) if binder and cell.kind not in ("text", "empty") else [],
    }


def _breakable(code: str) -> list[str]:
    """An address in pieces between which a line may break."""
    pieces = code.split(".")
    return [f"{piece}." for piece in pieces[:-1]] + pieces[-1:]


def _caption(caption: Caption) -> dict[str, Any]:
    return {"text": clean(caption.text), "working": caption.working}


def column_widths(section: Section) -> list[str]:
    """Per cent of each column of a list."""
    return _widths(section, False)


def _widths(section: Section, lines: bool) -> list[str]:
    """Per cent of each column: captions get what figures do not need."""
    count = len(section.columns)
    if lines:
        own = max(100 - 16 * count, 34) if count > 1 else 72
        return [f"{own:.2f}", *[f"{(100 - own) / count:.2f}"] * count]
    texts = [
        [column.text, *(row.cells[at].text for row in section.rows)]
        for at, column in enumerate(section.columns)
    ]
    return shares(texts, _WIDE_CHARS if count >= _WIDE_FROM else _CHARS)


def shares(texts: Sequence[Sequence[str]], chars: int = _CHARS) -> list[str]:
    """Per cent of each column, given the texts of each and how many letters stand side by side."""
    needs = [
        2.0 + min(max(len(word) for text in column for word in [*text.split(), ""]), 24) for column in texts
    ]
    wants = [
        max(min(max(len(text) for text in column), 90) ** 0.5 * 4 - need, 0.5)
        for column, need in zip(texts, needs, strict=True)
    ]
    room = max(chars - sum(needs), 0)
    own = [need + room * want / sum(wants) for need, want in zip(needs, wants, strict=True)]
    return [f"{100 * one / sum(own):.2f}" for one in own]


def _note(report: Report) -> str:
    """Said once where any caption is a working title of ours."""
    captions = [report.title]
    for section in report.sections:
        captions += [section.caption, *section.columns, *(row.caption for row in section.rows)]
    if not any(caption.working for caption in captions):
        return ""
    return _speaker(report)(
        N_("Words in square brackets are working titles, not those of the official form.")
    )


def _speaker(report: Report) -> Callable[[str], str]:
    """Messages in the language of the form."""
    return partial(translated, report.language)


def alone(text: str) -> str:
    """A page that a browser prints by itself: the style sheet is put inside."""
    return text.replace("<title>", f"<style>{css()}</style>\n<title>", 1)
