"""P-value functions: the p value of every effect that could be tested, of studies, the pooled effect and a new study.

Rücker & Schwarzer (2021), Beyond the forest plot: the drapery plot, Research Synthesis Methods 12, 13-19.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.random_effects.fitting import Fit
from lcresearch.synthesis.random_effects.heterogeneity import EQUAL_EFFECTS

_POINTS = 401
_REACH = 3.3  # standard errors beyond which p is below .001
_WIDE = 3.0
_MOST_TOPS = 100


def p_value_functions(fit: Fit, labels: Sequence[str], at: Array | None = None) -> pd.DataFrame:
    """Two-sided p values at each effect of ``at``: columns ``kind, study, effect, p_value``.

    Studies by the normal test; pooled effect and new study (with tau2 in its variance) by the test of the fit. The
    p value of a new study is .05 at the ends of its 95% prediction interval.
    """
    at = effects_to_test(fit) if at is None else at
    s, error = fit.studies, float(np.sqrt(fit.covariance[0, 0])) or float("nan")
    studies = 2 * stats.norm.sf(np.abs(s.y[:, None] - at) / np.sqrt(s.v)[:, None])
    kinds, names, p_values = ["study"] * s.k, list(labels), list(studies)
    distance = float(fit.coefficients[0]) - at
    kinds, names = [*kinds, "pooled"], [*names, ""]
    p_values.append(fit.p_values(distance / error))
    if fit.method not in EQUAL_EFFECTS:
        kinds, names = [*kinds, "new"], [*names, ""]
        p_values.append(fit.p_values(distance / float(np.sqrt(fit.covariance[0, 0] + fit.tau2) or np.nan)))
    n = len(at)
    columns = {"kind": np.repeat(kinds, n), "study": np.repeat(np.array(names, dtype=object), n)}
    return pd.DataFrame(columns | {"effect": np.tile(at, len(kinds)), "p_value": np.concatenate(p_values)})


def effects_to_test(fit: Fit) -> Array:
    """A grid over the effects: wide studies do not stretch it beyond what the others and the mean need."""
    s, error = fit.studies, np.sqrt(fit.studies.v)
    middle = float(fit.coefficients[0])
    spread = max(float(np.ptp(s.y)), float(np.sqrt(fit.covariance[0, 0] + fit.tau2)) * _REACH, float(error.min()))
    low = max(float((s.y - _REACH * error).min()), middle - _WIDE * spread)
    high = min(float((s.y + _REACH * error).max()), middle + _WIDE * spread)
    grid = np.linspace(min(low, 0.0), max(high, 0.0), _POINTS)
    tops = s.y[(s.y >= grid[0]) & (s.y <= grid[-1])] if s.k <= _MOST_TOPS else s.y[:0]
    return np.unique(np.concatenate([grid, tops, [0.0, middle]]))
