"""Multilevel meta-analysis against metafor 4.8-0 and clubSandwich 0.5.11."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lcresearch import synthesis
from lcresearch.errors import SynthesisError

REFERENCE = Path(__file__).parents[1] / "reference"


def reference(name):
    return json.loads((REFERENCE / "meta" / f"{name}.json").read_text(encoding="utf-8"))["values"]


@pytest.fixture(scope="module")
def schools():
    return pd.read_csv(REFERENCE / "data" / "konstantopoulos2011.csv")


@pytest.fixture(scope="module")
def assink():
    data = pd.read_csv(REFERENCE / "data" / "assink2016.csv")
    return data.assign(deltype=pd.Categorical(data["deltype"], ["overt", "general", "covert"]))


def coefficients_agree(table, theirs, *, error=1e-5):
    """Every column; estimates to 1e-4 of a standard error, other figures as their tolerance, one below 4 df aside."""
    theirs = pd.DataFrame(theirs)
    errors = theirs["se"].to_numpy()
    np.testing.assert_allclose(table["estimate"], theirs["estimate"], rtol=0, atol=1e-4 * errors.min())
    np.testing.assert_allclose(table["std_error"], errors, rtol=error)
    statistic = theirs["stat"] if "stat" in theirs else theirs["t"]
    np.testing.assert_allclose(table["statistic"], statistic, rtol=2 * error, atol=1e-4)
    np.testing.assert_allclose(table["df"], pd.to_numeric(theirs["df"]), rtol=1e-3)
    tested = table["p_value"].notna()
    np.testing.assert_allclose(table["p_value"][tested], theirs["p"][tested], rtol=100 * error)
    ends = table.loc[tested, ["conf_low", "conf_high"]]
    np.testing.assert_allclose(ends, theirs.loc[tested, ["ci_lower", "ci_upper"]], rtol=1e-4, atol=1e-3 * errors.max())
    assert table["term"].str.startswith("intercept").tolist() == theirs["term"].isin(["intrcpt"]).tolist()
    return tested


def agrees(fit, values):
    """Fixed effects 1e-5, variance components 1e-4, profiles 1e-3: the tolerances of the reference values."""
    left = dict(values)
    coefficients_agree(fit.tidy(), left.pop("coefficients"))
    np.testing.assert_allclose(fit.fit.covariance, left.pop("vcov")["values"], rtol=1e-4)
    row = fit.glance().iloc[0]
    assert (row["method"], row["n"], fit.input.studies.x.shape[1]) == (left.pop("method"), left.pop("k"), left.pop("p"))
    assert row["test"] == {"z": "normal", "t": "t"}[left.pop("test")]
    if "sigma2" in left:
        levels = [name.rsplit("/")[-1] for name in left.pop("sigma2_names")]
        assert fit.variance_components["level"].tolist() == levels
        np.testing.assert_allclose(fit.variance_components["variance"], left.pop("sigma2"), rtol=1e-4)
        assert fit.variance_components["n_groups"].tolist() == left.pop("sigma2_levels")
    expected = [left.pop("QE"), left.pop("QE_df"), left.pop("QE_p")]
    np.testing.assert_allclose(row[["q", "q_df", "q_p_value"]].astype(float), expected, rtol=1e-6)
    if "QM" in left:
        tested = fit.omnibus().iloc[0]
        np.testing.assert_allclose(tested["statistic"], left.pop("QM"), rtol=1e-5)
        assert tested["df"] == left["QM_df"][0]
        assert np.isnan(tested["df_residual"]) == (left.pop("QM_df")[1] is None)
        np.testing.assert_allclose(tested["p_value"], left.pop("QM_p"), rtol=1e-3)
        assert tested["p_value"] == row["moderators_p_value"]
    theirs = left.pop("fit")
    expected = [theirs[name] for name in ("logLik", "deviance", "AIC", "BIC", "AICc")]
    found = row[["log_likelihood", "deviance", "aic", "bic", "aicc"]].astype(float)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    if "prediction" in left:
        names = ["pred", "se", "ci_lower", "ci_upper", "pi_lower", "pi_upper"]
        theirs = left.pop("prediction")
        found = fit.prediction_interval().iloc[0].astype(float)
        np.testing.assert_allclose(found, [theirs[name] for name in names], rtol=1e-4)
    if "I2_total" in left:
        np.testing.assert_allclose(fit.typical_variance, left.pop("typical_sampling_variance"), rtol=1e-6)
        np.testing.assert_allclose(row["i2"], left.pop("I2_total"), rtol=1e-5)
        np.testing.assert_allclose(fit.variance_components["i2"], left.pop("I2_by_level"), rtol=1e-4)
    if "profile_ci" in left:
        theirs = pd.DataFrame(left.pop("profile_ci"))
        found = fit.variance_intervals()
        assert found["term"].tolist() == ["variance" if "^2" in name else "std_dev" for name in theirs["parameter"]]
        np.testing.assert_allclose(found["estimate"], theirs["estimate"], rtol=1e-4)
        # metafor seeks the ends of variances with uniroot() to 2^-13; test_profile_to_many_digits is stricter
        ends = found[["conf_low", "conf_high"]]
        np.testing.assert_allclose(ends, theirs[["lower", "upper"]], rtol=1e-3, atol=2**-13)
    return left


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("konstantopoulos_3level", {"test": "normal"}),
        ("konstantopoulos_3level_ml", {"test": "normal", "method": "ML"}),
        ("konstantopoulos_3level_t", {}),
        ("konstantopoulos_metareg", {"test": "normal", "moderators": "I(year - 2000)"}),
    ],
)
def test_schools_in_districts(schools, name, options):
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["district", "study"], data=schools, **options)
    left = agrees(fit, reference(name))
    if "ranef_district" in left:
        theirs = pd.DataFrame(left.pop("ranef_district"))
        found = fit.random_effects("district")
        assert found["group"].tolist() == theirs["district"].tolist()
        np.testing.assert_allclose(found["estimate"], theirs["intrcpt"], rtol=0, atol=1e-5)
        np.testing.assert_allclose(found["std_error"], theirs["se"], rtol=1e-4)
        assert fit.variance_components["icc"][0] == pytest.approx(left.pop("ICC_district"), rel=1e-4)
        for level, rows in zip(["district", "study"], ["sigma2_1", "sigma2_2"], strict=True):
            theirs = pd.DataFrame(left["profile_logLik"].pop(rows))
            found = fit.variance_profile(level, theirs["sigma2"])["log_likelihood"]
            np.testing.assert_allclose(found, theirs["ll"], atol=1e-4)
        assert not left.pop("profile_logLik")
    assert not left


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("assink_3level", {}),
        ("assink_3level_deltype", {"moderators": "deltype"}),
        ("assink_3level_multi", {"moderators": "pubstatus + yearc + deltype"}),
        ("assink_che", {"sampling_correlation": 0.6}),
    ],
)
def test_effects_in_studies(assink, name, options):
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["study", "esid"], data=assink, test="normal", **options)
    left = agrees(fit, reference(name))
    if name == "assink_che":
        block = fit.sampling.of(np.arange(6)[None, :])[0]  # the first study has six effects
        np.testing.assert_allclose(block, left.pop("V_first_study_block")["values"], rtol=1e-10)
        for kind, values in left.pop("rve").items():
            robust_agrees(fit.robust(kind), values)
    assert not left


def robust_agrees(found, values):
    left = dict(values)
    np.testing.assert_allclose(found.fit.covariance, left.pop("vcov")["values"], rtol=1e-4)
    theirs = pd.DataFrame(left.pop("tests"))
    tested = coefficients_agree(found.tidy(), theirs, error=1e-4)
    assert (tested == (theirs["df"] >= 4)).all()
    assert not left


def test_robust_errors_of_schools(schools):
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["district", "study"], data=schools)
    left = reference("konstantopoulos_rve")
    coefficients_agree(fit.robust("CR1p", degrees="clusters").tidy(), left.pop("metafor_robust"), error=1e-4)
    assert left.pop("metafor_robust_note") == "CR1-type adjustment n/(n-p), t with n-p df"
    for kind, values in left.items():
        robust_agrees(fit.robust(kind), values)


MODELS = {"intercept_only": None, "deltype": "deltype", "multi": "pubstatus + yearc + deltype"}
KINDS = [(model, kind) for model in MODELS for kind in reference("assink_rve")[model]]


@pytest.mark.parametrize(("model", "kind"), KINDS)
def test_robust_errors_of_effects(assink, model, kind):
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["study", "esid"], data=assink, moderators=MODELS[model])
    robust_agrees(fit.robust(kind), reference("assink_rve")[model][kind])


@pytest.mark.parametrize("unit", [1e-4, 1e4])
def test_robust_errors_are_in_the_unit_of_effects(assink, unit):
    names, found = ["study", "esid"], {}
    for each in (1.0, unit):
        data = assink.assign(yi=assink["yi"] * each, vi=assink["vi"] * each**2)
        found[each] = synthesis.multilevel_meta_analysis("yi", "vi", names, data=data).robust("CR2").tidy()
    np.testing.assert_allclose(found[unit]["std_error"], found[1.0]["std_error"] * unit, rtol=1e-5)
    np.testing.assert_allclose(found[unit]["df"], found[1.0]["df"], rtol=1e-5)


F_TESTS = {"deltype_wald_HTZ_CR2": "HTZ", "deltype_wald_naiveF_CR1": "naive-f", "multi_wald_HTZ_CR2": "HTZ"}


@pytest.mark.parametrize("name", [name for name in reference("assink_rve") if name not in MODELS])
def test_f_tests_of_coefficients(assink, name):
    left, model, kind = reference("assink_rve")[name], name.split("_")[0], name.rsplit("_", 1)[1]
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["study", "esid"], data=assink, moderators=MODELS[model])
    found = fit.robust(kind)
    terms = [term for term in found.terms if term.startswith("deltype")]
    tested = found.omnibus(terms, test=F_TESTS[name]).iloc[0]
    assert left.pop("test").lower() == F_TESTS[name].lower()
    np.testing.assert_allclose(tested["statistic"], left.pop("F"), rtol=1e-3)
    np.testing.assert_allclose(tested["scale"], left.pop("delta"), rtol=1e-3)
    np.testing.assert_allclose(
        tested[["df", "df_residual"]].astype(float), [left.pop("df_num"), left["df_denom"]], rtol=1e-3
    )
    if left.pop("df_denom") >= 4:
        np.testing.assert_allclose(tested["p_value"], left.pop("p"), rtol=2e-3)
    else:
        whole = found.fit.wald([found.terms.index(term) for term in terms], found.coefficients)
        assert np.isnan(tested["p_value"])
        np.testing.assert_allclose(whole["p_value"], left.pop("p"), rtol=2e-3)
    assert not left


def test_profile_to_many_digits(assink):
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["study", "esid"], data=assink, sampling_correlation=0.6)
    found = fit.variance_intervals().query("term == 'variance'")[["estimate", "conf_low", "conf_high"]]
    np.testing.assert_allclose(found.T, reference("several_levels")["assink_che_profile"], rtol=1e-5)


def test_clusters_that_hold_the_outermost_groups(schools):
    fit = synthesis.multilevel_meta_analysis("yi", "vi", "study", data=schools, moderators="I(year - 2000)")
    theirs = pd.DataFrame(reference("several_levels")["konstantopoulos_coarser_cluster"])
    found = fit.robust(cluster="district").tidy()
    np.testing.assert_allclose(found["std_error"], theirs["se"], rtol=1e-4)
    np.testing.assert_allclose(found["df"], theirs["df"], rtol=1e-3)
    pd.testing.assert_frame_equal(found, fit.robust(cluster=schools["district"].to_numpy()).tidy())


def test_predicted_effects_of_schools(schools):
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["district", "study"], data=schools)
    theirs = pd.DataFrame(reference("several_levels")["konstantopoulos_ranef_study"])
    found = fit.random_effects().query("level == 'study'")
    np.testing.assert_allclose(found["estimate"], theirs["estimate"], rtol=0, atol=1e-5)
    np.testing.assert_allclose(found["std_error"], theirs["se"], rtol=1e-4)
    assert found["group"].iloc[0] == "11 / 1"


def test_one_level_is_a_meta_analysis(schools):
    one = synthesis.meta_analysis("yi", "vi", data=schools, test="normal")
    several = synthesis.multilevel_meta_analysis("yi", "vi", ["study"], data=schools, test="normal")
    np.testing.assert_allclose(several.fit.parameters[0], one.tau2, rtol=1e-5)
    np.testing.assert_allclose(several.tidy()["std_error"], one.tidy()["std_error"], rtol=1e-5)


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("Y060", {"levels": ["nowhere"]}),
        ("Y007", {"method": "DL"}),
        ("Y007", {"sampling_correlation": 1.5}),
        ("Y007", {"sampling_correlation": 0.5, "sampling_covariance": np.eye(56)}),
        ("Y024", {"levels": ["one"]}),
    ],
)
def test_refuses_in_words(schools, code, options):
    arguments = {"levels": ["district", "study"]} | options
    with pytest.raises(SynthesisError) as error:
        synthesis.multilevel_meta_analysis("yi", "vi", data=schools.assign(one=1), **arguments)
    assert error.value.problems[0].code == code


def test_few_clusters_have_no_p_value():
    data = pd.DataFrame({"site": list("aabbcc"), "y": [0.1, 0.2, 0.5, 0.4, 0.9, 1.0], "v": 0.02})
    found = synthesis.multilevel_meta_analysis("y", "v", ["site"], data=data).robust()
    assert found.tidy()["p_value"].isna().all()
    assert "intercept" in found.cautions()[0]
    with pytest.raises(SynthesisError, match="Y007"):
        synthesis.multilevel_meta_analysis("y", "v", ["site"], data=data).robust("HC3")


@pytest.mark.parametrize(
    ("code", "ask"),
    [
        ("Y073", lambda fit: fit.robust(cluster="study")),
        ("Y060", lambda fit: fit.robust(cluster="nowhere")),
        ("Y024", lambda fit: fit.robust(cluster="one")),
        ("Y004", lambda fit: fit.robust(cluster=["a", "b"])),
        ("Y007", lambda fit: fit.robust(degrees="many")),
        ("Y007", lambda fit: fit.robust().omnibus(["intercept"], test="chi2")),
        ("Y007", lambda fit: fit.random_effects("nowhere")),
        ("Y007", lambda fit: fit.variance_profile("nowhere", [0.1])),
        ("Y021", lambda fit: fit.omnibus()),
    ],
)
def test_refuses_questions_in_words(schools, code, ask):
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["district", "study"], data=schools.assign(one=1))
    with pytest.raises(SynthesisError) as error:
        ask(fit)
    assert error.value.problems[0].code == code


def test_an_effect_that_is_missing_is_left_out_and_named(schools):
    gap = schools.assign(yi=schools["yi"].where(schools.index != 7), year=schools["year"].where(schools.index != 7))
    labels = schools["school"].astype(str) + " of " + schools["district"].astype(str)
    found = synthesis.multilevel_meta_analysis(
        "yi", "vi", ["district", "study"], data=gap, labels=labels, moderators="year"
    )
    rest = synthesis.multilevel_meta_analysis(
        "yi", "vi", ["district", "study"], data=schools.drop(7), moderators="year"
    )
    pd.testing.assert_frame_equal(found.tidy(), rest.tidy())
    assert found.input.left_out == (labels[7],)
    assert labels[7] in found.cautions()[0]
    assert labels[7] in found.robust().cautions()[0]
    pd.testing.assert_frame_equal(found.robust(cluster="district").tidy(), rest.robust().tidy())


def test_a_variance_of_zero_is_found(schools):
    data = schools.assign(yi=np.tile([0.1, -0.1], 28))  # invented: districts do not differ
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["district", "study"], data=data)
    assert fit.variance_components["variance"].iloc[0] == pytest.approx(0, abs=1e-9)


def test_prediction_with_moderators(schools):
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["district", "study"], data=schools, moderators="year")
    with pytest.raises(SynthesisError, match="Y022"):
        fit.prediction_interval()
    found = fit.prediction_interval(new=pd.DataFrame({"year": [1990, 2000]}))
    expected = fit.fit.coefficients @ np.array([[1, 1], [1990, 2000]])
    np.testing.assert_allclose(found["estimate"], expected)


def test_likelihood_ratio_of_the_district_level(schools):
    values = reference("konstantopoulos_lrt")
    three = synthesis.multilevel_meta_analysis("yi", "vi", ["district", "study"], data=schools)
    two = synthesis.multilevel_meta_analysis("yi", "vi", ["study"], data=schools, test="normal")
    assert not agrees(two, values.pop("two_level"))
    ratio = 2 * (three.fit.log_likelihood - two.fit.log_likelihood)
    assert ratio == pytest.approx(values.pop("LRT"), abs=1e-4)
    assert stats.chi2.sf(ratio, 1) == pytest.approx(values.pop("p"), rel=1e-3)
    assert not values


def test_thousands_of_effects_in_few_groups_make_no_matrix_of_effects():
    rng, k = np.random.default_rng(2), 60_000  # invented
    group, v = rng.integers(0, 30, k), rng.uniform(0.01, 0.1, k)
    y = 0.3 + rng.normal(0, 0.2, 30)[group] + rng.normal(0, np.sqrt(0.03 + v))
    data = pd.DataFrame({"y": y, "v": v, "group": group, "effect": np.arange(k)})
    fit = synthesis.multilevel_meta_analysis("y", "v", ["group", "effect"], data=data)
    assert fit.variance_components["variance"][1] == pytest.approx(0.03, abs=0.002)
    assert 0 < fit.glance()["i2"].item() < 100
    assert fit.random_effects("group")["std_error"].between(0, 0.1).all()


def test_effects_that_are_all_the_same_have_no_robust_error():
    data = pd.DataFrame({"site": list("aabbccdd"), "study": range(8), "yi": 0.1 + 0.2, "vi": 0.02})
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["site", "study"], data=data)
    assert fit.robust().tidy()["std_error"].tolist() == [0.0]
    assert fit.robust().tidy()["conf_low"].isna().all()
    assert fit.robust("CR0").summary()


EIGHT = {"yi": [0.1, 0.3, 0.5, 0.6, 0.2, 0.2, 0.9, 0.7], "vi": [0.02] * 8}


def test_levels_may_be_given_as_arrays():
    data = pd.DataFrame(EIGHT | {"site": list("aabbccdd"), "study": range(8)})
    by_name = synthesis.multilevel_meta_analysis("yi", "vi", ["site", "study"], data=data).tidy()
    ways = [
        (EIGHT["yi"], EIGHT["vi"], [data["site"], data["study"]], None),
        (EIGHT["yi"], EIGHT["vi"], data[["site", "study"]], None),
        (EIGHT["yi"], EIGHT["vi"], {"site": list("aabbccdd"), "study": range(8)}, None),
        ("yi", "vi", ["site", np.arange(8)], data),
    ]
    for yi, vi, levels, table in ways:
        fit = synthesis.multilevel_meta_analysis(yi, vi, levels, data=table)
        pd.testing.assert_frame_equal(fit.tidy(), by_name)
        fit.robust().summary()


@pytest.mark.parametrize(
    ("levels", "code"), [([], "Y007"), (["site", "site"], "Y007"), ([[1, 2], "study"], "Y004"), (["place"], "Y060")]
)
def test_levels_that_cannot_be(levels, code):
    data = pd.DataFrame(EIGHT | {"site": list("aabbccdd"), "study": range(8)})
    with pytest.raises(SynthesisError, match=code):
        synthesis.multilevel_meta_analysis("yi", "vi", levels, data=data)
    with pytest.raises(SynthesisError, match="Y060"):
        synthesis.multilevel_meta_analysis(EIGHT["yi"], EIGHT["vi"], ["site", "study"])


def test_says_that_levels_with_one_effect_each_cannot_be_told_apart():
    data = pd.DataFrame(EIGHT | {"site": range(8), "study": range(8), "pair": list("aabbccdd")})
    same = synthesis.multilevel_meta_analysis("yi", "vi", ["site", "study"], data=data)
    assert any("'site'" in text or "site, study" in text for text in same.cautions() if "told apart" in text)
    other = synthesis.multilevel_meta_analysis("yi", "vi", ["pair", "study"], data=data)
    assert not any("told apart" in text for text in other.cautions())
    plain = synthesis.meta_analysis("yi", "vi", data=data)
    assert same.variance_components["variance"].sum() == pytest.approx(plain.tau2, rel=1e-5)
