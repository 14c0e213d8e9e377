"""Reading files made by others in a process of its own, with little memory, little time and no disk.

A hostile PDF can make any renderer run for hours or ask for all memory, a hostile workbook its reader;
here it is the child that dies, and the file is refused. What comes back is unpickled with plain values
and the classes that the caller names, nothing else.
"""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Collection
from importlib import import_module
from typing import Any

from compliance import errors, i18n
from compliance.i18n import _

MEMORY_BYTES = 1536 * 1024 * 1024  # address space, libraries included
_GRACE_SECONDS = 50


def run(
    target: str,
    *arguments: Any,
    seconds: int,
    classes: Collection[tuple[str, str]] = (),
    prepare: str = "",
) -> Any:
    """``module:function`` called with ``arguments`` in a limited child; ``seconds`` of processor time.

    ``prepare`` is one called before the limits are set, for what must be written or loaded first.
    ``classes`` are (module, name) of what may come back. Raises what is raised there, and
    ``InputError`` when the child dies.
    """
    call = pickle.dumps((i18n.active(), target, prepare, seconds, arguments))
    keep = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "HOME", "LANG", "LD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in keep if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(item for item in sys.path if item)
    try:
        done = subprocess.run(
            [sys.executable, "-c", f"from {__name__} import main; main()"],
            input=call,
            capture_output=True,
            timeout=seconds + _GRACE_SECONDS,
            env=environment,
            check=False,
        )
        kind, value = _Reader(io.BytesIO(done.stdout), classes).load()
    except (subprocess.TimeoutExpired, pickle.UnpicklingError, EOFError, ValueError, TypeError):
        raise errors.InputError(
            _("this file takes too long to read, or too much memory"),
            why=_("It may be damaged or hostile."),
            remedy=_("Open it in a viewer and save it again, or make it anew."),
        ) from None
    if kind == "done":
        return value
    if kind == "bug":
        raise RuntimeError(value)
    name, what, place, why, remedy = value
    raise getattr(errors, name)(what, place=place, why=why, remedy=remedy)


class _Reader(pickle.Unpickler):
    """Nothing but plain values and the classes that were named."""

    def __init__(self, stream: io.BytesIO, classes: Collection[tuple[str, str]]) -> None:
        super().__init__(stream)
        self._classes = classes

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in self._classes:
            return getattr(import_module(module), name)
        raise pickle.UnpicklingError(f"{module}.{name}")


def main() -> None:
    """The child: one call from standard input, one answer to standard output."""
    language, target, prepare, seconds, arguments = pickle.loads(sys.stdin.buffer.read())
    i18n.activate(language)
    function = _named(target)
    try:
        if prepare:
            _named(prepare)()
        _limit(seconds)
        answer: tuple[str, Any] = ("done", function(*arguments))
    except errors.ComplianceError as error:
        parts = (error.what, error.place, error.why, error.remedy)
        answer = ("error", (type(error).__name__, *parts))
    except (MemoryError, RecursionError):
        return
    except Exception:  # ours: the parent raises it again, so that it is not blamed on the file
        answer = ("bug", traceback.format_exc())
    sys.stdout.buffer.write(pickle.dumps(answer))


def _named(target: str) -> Any:
    module, _colon, name = target.partition(":")
    return getattr(import_module(module), name)


def _limit(seconds: int) -> None:
    """Where the system has such limits (not on Windows, where only the time is limited)."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (most, most))
        except (OSError, ValueError):  # a system that refuses one of them still has the others
            continue
