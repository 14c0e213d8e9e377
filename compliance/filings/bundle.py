"""A filing in one file: what was sent, what the report said, the law and the configuration it was made by,
who agreed, the receipt, and a manifest with the digest of each part.

It is made to be checked on a computer without any books (`bundle_check`), years later. Everything in it was
kept with the filing or is made anew from it; nothing is taken from the books of today but the receipts that
came since. It holds the personal rows that the filed form itself has, and no others.
"""

from __future__ import annotations

import csv
import io
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from compliance import __version__, files, packed
from compliance.errors import BooksDamaged
from compliance.filings.act import digests_of
from compliance.filings.approval import given_for
from compliance.fonts import FAMILIES
from compliance.fonts import files as font_files
from compliance.i18n import _
from compliance.reports import contents
from compliance.vault.vault import canonical

if TYPE_CHECKING:
    from compliance.ledger.books import Books
    from compliance.ledger.models import Filing
    from compliance.vault.vault import Vault

SCHEMA = "bundle/1"
MANIFEST = "manifest.json"
CONTENT, CELLS, ROWS = "report/content.json", "report/cells.json", "report/rows.csv"
_MADE_WITH = ("weasyprint", "openpyxl", "pikepdf", "sqlalchemy", "pydantic")


@dataclass(frozen=True, slots=True)
class Bundle:
    """``code`` is short for the digest of the manifest: noted elsewhere, it shows that the file is still this one."""

    data: bytes
    code: str


def make(filing: Filing, books: Books, vault: Vault, papers: Mapping[str, bytes]) -> Bundle:
    """``papers``: the report's files, made anew as of the filing. ``BooksDamaged`` when a part that must be
    there is not."""
    parts = dict(_parts(filing, books, vault))
    parts |= {f"papers/{files.safe_name(name)}": data for name, data in papers.items()}
    body = {
        "schema": SCHEMA,
        "filing": _filing(filing),
        "anchor": _anchor(filing, books),
        "packs": digests_of(filing),
        "content": filing.content,
        "config": filing.config,
        "approvals": _approvals(filing, books),
        "made_with": _made_with(),
        "files": {
            name: {"sha256": files.digest(data), "bytes": len(data)} for name, data in sorted(parts.items())
        },
    }
    manifest = (json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    return Bundle(packed.pack({MANIFEST: manifest, **dict(sorted(parts.items()))}), code_of(manifest))


def code_of(manifest: bytes) -> str:
    """``B-7F3A-90BC-...``: 80 bits of the manifest's digest."""
    head = files.digest(manifest)[:20].upper()
    return "-".join(["B", *(head[at : at + 4] for at in range(0, 20, 4))])


def _parts(filing: Filing, books: Books, vault: Vault) -> Mapping[str, bytes]:
    found: dict[str, bytes] = {}
    for paper in books.documents.values():
        if paper.about == filing.entity and paper.kind in ("sent", "receipt") and paper.digest:
            name = files.safe_name(paper.title, fallback=paper.kind)
            found[f"{paper.kind}/{paper.digest[:8]}-{name}"] = _kept(vault, paper.digest, paper.title)
    for regime, item in json.loads(filing.rules or "{}").items():
        if isinstance(item, dict):
            found[f"law/{regime}.rules.zip"] = _kept(vault, item["kept"], regime)
    if filing.config:
        found["schedules.yaml"] = _kept(vault, filing.config, "schedules.yaml")
    if filing.cells:
        found[CELLS] = filing.cells.encode()
    if filing.content:
        found[CONTENT] = _kept(vault, filing.content, CONTENT)
        found[ROWS] = rows(json.loads(found[CONTENT]))
    return found


def _kept(vault: Vault, digest: str, title: str) -> bytes:
    data = vault.blob(digest)
    if data is None:
        raise BooksDamaged(
            _("the vault no longer has what was kept with this filing: {title}").format(title=title),
            remedy=_("Look for it in the last backup: compliance restore FILE"),
        )
    return data


def rows(content: Mapping[str, Any]) -> bytes:
    """Every cell a line: section, row, cell, words, what was printed."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(("section", "row", "cell", "caption", "printed"))
    for section in content["sections"]:
        for row in section["rows"]:
            for cell, value in row["cells"]:
                writer.writerow((section["id"], row["key"], cell, harmless(row["caption"]), harmless(value)))
    return made.getvalue().encode()


def harmless(value: object) -> object:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _filing(filing: Filing) -> dict[str, Any]:
    return {
        "id": filing.entity,
        "obligation": filing.obligation,
        "form": filing.form,
        "first_on": filing.start_on.isoformat(),
        "last_on": filing.last_on.isoformat(),
        "state": filing.state,
        "on": filing.on_date.isoformat(),
        "at": filing.at,
        "channel": filing.channel,
        "amends": filing.amends,
    }


def _anchor(filing: Filing, books: Books) -> str:
    """The code of the event that recorded it, as on the filing record."""
    first = books.versions(type(filing), filing.entity)[0]
    return books.event_anchor(first.seq)


def _approvals(filing: Filing, books: Books) -> list[dict[str, str]]:
    return [
        {
            "role": item.role,
            "signer": item.signer,
            "public": signer.public,
            "text": item.text,
            "signature": item.signature,
        }
        for item, signer in given_for(books, filing.obligation, filing.last_on, filing.content)
    ]


def _made_with() -> dict[str, Any]:
    found = {}
    for name in _MADE_WITH:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    fonts = {path.name: files.digest(path.read_bytes()) for family in FAMILIES for path in font_files(family)}
    return {"compliance": __version__, "python": platform.python_version(), "packages": found, "fonts": fonts}


def content_of(filing: Filing, vault: Vault) -> dict[str, Any] | None:
    """What the filed report printed, where it was kept; ``BooksDamaged`` when it is not what the books name."""
    data = vault.blob(filing.content) if filing.content else None
    if data is None:
        return None
    body: dict[str, Any] = json.loads(data)
    if contents.content_digest(body) != filing.content or canonical(body).encode() != data:
        raise BooksDamaged(
            _("what was kept with this filing was changed: {title}").format(title=filing.entity)
        )
    return body
