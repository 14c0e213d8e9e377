"""Many files at once: each is labelled or measured by the next free core, and told in the order they were named."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.label_files import refused
from compliance.errors import InputError, Refused
from compliance.i18n import _

if TYPE_CHECKING:
    from concurrent.futures import Future

    from compliance.labels.door import Children

Work = Callable[["Children"], Any]
Act = Callable[[Path], Generator[Work | None, Any, int]]
"""Yields once, before it tells anything: what is to be done beside other files, or nothing. It is sent the outcome and
returns an exit code."""
_FEW = 16
"""Files for which a second set of processes is not worth its start."""
_MOST_WORKERS = 4


def workers_for(count: int) -> int:
    """As many as there are cores for us, for many files."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 1 if count < _FEW else min(cores, _MOST_WORKERS)


def each_beside(
    paths: Sequence[Path],
    act: Act,
    rows: list[dict[str, Any]] | None = None,
    *,
    workers: int = 0,
    bar: bool = False,
) -> int:
    """``act`` on every file as `label_files.each_file`; its work on several at once. Returns the worst code.

    ``bar``: shows how far it is, to people, where nothing else is told meanwhile."""
    count = workers or workers_for(len(paths))
    worst = 0
    waiting: deque[_Started] = deque()
    with _pool(count) as pool, _shown(len(paths), shown=bar and len(paths) > 1) as further:
        for path in paths:
            waiting.append(_started(path, act, pool))
            if len(waiting) > 2 * count or count == 1:
                worst = max(worst, _ended(waiting.popleft(), rows))
                further()
        while waiting:
            worst = max(worst, _ended(waiting.popleft(), rows))
            further()
    return worst


@dataclass(slots=True)
class _Started:
    """``end``: what there is before any work is done: the code, or why the file is refused."""

    path: Path
    acting: Generator[Work | None, Any, int]
    done: Future[Any] | None = None
    end: int | InputError | Refused | None = None


def _started(path: Path, act: Act, pool: Callable[[Work], Future[Any]]) -> _Started:
    acting = act(path)
    try:
        work = next(acting)
    except StopIteration as stop:
        return _Started(path, acting, end=stop.value)
    except (InputError, Refused) as error:
        return _Started(path, acting, end=error)
    return _Started(path, acting, done=pool(work) if work else None)


def _ended(item: _Started, rows: list[dict[str, Any]] | None) -> int:
    try:
        if isinstance(item.end, Exception):
            raise item.end
        if item.end is not None:
            return item.end
        item.acting.send(item.done.result() if item.done else None)
    except StopIteration as stop:
        return int(stop.value)
    except (InputError, Refused) as error:
        row = refused(item.path, error)
        if rows is not None:
            rows.append(row)
        return error.exit_code
    raise AssertionError("it yields once")


@contextmanager
def _pool(count: int) -> Iterator[Callable[[Work], Future[Any]]]:
    """Takes work for threads, each of which has limited processes of its own."""
    from concurrent.futures import ThreadPoolExecutor
    from queue import SimpleQueue

    from compliance.labels.door import many

    with ExitStack() as stack:
        free: SimpleQueue[Children] = SimpleQueue()
        threads = ThreadPoolExecutor(count)
        stack.callback(threads.shutdown, cancel_futures=True)
        for _number in range(count):
            free.put(stack.enter_context(many()))  # ended before the threads are waited for

        def done(work: Work) -> Any:
            children = free.get()
            try:
                return work(children)
            finally:
                free.put(children)

        yield lambda work: threads.submit(done, work)


@contextmanager
def _shown(count: int, *, shown: bool) -> Iterator[Callable[[], None]]:
    if not (shown and sys.stderr.isatty()):
        yield lambda: None
        return
    with click.progressbar(length=count, label=_("Measuring"), file=sys.stderr) as bar:
        yield lambda: bar.update(1)
