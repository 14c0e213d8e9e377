"""The files of a report: the form, the workbook, the sheet of figures; made in memory, then written whole.

Where no PDF can be made here, the same pages are given as HTML that prints the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from compliance import files
from compliance.findings import Finding
from compliance.i18n import N_, _, language, translated
from compliance.money import display
from compliance.reports import annex, archive, docx, page, pdf, xlsx
from compliance.reports.annex import Progress
from compliance.reports.model import Report

EARLIER = "earlier"
"""Where a draft that a newer one replaces is kept."""


@dataclass(frozen=True, slots=True)
class Papers:
    """``files``: name -> bytes. ``findings``: letters that cannot be printed. ``without_pdf``: why there is none."""

    files: dict[str, bytes]
    findings: tuple[Finding, ...] = ()
    without_pdf: str = ""


def make(
    report: Report,
    *,
    binder: bool = False,
    decided: Sequence[str] = (),
    archived: bool = False,
    tagged: bool = False,
    editable: bool = False,
    known_at: str = "",
    as_of: str = "",
    progress: Progress = lambda done: None,
) -> Papers:
    """All papers of a report, in memory. Call it only for a report without refusals.

    ``decided``: lines for the binder copy. ``archived``, ``tagged``: also the copies of `archive`; ``editable``: also a DOCX. ``known_at``, ``as_of``: the report shows the books of another moment; its papers are named after it,
    so that they are never taken for today's.
    """
    assert not report.refusals
    shown, annexes, unprintable = annexed(report, progress)
    stem = stem_of(report, (f"-as-of-{as_of}" if as_of else "") + (f"-known-{known_at}" if known_at else ""))
    pages = {stem: page.html(shown)}
    if any(cell.is_figure for cell in report.all_cells()):
        pages[f"{stem}-figures"] = page.figures_html(shown)
    if binder:
        pages[f"{stem}-binder"] = page.html(shown, binder=True, decided=decided)
    made: dict[str, bytes] = {}
    findings: list[Finding] = list(unprintable)
    without = pdf.available()
    for name, text in pages.items():
        if without:
            made[f"{name}.html"] = page.alone(text).encode("utf-8")
        else:
            printed = pdf.render(text, subject=f"{report.name}:{report.period.label}")
            made[f"{name}.pdf"] = (
                printed.data if name.endswith("-figures") else pdf.joined([printed.data, *annexes])
            )
            findings += [item for item in printed.findings if item not in findings]
    made[f"{stem}.xlsx"] = xlsx.render(report)
    if editable:
        made[f"{stem}.docx"] = docx.render(report)
    if archived and not without:
        made[f"{stem}-archive.pdf"] = archive.archive(report, shown, stem, annexes)
    if tagged and not without:
        made[f"{stem}-tagged.pdf"] = archive.tagged(_heard(report, f"{stem}.xlsx"))
    return Papers(made, tuple(findings), without)


def stem_of(report: Report, then: str = "") -> str:
    """What the names of a report's papers begin with."""
    return files.safe_name(f"{report.name}-{report.period.label}{then}", fallback="report")


def annexed(report: Report, progress: Progress) -> tuple[Report, list[bytes], list[Finding]]:
    """The report with its long lists taken out, each named where it stood; the lists as annexes, in order."""
    long, annexes, findings = annex.long_sections(report), list[bytes](), list[Finding]()
    if not long or pdf.available():
        return report, [], []
    sections = []
    for section in report.sections:
        if section not in long:
            sections.append(section)
            continue
        number = len(annexes) + 1
        data, found = annex.render(report, section, number, progress)
        annexes.append(data)
        findings += [item for item in found if item not in findings]
        words = translated(report.language, N_("Annex {number}: {n} rows")).format(
            number=number, n=len(section.rows)
        )
        sections.append(replace(section, rows=(), empty=words))
    return replace(report, sections=tuple(sections)), annexes, findings


def _heard(report: Report, workbook: str) -> Report:
    """The report for reading aloud: of a list too long for it the pages name the rows and the ``workbook`` with them."""
    long = annex.long_sections(report)
    words = translated(report.language, N_("Rows: {n}, in the workbook {name}"))
    sections = (
        replace(section, rows=(), empty=words.format(n=len(section.rows), name=workbook))
        if section in long
        else section
        for section in report.sections
    )
    return replace(report, sections=tuple(sections))


def write(papers: Papers, folder: Path, *, ours: bool) -> list[Path]:
    """Write the papers into ``folder``; returns their paths.

    In a folder that is ours (``reports/`` of the workspace) a draft replaces the one before, which is
    kept in ``earlier/``. Elsewhere an existing file is refused (``InputError``).
    """
    files.private_folder(folder) if ours else folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, data in papers.files.items():
        path = folder / name
        before = path.read_bytes() if path.is_file() else None
        if before != data:
            if before is not None and ours:
                _keep(folder, path, before)
            files.write_whole(path, data, overwrite=ours)
        paths.append(path)
    return paths


def _keep(folder: Path, path: Path, before: bytes) -> None:
    copy = files.private_folder(folder / EARLIER) / f"{path.stem}.{files.digest(before)[:8]}{path.suffix}"
    if not copy.exists():
        files.write_whole(copy, before)


def exchange_lines(report: Report) -> Iterator[tuple[str, str]]:
    """What exchange rates did, split where the rates are known: (words, amounts in the interface language)."""
    for effect in report.exchange:
        parts = [
            (_("sold by the bank's rate"), effect.conversion_minor),
            (_("held while the rate moved"), effect.revaluation_minor),
            (_("exchange effect together"), effect.total_minor),
        ]
        for words, minor in parts:
            if minor is not None:
                amount = display(minor, report.currency, language())
                yield f"{effect.fund}: {words}", f"{amount} {report.currency}"
