"""Several files of one study as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lcresearch.errors import Problem, ResponsesError
from lcresearch.responses.log import Log, logs_together
from lcresearch.responses.repeated_responses import without_responses_of_other_files
from lcresearch.responses.result import IDENTITY, Responses
from lcresearch.responses.tables import shown

_NAMED = 10


def combine(parts: Sequence[Responses]) -> Responses:
    """Put files or waves of one study under each other.

    Ids that were made from rows get the number of their file in front. A level or item that only some files have is
    missing in the rows of the others, which the log says. A response that stands in two files counts once. The log
    and the problems of all files are kept; the column ``file`` tells them apart.

    Parameters
    ----------
    parts : list of Responses
        As :func:`read` gives them.

    Returns
    -------
    Responses
        All rows, with one log and the sources of each.

    Raises
    ------
    ResponsesError
        R035 if there is nothing to combine, R033 if one person stands in one wave of two files, R034 if the files were
        read with different versions of an instrument, R207 if the same responses stand in two waves.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from lcresearch import instruments, responses
    >>> voice = instruments.load("psychological-safety")
    >>> voice = voice.model_copy(update={"items": voice.items[:1]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "answers.csv"
    ...     _ = file.write_text(f"respondent,{voice.items[0].id}\\nan,4\\nbo,2\\n", encoding="utf-8")
    ...     waves = [responses.read(file, voice, wave=wave) for wave in ("t0", "t1")]
    >>> responses.combine(waves).frame.shape
    (4, 3)
    """
    if not parts:
        raise ResponsesError("R035")
    instruments = {instrument.id: instrument for part in parts for instrument in part.instruments}
    changed = [name for name, one in instruments.items() if _hashes(parts, name) != {one.hash}]
    if changed:
        raise ResponsesError("R034", instruments=changed)
    levels = tuple(dict.fromkeys(level for part in parts for level in part.levels))
    found = {item for part in parts for item in part.items}
    items = [c for one in instruments.values() for item in one.items for c in one.columns_of(item.id) if c in found]
    columns = [*IDENTITY, *levels, *dict.fromkeys(items)]
    parts = without_responses_of_other_files(parts)
    frames = [_with_own_ids(part, number) for number, part in enumerate(parts, start=1)]
    frame = pd.concat(frames, ignore_index=True)[columns]
    _refuse_duplicates(frame, parts)
    logs = [part.log for part in parts] + [_columns_of_some(part, columns) for part in parts]
    log = logs_together(logs)
    problems = tuple(problem for part in parts for problem in part.problems)
    sources = tuple(source for part in parts for source in part.sources)
    beside = {name: _under_each_other(parts, name) for name in ("paradata", "kept", "origin")}
    return Responses(frame, log, problems, levels, tuple(instruments.values()), sources, **beside)


def _under_each_other(parts: Sequence[Responses], name: str) -> pd.DataFrame:
    frames: list[pd.DataFrame] = [getattr(part, name) for part in parts]
    return pd.concat(frames, ignore_index=True)


def _with_own_ids(part: Responses, number: int) -> pd.DataFrame:
    """The frame; ids made from rows get the number of the file in front: rows of two files are two persons."""
    if not part.log["code"].isin(["R045", "R063"]).any():
        return part.frame
    ids = part.frame["respondent"]
    made = ids.str.fullmatch(r"(?:\d+:)*row-\d+")
    return part.frame.assign(respondent=ids.where(~made, f"{number}:" + ids))


def _hashes(parts: Sequence[Responses], name: str) -> set[str]:
    return {instrument.hash for part in parts for instrument in part.instruments if instrument.id == name}


def _columns_of_some(part: Responses, columns: list[str]) -> pd.DataFrame:
    """A line for each level or item that this file does not have and another one has."""
    log = Log(part.source.file)
    for column in columns:
        if column not in part.frame.columns:
            log.add("R072", "not_found", item=column, n=len(part.frame))
    return log.frame()


def _refuse_duplicates(frame: pd.DataFrame, parts: Sequence[Responses]) -> None:
    twice = frame.duplicated(list(IDENTITY), keep=False).to_numpy()
    if not twice.any():
        return
    files = np.repeat([part.source.file for part in parts], [len(part.frame) for part in parts])
    found = frame.loc[twice, list(IDENTITY)].assign(file=files[twice])
    groups = found.groupby(list(IDENTITY), sort=False, dropna=False)["file"].agg(list)
    keys = groups.index.to_frame(index=False).head(_NAMED)
    rows = zip(keys["respondent"], keys["wave"], groups.head(_NAMED), strict=True)
    named = [f"{shown(str(who), 40)} ({wave}): {', '.join(names)}" for who, wave, names in rows]
    ids = "; ".join(named) + ("; …" if len(groups) > _NAMED else "")
    raise ResponsesError(Problem("R033", values={"n": len(groups), "ids": ids}))
