"""One response that stands in the answers twice: rows pasted under each other, or one export read twice.

Platforms give each response a number of their own. Where a file has it, a person without an id cannot count twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import Place, Problem, ResponsesError
from lcresearch.responses.log import Log, as_log
from lcresearch.responses.result import Responses
from lcresearch.responses.tables import Column, Mask, OpenFile, RawTable, shown

_NAMED = 10
_UNIQUE_LENGTH = 12
_MOMENTS = ["started", "finished"]


def number_of_response(columns: Iterable[Column]) -> Column | None:
    """The column in which the platform numbers its responses, if the file has it."""
    return next((column for column in columns if column.response_id), None)


def without_repeated_responses(
    table: RawTable, opened: OpenFile, compared: Iterable[int], wave: int | None, log: Log
) -> RawTable:
    """Leave out rows that are the same response as a row above them, with the same answers.

    Parameters
    ----------
    table : RawTable
    opened : OpenFile
    compared : iterable of int
        Columns that must be equal: all that are used.
    wave : int or None
        The column of the wave: in a long table a response has a row a wave.
    log : Log

    Raises
    ------
    ResponsesError
        R205 if two rows of one response have other answers.
    """
    column = number_of_response(opened.columns)
    if column is None or column.number not in table.columns:
        return table
    response = table.columns[column.number].codes
    key = pd.DataFrame({"response": response, "wave": table.columns[wave].codes if wave in table.columns else 0})
    twice = key.duplicated(keep=False).to_numpy() & (response >= 0)
    if not twice.any():
        return table
    cells = pd.DataFrame({number: table.columns[number].codes[twice] for number in compared if number in table.columns})
    cells["response"], again = response[twice], np.zeros(len(twice), dtype=bool)
    again[twice] = cells.duplicated().to_numpy()
    left = key[~again]
    differ = left.duplicated(keep=False).to_numpy() & (left["response"] >= 0).to_numpy()
    if differ.any():
        raise _differing(left[differ], table.row_numbers[~again][differ], opened.file, column)
    log.cells("R204", "dropped", rows=table.row_numbers[again], column=column.name)
    return table.only(~again)


def _differing(key: pd.DataFrame, rows: npt.NDArray[np.int64], file: str, column: Column) -> ResponsesError:
    groups = pd.Series(rows).groupby([key[name].to_numpy() for name in key], sort=False).agg(list)
    named = [", ".join(map(str, found[:_NAMED])) for found in groups.head(_NAMED)] + ["…"] * (len(groups) > _NAMED)
    where = Place(file=file, row=int(rows[0]), column=column.name)
    return ResponsesError("R205", where=where, n=len(groups), rows="; ".join(named))


def fingerprints(table: RawTable, opened: OpenFile, answers: pd.DataFrame, paradata: pd.DataFrame) -> pd.Series[str]:
    """A text for each row that only the same response with the same answers has; missing where nothing is certain.

    A number such as 12 is given in every survey. It counts with the time of answering only; ids of 12 signs and more,
    as Qualtrics and KoboToolbox make them, count alone.

    Parameters
    ----------
    table : RawTable
    opened : OpenFile
    answers : DataFrame
        A column an item, in the rows of ``table``.
    paradata : DataFrame
        With ``started`` and ``finished``, in the same rows.
    """
    column = number_of_response(opened.columns)
    if column is None or column.number not in table.columns:
        return pd.Series([None] * len(answers), dtype="str")
    number = table.columns[column.number]
    ids = pd.concat([pd.Series(number.values, dtype="str"), pd.Series([None], dtype="str")], ignore_index=True)
    ids = ids.take(number.codes).reset_index(drop=True)
    certain = ids.notna() & ((ids.str.len() >= _UNIQUE_LENGTH) | paradata[_MOMENTS].notna().any(axis=1))
    compared = pd.concat([ids, paradata[_MOMENTS], answers[sorted(map(str, answers))]], axis=1)
    texts = pd.util.hash_pandas_object(compared, index=False).astype("str") + f":{answers.shape[1]}"
    return texts.where(certain).astype("str")


def without_responses_of_other_files(parts: Sequence[Responses]) -> list[Responses]:
    """Leave out of each file the responses that an earlier file holds in full.

    Raises
    ------
    ResponsesError
        R207 if the same responses stand in two waves.
    """
    found: list[Responses] = []
    before = pd.DataFrame({"fingerprint": [], "wave": [], "file": []}, dtype="str")
    for part in parts:
        own = part.origin[["fingerprint", "file"]].assign(wave=part.frame["wave"]).dropna(subset="fingerprint")
        merged = own.reset_index(names="place").merge(before, on="fingerprint", suffixes=("", "_before"))
        moved = merged[merged["wave"] != merged["wave_before"]]
        if len(moved):
            first = moved.iloc[0]
            files = [shown(first["file_before"], 60), shown(first["file"], 60)]
            waves = [shown(str(first["wave_before"]), 30), shown(str(first["wave"]), 30)]
            raise ResponsesError(
                Problem("R207", values={"n": moved["place"].nunique(), "files": files, "waves": waves})
            )
        again = np.zeros(len(part.frame), dtype=bool)
        again[merged["place"].to_numpy(dtype=np.int64)] = True
        found.append(_without(part, again))
        before = pd.concat([before, own], ignore_index=True).drop_duplicates("fingerprint")
    return found


def _without(part: Responses, rows: Mask) -> Responses:
    if not rows.any():
        return part
    log = Log(part.source.file)
    log.cells("R206", "dropped", rows=part.origin["row"].to_numpy()[rows])
    lines = as_log(pd.concat([part.log.astype(object), log.frame().astype(object)], ignore_index=True))
    return part.only(~rows).replaced(log=lines)
