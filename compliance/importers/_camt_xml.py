"""The XML of a camt file, piece by piece: an entry is read and forgotten before the next one.

Names are compared without their namespace, for banks write wrong ones. Any document type is refused
before an entity could be used; what would not fit into memory is refused as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

from compliance.errors import InputError
from compliance.i18n import _
from compliance.importers.source import Source

if TYPE_CHECKING:
    from lxml.etree import XMLPullParser, _Element

MESSAGES = {"BkToCstmrAcctRpt": "Rpt", "BkToCstmrStmt": "Stmt", "BkToCstmrDbtCdtNtfctn": "Ntfctn"}
"""Message -> its statements: camt.052, 053, 054."""
_MESSAGE = re.compile(rf"<(?:[\w.-]+:)?(?:{'|'.join(MESSAGES)})[\s/>]")
_PARTS = (
    "Id", "ElctrncSeqNb", "LglSeqNb", "StmtPgntn", "RptPgntn", "NtfctnPgntn", "FrToDt", "Acct", "Bal", "TxsSummry",
    "Ntry", "TxDtls", *MESSAGES.values(),
)  # fmt: skip
_MOST_UNREAD = 8 * 1024 * 1024
"""Bytes of one entry, without its details: more is no statement but an attack on memory."""
_DOCTYPE = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_NAMESPACE = re.compile(r"camt\.05[234]\.\d{3}\.(\d{2})\Z")
_VERSIONS = range(2, 14)


class Piece(NamedTuple):
    """``name`` of an element that ended; ``node`` itself, valid until the next piece; ``line`` where it starts."""

    name: str
    node: _Element
    line: int


def is_camt(head: bytes) -> bool:
    text = head.decode("utf-8", "replace")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "replace")
    return text.lstrip("\ufeff \r\n\t").startswith("<") and bool(_MESSAGE.search(text))


def pieces(source: Source) -> Iterator[Piece]:
    """Statements' parts as they end: ``Id``, ``Acct``, ``Bal``, ..., ``Ntry``, and the statement itself as ``.``.

    Each ``TxDtls`` comes before the ``Ntry`` that it belongs to. ``InputError`` for broken or hostile XML.
    """
    from lxml.etree import XMLPullParser, XMLSyntaxError

    if any(mark in source.head for mark in _DOCTYPE):
        raise _doctype(source)
    parser = XMLPullParser(
        events=("end",), tag=[f"{{*}}{name}" for name in _PARTS], resolve_entities=False, load_dtd=False,
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    unread, checked = 0, False
    try:
        for chunk in source.chunks():
            unread += len(chunk)
            parser.feed(chunk)
            for piece in _ended(parser):
                if not checked:
                    _check_document(source, piece.node)
                    checked = True
                unread = 0
                yield piece
            if unread > _MOST_UNREAD:
                raise InputError(
                    _("one entry is larger than {mib} MiB").format(mib=_MOST_UNREAD // (1024 * 1024)),
                    place=source.name,
                    why=_("A statement never does; the file may be damaged."),
                    remedy=_("Download the statement from the bank again."),
                )
        parser.close()
    except XMLSyntaxError as error:
        raise InputError(
            _("the XML is broken or cut off"),
            place=source.place(error.lineno or next((item.line for item in parser.feed_error_log), 1)),
            why=_("It cannot be read further than this line."),
            remedy=_("Download the statement from the bank again. Nothing was loaded."),
        ) from None


def _ended(parser: XMLPullParser) -> Iterator[Piece]:
    for _event, found in parser.read_events():
        node = cast("_Element", found)
        line = int(str(node.sourceline or 1))
        name, parent = local(node), node.getparent()
        around = local(parent) if parent is not None else ""
        if name == "TxDtls":
            yield Piece(name, node, line)
        elif around in MESSAGES and MESSAGES[around] == name:
            yield Piece(".", node, line)
        elif around in MESSAGES.values():
            yield Piece(name, node, line)
        else:
            continue
        # What was read is dropped, and everything before it that nobody asked for.
        node.clear()
        while parent is not None and node.getprevious() is not None:
            del parent[0]


def _check_document(source: Source, node: _Element) -> None:
    """No document type, and a version that we know; a namespace that names no version is not believed."""
    tree = node.getroottree()
    if tree.docinfo.internalDTD is not None:
        raise _doctype(source)
    found = _NAMESPACE.search(node.nsmap.get(node.prefix) or "")
    if found and int(found[1]) not in _VERSIONS:
        raise InputError(
            _("this version of camt is unknown"),
            place=source.place(1),
            why=_("Known versions: {versions}.").format(versions=f"{_VERSIONS[0]:02}-{_VERSIONS[-1]:02}"),
            remedy=_("Choose another version in the bank's export."),
        )


def _doctype(source: Source) -> InputError:
    return InputError(
        _("the file holds a document type, which a statement never does"),
        place=source.place(1),
        why=_("A document type can make a program read other files, or run out of memory."),
        remedy=_("Download the statement from the bank again. Nothing was loaded."),
    )


@lru_cache(maxsize=1024)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def local(node: _Element) -> str:
    """The name without its namespace; the empty string for what is no element."""
    return _local(node.tag) if isinstance(node.tag, str) else ""


class Tree(dict[str, "list[_Element]"]):
    """An element's descendants by path (``Refs/EndToEndId``), in document order, found in one walk."""

    def __init__(self, node: _Element) -> None:
        super().__init__()
        self._walk(node, "")

    def _walk(self, node: _Element, path: str) -> None:
        for item in node:
            if isinstance(item.tag, str):
                name = path + _local(item.tag)
                self.setdefault(name, []).append(item)
                if len(item):
                    self._walk(item, name + "/")

    def node(self, path: str) -> _Element | None:
        return self[path][0] if path in self else None

    def text(self, *paths: str) -> str:
        """The first text that is not empty, its white space made single spaces."""
        for path in paths:
            if path in self and (found := " ".join((self[path][0].text or "").split())):
                return found
        return ""

    def texts(self, path: str) -> list[str]:
        return [" ".join((item.text or "").split()) for item in self.get(path, ())]
