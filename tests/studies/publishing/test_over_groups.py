"""Statistics over groups in a bundle: from what a report prints of them the mean of a hidden group can be solved."""

import io

import numpy as np
import pandas as pd
import pytest
from tests.studies.publishing.conftest import FIRMS

from lcresearch.measurement import group_means

SMALL = "Waterlelie Bouw"


def tables(bundle, name):
    return pd.read_csv(io.BytesIO(bundle.files[f"tables/{name}.csv"]))


def solved(overall, shown, n_hidden, squares):
    """Both means of two hidden groups, from the mean of all and the squares between groups: what an attacker does."""
    total = overall["n"] * overall["mean"] - (shown["n"] * shown["mean"]).sum()
    left = squares - (shown["n"] * (shown["mean"] - overall["mean"]) ** 2).sum()
    first, second = n_hidden
    grid = np.linspace(1, 5, 40_001)
    other = (total - first * grid) / second
    gap = first * (grid - overall["mean"]) ** 2 + second * (other - overall["mean"]) ** 2 - left
    return grid[np.flatnonzero(np.diff(np.sign(gap)))]


@pytest.fixture
def results(_ran):
    return _ran / "results"


@pytest.fixture
def report(results):
    return {path.stem: pd.read_csv(path) for path in (results / "tables").glob("*.csv")}


def of_voice(frame):
    return frame[frame["scale"] == "voice"]


def test_the_squares_of_the_report_give_the_firm_of_six_away(report, bundle):
    """That the tests below ask something: without statistics over all groups this cannot be solved."""
    overall = of_voice(report["scores_overall"]).iloc[0]
    shown = of_voice(tables(bundle, "scores_by_group")).query("released")
    squares = of_voice(report["agreement"])["ms_between"].iloc[0] * 3
    found = solved(overall, shown, (6, 11), squares)
    true = of_voice(report["scores_by_group"]).set_index("group").loc[SMALL, "mean"]
    assert np.abs(found - true).min() < 0.006


def test_statistics_over_groups_do_not_rest_on_a_few_that_are_hidden(bundle):
    assert not {"tables/agreement.csv", "tables/averaging.csv", "tables/averaging_thresholds.csv"} & bundle.files.keys()
    assert "group" not in set(tables(bundle, "reliability")["level"])
    assert set(tables(bundle, "reliability")["level"]) == {"individual"}


def test_intervals_rest_on_the_groups_that_are_shown_and_on_the_others_as_one(bundle, results):
    """As a reader could compute it from the bundle: the others are the total less what is shown."""
    overall = of_voice(tables(bundle, "scores_overall")).iloc[0]
    scores = pd.read_parquet(results / "private/scores.parquet")
    assert len(scores) == sum(FIRMS.values())
    cluster = scores["organisation"].replace({SMALL: "rest", "Nachtegaal Studio": "rest"})
    table = group_means(scores.assign(cluster=cluster), "voice", [], cluster=["cluster"])
    assert overall["conf_low"] == pytest.approx(table["conf_low"].iloc[0], abs=0.0051)
    assert overall["conf_high"] == pytest.approx(table["conf_high"].iloc[0], abs=0.0051)
    every = group_means(scores, "voice", [], cluster=["organisation"])
    assert overall["conf_low"] != pytest.approx(every["conf_low"].iloc[0], abs=0.02)
