"""Persons sit in teams: the sampling variance of an effect when whole teams share a condition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.effect_sizes.figures import Array, Places, correction


def adjust_for_clusters(
    effects: pd.DataFrame, *, cluster_size: Any, icc: Any, n1: Any = None, n2: Any = None, correct: bool = True
) -> pd.DataFrame:
    """Effects of persons in teams, with the variance that teams as a whole being in one condition brings.

    Parameters
    ----------
    effects : DataFrame
        Columns ``yi`` and ``vi``, computed as if persons were independent.
    cluster_size : array-like or float
        Persons a team on average; of unequal teams sum(m^2)/sum(m), which gives more weight to large ones.
    icc : array-like or float
        Share of the variance between teams, 0 to 1.
    n1, n2 : array-like, optional
        Persons in each group. With them ``yi`` is taken as a standardised mean difference of metafor's ``SMD`` and
        corrected as well; without them the variance is multiplied by the design effect 1 + (m - 1) icc (Kish, 1965).
    correct : bool
        Whether ``yi`` has the correction for bias of small samples, as metafor's ``SMD`` has, and the result too; False
        for differences without it.

    Returns
    -------
    DataFrame
        Columns ``yi``, ``vi`` and ``design_effect``.

    Raises
    ------
    SynthesisError
        Y006: an intraclass correlation outside of 0 to 1, teams of less than one person, or larger than both groups;
        Y005: no column ``yi`` or ``vi``; Y004: figures of another number of studies.

    Notes
    -----
    For standardised differences (Hedges, 2007, 2011) d is multiplied by sqrt(1 - 2 (m - 1) icc / (N - 2)) and corrected
    for bias with h degrees of freedom, h = [(N - 2) - 2 (m - 1) icc]^2 / [(N - 2)(1 - icc)^2 + m (N - 2 m) icc^2
    + 2 (N - 2 m) icc (1 - icc)]; its variance is (1/n1 + 1/n2)(1 + (m - 1) icc) + g^2 / (2 h). Teams within which
    persons are in both conditions need a mixed model, not this.

    Examples
    --------
    >>> import pandas as pd
    >>> one = pd.DataFrame({"yi": [0.40], "vi": [0.0204]})
    >>> adjust_for_clusters(one, cluster_size=10, icc=0.1, n1=100, n2=100).round(4)
          yi      vi  design_effect
    0  0.398  0.0384            1.9
    """
    absent = [name for name in ("yi", "vi") if name not in effects.columns]
    if absent:
        raise SynthesisError("Y005", column=absent[0], known=[str(name) for name in effects.columns])
    k = len(effects)
    m, rho = _a_study(cluster_size, k, "cluster_size"), _a_study(icc, k, "icc")
    for name, values, wrong in (("icc", rho, (rho < 0) | (rho > 1)), ("cluster_size", m, m < 1)):
        if wrong.any():
            raise SynthesisError("Y006", figure=name, value=float(values[wrong][0]))
    design = 1 + (m - 1) * rho
    yi, vi = (effects[name].to_numpy(dtype=np.float64) for name in ("yi", "vi"))
    if n1 is None or n2 is None:
        vi = vi * design
    else:
        first, second = _a_study(n1, k, "n1"), _a_study(n2, k, "n2")
        if (m > np.maximum(first, second)).any():
            raise SynthesisError("Y006", figure="cluster_size", value=float(m[m > np.maximum(first, second)][0]))
        yi, vi = _standardised(yi, first, second, m, rho, correct=correct)
    return pd.DataFrame({"yi": yi, "vi": vi, "design_effect": design}, index=effects.index)


def _a_study(values: Any, k: int, name: str) -> Array:
    """A number for each study; one stands for all."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim > 1 or array.size not in (1, k):
        raise SynthesisError("Y004", found=[f"effects: {k}", f"{name}: {array.size}"])
    return np.broadcast_to(array, k)


def _standardised(g: Array, n1: Array, n2: Array, m: Array, rho: Array, *, correct: bool) -> tuple[Array, Array]:
    n = n1 + n2
    within = n - 2 - 2 * (m - 1) * rho
    spread = (n - 2) * (1 - rho) ** 2 + m * (n - 2 * m) * rho**2 + 2 * (n - 2 * m) * rho * (1 - rho)
    h = within**2 / spread
    bias = correction(h) / correction(n - 2) if correct else 1.0
    corrected = g * bias * np.sqrt(within / (n - 2))
    return corrected, (1 / n1 + 1 / n2) * (1 + (m - 1) * rho) + corrected**2 / (2 * h)


def intraclass_correlation(values: Array, cells: Places, clusters: Places) -> tuple[float, float]:
    """ICC(1) of teams within the cells of a design, from one-way sums of squares, and the weighted size of teams.

    Below zero it is set to zero. ``cells`` and ``clusters`` are whole numbers; clusters lie within cells.
    """
    n = np.bincount(clusters).astype(np.float64)
    means = np.bincount(clusters, values) / n
    of_cell = np.zeros(len(n), dtype=int)
    of_cell[clusters] = cells
    cell_n = np.bincount(cells).astype(np.float64)
    cell_means = np.bincount(cells, values) / cell_n
    between_df = len(n) - len(cell_n)
    within_df = len(values) - len(n)
    size = float(np.sum(n**2) / np.sum(n))
    if between_df < 1 or within_df < 1:
        return float("nan"), size
    between = np.sum(n * (means - cell_means[of_cell]) ** 2) / between_df
    within = np.sum((values - means[clusters]) ** 2) / within_df
    per_cell = np.bincount(of_cell, n**2) / cell_n
    typical = (len(values) - per_cell.sum()) / between_df
    total = between + (typical - 1) * within
    return (float(max((between - within) / total, 0.0)) if total > 0 else float("nan")), size
