"""Measures of one person's answers, and of rows that repeat each other: arrays in, arrays out."""

import json
from itertools import permutations
from math import comb, factorial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch.responses.screening import copies as repeated
from lcresearch.responses.screening import patterns

NONE = np.nan
REFERENCE = Path(__file__).parents[1] / "reference"


def columns(*rows):
    return np.array(rows, dtype=float).T


@pytest.fixture(scope="module")
def bfi():
    frame = pd.read_csv(REFERENCE / "data" / "bfi.csv.gz")[
        [*(f"A{n}" for n in range(1, 6)), *(f"C{n}" for n in range(1, 6))]
    ]
    return frame.dropna()[:200].to_numpy(dtype=float).T


@pytest.fixture(scope="module")
def reference():
    return json.loads((REFERENCE / "screening" / "longstring_irv.json").read_text(encoding="utf-8"))["values"]


def test_longest_run_is_longstring_of_careless(bfi, reference):
    assert patterns.longest_run(bfi).tolist() == reference["longstring"]


def test_squares_give_the_variability_of_careless(bfi, reference):
    squares, df = patterns.squares_about_mean(bfi)
    np.testing.assert_allclose(np.sqrt(squares / df), reference["irv"], rtol=1e-12)


@pytest.mark.parametrize(
    ("answers", "run"),
    [([3, 3, 3, 3], 4), ([1, 2, 3, 4], 1), ([3, NONE, 3, 4], 2), ([NONE] * 4, 0), ([4, 4, 5, 4], 2)],
)
def test_a_run_skips_what_is_not_answered(answers, run):
    assert patterns.longest_run(columns(answers)).tolist() == [run]


SCALE = [(0, False), (1, True), (2, False), (3, True)]


@pytest.mark.parametrize(
    ("answers", "run"),
    [
        ([4, 4, 4, 4], 4),
        ([2, 2, 2, 2], 4),
        ([3, 3, 3, 3], 0),
        ([4, 2, 4, 2], 0),
        ([5, 4, 4, 2], 2),
        ([4, NONE, 4, 2], 0),
    ],
)
def test_a_contradicting_run_holds_both_kinds_and_takes_a_side(answers, run):
    assert patterns.contradicting_run(columns(answers), [SCALE], 3, 1).tolist() == [run]


def test_without_a_middle_answer_the_two_nearest_it_take_no_side():
    """Four answers, middle 2.5: 3 is a third of the way to the end."""
    found = patterns.contradicting_run(columns([3, 3, 3, 3], [4, 4, 4, 4]), [SCALE], 2.5, 0.4 * 1.5)
    assert found.tolist() == [0, 4]


def test_items_of_two_scales_are_no_opposites():
    """Agreeing with one thing, and with the opposite of another thing."""
    scales = [[(0, False), (1, False)], [(2, True), (3, True)]]
    assert patterns.contradicting_run(columns([4, 4, 4, 4]), scales, 3, 1).tolist() == [0]


@pytest.mark.parametrize(
    ("answers", "size"),
    [
        ([4, 4, 4, 4], 0.5),
        ([5, 5, 5, 5], 1),
        ([3, 3, 3, 3], 0),
        ([5, 1, 5, 1], 0),
        ([1, 2, 1, 2], 0.5),
        ([5, 4, 5, 3], 0.25),
    ],
)
def test_contradiction_is_agreement_with_both_sides(answers, size):
    found, n = patterns.contradiction(columns(answers), SCALE, 3, 2)
    assert (found.tolist(), n.tolist()) == ([size], [2])


def test_contradiction_does_not_depend_on_which_side_is_called_reversed():
    rng = np.random.default_rng(4)
    answers = rng.integers(1, 6, size=(4, 50)).astype(float)
    turned = [(place, not is_reversed) for place, is_reversed in SCALE]
    first, second = (patterns.contradiction(answers, members, 3, 2)[0] for members in (SCALE, turned))
    np.testing.assert_array_equal(first, second)


def test_contradiction_needs_answers_of_both_kinds():
    assert patterns.contradiction(columns([NONE, 4, NONE, 4]), SCALE, 3, 2)[1].tolist() == [0]
    assert patterns.contradiction(columns([4, 4]), [(0, False), (1, False)], 3, 2)[1].tolist() == [0]


SCALES = [[(0, False), (1, True), (2, False)], [(3, False), (4, True)]]
MEANS = [2.5, 3, 1.5, 4, 2]


def spread_within(answers):
    """Sum of squares within scales of distances from the item mean, reversed items turned round."""
    distance = [[(answers[i] - MEANS[i]) * (-1 if r else 1) for i, r in members] for members in SCALES]
    given = [np.array([d for d in each if not np.isnan(d)]) for each in distance]
    return sum(((each - each.mean()) ** 2).sum() for each in given)


@pytest.mark.parametrize("answers", [[1, 5, 2, 4, 4], [3, NONE, 1, 5, 2], [4, 4, 4, 4, 4], [5, 1, NONE, 5, NONE]])
def test_spread_in_another_order_is_the_mean_over_all_orders(answers):
    places = [place for place, answer in enumerate(answers) if not np.isnan(answer)]
    spreads = []
    for order in permutations([answers[place] for place in places]):
        other = np.full(5, NONE)
        other[places] = order
        spreads.append(spread_within(other))
    as_given, reordered = patterns.within_scales(columns(answers), SCALES, MEANS)
    assert as_given.tolist() == pytest.approx([spread_within(answers)])
    assert reordered.tolist() == pytest.approx([np.mean(spreads)])


def test_frequencies_add_up_to_the_answers():
    answers = columns([1, 1, 2, NONE], [5, 5, 5, 5])
    assert patterns.frequencies(answers, [1, 2, 5]).tolist() == [[2, 0], [1, 0], [0, 4]]
    assert patterns.answered(answers).tolist() == [3, 4]


def chances(rows, groups=None, n_other=0):
    groups = np.zeros(len(rows), dtype=np.int64) if groups is None else np.array(groups)
    return repeated.expected_copies([(columns(*rows), range(1, 6))], groups, n_other)


def test_chance_of_the_same_answers_by_hand():
    """Two answers of 4 and two of 5: 4! / (2! 2!) orders, more likely than the product of the shares."""
    rows = [[4, 4, 5, 5], [5, 5, 4, 4], [1, 2, 3, 1], [2, 1, 1, 3]]
    exact, _ = chances(rows)
    assert exact[0] == pytest.approx(3 / comb(4, 2))
    assert exact[2] == pytest.approx(3 * factorial(2) / factorial(4))


def test_chance_where_items_differ_and_people_do_not():
    """All give 5 on the first two items and 1 on the others: the same answers say nothing."""
    exact, near = chances([[5, 5, 1, 1]] * 4)
    assert exact.tolist() == pytest.approx([3] * 4)
    assert (near >= exact).all()


def test_all_the_same_answer_is_always_possible_by_chance():
    """The third row gives 4 as the others do on six items, and an answer of its own on 24."""
    exact, _ = chances([[4] * 30, [4] * 30, [1, 2, 3, 4, 5] * 6])
    assert exact[0] == pytest.approx(2)
    assert exact[2] == pytest.approx(2 * 3.0**-24)


def test_chance_of_all_but_one_by_hand():
    """1, 2, 3 in one row of two: with any order 1/6, without one of the items 1/2; by shares 1/8 and 1/4."""
    exact, near = chances([[1, 2, 3], [2, 3, 1]])
    assert exact[0] == pytest.approx(1 / 6)
    assert near[0] == pytest.approx(1 / 6 + 3 * 1 / 2)
    assert chances([[1, 2, 3], [2, 3, 1]], n_other=2)[1][0] == pytest.approx(3 / 6 + 3 * 1 / 2)


def test_chance_counts_the_rows_of_the_own_wave_only():
    exact, _ = chances([[1, 2], [2, 1], [1, 2], [2, 1], [1, 1]], groups=[0, 0, 1, 1, 2])
    assert exact.tolist() == pytest.approx([0.5, 0.5, 0.5, 0.5, 0])


def all_pairs(table, groups):
    """Rows with an equal row, and with a row that differs in one column, by comparing every pair."""
    same, near = np.zeros(len(table), bool), np.zeros(len(table), bool)
    for one in range(len(table)):
        for two in range(len(table)):
            if one != two and groups[one] == groups[two]:
                a, b = table[one], table[two]
                differ = int((~((a == b) | (np.isnan(a) & np.isnan(b)))).sum())
                same[one] |= differ == 0
                near[one] |= differ == 1
    return same, near & ~same


@pytest.mark.parametrize("seed", range(5))
def test_copies_are_those_of_comparing_every_pair(seed):
    rng = np.random.default_rng(seed)
    table = rng.choice([1.0, 2.0, NONE], size=(60, 5))
    groups = rng.integers(0, 2, size=60)
    every = np.ones(60, dtype=bool)
    same, near, sets = repeated.copies(list(table.T), groups, every, every)
    expected_same, expected_near = all_pairs(table, groups)
    np.testing.assert_array_equal(same, expected_same)
    np.testing.assert_array_equal(near, expected_near)
    np.testing.assert_array_equal(sets > 0, same | near)


def test_rows_of_a_set_share_a_number():
    table = columns([1, 2, 3], [9, 9, 9], [1, 2, 3], [1, 2, 4], [9, 9, 9], [5, 6, 7])
    every = np.ones(6, dtype=bool)
    same, near, sets = repeated.copies(table, np.zeros(6, dtype=np.int64), every, every)
    assert same.tolist() == [True, True, True, False, True, False]
    assert near.tolist() == [False, False, False, True, False, False]
    assert sets.tolist() == [1, 2, 1, 1, 2, 0]


def test_rows_left_out_of_the_comparison_link_to_nothing():
    table = columns([1, 2, 3], [1, 2, 3])
    some = np.array([True, False])
    same, near, sets = repeated.copies(table, np.zeros(2, dtype=np.int64), some, some)
    assert not (same | near | (sets > 0)).any()


def test_minus_zero_is_zero():
    every = np.ones(2, dtype=bool)
    assert repeated.copies(columns([0.0, 1], [-0.0, 1]), np.zeros(2, dtype=np.int64), every, every)[0].all()
