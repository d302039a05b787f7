"""How many conditions cases can bear, against simulated coins."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import IntegrationError
from lcresearch.integration import qca
from lcresearch.integration.configurations.few_cases import cases_needed, chance_without_contradiction


@pytest.mark.parametrize(("n_cases", "n_rows"), [(5, 4), (10, 8), (12, 32), (20, 48)])
def test_the_chance_is_that_of_tossed_coins(n_cases, n_rows):
    rng = np.random.default_rng([n_cases, n_rows])
    times = 40_000
    rows, coins = rng.integers(n_rows, size=(times, n_cases)), rng.integers(2, size=(times, n_cases))
    seen = [np.zeros((times, n_rows), dtype=bool) for _ in range(2)]
    for side in (0, 1):
        trial, case = np.nonzero(coins == side)
        seen[side][trial, rows[trial, case]] = True
    share = np.mean(~(seen[0] & seen[1]).any(axis=1))
    exact = chance_without_contradiction(n_cases, n_rows)
    assert abs(share - exact) < 4 * np.sqrt(exact * (1 - exact) / times)


def test_more_cases_or_fewer_conditions_lower_the_chance():
    chances = [[chance_without_contradiction(n, 2**k) for n in (5, 10, 20, 40)] for k in (2, 4, 6)]
    assert np.all(np.diff(chances, axis=1) < 0)
    assert np.all(np.diff(chances, axis=0) > 0)
    assert chance_without_contradiction(1, 8) == 1
    needed = cases_needed(32)
    assert chance_without_contradiction(needed, 32) < 0.05 <= chance_without_contradiction(needed - 1, 32)


def test_conditions_that_cases_cannot_bear_are_refused_with_what_is_needed():
    rng = np.random.default_rng(5)
    names = [f"c{i}" for i in range(7)]
    cases = pd.DataFrame(rng.integers(2, size=(12, 7)), columns=names).assign(y=[0, 1] * 6)
    with pytest.raises(IntegrationError) as raised:
        qca(cases, "y", names)
    (problem,) = raised.value.problems
    assert problem.code == "Q014"
    least, needed = problem.values["least"], problem.values["needed"]
    assert chance_without_contradiction(least, 128) < 0.5 <= chance_without_contradiction(least - 1, 128)
    assert str(least) in problem.text("en")
    assert str(needed) in problem.text("nl")
    result = qca(cases, "y", names, few_cases="accept")
    assert any("tossed coins" in caution for caution in result.cautions())
