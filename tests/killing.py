"""kill -9 at chosen system calls, for any command: is what was acknowledged there, and nothing by halves?

A scenario is a class of a test module (``prepare``, ``act``, ``judge``). A fork server of its own, in
one thread and with everything imported, copies the prepared folder, forks, and lets the child run
``act`` under ptrace; just before its n-th system call that changes a file the child is killed. Then
``judge`` looks at what is left. Points are spread over the whole command, the last calls included.

    report = killing.survive("test_intake_kill", "Import", points=60)

Linux only (ptrace); elsewhere `survive` raises, it never skips.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

TESTS = Path(__file__).parent
# Calls that change files or what others see of them, by machine; numbers of <asm/unistd.h>.
_CALLS = {
    "x86_64": {1, 2, 18, 20, 74, 75, 76, 77, 82, 83, 84, 85, 86, 87, 257, 258, 263, 264, 265, 285, 296, 316},
    "aarch64": {34, 35, 37, 38, 45, 46, 47, 56, 64, 66, 68, 70, 82, 83, 276, 287},
}
_TRACEME, _SYSCALL, _SETOPTIONS, _SYSCALL_INFO = 0, 24, 0x4200, 0x420E
_OPTIONS = 0x1 | 0x100000  # mark system-call stops; the child dies with us
_ENTRY = 1


class Scenario(Protocol):
    """``judge`` raises AssertionError where something was lost, half done or torn."""

    def prepare(self, folder: Path) -> None:
        """Everything that is there before the command."""

    def act(self, folder: Path) -> int:
        """The command itself, in this process; returns its exit code, and says ``recorded ...`` when done."""

    def judge(self, folder: Path, acknowledged: bool) -> None:
        """After a kill: is the folder as before or as after, and can the command be repeated?"""


def survive(module: str, scenario: str, *, points: int) -> dict[str, Any]:
    """Run in a fresh fork server: ``calls`` there were, ``points`` tried, ``acknowledged`` among them,
    ``failures`` as texts."""
    if sys.platform != "linux" or platform.machine() not in _CALLS:
        raise RuntimeError(f"kill points need ptrace on Linux, not {sys.platform} {platform.machine()}")
    done = subprocess.run(
        [sys.executable, str(Path(__file__)), module, scenario, str(points)],
        capture_output=True,
        encoding="utf-8",
        cwd=TESTS,
        check=False,
        env={**os.environ, "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}"},
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(report, dict)
    return report


def _serve(module: str, name: str, points: int) -> dict[str, Any]:
    scenario: Scenario = getattr(import_module(module), name)()
    with tempfile.TemporaryDirectory(prefix="kill-") as scratch:
        template = Path(scratch) / "before"
        template.mkdir()
        with _quiet():
            scenario.prepare(template)
        _warm(scenario, template, Path(scratch) / "warm")
        calls, said = _run(scenario, template, Path(scratch) / "whole", stop_at=None)
        assert "recorded" in said, f"the command does not acknowledge: {said}"
        try:
            with _quiet() as heard:
                scenario.judge(Path(scratch) / "whole", True)
        except Exception as error:
            raise RuntimeError(f"not killed, and wrong all the same: {heard.getvalue()}") from error
        chosen = _spread(calls, points)
        # The whole run counts as one more point: nobody killed it.
        failures, acknowledged = [], 1
        for at in chosen:
            folder = Path(scratch) / "after"
            _count, said = _run(scenario, template, folder, stop_at=at)
            acknowledged += "recorded" in said
            try:
                with _quiet():
                    scenario.judge(folder, "recorded" in said)
            except Exception:
                failures.append(f"killed before call {at} of {calls}: {traceback.format_exc(limit=-2)}")
            shutil.rmtree(folder)
    return {"calls": calls, "points": len(chosen) + 1, "acknowledged": acknowledged, "failures": failures}


def _spread(calls: int, points: int) -> list[int]:
    """Call numbers from 1 to ``calls``, evenly; all of them when there are fewer than ``points``."""
    if calls <= points:
        return list(range(1, calls + 1))
    return sorted({1 + round(at * (calls - 1) / (points - 1)) for at in range(points)})


def _warm(scenario: Scenario, template: Path, folder: Path) -> None:
    """Once in a copy, so that every import is paid for and no child reads program files."""
    shutil.copytree(template, folder)
    with _quiet():
        code = scenario.act(folder)
    assert code == 0, f"the command fails by itself: exit {code}"


@contextlib.contextmanager
def _quiet() -> Iterator[io.StringIO]:
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
        yield heard


def _run(scenario: Scenario, template: Path, folder: Path, *, stop_at: int | None) -> tuple[int, str]:
    """(calls that change files, what was said) of one traced run, killed before call ``stop_at``."""
    shutil.copytree(template, folder)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _child(scenario, folder, writer)
    os.close(writer)
    calls = _trace(child, stop_at)
    said = b""
    while piece := os.read(reader, 65536):
        said += piece
    os.close(reader)
    return calls, said.decode("utf-8", "replace")


def _child(scenario: Scenario, folder: Path, writer: int) -> None:
    """In the child; never returns."""
    try:
        os.dup2(writer, 1)
        os.dup2(writer, 2)
        sys.stdout = os.fdopen(1, "w", closefd=False)
        sys.stderr = os.fdopen(2, "w", closefd=False)
        if _ptrace(_TRACEME, 0, 0, 0) != 0:
            os._exit(99)
        os.kill(os.getpid(), signal.SIGSTOP)
        code = scenario.act(folder)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        traceback.print_exc()
        code = 98
    os._exit(code)


def _trace(child: int, stop_at: int | None) -> int:
    """Let the child run from call to call; kill it where asked. Returns the calls it began."""
    wanted = _CALLS[platform.machine()]
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSTOPPED(status), f"ptrace is not allowed here (status {status})"
    _ptrace(_SETOPTIONS, child, 0, _OPTIONS)
    info = ctypes.create_string_buffer(88)
    calls, deliver = 0, 0
    while True:
        _ptrace(_SYSCALL, child, 0, deliver)
        deliver = 0
        _pid, status = os.waitpid(child, 0)
        if not os.WIFSTOPPED(status):
            assert stop_at is None, "the command ended before the call it was to be killed at"
            return calls
        stopped_by = os.WSTOPSIG(status)
        if stopped_by != signal.SIGTRAP | 0x80:
            deliver = 0 if stopped_by == signal.SIGTRAP else stopped_by
            continue
        _ptrace(_SYSCALL_INFO, child, len(info), ctypes.addressof(info))
        if info.raw[0] == _ENTRY and int.from_bytes(info.raw[24:32], sys.byteorder) in wanted:
            calls += 1
            if calls == stop_at:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return calls


def _ptrace(request: int, pid: int, address: int, data: int) -> int:
    return int(_LIBC.ptrace(request, pid, ctypes.c_void_p(address), ctypes.c_void_p(data)))


if __name__ == "__main__":
    _LIBC = ctypes.CDLL(None, use_errno=True)
    _LIBC.ptrace.restype = ctypes.c_long
    print(json.dumps(_serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
