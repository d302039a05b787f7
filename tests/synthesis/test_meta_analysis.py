"""Meta-analysis against metafor 4.8-0 (tests/reference/meta/bcg_* and raudenbush_*)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lcresearch import synthesis
from lcresearch.errors import SynthesisError
from lcresearch.synthesis.random_effects.heterogeneity import log_likelihood

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


@pytest.mark.parametrize("method", ["DL", "HE", "HS", "SJ", "ML", "REML", "EB", "PM"])
def test_identical_studies_have_no_heterogeneity(method):
    fit = synthesis.meta_analysis([0.3] * 6, [0.04] * 6, method=method, test="normal")
    assert fit.tau2 == 0
    assert fit.tidy()["estimate"][0] == pytest.approx(0.3)
    assert fit.tidy()["std_error"][0] == pytest.approx(0.2 / np.sqrt(6))


def test_equal_variances_have_a_closed_form():
    y = np.array([0.1, 0.5, 0.9, 0.2, 0.4])
    fit = synthesis.meta_analysis(y, [0.01] * 5)
    assert fit.tau2 == pytest.approx(y.var(ddof=1) - 0.01, rel=1e-10)
    assert fit.tidy()["std_error"][0] == pytest.approx(y.std(ddof=1) / np.sqrt(5))


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("Y062", {"yi": [1, 2, 3], "vi": [1, 2]}),
        ("Y060", {"yi": "effect", "vi": [1, 2]}),
        ("Y007", {"yi": [1, 2], "vi": [1, 2], "method": "XX"}),
        ("Y007", {"yi": [1, 2], "vi": [1, 2], "test": "z"}),
        ("Y061", {"yi": ["a", "b"], "vi": [1, 2]}),
        ("Y015", {"yi": [1, np.nan], "vi": [1, 2]}),
        ("Y063", {"yi": [1, 2], "vi": [1, np.nan]}),
        ("Y063", {"yi": [1, 2], "vi": [1, np.inf]}),
        ("Y063", {"yi": [1, np.inf], "vi": [1, 2]}),
        ("Y063", {"yi": [1, 2], "vi": [1, -2]}),
        ("Y063", {"yi": [1, 2], "vi": [1, 0]}),
        ("Y064", {"yi": [np.nan, np.nan], "vi": [1, 1]}),
        ("Y015", {"yi": [1], "vi": [1]}),
        ("Y016", {"yi": [1, 2], "vi": [1, 1], "moderators": pd.DataFrame({"x": [1, 2]})}),
        ("Y017", {"yi": [1, 2, 3, 4], "vi": [1] * 4, "moderators": pd.DataFrame({"x": [2] * 4})}),
        ("Y013", {"yi": [1, 2, 3], "vi": [1] * 3, "moderators": pd.DataFrame({"x": [2, np.nan, 1]})}),
    ],
)
def test_refuses_in_words(code, arguments):
    with pytest.raises(SynthesisError) as error:
        synthesis.meta_analysis(**arguments)
    assert code in [problem.code for problem in error.value.problems]


def test_what_needs_moderators_or_none(bcg):
    plain = synthesis.meta_analysis("yi", "vi", data=bcg)
    with_one = synthesis.meta_analysis("yi", "vi", data=bcg, moderators="ablat")
    for code, ask in {
        "Y021": plain.omnibus,
        "Y022": with_one.prediction_interval,
        "Y023": with_one.leave_one_out,
    }.items():
        with pytest.raises(SynthesisError, match=code):
            ask()
    with pytest.raises(SynthesisError, match="Y024"):
        plain.subgroups(["one"] * 13)


def test_says_when_studies_are_few_or_strangely_alike():
    few = synthesis.meta_analysis([0.30, 0.31, 0.29], [0.04, 0.05, 0.06])
    assert [text[:20] for text in few.cautions()] == ["there are only 3 stu", "the studies differ l"]
    assert "Note:" in few.summary()


def test_two_studies_and_a_subgroup_of_one():
    fit = synthesis.meta_analysis([0.1, 0.4, 0.9], [0.02, 0.02, 0.03])
    found = fit.subgroups(["a", "a", "b"])
    assert found.tidy()["n"].tolist() == [2, 1]
    assert "b" in found.cautions()[0]
    assert synthesis.meta_analysis([0.1, 0.4], [0.02, 0.02]).leave_one_out()["estimate"].tolist() == [0.4, 0.1]


def test_thousands_of_studies_need_no_matrix_of_studies():
    rng = np.random.default_rng(1)
    v = rng.uniform(0.01, 0.1, 200_000)
    y = rng.normal(0.3, np.sqrt(0.05 + v))
    fit = synthesis.meta_analysis(y, v)
    assert fit.tau2 == pytest.approx(0.05, abs=0.002)


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_no_point_of_a_fine_grid_is_more_likely(method):
    rng = np.random.default_rng(8)
    for _ in range(60):
        k = int(rng.integers(2, 9))
        v = rng.uniform(1, 10, k) ** rng.integers(-3, 4, k)
        fit = synthesis.meta_analysis(rng.normal(0, 10 ** rng.uniform(-2, 2), k), v, method=method).fit
        grid = np.concatenate([[0.0], np.geomspace(1e-6, 1e5, 400)])
        likely = [log_likelihood(fit.studies, t, restricted=method == "REML") for t in [fit.tau2, *grid]]
        assert likely[0] >= max(likely) - 1e-9


def test_a_study_without_an_effect_is_left_out_and_named(bcg):
    gap = bcg.assign(yi=bcg["yi"].where(bcg["trial"] != 4), ablat=bcg["ablat"].where(bcg["trial"] != 4))
    rest = bcg[bcg["trial"] != 4]
    found = synthesis.meta_analysis("yi", "vi", data=gap, labels="slab", moderators="ablat")
    expected = synthesis.meta_analysis("yi", "vi", data=rest, labels="slab", moderators="ablat")
    pd.testing.assert_frame_equal(found.tidy(), expected.tidy())
    name = bcg["slab"][bcg["trial"] == 4].item()
    assert found.input.left_out == (name,)
    assert found.glance()["n_left_out"].item() == 1
    assert name in found.cautions()[0]
    plain = synthesis.meta_analysis("yi", "vi", data=gap)
    by = plain.subgroups("alloc").tidy()
    pd.testing.assert_frame_equal(by, plain.subgroups(bcg["alloc"].to_numpy()).tidy())
    assert by["n"].sum() == 12


@pytest.mark.parametrize("same", [0.0, 0.3, 0.1 + 0.2, -1e6])
@pytest.mark.parametrize("method", ["EE", "DL", "REML", "SJ"])
def test_effects_that_are_all_the_same_have_no_interval_by_knapp_hartung_but_one_by_adhoc(same, method):
    v = [0.02, 0.03, 0.01, 0.05, 0.04]
    fit = synthesis.meta_analysis([same] * 5, v, method=method)
    row = fit.tidy().iloc[0]
    assert row["estimate"] == pytest.approx(same)
    assert row["std_error"] == 0
    assert row[["statistic", "p_value", "conf_low", "conf_high"]].isna().all()
    assert fit.prediction_interval().iloc[0][["conf_low", "conf_high", "pred_low", "pred_high"]].isna().all()
    assert any("adhoc" in text for text in fit.cautions())
    assert fit.leave_one_out()["p_value"].isna().all()
    assert fit.influence()["influential"].eq(False).all()
    assert fit.baujat()["influence"].isna().all()
    assert fit.p_value_functions([0.0])["p_value"].iloc[5:].isna().all()
    fit.summary()
    for what in ("forest", "leave_one_out", "cumulative", "drapery"):
        fit.plot(what)
    safe = synthesis.meta_analysis([same] * 5, v, method=method, test="adhoc").tidy().iloc[0]
    assert safe["std_error"] == pytest.approx(np.sum(1 / np.array(v)) ** -0.5)


def test_a_study_left_out_may_leave_studies_that_are_all_the_same():
    fit = synthesis.meta_analysis([0.3, 0.3, 0.5], [0.02, 0.03, 0.01])
    found = fit.leave_one_out().set_index("left_out")
    assert found.loc["3", "estimate"] == pytest.approx(0.3)
    assert found["p_value"].isna().tolist() == [False, False, True]
    fit.influence()
    fit.baujat()
    fit.cumulative()


def test_the_test_between_subgroups_does_not_lean_on_errors_guessed_from_two_studies():
    fit = synthesis.meta_analysis([0.300, 0.301, 0.40, 0.41], [0.04, 0.05, 0.06, 0.04])
    found = fit.subgroups(list("aabb"))
    normal = synthesis.meta_analysis([0.300, 0.301, 0.40, 0.41], [0.04, 0.05, 0.06, 0.04], test="normal")
    assert found.q_between == pytest.approx(normal.subgroups(list("aabb")).q_between)
    assert found.q_p_value > 0.6
    same = synthesis.meta_analysis([0.3, 0.3, 0.4, 0.4], [0.04, 0.05, 0.06, 0.04]).subgroups(list("aabb"))
    assert same.q_p_value == pytest.approx(found.q_p_value, abs=0.05)


FOUR = pd.DataFrame(
    {"yi": [0.1, 0.2, 0.5, 0.3], "vi": [0.01, 0.02, 0.03, 0.02], "dose": [1.0, 2, 3, 5], "s": list("abab")}
)


@pytest.mark.parametrize(
    "moderators", [FOUR[["dose"]], {"dose": [1, 2, 3, 5]}, np.array([1.0, 2, 3, 5]), [1, 2, 3, 5], FOUR["dose"]]
)
def test_moderators_may_be_given_themselves_also_where_an_effect_is_missing(moderators):
    expected = synthesis.meta_analysis("yi", "vi", data=FOUR, moderators="dose").tidy()
    found = synthesis.meta_analysis(FOUR["yi"], FOUR["vi"], moderators=moderators).tidy()
    pd.testing.assert_frame_equal(found.drop(columns="term"), expected.drop(columns="term"))
    gap = [np.nan, 0.2, 0.5, 0.3]
    expected = synthesis.meta_analysis(gap, "vi", data=FOUR, moderators="dose").tidy()
    found = synthesis.meta_analysis(gap, FOUR["vi"], moderators=moderators).tidy()
    pd.testing.assert_frame_equal(found.drop(columns="term"), expected.drop(columns="term"))


def test_a_category_that_no_study_has_is_no_moderator():
    wider = FOUR.assign(s=pd.Categorical(FOUR["s"], ["a", "b", "c"]))
    found = synthesis.meta_analysis("yi", "vi", data=wider, moderators="s").tidy()
    pd.testing.assert_frame_equal(found, synthesis.meta_analysis("yi", "vi", data=FOUR, moderators="s").tidy())


@pytest.mark.parametrize("moderators", [[], "~ 1"])
def test_no_moderators_are_no_moderators(moderators):
    fit = synthesis.meta_analysis("yi", "vi", data=FOUR, moderators=moderators)
    assert fit.leave_one_out()["estimate"].notna().all()
    assert fit.prediction_interval()["pred_low"].notna().all()
    assert "Meta-analysis" in fit.summary()


@pytest.mark.parametrize(
    ("moderators", "code"),
    [
        (pd.DataFrame([[1, 2], [2, 3], [3, 3], [4, 1]], columns=["a", "a"]), "Y030"),
        ({"a": [1, 2, 3, np.inf]}, "Y031"),
        ({"a": [1, 2, 3]}, "Y004"),
        ({"a": list("xxxx")}, "Y017"),
        ({"a": [1, 1, 1, 1]}, "Y017"),
        ({"a": pd.date_range("2020", periods=4)}, "Y032"),
        ("~ s +* (", "Y032"),
        ("yi ~ s", "Y032"),
        (3, "Y032"),
        ("~ sector", "Y005"),
        (["dose", "sector"], "Y005"),
    ],
)
def test_moderators_that_cannot_be(moderators, code):
    with pytest.raises(SynthesisError, match=code):
        synthesis.meta_analysis("yi", "vi", data=FOUR, moderators=moderators)


@pytest.mark.parametrize(
    ("new", "code"),
    [({"s": ["a", None]}, "Y013"), ({"s": ["q"]}, "Y007"), ({"z": ["a"]}, "Y005")],
)
def test_no_prediction_is_made_up_for_a_study_of_which_moderators_are_not_known(new, code):
    fit = synthesis.meta_analysis("yi", "vi", data=FOUR, moderators="s")
    with pytest.raises(SynthesisError, match=code):
        fit.prediction_interval(new=pd.DataFrame(new))
    assert len(fit.prediction_interval(new=pd.DataFrame({"s": ["a", "b"]}))) == 2


@pytest.mark.parametrize("yi", [pd.date_range("2020", periods=3), [1j, 2, 3]])
def test_dates_and_complex_numbers_are_no_effects(yi):
    with pytest.raises(SynthesisError, match="Y061"):
        synthesis.meta_analysis(yi, [1, 1, 1])


@pytest.mark.parametrize("level", [95, 0, 1, -1, float("nan"), "x"])
def test_a_level_lies_between_0_and_1(level):
    fit = synthesis.meta_analysis("yi", "vi", data=FOUR)
    for ask in (fit.tidy, fit.heterogeneity, fit.prediction_interval, fit.studies, fit.leave_one_out, fit.blup):
        with pytest.raises(SynthesisError, match="Y045"):
            ask(level)


def test_says_that_knapp_hartung_is_not_for_equal_effects():
    assert any(
        'test="normal"' in text for text in synthesis.meta_analysis("yi", "vi", data=FOUR, method="EE").cautions()
    )
    for other in ({"method": "EE", "test": "normal"}, {"method": "REML"}):
        assert not any(
            'test="normal"' in text for text in synthesis.meta_analysis("yi", "vi", data=FOUR, **other).cautions()
        )
