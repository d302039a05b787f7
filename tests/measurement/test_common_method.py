"""Common-method checks: the models of lavaan, formulas as identities, and method variance that is known."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch.errors import MeasurementError
from lcresearch.measurement import CommonMethod, cfa, common_method
from lcresearch.measurement.common_method import marker_variable

REFERENCE = Path(__file__).parents[1] / "reference"
EXPECTED = json.loads((REFERENCE / "cfa" / "common_method.json").read_text(encoding="utf-8"))["values"]
FACTORS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
MARKER = ["x7", "x8", "x9"]
MODEL = "voice =~ v1 + v2 + v3\ntrust =~ t1 + t2 + t3\nclimate =~ c1 + c2 + c3"
MARKER_ITEMS = ["m1", "m2", "m3"]
close = np.testing.assert_allclose


@cache
def school(estimator="ML"):
    frame = pd.read_csv(REFERENCE / "data" / "holzinger_swineford1939.csv")
    return common_method(frame, FACTORS, MARKER, estimator=estimator, alpha=0.2)  # so that method_u is kept, as in R


def invented(n, method, seed, *, true=0.3, unequal=0.0):
    """Invented answers: three factors, and a marker that shares the method alone.

    ``method`` is the loading of all items of the model on the method, more for later items with ``unequal``.
    """
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal(np.zeros(3), np.full((3, 3), true) + (1 - true) * np.eye(3), n)
    common = rng.normal(size=n)
    columns = {}
    for j, name in enumerate("vtc"):
        for k in (1, 2, 3):
            loading = method + unequal * (k - 2)
            columns[f"{name}{k}"] = 0.7 * factors[:, j] + loading * common + rng.normal(0, 0.5, n)
    for k in (1, 2, 3):
        columns[f"m{k}"] = 0.7 * common + rng.normal(0, 0.6, n)
    return pd.DataFrame(columns)


def codes(found):
    return [problem.code for problem in found.problems]


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_models_are_those_of_lavaan(estimator):
    found, expected = school(estimator), EXPECTED[estimator]
    fits = found.fits.set_index("model")
    assert "one_factor" in expected["fits"]
    for name, values in expected["fits"].items():
        assert fits.loc[name, "df"] == values["df"]
        for measure in ("chi_square", "cfi", "rmsea", "srmr", "bic"):
            close(fits.loc[name, measure], values[measure], rtol=1e-5, atol=1e-5, err_msg=f"{name} {measure}")


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_comparisons_correlations_and_loadings_are_those_of_lavaan(estimator):
    found, expected = school(estimator), EXPECTED[estimator]
    assert found.kept == "method_u"
    tests = found.comparisons.set_index(["restricted", "free"])
    for row in expected["tests"]:
        ours = tests.loc[(row["restricted"], row["free"])]
        assert ours["df"] == row["df"]
        close(ours["chi_square"], row["chi_square"], rtol=2e-4)
        close(ours["p_value"], row["p_value"], rtol=2e-3)
    for name, value in expected["correlations"].items():
        close(found.correlations[name].iloc[0], value, atol=2e-5)
    close(found.loadings["method"], expected["method_loadings"], atol=5e-5)


def test_shares_of_reliability_follow_from_standardised_loadings():
    found = school()
    for factor, own in found.loadings.groupby("factor"):
        residual = (1 - own["substantive"] ** 2 - own["method"] ** 2).sum()
        whole = own["substantive"].sum() ** 2 + own["method"].sum() ** 2 + residual
        row = found.reliability.set_index("factor").loc[factor]
        close(row["method"], own["method"].sum() ** 2 / whole)
        close(row["substantive"], own["substantive"].sum() ** 2 / whole)
    table = found.models["baseline"].tidy().set_index("term")["std_all"]
    own, residual = table["visual=~x1":"visual=~x3"].sum() ** 2, table[["x1~~x1", "x2~~x2", "x3~~x3"]].sum()
    close(found.reliability["total"].iloc[0], own / (own + residual), rtol=1e-12)


def test_each_model_can_be_fitted_again_from_its_text():
    found, frame = school(), pd.read_csv(REFERENCE / "data" / "holzinger_swineford1939.csv")
    for name in ("baseline", "method_r", "sensitive_01"):
        again = cfa(found.syntax[name], frame, std_lv=True)
        close(again.fit_measures["chi_square"], found.fits.set_index("model").loc[name, "chi_square"], rtol=1e-9)


@given(
    st.lists(st.floats(-0.9, 0.9), min_size=3, max_size=3),
    st.floats(0, 0.8),
)
@settings(max_examples=40, deadline=None)
def test_adjusted_correlations_are_partial_correlations_given_the_method(true, shared):
    """With loadings sqrt(r_M) on the method and r_M + (1 - r_M) rho between scales, partialling leaves rho."""
    rho = np.array(true)
    r = shared + (1 - shared) * rho
    with_method = np.sqrt(shared)
    partial = (r - with_method**2) / np.sqrt((1 - with_method**2) ** 2)
    close(marker_variable.adjusted(r, shared), partial, atol=1e-12)
    close(marker_variable.adjusted(r, shared), rho, atol=1e-12)


def test_the_adjusted_test_is_that_of_a_partial_correlation():
    """By hand: n = 103, r = .40, r_M = .10: r_A = 1/3, t = (1/3) / sqrt((8/9) / 100) = 3.5355."""
    after = marker_variable.adjusted(np.array([0.4]), 0.1)
    statistic, p_value = marker_variable.tested(after, 103)
    close(after, 1 / 3)
    close(statistic, 10 / np.sqrt(8))
    close(p_value, 0.000618, atol=1e-6)  # R: 2 * pt(-10 / sqrt(8), 100)


def test_equal_method_variance_is_found_and_taken_off():
    found = common_method(invented(40_000, 0.4, 1), MODEL, MARKER_ITEMS, alpha=0.001)
    assert found.kept == "method_c"
    close(found.marker_share, 0.16 / (0.49 + 0.16 + 0.25), atol=0.01)
    close(found.correlations["method_c"], 0.3, atol=0.03)
    close(found.correlations["baseline"], (0.7**2 * 0.3 + 0.4**2) / (0.7**2 + 0.4**2), atol=0.02)
    whole = (3 * 0.7) ** 2 + (3 * 0.4) ** 2
    close(found.reliability["method_share"], (3 * 0.4) ** 2 / whole, atol=0.01)
    assert "M415" in codes(found)


def test_unequal_method_variance_is_told_from_equal():
    found = common_method(invented(3000, 0.4, 2, unequal=0.25), MODEL, MARKER_ITEMS)
    assert found.kept == "method_u"
    own = found.loadings.groupby(found.loadings["item"].str[1])["method"].mean()
    assert own["1"] < own["2"] < own["3"]


def test_no_method_variance_is_not_found():
    found = common_method(invented(500, 0.0, 3), MODEL, MARKER_ITEMS)
    assert "M408" in codes(found)
    assert abs(found.marker_share) < 0.01


def test_adjustment_recovers_correlations_where_its_assumption_holds():
    rng, n, shared, rho = np.random.default_rng(5), 200_000, 0.2, 0.3
    true = rng.multivariate_normal(
        np.zeros(4), np.array([[1, rho, rho, 0], [rho, 1, rho, 0], [rho, rho, 1, 0], [0, 0, 0, 1]]), n
    )
    scores = np.sqrt(1 - shared) * true + np.sqrt(shared) * rng.normal(size=(n, 1))
    found = common_method(pd.DataFrame(scores, columns=["a", "b", "c", "m"]), ["a", "b", "c"], "m")
    close(found.marker_correlation, shared, atol=0.01)
    close(found.adjusted["adjusted"], rho, atol=0.01)
    assert codes(found) == ["M405", "M411"]


def test_items_without_a_model_or_marker_give_the_single_factor_alone():
    found = common_method(invented(200, 0.3, 6), ["v1", "v2", "t1", "t2", "c1"])
    correlation = np.corrcoef(invented(200, 0.3, 6)[["v1", "v2", "t1", "t2", "c1"]].T)
    close(found.component_share, np.linalg.eigvalsh(correlation)[-1] / 5)
    assert codes(found) == ["M405", "M409"]
    assert found.tidy()["term"].tolist() == ["component_share", "factor_share"]


def test_one_factor_that_fits_like_the_model_is_told():
    found = common_method(invented(400, 0.1, 7, true=0.999), MODEL)
    assert "M407" in codes(found)


def test_a_model_with_labels_and_residual_covariances_is_kept():
    text = "voice =~ a*v1 + a*v2 + v3\ntrust =~ t1 + t2 + t3\nv1 ~~ t1\nvoice ~~ trust"
    found = common_method(invented(300, 0.3, 8), text, MARKER_ITEMS)
    assert found.models["method_c"].model.startswith("voice =~ a*v1 + a*v2 + v3\ntrust =~ t1 + t2 + t3\nv1 ~~ t1\n")
    plain = cfa(text, invented(300, 0.3, 8), std_lv=True)
    close(found.fits.set_index("model").loc["model", "chi_square"], plain.fit_measures["chi_square"], rtol=1e-8)


def test_all_models_have_the_same_persons():
    frame = invented(300, 0.3, 9)
    frame.loc[:19, "m1"] = np.nan
    found, kept = common_method(frame, MODEL, MARKER_ITEMS), common_method(frame, MODEL, MARKER_ITEMS, missing="fiml")
    assert (found.n, kept.n) == (280, 300)
    assert "M413" in codes(found)
    assert "M413" not in codes(kept)
    assert {fit.estimated.n for fit in found.models.values()} == {280}


def test_marker_correlation_by_choice():
    frame = invented(400, 0.4, 10)
    ones = {c: common_method(frame, MODEL, MARKER_ITEMS, marker_correlation=c) for c in ("smallest", "mean", 0.1)}
    assert ones["smallest"].marker_correlation < ones["mean"].marker_correlation
    assert ones[0.1].marker_correlation == ones[0.1].marker_correlation_upper == 0.1
    assert (ones["smallest"].adjusted["adjusted_upper"] < ones["smallest"].adjusted["adjusted"]).all()


def test_a_marker_that_goes_the_other_way_takes_nothing_off():
    frame = invented(300, 0.3, 11)
    frame[MARKER_ITEMS] *= -1
    found = common_method(frame, MODEL, MARKER_ITEMS)
    assert "M410" in codes(found)
    close(found.adjusted["adjusted"], found.adjusted["r"])


@pytest.mark.parametrize(
    ("model", "marker", "options", "code"),
    [
        (MODEL, ["v1", "m2"], {}, "M401"),
        ("voice =~ v1 + v2 + v3", ["m1", "m2"], {}, "M402"),
        (MODEL + "\ntrust ~ voice", ["m1", "m2"], {}, "M403"),
        (MODEL + "\nall =~ voice + trust + climate", ["m1", "m2"], {}, "M403"),
        (MODEL, ["m1", "m2"], {"marker_correlation": "largest"}, "M404"),
        (MODEL, ["m1", "m2"], {"marker_correlation": 1.0}, "M404"),
        (MODEL, ["m1", "m9"], {}, "M001"),
        (MODEL, ["m1", "m2"], {"estimator": "WLSMV"}, "M004"),
    ],
)
def test_what_cannot_be_done_is_refused(model, marker, options, code):
    with pytest.raises(MeasurementError) as error:
        common_method(invented(100, 0.3, 12), model, marker, **options)
    assert [problem.code for problem in error.value.problems] == [code]


def test_the_result_travels():
    found = school()
    again = CommonMethod.from_dict(json.loads(json.dumps(found.to_dict())))
    pd.testing.assert_frame_equal(again.tidy(), found.tidy())
    assert again.cautions() == found.cautions()
    assert "neither proves nor excludes" in found.summary()
    assert "sluit het ook niet uit" in found.problems[0].message("nl")
