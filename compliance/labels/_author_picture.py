"""PNG, JPEG, GIF and WebP without what tells of people and places: pixels stay as they are packed.

What is needed to show the picture is passed on, everything else left out: a list of what may stay is safe against
kinds of data that nobody has thought of. The camera's turn stays, alone.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator

from compliance.errors import InputError
from compliance.i18n import _
from compliance.labels.model import Stamped

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCv cLLi bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)
_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_GIF_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")
Goes = Callable[[str, bytes], bool]
"""Whether data of that kind, with that body, is left out."""
_TURN = 0x0112
_PLACE = 0x8825


def is_picture(data: bytes) -> bool:
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return webp or data.startswith((_PNG, b"\xff\xd8\xff", b"GIF87a", b"GIF89a"))


def _everything(kind: str, body: bytes) -> bool:
    return True


def placeless(data: bytes) -> bytes | None:
    """The picture without what tells where it was taken: whoever publishes it need not remember to ask for that.
    ``None`` where that cannot be told apart from the rest."""
    place = _exif(data)[1]
    try:
        made, _kinds = _without(data, lambda kind, body: place if kind == "EXIF" else b"GPS" in body)
        return bare(data)[0] if _exif(made)[1] else made
    except (InputError, struct.error, IndexError, ValueError):
        return None


def _without(data: bytes, goes: Goes) -> tuple[bytes, list[str]]:
    """Without what ``goes``, and what that was."""
    turn = _exif(data)[0]
    if data.startswith(_PNG):
        return _png(data, turn, goes)
    if data.startswith(b"GIF8"):
        return _gif(data, goes)
    if data.startswith(b"RIFF"):
        return _webp(data, turn, goes)
    return _jpeg(data, turn, goes)


def bare(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The picture without them, and the names of what was left out. `InputError` for damaged ones."""
    try:
        made, kinds = _without(data, _everything)
    except (struct.error, IndexError, ValueError):
        raise InputError(
            _("this picture is damaged or cut off"), remedy=_("Open it in a viewer and save it again.")
        ) from None
    if _exif(data)[1]:
        kinds.append(_("the place where it was taken"))
    return made, tuple(dict.fromkeys(kinds))


def anonymous(data: bytes) -> Stamped:
    """The same pixels without what tells of people and places, and what that was."""
    made, kinds = bare(data)
    if not kinds:
        return Stamped(data)
    return Stamped(made, (_("taken out: {what}").format(what=", ".join(kinds)),))


def told(before: bytes, after: bytes) -> tuple[str, ...]:
    """What a labelled copy no longer says that the picture said, and what it still says, where they can be read."""
    try:
        was, now = bare(before)[1], bare(after)[1]
    except InputError:
        return (_("what it says beside its pixels could not be told apart and was left out"),)
    lost = [kind for kind in was if kind not in now]
    notes = [_("taken out: {what}").format(what=", ".join(lost))] if lost else []
    if now:
        said = _("left as it was: {what}; --author strip takes it out").format(what=", ".join(now))
        notes.append(said)
    return tuple(notes)


def turn(data: bytes) -> int:
    """How the camera was held, as EXIF counts it; 1 is upright."""
    return _exif(data)[0]


def said(data: bytes) -> bytes:
    """What a JPEG says beside its pixels, as segments; empty where that cannot be told apart."""
    try:
        found = [
            data[start:end] for marker, start, end in _segments(data) if _says(marker, data[start + 4 : end])
        ]
    except (struct.error, IndexError, ValueError):
        return b""
    return b"".join(_without_preview(segment) for segment in found)


def with_said(data: bytes, segments: bytes) -> bytes:
    """A JPEG of ours with them, behind its own head."""
    end = next((start for marker, start, _end in _segments(data) if marker != 0xE0), 2) if segments else 2
    return data[:end] + segments + data[end:]


def _says(marker: int, body: bytes) -> bool:
    """Whether a segment tells of the picture, and how to unpack it is not changed by packing anew."""
    return marker == 0xFE or (0xE1 <= marker <= 0xEF and marker not in (0xE2, 0xEE))


def _without_preview(segment: bytes) -> bytes:
    """A camera's data without the way to its small preview, which has no label."""
    tiff = segment[10:]
    if segment[:2] != b"\xff\xe1" or segment[4:10] != b"Exif\0\0" or tiff[:2] not in (b"II", b"MM"):
        return segment
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        (first,) = struct.unpack_from(order + "I", tiff, 4)
        (entries,) = struct.unpack_from(order + "H", tiff, first)
        at = 10 + first + 2 + 12 * entries
        struct.unpack_from("I", segment, at)
    except struct.error:
        return segment
    return segment[:at] + bytes(4) + segment[at + 4 :]


def _exif(data: bytes) -> tuple[int, bool]:
    """The camera's turn, 1 where none is said, and whether a place stands there."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP")) as picture:
            found = picture.getexif()
            turn = found.get(_TURN, 1)
            return (turn if turn in range(1, 9) else 1), bool(found.get_ifd(_PLACE))
    except (OSError, SyntaxError, EOFError, ValueError, KeyError, TypeError, OverflowError, Image.DecompressionBombError):  # fmt: skip
        return 1, False


def _only_turn(turn: int) -> bytes:
    """Data of a camera that say its turn alone, as in TIFF."""
    from PIL import Image

    made = Image.Exif()
    made[_TURN] = turn
    return made.tobytes().removeprefix(b"Exif\0\0")


def _own(body: bytes, turn: int) -> bool:
    """Whether such data say nothing but the turn already."""
    return turn != 1 and body.removeprefix(b"Exif\0\0") == _only_turn(turn)


# ---- JPEG


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment up to the end of the picture; what is packed goes with its scan."""
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError
        while data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1]
        if marker == 0xD9:
            yield marker, at, at + 2
            return
        if marker in (0x01, *range(0xD0, 0xD8)):
            end = at + 2
        else:
            end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if marker == 0xDA:
            while data[end] != 0xFF or data[end + 1] == 0 or 0xD0 <= data[end + 1] <= 0xD7:
                following = data.find(b"\xff", end + 1)
                if following < 0:
                    raise ValueError
                end = following
        yield marker, at, end
        at = end


def _jpeg(data: bytes, turn: int, goes: Goes) -> tuple[bytes, list[str]]:
    made, kinds, end = [data[:2]], [], len(data)
    turned = [b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif for exif in _turns(turn, goes)]
    for marker, start, end in _segments(data):
        body = data[start + 4 : end]
        kind = _jpeg_kind(marker, body, turn)
        if turned and marker != 0xE0:
            made.append(turned.pop())
        if kind is None or not goes(kind or "EXIF", body):
            made.append(data[start:end])
        elif kind:
            kinds.append(kind)
    if data[end:].strip(b"\0"):
        kinds.append(_("what stood behind the picture"))
    return b"".join(made), kinds


def _turns(turn: int, goes: Goes) -> list[bytes]:
    """What stands in the place of a camera's data that go."""
    return [b"Exif\0\0" + _only_turn(turn)] if turn != 1 and goes("EXIF", b"") else []


def _jpeg_kind(marker: int, body: bytes, turn: int) -> str | None:
    """What is left out, as people call it; ``None`` for what stays, empty for what we write anew ourselves."""
    if marker == 0xFE:
        return _("comments")
    if not 0xE0 <= marker <= 0xEF:
        return None
    kept = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}.get(marker)
    if kept is not None and body.startswith(kept):
        return None
    if marker == 0xE1 and body.startswith(b"Exif\0"):
        return "" if _own(body, turn) else "EXIF"
    if marker == 0xE1 and b"ns.adobe.com" in body[:40]:
        return "XMP"
    return "IPTC" if marker == 0xED else _("data of programs")


# ---- PNG, WebP, GIF


def _png(data: bytes, turn: int, goes: Goes) -> tuple[bytes, list[str]]:
    made, kinds, at = [_PNG], [], len(_PNG)
    turned = [_chunk(b"eXIf", exif.removeprefix(b"Exif\0\0")) for exif in _turns(turn, goes)]
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        whole = data[at : at + 12 + length]
        if len(whole) != 12 + length:
            raise ValueError
        at += len(whole)
        if kind in (b"IDAT", b"IEND") and turned:
            made.append(turned.pop())
        if kind[:1].isupper() or kind in _PNG_KEPT or not goes(named := _png_kind(kind, whole[8:40]), whole):
            made.append(whole)
        elif not (kind == b"eXIf" and _own(whole[8:-4], turn)):
            kinds.append(named)
        if kind == b"IEND":
            break
    if data[at:].strip(b"\0"):
        kinds.append(_("what stood behind the picture"))
    return b"".join(made), kinds


def _png_kind(kind: bytes, body: bytes) -> str:
    if kind == b"eXIf":
        return "EXIF"
    if kind in (b"tEXt", b"zTXt", b"iTXt"):
        return "XMP" if body.startswith(b"XML:com.adobe.xmp") else _("comments")
    return _("data of programs")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _webp(data: bytes, turn: int, goes: Goes) -> tuple[bytes, list[str]]:
    made: list[bytes] = []
    kinds, at = [], 12
    end = min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        whole = data[at : at + 8 + length + length % 2]
        at += 8 + length + length % 2
        if kind in _WEBP_KEPT or not goes(
            named := {b"EXIF": "EXIF", b"XMP ": "XMP"}.get(kind, _("data of programs")), whole
        ):
            made.append(whole)
        elif not (kind == b"EXIF" and _own(whole[8 : 8 + length], turn)):
            kinds.append(named)
    if data[end:].strip(b"\0"):
        kinds.append(_("what stood behind the picture"))
    if made and made[0].startswith(b"VP8X"):
        for exif in (whole.removeprefix(b"Exif\0\0") for whole in _turns(turn, goes)):
            made.append(b"EXIF" + struct.pack("<I", len(exif)) + exif + b"\0" * (len(exif) % 2))
        said = {part[:4] for part in made}
        flags = made[0][8] & ~0x0C | (0x04 if b"XMP " in said else 0) | (0x08 if b"EXIF" in said else 0)
        made[0] = made[0][:8] + bytes((flags,)) + made[0][9:]
    body = b"WEBP" + b"".join(made)
    return b"RIFF" + struct.pack("<I", len(body)) + body, kinds


def _gif(data: bytes, goes: Goes) -> tuple[bytes, list[str]]:
    at = 13 + (3 * 2 ** ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
    made, kinds = [data[:at]], []
    while data[at] != 0x3B:
        start = at
        if data[at] == 0x2C:
            table = data[at + 9]
            at += 11 + (3 * 2 ** ((table & 7) + 1) if table & 0x80 else 0)
        elif data[at] == 0x21:
            at += 2
        else:
            raise ValueError
        first = data[at + 1 : at + 1 + data[at]]
        while data[at]:
            at += 1 + data[at]
        at += 1
        label = data[start + 1] if data[start] == 0x21 else 0
        if label == 0xFE or (label == 0xFF and first not in _GIF_KEPT):
            named = _("comments") if label == 0xFE else "XMP" if b"XMP" in first else _("data of programs")
            if goes(named, data[start:at]):
                kinds.append(named)
                continue
        made.append(data[start:at])
    if data[at + 1 :].strip(b"\0"):
        kinds.append(_("what stood behind the picture"))
    return b"".join((*made, b"\x3b")), kinds
