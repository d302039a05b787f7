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


EMTRENDS = {
    "mAch ~ sector*ses + (1 + ses | school)": {
        "Catholic": (1.644150686, 0.1612760790, 1429.85, 1.327787583, 1.960513789),
        "Public": (2.957517730, 0.1430907036, 1358.06, 2.676814932, 3.238220527),
    },
    "mAch ~ sector*ses*sx + (1 | school)": {
        "Catholic": (1.613189321, 0.1583670371, 6535.22, 1.302738135, 1.923640508),
        "Public": (2.901285633, 0.1403166937, 6780.37, 2.626220865, 3.176350400),
    },
    "mAch ~ I(ses ** 2) + ses*sector + (1 | school)": {
        "Catholic": (1.629714979, 0.1591995846, 6606.35, 1.317632349, 1.941797608),
        "Public": (2.977008538, 0.1466430323, 6900.99, 2.689543057, 3.264474018),
    },
}


@pytest.mark.parametrize("formula", EMTRENDS)
def test_slopes_in_categories_as_in_emtrends(reference, formula):
    """R 4.5.0, lmerTest 3.1-3, emmeans 1.10.7: ``summary(emtrends(m, ~sector, var = "ses"))``, Satterthwaite df.

    With ``delta.var = 1e-5`` where ses is in a curve: emtrends takes a forward difference.
    """
    fit = multilevel.fit_lmm(formula, reference("hsb82_null").frame)
    table = multilevel.simple_slopes(fit, "ses", "sector").set_index("sector")
    for level, values in EMTRENDS[formula].items():
        row = table.loc[level, ["estimate", "std_error", "df", "conf_low", "conf_high"]].astype(float)
        close(row, values, rtol=2e-5)


def test_differences_of_slopes_as_in_pairs_of_emtrends(reference):
    """R: ``pairs(emtrends(m, ~sector, var = "ses"))`` of the model with random slopes."""
    frame = reference("hsb82_null").frame
    fit = multilevel.fit_lmm("mAch ~ sector*ses + (1 + ses | school)", frame)
    row = multilevel.slope_differences(fit, "ses", "sector").iloc[0]
    close(row[["estimate", "std_error", "df"]].astype(float), [1.313367044, 0.215603625, 1397.97], rtol=2e-5)
    assert row["term"] == "sector=Public - sector=Catholic"
    formula = "mAch ~ sector*ses + (1 + ses | school)"
    sums = multilevel.fit_lmm(formula, multilevel.crossproducts(formula, frame))
    pd.testing.assert_frame_equal(
        multilevel.simple_slopes(sums, "ses", "sector"), multilevel.simple_slopes(fit, "ses", "sector"), rtol=1e-5
    )


def test_slopes_at_values_average_over_other_factors_as_in_emtrends(reference):
    """R: ``emtrends(m, ~schoolSES, var = "IQ.verb", at = list(schoolSES = c(10, 20, 30)))``; sex as a factor."""
    frame = reference("bdf_null").frame.astype({"sex": str})
    fit = multilevel.fit_lmm("langPOST ~ IQ_verb*sex + IQ_verb*schoolSES + (1 | schoolNR)", frame)
    table = multilevel.simple_slopes(fit, "IQ_verb", "schoolSES", [10, 20, 30])
    close(table["estimate"], [2.885165511, 2.418120593, 1.951075674], rtol=1e-6)
    close(table["std_error"], [0.15144734173, 0.07107724379, 0.18457996599], rtol=1e-5)
    close(table["df"], [2275.53, 2254.23, 2279.87], rtol=1e-4)
    usual = multilevel.simple_slopes(fit, "IQ_verb", "schoolSES")["schoolSES"]
    close(usual, frame["schoolSES"].mean() + np.array([-1, 0, 1]) * frame["schoolSES"].std())


def test_the_edge_of_significance_is_that_of_the_closed_form(reference):
    """Johnson & Neyman (1936): roots of (b1 + b3 z)^2 = t^2 (v11 + 2 z v13 + z^2 v33), with normal quantiles here."""
    fit = reference("bdf_cross_level_ml").fit
    b, v = fit.fixed_effects, fit.covariance()
    one, both = "IQ_within", "IQ_within:IQ_mean"
    t2 = scipy.stats.norm.ppf(0.975) ** 2
    roots = np.roots(
        [
            b[both] ** 2 - t2 * v.loc[both, both],
            2 * (b[one] * b[both] - t2 * v.loc[one, both]),
            b[one] ** 2 - t2 * v.loc[one, one],
        ]
    )
    region = multilevel.region_of_significance(fit, one, "IQ_mean", -100, 100, ddf="none")
    close(np.sort(region["low"][1:]), np.sort(roots[(roots > -100) & (roots < 100)]), rtol=1e-6)
    seen = multilevel.region_of_significance(fit, one, "IQ_mean")
    close(seen["low"][0], reference("bdf_cross_level_ml").frame["IQ_mean"].min())


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda fit: multilevel.region_of_significance(fit, "ses", "sector"), "L093"),
        (lambda fit: multilevel.simple_slopes(fit, "ses", "sector", ["Private"]), "L042"),
        (lambda fit: multilevel.simple_slopes(fit, "sector", "ses", [0]), "L097"),
        (lambda fit: multilevel.simple_slopes(fit, "ses", "sx"), "L035"),
    ],
)
def test_slopes_that_are_not_there_are_refused(reference, ask, code):
    fit = multilevel.fit_lmm("mAch ~ sector*ses + sx + (1 | school)", reference("hsb82_null").frame)
    with pytest.raises(MultilevelError) as refused:
        ask(fit)
    assert refused.value.problems[0].code == code


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
