"""Confirmatory factor models give the numbers of lavaan 0.6-19 (R 4.5.0), with semTools 0.5-7 for reliability.

lavaan stops where its gradient is small: its estimates lie up to 2e-4 of a standard error beside the maximum, which is
that of ours (the likelihood is never below that of lavaan).
"""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch.measurement import cfa, moments

REFERENCE = Path(__file__).parents[1] / "reference"
VALUES = {p.stem: json.loads(p.read_text(encoding="utf-8"))["values"] for p in (REFERENCE / "cfa").glob("*.json")}
THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
MODELS = {
    "hs_ml": (THREE, {}),
    "hs_ml_onefactor": ("g =~ " + " + ".join(f"x{k}" for k in range(1, 10)), {}),
    "hs_ml_orthogonal": (THREE, {"orthogonal": True}),
    "hs_ml_second_order": (THREE + "\ng =~ visual + textual + speed", {}),
    "hs_ml_stdlv_means": (THREE, {"std_lv": True, "mean_structure": True}),
    "hs_mlr": (THREE, {"estimator": "MLR"}),
    "hs_mlm": (THREE, {"estimator": "MLM"}),
    "hs_listwise": (THREE, {}),
    "hs_fiml": (THREE, {"missing": "fiml"}),
    "hs_fiml_mlr": (THREE, {"missing": "fiml", "estimator": "MLR"}),
    "bfi_continuous_mlr": ("agree =~ A1 + A2 + A3 + A4 + A5\nconsc =~ C1 + C2 + C3 + C4 + C5", {"estimator": "MLR"}),
}
STEPS = {
    "configural": (),
    "metric": ("loadings",),
    "scalar": ("loadings", "intercepts"),
    "strict": ("loadings", "intercepts", "residuals"),
}
NAMES = {
    "chi_square": "chisq", "p_value": "pvalue", "cfi": "cfi", "tli": "tli", "rmsea": "rmsea",
    "rmsea_low": "rmsea.ci.lower", "rmsea_high": "rmsea.ci.upper", "rmsea_p_close": "rmsea.pvalue", "srmr": "srmr",
    "log_likelihood": "logl", "aic": "aic", "bic": "bic", "bic_adjusted": "bic2",
}  # fmt: skip
close = np.testing.assert_allclose


@cache
def data(name):
    if name.startswith("bfi"):
        frame = pd.read_csv(REFERENCE / "data" / "bfi.csv.gz")
        items = frame[[f"{scale}{k}" for scale in "AC" for k in range(1, 6)]].dropna()
        return items.assign(**{item: 7 - items[item] for item in ("A1", "C4", "C5")})
    missing = "_missing" if "fiml" in name or "listwise" in name else ""
    frame = pd.read_csv(REFERENCE / "data" / f"holzinger_swineford1939{missing}.csv")
    return frame.assign(school=pd.Categorical(frame["school"], ["Pasteur", "Grant-White"]))


@cache
def fitted(name):
    model, options = MODELS[name]
    return cfa(model, data(name), **options)


@cache
def by_school(step, estimator="ML", freed=()):
    return cfa(THREE, data("hs"), group="school", group_equal=STEPS[step], group_partial=freed, estimator=estimator)


def check_parameters(fit, expected):
    table = fit.tidy()
    table["key"] = table["term"] + "|" + table["group"]
    table = table.set_index("key")
    labels = {str(k): label for k, label in enumerate(dict.fromkeys(fit.groups), start=1)}
    compared = 0
    for each in expected:
        if each["op"] == ":=":
            continue
        group = labels[str(each.get("group", 1))]
        right = each["rhs"] or ("1" if each["op"] == "~1" else "")
        term = f"{each['lhs']}~1" if each["op"] == "~1" else f"{each['lhs']}{each['op']}{right}"
        if f"{term}|{group}" not in table.index and each["est"] == 0:
            continue
        row = table.loc[f"{term}|{group}"]
        unit = each["se"] or 1.0
        close(row["estimate"], each["est"], rtol=0, atol=2e-4 * unit, err_msg=term)
        if each["se"]:
            close(row["std_error"], each["se"], rtol=5e-5, err_msg=term)
            close(row["statistic"], each["z"], rtol=5e-5, atol=2e-4)
            close(row["p_value"], each["pvalue"], atol=1.6e-4)  # 2e-4 of an error, times the slope of p: at most 0.8
            close([row["conf_low"], row["conf_high"]], [each["ci.lower"], each["ci.upper"]], atol=4e-4 * unit)
        if each.get("std.all") is not None:
            close([row["std_lv"], row["std_all"]], [each["std.lv"], each["std.all"]], atol=2e-5, err_msg=term)
        compared += 1
    assert compared >= fit.layout.n_free


def check_fit(fit, expected):
    found = fit.fit_measures
    assert found["df"] == expected["df"]
    assert fit.layout.n_free == expected["npar"]
    assert found["log_likelihood"] >= expected["logl"] - 1e-8
    for ours, theirs in NAMES.items():
        robust = {"cfi": "cfi.robust", "tli": "tli.robust"} | {
            n: f"{t}.robust" for n, t in NAMES.items() if "rmsea" in n
        }
        if "chisq.scaled" in expected:
            scaled = {"chi_square": "chisq.scaled", "p_value": "pvalue.scaled"}
            theirs = (scaled | robust).get(ours, theirs)
        if expected.get(theirs) is None:
            continue
        atol = 1e-5 if abs(expected[theirs]) < 5 else 1e-4
        close(found[ours], expected[theirs], rtol=1e-6, atol=atol, err_msg=ours)


@pytest.mark.parametrize("name", MODELS)
def test_estimates_and_standard_errors(name):
    assert fitted(name).converged
    check_parameters(fitted(name), VALUES[name]["parameters"])


@pytest.mark.parametrize("name", MODELS)
def test_fit(name):
    check_fit(fitted(name), VALUES[name]["fit"])
    expected = VALUES[name]
    assert fitted(name).estimated.n == expected["n_obs"]
    assert fitted(name).layout.n_free == expected["n_free"]
    assert fitted(name).converged
    assert expected["converged"]


@pytest.mark.parametrize("name", [n for n in MODELS if "chisq.scaling.factor" in VALUES[n]["fit"]])
def test_scaling_factors(name):
    estimated, expected = fitted(name).estimated, VALUES[name]["fit"]
    close(estimated.test.scaling, expected["chisq.scaling.factor"], rtol=1e-5)
    close(estimated.baseline.scaling, expected["baseline.chisq.scaling.factor"], rtol=1e-5)


@pytest.mark.parametrize("name", [n for n in MODELS if VALUES[n].get("rsquare")])
def test_explained_variance(name):
    found = fitted(name).r_squared.set_index("variable")["r_squared"]
    for variable, expected in VALUES[name]["rsquare"].items():
        close(found[variable], expected, atol=2e-5)


@pytest.mark.parametrize("name", [n for n in MODELS if VALUES[n].get("residual_correlations")])
def test_residual_correlations(name):
    expected = VALUES[name]["residual_correlations"]
    whole = pd.DataFrame(expected["values"], expected["rows"], expected["cols"])
    for row in fitted(name).residuals().itertuples():
        close(row.residual, whole.loc[row.item_1, row.item_2], atol=2e-5)


@pytest.mark.parametrize("name", [n for n in MODELS if VALUES[n].get("factor_scores_first5")])
def test_factor_scores(name):
    expected = VALUES[name]["factor_scores_first5"]
    close(fitted(name).factor_scores()[expected["cols"]].head(5), expected["values"], atol=5e-5)


def test_modification_indices():
    found = fitted("hs_ml").modification_indices().set_index("term")
    for row in VALUES["hs_ml"]["modification_indices_top10"]:
        term = f"{row['lhs']}{row['op']}{row['rhs']}"
        close(found.loc[term, ["mi", "epc"]].astype(float), [row["mi"], row["epc"]], rtol=1e-4)


def test_only_what_is_not_in_the_model_or_fixed_at_zero_has_a_modification_index():
    """Not what groups share, nor the loadings fixed at 1, nor means, of which score tests could be made as well."""
    for fit in (fitted("hs_ml"), by_school("scalar")):
        terms = fit.modification_indices(minimum=0)["term"]
        assert not set(terms) & set(fit.tidy()["term"])
        assert len(set(terms)) == 18 + 36  # loadings of three factors on six other items, covariances of nine residuals


def test_changes_in_standard_deviations_are_those_of_the_tutorial_of_lavaan():
    """Its column sepc.all, printed with three digits."""
    found = fitted("hs_ml").modification_indices().set_index("term")["std_epc"]
    printed = {"visual=~x9": 0.515, "x7~~x8": 0.859, "visual=~x7": -0.349, "x8~~x9": -0.805}
    close(found[list(printed)], list(printed.values()), atol=5.1e-4)


def test_only_what_groups_share_is_tested_for_equality():
    """Not the loadings that are fixed at 1, which a score test could be made of as well."""
    terms = by_school("metric").equality_tests()["term"]
    shared = [
        f"{factor}=~x{k}" for factor, of in (("visual", (2, 3)), ("textual", (5, 6)), ("speed", (8, 9))) for k in of
    ]
    assert sorted(terms) == sorted(2 * shared)


def test_free_moments_with_missing_answers():
    expected, moments_found = VALUES["hs_fiml"], fitted("hs_fiml").estimated.free_moments
    close(moments_found.covariance[0], expected["saturated_cov"]["values"], atol=2e-4)
    mean = expected["saturated_mean"]
    close(moments_found.mean[0], list(mean.values()) if isinstance(mean, dict) else mean, atol=1e-4)


def test_reliability_and_distinctness():
    expected = VALUES["hs_reliability"]
    found = fitted("hs_ml").reliability().set_index("factor")
    for factor, omega in expected["omega"].items():
        row = found.loc[factor]
        close([row["omega"], row["ave"]], [omega, expected["ave"][factor]], atol=1e-5)
        close(row["omega_model"], expected["omega_obs_var_false"][factor], atol=1e-5)
    ratios = pd.DataFrame(expected["htmt"]["values"], expected["htmt"]["rows"], expected["htmt"]["cols"])
    for row in fitted("hs_ml").htmt().itertuples():
        close(row.htmt_2, ratios.loc[row.factor_1, row.factor_2], atol=1e-8)


@pytest.mark.parametrize("step", STEPS)
def test_groups(step):
    expected = VALUES["hs_invariance_school"][step]
    check_fit(by_school(step), expected["fit"])
    check_parameters(by_school(step), expected["parameters"])


def test_groups_with_some_intercepts_free():
    fit = by_school("scalar", freed=("x3~1", "x7~1"))
    check_fit(fit, VALUES["hs_invariance_school"]["partial_scalar"]["fit"])


@pytest.mark.parametrize("step", STEPS)
def test_groups_with_a_robust_test(step):
    check_fit(by_school(step, "MLR"), VALUES["hs_invariance_school_mlr"][step]["fit"])


def check_difference(restricted, free, row):
    """A row of lavTestLRT: the restricted model, and its difference from the free one."""
    fit, plain = restricted.fit_measures, restricted.estimated.test.statistic
    assert fit["df"] == row["Df"]
    close([plain, fit["aic"], fit["bic"]], [row["Chisq"], row["AIC"], row["BIC"]], atol=1e-3)
    found = restricted.compare(free).iloc[0]
    close(found["chi_square"], row["Chisq diff"], atol=1e-3)
    assert found["df"] == row["Df diff"]
    close(found["p_value"], row["Pr(>Chisq)"], rtol=1e-3)
    if "RMSEA" in row:
        estimated = restricted.estimated
        excess = max(found["chi_square"] / (found["df"] * estimated.n) - 1 / estimated.n, 0.0)
        close(np.sqrt(excess * len(estimated.values)), row["RMSEA"], atol=1e-4)


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_differences_between_models(estimator):
    expected = VALUES[{"ML": "hs_invariance_school", "MLR": "hs_invariance_school_mlr"}[estimator]]["lrt"]
    models = [by_school(step, estimator) for step in STEPS]
    assert [row["model"] for row in expected] == list(STEPS)
    for free, restricted, row in zip(models, models[1:], expected[1:], strict=False):
        check_difference(restricted, free, row)


@pytest.mark.parametrize("other", ["orthogonal", "onefactor"])
def test_differences_of_single_group_models(other):
    first, second = VALUES["hs_lrt_ml"][other]
    check_difference(fitted(f"hs_ml_{other}"), fitted("hs_ml"), second)
    close(fitted("hs_ml").estimated.test.statistic, first["Chisq"], atol=1e-3)


def test_scaled_difference_of_single_group_models():
    one = cfa(MODELS["hs_ml_onefactor"][0], data("hs"), estimator="MLR")
    check_difference(one, fitted("hs_mlr"), VALUES["hs_lrt_mlr"]["test"][1])


@pytest.mark.parametrize("step", STEPS)
def test_moments_give_the_fit_of_the_rows(step):
    frame = data("hs")
    items = [f"x{k}" for k in range(1, 10)]
    halves = moments(frame[::2], items, "school") + moments(frame[1::2], items, "school")
    found = cfa(THREE, halves, group_equal=STEPS[step])
    rows = by_school(step)
    close(found.fit_measures, rows.fit_measures, rtol=1e-9, atol=1e-10)
    numbers = ["estimate", "std_error", "std_all"]
    close(found.tidy()[numbers], rows.tidy()[numbers], rtol=1e-7, atol=1e-9)
