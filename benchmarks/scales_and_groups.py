"""Scales, factors and agreement beside psych, multilevel, pingouin, factor_analyzer and krippendorff, on the same data.

    python benchmarks/scales_and_groups.py

Invented answers of 5,000 persons to twenty items with five answers, in 250 groups; ratings of 20,000 units by four.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from comparison import Compared, beside_r, installed, relative, timed

from lcresearch import agreement, measurement
from lcresearch.agreement.alpha import krippendorff as our_krippendorff
from lcresearch.measurement.polychoric import polychoric

KIND = "comparison"
ITEMS = [f"i{k}" for k in range(1, 21)]


def invented(seed: int = 1) -> pd.DataFrame:
    """Two factors, and groups that differ."""
    rng = np.random.default_rng(seed)
    group = np.arange(5000) % 250
    factors = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], 5000) + rng.normal(0, 0.4, 250)[group][:, None]
    latent = 0.7 * factors[:, np.arange(20) % 2] + rng.normal(0, 0.7, (5000, 20))
    codes = 1 + np.searchsorted([-1.2, -0.4, 0.4, 1.2], latent)
    return pd.DataFrame(codes, columns=ITEMS).assign(group=group)


def comparisons(long: bool = False) -> Iterator[Compared]:
    """Rows for ``run.py``."""
    frame = invented()
    yield from beside_psych(frame)
    yield from beside_multilevel(frame)
    yield from beside_python(frame)
    yield from beside_krippendorff()


def beside_psych(frame: pd.DataFrame) -> Iterator[Compared]:
    """Alpha with what goes without an item, polychoric correlations, factor analysis."""
    if not installed("psych"):
        return
    items = frame[ITEMS]
    ours = timed(lambda: measurement.item_analysis(items, ITEMS))
    table = measurement.reliability(items, ITEMS).tidy().set_index("term")
    alpha = float(table.loc["cronbach_alpha", "estimate"])
    case = "Alpha and statistics of 20 items, 5,000 persons"
    yield beside_r(case, "psych", items, (ours[0], alpha), "a <- alpha(d)", "a$total$raw_alpha", "alpha", times=3)
    ours_polychoric = timed(lambda: polychoric(items.to_numpy() - 1))
    matrix = measurement.polychoric_correlations(items, ITEMS).matrix.to_numpy()
    case = "Polychoric correlations of 20 items, 5,000 persons (ours with their covariances)"
    yield beside_r(case, "psych", items, (ours_polychoric[0], matrix), "p <- polychoric(d)", "p$rho", "correlations")
    ours_factors = timed(lambda: measurement.factor_analysis(items, ITEMS, 2))
    shares = communalities(ours_factors[1])
    case = "Factor analysis of 20 items, 2 factors, oblimin (ours with standard errors and 30 starts)"
    code = 'f <- fa(d, 2, rotate = "oblimin", fm = "minres")'
    yield beside_r(case, "psych", items, (ours_factors[0], shares), code, "f$communality", "communalities")


def communalities(analysis: measurement.FactorAnalysis) -> np.ndarray[Any, Any]:
    """Shares of items that the factors explain, whatever their rotation."""
    pattern = analysis.pattern.to_numpy()
    found: np.ndarray[Any, Any] = np.einsum("ij,jk,ik->i", pattern, analysis.factor_correlations.to_numpy(), pattern)
    return found


def beside_multilevel(frame: pd.DataFrame) -> Iterator[Compared]:
    """Agreement within groups and intraclass correlations of the mean of ten items."""
    if not installed("multilevel"):
        return
    items = ITEMS[::2]
    ours = timed(lambda: measurement.agreement(frame, items, "group", response_range=(1, 5)))
    row = ours[1].glance().iloc[0]
    found = [float(row["icc_1"]), float(row["icc_2"])]
    names = ", ".join(f'"{name}"' for name in items)
    code = (
        f"x <- d[, c({names})]; w <- rwg.j(x, d$group, ranvar = 2); a <- ad.m(x, d$group); "
        "f <- aov(rowMeans(x) ~ factor(d$group)); v <- c(ICC1(f), ICC2(f))"
    )
    case = "r_wg(j), AD and ICC of 10 items, 250 groups of 20"
    yield beside_r(case, "multilevel", frame, (ours[0], found), code, "v", "ICC(1) and ICC(2)")


def beside_python(frame: pd.DataFrame) -> Iterator[Compared]:
    """Alpha by pingouin, factor analysis by factor_analyzer."""
    items = frame[ITEMS]
    if installed("pingouin"):
        import pingouin

        ours, found = timed(lambda: measurement.reliability(items, ITEMS))
        alpha = float(found.tidy().set_index("term").loc["cronbach_alpha", "estimate"])
        theirs, other = timed(lambda: pingouin.cronbach_alpha(items))
        case = "Reliability of 20 items, 5,000 persons (ours with omega and split halves; theirs alpha alone)"
        yield Compared(case, "pingouin", ours, theirs, relative(alpha, other[0]), "alpha")
    if installed("factor_analyzer"):
        ours, analysis = timed(lambda: measurement.factor_analysis(items, ITEMS, 2))
        theirs, shares, note = _factor_analyzer(items)
        apart = None if shares is None else relative(communalities(analysis), shares)
        case = "Factor analysis of 20 items, 2 factors, oblimin (ours with standard errors and 30 starts)"
        yield Compared(case, "factor_analyzer", ours, theirs, apart, "communalities", note)


def _factor_analyzer(items: pd.DataFrame) -> tuple[Any, Any, str]:
    """Its time and communalities, or why there are none: it lags behind scikit-learn at times."""
    from factor_analyzer import FactorAnalyzer

    try:
        clock, _ = timed(lambda: FactorAnalyzer(2, rotation="oblimin", method="minres").fit(items))
        plain = FactorAnalyzer(2, rotation=None, method="minres").fit(items)
    except TypeError as error:
        return None, None, f"stopped with an error: {error}"
    return clock, plain.get_communalities(), ""


def beside_krippendorff() -> Iterator[Compared]:
    """Alpha of many units."""
    if not installed("krippendorff"):
        return
    import krippendorff

    rng = np.random.default_rng(1)
    true = rng.integers(1, 6, size=(20_000, 1))
    ratings = np.where(rng.random((20_000, 4)) < 0.7, true, rng.integers(1, 6, size=(20_000, 4))).astype(float)
    ratings[rng.random(ratings.shape) < 0.1] = np.nan
    ours, found = timed(lambda: our_krippendorff(agreement.from_units(ratings)).estimate)
    theirs, other = timed(lambda: krippendorff.alpha(ratings.T, level_of_measurement="nominal"))
    case = "Krippendorff's alpha, 20,000 units, 4 coders"
    yield Compared(case, "krippendorff", ours, theirs, relative(found, other), "alpha")


if __name__ == "__main__":
    for row in comparisons():
        print(row)
