"""Memory stays flat whatever a statement's length; the benchmark says the same at 100,000 lines."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
import ingest

STEP = str(Path(ingest.__file__))


def peak(count: int, folder: Path) -> float:
    """MiB of one import in a process of its own, made by a small process."""
    folder.mkdir()
    ingest.run(STEP, "--make", str(count), str(folder))
    ingest.run(STEP, "--books", str(folder / "books"))
    ingest.run(
        "-c",
        f"import sys; sys.path.insert(0, {str(Path(STEP).parent)!r}); import ingest; "
        f"print(ingest.run('-m', 'compliance.cli', '-C', {str(folder / 'books')!r}, 'import', '--yes', "
        f"{str(folder / 'bank.csv')!r}).peak_mib, file=open({str(folder / 'peak')!r}, 'w'))",
    )
    ingest.run(STEP, "--check", str(folder / "lines.csv"), str(folder / "books"))
    return float((folder / "peak").read_text())


@pytest.mark.skipif(sys.platform == "win32", reason="peak memory comes from wait4, which is Unix")
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    # From where the page caches of both stores are full.
    small, large = peak(20_000, tmp_path / "small"), peak(40_000, tmp_path / "large")
    assert large <= 1.10 * small, (small, large)
    assert large <= 128
