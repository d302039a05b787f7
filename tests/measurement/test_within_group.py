"""Numerics of agreement: the fast ways against the plain definitions."""

import numpy as np
import pytest

from lcresearch.measurement.nulls import null_variances, uniform_variance
from lcresearch.measurement.within_group import (
    ItemSpread,
    awg,
    item_statistics,
    r_wg,
    r_wg_lindell,
    scale_spread,
)


@pytest.fixture
def plain():
    """The definitions, group by group."""

    def spread(answers, codes, n_groups):
        rows = []
        for group in range(n_groups):
            x = answers[codes == group]
            if len(x) < 2:
                rows.append([len(x), *[np.nan] * 4])
                continue
            from_mean, from_median = np.abs(x - x.mean()), np.abs(x - np.median(x))
            rows.append([len(x), x.mean(), x.var(ddof=1), from_mean.mean(), from_median.mean()])
        return ItemSpread(*np.array(rows).T)

    return spread


def item_spread(answers, codes, n_groups):
    return item_statistics(answers, codes, np.ones(len(answers), dtype=bool), n_groups)[1]


ANSWERS = {
    "whole": lambda rng: rng.integers(-2, 4, 200).astype(float),
    "continuous": lambda rng: rng.normal(3, 1, 200),
    "wide": lambda rng: rng.integers(0, 1000, 200).astype(float),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_moments_and_spread_equal_the_definitions(plain, kind):
    rng = np.random.default_rng(5)
    codes = rng.integers(0, 12, 200)
    codes[codes == 3] = 4  # an empty group
    codes[np.flatnonzero(codes == 7)[1:]] = 8  # a group of one
    codes[:5] = -1  # nobody's
    answers, complete = ANSWERS[kind](rng), rng.random(200) < 0.8
    answers[10:20], complete[10:20] = np.nan, False
    moments, spread = item_statistics(answers, codes, complete, 12)
    known, used = (codes >= 0) & ~np.isnan(answers), (codes >= 0) & complete
    expected = plain(answers[used], codes[used], 12)
    for name in ("n", "mean", "variance", "ad_mean", "ad_median"):
        assert getattr(spread, name) == pytest.approx(getattr(expected, name), rel=1e-12, nan_ok=True), name
    of_all = plain(answers[known], codes[known], 12)
    assert moments.sizes.tolist() == of_all.n.tolist()
    several = of_all.n > 1
    assert moments.means[several] == pytest.approx(of_all.mean[several], rel=1e-12)
    assert moments.squares[several] == pytest.approx((of_all.variance * (of_all.n - 1))[several], rel=1e-12)


def test_r_wg_bounds_and_growth_with_items():
    variance = np.array([0.0, 0.5, 2.0, 3.0])
    assert r_wg(variance, 2.0, 5).tolist() == [1.0, 0.9375, 0.0, 0.0]
    assert (r_wg(variance, 2.0, 10) >= r_wg(variance, 2.0, 5)).all()


@pytest.mark.published("Brown & Hauenstein (2005), Organizational Research Methods 8, 165-184")
def test_awg_as_printed_in_brown_and_hauenstein():
    # their example of the largest variance: half at either end of five points gives -1
    ends = item_spread(np.array([1, 1, 5, 5.0]), np.zeros(4, dtype=int), 1)
    assert awg(ends, (1, 5)).tolist() == pytest.approx([-1.0])


def test_awg_at_and_near_an_end():
    answers = np.array([5, 5, 5, 5, 5, 4, 5, 5, 5.0])
    codes = np.array([0, 0, 0, 1, 1, 1, 1, 1, 1])
    at_end, near_end = awg(item_spread(answers, codes, 2), (1, 5))
    assert at_end == 1.0
    assert np.isnan(near_end)  # mean 4.83 is above (5 x 5 + 1) / 6 = 4.33


@pytest.mark.parametrize(
    ("name", "shares"),
    [
        ("slight_skew", [0.05, 0.15, 0.20, 0.35, 0.25]),
        ("moderate_skew", [0.00, 0.10, 0.15, 0.40, 0.35]),
        ("heavy_skew", [0.00, 0.00, 0.10, 0.40, 0.50]),
    ],
)
def test_null_variances_follow_from_the_shares_of_lebreton_and_senter(name, shares):
    options = np.arange(1, 6)
    variance = shares @ options**2 - (shares @ options) ** 2
    # the table prints two decimals
    assert null_variances(5)[name] == pytest.approx(variance, abs=0.006)


def test_uniform_variance_is_that_of_equal_shares():
    assert uniform_variance(7) == pytest.approx(np.var(np.arange(7)))


@pytest.mark.parametrize("options", range(2, 12))
def test_triangular_variance_is_that_of_a_triangle(options):
    codes = np.arange(1, options + 1)
    shares = np.minimum(codes, codes[::-1]) / np.minimum(codes, codes[::-1]).sum()
    expected = shares @ codes**2 - (shares @ codes) ** 2
    assert null_variances(options, ["triangular"])["triangular"] == pytest.approx(expected)


@pytest.mark.parametrize("options", range(5, 12))
def test_more_skew_leaves_less_variance(options):
    variances = list(null_variances(options).values())
    assert variances == sorted(variances, reverse=True)
    assert len(variances) == 4


def test_lindell_is_one_less_the_share_of_the_null_variance_and_may_be_negative():
    assert r_wg_lindell(np.array([0.0, 0.5, 2.0, 3.0]), 2.0).tolist() == [1.0, 0.75, 0.0, -0.5]


def test_spread_of_a_scale_is_the_mean_over_items_of_each_group(plain):
    rng = np.random.default_rng(8)
    codes = np.repeat([0, 1, 2], [5, 8, 1])
    items = rng.integers(1, 6, (14, 3)).astype(float)
    items[codes == 1] = np.clip(items[codes == 1], 2, 3)
    found = scale_spread([item_spread(column, codes, 3) for column in items.T], (1, 5))
    by_item = [plain(column, codes, 3) for column in items.T]
    for name in ("variance", "ad_mean", "ad_median"):
        expected = sum(getattr(item, name) for item in by_item) / 3
        assert getattr(found, name) == pytest.approx(expected, nan_ok=True)
    assert found.n.tolist() == [5, 8, 1]
    assert np.isnan(found.ad_mean).tolist() == [False, False, True]
