"""Centring of predictors, and the model without predictors: the first two steps of a multilevel analysis."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lcresearch.errors import MultilevelError, Place
from lcresearch.multilevel.fitting import fit_lmm
from lcresearch.multilevel.linear_mixed_model import LinearMixedModel
from lcresearch.validation import did_you_mean


def center(frame: pd.DataFrame, columns: str | Sequence[str], by: str | Sequence[str] | None = None) -> pd.DataFrame:
    """Predictors about the mean of their group, with the group means beside them.

    Within groups ``x_within`` is what somebody has more than the mean of the own group; between groups ``x_between``
    is the mean of the group about the mean of all rows. Their effects differ when the group matters (Enders & Tofighi
    2007).

    Parameters
    ----------
    frame : DataFrame
        Use the rows that are complete for the model: means over other rows are other means.
    columns : str or sequence of str
        Columns of numbers.
    by : str or sequence of str, optional
        Columns that name the group, outermost first. Without it ``x_centered`` is x about the mean of all rows.

    Returns
    -------
    DataFrame
        The frame with ``<column>_within`` and ``<column>_between`` (or ``<column>_centered``) added.

    Examples
    --------
    >>> frame = pd.DataFrame({"team": ["A", "A", "B", "B"], "hours": [1, 3, 4, 8]})
    >>> center(frame, "hours", by="team")[["hours_within", "hours_between"]].values.tolist()
    [[-1.0, -2.0], [1.0, -2.0], [-2.0, 2.0], [2.0, 2.0]]
    """
    names = [columns] if isinstance(columns, str) else list(columns)
    groups = [] if by is None else [by] if isinstance(by, str) else list(by)
    for name in [*names, *groups]:
        if name not in frame.columns:
            known = [str(column) for column in frame.columns]
            raise MultilevelError("L005", where=Place(column=name), known=known[:30], hint=did_you_mean(name, known))
    added: dict[str, pd.Series[float]] = {}
    for name in names:
        values = frame[name].astype(float)
        if groups:
            means = values.groupby([frame[group] for group in groups], dropna=False).transform("mean")
            added[f"{name}_within"] = values - means
            added[f"{name}_between"] = means - values.mean()
        else:
            added[f"{name}_centered"] = values - values.mean()
    return frame.assign(**added)


def null_model(y: str, groups: Sequence[str], frame: pd.DataFrame, *, method: str = "REML") -> LinearMixedModel:
    """The model without predictors: how much of the outcome lies at which level.

    Parameters
    ----------
    y : str
        Column of the outcome.
    groups : sequence of str
        Nested grouping columns, outermost first.
    frame : DataFrame
    method : "REML" or "ML"

    Examples
    --------
    >>> frame = pd.DataFrame({"team": list("AABBCC") * 2, "score": [1, 2, 3, 4, 5, 5, 2, 2, 4, 3, 6, 5]})
    >>> round(float(null_model("score", ["team"], frame).icc()["icc"][0]), 3)
    0.915
    """
    nested = "/".join(f"`{name}`" for name in groups)
    return fit_lmm(f"`{y}` ~ 1 + (1 | {nested})", frame, method=method)
