"""The elimination with multiple membership gives what the whole matrices give, with and without a factor in front."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lcresearch.multilevel.crossed_sums import Factor
from lcresearch.multilevel.memberships import gathered, patterns_of, shared, summed
from lcresearch.multilevel.memberships_alone import crossed_elimination

RNG = np.random.default_rng(5)
N, N_GROUPS = 200, 9
MATRIX = np.column_stack([np.ones(N), *RNG.normal(size=(3, N))])
ADJOINT = np.eye(4) + 0.3
OWN, OTHER = np.array([[0.5, 0.1], [0.1, 0.3]]), np.array([[0.4]])


def members(columns):
    """A factor in which rows have one to three of nine groups, some of them twice, and its incidence."""
    groups = RNG.integers(0, N_GROUPS, (N, 3))
    weights = RNG.uniform(0.2, 1, (N, 3)) * (RNG.random((N, 3)) < [1, 0.6, 0.3])
    codes, used, memberships = patterns_of(groups, weights)
    incidence = np.zeros((N, N_GROUPS))
    np.add.at(incidence, (np.arange(N)[:, None], groups), weights)
    return Factor(columns, codes, len(used), memberships), incidence


def single(columns, n_groups):
    codes = RNG.integers(0, n_groups, N)
    return Factor(columns, codes, n_groups), np.eye(n_groups)[codes]


ROWS = np.moveaxis(MATRIX[:, :, None] * MATRIX[:, None, :], 0, -1)
FIRST, SECOND = members(np.array([0, 1])), members(np.array([2]))
CASES = {
    "alone": ([FIRST], [OWN]),
    "two": ([FIRST, SECOND], [OWN, OTHER]),
    "behind another": ([single(np.array([0]), 30), FIRST], [OTHER, OWN]),
    "behind two": ([single(np.array([0, 3]), 25), single(np.array([0]), 6), FIRST], [OWN, OTHER, OWN]),
}


def wide(case, covariances):
    """Z of all factors side by side, and the covariance matrix of their effects."""
    z, blocks = [], []
    for (factor, incidence), covariance in zip(CASES[case][0], covariances, strict=True):
        z.append(np.einsum("ng,nq->ngq", incidence, MATRIX[:, factor.columns]).reshape(N, -1))
        blocks.append(np.kron(np.eye(factor.n_groups), covariance))
    sizes = np.cumsum([0, *map(len, blocks)])
    covariance = np.zeros((sizes[-1], sizes[-1]))
    for start, block in zip(sizes[:-1], blocks, strict=True):
        covariance[start : start + len(block), start : start + len(block)] = block
    return np.hstack(z), covariance


def elimination_of(case):
    return crossed_elimination(ROWS, [factor for factor, _ in CASES[case][0]])


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("zero", [None, 0])
def test_what_is_left_at_the_top(case, zero):
    covariances = [each * (place != zero) for place, each in enumerate(CASES[case][1])]
    log_det, top, _ = elimination_of(case).evaluate(covariances)
    z, covariance = wide(case, covariances)
    v = np.eye(N) + z @ covariance @ z.T
    np.testing.assert_allclose(log_det, np.linalg.slogdet(v)[1], rtol=1e-12)
    np.testing.assert_allclose(top, MATRIX.T @ np.linalg.solve(v, MATRIX), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("zero", [None, 0])
def test_gradients_are_the_derivatives(case, zero):
    covariances = [each * (place != zero) for place, each in enumerate(CASES[case][1])]
    elimination = elimination_of(case)
    found = elimination.gradient(elimination.evaluate(covariances)[2], ADJOINT)
    assert len(found) == len(covariances)
    for place, gradient in enumerate(found):
        for a, b in zip(*np.tril_indices(len(gradient)), strict=True):
            direction = np.zeros_like(gradient)
            direction[a, b] = direction[b, a] = 1
            moved = [each.astype(complex) for each in covariances]
            moved[place] += 1e-30j * direction
            log_det, top, _ = elimination.evaluate(moved)
            derivative = (log_det + (ADJOINT * top).sum()).imag / 1e-30
            np.testing.assert_allclose((gradient * direction).sum(), derivative, rtol=1e-9, atol=1e-8)


@pytest.mark.parametrize("case", CASES)
def test_effects_solutions_and_their_spread(case):
    factors, covariances = CASES[case]
    elimination = elimination_of(case)
    steps = elimination.evaluate(covariances)[2]
    z, covariance = wide(case, covariances)
    inverse = np.linalg.inv(np.linalg.inv(covariance) + z.T @ z)
    combination = np.array([0.1, -0.5, 0.3, 1.0])
    effects = elimination.effects(steps, combination)
    modes = np.concatenate([mode.ravel() for mode, _ in effects])
    np.testing.assert_allclose(modes, inverse @ z.T @ MATRIX @ combination, atol=1e-10)
    values = RNG.normal(size=N)
    right = elimination.solve(steps, MATRIX.T * values)
    np.testing.assert_allclose(np.concatenate([each.ravel() for each in right]), inverse @ z.T @ values, atol=1e-10)
    start = 0
    for (factor, _), (_, spread) in zip(factors, effects, strict=True):
        q = len(factor.columns)
        for group in range(factor.n_groups):
            own = slice(start + group * q, start + (group + 1) * q)
            np.testing.assert_allclose(spread[group], inverse[own, own], atol=1e-10)
        start += factor.n_groups * q
    variances = np.einsum("na,abn,nb->n", MATRIX, elimination.spread(steps), MATRIX)
    np.testing.assert_allclose(variances, np.einsum("na,ab,nb->n", z, inverse, z), atol=1e-10)


@given(st.lists(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([0.0, 0.25, 1.0])), min_size=3, max_size=3)))
def test_patterns_hold_what_rows_say(rows):
    rows = [*rows, [(0, 1.0), (1, 0.0), (2, 0.0)]]
    groups = np.array([[group for group, _ in row] for row in rows])
    weights = np.array([[weight for _, weight in row] for row in rows])
    codes, used, memberships = patterns_of(groups, weights)
    whole = np.zeros((len(rows), 5))
    np.add.at(whole, (np.arange(len(rows))[:, None], groups), weights)
    assert list(used) == list(np.flatnonzero(whole.any(axis=0)))
    incidence = gathered(np.eye(len(used)), codes, memberships)
    np.testing.assert_array_equal(incidence, whole[:, used])
    values = np.arange(len(rows)) - 1.5
    np.testing.assert_allclose(summed(values, codes, len(used), memberships), incidence.T @ values)
    np.testing.assert_allclose(shared(codes, memberships), incidence @ incidence.T)
    np.testing.assert_allclose(memberships.squares[codes], (incidence**2).sum(axis=1))
    assert len(memberships.groups) == len(np.unique(whole, axis=0))
