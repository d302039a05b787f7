"""Which sums of products may leave the house."""

import numpy as np
import pytest

from lcresearch.disclosure import Policy
from lcresearch.disclosure.sums import SummedRows, unfit_cells, unfit_moments

POLICY = Policy(minimum_cell=10)


def reason(values, *, person=None, personal=None, counted=None, elsewhere=0, outcome=-1):
    values = np.asarray(values, dtype=float)
    n, k = values.shape
    rows = SummedRows(
        np.zeros(n, dtype=np.int64),
        np.arange(n) if person is None else np.asarray(person),
        values,
        np.ones(k, dtype=bool) if personal is None else np.asarray(personal),
        np.ones(k, dtype=bool) if counted is None else np.asarray(counted),
        outcome % k,
        1,
    )
    return unfit_cells(rows, POLICY, elsewhere)[0]


def scores(n):
    return np.random.default_rng(n).normal(size=n)


def binary(n, ones):
    return (np.arange(n) < ones).astype(float)


@pytest.mark.parametrize(("n", "expected"), [(9, "few"), (10, None)])
def test_persons_of_a_cell(n, expected):
    assert reason(scores(n)[:, None]) == expected


def test_persons_are_counted_and_not_rows():
    assert reason(np.tile(scores(9), 2)[:, None] + np.repeat([0, 1], 9)[:, None], person=np.tile(range(9), 2)) == "few"


@pytest.mark.parametrize(("ones", "expected"), [(0, "constant_column"), (1, "rare_category"), (2, "rare_category"),
                                                (3, None), (17, None), (18, "rare_category")])  # fmt: skip
def test_persons_on_either_side_of_a_0_1_column(ones, expected):
    assert reason(np.stack([binary(20, ones), scores(20)], axis=1)) == expected


def test_a_column_of_the_cell_may_be_the_same_for_all_and_does_not_count():
    values = np.column_stack([np.ones((11, 9)), scores(11)])
    assert reason(values, personal=[False] * 9 + [True]) is None


@pytest.mark.parametrize(("k", "elsewhere", "expected"), [(9, 0, None), (10, 0, "few_persons_for_columns"),
                                                          (5, 4, None), (5, 5, "few_persons_for_columns")])  # fmt: skip
def test_more_persons_than_columns_with_the_constant(k, elsewhere, expected):
    values = np.random.default_rng(3).normal(size=(11, k))
    assert reason(values, elsewhere=elsewhere) == expected


def test_all_answered_alike_or_all_but_two():
    assert reason(np.full((12, 1), 4.0)) == "alike"
    assert reason(np.r_[np.full(10, 4.0), 2, 3][:, None]) == "alike"
    assert reason(np.r_[np.full(9, 4.0), 2, 3, 5][:, None]) is None


def test_all_on_one_side_answered_alike():
    outcome = np.r_[np.full(4, 5.0), scores(10)]
    assert reason(np.stack([binary(14, 4), outcome], axis=1)) == "alike"


def test_everybody_answered_alike_at_the_first_of_two_waves():
    time, person = np.repeat([0.0, 1.0], 12), np.tile(range(12), 2)
    assert reason(np.stack([time, np.r_[np.full(12, 5.0), scores(12)]], axis=1), person=person) == "alike"
    assert reason(np.stack([time, scores(24)], axis=1), person=person) is None


@pytest.mark.parametrize(("ones", "expected"), [(0, "alike"), (1, "rare_category"), (2, "rare_category"), (3, None)])
def test_an_item_with_few_who_differ(ones, expected):
    assert unfit_moments(np.stack([np.arange(30.0) % 4, binary(30, ones)], axis=1), POLICY) == expected


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("others", "expected"), [(2, "rare_category"), (3, None)])
def test_a_score_that_is_another_but_for_a_few(others, expected, turned):
    """Their difference, or their sum, is one number but for those few: its products are what these answered."""
    one, off = scores(30), np.where(np.arange(30) < others, scores(29)[0] + np.arange(30.0), 0)
    assert unfit_moments(np.stack([one, (5 - one if turned else one) + off], axis=1), POLICY) == expected


def test_moments_of_few_persons():
    rng = np.random.default_rng(1)
    assert unfit_moments(rng.normal(size=(9, 2)), POLICY) == "few"
    assert unfit_moments(rng.normal(size=(12, 11)), POLICY) == "few_persons_for_columns"
    assert unfit_moments(rng.normal(size=(13, 11)), POLICY) is None


def test_two_categories_of_which_one_is_all_but_one_of_the_other():
    manager, office = binary(20, 5), binary(20, 4)
    assert reason(np.stack([manager, office, scores(20)], axis=1)) == "rare_category"
    assert reason(np.stack([manager, binary(20, 9), scores(20)], axis=1)) is None
    assert reason(np.stack([manager, manager, scores(20)], axis=1)) is None


def test_a_category_that_is_two_others_and_one_more_person():
    school, teacher, researcher = binary(24, 9), binary(24, 4), binary(24, 8) - binary(24, 4)
    assert reason(np.stack([school, teacher, researcher, scores(24)], axis=1)) == "rare_category"


def test_small_groups_inside_a_cell_that_columns_tell_apart():
    group = np.repeat([0, 1, 2], [9, 9, 4])
    first, second = np.array([1.0, 3, 5])[group], np.array([2.0, 2, 4])[group]
    ours = {"personal": [False, True]}
    assert reason(np.stack([first, scores(22)], axis=1), **ours) is None
    two = {"personal": [False, False, True]}
    assert reason(np.stack([first, second, scores(22)], axis=1), **two) == "few"


def test_sums_that_tell_small_groups_apart_are_solved_for_the_smallest():
    """The attack that the rule is about: three groups, and as many sums."""
    group, outcome = np.repeat([0, 1, 2], [9, 9, 4]), scores(22)
    weights = np.column_stack([np.ones(3), [1.0, 3, 5], [2.0, 2, 4]])
    sums = weights[group].T @ outcome
    np.testing.assert_allclose(np.linalg.solve(weights.T, sums)[2], outcome[group == 2].sum())
