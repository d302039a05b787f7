"""Seconds to start: ``import lcresearch`` and ``lcresearch --help``, beside an empty Python and ``import pandas``.

Run by hand: ``python benchmarks/start_up.py``. Goal: under 0.5 seconds each.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

KIND = "speed"

RUNS = 9
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import lcresearch": ["-c", "import lcresearch"],
    "lcresearch --help": ["-m", "lcresearch", "--help"],
    "import pandas": ["-c", "import pandas"],
}


def seconds(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    empty = None
    for name, arguments in COMMANDS.items():
        middle = statistics.median(seconds(arguments) for _ in range(RUNS))
        empty = empty or middle
        print(f"{name:20} {middle:.2f} s, {middle / empty:.1f} x an empty Python")


if __name__ == "__main__":
    main()
