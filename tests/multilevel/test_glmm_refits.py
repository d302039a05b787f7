"""Profiles, bootstrap, simulation, residuals and influence of generalised models, against R and definitions.

R 4.5.0; values of ``tests/reference/glmm_inference/``, or beside the test with their call.
"""

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from lcresearch import multilevel
from lcresearch.errors import MultilevelError
from lcresearch.multilevel.generalised_residuals import quantile_residuals
from lcresearch.multilevel.other_outcomes import Refits
from lcresearch.multilevel.refitting import parameters

close = np.testing.assert_allclose
QUANTILE = scipy.stats.chi2.ppf(0.95, 1)


def limits(table, group, term):
    row = table.set_index(["group", "term"]).loc[(group, term)]
    return [row["conf_low"], row["conf_high"]]


def test_profiles_are_those_of_lme4(glmm_fit, glmm_values):
    """lme4 interpolates between points by splines, which moves its limits by up to 2e-4 here."""
    table = glmm_fit("cbpp").confint("profile")
    expected = {row["par"]: [row["low"], row["high"]] for row in glmm_values["cbpp"]["profile"]}
    close(limits(table, "herd", "Intercept"), expected["sd_(Intercept)|herd"], atol=1e-4)
    close(limits(table, "fixed", "Intercept"), expected["(Intercept)"], atol=1e-4)
    for period in "234":
        close(limits(table, "fixed", f"period[T.{period}]"), expected[f"period{period}"], atol=2e-4)


def test_profiles_of_an_ordinal_model_are_those_of_clm(glmm_values, glmm_data):
    fit = multilevel.fit_glmm("rating ~ temp + contact", glmm_data("wine"), family="cumulative")
    table = fit.confint("profile")
    warm, yes = glmm_values["wine"]["profile_clm"]
    close(limits(table, "fixed", "temp[T.warm]"), [warm["low"], warm["high"]], atol=1e-4)
    close(limits(table, "fixed", "contact[T.yes]"), [yes["low"], yes["high"]], atol=1e-4)
    assert table["group"].tolist() == ["threshold"] * 4 + ["fixed"] * 2


def test_profiles_with_a_random_slope_are_those_of_glmmtmb_and_lme4(glmm_data):
    """Variances: ``TMB::tmbroot(m$obj, name = i, target = qchisq(.95, 1) / 2)`` of glmmTMB 1.1.10, back to the units of
    the data; its searches end within 3e-5. Of the correlation lme4 says that its spline does not fit. Fixed effects:
    ``confint(profile(glmer(use ~ age + urban + (urban | district), binomial), devtol = 1e-5))``, lme4 1.1-37.
    """
    fit = multilevel.fit_glmm("use ~ age + urban + (1 + urban | district)", glmm_data("contraception"))
    table = fit.confint("profile")
    close(limits(table, "district", "Intercept"), [0.4213312, 0.8202595], atol=3e-5)
    close(limits(table, "district", "urban[T.Y]"), [0.4668169, 1.245079], atol=3e-5)
    close(limits(table, "district", "Intercept, urban[T.Y]"), [-0.951573, -0.4744902], atol=3e-6)
    close(limits(table, "fixed", "Intercept"), [-0.93268863542701, -0.5192126913290], atol=2e-4)
    close(limits(table, "fixed", "age"), [-0.00154153697712, 0.0200588470293], atol=2e-6)
    close(limits(table, "fixed", "urban[T.Y]"), [0.41101375516472, 1.0917799987865], atol=2e-4)


@pytest.mark.parametrize("name", ["contraception_probit", "grouseticks"])
def test_at_the_limits_the_deviance_is_a_quantile_higher(glmm_fit, name, glmm_data):
    """A fit in which the effect is an offset has the deviance of the profile."""
    fit, frame = glmm_fit(name), glmm_data(name)
    term = "age" if name == "contraception_probit" else "cHEIGHT"
    for limit in limits(fit.confint("profile"), "fixed", term):
        formula = fit.formula.replace(term, f"offset({float(limit)!r} * {term})")
        held = multilevel.fit_glmm(formula, frame, family=fit.family, link=fit.link)
        close(held.deviance - fit.deviance, QUANTILE, atol=1e-5)


def test_a_profile_by_quadrature_and_of_a_variance_that_may_be_zero(glmm_data):
    """Where a variance of zero fits almost as well the interval begins at zero."""
    frame = glmm_data("wine")
    fit = multilevel.fit_glmm(
        "rating ~ temp + contact + (1 | bottle)", frame, family="cumulative", link="probit", n_quadrature=7
    )
    alone = multilevel.fit_glmm("rating ~ temp + contact", frame, family="cumulative", link="probit")
    assert 2 * (fit.log_likelihood - alone.log_likelihood) < QUANTILE
    low, high = limits(fit.confint("profile"), "bottle", "Intercept")
    assert low == 0
    assert high > fit.variance_components["std_dev"].iloc[0]


def test_wald_intervals(glmm_fit):
    fit = glmm_fit("wine")
    table = fit.confint(conf_level=0.9)
    close(table["conf_high"], fit.tidy(0.9)["conf_high"])
    assert table["group"].tolist() == ["threshold"] * 4 + ["fixed"] * 2
    with pytest.raises(MultilevelError, match="L028"):
        fit.confint("jackknife")


@pytest.mark.parametrize("name", ["cbpp", "grouseticks", "wine"])
def test_a_refit_is_the_fit_of_the_simulated_outcome(name, glmm_fit, glmm_data):
    fit, frame = glmm_fit(name), glmm_data(name)
    outcome = fit.simulate(1, seed=2)["sim_1"]
    column = {"cbpp": "incidence", "grouseticks": "TICKS", "wine": "rating"}[name]
    other = multilevel.fit_glmm(fit.formula, frame.assign(**{column: outcome}), family=fit.family)
    codes = outcome - 1 if name == "wine" else outcome
    vector, settled = Refits(fit.model, fit.optimum).to_outcome(codes.to_numpy(dtype=float))
    assert settled
    found = pd.DataFrame(parameters(fit.model, vector, fit.coefficients.names), columns=["group", "term", "value"])
    k = len(fit.variance_components)
    close(found["value"][k:], other.tidy()["estimate"], atol=1e-4)
    close(found["value"][:k], other.variance_components["std_dev"], atol=1e-4)


def test_bootstrap_intervals_are_near_wald_intervals_in_large_samples():
    """Invented: 1,200 answers without groups; 200 fits leave a Monte Carlo error of .2 of a standard error."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"x": rng.normal(size=1200)})
    frame["yes"] = rng.random(1200) < 1 / (1 + np.exp(-frame["x"]))
    fit = multilevel.fit_glmm("yes ~ x", frame)
    table, wald = fit.confint("bootstrap", n_sims=200, seed=1), fit.confint()
    errors = fit.tidy()["std_error"]
    for end in ("conf_low", "conf_high"):
        close((table[end] - wald[end]) / errors, 0, atol=0.6)


def test_the_same_seed_gives_the_same_bootstrap(glmm_fit):
    one, other, third = (glmm_fit("cbpp").confint("bootstrap", n_sims=20, seed=seed) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(one, other)
    assert (one["conf_low"] != third["conf_low"]).any()


@pytest.mark.parametrize(
    ("family", "link"), [("binomial", "logit"), ("binomial", "probit"), ("poisson", "log"), ("cumulative", "logit")]
)
def test_simulated_outcomes_have_the_moments_of_the_model(family, link):
    """Invented answers; means over new random effects by Gauss-Hermite quadrature."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"team": np.repeat(np.arange(40), 10), "x": rng.normal(size=400)})
    eta = -0.5 + 0.8 * frame["x"] + rng.normal(0, 0.8, 40)[frame["team"]]
    frame["answer"] = np.digitize(eta + rng.logistic(size=400), [-1, 0.5])
    frame["answer"] = (frame["answer"] > 0).astype(int) if family == "binomial" else frame["answer"]
    fit = multilevel.fit_glmm("answer ~ x + (1 | team)", frame, family=family, link=link)
    nodes, weights = np.polynomial.hermite_e.hermegauss(30)
    deviation = fit.variance_components["std_dev"].iloc[0]
    fixed = fit.predict(random=False).to_numpy()
    found = fit.simulate(1500, seed=1).to_numpy()
    if family == "cumulative":
        found = found <= 1
        inverse = scipy.stats.logistic(scale=1).cdf
        expected = sum(
            w * inverse(fit.thresholds.iloc[1] - fixed - deviation * n) for n, w in zip(nodes, weights, strict=True)
        )
    else:
        inverse = {"logit": scipy.stats.logistic.cdf, "probit": scipy.stats.norm.cdf, "log": np.exp}[link]
        expected = sum(w * inverse(fixed + deviation * n) for n, w in zip(nodes, weights, strict=True))
    left = found.mean(axis=1) - expected / weights.sum()
    error = found.std(axis=1) / np.sqrt(1500)
    assert np.abs(left / error).max() < 5
    assert abs((left / error).mean()) < 0.5


def test_simulated_answers_are_like_those_that_were_given(glmm_data):
    words = ["never", "now and then", "often"]
    answers = pd.Series(pd.Categorical.from_codes(np.arange(60) % 3, words, ordered=True))
    frame = pd.DataFrame({"x": np.arange(60.0) % 7, "answer": answers})
    fit = multilevel.fit_glmm("answer ~ x", frame, family="cumulative")
    found = fit.simulate(3, seed=1)
    assert found["sim_1"].cat.categories.tolist() == words
    again = multilevel.fit_glmm("answer ~ x", frame.assign(answer=found["sim_1"]), family="cumulative")
    assert again.categories == fit.categories
    numeric = multilevel.fit_glmm("rating ~ temp", glmm_data("wine"), family="cumulative").simulate(2, seed=1)
    assert set(numeric["sim_1"]) <= {1, 2, 3, 4, 5}


def test_simulated_successes_stay_within_their_trials(glmm_fit, glmm_data):
    found = glmm_fit("cbpp").simulate(50, seed=1)
    assert (found.max(axis=1).to_numpy() <= glmm_data("cbpp")["size"].to_numpy()).all()


@pytest.mark.parametrize("kind", ["response", "pearson", "deviance"])
def test_residuals_are_those_of_lme4(glmm_fit, kind, glmm_values):
    close(glmm_fit("cbpp").residuals(kind), glmm_values["cbpp"]["residuals"][kind], atol=1e-6)
    found, expected = glmm_fit("grouseticks").residuals(kind), glmm_values["grouseticks"]
    close(found[:20], expected["residuals"][kind], atol=1e-5)
    close((found**2).sum(), expected["sum_squares"][kind], rtol=1e-6)


def test_residuals_that_ordered_answers_do_not_have_are_refused(glmm_fit):
    with pytest.raises(MultilevelError, match="L111"):
        glmm_fit("wine").residuals()
    with pytest.raises(MultilevelError, match="L111"):
        glmm_fit("cbpp").residuals("working")


def test_quantile_residuals_are_uniform_when_outcomes_come_from_the_model():
    """Exactly so for any outcome of the same distribution as the simulated ones: here a coin, and a count."""
    rng = np.random.default_rng(2)
    for draw in (lambda k: rng.binomial(1, 0.2, (4000, k)), lambda k: rng.poisson(1.5, (4000, k))):
        found = quantile_residuals(draw(1)[:, 0], draw, 99, rng)
        assert scipy.stats.kstest(found, "uniform").pvalue > 0.001


@pytest.mark.parametrize("name", ["grouseticks", "wine", "contraception"])
def test_quantile_residuals_lie_between_zero_and_one(glmm_fit, name):
    found = glmm_fit(name).residuals("quantile", n_sims=100, seed=1)
    assert found.between(0, 1, inclusive="neither").all()
    assert abs(found.mean() - 0.5) < 4 * np.sqrt(1 / 12 / 50)
    pd.testing.assert_series_equal(found, glmm_fit(name).residuals("quantile", n_sims=100, seed=1))


def test_counts_that_vary_too_much_are_told(glmm_fit, glmm_values, glmm_data):
    """Elston et al. (2001) give each brood, location and row an effect for that reason."""
    fit = glmm_fit("grouseticks")
    row = fit.dispersion().iloc[0]
    close(row["statistic"], glmm_values["grouseticks"]["sum_squares"]["pearson"], rtol=1e-6)
    close(row["ratio"], row["statistic"] / (403 - 6))
    close(row["p_value"], scipy.stats.chi2.sf(row["statistic"], 397))
    assert any("(1 | row)" in caution for caution in fit.cautions())
    wider = multilevel.fit_glmm(
        "TICKS ~ YEAR + cHEIGHT + (1 | LOCATION/BROOD) + (1 | INDEX)", glmm_data("grouseticks"), family="poisson"
    )
    assert wider.dispersion()["ratio"][0] < 1
    assert not any("(1 | row)" in caution for caution in wider.cautions())


@pytest.mark.parametrize("name", ["contraception", "wine"])
def test_single_answers_cannot_vary_too_much(glmm_fit, name):
    with pytest.raises(MultilevelError, match="L114"):
        glmm_fit(name).dispersion()


def test_influence_of_herds_is_that_of_leaving_them_out_in_lme4(glmm_fit, glmm_values):
    fit, expected = glmm_fit("cbpp"), glmm_values["cbpp"]["without"]
    table = fit.influence("herd")
    close(table.loc[expected["herd"]].iloc[:, 2:], expected["fixef"], atol=2e-5)
    change = np.array(expected["fixef"][0]) - fit.fixed_effects
    distance = change @ np.linalg.inv(fit.covariance()) @ change / 4
    close(table.loc["1", "cooks_distance"], distance, rtol=1e-3)


@pytest.mark.parametrize(("name", "group"), [("wine", "judge"), ("grouseticks", "LOCATION")])
def test_influence_is_fitting_without_the_rows(glmm_fit, name, group, glmm_data):
    fit, frame = glmm_fit(name), glmm_data(name)
    table = fit.influence(group)
    key = table.index[4]
    without = multilevel.fit_glmm(fit.formula, frame[frame[group] != key], family=fit.family)
    close(
        (table.loc[key].iloc[2:] - without.tidy()["estimate"].to_numpy()) / fit.tidy()["std_error"].to_numpy(),
        0,
        atol=1e-4,
    )
    assert table.loc[key, "n"] == (frame[group] == key).sum()


def test_influence_is_missing_where_a_predictor_differs_in_one_group_only():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"team": np.repeat(list("ABCDEFGH"), 10), "yes": rng.integers(0, 2, 80)})
    frame["new"] = (frame["team"] == "C").astype(int)
    table = multilevel.fit_glmm("yes ~ new + (1 | team)", frame).influence("team")
    assert table["cooks_distance"].isna().tolist() == [key == "C" for key in "ABCDEFGH"]


def test_influence_of_what_is_no_group_is_refused(glmm_fit):
    with pytest.raises(MultilevelError, match="L036"):
        glmm_fit("cbpp").influence("period")


def test_the_caterpillar_shows_all_groups(glmm_fit):
    (axes,) = glmm_fit("cbpp").plot().axes
    assert axes.get_title(loc="left") == "herd: Intercept"
