"""The text of an HTML page as a browser without scripts would show it, with sizes and colours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from compliance.errors import InputError
from compliance.i18n import _, language
from compliance.labels import _colours, _css, _css_rules, _dark
from compliance.labels.reading import Hidden, Reading, Run

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Light = Literal["", "own", "inverted", "ground"]
"""Dark colours: the page's own, all of them inverted, or a reader's dark ground and light letters under the page's."""
_SCHEME = re.compile(r"color-scheme\s*:[^;}]*\bdark\b", re.I)
MOST_ELEMENTS = 100_000
DEEPEST = 400  # browsers stop nesting at 512
_NOT_SHOWN = frozenset(
    "head title style script template noscript meta link base datalist area iframe object embed audio video"
    " canvas svg math select textarea input option optgroup param source track rp dialog meter progress".split()
)
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp small span strike"
    " strong sub sup time tt u var wbr nobr acronym ruby rb rt img button output".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_FURNITURE = frozenset(("nav", "aside", "footer", "form", "menu"))


@dataclass(frozen=True, slots=True)
class _Inside:
    """What an element's children inherit."""

    style: _css.Style
    shown: bool
    heading: bool
    furniture: bool
    depth: int


def read_text(
    page: str,
    *,
    furniture: bool = True,
    medium: str = "screen",
    light: Light = "",
    width: float | None = None,
) -> Reading:
    """Runs in the order of the page, as on a ``medium`` (``screen`` or ``print``) of that ``width`` in pixels; with
    ``furniture`` menus and the like come after the text. ``light``: as it is seen on a dark screen.

    Raises `InputError` for pages that are too large or too deep to be written by people.
    """
    return _read(page, furniture, medium, light, width, language())


@lru_cache(maxsize=12)
def _read(
    page: str, furniture: bool, medium: str, light: Light, width: float | None, _language: str
) -> Reading:
    """Kept for who measures a page and then stamps it."""
    import cssselect2  # type: ignore[import-untyped, unused-ignore]
    import tinyhtml5  # type: ignore[import-untyped, unused-ignore]

    # As bytes: the parser would take a short text for the name of a file.
    root = tinyhtml5.parse(
        page.encode("utf-8", "replace"), namespace_html_elements=False, override_encoding="utf-8"
    )
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    if len(elements) > MOST_ELEMENTS:
        raise _too_large()
    styles = list(_styles(elements))
    rules = _css_rules.sheet(styles, medium, dark=light == "own", width=width)
    wrapped = cssselect2.ElementWrapper.from_html_root(root)
    linked = _is_linked(elements, rules)
    reader = _Reader(rules, _the_text(elements), furniture=furniture, light=light, linked=linked)
    reader.walk(wrapped, dark=light == "own" and _knows_dark(elements, styles))
    return Reading(
        "html",
        tuple(reader.runs),
        unit="px",
        marked=any(run.heading for run in reader.runs),
        unknown=_unknown(elements, reader),
    )


def _styles(elements: list[Element]) -> Iterator[tuple[str, str]]:
    """The condition and the rules of every style sheet in the page: none of a template or in another language than CSS;
    those for browsers that run no scripts may hold or not."""
    unused = {inner for item in elements if item.tag == "template" for inner in item.iter("style")}
    plain = {inner for item in elements if item.tag == "noscript" for inner in item.iter("style")}
    for item in elements:
        if item.tag == "style" and item not in unused and item.get("type", "").lower() in ("", "text/css"):
            condition = "(scripting: none)" if item in plain else item.get("media", "")
            yield condition, "".join(item.itertext())


def _too_large() -> InputError:
    return InputError(
        _("this page is too large or nested too deeply"),
        why=_("No page written by people has that many elements; it may be damaged or hostile."),
    )


def _knows_dark(elements: list[Element], styles: list[tuple[str, str]]) -> bool:
    """Whether the page says that browsers may give it their dark ground."""
    named = (
        item for item in elements if item.tag == "meta" and item.get("name", "").lower() == "color-scheme"
    )
    return any("dark" in item.get("content", "").lower() for item in named) or any(
        _SCHEME.search(source) for _media, source in styles
    )


def _the_text(elements: list[Element]) -> Element | None:
    """The one element that holds the text, where the page says so."""
    for tag in ("article", "main"):
        found = [element for element in elements if element.tag == tag]
        if len(found) == 1:
            return found[0]
    return None


class _Reader:
    """Walks the tree without recursion and collects runs."""

    def __init__(
        self, rules: _css_rules.Sheet, scope: Element | None, *, furniture: bool, light: Light, linked: bool
    ) -> None:
        self.rules = rules
        self.scope = scope
        self.furniture = furniture
        self.light = light
        self.linked = linked
        self.runs: list[Run] = []
        self.block = 0
        self.floating = 0  # elements positioned freely that show something

    def walk(self, root: Any, *, dark: bool) -> None:
        """``root`` is a cssselect2 wrapper; children are taken from a stack of iterators."""
        inside = _Inside(_on_dark(_css.Style()) if dark else _css.Style(), True, False, False, 0)
        stack: list[tuple[Iterator[Any], _Inside, Any]] = []
        stack.append((*self._enter(root, inside), root))
        while stack:
            children, state, wrapper = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                self._leave(wrapper)
                if stack:
                    self._text(wrapper.etree_element.tail, stack[-1][1])
                continue
            if len(stack) > DEEPEST:
                raise _too_large()
            if not isinstance(child.etree_element.tag, str):
                self._text(child.etree_element.tail, state)
                continue
            stack.append((*self._enter(child, state), child))

    def _enter(self, wrapper: Any, outer: _Inside) -> tuple[Iterator[Any], _Inside]:
        element = wrapper.etree_element
        tag = wrapper.local_name
        style = _css.computed(wrapper, outer.style, self.rules)
        if self.light == "ground" and tag in ("html", "body"):
            style = _on_dark(style)
        shown = outer.shown and tag not in _NOT_SHOWN and not _folded(wrapper)
        heading = tag in _HEADINGS or (outer.heading and tag in _INLINE)
        aside = self._apart(element, outer)
        state = _Inside(style, shown, heading, aside, outer.depth + 1)
        self.floating += style.free and shown and style.displayed
        if tag not in _INLINE:
            self._break(tag)
        self._text(element.text, state)
        return iter(wrapper.iter_children()), state

    def _apart(self, element: Element, outer: _Inside) -> bool:
        """Whether what is inside ``element`` is not the text itself, but what a site puts around it."""
        if not self.furniture or element is self.scope:
            return False
        if outer.depth == 0:
            return self.scope is not None
        return outer.furniture or _is_furniture(element)

    def _leave(self, wrapper: Any) -> None:
        if wrapper.local_name not in _INLINE:
            self._break(wrapper.local_name)

    def _break(self, tag: str) -> None:
        if self.runs and not self.runs[-1].text.endswith("\n"):
            last = self.runs[-1]
            self.runs[-1] = replace(last, text=last.text + "\n")
        if tag != "br":
            self.block += 1

    def _text(self, text: str | None, state: _Inside) -> None:
        if not text:
            return
        style = state.style
        look = self.rules.faces.look(text, style.family)
        hidden = _hidden(state) or ("blank" if look == "blank" else "")
        doubt = _("styles that cannot be decided here may move or hide the label") if style.doubt else ""
        if look == "unknown":
            doubt = doubt or _("the label is set in a font of the page that is not measured here: look at it")
        apart = 1.0 if state.furniture and not state.heading else 0.0
        contrast, loose = None, _loose(style) if self.linked else frozenset[str]()
        if style.colour is not None and style.behind is not None:
            colour, behind = style.colour, style.behind
            if self.light == "inverted":
                colour, behind = _dark.inverted(colour), _dark.inverted(behind)
            red, green, blue, alpha = colour
            contrast = _colours.contrast((red, green, blue, alpha * style.opacity), behind)
            if contrast <= 1.01 and not hidden and "contrast" not in loose:
                hidden = "colour"
        self.runs.append(
            Run(
                _transformed(text, style.transform),
                at=(apart, float(len(self.runs))),
                block=self.block,
                size=style.size_px,
                contrast=contrast,
                hidden=hidden,
                doubt=doubt,
                heading=state.heading,
                loose=loose,
            )
        )


def _loose(style: _css.Style) -> frozenset[str]:
    """What a style sheet elsewhere may well decide of this text: all that the page itself does not fix."""
    of = {"font_ratio": {"font-size"}, "contrast": {"color", "background-color"}}
    return frozenset(kind for kind, needed in of.items() if not needed <= style.fixed)


def _on_dark(style: _css.Style) -> _css.Style:
    return replace(style, colour=_dark.LIGHT_LETTERS, behind=_dark.DARK_GROUND)


def _folded(wrapper: Any) -> bool:
    """In a closed ``<details>``, everything but the summary."""
    parent = wrapper.parent
    return (
        parent is not None
        and parent.local_name == "details"
        and "open" not in parent.etree_element.attrib
        and wrapper.local_name != "summary"
    )


def _is_furniture(element: Element) -> bool:
    """Menus, side columns, footers, and headers without a heading."""
    if element.tag == "header":
        return not any(child.tag in _HEADINGS for child in element.iter())
    return element.tag in _FURNITURE


def _hidden(state: _Inside) -> Hidden:
    style = state.style
    if not state.shown or not style.displayed or not style.visible:
        return "display"
    if style.outside:
        return "crop"
    if style.opacity == 0 and not style.doubt:
        return "display"
    if style.size_px is not None and style.size_px < 3:
        return "tiny"
    if style.mirrored:
        return "mirrored"
    return "struck" if style.struck else ""


def _transformed(text: str, how: str) -> str:
    if how == "uppercase":
        return text.upper() if len(text.upper()) == len(text) else text
    if how == "lowercase":
        return text.lower() if len(text.lower()) == len(text) else text
    return text


def _is_linked(elements: list[Element], rules: _css_rules.Sheet) -> bool:
    """Whether style sheets that are not at hand belong to the page."""
    return rules.external or any(
        item.tag == "link"
        and "stylesheet" in (kinds := item.get("rel", "").lower().split())
        and "alternate" not in kinds
        for item in elements
    )


def _unknown(elements: list[Element], reader: _Reader) -> dict[str, str]:
    """What scripts and foreign style sheets leave undecided."""
    found: dict[str, str] = {}
    scripts = any(_runs(item) for item in elements)
    if reader.linked:
        message = _("styles in other files decide about it: look at the page in a browser")
        found |= {"visible": message, "font_ratio": message, "contrast": message}
    if reader.floating:
        message = _("parts of the page are positioned freely and may cover the label: look in a browser")
        found.setdefault("visible", message)
        found["overlay"] = message
    if scripts:
        found.setdefault(
            "visible", _("the page runs scripts, which may change or hide the label: look in a browser")
        )
        shown = sum(len(run.text.strip()) for run in reader.runs if not run.hidden)
        if shown < 200 and not any(run.heading for run in reader.runs):
            found["wording"] = _("the page is built by scripts: what it shows cannot be read from the file")
    return found


def _runs(element: Element) -> bool:
    if element.tag == "script":
        kind = element.get("type", "").strip().lower()
        return kind in ("", "module", "text/javascript", "application/javascript", "text/ecmascript")
    return any(name.lower().startswith("on") for name in element.keys())  # noqa: SIM118 - not a dict
