"""Documents that are a zip of XML parts: read with limits, written back with every other member untouched."""

from __future__ import annotations

import copy
import io
import re
import struct
import zipfile
from collections.abc import Collection, Mapping

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.packed import BROKEN

CAP = 64 * MiB
_MOST_MEMBERS = 10_000
_LARGEST_PART = 32 * MiB
_KEPT = 256 * 1024  # of a part; no document has many of them that are read
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the hour of our own members: the same input, the same bytes
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"  # a document under a password is not a zip but this
_AUTHOR = re.compile(rb"<(?:[\w.-]+:)?(?:creator|initial-creator|lastModifiedBy)\b[^>]*>\s*[^<\s]")
_SIGNATURES = ("_xmlsignatures/", "meta-inf/documentsignatures.xml", "meta-inf/signatures.xml")


def recognises(data: bytes) -> bool:
    return data.startswith((_ZIP, _OLE))


def damaged() -> InputError:
    return InputError(
        _("this document is damaged or not what its name says"),
        remedy=_("Open it in the program it was made with and save it again."),
    )


class Package:
    """The members of one document. Raises `InputError` for damaged and encrypted ones, and for bombs."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(_OLE):
            raise _locked()
        self.data = data
        self._kept: dict[str, bytes] = {}
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN:
            raise damaged() from None
        entries = self.archive.infolist()
        self.names = {item.filename: item for item in entries}
        if len(entries) > _MOST_MEMBERS or len(self.names) != len(entries):
            raise damaged()
        if any(item.flag_bits & 1 for item in entries):
            raise _locked()

    @property
    def signed(self) -> bool:
        return any(name.lower().startswith(_SIGNATURES) for name in self.names)

    def read(self, name: str) -> bytes:
        """One part; `InputError` where it is missing, larger than any text, or packed beyond belief. Small ones are
        kept for the next time."""
        if name in self._kept:
            return self._kept[name]
        item = self.names.get(name)
        if item is None or item.file_size > _LARGEST_PART:
            raise damaged()
        try:
            with self.archive.open(item) as stream:
                body = stream.read(_LARGEST_PART + 1)
        except BROKEN:
            raise damaged() from None
        if len(body) != item.file_size:
            raise damaged()
        if len(body) <= _KEPT:
            self._kept[name] = body
        return body

    def find(self, name: str) -> bytes | None:
        return self.read(name) if name in self.names else None

    def author_notes(self) -> tuple[str, ...]:
        """Says that the document names people in its properties: a label changes nothing about that."""
        listed = self.find("docProps/core.xml") or self.find("meta.xml") or b""
        if not _AUTHOR.search(listed):
            return ()
        return (_("the document names its author in its properties; they were left as they are"),)

    def refuse_signed(self) -> None:
        if self.signed:
            raise InputError(
                _("this document is signed"),
                why=_("A label would break its signature."),
                remedy=_("Put the label in first and sign afterwards, or send a labelled covering letter."),
            )

    def written(
        self,
        changed: Mapping[str, bytes],
        added: Mapping[str, bytes] | None = None,
        dropped: Collection[str] = (),
    ) -> bytes:
        """The document with some parts replaced, others ``added`` behind, some ``dropped``; every other member
        stays as it is packed."""
        made = io.BytesIO()
        try:
            with zipfile.ZipFile(made, "w") as out:
                out.comment = self.archive.comment
                for item in self.archive.infolist():
                    if item.filename in dropped:
                        continue
                    if item.filename in changed:
                        entry = copy.copy(item)
                        entry.flag_bits &= 0x800
                        out.writestr(entry, changed[item.filename])
                    else:
                        _pass(out, item, self._packed(item))
                for name, body in (added or {}).items():
                    out.writestr(zipfile.ZipInfo(name, _EPOCH), body, zipfile.ZIP_DEFLATED)
        except (*BROKEN, struct.error):
            raise damaged() from None
        return made.getvalue()

    def _packed(self, item: zipfile.ZipInfo) -> bytes:
        at = item.header_offset
        head = self.data[at : at + 30]
        if head[:4] != _ZIP:
            raise damaged()
        name, extra = struct.unpack("<HH", head[26:30])
        begin = at + 30 + name + extra
        found = self.data[begin : begin + item.compress_size]
        if len(found) != item.compress_size:
            raise damaged()
        return found


def _pass(out: zipfile.ZipFile, item: zipfile.ZipInfo, packed: bytes) -> None:
    """One member with its bytes as they were packed."""
    stream = out.fp
    assert stream is not None
    entry = copy.copy(item)
    entry.header_offset = stream.tell()
    entry.flag_bits &= ~0x08  # its sizes stand before it, not behind it
    stream.write(entry.FileHeader(zip64=False))
    stream.write(packed)
    out.filelist.append(entry)
    out.NameToInfo[entry.filename] = entry
    out.start_dir = stream.tell()


def _locked() -> InputError:
    return InputError(
        _("this document is under a password"),
        remedy=_("Save it without one, label that copy, then protect it again."),
    )
