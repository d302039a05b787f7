"""Marginal means as R's emmeans gives them, slopes, influence of groups, and statsmodels as an independent check."""

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from lcresearch import multilevel
from lcresearch.errors import MultilevelError

close = np.testing.assert_allclose


@pytest.fixture(scope="module")
def schools(reference):
    return multilevel.fit_lmm("mAch ~ sector*sx + ses + (1 | school)", reference("hsb82_null").frame)


def test_marginal_means_as_in_emmeans(schools):
    """R 4.5.0, lmerTest 3.1-3, emmeans 1.10.7: ``emmeans(m, ~sector)`` and ``pairs()``, Satterthwaite df."""
    table = schools.means("sector").set_index("sector")
    close(
        table.loc["Catholic", ["estimate", "std_error", "df"]].astype(float), [13.84378, 0.2450146, 138.30], rtol=5e-5
    )
    close(table.loc["Public", ["estimate", "std_error", "df"]].astype(float), [11.74665, 0.2213694, 151.74], rtol=5e-5)
    row = schools.mean_differences("sector").iloc[0]
    if row["term"].startswith("sector=Public"):
        row[["estimate"]] *= -1
    close([row["estimate"], row["std_error"], row["df"]], [2.097132, 0.3309257, 145.3], rtol=1e-4)


def test_marginal_means_at_values(schools):
    table = schools.means(["sector", "sx"], at={"ses": 1}).set_index(["sector", "sx"])
    close(table.loc[("Catholic", "Male"), "estimate"], 16.72654, atol=1e-5)
    close(table.loc[("Public", "Female"), "std_error"], 0.2712741, atol=1e-6)
    curve = schools.means("ses", at={"ses": [0, 1, 2]})
    close(np.diff(curve["estimate"]), schools.fixed_effects["ses"])


def test_a_grid_of_what_the_model_does_not_have_is_refused(schools):
    with pytest.raises(MultilevelError) as refused:
        schools.means("sectors")
    assert refused.value.problems[0].code == "L005"


def test_simple_slopes_and_the_region_of_significance(reference):
    fit = reference("bdf_cross_level_ml").fit
    slopes = multilevel.simple_slopes(fit, "IQ_within", "IQ_mean", [0.0, 12.0])
    close(slopes["estimate"][0], fit.fixed_effects["IQ_within"])
    close(slopes["estimate"][1], fit.fixed_effects["IQ_within"] + 12 * fit.fixed_effects["IQ_within:IQ_mean"])
    region = multilevel.region_of_significance(fit, "IQ_within", "IQ_mean", 5, 80)
    assert region["significant"].tolist() == [True, False]
    edge = multilevel.simple_slopes(fit, "IQ_within", "IQ_mean", [region["high"][0]]).iloc[0]
    close(abs(edge["statistic"]), scipy.stats.t.ppf(0.975, edge["df"]), rtol=1e-6)
    with pytest.raises(MultilevelError) as refused:
        multilevel.simple_slopes(fit, "ses", "IQ_mean", [1])
    assert refused.value.problems[0].code == "L035"


def test_the_contextual_effect_is_between_minus_within(reference):
    fit = reference("bdf_within_between").fit
    row = multilevel.contextual_effect(fit, "IQ_within", "IQ_mean").iloc[0]
    close(row["estimate"], fit.fixed_effects["IQ_mean"] - fit.fixed_effects["IQ_within"])
    whole = fit.covariance()
    variance = (
        whole.loc["IQ_mean", "IQ_mean"] + whole.loc["IQ_within", "IQ_within"] - 2 * whole.loc["IQ_mean", "IQ_within"]
    )
    close(row["std_error"], np.sqrt(variance))


@pytest.mark.parametrize("name", ["sleepstudy_reml", "pastes_reml", "penicillin_reml"])
def test_leaving_out_a_group_is_fitting_without_its_rows(reference, name):
    found = reference(name)
    label = list(found.fit.n_groups)[-1]
    table = found.fit.influence(label)
    key = table.index[2]
    left = found.frame
    for part, value in zip(label.split(":"), key if isinstance(key, tuple) else (key,), strict=True):
        left = left.assign(**{f"_{part}": left[part].astype(str) == str(value)})
    out = left[[f"_{part}" for part in label.split(":")]].all(axis=1)
    without = multilevel.fit_lmm(found.formula, found.frame[~out])
    close(table.iloc[2][list(found.fit.fixed_effects.index)].astype(float), without.fixed_effects, rtol=1e-6)
    change = without.fixed_effects.to_numpy() - found.fit.fixed_effects.to_numpy()
    distance = change @ np.linalg.solve(found.fit.covariance().to_numpy(), change) / len(change)
    close(table["cooks_distance"].iloc[2], distance, rtol=1e-5)
    assert table["n"].sum() == found.fit.n
    assert list(table.index.names) == label.split(":")


def test_influence_of_an_unknown_factor(reference):
    with pytest.raises(MultilevelError) as refused:
        reference("sleepstudy_reml").fit.influence("subject")
    assert refused.value.problems[0].code == "L036"


@pytest.mark.parametrize("name", ["sleepstudy_reml", "sleepstudy_ml", "pastes_reml", "bdf_within_between_slope"])
def test_statsmodels_finds_the_same(reference, name):
    found = reference(name)
    other = multilevel.fit_lmm(found.formula, found.frame, method=found.fit.method, engine="statsmodels")
    assert other.deviance >= found.fit.deviance - 1e-8
    close(other.deviance, found.fit.deviance, atol=1e-4)
    close(other.variance_components["covariance"], found.fit.variance_components["covariance"], rtol=1e-2)
    close(other.fixed_effects, found.fit.fixed_effects, rtol=1e-3)


@pytest.mark.parametrize("name", ["penicillin_reml", "egsingle_growth"])
def test_what_statsmodels_cannot_fit_is_refused(reference, name):
    found = reference(name)
    with pytest.raises(MultilevelError) as refused:
        multilevel.fit_lmm(found.formula, found.frame, engine="statsmodels")
    assert refused.value.problems[0].code == "L037"


def test_simulations_have_the_moments_of_the_model(reference):
    fit = reference("sleepstudy_reml").fit
    draws = fit.simulate(2000, seed=1).to_numpy()
    pd.testing.assert_frame_equal(fit.simulate(3, seed=1), fit.simulate(3, seed=1))
    fixed = fit.predict(random=False).to_numpy()
    close(draws.mean(axis=1), fixed, atol=6 * draws.std(axis=1).max() / np.sqrt(2000))
    z = np.column_stack([np.ones(10), np.arange(10)])
    expected = z @ fit.estimates.covariances[0] @ z.T + np.eye(10) * fit.estimates.sigma2
    close(np.cov(draws[:10]), expected, atol=0.15 * expected.max())
