"""Meta-analysis against metafor 4.8-0 (tests/reference/meta/bcg_* and raudenbush_*)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lcresearch import synthesis

REFERENCE = Path(__file__).parents[1] / "reference"
TESTS = {"z": "normal", "knha": "knapp-hartung", "adhoc": "adhoc", "t": "t"}
CLOSE = {"rtol": 1e-6, "atol": 1e-12}


def reference(name):
    return json.loads((REFERENCE / "meta" / f"{name}.json").read_text(encoding="utf-8"))["values"]


def numbers(values):
    return pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(dtype=float)


def agrees(fit, values):
    """Each key of a model in a reference file is compared here; an unknown one fails."""
    left = dict(values)
    table = pd.DataFrame(left.pop("coefficients"))
    ours = fit.tidy()
    for column, theirs in {
        "estimate": "estimate",
        "std_error": "se",
        "statistic": "stat",
        "df": "df",
        "p_value": "p",
        "conf_low": "ci_lower",
        "conf_high": "ci_upper",
    }.items():
        np.testing.assert_allclose(ours[column], numbers(table[theirs]), err_msg=column, **CLOSE)
    np.testing.assert_allclose(fit.fit.covariance, left.pop("vcov")["values"], **CLOSE)
    row = fit.glance().iloc[0]
    assert (row["n"], fit.fit.studies.p) == (left.pop("k"), left.pop("p"))
    assert row["method"] == left.pop("method")
    assert row["test"] == TESTS[left.pop("test")]
    for column, theirs in {
        "tau2": "tau2",
        "i2": "I2",
        "h2": "H2",
        "q": "QE",
        "q_df": "QE_df",
        "q_p_value": "QE_p",
    }.items():
        # the search of metafor ends just above 0 where the maximum is at 0
        np.testing.assert_allclose(row[column], left.pop(theirs), err_msg=column, rtol=1e-6, atol=1e-7)
    if "se_tau2" in left:
        np.testing.assert_allclose(fit.heterogeneity()["std_error"].iloc[0], left.pop("se_tau2"), **CLOSE)
    if "QM" in left:
        tested = fit.omnibus().iloc[0]
        np.testing.assert_allclose(tested["statistic"], left.pop("QM"), **CLOSE)
        np.testing.assert_allclose(tested["p_value"], left.pop("QM_p"), **CLOSE)
        np.testing.assert_allclose(tested[["df", "df_residual"]].astype(float), numbers(left.pop("QM_df")))
    if left.get("R2") is not None:
        np.testing.assert_allclose(fit.r_squared, left["R2"], **CLOSE)
    left.pop("R2", None)
    for key, restricted in (("fit_ml", False), ("fit_reml", True)):
        theirs = left.pop(key)
        found = fit.fit.criteria(restricted=restricted)
        names = ["logLik", "deviance", "AIC", "BIC", "AICc"]
        np.testing.assert_allclose(list(found.values()), [theirs[name] for name in names], rtol=1e-6, atol=1e-4)
    intervals_agree(fit, left)
    assert not left


def intervals_agree(fit, left):
    if "prediction" in left:
        theirs = left.pop("prediction")
        found = fit.prediction_interval().iloc[0]
        names = ["pred", "se", "ci_lower", "ci_upper", "pi_lower", "pi_upper"]
        np.testing.assert_allclose(found.astype(float), numbers([theirs[name] for name in names]), **CLOSE)
        if "pi_riley_lower" in theirs:
            riley = fit.prediction_interval(df="k-p-1").iloc[0]
            ends = riley[["pred_low", "pred_high"]].astype(float)
            expected = numbers([theirs["pi_riley_lower"], theirs["pi_riley_upper"]])
            if fit.fit.studies.k == 2:  # no degree of freedom is left: metafor takes 1, we give no interval
                assert ends.isna().all()
                half = stats.t.isf(0.025, 1) * np.sqrt(riley["std_error"] ** 2 + fit.tau2)
                ends = riley["estimate"] + np.array([-half, half])
            np.testing.assert_allclose(ends, expected, **CLOSE)
    if "predictions" in left:
        theirs = pd.DataFrame(left.pop("predictions"))
        names = ["pred", "se", "ci_lower", "ci_upper", "pi_lower", "pi_upper"]
        new = theirs.drop(columns=names)
        expected = theirs[names].apply(pd.to_numeric, errors="coerce")
        np.testing.assert_allclose(fit.prediction_interval(new=new), expected, **CLOSE)
    for key, interval in (("ci_q_profile", "q-profile"), ("ci_profile_likelihood_tau2", "profile-likelihood")):
        if key in left:
            theirs = left.pop(key)
            theirs = theirs if interval == "q-profile" else {"tau2": theirs}
            found = fit.heterogeneity(interval=interval).set_index("term")
            names = [name.lower() for name in theirs]
            expected = [[row["lower"], row["upper"]] for row in theirs.values()]
            np.testing.assert_allclose(found.loc[names, ["conf_low", "conf_high"]], expected, **CLOSE)


MODELS = [
    pytest.param(file, key, id=f"{file}-{key}")
    for file in ("bcg_models_z", "bcg_models_knha", "bcg_models_adhoc", "raudenbush_models_z", "raudenbush_models_knha")
    for key in reference(file)
]


@pytest.mark.parametrize(("file", "method"), MODELS)
def test_every_method_and_test(request, file, method):
    data = request.getfixturevalue("bcg" if file.startswith("bcg") else "raudenbush")
    test = TESTS[file.rsplit("_", 1)[1]]
    agrees(synthesis.meta_analysis("yi", "vi", data=data, method=method, test=test), reference(file)[method])


@pytest.mark.parametrize("key", reference("bcg_metareg_ablat"))
def test_meta_regression(bcg, key):
    method, test = key.split("_")
    fit = synthesis.meta_analysis("yi", "vi", data=bcg, method=method, test=TESTS[test], moderators="ablat")
    agrees(fit, reference("bcg_metareg_ablat")[key])


@pytest.mark.parametrize("key", reference("bcg_metareg_multi"))
def test_several_moderators(bcg, key):
    values = reference("bcg_metareg_multi")
    test = TESTS[key.removeprefix("alloc_test_")] if key != "vif" else "normal"
    fit = synthesis.meta_analysis("yi", "vi", data=bcg, test=test, moderators=["ablat", "year", "alloc"])
    if key in TESTS:
        agrees(fit, values[key])
    elif key == "vif":
        found = fit.variance_inflation()["variance_inflation"]
        np.testing.assert_allclose(found, list(values[key].values()), **CLOSE)
    else:
        tested = fit.omnibus([term for term in fit.input.terms if term.startswith("alloc")]).iloc[0]
        assert tested["statistic"] == pytest.approx(values[key].get("QM", values[key].get("F")), rel=1e-6)
        assert tested["p_value"] == pytest.approx(values[key]["p"], rel=1e-6)
        degrees = np.atleast_1d(values[key]["df"])
        assert tested[["df", "df_residual"]].dropna().tolist() == degrees.tolist()


@pytest.mark.parametrize("key", reference("raudenbush_metareg"))
def test_moderators_of_teacher_expectancy(raudenbush, key):
    terms = "setting + tester" if key == "setting_tester" else "weeks3"
    test = TESTS.get(key, "normal")
    fit = synthesis.meta_analysis("yi", "vi", data=raudenbush, test=test, moderators=terms)
    agrees(fit, reference("raudenbush_metareg")[key])


def test_detail(bcg):
    values = reference("bcg_reml_detail")
    fit = synthesis.meta_analysis("yi", "vi", data=bcg, test="normal")
    np.testing.assert_allclose(fit.studies()["weight"], values.pop("weights_percent"), **CLOSE)
    blup = pd.DataFrame(values.pop("blup"))
    np.testing.assert_allclose(fit.blup().drop(columns="study"), blup, **CLOSE)
    theirs = values.pop("prediction_exp")
    assert theirs.pop("se") is None  # there is none for a ratio
    found = fit.prediction_interval(exponentiate=True).iloc[0]
    expected = [theirs[name] for name in ("pred", "ci_lower", "ci_upper", "pi_lower", "pi_upper")]
    np.testing.assert_allclose(found.drop("std_error").astype(float), expected, **CLOSE)
    agrees(fit, values)


ROWS = {
    "estimate": "estimate",
    "std_error": "se",
    "statistic": "zval",
    "p_value": "pval",
    "conf_low": "ci.lb",
    "conf_high": "ci.ub",
    "q": "Q",
    "q_p_value": "Q_p",
    "tau2": "tau2",
    "i2": "I2",
    "h2": "H2",
}


@pytest.mark.parametrize(
    ("name", "method"),
    [("bcg", "REML"), ("bcg", "EE"), ("bcg", "DL"), ("raudenbush", "REML")],
)
def test_leave_one_out(request, name, method):
    data = request.getfixturevalue(name)
    expected = pd.DataFrame(reference(f"{name}_leave1out")[method])
    fit = synthesis.meta_analysis("yi", "vi", data=data, labels="slab", method=method, test="normal")
    found = fit.leave_one_out()
    assert found["left_out"].tolist() == expected["left_out"].tolist()
    shown = [theirs for theirs in ROWS.values() if theirs in expected]
    ours = [name for name, theirs in ROWS.items() if theirs in expected]
    assert len(shown) == len(expected.columns) - 1
    np.testing.assert_allclose(found[ours], expected[shown], **CLOSE)


def test_cumulative(bcg):
    expected = pd.DataFrame(reference("bcg_cumulative")).rename(columns={"Qp": "Q_p"})
    fit = synthesis.meta_analysis("yi", "vi", data=bcg, labels="slab", test="normal")
    found = fit.cumulative("year")
    assert found["added"].tolist() == bcg["slab"].iloc[expected["row"] - 1].tolist()
    np.testing.assert_allclose(found[list(ROWS)], expected[list(ROWS.values())], **CLOSE)


DIAGNOSTICS = {
    "studentised_residual": "rstudent",
    "dffits": "dffits",
    "cook_distance": "cook.d",
    "covariance_ratio": "cov.r",
    "tau2_deleted": "tau2.del",
    "q_deleted": "QE.del",
    "hat": "hat",
    "weight": "weight",
    "standardised_residual": "rstandard_z",
    "residual_deleted": "rstudent_resid",
    "residual_error": "rstudent_se",
    "dfbetas_intercept": "dfbs_intrcpt",
    "dfbetas_ablat": "dfbs_ablat",
}


@pytest.mark.parametrize(
    ("file", "name", "moderators"),
    [
        ("bcg_influence", "bcg", None),
        ("raudenbush_influence", "raudenbush", None),
        ("bcg_metareg_diagnostics", "bcg", "ablat"),
    ],
)
def test_influence(request, file, name, moderators):
    expected = pd.DataFrame(reference(file))
    data = request.getfixturevalue(name)
    fit = synthesis.meta_analysis("yi", "vi", data=data, labels="slab", test="normal", moderators=moderators)
    found = fit.influence()
    for ours, theirs in DIAGNOSTICS.items():
        if theirs in expected:
            np.testing.assert_allclose(found[ours], expected[theirs], err_msg=ours, **CLOSE)
    assert set(expected.columns) - {"study"} <= set(DIAGNOSTICS.values())


def test_subgroups(bcg):
    values = reference("bcg_subgroup_alloc")
    separate = values["separate_tau2"]
    fit = synthesis.meta_analysis("yi", "vi", data=bcg, labels="slab", test="normal")
    found = fit.subgroups("alloc")
    table = found.tidy().set_index("term")
    for name in ("random", "alternate", "systematic"):
        part = synthesis.meta_analysis("yi", "vi", data=bcg[bcg["alloc"] == name], test="normal")
        agrees(part, separate[name])
        np.testing.assert_allclose(table.loc[name, "estimate"], part.tidy()["estimate"].iloc[0])
        np.testing.assert_allclose(table.loc[name, "tau2"], part.tau2)
    tested = found.glance().iloc[0]
    np.testing.assert_allclose(tested["q_between"], separate["Q_between"], **CLOSE)
    np.testing.assert_allclose(tested["q_p_value"], separate["p"], **CLOSE)
    contrast = synthesis.meta_analysis("yi", "vi", data=bcg, test="normal", moderators="alloc")
    agrees(contrast, values["common_tau2"]["contrast"])
    means = synthesis.meta_analysis("yi", "vi", data=bcg, test="normal", moderators="0 + alloc")
    agrees(means, values["common_tau2"]["cell_means"])
    assert tested["q_df"] == separate["df"]


@pytest.mark.parametrize("measure", ["OR", "RR", "RD", "Peto_OR"])
def test_mantel_haenszel_and_peto(bcg, measure):
    theirs = reference("bcg_mantel_haenszel")[measure]
    cells = {"a": "tpos", "b": "tneg", "c": "cpos", "d": "cneg"}
    if measure == "Peto_OR":
        found = synthesis.peto(data=bcg, **cells)
    else:
        found = synthesis.mantel_haenszel(measure, data=bcg, **cells)
    row, whole = found.tidy().iloc[0], found.glance().iloc[0]
    names = {"estimate": "estimate", "std_error": "se", "statistic": "z", "p_value": "p"}
    names |= {"conf_low": "ci_lower", "conf_high": "ci_upper"}
    for ours, key in names.items():
        np.testing.assert_allclose(row[ours], theirs[key], rtol=1e-8)
    np.testing.assert_allclose(whole[["q", "q_p_value"]].astype(float), [theirs["QE"], theirs["QE_p"]], rtol=1e-8)
    if "I2" in theirs:
        np.testing.assert_allclose(whole["i2"], theirs["I2"], rtol=1e-8)
    if theirs.get("CMH") is None:
        assert theirs.get("CMH_p") is None
        assert "association" not in whole
    else:
        expected = [theirs["CMH"], theirs["CMH_p"]]
        np.testing.assert_allclose(whole[["association", "association_p_value"]].astype(float), expected, rtol=1e-8)
