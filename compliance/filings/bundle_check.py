"""A bundle checked without any books: every part by a path other than the one that wrote it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from compliance import files, packed
from compliance.errors import ComplianceError, InputError
from compliance.filings import bundle
from compliance.i18n import _, ngettext
from compliance.reports import contents, readback
from compliance.rules.kept import kept_pack
from compliance.vault import signing

State = Literal["right", "wrong", "cannot"]
_CAP = 512 * files.MiB
_HEX = r"^[0-9a-f]{64}$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PartOf(_Strict):
    sha256: str = Field(pattern=_HEX)
    bytes: int = Field(ge=0)


class Approved(_Strict):
    role: str
    signer: str
    public: str = Field(pattern=_HEX)
    text: str
    signature: str


class FilingOf(_Strict):
    id: str
    obligation: str
    form: str | None
    first_on: str
    last_on: str
    state: str
    on: str
    at: str | None
    channel: str
    amends: str | None


class Manifest(_Strict):
    filing: FilingOf
    anchor: str
    packs: dict[str, str]
    content: str | None
    config: str | None
    approvals: list[Approved]
    made_with: dict[str, Any]
    files: dict[str, PartOf]


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was looked at. ``wrong`` means: this is not the file that was made."""

    check: str
    state: State
    message: str


@dataclass(frozen=True, slots=True)
class Checked:
    manifest: Manifest
    code: str
    told: list[Told]

    @property
    def right(self) -> bool:
        return all(item.state != "wrong" for item in self.told)


def check(data: bytes, place: str, *, code: str = "") -> Checked:
    """``InputError`` for what is no bundle at all; what does not fit is told as wrong."""
    try:
        parts = packed.unpack(data, cap=_CAP)
        raw = parts.pop(bundle.MANIFEST)
        body = json.loads(raw)
        if body.pop("schema") != bundle.SCHEMA:
            raise ValueError
        manifest = Manifest.model_validate(body)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ValidationError):
        raise InputError(
            _("this is not a bundle of a filing, or it is damaged"),
            place=place,
            remedy=_("Fetch it again from where it was kept, or make it anew: compliance bundle make FILING"),
        ) from None
    given = bundle.code_of(raw)
    return Checked(manifest, given, list(_all(manifest, parts, given, code)))


def _all(manifest: Manifest, parts: Mapping[str, bytes], given: str, code: str) -> Iterator[Told]:
    yield _code(given, code)
    yield from _digests(manifest, parts)
    content = _content(manifest, parts)
    if content is not None:
        yield _content_told(manifest, content)
        yield _rows_told(parts, content)
        yield from _papers(parts, content)
    elif manifest.content is not None:
        yield Told("content", "wrong", _("what the report printed is not in it, or is not readable"))
    yield from _approvals(manifest)
    yield from _law(manifest, parts)
    yield from _sent(parts)
    yield from _beyond(manifest)


def _code(given: str, code: str) -> Told:
    if not code:
        return Told(
            "code", "cannot", _("no code was given to compare with; this file's is {code}").format(code=given)
        )
    same = "".join(code.split()).upper() == given
    return (
        Told("code", "right", _("the code is {code}, as given").format(code=given))
        if same
        else Told(
            "code", "wrong", _("the code is {code}, not the one given: it is another file").format(code=given)
        )
    )


def _digests(manifest: Manifest, parts: Mapping[str, bytes]) -> Iterator[Told]:
    for name in sorted({*manifest.files, *parts}):
        stated, data = manifest.files.get(name), parts.get(name)
        if data is None:
            yield Told("files", "wrong", _("{file} is missing").format(file=name))
        elif stated is None:
            yield Told("files", "wrong", _("{file} was added").format(file=name))
        elif (files.digest(data), len(data)) != (stated.sha256, stated.bytes):
            yield Told("files", "wrong", _("{file} was changed").format(file=name))
    if {name: files.digest(data) for name, data in parts.items()} == {
        name: part.sha256 for name, part in manifest.files.items()
    }:
        n = len(parts)
        text = ngettext("{n} file is as it was put in", "all {n} files are as they were put in", n)
        yield Told("files", "right", text.format(n=n))


def _content(manifest: Manifest, parts: Mapping[str, bytes]) -> dict[str, Any] | None:
    try:
        body: dict[str, Any] = json.loads(parts[bundle.CONTENT])
        contents.cells(body), contents.captions(body)
        return body
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _content_told(manifest: Manifest, content: Mapping[str, Any]) -> Told:
    if contents.content_digest(content) == manifest.content:
        return Told("content", "right", _("what the report printed is what the books recorded as filed"))
    return Told("content", "wrong", _("what the report printed is not what the books recorded as filed"))


def _rows_told(parts: Mapping[str, bytes], content: Mapping[str, Any]) -> Told:
    """The rows, and the figures kept for the next report, say the same as the contents."""
    try:
        cells = contents.cells(content)
        read = csv.DictReader(io.StringIO(parts[bundle.ROWS].decode()))
        rows = {row["cell"]: row["printed"] for row in read}
        figures = json.loads(parts[bundle.CELLS])
        same = rows == {cell: str(_blank(bundle.harmless(value))) for cell, value in cells.items()}
        same = same and all(str(cells[cell]) == str(units) for cell, units in figures.items())
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        same = False
    if same:
        return Told("rows", "right", _("rows and figures agree with it"))
    return Told("rows", "wrong", _("rows or figures do not agree with it"))


def _blank(value: object) -> object:
    return "" if value is None else value


def _papers(parts: Mapping[str, bytes], content: Mapping[str, Any]) -> Iterator[Told]:
    """Each paper is read back, by other libraries than wrote it, and says what the report said."""
    for name, data in parts.items():
        if not name.startswith("papers/") or "-figures." in name:
            continue
        try:
            found = readback.compare(content, readback.texts(data, name))
        except ComplianceError as error:
            yield Told("papers", "wrong", f"{name}: {error.what}")
            continue
        other = [item for item in found if not item.same]
        if other:
            first = other[0]
            yield Told(
                "papers", "wrong",
                _("{file}: {cell} says “{found}”, not {expected}").format(
                    file=name, cell=first.cell, found=first.found, expected=first.expected
                ),
            )  # fmt: skip
        else:
            n = len(found)
            text = ngettext(
                "{file}: {n} cell read back, as filed", "{file}: all {n} cells read back, as filed", n
            )
            yield Told("papers", "right", text.format(file=name, n=n))


def _approvals(manifest: Manifest) -> Iterator[Told]:
    if not manifest.approvals:
        yield Told("approvals", "cannot", _("nobody's approval is in it"))
    for item in manifest.approvals:
        if _signed(item, manifest):
            message = _("{role} agreed to exactly this; key {key}").format(
                role=item.role, key=signing.short(item.public)
            )
            yield Told("approvals", "right", message)
        else:
            yield Told("approvals", "wrong", _("the approval by {role} does not fit").format(role=item.role))


def _signed(item: Approved, manifest: Manifest) -> bool:
    try:
        said = json.loads(item.text)
        fits = (said["role"], said["content"], said["obligation"], said["last_on"]) == (
            item.role, manifest.content, manifest.filing.obligation, manifest.filing.last_on,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    return fits and signing.verify(item.public, item.signature, item.text)


def _law(manifest: Manifest, parts: Mapping[str, bytes]) -> Iterator[Told]:
    for regime, digest in sorted(manifest.packs.items()):
        data = parts.get(f"law/{regime}.rules.zip")
        if data is None:
            yield Told("law", "cannot", _("the rules “{regime}” are not in it").format(regime=regime))
            continue
        yield _loads(
            partial(kept_pack, data, regime, digest),
            _("the rules “{regime}” are whole and are those it was filed under").format(regime=regime),
        )


def _loads(load: Callable[[], object], right: str) -> Told:
    try:
        load()
    except ComplianceError as error:
        return Told("law", "wrong", error.what)
    return Told("law", "right", right)


def _sent(parts: Mapping[str, bytes]) -> Iterator[Told]:
    """Was our own paper sent, byte for byte? An official blank or a portal's file is something else."""
    ours = {files.digest(data): name for name, data in parts.items() if name.startswith("papers/")}
    for name, data in parts.items():
        if not name.startswith("sent/"):
            continue
        if twin := ours.get(files.digest(data)):
            yield Told("sent", "right", _("what was sent is, byte for byte, {file}").format(file=twin))
        else:
            yield Told(
                "sent", "cannot", _("what was sent ({file}) is no paper of this program: look at it yourself").format(file=name)
            )  # fmt: skip
    if not any(name.startswith("receipt/") for name in parts):
        yield Told("sent", "cannot", _("there is no receipt in it"))


def _beyond(manifest: Manifest) -> Iterator[Told]:
    """What no file can show about itself."""
    told = _("whether the books still hold this: there, compliance books audit --anchor {anchor}")
    yield Told("books", "cannot", told.format(anchor=manifest.anchor))
    yield Told(
        "people",
        "cannot",
        _("whose the keys are, whether the receipt is genuine, whether the rules say what the law says"),
    )
