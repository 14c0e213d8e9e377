"""Only our own fonts reach a PDF, and importing WeasyPrint runs nothing from the PATH."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from compliance import fonts, system
from compliance.errors import SetupError

PROGRAM = "from compliance import fonts; fonts.weasyprint()"


def test_a_pdf_has_our_fonts_and_no_other() -> None:
    html = '<p style="font-family: Arial, serif">Отчёт 12 500,50 ₽ <b>and</b> 300 ₸</p>'
    data = fonts.weasyprint().HTML(string=html).write_pdf()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        names = {
            str(item.get("/BaseFont", "")) for item in pdf.objects if isinstance(item, pikepdf.Dictionary)
        }
    families = {name.partition("+")[2].replace("-", " ") for name in names if name}
    assert families
    assert all(family.startswith(tuple(fonts.FAMILIES)) for family in families)


def test_fontconfig_knows_no_other_folder() -> None:
    text = fonts.configure().read_text(encoding="utf-8")
    assert os.environ["FONTCONFIG_FILE"] == str(fonts.configure())
    assert text.count("<dir>") == len(fonts.FAMILIES)
    assert fonts.configure().stat().st_mode & 0o077 == 0o044 or os.name == "nt"
    assert fonts.configure().parent.stat().st_mode & 0o077 == 0 or os.name == "nt"


@pytest.mark.parametrize(("program", "called"), [(PROGRAM, False), ("import weasyprint", True)])
def test_no_program_on_the_path_is_run(tmp_path: Path, program: str, called: bool) -> None:
    """The second case is the control: imported plainly, WeasyPrint does run what lies there."""
    for name in ("gcc", "cc", "ld"):
        trap = tmp_path / name
        trap.write_text(f"#!/bin/sh\necho x >> {tmp_path}/called\nexit 1\n", encoding="utf-8")
        trap.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    subprocess.run([sys.executable, "-c", program], env={**os.environ, "PATH": path}, check=True)
    assert (tmp_path / "called").exists() == called


def test_the_folder_goes_with_the_process(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], env={**os.environ, "TMPDIR": str(tmp_path)}, check=True)
    assert not list(tmp_path.iterdir())


def test_a_missing_library_is_named_with_the_line_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = system.Need("Nothing", ("libnothing.so.9",), {"apt-get": "libnothing9", "brew": "nothing"})
    monkeypatch.setattr(system, "LIBRARIES", (nothing,))
    with pytest.raises(SetupError, match="Nothing") as caught:
        fonts.weasyprint()
    if system.manager() == "apt-get":
        assert "apt-get install --no-install-recommends libnothing9" in caught.value.remedy


def test_a_missing_font_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fonts.FAMILIES, "Nothing", "fontpkg_nothing")
    with pytest.raises(SetupError, match="fontpkg-nothing"):
        fonts.files("Nothing")
