"""MP3, Ogg (Vorbis, Opus), WAV, FLAC and M4A: the label, spoken, before the material.

No words are recognised in sound. The label is a recording, the organisation's own or that of a speech program;
it is found again by laying the recording over what is heard, and held against it second by second: whole, as fast
as it was recorded, not quieter than the material, nothing over it. Without the recording nothing can be measured.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from compliance.errors import InputError, Refused
from compliance.files import MiB
from compliance.i18n import _
from compliance.labels import _author_sound, _heard, _picture, _sound
from compliance.labels._recording import Joined, Recording, id3_length, letters, recording_of
from compliance.labels._sound import HOP, RATE, SILENCE, loudness, opened, ready
from compliance.labels.judge import PACE, judge
from compliance.labels.model import Label, Stamped, Verification
from compliance.labels.reading import Heard, Reading, Run

if TYPE_CHECKING:
    from compliance.labels._sound import Bands, Wave

NAME = "audio"
SUFFIXES = (".mp3", ".ogg", ".oga", ".opus", ".wav", ".flac", ".m4a", ".m4b")
MEDIA = ("audio", "post")
CAP = 256 * MiB
ISOLATED = 3_600
PREPARE = "compliance.labels.audio:ready"
SPOKEN = True

_LOOKED_AT = 60.0  # seconds from the start in which a label is looked for, beside its own length
_LATE = 2.0  # a label after so much silence does not stand at the start
_HEARD_BEFORE = 1e-3  # of the label's energy: what is quieter is no sound before it
_LOUDER = 0.5  # LUFS above the material, so that it is not quieter after a channel packed it
_LEAST = -30.0  # LUFS: a label before nearly silent material is made so loud
_TRIES = 5
_STEP = 0.5  # dB
_GONE = 60.0  # dB: what is quieter by that is not there
_UNUSED = 30.0  # dB: a channel so much quieter says nothing of the material
_ALIKE = 1e-3  # of the energy: channels that differ by less say the same
_MUCH = 12.0  # dB: a recording made louder by more may be distorted
_WIDE, _HIGH = 1200, 300  # pixels of the picture


anonymous = _author_sound.anonymous


def recognises(data: bytes) -> bool:
    return bool(endings(data))


def endings(data: bytes) -> tuple[str, ...]:
    """The endings that such content rightly has; none for what is no sound."""
    if data[:4] == b"OggS":
        return (".opus", ".ogg", ".oga") if b"OpusHead" in data[:80] else (".ogg", ".oga")
    if data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE":
        return (".wav",)
    if data[4:8] == b"ftyp":
        return (".m4a", ".m4b")
    start = data[id3_length(data) :]
    if start[:4] == b"fLaC":
        return (".flac",)
    mpeg = len(start) > 1 and start[0] == 0xFF and start[1] & 0xE6 in (0xE2, 0xE4, 0xE6)
    return (".mp3",) if mpeg or data[:3] == b"ID3" else ()


def detect(data: bytes, label: Label) -> Verification:
    """The recording of the label: where it is heard, whole, how fast, how loud, and what is over it."""
    ready()
    sound = opened(data)
    if label.text is None:
        return judge(Reading(NAME, ()), label)
    if not label.spoken:
        look = _(
            "words are not recognised in sound: listen to it. With a recording of the spoken label it is measured:"
            " --spoken FILE"
        )
        kinds = ("wording", "visible", *(item.kind for item in label.requirements))
        return judge(Reading(NAME, (), unknown=dict.fromkeys(kinds, look)), label)
    recording = recording_of(label.spoken)
    planes = _sound.channels(sound, _LOOKED_AT + recording.seconds)
    wave = max(planes, key=_sound.mean)
    said = _sound.bands(recording.wave)
    place = _heard.found(said, _sound.bands(wave))
    if place is None:
        note = _("looked for the recording of the label in the first {n} seconds").format(n=f"{_LOOKED_AT:g}")
        return judge(Reading(NAME, (), notes=(note,)), label)
    begins, ends = place.begins * HOP / RATE, place.ends * HOP / RATE
    own, rest = loudness(opened(data), begins, ends), loudness(opened(data), ends + 0.3)
    mixed = _mixed(said, planes, wave, place)
    heard = Heard(
        speed=place.speed,
        alike=min(place.worst, mixed.worst),
        alike_at=begins + (mixed.worst_at if mixed.worst < place.worst else place.worst_at),
        loudness=own,
        material=rest,
        clear=min(place.clear, mixed.clear),
        pace=letters(label.text) / recording.seconds,
        lost=_lost(planes, wave, place),
        begins=begins,
    )
    where = _("from second {begin} to {end}").format(begin=f"{begins:.1f}", end=f"{ends:.1f}")
    runs = [Run(_("sound") + "\n", at=(0.0,))] if _something_before(wave, place) else []
    box = (begins, 0.0, ends, 1.0)
    runs.append(Run(label.text, at=(1.0,), block=1, place=where, box=box))
    if rest > SILENCE:
        runs.append(Run("\n" + _("sound"), at=(2.0,), block=2))
    return judge(Reading(NAME, tuple(runs), unit="s", heard=heard), label)


def _mixed(said: Bands, planes: list[Wave], wave: Wave, place: _heard.Place) -> _heard.Place:
    """The label as all channels together let it be heard; what one of them says over it is heard too."""
    mix = _sound.mixed(planes)
    here = slice(place.begins * HOP, place.ends * HOP)
    scale = _level(mix, wave, here)
    if scale <= -_GONE or _sound.mean(mix[here] * 10 ** (-scale / 20) - wave[here]) < _ALIKE * _sound.mean(
        wave[here]
    ):
        return place  # there is nothing, or nothing else
    return _heard.again(said, _sound.bands(mix), place) or replace(place, worst=0.0)


def _lost(planes: list[Wave], wave: Wave, place: _heard.Place) -> float:
    """By how many dB the label is quieter in the worst of the channels that the material uses, or in all together."""
    here, after = slice(place.begins * HOP, place.ends * HOP), slice(place.ends * HOP, None)
    used = [plane for plane in planes if _level(plane, wave, after) > -_UNUSED] if len(planes) == 2 else []
    return max(0.0, -min(_level(each, wave, here) for each in (*used, _sound.mixed(planes))))


def _level(one: Wave, other: Wave, part: slice) -> float:
    """By how many dB the one is louder there."""
    loud, than = _sound.mean(one[part]), _sound.mean(other[part])
    return max(-_GONE, 10 * math.log10(loud / than)) if loud > 0 < than else -_GONE


def _something_before(wave: Wave, place: _heard.Place) -> bool:
    first = place.begins * HOP
    if first > _LATE * RATE:
        return True
    least = _HEARD_BEFORE * _sound.mean(wave[first : place.ends * HOP])
    return _sound.audible(wave[: max(0, first - 3 * HOP)], least) is not None


def stamp(data: bytes, label: Label) -> Stamped:
    """The recording, at least as loud as the material, a pause, and the material."""
    import av

    assert label.text is not None
    ready()
    joined = Joined(data, _asked(label))
    try:
        made, gain, anew = _made(joined)
    except (av.FFmpegError, ValueError, TypeError):
        raise InputError(
            _("this sound cannot be written anew with a label"),
            remedy=_("Export it as MP3 or WAV, then label that."),
        ) from None
    if gain > _MUCH and not detect(made, label).ok:
        raise Refused(
            _("the material is so loud ({n} LUFS) that a spoken label as loud is distorted").format(
                n=f"{loudness(opened(data)):.1f}"
            ),
            why=_("Quieter than the material it would not be right; so nothing was written."),
            remedy=_(
                "Export the material quieter, or record the label louder, closer to the microphone; then repeat."
            ),
        )
    notes = [
        _("the spoken label stands before the material, {n} seconds long: listen to it").format(
            n=f"{joined.recording.seconds:.1f}"
        )
    ]
    if gain:
        notes.append(
            _("its recording was made {n} dB louder, so that it is not quieter than the material").format(
                n=f"{gain:.1f}"
            )
        )
    codec = joined.source.streams.audio[0].codec_context.codec.canonical_name
    if not anew:
        notes.append(_("the sound of the material is as it was, not encoded anew"))
    elif joined.to.codec in ("flac", "alac") and codec == joined.to.codec:
        notes.append(_("the sound was written anew without loss"))
    else:
        notes.append(_("the sound was encoded anew ({codec})").format(codec=joined.to.codec))
    return Stamped(made, tuple(notes))


def _asked(label: Label) -> Recording:
    """The recording; `InputError` without one, or where the words cannot have been said in its time."""
    if not label.spoken:
        raise InputError(
            _("there is no recording of the spoken label"),
            remedy=_("Read the words aloud into a file, then: --spoken FILE"),
        )
    recording = recording_of(label.spoken)
    if (pace := letters(label.text or "") / recording.seconds) > PACE:
        raise InputError(
            _("the recording is too short for the words of the label"),
            why=_("{n} letters a second; our measure is at most {most}, laws give no number").format(
                n=f"{pace:.0f}", most=f"{PACE:g}"
            ),
            remedy=_("Record the words of the label whole, and slower."),
        )
    return recording


def _made(joined: Joined) -> tuple[bytes, float, bool]:
    """The file, by how many dB the recording was made louder, and whether the material was encoded anew."""
    gain = 0.0
    wanted = max(loudness(opened(joined.data)) + _LOUDER, _LEAST)
    label = joined.label(gain)
    for _try in range(_TRIES):
        lacks = wanted - loudness(opened(label))
        if lacks <= 0:
            break
        gain += math.ceil(lacks / _STEP) * _STEP
        label = joined.label(gain)
    return joined.written(label, gain), gain, not joined.exact(label)


def remove(data: bytes, label: Label) -> Stamped | None:
    """Without the label; only where putting it on again gives the very same bytes, so that nothing else is lost."""
    ready()
    recording = _asked(label)
    joined = Joined(data, recording)
    bare = joined.bare(joined.label(0.0))
    if bare is None:
        return None
    try:
        again = Joined(bare, recording)
        gain = _made(again)[1]
    except InputError:
        return None  # nothing is left: it was no label of ours
    for near in (
        gain,
        gain + _STEP,
        max(0.0, gain - _STEP),
    ):  # the first moment may be decoded a little otherwise now
        if again.written(again.label(near), near) == data:
            return Stamped(bare)
    return None


def picture(data: bytes, found: Verification) -> bytes:
    """The wave of the first seconds, with the label framed, as PNG."""
    from PIL import Image, ImageDraw

    ready()
    box = found.detection.box if found.detection else None
    wave = _sound.samples(opened(data), max(20.0, 1.5 * box[2] if box else 0.0))
    drawn = Image.new("RGB", (_WIDE, _HIGH), "white")
    pen = ImageDraw.Draw(drawn)
    step = max(1, len(wave) // _WIDE)
    for at in range(_WIDE):
        part = wave[at * step : (at + 1) * step]
        if len(part):
            ends = (_HIGH / 2 * (1 - part.max()), _HIGH / 2 * (1 - part.min()))
            pen.line((at, ends[0], at, ends[1]), fill=(50, 80, 120))
    scale = RATE / step
    if found.detection and box:
        whole = replace(found.detection, box=(box[0], 10 / scale, box[2], (_HIGH - 10) / scale))
        found = replace(found, detection=whole)
    return _picture.framed(drawn, scale, found)
