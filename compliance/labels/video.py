"""MP4, MOV, WebM and MKV: a card with the label before the film; sound and subtitles are passed on, only later.

Pixels have no text to compare: our own card is recognised by drawing it again and correlating the two, frame
by frame, whatever width the film was brought to since. Read and written by PyAV (the extra ``media``), from and
to memory. The picture is encoded anew, since a card cannot stand before it otherwise in all players.
"""

from __future__ import annotations

from dataclasses import dataclass

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.labels import _av, _film, _film_write, _picture
from compliance.labels._card import LAYOUTS as LAYOUTS
from compliance.labels._card import Card, legible, light, recognised, shows
from compliance.labels._strip import LEAST_PX
from compliance.labels.judge import CONTRAST, badness, judge
from compliance.labels.model import Label, Stamped, Verification
from compliance.labels.reading import Reading, Run, Screen

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


def detect(data: bytes, label: Label) -> Verification:
    """Our own card: when it begins, how long it is whole, where it stands and how large; else "look at it"."""
    ready()
    if label.text is None:
        return judge(Reading(NAME, ()), label)
    count = len(_film.pictures(_film.opened(data)))
    return max((_judged(data, label, track, count) for track in range(count)), key=badness)


def _judged(data: bytes, label: Label, track: int, count: int) -> Verification:
    """One of the ``count`` moving pictures in the file: nobody knows which one a player shows."""
    assert label.text is not None
    notes = [_("{n} moving pictures are in this file, and players show one of them").format(n=count)]
    notes = notes if count > 1 else []
    found = seen(data, label.text, track)
    if found is None and not track and (words := _former(data, label)):
        return judge(Reading(NAME, (Run(words),)), label)
    if found is None:
        look = _("a film has no text to be read: only our own card is recognised; look at it yourself")
        kinds = ("wording", "visible", *(item.kind for item in label.requirements))
        return judge(Reading(NAME, (), unknown=dict.fromkeys(kinds, look), notes=tuple(notes)), label)
    card, size = found.card, found.card.picture.size
    wide, high = card.drawn.picture.size
    screen = Screen(
        seconds=found.lasts,
        share=wide * high / (size[0] * size[1]),
        away=(
            abs(card.left + wide / 2 - size[0] / 2) / size[0],
            abs(card.top + high / 2 - size[1] / 2) / size[1],
        ),
        begins=found.begins,
    )
    runs = [Run(_("moving picture") + "\n", at=(0.0,))] if found.begins > _LATE else []
    place = _("from second {begin} to {end}").format(
        begin=f"{found.begins:.1f}", end=f"{found.begins + found.lasts:.1f}"
    )
    runs.append(
        Run(
            label.text,
            at=(1.0,),
            block=1,
            place=place,
            size=float(card.drawn.size),
            contrast=found.contrast,
            hidden="tiny" if card.drawn.size < LEAST_PX else "",
            box=(float(card.left), float(card.top), float(card.left + wide), float(card.top + high)),
        )
    )
    unknown = {
        "font_ratio": _("the text in a film has no size that could be measured"),
        "repeat": _(
            "where a film is interrupted is not known here: look whether the label stands after each break"
        ),
    }
    reading = Reading(NAME, tuple(runs), unit="px", unknown=unknown, notes=tuple(notes), screen=screen)
    return judge(reading, label)


@dataclass(frozen=True, slots=True)
class Standing:
    """The card, the second at which it begins, how long it is whole without a gap, and the least contrast then."""

    card: Card
    begins: float
    lasts: float
    contrast: float


def seen(data: bytes, text: str, track: int = 0) -> Standing | None:
    """Our card as it is first seen whole; one that stays pale all the time, where there is no better one."""
    card: Card | None = None
    pale: Standing | None = None
    begins = ends = looked = tried = lasts = 0.0
    contrast, before, over = 21.0, b"", False
    for frame in _film.frames(_film.opened(data), _LOOKED_AT, track=track):
        if card is None:
            if not light(frame.picture):
                continue
            elsewhere = frame.at >= tried
            tried = frame.at + 4 * _STEP if elsewhere else tried
            known = recognised(frame.picture, text, elsewhere=elsewhere)
            if known is None:
                continue
            contrast = legible(frame.picture, known)
            if contrast < CONTRAST:
                pale = pale or Standing(known, frame.at, frame.lasts, contrast)
                continue
            card, begins, ends, looked, lasts = known, frame.at, frame.at, frame.at, frame.lasts
            continue
        ends = frame.at  # the frame before it was shown until now
        closely = frame.at - looked >= _STEP
        now = frame.picture.tobytes() if closely else b""
        same = closely and now == before  # of a card that stands still nothing is encoded anew
        if not same and not shows(frame.picture, card, closely=closely):
            over = True
            break
        before = now or before
        looked = frame.at if closely else looked
        lasts = frame.lasts
    if card is None:
        return pale
    return Standing(card, begins, ends - begins + (0.0 if over else lasts), contrast)


def _former(data: bytes, label: Label) -> str:
    """An earlier wording of which a card of ours stands at the start; empty where none does."""
    first = next(_film.frames(_film.opened(data), _LATE), None)
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
    return _film_write.Writer(data, _form(data), label.text, seconds(label), layout).written()


def seconds(label: Label) -> float:
    """How long a card of ours is shown."""
    wanted = label.requirement("seconds")
    return (float(wanted.value) if wanted else _USUAL_SECONDS) + _SPARE_SECONDS


def anonymous(data: bytes) -> Stamped:
    """Every packet as it is in a container without tags (names, programs, places, times). `InputError` where the
    film cannot be written anew, or would be shown otherwise."""
    ready()
    kinds = _film_write.tags(_film.opened(data))
    if not kinds:
        return Stamped(data)
    made, notes = _film_write.repacked(data, _form(data))
    with _film.opened(data) as one, _film.opened(made) as two:
        first, second = ([_film.turned(frame) for frame in _film.decoded(film, _LATE)] for film in (one, two))
    if first != second:
        raise _film_write.unwritable()
    return Stamped(made, (_("taken out: {what}").format(what=", ".join(kinds)), *notes))


def _form(data: bytes) -> str:
    """The name of the container, as the library knows it."""
    return {".webm": "webm", ".mkv": "matroska", ".mov": "mov"}.get(endings(data)[0], "mp4")


def picture(data: bytes, found: Verification) -> bytes:
    """The frame in which the label is first seen whole, with the label framed, as PNG; without a label the first."""
    ready()
    standing = seen(data, found.detection.text) if found.detection else None
    frames = _film.frames(_film.opened(data), _LOOKED_AT)
    frame = next((each for each in frames if standing is None or each.at >= standing.begins), None)
    if frame is None:
        raise _film.damaged()
    scale = min(1.0, _picture.WIDEST / max(frame.picture.size))
    size = (max(1, round(frame.picture.width * scale)), max(1, round(frame.picture.height * scale)))
    return _picture.framed(frame.picture.resize(size), scale, found)
