"""The result of screening: its tables, limits, words and dictionary."""

import json

import numpy as np
import pandas as pd
import pytest
from tests.responses.conftest import HONEST, NONE, flags

from lcresearch import responses
from lcresearch.errors import LcresearchError
from lcresearch.messages import LANGUAGES, Messages, problem_entry
from lcresearch.responses import Screening
from lcresearch.responses.screening import LIMITS, RULES


def test_tidy_has_a_row_a_rule(battery, data_of):
    found = responses.screen(data_of([battery()], [HONEST, [4] * 10]))
    table = found.tidy()
    assert table["rule"].tolist() == [rule.name for rule in RULES]
    row = table.set_index("rule").loc["opposite_answers_alike"]
    assert pd.isna(row.pop("reason"))
    assert row.tolist() == ["R173", "contradicting_run", 6, 2, 1, 0.5, 0]
    assert (table["n_judged"] + table["n_not_judged"] == 2).all()


def test_glance_and_flagged_count_rows(battery, data_of):
    rows = [HONEST, [4] * 10, [3, 4] + [NONE] * 8]
    found = responses.screen(data_of([battery()], rows))
    assert found.flagged().tolist() == [False, True, True]
    assert found.flagged("few_answers").tolist() == [False, False, True]
    assert found.flagged(["opposite_answers_alike", "agrees_with_opposites"]).tolist() == [False, True, False]
    assert found.rows["n_flags"].tolist() == [0, 2, 2]
    expected = {"n": 3, "n_respondents": 3, "n_waves": 1, "n_batteries": 1, "n_flagged": 2, "share_flagged": 2 / 3}
    assert found.glance().iloc[0].to_dict() == expected | {"n_rules": 4}


def test_rows_keep_the_index_and_the_answers_stay_as_they_are(battery, data_of):
    data = data_of([battery()], [[4] * 10, HONEST])
    data.frame.index = data.paradata.index = data.origin.index = pd.Index([17, 3])
    before = data.frame.copy()
    found = responses.screen(data)
    assert found.rows.index.tolist() == [17, 3]
    assert data.frame[~found.flagged()].index.tolist() == [3]
    pd.testing.assert_frame_equal(data.frame, before)


def test_limits_can_be_set(battery, data_of):
    data = data_of([battery()], [HONEST, [4] * 5 + [2] + [4] * 4])
    assert flags(responses.screen(data), "opposite_answers_alike") == [False, False]
    found = responses.screen(data, limits={"opposite_run": 5})
    assert flags(found, "opposite_answers_alike") == [False, True]
    assert found.limits["opposite_run"] == 5


@pytest.mark.parametrize(
    ("limits", "codes"),
    [
        ({"second_per_question": 1}, ["R170"]),
        ({"speed_index": 0}, ["R171"]),
        ({"speed_index": "2"}, ["R171"]),
        ({"speed_index": True, "what": 1}, ["R170", "R171"]),
        ({"speed_index": float("nan")}, ["R171"]),
    ],
)
def test_limits_that_cannot_be(battery, limits, codes, data_of):
    with pytest.raises(LcresearchError) as caught:
        responses.screen(data_of([battery()], [HONEST]), limits=limits)
    assert sorted(problem.code for problem in caught.value.problems) == codes


def test_an_unknown_rule_names_the_nearest(battery, data_of):
    found = responses.screen(data_of([battery()], [HONEST]))
    with pytest.raises(LcresearchError) as caught:
        found.flagged("to_fast")
    assert [problem.code for problem in caught.value.problems] == ["R172"]
    assert "too_fast" in caught.value.text("nl")


def test_the_result_survives_its_dictionary(battery, varied, data_of):
    varied[1], varied[2, 3:] = varied[0], NONE
    found = responses.screen(data_of([battery(20)], varied, seconds=90.0))
    again = Screening.from_dict(json.loads(json.dumps(found.to_dict())))
    pd.testing.assert_frame_equal(again.rows, found.rows)
    pd.testing.assert_frame_equal(again.tidy(), found.tidy())
    assert (again.limits, again.reasons, again.problems) == (found.limits, found.reasons, found.problems)


def test_no_rows_give_no_flags(battery, data_of):
    found = responses.screen(data_of([battery()], np.empty((0, 10))))
    assert len(found.rows) == 0
    assert found.tidy()["n_judged"].sum() == 0
    assert Screening.from_dict(found.to_dict()).rows.dtypes.equals(found.rows.dtypes)


def test_summary_and_notes_name_no_person(battery, data_of):
    found = responses.screen(data_of([battery()], [HONEST, [4] * 10]))
    assert "p1" not in str(found)
    assert "[R173]" in str(found)
    assert not set(found.tidy().columns) & {"respondent", "wave"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_words_in_both_languages(language):
    for rule in RULES:
        assert Messages(language)(f"screening.rule.{rule.name}")
        assert Messages(language)(f"screening.reason.{rule.unjudged}")
        assert problem_entry(rule.code)["explanation"][language]
        assert rule.limit in LIMITS


def test_rules_that_could_not_judge_for_one_reason_share_a_line(battery, data_of):
    found = responses.screen(data_of([battery()], [HONEST, [4] * 10]))
    lines = [problem for problem in found.problems if problem.code == "R185"]
    times = [line for line in lines if Messages("nl")("screening.rule.too_fast") in line.message("nl")]
    assert len(times) == 1
    assert Messages("nl")("screening.rule.faster_than_others") in times[0].message("nl")
    assert times[0].values["n"] == 2
