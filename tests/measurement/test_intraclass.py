"""ICCs: published values, identities, edges."""

from dataclasses import asdict

import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy import stats

from lcresearch.measurement.intraclass import (
    OneWay,
    anova,
    group_moments,
    intervals,
    one_way,
    variance_components,
)

# Shrout and Fleiss (1979, Table 2): six targets, four judges.
SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)


def layout_of(scores, codes):
    n_groups = int(np.max(codes)) + 1
    return one_way(group_moments(np.asarray(scores, float), np.asarray(codes), n_groups))


@pytest.fixture
def shrout_fleiss():
    return layout_of(SHROUT_FLEISS.ravel(), np.repeat(np.arange(6), 4))


@pytest.mark.published("Shrout & Fleiss (1979), Psychological Bulletin 86, 420-428, table 4")
def test_icc_as_printed_by_shrout_fleiss_1979(shrout_fleiss):
    table = anova(shrout_fleiss)
    assert table.icc_1 == pytest.approx(0.17, abs=0.005)  # ICC(1,1), Table 4
    assert table.icc_2 == pytest.approx(0.44, abs=0.005)  # ICC(1,4)


def test_intervals_of_equal_groups_are_those_of_shrout_fleiss(shrout_fleiss):
    table, interval = anova(shrout_fleiss), intervals(shrout_fleiss)
    f_low, f_high = table.f / stats.f.ppf([0.975, 0.025], 5, 18)
    assert interval.icc_1 == pytest.approx(((f_low - 1) / (f_low + 3), (f_high - 1) / (f_high + 3)), rel=1e-10)
    assert interval.icc_2 == pytest.approx((1 - 1 / f_low, 1 - 1 / f_high), rel=1e-10)


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # pingouin 0.7 on pandas 3.1
def test_intervals_of_equal_groups_are_those_of_pingouin(shrout_fleiss):
    long = pd.DataFrame(
        {"target": np.repeat(np.arange(6), 4), "judge": np.tile(np.arange(4), 6), "score": SHROUT_FLEISS.ravel()}
    )
    table = pingouin.intraclass_corr(long, "target", "judge", "score").set_index("Type")
    column = next(name for name in table.columns if name.upper().startswith("CI95"))
    single, mean = (next(name for name in table.index if name.replace(" ", "") in names) for names in _ICC_NAMES)
    # pingouin rounds its intervals to two decimals
    assert list(table.loc[single, column]) == pytest.approx(intervals(shrout_fleiss).icc_1, abs=0.005)
    assert list(table.loc[mean, column]) == pytest.approx(intervals(shrout_fleiss).icc_2, abs=0.005)


_ICC_NAMES = (("ICC1", "ICC(1,1)"), ("ICC1k", "ICC(1,k)"))


def test_interval_of_unequal_groups_solves_walds_equation():
    # the pivot of Wald (1940), written out with matrices: y'V^-1 y about the generalised least-squares mean
    codes = np.repeat([0, 1, 2, 3], [2, 5, 3, 9])
    scores = np.array([1, 2, 4, 4, 5, 3, 4, 2, 3, 1, 5, 5, 4, 5, 5, 4, 3, 5, 4], float)
    interval = intervals(layout_of(scores, codes))
    same = (codes[:, None] == codes[None, :]).astype(float)
    groups = np.array([scores[codes == g].mean() for g in range(4)])
    within = sum(((scores[codes == g] - groups[g]) ** 2).sum() for g in range(4))
    for icc, tail in zip(interval.icc_1, (0.975, 0.025), strict=True):
        precision = np.linalg.inv(np.eye(19) + icc / (1 - icc) * same)
        mean = precision.sum(axis=0) @ scores / precision.sum()
        between = (scores - mean) @ precision @ (scores - mean) - within
        assert between / 3 / (within / 15) == pytest.approx(stats.f.ppf(tail, 3, 15), rel=1e-9)


def test_reml_equals_anova_when_groups_are_equal(shrout_fleiss):
    table, mixed = anova(shrout_fleiss), variance_components(shrout_fleiss)
    assert mixed.within == pytest.approx(table.ms_within, rel=1e-10)
    assert mixed.between == pytest.approx((table.ms_between - table.ms_within) / 4, rel=1e-10)
    assert float(mixed.reliability(4)) == pytest.approx(table.icc_2, rel=1e-10)


def test_reml_is_zero_when_groups_differ_less_than_persons():
    layout = layout_of([1, 5, 2, 4, 3, 3.5], [0, 0, 1, 1, 2, 2])
    mixed = variance_components(layout)
    assert anova(layout).icc_1 < 0
    assert mixed.between == 0.0
    assert mixed.within == pytest.approx(np.var([1, 5, 2, 4, 3, 3.5], ddof=1))


def test_reml_finds_a_minimum_very_near_one():
    layout = layout_of([0, 1e-4, 10, 10 + 1e-4, 20, 20 + 1e-4], [0, 0, 1, 1, 2, 2])
    assert variance_components(layout).icc_1 == pytest.approx(anova(layout).icc_1, rel=1e-9)


def test_large_offset_loses_no_digits():
    scores = np.array([1, 2, 4, 3, 5, 4], float)
    codes = [0, 0, 1, 1, 2, 2]
    assert anova(layout_of(scores + 2**30, codes)).f == pytest.approx(anova(layout_of(scores, codes)).f, rel=1e-12)


def test_simulated_icc_comes_back():
    # 4,000 groups of 5 to 15 with ICC(1) = 0.2; the standard error of the estimate is about 0.006
    rng = np.random.default_rng(12)
    codes = np.repeat(np.arange(4000), rng.integers(5, 16, 4000))
    scores = np.sqrt(0.2) * rng.standard_normal(4000)[codes] + np.sqrt(0.8) * rng.standard_normal(len(codes))
    layout = layout_of(scores, codes)
    low, high = intervals(layout, 0.999).icc_1
    assert low < 0.2 < high
    assert high - low < 0.05
    assert low < variance_components(layout).icc_1 < high


def test_one_group_has_no_icc():
    layout = layout_of([1, 2, 3], [0, 0, 0])
    table = anova(layout)
    assert np.isnan([table.icc_1, table.icc_2, table.f, *intervals(layout).icc_1]).all()
    assert np.isnan(intervals(layout).icc_2).all()
    assert np.isnan(variance_components(layout).between)


def test_groups_of_one_have_no_icc():
    assert np.isnan(anova(layout_of([1, 2, 3], [0, 1, 2])).icc_1)


def test_no_difference_within_groups_is_full_icc():
    table = anova(layout_of([0.1, 0.1, 0.1, 0.7, 0.7, 0.7], [0, 0, 0, 1, 1, 1]))
    assert (table.icc_1, table.icc_2, table.f, table.p_value) == (1.0, 1.0, np.inf, 0.0)


def test_equal_scores_have_no_icc():
    assert np.isnan(anova(layout_of([0.1] * 6, [0, 0, 0, 1, 1, 1])).icc_1)


def test_nobody_has_no_icc():
    empty = OneWay(np.array([]), np.array([]), 0.0)
    table = asdict(anova(empty))
    assert (table.pop("df_between"), table.pop("df_within")) == (0, 0)
    assert np.isnan(list(table.values())).all()
    assert np.isnan(intervals(empty).icc_1).all()
