"""The XML parts of an office document: read without DOCTYPE, and how they are related to each other."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from compliance.labels._package import Package, damaged

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

Rgb = tuple[float, float, float]


def tree(data: bytes) -> Element:
    """One part; no DOCTYPE, no entities, no network."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise damaged() from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr, unused-ignore]
        raise damaged()
    return root


def name(element: Any) -> str:
    """Its local name; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, local: str) -> str:
    """An attribute by its local name, whatever its prefix; empty where there is none."""
    found = (item for key, item in element.attrib.items() if str(key).rpartition("}")[2] == local)
    return str(next(found, ""))


def child(element: Element | None, *path: str) -> Element | None:
    for step in path:
        if element is None:
            return None
        element = element.find(f"{{*}}{step}")
    return element


def value(element: Element | None, *path: str) -> str | None:
    """``w:val`` of the element at ``path``; ``None`` where there is no such element."""
    found = child(element, *path)
    return None if found is None else attribute(found, "val")


class _Relation(NamedTuple):
    key: str
    kind: str
    target: str
    outside: bool


@lru_cache(maxsize=32)
def _relations(listed: bytes) -> tuple[_Relation, ...]:
    """What a part is related to; kept, since it is asked for several times, and alike in documents of one template."""
    return tuple(
        _Relation(
            attribute(item, "Id"),
            attribute(item, "Type"),
            attribute(item, "Target"),
            attribute(item, "TargetMode") == "External",
        )
        for item in tree(listed)
    )


def parts(package: Package) -> tuple[str, dict[str, str]]:
    """The name of the main part, and what its relations point to by their id."""
    main = "word/document.xml"
    for relation in _relations(package.read("_rels/.rels")):
        if relation.kind.endswith("/officeDocument"):
            main = relation.target.lstrip("/")
    folder, base = posixpath.split(main)
    listed = package.find(posixpath.join(folder, "_rels", f"{base}.rels"))
    found = {}
    for relation in _relations(listed) if listed else ():
        if not relation.outside:
            target = posixpath.join("/", folder, relation.target)
            found[relation.key] = posixpath.normpath(target).lstrip("/")
    return main, found


def related_part(package: Package, part: str, kind: str) -> str:
    """The name of the part that ``part`` is related to as ``kind`` (``styles``); empty where there is none."""
    return next(related_parts(package, part, kind), "")


def related_parts(package: Package, part: str, kind: str) -> Iterator[str]:
    """The names of all parts that ``part`` is related to as ``kind`` (``header``)."""
    folder, base = posixpath.split(part)
    listed = package.find(posixpath.join(folder, "_rels", f"{base}.rels"))
    for relation in _relations(listed) if listed else ():
        if not relation.outside and relation.kind.endswith(f"/{kind}"):
            yield posixpath.normpath(posixpath.join("/", folder, relation.target)).lstrip("/")


def part_by_kind(package: Package, main: str, kind: str) -> bytes | None:
    """The part that the main one is related to as ``kind`` (``styles``)."""
    return package.find(related_part(package, main, kind))


def theme_colours(data: bytes | None) -> Mapping[str, Rgb]:
    """The colours of a theme part by their names there (``dk1``, ``accent1``)."""
    found: dict[str, Rgb] = {"dk1": (0.0, 0.0, 0.0), "lt1": (1.0, 1.0, 1.0)}
    scheme = child(tree(data), "themeElements", "clrScheme") if data else None
    for item in scheme if scheme is not None else ():
        for colour in item:
            value = hexed(attribute(colour, "lastClr") or attribute(colour, "val"))
            if value is not None:
                found[name(item)] = value
    return found


def hexed(text: str) -> Rgb | None:
    try:
        values = bytes.fromhex(text)
    except ValueError:
        return None
    if len(values) != 3:
        return None
    red, green, blue = values
    return red / 255, green / 255, blue / 255
