"""Start-up beside Click's own, and what the pages that only read cost: whole processes, CPU seconds, in turns.

    .venv/bin/python benchmarks/startup.py [WORKSPACE] [--runs N]

WORKSPACE is a folder that the demo made; without it only ``--help`` and ``--version`` are measured.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
from pathlib import Path


def cpu_seconds(command: list[str], folder: Path | None) -> float:
    """User and system time of one process, as the operating system counted it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # 0 and 1 are both verdicts; anything else would measure something other than the page.
    done = subprocess.run(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    assert done.returncode in (0, 1), command
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=15)
    given = parser.parse_args()
    ours = [sys.executable, "-m", "compliance.cli"]
    commands = {
        "import click": [sys.executable, "-c", "import click"],
        "--help": [*ours, "--help"],
        "--version": [*ours, "--version"],
    }
    if given.workspace:
        pages = ([], ["due"], ["check"], ["balance"])
        commands |= {" ".join(["compliance", *words]): [*ours, *words] for words in pages}
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():
        cpu_seconds(command, given.workspace)
    for _ in range(given.runs):
        for name, command in commands.items():
            spent[name].append(cpu_seconds(command, given.workspace))
    floor = statistics.median(spent["import click"])
    for name, values in spent.items():
        middle = statistics.median(values)
        print(
            f"{name:20} {min(values):6.3f} {middle:6.3f} {max(values):6.3f} CPU s   {middle / floor:5.2f} x import click"
        )


if __name__ == "__main__":
    main()
