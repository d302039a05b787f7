"""Correlations, coefficients of regression models, and reliability."""

from __future__ import annotations

import numpy as np
from scipy import special

from lcresearch.synthesis.effect_sizes.figures import Array, Effects, Figures, Measure, weighted_mean


def _averaged(f: Figures, r: Array) -> Array | float:
    return weighted_mean(r, f["n"]) if f.vtype == "AV" else r


def correlation(f: Figures) -> Effects:
    """Raw correlation (COR)."""
    r, n = f.of("r", "n")
    return r, np.where(n > 3, (1 - _averaged(f, r) ** 2) ** 2 / (n - 1), np.nan)


def unbiased_correlation(f: Figures) -> Effects:
    """Correlation without its small-sample bias (UCOR; Olkin & Pratt, 1958); ``UB``: Hedges (1989)."""
    r, n = f.of("r", "n")
    rest = 1 - r**2
    unbiased = np.where(n > 4, r * special.hyp2f1(0.5, 0.5, (n - 2) / 2, rest), np.nan)
    if f.vtype == "UB":
        square = 1 - (n - 3) / (n - 2) * rest * special.hyp2f1(1, 1, n / 2, rest)
        return unbiased, unbiased**2 - square
    return unbiased, (1 - _averaged(f, unbiased) ** 2) ** 2 / (n - 1)


def fisher_z(f: Figures) -> Effects:
    """Fisher's z of a correlation (ZCOR)."""
    r, n = f.of("r", "n")
    return np.arctanh(r), np.where(n > 3, 1 / (n - 3), np.nan)


def from_t(figures: dict[str, Array]) -> dict[str, Array]:
    """A partial correlation from the t value of a coefficient."""
    if "r" in figures or not {"t", "n", "predictors"} <= figures.keys():
        return figures
    t, n, predictors = figures["t"], figures["n"], figures["predictors"]
    return {**figures, "r": t / np.sqrt(t**2 + n - predictors - 1)}


def semi_from_t(figures: dict[str, Array]) -> dict[str, Array]:
    """A semi-partial correlation from the t value of a coefficient and the R squared of its model."""
    if "r" in figures or not {"t", "n", "predictors", "r2"} <= figures.keys():
        return figures
    t, n, predictors, r2 = (figures[name] for name in ("t", "n", "predictors", "r2"))
    return {**figures, "r": t * np.sqrt(1 - r2) / np.sqrt(n - predictors - 1)}


def partial_correlation(f: Figures) -> Effects:
    """Partial correlation of a predictor (PCOR); ``predictors`` counts all predictors of the model."""
    r, n, predictors = f.of("r", "n", "predictors")
    return r, (1 - _averaged(f, r) ** 2) ** 2 / (n - predictors)


def partial_z(f: Figures) -> Effects:
    """Fisher's z of a partial correlation (ZPCOR)."""
    r, n, predictors = f.of("r", "n", "predictors")
    return np.arctanh(r), 1 / (n - predictors - 2)


def semi_partial_correlation(f: Figures) -> Effects:
    """Semi-partial correlation of a predictor (SPCOR; Aloe & Becker, 2012)."""
    r, n, r2 = f.of("r", "n", "r2")
    rest = r2 - _averaged(f, r) ** 2
    return r, (r2**2 - 2 * r2 + rest + 1 - rest**2) / n


def coefficient(f: Figures) -> Effects:
    """A coefficient with its standard error, as a regression reports them (GEN)."""
    return f["b"], f["se"] ** 2


def alpha(f: Figures) -> Effects:
    """Cronbach's alpha as it is (ARAW; Bonett, 2010)."""
    a, items, n = f.of("alpha", "items", "n")
    return a, 2 * items * (1 - a) ** 2 / ((items - 1) * (n - 2))


def alpha_cube_root(f: Figures) -> Effects:
    """One minus the cube root of one minus alpha (AHW; Hakstian & Whalen, 1976)."""
    a, items, n = f.of("alpha", "items", "n")
    vi = 18 * items * (n - 1) * (1 - a) ** (2 / 3) / ((items - 1) * (9 * n - 11) ** 2)
    return 1 - np.cbrt(1 - a), vi


def alpha_log(f: Figures) -> Effects:
    """Minus the log of one minus alpha (ABT; Bonett, 2002)."""
    a, items, n = f.of("alpha", "items", "n")
    return -np.log(1 - a), 2 * items / ((items - 1) * (n - 2))


def alpha_names(figures: dict[str, Array]) -> dict[str, Array]:
    """metafor's names a and m are alpha and the number of items."""
    names = {"a": "alpha", "m": "items"}
    return {names.get(name, name): values for name, values in figures.items()}


def _regression_names(figures: dict[str, Array]) -> dict[str, Array]:
    """metafor's m is the number of predictors."""
    return {("predictors" if name == "m" else name): values for name, values in figures.items()}


def _general_names(figures: dict[str, Array]) -> dict[str, Array]:
    names = {"y": "b", "yi": "b", "sei": "se"}
    named = {names.get(name, name): values for name, values in figures.items()}
    if "se" not in named and "v" in named:
        named["se"] = np.sqrt(named["v"])
    return named


_PARTIAL = ("r", "n", "predictors")
_ALPHA = ("alpha", "items", "n")
MEASURES = (
    Measure("COR", ("r", "n"), correlation, ("LS", "AV")),
    Measure("UCOR", ("r", "n"), unbiased_correlation, ("LS", "UB", "AV")),
    Measure("ZCOR", ("r", "n"), fisher_z),
    Measure("PCOR", _PARTIAL, partial_correlation, ("LS", "AV"), lambda f: from_t(_regression_names(f)), ("t", "m")),
    Measure("ZPCOR", _PARTIAL, partial_z, complete=lambda f: from_t(_regression_names(f)), others=("t", "m")),
    Measure(
        "SPCOR",
        (*_PARTIAL, "r2"),
        semi_partial_correlation,
        ("LS", "AV"),
        lambda f: semi_from_t(_regression_names(f)),
        ("t", "m"),
    ),
    Measure("GEN", ("b", "se"), coefficient, complete=_general_names, others=("y", "v", "yi", "sei")),
    Measure("ARAW", _ALPHA, alpha, complete=alpha_names, others=("a", "m")),
    Measure("AHW", _ALPHA, alpha_cube_root, complete=alpha_names, others=("a", "m")),
    Measure("ABT", _ALPHA, alpha_log, complete=alpha_names, others=("a", "m")),
)
