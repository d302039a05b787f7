"""Which group took part in which wave, and for how long each was followed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lcresearch.studies.monitoring.register import GROUP, REASON, STARTED, STOPPED

ACTIVE, ENDED = "active", "stopped"


def presence(groups: pd.Series[str], frame: pd.DataFrame, waves: Sequence[str]) -> pd.DataFrame:
    """Persons who answered, by group and wave.

    Parameters
    ----------
    groups : Series of str
        The group of each row.
    frame : DataFrame
        ``respondent, wave``.
    waves : sequence of str

    Returns
    -------
    DataFrame
        Index: group, in order of the alphabet; a column a wave, numbers of persons.

    Examples
    --------
    >>> frame = pd.DataFrame({"respondent": ["a", "b", "c", "a"], "wave": ["t0", "t0", "t0", "t1"]})
    >>> presence(pd.Series(["x", "x", "y", "x"]), frame, ["t0", "t1"]).to_dict("list")
    {'t0': [2, 1], 't1': [1, 0]}
    """
    table = pd.DataFrame({GROUP: groups.to_numpy(), "wave": frame["wave"], "respondent": frame["respondent"]}).dropna()
    counts = table.groupby([GROUP, "wave"])["respondent"].nunique().unstack("wave")
    return counts.reindex(columns=list(waves)).fillna(0).astype("int64")


def followed(counts: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """How long each group was followed, and whether it stopped.

    Only the register says that a group stopped: one without answers in the last wave may come back.

    Parameters
    ----------
    counts : DataFrame
        As :func:`presence` gives them, waves with answers only.
    register : DataFrame
        As :func:`lcresearch.studies.monitoring.register.read_register` gives it.

    Returns
    -------
    DataFrame
        ``group, status, started, last_answers, stopped, reason, periods, n_missed``: the first wave, that of the
        register before that of the answers; the last one with answers; waves from the start to the stop or the last
        wave; and waves between them without answers.

    Examples
    --------
    >>> counts = pd.DataFrame({"t0": [5, 6], "t1": [0, 4], "t2": [3, 0]}, index=pd.Index(["x", "y"], name="group"))
    >>> register = pd.DataFrame({"group": ["x", "y"], "started": [None, None], "stopped": [None, "t1"], "reason": None})
    >>> followed(counts, register)[["group", "status", "periods", "n_missed"]].to_numpy().tolist()
    [['x', 'active', 3, 1], ['y', 'stopped', 2, 0]]
    """
    waves = [str(wave) for wave in counts.columns]
    place = {wave: number for number, wave in enumerate(waves)}
    listed = register.set_index(GROUP)[[STARTED, STOPPED, REASON]]
    names = [*counts.index, *(name for name in listed.index if name not in counts.index)]
    answered = counts.reindex(names, fill_value=0).to_numpy() > 0
    listed = listed.reindex(names)
    ever = answered.any(axis=1)
    first = np.where(ever, answered.argmax(axis=1), 0)
    last = np.where(ever, len(waves) - 1 - answered[:, ::-1].argmax(axis=1), -1)
    start = listed[STARTED].map(place).astype(float).to_numpy()
    start = np.where(np.isnan(start), first, start).astype(np.int64)
    stop = listed[STOPPED].map(place).astype(float).to_numpy()
    ended = listed[STOPPED].notna().to_numpy()
    end = np.where(np.isnan(stop), len(waves) - 1, stop).astype(np.int64)
    number = np.arange(len(waves))
    within = (number >= start[:, None]) & (number <= end[:, None])
    return pd.DataFrame(
        {
            GROUP: names,
            "status": np.where(ended, ENDED, ACTIVE),
            STARTED: [waves[int(n)] for n in start.tolist()],
            "last_answers": [waves[int(n)] if n >= 0 else None for n in last.tolist()],
            STOPPED: listed[STOPPED].to_numpy(dtype=object),
            REASON: listed[REASON].to_numpy(dtype=object),
            "periods": np.maximum(end - start + 1, 1),
            "n_missed": (within & ~answered).sum(axis=1),
        }
    )


def by_wave(counts: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Numbers of groups in each wave: ``wave, n_followed, n_answering, n_missing, n_new, n_stopped``.

    ``n_stopped`` had stopped before that wave; ``n_missing`` are followed and have no answers in it.

    Examples
    --------
    >>> counts = pd.DataFrame({"t0": [5, 6], "t1": [0, 4], "t2": [3, 0]}, index=pd.Index(["x", "y"], name="group"))
    >>> register = pd.DataFrame({"group": ["y"], "started": [None], "stopped": ["t1"], "reason": [None]})
    >>> by_wave(counts, followed(counts, register)).drop(columns="wave").to_numpy().tolist()
    [[2, 2, 0, 2, 0], [2, 1, 1, 0, 0], [1, 1, 0, 0, 1]]
    """
    waves = [str(wave) for wave in counts.columns]
    place = {wave: number for number, wave in enumerate(waves)}
    start = groups[STARTED].map(place).to_numpy(dtype=np.int64)
    end = groups[STOPPED].map(place).astype(float).fillna(len(waves)).to_numpy()
    answered = counts.reindex(groups[GROUP], fill_value=0).to_numpy() > 0
    number = np.arange(len(waves))
    active = (number >= start[:, None]) & (number <= end[:, None])
    return pd.DataFrame(
        {
            "wave": waves,
            "n_followed": active.sum(axis=0),
            "n_answering": (active & answered).sum(axis=0),
            "n_missing": (active & ~answered).sum(axis=0),
            "n_new": (start[:, None] == number).sum(axis=0),
            "n_stopped": (end[:, None] < number).sum(axis=0),
        }
    )
