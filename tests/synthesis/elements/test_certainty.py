"""What brings certainty down, and that each reason is told."""

import math

import pytest

from lcresearch.synthesis.elements import TwoStage, judge_elements


def judged(evidence):
    found = judge_elements([evidence])
    return found.table["certainty"][0], found.doubts_in("en")[0], found.doubts_in("nl")[0]


def test_observed_planned_and_adjusted_is_moderate_as_elements_are_not_assigned_by_lot(element):
    level, reasons, _ = judged(element())
    assert level == "moderate"
    assert reasons == ["Elements were not assigned by lot; even after adjustment another cause may distort the effect."]


def test_an_effect_too_strong_for_another_cause_is_high(element):
    assert judged(element(estimate=0.6, std_error=0.03))[:2] == ("high", [])


@pytest.mark.parametrize(
    ("changed", "steps", "part"),
    [
        ({"n_consortia": 8}, 1, "Only 8 consortia have data."),
        ({"n_consortia": 4}, 2, "Only 4 consortia have data."),
        ({"tau": 0.15}, 1, "differs between consortia (standard deviation 0.15)"),
        ({"tau": 0.25}, 2, "differs between consortia (standard deviation 0.25)"),
        ({"tau": math.nan}, 1, "not known how much the effect differs"),
        ({"std_error": 0.06}, 1, "may lie between 0.17 and 0.43 sd"),
        ({"std_error": 0.12}, 2, "may lie between 0.04 and 0.56 sd"),
        ({"how_measured": "self-report"}, 1, "reported by participants themselves"),
        ({"how_measured": "not known"}, 1, "not known how it was established"),
        ({"how_measured": "rumour"}, 1, "(rumour)"),
        ({"comparability": "not tested"}, 1, "not been shown that the outcome means the same"),
        ({"comparability": "fails"}, 2, "does not mean the same"),
        ({"adjusted_for": ()}, 1, "nothing was adjusted for"),  # two steps in the place of one
        ({"planned": False}, 1, "asked only after the data"),
        ({"stopped_included": False}, 1, "Not all communities that stopped are counted"),
        ({"stopped_included": None}, 1, "not known whether communities that stopped"),
        ({"two_stage": TwoStage(0.15, 0.05, 0.05, 0.25, 0.0, 10)}, 1, "0.30 sd (all data together) and 0.15 sd"),
    ],
)
def test_each_reason_brings_certainty_down(element, changed, steps, part):
    level, english, dutch = judged(element(**changed))
    assert level == ["moderate", "low", "very low"][steps]
    assert any(part in reason for reason in english)
    assert len(dutch) == len(english)


def test_two_ways_that_agree_are_no_reason(element):
    assert judged(element(two_stage=TwoStage(0.28, 0.05, 0.18, 0.38, 0.0, 10)))[0] == "moderate"


def test_a_sign_that_may_turn_is_a_reason_unless_the_effect_is_not_worthwhile(element):
    unsure = judged(element(estimate=0.05, std_error=0.05, tau=0.09))
    assert any("points the same way" in reason for reason in unsure[1])
    void = judged(element(estimate=0.01, std_error=0.03, tau=0.05))
    assert not any("points the same way" in reason for reason in void[1])


def test_differences_that_the_verdict_explains_do_not_count_twice(element, sectors):
    effects = sectors({"energy": 0.4, "water": 0.0, "care": 0.0})
    split = element(sectors=effects, sector_p=0.001, estimate=0.13, tau=0.25)
    assert not any("differs between consortia" in reason for reason in judged(split)[1])


def test_precision_is_that_of_the_sector_that_works(element, sectors):
    effects = sectors({"energy": 0.5, "water": 0.0}, std_error=0.08)
    _, reasons, _ = judged(element(sectors=effects, sector_p=0.001, std_error=0.01))
    assert "The estimate is imprecise: the effect may lie between 0.33 and 0.67 sd." in reasons
