"""Subtitles (.srt, .vtt): a cue of its own before all others, long enough to be read.

The reader parses the times and the marks of each cue; the writer only puts a block before the first.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.labels import text
from compliance.labels.judge import judge
from compliance.labels.model import Label, Stamped, Verification
from compliance.labels.reading import Hidden, Reading, Run

NAME = "subtitles"
SUFFIXES = (".srt", ".vtt")
MEDIA = ("text", "post")
CAP = 8 * MiB

READ_PER_SECOND = 21  # characters: usual in subtitling; our measure, no law's
_TIME = r"((?:\d+:)?\d{1,2}:\d\d[.,]\d{3})"
_ARROW = re.compile(rf"^[ \t]*{_TIME}[ \t]+-->[ \t]+{_TIME}([^\r\n]*)", re.M)
_MARK = re.compile(r"<[^>]*>|\{\\[^}]*\}")
_DRESSED = re.compile(r"<font\b|<[a-z]+\.|\{\\(?!(?:an?\d+|[bius][01]?)\})", re.IGNORECASE)
"""Marks by which players change more than bold, italic and the edge of the screen; in WebVTT classes such as black."""
_STYLE = re.compile(r"::cue\b")
_HEAD = re.compile(
    r"WEBVTT(?:[ \t][^\r\n]*)?(?:(?>\r\n|\r|\n)[^\r\n]+)*(?>\r\n|\r|\n|\Z)(?:(?>\r\n|\r|\n)+|\Z)"
)


def recognises(data: bytes) -> bool:
    return text.recognises(data)


def seconds_needed(words: str) -> float:
    """How long such a text must stand to be read, in seconds."""
    return float(math.ceil(len(words) / READ_PER_SECOND))


def _stands(label: Label) -> float:
    assert label.text is not None
    wanted = label.requirement("seconds")
    least = float(wanted.value) if wanted and isinstance(wanted.value, int | float) else 0.0
    return max(least, seconds_needed(label.text))


def stamp(data: bytes, label: Label) -> Stamped:
    """A cue from the first moment on. It stands over the first cues where they begin at once: that is said."""
    assert label.text is not None
    source = text.decode(data)
    end, words, stands = source.newline, source.text, _stands(label)
    cues = _cues(words)
    web = words.startswith("WEBVTT")
    point = "." if web else ","
    until = f"{int(stands) // 3600:02}:{int(stands) // 60 % 60:02}:{int(stands) % 60:02}{point}000"
    line = f"{label.text.replace('&', '&amp;').replace('<', '&lt;') if web else label.text}{end}{end}"
    block = f"{'' if web else '0' + end}00:00:00{point}000 --> {until}{end}{line}"
    at = 0
    if web:
        head = _HEAD.match(words)
        at = head.end() if head else len(words)
        if at and not words[:at].endswith(end * 2):
            block = (end if words[:at].endswith(("\n", "\r")) else end * 2) + block
    notes = [_("the label stands in a cue of its own for {n} seconds").format(n=f"{stands:g}")]
    if cues and cues[0].begins < stands:
        notes.append(_("the first words are spoken while it stands: look whether both can be read"))
    return Stamped(source.encode(words[:at] + block + words[at:]), tuple(notes))


def remove(data: bytes, label: Label) -> Stamped | None:
    """Without the cue that `stamp` put in: the same bytes as before; ``None`` where there is none.

    A file that had no cue at all may keep an empty line.
    """
    source = text.decode(data)
    words, end = source.text, source.newline
    for wanted in dict.fromkeys((*([label.text] if label.text else []), *label.former)):
        shown = (wanted, wanted.replace("&", "&amp;").replace("<", "&lt;"))
        for found in _ARROW.finditer(words):
            line = words[found.end() :].removeprefix(end)
            own = next((item for item in shown if line.startswith(item + end)), None)
            if own is None:
                continue
            begin = found.start()
            if words[:begin].endswith("0" + end) and not words.startswith("WEBVTT"):
                begin -= len("0" + end)
            stop = found.end() + len(end) + len(own) + 2 * len(end)
            for before in range(begin, max(-1, begin - 2 * len(end) - 1), -len(end)):
                bare = source.encode(words[:before] + words[stop:])
                if stamp(bare, replace(label, text=wanted)).data == data:
                    return Stamped(bare)
            return Stamped(source.encode(words[:begin] + words[stop:]))
    return None


@dataclass(frozen=True, slots=True)
class _Cue:
    begins: float
    stops: float
    text: str
    aside: bool  # its settings move it out of the picture


def _cues(words: str) -> list[_Cue]:
    found = list(_ARROW.finditer(words))
    cues = []
    for number, item in enumerate(found):
        stop = found[number + 1].start() if number + 1 < len(found) else len(words)
        lines = re.split(r"\r\n|\r|\n", words[item.end() : stop])[1:]
        shown: list[str] = []
        for line in lines:
            if not line.strip():
                break
            shown.append(line)
        settings = dict(re.findall(r"(\w+):(\S+)", item[3]))
        size = re.match(r"([\d.]+)%", settings.get("size", ""))
        place = re.match(r"(-?[\d.]+)%", settings.get("line", ""))
        aside = bool(size and float(size[1]) < 20) or bool(place and not 0 <= float(place[1]) <= 100)
        cues.append(_Cue(_seconds(item[1]), _seconds(item[2]), "\n".join(shown), aside))
    return cues


def _seconds(stamp_text: str) -> float:
    parts = stamp_text.replace(",", ".").split(":")
    found = 0.0
    for part in parts:
        found = 60 * found + float(part)
    return found


def detect(data: bytes, label: Label) -> Verification:
    """Words, moment and time of the label; its size and colours belong to the program that shows it."""
    source = text.decode(data).text
    if source.strip() and "-->" not in source:
        raise InputError(
            _("these are no subtitles: no line says from when to when"),
            remedy=_("Save them as SRT or WebVTT."),
        )
    runs = []
    dressed = source.startswith("WEBVTT") and _STYLE.search(source) is not None
    marks = _("marks in the file decide how the label is shown (colour, size, place): look at it in a player")
    for number, cue in enumerate(sorted(_cues(source), key=lambda item: item.begins)):
        shown = _MARK.sub("", cue.text)
        if source.startswith("WEBVTT"):
            shown = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\N{NO-BREAK SPACE}")
            shown = shown.replace("&amp;", "&")
        brief = cue.stops - cue.begins < seconds_needed(shown) - 0.001
        place = _("second {number}").format(number=f"{cue.begins:g}")
        hidden: Hidden = "crop" if cue.aside else "display" if cue.stops <= cue.begins else ""
        own = _about(shown, label)
        doubt = own and (_DRESSED.search(cue.text) is not None or dressed)
        runs.append(
            Run(f"{shown}\n", at=(cue.begins, float(number)), block=number, place=place,
                hidden=hidden if hidden or not own else "brief" if brief else "", doubt=marks if doubt else "")
        )  # fmt: skip
    player = _("the program that shows the subtitles chooses their size and colours: look at it")
    return judge(
        Reading(
            NAME,
            tuple(runs),
            by_lines=True,
            unknown={"font_ratio": player, "contrast": player, "overlay": player},
        ),
        label,
    )


def _about(shown: str, label: Label) -> bool:
    """Whether this cue is the label: ordinary speech may be as quick as it likes."""
    return label.text is not None and shown.split()[:3] == label.text.split()[:3]
