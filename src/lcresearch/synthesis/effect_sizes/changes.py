"""One group measured twice: change from the second (before) to the first (after) measurement.

``m1, sd1`` belong to the measurement after, ``m2, sd2`` to the one before, ``r`` is their correlation. Measures that
are standardised by one measurement (SMCR, SMCRH) divide by ``sd1``: give the standard deviation before as ``sd1``, as
metafor does.
"""

from __future__ import annotations

import numpy as np

from lcresearch.synthesis.effect_sizes.figures import Array, Effects, Figures, Measure, correction

_NEEDS = ("m1", "sd1", "m2", "sd2", "n", "r")


def _variance_of_change(f: Figures) -> Array:
    sd1, sd2, r = f.of("sd1", "sd2", "r")
    return sd1**2 + sd2**2 - 2 * r * sd1 * sd2


def mean_change(f: Figures) -> Effects:
    """Raw change (MC)."""
    return f["m1"] - f["m2"], _variance_of_change(f) / f["n"]


def by_change_scores(f: Figures) -> Effects:
    """Change over the standard deviation of changes (SMCC; Gibbons, Hedeker & Davis, 1993)."""
    n = f["n"]
    df = n - 1
    factor = correction(df) if f.correct else np.ones_like(df)
    d = (f["m1"] - f["m2"]) / np.sqrt(_variance_of_change(f))
    g = factor * d
    if f.vtype == "LS2":
        return g, factor**2 * (1 / n + d**2 / (2 * n))
    if f.vtype == "UB":
        return g, 1 / n + (1 - (df - 2) / (df * factor**2)) * g**2
    return g, 1 / n + g**2 / (2 * n)


def by_raw_scores(f: Figures) -> Effects:
    """Change over the standard deviation ``sd1`` (SMCR; Becker, 1988)."""
    n, r = f.of("n", "r")
    factor = correction(n - 1) if f.correct else np.ones_like(n)
    d = (f["m1"] - f["m2"]) / f["sd1"]
    g = factor * d
    if f.vtype == "LS2":
        return g, factor**2 * (2 * (1 - r) / n + d**2 / (2 * n))
    return g, 2 * (1 - r) / n + g**2 / (2 * n)


def by_raw_scores_unequal(f: Figures) -> Effects:
    """Change over ``sd1``, with unequal variances (SMCRH; Bonett, 2008)."""
    n = f["n"] if f.vtype == "LS2" else f["n"] - 1
    g = (correction(f["n"] - 1) if f.correct else 1.0) * (f["m1"] - f["m2"]) / f["sd1"]
    return g, _variance_of_change(f) / (f["sd1"] ** 2 * n) + g**2 / (2 * n)


def _by_both(f: Figures) -> tuple[Array, Array]:
    """Change over the root of the mean variance, corrected, and that variance (Cousineau, 2020)."""
    mean_variance = (f["sd1"] ** 2 + f["sd2"] ** 2) / 2
    factor = correction(2 * (f["n"] - 1) / (1 + f["r"] ** 2)) if f.correct else 1.0
    return factor * (f["m1"] - f["m2"]) / np.sqrt(mean_variance), mean_variance


def by_both(f: Figures) -> Effects:
    """Change over the pooled standard deviation of both measurements (SMCRP)."""
    g, _ = _by_both(f)
    n, r = f.of("n", "r")
    return g, 2 * (1 - r) / n + g**2 * (1 + r**2) / (4 * n)


def by_both_unequal(f: Figures) -> Effects:
    """The same, with unequal variances (SMCRPH; Bonett, 2008)."""
    g, mean_variance = _by_both(f)
    sd1, sd2, r = f.of("sd1", "sd2", "r")
    n = f["n"] if f.vtype == "LS2" else f["n"] - 1
    fourth = sd1**4 + sd2**4 + 2 * r**2 * sd1**2 * sd2**2
    return g, _variance_of_change(f) / (mean_variance * n) + g**2 * fourth / (8 * mean_variance**2 * n)


def log_ratio_of_means(f: Figures) -> Effects:
    """Log of the ratio of both means (ROMC; Lajeunesse, 2011)."""
    m1, sd1, m2, sd2, n, r = f.of(*_NEEDS)
    return np.log(m1 / m2), (sd1 / m1) ** 2 / n + (sd2 / m2) ** 2 / n - 2 * r * sd1 * sd2 / (m1 * m2 * n)


def log_variability_ratio(f: Figures) -> Effects:
    """Log of the ratio of both standard deviations (VRC; Senior, Viechtbauer & Nakagawa, 2020)."""
    return np.log(f["sd1"] / f["sd2"]), (1 - f["r"] ** 2) / (f["n"] - 1)


def log_ratio_of_variation(f: Figures) -> Effects:
    """Log of the ratio of both coefficients of variation (CVRC; Senior, Viechtbauer & Nakagawa, 2020)."""
    m1, sd1, m2, sd2, _, _ = f.of(*_NEEDS)
    return np.log(sd1 / m1) - np.log(sd2 / m2), log_variability_ratio(f)[1] + log_ratio_of_means(f)[1]


MEASURES = (
    Measure("MC", _NEEDS, mean_change),
    Measure("SMCC", _NEEDS, by_change_scores, ("LS", "LS2", "UB")),
    Measure("SMCR", ("m1", "m2", "sd1", "n", "r"), by_raw_scores, ("LS", "LS2"), others=("sd2",)),
    Measure("SMCRH", _NEEDS, by_raw_scores_unequal, ("LS", "LS2")),
    Measure("SMCRP", _NEEDS, by_both),
    Measure("SMCRPH", _NEEDS, by_both_unequal, ("LS", "LS2")),
    Measure("ROMC", _NEEDS, log_ratio_of_means),
    Measure("VRC", ("sd1", "sd2", "n", "r"), log_variability_ratio, others=("m1", "m2")),
    Measure("CVRC", _NEEDS, log_ratio_of_variation),
)
