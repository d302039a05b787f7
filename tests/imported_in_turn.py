"""Workers compile the files of tests together: each begins to import them at another place.

All workers of ``pytest -n`` collect all tests. Where nothing was compiled yet, as in a fresh clone, they would compile
the same file at the same moment, each for itself. When they begin at different places, each finds what the others have
compiled by the time it comes there.
"""

from __future__ import annotations

import importlib
from contextlib import suppress
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def in_turn(names: list[str], worker: int, workers: int) -> list[str]:
    """The names, beginning at the share of this worker."""
    first = len(names) * worker // workers
    return names[first:] + names[:first]


def pytest_collection(session: pytest.Session) -> None:
    """Import the files of tests before they are collected; what cannot be imported is told when it is collected."""
    worker: dict[str, str | int] | None = getattr(session.config, "workerinput", None)
    if worker is None or session.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return  # one process, or a part of the tests
    files = (file.relative_to(HERE.parent).with_suffix("") for file in sorted(HERE.rglob("test_*.py")))
    names = [".".join(file.parts) for file in files]
    for name in in_turn(names, int(str(worker["workerid"]).removeprefix("gw")), int(worker["workercount"])):
        with suppress(Exception, pytest.skip.Exception):
            importlib.import_module(name)
