"""What a report tells of how far interviews have come, as read by somebody after what one person said."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.disclosure import Policy
from lcresearch.interviews import Saturation
from lcresearch.interviews.code_tables.counts_of_persons import count_shown
from lcresearch.interviews.code_tables.saturation import chao2, coverage, rarefaction, stopping_point
from lcresearch.studies.interview_saturation import shown_curve, whole_curve

N = 40
OFTEN = [35, 30, 24, 18, 12, 9, 6, 5, 4, 3, 3]


def said(times, rng, *, last=()):
    """Persons by codes: each code said by so many, and the codes at `last` by the last persons."""
    used = np.zeros((N, len(times)), dtype=bool)
    for code, n in enumerate(times):
        used[-n:, code] = code in last
        if code not in last:
            used[rng.choice(N, n, replace=False), code] = True
    return used


def published(used):
    """What the report holds of these interviews."""
    persons = pd.Series([f"p{number:02}" for number in range(N)])
    presence = pd.DataFrame(used.astype(int), columns=[f"code-{n}" for n in range(used.shape[1])])
    presence.insert(0, "group", None)
    presence.insert(0, "respondent", persons)
    in_order = used.cumsum(axis=0).astype(bool).sum(axis=1)
    new = np.diff(in_order, prepend=0)
    curve = pd.DataFrame({"n_documents": np.arange(1, N + 1), "in_order": in_order, "new": new})
    curve = curve.assign(expected=rarefaction(used), conf_low=0.0, conf_high=0.0)
    found = Saturation(N, used.shape[1], curve, *chao2(used), coverage(used), stopping_point(new, 4, 2, 0.05))
    counts = count_shown(presence, "", Policy(), None)
    return *shown_curve(found, persons, counts, Policy()), found


def test_the_curve_is_in_whole_codes_and_stops_before_the_last_persons():
    curve, glance, _ = published(said([*OFTEN, 1, 2], np.random.default_rng(1)))
    assert list(curve.columns) == ["n_persons", "expected"]
    assert curve["n_persons"].tolist() == [5, 10, 15, 20, 25, 30, 35]
    assert curve["expected"].dtype.kind == "i"
    assert set(glance) == {"n_codes", "estimated_codes", "n_after"}
    assert glance["n_codes"] == len(OFTEN) + 2


@pytest.mark.parametrize("hidden", [[1], [1, 1], [1, 1, 1, 1], [1] * 9])
def test_nobody_can_tell_a_code_of_one_person_from_one_of_two(hidden):
    one, glance, _ = published(said([*OFTEN, *hidden], np.random.default_rng(2)))
    two, other, _ = published(said([*OFTEN, *[2] * len(hidden)], np.random.default_rng(2)))
    pd.testing.assert_frame_equal(one, two)
    assert glance["n_codes"] == other["n_codes"]
    assert glance["estimated_codes"] is other["estimated_codes"] is None


def test_a_rounded_curve_of_all_codes_would_have_told():
    """Why the curve is not simply rounded: the attack on what the shown codes leave over finds single persons."""
    steps = np.arange(5, 36, 5) - 1
    whole = [rarefaction(said([*OFTEN, *[n] * 4], np.random.default_rng(2)))[steps] for n in (1, 2)]
    assert (np.floor(whole[0] + 0.5) != np.floor(whole[1] + 0.5)).any()


@pytest.mark.parametrize("person", [0, 8, 20, 38, 39])
def test_it_does_not_matter_who_of_all_brought_a_rare_code(person):
    used = said([*OFTEN, 1], np.random.default_rng(3))
    used[:, -1] = False
    used[person, -1] = True
    curve, glance, _ = published(used)
    used[:, -1] = np.arange(N) == N // 2
    again, other, _ = published(used)
    pd.testing.assert_frame_equal(curve, again)
    assert glance["n_codes"] == other["n_codes"]


def test_the_order_of_interviews_is_not_in_the_curve():
    used = said([*OFTEN, 1, 1, 2], np.random.default_rng(4))
    pd.testing.assert_frame_equal(published(used)[0], published(used[::-1])[0])


@pytest.mark.parametrize(("n_late", "told"), [(1, None), (2, None), (3, 3.0)])
def test_codes_after_the_stopping_point_are_told_when_three_persons_brought_them(n_late, told):
    used = np.zeros((N, 10 + n_late), dtype=bool)
    used[:, :10] = True
    used[3:36:3, :10] = False
    for late in range(n_late):
        used[20 + late, 10 + late] = True
    _, glance, found = published(used)
    assert found.stopping_point == 6
    assert glance["n_after"] == told


def test_nothing_is_told_of_the_last_few_after_the_stopping_point():
    used = np.zeros((N, 40), dtype=bool)
    for number in range(36):
        used[number:, number] = True
    used[0:4, 36:] = True
    _, glance, found = published(used)
    assert found.stopping_point == 38
    assert glance["n_after"] is None


@pytest.mark.parametrize("once", range(11))
def test_an_estimate_needs_many_hidden_codes_and_is_no_more_than_these_can_tell(once):
    used = said([*OFTEN, *[1] * once, *[2] * (10 - once)], np.random.default_rng(5))
    _, glance, found = published(used)
    assert (glance["estimated_codes"] - glance["n_codes"]) in (0, 5, 10)
    assert glance["estimated_codes"] <= found.estimated_codes


def test_the_researcher_sees_all_of_it():
    *_, found = published(said([*OFTEN, 1], np.random.default_rng(6)))
    curve, glance = whole_curve(found)
    assert len(curve) == N
    assert {"n_after", "stopping_point", "estimated_high"} <= set(glance)
    assert curve["new"].sum() == len(OFTEN) + 1
