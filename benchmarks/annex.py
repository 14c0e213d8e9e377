"""Long lists against their peers: CPU seconds and peak memory, each in a process of its own.

    .venv/bin/python benchmarks/annex.py [ROWS ...] [--naive ROWS]

As an annex (PDF) ours draws row by row; the naive way is WeasyPrint with the same list as one HTML table. As a workbook
ours writes the whole report; the peer is XlsxWriter alone with the same cells at constant memory. Correctness checks ride
along: the last row of the list is on the last page, and in the last row of the sheet.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]


def made(rows: int, folder: str) -> object:
    import reporters
    from test_annex import lengthened

    names = ["Stichting Zeewind", "ООО «Пример»", "Оплата по договору № 7, услуги, счёт 12"]
    return lengthened(reporters.make(Path(folder), "us", 1).reports()[0], rows, names)


def once(kind: str, rows: int) -> None:
    """In the child: make it, and look at its end."""
    if kind in ("book", "peer"):
        workbook(kind, rows)
        return
    import pypdfium2

    from compliance.reports import annex, page, pdf

    with tempfile.TemporaryDirectory() as folder:
        report = made(rows, folder)
    section = max(report.sections, key=lambda item: len(item.rows))  # type: ignore[attr-defined]
    if kind == "ours":
        data, _findings = annex.render(report, section, 1)  # type: ignore[arg-type]
    elif kind == "naive":
        data = pdf.render(page.html(report)).data  # type: ignore[arg-type]
    else:
        peak()
        return
    peak()
    words = " ".join(sheet.get_textpage().get_text_bounded() for sheet in pypdfium2.PdfDocument(data))
    assert f" {rows} " in f" {' '.join(words.split())} ", "the last row is not there"


def peak() -> None:
    """MiB so far: before what was made is read back."""
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def workbook(kind: str, rows: int) -> None:
    import io

    from compliance.reports import xlsx
    from compliance.xlsx import read_workbook

    with tempfile.TemporaryDirectory() as folder:
        report = made(rows, folder)
        section = max(report.sections, key=lambda item: len(item.rows))  # type: ignore[attr-defined]
        if kind == "book":
            data = xlsx.render(report)  # type: ignore[arg-type]
        else:
            import xlsxwriter

            buffer = io.BytesIO()
            book = xlsxwriter.Workbook(buffer, {"constant_memory": True, "tmpdir": folder})
            sheet = book.add_worksheet()
            words, figures = book.add_format({"text_wrap": True, "border": 1}), book.add_format({"border": 1})
            for at, row in enumerate(section.rows):
                for column, cell in enumerate(row.cells):
                    if cell.is_figure:
                        sheet.write_number(at, column, cell.units, figures)
                    else:
                        sheet.write_string(at, column, cell.text, words)
            book.close()
            data = buffer.getvalue()
    peak()
    if rows <= 10_000:
        last = section.rows[-1].cells[0].text
        assert any(
            last in map(str, row.values()) for row in read_workbook(data, "x.xlsx")[0].rows.values()
        ), "no last row"


def measured(kind: str, rows: int) -> tuple[float, float]:
    command = [sys.executable, str(Path(__file__)), "--once", kind, str(rows)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = process.stdout.read()
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (kind, rows)
    return usage.ru_utime + usage.ru_stime, float(told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--naive", type=int, action="append", default=None, metavar="ROWS")
    parser.add_argument("--once", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        once(given.once[0], int(given.once[1]))
        return
    print("rows      what     CPU s (less making the list)   peak MiB, of it the list")
    kinds = (
        ("ours", given.rows),
        ("naive", given.naive or [1_000]),
        ("book", given.rows),
        ("peer", given.rows),
    )
    for kind, counts in kinds:
        for rows in counts:
            base, of_list = measured("nothing", rows)
            cost, peak = measured(kind, rows)
            print(f"{rows:7} {kind:8} {cost - base:8.2f} {peak:30.0f} {of_list:10.0f}", flush=True)


if __name__ == "__main__":
    main()
