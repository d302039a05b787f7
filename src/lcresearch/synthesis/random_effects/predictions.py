"""Where true effects lie: of a new study, and of each study that was counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.random_effects.fitting import Fit
from lcresearch.synthesis.random_effects.heterogeneity import EQUAL_EFFECTS


def predictions(fit: Fit, x: Array, conf_level: float, *, one_less: bool) -> pd.DataFrame:
    """The mean effect at each row of a design, with its interval and that of a new study's true effect.

    ``one_less`` takes k - p - 1 degrees of freedom for the latter (Riley, Higgins & Deeks, 2011). It is empty for equal
    effects.
    """
    estimate = x @ fit.coefficients
    error = np.sqrt(np.sum((x @ fit.covariance) * x, axis=1))
    half = fit.half_width(error, conf_level)
    critical = fit.critical(conf_level)
    if one_less:
        left = fit.studies.k - fit.studies.p - 1
        critical = float(stats.t.isf((1 - conf_level) / 2, left)) if left > 0 else float("nan")
    spread = fit.tau2 + error**2
    known = (spread > 0) & (fit.method not in EQUAL_EFFECTS)
    wide = np.where(known, critical * np.sqrt(spread), np.nan)
    columns = {"estimate": estimate, "std_error": error, "conf_low": estimate - half, "conf_high": estimate + half}
    return pd.DataFrame(columns | {"pred_low": estimate - wide, "pred_high": estimate + wide})


def true_effects(fit: Fit, labels: Sequence[str], conf_level: float) -> pd.DataFrame:
    """Best linear unbiased prediction of each study's true effect."""
    s = fit.studies
    share = fit.tau2 / (fit.tau2 + s.v)
    estimate = share * s.y + (1 - share) * (s.x @ fit.coefficients)
    spread = np.sum((s.x @ fit.covariance) * s.x, axis=1)
    error = np.sqrt(share * s.v + (1 - share) ** 2 * spread)
    half = fit.half_width(error, conf_level)
    columns = {"study": labels, "estimate": estimate, "std_error": error}
    return pd.DataFrame(columns | {"pred_low": estimate - half, "pred_high": estimate + half})
