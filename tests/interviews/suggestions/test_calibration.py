"""Chances, thresholds and whether chances are right, against scikit-learn and by simulation."""

import numpy as np
import pytest

from lcresearch.interviews.suggestions.calibration import (
    best_threshold,
    brier_score,
    chances,
    fit_logistic,
    reliability_table,
)


def simulated(seed, n=4000):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    chance = 1 / (1 + np.exp(-(-1.5 + 1.2 * x[:, 0] - 0.4 * x[:, 1])))
    return x, chance, rng.random(n) < chance


def test_logistic_regression_equals_scikit_learn():
    linear_model = pytest.importorskip("sklearn.linear_model")
    x, _, y = simulated(1)
    theirs = linear_model.LogisticRegression(C=1e3, tol=1e-10, max_iter=1000).fit(x, y)  # its penalty 1/C is ours
    assert fit_logistic(x, y) == pytest.approx([*theirs.intercept_, *theirs.coef_[0]], abs=1e-5)


def test_separated_data_stay_finite():
    x = np.array([-2.0, -1.0, 1.0, 2.0])[:, None]
    beta = fit_logistic(x, np.array([False, False, True, True]))
    assert np.isfinite(beta).all()
    assert chances(beta, x)[-1] > 0.99


def test_calibrated_chances_are_right_on_new_data():
    x, _, y = simulated(2)
    new, truth, hit = simulated(3, 20_000)
    found = chances(fit_logistic(x, y), new)
    assert np.abs(found - truth).max() < 0.06
    table = reliability_table(found, hit)
    assert np.abs(table["predicted"] - table["observed"]).max() < 0.03
    assert brier_score(found, hit) == pytest.approx((truth * (1 - truth)).mean(), abs=0.006)


def test_brier_equals_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    _, chance, hit = simulated(4, 200)
    assert brier_score(chance, hit) == pytest.approx(metrics.brier_score_loss(hit, chance))


def test_the_threshold_has_the_highest_f1():
    metrics = pytest.importorskip("sklearn.metrics")
    _, chance, hit = simulated(5, 300)
    chance = chance.round(2)  # ties
    best = best_threshold(chance, hit)
    every = {value: metrics.f1_score(hit, chance >= value) for value in np.unique(chance)}
    assert every[best] == pytest.approx(max(every.values()))
    assert best_threshold(chance, np.zeros(300, dtype=bool)) == np.inf


def test_bins_of_reliability_hold_about_as_many_hits():
    _, chance, hit = simulated(6, 1000)
    table = reliability_table(chance, hit, 5)
    assert table["n"].sum() == 1000
    assert table["n_hits"].sum() == hit.sum()
    assert np.ptp(table["n_hits"]) <= 2
    assert table["predicted"].is_monotonic_increasing
