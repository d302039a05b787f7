"""Run and control charts: textbook limits (Montgomery), rules of qicharts2 by enumeration, and counted false alarms."""

from itertools import combinations, groupby

import numpy as np
import pandas as pd
import pytest

from lcresearch import change
from lcresearch.change.charts import control, run
from lcresearch.change.charts.limits import c4
from lcresearch.change.charts.rules import RULES, of_the_last, one_side
from lcresearch.change.charts.runs import (
    chance_of_runs,
    fewest_crossings,
    limits_of_runs,
    longest_run_limit,
    runs_about,
)
from lcresearch.disclosure import Policy
from lcresearch.errors import ChangeError

ORANGE_JUICE = [
    12,
    15,
    8,
    10,
    4,
    7,
    16,
    9,
    14,
    10,
    5,
    6,
    17,
    12,
    22,
    8,
    10,
    5,
    13,
    11,
    20,
    18,
    24,
    15,
    9,
    12,
    7,
    13,
    9,
    6,
]
DYED_CLOTH = [14, 12, 20, 11, 7, 10, 21, 16, 19, 23]
CLOTH_SIZE = [10, 8, 13, 10, 9.5, 10, 12, 10.5, 12, 12.5]
VISCOSITY = [33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84]


def test_p_chart_of_orange_juice_cans():
    """Montgomery's first example of a p chart (data as in R's qcc): centre .2313, limits .0524 and .4102."""
    table = change.control_chart(ORANGE_JUICE, kind="p", size=[50] * 30).table
    assert table.loc[0, ["lower", "centre", "upper"]].tolist() == pytest.approx([0.0524, 0.2313, 0.4102], abs=5e-5)
    found = change.control_chart(ORANGE_JUICE, kind="p", size=[50] * 30, rules="limits")
    assert found.signals["time"].tolist() == [15, 23]


def test_u_chart_of_dyed_cloth_has_limits_by_size():
    """Montgomery with varying units (data as in R's qcc): 1.42; 0.29 and 2.55 at 10 units, 0.16 and 2.68 at 8."""
    table = change.control_chart(DYED_CLOTH, kind="u", size=CLOTH_SIZE).table
    assert table.loc[0, ["lower", "centre", "upper"]].tolist() == pytest.approx([0.29, 1.42, 2.55], abs=0.01)
    assert table.loc[1, ["lower", "upper"]].tolist() == pytest.approx([0.16, 2.68], abs=0.01)


def test_individuals_chart_takes_the_mean_moving_range_divided_by_1128():
    values = np.array(VISCOSITY)
    table = change.control_chart(values).table
    sigma = np.abs(np.diff(values)).mean() / 1.128
    assert table["std_error"].tolist() == pytest.approx([sigma] * 15, rel=4e-4)
    assert table["upper"][0] == pytest.approx(values.mean() + 2.66 * np.abs(np.diff(values)).mean(), rel=1e-4)


def test_means_of_equal_size_have_limits_a3_times_the_mean_deviation():
    """A3 of five is 1.427, B4 is 2.089, c4 is 0.9400 (tables of factors for control charts)."""
    rng = np.random.default_rng(1)
    data = rng.normal(10, 2, (15, 5))
    means, spreads = data.mean(axis=1), data.std(axis=1, ddof=1)
    table = change.control_chart(means, kind="xbar", size=[5] * 15, std_dev=spreads).table
    assert (table["upper"] - table["centre"])[0] == pytest.approx(1.427 * spreads.mean(), rel=5e-4)
    of_spread = change.control_chart(spreads, kind="s", size=[5] * 15).table
    assert of_spread["upper"][0] == pytest.approx(2.089 * spreads.mean(), rel=5e-4)
    assert of_spread["lower"][0] == 0
    assert c4(np.array([5.0]))[0] == pytest.approx(0.94, abs=5e-5)


def test_laney_widens_limits_as_shares_vary_more_than_counting():
    counts = np.array([300, 420, 310, 405, 330, 415, 300, 430, 320, 410, 305, 425])
    plain = change.control_chart(counts, kind="p", size=[1000] * 12).table
    wide = change.control_chart(counts, kind="p_prime", size=[1000] * 12).table
    z = (plain["value"] - plain["centre"]) / plain["std_error"]
    factor = np.abs(np.diff(z)).mean() / 1.128
    assert (wide["std_error"] / plain["std_error"])[0] == pytest.approx(factor, rel=4e-4)


@pytest.mark.parametrize(("above", "below"), [(4, 4), (3, 6), (1, 5)])
def test_chance_of_runs_is_the_share_of_all_orders(above, below):
    n = above + below
    counts = [len(list(groupby(place in places for place in range(n)))) for places in combinations(range(n), above)]
    for n_runs in range(1, n + 1):
        assert chance_of_runs(n_runs, above, below) == pytest.approx(counts.count(n_runs) / len(counts), rel=1e-12)


def test_critical_numbers_of_runs_of_swed_and_eisenhart_1943():
    """2.5% points of their table: up to 2 or from 10 runs for 5 and 5; up to 6 or from 16 for 10 and 10."""
    assert limits_of_runs(5, 5) == (3, 9)
    assert limits_of_runs(10, 10) == (7, 15)


def test_limits_of_anhoej_for_24_points():
    """Longest run up to 8, at least 8 crossings, as in the documentation of R's qicharts2."""
    n = np.array([24, 10])
    assert longest_run_limit(n).tolist() == [8, 6]
    assert fewest_crossings(n).tolist() == [8, 2]


def test_runs_pass_over_points_on_the_centre_and_gaps():
    runs = runs_about(np.array([[1.0, 2, 0, np.nan, 3, -1, -2, 0, -3, 4]]), np.zeros((1, 1)))
    assert (runs.longest[0], runs.crossings[0], runs.n_useful[0]) == (3, 2, 7)
    trend = runs_about(np.array([[5.0, 1, 2, 2, np.nan, 3, 4, 3]]), np.zeros((1, 1)))
    assert trend.trend[0] == 4


def test_a_step_is_found_and_shown_where_it_is():
    values = [3.1, 2.9, 3.0, 3.2, 2.8, 3.1, 2.9, 3.0, 3.8, 3.9, 4.1, 3.7, 4.0, 3.9, 3.8, 4.0]
    found = change.run_chart(values, times=[f"w{week}" for week in range(1, 17)])
    assert found.changed
    row = found.signals.iloc[0]
    assert (row["rule"], row["first"], row["last"]) == ("longest_run", "w1", "w8")
    apart = change.run_chart(values, times=range(16), phases=[8], rules="perla")
    assert apart.table["centre"].nunique() == 2
    assert apart.changed is None
    frozen = change.run_chart(values, baseline=8)
    assert frozen.table["centre"].unique().tolist() == [3.0]


@pytest.mark.parametrize("rules", ["anhoej", "perla"])
def test_false_alarms_that_are_stated_are_those_that_happen(rules, monkeypatch):
    """Independent normal series of 20 points."""
    rng = np.random.default_rng(8)
    stated = change.run_chart(rng.normal(size=20), rules=rules).false_alarm_rate
    monkeypatch.setattr(run, "_false_alarms", lambda *given: stated)  # not simulated anew for each chart
    alarms = np.mean([change.run_chart(rng.normal(size=20), rules=rules).changed for _ in range(150)])
    assert abs(alarms - stated) < 3.5 * np.sqrt(stated * (1 - stated) / 150) + 0.01
    assert (0.02 if rules == "anhoej" else 0.05) < stated < (0.10 if rules == "anhoej" else 0.35)


def test_western_electric_signals_once_in_92_points_with_known_limits():
    """Average run length of the four rules: 91.75 (Champ & Woodall, 1987)."""
    z = np.random.default_rng(9).normal(size=(4000, 400))
    found = np.any([test(z) for test in RULES["western_electric"].values()], axis=0)
    first = np.where(found.any(axis=1), found.argmax(axis=1) + 1, 400)
    rate = found.any(axis=1).sum() / first.sum()
    chance = 1 / np.sqrt(found.any(axis=1).sum())  # relative, of a mean of about geometric waiting times
    assert 1 / rate == pytest.approx(91.75, rel=4 * chance)


def test_rules_about_several_points_end_at_the_last_of_them():
    z = np.array([[0.0, 2.5, 0.1, 2.2, 0.3, 1.5, 1.2, -0.5, 1.1, 1.3]])
    assert np.flatnonzero(of_the_last(z, 2, 3, 2.0)[0]).tolist() == [3]
    assert np.flatnonzero(of_the_last(z, 4, 5, 1.0)[0]).tolist() == [9]
    assert np.flatnonzero(one_side(np.ones((1, 9)), 8)[0]).tolist() == [7, 8]


@pytest.mark.parametrize("rules", list(RULES))
def test_control_chart_states_its_false_alarms(rules, monkeypatch):
    rng = np.random.default_rng(11)
    stated = change.control_chart(rng.normal(size=20), rules=rules).false_alarm_rate
    monkeypatch.setattr(control, "_false_alarms", lambda *given: stated)  # not simulated anew for each chart
    alarms = np.mean([change.control_chart(rng.normal(size=20), rules=rules).changed for _ in range(100)])
    assert abs(alarms - stated) < 3.5 * np.sqrt(stated * (1 - stated) / 100) + 0.01


def pulse_frame():
    """Invented: 12 weeks, six persons, of whom three stay away in week 4 and all in week 9."""
    rng = np.random.default_rng(12)
    rows = [
        {"respondent": person, "week": week, "firm": "a", "mood": 3 + rng.normal()}
        for week in range(1, 13)
        for person in range(6)
        if not (week == 4 and person < 3) and week != 9
    ]
    return pd.DataFrame(rows)


def test_points_of_few_persons_are_gaps_in_what_is_shown():
    pulses = change.pulse_points(pulse_frame(), "mood", wave="week", within={"firm": "a"})
    assert pulses["n_persons"].tolist() == [6, 6, 6, 3, 6, 6, 6, 6, 6, 6, 6]
    for chart in (
        change.run_chart(pulses["mean"], times=pulses["wave"], persons=pulses["n_persons"]),
        change.control_chart(pulses["mean"], times=pulses["wave"], persons=pulses["n_persons"]),
        change.control_chart(
            pulses["mean"], kind="xbar", size=pulses["n_persons"], std_dev=pulses["std_dev"], times=pulses["wave"]
        ),
    ):
        shown = chart.released()
        assert shown.n_withheld == 1
        assert shown.table.loc[shown.table["time"] == 4, "value"].isna().all()
        assert shown.table["value"].notna().sum() == 10
        assert shown.table.loc[shown.table["time"] == 4, "n_persons"].isna().all()
        if getattr(shown, "kind", "") == "xbar":
            assert shown.table.loc[shown.table["time"] == 4, ["lower", "upper"]].isna().all(axis=None)
            assert np.isnan(shown.sizes[3])
            assert np.isnan(shown.spreads[3])
        assert any("1 point is a gap" in caution for caution in shown.cautions())
        with pytest.raises(ChangeError, match="C084"):
            chart.released(Policy(minimum_cell=7))
    with pytest.raises(ChangeError, match="C083"):
        change.run_chart(pulses["mean"]).released()


def test_few_points_only_describe():
    run, control = change.run_chart([3, 4, 3, 5, 4]), change.control_chart([3, 4, 3, 5, 4])
    for chart in (run, control):
        assert chart.changed is None
        assert chart.signals.empty
        assert np.isnan(chart.false_alarm_rate)
        assert [problem.code for problem in chart.problems] == ["C082"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"times": [1, 2]}, "C080"),
        ({"phases": [99]}, "C081"),
        ({"baseline": 1}, "C081"),
        ({"kind": "p"}, "C085"),
        ({"kind": "p", "size": [1] * 12}, "C085"),
        ({"kind": "xbar", "size": [4] * 12}, "C085"),
        ({"rules": "nelsen"}, "C052"),
    ],
)
def test_input_that_does_not_fit_is_refused(options, code):
    with pytest.raises(ChangeError, match=code):
        change.control_chart(range(12), **options)


def test_a_pulse_of_one_person_and_values_that_never_move_are_no_obstacle():
    spreads = [0.5] * 11 + [np.nan]
    one = change.control_chart([3.0, 3.2] * 6, kind="xbar", size=[6] * 11 + [1], std_dev=spreads)
    assert one.table["upper"].notna().all()
    still = change.control_chart([3.0] * 14)
    assert still.changed is False
    assert change.run_chart([3.0] * 14).changed is None
    days = pd.date_range("2026-01-05", periods=12, freq="7D")
    assert change.run_chart(pd.Series(range(12), index=days), times=days).table["time"].iloc[1] == days[1]


@pytest.mark.parametrize("times", [2.0, -3.0])
def test_another_unit_moves_the_lines_of_a_chart_and_finds_the_same_signals(times):
    """A scale that runs the other way puts each point on the other side of the centre, and the limits change places."""
    values = np.array([3.1, 2.9, 3.0, 3.2, 2.8, 3.1, 2.9, 3.0, 3.8, 3.9, 4.1, 3.7, 4.0, 3.9, 3.8, 4.0, 9.0])
    for chart in (change.run_chart, change.control_chart):
        one, other = chart(values), chart(10 + times * values)
        assert len(one.signals) > 0
        pd.testing.assert_frame_equal(one.signals, other.signals)
        np.testing.assert_allclose(other.table["centre"], 10 + times * one.table["centre"])
    low, high = (10 + times * one.table[name].to_numpy() for name in ("lower", "upper"))
    np.testing.assert_allclose(other.table["lower"], np.minimum(low, high))
    np.testing.assert_allclose(other.table["upper"], np.maximum(low, high))
