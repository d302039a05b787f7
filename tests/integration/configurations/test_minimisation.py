"""Minimisation against exhaustive search: every term there is, every set of terms, and an integer programme.

The search here is written apart from the package and knows nothing of it: terms are tried one by one.
"""

import itertools

import numpy as np
import pytest
from scipy import optimize

from lcresearch.errors import IntegrationError
from lcresearch.integration.configurations.covers import fewest_covers, irredundant_covers
from lcresearch.integration.configurations.minimisation import prime_implicants


def every_configuration(levels):
    return list(itertools.product(*(range(level) for level in levels)))


def holds(term, configuration):
    return all(value in (-1, other) for value, other in zip(term, configuration, strict=True))


def primes_by_trial(levels, explain, allowed):
    """Every term that holds no forbidden row, without those that lie in another; then those that explain."""
    rows = every_configuration(levels)
    fine = {rows[row - 1] for row in (*explain, *allowed)}
    terms = itertools.product(*([-1, *range(level)] for level in levels))
    implicants = {term for term in terms if all(c in fine for c in rows if holds(term, c))}
    prime = {
        term
        for term in implicants
        if not any((*term[:place], -1, *term[place + 1 :]) in implicants for place, v in enumerate(term) if v != -1)
    }
    return {term for term in prime if any(holds(term, rows[row - 1]) for row in explain)}


def covers_by_trial(chart):
    """All sets of terms that hold every row and of which none can be left out."""
    found = []
    for size in range(1, len(chart) + 1):
        for chosen in itertools.combinations(range(len(chart)), size):
            smaller = any(set(other) < set(chosen) for other in found)
            if not smaller and chart[list(chosen)].any(axis=0).all():
                found.append(chosen)
    return found


def smallest_by_programme(chart):
    n = len(chart)
    constraint = optimize.LinearConstraint(chart.T.astype(float), lb=1)
    found = optimize.milp(np.ones(n), constraints=constraint, integrality=np.ones(n), bounds=optimize.Bounds(0, 1))
    return round(found.fun)


def random_table(rng, levels, observed, sufficient):
    """Rows to explain, and remainders."""
    n = int(np.prod(levels))
    out = np.where(rng.random(n) < observed, rng.random(n) < sufficient, -1)
    out[rng.integers(n)] = 1
    return np.flatnonzero(out == 1) + 1, np.flatnonzero(out == -1) + 1


SHAPES = [(2,), (2, 2), (2, 2, 2), (3, 2, 2), (2, 2, 2, 2), (3, 3, 2), (4, 2, 3), (2, 3, 2, 2), (2,) * 5]


@pytest.mark.parametrize("levels", SHAPES, ids=str)
@pytest.mark.parametrize("with_remainders", [False, True])
def test_prime_implicants_are_those_of_trying_every_term(levels, with_remainders):
    rng = np.random.default_rng([1, *levels])
    for share in (0.3, 0.6, 1.0):
        for sufficient in (0.2, 0.5, 0.8):
            explain, remainders = random_table(rng, levels, share, sufficient)
            allowed = remainders if with_remainders else []
            chart = prime_implicants(levels, explain.tolist(), list(allowed))
            assert set(chart.terms) == primes_by_trial(levels, explain, allowed)
            rows = every_configuration(levels)
            assert chart.holds.tolist() == [[holds(term, rows[row - 1]) for row in chart.rows] for term in chart.terms]


@pytest.mark.parametrize("seed", range(60))
def test_covers_are_those_of_trying_every_set_of_terms(seed):
    rng = np.random.default_rng([2, seed])
    terms, rows = int(rng.integers(1, 11)), int(rng.integers(1, 9))
    chart = rng.random((terms, rows)) < rng.uniform(0.15, 0.6)
    chart[rng.integers(terms, size=rows), np.arange(rows)] = True
    chart = chart[chart.any(axis=1)]
    expected = covers_by_trial(chart)
    fewest = min(map(len, expected))
    found, every = fewest_covers(chart), irredundant_covers(chart)
    assert found.complete
    assert every.complete
    assert set(found.covers) == {cover for cover in expected if len(cover) == fewest}
    assert set(every.covers) == set(expected)
    assert len(set(every.covers)) == len(every)


@pytest.mark.parametrize("n_conditions", [4, 5, 6, 7, 8])
@pytest.mark.parametrize("n_cases", [12, 40, 150])
def test_models_of_random_truth_tables_up_to_eight_conditions(n_conditions, n_cases):
    """Primes by trial up to six conditions; the number of terms of every model by an integer programme."""
    rng = np.random.default_rng([3, n_conditions, n_cases])
    levels = (2,) * n_conditions
    rows = every_configuration(levels)
    seen = np.unique(rng.integers(1, 2**n_conditions + 1, size=n_cases))
    out = rng.random(len(seen)) < 0.5
    out[0] = True
    explain = seen[out].tolist()
    remainders = sorted(set(range(1, 2**n_conditions + 1)) - set(seen.tolist()))
    for allowed in ([], remainders):
        chart = prime_implicants(levels, explain, allowed)
        forbidden = [rows[row - 1] for row in set(range(1, len(rows) + 1)) - set(explain) - set(allowed)]
        assert not any(holds(term, c) for term in chart.terms for c in forbidden)
        if n_conditions <= 6:
            assert set(chart.terms) == primes_by_trial(levels, explain, allowed)
        found = fewest_covers(chart.holds)
        smallest = smallest_by_programme(chart.holds)
        assert len(found)
        assert {len(cover) for cover in found.covers} == {smallest}
        assert all(chart.holds[list(cover)].any(axis=0).all() for cover in found.covers)
        assert len(set(found.covers)) == len(found)


def test_a_search_that_stops_says_so():
    rng = np.random.default_rng(4)
    explain = (np.flatnonzero(rng.random(64) < 0.5) + 1).tolist()
    chart = prime_implicants((2,) * 6, explain)
    every = fewest_covers(chart.holds)
    assert every.complete
    assert len(every) > 3
    few = fewest_covers(chart.holds, most=3)
    assert len(few) == 3
    assert not few.complete
    assert set(few.covers) < set(every.covers)


def test_terms_that_hold_the_same_rows_are_models_of_their_own():
    chart = np.array([[True, True], [True, True], [True, False]])
    assert fewest_covers(chart).covers == ((0,), (1,))


def test_parity_has_no_shorter_terms():
    odd = [i + 1 for i, c in enumerate(every_configuration((2, 2, 2))) if sum(c) % 2]
    chart = prime_implicants((2, 2, 2), odd)
    assert len(chart.terms) == 4
    assert all(-1 not in term for term in chart.terms)
    assert fewest_covers(chart.holds).covers == ((0, 1, 2, 3),)


def test_a_condition_with_three_values_needs_all_of_them_to_drop_out():
    assert prime_implicants((3, 2), [1, 3]).terms == ((1, 0), (0, 0))
    assert prime_implicants((3, 2), [1, 3, 5]).terms == ((-1, 0),)


def test_more_conditions_than_can_be_computed():
    with pytest.raises(IntegrationError) as raised:
        prime_implicants((2,) * 17, [1])
    assert raised.value.problems[0].code == "Q012"
