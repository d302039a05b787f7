"""Quantiles and moments of distributions, against closed forms and numerical integration of the quantile function."""

import numpy as np
import pytest
from scipy import integrate, stats

from lcresearch.integration.value.distributions import fixed, from_shape

SHAPES = (
    ("uniform", {"min": 2.0, "max": 8.0}),
    ("triangular", {"min": 10.0, "mode": 12.0, "max": 20.0}),
    ("pert", {"min": 10.0, "mode": 12.0, "max": 20.0}),
    ("pert", {"min": 0.0, "mode": 0.0, "max": 1.0}),
    ("normal", {"mean": 5.0, "sd": 2.0}),
    ("lognormal", {"mean": 100.0, "sd": 40.0}),
)


@pytest.mark.parametrize(("kind", "shape"), SHAPES)
def test_mean_and_sd_are_those_of_the_quantiles(kind, shape):
    made = from_shape(kind, shape)
    mean = integrate.quad(made.at, 0, 1, limit=200)[0]
    square = integrate.quad(lambda p: (made.at(p) - mean) ** 2, 0, 1, limit=400, points=[1e-4, 1 - 1e-4])[0]
    assert made.mean == pytest.approx(mean, rel=1e-6)
    assert made.sd == pytest.approx(np.sqrt(square), rel=2e-4)  # quadrature of unbounded tails


def test_triangular_by_hand():
    # mean (a + b + c) / 3 and variance (a² + b² + c² - ab - ac - bc) / 18; the mode has F = (c - a) / (b - a)
    made = from_shape("triangular", {"min": 0.0, "mode": 3.0, "max": 9.0})
    assert (made.mean, made.sd**2) == pytest.approx((4.0, (0 + 9 + 81 - 0 - 0 - 27) / 18))
    assert made.at(1 / 3) == pytest.approx(3.0)


def test_pert_is_the_beta_with_weight_four_for_the_mode():
    made = from_shape("pert", {"min": 1.0, "mode": 2.0, "max": 5.0})
    assert made.mean == pytest.approx((1 + 4 * 2 + 5) / 6)
    beta = stats.beta(2.0, 4.0, loc=1, scale=4)
    assert made.at(0.9) == pytest.approx(beta.ppf(0.9))
    assert made.sd == pytest.approx(beta.std())


def test_lognormal_has_the_mean_and_sd_of_the_number_itself():
    made = from_shape("lognormal", {"mean": 50.0, "sd": 10.0})
    spread = np.sqrt(np.log(1 + 0.04))
    frozen = stats.lognorm(spread, scale=50 / np.sqrt(1.04))
    assert [made.at(p) for p in (0.1, 0.5, 0.9)] == pytest.approx(frozen.ppf([0.1, 0.5, 0.9]))
    assert (frozen.mean(), frozen.std()) == pytest.approx((made.mean, made.sd))


def test_a_fixed_number_does_not_vary():
    assert fixed(3.0).is_fixed
    assert fixed(3.0).quantile(np.array([0.0, 0.5, 1.0])).tolist() == [3.0, 3.0, 3.0]
