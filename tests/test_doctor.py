"""What this computer has and lacks, with a remedy for each lack."""

from __future__ import annotations

import io
import sys

import pytest

from compliance import doctor, fonts, system


def test_after_set_up_nothing_is_lacking() -> None:
    lacking = [probe for probe in doctor.inspect() if not probe.ok]
    assert not lacking
    assert all(probe.detail and not probe.remedy for probe in doctor.inspect())


def test_each_lack_has_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = system.Need("Nothing", ("libnothing.so.9",), {})
    monkeypatch.setattr(system, "LIBRARIES", (nothing,))
    monkeypatch.setitem(fonts.FAMILIES, "Nothing", "fontpkg_nothing")
    monkeypatch.setitem(doctor.EXTRAS, "crypt", ("no_such_cipher",))
    monkeypatch.setattr(doctor.i18n, "LANGUAGES", ("en", "zz"))
    monkeypatch.setattr(doctor, "SQLITE_FLOOR", (99, 0))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="cp437"))
    lacking = {probe.name: probe for probe in doctor.inspect() if not probe.ok}
    assert set(lacking) == {"SQLite", "PDF output", "fonts", "encrypted books", "languages", "terminal"}
    assert all(probe.remedy for probe in lacking.values())
    assert "99.0" in lacking["SQLite"].remedy
    assert "no_such_cipher" in lacking["encrypted books"].detail
    assert "UTF-8" in lacking["terminal"].remedy
