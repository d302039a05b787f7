"""How the files with answers of a study are understood, each on its own, also when something is wrong with them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from lcresearch.errors import LcresearchError, LcresearchWarning, Problem
from lcresearch.responses.described import ColumnDescribed, describe_columns
from lcresearch.responses.platforms import PLATFORMS
from lcresearch.responses.wording import name_key
from lcresearch.studies.gathering import Gathering
from lcresearch.studies.loading import is_there
from lcresearch.studies.model import ResponsesFile

if TYPE_CHECKING:
    from lcresearch.studies.study import Study

_FATES = {"R060": "item", "R067": "role", "R197": "kept", "R130": "kept", "R129": "personal", "R191": "platform"}
_FATES |= {"R061": "unused", "R066": "text"}
_PLAIN = ("R061", "R067", "R191")
"""Lines that say no more than the fate does."""
_MISSING = "R043"


@dataclass(frozen=True)
class ColumnRead:
    """A column and what became of it.

    Attributes
    ----------
    column : ColumnDescribed
    fate : str
        ``item, role, kept, personal, platform, text`` (an open answer, which is not read), ``left_out`` or ``unused``.
    why : tuple of str
        In words.
    n_set_missing : int
        Answers in it that could not be read.
    """

    column: ColumnDescribed
    fate: str
    why: tuple[str, ...]
    n_set_missing: int = 0


@dataclass(frozen=True)
class FileRead:
    """A file with answers as the study understands it; nothing in here is about one person.

    Attributes
    ----------
    use : ResponsesFile
    there : bool
        Whether the file is there.
    platform : str
        Survey platform that made it; ``table`` for none.
    n_rows, n_used : int
        Rows with any content, and rows that are answers of the study.
    sheets : tuple of str
        Other sheets of the workbook.
    columns : tuple of ColumnRead
    missing : mapping of str to str
        Item without a column -> where it may be, in words.
    waves : mapping of str to int
        Wave -> rows.
    problems : tuple of Problem
        Errors, with which the file cannot be used, or else warnings.
    log : DataFrame
        Lines on rows and answers, counted: ``code, level, status, column, item, n, text``; without what stood in cells.
    """

    use: ResponsesFile
    there: bool
    platform: str
    n_rows: int
    n_used: int
    sheets: tuple[str, ...]
    columns: tuple[ColumnRead, ...]
    missing: Mapping[str, str]
    waves: Mapping[str, int]
    problems: tuple[Problem, ...]
    log: pd.DataFrame

    @property
    def usable(self) -> bool:
        """Whether the study can use it."""
        return self.there and not any(problem.level == "error" for problem in self.problems)


_NO_LOG = pd.DataFrame(columns=["code", "level", "status", "column", "item", "n", "text"])


def read_answer_file(study: Study, use: ResponsesFile) -> FileRead:
    """Read one file with answers as a study would, and tell how.

    Parameters
    ----------
    study : Study
    use : ResponsesFile
        One of ``study.file.responses``, or another one to try.

    Returns
    -------
    FileRead
        What keeps the file from being used is in ``problems``; the columns are there whenever the file can be opened.

    Examples
    --------
    >>> from lcresearch import shipped, studies
    >>> study = studies.load(shipped.folder("analyses") / "pulse")
    >>> read = read_answer_file(study, study.file.responses[0])
    >>> read.platform, read.usable, sum(one.fate == "item" for one in read.columns)
    ('microsoft_forms', True, 4)
    """
    if not is_there(study.folder, use.file):
        return FileRead(use, False, "", 0, 0, (), (), {}, {}, (), _NO_LOG)
    gathering = Gathering(study.file, study.folder, study.instruments, list(study.waves), study.programme)
    try:
        opened, items, wanted, layout, found = gathering.opened(use)
        described = describe_columns(opened, items, wanted, layout)
    except LcresearchError as error:
        return FileRead(use, True, "", 0, 0, (), (), {}, {}, error.problems, _NO_LOG)
    log, problems, n_used, n_rows = _NO_LOG, tuple(found), 0, 0
    waves: dict[str, int] = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LcresearchWarning)
            data = gathering.read_alone(use)
    except LcresearchError as error:
        problems = tuple({repr(one): one for one in (*error.problems, *found)}.values())
    else:
        log, problems, n_used = data.log, data.problems, len(data.frame)
        n_rows = data.source.n_rows
        waves = {str(wave): int(n) for wave, n in data.frame["wave"].value_counts(sort=False).items()}
    left_out = {name for name, target in use.mapping.items() if target is None}
    columns = tuple(_column(one, log, left_out) for one in described)
    missing = log[log["code"] == _MISSING].dropna(subset=["item"])
    unasked = gathering.unasked
    return FileRead(
        use,
        True,
        opened.platform or "table",
        n_rows,
        n_used,
        tuple(opened.other_sheets),
        columns,
        {
            str(item): str(text)
            for item, text in zip(missing["item"], missing["text"], strict=True)
            if item not in unasked
        },
        waves,
        tuple(one for one in problems if not (one.code == _MISSING and one.where.item in unasked)),
        _counted(log),
    )


def known_platforms() -> list[str]:
    """Names of survey platforms whose exports are recognised; ``table`` is a plain table."""
    return ["table", *PLATFORMS]


def _column(one: ColumnDescribed, log: pd.DataFrame, left_out: set[str]) -> ColumnRead:
    lines = log[(log["column"] == one.name) & log["row"].isna()] if "row" in log else log
    cells = log[(log["column"] == one.name) & (log["status"] == "set_missing")] if len(log) else log
    fates = [_FATES[code] for code in lines["code"] if code in _FATES]
    if one.key in left_out:
        fate = "left_out"
    elif fates:
        fate = next((fate for fate in ("item", "role", "kept") if fate in fates), fates[0])
    else:
        fate = "item" if one.target else "platform" if one.role else "unused"
    plain = (*_PLAIN, "R060") if one.target and name_key(one.target) in name_key(one.key) else _PLAIN
    why = dict.fromkeys(str(text) for code, text in zip(lines["code"], lines["text"], strict=True) if code not in plain)
    return ColumnRead(one, fate, tuple(why), int(cells["n"].sum()) if len(cells) else 0)


def _counted(log: pd.DataFrame) -> pd.DataFrame:
    """Lines on rows and answers, one for each thing that was done, without the cells they are about."""
    if not len(log):
        return _NO_LOG
    about = log[log["status"].isin(["dropped", "set_missing", "filled", "recoded", "noted"])]
    by = ["code", "level", "status", "column", "item", "text"]
    counted = pd.DataFrame(about.groupby(by, sort=False, dropna=False, as_index=False)["n"].sum())
    return counted[["code", "level", "status", "column", "item", "n", "text"]]
