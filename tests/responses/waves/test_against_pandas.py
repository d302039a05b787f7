"""Waves and membership as pandas counts and pivots them."""

import pandas as pd

from lcresearch.change import pulse_points
from lcresearch.responses import membership, response_rates, wide

LONG = pd.DataFrame(
    {
        "respondent": ["an", "bo", "cy", "an", "bo", "di"],
        "wave": ["t0", "t0", "t0", "t1", "t1", "t1"],
        "team": ["A", "A", "B", "A", "B", "B"],
        "mood": [2.0, 4.0, 3.0, 5.0, 1.0, 3.0],
    }
)


def test_wide_is_the_pivot_of_pandas():
    found = wide(LONG.drop(columns="team"), levels=[]).set_index("respondent")
    pivot = LONG.pivot(index="respondent", columns="wave", values="mood")
    for wave in pivot:
        column = [name for name in found if name.startswith("mood") and name.endswith(str(wave))]
        assert len(column) == 1
        pd.testing.assert_series_equal(found[column[0]].sort_index(), pivot[wave].sort_index(), check_names=False)


def test_pulses_are_the_means_and_deviations_of_pandas():
    found = pulse_points(LONG, "mood").set_index("wave")
    expected = LONG.groupby("wave")["mood"].agg(["mean", "std", "size"])
    for column, name in (("mean", "mean"), ("std_dev", "std"), ("n_persons", "size")):
        pd.testing.assert_series_equal(found[column], expected[name], check_names=False, check_dtype=False)


def test_patterns_and_moves_are_those_that_pandas_counts():
    found = membership(LONG, "team").tidy()
    seen = LONG.assign(seen=1).pivot(index="respondent", columns="wave", values="seen").notna().astype(int).astype(str)
    patterns = found[found["term"] == "pattern"].set_index("pattern")["n"].to_dict()
    assert patterns == seen.agg("".join, axis=1).value_counts().to_dict()
    teams = LONG.pivot(index="respondent", columns="wave", values="team").dropna()
    moves = found.set_index("term")["n"]
    assert (moves["stayed"], moves["changed"]) == (len(teams), (teams["t0"] != teams["t1"]).sum())


def test_rates_are_the_quotients_of_the_counts_of_pandas():
    people = pd.concat([LONG.assign(respondent=LONG["respondent"] + str(copy)) for copy in range(4)])
    invited = pd.DataFrame({"team": ["A", "B"], "invited": [10, 20]})
    counts = response_rates(people, ["team"], invited=invited, items=["mood"]).counts
    of_teams = counts[counts["variable"] == "team"].set_index(["group", "wave"])
    expected = people.groupby(["team", "wave"])["respondent"].nunique()
    assert of_teams["n_started"].astype(int).to_dict() == expected.to_dict()
    assert of_teams["n_invited"].astype(int).to_dict() == {
        ("A", "t0"): 10,
        ("A", "t1"): 10,
        ("B", "t0"): 20,
        ("B", "t1"): 20,
    }
