"""One thing that is wrong about the organisation's affairs: a value, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Confidence = Literal["sourced", "secondary", "memory", "uncertain"]
Severity = Literal["refusal", "error", "warning", "note"]

CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


def weakest(marks: list[Confidence]) -> Confidence:
    """The weakest of ``marks``; an empty list is ``sourced`` (nothing doubtful was used)."""
    return max(marks, key=CONFIDENCES.index, default="sourced")


@dataclass(frozen=True, slots=True)
class Finding:
    """``code`` names the check's verdict (``fund.mixed``), ``subject`` the thing (``fund:f3b``).

    ``refusal`` blocks approving and filing; ``error`` is wrong and must be mended or decided;
    ``warning`` may be right; ``note`` informs. ``message`` and ``remedy`` are translated text for
    people, ``remedy`` with the command to type where there is one. ``source`` cites the rule,
    ``confidence`` is how sure we are of *the rule*, not of the arithmetic. ``period`` is a period
    label (``2025-Q4``) where the finding belongs to one filing period. ``value`` is the digest of the
    text it is about, where a decision may be about that very text only: another text, another decision.
    """

    code: str
    severity: Severity
    subject: str
    message: str
    remedy: str = ""
    source: str = ""
    confidence: Confidence = "sourced"
    period: str = ""
    value: str = ""

    @property
    def id(self) -> str:
        """What a decision is recorded against; stable while the same thing is wrong."""
        parts = (self.code, self.subject, self.period)
        return ":".join(part for part in parts if part)
