"""What common-method checks found, in sentences, each with what it does not say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lcresearch.errors import Problem
from lcresearch.measurement.common_method.result import CommonMethod

_CFI_CLOSE = 0.01


def findings(result: CommonMethod, n_dropped: int, alpha: float) -> tuple[Problem, ...]:
    """Sentences in the order in which they are read."""
    found = [_single_factor(result)]
    if not result.marker:
        found.append(Problem("M409"))
    elif result.marker_correlation == 0:
        found.append(Problem("M410"))
    if result.kept:
        found.append(_marker(result, alpha))
    elif len(result.marker) == 1:
        found.append(Problem("M411"))
    bad = result.fits[~(result.fits["converged"] & result.fits["proper"])]["model"].tolist()
    if bad:
        found.append(Problem("M412", values={"models": bad}))
    if n_dropped:
        found.append(Problem("M413", values={"n": n_dropped}))
    return tuple(found)


def _single_factor(result: CommonMethod) -> Problem:
    values = {"share": _percent(result.component_share)}
    own = result.comparisons[result.comparisons["restricted"] == "one_factor"]
    if own.empty:
        return Problem("M405", values=values)
    change = float(own["cfi"].iloc[0])
    return Problem("M407" if change < _CFI_CLOSE else "M406", values=values | {"change": change})


def _marker(result: CommonMethod, alpha: float) -> Problem:
    """What the factor models with the marker say."""
    tests = result.comparisons.set_index(["restricted", "free"])["p_value"]
    there = min(tests["baseline", "method_c"], tests["method_c", "method_u"])
    if not there < alpha:
        return Problem("M408", values={"p": float(tests["baseline", "method_c"])})
    table: pd.DataFrame = result.correlations
    moved = (table[result.kept] - table["baseline"]).to_numpy(dtype=float)
    most = int(np.abs(moved).argmax())
    row = table.iloc[most]
    values = {"share": _percent(result.marker_share), "one": row["factor_1"], "other": row["factor_2"]}
    values |= {"before": float(row["baseline"]), "after": float(row[result.kept])}
    return Problem("M415" if tests["method_r", result.kept] < alpha else "M414", values=values)


def _percent(share: float) -> int:
    return round(100 * share)
