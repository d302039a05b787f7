"""Randomisation tests: against enumeration by hand, and the share of false alarms when chance does the assigning."""

from itertools import combinations, permutations, product

import numpy as np
import pandas as pd
import pytest

from lcresearch import change
from lcresearch.change.single_cases.assignments import (
    alternations,
    drawn_phase_changes,
    n_phase_changes,
    phase_changes,
)
from lcresearch.change.single_cases.statistics_by_assignment import statistic
from lcresearch.errors import ChangeError


def ab(scores, start):
    return pd.DataFrame({"voice": scores, "phase": ["A"] * start + ["B"] * (len(scores) - start)})


def difference(scores, treated):
    return scores[treated].mean() - scores[~treated].mean()


def test_ab_with_a_random_start_counts_all_starts():
    scores = np.random.default_rng(1).normal(size=14)
    scores[6:] += 1.2
    found = change.randomisation_test(ab(scores, 6), "voice", shortest_phase=3)
    by_hand = np.array([difference(scores, np.arange(14) >= start) for start in range(3, 12)])
    np.testing.assert_allclose(np.sort(found.distribution), np.sort(by_hand), rtol=1e-12)
    assert found.p_value == pytest.approx((by_hand >= by_hand[3] - 1e-12).mean())
    assert (found.n_assignments, found.exact) == (9, True)
    assert "C076" in {problem.code for problem in found.problems}


def test_abab_counts_all_triples_of_changes():
    by_hand = [c for c in combinations(range(1, 13), 3) if min(np.diff([0, *c, 13])) >= 2]
    assert sorted(phase_changes(13, 4, 2, None)) == by_hand
    scores = np.random.default_rng(2).normal(size=13)
    treated = np.isin(np.arange(13), [3, 4, 5, 9, 10, 11, 12])
    frame = pd.DataFrame({"voice": scores, "phase": np.where(treated, "B", "A")})
    found = change.randomisation_test(frame, "voice", shortest_phase=2, alternative="two-sided")
    all_of_them = []
    for first, second, third in by_hand:
        z = ((np.arange(13) >= first) & (np.arange(13) < second)) | (np.arange(13) >= third)
        all_of_them.append(difference(scores, z))
    far = np.abs(np.array(all_of_them) - np.mean(all_of_them))
    assert found.p_value == pytest.approx(
        (far >= abs(difference(scores, treated) - np.mean(all_of_them)) - 1e-12).mean()
    )


@pytest.mark.parametrize("starts", [None, [3, 4, 6]])
def test_changes_are_counted_and_drawn_without_listing_them(starts):
    listed = phase_changes(16, 4, 2, starts)
    assert n_phase_changes(16, 4, 2, starts) == len(listed)
    drawn = drawn_phase_changes(16, 4, 2, starts, 20_000, np.random.default_rng(1))
    counts = pd.Series(drawn).value_counts()
    assert set(counts.index) == set(listed)
    expected = len(drawn) / len(listed)
    assert ((counts - expected) ** 2 / expected).sum() < len(listed) + 4 * np.sqrt(2 * len(listed))


def test_many_phases_are_sampled():
    treated = np.arange(100) // 15 % 2 == 1
    scores = np.where(treated, 1.0, 0.0) + np.random.default_rng(2).normal(size=100)
    frame = pd.DataFrame({"voice": scores, "phase": np.where(treated, "B", "A")})
    found = change.randomisation_test(frame, "voice", n_draws=2000, seed=1)
    assert found.n_assignments > 1e8
    assert not found.exact
    assert found.p_value < 0.01


@pytest.mark.parametrize("longest", [None, 2])
def test_alternating_treatments_in_all_orders(longest):
    by_hand = [
        np.isin(np.arange(8), places)
        for places in combinations(range(8), 4)
        if longest is None or _longest_run(np.isin(np.arange(8), places)) <= longest
    ]
    assert len(alternations(8, 4, pairs=False, longest_run=longest)) == len(by_hand)
    treated = np.array([0, 1, 1, 0, 1, 0, 0, 1], dtype=bool)
    scores = np.array([2.0, 4, 3, 2, 5, 3, 1, 4])
    frame = pd.DataFrame({"voice": scores, "phase": np.where(treated, "B", "A")})
    found = change.randomisation_test(frame, "voice", design="alternating", longest_run=longest)
    values = np.array([difference(scores, z) for z in by_hand])
    assert found.p_value == pytest.approx((values >= difference(scores, treated) - 1e-12).mean())


def _longest_run(treated):
    edges = np.flatnonzero(np.diff(treated.astype(int)))
    return int(np.diff(np.concatenate([[-1], edges, [len(treated) - 1]])).max())


def test_pairs_of_conditions():
    scores = np.array([1.0, 3, 4, 2, 2, 5, 1, 2])
    frame = pd.DataFrame({"voice": scores, "phase": list("ABBAABAB")})
    found = change.randomisation_test(frame, "voice", design="alternating", scheme="pairs")
    gains = np.array([2.0, 2, 3, 1])
    by_hand = np.array([np.dot(signs, gains) / 4 for signs in product((-1, 1), repeat=4)])
    assert found.p_value == pytest.approx((by_hand >= gains.mean() - 1e-12).mean())


def staggered(scores, starts):
    rows = [
        {"firm": f"f{case}", "week": week, "voice": scores[case][week], "phase": "A" if week < start else "B"}
        for case, start in enumerate(starts)
        for week in range(len(scores[case]))
    ]
    return pd.DataFrame(rows)


def test_multiple_baseline_with_independent_starts_multiplies_the_possibilities():
    scores = np.random.default_rng(3).normal(size=(3, 10))
    found = change.randomisation_test(
        staggered(scores, [3, 5, 6]), "voice", design="multiple_baseline", case="firm", time="week", shortest_phase=3
    )
    each = [[difference(s, np.arange(10) >= start) for start in range(3, 8)] for s in scores]
    by_hand = np.array([np.mean(chosen) for chosen in product(*each)])
    observed = np.mean([each[0][0], each[1][2], each[2][3]])
    assert found.n_assignments == 125
    assert found.p_value == pytest.approx((by_hand >= observed - 1e-12).mean())


def test_multiple_baseline_with_permuted_starts_tries_all_orders_of_cases():
    scores = np.random.default_rng(4).normal(size=(4, 12))
    starts = [3, 5, 7, 9]
    found = change.randomisation_test(
        staggered(scores, starts), "voice", design="multiple_baseline", scheme="permuted", case="firm", time="week"
    )
    by_hand = np.array(
        [
            np.mean([difference(s, np.arange(12) >= start) for s, start in zip(scores, order, strict=True)])
            for order in permutations(starts)
        ]
    )
    assert found.n_assignments == 24
    assert found.p_value == pytest.approx((by_hand >= by_hand[0] - 1e-12).mean())


def test_a_sample_of_assignments_comes_near_all_of_them_and_counts_the_one_that_was_drawn():
    scores = np.array([2.0, 4, 3, 2, 5, 3, 1, 4, 2, 4, 3, 5])
    frame = pd.DataFrame({"voice": scores, "phase": list("ABBABAABABAB")})
    all_orders = change.randomisation_test(frame, "voice", design="alternating")
    some = change.randomisation_test(frame, "voice", design="alternating", most=10, n_draws=20_000, seed=1)
    assert not some.exact
    chance = np.sqrt(all_orders.p_value * (1 - all_orders.p_value) / 20_000)
    assert some.p_value == pytest.approx(all_orders.p_value, abs=4 * chance)
    assert some.smallest_p == 1 / 20_001


def test_statistics_follow_their_definitions():
    scores = np.random.default_rng(6).normal(size=9)
    treated = np.arange(9) >= 4
    found = {
        name: statistic(name, scores, treated[None, :])[0] for name in ("median_difference", "nap", "level_change")
    }
    assert found["median_difference"] == pytest.approx(np.median(scores[4:]) - np.median(scores[:4]))
    assert found["nap"] == pytest.approx((scores[4:][None, :] > scores[:4][:, None]).mean())
    design = np.column_stack([np.ones(9), np.arange(9), treated])
    assert found["level_change"] == pytest.approx(np.linalg.lstsq(design, scores, rcond=None)[0][2])


def test_false_alarms_keep_to_their_level_with_dependent_measurements():
    """Rising series with autocorrelation and no effect; 20 possible starts, one drawn: p <= .05 in 5% of studies."""
    rng = np.random.default_rng(7)
    n, n_studies, starts = 30, 3000, np.arange(5, 25)
    noise = rng.normal(size=(n_studies, n))
    for week in range(1, n):
        noise[:, week] += 0.6 * noise[:, week - 1]
    scores = noise + 0.03 * np.arange(n)
    drawn = rng.integers(0, len(starts), n_studies)
    values = np.array([statistic("mean_difference", s, np.arange(n) >= starts[:, None]) for s in scores])
    p = (values >= values[np.arange(n_studies), drawn][:, None] - 1e-12).mean(axis=1)
    assert (p <= 0.05).mean() == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / n_studies))


@pytest.mark.parametrize(
    ("frame", "options", "code"),
    [
        (ab([1, 2, 3, 4, 5, 6], 2), {"shortest_phase": 3}, "C074"),
        (ab([1, 2, 3, 4, 5, 6], 3), {"starts": [2]}, "C074"),
        (ab([1, 2, 3, 4, 5, 6], 3), {"design": "multiple_baseline"}, "C075"),
        (ab([1, 2, 3, 4, 5, 6], 3), {"design": "alternating", "scheme": "pairs"}, "C074"),
        (ab([1, 2, 3, 4, 5, 6], 3), {"design": "alternating", "longest_run": 2}, "C074"),
        (ab([1, 2, 3, 4, 5, 6], 3), {"scheme": "pairs"}, "C052"),
    ],
)
def test_what_could_not_have_been_drawn_is_refused(frame, options, code):
    with pytest.raises(ChangeError, match=code):
        change.randomisation_test(frame, "voice", **options)
