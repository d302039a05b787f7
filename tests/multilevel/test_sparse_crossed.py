"""Crossed models whose effects beside the largest factor are many and rarely meet: pupils who move between schools."""

import json

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch import multilevel
from lcresearch.errors import MultilevelError
from lcresearch.multilevel import memberships_alone
from lcresearch.multilevel.crossed import CrossedElimination
from lcresearch.multilevel.crossed_sums import Factor, crossed_sums
from lcresearch.multilevel.fronts import fronts_of
from lcresearch.multilevel.sparse_crossed import SparseCrossedElimination
from lcresearch.multilevel.sparse_factor import sparse_factor
from lcresearch.multilevel.sparse_layout import choose, sparse_layout

FORMULA = "score ~ wave + x + (1 | pupil) + (1 + x | school)"


def problem(rng, sizes, widths, n):
    matrix = np.column_stack([np.ones(n), rng.normal(size=(n, 3))])
    codes = [np.unique(rng.integers(0, size, n), return_inverse=True)[1] for size in sizes]
    factors = [Factor(np.arange(q), code, int(code.max()) + 1) for q, code in zip(widths, codes, strict=True)]
    return np.moveaxis(matrix[:, :, None] * matrix[:, None, :], 0, -1), factors


def covariance(rng, q, kind):
    root = rng.normal(size=(q, q))
    if kind == "singular":
        root[-1] = 0
    return 0.5 * root @ root.T if kind != "zero" else np.zeros((q, q))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    widths=st.lists(st.integers(1, 3), min_size=2, max_size=4),
    kinds=st.lists(st.sampled_from(["full", "singular", "zero"]), min_size=4, max_size=4),
)
def test_sparse_and_dense_elimination_give_the_same(seed, widths, kinds):
    rng = np.random.default_rng(seed)
    sums, factors = problem(rng, (50, 30, 12, 4)[: len(widths)], widths, 150)
    covariances = [covariance(rng, q, kind) for q, kind in zip(widths, kinds, strict=False)]
    dense = CrossedElimination(sums, factors)
    sparse = SparseCrossedElimination(sums, factors, sparse_layout(crossed_sums(sums, factors)))
    (log_det, top, steps), (log_det_2, top_2, steps_2) = dense.evaluate(covariances), sparse.evaluate(covariances)

    def same(one, other, scale):
        np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-8 * scale)

    same(log_det, log_det_2, 1)
    same(top, top_2, np.abs(top).max())
    adjoint = np.eye(4) + 0.3
    for one, other in zip(dense.gradient(steps, adjoint), sparse.gradient(steps_2, adjoint), strict=True):
        same(one, other, 1 + np.abs(one).max())
    combination = np.array([0.3, -0.2, 0.1, 1.0])
    for one, other in zip(dense.effects(steps, combination), sparse.effects(steps_2, combination), strict=True):
        same(one[0], other[0], 1)
        same(one[1], other[1], 1)
    right = rng.normal(size=(4, 150))
    for one, other in zip(dense.solve(steps, right), sparse.solve(steps_2, right), strict=True):
        same(one, other, 1)
    for some in (None, {0}, {0, 1}, {1}):
        same(dense.spread(steps, some), sparse.spread(steps_2, some), 1)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 120), density=st.floats(0, 0.2))
def test_fronts_give_determinant_solution_and_inverse(seed, n, density):
    rng = np.random.default_rng(seed)
    half = scipy.sparse.random_array((n, n), density=density, rng=rng, data_sampler=lambda size: rng.normal(size=size))
    matrix = scipy.sparse.csr_matrix(half @ half.T + scipy.sparse.eye_array(n))
    fronts = fronts_of(matrix)
    lower = scipy.sparse.tril(matrix).tocoo()
    places = fronts.places(lower.row.astype(np.int64), lower.col.astype(np.int64))
    values = np.zeros(fronts.offsets[-1])
    values[places] = lower.data
    factor, whole = sparse_factor(fronts, values), matrix.toarray()
    np.testing.assert_allclose(factor.log_det, np.linalg.slogdet(whole)[1], rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(factor.inverse()[places], np.linalg.inv(whole)[lower.row, lower.col], atol=1e-9)
    right = rng.normal(size=(n, 2))
    np.testing.assert_allclose(whole @ factor.solve(right), right, atol=1e-8)


def test_a_matrix_that_is_not_positive_definite_has_no_determinant():
    matrix = scipy.sparse.csr_matrix(np.array([[1.0, 2.0], [2.0, 1.0]]))
    fronts = fronts_of(matrix)
    values = np.zeros(fronts.offsets[-1])
    values[fronts.places(np.array([0, 1, 1]), np.array([0, 0, 1]))] = [1.0, 2.0, 1.0]
    assert np.isnan(sparse_factor(fronts, values).log_det)


@pytest.fixture(scope="module")
def movers():
    """Invented pupils in three waves, of whom 15% move to a school nearby; and what lme4 and lmerTest say."""
    from tests.multilevel.conftest import REFERENCE

    frame = pd.read_csv(REFERENCE / "data" / "movers.csv.gz")
    return frame, json.loads((REFERENCE / "movers" / "movers.json").read_text(encoding="utf-8"))["values"]


@pytest.fixture(scope="module")
def fit(movers):
    return multilevel.fit_lmm(FORMULA, movers[0])


def test_movers_are_fitted_sparsely_with_the_answers_of_lme4(fit, movers):
    assert isinstance(fit.model.criterion.elimination, SparseCrossedElimination)
    values = movers[1]
    assert fit.deviance <= values["criterion"] + 1e-5
    table, theirs = fit.tidy(), pd.DataFrame(values["coefficients"])
    np.testing.assert_allclose(table["estimate"], theirs["Estimate"], rtol=1e-6)
    np.testing.assert_allclose(table["std_error"], theirs["Std. Error"], rtol=1e-6)
    np.testing.assert_allclose(table["df"], theirs["df"], rtol=1e-3)
    np.testing.assert_allclose(table["statistic"], theirs["t value"], rtol=1e-6)
    # far out in the tail a p value follows the last digits of the statistic and its degrees of freedom
    np.testing.assert_allclose(table["p_value"], theirs["Pr(>|t|)"], rtol=1e-4, atol=1e-300)
    variances = [row["vcov"] for row in values["variances"]]
    np.testing.assert_allclose(fit.variance_components["covariance"], variances, rtol=2e-5)


def test_conditional_modes_of_movers_are_those_of_lme4(fit, movers):
    for row in movers[1]["effects"]:
        effects = fit.random_effects[row["group"]]
        term = "Intercept" if row["term"] == "(Intercept)" else row["term"]
        found = effects.loc[(int(row["level"]), term)]
        assert found["estimate"] == pytest.approx(row["estimate"], abs=2e-5)
        assert found["std_dev"] == pytest.approx(row["std_dev"], rel=2e-5)


def test_the_dense_elimination_gives_the_same_fit_and_tests(movers, monkeypatch):
    some = movers[0][movers[0]["school"] < 300]
    fit = multilevel.fit_lmm(FORMULA, some)
    assert isinstance(fit.model.criterion.elimination, SparseCrossedElimination)
    monkeypatch.setattr("lcresearch.multilevel.sparse_layout._SMALL", 10**6)
    dense = multilevel.fit_lmm(FORMULA, some)
    assert not isinstance(dense.model.criterion.elimination, SparseCrossedElimination)
    assert fit.deviance == pytest.approx(dense.deviance, abs=1e-7)
    for ddf in ("satterthwaite", "kenward-roger"):
        one, other = fit.tidy(ddf=ddf), dense.tidy(ddf=ddf)
        np.testing.assert_allclose(one[["estimate", "std_error"]], other[["estimate", "std_error"]], rtol=1e-7)
        np.testing.assert_allclose(one["df"], other["df"], rtol=1e-4)


def test_pass_or_fail_of_movers_as_lme4_has_it(movers):
    frame, values = movers
    frame = frame.assign(passed=(frame["score"] > 3).astype(int))
    fit = multilevel.fit_glmm("passed ~ wave + (1 | pupil) + (1 | school)", frame, family="binomial")
    assert fit.model.rows.choice.layout is not None
    theirs = values["binomial"]
    assert -2 * fit.log_likelihood == pytest.approx(theirs["deviance"], abs=1e-6)
    np.testing.assert_allclose(fit.tidy()["estimate"], list(theirs["coefficients"].values()), rtol=1e-5)


def test_dense_where_groups_meet_often_and_where_they_are_few():
    rng = np.random.default_rng(3)
    for size, n in ((600, 60_000), (60, 5_000)):
        sums, factors = problem(rng, (2 * size, size), (1, 1), n)
        assert choose(crossed_sums(sums, factors)).layout is None


def test_a_model_larger_than_memory_is_refused_with_its_size(movers, monkeypatch):
    monkeypatch.setattr(memberships_alone, "installed_gigabytes", lambda: 1e-6)
    with pytest.raises(MultilevelError, match=r"L100(.|\n)*\(1 \| pupil\) \+ \(1 \| school\).*1,366"):
        multilevel.fit_lmm(FORMULA, movers[0])
