"""A film written anew with a card before it, or packet by packet without what it says of its makers."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from compliance.errors import InputError
from compliance.i18n import _
from compliance.labels._card import card_of
from compliance.labels._film import as_seen, damaged, decoded, opened, shape, shown, start, turned
from compliance.labels.model import Stamped

if TYPE_CHECKING:
    from PIL.Image import Image

BASE = Fraction(1, 90_000)
_NEEDED = frozenset(
    "major_brand minor_version compatible_brands language duration encoder handler_name vendor_id".split()
)
"""What any program that writes such a container writes."""
_A_SECOND = 1_000_000
_MKV = "matroska"
_OPTIONS = {
    "fflags": "bitexact"
}  # the same input gives the same bytes: no numbers by chance, no program's name
_UNSAID = 2  # of colour spaces, primaries and curves (ITU-T H.273)
_TV, _SD = 1, 5  # ranges and spaces as libavutil numbers them: 16 to 235; BT.601


def tags(film: Any) -> tuple[str, ...]:
    """The names of what the container says of itself and its streams, without what it needs to be played."""
    streams = [stream for stream in film.streams if stream.type != "attachment"]
    said = [*film.metadata, *(key for stream in streams for key in stream.metadata)]
    return tuple(sorted({key.lower() for key in said} - _NEEDED))


def repacked(data: bytes, form: str) -> tuple[bytes, tuple[str, ...]]:
    """Every packet as it is, in a container without tags; and what had to be left out."""
    import av

    out = io.BytesIO()
    film = opened(data)
    try:
        with av.open(out, "w", format=form, options=_OPTIONS) as made:
            kept = {}
            for stream in film.streams:
                if stream.type in ("video", "audio", "subtitle"):
                    kept[stream.index] = made.add_stream_from_template(stream)
                    kept[stream.index].metadata.clear()
                    _named_alike(stream, kept[stream.index])
            _with_attachments(made, film, form)
            made.set_chapters(_chapters(film, Fraction(0)))
            for packet in film.demux([film.streams[number] for number in kept]):
                if packet.size:
                    packet.stream = kept[packet.stream.index]
                    made.mux(packet)
    except (av.FFmpegError, ValueError, TypeError):
        raise unwritable() from None
    return out.getvalue(), _left_out(film, form, set(kept))


def _with_attachments(made: Any, film: Any, form: str) -> None:
    """Fonts of subtitles and other files that lie in the container."""
    for stream in film.streams:
        if stream.type == "attachment" and form == _MKV:
            made.add_attachment(
                stream.name or "?", stream.mimetype or "application/octet-stream", stream.data
            )


def _left_out(film: Any, form: str, kept: set[int]) -> tuple[str, ...]:
    """Says so where something is lost."""
    left = [
        stream
        for stream in film.streams
        if stream.index not in kept and (stream.type != "attachment" or form != _MKV)
    ]
    if film.chapters():  # MP4 keeps their titles in a stream of its own, made anew with them
        titles = [stream for stream in left if stream.type == "data" and not stream.codec_context]
        left = [stream for stream in left if stream not in titles[:1]]
    return (_("what is neither the first picture, sound nor subtitles was left out"),) if left else ()


def unwritable() -> InputError:
    return InputError(
        _("this film cannot be written anew with a label"),
        remedy=_("Export it as MP4 (H.264 and AAC), then label that."),
    )


def _named_alike(was: Any, now: Any) -> None:
    """By language, and whether players pick it: so people choose among several."""
    if language := was.metadata.get("language"):
        now.metadata["language"] = language
    now.disposition = was.disposition


def _chapters(film: Any, later: Fraction) -> list[Any]:
    """With their titles, so many seconds later."""
    found = []
    for chapter in film.chapters():
        base = chapter["time_base"] or Fraction(1, _A_SECOND)
        moved = int(later / base)
        title = {key: value for key, value in chapter["metadata"].items() if key.lower() == "title"}
        found.append(
            chapter | {"start": chapter["start"] + moved, "end": chapter["end"] + moved, "metadata": title}
        )
    return found


class Writer:
    """One film written anew with its card before it."""

    def __init__(self, data: bytes, form: str, text: str, seconds: float, layout: str) -> None:
        self.data, self.text, self.layout = data, text, layout
        self.shift = Fraction(seconds).limit_denominator(1000)
        self.form = form
        self.out = io.BytesIO()

    def written(self) -> Stamped:
        import av

        first = next(decoded(opened(self.data)), None)
        if first is None:
            raise damaged()
        try:
            with av.open(self.out, "w", format=self.form, options=_OPTIONS) as made:
                notes = self._write(made, first)
        except (av.FFmpegError, ValueError):
            raise unwritable() from None
        return Stamped(self.out.getvalue(), notes)

    def _write(self, made: Any, first: Any) -> tuple[str, ...]:
        film = opened(self.data)  # from the beginning: the first frame was looked at already
        source = shown(film)
        turn, (wide, high) = turned(first), shape(source)
        self.squared = (wide, high) != (first.width, first.height)
        self.turn = turn
        wide, high = (high, wide) if turn in (90, 270) else (wide, high)
        self.size = width, height = wide - wide % 2, high - high % 2
        stream = self._encoder(made, source)
        others = self._others(made, film)
        begins = Fraction(start(film)).limit_denominator(_A_SECOND)
        card, rate = (
            card_of(self.text, width, height, self.layout).picture,
            Fraction(source.average_rate or 25),
        )
        # Until the first picture of the film: its sound may begin before it.
        until = self.shift + max(Fraction(0), Fraction(first.pts or 0) * first.time_base - begins)
        _with_attachments(made, film, self.form)
        made.set_chapters(_chapters(film, self.shift - begins))
        still = self._made(card)
        for number in range(int(until * rate) + 1):
            if (at := Fraction(number) / rate) < until:
                self._encode(made, stream, still, at)
        for packet in film.demux([source, *(film.streams[number] for number in others)]):
            if packet.stream.index in others:
                if packet.dts is not None and not _cut_off(packet, begins):
                    moved = int((self.shift - begins) / packet.time_base)
                    packet.pts = None if packet.pts is None else packet.pts + moved
                    packet.dts += moved
                    packet.stream = others[packet.stream.index]
                    made.mux(packet)
                continue
            for frame in packet.decode():
                at = Fraction(frame.pts or 0) * frame.time_base - begins
                if at >= until - self.shift:
                    self._encode(made, stream, self._fitted(source, frame), at + self.shift)
        for packet in stream.encode(None):
            made.mux(packet)
        return self._told(film, others)

    def _told(self, film: Any, others: dict[int, Any]) -> tuple[str, ...]:
        notes = [
            _(
                "a card with the label stands before the film for {n} seconds; the picture was encoded anew"
            ).format(n=f"{float(self.shift):g}")
        ]
        if found := tags(film):
            notes.append(_("taken out: {what}").format(what=", ".join(found)))
        if self.turn:
            notes.append(_("the film was turned upright, as players showed it"))
        if self.squared:
            notes.append(
                _(
                    "the film's pixels were not square; it has {width} × {height} now, as players showed it"
                ).format(width=self.size[0], height=self.size[1])
            )
        return (*notes, *_left_out(film, self.form, {shown(film).index, *others}))

    def _encoder(self, made: Any, source: Any) -> Any:
        rate = Fraction(source.average_rate or 25)
        stream = new_stream(made, self.form, self.size, rate)
        measures, was = stream.codec_context, source.codec_context
        # What is said of colours is kept, and said where a turned film is made of them anew.
        # One kept in red, green and blue is none of those yet.
        self.space = was.colorspace or _SD
        measures.colorspace, measures.color_range = self.space, _TV
        measures.color_primaries, measures.color_trc = was.color_primaries, was.color_trc
        _named_alike(source, stream)
        return stream

    def _others(self, made: Any, film: Any) -> dict[int, Any]:
        """Sound and subtitles, packet by packet as they are: by the number of their stream."""
        import av

        found = {}
        for stream in film.streams:
            if stream.type in ("audio", "subtitle"):
                try:
                    found[stream.index] = made.add_stream_from_template(stream)
                except (av.FFmpegError, ValueError, TypeError):
                    continue  # a kind that this container does not hold
                _named_alike(stream, found[stream.index])
        return found

    def _encode(self, made: Any, stream: Any, frame: Any, at: Fraction) -> None:
        frame.pts, frame.time_base = int(at / BASE), BASE
        for packet in stream.encode(frame):
            made.mux(packet)

    def _made(self, picture: Image) -> Any:
        return made_of(picture, self.space)

    def _fitted(self, source: Any, frame: Any) -> Any:
        width, height = self.size
        if not self.turn:
            return frame.reformat(width=width, height=height, format="yuv420p", dst_color_range=_TV)
        return self._made(as_seen(source, frame).crop((0, 0, width, height)))


def _cut_off(packet: Any, begins: Fraction) -> bool:
    """Whether it was cut off at the beginning, so that players leave it out; not what a decoder needs to begin."""
    at = packet.dts if packet.pts is None else packet.pts
    return bool(packet.is_discard and (at + (packet.duration or 0)) * packet.time_base < begins - _LEAD)


_LEAD = Fraction(1, 10)


def new_stream(made: Any, form: str, size: tuple[int, int], rate: Fraction) -> Any:
    """Where frames are encoded to: what such a container usually holds."""
    webm = form == "webm"
    stream = made.add_stream("libvpx-vp9" if webm else "libx264", rate=rate)
    stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
    stream.options = (
        {"crf": "24", "b": "0", "cpu-used": "5", "deadline": "good"}
        if webm
        else {"crf": "18", "preset": "veryfast"}
    )
    stream.codec_context.time_base = BASE
    stream.codec_context.thread_count = 2
    return stream


def made_of(picture: Image, space: int = _UNSAID) -> Any:
    """A frame of the picture, in that colour space."""
    import av

    from_image: Any = av.VideoFrame.from_image
    to = _SD if space == _UNSAID else space
    return from_image(picture.convert("RGB")).reformat(
        format="yuv420p", dst_colorspace=to, dst_color_range=_TV
    )
