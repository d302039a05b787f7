"""Overlap of phases: Parker, Vannest & Davis (2011), Tarlow (2017), formulas of SingleCaseES, and enumeration."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from lcresearch import change
from lcresearch.change.single_cases import overlap
from lcresearch.errors import ChangeError

A = np.array([20.0, 20, 26, 25, 22, 23])
B = np.array([28.0, 25, 24, 27, 30, 30, 29])


def frame_of(before, after, **columns):
    phase = ["A"] * len(before) + ["B"] * len(after)
    return pd.DataFrame({"phase": phase, "voice": [*before, *after]} | columns)


@pytest.mark.published("Parker, Vannest & Davis (2011), Behavior Modification 35, 303-322")
def test_first_example_of_parker_vannest_davis_2011():
    table = change.single_case(frame_of(A, B), "voice").tidy().set_index("term")["estimate"]
    expected = {"nap": 38.5 / 42, "tau": 35 / 42, "pnd": 5 / 7, "pem": 1.0, "ird": 6 / 7 - 1 / 6}
    assert table[list(expected)].to_dict() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("before", "after", "value"),
    [([3, 3, 4, 5], [4, 5, 6, 7, 7], 11 / 20), ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 0.6)],
    ids=["Parker, Vannest & Davis 2011", "Tarlow 2017"],
)
@pytest.mark.published("Parker, Vannest & Davis (2011); Tarlow (2017), Behavior Modification 41, 427-467")
def test_tau_u_of_published_examples(before, after, value):
    assert overlap.tau_u(np.array(before, float), np.array(after, float)) == pytest.approx(value, rel=1e-12)


def test_both_definitions_of_tau_u_share_their_numerator():
    before, after = np.array([1.0, 2, 3, 4, 5]), np.array([6.0, 7, 8, 9, 10])
    assert overlap.tau_u(before, after, all_pairs=True) == pytest.approx((25 - 10) / (25 + 10), rel=1e-12)


def test_interval_of_nap_is_method_5_of_newcombe():
    """f(x) as SingleCaseES 0.7 writes it: both ends are its roots."""
    nap = overlap.nonoverlap_of_all_pairs(A, B, 0.95)
    m, n, z = 6, 7, 1.959963984540054
    h = (m + n) / 2 - 1
    for x in (nap.low, nap.high):
        left = m * n * (nap.value - x) ** 2 * (2 - x) * (1 + x)
        right = z**2 * x * (1 - x) * (2 + h + (1 + 2 * h) * x * (1 - x))
        assert left == pytest.approx(right, abs=1e-9)


def test_standard_error_of_nap_without_ties_is_that_of_single_case_es():
    """V of SingleCaseES: (NAP - (m+n-1) NAP^2 + n Q1 + m Q2 - 2 NAP) / ((m-1)(n-1))."""
    before, after = np.array([1.0, 4, 2, 8]), np.array([3.0, 9, 6, 7, 10])
    won = overlap.pairs_won(before, after)
    m, n = won.shape
    nap = won.mean()
    q1, q2 = (won.sum(1) ** 2).sum() / (m * n**2), (won.sum(0) ** 2).sum() / (m**2 * n)
    variance = (nap - (m + n - 1) * nap**2 + n * q1 + m * q2 - 2 * nap) / ((m - 1) * (n - 1))
    assert overlap.nonoverlap_of_all_pairs(before, after, 0.95).std_error == pytest.approx(np.sqrt(variance), rel=1e-12)


def test_variance_of_nap_is_unbiased_with_ties():
    """All samples of 2 from {1, 2, 3} and 3 from {2, 3}, each as likely."""
    values, variances = [], []
    for before in product((1.0, 2.0, 3.0), repeat=2):
        for after in product((2.0, 3.0), repeat=3):
            won = overlap.pairs_won(np.array(before), np.array(after))
            values.append(won.mean())
            variances.append(overlap._unbiased_variance(won))
    assert np.mean(variances) == pytest.approx(np.var(values), rel=1e-12)


def test_difference_in_baseline_deviations_and_response_ratio_follow_their_formulas():
    table = change.single_case(frame_of(A, B), "voice", ratio_scale=True).tidy().set_index("term")
    spread, correction = A.std(ddof=1), 1 - 3 / (4 * 5 - 1)
    d = (B.mean() - A.mean()) / spread
    assert table.loc["smd", "estimate"] == pytest.approx(correction * d, rel=1e-12)
    variance = 1 / 6 + B.var(ddof=1) / (7 * A.var(ddof=1)) + d**2 / 10
    assert table.loc["smd", "std_error"] == pytest.approx(correction * np.sqrt(variance), rel=1e-12)
    parts = [x.var(ddof=1) / (len(x) * x.mean() ** 2) for x in (A, B)]
    ratio = np.log(B.mean()) + parts[1] / 2 - np.log(A.mean()) - parts[0] / 2
    assert table.loc["log_response_ratio", "estimate"] == pytest.approx(ratio, rel=1e-12)
    assert table.loc["log_response_ratio", "std_error"] == pytest.approx(np.sqrt(sum(parts)), rel=1e-12)


def test_improvement_rate_difference_by_trying_all_removals():
    rng = np.random.default_rng(4)
    for _ in range(20):
        before, after = rng.integers(0, 6, 4).astype(float), rng.integers(2, 8, 5).astype(float)
        together = np.concatenate([before, after])
        fewest = min(
            9 - sum(kept)
            for kept in product((0, 1), repeat=9)
            if _apart(together[:4][np.array(kept[:4], bool)], together[4:][np.array(kept[4:], bool)])
        )
        expected = 1 - fewest * (1 / 4 + 1 / 5) / 2
        assert overlap.improvement_rate_difference(before, after) == pytest.approx(expected, rel=1e-12)


def _apart(before, after):
    return not len(before) or not len(after) or before.max() < after.min()


def test_lower_is_better_mirrors_every_measure():
    up = change.single_case(frame_of(A, B), "voice").tidy()["estimate"]
    down = change.single_case(frame_of(-A, -B), "voice", improvement="lower").tidy()["estimate"]
    np.testing.assert_allclose(up, down, rtol=1e-12)


def test_every_baseline_is_compared_with_the_phase_after_it():
    phase = ["A"] * 3 + ["B"] * 3 + ["A"] * 3 + ["B"] * 3
    frame = pd.DataFrame({"phase": phase, "voice": [1, 2, 1, 4, 5, 4, 2, 1, 2, 5, 5, 4], "week": range(12)})
    shuffled = frame.sample(frac=1, random_state=3)
    found = change.single_case(shuffled, "voice", time="week")
    assert found.tidy()["contrast"].unique().tolist() == ["A1-B1", "A2-B2"]
    assert found.series["time"].tolist() == list(range(12))
    assert found.tidy().query("term == 'nap'")["estimate"].tolist() == [1.0, 1.0]


def test_short_phases_and_a_rising_baseline_are_named():
    found = change.single_case(frame_of([1, 2, 3, 4], [5, 6, 7, 8, 9]), "voice")
    assert {problem.code for problem in found.problems} == {"C072", "C073"}
    nap = found.tidy().set_index("term").loc["nap"]
    assert np.isnan(nap["std_error"])
    assert nap["conf_low"] < nap["conf_high"] == 1


def test_a_case_without_a_change_or_with_two_measurements_at_a_moment_is_refused():
    with pytest.raises(ChangeError, match="C070"):
        change.single_case(frame_of([1, 2], []), "voice")
    with pytest.raises(ChangeError, match="C071"):
        change.single_case(frame_of([1, 2], [3, 4], week=[1, 1, 2, 3]), "voice", time="week")
