"""The points of a chart out of answers of persons: mean, spread and number of persons at each pulse."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.change.paired_scores import Floats, once
from lcresearch.measurement.columns import groups, groups_in_order, item_names, values


def pulse_points(
    frame: pd.DataFrame,
    outcome: str,
    *,
    wave: str = "wave",
    person: str = "respondent",
    within: Mapping[str, object] | None = None,
) -> pd.DataFrame:
    """Mean, standard deviation and number of persons at each wave, for :func:`run_chart` or :func:`control_chart`.

    Parameters
    ----------
    frame : DataFrame
        A row a respondent and wave; waves sort in order of time (an ordered categorical keeps its own order).
    outcome : str
        Column with the score.
    within : mapping, optional
        Column and value, such as ``{"organisation": "firm-a"}``: only these rows.

    Returns
    -------
    DataFrame
        ``wave, n_persons, mean, std_dev``: for the house; ``released()`` of a chart leaves out points of few persons.

    Raises
    ------
    ChangeError
        C051: a person twice at a wave.
    MeasurementError
        M001 and others for columns.

    Examples
    --------
    >>> waves = ["w1", "w1", "w2", "w2"]
    >>> frame = pd.DataFrame({"respondent": [1, 2, 1, 2], "wave": waves, "mood": [2.0, 4.0, 4.0, 5.0]})
    >>> pulse_points(frame, "mood").round(2).values.tolist()
    [['w1', 2, 3.0, 1.41], ['w2', 2, 4.5, 0.71]]
    """
    item_names(frame, outcome)
    scores, when, who = values(frame, outcome), groups_in_order(frame, wave), groups(frame, person)
    used = ~np.isnan(scores) & (when.codes >= 0) & (who.codes >= 0)
    for column, value in (within or {}).items():
        groups(frame, column)
        used &= (frame[column] == value).fillna(False).to_numpy(dtype=bool)
    for place in range(when.n):
        once(who.codes[used & (when.codes == place)], who.labels)
    codes, known = when.codes[used], scores[used]
    n = np.bincount(codes, minlength=when.n)
    mean, spread = _moments(known, codes, n)
    return pd.DataFrame({"wave": when.labels, "n_persons": n, "mean": mean, "std_dev": spread})


def _moments(scores: Floats, codes: npt.NDArray[np.int64], n: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        mean: Floats = np.bincount(codes, weights=scores, minlength=len(n)) / n
        squares = np.bincount(codes, weights=(scores - mean[codes]) ** 2, minlength=len(n))
        spread: Floats = np.sqrt(np.where(n > 1, squares / (n - 1), np.nan))
    return mean, spread
