"""The DOCX and XLSX that we write, judged by a validator of other people: what Word and Excel would have to repair."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx as library
import pytest
import reporters
from openxml_audit import OpenXmlValidator, ValidationSeverity

from compliance import packed
from compliance.reports import docx, xlsx
from compliance.reports.model import Report

LETTER = {
    "heading": "Письмо", "paper": "a4", "mark": "УЧЕБНОЕ", "sender": "АНО «Пример»", "details": "г. Верхнеозёрск", "day": "12 января",
    "recipient": "Кому", "lead": "Текст", "closing": "Подпись",
    "groups": [{"title": "Раздел", "columns": ["№", "Бумага"], "rows": [["1", "Отчёт & приложение <1>"]], "figures": (0,), "widths": ["10", "90"]}],
}  # fmt: skip


@pytest.fixture(scope="module")
def validator() -> OpenXmlValidator:
    return OpenXmlValidator()


def errors(validator: OpenXmlValidator, folder: Path, name: str, data: bytes) -> list[str]:
    (folder / name).write_bytes(data)
    found = validator.validate(str(folder / name)).errors
    return [item.description for item in found if item.severity is ValidationSeverity.ERROR]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return reporters.make(tmp_path_factory.mktemp("openxml"), "ru", 3).reports()[0]


def test_a_report_and_a_letter_open_without_repair(
    validator: OpenXmlValidator, report: Report, tmp_path: Path
) -> None:
    assert errors(validator, tmp_path, "r.docx", docx.render(report)) == []
    assert errors(validator, tmp_path, "r.xlsx", xlsx.render(report)) == []
    assert errors(validator, tmp_path, "l.docx", docx.letter(LETTER)) == []


@pytest.mark.soak
@pytest.mark.parametrize("pack", reporters.LAWS)
def test_every_form_opens_without_repair(validator: OpenXmlValidator, tmp_path: Path, pack: str) -> None:
    for form in reporters.make(tmp_path, pack, 3).reports():
        assert errors(validator, tmp_path, "r.docx", docx.render(form)) == [], form.form
        assert errors(validator, tmp_path, "r.xlsx", xlsx.render(form)) == [], form.form


def test_the_validator_can_refuse(validator: OpenXmlValidator, report: Report, tmp_path: Path) -> None:
    """Controls: the library's own template with one style of ours, and parts that are broken on purpose."""
    made, out = library.Document(), io.BytesIO()
    made.styles["Normal"].font.name = "Times New Roman"
    made.save(out)
    assert any("stylesWithEffects" in text for text in errors(validator, tmp_path, "t.docx", out.getvalue()))
    letter = docx.letter(LETTER)
    assert errors(
        validator,
        tmp_path,
        "b.docx",
        _changed(letter, "word/document.xml", b"<w:body>", b"<w:body><w:poem/>"),
    )
    sheet = xlsx.render(report)
    assert errors(validator, tmp_path, "b.xlsx", _changed(sheet, "xl/workbook.xml", b"<sheet ", b"<leaf "))


def _changed(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert old in members[part]
    return packed.pack(members | {part: members[part].replace(old, new)})
