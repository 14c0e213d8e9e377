"""What stops a command, and with which exit code.

A finding (`compliance.findings`) is a value about the organisation; an exception here means that
we could not go on; an ``AssertionError`` is our own bug. A class exists only where its exit code
or its handling differs; the message is always place, what, why, and what to do.
"""

from __future__ import annotations


class ComplianceError(Exception):
    """The base of everything that ends a command with a message instead of a traceback.

    ``what`` is one sentence; ``place`` is ``FILE:LINE`` or the like; ``why`` and ``remedy`` are
    one sentence each. Texts are already translated. Values of persons never enter them.
    """

    exit_code = 70

    def __init__(self, what: str, *, place: str = "", why: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.place = place
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        head = f"{self.place}: {self.what}" if self.place else self.what
        return "\n".join(part for part in (head, self.why, self.remedy) if part)


class Refused(ComplianceError):
    """A rule forbids the act: frozen period, over-disclosure, missing approval. The organisation's move."""

    exit_code = 1


class UsageError(ComplianceError):
    """The command line names something that does not exist or does not fit together."""

    exit_code = 2


class InputError(ComplianceError):
    """A file or value given to us is wrong, encrypted, signed, or the output already exists."""

    exit_code = 3


class SetupError(ComplianceError):
    """No schedules.yaml or ledger, locked, wrong key or schema, missing library, full or read-only disk."""

    exit_code = 4


class BooksDamaged(ComplianceError):
    """The books or a bundle do not verify: stop, keep the file, go to the backup."""

    exit_code = 5
