"""Reading files made by others in a process of its own, with little memory, little time and no disk.

A hostile PDF can make any renderer run for hours or ask for all memory, a hostile workbook its reader;
here it is the child that dies, and the file is refused. What comes back is unpickled with plain values
and the classes that the caller names, nothing else.
"""

from __future__ import annotations

import errno
import math
import os
import pickle
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Collection
from contextlib import suppress
from importlib import import_module
from typing import IO, Any, Self

from compliance import errors, i18n
from compliance.i18n import _

MEMORY_BYTES = 1536 * 1024 * 1024  # address space, libraries included
_GRACE_SECONDS = 50
_MOST_CALLS = 500
"""Of one child: what a library lets leak does not pile up."""


def run(
    target: str,
    *arguments: Any,
    seconds: int,
    classes: Collection[tuple[str, str]] = (),
    prepare: str = "",
) -> Any:
    """One call in a child of its own; as `Child` and its `call`."""
    with Child(target, seconds=seconds, classes=classes, prepare=prepare) as child:
        return child.call(*arguments)


class Child:
    """A limited child for many calls of ``module:function``, started at the first of them.

    ``seconds`` of processor time for each call; ``prepare`` is a function called before the limits are set,
    for what must be written or loaded first; ``classes`` are (module, name) of what may come back. A child
    that a call kills is followed by a new one, so that each call ends as if it had a child of its own.
    """

    def __init__(
        self, target: str, *, seconds: int, classes: Collection[tuple[str, str]] = (), prepare: str = ""
    ) -> None:
        self._setting = (i18n.active(), target, prepare, seconds)
        self._seconds, self._classes = seconds, classes
        self._process: subprocess.Popen[bytes] | None = None
        self._calls = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what waited to be written is for nobody
                if pipe is not None:
                    pipe.close()
        process.wait()

    def call(self, *arguments: Any) -> Any:
        """What the function returns. Raises what is raised there, and ``InputError`` when the child dies."""
        data = pickle.dumps(arguments)
        answer = self._asked(data)
        if answer is None and self._calls > 1:  # perhaps the calls before it had left it too little memory
            answer = self._asked(data)
        if answer is None:
            raise errors.InputError(
                _("this file takes too long to read, or too much memory"),
                why=_("It may be damaged or hostile."),
                remedy=_("Open it in a viewer and save it again, or make it anew."),
            )
        kind, value = answer
        if kind == "done":
            return value
        if kind == "bug":
            raise RuntimeError(value)
        name, what, place, why, remedy = value
        raise getattr(errors, name)(what, place=place, why=why, remedy=remedy)

    def _asked(self, data: bytes) -> tuple[str, Any] | None:
        """The child's answer; ``None`` where it died of the call, or would not end and was killed."""
        if self._process is None or self._calls >= _MOST_CALLS:
            self.close()
            self._process, self._calls = _started(), 0
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        self._calls += 1
        guard = threading.Timer(self._seconds + _GRACE_SECONDS, process.kill)
        guard.start()
        try:
            if self._calls == 1:
                pickle.dump(self._setting, process.stdin)
            process.stdin.write(data)
            process.stdin.flush()
            kind, value = _Reader(process.stdout, self._classes).load()
        except (pickle.UnpicklingError, EOFError, OSError, ValueError, TypeError):
            self.close()
            return None
        finally:
            guard.cancel()
        return kind, value


def _started() -> subprocess.Popen[bytes]:
    keep = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "HOME", "LANG", "LD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in keep if name in os.environ}
    environment["OPENBLAS_NUM_THREADS"] = "1"  # numpy's: each thread takes of the memory that is limited
    environment["PYTHONPATH"] = os.pathsep.join(item for item in sys.path if item)
    return subprocess.Popen(
        [sys.executable, "-c", f"from {__name__} import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


class _Reader(pickle.Unpickler):
    """Nothing but plain values and the classes that were named."""

    def __init__(self, stream: IO[bytes], classes: Collection[tuple[str, str]]) -> None:
        super().__init__(stream)
        self._classes = classes

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in self._classes:
            return getattr(import_module(module), name)
        raise pickle.UnpicklingError(f"{module}.{name}")


def main() -> None:
    """The child: calls from standard input, answers to standard output, until there are no more."""
    calls, answers = sys.stdin.buffer, sys.stdout.buffer
    language, target, prepare, seconds = pickle.load(calls)
    i18n.activate(language)
    function = _named(target)
    ready = _answer(_named(prepare)) if prepare else ("done", None)
    _limit()
    while True:
        try:
            arguments = pickle.load(calls)
        except EOFError:
            return
        _limit_time(seconds)
        answer = _answer(function, *arguments) if ready and ready[0] == "done" else ready
        if answer is None:
            return
        pickle.dump(answer, answers)
        answers.flush()


def _answer(function: Callable[..., Any], *arguments: Any) -> tuple[str, Any] | None:
    """``None`` where memory or depth ran out: what is left of the child is not to be trusted."""
    try:
        return "done", function(*arguments)
    except errors.ComplianceError as error:
        parts = (error.what, error.place, error.why, error.remedy)
        return "error", (type(error).__name__, *parts)
    except (MemoryError, RecursionError):
        return None
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOMEM:  # so does what maps a file into memory
            return None
        return (
            "bug",
            traceback.format_exc(),
        )  # ours: the parent raises it again, so that the file is not blamed


def _named(target: str) -> Any:
    module, _colon, name = target.partition(":")
    return getattr(import_module(module), name)


def _limit() -> None:
    """Where the system has such limits (not on Windows, where only the time is limited, by the parent)."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (most, most))
        except (OSError, ValueError):  # a system that refuses one of them still has the others
            continue


def _limit_time(seconds: int) -> None:
    """``seconds`` of processor time from now on."""
    try:
        import resource
    except ImportError:
        return
    used, hard = math.ceil(time.process_time()), resource.getrlimit(resource.RLIMIT_CPU)[1]
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, hard))
