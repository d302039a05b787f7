"""Who was invited: a table beside the answers, of which only groups and waves are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lcresearch.reporting.content import Characteristic
from lcresearch.responses.formats import open_file
from lcresearch.responses.identity import group_texts
from lcresearch.responses.wording import name_key
from lcresearch.studies.characteristics import column_of, same_names
from lcresearch.studies.model import StudyFile

NUMBER = "invited"


def read_invited(file: StudyFile, folder: Path, characteristics: Sequence[Characteristic] = ()) -> pd.DataFrame | None:
    """The table that study.yaml names: columns of levels under the names of the levels, ``wave`` and ``invited``.

    A row is a person, or a group with a number in the column ``invited``. Columns with names or addresses of those who
    were invited stay in the file.

    Parameters
    ----------
    file : StudyFile
    folder : Path
        Folder of study.yaml.
    characteristics : sequence of Characteristic
        Read where the table has a column of that name.

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
    names |= {column_of(one.name): one.name for one in characteristics}
    headers = {name_key(column.header): column for column in opened.columns}
    found = {name: headers[name_key(header)] for name, header in names.items() if name_key(header) in headers}
    table = opened.load(frozenset(column.number for column in found.values()))
    texts = {name: group_texts(table.columns[column.number], column) for name, column in found.items()}
    for one in characteristics:
        if column_of(one.name) in texts:
            texts[column_of(one.name)] = same_names(texts[column_of(one.name)], one)
    return pd.DataFrame(texts, index=pd.RangeIndex(len(table.row_numbers)))
