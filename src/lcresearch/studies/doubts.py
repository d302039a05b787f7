"""What may be meant otherwise in the answers of a study, told before anything is computed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.instruments import Instrument
from lcresearch.responses import Responses
from lcresearch.responses.persons.spellings import made_of_rows, plain_ids
from lcresearch.responses.persons.withdrawn import Withdrawn
from lcresearch.responses.tables import shown
from lcresearch.studies.file_names import files_to_rename
from lcresearch.studies.model import StudyFile


def doubts(data: Responses, file: StudyFile, folder: Path) -> list[Problem]:
    """What may be meant otherwise: ids that nobody has at two waves, groups that read as several, file names."""
    found, waves = files_to_rename(file.responses), data.frame.groupby("respondent")["wave"].nunique()
    n = Withdrawn(folder).spelt_otherwise(data.frame["respondent"]) if file.respondent is not None else 0
    if n:
        found.append(Problem("S042", values={"n": n}))
    if file.respondent is not None and data.frame["wave"].nunique() > 1:
        if waves.max() == 1:
            found.append(Problem("S056", values={"waves": list(dict.fromkeys(data.frame["wave"].dropna()))}))
        n = _ids_in_two_spellings(data.frame)
        if n:
            found.append(Problem("S058", values={"n": n}))
    for level in file.ordered_levels:
        n, example = _several_names(data.frame[level])
        if n and file.levels[level].separator is None:
            found.append(Problem("S057", values={"n": n, "level": level, "example": shown(example, 60)}))
    for around, level in itertools.pairwise(file.ordered_levels):
        if level != "team" and (n := _under_several(data.frame, around, level)):
            found.append(Problem("S064", values={"n": n, "level": level, "around": around}))
    return found


def short_forms(data: Responses, file: StudyFile, instruments: Sequence[Instrument]) -> list[Problem]:
    """Instruments of which exactly the short form was read, while study.yaml does not say so."""
    read, found = set(data.items), []
    for one, use in zip(instruments, file.instruments, strict=True):
        short = {column for item in one.items if item.short_form for column in one.columns_of(item.id)}
        every = {column for item in one.items for column in one.columns_of(item.id)}
        if not use.short_form and short and short < every and read & every == short:
            found.append(Problem("S059", values={"id": use.id}))
    return found


def _ids_in_two_spellings(frame: pd.DataFrame) -> int:
    """How many ids occur at one wave and, written otherwise, at another: ``007`` and ``7``, ``P07`` and ``p 07``."""
    ids = frame[["respondent", "wave"]].drop_duplicates()
    ids = ids[~made_of_rows(ids["respondent"])]
    same = ids.assign(plain=plain_ids(ids["respondent"])).groupby("plain")
    n_ids, n_waves, n_rows = same["respondent"].nunique(), same["wave"].nunique(), same.size()
    return int(((n_ids > 1) & (n_rows == n_waves)).sum())


def _under_several(frame: pd.DataFrame, around: str, level: str) -> int:
    """How many groups of a level stand under more than one group of the level around it, at one wave."""
    pairs = frame[["wave", around, level]].dropna().drop_duplicates()
    several = pairs.groupby(["wave", level]).size().rename("n").reset_index()
    return int(several.loc[several["n"] > 1, level].nunique())


def _several_names(groups: pd.Series[str]) -> tuple[int, str]:
    """In how many rows stand names of several groups with a semicolon between them, and the first such text."""
    counts = groups.value_counts(sort=False)
    names = set(counts.index)
    several = [text for text in counts.index if ";" in text and set(_names_in(text)) <= names]
    return int(counts[several].sum()), several[0] if several else ""


def _names_in(text: str) -> list[str]:
    """The names in ``A 70%; B 30%``, without shares."""
    return [re.sub(r"\s*\d+(?:[.,]\d+)?\s*%$", "", part.strip()) for part in text.split(";") if part.strip()]
