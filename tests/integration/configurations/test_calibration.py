"""Calibration against R's QCA 3.25.1 (tests/reference/qca/lipset_calibration.json), and what goes wrong."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from lcresearch.errors import IntegrationError
from lcresearch.integration import Calibrated, calibrate
from lcresearch.integration.plan import Calibration

REFERENCE = json.loads(
    (Path(__file__).parents[2] / "reference" / "qca" / "lipset_calibration.json").read_text(encoding="utf-8")
)["values"]
SETS = ("DEV", "URB", "LIT", "IND", "STB", "SURV")
OPTIONS = {
    "idm_0.95": {},
    "idm_logodds3": {"membership_at_inclusion": expit(3)},
    "linear": {"method": "linear"},
    "linear_below2_above3": {"method": "linear", "below": 2, "above": 3},
}


def anchors_of(text):
    names = {"e": "exclusion", "c": "crossover", "i": "inclusion"}
    return {names[part.split("=")[0].strip()]: float(part.split("=")[1]) for part in text.split(",")}


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("variant", OPTIONS)
def test_direct_calibration_is_that_of_r(name, variant):
    reference = REFERENCE[name]
    made = calibrate(reference["x"], **OPTIONS[variant], **anchors_of(reference["thresholds"]))
    np.testing.assert_allclose(made.memberships, reference[variant], atol=1e-10)


@pytest.mark.parametrize("name", SETS)
def test_published_scores_are_those_of_log_odds_of_three(name):
    reference = REFERENCE[name]
    made = calibrate(reference["x"], membership_at_inclusion=expit(3), **anchors_of(reference["thresholds"]))
    np.testing.assert_allclose(made.memberships, reference["published_fuzzy"], atol=0.005 + 1e-12)


def test_indirect_calibration_is_that_of_r():
    reference = REFERENCE["indirect_income"]
    thresholds = [float(part) for part in reference["thresholds"].split(",")]
    made = calibrate(reference["x"], "indirect", thresholds=thresholds)
    np.testing.assert_allclose(made.memberships, reference["membership"], atol=2e-6)


@pytest.mark.parametrize("power", [1, 3])
def test_bell_is_that_of_r_and_a_valley_its_mirror(power):
    reference = REFERENCE["bell_shaped"]
    places = [float(part.split("=")[1]) for part in reference["thresholds"].split(",")]
    bell = calibrate(reference["x"], "bell", anchors=places, below=power, above=power)
    np.testing.assert_allclose(bell.memberships, reference[f"below_{power}_above_{power}"], atol=1e-10)
    valley = calibrate(reference["x"], "valley", anchors=places, below=power, above=power)
    np.testing.assert_allclose(valley.memberships, 1 - bell.memberships, atol=1e-10)


def test_several_thresholds_give_several_values():
    reference = REFERENCE["crisp_two_thresholds"]
    made = calibrate(reference["x"], "crisp", thresholds=[550, 850])
    assert made.memberships.tolist() == reference["values"]
    assert made.n_values == 3
    assert made.glance()[["n_0", "n_1", "n_2"]].iloc[0].sum() == len(reference["x"])


def test_the_anchors_have_the_memberships_that_they_stand_for():
    made = calibrate([2, 5, 10], exclusion=2, crossover=5, inclusion=10)
    np.testing.assert_allclose(made.memberships, [0.05, 0.5, 0.95])
    falling = calibrate([2, 5, 10], exclusion=10, crossover=5, inclusion=2)
    np.testing.assert_allclose(falling.memberships, [0.95, 0.5, 0.05])


@pytest.mark.parametrize(
    ("scheme", "memberships"),
    [
        (("never", "sometimes", "often", "always"), [0, 0.33, 0.67, 1, np.nan]),
        ({"never": 0, "sometimes": 0.2, "often": 0.7, "always": 1}, [0, 0.2, 0.7, 1, np.nan]),
    ],
)
def test_findings_in_words_become_memberships_and_a_gap_stays_one(scheme, memberships):
    found = pd.Series(["never", "sometimes", "often", "always", None], index=list("ABCDE"), name="visits")
    made = calibrate(found, "qualitative", scheme=scheme, why="As the interviewers rated visits.")
    np.testing.assert_array_equal(made.memberships, memberships)
    assert [problem.code for problem in made.problems] == ["Q047"]
    assert "E" in made.cautions()[0]


def test_numbers_of_a_column_with_gaps_are_findings_too():
    made = calibrate(pd.Series([1.0, 3.0, np.nan]), "qualitative", scheme={1: 0.1, 3: 0.9})
    np.testing.assert_array_equal(made.memberships, [0.1, 0.9, np.nan])


def test_calibration_as_a_plan_says():
    values = pd.Series([1, 4, 6, 12], index=list("ABCD"), name="hours")
    plan = Calibration(method="direct", exclusion=2, crossover=5, inclusion=10, why="Norms of the programme.")
    asked = calibrate(values, exclusion=2, crossover=5, inclusion=10, why="Norms of the programme.")
    made = calibrate(values, plan)
    pd.testing.assert_series_equal(made.memberships, asked.memberships)
    assert made.why == "Norms of the programme."
    qualitative = Calibration(method="qualitative", values={"no": 0, "yes": 1})
    assert calibrate(["yes", "no"], qualitative).memberships.tolist() == [1, 0]
    assert calibrate([0.2, 0.9], Calibration()).memberships.tolist() == [0.2, 0.9]


WRONG = {
    "method": ({"method": "fuzzy"}, "Q030", "fuzzy"),
    "anchor missing": ({"exclusion": 1, "inclusion": 3}, "Q031", "crossover"),
    "crossover outside": ({"exclusion": 1, "crossover": 5, "inclusion": 3}, "Q032", "5"),
    "anchors equal": ({"exclusion": 1, "crossover": 1, "inclusion": 3}, "Q032", "1"),
    "anchor no number": ({"exclusion": 1, "crossover": float("nan"), "inclusion": 3}, "Q037", "nan"),
    "bell of five": ({"method": "bell", "anchors": [1, 2, 3, 4, 5]}, "Q033", "exclusion_1"),
    "bell out of order": ({"method": "bell", "anchors": [1, 2, 4, 3, 5, 6]}, "Q033", "4, 3"),
    "no threshold": ({"method": "crisp"}, "Q034", "crisp"),
    "thresholds fall": ({"method": "indirect", "thresholds": [3, 2]}, "Q034", "3, 2"),
    "as is": ({"method": "as_is"}, "Q036", "B: 2"),
    "bend": ({"method": "linear", "exclusion": 1, "crossover": 2, "inclusion": 3, "below": 0}, "Q044", "below"),
    "inclusion": ({"exclusion": 1, "crossover": 2, "inclusion": 3, "membership_at_inclusion": 0.4}, "Q044", "0.4"),
    "few for a curve": ({"method": "indirect", "thresholds": [1, 2]}, "Q045", "3"),
    "scheme of seven": ({"method": "qualitative", "scheme": list("abcdefg")}, "Q046", "7"),
    "scheme outside": ({"method": "qualitative", "scheme": {"1": 0, "2": 3}}, "Q036", "2: 3"),
    "finding unknown": ({"method": "qualitative", "scheme": {"1": 0, "2": 1}}, "Q035", "C: 3"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_is_said(name):
    options, code, named = WRONG[name]
    with pytest.raises(IntegrationError) as caught:
        calibrate(pd.Series([1, 2, 3], index=list("ABC"), name="hours"), **options)
    assert caught.value.problems[0].code == code
    assert named in str(caught.value)
    assert "hours" in str(caught.value)


@pytest.mark.parametrize(
    ("values", "code", "named"),
    [
        (pd.Series(["a", 2], index=["A", "B"]), "Q037", "A: a"),
        (pd.Series([np.inf, 2], index=["A", "B"]), "Q037", "A: inf"),
        ([None, np.nan], "Q038", ""),
        ([], "Q038", ""),
        (pd.Series([1, 2], index=["A", "A"]), "Q055", "A"),
    ],
)
def test_values_that_cannot_be_calibrated(values, code, named):
    with pytest.raises(IntegrationError) as caught:
        calibrate(values, exclusion=1, crossover=2, inclusion=3)
    assert caught.value.problems[0].code == code
    assert named in str(caught.value)


def test_what_a_reader_must_know_is_said_with_the_cases():
    values = pd.Series([5, 5, 9, 1], index=["Aa", "Bb", "Cc", "Dd"], name="hours")
    made = calibrate(values, exclusion=1, crossover=5, inclusion=20)
    codes = [problem.code for problem in made.problems]
    assert codes == ["Q041", "Q043", "Q039", "Q042"]
    said = " ".join(made.cautions())
    assert "Aa, Bb" in said
    assert "inclusion (20)" in said
    all_in = calibrate([8, 9], exclusion=1, crossover=5, inclusion=7.5, why="By the norm of 2020.")
    assert [problem.code for problem in all_in.problems] == ["Q041", "Q040"]


def test_moved_anchors_give_the_same_as_asking_for_them():
    values = [3.0, 6.0, 8.0, 11.0]
    made = calibrate(values, exclusion=2, crossover=5, inclusion=10)
    moved = made.shifted({"crossover": 1.0})
    asked = calibrate(values, exclusion=2, crossover=6, inclusion=10)
    np.testing.assert_array_equal(moved.memberships, asked.memberships)


def test_a_calibration_survives_a_file():
    made = calibrate([3.0, 6.0, None], exclusion=2, crossover=5, inclusion=10, name="hours")
    again = Calibrated.from_dict(json.loads(json.dumps(made.to_dict())))
    np.testing.assert_array_equal(again.memberships, made.memberships)
    assert again.cautions() == made.cautions()
    assert "hours" in str(made.memberships.name)
