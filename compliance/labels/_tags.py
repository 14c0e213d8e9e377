"""The tags of a page by their places in its source."""

from __future__ import annotations

from html.parser import HTMLParser


class Tags(HTMLParser):
    """Where html.parser gives up, at ``<![`` and a word it does not know, this reads a remark up to ``>``, as browsers do."""

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        return self.parse_bogus_comment(i, bool(report))
