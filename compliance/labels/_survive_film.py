"""What becomes of the card before a film: packed hard, made smaller, cropped, cut to a preview, its first frame."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from compliance.i18n import _
from compliance.labels import _film, video, work
from compliance.labels._card import Card
from compliance.labels._film_write import BASE, made_of
from compliance.labels._replay import CLIP_SECONDS, THUMBNAIL, Replay, Way, altered, judged, not_there, sized
from compliance.labels._strip import alike
from compliance.labels.model import Label

if TYPE_CHECKING:
    from PIL.Image import Image

_BITS = 0.04  # of a pixel of a frame: 640 x 360 at 25 frames is 230 kbit/s
_LEAST_BITS = 64_000  # a second
_SHORT_SIDE = 480
_A_SECOND = 1_000_000  # in the time base of libavformat
_ALIKE = 0.8  # of the card in a thumbnail, where letters are told apart by their size
_USUAL_SECONDS, _AFTER = 15.0, 2.0
"""The film is followed as long as the rule wants its label, and a little longer."""


def films(data: bytes, label: Label) -> Iterator[Replay]:
    assert label.text is not None
    video.ready()
    if not work.carries(video.detect(data, label)):
        raise not_there()
    seen = video.seen(data, label.text)
    if seen is None:
        raise not_there()
    card, wanted = seen.card, label.requirement("seconds")
    asked = float(wanted.value) if wanted else _USUAL_SECONDS
    until = asked + _AFTER
    ways: tuple[tuple[Way, Callable[[Image], Image]], ...] = (
        ("packed", lambda frame: frame), ("480p", _small), ("square", _squared),
    )  # fmt: skip
    for way, change in ways:
        yield _looked_at(way, _packed(data, change, until), label)
    clip = _looked_at("clip", _packed(data, lambda frame: frame, min(until, CLIP_SECONDS)), label)
    yield replace(clip, hopeless=asked > CLIP_SECONDS)
    yield _middle(data, until, label)
    yield _first(data, card)


def _middle(data: bytes, until: float, label: Label) -> Replay:
    """The middle third of the film: a card before it is gone, wherever it stands on the screen."""
    third = (_film.opened(data).duration or 0) / _A_SECOND / 3
    if not third:
        return Replay("middle", None, None, _("the file does not say how long the film is"), hopeless=True)
    cut = _packed(data, lambda frame: frame, min(until, third), since=third)
    return replace(_looked_at("middle", cut, label), hopeless=True)


def _looked_at(way: Way, data: bytes, label: Label) -> Replay:
    """What is no card of ours any more cannot be told from what never was one."""
    found = video.detect(data, label)
    done = judged(way, found)
    return done if found.detection else replace(done, why=_("the label is cut off, or no longer what it was"))


def _small(frame: Image) -> Image:
    scale = min(1.0, _SHORT_SIDE / min(frame.size))
    return frame.resize((round(frame.width * scale / 2) * 2, round(frame.height * scale / 2) * 2))


def _squared(frame: Image) -> Image:
    side = min(frame.size) // 2 * 2
    left, top = (frame.width - side) // 2, (frame.height - side) // 2
    return frame.crop((left, top, left + side, top + side))


def _frames(film: Any, since: float, until: float) -> Iterator[_film.Frame]:
    """For ``until`` seconds, from ``since`` on."""
    if not since:
        yield from _film.frames(film, until)
        return
    film.seek(int(since * _A_SECOND))  # to a whole picture before it
    for frame in _film.decoded(film, since + until):
        at = float(frame.time or 0.0) - since
        if at >= 0:
            yield _film.Frame(_film.as_seen(_film.shown(film), frame), at, 0.0)


def _packed(data: bytes, change: Callable[[Image], Image], until: float, *, since: float = 0.0) -> bytes:
    """Some seconds of the film as MP4, every frame changed, at few bits."""
    import av

    out = io.BytesIO()
    film = _film.opened(data)
    rate = Fraction(_film.shown(film).average_rate or 25)
    with av.open(out, "w", format="mp4") as made:
        stream: Any = None
        for frame in _frames(film, since, until):
            if frame.at >= until:
                break
            picture = change(frame.picture)
            if stream is None:
                stream = made.add_stream("libx264", rate=rate)
                stream.width, stream.height = (side // 2 * 2 for side in picture.size)
                stream.pix_fmt, stream.options = "yuv420p", {"preset": "veryfast"}
                stream.bit_rate = max(_LEAST_BITS, int(_BITS * stream.width * stream.height * rate))
                stream.codec_context.time_base = BASE
                stream.codec_context.thread_count = 2
            shown = made_of(picture.crop((0, 0, stream.width, stream.height)))
            shown.pts, shown.time_base = int(Fraction(frame.at) / BASE), BASE
            for packet in stream.encode(shown):
                made.mux(packet)
        for packet in stream.encode(None) if stream else ():
            made.mux(packet)
    return out.getvalue()


def _first(data: bytes, card: Card) -> Replay:
    """The first frame as a small picture, beside the card made as small."""
    frame = next(_film.frames(_film.opened(data), 1.0)).picture.convert("L")
    scale = THUMBNAIL / max(frame.size)
    size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    found = sized("first_frame", round(card.drawn.size * min(1.0, scale), 1))
    if found.carries and alike(frame.resize(size), card.picture.resize(size)) < _ALIKE:
        return Replay("first_frame", False, found.letters, altered())
    return found
