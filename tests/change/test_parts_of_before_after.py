"""Parts of before and after by hand: ends of the scale, ranks, equivalence, a low start; invented answers."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from lcresearch.change import before_after
from lcresearch.change.ends import ends_of_scale
from lcresearch.change.equivalence import equivalence
from lcresearch.change.pooled_groups import pooled_means
from lcresearch.change.rank_tests import rank_sum, signed_rank
from lcresearch.change.two_waves import TwoWaves


@pytest.fixture(scope="module")
def compared():
    """Answers from 1 to 5 of firms A and B, which take part, and C, which does not; some are missing."""
    rng = np.random.default_rng(6)
    wide = pd.DataFrame({"respondent": range(60), "firm": np.repeat(["A", "B", "C"], 20)})
    wide["t0"] = rng.integers(1, 6, 60).astype(float)
    wide["t1"] = np.clip(wide["t0"] + rng.integers(-1, 3, 60), 1, 5)
    wide.loc[[3, 25, 50], "t0"] = np.nan
    wide.loc[[7, 8, 30, 55], "t1"] = np.nan
    rows = wide.melt(["respondent", "firm"], var_name="wave", value_name="score").dropna()
    options = {"comparison": ["C"], "scale_range": (1, 5), "reference_mean": 3.5}
    found = before_after(rows, "score", before="t0", after="t1", group="firm", **options)
    return wide[wide["firm"] != "C"], found


def test_ends_of_the_scale_are_counted_of_those_who_take_part(compared):
    part, found = compared
    for row, wave in zip(found.ends.to_dict("records"), ("t0", "t1"), strict=True):
        answers = part[wave].dropna()
        assert row["n"] == len(answers)
        assert row["share_lowest"] == pytest.approx((answers == 1).mean())
        assert row["share_highest"] == pytest.approx((answers == 5).mean())
    assert found.ends.loc[0, "share_lowest"] > 0


def test_nobody_at_a_wave_has_no_share_at_an_end():
    nobody, there = np.full(2, np.nan), np.array([1.0, 3.0])
    waves = TwoWaves(nobody, there, np.zeros(2, dtype=np.int64), ("",), np.array([True]))
    ends = ends_of_scale(waves, (1, 5))
    assert ends["n"].tolist() == [0, 2]
    assert ends.loc[0, ["share_lowest", "share_highest"]].isna().all()
    assert ends.loc[1, "share_lowest"] == 0.5


def test_what_a_low_start_alone_brings_is_that_of_linked_persons_who_take_part(compared):
    part, found = compared
    linked = part.dropna()
    row = found.regression_to_the_mean.iloc[0]
    r = linked["t0"].corr(linked["t1"])
    assert row["n"] == len(linked)
    assert row["expected_change"] == pytest.approx((1 - r) * (3.5 - linked["t0"].mean()))


def test_signed_ranks_without_ties_are_counted_over_all_signs():
    change = np.array([0.5, 1.0, -0.25, 1.5, 2.0, 0.75, -1.25])
    ranks = scipy.stats.rankdata(np.abs(change))
    of_all = np.array([ranks @ signs for signs in product([0, 1], repeat=len(ranks))])
    own = ranks[change > 0].sum()
    p_value = 2 * min((of_all <= own).mean(), (of_all >= own).mean())
    assert signed_rank(change) == pytest.approx(p_value, rel=1e-12)


def test_rank_sums_without_ties_are_counted_over_all_ways_to_part_persons():
    first, second = np.array([1.0, 2.5, 4.0, 0.5]), np.array([3.0, 5.0, 4.5, 6.0, 2.0])
    ranks = scipy.stats.rankdata(np.r_[first, second])
    of_all = np.array([sum(chosen) for chosen in combinations(ranks, len(first))])
    own = ranks[: len(first)].sum()
    p_value = 2 * min((of_all <= own).mean(), (of_all >= own).mean())
    assert rank_sum(first, second) == pytest.approx(p_value, rel=1e-12)


@pytest.mark.parametrize(("p", "told"), [(0.02, True), (0.045, True), (0.055, False), (0.2, False)])
def test_a_change_is_equivalent_at_five_percent(p, told):
    bound = 0.2 * scipy.stats.t.isf(p, 20)
    row = equivalence(0.0, 0.2, 20, bound).iloc[0]
    assert row["p_value"] == pytest.approx(p)
    assert row["equivalent"] == told == (row["no_larger_than"] < bound)


def test_without_an_error_nothing_is_equivalent_and_the_bound_stands():
    row = equivalence(0.1, 0.0, 20, 0.3)
    assert row["worthwhile"].tolist() == [0.3]
    assert row["equivalent"].tolist() == [False]
    assert row[["low", "high", "p_value", "no_larger_than"]].isna().all(axis=None)


def test_two_degrees_of_freedom_have_a_mean_and_no_standard_deviation():
    found = pooled_means(np.array([3.0, 3.5, 4.5]), np.ones(3), 0.0, 0.0, np.ones((3, 1)))
    assert found.df == 2
    assert np.isfinite(found.mean).all()
    assert np.isnan(found.std_dev).all()


def test_signed_ranks_with_a_change_of_zero_are_normal_with_a_correction():
    change = np.array([0.5, 1.0, -0.25, 1.5, 2.0, 0.75, 0.0])
    # six ranks without the zero, of which 20 of 21 are of gains
    z = (20 - 6 * 7 / 4 - 0.5) / np.sqrt(6 * 7 * 13 / 24)
    assert signed_rank(change) == pytest.approx(2 * scipy.stats.norm.sf(z), rel=1e-12)


@pytest.mark.parametrize("turned", [False, True])
def test_rank_sums_of_fifty_or_more_are_normal_with_a_correction(turned):
    few, many = np.array([10.5, 20.5, 40.5]), np.arange(50.0)
    # of pairs in which one of the few is higher, there are 11 + 21 + 41
    z = (abs(73 - 3 * 50 / 2) - 0.5) / np.sqrt(3 * 50 * 54 / 12)
    found = rank_sum(many, few) if turned else rank_sum(few, many)
    assert found == pytest.approx(2 * scipy.stats.norm.sf(z), rel=1e-12)


def test_ends_that_are_not_known_have_no_rows():
    waves = TwoWaves(np.ones(2), np.ones(2), np.zeros(2, dtype=np.int64), ("",), np.array([True]))
    names = ["wave", "n", "lowest", "highest", "share_lowest", "share_highest"]
    for scale_range, n_rows in ((None, 0), ((1, 5), 2)):
        ends = ends_of_scale(waves, scale_range)
        assert list(ends.columns) == names
        assert len(ends) == n_rows
