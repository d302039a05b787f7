"""Two groups and an outcome of yes or no: a and b are yes and no in the first group, c and d in the second."""

from __future__ import annotations

import numpy as np
from scipy import stats

from lcresearch.synthesis.effect_sizes.figures import Array, Effects, Figures, Measure, weighted_mean

CELLS = ("a", "b", "c", "d")


def from_totals(figures: dict[str, Array]) -> dict[str, Array]:
    """The numbers of 'no' where sizes of the groups are reported."""
    filled = dict(figures)
    for yes, no, size in (("a", "b", "n1"), ("c", "d", "n2")):
        if no not in filled and {yes, size} <= filled.keys():
            filled[no] = filled[size] - filled[yes]
    return {name: values for name, values in filled.items() if name in CELLS}


def _shares(f: Figures) -> tuple[Array, Array, Array, Array]:
    """Shares of 'yes' and sizes of both groups; ``AV``: the same average shares for all studies."""
    a, b, c, d = f.of(*CELLS)
    return a / (a + b), c / (c + d), a + b, c + d


def _averaged(f: Figures) -> tuple[Array | float, Array | float, Array, Array]:
    p1, p2, n1, n2 = _shares(f)
    if f.vtype == "AV":
        return weighted_mean(p1, n1), weighted_mean(p2, n2), n1, n2
    return p1, p2, n1, n2


def log_risk_ratio(f: Figures) -> Effects:
    """Log of the ratio of shares (RR)."""
    p1, p2, *_ = _shares(f)
    q1, q2, n1, n2 = _averaged(f)
    return np.log(p1) - np.log(p2), np.asarray((1 - q1) / (q1 * n1) + (1 - q2) / (q2 * n2))


def log_odds_ratio(f: Figures) -> Effects:
    """Log of the ratio of odds (OR; Woolf, 1955)."""
    a, b, c, d = f.of(*CELLS)
    q1, q2, n1, n2 = _averaged(f)
    return np.log(a / b) - np.log(c / d), np.asarray(1 / (q1 * (1 - q1) * n1) + 1 / (q2 * (1 - q2) * n2))


def risk_difference(f: Figures) -> Effects:
    """Difference of shares (RD)."""
    p1, p2, *_ = _shares(f)
    q1, q2, n1, n2 = _averaged(f)
    less = 1 if f.vtype == "UB" else 0
    return p1 - p2, np.asarray(q1 * (1 - q1) / (n1 - less) + q2 * (1 - q2) / (n2 - less))


def arcsine_difference(f: Figures) -> Effects:
    """Difference of arcsine square-root shares (AS; Rücker et al., 2009)."""
    p1, p2, n1, n2 = _shares(f)
    return np.arcsin(np.sqrt(p1)) - np.arcsin(np.sqrt(p2)), 1 / (4 * n1) + 1 / (4 * n2)


def peto(f: Figures) -> Effects:
    """Peto's log odds ratio of a study (PETO; Yusuf et al., 1985)."""
    a, b, c, d = f.of(*CELLS)
    n1, n2 = a + b, c + d
    n = n1 + n2
    variance = (a + c) * (b + d) * n1 * n2 / (n**2 * (n - 1))
    return (a - (a + c) * n1 / n) / variance, 1 / variance


def probit_difference(f: Figures) -> Effects:
    """Difference of shares as normal quantiles (PBIT; Rosenthal, 1994): a standardised mean difference of the trait."""
    p1, p2, n1, n2 = _shares(f)
    z1, z2 = stats.norm.ppf(p1), stats.norm.ppf(p2)
    first = p1 * (1 - p1) * np.exp(z1**2) / n1
    return z1 - z2, 2 * np.pi * (first + p2 * (1 - p2) * np.exp(z2**2) / n2)


def as_standardised_difference(f: Figures) -> Effects:
    """Log odds ratio as a standardised mean difference of a logistic trait (OR2D, OR2DL; Chinn, 2000)."""
    yi, vi = log_odds_ratio(f)
    return np.sqrt(3) / np.pi * yi, 3 / np.pi**2 * vi


def as_standardised_difference_normal(f: Figures) -> Effects:
    """Log odds ratio as a standardised mean difference of a normal trait (OR2DN; Cox & Snell, 1989)."""
    yi, vi = log_odds_ratio(f)
    return yi / 1.65, vi / 1.65**2


def phi(f: Figures) -> Effects:
    """Phi coefficient (PHI); ``ST``: sizes of the groups held, ``CS``: only n held (Yule, 1912)."""
    a, b, c, d = f.of(*CELLS)
    n = a + b + c + d
    r = (a * d - b * c) / np.sqrt((a + b) * (c + d) * (a + c) * (b + d))
    if f.vtype == "ST":
        return r, _phi_variance_of_groups(f)
    rows = ((a + b) - (c + d)) / n, (a + b) * (c + d) / n**2
    columns = ((a + c) - (b + d)) / n, (a + c) * (b + d) / n**2
    mixed = r * (1 + r**2 / 2) * rows[0] * columns[0] / np.sqrt(rows[1] * columns[1])
    return r, (1 - r**2 + mixed - 0.75 * r**2 * (rows[0] ** 2 / rows[1] + columns[0] ** 2 / columns[1])) / n


def _phi_variance_of_groups(f: Figures) -> Array:
    """Variance of phi by the delta method over the two shares, with the sizes of the groups held."""
    p1, p2, n1, n2 = _shares(f)
    share = (n1 * p1 + n2 * p2) / (n1 + n2)
    root = np.sqrt(n1 * n2) / (n1 + n2)
    spread = np.sqrt(share * (1 - share))
    slope = (p1 - p2) * (1 - 2 * share) / (2 * spread**3)
    first = root * (1 / spread - slope * n1 / (n1 + n2))
    second = root * (-1 / spread - slope * n2 / (n1 + n2))
    return np.asarray(first**2 * p1 * (1 - p1) / n1 + second**2 * p2 * (1 - p2) / n2)


def yule_q(f: Figures) -> Effects:
    """Yule's Q (YUQ; Yule, 1900)."""
    a, b, c, d = f.of(*CELLS)
    q = (a * d - b * c) / (a * d + b * c)
    return q, (1 - q**2) ** 2 / 4 * (1 / a + 1 / b + 1 / c + 1 / d)


def yule_y(f: Figures) -> Effects:
    """Yule's Y, the coefficient of colligation (YUY; Yule, 1912)."""
    a, b, c, d = f.of(*CELLS)
    root = np.sqrt(a * d / (b * c))
    y = (root - 1) / (root + 1)
    return y, (1 - y**2) ** 2 / 16 * (1 / a + 1 / b + 1 / c + 1 / d)


def tetrachoric(f: Figures) -> Effects:
    """Tetrachoric correlation by maximum likelihood, with its variance from the information (RTET).

    With an empty cell the estimate is 1 or -1 with no variance: it is left undefined.

    The model is saturated, so the estimate solves P(X < h, Y < k) = a / n with h and k from the margins, found by
    bisection; the information at a saturated fit is n sum over cells of (dp/dθ)(dp/dθ)'/p.
    """
    from lcresearch.measurement.bivariate_normal import bivariate_cdf, bivariate_density  # the folder is large

    a, b, c, d = f.of(*CELLS)
    n = a + b + c + d
    h, k = stats.norm.ppf((a + b) / n), stats.norm.ppf((a + c) / n)
    low, high = np.full(len(n), -1 + 1e-12), np.full(len(n), 1 - 1e-12)
    for _ in range(60):
        middle = (low + high) / 2
        below = bivariate_cdf(h, k, middle) < a / n
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    rho = np.where(np.min([a, b, c, d], axis=0) > 0, (low + high) / 2, np.nan)
    rest = np.sqrt(1 - rho**2)
    to_h = stats.norm.pdf(h) * stats.norm.cdf((k - rho * h) / rest)
    to_k = stats.norm.pdf(k) * stats.norm.cdf((h - rho * k) / rest)
    to_rho = bivariate_density(h, k, rho)
    first = np.stack([to_rho, to_h, to_k], axis=-1)
    zero = np.zeros_like(rho)
    row, column = np.stack([zero, stats.norm.pdf(h), zero], -1), np.stack([zero, zero, stats.norm.pdf(k)], -1)
    slopes = np.stack([first, row - first, column - first, first - row - column], axis=1)
    inverse_shares = (n[:, None] ** 2) / np.stack([a, b, c, d], axis=-1)
    information = np.einsum("kij,ki,kil->kjl", slopes, inverse_shares, slopes)
    variance = np.full(len(n), np.nan)
    sound = np.isfinite(information).all(axis=(1, 2))
    variance[sound] = np.linalg.inv(information[sound])[:, 0, 0]
    return rho, variance


def _measure(code: str, compute: object, *vtypes: str, add: float = 0.5) -> Measure:
    return Measure(
        code,
        CELLS,
        compute,  # type: ignore[arg-type]
        vtypes or ("LS",),
        from_totals,
        ("n1", "n2"),
        frozenset(CELLS),
        add,
    )


MEASURES = (
    _measure("OR", log_odds_ratio, "LS", "AV"),
    _measure("RR", log_risk_ratio, "LS", "AV"),
    _measure("RD", risk_difference, "LS", "UB", "AV"),
    _measure("AS", arcsine_difference, add=0),
    _measure("PETO", peto),
    _measure("PHI", phi, "LS", "ST", "CS", add=0),
    _measure("YUQ", yule_q),
    _measure("YUY", yule_y),
    _measure("RTET", tetrachoric, add=0),
    _measure("OR2D", as_standardised_difference, "LS", "AV"),
    _measure("OR2DL", as_standardised_difference, "LS", "AV"),
    _measure("OR2DN", as_standardised_difference_normal, "LS", "AV"),
    _measure("PBIT", probit_difference),
)
