"""What every answer to a hostile input must be, whatever the input: used by the tests named test_hostile_*."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from workbench import Bench, Result

ROOT = Path(__file__).parent.parent
SECONDS = 30
CODES = {0, 1, 2, 3, 4, 5}
"""All of DESIGN but 70, our own bug, and 130, Ctrl-C."""
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What a terminal obeys, or a reader does not see; line ends and tabs are neither."""
LONG = "д" * 40_000
TEXTS = {
    "picture": '<img src="file:///etc/passwd">',
    "template": "{{7*7}} {% include '/etc/passwd' %} ${7*7}",
    "format": "{0} {name} %s %(x)s",
    "formula": '=HYPERLINK("http://example.org","x")',
    "command": "@cmd|' /C calc'!A0",
    "plus": "+1-1",
    "long": LONG,
    "escape": "a\x1b[31mb\x1b]0;title\x07c",
    "c1": "a\x9b31mb",
    "bidi": "a\u202egnp.exe",
    "zero width": "a\u200bb\u2060c\ufeffd",
    "zero byte": "a\x00b",
    "lines": "a\nb\r\nc",
    "journal": "x ; y | z\n2025-01-01 stolen\n  a  1 RUB",
}


def harmless(result: Result) -> str:
    """No bug of ours, no traceback, nothing that a terminal obeys; returns what was said."""
    said = result.out.removeprefix("\ufeff") + result.err
    assert result.code in CODES, said[-300:]
    assert "Traceback" not in said
    assert "mistake of the program" not in said
    assert not OBEYED.search(result.err), ascii(result.err[-300:])
    return result.err


def worked() -> float:
    """Processor seconds of this process and of its children that ended: whoever else is busy does not count."""
    return sum(os.times()[:4])


def call(bench: Bench, *words: str) -> Result:
    """In bounded time and harmless, whatever comes of it; a refusal leaves both stores as they were."""
    stores = [path for path in (bench.ledger, bench.folder / "vault.sqlite") if os.path.isfile(path)]  # noqa: PTH113 - names too long are asked about
    before = [path.read_bytes() for path in stores]
    started = worked()
    result = bench.call(*words)
    assert worked() - started < SECONDS, words
    harmless(result)
    if result.code:
        assert [path.read_bytes() for path in stores] == before, words
    return result


def refused(bench: Bench, code: int, *words: str, said: str = "") -> str:
    """Exit ``code`` and words to act on; nothing changed."""
    result = call(bench, *words)
    assert result.code == code, (words, result.code, result.err[-300:])
    assert said in result.err, (words, result.err)
    return result.err


def outside(folder: Path, *words: str | bytes, **environ: str) -> subprocess.CompletedProcess[str]:
    """The program as the system starts it: raw bytes as arguments, real streams."""
    done = subprocess.run(
        [sys.executable, "-m", "compliance.cli", *words],
        cwd=folder, capture_output=True, encoding="utf-8", errors="strict", check=False,
        stdin=subprocess.DEVNULL, timeout=6 * SECONDS,
        env={**os.environ, "COMPLIANCE_LANG": "en", "PYTHONPATH": str(ROOT), **environ},
    )  # fmt: skip
    harmless(Result(done.returncode, done.stdout, done.stderr))
    return done
