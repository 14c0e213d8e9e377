"""MP4, MOV, WebM and MKV: a card with the label before the film; sound and subtitles are passed on, only later.

Pixels have no text to compare: our own card is recognised by drawing it again and correlating the two, frame
by frame, whatever width the film was brought to since. Read and written by PyAV (the extra ``media``), from and
to memory. The picture is encoded anew, since a card cannot stand before it otherwise in all players.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.labels import _av, _picture
from compliance.labels._card import LAYOUTS as LAYOUTS
from compliance.labels._card import Card, card_of, light, recognised, shows
from compliance.labels.judge import judge
from compliance.labels.model import Label, Stamped, Verification
from compliance.labels.reading import Reading, Run, Screen

if TYPE_CHECKING:
    from PIL.Image import Image

NAME = "video"
SUFFIXES = (".mp4", ".m4v", ".mov", ".webm", ".mkv")
MEDIA = ("video", "post")
CAP = 256 * MiB
ISOLATED = 3_600
PREPARE = "compliance.labels.video:ready"

_USUAL_SECONDS = 15.0  # where the rule names no time
_SPARE_SECONDS = 0.5
_LOOKED_AT = 90.0  # seconds from the start in which a label is looked for
_STEP = 0.25  # seconds between the frames that are looked at letter by letter
_LATE = 0.5  # a label that begins later does not stand at the start
_LARGEST = 4096 * 2304
_NEEDED = frozenset(
    "major_brand minor_version compatible_brands language duration encoder handler_name vendor_id".split()
)
"""What any program that writes such a container writes."""
_BASE = Fraction(1, 90_000)


def recognises(data: bytes) -> bool:
    return data[4:8] == b"ftyp" or data.startswith(b"\x1a\x45\xdf\xa3")


def endings(data: bytes) -> tuple[str, ...]:
    """The endings that such content rightly has."""
    if data[4:8] == b"ftyp":
        return (".mov",) if data[8:12] == b"qt  " else (".mp4", ".m4v")
    return (".webm",) if b"webm" in data[:64] else (".mkv",)


def ready() -> None:
    """See `_av.ready`."""
    _av.ready(_("films cannot be read here"), _("The package that reads them is not installed."))


@dataclass(frozen=True, slots=True)
class _Frame:
    """One picture of a film as it is shown, upright; ``at`` and ``lasts`` in seconds."""

    picture: Image
    at: float
    lasts: float


def opened(data: bytes) -> Any:
    import av

    try:
        film = av.open(io.BytesIO(data), metadata_errors="replace")
        shown = film.streams.video[0]
        measures = shown.codec_context
        if measures.width * measures.height > _LARGEST or not measures.width:
            raise damaged()
    except (av.FFmpegError, IndexError, ValueError, OSError):
        raise damaged() from None
    measures.thread_count = 2
    return film


def damaged() -> InputError:
    return InputError(
        _("this film is damaged, or has no picture"),
        remedy=_("Open it in a player, and save or export it again."),
    )


def decoded(film: Any, until: float | None = None) -> Iterator[Any]:
    """The frames in the order of showing; `InputError` where the film is cut off."""
    import av

    try:
        for frame in film.decode(film.streams.video[0]):
            if until is not None and frame.time is not None and frame.time > until:
                return
            yield frame
    except (av.FFmpegError, ValueError, OSError):
        raise damaged() from None


def _turned(frame: Any) -> int:
    """Degrees, against the clock, by which the camera was held."""
    return round(getattr(frame, "rotation", 0) or 0) % 360


def upright(frame: Any, picture: Image) -> Image:
    turn = _turned(frame)
    return picture.rotate(turn, expand=True) if turn else picture


def _frames(film: Any, until: float) -> Iterator[_Frame]:
    start: float | None = None
    for frame in decoded(film, until):
        at = float(frame.time or 0.0)
        start = at if start is None else start
        rate = film.streams.video[0].average_rate or 25
        try:
            picture = upright(frame, frame.to_image())
        except (ValueError, OSError):
            raise damaged() from None
        yield _Frame(picture, at - start, float(1 / rate))


def detect(data: bytes, label: Label) -> Verification:
    """Our own card: when it begins, how long it is whole, where it stands and how large; else "look at it"."""
    ready()
    look = _("a film has no text to be read: only our own card is recognised; look at it yourself")
    if label.text is None:
        return judge(Reading(NAME, ()), label)
    found = _seen(opened(data), label.text)
    kinds = ("wording", "visible", *(item.kind for item in label.requirements))
    if found is None and (words := _former(data, label)):
        return judge(Reading(NAME, (Run(words),)), label)
    if found is None:
        return judge(Reading(NAME, (), unknown=dict.fromkeys(kinds, look)), label)
    card, begins, lasts = found
    right, bottom = card.left + card.drawn.picture.width, card.top + card.drawn.picture.height
    box = (float(card.left), float(card.top), float(right), float(bottom))
    whole = card.picture.width * card.picture.height
    screen = Screen(
        seconds=lasts,
        share=card.drawn.picture.width * card.drawn.picture.height / whole,
        away=(
            abs(card.left + card.drawn.picture.width / 2 - card.picture.width / 2) / card.picture.width,
            abs(card.top + card.drawn.picture.height / 2 - card.picture.height / 2) / card.picture.height,
        ),
    )
    runs = [Run(_("moving picture") + "\n", at=(0.0,))] if begins > _LATE else []
    place = _("from second {begin} to {end}").format(begin=f"{begins:.1f}", end=f"{begins + lasts:.1f}")
    runs.append(
        Run(label.text, at=(1.0,), block=1, place=place, size=float(card.drawn.size), contrast=21.0, box=box)
    )
    unknown = {
        "font_ratio": _("the text in a film has no size that could be measured"),
        "repeat": _(
            "where a film is interrupted is not known here: look whether the label stands after each break"
        ),
    }
    return judge(Reading(NAME, tuple(runs), unit="px", unknown=unknown, screen=screen), label)


def _seen(film: Any, text: str) -> tuple[Card, float, float] | None:
    """The card, when it begins, and how long it is whole without a gap."""
    card: Card | None = None
    begins = ends = looked = tried = 0.0
    before = b""
    for frame in _frames(film, _LOOKED_AT):
        if card is None:
            if not light(frame.picture):
                continue
            elsewhere = frame.at >= tried
            tried = frame.at + 4 * _STEP if elsewhere else tried
            known = recognised(frame.picture, text, elsewhere=elsewhere)
            if known is None:
                continue
            card, begins, ends, looked = known, frame.at, frame.at + frame.lasts, frame.at
            continue
        closely = frame.at - looked >= _STEP
        now = frame.picture.tobytes() if closely else b""
        same = closely and now == before  # of a card that stands still nothing is encoded anew
        if not same and not shows(frame.picture, card, closely=closely):
            break
        before = now or before
        looked = frame.at if closely else looked
        ends = frame.at + frame.lasts
    return None if card is None else (card, begins, ends - begins)


def _former(data: bytes, label: Label) -> str:
    """An earlier wording of which a card of ours stands at the start; empty where none does."""
    first = next(_frames(opened(data), _LATE), None)
    if first is None or not light(first.picture):
        return ""
    return next((words for words in label.former if recognised(first.picture, words, elsewhere=True)), "")


def stamp(data: bytes, label: Label, *, layout: str = LAYOUTS[0]) -> Stamped:
    """The card, as long as the rule wants and half a second more, then the film."""
    assert label.text is not None
    ready()
    if _former(data, label):
        raise InputError(
            _("an earlier label of ours stands before this film"),
            why=_("The picture was encoded anew with it, so it cannot be taken off."),
            remedy=_("Go back to the film as it was before, and label that."),
        )
    film = opened(data)
    wanted = label.requirement("seconds")
    seconds = (float(wanted.value) if wanted else _USUAL_SECONDS) + _SPARE_SECONDS
    return _Writer(film, data, label.text, seconds, layout).written()


def anonymous(data: bytes) -> Stamped:
    """Every packet as it is in a container without tags (names, programs, places, times). `InputError` where the
    film cannot be written anew, or would be shown otherwise."""
    ready()
    kinds = _tags(opened(data))
    if not kinds:
        return Stamped(data)
    made = _repacked(data)
    with opened(data) as one, opened(made) as two:
        first, second = (
            [(frame.pts, _turned(frame)) for frame in decoded(film, _LATE)] for film in (one, two)
        )
    if [turn for _at, turn in first] != [turn for _at, turn in second]:
        raise _unwritable()
    return Stamped(made, (_("taken out: {what}").format(what=", ".join(kinds)),))


def _tags(film: Any) -> tuple[str, ...]:
    """The names of what the container says of itself and its streams, without what it needs to be played."""
    said = [*film.metadata, *(key for stream in film.streams for key in stream.metadata)]
    return tuple(sorted({key.lower() for key in said} - _NEEDED))


def _repacked(data: bytes) -> bytes:
    import av

    out = io.BytesIO()
    film = opened(data)
    try:
        with av.open(out, "w", format=_form(data)) as made:
            kept = {}
            for stream in film.streams:
                if stream.type in ("video", "audio", "subtitle"):
                    kept[stream.index] = made.add_stream_from_template(stream)
                    kept[stream.index].metadata.clear()
            for packet in film.demux([film.streams[number] for number in kept]):
                if packet.size:
                    packet.stream = kept[packet.stream.index]
                    made.mux(packet)
    except (av.FFmpegError, ValueError, TypeError):
        raise _unwritable() from None
    return out.getvalue()


def _unwritable() -> InputError:
    return InputError(
        _("this film cannot be written anew with a label"),
        remedy=_("Export it as MP4 (H.264 and AAC), then label that."),
    )


def _form(data: bytes) -> str:
    """The name of the container, as the library knows it."""
    return {".webm": "webm", ".mkv": "matroska", ".mov": "mov"}.get(endings(data)[0], "mp4")


class _Writer:
    """One film written anew with its card before it."""

    def __init__(self, film: Any, data: bytes, text: str, seconds: float, layout: str) -> None:
        self.film, self.data, self.text, self.layout = film, data, text, layout
        self.shift = Fraction(seconds).limit_denominator(1000)
        self.form = _form(data)
        self.out = io.BytesIO()

    def written(self) -> Stamped:
        import av

        first = next(decoded(self.film), None)
        if first is None:
            raise damaged()
        try:
            with av.open(self.out, "w", format=self.form) as made:
                notes = self._write(made, first)
        except (av.FFmpegError, ValueError):
            raise _unwritable() from None
        return Stamped(self.out.getvalue(), notes)

    def _write(self, made: Any, first: Any) -> tuple[str, ...]:
        film = opened(self.data)  # from the beginning: the first frame was looked at already
        source = film.streams.video[0]
        turn = _turned(first)
        width, height = (first.height, first.width) if turn in (90, 270) else (first.width, first.height)
        width, height = width - width % 2, height - height % 2
        stream = self._encoder(made, source, width, height)
        others = self._others(made, film)
        start = Fraction(first.pts or 0) * first.time_base
        card, rate = (
            card_of(self.text, width, height, self.layout).picture,
            Fraction(source.average_rate or 25),
        )
        for number in range(int(self.shift * rate) + 1):
            if (at := Fraction(number) / rate) < self.shift:
                self._encode(made, stream, _made(card), at)
        for packet in film.demux([source, *(film.streams[number] for number in others)]):
            if packet.stream.index in others:
                if packet.dts is not None:
                    moved = int((self.shift - start) / packet.time_base)
                    packet.pts = None if packet.pts is None else packet.pts + moved
                    packet.dts += moved
                    packet.stream = others[packet.stream.index]
                    made.mux(packet)
                continue
            for frame in packet.decode():
                at = Fraction(frame.pts or 0) * frame.time_base - start
                if at >= 0:
                    self._encode(made, stream, _fitted(frame, turn, width, height), at + self.shift)
        for packet in stream.encode(None):
            made.mux(packet)
        notes = [
            _(
                "a card with the label stands before the film for {n} seconds; the picture was encoded anew"
            ).format(n=f"{float(self.shift):g}")
        ]
        if tags := _tags(film):
            notes.append(_("taken out: {what}").format(what=", ".join(tags)))
        if turn:
            notes.append(_("the film was turned upright, as players showed it"))
        if len(others) + 1 < len(film.streams):
            notes.append(_("what is neither the first picture, sound nor subtitles was left out"))
        return tuple(notes)

    def _encoder(self, made: Any, source: Any, width: int, height: int) -> Any:
        webm = self.form == "webm"
        options = (
            {"crf": "24", "b": "0", "cpu-used": "5", "deadline": "good"}
            if webm
            else {"crf": "18", "preset": "veryfast"}
        )
        stream = made.add_stream(
            "libvpx-vp9" if webm else "libx264", rate=Fraction(source.average_rate or 25)
        )
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = options
        stream.codec_context.time_base = _BASE
        stream.codec_context.thread_count = 2
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
        return found

    def _encode(self, made: Any, stream: Any, frame: Any, at: Fraction) -> None:
        frame.pts, frame.time_base = int(at / _BASE), _BASE
        for packet in stream.encode(frame):
            made.mux(packet)


def _made(picture: Image) -> Any:
    import av

    from_image: Any = av.VideoFrame.from_image
    return from_image(picture.convert("RGB")).reformat(format="yuv420p")


def _fitted(frame: Any, turn: int, width: int, height: int) -> Any:
    if not turn:
        return frame.reformat(width=width, height=height, format="yuv420p")
    picture = upright(frame, frame.to_image()).crop((0, 0, width, height))
    return _made(picture)


def picture(data: bytes, found: Verification) -> bytes:
    """The first frame, with the label framed, as PNG."""
    ready()
    frame = next(_frames(opened(data), _LOOKED_AT), None)
    if frame is None:
        raise damaged()
    scale = min(1.0, _picture.WIDEST / max(frame.picture.size))
    size = (max(1, round(frame.picture.width * scale)), max(1, round(frame.picture.height * scale)))
    return _picture.framed(frame.picture.resize(size), scale, found)
