"""The style sheets of a page, rule by rule: which properties decide about a label, which rules hold for certain.

Selectors and values are parsed by cssselect2 and tinycss2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from compliance.labels._webfont import Faces

MOVES = frozenset(
    "transform translate scale rotate zoom clip clip-path mask mask-image filter mix-blend-mode animation"
    " animation-name backdrop-filter -webkit-text-fill-color -webkit-mask -webkit-text-security perspective"
    " font-size-adjust offset-path -webkit-mask-image -webkit-clip-path -webkit-transform -webkit-filter"
    " -webkit-animation -webkit-animation-name -webkit-text-stroke -webkit-text-stroke-width -webkit-line-clamp"
    " line-clamp".split()
)
OFFSETS = frozenset(
    "left top right bottom margin margin-left margin-top margin-right text-indent inset inset-inline inset-block"
    " inset-inline-start inset-inline-end inset-block-start inset-block-end margin-inline margin-block"
    " margin-inline-start margin-inline-end margin-block-start margin-block-end".split()
)
ASIDE = frozenset("left right top bottom inset margin-left margin-inline-start text-indent".split())
"""Of these a large positive length moves too."""
BOXES = frozenset(
    "width height max-width max-height line-height block-size inline-size max-block-size max-inline-size".split()
)
SPACING = frozenset(("letter-spacing", "word-spacing"))
WORDS = frozenset(
    "display visibility content-visibility position direction unicode-bidi text-transform".split()
)
"""Known by their keyword; where a variable stands in its place, nothing is known."""
DECIDING = (
    MOVES
    | OFFSETS
    | BOXES
    | SPACING
    | frozenset(
        "font font-size color background background-color background-image display visibility opacity"
        " position overflow overflow-x overflow-y content-visibility text-transform content text-decoration"
        " text-decoration-line direction unicode-bidi writing-mode font-family contain z-index".split()
    )
)
_WIDTH = re.compile(r"\((min|max)-width:([0-9]{1,5}(?:\.[0-9]{1,4})?)(px|em|rem)\)")
_PIXELS = {"px": 1.0, "em": 16.0, "rem": 16.0}
_MOST_EDGES = 10
_NESTED = 8  # rules in rules, as deep as they are followed


@dataclass(slots=True)
class Sheet:
    """The style sheets written into a page, as they hold on a ``medium`` (``screen`` or ``print``), ``width`` pixels wide
    (None: nobody knows). ``external``: some of it stands in other files; ``faces``: the fonts it brings along."""

    matcher: Any
    medium: str = "screen"
    width: float | None = None
    external: bool = False
    count: int = field(default=0)
    dark: bool = False
    faces: Faces = field(default_factory=Faces)

    def holds(self, condition: str) -> bool | None:
        """Whether rules under a media query hold here; ``None``: nobody can tell from the file."""
        bare = "".join(condition.lower().split())
        if "," in bare or bare.startswith("not"):
            return None
        for kind in ("screen", "print", "speech", "all"):
            for spelled in (kind, f"only{kind}"):
                if bare == spelled or bare.startswith(f"{spelled}and("):
                    if kind not in ("all", self.medium):
                        return False
                    bare = bare.removeprefix(spelled).removeprefix("and")
        if not bare:
            return True
        told = [self._part(part) for part in bare.split("and(")]
        return False if False in told else None if None in told else True

    def _part(self, part: str) -> bool | None:
        """Of one condition, with or without the bracket that begins it."""
        part = part if part.startswith("(") else f"({part}"
        if self.width is not None and (said := _WIDTH.fullmatch(part)):
            edge = float(said[2]) * _PIXELS[said[3]]
            return self.width >= edge if said[1] == "min" else self.width <= edge
        return {_DARK: True, _LIGHT: False}.get(part) if self.dark else None


def widths(page: str) -> tuple[float | None, ...]:
    """Widths of a screen between which the page's media queries tell, so that each way it can look is among them; one
    None where it asks for none, or in too many ways."""
    edges: dict[float, set[str]] = {}
    for kind, number, unit in _WIDTH.findall("".join(page.lower().split())):
        edges.setdefault(float(number) * _PIXELS[unit], set()).add(kind)
    if not edges or len(edges) > _MOST_EDGES:
        return (None,)
    ordered = sorted(edges)
    between = [(one + two) / 2 for one, two in pairwise([ordered[0] - 2, *ordered, ordered[-1] + 2])]
    both = [edge for edge in ordered if len(edges[edge]) > 1]  # exactly there both hold
    return tuple(sorted(width for width in (*between, *both) if width > 0)) or (None,)


def sheet(
    sources: Iterable[tuple[str, str]],
    medium: str = "screen",
    *,
    dark: bool = False,
    width: float | None = None,
) -> Sheet:
    """Rules of every ``<style>``, in order, each with its own media query. ``dark``: for somebody who prefers dark
    colours; else it is left open what holds then, as it is where no ``width`` is known."""
    return _sheet(tuple(sources), medium, dark, width)


@lru_cache(maxsize=16)
def _sheet(sources: tuple[tuple[str, str], ...], medium: str, dark: bool, width: float | None) -> Sheet:
    """Kept for the next page of the same site."""
    import cssselect2  # type: ignore[import-untyped, unused-ignore]

    found = Sheet(cssselect2.Matcher(), medium, width, dark=dark)
    for condition, source in sources:
        holds = found.holds(condition)
        if holds is not False:
            _add(found, _rules(source), certain=holds is True)
    return found


_DARK, _LIGHT = "(prefers-color-scheme:dark)", "(prefers-color-scheme:light)"


def _rules(source: Any) -> list[Any]:
    import tinycss2  # type: ignore[import-untyped, unused-ignore]

    parsed: list[Any] = tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True)
    return parsed


def _add(into: Sheet, rules: list[Any], *, certain: bool, depth: int = 0) -> None:
    import cssselect2  # type: ignore[import-untyped, unused-ignore]
    import tinycss2  # type: ignore[import-untyped, unused-ignore]

    for rule in rules:
        if rule.type == "qualified-rule":
            declared = list(declarations(rule.content, certain))
            try:
                selectors = cssselect2.compile_selector_list(rule.prelude)
            except cssselect2.SelectorError:
                continue  # browsers drop such a rule too
            into.count += 1
            for selector in selectors:
                into.matcher.add_selector(selector, (into.count, declared))
            if depth < _NESTED:
                _add(into, _nested(rule), certain=False, depth=depth + 1)
        elif rule.type == "at-rule" and rule.at_keyword.lower() == "import":
            into.external = True
        elif rule.type == "at-rule" and rule.content is not None and depth < _NESTED:
            keyword, condition = rule.lower_at_keyword, tinycss2.serialize(rule.prelude).strip().lower()
            if keyword == "font-face":
                into.faces.add(rule.content, certain=certain)
            holds = into.holds(condition) if keyword == "media" else None
            if holds is False:
                continue
            if keyword in ("media", "supports", "layer", "container", "scope", "starting-style"):
                _add(into, _rules(rule.content), certain=certain and holds is True, depth=depth + 1)


def _nested(rule: Any) -> list[Any]:
    """The rules inside a rule (CSS Nesting Level 1), with whole selectors; how they rank is left open."""
    import tinycss2  # type: ignore[import-untyped, unused-ignore]

    outer = f":is({tinycss2.serialize(rule.prelude).strip()})"
    found = []
    for item in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
        if item.type == "qualified-rule":
            own = tinycss2.serialize(item.prelude).strip()
            item.prelude = tinycss2.parse_component_value_list(
                own.replace("&", outer)
                if "&" in own
                else ", ".join(f"{outer} {one}" for one in own.split(","))
            )
            found.append(item)
        elif item.type == "at-rule" and item.content is not None:
            inner = f"{outer}{{{tinycss2.serialize(item.content)}}}"
            item.content = tinycss2.parse_component_value_list(inner)
            found.append(item)
    return found


@dataclass(frozen=True, slots=True)
class Declared:
    name: str
    value: tuple[Any, ...]
    important: bool
    certain: bool


def declarations(content: Any, certain: bool) -> Iterator[Declared]:
    """What a rule, or a ``style`` attribute, declares of the properties that decide."""
    import tinycss2  # type: ignore[import-untyped, unused-ignore]

    for item in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration" and (item.lower_name in DECIDING or item.lower_name == "all"):
            value = tuple(token for token in item.value if token.type not in ("whitespace", "comment"))
            yield Declared(item.lower_name, value, item.important, certain)
