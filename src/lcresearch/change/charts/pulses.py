"""The points of a chart out of answers of persons: mean, spread and number of persons at each pulse."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.change.arguments import COLUMN, FRAME, MAPPING, takes
from lcresearch.change.arrays import Floats
from lcresearch.change.labels import in_order, label, texts
from lcresearch.change.two_waves import check_columns, check_once, known_rows


@takes(frame=FRAME, outcome=COLUMN, wave=COLUMN, person=COLUMN, within=MAPPING.or_none)
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
        A row a respondent and wave; waves sort in order of time, week 10 after week 9 (an ordered categorical keeps its
        own order). Who has no code counts as somebody else at each wave.
    outcome : str
        Column with the score.
    within : mapping, optional
        Column and value, such as ``{"organisation": "firm-a"}``: only these rows.
    wave, person : str
        Columns with the wave and the respondent.

    Returns
    -------
    DataFrame
        ``wave, n_persons, mean, std_dev``: for the house; ``released()`` of a chart leaves out points of few persons.

    Raises
    ------
    ChangeError
        C001, C002: columns; C004: a person twice at a wave; C096: an argument of another kind.

    Examples
    --------
    >>> waves = ["w1", "w1", "w2", "w2"]
    >>> frame = pd.DataFrame({"respondent": [1, 2, 1, 2], "wave": waves, "mood": [2.0, 4.0, 4.0, 5.0]})
    >>> pulse_points(frame, "mood").round(2).values.tolist()
    [['w1', 2, 3.0, 1.41], ['w2', 2, 4.5, 0.71]]
    """
    asked = {column: label(value) for column, value in (within or {}).items()}
    check_columns(frame, [outcome, wave, person, *asked])
    order = in_order(frame[wave])
    here = np.ones(len(frame), dtype=bool)
    for column, value in asked.items():
        here &= (texts(frame[column]) == value).to_numpy(dtype=bool)
    rows, _ = known_rows(frame[here], outcome, wave=wave, person=person, group=None)
    check_once(rows)
    places = {label(value): place for place, value in enumerate(order)}
    codes = rows["wave"].map(places).to_numpy().astype(np.int64)
    n = np.bincount(codes, minlength=len(order)).astype(np.int64)
    mean, spread = _moments(rows["score"].to_numpy(dtype=np.float64), codes, n)
    return pd.DataFrame({"wave": order, "n_persons": n, "mean": mean, "std_dev": spread})


def _moments(scores: Floats, codes: npt.NDArray[np.int64], n: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        mean: Floats = np.bincount(codes, weights=scores, minlength=len(n)) / n
        squares = np.bincount(codes, weights=(scores - mean[codes]) ** 2, minlength=len(n))
        spread: Floats = np.sqrt(np.where(n > 1, squares / (n - 1), np.nan))
    return mean, spread
