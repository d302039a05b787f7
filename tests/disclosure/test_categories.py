"""Distributions: no shown category with one or two persons, and none that can be worked out."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch.disclosure import REPORT, merge_categories
from lcresearch.disclosure.categories import best_merges
from lcresearch.errors import DisclosureError

CODES = [1, 2, 3, 4, 5]


def answers(*counts: int, item: str = "mood") -> pd.DataFrame:
    """Rows of persons that give these counts for codes 1, 2, ..."""
    codes = np.repeat(np.arange(1, len(counts) + 1), counts)
    return pd.DataFrame({"respondent": np.arange(len(codes)), "wave": "t0", item: codes.astype(float)})


@pytest.mark.parametrize(
    ("counts", "starts"),
    [
        ([3, 3, 3, 3, 3], [0, 1, 2, 3, 4]),
        ([0, 0, 9, 3, 4], [0, 1, 2, 3, 4]),
        ([2, 3, 3, 3, 3], [0, 2, 3, 4]),
        ([3, 3, 1, 3, 3], [0, 1, 2, 4]),
        ([1, 0, 0, 0, 9], [0]),
        ([0, 0, 0, 9, 1], [0, 1, 2, 3]),
        ([5, 0, 0, 1, 4], [0, 1, 2, 3]),
        ([1, 1, 0, 0, 0], []),
        ([0, 0, 0, 0, 0], []),
    ],
)
def test_best_merges(counts, starts):
    assert best_merges(np.array([counts]), 3) == [starts]


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), min_size=2, max_size=7))
def test_merges_are_allowed_and_no_others_keep_more_categories(counts):
    n, total = len(counts), np.concatenate([[0], np.cumsum(counts)])
    allowed = []
    for size in range(n):
        for cuts in combinations(range(1, n), size):
            edges = [0, *cuts, n]
            sums = np.diff(total[edges])
            if ((sums == 0) | (sums >= 3)).all() and sums.any():
                allowed.append((min(int((sums > 0).sum()), 2), size + 1))
    (found,) = best_merges(np.array([counts]), 3)
    if not allowed:
        assert found == []
        return
    sums = np.add.reduceat(np.array(counts), found)
    assert (min(int((sums > 0).sum()), 2), len(found)) == max(allowed)
    assert ((sums == 0) | (sums >= 3)).all()


def test_shares_and_counts_add_up_and_the_mean_is_withheld_beside_merged_categories():
    found = merge_categories(answers(1, 4, 0, 3, 2), {"mood": CODES})
    shown = found.shown
    assert shown[["low", "high", "n"]].to_numpy().tolist() == [[1, 2, 5], [3, 3, 0], [4, 5, 5]]
    assert shown["share"].tolist() == [0.5, 0.0, 0.5]
    assert found.withheld.empty
    assert found.mean_allowed["mean_allowed"].tolist() == [False]


def test_mean_may_stand_beside_a_distribution_without_merging():
    found = merge_categories(answers(0, 4, 0, 3, 3), {"mood": CODES})
    assert found.mean_allowed["mean_allowed"].tolist() == [True]


@pytest.mark.parametrize(
    ("counts", "reason"), [((1, 1, 1, 1, 0), "few"), ((0, 0, 8, 0, 0), "alike"), ((1, 0, 1, 0, 6), "alike")]
)
def test_withheld_items(counts, reason):
    found = merge_categories(answers(*counts), {"mood": CODES})
    assert found.shown.empty
    assert found.withheld[["item", "n_persons", "reason"]].to_numpy().tolist() == [["mood", sum(counts), reason]]
    assert found.mean_allowed["mean_allowed"].tolist() == [False]


def test_item_nobody_answered_is_withheld():
    frame = answers(3, 3).assign(mood=np.nan)
    assert merge_categories(frame, {"mood": CODES}).withheld["reason"].tolist() == ["few"]


def test_one_merged_item_of_a_scale_takes_another_with_it():
    # the scale's mean and the four other distributions would give the mean of the merged item, and so its 2 and 3
    frame = pd.concat([answers(2, 3, 5, 5, 5), answers(4, 4, 4, 4, 4, item="pace")["pace"]], axis=1)
    items = {"mood": CODES, "pace": CODES}
    alone = merge_categories(frame, items)
    assert alone.mean_allowed["mean_allowed"].tolist() == [False, True]
    linked = merge_categories(frame, items, scales=[["mood", "pace"]])
    assert linked.mean_allowed["mean_allowed"].tolist() == [False, False]
    assert linked.shown.loc[linked.shown["item"] == "pace", "n"].tolist() == [8, 4, 4, 4]


def test_waves_apart_and_persons_not_rows():
    frame = pd.concat([answers(3, 3), answers(5, 5).assign(wave="t1"), answers(5, 5).assign(wave="t1")])
    found = merge_categories(frame, {"mood": [1, 2]})
    assert found.shown[["wave", "n"]].to_numpy().tolist() == [["t0", 3], ["t0", 3], ["t1", 5], ["t1", 5]]


def test_answer_outside_the_options_is_refused():
    with pytest.raises(DisclosureError) as error:
        merge_categories(answers(3, 3, 3), {"mood": [1, 2]}, REPORT)
    assert error.value.problems[0].code == "D007"
    assert error.value.problems[0].values["found"] == ["3"]


def test_an_item_held_back_is_withheld_with_its_mean_and_protected_by_another():
    answers = {"respondent": range(12), "wave": "t0", "a": [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], "b": [2, 3, 4] * 4}
    found = merge_categories(
        pd.DataFrame(answers), {"a": [1, 2, 3, 4], "b": [1, 2, 3, 4]}, scales=[["a", "b"]], held_back={("a", "t0")}
    )
    assert found.withheld[["item", "reason"]].to_numpy().tolist() == [["a", "earlier"]]
    assert set(found.shown["item"]) == {"b"}
    assert not found.mean_allowed["mean_allowed"].any()


def test_categories_that_are_shown_hold_the_persons_that_pandas_counts():
    rng = np.random.default_rng(2)
    frame = answers(*rng.integers(0, 9, 5)).assign(mood=lambda rows: rows["mood"].sample(frac=1, random_state=1).values)
    shown = merge_categories(frame, {"mood": CODES}).shown
    edges = [*(shown["low"] - 0.5), shown["high"].iloc[-1] + 0.5]
    counted = pd.cut(frame["mood"], edges).value_counts(sort=False)
    assert shown["n"].tolist() == counted.tolist()
    np.testing.assert_allclose(shown["share"], counted / len(frame))
    assert len(shown) > 1


def test_of_the_other_item_neighbours_that_both_have_persons_are_merged():
    # to merge a category with an empty one would hide nothing
    frame = pd.concat([answers(2, 3, 5, 3, 2), answers(5, 0, 3, 3, 4, item="pace")["pace"]], axis=1)
    found = merge_categories(frame, {"mood": CODES, "pace": CODES}, scales=[["mood", "pace"]])
    pace = found.shown[found.shown["item"] == "pace"]
    assert pace[["low", "high", "n"]].to_numpy().tolist() == [[1, 1, 5], [2, 2, 0], [3, 4, 6], [5, 5, 4]]
