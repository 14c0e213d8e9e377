"""For a portal: schedules in the form's order as plain numbers, attachments that fit and still say the same."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import reporters
from PIL import Image
from test_amendments import filed
from workbench import Bench

from compliance.errors import Refused
from compliance.filings import portal
from compliance.reports import pdf


@pytest.mark.parametrize("pack", reporters.LAWS)
def test_schedules_in_order_as_plain_numbers(tmp_path: Path, pack: str) -> None:
    for report in reporters.make(tmp_path, pack, 2).reports():
        files = portal.schedules(report)
        names = list(files)
        assert names[0] == "00-order.txt"
        assert names[1:] == sorted(names[1:])
        for number, section in enumerate(report.sections, 1):  # of whom it is, and which item
            (named,) = [name for name in names if name.startswith(f"{number:02}-")] or [""]
            assert not named or section.id.partition("@")[0] in named
        assert len(files["00-order.txt"].decode().splitlines()) == len(report.sections)
        wanted = [
            cell
            for section in report.sections
            for row in section.rows
            for cell in row.cells
            if cell.is_figure and cell.units
        ]
        read = [
            text
            for name in names[1:]
            for row in csv.reader(io.StringIO(files[name].decode("utf-8-sig")))
            for text in row
        ]
        for cell in wanted:
            digits = abs(cell.units or 0)
            assert any(text.lstrip("-").replace(".", "").lstrip("0") == str(digits) for text in read), cell.id
        assert not [text for text in read if text[:1] in ("=", "@")]


def noisy(size: tuple[int, int]) -> Image.Image:
    return Image.effect_noise(size, 80).convert("RGB")


def scan() -> bytes:
    """A page with words and a large picture."""
    picture = io.BytesIO()
    noisy((2600, 2600)).save(picture, "JPEG", quality=95)
    page = pdf.render("<!DOCTYPE html><html><body><p>Акт № 7, сумма 12 500,00</p></body></html>").data
    with pikepdf.open(io.BytesIO(page)) as file:
        image = file.make_stream(
            picture.getvalue(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=2600, Height=2600, ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
        )  # fmt: skip
        file.pages[0].Resources.XObject = pikepdf.Dictionary(Im0=image)
        file.pages[0].contents_add(b"q 300 0 0 300 50 50 cm /Im0 Do Q")
        out = io.BytesIO()
        file.save(out)
        return out.getvalue()


def test_a_scan_is_made_to_fit_and_says_the_same() -> None:
    data = scan()
    found = portal.fit("a.pdf", data, 900_000)
    assert len(data) > 900_000 >= found.after
    before, after = (pypdfium2.PdfDocument(item)[0] for item in (data, found.data))
    assert after.get_textpage().get_text_bounded() == before.get_textpage().get_text_bounded()
    shown = [sum(page.render(scale=1).to_pil().convert("L").histogram()[:250]) for page in (before, after)]
    assert shown[0] > 10_000
    assert abs(shown[1] - shown[0]) < shown[0] // 10  # the picture is still there


def test_a_picture_and_what_fits_already() -> None:
    out = io.BytesIO()
    noisy((3000, 2000)).save(out, "PNG")
    found = portal.fit("a.png", out.getvalue(), 1_500_000)
    with Image.open(io.BytesIO(found.data)) as made:
        assert made.width > made.height
    assert portal.fit("a.txt", b"x" * 100, 100).data == b"x" * 100


@pytest.mark.parametrize(
    "data", [b"x" * 20_000, b"%PDF-1.7 broken" + b"x" * 20_000, b"\x89PNG" + b"x" * 20_000]
)
def test_what_cannot_be_made_to_fit(data: bytes) -> None:
    with pytest.raises(Refused, match="cannot be made to fit"):
        portal.fit("a", data, 10_000)


def test_the_command(tmp_path: Path) -> None:
    made = filed(tmp_path / "made")
    bench = Bench(Path(shutil.copytree(made.folder, tmp_path / "books")))
    (tmp_path / "scan.pdf").write_bytes(scan())
    folder = tmp_path / "portal"
    said = bench.run(
        "filing",
        "portal",
        "money",
        "2025-Q4",
        "-o",
        str(folder),
        "--attach",
        str(tmp_path / "scan.pdf"),
        "--limit",
        "900",
    )
    assert "look at it" in said.err
    assert {path.suffix for path in folder.iterdir()} == {".txt", ".csv", ".pdf"}
    assert "exists already" in bench.fail(2, "filing", "portal", "money", "2025-Q4", "-o", str(folder))
    assert "no form here" in bench.fail(1, "filing", "portal", "audit", "2025", "-o", str(tmp_path / "x"))
