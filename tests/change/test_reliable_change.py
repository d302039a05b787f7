"""Reliable change of persons: published formulas, error rates by simulation, and what may be shown."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch import change, measurement
from lcresearch.change.persons.releasing import TOTAL, released_counts
from lcresearch.disclosure import Policy
from lcresearch.errors import ChangeError


def two_waves(before, after, **columns):
    n = len(before)
    frame = {"respondent": list(range(n)) * 2, "wave": ["t0"] * n + ["t1"] * n, "trust": [*before, *after]}
    return pd.DataFrame(frame | {name: [*values, *values] for name, values in columns.items()})


@pytest.mark.published("Jacobson & Truax (1991), J. Consulting and Clinical Psychology 59, 12-19")
def test_example_of_jacobson_truax_1991():
    """s1 = 7.5, r = .80, from 32.5 to 47.5: S_E 3.35, S_diff 4.74, RC 3.16 as printed."""
    frame = two_waves([32.5], [47.5])
    found = change.reliable_change(frame, "trust", before="t0", after="t1", reliability=0.80, std_dev=7.5)
    assert found.std_error_measurement == pytest.approx(3.35, abs=0.005)
    assert found.std_error_change == pytest.approx(4.74, abs=0.005)
    assert found.persons["index"][0] == pytest.approx(3.16, abs=0.005)
    assert found.persons["change_class"][0] == "improved"


def test_both_waves_takes_the_spread_of_each_wave():
    before, after = np.array([1.0, 2, 3, 4, 5]), np.array([0.0, 2, 4, 6, 8])
    found = change.reliable_change(
        two_waves(before, after), "trust", before="t0", after="t1", reliability=0.9, method="both_waves"
    )
    expected = np.sqrt(0.1 * (before.var(ddof=1) + after.var(ddof=1)))
    assert found.std_error_change == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(found.persons["index"], (after - before) / expected, rtol=1e-12)


def test_edwards_nunnally_measures_from_the_true_score_before():
    before, after = np.array([1.0, 2, 3, 4, 5]), np.array([2.0, 2, 3, 4, 5])
    found = change.reliable_change(
        two_waves(before, after), "trust", before="t0", after="t1", reliability=0.84, method="edwards_nunnally"
    )
    np.testing.assert_allclose(found.persons["expected"], 3 + 0.84 * (before - 3), rtol=1e-12)
    error = before.std(ddof=1) * np.sqrt(0.16)
    np.testing.assert_allclose(found.persons["index"], (after - found.persons["expected"]) / error, rtol=1e-12)


@pytest.mark.parametrize("method", ["jacobson_truax", "both_waves"])
def test_five_percent_of_persons_who_did_not_change_look_changed(method):
    rng = np.random.default_rng(5)
    true = rng.normal(3, np.sqrt(0.8), 40_000)
    before, after = (true + rng.normal(0, np.sqrt(0.2), len(true)) for _ in range(2))
    found = change.reliable_change(
        two_waves(before, after), "trust", before="t0", after="t1", reliability=0.8, method=method
    )
    assert (found.persons["change_class"] != "unchanged").mean() == pytest.approx(
        0.05, abs=4 * np.sqrt(0.05 * 0.95 / len(true))
    )


def test_lower_is_better_turns_the_classes_and_only_them():
    frame = two_waves([4.0, 2, 3, 3], [1.0, 2, 3, 3])
    found = change.reliable_change(
        frame, "trust", before="t0", after="t1", reliability=0.9, improvement="lower", std_dev=1.0
    )
    assert found.persons["change_class"].tolist() == ["improved", "unchanged", "unchanged", "unchanged"]
    assert found.persons["change"][0] == -3
    higher = change.reliable_change(frame, "trust", before="t0", after="t1", reliability=0.9, std_dev=1.0)
    turned = {"improved": "deteriorated", "deteriorated": "improved", "unchanged": "unchanged"}
    assert higher.persons["change_class"].map(turned).tolist() == found.persons["change_class"].tolist()
    np.testing.assert_array_equal(higher.persons["index"], -found.persons["index"])
    turns = ["change_class", "index"]
    pd.testing.assert_frame_equal(higher.persons.drop(columns=turns), found.persons.drop(columns=turns))


def test_reliability_of_the_items_is_that_of_the_wave_before():
    rng = np.random.default_rng(2)
    trait = rng.normal(size=60)
    items = {f"i{j}": trait + rng.normal(0, 0.6, 60) for j in range(4)}
    frame = two_waves(np.mean(list(items.values()), axis=0), trait, **items)
    found = change.reliable_change(frame, "trust", before="t0", after="t1", items=list(items))
    alpha = measurement.reliability(frame[frame["wave"] == "t0"], list(items))
    assert found.reliability == pytest.approx(alpha.glance()["cronbach_alpha"][0], rel=1e-12)
    given = change.reliable_change(frame, "trust", before="t0", after="t1", reliability=alpha)
    assert given.reliability_source == "omega_total"


def test_it_says_what_a_lecturer_must_know():
    frame = two_waves([1.0, 2, 3, 4, np.nan], [1.5, 2, 3, np.nan, 4])
    found = change.reliable_change(frame, "trust", before="t0", after="t1", reliability=0.7, worthwhile=0.3)
    assert [problem.code for problem in found.problems] == ["C060", "C061", "C062"]
    assert (found.n_only_before, found.n_only_after, len(found.persons)) == (1, 1, 3)
    assert any("2 persons have one score" in caution for caution in found.cautions())
    assert "person" not in str(found.to_dict()["tidy"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"before": "t9"}, "C003"),
        ({"before": "t1"}, "C003"),
        ({"method": "jacobsen_truax"}, "C052"),
        ({"reliability": 1.0}, "C053"),
        ({"reliability": "cronbach_alpha"}, "C057"),
        ({"conf_level": 95}, "C053"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(changes, code):
    options = {"before": "t0", "after": "t1", "reliability": 0.8} | changes
    with pytest.raises(ChangeError, match=code):
        change.reliable_change(two_waves([1.0, 2, 3], [2.0, 2, 4]), "trust", **options)


def test_unlinked_double_and_flat_data_are_refused():
    double = pd.concat([two_waves([1.0, 2], [2.0, 3])] * 2)
    for frame, code in [
        (double, "C004"),
        (two_waves([1.0, np.nan], [np.nan, 3.0]), "C056"),
        (two_waves([2.0, 2.0], [2.0, 3.0]), "C055"),
    ]:
        with pytest.raises(ChangeError, match=code):
            change.reliable_change(frame, "trust", before="t0", after="t1", reliability=0.8)
    with pytest.raises(ChangeError, match="C001"):
        change.reliable_change(double, "trst", before="t0", after="t1", reliability=0.8)


def test_groups_are_counted_for_the_report():
    before = [3.0] * 24
    after = [5.0] * 4 + [3.0] * 8 + [5.0] * 3 + [3.0] * 9
    frame = two_waves(before, after, firm=["a"] * 12 + ["b"] * 12)
    found = change.reliable_change(frame, "trust", before="t0", after="t1", reliability=0.9, std_dev=0.8, group="firm")
    shown = found.released().counts
    assert shown["group"].unique().tolist() == ["", "a", "b"]
    assert shown.loc[shown["group"] == "b", "n"].tolist() == [0, 9, 3]
    few = found.released(Policy(minimum_cell=13))
    assert few.n_groups_withheld == 2
    assert few.counts["group"].unique().tolist() == [""]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["a", "b", "c"])), max_size=60))
def test_no_shown_class_and_no_difference_of_shown_classes_holds_one_or_two_persons(people):
    classes = np.array([place for place, _ in people], dtype=np.int64)
    groups = pd.Series([name for _, name in people], dtype=object)
    policy = Policy()
    found = released_counts(classes, groups, 3, policy)
    if found.reason:
        assert found.rows.empty
        return
    rows = found.rows
    assert (rows["n_persons"] >= policy.minimum_cell).all()
    assert ((rows["n"] == 0) | (rows["n"] >= policy.minimum_category)).all()
    assert rows.groupby("group")[["low", "high"]].agg(list).astype(str).drop_duplicates().shape[0] == 1
    assert (rows[rows["n"] > 0].groupby("group").size() > 1).all()
    parts = rows[rows["group"] != TOTAL]
    if len(parts):
        assert parts.groupby("low")["n"].sum().tolist() == rows.loc[rows["group"] == TOTAL, "n"].tolist()


@pytest.mark.parametrize(("after", "reason"), [([3.0] * 9, "alike"), ([3.0] * 8 + [5.0], "alike"), ([3.0] * 4, "few")])
def test_it_says_when_nothing_may_be_shown(after, reason):
    frame = two_waves([3.0] * len(after), after)
    found = change.reliable_change(frame, "trust", before="t0", after="t1", reliability=0.9, std_dev=0.8).released()
    assert found.reason == reason
    assert found.counts.empty
    assert found.cautions()
