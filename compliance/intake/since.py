"""What was recorded since a workbook was made: rows nobody touched take nothing back that others did meanwhile.

The first cell of a page ends with the number of the last entry that the workbook knew. A row that says what the
books said then is no wish of its sender's. One that says otherwise is; where another command has decided the same
thing since, that is told. Workbooks may be given again, also filled in further.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from compliance.ledger.books import Books

_BY_WORKBOOK = ("workbook apply", "queue apply")


def stamped(mark: str, books: Books) -> str:
    return f"{mark} {books.known_at}"


def seq_of(mark: str) -> int | None:
    """``None`` where the workbook does not say it, as those made before."""
    last = mark.split()[-1:]
    return int(last[0]) if last and re.fullmatch(r"[0-9]{1,18}", last[0]) else None


def without_seq(mark: str) -> str:
    return mark.rpartition(" ")[0] if seq_of(mark) is not None else mark


class Since:
    def __init__(self, books: Books, mark: str) -> None:
        seq = seq_of(mark)
        self.then = books.at(seq) if seq is not None and seq < books.known_at else None
        self._books = books

    def stays(self, changed_by: int | None, untouched: Callable[[Books], bool]) -> bool | None:
        """Whether the books' word stays, as of a row that nobody touched. Else the row's counts; ``None`` where entry
        ``changed_by``, the last about it, was no workbook's and is later than the workbook."""
        then = self.then
        if then is None or changed_by is None or changed_by <= then.known_at:
            return False
        if untouched(then):
            return True
        kind = next(iter(self._books.read("SELECT kind FROM event WHERE seq = ?", (changed_by,))), ("",))[0]
        return None if kind not in _BY_WORKBOOK else False
