"""A withdrawal in a process of its own that is killed on the way."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path

KILLED = 9

_STARTING = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
_STARTING.set_forkserver_preload(["tests.analyses.imported_once", "tests.analyses.recipe_files"])  # as for recipes


def withdraw_until_killed(folder: Path, after: int) -> int | None:
    """The status of a process that withdraws p02, killed when it would put another file in place after so many."""
    process = _STARTING.Process(target=_withdraw, args=(folder, after))
    process.start()
    process.join()
    return process.exitcode


def _withdraw(folder: Path, after: int) -> None:
    replace, left = Path.replace, [after]

    def counted(self: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] < 0:
            os._exit(KILLED)
        return replace(self, target)

    Path.replace = counted
    from lcresearch import studies

    studies.withdraw(folder, "p02")
