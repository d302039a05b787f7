"""Answers without an order: small ones together, options from both sides."""

from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lcresearch.disclosure import Policy, count_options, merge_unordered
from lcresearch.disclosure.unordered import merge_small


def people(**answers):
    n = len(next(iter(answers.values())))
    return pd.DataFrame({"respondent": range(n), "wave": "t0"} | answers)


@pytest.mark.parametrize(
    ("counts", "groups"),
    [
        ([4, 3, 5], [(0,), (1,), (2,)]),
        ([4, 0, 5], [(0,), (1,), (2,)]),
        ([9, 2, 0, 1, 6], [(0,), (1, 2, 3), (4,)]),
        ([9, 1, 1, 6], [(0,), (1, 2, 3)]),  # two of one are still few: the next smallest joins
        ([9, 2, 6], [(0,), (1, 2)]),  # one alone would follow by subtraction
        ([9, 2], [(0, 1)]),
        ([1, 1], []),
        ([2], []),
        ([0, 0], []),
    ],
)
def test_small_categories_join_the_next_smallest(counts, groups):
    assert merge_small(counts, 3) == groups


@given(st.lists(st.integers(0, 6), min_size=1, max_size=7))
def test_no_small_category_can_be_worked_out(counts):
    """Whoever knows the rule, the sums and the total cannot tell that one category holds one or two persons."""
    groups = merge_small(counts, 3)
    assert sorted(place for group in groups for place in group) in ([], list(range(len(counts))))
    sums = [sum(counts[place] for place in group) for group in groups]
    assert all(n == 0 or n >= 3 for n in sums)
    for size in range(1, len(groups)):
        for shown in combinations(range(len(groups)), size):
            rest = sum(counts) - sum(sums[group] for group in shown)
            assert not groups or rest == 0 or rest >= 3
    for group in groups:
        if any(0 < counts[place] < 3 for place in group):
            assert sum(counts[place] > 0 for place in group) >= 2


def test_merging_hides_how_many_the_small_ones_are():
    """Other numbers of persons in the categories put together give the same table."""
    tables = {
        str(merge_unordered(people(role=[1.0] * 8 + [2.0] * two + [3.0] * (5 - two)), {"role": [1, 2, 3]}).shown)
        for two in (1, 2)
    }
    assert len(tables) == 1


def test_it_stays_open_which_of_the_small_ones_somebody_chose():
    nobody_in_four, nobody_in_three = ([1.0] * 8 + [2.0] * 2 + [other] * 2 for other in (3.0, 4.0))
    tables = [
        merge_unordered(people(role=role), {"role": [1, 2, 3, 4]}).shown for role in (nobody_in_four, nobody_in_three)
    ]
    pd.testing.assert_frame_equal(*tables)


def test_a_question_is_withheld_when_few_answered_or_all_alike():
    few = merge_unordered(people(role=[1.0, 1, 2, 2]), {"role": [1, 2]})
    assert few.shown.empty
    assert few.withheld["reason"].tolist() == ["few"]
    alike = merge_unordered(people(role=[1.0] * 9 + [2.0]), {"role": [1, 2, 3]})
    assert alike.shown.empty
    assert alike.withheld["reason"].tolist() == ["alike"]


def test_waves_are_counted_apart_and_persons_once():
    frame = pd.DataFrame(
        {
            "respondent": [*range(6), *range(6), 0],
            "wave": ["t0"] * 6 + ["t1"] * 7,
            "role": [1.0] * 3 + [2] * 3 + [1] * 6 + [1],
        }
    )
    found = merge_unordered(frame, {"role": [1, 2]})
    assert found.shown[["wave", "codes", "n", "n_answered", "share"]].to_numpy().tolist() == [
        ["t0", (1,), 3, 6, 0.5],
        ["t0", (2,), 3, 6, 0.5],
    ]
    assert found.withheld[["wave", "reason"]].to_numpy().tolist() == [["t1", "alike"]]


@pytest.mark.parametrize(
    ("n", "shown"), [(0, True), (1, False), (2, False), (3, True), (7, True), (8, False), (10, False)]
)
def test_an_option_needs_three_who_chose_it_and_three_who_did_not(n, shown):
    frame = people(who_1=[1.0] * n + [0.0] * (10 - n))
    found = count_options(frame, {"who": {1: "who_1"}})
    assert (len(found.shown) == 1) == shown
    assert (len(found.withheld) == 1) != shown


def test_an_option_that_nobody_chose_hides_among_those_that_few_did():
    frame = people(a=[1.0] * 4 + [0.0] * 4, b=[0.0] * 8, c=[1.0] * 2 + [0.0] * 6)
    found = count_options(frame, {"who": {1: "a", 2: "b", 3: "c"}})
    assert found.shown["codes"].tolist() == [(1,)]
    assert found.withheld[["codes", "reason"]].to_numpy().tolist() == [[(2,), "few"], [(3,), "few"]]
    without = count_options(frame, {"who": {1: "a", 2: "b"}})
    assert without.shown["codes"].tolist() == [(1,), (2,)]


def test_who_answered_none_of_the_options_does_not_count():
    frame = people(a=[1.0] * 4 + [0.0] * 4 + [None] * 3, b=[0.0] * 4 + [1.0] * 4 + [None] * 3)
    found = count_options(frame, {"who": {1: "a", 2: "b"}})
    assert found.shown["n_answered"].tolist() == [8, 8]
    assert count_options(frame, {"who": {1: "a", 2: "b"}}, Policy(minimum_cell=9)).shown.empty


def test_shares_add_up_to_one():
    answers = [float(code) for code, n in zip((1, 2, 3, 4), (7, 2, 1, 5), strict=True) for _ in range(n)]
    shown = merge_unordered(people(role=answers), {"role": [1, 2, 3, 4]}).shown
    assert shown["share"].sum() == pytest.approx(1)
    assert shown["n"].sum() == 15
    assert all(n == 0 or n >= 3 for n in shown["n"])


def test_a_wave_at_which_nobody_answered_an_item_is_withheld():
    frame = pd.DataFrame({"respondent": [*range(6), *range(6)], "wave": ["t0"] * 6 + ["t1"] * 6})
    frame["by_bus"], frame["by_bike"] = [1, 1, 1, 0, 0, 0] + [None] * 6, [0, 0, 0, 1, 1, 1] + [None] * 6
    found = count_options(frame, {"travel": {1: "by_bus", 2: "by_bike"}}, Policy())
    assert found.shown[["wave", "codes", "n"]].to_numpy().tolist() == [["t0", (1,), 3], ["t0", (2,), 3]]
    assert found.withheld.to_numpy().tolist() == [["travel", "t1", (), "few"]]


def test_an_option_that_nobody_chose_at_a_wave_counts_nobody_there():
    first = pd.DataFrame({"respondent": range(12), "wave": "t0", "role": [1] * 4 + [2] * 4 + [3] * 4})
    later = pd.DataFrame({"respondent": range(12), "wave": "t1", "role": [1] * 6 + [2] * 6})
    shown = merge_unordered(pd.concat([first, later]), {"role": [1, 2, 3]}).shown.query("wave == 't1'")
    assert dict(zip(shown["codes"], shown["n"], strict=True)) == {(1,): 6, (2,): 6, (3,): 0}
