"""Multilevel meta-analysis against metafor 4.8-0 and clubSandwich 0.5.11."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

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


def agrees(fit, values):
    """Fixed effects 1e-5, variance components 1e-4: the tolerances of the reference values."""
    theirs = pd.DataFrame(values["coefficients"])
    found = fit.tidy()
    errors = theirs["se"].to_numpy()
    np.testing.assert_allclose(found["estimate"], theirs["estimate"], rtol=0, atol=1e-4 * errors.min())
    np.testing.assert_allclose(found["std_error"], errors, rtol=1e-5)
    np.testing.assert_allclose(found["p_value"], theirs["p"], rtol=1e-4)
    np.testing.assert_allclose(fit.fit.covariance, values["vcov"]["values"], rtol=1e-4)
    np.testing.assert_allclose(fit.variance_components["variance"], values["sigma2"], rtol=1e-4)
    assert fit.variance_components["n_groups"].tolist() == values["sigma2_levels"]
    row = fit.glance().iloc[0]
    np.testing.assert_allclose(row[["q", "q_p_value"]].astype(float), [values["QE"], values["QE_p"]], rtol=1e-6)
    expected = [values["fit"][name] for name in ("logLik", "AIC", "BIC")]
    np.testing.assert_allclose(row[["log_likelihood", "aic", "bic"]].astype(float), expected, atol=1e-4)
    if "prediction" in values:
        names = ["pred", "se", "ci_lower", "ci_upper", "pi_lower", "pi_upper"]
        found = fit.prediction_interval().iloc[0].astype(float)
        np.testing.assert_allclose(found, [values["prediction"][name] for name in names], rtol=1e-4)
    if "I2_total" in values:
        np.testing.assert_allclose(row["i2"], values["I2_total"], rtol=1e-5)
        np.testing.assert_allclose(fit.variance_components["i2"], values["I2_by_level"], rtol=1e-4)


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
    agrees(
        synthesis.multilevel_meta_analysis("yi", "vi", ["district", "study"], data=schools, **options), reference(name)
    )


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
    agrees(fit, reference(name))


def robust_agrees(found, values, kind):
    theirs = pd.DataFrame(values["tests"])
    table = found.tidy()
    np.testing.assert_allclose(found.fit.covariance, values["vcov"]["values"], rtol=1e-4)
    np.testing.assert_allclose(table["std_error"], theirs["se"], rtol=1e-4)
    np.testing.assert_allclose(table["df"], theirs["df"], rtol=1e-3)
    tested = table["p_value"].notna()
    np.testing.assert_allclose(table["p_value"][tested], theirs["p"][tested], rtol=2e-3)
    assert (tested == (theirs["df"] >= 4)).all(), kind


@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR2"])
def test_robust_errors_of_schools(schools, kind):
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["district", "study"], data=schools)
    robust_agrees(fit.robust(kind), reference("konstantopoulos_rve")[kind], kind)


@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR2"])
@pytest.mark.parametrize("model", ["intercept_only", "deltype"])
def test_robust_errors_of_effects(assink, model, kind):
    moderators = "deltype" if model == "deltype" else None
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["study", "esid"], data=assink, moderators=moderators)
    robust_agrees(fit.robust(kind), reference("assink_rve")[model][kind], kind)


@pytest.mark.parametrize(
    ("moderators", "model", "test"),
    [
        ("deltype", "deltype", "deltype_wald_HTZ_CR2"),
        ("pubstatus + yearc + deltype", "multi", "multi_wald_HTZ_CR2"),
    ],
)
def test_small_sample_f_test(assink, moderators, model, test):
    values = reference("assink_rve")
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["study", "esid"], data=assink, moderators=moderators)
    found = fit.robust()
    robust_agrees(found, values[model]["CR2"], "CR2")
    tested = found.fit.wald([i for i, t in enumerate(found.terms) if t.startswith("deltype")], found.coefficients)
    theirs = values[test]
    np.testing.assert_allclose(tested["df_residual"], theirs["df_denom"], rtol=1e-3)
    np.testing.assert_allclose(tested["statistic"], theirs["F"], rtol=1e-3)
    np.testing.assert_allclose(tested["p_value"], theirs["p"], rtol=2e-3)


def test_correlated_sampling_errors_and_robust_errors(assink):
    values = reference("assink_che")
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["study", "esid"], data=assink, sampling_correlation=0.6)
    for kind in ("CR1", "CR2"):
        robust_agrees(fit.robust(kind), values["rve"][kind], kind)


def test_one_level_is_a_meta_analysis(schools):
    one = synthesis.meta_analysis("yi", "vi", data=schools, test="normal")
    several = synthesis.multilevel_meta_analysis("yi", "vi", ["study"], data=schools, test="normal")
    np.testing.assert_allclose(several.fit.sigma2[0], one.tau2, rtol=1e-5)
    np.testing.assert_allclose(several.tidy()["std_error"], one.tidy()["std_error"], rtol=1e-5)


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("Y005", {"levels": ["nowhere"]}),
        ("Y007", {"method": "DL"}),
        ("Y007", {"sampling_correlation": 1.5}),
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
    agrees(two, values["two_level"])
    ratio = 2 * (three.fit.log_likelihood - two.fit.log_likelihood)
    assert ratio == pytest.approx(values["LRT"], abs=1e-4)
