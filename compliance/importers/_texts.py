"""In which encoding a text is that does not say so: by what its letters can be."""

from __future__ import annotations

import codecs
import re

from compliance.importers.source import Source

_RUNS = re.compile(rb"[\x80-\xff]{2,}")
_LARGE = bytes(range(0xC0, 0xE0)) + bytes(range(0xF0, 0x100))
_SMALL = bytes(range(0x80, 0xB0))


def is_utf8(source: Source) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        for chunk in source.chunks():
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def likely_encoding(source: Source) -> str:
    """UTF-8 if it is; else Cyrillic (windows-1251 or cp866) where high bytes stand in runs; else Western.

    A letter of Western Europe stands alone among ASCII ones, a Cyrillic word is a run. cp866 has its
    letters below 0xB0, windows-1251 above 0xC0.
    """
    if source.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if is_utf8(source):
        return "utf-8"
    high = runs = windows = dos = 0
    for chunk in source.chunks():
        ours = chunk.translate(None, bytes(range(0x80)))
        high += len(ours)
        runs += sum(len(found) for found in _RUNS.findall(chunk))
        windows += len(ours) - len(ours.translate(None, _LARGE))
        dos += len(ours) - len(ours.translate(None, _SMALL))
    if 2 * runs < high:
        return "iso-8859-1"
    return "windows-1251" if windows >= dos else "cp866"
