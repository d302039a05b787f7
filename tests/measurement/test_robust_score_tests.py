"""Score tests of MLR and MLM: those of ML where answers are normal; elsewhere they foretell scaled difference tests."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lcresearch.measurement import cfa, invariance
from lcresearch.measurement.factor_models import modification, sandwich

MODEL = "f =~ a1 + a2 + a3 + a4 + a5"
STRICT = {"group": "site", "group_equal": ("loadings", "intercepts", "residuals"), "std_lv": True}
close = np.testing.assert_allclose


def invented(n, seed, *, normal):
    """Invented answers of two sites that answer alike; with chi-square(2) factor and residuals if not normal."""
    rng = np.random.default_rng(seed)

    def draws(size):
        return rng.normal(size=size) if normal else (rng.chisquare(2, size=size) - 2) / 2

    answers = 0.8 * draws((n, 1)) + 0.6 * draws((n, 5))
    return pd.DataFrame(answers, columns=[f"a{k}" for k in range(1, 6)]).assign(site=np.arange(n) % 2)


@pytest.mark.parametrize("estimator", ["MLR", "MLM"])
def test_normal_answers_need_no_scaling(estimator):
    estimated = cfa(MODEL, invented(60_000, 1, normal=True), estimator=estimator, **STRICT).estimated
    scaling = estimated.score_scaling(estimated.layout, estimated.implied)
    tested = np.isfinite(modification.score_tests(estimated, estimated.layout)[0]) & (estimated.layout.free >= 0)
    assert tested.sum() >= 28
    close(scaling[tested], 1, atol=0.05)


@pytest.mark.parametrize("estimator", ["MLR", "MLM"])
@pytest.mark.parametrize("term", ["f=~a2", "a3~1", "a4~~a4"])
def test_score_tests_foretell_scaled_difference_tests(estimator, term):
    frame = invented(4000, 2, normal=False)
    frame.loc[frame["site"] == 1, "a4"] *= 1.05
    fit = cfa(MODEL, frame, estimator=estimator, **STRICT)
    free = cfa(MODEL, frame, estimator=estimator, group_partial=(term,), **STRICT)
    table = fit.equality_tests().query("term == @term and group == '1'").iloc[0]
    score = stats.chi2.isf(table["p_value"], 1)
    close(score, fit.compare(free)["chi_square"].iloc[0], rtol=0.06, atol=0.02)
    plain = cfa(MODEL, frame, **STRICT).equality_tests().query("term == @term and group == '1'").iloc[0]
    close(table["mi"], plain["mi"], rtol=1e-6)  # the fall of chi-square itself is that of ML


def test_the_test_of_a_residual_variance_is_far_too_large_without_scaling():
    """With chi-square(2) residuals the fourth moment is 9, not 3: (9 - 1) / (3 - 1) is 4 for a lone variance."""
    found = []
    for seed in range(25):
        estimated = cfa(MODEL, invented(1500, seed, normal=False), estimator="MLR", **STRICT).estimated
        at = [each.name for each in estimated.layout.table.parameters].index("a2~~a2")
        found.append(estimated.score_scaling(estimated.layout, estimated.implied)[1, at])
    assert 2 < np.median(found) < 4  # sampled fourth moments of skewed answers are mostly too small


def test_scores_of_mlm_are_centred_in_the_formula():
    """Its matrices in full, of a model that does not fit, so that the score that is tested is not 0 on average."""
    frame = invented(800, 5, normal=False)
    frame["a2"] += frame["a1"]
    estimated = cfa(MODEL, frame, estimator="MLM").estimated
    layout = modification._extended(estimated.layout)
    objective = estimated.objective.over(layout)
    a = objective.local_information(layout.implied(estimated.theta))[0]
    b = sandwich.score_products(objective, estimated.rows, estimated.theta, centred=True)[0]
    free = layout.free[0] >= 0
    x = [each.name for each in layout.table.parameters].index("a1~~a2")
    moved = np.linalg.solve(a[np.ix_(free, free)], a[free, x])
    variance = b[x, x] - 2 * moved @ b[free, x] + moved @ b[np.ix_(free, free)] @ moved
    found = estimated.score_scaling(layout, layout.implied(estimated.theta))[0, x]
    close(found, variance / (a[x, x] - moved @ a[free, x]), rtol=1e-6)
    assert abs(objective.local_gradient(layout.implied(estimated.theta))[0, x]) > 0.1


def test_modification_indices_have_robust_p_values():
    frame = invented(1500, 3, normal=False)
    robust, plain = (cfa(MODEL, frame, estimator=name).modification_indices(minimum=0) for name in ("MLR", "ML"))
    both = robust.merge(plain, on=["term", "group"], suffixes=("", "_ml"))
    close(both["mi"], both["mi_ml"], rtol=1e-6)
    assert not np.allclose(both["p_value"], both["p_value_ml"])


def test_the_search_for_partial_invariance_frees_by_robust_tests():
    frame = invented(1200, 4, normal=False)
    frame.loc[frame["site"] == 1, "a3"] += 0.5
    found = invariance(MODEL, frame, "site", estimator="MLR", steps=["configural", "metric", "scalar"])
    assert found.freed["term"].tolist() == ["a3~1"]
    row = found.freed.iloc[0]
    assert row["p_value"] != pytest.approx(stats.chi2.sf(row["mi"], 1), rel=1e-3, abs=0)
