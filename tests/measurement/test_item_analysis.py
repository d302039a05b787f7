"""Item statistics: values of psych 2.4.12, identities, edges."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import MeasurementError
from lcresearch.measurement import ItemAnalysis, item_analysis, reliability

SCALES = {"agreeableness": [f"A{i}" for i in range(1, 6)], "conscientiousness": [f"C{i}" for i in range(1, 6)]}


@pytest.fixture(params=SCALES)
def scale(request):
    return request.param


@pytest.fixture(params=["pairwise", "complete_cases"])
def case(request, bfi, reference, scale):
    """Our table and psych's values, on all persons and on those with complete answers."""
    frame = bfi[SCALES[scale]]
    frame = frame if request.param == "pairwise" else frame.dropna()
    values = reference(f"psychometrics/alpha_{scale}")[request.param]
    return item_analysis(frame, SCALES[scale]), values


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("n", "n"),
        ("mean", "mean"),
        ("sd", "sd"),
        ("item_rest_correlation", "r.drop"),
        ("item_total_correlation_corrected", "r.cor"),
    ],
)
def test_item_statistics(case, ours, theirs):
    result, values = case
    assert result.tidy()[ours].tolist() == pytest.approx([row[theirs] for row in values["item_stats"]], rel=1e-8)


def test_alpha_if_dropped(case):
    result, values = case
    expected = [row["raw_alpha"] for row in values["alpha_if_dropped"]]
    assert result.tidy()["alpha_if_dropped"].tolist() == pytest.approx(expected, rel=1e-8)


def test_whole_scale(case):
    result, values = case
    whole = result.glance().iloc[0]
    assert whole["cronbach_alpha"] == pytest.approx(values["total"]["raw_alpha"], rel=1e-8)
    assert whole["mean_correlation"] == pytest.approx(values["total"]["average_r"], rel=1e-8)
    assert whole["score_mean"] == pytest.approx(values["score_mean"], rel=1e-8)
    assert whole["score_sd"] == pytest.approx(values["score_sd"], rel=1e-8)


def test_scale_scores(bfi, reference, scale):
    values = reference("psychometrics/scale_scores")
    whole = item_analysis(bfi, SCALES[scale]).glance().iloc[0]
    name = {"agreeableness": "agree", "conscientiousness": "consc"}[scale]
    assert whole["score_mean"] == pytest.approx(values["mean"][name], rel=1e-8)
    assert whole["score_sd"] == pytest.approx(values["sd"][name], rel=1e-8)


def test_skewness_and_kurtosis(bfi, reference):
    values = {row["item"]: row for row in reference("psychometrics/describe_bfi")["items"]}
    asked = {"A2": 1, "A3": 1, "A4": 1, "A5": 1, "C1": 1, "C2": 1, "C3": 1, "A1": -1, "C4": -1, "C5": -1}
    table = item_analysis(bfi, list(asked)).tidy().set_index("item")
    for item, sign in asked.items():  # reversing an item turns its skewness around
        assert table.loc[item, "skewness"] == pytest.approx(sign * values[item]["skew"], rel=1e-8)
        assert table.loc[item, "kurtosis"] == pytest.approx(values[item]["kurtosis"], rel=1e-8)


def test_item_rest_correlation_is_that_with_the_sum_of_the_others():
    frame = pd.DataFrame({"i1": [1, 2, 4, 5, 3], "i2": [2, 2, 5, 4, 3], "i3": [1, 3, 3, 5, 4]})
    table = item_analysis(frame, ["i1", "i2", "i3"]).tidy().set_index("item")
    expected = frame["i1"].corr(frame["i2"] + frame["i3"])
    assert table.loc["i1", "item_rest_correlation"] == pytest.approx(expected)
    # Fisher's z with 5 persons: standard error 1 / sqrt(2)
    half = 1.959963984540054 / np.sqrt(2)
    assert table.loc["i1", "conf_low"] == pytest.approx(np.tanh(np.arctanh(expected) - half))


def test_alpha_if_dropped_is_alpha_without_the_item():
    frame = pd.DataFrame({"i1": [1, 2, 4, 5, 3], "i2": [2, 2, 5, 4, 3], "i3": [1, 3, 3, 5, 4]})
    table = item_analysis(frame, ["i1", "i2", "i3"]).tidy().set_index("item")
    without = reliability(frame, ["i1", "i3"]).glance()["cronbach_alpha"].iloc[0]
    assert table.loc["i2", "alpha_if_dropped"] == pytest.approx(without)


def test_floor_and_ceiling_are_shares_of_answers():
    frame = pd.DataFrame({"i1": [1, 1, 5, 3, np.nan], "i2": [2, 3, 4, 5, 5]})
    table = item_analysis(frame, ["i1", "i2"], response_range=(1, 5)).tidy()
    assert table["floor"].tolist() == [0.5, 0.0]
    assert table["ceiling"].tolist() == [0.25, 0.4]
    assert table["n_missing"].tolist() == [1, 0]


def test_reverse_keyed_item_is_named():
    frame = pd.DataFrame(
        {"i1": [1, 2, 3, 4, 5], "i2": [1, 3, 3, 4, 4], "i3": [2, 1, 3, 5, 5], "reversed": [5, 4, 3, 1, 2]}
    )
    problems = item_analysis(frame, list(frame.columns)).problems
    assert [(p.code, p.where.item) for p in problems] == [("M030", "reversed")]


def test_items_without_answers_or_variance_keep_their_row():
    frame = pd.DataFrame({"i1": [1, 2, 4], "i2": [1, 3, 3], "same": [3, 3, 3], "empty": [np.nan] * 3})
    result = item_analysis(frame, list(frame.columns))
    table = result.tidy().set_index("item")
    assert [p.code for p in result.problems] == ["M023", "M022"]
    assert table["n"].tolist() == [3, 3, 3, 0]
    assert table["item_rest_correlation"].isna().tolist() == [False, False, True, True]
    assert result.glance()["n"].iloc[0] == 3


def test_one_item_and_nobody():
    one = item_analysis(pd.DataFrame({"i1": [1, 2, 4]}), ["i1"])
    assert np.isnan(one.tidy()["item_rest_correlation"].iloc[0])
    nobody = item_analysis(pd.DataFrame({"i1": [], "i2": []}, dtype=float), ["i1", "i2"])
    assert nobody.tidy()["n"].tolist() == [0, 0]
    assert np.isnan(nobody.glance()["score_mean"].iloc[0])


def test_range_upside_down():
    with pytest.raises(MeasurementError) as caught:
        item_analysis(pd.DataFrame({"i1": [1, 2]}), ["i1"], response_range=(5, 1))
    assert caught.value.problems[0].code == "M007"


def test_result_round_trips():
    frame = pd.DataFrame({"i1": [1, 2, 4, 5], "i2": [5, 3, 3, 1]})
    result = item_analysis(frame, ["i1", "i2"], response_range=(1, 5))
    again = ItemAnalysis.from_dict(result.to_dict())
    pd.testing.assert_frame_equal(again.tidy(), result.tidy())
    assert [p.code for p in again.problems] == [p.code for p in result.problems]
