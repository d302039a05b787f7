"""What a platform records about the answering itself: when somebody started, how long it took, in which language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lcresearch.responses.answers import MARKERS
from lcresearch.responses.tables import Coded, Column

COLUMNS = ("started", "finished", "seconds", "completed", "language")
_COMPLETED = frozenset({"1", "true", "waar", "yes", "ja", "y", "100", "completed", "complete", "voltooid"})
_DAY_AND_MONTH = r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})((?:[ T,].{0,40})?)$"
_MONTHS = 12
# the date that LimeSurvey writes for everyone when the answers are anonymous
_NO_DATE = "1980-01-01"
_LONGEST = 366 * 24 * 3600


def build_paradata(columns: Mapping[int, Coded], roles: Mapping[str, Column], n_rows: int) -> pd.DataFrame:
    """One row a row of the answers: ``started, finished`` (datetime), ``seconds, completed, language``.

    Without a column of its own the time is that between start and finish. An answer without a time of finishing is not
    completed.

    Parameters
    ----------
    columns : mapping of int to Coded
        Loaded columns by number.
    roles : mapping of str to Column
        Which column has which role of :data:`~lcresearch.responses.tables.ROLES`.
    n_rows : int
    """
    coded = {role: columns[column.number] for role, column in roles.items() if column.number in columns}
    nothing = Coded(np.full(n_rows, -1), np.zeros(0, dtype=object))
    table = pd.DataFrame(index=pd.RangeIndex(n_rows))
    for role in ("started", "finished"):
        table[role] = times(coded.get(role, nothing))
    table["seconds"] = (table["finished"] - table["started"]).dt.total_seconds()
    if "seconds" in coded:
        table["seconds"] = coded["seconds"].numbers()
    table["seconds"] = table["seconds"].where(table["seconds"].between(0, _LONGEST))
    table["completed"] = _completed(coded, roles, table)
    table["language"] = _texts(coded.get("language", nothing))
    return table[list(COLUMNS)]


def paradata_columns(columns: Sequence[Column]) -> dict[str, Column]:
    """Role -> the first column that has it, for the roles that paradata come from."""
    found: dict[str, Column] = {}
    for column in columns:
        if column.role in (*COLUMNS, "progress"):
            found.setdefault(column.role, column)
    return found


def times(coded: Coded) -> pd.Series[pd.Timestamp]:
    """Moments of a column; the day comes before the month unless the values of the column show the opposite.

    Examples
    --------
    >>> times(Coded(np.array([0, 1]), np.array(["3/4/2026 10:00", "3/14/2026 10:30"], dtype=object))).dt.month.tolist()
    [3, 3]
    """
    if not len(coded.values):
        return pd.Series(np.full(len(coded.codes), np.datetime64("NaT", "ns"), dtype="datetime64[ns]"))
    values = pd.Series(coded.values, dtype="str")
    parts = values.str.extract(_DAY_AND_MONTH)
    first, second = (pd.to_numeric(parts[place]) for place in (0, 1))
    month_first = bool((second > _MONTHS).any() and not (first > _MONTHS).any())
    month, day = (parts[0], parts[1]) if month_first else (parts[1], parts[0])
    year = parts[2].where(parts[2].str.len() == 4, "20" + parts[2])
    values = values.mask(values.str.startswith(_NO_DATE))
    iso = (year + "-" + month.str.zfill(2) + "-" + day.str.zfill(2) + parts[3]).fillna(values)
    best = pd.to_datetime(iso, format="mixed", errors="coerce", utc=True)
    found = best.dt.tz_localize(None).astype("datetime64[ns]")
    return pd.concat([found, pd.Series([pd.NaT])], ignore_index=True).take(coded.codes).reset_index(drop=True)


def _texts(coded: Coded) -> pd.Series[str]:
    named = pd.concat([pd.Series(coded.values, dtype="str"), pd.Series([None], dtype="str")], ignore_index=True)
    return named.take(coded.codes).reset_index(drop=True)


def _completed(coded: Mapping[str, Coded], roles: Mapping[str, Column], table: pd.DataFrame) -> pd.Series[bool]:
    """Whether somebody came to the end: as the platform says, or by a time of finishing; NA when nothing tells."""
    for role in ("completed", "progress"):
        if role in coded:
            texts = _texts(coded[role]).str.strip().replace(dict(roles[role].labels)).str.casefold()
            return texts.isin(_COMPLETED).astype("boolean")
    if "finished" in coded:
        texts = _texts(coded["finished"]).str.strip().str.casefold()
        return (texts.notna() & ~texts.isin(MARKERS)).astype("boolean")
    return pd.Series(pd.NA, index=table.index, dtype="boolean")
