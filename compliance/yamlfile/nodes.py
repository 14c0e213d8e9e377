"""YAML 1.2 from parser events to nodes: text, ``null``, lists and maps, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from compliance import files
from compliance.errors import InputError
from compliance.i18n import _

Json = str | list["Json"] | dict[str, "Json"] | None

MAX_BYTES = files.MiB
MAX_DEPTH = 24
MAX_NODES = 50_000
# C0 and C1 controls but tab and line ends, the other line separators, bidi overrides, lone surrogates.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*%")


@dataclass(frozen=True, slots=True)
class Node:
    """One value of the file. ``line`` counts from 1; ``key_lines`` has the line of each key of a map."""

    value: str | list[Node] | dict[str, Node] | None
    line: int
    key_lines: Mapping[str, int] = field(default_factory=dict)


def parse(data: bytes, place: str) -> Node:
    """The tree of ``data``; ``InputError`` with ``place:LINE`` for everything refused."""
    if len(data) > MAX_BYTES:
        raise files.too_large(place, MAX_BYTES)
    text = _decode(data, place)
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise InputError(
            _("there is a control character"),
            place=f"{place}:{line}",
            remedy=_("Delete it; it may be invisible in your editor."),
        )
    return _Builder(text, place).document()


def plain(node: Node) -> Json:
    """The same tree as text, ``None``, lists and dicts: JSON without numbers."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def _decode(data: bytes, place: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            _("this is not UTF-8 text"),
            place=f"{place}:{line}",
            remedy=_("Save the file as UTF-8 in your editor."),
        ) from None


class _Builder:
    """Events to nodes, counting as it goes. Depth is capped, so recursion is safe."""

    def __init__(self, text: str, place: str) -> None:
        self.text, self.place, self.nodes = text, place, 0

    def document(self) -> Node:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        reader = YAML(typ="safe", pure=True)
        reader.version = "1.2"
        self.events: Iterator[Any] = iter(reader.parse(self.text))
        try:
            next(self.events)  # the start of the stream
            if self._kind(start := next(self.events)) != "DocumentStart":
                raise self.refused(1, _("the file is empty"))
            if start.version or start.tags or _DIRECTIVE.match(self.text):
                raise self.refused(1, _("directives (%) are not allowed here"))
            root = self.node(next(self.events), 1)
            next(self.events)  # the end of the document
            if self._kind(more := next(self.events)) != "StreamEnd":
                raise self.refused(_line(more), _("a second document (---) is not allowed here"))
        except MarkedYAMLError as error:
            raise self.unreadable(error) from None
        except (YAMLError, ValueError, OverflowError):
            raise self.unreadable(None) from None
        return root

    def node(self, event: Any, depth: int) -> Node:
        line, kind = _line(event), self._kind(event)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.refused(line, _("there are more than {n} values").format(n=MAX_NODES))
        if depth > MAX_DEPTH:
            raise self.refused(line, _("it is nested deeper than {n}").format(n=MAX_DEPTH))
        if kind == "Alias" or event.anchor is not None:
            raise self.refused(
                line, _("anchors (&) and aliases (*) are not allowed"), _("Write the value out.")
            )
        if event.tag is not None:
            raise self.refused(line, _("tags (!) are not allowed"), _("Put the text in quotes."))
        if kind == "MappingStart":
            return self.mapping(line, depth)
        if kind == "SequenceStart":
            items = []
            while self._kind(item := next(self.events)) != "SequenceEnd":
                items.append(self.node(item, depth + 1))
            return Node(items, line)
        return Node(self.scalar(event, line), line)

    def mapping(self, line: int, depth: int) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, int] = {}
        while self._kind(event := next(self.events)) != "MappingEnd":
            key = self.key(event, depth)
            at = _line(event)
            if key in values:
                raise self.refused(
                    at,
                    _("the key stands here twice"),
                    _("The first is on line {line}.").format(line=keys[key]),
                )
            keys[key] = at
            value = next(self.events)
            if self._kind(value) == "Scalar" and not value.value and value.style is None:
                raise self.empty(at)  # the parser places it on the next line
            values[key] = self.node(value, depth + 1)
        return Node(values, line, keys)

    def key(self, event: Any, depth: int) -> str:
        node = self.node(event, depth)
        if not isinstance(node.value, str):
            raise self.refused(node.line, _("a key must be text"))
        if node.value == "<<" and event.style is None:
            raise self.refused(node.line, _("merges (<<) are not allowed"), _("Write the keys out."))
        return node.value

    def scalar(self, event: Any, line: int) -> str | None:
        text: str = event.value
        if event.style is None and text == "null":
            return None
        if event.style is None and not text:
            raise self.empty(line)
        if _CONTROL.search(text):
            raise self.refused(line, _("there is a control character"))
        return text

    def empty(self, line: int) -> InputError:
        return self.refused(line, _("the value is empty"), _("Write null where nothing is meant."))

    def refused(self, line: int, what: str, remedy: str = "") -> InputError:
        return InputError(what, place=f"{self.place}:{line}", remedy=remedy)

    def unreadable(self, error: Any) -> InputError:
        """Where the parser stopped; for a quote or bracket that is never closed, where it was opened."""
        mark = error and (error.problem_mark or error.context_mark)
        if error and str(error.context).startswith(("while parsing a flow", "while scanning a quoted")):
            mark = error.context_mark
        line = mark.line + 1 if mark else 1
        tab = re.match(r" *\t", "".join(self.text.splitlines()[line - 1 : line]))
        remedy = (
            _("Indent with spaces, not tabs.") if tab else _("Look at the indentation, colons and quotes.")
        )
        return self.refused(line, _("this line cannot be read as YAML"), remedy)

    @staticmethod
    def _kind(event: Any) -> str:
        return type(event).__name__.removesuffix("Event")


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
