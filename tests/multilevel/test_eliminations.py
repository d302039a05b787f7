"""All eliminations give log det V and X'V^-1 X as the whole matrix does, with exact gradients."""

import numpy as np
import pytest
import scipy.sparse

from lcresearch.multilevel.crossed import CrossedElimination
from lcresearch.multilevel.crossed_sums import Factor, crossed_sums
from lcresearch.multilevel.group_products import DenseProducts, ListedPairs, group_products
from lcresearch.multilevel.nested import Level, NestedElimination
from lcresearch.multilevel.sparse_crossed import SparseCrossedElimination
from lcresearch.multilevel.sparse_layout import sparse_layout

RNG = np.random.default_rng(8)
N = 240
COVARIANCES = [
    np.array([[0.5, 0.1], [0.1, 0.3]]),
    np.array([[0.2, 0.05], [0.05, 0.4]]),
    np.array([[0.3]]),
]
COLUMNS = [np.array([0, 1]), np.array([0, 2]), np.array([0])]
MATRIX = np.column_stack([np.ones(N), *RNG.normal(size=(3, N))])
ADJOINT = np.eye(4) + 0.3


def nested():
    fine = np.unique(np.sort(RNG.integers(0, 40, N)), return_inverse=True)[1]
    middle = np.unique(np.sort(RNG.integers(0, 9, fine.max() + 1)), return_inverse=True)[1]
    top = np.unique(np.sort(RNG.integers(0, 3, middle.max() + 1)), return_inverse=True)[1]
    sums = np.stack([MATRIX[fine == j].T @ MATRIX[fine == j] for j in range(fine.max() + 1)], axis=-1)
    parents = [middle, top, np.zeros(top.max() + 1, dtype=int)]
    levels = [
        Level(columns, np.flatnonzero(np.r_[True, parent[1:] != parent[:-1]]), parent)
        for columns, parent in zip(COLUMNS, parents, strict=True)
    ]
    return NestedElimination(sums, levels), [fine, middle[fine], top[middle[fine]]]


def crossed(*, sparse=False):
    codes = [RNG.integers(0, n, N) for n in (30, 7, 3)]
    sums = np.moveaxis(MATRIX[:, :, None] * MATRIX[:, None, :], 0, -1)
    factors = [Factor(columns, code, code.max() + 1) for columns, code in zip(COLUMNS, codes, strict=True)]
    if sparse:
        return SparseCrossedElimination(sums, factors, sparse_layout(crossed_sums(sums, factors))), codes
    return CrossedElimination(sums, factors), codes


CASES = {"nested": nested(), "crossed": crossed(), "sparse": crossed(sparse=True)}


def whole(codes, covariances):
    found = np.eye(N)
    for code, columns, covariance in zip(codes, COLUMNS, covariances, strict=True):
        z = MATRIX[:, columns]
        found = found + (z @ covariance @ z.T) * (code[:, None] == code)
    return found


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("zero", [None, 0, 1, 2])
def test_what_is_left_at_the_top(case, zero):
    elimination, codes = CASES[case]
    covariances = [np.zeros_like(each) if place == zero else each for place, each in enumerate(COVARIANCES)]
    log_det, top, _ = elimination.evaluate(covariances)
    v = whole(codes, covariances)
    np.testing.assert_allclose(log_det, np.linalg.slogdet(v)[1], rtol=1e-12)
    np.testing.assert_allclose(top, MATRIX.T @ np.linalg.solve(v, MATRIX), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("zero", [None, 0, 1, 2])
def test_gradients_and_complex_steps_are_the_derivatives(case, zero):
    elimination, codes = CASES[case]
    covariances = [np.zeros_like(each) if place == zero else each for place, each in enumerate(COVARIANCES)]
    steps = elimination.evaluate(covariances)[2]
    inverse = np.linalg.inv(whole(codes, covariances))
    for place, gradient in enumerate(elimination.gradient(steps, ADJOINT)):
        q = len(gradient)
        for a in range(q):
            for b in range(a + 1):
                direction = np.zeros((q, q))
                direction[a, b] = direction[b, a] = 1
                z = MATRIX[:, COLUMNS[place]]
                change = (z @ direction @ z.T) * (codes[place][:, None] == codes[place])
                log_det, top = (inverse * change).sum(), -MATRIX.T @ inverse @ change @ inverse @ MATRIX
                derivative = log_det + (ADJOINT * top).sum()
                np.testing.assert_allclose((gradient * direction).sum(), derivative, rtol=1e-9, atol=1e-8)
                moved = [each.astype(complex) for each in covariances]
                moved[place] += 1e-30j * direction
                found = elimination.evaluate(moved)
                np.testing.assert_allclose(found[0].imag / 1e-30, log_det, rtol=1e-9, atol=1e-8)
                np.testing.assert_allclose(found[1].imag / 1e-30, top, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("case", CASES)
def test_conditional_modes_and_their_covariances(case):
    elimination, codes = CASES[case]
    combination = np.array([0.1, -0.5, 0.3, 1.0])
    residual = MATRIX @ combination
    inverse = np.linalg.inv(whole(codes, COVARIANCES))
    effects = elimination.effects(elimination.evaluate(COVARIANCES)[2], combination)
    for code, columns, covariance, (modes, spread) in zip(codes, COLUMNS, COVARIANCES, effects, strict=True):
        q, n_groups = len(columns), code.max() + 1
        z = np.zeros((N, n_groups * q))
        z[np.arange(N)[:, None], code[:, None] * q + np.arange(q)] = MATRIX[:, columns]
        wide = np.kron(np.eye(n_groups), covariance)
        np.testing.assert_allclose(modes.ravel(), wide @ z.T @ inverse @ residual, atol=1e-10)
        expected = wide - wide @ z.T @ inverse @ z @ wide
        blocks = expected.reshape(n_groups, q, n_groups, q)[np.arange(n_groups), :, np.arange(n_groups), :]
        np.testing.assert_allclose(spread, blocks, atol=1e-10)


@pytest.mark.parametrize("way", [ListedPairs, DenseProducts])
@pytest.mark.parametrize("q", [1, 2, 3])
def test_products_over_groups_listed_or_dense(way, q):
    n_groups, n = 30, 11
    pattern = np.repeat(RNG.random((n_groups, n)) < 0.3, q, axis=0)
    between = np.where(pattern, RNG.normal(size=pattern.shape), 0)
    blocks = RNG.normal(size=(n_groups, q, q))
    blocks += np.swapaxes(blocks, 1, 2)
    symmetric = RNG.normal(size=(n, n))
    symmetric += symmetric.T
    rows = between.reshape(n_groups, q, n)
    products = way(scipy.sparse.csr_matrix(between), q)
    summed = np.einsum("gau,gab,gbv->uv", rows, blocks, rows)
    np.testing.assert_allclose(np.tril(products.summed(blocks)), np.tril(summed), atol=1e-12)
    within = np.einsum("gau,uv,gbv->gab", rows, symmetric, rows)
    np.testing.assert_allclose(products.within(np.tril(symmetric)), within, atol=1e-12)


def test_where_few_effects_meet_their_pairs_are_listed():
    few, all_meet = np.eye(200), np.ones((200, 200))
    assert isinstance(group_products(scipy.sparse.csr_matrix(few), 1), ListedPairs)
    assert isinstance(group_products(scipy.sparse.csr_matrix(all_meet), 1), DenseProducts)
