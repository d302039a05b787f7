"""Robust variance estimation with weights of studies, against robumeta 2.1."""

import numpy as np
import pandas as pd
import pytest
from tests.synthesis.test_several_levels import REFERENCE, coefficients_agree, reference

from lcresearch import synthesis
from lcresearch.errors import SynthesisError

CALLS = {
    "corr": {},
    "corr_mods": {"moderators": "yearc + pubstatus"},
    "hier": {"weights": "hierarchical"},
    "corr_mods_small_false": {"moderators": "yearc + pubstatus", "small_sample": False},
}


@pytest.fixture(scope="module")
def assink():
    return pd.read_csv(REFERENCE / "data" / "assink2016.csv")


def test_no_call_is_forgotten():
    assert set(CALLS) == set(reference("assink_robumeta"))


@pytest.mark.parametrize("name", CALLS)
def test_correlated_and_hierarchical_weights(assink, name):
    left = reference("assink_robumeta")[name]
    fit = synthesis.robust_meta_analysis("yi", "vi", "study", data=assink, **CALLS[name])
    theirs = pd.DataFrame(left.pop("coefficients"))
    theirs["term"] = theirs["term"].replace("X.Intercept.", "intrcpt")
    tested = coefficients_agree(fit.tidy(), theirs, error=1e-6)
    assert (tested == ((theirs["df"] >= 4) | (name == "corr_mods_small_false"))).all()
    row = fit.glance().iloc[0]
    for ours, key in {"tau2": "tau2", "omega2": "omega2", "i2": "I2"}.items():
        value = left.pop(key)
        np.testing.assert_allclose(row[ours], np.nan if value is None else value, rtol=1e-8, err_msg=key)
    assert (row["n_groups"], row["n"]) == (left.pop("n_studies"), left.pop("n_effects"))
    assert not left


def test_one_effect_a_study_is_the_moment_estimator_with_robust_errors(assink):
    data = assink.drop_duplicates("study")
    found = synthesis.robust_meta_analysis("yi", "vi", "study", data=data)
    one = synthesis.meta_analysis("yi", "vi", data=data, method="DL")
    assert found.weighting.tau2 == pytest.approx(one.tau2, rel=1e-10)
    np.testing.assert_allclose(found.tidy()["estimate"], one.tidy()["estimate"])
    hierarchical = synthesis.robust_meta_analysis("yi", "vi", "study", data=data, weights="hierarchical")
    assert np.isfinite(hierarchical.tidy()["std_error"]).all()


def test_a_missing_effect_is_left_out_and_named(assink):
    gap = assink.assign(yi=assink["yi"].where(assink.index != 5))
    found = synthesis.robust_meta_analysis("yi", "vi", "study", data=gap)
    rest = synthesis.robust_meta_analysis("yi", "vi", "study", data=assink.drop(5))
    pd.testing.assert_frame_equal(found.tidy(), rest.tidy())
    assert found.left_out == ("6",)
    assert "6" in found.cautions()[0]
    assert found.to_dict()["glance"][0]["n_left_out"] == 1


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("Y007", {"weights": "equal"}),
        ("Y007", {"sampling_correlation": -0.1}),
        ("Y060", {"study": "nowhere"}),
        ("Y024", {"study": "one"}),
    ],
)
def test_refuses_in_words(assink, code, options):
    with pytest.raises(SynthesisError) as error:
        synthesis.robust_meta_analysis("yi", "vi", **({"study": "study"} | options), data=assink.assign(one=1))
    assert error.value.problems[0].code == code
