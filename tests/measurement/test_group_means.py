"""Means of groups: intervals over persons, and over clusters of persons."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lcresearch.measurement.group_means import group_means

REFERENCE = Path(__file__).parents[1] / "reference"

FIRMS = pd.DataFrame(
    {
        "consortium": ["x"] * 9,
        "firm": ["a", "a", "a", "a", "b", "b", "b", "c", "c"],
        "score": [1.0, 2.0, 2.0, 3.0, 4.0, 5.0, 3.0, 2.0, 1.0],
    }
)


def test_interval_over_persons_is_the_t_interval():
    scores = np.array([1.0, 2.0, 2.0, 3.0])
    low, high = stats.t.interval(0.95, 3, scores.mean(), stats.sem(scores))
    row = group_means(FIRMS, "score", ["firm"]).set_index("firm").loc["a"]
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((low, high), rel=1e-12)


def test_clusters_of_equal_size_give_the_t_interval_of_their_means():
    frame = FIRMS[FIRMS["firm"] != "c"].drop(index=0)
    means = frame.groupby("firm")["score"].mean()
    low, high = stats.t.interval(0.95, 1, means.mean(), stats.sem(means))
    row = group_means(frame, "score", ["consortium"], cluster=["firm"]).iloc[0]
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((low, high), rel=1e-12)


def test_one_cluster_falls_back_on_persons():
    one = FIRMS[FIRMS["firm"] == "a"]
    over_persons = group_means(one, "score", ["consortium"])
    over_cluster = group_means(one, "score", ["consortium"], cluster=["firm"])
    columns = ["std_error", "df", "conf_low"]
    pd.testing.assert_frame_equal(over_cluster[columns], over_persons[columns])


def test_group_of_one_has_a_mean_and_no_interval():
    row = group_means(FIRMS.iloc[:1], "score", ["firm"]).iloc[0]
    assert row["mean"] == 1.0
    assert np.isnan(row[["sd", "std_error", "conf_low"]].astype(float)).all()


def test_rows_without_a_value_or_group_are_left_out():
    frame = FIRMS.assign(firm=FIRMS["firm"].where(FIRMS["firm"] != "c"))
    frame.loc[0, "score"] = np.nan
    assert group_means(frame, "score", ["firm"])["n"].tolist() == [3, 3]


def test_over_all_without_groups():
    assert group_means(FIRMS, "score", [], cluster=["firm"])["n_clusters"].tolist() == [3]
    assert group_means(FIRMS.iloc[:0], "score", []).empty


# clubSandwich 0.5.11, R 4.5.0, on HOSTILE of six companies of multilevel::lq2002:
# m <- lm(HOSTILE ~ 1, data = d[d$COMPID %in% c(2, 3, 13, 14, 15, 17), ])
# v <- vcovCR(m, cluster = ..., type = "CR2"); coef_test(m, v, test = "Satterthwaite"); conf_int(m, v)
CLUB_SANDWICH = {
    "mean": 0.737546468401487,
    "std_error": 0.0647327627987574,
    "df": 2.69836217944019,
    "conf_low": 0.517876994100438,
    "conf_high": 0.957215942702535,
}


@pytest.mark.parametrize(("term", "value"), CLUB_SANDWICH.items())
def test_clustered_interval_equals_clubsandwich(term, value):
    data = pd.read_csv(REFERENCE / "data" / "lq2002.csv")
    six = data[data["COMPID"].isin([2, 3, 13, 14, 15, 17])]
    row = group_means(six, "HOSTILE", [], cluster=["COMPID"]).iloc[0]
    assert row[term] == pytest.approx(value, rel=1e-9)
