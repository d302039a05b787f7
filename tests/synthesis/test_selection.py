"""Tests for selection and adjusted averages agree with metafor, with statsmodels, and with simulation."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.integrate
import scipy.stats
import statsmodels.api as sm

from lcresearch import synthesis
from lcresearch.errors import SynthesisError
from lcresearch.synthesis.selection.fail_safe_n import average_with, p_value_with
from lcresearch.synthesis.selection.step_selection import log_likelihood, step_data

REFERENCE = Path(__file__).parents[1] / "reference"
# the direction that was hoped for
STUDIES = {"bcg": ("bcg.csv", "less"), "raudenbush": ("raudenbush1985.csv", "greater")}
FIVE = {"yi": [0.2, 0.3, 0.5, 0.9, 0.6], "vi": [0.01, 0.02, 0.06, 0.12, 0.08]}
ANALYSES = ("egger_test", "rank_test", "trim_and_fill", "pet_peese", "selection_model", "fail_safe_n", "funnel")
COMPARED = {"regtest_lm", "regtest_rma", "regtest_rma_vi", "ranktest", "trimfill_L0", "trimfill_R0", "trimfill_Q0"}
COMPARED |= {"fsn_rosenthal", "fsn_orwin_unweighted", "fsn_orwin_weighted", "fsn_rosenberg", "fsn_general", "selmodel"}


def code(caught):
    return caught.value.problems[0].code


@pytest.fixture(params=STUDIES)
def study(request):
    """Effects, metafor's values, and the direction."""
    file, direction = STUDIES[request.param]
    values = json.loads((REFERENCE / "meta" / f"{request.param}_bias.json").read_text(encoding="utf-8"))["values"]
    return pd.read_csv(REFERENCE / "data" / file), values, direction


def test_each_value_of_metafor_is_compared(study):
    assert set(study[1]) == COMPARED


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("regtest_lm", {}),
        ("regtest_rma", {"model": "random-effects", "test": "normal"}),
        ("regtest_rma_vi", {"model": "random-effects", "test": "normal", "predictor": "vi"}),
    ],
)
def test_egger_is_that_of_regtest(study, key, asked):
    data, values, _ = study
    found, theirs = synthesis.egger_test("yi", "vi", data=data, **asked), values[key]
    table = found.tidy().set_index("term")
    assert table.loc["slope", "statistic"] == pytest.approx(theirs["stat"], rel=1e-6)
    assert table.loc["slope", "p_value"] == pytest.approx(theirs["p"], rel=1e-6)
    assert found.df == (theirs["df"] or math.inf)
    limit = ["limit_estimate", "limit_ci_lower", "limit_ci_upper"]
    ours = table.loc["limit", ["estimate", "conf_low", "conf_high"]]
    assert list(ours) == pytest.approx([theirs[name] for name in limit], rel=1e-6)
    names = {"estimate": "estimate", "std_error": "se", "statistic": "stat", "p_value": "p"}
    names |= {"conf_low": "ci_lower", "conf_high": "ci_upper"}
    for term, row in zip(("limit", "slope"), theirs["coefficients"], strict=True):
        shown = {ours: row[key] for ours, key in names.items() if key in row}
        assert len(shown) == len(row) - len({"term", "df"} & set(row))
        assert list(table.loc[term, list(shown)]) == pytest.approx(list(shown.values()), rel=1e-6)
        assert row.get("df") is None
    kinds = {"lm": "regression", "rma": "random-effects"}
    assert (found.model, found.predictor) == (kinds[theirs["model"]], theirs["predictor"])


def test_egger_with_knapp_hartung_is_that_of_metafor():
    """R: rma(yi, vi, mods = ~ sqrt(vi), data = dat.raudenbush1985, test = "knha")."""
    data = pd.read_csv(REFERENCE / "data" / "raudenbush1985.csv")
    slope = synthesis.egger_test("yi", "vi", data=data, model="random-effects").tidy().iloc[0]
    assert slope["std_error"] == pytest.approx(0.814173117181, rel=1e-6)
    assert slope["p_value"] == pytest.approx(0.0383446144067, rel=1e-6)


def test_rank_test_is_that_of_ranktest(study):
    """Exact for the BCG trials; by the normal distribution for Raudenbush, where variances are tied."""
    data, values, direction = study
    found = synthesis.rank_test("yi", "vi", data=data)
    assert [found.kendall_tau, found.p_value] == pytest.approx(list(values["ranktest"].values()), rel=1e-8)
    assert found.method == ("exact" if direction == "less" else "normal")


@pytest.mark.parametrize("estimator", ["L0", "R0", "Q0"])
def test_trim_and_fill_is_that_of_trimfill(study, estimator):
    data, values, _ = study
    found, theirs = synthesis.trim_and_fill("yi", "vi", data=data, estimator=estimator), values[f"trimfill_{estimator}"]
    assert (found.n_missing, found.side) == (theirs["k0"], theirs["side"])
    assert found.n_missing_std_error == pytest.approx(theirs["se_k0"], rel=1e-4)
    filled = found.tidy().set_index("term").loc["filled"]
    names = {"estimate": "estimate", "std_error": "se", "conf_low": "ci_lower", "conf_high": "ci_upper"}
    for ours, key in names.items():
        assert filled[ours] == pytest.approx(theirs[key], rel=1e-4)
    # trimfill searches tau2 until it moves by less than 1e-5; with a tighter search metafor comes to our value
    assert filled["tau2"] == pytest.approx(theirs["tau2"], abs=1e-5)
    typical = theirs["tau2"] * (100 / theirs["I2"] - 1)
    assert filled["i2"] == pytest.approx(100 * filled["tau2"] / (filled["tau2"] + typical), rel=1e-4)
    k = len(data)
    assert np.sort(found.yi[k:]) == pytest.approx(np.sort(theirs["filled_yi"]), rel=1e-4)
    assert np.sort(found.vi[k:]) == pytest.approx(np.sort(theirs["filled_vi"]), rel=1e-8)


def test_fail_safe_numbers_are_those_of_fsn(study):
    data, values, _ = study
    table = synthesis.fail_safe_n("yi", "vi", data=data).tidy().set_index("term")
    names = {"rosenthal": "rosenthal", "orwin": "orwin_unweighted", "orwin_weighted": "orwin_weighted"}
    names |= {"rosenberg": "rosenberg"}
    for ours, theirs in names.items():
        assert table.loc[ours, "fail_safe_n"] == values[f"fsn_{theirs}"]["fsnum"]
        assert values[f"fsn_{theirs}"].get("alpha", 0.05) == 0.05
        for column, key in (("estimate", "estimate"), ("target", "target"), ("p_value", "p_observed")):
            if key in values[f"fsn_{theirs}"]:
                assert table.loc[ours, column] == pytest.approx(values[f"fsn_{theirs}"][key], rel=1e-8)


def test_orwin_number_to_a_given_target_and_to_none_at_all():
    def orwin(yi, target):
        table = synthesis.fail_safe_n(yi, [0.1, 0.1, 0.1], target=target).tidy().set_index("term")
        return table.loc["orwin", "fail_safe_n"]

    assert orwin([2.0, 3.0, 4.0], 1.0) == 6  # nine in three studies are 1 on average of nine
    assert orwin([2.0, 3.0, 4.0], 0.0) == np.inf
    assert orwin([-1.0, 0.0, 1.0], None) == np.inf


def test_fail_safe_number_of_the_random_effects_average_is_the_smallest(study):
    """metafor rounds the root of a step function up: 26 for the BCG trials, where its own p value at 25 is .05133412.

    R: fsn(yi, vi, data = dat, type = "General", verbose = TRUE), and metafor:::.fsn.gen for the p values.
    """
    data, values, direction = study
    found = synthesis.fail_safe_n("yi", "vi", data=data).tidy().set_index("term").loc["random_effects"]
    assert found["estimate"] == pytest.approx(values["fsn_general"]["estimate"], rel=1e-4)
    y, v = data["yi"].to_numpy(), data["vi"].to_numpy()
    theirs = values["fsn_general"]
    tau2 = theirs["tau2"]
    if direction == "greater":
        assert found["fail_safe_n"] == theirs["fsnum"] == 0
        # fsn, as trimfill, searches tau2 until it moves by less than 1e-5
        assert tau2 == theirs["tau2_with_file_drawer"] == pytest.approx(synthesis.meta_analysis(y, v).tau2, abs=1e-5)
        assert theirs["estimate_with_file_drawer"] == theirs["estimate"]
        return
    expected = [theirs["estimate_with_file_drawer"], theirs["tau2_with_file_drawer"]]
    estimate, _, wider = average_with(theirs["fsnum"], y, v, theirs["estimate"], tau2)
    assert [estimate, wider] == pytest.approx(expected, rel=1e-4)
    by_metafor = {24: 0.04833883, 25: 0.05133412, 26: 0.05434455}
    for unseen, p_value in by_metafor.items():
        assert p_value_with(unseen, y, v, found["estimate"], tau2) == pytest.approx(p_value, rel=1e-5)
    assert found["fail_safe_n"] == min(unseen for unseen, p_value in by_metafor.items() if p_value >= 0.05)


@pytest.mark.parametrize("steps", [(0.025,), (0.025, 0.5)])
def test_selection_model_is_that_of_selmodel(study, steps):
    data, values, direction = study
    theirs = values["selmodel"]["steps_" + "_".join(map(str, steps))]
    found = synthesis.selection_model("yi", "vi", data=data, steps=steps, alternative=direction)
    assert found.converged
    assert theirs["alternative"] == direction
    adjusted, test = found.tidy().set_index("term").loc["adjusted"], found.selection_test().iloc[0]
    ends, names = list(adjusted[["conf_low", "conf_high"]]), ("ci_lower", "ci_upper")
    assert test["df"] == theirs["LRT_df"]
    if theirs["tau2"] > 1e-4:
        assert ends == pytest.approx([theirs[name] for name in names], rel=1e-3)
        assert found.mean == pytest.approx(theirs["estimate"], rel=1e-3)
        assert found.mean_std_error == pytest.approx(theirs["se"], rel=1e-3)
        assert found.tau2 == pytest.approx(theirs["tau2"], rel=1e-3)
        assert found.ranges["weight"].to_numpy() == pytest.approx(theirs["delta"], rel=1e-3)
        assert found.ranges["std_error"][1:].to_numpy() == pytest.approx(theirs["se_delta"][1:], rel=1e-3)
        assert [test["statistic"], test["p_value"]] == pytest.approx([theirs["LRT"], theirs["LRT_p"]], rel=1e-3)
    else:
        # metafor searches the logarithm of tau2, stops short of the maximum at tau2 = 0, and so below our likelihood
        assert found.tau2 == 0
        assert 0 < found.log_likelihood - theirs["logLik"] < 1e-3
        assert found.mean == pytest.approx(theirs["estimate"], abs=0.002 * theirs["se"])
        assert found.mean_std_error == pytest.approx(theirs["se"], rel=1e-3)
        assert ends == pytest.approx([theirs[name] for name in names], abs=0.004 * theirs["se"])
        weights = found.ranges[["weight", "std_error"]].to_numpy()[1:]
        assert weights == pytest.approx(np.array([theirs["delta"], theirs["se_delta"]], dtype=float).T[1:], rel=5e-3)
        assert test["statistic"] == pytest.approx(theirs["LRT"], abs=2e-3)  # twice the gain in likelihood
        assert test["p_value"] == pytest.approx(theirs["LRT_p"], rel=1e-2)


def test_likelihood_of_the_selection_model_is_that_of_metafor_at_its_own_values(study):
    data, values, direction = study
    sign = -1 if direction == "less" else 1
    for theirs in values["selmodel"].values():
        prepared = step_data(sign * data["yi"].to_numpy(), data["vi"].to_numpy(), np.array(theirs["steps"][:-1]))
        ours = log_likelihood(sign * theirs["estimate"], theirs["tau2"], np.log(theirs["delta"][1:]), prepared)
        assert ours == pytest.approx(theirs["logLik"], abs=1e-9)


def test_density_of_the_selection_model_adds_up_to_one():
    def density(y):
        return math.exp(log_likelihood(0.3, 0.1, np.log([0.4, 0.2]), step_data(np.array([y]), np.array([0.05]), STEPS)))

    bounds = 0.05**0.5 * scipy.stats.norm.isf([1 - 1e-16, 0.5, 0.025])
    pieces = [(-4, bounds[1]), (bounds[1], bounds[2]), (bounds[2], 6)]
    assert sum(scipy.integrate.quad(density, *piece)[0] for piece in pieces) == pytest.approx(1, abs=1e-8)


STEPS = np.array([0.025, 0.5])


def test_selection_model_finds_the_average_behind_selection():
    """2,000 studies of which those without significance are seen one time in five; mean .2, tau .1."""
    rng = np.random.default_rng(3)
    v = rng.uniform(0.01, 0.1, 8000)
    y = rng.normal(0.2, np.sqrt(v + 0.01))
    seen = (y / np.sqrt(v) > 1.96) | (rng.random(8000) < 0.2)
    found = synthesis.selection_model(y[seen], v[seen])
    adjusted, unadjusted = (found.tidy().set_index("term").loc[row, "estimate"] for row in ("adjusted", "unadjusted"))
    assert adjusted == pytest.approx(0.2, abs=4 * found.mean_std_error)
    assert unadjusted > 0.25
    assert found.ranges["weight"][1] == pytest.approx(0.2, abs=4 * found.ranges["std_error"][1])


def test_with_all_weights_one_the_selection_model_is_maximum_likelihood():
    found = synthesis.selection_model(**FIVE, weights=[1.0])
    assert found.mean == pytest.approx(found.unadjusted, abs=1e-7)
    assert found.log_likelihood == pytest.approx(found.unadjusted_log_likelihood, abs=1e-10)


def test_pet_and_peese_are_weighted_least_squares(study):
    data, _, direction = study
    table = synthesis.pet_peese("yi", "vi", data=data, alternative=direction).tidy().set_index(["model", "term"])
    for model, x in (("pet", np.sqrt(data["vi"])), ("peese", data["vi"])):
        theirs = sm.WLS(data["yi"], sm.add_constant(x.to_numpy()), weights=1 / data["vi"]).fit()
        for place, term in enumerate(("effect", "slope")):
            ours = table.loc[(model, term)]
            assert ours["estimate"] == pytest.approx(theirs.params.iloc[place], rel=1e-9)
            assert ours["std_error"] == pytest.approx(theirs.bse.iloc[place], rel=1e-9)
            assert ours["p_value"] == pytest.approx(theirs.pvalues.iloc[place], rel=1e-8)


def test_peese_is_chosen_where_pet_finds_an_effect():
    strong = {"yi": [0.5, 0.52, 0.49, 0.53, 0.55], "vi": [0.001, 0.004, 0.002, 0.006, 0.01]}
    assert synthesis.pet_peese(**strong).chosen == "peese"
    assert synthesis.pet_peese(**strong, alternative="less").chosen == "pet"


def test_the_funnel_counts_effects_between_the_contours():
    found = synthesis.funnel([0.1, 0.34, -0.9, 0.4], [0.04, 0.04, 0.04, 0.04])
    assert found.regions()["n"].tolist() == [1, 1, 1, 1]
    edge = found.contours((0.05,)).iloc[-1]
    assert 2 * scipy.stats.norm.sf(edge["high"] / edge["std_error"]) == pytest.approx(0.05)
    assert edge["low"] == -edge["high"]


def test_the_funnel_of_trim_and_fill_shows_what_was_filled_in():
    found = synthesis.trim_and_fill(**FIVE)
    table = found.funnel().tidy()
    assert table["filled"].sum() == found.n_missing == 2
    assert found.funnel().glance()["n"].item() == 5
    assert len(found.funnel().plot().axes[0].collections) > 3


def test_size_of_the_tests_without_selection():
    """5% tests on 300 sets of 20 effects that do not differ: rejections within three standard errors of 5%."""
    rng, rejected, n = np.random.default_rng(5), np.zeros(3), 300
    for _ in range(n):
        v = rng.uniform(0.01, 0.2, 20)
        y = rng.normal(0.3, np.sqrt(v))
        p_values = [synthesis.egger_test(y, v).tidy()["p_value"][0], synthesis.rank_test(y, v).p_value]
        rejected += np.array([*p_values, _knapp_hartung(y, v)]) < 0.05
    assert rejected[0] / n == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / n))
    assert rejected[1:].max() / n < 0.05 + 3 * math.sqrt(0.05 * 0.95 / n)  # Begg's test and tau2 at zero are careful


def _knapp_hartung(y, v):
    return synthesis.egger_test(y, v, model="random-effects").tidy()["p_value"][0]


@pytest.mark.parametrize("name", ANALYSES)
def test_results_travel_print_and_name_what_was_left_out(name):
    analysis = getattr(synthesis, name)
    yi, vi = [*FIVE["yi"], None, -0.1], [*FIVE["vi"], 0.1, 0.05]
    found = analysis(yi, vi, labels=list("abcdefg"))
    back = type(found).from_dict(json.loads(json.dumps(found.to_dict())))
    pd.testing.assert_frame_equal(back.tidy(), found.tidy(), check_dtype=False)
    assert found.left_out == ["f"]
    assert found.title in str(found)
    if name != "funnel":
        assert "f" in found.cautions()[0]
        assert found.cautions()[-1] in str(found)


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("egger_test", {"model": "lm"}, "Y046"),
        ("egger_test", {"yi": [0.1, 0.2], "vi": [0.1, 0.2]}, "Y048"),
        ("egger_test", {"vi": [0.1] * 5}, "Y049"),
        ("rank_test", {"vi": [0.1] * 5}, "Y049"),
        ("trim_and_fill", {"estimator": "L1"}, "Y046"),
        ("trim_and_fill", {"vi": [0.1] * 5}, "Y049"),
        ("pet_peese", {"alternative": "two-sided"}, "Y046"),
        ("pet_peese", {"alpha": 5}, "Y045"),
        ("fail_safe_n", {"alpha": 0}, "Y045"),
        ("selection_model", {"alternative": "two-sided"}, "Y046"),
        ("selection_model", {"steps": (0.5, 0.025)}, "Y050"),
        ("selection_model", {"steps": ()}, "Y050"),
        ("selection_model", {"steps": (0.025, 0.3, 0.5, 0.9)}, "Y048"),
        ("selection_model", {"alternative": "less"}, "Y051"),
        ("selection_model", {"weights": [0.2, 0.1]}, "Y052"),
        ("funnel", {"vi": [0.1, 0.1, 0.1, 0.1, -0.1]}, "Y063"),
    ],
)
def test_what_cannot_be_asked_is_refused(name, given, expected):
    with pytest.raises(SynthesisError) as caught:
        getattr(synthesis, name)(**(FIVE | given))
    assert code(caught) == expected


def test_trim_and_fill_of_equal_variances_goes_with_a_side():
    found = synthesis.trim_and_fill(FIVE["yi"], [0.05] * 5, side="left")
    assert found.side == "left"


@pytest.mark.parametrize("test", ["egger_test", "trim_and_fill", "pet_peese", "selection_model"])
@pytest.mark.parametrize("level", [95, 0, "x"])
def test_a_level_lies_between_0_and_1(test, level):
    effects, variances = [0.1, 0.5, 0.3, 0.9, -0.2, 0.6, 1.2], [0.02, 0.05, 0.01, 0.2, 0.03, 0.08, 0.3]
    found = getattr(synthesis, test)(effects, variances)
    with pytest.raises(SynthesisError, match="Y045"):
        found.tidy(level)


def test_steps_are_written_as_they_were_given():
    effects, variances = [0.1, 0.2, 0.15, 0.1], [0.2, 0.3, 0.2, 0.4]
    with pytest.raises(SynthesisError, match=r"between 0 and 0\.025"):
        synthesis.selection_model(effects, variances)
    with pytest.raises(SynthesisError, match="Y050"):
        synthesis.selection_model(effects, variances, steps=["a"])


@pytest.mark.parametrize("name", [*ANALYSES, "meta_analysis", "bayesian_meta_analysis"])
def test_turned_signs_turn_the_result_and_the_order_of_studies_does_not_matter(name):
    effects = np.array([0.1, 0.5, 0.3, 0.9, 0.7, 0.65]), np.array([0.02, 0.04, 0.03, 0.2, 0.1, 0.15])
    sided = name in ("pet_peese", "selection_model")
    yes, no = ({"alternative": side} if sided else {} for side in ("greater", "less"))
    one = getattr(synthesis, name)(*effects, **yes).tidy()
    other = getattr(synthesis, name)(-effects[0][::-1], effects[1][::-1], **no).tidy()
    if name == "funnel":  # a row a study
        other = other[::-1].reset_index(drop=True).assign(term=one["term"])
    stays = (one["term"] == "tau").to_numpy()
    expected = one.copy()
    for column in {"estimate", "mean", "statistic", "target"} & set(one):
        expected[column] = one[column].where(stays, -one[column])
    if "conf_low" in one:
        expected["conf_low"] = one["conf_low"].where(stays, -one["conf_high"])
        expected["conf_high"] = one["conf_high"].where(stays, -one["conf_low"])
    if "p_positive" in one:
        expected["p_positive"] = one["p_positive"].where(stays, 1 - one["p_positive"])
    pd.testing.assert_frame_equal(other, expected, rtol=1e-6, atol=1e-7)
    assert (one["estimate"].dropna() != 0).all()
