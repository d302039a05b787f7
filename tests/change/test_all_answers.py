"""The difference of two means of partly the same persons, beside what it is at both ends, and in simulation."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from lcresearch.change.all_answers import difference_of_means

RNG = np.random.default_rng(20260901)


def one_firm(before, after):
    firm = np.zeros(len(before), dtype=np.int64)
    return difference_of_means(np.asarray(before, float), np.asarray(after, float), firm, 1, random=False)


def test_everybody_twice_is_the_t_test_for_pairs():
    before = RNG.normal(3, 0.7, 12)
    after = before + RNG.normal(0.3, 0.5, 12)
    found, expected = one_firm(before, after), scipy.stats.ttest_rel(after, before)
    assert found.estimate / found.std_error == pytest.approx(expected.statistic, rel=1e-9)
    assert found.df == pytest.approx(expected.df)


def test_nobody_twice_is_the_test_of_welch():
    before, after = RNG.normal(3, 0.7, 9), RNG.normal(3.4, 1.1, 14)
    nothing = np.full
    found = one_firm(np.concatenate([before, nothing(14, np.nan)]), np.concatenate([nothing(9, np.nan), after]))
    expected = scipy.stats.ttest_ind(after, before, equal_var=False)
    assert found.estimate / found.std_error == pytest.approx(expected.statistic, rel=1e-9)
    assert found.df == pytest.approx(expected.df, rel=1e-9)


@pytest.mark.parametrize(("k", "random"), [(3, False), (8, True)])
def test_clear_is_said_in_about_five_of_a_hundred_without_change(k, random):
    """Partly the same persons in firms that differ, and in the second case change differently."""
    rng, n, said = np.random.default_rng(5), 600, 0
    firm = np.repeat(np.arange(k), 8)
    for _ in range(n):
        level = rng.normal(3, 0.6, len(firm)) + rng.normal(0, 0.4, k)[firm]
        own = rng.normal(0, 0.3, k)[firm] if random else 0.0
        before = level + rng.normal(0, 0.5, len(firm))
        after = level + own + rng.normal(0, 0.5, len(firm))
        before[rng.random(len(firm)) < 0.1] = np.nan
        after[rng.random(len(firm)) < 0.1] = np.nan
        found = difference_of_means(before, after, firm, k, random=random)
        reach = scipy.stats.t.ppf(0.975, found.df) * found.std_error
        said += abs(found.estimate) > reach
    assert 0.03 < said / n < 0.075  # a standard error is 0.009
