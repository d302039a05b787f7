"""Reliability: identities and edges."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import MeasurementError
from lcresearch.measurement import Reliability, one_factor, reliability
from lcresearch.measurement.item_moments import item_moments
from lcresearch.measurement.split_half import split_halves


def codes(result):
    return [problem.code for problem in result.problems]


def estimate(result, term, level="individual"):
    table = result.tidy().set_index(["level", "term"])
    return table.loc[(level, term), "estimate"]


@pytest.fixture
def one_dimension():
    """300 persons, four items of one factor with loadings .8, .7, .6 and .5, a tenth of the answers missing."""
    rng = np.random.default_rng(4)
    loadings = np.array([0.8, 0.7, 0.6, 0.5])
    answers = rng.standard_normal((300, 1)) * loadings + rng.standard_normal((300, 4)) * np.sqrt(1 - loadings**2)
    answers[rng.random(answers.shape) < 0.1] = np.nan
    return pd.DataFrame(answers, columns=["i1", "i2", "i3", "i4"])


def test_parallel_items_have_the_reliability_of_spearman_brown():
    # equal correlations r: every coefficient is k r / (1 + (k - 1) r)
    r, k = 0.36, 6
    correlation = np.full((k, k), r) + (1 - r) * np.eye(k)
    expected = k * r / (1 + (k - 1) * r)
    halves = split_halves(correlation)
    factor = one_factor.minres(correlation)
    assert one_factor.omega_total(correlation, factor) == pytest.approx(expected, rel=1e-12)
    assert (halves.lowest, halves.mean, halves.highest) == pytest.approx((expected,) * 3, rel=1e-12)
    assert factor.loadings == pytest.approx(np.sqrt(r))


def test_equal_items_have_reliability_one():
    frame = pd.DataFrame({"i1": [1, 2, 3, 4, 5.0], "i2": [1, 2, 3, 4, 5.0]})
    assert estimate(reliability(frame, ["i1", "i2"]), "cronbach_alpha") == pytest.approx(1.0)


def test_alpha_by_hand():
    # variances 2.5 and 2.5, covariance 2.25: alpha = 2 (1 - 5 / 9.5)
    frame = pd.DataFrame({"i1": [1, 2, 3, 4, 5], "i2": [2, 1, 3, 4, 5]})
    assert estimate(reliability(frame, ["i1", "i2"]), "cronbach_alpha") == pytest.approx(2 * (1 - 5 / 9.5))


def test_pairwise_moments_are_those_of_pandas(one_dimension):
    moments = item_moments(one_dimension.to_numpy())
    assert moments.covariance == pytest.approx(one_dimension.cov().to_numpy(), rel=1e-12)
    assert moments.correlation == pytest.approx(one_dimension.corr().to_numpy(), rel=1e-12)


def test_omega_derivative_is_that_of_finite_differences():
    correlation = np.array([[1, 0.5, 0.4, 0.2], [0.5, 1, 0.3, 0.35], [0.4, 0.3, 1, 0.25], [0.2, 0.35, 0.25, 1]])
    derivative = one_factor.omega_derivative(correlation, one_factor.minres(correlation))
    for i, j in [(0, 1), (1, 3), (2, 3)]:
        step = np.zeros((4, 4))
        step[i, j] = step[j, i] = 1e-5
        high, low = (one_factor.omega_total(r, one_factor.minres(r)) for r in (correlation + step, correlation - step))
        assert derivative[i, j] == pytest.approx((high - low) / 2e-5, rel=1e-6)


def test_delta_standard_error_is_that_of_fourth_moments(one_dimension):
    # the covariance of two correlations without assuming a distribution, written out (Steiger & Hakstian, 1982)
    answers = one_dimension.dropna().to_numpy()
    z = (answers - answers.mean(axis=0)) / answers.std(axis=0)
    r, pairs = z.T @ z / len(z), [(i, j) for i in range(4) for j in range(i)]

    def m(*items):
        return z[:, items].prod(axis=1).mean()

    def covariance(i, j, k, h):
        squares = m(i, i, k, k) + m(j, j, k, k) + m(i, i, h, h) + m(j, j, h, h)
        crossed = r[i, j] * (m(i, i, k, h) + m(j, j, k, h)) + r[k, h] * (m(i, j, k, k) + m(i, j, h, h))
        return m(i, j, k, h) + r[i, j] * r[k, h] * squares / 4 - crossed / 2

    derivative = one_factor.omega_derivative(r, one_factor.minres(r))
    variance = sum(derivative[a] * derivative[b] * covariance(*a, *b) for a in pairs for b in pairs) / (len(z) - 1)
    ours = one_factor.delta_std_error(answers, item_moments(answers), derivative)
    assert ours == pytest.approx(np.sqrt(variance), rel=1e-10)


def test_delta_standard_error_with_missing_answers_is_that_of_the_jackknife(one_dimension):
    answers = one_dimension.to_numpy()

    def standardised_alpha(rows):
        return 4 / 3 * (1 - 4 / item_moments(rows).correlation.sum())

    left_out = np.array([standardised_alpha(np.delete(answers, row, axis=0)) for row in range(len(answers))])
    jackknife = np.sqrt((len(answers) - 1) / len(answers) * ((left_out - left_out.mean()) ** 2).sum())
    ours = reliability(one_dimension, list(one_dimension.columns)).tidy().set_index("term")
    # two estimators of one thing, that differ by terms of order 1 / n
    assert ours.loc["standardized_alpha", "std_error"] == pytest.approx(jackknife, rel=0.03)


def test_intervals_widen_with_their_level_and_stay_below_one(one_dimension):
    result = reliability(one_dimension, list(one_dimension.columns))
    narrow, wide = (result.tidy(level).set_index("term") for level in (0.8, 0.99))
    for term in ("cronbach_alpha", "standardized_alpha", "omega_total"):
        assert wide.loc[term, "conf_low"] < narrow.loc[term, "conf_low"] < narrow.loc[term, "estimate"]
        assert narrow.loc[term, "estimate"] < narrow.loc[term, "conf_high"] < wide.loc[term, "conf_high"] < 1


def test_more_than_sixteen_items_are_split_at_random_with_a_seed():
    correlation = np.full((18, 18), 0.3) + np.diag(np.linspace(0.7, 0.7, 18))
    correlation[0, 1] = correlation[1, 0] = 0.6
    first, again, other = (split_halves(correlation, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    standardised = 18 / 17 * (1 - 18 / correlation.sum())
    assert first.mean == pytest.approx(standardised, abs=1e-3)


def test_group_level_counts_each_group_once_and_says_who_has_none():
    frame = pd.DataFrame(
        {
            "team": ["a", "a", "b", "b", "c", "d", None],
            "i1": [1, 3, 4, 4, 5, 2, 1],
            "i2": [2, 2, 5, 3, 5, 3, 5],
        }
    )
    result = reliability(frame, ["i1", "i2"], group="team")
    means = pd.DataFrame({"i1": [2.0, 4, 5, 2], "i2": [2.0, 4, 5, 3]})
    assert estimate(result, "cronbach_alpha", "group") == pytest.approx(
        estimate(reliability(means, ["i1", "i2"]), "cronbach_alpha")
    )
    assert result.glance()["n_groups"].iloc[0] == 4
    assert "M010" in codes(result)


SUMS = pd.DataFrame(
    {
        "team": ["a", "a", "b", "b", "c", "c"],
        "i1": [1, 2, 3, 4, 5, 1],
        "i2": [2, 1, 3, 4, 4, np.nan],
        "sum": [3, 3, 6, 8, 9, np.nan],
    }
)


def test_error_of_measurement_is_in_the_metric_of_the_score():
    # the sums 3, 3, 6, 8, 9 have mean 5.8 and variance 30.8 / 4
    result = reliability(SUMS, ["i1", "i2"], score="sum")
    alpha = estimate(result, "cronbach_alpha")
    assert estimate(result, "standard_error_of_measurement") == pytest.approx(np.sqrt(7.7 * (1 - alpha)))
    table = result.tidy().set_index("term")["n"]
    assert (table["cronbach_alpha"], table["standard_error_of_measurement"]) == (6, 5)


def test_score_changes_nothing_but_the_error_of_measurement():
    with_score, without = (
        reliability(SUMS, ["i1", "i2"], group="team", score=score).tidy().set_index(["term", "level"])
        for score in ("sum", None)
    )
    others = with_score.index.drop("standard_error_of_measurement", level="term")
    pd.testing.assert_frame_equal(with_score.loc[others], without.loc[others])


def test_error_of_a_sum_is_that_of_the_mean_times_the_items():
    complete = SUMS[:5]
    of_sum, of_mean = (reliability(complete, ["i1", "i2"], group="team", score=score) for score in ("sum", None))
    for level in ("individual", "group"):
        error = estimate(of_mean, "standard_error_of_measurement", level)
        assert error > 0
        assert estimate(of_sum, "standard_error_of_measurement", level) == pytest.approx(2 * error)


def test_error_of_group_scores_takes_the_means_of_the_groups():
    # the group means of the sums are 3, 7 and 9, with variance 28 / 3
    result = reliability(SUMS, ["i1", "i2"], group="team", score="sum")
    alpha = estimate(result, "cronbach_alpha", "group")
    assert estimate(result, "standard_error_of_measurement", "group") == pytest.approx(np.sqrt(28 / 3 * (1 - alpha)))


@pytest.mark.parametrize("scores", [[np.nan] * 6, [np.nan] * 5 + [3.0]])
def test_error_needs_two_scores(scores):
    result = reliability(SUMS.assign(sum=scores), ["i1", "i2"], group="team", score="sum")
    assert np.isnan(estimate(result, "standard_error_of_measurement"))
    assert np.isnan(estimate(result, "standard_error_of_measurement", "group"))
    assert estimate(result, "cronbach_alpha") > 0.8


@pytest.mark.parametrize(("score", "code"), [("sums", "M001"), ("team", "M002")])
def test_score_must_be_a_column_of_numbers(score, code):
    with pytest.raises(MeasurementError) as caught:
        reliability(SUMS, ["i1", "i2"], score=score)
    assert [(problem.code, problem.where.column) for problem in caught.value.problems] == [(code, score)]


def test_one_item_has_no_reliability():
    result = reliability(pd.DataFrame({"i1": [1, 2, 3]}), ["i1"])
    assert codes(result) == ["M020"]
    assert result.tidy()["estimate"].isna().all()


def test_two_items_have_no_omega():
    result = reliability(pd.DataFrame({"i1": [1, 2, 3, 5], "i2": [2, 2, 3, 4]}), ["i1", "i2"])
    assert codes(result) == ["M028"]
    assert np.isnan(estimate(result, "omega_total"))
    assert estimate(result, "cronbach_alpha") > 0.8


def test_items_without_answers_or_variance_are_left_out():
    frame = pd.DataFrame({"i1": [1, 2, 4, 5], "i2": [1, 3, 3, 5], "same": [3, 3, 3, 3], "empty": [np.nan] * 4})
    result = reliability(frame, list(frame.columns))
    assert [(p.code, p.where.item) for p in result.problems[:2]] == [("M023", "same"), ("M022", "empty")]
    only_two = reliability(frame, ["i1", "i2"])
    assert estimate(result, "cronbach_alpha") == estimate(only_two, "cronbach_alpha")
    assert result.tidy()["n_items"].unique().tolist() == [2]


def test_all_missing():
    result = reliability(pd.DataFrame({"i1": [np.nan] * 3, "i2": [np.nan] * 3}), ["i1", "i2"])
    assert "M020" in codes(result)
    assert result.tidy()["estimate"].isna().all()


def test_two_rows_are_too_few():
    found = reliability(pd.DataFrame({"i1": [1, 2], "i2": [1, 3]}), ["i1", "i2"])
    assert [problem.values for problem in found.problems if problem.code == "M021"] == [{"n": 2}]


def test_items_never_answered_together():
    frame = pd.DataFrame({"i1": [1, 2, 3, np.nan, np.nan, np.nan], "i2": [np.nan] * 3 + [1, 2, 3]})
    result = reliability(frame, ["i1", "i2"])
    assert codes(result) == ["M024"]
    assert result.tidy()["estimate"].isna().all()


def test_items_in_opposite_directions():
    negative = reliability(pd.DataFrame({"i1": [1, 2, 3, 4], "i2": [4, 3, 1, 2]}), ["i1", "i2"])
    assert "M026" in codes(negative)
    cancelled = reliability(pd.DataFrame({"i1": [1, 2, 3, 4], "i2": [4, 3, 2, 1]}), ["i1", "i2"])
    assert "M025" in codes(cancelled)


def test_heywood_case_is_named():
    correlation = np.array([[1, 0.9, 0.9], [0.9, 1, 0.6], [0.9, 0.6, 1]])
    factor = one_factor.minres(correlation)
    assert factor.heywood
    assert factor.uniquenesses.min() == pytest.approx(one_factor.SMALLEST_UNIQUENESS)


def test_singular_correlations_have_no_lambda_6():
    frame = pd.DataFrame({"i1": [1, 2, 3, 5, 4], "i2": [1, 3, 3, 4, 5]})
    frame["i3"] = frame["i1"]
    result = reliability(frame, ["i1", "i2", "i3"])
    assert "M027" in codes(result)
    assert np.isnan(estimate(result, "guttman_lambda_6"))


def test_nullable_and_boolean_columns_count_as_numbers():
    frame = pd.DataFrame({"i1": [True, False, True, True], "i2": pd.array([1, 0, None, 1], dtype="Int64")})
    assert estimate(reliability(frame, ["i1", "i2"], missing="complete"), "cronbach_alpha") == pytest.approx(1.0)


def test_wrong_columns_are_named_together():
    frame = pd.DataFrame({"item_1": [1, 2], "text": ["a", "b"]})
    with pytest.raises(MeasurementError) as caught:
        reliability(frame, ["item_2", "text"])
    assert [(p.code, p.where.column) for p in caught.value.problems] == [("M001", "item_2"), ("M002", "text")]
    assert caught.value.problems[0].values["nearest"] == "item_1"


@pytest.mark.parametrize("items", [[], ["i1", "i1"]])
def test_no_items_or_twice_the_same(items):
    with pytest.raises(MeasurementError) as caught:
        reliability(pd.DataFrame({"i1": [1, 2, 3]}), items)
    assert caught.value.problems[0].code == "M003"


def test_unknown_way_with_missing():
    with pytest.raises(MeasurementError) as caught:
        reliability(pd.DataFrame({"i1": [1, 2], "i2": [1, 2]}), ["i1", "i2"], missing="pairwize")
    assert (caught.value.problems[0].code, caught.value.problems[0].values["nearest"]) == ("M004", "pairwise")


def test_result_round_trips_and_prints(one_dimension):
    result = reliability(one_dimension, list(one_dimension.columns))
    again = Reliability.from_dict(result.to_dict())
    pd.testing.assert_frame_equal(again.tidy(), result.tidy())
    assert again.to_dict() == result.to_dict()
    assert "omega_total" in str(result)


def test_an_item_that_was_not_turned_round_is_named(one_dimension):
    answers = one_dimension.dropna()
    names = list(answers.columns)
    found = reliability(answers.assign(**{names[0]: -answers[names[0]]}), names)
    said = [(one.where.item, one.values["value"]) for one in found.problems if one.code == "M030"]
    by_hand = -np.corrcoef(answers[names[0]], answers[names[1:]].sum(axis=1))[0, 1]
    assert said[0] == (names[0], pytest.approx(by_hand, rel=1e-12))
    assert any(names[0] in line for line in found.cautions())
    assert reliability(one_dimension, names).problems == ()


@pytest.mark.parametrize("n", [3, 4, 30])
@pytest.mark.parametrize("factor", [1.0, 1 / 3])
def test_items_that_are_copies_have_a_reliability_of_one_without_an_interval(n, factor):
    """By rounding alone one minus alpha was some 1e-16, and an interval around that went from -0.82 to 1."""
    answers = np.arange(n) * factor
    found = reliability(pd.DataFrame({"a": answers, "b": answers, "c": answers}), ["a", "b", "c"])
    assert [one.code for one in found.problems if one.code == "M031"] == ["M031"]
    table = found.tidy().set_index("term")
    assert table.loc["cronbach_alpha", "estimate"] == pytest.approx(1)
    assert table[["std_error", "conf_low", "conf_high"]].isna().all(axis=None)
    almost = reliability(pd.DataFrame({"a": answers, "b": answers + np.arange(n) % 2, "c": answers}), ["a", "b", "c"])
    assert "M031" not in [one.code for one in almost.problems]


def test_degrees_of_freedom_stand_beside_standard_errors_alone(one_dimension):
    table = reliability(one_dimension, list(one_dimension.columns)).tidy()
    known = table["std_error"].notna()
    assert known.any()
    assert not known.all()  # there is none of the error of measurement
    assert (table.loc[known, "df"] == table.loc[known, "n"] - 1).all()
    assert table.loc[~known, "df"].isna().all()
