"""How many units kappa needs, against the closed form for two raters with the same marginals."""

import math

import numpy as np
import pytest

from lcresearch.agreement import units_for_kappa
from lcresearch.errors import AgreementError


@pytest.mark.parametrize("prevalence", [0.05, 0.1, 0.3, 0.5, 0.8])
@pytest.mark.parametrize("kappa", [0.4, 0.6, 0.8])
def test_units_follow_from_the_variance_of_bloch_and_kraemer_1989(prevalence, kappa):
    """Biometrics 45, 269-287: (1 - k)/n [(1 - k)(1 - 2k) + k(2 - k)/(2 p (1 - p))]."""
    of_one = (1 - kappa) * ((1 - kappa) * (1 - 2 * kappa) + kappa * (2 - kappa) / (2 * prevalence * (1 - prevalence)))
    expected = math.ceil(1.959963984540054**2 * of_one / 0.1**2)
    assert units_for_kappa(prevalence, kappa=kappa) == expected


def test_an_interval_of_that_many_units_is_as_wide_as_asked():
    n, p, kappa = units_for_kappa(0.3, kappa=0.7, half_width=0.1), 0.3, 0.7
    both = p**2 + kappa * p * (1 - p)
    draws = np.random.default_rng(1).multinomial(n, [both, p - both, p - both, 1 - 2 * p + both], size=4000) / n
    observed, first, second = draws[:, 0] + draws[:, 3], draws[:, 0] + draws[:, 1], draws[:, 0] + draws[:, 2]
    expected = first * second + (1 - first) * (1 - second)
    found = (observed - expected) / (1 - expected)
    assert 1.96 * found.std() == pytest.approx(0.1, abs=0.005)


@pytest.mark.parametrize("name", ["prevalence", "kappa", "half_width", "conf_level"])
@pytest.mark.parametrize("value", [0, 1, 1.5, -0.1, math.nan])
def test_a_number_that_is_no_share_is_refused(name, value):
    with pytest.raises(AgreementError) as refused:
        units_for_kappa(**{"prevalence": 0.3} | {name: value})
    assert [(one.code, one.values) for one in refused.value.problems] == [("A030", {"name": name, "found": str(value)})]


@pytest.mark.parametrize("kappa", [0.5, 0.7])
def test_as_many_units_where_a_code_is_as_often_absent_and_four_times_for_half_the_width(kappa):
    assert units_for_kappa(0.2, kappa=kappa) == units_for_kappa(0.8, kappa=kappa)
    wide, narrow = (units_for_kappa(0.2, kappa=kappa, half_width=width) for width in (0.1, 0.05))
    assert 4 * (wide - 1) < narrow <= 4 * wide
