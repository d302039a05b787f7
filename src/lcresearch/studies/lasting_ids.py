"""Ids that last for persons who are known by a code of their own, and what tells their rows apart."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lcresearch.errors import Problem
from lcresearch.responses import Responses
from lcresearch.responses.persons.withdrawn import Withdrawn
from lcresearch.responses.tables import Mask
from lcresearch.responses.waves.codes import normal_codes

_MOMENTS = ("started", "finished")
_DIGEST = 12
_ONLY = "0"


def code_rows(data: Responses, code: pd.Series[str], within: Sequence[str]) -> pd.DataFrame:
    """Of each row ``group``, ``code`` (normalised, missing when there is none), ``wave`` and ``digest``.

    The digest is of what the row holds, wherever it stands: two rows of one code are told apart by it.
    """
    group = pd.Series("", index=data.frame.index, dtype="str")
    for column in within:
        group = group + data.frame[column].fillna("").astype("str") + "/"
    rows = pd.DataFrame(
        {"group": group, "code": normal_codes(code), "wave": data.frame["wave"].fillna("").astype("str")}
    )
    return rows.assign(digest=_digests(data, rows))


def lasting_ids(rows: pd.DataFrame, persons: pd.Series[str], own: pd.Series[str], gone: Withdrawn) -> pd.Series[str]:
    """For each row an id of its person that is the same in a later run.

    It names group, code and wave of the first row. Where several persons have these in common, or had so before one of
    them withdrew, it names what is in that row as well: never its place in a file, which changes when rows are sorted.
    A row without a code keeps its ``own`` id, which says which row it is.

    Parameters
    ----------
    rows : DataFrame
        As :func:`code_rows` gives them.
    persons, own : Series of str
        Which rows are one person, and the ids that reading gave.
    gone : Withdrawn
    """
    first = rows[~persons.duplicated().to_numpy()]
    name = names(first)
    several = name.duplicated(keep=False) | name.isin(gone.those_in(name, gone.prints.names))
    ids = name + "#" + first["digest"].where(several, _ONLY)
    again = ids.groupby(ids).cumcount()
    ids = ids + np.where(again > 0, "-" + (again + 1).astype("str"), "")
    ids.index = pd.Index(persons[~persons.duplicated()])
    return persons.map(ids).where(rows["code"].notna(), own).astype("str")


def names(rows: pd.DataFrame) -> pd.Series[str]:
    """Group, code and wave of each row as one text."""
    return rows["group"] + rows["code"].fillna("") + "@" + rows["wave"]


def shared_names(rows: pd.DataFrame, persons: pd.Series[str]) -> pd.Series[str]:
    """The names that the first rows of several persons have in common, each once."""
    first = rows[~persons.duplicated().to_numpy()].dropna(subset="code")
    name = names(first)
    return name[name.duplicated(keep=False)].drop_duplicates()


def told_apart(rows: pd.DataFrame, persons: pd.Series[str]) -> list[Problem]:
    """A warning when several persons of a wave have one code, so that only their answers tell them apart."""
    n = len(shared_names(rows, persons))
    return [Problem("S048", values={"n": n})] if n else []


def _digests(data: Responses, rows: pd.DataFrame) -> pd.Series[str]:
    """A digest of code, wave, what was answered in each row, and when; what was not answered does not count."""
    total = np.zeros(len(rows), dtype=np.uint64)
    answers = data.frame[list(data.items)]
    moments = data.paradata[[name for name in _MOMENTS if name in data.paradata]]
    for table in (answers, moments):
        for name in table:
            given: Mask = table[name].notna().to_numpy(dtype=bool)
            numeric = pd.api.types.is_numeric_dtype(table[name].dtype)
            values = table[name].to_numpy(dtype="float64") if numeric else table[name].astype("str").to_numpy(object)
            weight = np.frombuffer(hashlib.sha256(str(name).encode()).digest()[:8], dtype="<u8")[0] | np.uint64(1)
            total[given] += pd.util.hash_array(values[given]) * weight
    head = rows["group"] + "\x1f" + rows["code"].fillna("") + "\x1f" + rows["wave"] + "\x1f"
    texts = head.to_numpy(dtype=object) + total.astype(str).astype(object)
    found = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST] for text in texts]
    return pd.Series(found, index=rows.index, dtype="str")
