"""Who was invited: a table beside the answers, of which only groups and waves are read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lcresearch.responses.formats import open_file
from lcresearch.responses.identity import group_texts
from lcresearch.responses.wording import name_key
from lcresearch.studies.model import StudyFile

NUMBER = "invited"


def read_invited(file: StudyFile, folder: Path) -> pd.DataFrame | None:
    """The table that study.yaml names: columns of levels under the names of the levels, ``wave`` and ``invited``.

    A row is a person, or a group with a number in the column ``invited``. Columns with names or addresses of those who
    were invited stay in the file.

    Parameters
    ----------
    file : StudyFile
    folder : Path
        Folder of study.yaml.

    Returns
    -------
    DataFrame or None
        As :func:`lcresearch.responses.response_rates` takes it; None when the study names no table.

    Raises
    ------
    ResponsesError
        The file cannot be read.
    """
    if file.invited is None:
        return None
    opened = open_file(folder / file.invited)
    names: dict[str, str] = {level: file.levels[level].column for level in file.ordered_levels}
    names |= {"wave": (file.waves.column if file.waves is not None else None) or "wave", NUMBER: NUMBER}
    headers = {name_key(column.header): column for column in opened.columns}
    found = {name: headers[name_key(header)] for name, header in names.items() if name_key(header) in headers}
    table = opened.load(frozenset(column.number for column in found.values()))
    texts = {name: group_texts(table.columns[column.number], column) for name, column in found.items()}
    return pd.DataFrame(texts, index=pd.RangeIndex(len(table.row_numbers)))
