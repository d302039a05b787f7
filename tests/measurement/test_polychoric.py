"""Thresholds, polychoric correlations and their covariance matrix: the numerics on codes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lcresearch.errors import MeasurementError
from lcresearch.measurement.bivariate_normal import bivariate_cdf, bivariate_density, density_slope
from lcresearch.measurement.polychoric import LIMIT, influence, polychoric

AGREEABLENESS = ["A1", "A2", "A3", "A4", "A5"]


def codes_of(frame: pd.DataFrame) -> np.ndarray:
    """Answers as 0, 1, ...; -1 is missing."""
    return np.column_stack([pd.factorize(frame[name], sort=True)[0] for name in frame])


@pytest.fixture(scope="module")
def data(request):
    bfi = pd.read_csv(f"{request.path.parents[1]}/reference/data/bfi.csv.gz")
    cut = {"A1": [2], "A2": [2, 4], "A3": [1, 2, 3, 4, 5], "A4": [5], "C1": [3, 5]}
    mixed = pd.DataFrame(
        {k: np.where(bfi[k].isna(), np.nan, np.searchsorted(v, bfi[k], side="left")) for k, v in cut.items()}
    )
    return {
        "agreeableness": bfi[AGREEABLENESS].dropna(),
        "agreeableness_pairwise": bfi[AGREEABLENESS],
        "mixed_pairwise": mixed,
    }


@pytest.fixture(params=["agreeableness", "agreeableness_pairwise", "mixed_pairwise", "small"])
def case(request, data, reference):
    """(estimates, codes, lavaan's values)."""
    values = reference("psychometrics/polychoric_lavaan")[request.param]
    codes = codes_of(pd.DataFrame(values["data"]) if request.param == "small" else data[request.param])
    return polychoric(codes), codes, values


def test_thresholds_and_correlations_are_those_of_lavaan(case):
    ours, codes, values = case
    assert len(codes) == values["n"]
    assert ours.thresholds == pytest.approx(np.array(values["thresholds"]), abs=1e-10)
    assert ours.matrix == pytest.approx(np.array(values["correlation"]), abs=1e-6)


def test_gamma_is_that_of_lavaan(case):
    ours, _, values = case
    below = np.tril_indices(len(ours.gamma))
    lavaan = np.zeros_like(ours.gamma)
    lavaan.T[np.triu_indices(len(lavaan))] = values["gamma"]
    assert ours.gamma[below] == pytest.approx(lavaan[below], abs=1e-6, rel=1e-6)


def test_gamma_is_the_mean_product_of_influences(case):
    ours, codes, _ = case
    each = influence(codes, ours)
    assert each.T @ each / len(codes) == pytest.approx(ours.gamma, abs=1e-10)


def test_influences_sum_to_zero(data):
    codes = codes_of(data["agreeableness"])
    assert influence(codes, polychoric(codes)).sum(axis=0) == pytest.approx(np.zeros(35), abs=1e-6)


def test_influence_is_what_leaving_a_person_out_does():
    rng = np.random.default_rng(5)
    latent = rng.multivariate_normal(np.zeros(3), 0.5 + 0.5 * np.eye(3), size=50_000)
    codes = np.searchsorted([-0.9, 0.1, 1.0], latent)
    whole = polychoric(codes)
    each = influence(codes, whole)
    for person in (3, 77, 4321):
        without = polychoric(np.delete(codes, person, axis=0), gamma=False)
        change = np.concatenate([whole.thresholds - without.thresholds, whole.correlations - without.correlations])
        assert change * len(codes) == pytest.approx(each[person], abs=0.03)


def test_correlations_of_psych(data, reference):
    values = reference("psychometrics/polychoric_agreeableness")
    ours = polychoric(codes_of(data["agreeableness"]))
    assert len(data["agreeableness"]) == values["n"]
    assert ours.matrix == pytest.approx(np.array(values["lavaan_rho"]["values"]), abs=1e-5)
    assert ours.thresholds == pytest.approx(np.array(list(values["lavaan_thresholds"].values())), abs=1e-10)
    for block in ("psych_correct0", "psych_default"):
        # psych optimises each correlation to about 1e-4
        assert ours.matrix == pytest.approx(np.array(values[block]["rho"]["values"]), abs=2e-4)
        assert ours.thresholds.reshape(5, 5) == pytest.approx(np.array(values[block]["tau"]["values"]), abs=1e-8)


def test_two_by_two_table_cut_at_the_medians_has_a_closed_form():
    codes = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], [35, 15, 15, 35], axis=0)
    assert polychoric(codes).correlations[0] == pytest.approx(np.sin(np.pi * (2 * 0.35 - 0.5)), abs=1e-12)


@given(
    st.integers(0, 2**31),
    st.floats(-0.9, 0.9),
    st.integers(2, 5),
    st.integers(2, 5),
)
@settings(max_examples=25, deadline=None)
def test_turning_an_item_round_turns_the_sign(seed, rho, k_first, k_second):
    rng = np.random.default_rng(seed)
    latent = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=300)
    first = np.searchsorted(stats.norm.ppf(np.arange(1, k_first) / k_first), latent[:, 0])
    second = np.searchsorted(stats.norm.ppf(np.arange(1, k_second) / k_second), latent[:, 1])
    codes = np.column_stack([first, second])
    ours, turned = polychoric(codes), polychoric(np.column_stack([k_first - 1 - first, second]))
    assert turned.correlations == pytest.approx(-ours.correlations, abs=1e-9)
    assert turned.std_errors == pytest.approx(ours.std_errors, rel=1e-6, abs=1e-9)


def test_a_perfect_relation_stands_on_the_limit_and_says_so():
    codes = np.repeat(np.arange(3), 20)[:, None] * np.ones((1, 2), dtype=np.int64)
    ours = polychoric(codes)
    assert ours.at_limit.all()
    assert ours.correlations[0] == LIMIT


def test_a_category_without_persons_is_named():
    codes = np.array([[0, 0], [2, 1], [0, 1], [2, 0]])
    with pytest.raises(MeasurementError) as caught:
        polychoric(codes, names=["first", "second"])
    (problem,) = caught.value.problems
    assert (problem.code, problem.where.item, problem.values["empty"]) == ("M300", "first", [2])
    with pytest.raises(MeasurementError) as caught:
        polychoric(codes[:, 1:], n_categories=[3], names=["second"])
    assert caught.value.problems[0].values["empty"] == [3]


def test_a_pair_that_nobody_answered_is_named():
    codes = np.array([[0, -1, 0], [1, -1, 1], [-1, 0, 0], [-1, 1, 1]])
    with pytest.raises(MeasurementError) as caught:
        polychoric(codes, names=["a", "b", "c"])
    assert [(p.code, p.where.item, p.values["other"]) for p in caught.value.problems] == [("M301", "a", "b")]


def test_fit_of_the_bivariate_normal_has_the_size_that_it_should():
    rng = np.random.default_rng(11)
    latent = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], size=(400, 400))
    codes = np.searchsorted([-0.8, 0, 0.8], latent).reshape(400, 400, 2)
    fits = [polychoric(one, gamma=False) for one in codes]
    p_values = stats.chi2.sf([fit.likelihood_ratio[0] for fit in fits], [fit.likelihood_ratio_df[0] for fit in fits])
    assert np.mean(p_values < 0.05) == pytest.approx(0.05, abs=0.03)


@pytest.mark.parametrize("rho", [-0.999, -0.6, 0.0, 0.3, 0.95])
def test_bivariate_distribution_function_is_that_of_scipy(rho):
    points = np.array([-2.5, -0.7, 0.0, 0.4, 1.9])
    h, k = np.meshgrid(points, points)
    ours = bivariate_cdf(h, k, np.array(rho))
    scipy = stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]], allow_singular=True, abseps=1e-10, releps=1e-10)
    assert ours == pytest.approx(scipy.cdf(np.stack([h, k], axis=-1)), abs=1e-7)


def test_bivariate_distribution_function_at_infinity_and_its_slopes():
    h, k, rho = np.array([0.3, -np.inf, np.inf, np.inf]), np.array([np.inf, 1.0, np.inf, -0.2]), np.array(0.4)
    assert bivariate_cdf(h, k, rho) == pytest.approx([stats.norm.cdf(0.3), 0, 1, stats.norm.cdf(-0.2)])
    assert bivariate_density(h, k, rho).tolist() == [0, 0, 0, 0]
    at, step = (np.array(0.3), np.array(-1.1)), 1e-6
    up, down = (bivariate_cdf(*at, rho + step), bivariate_cdf(*at, rho - step))
    assert bivariate_density(*at, rho) == pytest.approx((up - down) / (2 * step), rel=1e-7)
    up, down = (bivariate_density(*at, rho + step), bivariate_density(*at, rho - step))
    assert density_slope(*at, rho) == pytest.approx((up - down) / (2 * step), rel=1e-7)
