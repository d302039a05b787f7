"""Who answered, when, and in which groups: the columns of a frame that are no answers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import Place, Problem, ResponsesError
from lcresearch.responses.answers import declared_missing
from lcresearch.responses.log import Log
from lcresearch.responses.persons.within_names import holds_personal
from lcresearch.responses.tables import Coded, Column, shown
from lcresearch.responses.wording import plain

_WHOLE = r"^([+-]?\d+)[.,]0+$"
# what Excel shows where a formula failed, in English and in Dutch
_FAILED_FORMULAS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
    | {"#N/B", "#VERW!", "#WAARDE!", "#DEEL/0!", "#NAAM?", "#GETAL!", "#LEEG!"}
)
_NAMED = 10
_ALIKE_NAMED = 5


def group_texts(coded: Coded, column: Column) -> pd.Series[str]:
    """Values of an id, wave or level as text: blanks trimmed, ``12.0`` as ``12``, labels of the file for its codes.

    What a formula that failed leaves behind, such as ``#N/A``, is no group.
    Labels replace codes only when every value has one and no two have the same, so that no groups run together.
    """
    values: pd.Series[str] = pd.Series(coded.values, dtype="str")
    texts = values.str.replace(_WHOLE, r"\1", regex=True)
    texts = texts.mask(texts.isin(_FAILED_FORMULAS))
    if column.labels:
        labels = texts.map({value: label.strip() or None for value, label in column.labels.items()})
        if labels.notna().all() and labels.nunique() == texts.nunique():
            texts = labels.astype("str")
    if column.missing or column.missing_texts:
        kept = np.array([not declared_missing(value, column) for value in values.tolist()], dtype=bool)
        texts = texts.where(kept)
    named = pd.concat([texts, pd.Series([None], dtype="str")], ignore_index=True)
    return named.take(coded.codes).reset_index(drop=True)


def level_values(coded: Coded, column: Column, level: str, rows: npt.NDArray[np.int64], log: Log) -> pd.Series[str]:
    """The groups of one level, a value a row; empty ones and names that differ only in case or accents are reported."""
    texts = group_texts(coded, column)
    empty = texts.isna().to_numpy()
    log.cells("R044", "noted", rows=rows[empty], column=column.name, level=level)
    alike: dict[str, list[str]] = {}
    for text in texts.dropna().unique().tolist():
        alike.setdefault(plain(text), []).append(text)
    pairs = [" / ".join(shown(name, 30) for name in names) for names in alike.values() if len(names) > 1]
    if pairs:
        listed = pairs[:_ALIKE_NAMED] + (["…"] if len(pairs) > _ALIKE_NAMED else [])
        log.add("R050", "noted", column=column.name, level=level, names="; ".join(listed))
    return texts


def refuse_contacts(
    levels: Mapping[str, tuple[Column, pd.Series[str]]], rows: npt.NDArray[np.int64], file: str
) -> None:
    """Refuse levels with an address, phone number or date of birth in names of groups: these are published.

    Raises
    ------
    ResponsesError
        R036 for each such level, with the rows but not the values.
    """
    problems = []
    for level, (column, texts) in levels.items():
        contacts = [text for text in texts.dropna().unique().tolist() if holds_personal(text)]
        found = rows[texts.isin(contacts).to_numpy()]
        if len(found):
            named = ", ".join(map(str, found[:_NAMED])) + (" …" if len(found) > _NAMED else "")
            where = Place(file=file, row=int(found[0]), column=column.name)
            problems.append(Problem("R036", where, {"level": level, "n": len(found), "rows": named}))
    if problems:
        raise ResponsesError(problems)


def respondent_values(
    coded: Coded | None, column: Column | None, rows: npt.NDArray[np.int64], log: Log
) -> pd.Series[str]:
    """Ids of respondents; ``row-7`` where the file has none."""
    from_rows: pd.Series[str] = ("row-" + pd.Series(rows).astype("str")).astype("str")
    if coded is None or column is None:
        log.add("R063", "noted", n=len(rows))
        return from_rows
    ids = group_texts(coded, Column(column.number, column.header))
    empty = ids.isna().to_numpy()
    log.cells("R045", "noted", rows=rows[empty], column=column.name)
    return ids.where(~empty, from_rows)


def wave_values(
    coded: Coded | None, column: Column | None, constant: str, rows: npt.NDArray[np.int64], log: Log
) -> pd.Series[str]:
    """The wave of each row: that of its column, else one for the whole file."""
    if coded is None or column is None:
        return pd.Series([constant], dtype="str").take(np.zeros(len(rows), dtype=np.int64)).reset_index(drop=True)
    waves = group_texts(coded, column)
    log.cells("R046", "noted", rows=rows[waves.isna().to_numpy()], column=column.name)
    return waves


def refuse_duplicates(
    frame: pd.DataFrame, rows: npt.NDArray[np.int64], file: str, *, waves: bool, named: bool = True
) -> None:
    """Refuse a person who stands in one wave twice; without ``named`` the message gives rows and no ids.

    Raises
    ------
    ResponsesError
        R030 if the file has no waves, R031 if it has; the first ten ids are named with their rows.
    """
    twice = frame.duplicated(["respondent", "wave"], keep=False).to_numpy()
    if not twice.any():
        return
    found = frame.loc[twice, ["respondent", "wave"]].assign(row=rows[twice])
    groups = found.groupby(["respondent", "wave"], sort=False, dropna=False)["row"]
    keys = found.drop_duplicates(["respondent", "wave"]).head(_NAMED)
    numbers = groups.agg(list).head(_NAMED)
    listed = [
        f"{shown(str(who), 40) if named else '…'}{f' ({wave})' if waves else ''}: {', '.join(map(str, at[:_NAMED]))}"
        for who, wave, at in zip(keys["respondent"], keys["wave"], numbers, strict=True)
    ]
    n = groups.ngroups
    ids = "; ".join(listed) + ("; …" if n > _NAMED else "")
    where = Place(file=file, row=int(found["row"].iloc[0]))
    raise ResponsesError(Problem("R031" if waves else "R030", where, {"n": n, "ids": ids}))
