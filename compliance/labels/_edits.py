"""Small changes to the parts of a package, each with its way back, kept in the part that we add.

A part is restored only while it is, byte for byte, what was written; whoever saved the document anew has
changed it, and then nothing is taken back.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

from compliance.labels._package import Package, damaged
from compliance.labels._spots import Spot, spots

STRICT = "http://purl.oclc.org/ooxml/"
_JOURNAL = re.compile(rb"<!--compliance-label ([A-Za-z0-9+/=]+)-->")


@dataclass(slots=True)
class Edits:
    """``replaced``: part -> (start, end, the new bytes), in any order, never overlapping."""

    package: Package
    replaced: dict[str, list[tuple[int, int, bytes]]] = field(default_factory=dict)

    def put(self, part: str, start: int, end: int, new: str) -> None:
        """``new`` in the place of these bytes; in plain ASCII, right in every encoding of XML."""
        self.replaced.setdefault(part, []).append((start, end, new.encode("ascii", "xmlcharrefreplace")))

    def attribute(self, part: str, data: bytes, spot: Spot, name: str, value: str) -> bool:
        """Another value for an attribute that the element has; ``False`` where it has none."""
        tag = data[spot.start : spot.inner]
        found = re.search(rb"[\s:]" + name.encode() + rb"\s*=\s*[\"']([^\"']*)", tag)
        if found is None:
            return False
        self.put(part, spot.start + found.start(1), spot.start + found.end(1), value)
        return True

    def appended(self, part: str, element: str, entries: Iterable[str]) -> None:
        """Elements of these attributes as the last ones of a part's root; `InputError` for a root that holds none."""
        root = spots(self.package.read(part))
        if root.close == root.end:
            raise damaged()
        space = escape(root.space)
        self.put(
            part, root.close, root.close, "".join(f'<{element} xmlns="{space}" {item}/>' for item in entries)
        )

    def made(self) -> dict[str, bytes]:
        """The changed parts."""
        found = {}
        for part, edits in self.replaced.items():
            data = self.package.read(part)
            for start, end, new in sorted(edits, reverse=True):
                data = data[:start] + new + data[end:]
            found[part] = data
        return found

    def journal(self) -> str:
        """A comment of XML that says how each part is to be restored."""
        made = self.made()
        body = {}
        for part, edits in self.replaced.items():
            data, moved, back = self.package.read(part), 0, []
            for start, end, new in sorted(edits):
                back.append([start + moved, len(new), base64.b64encode(data[start:end]).decode()])
                moved += len(new) - (end - start)
            body[part] = {"is": hashlib.sha256(made[part]).hexdigest(), "back": back}
        text = base64.b64encode(json.dumps(body, sort_keys=True).encode()).decode()
        return f"<!--compliance-label {text}-->"


def undone(package: Package, ours: bytes) -> dict[str, bytes] | None:
    """The parts as they were, by the journal in our own part; ``None`` where there is none, or a part has changed."""
    match = _JOURNAL.search(ours)
    try:
        body = json.loads(base64.b64decode(match[1])) if match else None
        found = {}
        for part, told in (body or {}).items():
            data = package.read(part)
            if hashlib.sha256(data).hexdigest() != told["is"]:
                return None
            for at, length, old in reversed(told["back"]):
                data = data[:at] + base64.b64decode(old) + data[at + length :]
            found[part] = data
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        return None
    return found or None


def relations_space(root: Spot) -> str:
    """The namespace of relations in a document of this root: that of the strict or of the usual kind."""
    if root.space.startswith(STRICT):
        return f"{STRICT}officeDocument/relationships"
    return "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
