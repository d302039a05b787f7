"""Change and series as anyone may read them, beside all else that a bundle shows: nothing of fewer than ten follows.

Every group stands for persons that are told apart, as an attacker would: sums that are known less sums that are known.
"""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from lcresearch.change import run_chart
from lcresearch.reporting.change_content import (
    ALL_ANSWERS,
    LINKED,
    ChangeContent,
    ChangeNumbers,
    DropoutShown,
    PooledScore,
    ReliableShown,
    ScaleChange,
)
from lcresearch.reporting.pulse_content import PulseContent, PulseSeries
from lcresearch.studies.publishing.allowed import Allowed
from lcresearch.studies.publishing.group_codes import group_codes
from lcresearch.studies.publishing.masked_change import masked_change, masked_pulses

FIRMS = ["Aa", "Bb", "Cc", "Dd"]
CODES = group_codes(pd.DataFrame({"organisation": FIRMS}), ["organisation"], [], b"key")
TEXT = {"nl": "Inspraak", "en": "Voice"}
MINIMUM = 10


def change(group="", before=40, after=40, twice=40, *, takes_part=True, basis=LINKED, **more):
    """Of persons of whom ``twice`` answered twice; the numbers themselves are invented."""
    values = {"mean_before": 3.0, "mean_after": 3.5, "estimate": 0.4, "conf_low": 0.1, "conf_high": 0.7} | more
    return ChangeNumbers(
        "organisation" if group else "all", "", group, takes_part, before, after, n_linked=twice,
        n_only_before=before - twice, n_only_after=after - twice, basis=basis, sureness="clear_gain", **values,
    )  # fmt: skip


def study(overall, *groups, **more):
    """A study of one scale."""
    scale = ScaleChange("voice", TEXT, 1, 5, True, "higher", 0.4, overall, groups=groups, **more)
    return ChangeContent("before_after", TEXT, "organisation", "t0", "t1", True, "these_firms", len(groups), scale)


def allowed(*names, waves=("t0", "t1"), everybody=("t0", "t1")):
    """A bundle that shows the scores of these groups."""
    groups = {("organisation", "", name, wave) for name in names for wave in waves}
    return Allowed({"voice": groups}, groups, {("voice", wave) for wave in everybody}, {})


def masked(content, *names, **more):
    """The primary scale in the bundle, and its groups by name."""
    found = masked_change(content, allowed(*names, **more), CODES, MINIMUM).primary
    names_by_code = {code: path[-1] for path, code in CODES.shown.items()}
    return found, {names_by_code[one.group]: one for one in found.groups}


def numbers_of(one):
    """All that is told of a group beside that it is there."""
    values = dataclasses.asdict(one)
    return {name: values[name] for name in values if name[:2] in ("n_", "me", "es", "co") and values[name] is not None}


def test_groups_that_a_bundle_hides_have_no_number_and_no_name():
    content = study(change("", 52, 52, 52), change("Aa", 40, 40, 40), change("Bb", 12, 12, 12))
    found, groups = masked(content, "Aa", "Bb")
    assert groups["Aa"].estimate == groups["Bb"].estimate == 0.4
    hidden = masked(study(change("", 58, 58, 58), *content.primary.groups, change("Cc", 6, 6, 6)), "Aa", "Bb")[1]
    assert numbers_of(hidden["Cc"]) == {}
    assert not {"Aa", "Bb", "Cc"} & {one.group for one in found.groups}


def test_a_group_of_which_one_wave_is_hidden_shows_no_change():
    """Not the mean of the other wave either, which a report may show of five."""
    before = change("Bb", 7, 7, 7)
    one = dataclasses.replace(before, n_after=None, mean_after=None, estimate=None, basis=None, n_linked=None)
    content = study(change("", 47, 47, 47), change("Aa"), one)
    assert numbers_of(masked(content, "Aa")[1]["Bb"]) == {}


@pytest.mark.parametrize(("rest", "shown"), [(6, False), (9, False), (10, True), (0, True)])
def test_the_change_of_all_less_that_of_groups_is_of_nobody_or_ten(rest, shown):
    groups = [change("Aa", 20, 20, 20), change("Bb", 15, 15, 15)]
    groups += [change("Cc", rest, rest, rest)] if rest else []
    found, by_name = masked(study(change("", 35 + rest, 35 + rest, 35 + rest), *groups), "Aa", "Bb")
    assert found.overall.estimate == 0.4
    assert [by_name[name].shown for name in ("Aa", "Bb")] == [shown, shown]


@pytest.mark.parametrize(("once", "shown"), [(3, False), (9, False), (10, True), (0, True)])
def test_the_rest_of_a_change_tells_nothing_of_who_answered_once(once, shown):
    """Twelve of firm Cc answered twice, a few before only: all less firm Aa gives their change, and so their mean."""
    whole, part = change("", 60 + 12 + once, 62, 52), change("Aa", 60, 50, 40)
    found, groups = masked(study(whole, part, change("Cc", 12 + once, 12, 12)), "Aa")
    assert found.overall.basis == LINKED
    assert groups["Aa"].shown == shown


def test_few_who_answered_once_take_all_that_rests_on_the_change_along():
    whole = change("", 40, 35, 30)
    content = study(
        whole, p_value=0.01, p_adjusted=0.02, equivalent=False, correlation=0.6, started=change(),
        reliable=ReliableShown(30, 0.8, 12, 15), dropout=DropoutShown(30, 10, 5, 3.1, 2.9),
    )  # fmt: skip
    found = masked(content)[0]
    assert (found.overall.basis, found.overall.estimate) == (ALL_ANSWERS, pytest.approx(0.5))
    told = ("p_value", "p_adjusted", "equivalent", "correlation", "reliable", "dropout", "difference", "started")
    assert [name for name in told if getattr(found, name) is not None] == []


@pytest.mark.parametrize("n_left", [3, 9])
def test_means_of_who_stayed_and_left_go_together(n_left):
    """With the mean of all before, that of those who stayed gives that of the few who left."""
    dropout = DropoutShown(40, n_left, 12, 3.1, 2.9)
    found = masked(study(change("", 40, 40, 40), dropout=dropout))[0].dropout
    assert (found.mean_stayed, found.mean_left) == (None, None)


@pytest.mark.parametrize("few", ["overall", "comparison"])
def test_everybody_less_one_side_is_the_other(few):
    """The tables of scores show the mean of everybody: with that of one side it tells of a small other side."""
    sides = {"overall": change("", 31, 31, 31), "comparison": change("", 31, 31, 31, takes_part=False)}
    sides[few] = dataclasses.replace(sides[few], n_before=6, n_after=6, n_linked=6, n_only_before=0, n_only_after=0)
    content = study(sides["overall"], comparison=sides["comparison"], difference=change(), p_value=0.03)
    found = masked(content)[0]
    assert numbers_of(found.overall) == numbers_of(found.comparison) == {}
    assert (found.difference, found.p_value) == (None, None)


def test_hidden_groups_of_two_sides_are_enough_on_each():
    """Six and seven are thirteen together; a side less its shown groups would tell them apart."""
    part = [change("Aa", 20, 20, 20), change("Bb", 6, 6, 6)]
    others = [change(name, n, n, n, takes_part=False) for name, n in (("Cc", 20), ("Dd", 7))]
    whole, beside = change("", 26, 26, 26), change("", 27, 27, 27, takes_part=False)
    found, groups = masked(study(whole, *part, *others, comparison=beside, difference=change()), "Aa", "Cc")
    assert numbers_of(found.overall) == numbers_of(found.comparison) == {}
    assert all(numbers_of(groups[name]) == {} for name in ("Bb", "Dd"))


def test_a_difference_between_changes_gives_no_change_that_is_hidden():
    """Of the comparison a few answered once, so that its change is the difference of its means."""
    content = study(change(), comparison=change("", 40, 35, 32, takes_part=False), difference=change())
    found = masked(content)[0]
    assert (found.comparison.basis, found.difference) == (ALL_ANSWERS, None)


def test_groups_are_drawn_to_a_mean_in_which_no_few_are_hidden():
    pooled = tuple(PooledScore("", name, 20, 3.2, 3.3, 3.0, 3.6) for name in FIRMS)
    groups = [change(name, 20, 20, 20) for name in FIRMS]
    content = study(change("", 80, 80, 80), *groups, pooled=pooled)
    assert len(masked(content, *FIRMS)[0].pooled) == 4
    assert masked(content, "Aa", "Bb")[0].pooled == ()


def test_a_wave_that_differs_little_from_an_earlier_bundle_hides_the_change():
    content = study(change(), change("Aa", 30, 30, 30), p_value=0.01, correlation=0.5)
    found = masked(content, "Aa", everybody=("t0",))[0]
    assert numbers_of(found.overall) == {}
    assert (found.overall.reason, found.p_value, found.correlation) == ("earlier", None, None)


def series(group, *n, mean=3.0):
    """A short question at as many waves; a mean of none is not shown."""
    waves = [f"w{place}" for place in range(1, len(n) + 1)]
    means = [np.nan if one is None else mean + 0.1 * place for place, one in enumerate(n)]
    counts = [np.nan if one is None else one for one in n]
    points = pd.DataFrame({"wave": waves, "n": counts, "mean": means, "sd": [0.5] * len(n)})
    return PulseSeries("", group, points, run_chart(points["mean"].dropna().to_numpy()))


def pulses(*found):
    return PulseContent("pulse", "voice", TEXT, 1, 5, "higher", "organisation", series=found)


WAVES = tuple(f"w{n}" for n in range(1, 9))


def test_series_have_a_code_and_at_least_ten_persons_at_each_wave():
    content = pulses(series("", *[52] * 8), series("Aa", *[30] * 8), series("Bb", *[16] * 7, 9), series("Cc", *[6] * 8))
    found = masked_pulses(content, allowed("Aa", "Bb", waves=WAVES, everybody=WAVES), CODES, MINIMUM)
    assert [one.group for one in found.series] == ["", CODES.shown["Aa",]]
    assert all((one.points["n"].dropna() >= MINIMUM).all() for one in found.series)


def test_a_series_of_which_one_score_is_hidden_in_the_tables_is_not_shown():
    """Its chart is made of all its means: without one of them that one could be solved from its limits."""
    content = pulses(series("Aa", *[30] * 8), series("Bb", 12, None, *[12] * 6))
    may = allowed("Aa", waves=WAVES[:-1])
    assert masked_pulses(content, may, CODES, MINIMUM).series == ()
    gap = masked_pulses(content, allowed("Bb", waves=(WAVES[0], *WAVES[2:])), CODES, MINIMUM).series
    assert [one.group for one in gap] == [CODES.shown["Bb",]]


def test_the_series_of_all_goes_with_the_score_of_all():
    content = pulses(series("", *[52] * 8))
    assert masked_pulses(content, allowed(waves=WAVES, everybody=WAVES[1:]), CODES, MINIMUM).series == ()
