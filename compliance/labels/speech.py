"""The words of a label spoken by a program of this computer (espeak-ng): the same words give the same sound."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import wave

from compliance.errors import InputError, SetupError
from compliance.i18n import _

PROGRAM = "espeak-ng"
_WORDS_A_MINUTE = "150"
_SECONDS = 60
_VOICE = re.compile(
    "[a-z]{2,3}(-[a-z0-9]{2,8})?"
)  # the program takes what it does not know for something near
_HEADER = 44  # bytes of its WAV, whose lengths are not filled in


def spoken(text: str, language: str) -> bytes:
    """``text`` as a WAV file. ``language``: a voice of the program, such as ``ru``.

    `SetupError` without the program, `InputError` where it has no such voice or does not answer in time.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise SetupError(
            _("the speech program {name} is not installed").format(name=PROGRAM),
            remedy=_("Install it, or read the words aloud into a file: --spoken FILE"),
        )
    refused = InputError(
        _("the speech program does not speak “{language}”").format(language=language),
        remedy=_("What it speaks: {command}").format(command=f"{PROGRAM} --voices"),
    )
    if not _VOICE.fullmatch(language):
        raise refused
    try:
        done = subprocess.run(
            [program, "-v", language, "-s", _WORDS_A_MINUTE, "-b", "1", "--stdin", "--stdout"],
            input=text.encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        raise refused from None
    if done.returncode or done.stdout[:4] != b"RIFF" or len(done.stdout) <= _HEADER:
        raise refused
    return _whole(done.stdout)


def _whole(data: bytes) -> bytes:
    """The same with its lengths filled in."""
    out = io.BytesIO()
    with wave.open(io.BytesIO(data)) as given, wave.open(out, "wb") as made:
        made.setnchannels(given.getnchannels())
        made.setsampwidth(given.getsampwidth())
        made.setframerate(given.getframerate())
        made.writeframes(data[_HEADER:])
    return out.getvalue()
