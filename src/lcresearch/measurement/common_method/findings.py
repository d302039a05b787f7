"""What common-method checks found, in sentences, each with what it does not say."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lcresearch.errors import Problem
from lcresearch.measurement.common_method.result import CommonMethod
from lcresearch.messages import LANGUAGES

_CFI_CLOSE = 0.01


def findings(result: CommonMethod, failed: Mapping[str, Problem], n_dropped: int, alpha: float) -> tuple[Problem, ...]:
    """Sentences in the order in which they are read; ``failed`` is why models could not be estimated, by name."""
    found = [_single_factor(result)]
    if not result.marker:
        found.append(Problem("M409"))
    elif result.marker_correlation == 0:
        found.append(Problem("M410"))
    if result.kept:
        found += _marker(result, alpha)
    elif len(result.marker) == 1:
        found.append(Problem("M411"))
    found += [_failed(model, problem) for model, problem in failed.items()]
    bad = result.fits[~(result.fits["converged"] & result.fits["proper"])]["model"].tolist()
    bad = [model for model in bad if model not in failed]
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


def _failed(model: str, problem: Problem) -> Problem:
    """M431; the reason is there in each language."""
    reason = {language: problem.message(language) for language in LANGUAGES}
    return Problem("M431", values={"model": model, "reason": reason})


def _marker(result: CommonMethod, alpha: float) -> list[Problem]:
    """What the factor models with the marker say; nothing where a model that it takes could not be estimated."""
    tests = result.comparisons.set_index(["restricted", "free"])["p_value"]
    first, there = tests["baseline", "method_c"], tests[[("baseline", "method_c"), ("method_c", "method_u")]].min()
    if there >= alpha:
        return [Problem("M408", values={"p": float(first)})] if first >= alpha else []
    if not there < alpha or np.isnan(tests.get(("method_r", result.kept), np.nan)):
        return []
    table: pd.DataFrame = result.correlations
    moved = (table[result.kept] - table["baseline"]).to_numpy(dtype=float)
    most = int(np.abs(moved).argmax())
    row = table.iloc[most]
    values = {"share": _percent(result.marker_share), "one": row["factor_1"], "other": row["factor_2"]}
    values |= {"before": float(row["baseline"]), "after": float(row[result.kept])}
    return [Problem("M415" if tests["method_r", result.kept] < alpha else "M414", values=values)]


def _percent(share: float) -> int:
    return round(100 * share)
