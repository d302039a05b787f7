"""Chi-square in small samples: corrections against semTools, and simulated means against theory and other samples."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lcresearch.measurement import cfa, moments
from lcresearch.measurement.factor_models.small_sample import drawn, expected_size, simulated

HS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
PUPILS = pd.read_csv(Path(__file__).parents[1] / "reference" / "data" / "holzinger_swineford1939.csv")
# tests/reference/cfa/small_sample.R: chi-square and p with the factors of Swain and of Yuan, Tian & Yanagihara
SEMTOOLS = {
    301: {"swain": (83.8825822123, 1.44727754883e-08), "yuan": (83.6742307955, 1.56411701667e-08)},
    61: {"swain": (45.80443316058555, 0.00467274716431), "yuan": (45.20288986433292, 0.00551156623188)},
}


def invented(n, n_groups=1, seed=5):
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(n * n_groups, 1))
    frame = pd.DataFrame(0.7 * factor + 0.7 * rng.normal(size=(n * n_groups, 6))).add_prefix("a")
    return frame.assign(team=np.repeat(np.arange(n_groups), n))


MODEL = "f =~ a0 + a1 + a2 + a3 + a4 + a5"


@pytest.mark.parametrize(("n", "step"), [(301, 1), (61, 5)])
def test_corrections_are_those_of_semtools(n, step):
    table = cfa(HS, PUPILS.iloc[::step]).small_sample_tests().set_index("correction")
    for name, (chi_square, p_value) in SEMTOOLS[n].items():
        assert table.loc[name, "chi_square"] == pytest.approx(chi_square, rel=1e-7)
        assert table.loc[name, "p_value"] == pytest.approx(p_value, rel=1e-6)


def test_means_leave_the_factor_of_swain_as_it_is():
    without, beside = (cfa(HS, PUPILS, mean_structure=each).small_sample_tests() for each in (False, True))
    assert without["factor"].iloc[1] == pytest.approx(beside["factor"].iloc[1], rel=1e-12)


def test_groups_of_50_are_as_small_as_one_group_of_50():
    one, many = cfa(MODEL, invented(50)), cfa(MODEL, invented(50, 8), group="team")
    factor = one.small_sample_tests().set_index("correction")["factor"]
    np.testing.assert_allclose(many.small_sample_tests().set_index("correction")["factor"]["swain"], factor["swain"])


def test_drawn_moments_have_the_means_and_spread_of_samples():
    fit = cfa(MODEL, invented(40, 2), group="team").estimated
    rng = np.random.default_rng(1)
    found = [drawn(fit.blocks, fit.implied, rng) for _ in range(4000)]
    covariances = np.array([each.covariance for each in found])
    expected = fit.implied.covariance
    np.testing.assert_allclose(covariances.mean(axis=0), expected * 39 / 40, atol=0.02)
    spread = 39 / 40**2 * (expected[0, 0, 0] * expected[0, 1, 1] + expected[0, 0, 1] ** 2)
    assert covariances[:, 0, 0, 1].var() == pytest.approx(spread, rel=0.1)
    means = np.array([each.mean for each in found])
    np.testing.assert_allclose(means.var(axis=0), np.diagonal(expected, axis1=1, axis2=2) / 40, rtol=0.12)


def test_simulated_mean_is_that_of_samples_of_persons():
    fit = cfa(MODEL, invented(30))
    assert fit.estimated.df == 9
    rng = np.random.default_rng(2)
    ours = simulated(fit.estimated, [fit.estimated], 300, rng).mean()
    covariance = fit.estimated.implied.covariance[0]
    frames = (pd.DataFrame(rng.multivariate_normal(np.zeros(6), covariance, 30)).add_prefix("a") for _ in range(300))
    persons = np.mean([cfa(MODEL, frame).fit_measures["chi_square"] for frame in frames])
    assert ours == pytest.approx(persons, abs=3.5 * np.sqrt(2 * 18 / 300))


def test_a_difference_of_small_groups_is_made_smaller():
    frame = invented(40, 6)
    configural = cfa(MODEL, frame, group="team")
    metric = cfa(MODEL, frame, group="team", group_equal=["loadings"])
    row = metric.compare(configural, n_simulated=60, seed=1).iloc[0]
    assert row["chi_square_corrected"] == pytest.approx(row["factor"] * row["chi_square"])
    assert 0.8 < row["factor"] < 1
    assert row["p_value_corrected"] == pytest.approx(stats.chi2.sf(row["chi_square_corrected"], row["df"]))
    again = configural.compare(metric, n_simulated=60, seed=1).iloc[0]
    assert again["factor"] == row["factor"]


def test_a_caution_says_so_where_the_sample_is_small_for_the_model():
    frame = pd.DataFrame(np.random.default_rng(3).normal(size=(50, 1)) + np.random.default_rng(4).normal(size=(50, 16)))
    fit = cfa("f =~ " + " + ".join(frame.add_prefix("a")), frame.add_prefix("a"))
    said = [text for text in fit.cautions() if "Swain" in text]
    assert len(said) == 1
    assert "50 persons" in said[0]
    table = fit.small_sample_tests().set_index("correction")
    assert f"{table.loc['swain', 'p_value']:.3f}" in said[0]
    assert not any("Swain" in text for text in cfa(HS, PUPILS).cautions())


def test_moments_give_the_same_as_rows():
    frame = invented(40, 2)
    of_rows = cfa(MODEL, frame, group="team").small_sample_tests(n_simulated=5, seed=3)
    of_moments = cfa(MODEL, moments(frame, [f"a{k}" for k in range(6)], "team")).small_sample_tests(5, seed=3)
    pd.testing.assert_frame_equal(of_rows, of_moments, rtol=1e-6)


def test_only_the_plain_test_is_there_where_nothing_is_known():
    frame = invented(200).drop(columns="team")
    with_gaps = frame.mask(np.random.default_rng(6).random(frame.shape) < 0.1)
    fits = [cfa(MODEL, with_gaps, missing="fiml"), cfa(MODEL, frame.round().clip(-1, 1), ordered=True)]
    for fit in fits:
        table = fit.small_sample_tests(n_simulated=3)
        assert table["correction"].tolist() == ["none"]
        assert table["p_value"].iloc[0] == pytest.approx(fit.fit_measures["p_value"])


def test_expected_size_is_that_of_an_inflated_chi_square():
    test = cfa(HS, PUPILS).estimated.test
    assert expected_size(test, 1.0) == pytest.approx(0.05)
    rng = np.random.default_rng(8)
    values = rng.chisquare(24, 200_000) / 0.9
    assert expected_size(test, 0.9) == pytest.approx((values > stats.chi2.isf(0.05, 24)).mean(), abs=0.003)


def test_a_caution_says_so_where_mlr_scales_too_little():
    rng = np.random.default_rng(12)
    answers = (rng.normal(size=(100, 1)) + rng.normal(size=(100, 9))) * np.sqrt(rng.gamma(0.7, 1 / 0.7, (100, 1)))
    heavy = pd.DataFrame(answers).add_prefix("a")
    model = "f =~ " + " + ".join(heavy)
    fit, other = (cfa(model, heavy, estimator=each) for each in ("MLR", "MLM"))
    said = [text for text in fit.cautions() if "MLM" in text]
    assert len(said) == 1
    for each in (fit, other):
        assert f"{each.fit_measures['scaling_factor']:.2f}" in said[0]
    assert f"{other.small_sample_tests().set_index('correction').loc['swain', 'p_value']:.3f}" in said[0]
    assert not any("MLM" in text for text in cfa(HS, PUPILS, estimator="MLR").cautions())
