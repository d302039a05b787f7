"""Whether imputation is worth it, a column at a time: how much is missing, and what there is to go on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lcresearch.change.arrays import Floats
from lcresearch.change.imputation.plan import Plan

FEW, MANY = 0.05, 0.50
"""Below the first share missing complete cases do nearly as well; above the second mostly the model speaks."""
INFORMATIVE = 0.30
"""Multiple correlation with the other columns from which these tell something of what is missing."""


def warrant(plan: Plan) -> pd.DataFrame:
    """A row an incomplete column: ``column, n, n_missing, share_missing, correlation, verdict``.

    ``correlation`` is the multiple correlation, adjusted for the number of columns, with the other columns over rows
    that have all. Verdicts: ``complete``, ``few_missing``, ``too_much``, ``no_information``, ``warranted``.
    """
    rows = []
    for place, name in enumerate(plan.names):
        known = plan.known[:, place]
        n_missing = int((~known).sum())
        share = n_missing / len(known)
        correlation = _multiple_correlation(plan, place)
        verdict = (
            "complete"
            if not n_missing
            else "few_missing"
            if share < FEW
            else "too_much"
            if share > MANY
            else "warranted"
            if correlation >= INFORMATIVE
            else "no_information"
        )
        rows.append((name, len(known), n_missing, share, correlation, verdict))
    names = ["column", "n", "n_missing", "share_missing", "correlation", "verdict"]
    return pd.DataFrame(rows, columns=names)


def _multiple_correlation(plan: Plan, place: int) -> float:
    rows = plan.known.all(axis=1)
    y, x = plan.values[rows, place], np.delete(plan.values[rows], place, axis=1)
    n, p = x.shape
    if not p or n <= p + 2 or np.ptp(y) == 0:
        return 0.0
    design: Floats = np.column_stack([np.ones(n), x])
    rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    unexplained = float(rest @ rest) / float(((y - y.mean()) ** 2).sum())
    return float(np.sqrt(max(1 - unexplained * (n - 1) / (n - p - 1), 0.0)))
