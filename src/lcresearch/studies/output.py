"""The output folder of a study: it appears whole or not at all, and replaces only earlier output."""

from __future__ import annotations

import json
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lcresearch.errors import StudyError
from lcresearch.files import write_whole

RECORD = "run.json"
_PACKAGES = ("numpy", "scipy", "pandas", "statsmodels", "pingouin", "matplotlib", "great-tables")


def check_free(folder: Path, *, force: bool) -> None:
    """Raise before any work is done when the folder cannot take the output.

    Raises
    ------
    StudyError
        G002, when it holds earlier output and ``force`` is not given; S010, when it holds anything else.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not folder.is_dir() or not (folder / RECORD).is_file():
        raise StudyError("S010", path=str(folder))
    if not force:
        raise StudyError("G002", path=str(folder))


@contextmanager
def whole_folder(folder: Path, *, force: bool = False) -> Iterator[Path]:
    """A new folder to write in, which takes the place of ``folder`` only when all went well.

    It is made beside ``folder``, so that the last step is a rename; after an error nothing is left of it.
    """
    check_free(folder, force=force)
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", suffix=".partial", dir=folder.parent))
    try:
        yield partial
        if folder.exists():
            old = partial.with_suffix(".old")
            folder.replace(old)
            partial.replace(folder)
            shutil.rmtree(old)
        else:
            partial.replace(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    if os.name == "posix":
        folder.chmod(0o755)


def software() -> dict[str, str]:
    """Versions of Python and of the packages that compute what is published."""
    return {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES}


def write_record(folder: Path, record: Mapping[str, Any]) -> None:
    """Write run.json: what was run, with which versions, on which inputs."""
    write_whole(folder / RECORD, json.dumps(record, indent=2, ensure_ascii=False) + "\n")
