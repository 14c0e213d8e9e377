"""Sound without what its file says beside it: tags and covers; the packets stay as they are."""

from __future__ import annotations

import io
from typing import Any

from compliance.errors import InputError
from compliance.i18n import _
from compliance.labels import _sound
from compliance.labels._recording import id3_length, target_of
from compliance.labels.model import Stamped

_NEEDED = frozenset("major_brand minor_version compatible_brands language handler_name vendor_id".split())
_APE = b"APETAGEX"


def anonymous(data: bytes) -> Stamped:
    """A copy without tags. `InputError` where it cannot be written anew with the very same packets."""
    _sound.ready()
    sound = _sound.opened(data)
    said = [*sound.metadata, *(key for stream in sound.streams for key in stream.metadata)]
    kinds = sorted({key.lower() for key in said} - _NEEDED)
    kinds += [_("the cover")] * bool(sound.streams.video)
    form = target_of(sound).form
    made = _without_ends(data) if form == "mp3" else _repacked(data, form) if kinds else data
    if made == data:
        return Stamped(data)
    if _packets(made) != _packets(data):
        raise InputError(
            _("this sound cannot be written anew without its tags"),
            remedy=_("Take them out in a program for tags, or export it as MP3 or WAV."),
        )
    return Stamped(made, (_("taken out: {what}").format(what=", ".join(kinds) or _("tags")),))


def _without_ends(data: bytes) -> bytes:
    """An MP3 without its ID3 (before and behind) and APE tags."""
    data = data[id3_length(data) :]
    if data[-128:-125] == b"TAG":
        data = data[:-128]
    if data[-32:-24] == _APE:
        size = int.from_bytes(data[-20:-16], "little")
        head = 32 if data[-32 - size :].startswith(_APE) else 0
        data = data[: -(size + head)] if 32 <= size + head <= len(data) else data
    return data


def _repacked(data: bytes, form: str) -> bytes:
    import av

    out = io.BytesIO()
    source = _sound.opened(data)
    try:
        with av.open(out, "w", format=form, options={"fflags": "bitexact"}) as made:
            stream = made.add_stream_from_template(source.streams.audio[0])
            stream.metadata.clear()
            for packet in source.demux(source.streams.audio[0]):
                if packet.size:
                    packet.stream = stream
                    made.mux(packet)
    except (av.FFmpegError, ValueError, TypeError, OSError):
        raise _sound.damaged() from None
    return out.getvalue()


def _packets(data: bytes) -> list[bytes]:
    sound: Any = _sound.opened(data)
    return [bytes(packet) for packet in sound.demux(sound.streams.audio[0]) if packet.size]
