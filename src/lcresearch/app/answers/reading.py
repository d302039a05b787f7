"""What the library tells about the answers of a study, kept until one of its files changes."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from lcresearch import studies
from lcresearch.errors import LcresearchWarning, Problem
from lcresearch.files import version_of
from lcresearch.messages import Messages
from lcresearch.studies import Study
from lcresearch.studies.answer_files import FileRead, read_answer_file
from lcresearch.studies.checking import checked
from lcresearch.studies.gathering import Gathered

_KEPT = 12
_readings: OrderedDict[tuple[Any, ...], StudyRead] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Totals:
    """Counts over all files of a study, without rows of persons.

    Attributes
    ----------
    n, n_persons : int
        Rows and persons that count.
    share_missing : float
        Of all answers that could have been given.
    waves : dict of str to int
        Wave -> rows.
    dropped : list of (str, int)
        Why rows were left out, and how many.
    screening : list of dict
        A row a rule.
    """

    n: int
    n_persons: int
    share_missing: float
    waves: dict[str, int]
    dropped: list[tuple[str, int]]
    screening: list[dict[str, Any]]


@dataclass(frozen=True)
class StudyRead:
    """A study with its files as they are understood.

    Attributes
    ----------
    study : Study
    files : tuple of FileRead
        In the order of study.yaml.
    problems : tuple of Problem
        What keeps the study from running, and what to look at.
    totals : Totals or None
        None while the study cannot be read.
    """

    study: Study
    files: tuple[FileRead, ...]
    problems: tuple[Problem, ...]
    totals: Totals | None

    @property
    def errors(self) -> list[Problem]:
        """What keeps the study from running."""
        return [one for one in self.problems if one.level == "error"]

    @property
    def warnings(self) -> list[Problem]:
        """What to look at."""
        return [one for one in self.problems if one.level != "error"]


def read_study(folder: Path) -> StudyRead:
    """Read all files of a study, or give what was read when nothing changed since.

    Raises
    ------
    LcresearchError
        What is wrong with study.yaml.
    """
    signature = (folder, Messages().language, _signature(folder))
    with _lock:
        if signature in _readings:
            _readings.move_to_end(signature)
            return _readings[signature]
    read = _read(folder)
    with _lock:
        _readings[signature] = read
        while len(_readings) > _KEPT:
            _readings.popitem(last=False)
    return read


def _signature(folder: Path) -> tuple[Any, ...]:
    """What differs when a file of the study changed: names, sizes and times of the files in and below its folder."""
    found = [folder, *(one for one in folder.iterdir() if one.is_dir() and one.name not in ("results", "integration"))]
    files = [(path.name, path.stat()) for place in found for path in place.iterdir() if path.is_file()]
    return version_of(folder / "study.yaml"), tuple(sorted((name, one.st_size, one.st_mtime_ns) for name, one in files))


def _read(folder: Path) -> StudyRead:
    study = studies.load(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        files = tuple(read_answer_file(study, use) for use in study.file.responses)
        found = checked(study)
    there = any(one.there for one in files)
    totals = _totals(study, found.gathered) if there and found.gathered is not None else None
    return StudyRead(study, files, tuple(found.problems), totals)


def _totals(study: Study, gathered: Gathered) -> Totals:
    data = gathered.data
    items = data.frame[list(data.items)]
    dropped = data.log[data.log["status"] == "dropped"]
    left_out = dropped.groupby(["code", "text"], sort=False, as_index=False)["n"].sum()
    screened = gathered.screening.shown().to_dict("records") if gathered.screening is not None else []
    return Totals(
        n=len(data.frame),
        n_persons=int(data.frame["respondent"].nunique()),
        share_missing=float(items.isna().to_numpy().mean()) if items.size else 0.0,
        waves={wave: int((data.frame["wave"] == wave).sum()) for wave in study.waves},
        dropped=[(str(text), int(n)) for text, n in zip(left_out["text"], left_out["n"], strict=True)],
        screening=[{str(name): value for name, value in row.items()} for row in screened],
    )
