"""Linear mixed models give the numbers of lme4 1.1-37, lmerTest 3.1-3 and pbkrtest 0.5.4 (R 4.5.0).

Tolerances are those that a good optimiser reaches, tighter than lme4's own; see tests/reference/README.md.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.closeness import close_in_units

from lcresearch.errors import LcresearchWarning
from lcresearch.multilevel import fit_lmm

FILES = Path(__file__).parents[1] / "reference" / "multilevel"
VALUES = {path.stem: json.loads(path.read_text(encoding="utf-8"))["values"] for path in sorted(FILES.glob("*.json"))}
ALL = [name for name, values in VALUES.items() if "fixef" in values]
close = np.testing.assert_allclose


def with_values(key):
    return [name for name in ALL if VALUES[name].get(key)]


@pytest.mark.parametrize("name", ALL)
def test_fixed_effects_and_their_standard_errors(reference, name):
    found = reference(name)
    table = found.fit.tidy(ddf="none").set_index("term")
    expected = pd.Series(found.values["fixef"]).rename(found.ours)
    errors = pd.Series(found.values["se"]).rename(found.ours)
    assert set(table.index) == set(expected.index)
    errors, expected = errors.loc[table.index], expected.loc[table.index]
    close_in_units(table["estimate"], expected, errors, 1e-6)
    close(table["std_error"], errors, rtol=1e-6)


@pytest.mark.parametrize("name", ALL)
def test_covariances_of_fixed_effects(reference, name):
    found = reference(name)
    matrix = found.values["vcov_fixef"]
    rows = [found.ours(row) for row in matrix["rows"]]
    mine = found.fit.covariance().loc[rows, rows].to_numpy()
    close_in_units(mine, matrix["values"], np.sqrt(np.outer(np.diag(mine), np.diag(mine))), 1e-5)


@pytest.mark.parametrize("name", ALL)
def test_the_criterion_is_never_above_that_of_lme4(reference, name):
    found = reference(name)
    expected = found.values.get("REMLcrit", found.values.get("deviance"))
    assert found.fit.deviance <= expected + 1e-8
    close(found.fit.deviance, expected, atol=1e-6)
    close([found.fit.log_likelihood, found.fit.aic, found.fit.bic], [found.values[k] for k in ("logLik", "AIC", "BIC")])
    assert found.fit.converged
    assert found.fit.singular == found.values["singular"]
    assert found.fit.n_parameters == found.values["n_par"]
    assert found.fit.n == found.values["n_obs"]


@pytest.mark.parametrize("name", ALL)
def test_variance_components(reference, name):
    found = reference(name)
    table = found.fit.variance_components
    rows = [row for row in found.values["varcorr"] if row["group"] != "Residual"]
    expected = {
        (_group(row["group"]), frozenset(map(found.ours, filter(None, (row["name1"], row["name2"]))))): row
        for row in rows
    }
    assert len(table) == len(rows) + 1
    for row in table[table["group"] != "residual"].itertuples():
        reference_row = expected[frozenset(row.group.split(":")), frozenset((row.term_1, row.term_2))]
        close(row.covariance, reference_row["vcov"], rtol=1e-5)
        close(row.std_dev if row.term_1 == row.term_2 else row.correlation, reference_row["sdcor"], rtol=1e-5)
    close(table.iloc[-1]["std_dev"], found.values["sigma"], rtol=1e-6)
    close(found.fit.sigma, found.values["sigma"], rtol=1e-6)


def _group(label):
    """``childid:schoolid`` of lme4, and ``Subject.1`` of its second term, without order."""
    return frozenset(label.split(".")[0].split(":"))


@pytest.mark.parametrize("name", ALL)
def test_random_effects_with_their_conditional_standard_deviations(reference, name):
    found = reference(name)
    for label, expected in found.values["ranef"].items():
        table = next(
            frame for key, frame in found.fit.random_effects.items() if frozenset(key.split(":")) == _group(label)
        )
        names = label.split(":")
        for row in expected["first"]:
            levels = dict(zip(names, row["level"].split(":"), strict=True)) | {"term": found.ours(row["term"])}
            mine = table.loc[tuple(levels[key] for key in table.index.names)]
            close(mine["estimate"], row["condval"], atol=1e-5 * row["condsd"])
            close(mine["std_dev"], row["condsd"], rtol=1e-5)


@pytest.mark.parametrize("name", with_values("satterthwaite"))
def test_satterthwaite(reference, name):
    found = reference(name)
    table = found.fit.tidy(ddf="satterthwaite").set_index("term")
    expected = pd.DataFrame(found.values["satterthwaite"]).assign(term=lambda d: d["term"].map(found.ours))
    expected = expected.set_index("term").loc[table.index]
    close(table["estimate"], expected["estimate"], rtol=1e-5, atol=1e-8)
    close(table["df"], expected["df"], rtol=1e-4)
    close(table["statistic"], expected["t"], rtol=1e-5)
    close(table["p_value"], expected["p"], rtol=1e-3)


@pytest.mark.parametrize("name", with_values("kenward_roger"))
def test_kenward_roger(reference, name):
    found = reference(name)
    table = found.fit.tidy(ddf="kenward-roger").set_index("term")
    expected = pd.DataFrame(found.values["kenward_roger"]).assign(term=lambda d: d["term"].map(found.ours))
    expected = expected.set_index("term").loc[table.index]
    close(table["df"], expected["df"], rtol=1e-5)
    close(table["std_error"], expected["se"], rtol=1e-5)
    close(table["p_value"], expected["p"], rtol=1e-3)
    matrix = found.values["vcov_fixef_kenward_roger"]
    rows = [found.ours(row) for row in matrix["rows"]]
    mine = found.fit.covariance("kenward-roger").loc[rows, rows].to_numpy()
    sizes = np.sqrt(np.outer(np.diag(mine), np.diag(mine)))
    close_in_units(mine, matrix["values"], sizes, 1e-5)


@pytest.mark.parametrize(
    ("name", "ddf", "key"),
    [
        (name, ddf, key)
        for key, ddf in (
            ("anova_type3_satterthwaite", "satterthwaite"),
            ("anova_type3_kenward_roger", "kenward-roger"),
        )
        for name in with_values(key)
    ],
)
def test_f_tests_of_terms(reference, name, ddf, key):
    found = reference(name)
    table = found.fit.terms(ddf=ddf).set_index("term")
    for row in found.values[key]:
        term = row["term"].replace(".", "_")
        mine = table.loc[term if term in table.index else ":".join(reversed(term.split(":")))]
        close([mine["statistic"], mine["den_df"]], [row["F"], row["den_df"]], rtol=1e-4)
        assert mine["num_df"] == row["num_df"]
        close(mine["p_value"], row["p"], rtol=1e-3)


@pytest.mark.parametrize(
    ("sizes", "f", "den_df", "p"),
    [
        ((4, 9, 6, 12, 3, 8, 5, 10, 7), 0.06333678845, 6.344005664, 0.9392132287),
        ((6, 6, 6, 6, 6, 6), 0.01264656169, 3, 0.98748541926),  # the same for each contrast
        ((8, 6, 9, 7), 0.7957264598, 2, 0.5568776884),  # of one contrast below 2, where the formula has no value
    ],
)
def test_f_test_of_several_contrasts_between_few_groups(sizes, f, den_df, p):
    """R 4.5.0, lmerTest 3.1-3: ``contestMD`` of both coefficients of ``score ~ sector + (1 | firm)``, invented."""
    firm = np.repeat(np.arange(len(sizes)), sizes)
    score = 3 + 0.5 * np.sin(7.0 * firm) + 0.8 * np.cos(3.7 * np.arange(len(firm)))
    rows = pd.DataFrame({"firm": firm, "sector": [f"s{place % 3}" for place in firm], "score": score})
    found = fit_lmm("score ~ sector + (1 | firm)", rows).terms().iloc[0]
    assert found["num_df"] == 2
    close([found["statistic"], found["den_df"], found["p_value"]], [f, den_df, p], rtol=1e-4)


def test_an_f_test_of_two_models_by_kenward_roger(reference):
    """pbkrtest's ``KRmodcomp`` of the models with and without days."""
    fit = reference("sleepstudy_reml").fit
    found = fit.joint_test(fit.fixed_effects.index.to_numpy()[None] == "Days", ddf="kenward-roger")
    for row in VALUES["sleepstudy_krmodcomp"]["test"]:
        close([found["statistic"], found["den_df"]], [row["stat"], row["ddf"]], rtol=1e-6)
        close(found["p_value"], row["p.value"], rtol=1e-5)
        assert found["num_df"] == row["ndf"]


@pytest.mark.parametrize("name", ALL)
def test_r_squared_and_intraclass_correlations(reference, name):
    found = reference(name)
    expected = found.values["r2_icc"]
    mine = found.fit.r_squared()
    close([mine["marginal"], mine["conditional"]], [expected["R2_marginal"], expected["R2_conditional"]], atol=1e-6)
    shares = found.fit.variance_shares
    close(shares.fixed, expected["var_fixed"], atol=1e-6 * shares.total)
    close(sum(shares.random.values()), expected["var_random"], rtol=1e-5)
    icc = found.fit.icc()
    close(icc["icc"].sum(), expected["ICC_adjusted"], atol=1e-6)
    close(icc["icc_unadjusted"].sum(), expected["ICC_unadjusted"], atol=1e-6)
    close(sorted(icc["icc"]), sorted(_by_group(expected["ICC_by_term"])), atol=1e-6)


def _by_group(by_term):
    """Terms of one group together: ``Subject`` and ``Subject.1``."""
    return pd.Series(by_term).groupby(lambda label: label.split(".")[0]).sum().tolist()


@pytest.mark.parametrize("name", ALL)
def test_fitted_values_and_residuals(reference, name):
    found = reference(name)
    close(found.fit.fitted().to_numpy()[:5], found.values["fitted_first5"], atol=1e-5 * found.fit.sigma)
    close(found.fit.residuals().to_numpy()[:5], found.values["resid_first5"], atol=1e-5 * found.fit.sigma)
    close((found.fit.residuals() ** 2).sum(), found.values["ssr"], rtol=1e-5)


@pytest.mark.parametrize("name", ALL)
def test_predictions_for_new_rows(reference, name):
    found = reference(name)
    expected = found.values["predictions"]
    new = pd.DataFrame(expected["newdata"]).rename(columns=lambda name: name.replace(".", "_"))
    small = 1e-5 * found.fit.sigma
    close(found.fit.predict(new, random=False), expected["fixed_only"], atol=small)
    with pytest.warns(LcresearchWarning, match="L121"):
        close(found.fit.predict(new), expected["with_random"], atol=small)
    table = found.fit.predict(new, random=False, interval="confidence")
    close(table["std_error"], expected["fixed_only_se"], rtol=1e-5)
