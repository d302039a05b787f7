"""Are tests of fit and intervals of factor models what they say? Run by hand; figures: docs/measurement-calibration.md.

    python benchmarks/factor_model_calibration.py --replications 1000 --keep FOLDER [--only fit fiml ordered ...]

All models are true: three factors that correlate .4, of three or four items each with loadings .6 to .8. Counted are
how often the test of fit rejects at 5%, and how many of the 95% intervals of loadings, factor correlations, item means
and omega hold the truth. ``fit``: ML, MLR and MLM, normal answers and not (kurtosis 2.2). ``fiml``: a fifth of the
answers missing, completely at random or more often the higher another answer is. ``ordered``: WLSMV, five answers or
three. ``ordered-tests``: difference and score tests of two factors of
four items. Chi-squares of ``fit`` are also multiplied by the factors of Swain and of Yuan, Tian & Yanagihara.
"""

from itertools import permutations

import numpy as np
import pandas as pd
from replication import arguments, each, markdown, replicate, shares
from scipy import stats
from simulated_answers import CORRELATION, FACTORS, answers, frame_of, loadings, syntax

from lcresearch.measurement import cfa
from lcresearch.measurement.factor_models import small_sample

KIND = "simulation"

WIDTH = 1.959964
PAIRS = {f"{a}~~{b}" for a, b in permutations(FACTORS, 2)}
CUTS = {"five answers": [-1.2, -0.4, 0.4, 1.2], "three answers, skewed": [0.3, 1.2]}
FIT = {
    f"{'normal' if normal else 'not normal'}, {p} items, n = {n}": (normal, p, n)
    for normal in (True, False)
    for p in (9, 12)
    for n in (100, 200, 500)
}
FIML = {
    f"{'at random' if at_random else 'completely at random'}, n = {n}": (at_random, n)
    for at_random in (False, True)
    for n in (100, 200, 500)
}
TWO = "f1 =~ x1 + x2 + x3 + x4\nf2 =~ x5 + x6 + x7 + x8"
TESTS = {
    f"{len(cuts) + 1} answers, n = {n}": (cuts, n) for cuts in ([-1.2, -0.4, 0.4, 1.2], [0.0, 1.2]) for n in (200, 500)
}
ORDERED = {f"{kind}, n = {n}": (kind, n) for kind in CUTS for n in (200, 500, 1000)}


def held(fit, n_items):
    """Shares of 95% intervals that hold the truth, by kind of parameter; those of :meth:`tidy`, without its tables."""
    estimated, place = fit.estimated, {each.name: at for at, each in enumerate(fit.layout.table.parameters)}
    values, covariance = estimated.values[0], estimated.local_covariance[0]
    size, slopes = n_items // 3, loadings(n_items)
    of_loadings = [place[f"{FACTORS[k // size]}=~x{k + 1}"] for k in range(n_items)]
    pairs = [name for name in place if name in PAIRS]
    chosen = {"loadings": (of_loadings, slopes), "correlations": ([place[name] for name in pairs], CORRELATION)}
    if "x1~1" in place:
        chosen["means"] = ([place[f"x{k + 1}~1"] for k in range(n_items)], 0.0)
    errors = np.sqrt(np.diagonal(covariance))
    found = {name: (np.abs(values[at] - truth) <= WIDTH * errors[at]).mean() for name, (at, truth) in chosen.items()}
    if "x1~~x1" in place and fit.estimated.estimator != "WLSMV":
        at = of_loadings[:size] + [place[f"x{k + 1}~~x{k + 1}"] for k in range(size)]
        estimate, derivative = omega(values[at[:size]], values[at[size:]])
        error = np.sqrt(derivative @ covariance[np.ix_(at, at)] @ derivative)
        truth, _ = omega(slopes[:size], 1 - slopes[:size] ** 2)
        found["omega"] = abs(estimate - truth) <= WIDTH * error
    return found


def omega(slopes, residuals):
    """Omega of a sum of items, and its derivatives to loadings and residual variances."""
    true, noise = slopes.sum() ** 2, residuals.sum()
    whole = (true + noise) ** 2
    by_slope, by_residual = 2 * slopes.sum() * noise / whole, -true / whole
    return true / (true + noise), np.r_[np.full(len(slopes), by_slope), np.full(len(residuals), by_residual)]


def looked_at(fit, name, n_items):
    """What is counted of a fit, and its chi-square before and after scaling."""
    test = fit.estimated.test
    found = {"rejects": test.p_value < 0.05} | held(fit, n_items)
    found |= {"chi_square": test.scaled, "unscaled": test.statistic, "proper": not fit.inadmissible and fit.converged}
    return {f"{name} {key}": value for key, value in found.items()}


def one_fit(condition, rng):
    normal, p, n = condition
    frame = frame_of(answers(n, p, rng, normal=normal))
    found = {}
    for estimator in ("ML", "MLR", "MLM"):
        fit = cfa(syntax(p), frame, estimator=estimator, std_lv=True, mean_structure=True)
        found |= looked_at(fit, estimator, p)
    return found


def one_fiml(condition, rng):
    at_random, n = condition
    values = answers(n, 9, rng)
    chance = np.full((n, 9), 0.3)
    if at_random:
        # 2 Phi(x) times .3 has mean .3: higher answers to the first item of a factor, more open ones to the others
        first = np.repeat(values[:, ::3], 3, axis=1)
        chance = 0.6 / (1 + np.exp(-1.7 * first))
    chance[:, ::3] = 0.0
    frame = frame_of(np.where(rng.random((n, 9)) < chance, np.nan, values))
    found = {}
    for estimator in ("ML", "MLR"):
        found |= looked_at(cfa(syntax(9), frame, estimator=estimator, missing="fiml", std_lv=True), estimator, 9)
    return found


def one_ordered(condition, rng):
    kind, n = condition
    frame = frame_of(1.0 + np.digitize(answers(n, 12, rng), CUTS[kind]))
    fit = cfa(syntax(12), frame, ordered=True, std_lv=True)
    return looked_at(fit, "WLSMV", 12) | {"WLSMV robust RMSEA": fit.fit_measures["rmsea_robust"]}


def one_ordered_tests(condition, rng):
    """Loadings .7, factors that correlate .5; the wider model has two parameters that are zero."""
    cuts, n = condition
    factors = rng.multivariate_normal(np.zeros(2), np.eye(2) / 2 + 0.5, n)
    responses = 0.7 * np.repeat(factors, 4, axis=1) + np.sqrt(0.51) * rng.normal(size=(n, 8))
    frame = frame_of(1.0 + np.digitize(responses, cuts))
    fit, wider = (cfa(TWO + more, frame, ordered=True, std_lv=True) for more in ("", "\nx1 ~~ x2\nx1 ~~ x5"))
    return {
        "test of fit": fit.fit_measures["p_value"] < 0.05,
        "difference test": fit.compare(wider)["p_value"].iloc[0] < 0.05,
        "score tests": (fit.modification_indices()["p_value"] < 0.05).mean(),
    }


def with_corrections(label, table):
    """Rejections with chi-square times the factors for small samples beside those without."""
    _, p, n = FIT[label]
    df = {9: 24, 12: 51}[p]
    n_covariance = p * (p + 1) // 2 - df
    size = small_sample.Size(n, p, n_covariance + p, n_covariance, df)
    added = {
        f"{estimator} rejects, {correction.__name__}": (
            stats.chi2.sf(table[f"{estimator} chi_square"] * correction(size), df) < 0.05
        )
        for estimator in ("ML", "MLR", "MLM")
        for correction in (small_sample.swain, small_sample.yuan)
    }
    return pd.concat([table, pd.DataFrame(added)], axis=1)


STUDIES = {
    "fit": (one_fit, FIT, 1.0),
    "fiml": (one_fiml, FIML, 0.5),
    "ordered": (one_ordered, ORDERED, 0.5),
    "ordered-tests": (one_ordered_tests, TESTS, 0.5),
}


def main():
    parser = arguments(__doc__, 1000)
    parser.add_argument("--only", nargs="*", default=list(STUDIES), choices=list(STUDIES))
    given = parser.parse_args()
    for name in given.only:
        one, conditions, share = STUDIES[name]
        n = int(share * given.replications)
        found = replicate(each(one), conditions, given, replications=n, name=f"{name}-")
        if name == "fit":
            found = {label: with_corrections(label, table) for label, table in found.items()}
        table = shares(found, percent=False, errors=True)
        values = [column for column in table if "chi_square" in column or "unscaled" in column]
        print(markdown(table.drop(columns=values).T), "\n", flush=True)


if __name__ == "__main__":
    main()
