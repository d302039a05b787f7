"""One group: shares, means and rates; two groups: ratios and differences of rates."""

from __future__ import annotations

import numpy as np

from lcresearch.synthesis.effect_sizes.figures import Array, Effects, Figures, Measure, correction, weighted_mean


def _share(f: Figures) -> tuple[Array, Array, Array | float]:
    """Share, number of persons, and the share that the variance is taken at."""
    x, m = f.of("x", "m")
    p, n = x / (x + m), x + m
    return p, n, weighted_mean(p, n) if f.vtype == "AV" else p


def share(f: Figures) -> Effects:
    """Share (PR)."""
    p, n, at = _share(f)
    return p, at * (1 - at) / (n - (f.vtype == "UB"))


def log_share(f: Figures) -> Effects:
    """Log of a share (PLN)."""
    p, n, at = _share(f)
    return np.log(p), np.asarray((1 - at) / (at * n))


def logit_share(f: Figures) -> Effects:
    """Log odds (PLO)."""
    p, n, at = _share(f)
    return np.log(p / (1 - p)), np.asarray(1 / (at * (1 - at) * n))


def arcsine_share(f: Figures) -> Effects:
    """Arcsine square root of a share (PAS)."""
    p, n, _ = _share(f)
    return np.arcsin(np.sqrt(p)), 1 / (4 * n)


def double_arcsine_share(f: Figures) -> Effects:
    """Double arcsine of a share (PFT; Freeman & Tukey, 1950). It has no single inverse: PAS is the safer choice."""
    x, n = f["x"], f["x"] + f["m"]
    yi = (np.arcsin(np.sqrt(x / (n + 1))) + np.arcsin(np.sqrt((x + 1) / (n + 1)))) / 2
    return yi, 1 / (4 * n + 2)


def persons(figures: dict[str, Array]) -> dict[str, Array]:
    """The number without the event where the number of persons is reported."""
    if "m" not in figures and {"x", "n"} <= figures.keys():
        figures = {**figures, "m": figures["n"] - figures["x"]}
    return {name: values for name, values in figures.items() if name != "n"}


def mean(f: Figures) -> Effects:
    """Mean of one group (MN); ``HO``: one variance for all studies."""
    m, sd, n = f.of("m", "sd", "n")
    return m, (weighted_mean(sd**2, n - 1) if f.vtype == "HO" else sd**2) / n


def standardised_mean(f: Figures) -> Effects:
    """Mean over its standard deviation (SMN)."""
    m, sd, n = f.of("m", "sd", "n")
    g = (correction(n - 1) if f.correct else 1.0) * m / sd
    return g, 1 / n + g**2 / (2 * n)


def log_mean(f: Figures) -> Effects:
    """Log of a mean (MNLN)."""
    m, sd, n = f.of("m", "sd", "n")
    return np.log(m), (sd / m) ** 2 / n


def log_spread(f: Figures) -> Effects:
    """Log of a standard deviation (SDLN; Raudenbush & Bryk, 1987)."""
    sd, n = f.of("sd", "n")
    half = 1 / (2 * (n - 1))
    return np.log(sd) + half * f.correct, half


def log_variation(f: Figures) -> Effects:
    """Log of a coefficient of variation (CVLN; Nakagawa et al., 2015)."""
    m, sd, n = f.of("m", "sd", "n")
    half = 1 / (2 * (n - 1))
    return np.log(sd / m) + half * f.correct, half + (sd / m) ** 2 / n


def rate(f: Figures) -> Effects:
    """Events a unit of time (IR)."""
    x, time = f.of("x", "time")
    return x / time, x / time**2


def log_rate(f: Figures) -> Effects:
    """Log of a rate (IRLN)."""
    x, time = f.of("x", "time")
    return np.log(x / time), 1 / x


def root_rate(f: Figures) -> Effects:
    """Square root of a rate (IRS)."""
    x, time = f.of("x", "time")
    return np.sqrt(x / time), 1 / (4 * time)


def log_rate_ratio(f: Figures) -> Effects:
    """Log of the ratio of rates (IRR)."""
    x1, t1, x2, t2 = f.of("x1", "t1", "x2", "t2")
    return np.log(x1 / t1) - np.log(x2 / t2), 1 / x1 + 1 / x2


def rate_difference(f: Figures) -> Effects:
    """Difference of rates (IRD)."""
    x1, t1, x2, t2 = f.of("x1", "t1", "x2", "t2")
    return x1 / t1 - x2 / t2, x1 / t1**2 + x2 / t2**2


def root_rate_difference(f: Figures) -> Effects:
    """Difference of square roots of rates (IRSD)."""
    x1, t1, x2, t2 = f.of("x1", "t1", "x2", "t2")
    return np.sqrt(x1 / t1) - np.sqrt(x2 / t2), 1 / (4 * t1) + 1 / (4 * t2)


def _time(figures: dict[str, Array]) -> dict[str, Array]:
    """metafor's t is the time of one group."""
    return {("time" if name == "t" else name): values for name, values in figures.items()}


_TWO_RATES = ("x1", "t1", "x2", "t2")
MEASURES = (
    Measure("PR", ("x", "m"), share, ("LS", "UB", "AV"), persons, ("n",), frozenset({"x", "m"})),
    Measure("PLN", ("x", "m"), log_share, ("LS", "AV"), persons, ("n",), frozenset({"x", "m"})),
    Measure("PLO", ("x", "m"), logit_share, ("LS", "AV"), persons, ("n",), frozenset({"x", "m"})),
    Measure("PAS", ("x", "m"), arcsine_share, ("LS",), persons, ("n",), frozenset({"x", "m"}), add=0),
    Measure("PFT", ("x", "m"), double_arcsine_share, ("LS",), persons, ("n",), frozenset({"x", "m"}), add=0),
    Measure("MN", ("m", "sd", "n"), mean, ("LS", "HO")),
    Measure("SMN", ("m", "sd", "n"), standardised_mean),
    Measure("MNLN", ("m", "sd", "n"), log_mean),
    Measure("SDLN", ("sd", "n"), log_spread, others=("m",)),
    Measure("CVLN", ("m", "sd", "n"), log_variation),
    Measure("IR", ("x", "time"), rate, ("LS",), _time, ("t",), frozenset({"x"})),
    Measure("IRLN", ("x", "time"), log_rate, ("LS",), _time, ("t",), frozenset({"x"})),
    Measure("IRS", ("x", "time"), root_rate, ("LS",), _time, ("t",), frozenset({"x"}), add=0),
    Measure("IRR", _TWO_RATES, log_rate_ratio, counts=frozenset({"x1", "x2"})),
    Measure("IRD", _TWO_RATES, rate_difference, counts=frozenset({"x1", "x2"})),
    Measure("IRSD", _TWO_RATES, root_rate_difference, counts=frozenset({"x1", "x2"}), add=0),
)
