"""Item statistics: values of psych 2.4.12, identities, edges."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import MeasurementError
from lcresearch.measurement import ItemAnalysis, item_analysis, reliability
from lcresearch.measurement.item_moments import item_moments

DATA = Path(__file__).parents[1] / "reference" / "data"
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


def signal_to_noise(mean_correlation, n_items):
    """Variance of the score over that of its error, as psych's ``S/N`` (we do not give it)."""
    return n_items * mean_correlation / (1 - mean_correlation)


def off_diagonal(frame):
    correlation = item_moments(frame.to_numpy(float)).correlation
    return correlation[np.tril_indices(len(correlation), -1)]


@pytest.mark.parametrize("block", ["pairwise", "complete_cases"])
def test_the_scale_without_an_item(bfi, reference, scale, block):
    frame = bfi[SCALES[scale]] if block == "pairwise" else bfi[SCALES[scale]].dropna()
    for row in reference(f"psychometrics/alpha_{scale}")[block]["alpha_if_dropped"]:
        rest = frame.drop(columns=row["item"])
        table = reliability(rest, list(rest)).tidy().set_index("term")
        found = table.loc[["cronbach_alpha", "standardized_alpha", "guttman_lambda_6"], "estimate"].tolist()
        assert found == pytest.approx([row["raw_alpha"], row["std.alpha"], row["G6(smc)"]], rel=1e-8)
        # psych counts the rows of the frame, ours those with an answer
        n = table.loc["cronbach_alpha", "n"]
        error = table.loc["cronbach_alpha", "std_error"] * np.sqrt(n / len(frame))
        assert error == pytest.approx(row["alpha se"], rel=1e-8)
        mean = item_analysis(rest, list(rest)).mean_correlation
        assert [mean, signal_to_noise(mean, 4)] == pytest.approx([row["average_r"], row["S/N"]], rel=1e-8)
        r = off_diagonal(rest)
        assert [r.var(ddof=1), np.median(r)] == pytest.approx([row["var.r"], row["med.r"]], rel=1e-8)


@pytest.mark.parametrize("block", ["pairwise", "complete_cases"])
def test_correlations_of_items_with_the_whole_of_which_they_are_part(bfi, reference, scale, block):
    frame = bfi[SCALES[scale]] if block == "pairwise" else bfi[SCALES[scale]].dropna()
    rows = reference(f"psychometrics/alpha_{scale}")[block]["item_stats"]
    with_score = [frame[row["item"]].corr(frame.mean(axis=1)) for row in rows]
    assert with_score == pytest.approx([row["raw.r"] for row in rows], rel=1e-8)
    correlation = item_moments(frame.to_numpy(float)).correlation
    standardised = correlation.sum(axis=0) / np.sqrt(correlation.sum())
    assert standardised.tolist() == pytest.approx([row["std.r"] for row in rows], rel=1e-8)


@pytest.mark.parametrize("block", ["pairwise", "complete_cases"])
def test_correlations_of_the_whole_scale(bfi, reference, scale, block):
    frame = bfi[SCALES[scale]] if block == "pairwise" else bfi[SCALES[scale]].dropna()
    values = reference(f"psychometrics/alpha_{scale}")[block]
    total, r = values["total"], off_diagonal(frame)
    assert [r.mean(), np.median(r)] == pytest.approx([total["average_r"], total["median_r"]], rel=1e-8)
    assert signal_to_noise(r.mean(), 5) == pytest.approx(total["S/N"], rel=1e-8)
    whole = item_analysis(frame, SCALES[scale]).glance().iloc[0]
    assert [whole["score_mean"], whole["score_sd"]] == pytest.approx([total["mean"], total["sd"]], rel=1e-8)
    counts = [len(frame), len(frame.columns), len(frame.dropna())]
    assert counts == [values["n"], values["n_items"], values["n_complete"]]


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


def test_all_items_of_the_inventory_as_psych_describes_them(reference):
    frame = pd.read_csv(DATA / "bfi.csv.gz")
    rows = reference("psychometrics/describe_bfi")["items"]
    table = item_analysis(frame, [row["item"] for row in rows]).tidy()
    names = {"n": "n", "mean": "mean", "sd": "sd", "skewness": "skew", "kurtosis": "kurtosis"}
    for ours, theirs in names.items():
        assert table[ours].tolist() == pytest.approx([row[theirs] for row in rows], rel=1e-8)
    errors = table["sd"] / np.sqrt(table["n"])
    assert errors.tolist() == pytest.approx([row["se"] for row in rows], rel=1e-8)


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
    assert np.isnan(one.glance()[["cronbach_alpha", "mean_correlation"]].to_numpy()).all()
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
