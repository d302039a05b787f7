"""Generalised linear mixed models give the numbers of lme4 1.1-37, glmmTMB 1.1.10 and ordinal 2023.12-4.1 (R 4.5.0).

For probit models the reference is glmmTMB: it too takes observed weights in the Laplace approximation, and
lme4 expected ones.
"""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from tests.closeness import close_in_units
from tests.multilevel.glmm_files import (
    ALL,
    CONTENT,
    LME4,
    MIXED,
    PROBIT,
    VALUES,
    coefficients,
    log_likelihood,
    ours,
)

from lcresearch import multilevel
from lcresearch.errors import LcresearchWarning
from lcresearch.multilevel.joint_optimum import JointDeviance, positive_inverse

ONE_JUDGE = [name for name in MIXED if "random_sd" in VALUES[name]]
CLMM = [name for name in MIXED if name.startswith("wine")]
WITH_VARIANCES = [name for name in MIXED if "varcorr" in VALUES[name] and name != "contraception_probit"]
SECOND = [name for name in ALL if "vcov_fixef" in VALUES[name].get("glmmTMB", {})]
COMPARED = {
    "AIC",
    "BIC",
    "coefficients",
    "deviance_minus2ll",
    "fitted_first5",
    "fixef",
    "glmmTMB",
    "logLik",
    "n_groups",
}
COMPARED |= {"logLik_marginal_exact", "n_obs", "n_par", "predictions", "r2_icc_latent", "ranef", "se", "se_no_hessian"}
COMPARED |= {"singular", "theta", "varcorr", "vcov_fixef"}  # of lme4
COMPARED |= {"LR_vs_clmm", "beta", "condvar", "random_sd", "thresholds", "vcov"}  # of ordinal
COMPARED |= {"chisq", "df", "p"}  # of anova
OF_THE_SEARCH_OF_R = {"max_abs_gradient"}
close = np.testing.assert_allclose


@pytest.fixture(scope="module")
def fit_of(reference_frame):
    """By the name of a reference file: our fit of its model."""
    known = {}

    def _fit_of(name):
        if name not in known:
            content = CONTENT[name]
            function, formula = re.match(r"(\w+)\((.*?), data = ", content["call"]).groups()
            formula = formula.replace("cbind(incidence, size - incidence)", "incidence / size").replace("^2", "**2")
            family = "cumulative" if function.startswith("clm") else "binomial"
            family = "poisson" if "poisson" in content["call"] else family
            link = "probit" if "probit" in content["call"] else None
            nodes = re.search(r"nAGQ = (\d+)", content["call"])
            options = {"family": family, "link": link, "n_quadrature": int(nodes[1]) if nodes else 1}
            known[name] = multilevel.fit_glmm(formula, reference_frame(content), **options)
        return known[name]

    return _fit_of


def test_every_file_and_every_value_is_compared():
    assert len(ALL) == 14
    assert set(VALUES) - set(ALL) == {"cbpp_lrt", "contraception_lrt"}
    assert {key for values in VALUES.values() for key in values} == COMPARED | OF_THE_SEARCH_OF_R


@pytest.mark.parametrize("name", ALL)
def test_sizes(fit_of, name):
    fit, values = fit_of(name), VALUES[name]
    assert fit.n == values.get("n_obs", fit.n)
    found = {frozenset(label.split(":")): n for label, n in fit.n_groups.items()}
    for label, n in values.get("n_groups", {}).items():
        assert found[frozenset(label.split(":"))] == n
        assert values["ranef"][label]["n_levels"] == n
    assert fit.n_parameters == values.get("n_par", fit.n_parameters)
    assert fit.singular == values.get("singular", False)


@pytest.mark.parametrize("name", [name for name in ALL if {"fixef", "beta"} & set(VALUES[name])])
def test_estimates_stand_twice_in_a_file(name):
    """What is compared as ``coefficients`` is what ``fixef``, ``se``, ``beta`` and ``thresholds`` hold too."""
    values = VALUES[name]
    table = pd.DataFrame(values["coefficients"]).set_index("term")
    once = values.get("fixef") or values["thresholds"] | values["beta"]
    assert table["estimate"].to_dict() == once
    assert table["se"].to_dict() == values.get("se", table["se"].to_dict())


@pytest.mark.parametrize("name", [name for name in ALL if name != PROBIT])
def test_z_tests(fit_of, name):
    """p values beyond 1e-9 differ by what a thousandth of a standard error makes of them."""
    table = pd.DataFrame(VALUES[name]["coefficients"])
    table = table.rename(columns={"z value": "z", "Pr(>|z|)": "p"}).set_index(table["term"].map(ours))
    if "z" not in table:
        return
    mine = fit_of(name).tidy().set_index("term").loc[table.index]
    close(mine["statistic"], table["z"], rtol=5e-4, atol=5e-4)
    shown = (table["p"] > 1e-9).to_numpy()
    close(mine["p_value"][shown], table["p"][shown], rtol=2e-2)
    assert (mine["p_value"][~shown] < 1e-8).all()


@pytest.mark.parametrize("name", ALL)
def test_fixed_effects_and_thresholds(fit_of, name):
    table, expected = fit_of(name).tidy().set_index("term"), coefficients(name)
    assert set(table.index) == set(expected.index)
    expected = expected.loc[table.index]
    close_in_units(table["estimate"], expected["estimate"], expected["se"], 2e-4)
    close(table["std_error"], expected["se"], rtol=5e-4)
    if name in CLMM:
        close(table["estimate"], expected["estimate"], rtol=1e-4)


@pytest.mark.parametrize("name", LME4)
def test_standard_errors_are_those_of_automatic_differentiation(fit_of, name):
    if "glmmTMB" in VALUES[name]:
        expected = pd.Series(VALUES[name]["glmmTMB"]["se"]).rename(ours)
        table = fit_of(name).tidy().set_index("term")["std_error"]
        close(table, expected.loc[table.index], rtol=1e-3)


@pytest.mark.parametrize(
    "name", [name for name in MIXED if {"vcov", "vcov_fixef"} & set(VALUES[name]) and name != PROBIT]
)
def test_covariances_of_fixed_effects(fit_of, name):
    matrix = VALUES[name].get("vcov_fixef", VALUES[name].get("vcov"))
    expected = pd.DataFrame(matrix["values"], index=matrix["rows"], columns=matrix["cols"]).rename(
        index=ours, columns=ours
    )
    mine = fit_of(name).covariance()
    sizes = np.sqrt(np.outer(np.diag(mine), np.diag(mine)))
    close_in_units(mine, expected.loc[mine.index, mine.columns], sizes, 2e-3)


@pytest.mark.parametrize("name", ALL)
def test_log_likelihood(fit_of, name):
    fit, values = fit_of(name), VALUES[name]
    close(fit.log_likelihood, log_likelihood(name), atol=1e-5)
    assert fit.converged
    assert not fit.singular
    if name not in ("cbpp_agq9", "contraception_intercept_agq15", PROBIT):
        close(fit.aic, values["AIC"], atol=2e-5)
        close(fit.bic, values.get("BIC", fit.bic), atol=2e-5)
        assert fit.n_parameters == values.get("n_par", fit.n_parameters)


@pytest.mark.parametrize("name", WITH_VARIANCES)
def test_variance_components(fit_of, name):
    table = fit_of(name).variance_components
    expected = {
        (
            frozenset(row["group"].split(":")),
            frozenset(ours(term) for term in (row["name1"], row["name2"]) if term),
        ): row
        for row in VALUES[name]["varcorr"]
    }
    assert len(table) == len(expected)
    for row in table.itertuples():
        reference = expected[frozenset(row.group.split(":")), frozenset((row.term_1, row.term_2))]
        close(row.covariance, reference["vcov"], rtol=1e-4)
        close(row.std_dev if row.term_1 == row.term_2 else row.correlation, reference["sdcor"], rtol=1e-4)


def test_variance_of_the_probit_model(fit_of):
    expected = VALUES[PROBIT]["glmmTMB"]["varcorr"]["district"]["sd"]["(Intercept)"]
    close(fit_of(PROBIT).variance_components["std_dev"], [expected], rtol=1e-4)


@pytest.mark.parametrize("name", ONE_JUDGE)
def test_random_effects_of_ordinal_models(fit_of, name):
    fit, values = fit_of(name), VALUES[name]
    close(fit.variance_components["std_dev"], [values["random_sd"]["judge"]["(Intercept)"]], rtol=1e-4)
    table = fit.random_effects["judge"].droplevel("term")
    expected = pd.DataFrame(values["ranef"]["judge"]).set_index("level")["condval"]
    close(table["estimate"], expected.loc[table.index], atol=1e-4)
    close(table["std_dev"] ** 2, values["condvar"]["judge"], rtol=1e-3)


@pytest.mark.parametrize("name", [name for name in LME4 if name != PROBIT])
def test_random_effects(fit_of, name):
    tables = fit_of(name).random_effects
    for label, expected in VALUES[name]["ranef"].items():
        names = label.split(":")
        table = next(frame for key, frame in tables.items() if set(key.split(":")) == set(names))
        for row in expected["first"]:
            levels = dict(zip(names, row["level"].split(":"), strict=True)) | {"term": ours(row["term"])}
            mine = table.loc[tuple(levels[key] for key in table.index.names)]
            close(mine["estimate"], row["condval"], atol=1e-4 * row["condsd"])
            close(mine["std_dev"], row["condsd"], rtol=2e-4)


@pytest.mark.parametrize("name", [name for name in LME4 if name != PROBIT])
def test_fitted_values(fit_of, name):
    close(fit_of(name).fitted()[:5], VALUES[name]["fitted_first5"], rtol=1e-4)


@pytest.mark.parametrize("name", [name for name in LME4 if "predictions" in VALUES[name] and name != PROBIT])
def test_predictions_for_new_rows(fit_of, name):
    fit, expected = fit_of(name), VALUES[name]["predictions"]
    new = pd.DataFrame(expected["newdata"])
    close(fit.predict(new, random=False), expected["link_fixed"], atol=1e-4)
    close(fit.predict(new, random=False, kind="response"), expected["response_fixed"], atol=1e-4)
    with pytest.warns(LcresearchWarning, match="L121"):
        close(fit.predict(new), expected["link_with_random"], atol=1e-4)


@pytest.mark.parametrize("name", [name for name in LME4 if "r2_icc_latent" in VALUES[name]])
def test_r_squared_and_intraclass_correlation_on_the_latent_scale(fit_of, name):
    fit, expected = fit_of(name), VALUES[name]["r2_icc_latent"]
    shares = fit.variance_shares
    close(shares.fixed, expected["var_fixed"], rtol=2e-5)
    close(shares.residual, expected["var_distribution"], rtol=1e-12)
    close(fit.r_squared(), [expected["R2_marginal"], expected["R2_conditional"]], atol=1e-5)
    close(fit.icc()["icc"], [expected["ICC_adjusted"]], atol=1e-5)


@pytest.mark.parametrize("name", [name for name in LME4 if "r2_icc_latent" in VALUES[name]])
def test_variance_of_random_terms_on_the_latent_scale(fit_of, name):
    expected = VALUES[name]["r2_icc_latent"]["var_random_by_term"]
    close(fit_of(name).variance_shares.random[next(iter(expected))], *expected.values(), rtol=1e-4)


@pytest.mark.parametrize("name", [name for name in LME4 if name != PROBIT])
def test_relative_covariance_factors(fit_of, name):
    """lme4's theta: the lower triangle by columns, term by term; nothing divides it in a model without sigma."""
    factors = [np.linalg.cholesky(covariance) for covariance in fit_of(name).estimates.covariances]
    found = [
        factor[row, column] for factor in factors for column in range(len(factor)) for row in range(column, len(factor))
    ]
    order = slice(None, None, -1) if name == "grouseticks_poisson" else slice(None)
    close(found[order], VALUES[name]["theta"], rtol=2e-4)


def working_covariance(fit, table):
    """Covariance matrix of fixed effects with variances as known: (X'V^-1 X)^-1 with V = W^-1 + Z S Z'."""
    design, outcome = fit.design, fit.model.outcome
    means = fit.fitted().to_numpy()
    weights = outcome.sizes * means * (1 - means) if fit.family == "binomial" else means
    left = np.diag(1 / weights)
    for label, covariance in zip(fit.random_effects, fit.estimates.covariances, strict=True):
        columns = next(term.columns for term in design.columns.terms if term.term.label == label)
        z = design.matrix[:, columns]
        keys = design.frame[label.split(":")].astype(str).agg(":".join, axis=1).to_numpy()
        left += (z @ covariance @ z.T) * (keys[:, None] == keys)
    x = design.matrix[:, design.columns.fixed]
    return pd.DataFrame(np.linalg.inv(x.T @ np.linalg.solve(left, x)), index=table["term"], columns=table["term"])


@pytest.mark.parametrize("name", [name for name in LME4 if name != PROBIT])
def test_standard_errors_given_the_variances(fit_of, name):
    """lme4's ``vcov(use.hessian = FALSE)``, which follows from the modes and the variances."""
    fit = fit_of(name)
    expected = pd.Series(VALUES[name]["se_no_hessian"]).rename(ours)
    matrix = working_covariance(fit, fit.tidy())
    close(np.sqrt(np.diag(matrix)), expected.loc[matrix.index], rtol=2e-4)


@pytest.mark.parametrize("name", ["cbpp_agq9", "contraception_intercept_agq15"])
def test_likelihood_by_quadrature_as_lme4_prints_it(fit_of, name):
    """lme4 leaves out the log-likelihood of a model with a parameter a row."""
    fit, values = fit_of(name), VALUES[name]
    trials, successes = fit.model.outcome.sizes, fit.model.outcome.values
    full = scipy.stats.binom.logpmf(successes, trials, successes / trials).sum()
    close(fit.log_likelihood - full, values["logLik"], atol=1e-5)
    close(fit.deviance + 2 * full, values["deviance_minus2ll"], atol=2e-5)
    close(fit.aic + 2 * full, values["AIC"], atol=2e-5)
    close(fit.bic + 2 * full, values["BIC"], atol=2e-5)


def test_exact_likelihood_at_the_estimates_by_laplace(fit_of, reference_frame):
    laplace = fit_of("cbpp_agq1")
    model = dataclasses.replace(laplace.model, n_quadrature=40)
    value, _ = JointDeviance(model, model.parameters).at(laplace.optimum.vector)
    close(-value / 2, VALUES["cbpp_agq1"]["logLik_marginal_exact"], atol=1e-5)


@pytest.mark.parametrize("name", [name for name in LME4 if "_agq" not in name or name == "cbpp_agq1"])
def test_deviance(fit_of, name):
    close(VALUES[name]["deviance_minus2ll"], -2 * VALUES[name]["logLik"], rtol=1e-12)


@pytest.mark.parametrize("name", SECOND)
def test_the_second_opinion_of_glmmtmb(fit_of, name):
    fit, values = fit_of(name), VALUES[name]["glmmTMB"]
    table = fit.tidy().set_index("term")
    estimates = pd.Series(values["fixef"]).rename(ours).loc[table.index]
    close_in_units(table["estimate"], estimates, table["std_error"], 2e-4)
    matrix = pd.DataFrame(values["vcov_fixef"]["values"], index=table.index, columns=table.index)
    assert [ours(term) for term in values["vcov_fixef"]["rows"]] == table.index.tolist()
    sizes = np.outer(table["std_error"], table["std_error"])
    close_in_units(fit.covariance(), matrix, sizes, 1e-3)
    close(fit.log_likelihood, values["logLik"], atol=1e-5)
    components = fit.variance_components
    for label, expected in values["varcorr"].items():
        own = components[components["group"].map(lambda group: set(group.split(":"))) == set(label.split(":"))]
        close(own.loc[own["term_1"] == own["term_2"], "std_dev"], list(expected["sd"].values()), rtol=1e-4)
        correlations = np.array(expected["cor"]["values"])[np.tril_indices(len(expected["sd"]), -1)]
        close(own.loc[own["term_1"] != own["term_2"], "correlation"], correlations, atol=1e-4)


@pytest.mark.parametrize("name", ONE_JUDGE)
def test_the_error_of_the_standard_deviation_of_judges(fit_of, name):
    """``ST1`` of clmm is the logarithm of the standard deviation; the rest are thresholds and effects."""
    fit, values = fit_of(name), VALUES[name]["vcov"]
    k = fit.model.parameters.n_theta
    onto = np.zeros((fit.n_parameters, fit.n_parameters))
    onto[:k, :k], onto[k:, k:] = 1 / fit.optimum.vector[0], fit.model.to_units
    matrix = 2 * onto @ positive_inverse(fit.optimum.hessian) @ onto.T
    matrix = np.roll(matrix, -1, axis=(0, 1))
    errors = np.sqrt(np.diag(values["values"]))
    close(matrix / np.outer(errors, errors), values["values"] / np.outer(errors, errors), atol=2e-3)


def test_the_probit_model_of_lme4_is_another_approximation(fit_of):
    """Expected weights move estimates by .03 of a standard error, and errors by half a percent (of modes by two)."""
    fit, values = fit_of(PROBIT), VALUES[PROBIT]
    table = fit.tidy().set_index("term")
    expected = pd.DataFrame(values["coefficients"]).assign(term=lambda d: d["term"].map(ours)).set_index("term")
    expected = expected.loc[table.index]
    close_in_units(table["estimate"], expected["estimate"], expected["se"], 0.03)
    close(table["std_error"], expected["se"], rtol=5e-3)
    matrix = np.array(values["vcov_fixef"]["values"])
    sizes = np.outer(expected["se"], expected["se"])
    close_in_units(fit.covariance(), matrix, sizes, 1e-2)
    conditional = pd.Series(values["se_no_hessian"]).rename(ours)
    assert (conditional < table["std_error"]).all()
    close(fit.variance_components["std_dev"], values["theta"], rtol=5e-3)
    close(values["varcorr"][0]["sdcor"], values["theta"][0])
    close(fit.log_likelihood, values["logLik"], atol=0.2)
    close(fit.aic, values["AIC"], atol=0.4)
    close(fit.bic, values["BIC"], atol=0.4)
    close(fit.fitted()[:5], values["fitted_first5"], rtol=1e-2)
    modes = fit.random_effects["district"].droplevel("term")
    for row in values["ranef"]["district"]["first"]:
        close(modes.loc[row["level"], "estimate"], row["condval"], atol=0.03 * row["condsd"])
        close(modes.loc[row["level"], "std_dev"], row["condsd"], rtol=2.5e-2)
    new, error = pd.DataFrame(values["predictions"]["newdata"]), values["se"]["(Intercept)"]
    close(fit.predict(new, random=False), values["predictions"]["link_fixed"], atol=0.05 * error)
    close(fit.predict(new, random=False, kind="response"), values["predictions"]["response_fixed"], rtol=1e-2)
    with pytest.warns(LcresearchWarning, match="L121"):
        close(fit.predict(new), values["predictions"]["link_with_random"], atol=0.1 * error)


def test_likelihood_ratio_tests(fit_of, reference_frame):
    values = VALUES["cbpp_lrt"]
    large = fit_of("cbpp_agq1")
    small = multilevel.fit_glmm("incidence / size ~ 1 + (1 | herd)", reference_frame(CONTENT["cbpp_agq1"]))
    check_comparison(multilevel.compare(small, large), values)
    check_comparison(
        multilevel.compare(fit_of("contraception_intercept"), fit_of("contraception_slope")),
        VALUES["contraception_lrt"],
    )


def check_comparison(found, values):
    table = found.tidy()
    close(table["log_likelihood"], values["logLik"], atol=1e-4)
    close(table["statistic"].iloc[1], values["chisq"], atol=1e-4)
    close(table["p_value"].iloc[1], values["p"], rtol=1e-3)
    assert table["df"].iloc[1] == values["df"]


def test_ordinal_model_without_random_effects_against_the_one_with(fit_of):
    statistic = multilevel.compare(fit_of("wine_clm"), fit_of("wine_clmm_laplace")).tidy()["statistic"].iloc[1]
    close(statistic, VALUES["wine_clm"]["LR_vs_clmm"], atol=1e-4)


def test_shares_with_trials_as_weights_are_the_same_model(fit_of, reference_frame):
    frame = reference_frame(CONTENT["cbpp_agq1"]).assign(share=lambda d: d["incidence"] / d["size"])
    fit = multilevel.fit_glmm("share ~ period + (1 | herd)", frame, weights="size")
    close(fit.tidy()["estimate"], fit_of("cbpp_agq1").tidy()["estimate"], atol=1e-7)
