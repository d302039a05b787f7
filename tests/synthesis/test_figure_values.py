"""What figures of a meta-analysis show, against metafor (figures.R)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch import synthesis
from lcresearch.errors import SynthesisError
from lcresearch.synthesis.random_effects.influence import cook_at_tau2

META = Path(__file__).parents[1] / "reference" / "meta"
VALUES = json.loads((META / "figures.json").read_text(encoding="utf-8"))["values"]
TESTS = {"knha": {"test": "knapp-hartung"}, "normal": {"test": "normal"}, "EE": {"test": "normal", "method": "EE"}}
BAUJAT = {
    "baujat_EE": {"method": "EE", "test": "normal"},
    "baujat_REML": {"test": "normal"},
    "baujat_REML_knha": {},
    "baujat_ablat": {"moderators": "ablat"},
}


@pytest.mark.parametrize(("name", "choices"), BAUJAT.items(), ids=BAUJAT)
def test_baujat(bcg, name, choices):
    found = synthesis.meta_analysis("yi", "vi", data=bcg, **choices).baujat()
    for column in ("contribution", "influence"):
        np.testing.assert_allclose(found[column], VALUES[name][column], rtol=1e-6)


def test_contributions_add_up_to_q(bcg):
    fit = synthesis.meta_analysis("yi", "vi", data=bcg, method="EE")
    np.testing.assert_allclose(fit.baujat()["contribution"].sum(), fit.glance()["q"].iloc[0], rtol=1e-12)


def test_baujat_of_two_studies_and_of_a_study_that_carries_a_moderator():
    assert synthesis.meta_analysis([0.1, 0.5], [0.02, 0.02]).baujat()["influence"].notna().all()
    only = synthesis.meta_analysis([0.1, 0.5, 0.3, 0.2], [0.02] * 4, moderators=pd.DataFrame({"x": [0, 0, 0, 1]}))
    assert only.baujat()["influence"].isna().tolist() == [False, False, False, True]


@pytest.mark.parametrize("test", TESTS)
def test_p_value_function_of_the_pooled_effect(bcg, test):
    fit = synthesis.meta_analysis("yi", "vi", data=bcg, **TESTS[test])
    found = fit.p_value_functions(VALUES["p_at"])
    pooled = found.loc[found["kind"] == "pooled", "p_value"]
    np.testing.assert_allclose(pooled, VALUES[f"p_pooled_{test}"], rtol=1e-6)
    studies = found.loc[found["kind"] == "study", "p_value"].to_numpy().reshape(13, -1)
    np.testing.assert_allclose(studies, VALUES["p_studies"], rtol=1e-10)
    assert ("new" in set(found["kind"])) == (test != "EE")


@pytest.mark.parametrize("test", ["knha", "normal"])
def test_p_value_function_of_a_new_study(bcg, test):
    fit = synthesis.meta_analysis("yi", "vi", data=bcg, **TESTS[test])
    found = fit.p_value_functions(VALUES["p_new_at"])
    np.testing.assert_allclose(found.loc[found["kind"] == "new", "p_value"], VALUES[f"p_new_{test}"], rtol=1e-6)


def test_p_value_functions_hold_the_intervals(bcg):
    fit = synthesis.meta_analysis("yi", "vi", data=bcg)
    ends = fit.prediction_interval().iloc[0]
    found = fit.p_value_functions(ends[["conf_low", "conf_high", "pred_low", "pred_high"]])
    np.testing.assert_allclose(found.loc[found["kind"] == "pooled", "p_value"].iloc[:2], 0.05)
    np.testing.assert_allclose(found.loc[found["kind"] == "new", "p_value"].iloc[2:], 0.05)


def test_cooks_distance_with_tau2_held_is_the_one_of_leaving_a_study_out(bcg):
    fit = synthesis.meta_analysis("yi", "vi", data=bcg, method="EE", test="normal", moderators="ablat")
    np.testing.assert_allclose(cook_at_tau2(fit.fit), fit.influence()["cook_distance"])


def test_grid_of_p_value_functions_holds_zero_and_is_not_stretched_by_one_wide_study():
    fit = synthesis.meta_analysis([0.2, 0.3, 0.4, 0.5], [0.01, 0.01, 0.01, 400.0])
    effects = fit.p_value_functions()["effect"]
    assert 0 in effects.to_numpy()
    assert effects.abs().max() < 5


@pytest.mark.parametrize(
    ("moderators", "name"), [("~ ablat", "line_ablat"), ("~ ablat + year", "line_ablat_with_year")]
)
def test_regression_line(bcg, moderators, name):
    fit = synthesis.meta_analysis("yi", "vi", data=bcg, moderators=moderators)
    found = fit.regression_line("ablat", VALUES["line_at"])
    for column, values in VALUES[name].items():
        np.testing.assert_allclose(found[column], values, rtol=1e-6)


def test_line_of_a_polynomial_and_beside_a_factor_is_the_average_of_predictions(bcg):
    fit = synthesis.meta_analysis("yi", "vi", data=bcg, moderators="~ ablat + I(ablat**2) + alloc")
    new = pd.concat([bcg.assign(ablat=value) for value in (20.0, 40.0)])
    expected = fit.prediction_interval(new=new)["estimate"].to_numpy().reshape(2, -1).mean(axis=1)
    np.testing.assert_allclose(fit.regression_line(at=[20, 40])["estimate"], expected)


def test_line_needs_one_numeric_moderator(bcg):
    by_two = synthesis.meta_analysis("yi", "vi", data=bcg, moderators="~ ablat + year")
    for moderator in (None, "ablatt"):
        with pytest.raises(SynthesisError, match=r"(?s)Y080.*year, ablat"):
            by_two.regression_line(moderator)
    with pytest.raises(SynthesisError, match="Y080"):
        synthesis.meta_analysis("yi", "vi", data=bcg, moderators="alloc").regression_line()
    with pytest.raises(SynthesisError, match="Y021"):
        synthesis.meta_analysis("yi", "vi", data=bcg).regression_line()


def test_subgroups_keep_their_members_and_come_back_from_a_file(bcg):
    fit = synthesis.meta_analysis("yi", "vi", data=bcg, labels="slab")
    found = fit.subgroups("alloc")
    assert found.members["study"].tolist() == bcg["slab"].tolist()
    np.testing.assert_allclose(found.members["weight"], fit.studies()["weight"])
    whole, mean = found.overall.iloc[0], fit.prediction_interval().iloc[0]
    np.testing.assert_allclose(whole[list(mean.index)].astype(float), mean)
    again = synthesis.Subgroups.from_dict(json.loads(json.dumps(found.to_dict())))
    pd.testing.assert_frame_equal(again.members, found.members)
