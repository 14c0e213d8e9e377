"""What a criterion found, as machine values; worded where it is shown, in the language of that moment.

A verdict on a placement is kept for years and read by people of two languages: what is stored is a
``reason`` and its values, never a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from compliance.i18n import N_, _, language
from compliance.labels import wording
from compliance.labels.model import Requirement, Verification

_KINDS = {
    "wording": N_("wording"),
    "visible": N_("visibility"),
    "position": N_("place"),
    "font_ratio": N_("size of the letters"),
    "contrast": N_("contrast"),
    "overlay": N_("ground"),
    "screen_position": N_("place on the screen"),
    "screen_share": N_("share of the screen"),
    "seconds": N_("time on the screen"),
    "repeat": N_("repetition"),
    "spoken": N_("speech"),
}

_REASONS = {
    "no_wording": N_("no source gives the exact words; what must be said: {elements}"),
    "no_label": N_("there is no label"),
    "former": N_("an earlier wording stands here, no longer in force: {difference}"),
    "altered": N_("the words are not the prescribed ones: {difference}"),
    "exact": N_("the words are the prescribed ones"),
    "seen": N_("the label can be seen"),
    "accompanies": N_("the label stands with the text"),
    "first": N_("nothing stands before the label"),
    "under_heading": N_("only “{heading}” stands before the label; it was taken for the heading"),
    "at_end": N_("the label stands at the end, after “…{before}”; it must stand at the start"),
    "late": N_("the label begins at second {measured}; it must stand at the start"),
    "text_before": N_("before the label stands other text, up to “…{before}”; it must stand at the start"),
    "no_size": N_("the size of the label's letters cannot be told from the file"),
    "no_text": N_("there is no text whose size could be compared with the label's"),
    "size": N_("Label {label} {unit}, text {text} {unit}, needs at least {least} {unit}"),
    "no_colours": N_("the colours of the label cannot be measured here"),
    "contrast": N_("Contrast {measured}:1, needs at least {least}:1 (our measure; laws give no number)"),
    "overlaid": N_("the label is laid over something else: {what}"),
    "even": N_("the label is laid over nothing"),
    "lasts": N_("the label is shown whole for {measured} s, needs at least {least} s"),
    "share": N_("the label takes {measured} % of the screen, needs at least {least} %"),
    "centred": N_("the label stands in the middle of the screen"),
    "off_centre": N_("the label does not stand in the middle of the screen"),
    "recording": N_(
        "the recording of the label is heard here; words are not recognised: listen whether they are the prescribed ones"
    ),
    "heard": N_(
        "the recording is heard whole and clear, at its own speed: label {label} LUFS, material {text} LUFS (our measures; laws"
        " give no numbers)"
    ),
    "hurried": N_(
        "{measured} letters are said in a second; our measure is at most {least}, laws give no number"
    ),
    "speed": N_(
        "the recording is played at {measured} times its own speed; our measure is {least} % more or less, laws give no"
        " number"
    ),
    "changed": N_(
        "at second {measured} something else is heard than the recording: cut off, changed or drowned"
    ),
    "not_clear": N_(
        "other sound lies over the label, only {measured} dB quieter; our measure is {least} (WCAG 2.2, 1.4.7), laws give no"
        " number"
    ),
    "one_sided": N_(
        "the label is {measured} dB quieter, or gone, in one channel or where both come from one loudspeaker, as on a"
        " telephone; our measure is at most {least}, laws give no number"
    ),
    "quiet": N_(
        "the label is too quiet: {measured} LUFS, needs at least {least} LUFS (our measure: not quieter than the material)"
    ),
    "unmeasured": N_("“{kind}” cannot be measured in a file of this kind"),
    "unmeasured_file": N_("files of this kind are not measured"),
}

_HIDDEN = {
    "crop": N_("the label is cut off by the edge of the page"),
    "layer": N_("the label is in the file but is not drawn: hidden layer, invisible or clipped text"),
    "colour": N_("the label has the colour of what is behind it"),
    "covered": N_("something is laid over the label"),
    "tiny": N_("the label is too small to be seen"),
    "display": N_("the label is in the file but is not displayed"),
    "mirrored": N_("the label is mirrored"),
    "brief": N_("the label stands too briefly to be read"),
    "struck": N_("the label is struck through"),
    "blank": N_("the label is set in a font that draws nothing for its letters"),
}

_WHERE = {
    "start": N_("at the start, before everything else"),
    "under_heading": N_("right under the heading"),
    "introduces": N_("before what it is about"),
    "accompanies": N_("together with the material"),
    "end_of_label": N_("at the end of the label"),
    "centre": N_("in the middle of the screen"),
    "top": N_("at the top of the screen"),
    "bottom": N_("at the bottom of the screen"),
}


_MEDIA = {
    "text": N_("text"),
    "post": N_("post"),
    "letter": N_("letter"),
    "image": N_("picture"),
    "video": N_("video"),
    "audio": N_("sound"),
}


def medium_word(medium: str) -> str:
    """A medium of the rules as people say it."""
    return _(_MEDIA[medium]) if medium in _MEDIA else medium


def kind_word(kind: str) -> str:
    """``font_ratio`` as people say it."""
    return _(_KINDS[kind]) if kind in _KINDS else kind


_FIGURES = ("measured", "least", "label", "text")


def worded(reason: str, values: Mapping[str, str]) -> str:
    """The sentence for a reason and its values, in the interface language."""
    if reason == "hidden":
        return "; ".join(_(_HIDDEN[word]) for word in values["by"].split())
    said = dict(values)
    if "prescribed" in values:
        said["difference"] = wording.difference(values["prescribed"], values["found"])
    if "kind" in values:
        kind, _sep, value = values["kind"].partition(": ")
        said["kind"] = kind_word(kind) + (f": {_word(value)}" if value else "")
    what = values.get("what")
    if what is not None:
        said["what"] = _(what)
    if language() == "ru":  # figures as people write them there: 4,5
        said |= {name: said[name].replace(".", ",") for name in _FIGURES if name in said}
    return _(_REASONS[reason]).format(**said)


def _word(value: str) -> str:
    return _(_WHERE[value]) if value in _WHERE else value


def asked(requirement: Requirement) -> str:
    """One requirement of a rule in words: ``letters at least 2 times as large as the text``."""
    value = str(requirement.value)
    templates = {
        "font_ratio": _("letters at least {value} times as large as those of the text"),
        "contrast": _("in a colour that contrasts with the ground"),
        "overlay": _("not laid over text or pictures"),
        "seconds": _("shown for at least {value} seconds"),
        "screen_share": _("at least {value} of the screen"),
        "repeat": _("shown again after each break"),
        "spoken": _("spoken clearly"),
    }
    if requirement.kind == "screen_share" and isinstance(requirement.value, float):
        value = f"{100 * requirement.value:g}\N{NO-BREAK SPACE}%"
    elif isinstance(requirement.value, float):
        value = f"{requirement.value:g}"
    if requirement.kind in ("position", "screen_position"):
        return _word(value)
    template = templates.get(requirement.kind, "{kind}: {value}")
    return template.format(value=value, kind=kind_word(requirement.kind))


def stored(verification: Verification) -> str | None:
    """What the worst criteria found, as JSON for the books; ``None`` where all are met."""
    worst = [item for item in verification.criteria if item.verdict == verification.verdict != "met"]
    rows = [
        {"kind": item.kind, "verdict": item.verdict, "reason": item.reason, "values": dict(item.values)}
        for item in worst
    ]
    return json.dumps(rows, ensure_ascii=False, sort_keys=True) if rows else None


def not_measured() -> str:
    """The same for a file that no medium of ours reads."""
    row = {"kind": "file", "verdict": "not_measurable", "reason": "unmeasured_file", "values": {}}
    return json.dumps([row], sort_keys=True)


def told(detail: str | None) -> str:
    """What ``stored`` kept, in words; a sentence of an older version is shown as it is."""
    if not detail or not detail.startswith("["):
        return detail or ""
    try:
        return "; ".join(_told(row) for row in json.loads(detail))
    except (ValueError, KeyError, TypeError, AttributeError):
        return detail


def _told(row: Mapping[str, object]) -> str:
    reason, values = str(row["reason"]), row["values"]
    if reason and isinstance(values, dict):
        return worded(reason, values)
    return _("{kind}: cannot be measured").format(kind=kind_word(str(row["kind"])))
