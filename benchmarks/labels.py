"""Stamping against peers, side by side in one run: CPU seconds of this process, best of three.

    .venv/bin/python benchmarks/labels.py [PAGES] [FILES]

PDF: a label on each of PAGES pages against libqpdf's own overlay (``pikepdf.Page.add_overlay``: nothing is
read, nothing is measured) and against just opening and saving. Stamping includes measuring the text of
the first pages; verifying by drawing is given apart. HTML: FILES pages, spliced, against lxml parsing and
writing them, and against selectolax putting a paragraph in (where it is installed: it is no dependency). DOCX: FILES documents, stamped with their sizes measured, against python-docx putting a paragraph in.

Many files: FILES / 5 documents measured through the door, each in a limited process of its own against one kept for
all (wall time, 2 shared cores: 20 documents 4.39 s against 0.32 s; `label verify` of 30 documents and 60 texts, whole
command, 8.4 s before and 1.9 s after). A folder of FILES / 5 PDF and as many DOCX, labelled by one worker and by two: wall
time on 2 busy cores, 120 files 86.6 and 77.3 s against 48.1 and 43.1 s (0.56x; processor time 12.4 and 11.8 s against 13.3
and 11.6 s).

A correctness check rides along: what was stamped is verified.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable

import pikepdf
from lxml import html as lxml_html

from compliance.labels import html, pdf, work
from compliance.labels.model import Label, Requirement
from compliance.practice.paper import A4, FACE
from compliance.practice.paper import pdf as paper

LABEL = Label(
    "bench",
    "НАСТОЯЩИЙ МАТЕРИАЛ (ИНФОРМАЦИЯ) ПРОИЗВЕДЕН, РАСПРОСТРАНЕН И (ИЛИ) НАПРАВЛЕН ПРОБНЫМ ЦЕНТРОМ",
    (Requirement("position", "under_heading"), Requirement("font_ratio", 2), Requirement("contrast", "")),
)
PAGE = "<!DOCTYPE html><meta charset=utf-8><h1>Дом</h1>" + "<p>Приходите в среду во двор.</p>\n" * 60


def cpu_s(act: Callable[[], object]) -> float:
    """The best of three."""
    times = []
    for _round in range(3):
        started = time.process_time()
        act()
        times.append(time.process_time() - started)
    return min(times)


def document(pages: int) -> bytes:
    one = paper(FACE.column("Приходите в среду во двор, будет чай. " * 20, 40, 800, 12, 500))
    made, out = pikepdf.new(), io.BytesIO()
    with pikepdf.open(io.BytesIO(one)) as source:
        for _page in range(pages):
            made.pages.append(source.pages[0])
        made.save(out)
    return out.getvalue()


def overlay(data: bytes) -> None:
    label = paper(FACE.column(LABEL.text or "", 40, 800, 24, 500))
    with pikepdf.open(io.BytesIO(data)) as target, pikepdf.open(io.BytesIO(label)) as source:
        for page in target.pages:
            page.add_overlay(source.pages[0], pikepdf.Rectangle(0, 0, *A4))
        target.save(io.BytesIO())


def resave(data: bytes) -> None:
    with pikepdf.open(io.BytesIO(data)) as target:
        target.save(io.BytesIO())


def print_docx(files: int) -> None:
    import docx as python_docx

    from compliance.labels import docx

    made, out = python_docx.Document(), io.BytesIO()
    made.add_heading("Дом", 1)
    for _paragraph in range(40):
        made.add_paragraph("Приходите в среду во двор, будет чай.")
    made.save(out)
    data = out.getvalue()

    def peer() -> None:
        opened = python_docx.Document(io.BytesIO(data))
        opened.paragraphs[1].insert_paragraph_before(LABEL.text or "")
        opened.save(io.BytesIO())

    stamped = docx.stamp(data, LABEL).data
    assert docx.detect(stamped, LABEL).ok
    ours = cpu_s(lambda: [docx.stamp(data, LABEL) for _file in range(files)])
    seen = cpu_s(lambda: [docx.detect(stamped, LABEL) for _file in range(files)])
    theirs = cpu_s(lambda: [peer() for _file in range(files)])
    print(
        f"DOCX, {files} files: stamp with measuring {ours:.3f} s, verify {seen:.3f} s,"
        f" python-docx {theirs:.3f} s ({ours / theirs:.2f}x)"
    )


def print_many(files: int) -> None:
    import docx as python_docx

    from compliance.labels import docx, door

    made, out = python_docx.Document(), io.BytesIO()
    made.add_heading("Дом", 1)
    made.add_paragraph("Приходите в среду во двор, будет чай. " * 20)
    made.save(out)
    data = docx.stamp(out.getvalue(), LABEL).data
    started = time.perf_counter()
    alone = [door.verify_bytes("docx", data, LABEL, "alone") for _file in range(files)]
    between = time.perf_counter()
    with door.many() as children:
        kept = [door.verify_bytes("docx", data, LABEL, "alone", by=children) for _file in range(files)]
    ended = time.perf_counter()
    assert alone == kept
    first, second = between - started, ended - between
    print(
        f"Many, {files} DOCX: each alone {first:.2f} s, kept process {second:.2f} s ({second / first:.2f}x)"
    )


def print_html(files: int) -> None:
    page = PAGE.encode()
    pages = [
        f"{PAGE}<p>{number}</p>".encode() for number in range(files)
    ]  # no two alike: nothing is known already
    assert html.detect(html.stamp(page, LABEL).data, LABEL).ok
    ours = cpu_s(lambda: [html.stamp(each, LABEL) for each in pages])
    whole = cpu_s(lambda: [work.run(html, "apply", each, LABEL) for each in pages])
    peer = cpu_s(lambda: [lxml_html.tostring(lxml_html.document_fromstring(page)) for _file in range(files)])
    print(
        f"HTML, {files} pages: stamp with measuring {ours:.3f} s, measured before and after too {whole:.3f} s,"
        f" lxml read and write {peer:.3f} s"
    )
    try:
        from selectolax.lexbor import LexborHTMLParser
    except ImportError:
        return

    def put() -> str:
        tree = LexborHTMLParser(page)
        heading = tree.css_first("h1")
        heading.insert_after(LABEL.text)
        return str(tree.html)

    assert (LABEL.text or "?") in put()
    peer = cpu_s(lambda: [put() for _file in range(files)])
    places = cpu_s(lambda: [html._Places(PAGE) for _file in range(files)])
    print(
        f"HTML, selectolax puts a text in: {peer:.3f} s ({ours / peer:.0f}x; finding the place alone"
        f" {places:.3f} s, {places / peer:.1f}x)"
    )


def print_cores(files: int) -> None:
    """A folder of PDF and DOCX, labelled as ``label apply FOLDER`` does it: by one worker and by two, wall time."""
    import tempfile
    from collections.abc import Generator
    from pathlib import Path
    from typing import Any

    import docx as python_docx

    from compliance.commands.label_cores import Work, each_beside
    from compliance.labels.door import apply_file

    made = python_docx.Document()
    made.add_heading("Дом", 1)
    made.add_paragraph("Приходите в среду во двор, будет чай. " * 20)
    taken = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(files):
            made.save(f"{folder}/{number}.docx")
            Path(folder, f"{number}.pdf").write_bytes(document(1))
        paths = sorted(Path(folder).iterdir())
        for workers in (1, 2):

            def act(path: Path, workers: int = workers) -> Generator[Work | None, Any, int]:
                target = path.with_suffix(f".{workers}{path.suffix}")
                done = yield lambda by: apply_file(path, LABEL, out=target, by=by)
                assert done.verification.ok
                return 0

            started = time.perf_counter()
            assert each_beside(paths, act, workers=workers) == 0
            taken[workers] = time.perf_counter() - started
    print(
        f"Folder, {len(paths)} files: one worker {taken[1]:.2f} s, two {taken[2]:.2f} s"
        f" ({taken[2] / taken[1]:.2f}x)"
    )


def main() -> None:
    pages, files = (int(value) for value in (*sys.argv[1:3], "1000", "100")[:2])
    data = document(pages)
    stamped = pdf.stamp(data, LABEL, every_page=True).data
    assert pdf.detect(stamped, LABEL).ok
    floor, peer = cpu_s(lambda: resave(data)), cpu_s(lambda: overlay(data))
    ours = cpu_s(lambda: pdf.stamp(data, LABEL, every_page=True))
    seen = cpu_s(lambda: pdf.detect(stamped, LABEL))
    print(
        f"PDF, {pages} pages: stamp {ours:.3f} s, overlay {peer:.3f} s ({ours / peer:.2f}x), open+save {floor:.3f} s"
    )
    print(f"PDF, verify by drawing: {seen:.3f} s")
    print_docx(files)
    print_many(max(files // 5, 1))
    print_cores(max(files // 5, 1))
    print_html(files)


if __name__ == "__main__":
    main()
