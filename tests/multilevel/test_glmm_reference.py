"""Generalised linear mixed models give the numbers of lme4 1.1-37, glmmTMB 1.1.10 and ordinal 2023.12-4.1 (R 4.5.0).

For probit models the reference is glmmTMB: it too takes observed weights in the Laplace approximation, and
lme4 expected ones.
"""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch import multilevel
from lcresearch.errors import LcresearchWarning

FILES = Path(__file__).parents[1] / "reference" / "glmm"
CONTENT = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FILES.glob("*.json"))}
VALUES = {name: content["values"] for name, content in CONTENT.items()}
ALL = [name for name, values in VALUES.items() if "coefficients" in values]
MIXED = [name for name in ALL if name != "wine_clm"]
LME4 = [name for name in ALL if "fixef" in VALUES[name]]
ONE_JUDGE = [name for name in MIXED if "random_sd" in VALUES[name]]
CLMM = [name for name in MIXED if name.startswith("wine")]
WITH_VARIANCES = [name for name in MIXED if "varcorr" in VALUES[name] and name != "contraception_probit"]
PROBIT = "contraception_probit"
BY_DIFFERENTIATION = (PROBIT, "grouseticks_rows")
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


def ours(term):
    """R's name of a term as it is here: ``urbanY`` is ``urban[T.Y]``."""
    if term == "(Intercept)":
        return "Intercept"
    if term == "I(age^2)":
        return "I(age ** 2)"
    return re.sub(r"^(period|urban|livch|YEAR|temp|contact)(.+)", r"\1[T.\2]", term)


def coefficients(name):
    """Estimates and standard errors of R, by our names."""
    values = VALUES[name]
    if name in BY_DIFFERENTIATION:
        other = values["glmmTMB"]
        return pd.DataFrame({"estimate": other["fixef"], "se": other["se"]}).rename(index=ours)
    table = pd.DataFrame(values["coefficients"]).rename(columns={"Estimate": "estimate", "Std. Error": "se"})
    return table.set_index(table["term"].map(ours))[["estimate", "se"]]


def log_likelihood(name):
    values = VALUES[name]
    if name == PROBIT:
        return values["glmmTMB"]["logLik"]
    return (
        values["logLik_marginal_exact"] if "_agq" in name and name != "cbpp_agq1" and name in LME4 else values["logLik"]
    )


def test_every_file_is_compared(
    fit_of,
):
    assert len(ALL) == 14
    assert set(VALUES) - set(ALL) == {"cbpp_lrt", "contraception_lrt"}


@pytest.mark.parametrize("name", ALL)
def test_fixed_effects_and_thresholds(fit_of, name):
    table, expected = fit_of(name).tidy().set_index("term"), coefficients(name)
    assert set(table.index) == set(expected.index)
    expected = expected.loc[table.index]
    close(((table["estimate"] - expected["estimate"]) / expected["se"]).to_numpy(), 0, atol=2e-4)
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
    close(mine / sizes, expected.loc[mine.index, mine.columns] / sizes, atol=2e-3)


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
