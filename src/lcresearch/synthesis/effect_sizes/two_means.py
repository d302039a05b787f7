"""Two groups with means and standard deviations: differences, ratios, and correlations with the group.

Formulas are those of metafor's ``escalc`` (Viechtbauer, 2010), which names their sources; the symbols are ``d`` for the
uncorrected standardised difference, ``df`` for its degrees of freedom.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from lcresearch.synthesis.effect_sizes.figures import Array, Effects, Figures, Measure, correction, weighted_mean

_NEEDS = ("m1", "sd1", "n1", "m2", "sd2", "n2")


def from_difference_or_t(figures: dict[str, Array]) -> dict[str, Array]:
    """Means 0 and d with standard deviation 1 stand in where only d or t is reported."""
    if "m1" in figures or not {"n1", "n2"} <= figures.keys() or not {"d", "t"} & figures.keys():
        return figures
    d = figures["d"] if "d" in figures else figures["t"] * np.sqrt(1 / figures["n1"] + 1 / figures["n2"])
    return {**figures, "m1": d, "m2": np.zeros_like(d), "sd1": np.ones_like(d), "sd2": np.ones_like(d)}


def _pooled(f: Figures) -> tuple[Array, Array]:
    """Pooled standard deviation and its degrees of freedom."""
    sd1, n1, sd2, n2 = f.of("sd1", "n1", "sd2", "n2")
    df = n1 + n2 - 2
    return np.sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / df), df


def mean_difference(f: Figures) -> Effects:
    """Raw difference (MD); ``HO`` pools the variances of the groups."""
    m1, sd1, n1, m2, sd2, n2 = f.of(*_NEEDS)
    if f.vtype == "HO":
        return m1 - m2, _pooled(f)[0] ** 2 * (1 / n1 + 1 / n2)
    return m1 - m2, sd1**2 / n1 + sd2**2 / n2


def _standardised(f: Figures, sd: Array, df: Array, n_of_sd: Array) -> Effects:
    m1, n1, m2, n2 = f.of("m1", "n1", "m2", "n2")
    d = (m1 - m2) / sd
    factor = correction(df) if f.correct else np.ones_like(df)
    g = factor * d
    base = 1 / n1 + 1 / n2
    if f.vtype == "LS2":
        return g, factor**2 * (base + d**2 / (2 * n_of_sd))
    if f.vtype == "UB":
        return g, base + (1 - (df - 2) / (df * factor**2)) * g**2
    if f.vtype == "AV":
        return g, base + weighted_mean(g, n1 + n2) ** 2 / (2 * n_of_sd)
    return g, base + g**2 / (2 * n_of_sd)


def standardised_mean_difference(f: Figures) -> Effects:
    """Hedges' g with the pooled standard deviation (SMD); the exact correction of Hedges (1981)."""
    sd, df = _pooled(f)
    return _standardised(f, sd, df, f["n1"] + f["n2"])


def by_second_group(f: Figures) -> Effects:
    """Standardised by the standard deviation of the second group, as of a control group (SMD1; Glass's delta)."""
    return _standardised(f, f["sd2"], f["n2"] - 1, f["n2"])


def unequal_variances(f: Figures) -> Effects:
    """Standardised by the average variance, with unequal variances (SMDH; Bonett, 2008, 2009)."""
    m1, sd1, n1, m2, sd2, n2 = f.of(*_NEEDS)
    mean_variance = (sd1**2 + sd2**2) / 2
    df = n1 + n2 - 2
    g = (correction(df) if f.correct else 1.0) * (m1 - m2) / np.sqrt(mean_variance)
    n1, n2 = (n1, n2) if f.vtype == "LS2" else (n1 - 1, n2 - 1)
    of_sd = g**2 * (sd1**4 / n1 + sd2**4 / n2) / (8 * mean_variance**2)
    return g, of_sd + (sd1**2 / n1 + sd2**2 / n2) / mean_variance


def by_second_group_unequal(f: Figures) -> Effects:
    """Standardised by the second group, with unequal variances (SMD1H; Bonett, 2008)."""
    m1, sd1, n1, m2, sd2, n2 = f.of(*_NEEDS)
    g = (correction(n2 - 1) if f.correct else 1.0) * (m1 - m2) / sd2
    return g, (sd1 / sd2) ** 2 / (n1 - 1) + 1 / (n2 - 1) + g**2 / (2 * (n2 - 1))


def log_ratio_of_means(f: Figures) -> Effects:
    """Log of the ratio of means (ROM; Hedges, Gurevitch & Curtis, 1999); ``HO`` pools the variances."""
    m1, sd1, n1, m2, sd2, n2 = f.of(*_NEEDS)
    if f.vtype == "HO":
        sd1 = sd2 = _pooled(f)[0]
    if f.vtype == "AV":
        first, second = weighted_mean(sd1 / m1, n1), weighted_mean(sd2 / m2, n2)
        return np.log(m1 / m2), first**2 / n1 + second**2 / n2
    return np.log(m1 / m2), sd1**2 / (n1 * m1**2) + sd2**2 / (n2 * m2**2)


def log_variability_ratio(f: Figures) -> Effects:
    """Log of the ratio of standard deviations (VR; Nakagawa et al., 2015)."""
    sd1, n1, sd2, n2 = f.of("sd1", "n1", "sd2", "n2")
    first, second = 1 / (2 * (n1 - 1)), 1 / (2 * (n2 - 1))
    return np.log(sd1 / sd2) + (first - second) * f.correct, first + second


def log_ratio_of_variation(f: Figures) -> Effects:
    """Log of the ratio of coefficients of variation (CVR; Nakagawa et al., 2015)."""
    m1, sd1, n1, m2, sd2, n2 = f.of(*_NEEDS)
    first, second = 1 / (2 * (n1 - 1)), 1 / (2 * (n2 - 1))
    yi = np.log(sd1 / m1) - np.log(sd2 / m2) + (first - second) * f.correct
    return yi, first + sd1**2 / (n1 * m1**2) + second + sd2**2 / (n2 * m2**2)


def _uncorrected(f: Figures) -> tuple[Array, Array]:
    """d and its large-sample variance."""
    n1, n2 = f.of("n1", "n2")
    d = (f["m1"] - f["m2"]) / _pooled(f)[0]
    return d, 1 / n1 + 1 / n2 + d**2 / (2 * (n1 + n2))


def as_log_odds_ratio(f: Figures) -> Effects:
    """d as a log odds ratio, when the outcome behind it is logistic (D2OR, D2ORL; Hasselblad & Hedges, 1995)."""
    d, variance = _uncorrected(f)
    return np.pi / np.sqrt(3) * d, np.pi**2 / 3 * variance


def as_log_odds_ratio_normal(f: Figures) -> Effects:
    """d as a log odds ratio, when the outcome behind it is normal (D2ORN; Cox & Snell, 1989)."""
    d, variance = _uncorrected(f)
    return 1.65 * d, 1.65**2 * variance


def point_biserial(f: Figures) -> Effects:
    """Point-biserial correlation of group and outcome (RPB); ``CS``: with both margins random (Tate, 1954)."""
    n1, n2 = f.of("n1", "n2")
    d, variance = _uncorrected(f)
    h = (n1 + n2 - 2) * (1 / n1 + 1 / n2)
    r = d / np.sqrt(d**2 + h)
    if f.vtype == "CS":
        n = n1 + n2
        return r, (1 - r**2) ** 2 * (n * r**2 / (4 * n1 * n2) + (2 - 3 * r**2) / (2 * n))
    return r, h**2 / (h + d**2) ** 3 * variance


def biserial(f: Figures) -> Effects:
    """Biserial correlation of a split trait and the outcome (RBIS; Soper, 1914; Jacobs & Viechtbauer, 2017)."""
    n1, n2 = f.of("n1", "n2")
    p, q, n = n1 / (n1 + n2), n2 / (n1 + n2), n1 + n2
    z = stats.norm.isf(p)
    density = stats.norm.pdf(z)
    r = np.sqrt(p * q) / density * point_biserial(f)[0]
    bounded = np.clip(r, -1, 1)
    inner = 1.5 + (1 - p * z / density) * (1 + q * z / density)
    return r, (p * q / density**2 - inner * bounded**2 + bounded**4) / (n - 1)


MEASURES = (
    Measure("MD", _NEEDS, mean_difference, ("LS", "HO")),
    Measure("SMD", _NEEDS, standardised_mean_difference, ("LS", "LS2", "UB", "AV"), from_difference_or_t, ("d", "t")),
    Measure("SMDH", _NEEDS, unequal_variances, ("LS", "LS2")),
    Measure("SMD1", ("m1", "n1", "m2", "sd2", "n2"), by_second_group, ("LS", "LS2", "UB", "AV"), others=("sd1",)),
    Measure("SMD1H", _NEEDS, by_second_group_unequal),
    Measure("ROM", _NEEDS, log_ratio_of_means, ("LS", "HO", "AV")),
    Measure("VR", ("sd1", "n1", "sd2", "n2"), log_variability_ratio, others=("m1", "m2")),
    Measure("CVR", _NEEDS, log_ratio_of_variation),
    Measure("D2OR", _NEEDS, as_log_odds_ratio, complete=from_difference_or_t, others=("d", "t")),
    Measure("D2ORL", _NEEDS, as_log_odds_ratio, complete=from_difference_or_t, others=("d", "t")),
    Measure("D2ORN", _NEEDS, as_log_odds_ratio_normal, complete=from_difference_or_t, others=("d", "t")),
    Measure("RPB", _NEEDS, point_biserial, ("LS", "CS"), from_difference_or_t, ("d", "t")),
    Measure("RBIS", _NEEDS, biserial, complete=from_difference_or_t, others=("d", "t")),
)
