"""Finding one person in what lies beside the answers of a study: results, the list of invited persons, transcripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lcresearch import output_folder
from lcresearch.errors import Place, StudyError
from lcresearch.responses.formats import open_file
from lcresearch.responses.persons.pseudonyms import is_pseudonym
from lcresearch.responses.wording import name_key
from lcresearch.studies import removal
from lcresearch.studies.interview_traces import find_in_interviews
from lcresearch.studies.person_search import PersonSearch

_ROLE = "respondent"


def find_traces(search: PersonSearch) -> None:
    """Look in results, the list of invited persons and transcripts, and note what these must become.

    Raises
    ------
    StudyError
        S034, a file that cannot be written back as it was; S044, when the key is gone that results need; S045, when
        results cannot be read.
    """
    _results(search)
    _invited(search)
    find_in_interviews(search)


def _results(search: PersonSearch) -> None:
    """Rows of the person under ``private/`` in results anywhere in the folder of the study."""
    keyless: list[str] = []
    for path in _private_tables(search):
        try:
            frame = pd.read_parquet(path)
        except (OSError, ValueError, pa.ArrowException) as error:
            where = path.relative_to(search.folder).as_posix()
            raise StudyError("S045", where=Place(file=where)) from error
        rows = np.flatnonzero(_mine(search, frame))
        unknown = _has_unknown_pseudonyms(search, frame)
        if unknown and not search.key.exists:
            keyless.append(path.parent.relative_to(search.folder).as_posix())
        if len(rows):
            search.changes[path] = removal.parquet_without(path, (rows + 2).tolist())
            search.note(path, "rows_removed", len(rows))
        if (unknown and not len(rows)) or search.is_unclear(frame):
            search.note(path, "to_check")
    if keyless:
        raise StudyError("S044", files=list(dict.fromkeys(keyless)))


def _private_tables(search: PersonSearch) -> Iterator[Path]:
    for record in sorted(search.folder.rglob("run.json")):
        if is_record_of(record, output_folder.STUDY, search.file.id):
            yield from sorted((record.parent / "private").glob("*.parquet"))


def is_record_of(record: Path, kind: output_folder.Kind, study: str) -> bool:
    """Whether a file is the record of output of this kind, made of this study."""
    try:
        content = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.get(kind.key) == study


def _has_unknown_pseudonyms(search: PersonSearch, frame: pd.DataFrame) -> bool:
    """Whether there are rows by pseudonyms that are not in the key, such as a key that was lost gave."""
    if _ROLE not in frame:
        return False
    names = frame[_ROLE].dropna().astype("str").unique().tolist()
    return any(is_pseudonym(name) and name not in search.names and search.key.original(name) is None for name in names)


def _mine(search: PersonSearch, frame: pd.DataFrame) -> Any:
    """Rows of the person, and lines of a log on rows that are taken out or on the id.

    Where rows go by respondent only that column tells: an id such as 12 may stand in any other as an answer.
    """
    mine = search.rows_by_code(frame)
    for name in [_ROLE] if _ROLE in frame else frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name].dtype):
            mine |= frame[name].astype("str").isin(search.names).to_numpy(dtype=bool)
    if {"file", "row"} <= set(frame.columns):
        for file, rows in search.removed.items():
            mine |= ((frame["file"] == file) & frame["row"].isin(rows)).fillna(False).to_numpy(dtype=bool)
    return mine


def _invited(search: PersonSearch) -> None:
    """The list of those who were invited: the row that goes by the id is taken out, other places of it are named."""
    if search.file.invited is None:
        return
    path = search.folder / search.file.invited
    opened = open_file(path)
    path = path if path.is_file() else path.with_name(path.name.rpartition("#")[0])
    if path in search.changes:
        return
    wanted = {name_key(search.file.respondent or _ROLE), _ROLE}
    found = {column.number: search.rows_of(path, opened, column) for column in opened.columns}
    by_id = [c.number for c in opened.columns if name_key(c.header) in wanted and found[c.number]]
    if by_id:
        rows, number = found[by_id[0]], by_id[0]
        search.take_out(path, opened, rows, lambda record, delimiter: search.is_mine(record, delimiter, number))
        search.note(path, "rows_removed", len(rows), rows)
    elif any(found.values()):
        rows = sorted({row for each in found.values() for row in each})
        search.note(path, "to_check", len(rows), rows)
