"""PNG: rows put on top of a picture and taken off again, its own packed data left as they are.

The first row of a picture may be filtered by the row above it, which does not exist and counts as zeros (PNG, 9.2): a
row of zeros under the new ones keeps that so. What is packed before other packed data at a whole byte changes nothing
about them (RFC 1951, 3.2.4), so any depth, palette and filter stays, and the file comes back byte for byte.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_GREY, _PALETTE, _GREY_ALPHA, _ALPHA = 0, 3, 4, 6
_MODULUS = 65521  # of Adler-32
_PIECE = 1 << 20


def put(data: bytes, top: Image) -> bytes | None:
    """``data`` with the grey picture ``top``, as wide, above it and a row of zeros between; ``None`` where only
    unpacking would do: interlaced, animated, with a transparent colour, or a palette without black and white."""
    found = _parts(data)
    if found is None:
        return None
    head, chunks = found
    height, depth, kind = head[1:]
    names = [name for name, _body in chunks]
    if b"acTL" in names or (b"tRNS" in names and kind != _PALETTE) or not _whole(chunks, head):
        return None
    rows = _rows(top, depth, kind, dict(chunks))
    if rows is None:
        return None
    rows += bytes(1 + _row(head))
    return _joined(chunks, head, rows, height + top.height + 1)


def taken(data: bytes, count: int) -> bytes | None:
    """The file that ``put`` put ``count`` rows on; ``None`` where it was packed anew since."""
    found = _parts(data)
    if found is None:
        return None
    head, chunks = found
    width, height, depth, kind = head
    packed = [body for name, body in chunks if name == b"IDAT"]
    long = (count + 1) * (1 + _row(head))
    if len(packed) < 2 or len(packed[-1]) < 4 or height <= count + 1:
        return None
    worker = zlib.decompressobj()
    try:
        rows = worker.decompress(packed[0], long + 1)
    except zlib.error:
        return None
    if len(rows) != long or worker.eof or rows[-1 - _row(head) :].strip(b"\0"):
        return None
    own = height - count - 1
    check = _without(zlib.adler32(rows), _number(packed[-1][-4:]), own * (1 + _row(head)))
    bodies = [packed[0][:2] + packed[1], *packed[2:]]
    bodies[-1] = bodies[-1][:-4] + struct.pack(">I", check)
    return _written(chunks, (width, own, depth, kind), bodies)


def _parts(data: bytes) -> tuple[tuple[int, int, int, int], list[tuple[bytes, bytes]]] | None:
    """Width, height, depth and colour type, and the chunks; ``None`` for interlaced and damaged files."""
    chunks, at = [], len(_SIGNATURE)
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        chunks.append((name, data[at + 8 : at + 8 + length]))
        at += 12 + length
        if name == b"IEND":
            break
    if at != len(data) or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        return None
    width, height, depth, kind, _packing, _filters, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if interlaced or kind not in _SAMPLES:
        return None
    return (width, height, depth, kind), chunks


def _row(head: tuple[int, int, int, int]) -> int:
    """Bytes of a row without its filter's."""
    width, _height, depth, kind = head
    return (width * depth * _SAMPLES[kind] + 7) // 8


def _whole(chunks: list[tuple[bytes, bytes]], head: tuple[int, int, int, int]) -> bool:
    """Whether exactly the picture is packed there, in chunks that can be cut at its head and its sum."""
    packed = [body for name, body in chunks if name == b"IDAT"]
    if not packed or min(len(packed[0]), len(packed[-1])) < (6 if len(packed) == 1 else 4):
        return False
    worker, length = zlib.decompressobj(), 0
    try:
        for body in packed:
            left = body
            while left and not worker.eof:
                length += len(worker.decompress(left, _PIECE))
                left = worker.unconsumed_tail
    except zlib.error:
        return False
    return worker.eof and not worker.unused_data and length == head[1] * (1 + _row(head))


def _rows(top: Image, depth: int, kind: int, chunks: dict[bytes, bytes]) -> bytes | None:
    """The rows of ``top`` as such a picture stores them, unfiltered."""
    if kind == _PALETTE:
        nearest = _nearest(chunks.get(b"PLTE", b""), chunks.get(b"tRNS", b""))
        if nearest is None:
            return None
        top = top.point(nearest)
    values = top.tobytes()
    width, full = top.width, b"\xff" * (depth // 8)
    made = []
    for at in range(0, len(values), width):
        line = values[at : at + width]
        if depth < 8:
            line = _bits(line, depth, whole=kind == _PALETTE)
        elif kind == _GREY and depth == 16:
            line = b"".join(line[place : place + 1] * 2 for place in range(width))
        elif kind not in (_GREY, _PALETTE):
            colours = 1 if kind == _GREY_ALPHA else 3
            alpha = full if kind in (_GREY_ALPHA, _ALPHA) else b""
            pixel = [bytes((value,)) * (depth // 8 * colours) + alpha for value in range(256)]
            line = b"".join(pixel[value] for value in line)
        made.append(b"\0" + line)
    return b"".join(made)


def _bits(line: bytes, depth: int, *, whole: bool) -> bytes:
    """Values of less than a byte each, the first in the highest bits; ``whole``: not to be scaled."""
    each = 8 // depth
    small = [value if whole else value >> (8 - depth) for value in line]
    small += [0] * (-len(small) % each)
    return bytes(
        sum(value << (8 - depth * (place + 1)) for place, value in enumerate(small[at : at + each]))
        for at in range(0, len(small), each)
    )


def _nearest(palette: bytes, alpha: bytes) -> list[int] | None:
    """For each grey the entry that comes nearest; ``None`` where black or white has none."""
    entries = [
        (number, palette[3 * number : 3 * number + 3])
        for number in range(len(palette) // 3)
        if alpha[number : number + 1] in (b"", b"\xff")
    ]
    if not any(max(colour) <= 24 for _number, colour in entries):
        return None
    if not any(min(colour) >= 231 for _number, colour in entries):
        return None
    return [
        min(entries, key=lambda entry: sum((part - grey) ** 2 for part in entry[1]))[0] for grey in range(256)
    ]


def _joined(
    chunks: list[tuple[bytes, bytes]], head: tuple[int, int, int, int], rows: bytes, height: int
) -> bytes:
    packed = [body for name, body in chunks if name == b"IDAT"]
    start, window = packed[0][:2], 8 + (packed[0][0] >> 4)
    worker = zlib.compressobj(9 if window > 8 else 0, zlib.DEFLATED, -max(9, window))
    bodies = [start + worker.compress(rows) + worker.flush(zlib.Z_FULL_FLUSH), packed[0][2:], *packed[1:]]
    length = head[1] * (1 + _row(head))
    check = _with(zlib.adler32(rows), _number(bodies[-1][-4:]), length)
    bodies[-1] = bodies[-1][:-4] + struct.pack(">I", check)
    return _written(chunks, (head[0], height, *head[2:]), bodies)


def _with(first: int, second: int, length: int) -> int:
    """Adler-32 of two texts, from those of each and the length of the second."""
    low = (first & 0xFFFF) + (second & 0xFFFF) - 1
    high = (first >> 16) + (second >> 16) + length * ((first & 0xFFFF) - 1)
    return high % _MODULUS << 16 | low % _MODULUS


def _without(first: int, both: int, length: int) -> int:
    """The second, from the first and both."""
    low = (both & 0xFFFF) - (first & 0xFFFF) + 1
    high = (both >> 16) - (first >> 16) - length * ((first & 0xFFFF) - 1)
    return high % _MODULUS << 16 | low % _MODULUS


def _number(body: bytes) -> int:
    return int.from_bytes(body, "big")


def _written(
    chunks: list[tuple[bytes, bytes]], head: tuple[int, int, int, int], bodies: list[bytes]
) -> bytes:
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in _in_order(chunks, head, bodies)
    )


def _in_order(
    chunks: list[tuple[bytes, bytes]], head: tuple[int, int, int, int], bodies: list[bytes]
) -> Iterator[tuple[bytes, bytes]]:
    """All chunks with another size and ``bodies`` in the place of what was packed."""
    left = list(bodies)
    for name, body in chunks:
        if name == b"IHDR":
            yield name, struct.pack(">II", *head[:2]) + body[8:]
        elif name != b"IDAT":
            yield name, body
        else:
            while left:
                yield name, left.pop(0)
