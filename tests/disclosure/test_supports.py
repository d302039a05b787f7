"""The fewest persons on whom something can depend that is computed from sums."""

from itertools import product

import numpy as np
import pytest

from lcresearch.disclosure.supports import fewest_persons


def by_trying(patterns, persons):
    """All weights among small whole numbers."""
    points = np.column_stack([np.ones(len(patterns)), patterns])
    weights = np.array(list(product(range(-4, 5), repeat=points.shape[1])))
    sizes = (np.abs(points @ weights.T) > 1e-9).T @ persons
    return sizes[sizes > 0].min()


@pytest.mark.parametrize("seed", range(12))
def test_equals_trying_all_weights(seed):
    rng = np.random.default_rng(seed)
    patterns = np.unique(rng.integers(0, 2, (rng.integers(2, 8), 3)), axis=0).astype(float)
    persons = rng.integers(1, 9, len(patterns))
    assert fewest_persons(patterns, persons) == by_trying(patterns, persons)


def test_with_very_many_hyperplanes_pairs_of_columns_are_looked_at():
    patterns = np.array(list(product([0.0, 1], repeat=5)))
    persons = np.full(len(patterns), 3)
    assert fewest_persons(patterns, persons, most=100) == 48
    nested = patterns[(patterns[:, 0] >= patterns[:, 1])]
    n = np.where(nested[:, 0] > nested[:, 1], 0, 5)
    n[np.flatnonzero(nested[:, 0] > nested[:, 1])[0]] = 1
    assert fewest_persons(nested[n > 0], n[n > 0], most=10) == 1


def test_columns_that_are_all_the_same():
    assert fewest_persons(np.ones((1, 2)), np.array([12])) == 12
