"""Differential item functioning against ordinal::clm and statsmodels, and on invented answers whose truth is known."""

import json

import numpy as np
import pandas as pd
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from lcresearch import measurement
from lcresearch.errors import MeasurementError
from lcresearch.measurement.item_response.dif_tests import magnitude, zumbo_magnitude
from lcresearch.measurement.item_response.ordinal_regression import expected_category, ordinal_regression
from lcresearch.multiple_testing import benjamini_hochberg, holm

ITEMS = [f"i{j}" for j in range(8)]


def invented(n: int, seed: int, *, shift: float = 0.0, steeper: float = 0.0, apart: float = 0.0) -> pd.DataFrame:
    """Invented answers of two groups: i0 shifted and i1 steeper in group b, ``apart`` higher on the trait."""
    rng = np.random.default_rng(seed)
    b = np.arange(n) % 2
    theta = rng.normal(size=n) + apart * b
    at = {f"i{j}": 1.5 * theta + (j == 0) * shift * b + (j == 1) * steeper * b * theta for j in range(8)}
    answers = {name: 1.0 + np.digitize(eta + rng.logistic(size=n), [-2, -0.5, 0.5, 2]) for name, eta in at.items()}
    return pd.DataFrame(answers).assign(language=np.where(b == 1, "b", "a"))


def total(result):
    return result.tidy().query("term == 'total'").set_index("item")


def test_three_groups_as_in_ordinal_clm(bfi, reference):
    values = reference("item_response/dif_clm")
    frame = bfi.assign(group=np.resize(["a", "b", "c"], len(bfi)))
    frame.loc[frame["group"] == "b", "C2"] = (frame["C2"] + 1).clip(upper=6)
    frame.loc[frame["group"] == "c", "C3"] = 7 - frame["C3"]
    ours = measurement.differential_item_functioning(
        frame.iloc[::2], list(values), "group", match="rest", purify=False, p_adjust="none"
    ).tidy()
    for item, r in values.items():
        rows = ours[ours["item"] == item].set_index("term")
        null, alone, shifted, full = r["log_likelihood"]
        assert rows["n"].tolist() == [r["n"]] * 3
        assert rows.loc["uniform", "statistic"] == pytest.approx(2 * (shifted - alone), abs=1e-6)
        assert rows.loc["non_uniform", "statistic"] == pytest.approx(2 * (full - shifted), abs=1e-6)
        assert rows.loc["total", "statistic"] == pytest.approx(2 * (full - alone), abs=1e-6)
        assert rows["df"].tolist() == [2, 2, 4]
        assert rows.loc["total", "mcfadden_change"] == pytest.approx((full - alone) / -null, abs=1e-9)
        most = 1 - np.exp(2 * null / r["n"])
        explained = [(1 - np.exp(2 * (null - loglik) / r["n"])) / most for loglik in (alone, full)]
        assert rows.loc["total", "nagelkerke_change"] == pytest.approx(explained[1] - explained[0], abs=1e-9)
        change = abs(r["slope_alone"] - r["slope_with_group"]) / abs(r["slope_alone"])
        assert rows.loc["uniform", "beta_change"] == pytest.approx(change, abs=1e-6)


def test_ordinal_regression_is_that_of_statsmodels():
    frame = invented(300, seed=1)
    codes = frame["i0"].to_numpy().astype(int) - 1
    x = frame[["i1", "i2"]].to_numpy()
    theirs = OrderedModel(codes, x, distr="logit").fit(method="bfgs", gtol=1e-6, maxiter=500, disp=False)
    ours = ordinal_regression(codes, x)
    assert ours.converged
    assert ours.log_likelihood == pytest.approx(theirs.llf, abs=1e-7)
    assert ours.slopes == pytest.approx(np.asarray(theirs.params)[:2], abs=1e-5)
    mean = expected_category(ours, x, np.arange(5.0))
    assert mean == pytest.approx(theirs.predict(x) @ np.arange(5.0), abs=1e-5)


def test_perfect_prediction_is_no_optimum():
    codes = np.repeat([0, 1, 2], 20)
    assert not ordinal_regression(codes, codes[:, None].astype(float)).converged


@pytest.mark.parametrize("match", ["theta", "rest", "total"])
def test_items_that_differ_are_found_and_told_apart(match):
    frame = invented(2000, seed=4, shift=1.0, steeper=1.2)
    result = measurement.differential_item_functioning(frame, ITEMS, "language", match=match)
    assert result.flagged == ("i0", "i1")
    assert result.stable
    table = result.tidy().set_index(["item", "term"])
    assert table.loc[("i0", "uniform"), "p_adjusted"] < 1e-6 < table.loc[("i0", "non_uniform"), "p_adjusted"]
    assert table.loc[("i1", "non_uniform"), "p_adjusted"] < 1e-6
    shift = result.differences.set_index(["item", "group"])["difference"]
    assert shift["i0", "b"] > 0.3 > abs(shift["i3", "b"])
    assert shift["i0", "a"] == 0


def test_items_that_do_not_differ_are_left_alone_though_groups_lie_apart():
    result = measurement.differential_item_functioning(invented(1500, seed=6, apart=0.8), ITEMS, "language")
    assert result.flagged == ()
    assert result.rounds == 0


def test_purification_frees_items_that_were_blamed_for_others():
    frame = invented(2500, seed=4, shift=1.6)
    once = measurement.differential_item_functioning(frame, ITEMS, "language", purify=False)
    again = measurement.differential_item_functioning(frame, ITEMS, "language")
    assert set(again.flagged) == {"i0"} < set(once.flagged)
    assert (once.rounds, again.stable) == (0, True)


def test_reference_group_turns_the_sign():
    frame = invented(800, seed=4, shift=1.0)
    options = {"match": "total", "purify": False}
    a = measurement.differential_item_functioning(frame, ITEMS, "language", **options)
    b = measurement.differential_item_functioning(frame, ITEMS, "language", reference="b", **options)
    assert (a.groups, b.groups) == (("a", "b"), ("b", "a"))
    assert total(a)["statistic"].to_numpy() == pytest.approx(total(b)["statistic"].to_numpy(), abs=1e-6)
    of_b = a.differences.query("item == 'i0' and group == 'b'")["difference"].iloc[0]
    of_a = b.differences.query("item == 'i0' and group == 'a'")["difference"].iloc[0]
    assert of_b > 0.3
    assert of_a < -0.3


def test_effect_asks_for_more_than_the_test():
    frame = invented(3000, seed=4, shift=0.4)
    by_test = measurement.differential_item_functioning(frame, ITEMS, "language")
    by_effect = measurement.differential_item_functioning(frame, ITEMS, "language", criterion="effect")
    assert "i0" in by_test.flagged
    assert by_effect.flagged == ()


def test_rare_answers_are_merged_in_all_groups_and_what_is_unknown_left_out():
    frame = invented(500, seed=4)
    frame.loc[(frame["language"] == "b") & (frame["i2"] == 5), "i2"] = 4
    frame.loc[:9, "language"] = None
    result = measurement.differential_item_functioning(frame, ITEMS, "language", match="rest")
    said = {(problem.code, problem.where.item) for problem in result.problems}
    assert ("M332", "i2") in said
    assert ("M010", None) in said
    assert result.glance()["n"].iloc[0] == 490


def test_few_persons_groups_and_items_are_said_or_refused():
    frame = invented(150, seed=4)
    result = measurement.differential_item_functioning(frame, ITEMS, "language", match="rest")
    assert result.problems[-1].code == "M348"
    assert "a (75)" in result.problems[-1].values["groups"]
    with pytest.raises(MeasurementError) as error:
        measurement.differential_item_functioning(frame.assign(language="a"), ITEMS, "language")
    assert error.value.problems[0].code == "M346"
    with pytest.raises(MeasurementError) as error:
        measurement.differential_item_functioning(frame, ITEMS[:2], "language")
    assert error.value.problems[0].code == "M347"
    with pytest.raises(MeasurementError) as error:
        measurement.differential_item_functioning(frame, ITEMS, "language", match="thetas")
    assert error.value.problems[0].code == "M004"


def test_corrections_for_many_tests_are_those_of_r():
    # p.adjust(c(.01, .02, NA, .03, .04), "holm") and "BH" in R
    p = np.array([0.01, 0.02, np.nan, 0.03, 0.04])
    assert holm(p) == pytest.approx([0.04, 0.06, np.nan, 0.06, 0.06], nan_ok=True)
    assert benjamini_hochberg(p) == pytest.approx([0.04, 0.04, np.nan, 0.04, 0.04], nan_ok=True)


def test_bounds_of_the_effect_sizes():
    assert [magnitude(change, 0.01, 0.05) for change in (0.03, 0.035, 0.07)] == ["negligible", "moderate", "large"]
    assert [zumbo_magnitude(change, 0.01, 0.05) for change in (0.12, 0.13, 0.26)] == ["negligible", "moderate", "large"]
    assert magnitude(0.5, 0.06, 0.05) == "negligible"


def test_dict_gives_the_result_back():
    result = measurement.differential_item_functioning(invented(300, seed=4), ITEMS, "language", match="rest")
    back = type(result).from_dict(json.loads(json.dumps(result.to_dict())))
    pd.testing.assert_frame_equal(back.tidy(), result.tidy())
