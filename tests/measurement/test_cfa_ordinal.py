"""Models of ordered items give the numbers of lavaan 0.6-19 (WLSMV), and refuse what they cannot do with a reason."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lcresearch.errors import MeasurementError
from lcresearch.measurement import cfa, moments
from lcresearch.measurement.factor_models import fit_measures
from lcresearch.measurement.factor_models.fit_measures import Test as FitTest

REFERENCE = Path(__file__).parents[1] / "reference"
ITEMS = [f"{scale}{k}" for scale in "AC" for k in range(1, 6)]
AC = "agree =~ A1 + A2 + A3 + A4 + A5\nconsc =~ C1 + C2 + C3 + C4 + C5"
EQUAL = {
    "configural": (),
    "thresholds": ("thresholds",),
    "loadings": ("thresholds", "loadings"),
    "residuals": ("thresholds", "loadings", "residuals"),
    "metric": ("loadings",),
}
SCALED = {
    "chi_square": "chisq.scaled", "scaling_factor": "chisq.scaling.factor", "cfi": "cfi.scaled", "tli": "tli.scaled",
    "rmsea": "rmsea.scaled", "rmsea_low": "rmsea.ci.lower.scaled", "rmsea_high": "rmsea.ci.upper.scaled",
    "srmr": "srmr",
}  # fmt: skip
ROBUST = {
    "cfi_robust": "cfi.robust", "tli_robust": "tli.robust", "rmsea_robust": "rmsea.robust",
    "rmsea_robust_low": "rmsea.ci.lower.robust", "rmsea_robust_high": "rmsea.ci.upper.robust",
}  # fmt: skip
PARAMETERIZATIONS = ("delta", "theta")
close = np.testing.assert_allclose


def reference(name):
    return json.loads((REFERENCE / "cfa" / f"{name}.json").read_text(encoding="utf-8"))["values"]


@cache
def data():
    frame = pd.read_csv(REFERENCE / "data" / "bfi.csv.gz")
    reversed_items = {item: 7 - frame[item] for item in ("A1", "C4", "C5")}
    half = np.where(frame["E1"].isna(), np.nan, np.where(frame["E1"] <= 3, 1.0, 2.0))
    return frame[ITEMS].assign(**reversed_items, half=half)


@cache
def fitted(parameterization="delta"):
    return cfa(AC, data()[ITEMS].dropna(), ordered=True, parameterization=parameterization)


@cache
def by_half(step, parameterization="delta"):
    equal = EQUAL[step]
    return cfa(AC, data(), group="half", ordered=True, group_equal=equal, parameterization=parameterization)


def expected_of(parameterization):
    return reference("bfi_ordinal_wlsmv" if parameterization == "delta" else "bfi_ordinal_wlsmv_theta")


def check_parameters(fit, expected):
    table = fit.tidy().set_index(["term", "group"]).fillna({"std_error": 0.0})
    names = {"estimate": "est", "std_lv": "std.lv", "std_all": "std.all"}
    for each in expected:
        term = f"{each['lhs']}{each['op']}{each['rhs'] or ''}"
        row = table.loc[(term, fit.groups[each.get("group", 1) - 1])]
        for ours, theirs in names.items():
            close(row[ours], each[theirs], rtol=1e-4, atol=2e-5, err_msg=term)
        close(row["std_error"], each["se"], rtol=1e-4, atol=1e-8, err_msg=term)
        if each.get("pvalue") is not None:
            close(row["p_value"], each["pvalue"], atol=1e-5)
            if each.get("z") is not None:
                close(row["statistic"], each["z"], rtol=2e-4)
            close(row[["conf_low", "conf_high"]].astype(float), [each["ci.lower"], each["ci.upper"]], atol=5e-5)
    assert len(expected) == len(table)


@pytest.mark.parametrize("parameterization", PARAMETERIZATIONS)
def test_estimates_and_standard_errors(parameterization):
    expected = expected_of(parameterization)
    assert fitted(parameterization).converged
    assert expected["converged"]
    assert fitted(parameterization).layout.n_free == expected["n_free"]
    assert fitted(parameterization).estimated.n == expected["n_obs"]
    check_parameters(fitted(parameterization), expected["parameters"])


@pytest.mark.parametrize("parameterization", PARAMETERIZATIONS)
def test_fit(parameterization):
    found, expected = fitted(parameterization).fit_measures, expected_of(parameterization)["fit"]
    for ours, theirs in (SCALED | ROBUST).items():
        close(found[ours], expected[theirs], rtol=2e-6, err_msg=ours)
    estimated = fitted(parameterization).estimated
    assert found["df"] == expected["df"]
    close(estimated.test.statistic, expected["chisq"], rtol=1e-6)
    close(estimated.optimum.value, expected["fmin"], rtol=1e-6)
    close(estimated.baseline.statistic, expected["baseline.chisq"], rtol=1e-6)
    assert estimated.baseline.df == expected["baseline.df"]
    close(estimated.baseline.scaled, expected["baseline.chisq.scaled"], rtol=1e-6)
    close(estimated.baseline.scaling, expected["baseline.chisq.scaling.factor"], rtol=1e-6)


@pytest.mark.parametrize("parameterization", PARAMETERIZATIONS)
def test_fit_without_scaling(parameterization):
    estimated, expected = fitted(parameterization).estimated, expected_of(parameterization)["fit"]
    model, baseline = (FitTest(test.statistic, test.df) for test in (estimated.test, estimated.baseline))
    close(fit_measures.incremental(model, baseline, robust=False), [expected["cfi"], expected["tli"]], rtol=1e-6)
    error = fit_measures.rmsea(model, estimated.n - 1, 1, robust=False)
    names = ["rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "rmsea.pvalue"]
    close(list(error.values()), [expected[name] for name in names], rtol=2e-5)


@pytest.mark.parametrize("parameterization", PARAMETERIZATIONS)
def test_explained_variance(parameterization):
    found = fitted(parameterization).r_squared.set_index("variable")["r_squared"]
    for variable, expected in expected_of(parameterization)["rsquare"].items():
        close(found[variable], expected, atol=1e-5)


def test_the_sample():
    expected, sample = expected_of("delta"), fitted().estimated.sample
    close(sample.correlation[0], expected["polychoric"]["values"], atol=1e-5)
    close(sample.statistics[0, : sample.n_thresholds], list(expected["thresholds_sample"].values()), atol=1e-9)


def test_residual_correlations():
    expected = expected_of("delta")["residual_correlations"]
    whole = pd.DataFrame(expected["values"], expected["rows"], expected["cols"])
    for row in fitted().residuals().itertuples():
        close(row.residual, whole.loc[row.item_1, row.item_2], atol=1e-5)


@pytest.mark.parametrize("parameterization", PARAMETERIZATIONS)
def test_reliability(parameterization):
    expected, found = expected_of("delta"), fitted(parameterization).reliability().set_index("factor")
    for factor in ("agree", "consc"):
        close(found.loc[factor, "omega"], expected["omega"][factor], atol=1e-6)
        close(found.loc[factor, "omega_responses"], expected["omega_ordinal_scale_false"][factor], atol=1e-5)
        close(found.loc[factor, "ave"], expected["ave"][factor], atol=1e-5)


def test_factor_scores():
    expected = expected_of("delta")["factor_scores_first5"]
    scores = fitted().factor_scores()
    close(scores[expected["cols"]].head(5), expected["values"], atol=1e-6)
    again = fitted().factor_scores(data()[ITEMS].dropna().iloc[10:14])
    close(again, scores.iloc[10:14], atol=1e-9)
    assert fitted().factor_scores(data()[ITEMS].head(1) * np.nan).isna().all(axis=None)


def test_scores_of_theta_are_those_of_delta():
    close(fitted("theta").factor_scores().corrwith(fitted().factor_scores()), 1, atol=1e-9)


@pytest.mark.parametrize("parameterization", PARAMETERIZATIONS)
@pytest.mark.parametrize("step", EQUAL)
def test_groups(step, parameterization):
    expected, fit = reference("bfi_ordinal_groups")[parameterization][step], by_half(step, parameterization)
    assert (fit.layout.n_free, fit.estimated.df) == (expected["fit"]["npar"], expected["fit"]["df"])
    check_parameters(fit, expected["parameters"])
    close(fit.estimated.test.statistic, expected["fit"]["chisq"], rtol=1e-6)
    for ours, theirs in SCALED.items():
        close(fit.fit_measures[ours], expected["fit"][theirs], rtol=1e-5, err_msg=ours)
    if expected["fit"]["rmsea.robust"] is not None:
        close(fit.fit_measures["rmsea_robust"], expected["fit"]["rmsea.robust"], rtol=1e-5)


def test_robust_cfi_of_groups_weighs_the_baseline_by_group():
    """lavaan leaves the share of each group out of the baseline's trace: with it left out its CFI comes out."""
    estimated, expected = by_half("configural").estimated, reference("bfi_ordinal_groups")["delta"]["configural"]["fit"]
    from lcresearch.measurement.factor_models.pseudo_likelihood import robust_tests

    model, baseline = robust_tests(estimated.objective, estimated.implied, estimated.arrow, estimated.expected)
    t, share = estimated.sample.n_thresholds, estimated.objective.share
    spread = np.trace(estimated.sample.gamma[:, t:, t:], axis1=1, axis2=2)
    theirs = FitTest(baseline.statistic, baseline.df, float((spread / share).sum()) / baseline.df)
    found = fit_measures.incremental(model, theirs, robust=True)
    close(found, [expected["cfi.robust"], expected["tli.robust"]], rtol=1e-6)


@pytest.mark.parametrize("parameterization", PARAMETERIZATIONS)
def test_differences_between_models(parameterization):
    for each in reference("bfi_ordinal_groups")[parameterization]["lrt"]:
        free, restricted = (by_half(each[name], parameterization) for name in ("free", "restricted"))
        row = restricted.compare(free).iloc[0]
        close(row["chi_square"], each["chisq"], rtol=1e-5)
        assert row["df"] == each["df"]
        close(row["p_value"], each["p"], rtol=1e-4)


@pytest.mark.parametrize("parameterization", PARAMETERIZATIONS)
def test_modification_indices(parameterization):
    found = by_half("configural", parameterization).modification_indices().set_index(["term", "group"])
    for each in reference("bfi_ordinal_groups")[parameterization]["modification_indices"]:
        row = found.loc[(f"{each['lhs']}{each['op']}{each['rhs']}", f"{each['group']}.0")]
        close([row["mi"], -row["epc"]], [each["mi"], each["epc"]], rtol=1e-4)


def test_score_tests_foresee_the_difference_test():
    table = fitted().modification_indices().set_index("term")
    for term in ("A1~~A2", "consc=~A4", "agree=~C3"):
        wider = cfa(f"{AC}\n{term}", data()[ITEMS].dropna(), ordered=True)
        foreseen = stats.chi2.isf(table.loc[term, "p_value"], 1)
        close(foreseen, fitted().compare(wider)["chi_square"].iloc[0], rtol=0.01)
        change = wider.tidy().set_index("term").loc[term, "estimate"]
        close(table.loc[term, "epc"], change, rtol=0.06)


def test_open_answers_in_pairs():
    fit, expected = cfa(AC, data(), ordered=True, missing="pairwise"), reference("bfi_ordinal_groups")["pairwise"]
    assert fit.estimated.n == expected["n_obs"]
    check_parameters(fit, expected["parameters"])
    close(fit.fit_measures["chi_square"], expected["fit"]["chisq.scaled"], rtol=1e-5)


def test_items_with_two_answers():
    frame = (data()[ITEMS].dropna() > 4).astype(int)
    expected = reference("bfi_ordinal_groups")["binary"]
    fit = cfa(AC, frame, ordered=ITEMS)
    check_parameters(fit, expected["parameters"])
    close(fit.fit_measures[list(SCALED)], [expected["fit"][name] for name in SCALED.values()], rtol=1e-5)


def test_regressions_among_factors_and_residual_correlations():
    fit = cfa(f"{AC}\nconsc ~ agree\nA1 ~~ A2", data(), ordered=True, std_lv=True)
    expected = reference("bfi_ordinal_groups")["structural"]
    check_parameters(fit, expected["parameters"])
    close(fit.fit_measures[list(SCALED)], [expected["fit"][name] for name in SCALED.values()], rtol=1e-5)


def test_thresholds_and_scalings_in_the_model_are_those_of_the_option():
    stated = "\n".join(f"{item} | c(u{item}{k}, u{item}{k})*t{k}" for item in ITEMS for k in range(1, 6))
    scaled = "\n".join(f"{item} ~*~ c(1, NA)*{item}" for item in ITEMS)
    fit = cfa(f"{AC}\n{stated}\n{scaled}\nagree + consc ~ c(0, NA)*1", data(), group="half")
    close(fit.fit_measures, by_half("thresholds").fit_measures, rtol=1e-7)


def test_definitions_have_robust_errors():
    fit = cfa(AC.replace("A3", "x*A3").replace("A4", "y*A4") + "\nd := x - y", data()[ITEMS].dropna(), ordered=True)
    table = fit.tidy().set_index("term")
    close(table.loc["d", "estimate"], table.loc["agree=~A3", "estimate"] - table.loc["agree=~A4", "estimate"])
    at = [fit.layout.names.index(name) for name in "xy"]
    covariance = fit.estimated.covariance[np.ix_(at, at)]
    close(table.loc["d", "std_error"], np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]))


def test_derivatives_are_those_of_the_value():
    for parameterization in PARAMETERIZATIONS:
        objective = by_half("loadings", parameterization).estimated.objective
        rng = np.random.default_rng(3)
        theta = by_half("loadings", parameterization).estimated.theta * rng.uniform(0.9, 1.1, objective.layout.n_free)
        gradient = objective.gathered(objective.local_gradient(objective.layout.implied(theta)))
        for at in rng.integers(0, len(theta), 12):
            step = np.eye(len(theta))[at] * 1e-5
            slope = (objective.value(theta + step) - objective.value(theta - step)) / 2e-5
            close(gradient[at], slope, rtol=1e-5, atol=1e-8)


def invented(n=300, seed=1):
    """Invented answers of 1 to 4 to six items of two factors, in two firms."""
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], n)
    answers = {
        f"{name}{k}": 1 + np.digitize(factors[:, j] + rng.normal(0, 0.8, n), [-1.2, 0, 1.2])
        for j, name in enumerate("ab")
        for k in range(1, 4)
    }
    return pd.DataFrame(answers).assign(firm=np.where(np.arange(n) < n / 2, "North", "South"))


ONE = "capacity =~ a1 + a2 + a3\ninnovation =~ b1 + b2 + b3"
REFUSED = {
    "M208": (ONE, {"group": "firm", "group_equal": ["slopes"]}),
    "M241": (ONE, {"ordered": ["a1", "a2"]}),
    "M244": (f"{ONE}\na1 | t4", {}),
    "M245": (f"{ONE}\na1 ~~ a1", {}),
    "M246": (f"{ONE}\nb3 ~ a1", {}),
    "M247": (ONE, {"estimator": "MLR"}),
    "M248": (ONE, {"missing": "fiml"}),
    "M249": (ONE, {"parameterization": "logit"}),
    "M250": (ONE, {"ordered": ["a1", "zz"]}),
    "M228": (ONE.replace("a1", "NA*a1", 1), {}),
    "M223": (ONE, {"change": lambda f: f.assign(a1=np.nan)}),
    "M242": (ONE, {"change": lambda f: f.assign(a1=np.arange(len(f)))}),
    "M243": (ONE, {"change": lambda f: f.assign(a1=2)}),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_refused(code):
    model, options = REFUSED[code]
    options = {"ordered": True} | options
    frame = options.pop("change", lambda frame: frame)(invented())
    with pytest.raises(MeasurementError) as error:
        cfa(model, frame, **options)
    assert code in [problem.code for problem in error.value.problems]


def test_an_empty_category_is_told_with_item_answer_and_group():
    frame = invented()
    frame.loc[(frame["firm"] == "South") & (frame["b2"] == 4), "b2"] = 3
    with pytest.raises(MeasurementError) as error:
        cfa(ONE, frame, group="firm", ordered=True)
    (problem,) = error.value.problems
    assert (problem.code, problem.where.item) == ("M240", "b2")
    assert (problem.values["group"], problem.values["empty"]) == ("South", ["4"])


def test_moments_are_not_enough():
    frame = invented()
    with pytest.raises(MeasurementError) as error:
        cfa(ONE, moments(frame, ["a1", "a2", "a3", "b1", "b2", "b3"]), ordered=True)
    assert error.value.problems[0].code == "M231"


def test_answers_that_the_model_does_not_know():
    fit = cfa(ONE, invented(), ordered=True)
    with pytest.raises(MeasurementError) as error:
        fit.factor_scores(invented().assign(a1=9))
    assert error.value.problems[0].code == "M251"


def test_rows_that_are_left_out_are_counted():
    frame = invented()
    frame.loc[:4, "a1"] = np.nan
    fit = cfa(ONE, frame, ordered=True)
    assert fit.n_dropped["missing_answers"] == 5
    assert fit.estimated.n == 295


def test_codes_of_answers_do_not_matter_but_their_order_does():
    frame = invented()
    changed = frame.replace({"a2": {1: -5, 2: 0, 3: 7, 4: 100}})
    close(cfa(ONE, changed, ordered=True).fit_measures, cfa(ONE, frame, ordered=True).fit_measures)


def test_a_list_of_ordered_items_may_hold_items_of_other_models():
    frame = invented()
    items = pd.Index(["a1", "a2", "a3", "b1", "b2", "b3"])
    fit = cfa("capacity =~ a1 + a2 + a3 + b1", frame, ordered=items)
    close(fit.fit_measures, cfa("capacity =~ a1 + a2 + a3 + b1", frame, estimator="WLSMV", ordered=True).fit_measures)


def test_correlations_that_run_to_one_are_told():
    frame = invented()
    fit = cfa(ONE, frame.assign(a2=frame["a1"]), ordered=True)
    assert any("a1, a2" in caution for caution in fit.cautions())


def test_a_search_does_not_go_where_a_scaling_is_not_positive():
    """A scaling and its negative give the same variance, so that nothing else would stop it."""
    estimated = by_half("thresholds").estimated
    layout, theta = estimated.layout, estimated.theta.copy()
    places = layout.free[:, layout.scaling_place]
    assert np.isfinite(estimated.objective.value(theta))
    theta[places[places >= 0][0]] *= -1
    assert estimated.objective.value(theta) == np.inf
