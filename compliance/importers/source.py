"""A given file: its bytes and its text line by line, as often as wanted, at bounded memory.

The books are fed from a file in several passes (prove the sums, load, seal the original). Each pass reads
it again and proves by its digest that it is the same file still, so nothing of it is held meanwhile.
"""

from __future__ import annotations

import codecs
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from compliance.errors import InputError
from compliance.files import MiB, open_input, too_large
from compliance.i18n import _

MAX_BYTES = 256 * MiB
MAX_LINE = 100_000
"""Characters. No statement has a longer line; more is damage or an attack on memory."""
HEAD = 64 * 1024
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """``name`` as messages show it; ``size`` in bytes; ``digest`` SHA-256 of the file in hexadecimal.

    ``origin`` is where its bytes are: a file, or themselves.
    """

    name: str
    size: int
    digest: str
    head: bytes = field(repr=False)
    origin: Path | bytes = field(repr=False)

    @classmethod
    def of_bytes(cls, data: bytes, name: str) -> Source:
        return cls._looked(data, name, io.BytesIO(data))

    @classmethod
    def of_file(cls, path: Path) -> Source:
        """A regular file, read once. ``InputError`` for anything else, or more than ``MAX_BYTES``."""
        with open_input(path) as stream:
            try:
                return cls._looked(path, path.name, stream)
            except OSError:
                raise _unreadable(path.name) from None

    @classmethod
    def _looked(cls, origin: Path | bytes, name: str, stream: BinaryIO) -> Source:
        """All of ``stream`` read once. ``InputError`` when it is empty or too large."""
        hasher, head, size = sha256(), b"", 0
        while chunk := stream.read(_CHUNK):
            head = head or chunk
            size += len(chunk)
            if size > MAX_BYTES:
                raise too_large(name, MAX_BYTES)
            hasher.update(chunk)
        if not size:
            raise InputError(
                _("the file is empty"), place=name, remedy=_("Download the statement from the bank again.")
            )
        return cls(name, size, hasher.hexdigest(), head[:HEAD], origin)

    def chunks(self) -> Iterator[bytes]:
        """The file's bytes again, in pieces of bounded size; ``InputError`` when they changed meanwhile."""
        hasher = sha256()
        opened = io.BytesIO(self.origin) if isinstance(self.origin, bytes) else open_input(self.origin)
        with opened as stream:
            try:
                while chunk := stream.read(_CHUNK):
                    hasher.update(chunk)
                    yield chunk
            except OSError:
                raise _unreadable(self.name) from None
        if hasher.hexdigest() != self.digest:
            raise InputError(
                _("the file changed while it was being read; nothing was loaded"),
                place=self.name,
                remedy=_("Wait until whatever writes it has finished, and do this again."),
            )

    def packed(self) -> Iterator[bytes]:
        """The file compressed (a zlib stream), in pieces: what to seal when the original is kept."""
        packer = zlib.compressobj(1)
        for chunk in self.chunks():
            if piece := packer.compress(chunk):
                yield piece
        yield packer.flush()

    def place(self, number: int) -> str:
        return f"{self.name}:{number}"

    def lines(self, encoding: str) -> Iterator[str]:
        """The text's lines without their ends (LF, CR LF or CR), a leading byte order mark removed.

        ``InputError`` for bytes that ``encoding`` does not know, a NUL, or a line over ``MAX_LINE``.
        """
        decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)("strict")
        ends = io.IncrementalNewlineDecoder(decoder, translate=True)
        pending, number = "", 0
        for chunk in chain(self.chunks(), (b"",)):
            try:
                text = ends.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise self._undecodable(encoding, number, error) from None
            lines = (pending + text).split("\n")
            if "\0" in text or max(map(len, lines)) > MAX_LINE:
                raise self._no_line(lines, number)
            pending = lines.pop()
            number += len(lines)
            yield from lines
        if pending:
            yield pending

    def _no_line(self, lines: list[str], number: int) -> InputError:
        bad = next(at for at, line in enumerate(lines) if "\0" in line or len(line) > MAX_LINE)
        return InputError(
            _("the line holds a zero byte or is longer than {n} characters").format(n=MAX_LINE),
            place=self.place(number + bad + 1),
            why=_("A statement never does; the file may be damaged."),
            remedy=_("Download the statement from the bank again."),
        )

    def _undecodable(self, encoding: str, number: int, error: UnicodeDecodeError) -> InputError:
        before = error.object[: error.start]
        return InputError(
            _("some letters cannot be read as {encoding}").format(encoding=encoding),
            place=self.place(number + max(before.count(b"\n"), before.count(b"\r")) + 1),
            why=_("The file is damaged near this line, or written in another encoding."),
            remedy=_("Download the statement from the bank again; do not save it in a text editor."),
        )


def _unreadable(name: str) -> InputError:
    return InputError(_("the file cannot be read"), place=name)
