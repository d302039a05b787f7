"""Screening: which rows are flagged, which are not judged, and that nothing is dropped."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lcresearch import responses
from lcresearch.errors import LcresearchError
from lcresearch.messages import LANGUAGES, Messages, problem_entry
from lcresearch.responses import Screening
from lcresearch.responses.screening import LIMITS, RULES

NONE = np.nan
TURNED = [2, 5, 8]
"""Places of the reversed items, from 0."""


@pytest.fixture
def battery(instrument_of):
    """An instrument with one scale of k items on five answers; ``turned`` are the places of the reversed ones."""

    def _battery(k=10, turned=TURNED, name="team-voice", scale="voice", form=None, short=(), **content):
        prefix = name.replace("-", "_")
        items = [
            {"id": f"{prefix}_{n}", "text": {"nl": f"Vraag {n} {name}", "en": f"Question {n} {name}"}}
            | {"reversed": n in turned, "short_form": n in short}
            for n in range(k)
        ]
        made = instrument_of(items, name=name).model_dump(by_alias=True)
        title = {"nl": "schaal", "en": "scale"}
        made["scales"] = {scale: {"title": title, "items": [item["id"] for item in items]}} if scale else {}
        return type(instrument_of(items)).model_validate(made | {"form": form or {}} | content)

    return _battery


@pytest.fixture
def data_of(write, voice):
    """Responses with these answers, item after item over the instruments."""
    bare = responses.read(write("tv_01;tv_02;tv_03\n1;2;3\n"), voice)

    def _data_of(instruments, rows, *, wave="t0", seconds=NONE, completed=pd.NA, split=10**6):
        ids = [item.id for one in instruments for item in one.items]
        frame = pd.DataFrame(rows, columns=ids, dtype=float)
        n = len(frame)
        frame.insert(0, "respondent", pd.Series([f"p{i}" for i in range(n)], dtype="str"))
        frame.insert(1, "wave", pd.Series(wave if isinstance(wave, list) else [wave] * n, dtype="str"))
        paradata = pd.DataFrame({"started": pd.NaT, "finished": pd.NaT, "seconds": seconds}, index=frame.index)
        paradata = paradata.assign(completed=pd.array([completed] * n, dtype="boolean"), language="nl")
        origin = pd.DataFrame({"file": pd.Series(["first.csv"] * n, dtype="str"), "row": np.arange(n) + 2})
        origin = origin.assign(file=origin["file"].where(np.arange(n) < split, "second.csv"))
        return replace(bare, frame=frame, instruments=tuple(instruments), paradata=paradata, origin=origin)

    return _data_of


def flags(screening, rule):
    return [None if pd.isna(value) else bool(value) for value in screening.rows[rule]]


HONEST = [4, 5, 2, 4, 4, 1, 5, 3, 2, 4]
"""Agrees with the statements and not with their opposites."""


def test_the_same_answer_on_opposites_is_flagged_and_the_middle_one_is_not(battery, data_of):
    found = responses.screen(data_of([battery()], [HONEST, [4] * 10, [3] * 10]))
    assert flags(found, "opposite_answers_alike") == [False, True, False]
    assert flags(found, "agrees_with_opposites") == [False, True, False]
    assert found.rows["contradiction"].tolist() == [0, 0.5, 0]
    assert found.rows["longest_run"].tolist() == [2, 10, 10]


@pytest.mark.parametrize("k", [3, 5, 10, 23])
def test_agreeing_with_everything_is_not_flagged_without_opposites(battery, k, data_of):
    found = responses.screen(data_of([battery(k, turned=[])], [[5] * k, [4] * k, [4, 5] * (k // 2) + [4] * (k % 2)]))
    for rule in ("opposite_answers_alike", "long_run_of_one_answer", "agrees_with_opposites"):
        assert set(flags(found, rule)) == {None}
    assert (flags(found, "mostly_one_answer") == [None] * 3) == (k < LIMITS["identical_items"])


def test_a_long_run_goes_on_into_the_next_instrument_on_the_same_scale(battery, data_of):
    one, two = battery(12, turned=[]), battery(12, turned=[], name="second", scale="other")
    found = responses.screen(data_of([one, two], [[4] * 24, [4] * 23 + [5], [4] * 12 + [NONE] * 12]))
    assert flags(found, "long_run_of_one_answer") == [True, False, None]
    assert flags(found, "mostly_one_answer") == [True, True, None]


def test_mostly_one_answer_allows_another_answer_in_each_battery(battery, data_of):
    one, two = battery(12, turned=[]), battery(12, turned=[], name="second", scale="other")
    found = responses.screen(data_of([one, two], [[4] * 12 + [2] * 12, [4, 2] * 12]))
    assert flags(found, "mostly_one_answer") == [True, False]
    assert found.rows["response_variability"].tolist() == pytest.approx(
        [0, np.std([0.75, 0.25] * 6) * np.sqrt(12 / 11)]
    )


def test_answers_at_random_spread_as_widely_as_the_reference(battery, data_of):
    rng = np.random.default_rng(7)
    rows = np.vstack([rng.integers(1, 6, size=(2000, 40)), np.tile([4, 5], 20)])
    found = responses.screen(data_of([battery(40)], rows))
    assert found.rows["inconsistency"][:2000].median() == pytest.approx(0.97, abs=0.02)
    assert found.rows["inconsistent"][:2000].mean() > 0.8
    assert flags(found, "inconsistent")[-1] is False


EVEN = list(range(0, 20, 2))


def test_reversed_items_are_turned_round_before_their_spread(battery, data_of):
    """Agrees with the statements only; agrees with everything, so that order is nothing."""
    sensible = [1 if n in EVEN else 5 for n in range(20)]
    found = responses.screen(data_of([battery(20, turned=EVEN)], [sensible, [5] * 20]))
    assert found.rows["inconsistency"].tolist() == pytest.approx([0, 1])
    assert flags(found, "inconsistent") == [False, True]


def test_extreme_answers_with_a_few_slips_are_not_random(battery, data_of):
    """Their spread is wider than that of random answers, but not as wide as in another order."""
    slips = [1 if (n in EVEN) != (n in (3, 8, 11, 16)) else 5 for n in range(20)]
    rows = [slips, *([1 if n in EVEN else 5 for n in range(20)], [3] * 20, [2] * 20) * 5]
    found = responses.screen(data_of([battery(20, turned=EVEN)], rows))
    assert 0.6 < found.rows["inconsistency"][0] < 0.9
    assert flags(found, "inconsistent")[0] is False


def test_indicators_that_need_not_go_together_cannot_contradict(battery, data_of):
    found = responses.screen(data_of([battery(20, composition="formative_index")], [[5] * 20]))
    for rule in ("opposite_answers_alike", "agrees_with_opposites", "inconsistent"):
        assert flags(found, rule) == [None]


def test_speed_by_question_and_against_others(battery, data_of):
    """Twelve take 80 to 135 seconds; 4 seconds an answer is fast for them, 1.9 is too fast for anyone."""
    seconds = [80.0 + 5 * n for n in range(12)] + [40, 19, 2000, NONE, 0]
    found = responses.screen(data_of([battery()], [HONEST] * 17, seconds=seconds))
    assert found.rows["seconds_per_question"].tolist()[:2] == [8, 8.5]
    assert flags(found, "too_fast") == [False] * 13 + [True, False, None, None]
    assert flags(found, "faster_than_others") == [False] * 12 + [True, True, False, None, None]
    assert flags(found, "very_slow") == [False] * 14 + [True, None, None]
    assert not found.flagged()[14]
    assert "R186" in [problem.code for problem in found.problems]


def test_speed_against_others_is_within_one_form(battery, data_of):
    """In the second wave only five of ten questions were asked; the time a question is compared there."""
    rows = [HONEST] * 10 + [HONEST[:5] + [NONE] * 5] * 10
    wave = ["t0"] * 10 + ["t1"] * 10
    found = responses.screen(data_of([battery()], rows, wave=wave, seconds=[100.0] * 10 + [20.0] * 10))
    assert found.rows["speed_index"].tolist() == [1] * 20
    few = responses.screen(data_of([battery()], [HONEST] * 9, seconds=60.0))
    assert flags(few, "faster_than_others") == [None] * 9
    assert flags(few, "too_fast") == [False] * 9


def test_without_times_speed_is_not_judged_and_the_result_says_so(battery, data_of):
    found = responses.screen(data_of([battery()], [HONEST] * 3))
    table = found.tidy().set_index("rule")
    for rule in ("too_fast", "faster_than_others", "very_slow"):
        assert table.loc[rule, ["n_judged", "n_flagged", "n_not_judged"]].tolist() == [0, 0, 3]
        assert table.loc[rule, "reason"] == "no_times"


PARTS = ["n_answered", "n_after_last", "n_in_skipped_blocks", "n_scattered"]


def test_missing_answers_are_counted_where_they_are(battery, data_of):
    """Two blocks of three and one of four: nothing missing, one here and there, a block, the end, all."""
    ids = [f"team_voice_{n}" for n in range(10)]
    form = {"blocks": [{"items": ids[:3]}, {"items": ids[3:6]}, {"items": ids[6:]}]}
    rows = [
        [3] * 10,
        [3, NONE] + [3] * 8,
        [3] * 3 + [NONE] * 3 + [3] * 4,
        [3, NONE, 3, 3] + [NONE] * 6,
        [NONE] * 10,
    ]
    found = responses.screen(data_of([battery(form=form)], rows)).rows
    assert found[PARTS].to_numpy().tolist() == [[10, 0, 0, 0], [9, 0, 0, 1], [7, 0, 3, 0], [3, 6, 0, 1], [0, 10, 0, 0]]
    assert (found[PARTS].sum(axis=1) == found["n_asked"]).all()
    assert found["n_skipped_blocks"].tolist() == [0, 0, 1, 0, 0]
    assert found["last_question"].tolist()[:4] == [ids[9], ids[9], ids[9], ids[3]]
    assert found["last_question"].isna().tolist() == [False] * 4 + [True]
    assert found["few_answers"].tolist() == [False, False, False, True, True]
    assert found["stopped_early"].tolist() == [False, False, False, True, True]


def test_who_completed_the_form_did_not_stop_early(battery, data_of):
    rows = [[3] * 10, [3] * 6 + [NONE] * 4]
    assert flags(responses.screen(data_of([battery()], rows, completed=False)), "stopped_early") == [False, True]
    assert flags(responses.screen(data_of([battery()], rows, completed=True)), "stopped_early") == [False, False]


def test_what_nobody_of_a_wave_answered_was_not_asked(battery, data_of):
    rows = [[3] * 10, [3] * 4 + [NONE] * 6, [3] * 4 + [NONE] * 6]
    found = responses.screen(data_of([battery()], rows, wave=["t0", "t1", "t1"])).rows
    assert found["n_asked"].tolist() == [10, 4, 4]
    assert found["answered_share"].tolist() == [1, 1, 1]


def test_what_nobody_of_a_file_answered_was_not_asked(battery, data_of):
    """One wave in two files, of which the second holds the first four questions only."""
    rows = [[3] * 10, [3] * 4 + [NONE] * 6, [3] * 4 + [NONE] * 6]
    found = responses.screen(data_of([battery()], rows, split=2)).rows
    assert found["file"].tolist() == ["first.csv", "first.csv", "second.csv"]
    assert found["row"].tolist() == [2, 3, 4]
    assert found["n_asked"].tolist() == [10, 10, 4]


def test_who_got_the_short_form_was_not_asked_the_rest(battery, data_of):
    """Items 0, 4 and 9 are the short form; the last row broke off, and two answers of which one is long are no form."""
    short = [3 if n in (0, 4, 9) else NONE for n in range(10)]
    rows = [[3] * 10, short, [3, 3] + [NONE] * 8, [3] + [NONE] * 9]
    found = responses.screen(data_of([battery(short=(0, 4, 9))], rows)).rows
    assert found["n_asked"].tolist() == [10, 3, 10, 10]
    assert found["few_answers"].tolist() == [False, False, True, True]


def test_planned_missing_sets_are_not_missing(battery, data_of):
    """Items 0 and 1 for all; forms a+b, a+c and b+c of sets of two."""
    ids = [f"team_voice_{n}" for n in range(8)]
    sets = {"a": ids[2:4], "b": ids[4:6], "c": ids[6:8]}
    form = {"planned_missing": {"sets": sets, "forms": [["a", "b"], ["a", "c"], ["b", "c"]]}}
    rows = [
        [3, 3, 3, 3, 3, 3, NONE, NONE],
        [3, 3, 3, 3, NONE, NONE, 3, NONE],
        [3, 3, NONE, NONE, 3, 3, 3, 3],
        [3] * 8,
    ]
    found = responses.screen(data_of([battery(8, turned=[], form=form)], rows)).rows
    assert found["n_asked"].tolist() == [6, 6, 6, 8]
    assert found["n_answered"].tolist() == [6, 5, 6, 8]


def test_a_short_form_is_seen_beside_planned_missing_sets(battery, data_of):
    """Items 0, 1, 2 and 5 are the short form of eight; each form of the sets has six."""
    ids = [f"team_voice_{n}" for n in range(8)]
    sets = {"a": ids[:2], "b": ids[2:5], "c": ids[5:]}
    form = {"planned_missing": {"sets": sets, "forms": [["a", "b"], ["a", "c"], ["b", "c"]]}}
    rows = [[3 if n in (0, 1, 2, 5) else NONE for n in range(8)], [3] * 5 + [NONE] * 3, [3] * 8]
    one = battery(8, turned=[], short=(0, 1, 2, 5), form=form)
    assert responses.screen(data_of([one], rows)).rows["n_asked"].tolist() == [4, 5, 8]


def test_in_random_order_nobody_knows_the_last_answer(battery, data_of):
    ids = [f"team_voice_{n}" for n in range(10)]
    form = {"blocks": [{"items": ids[:5]}, {"items": ids[5:]}], "randomise_blocks": True}
    found = responses.screen(data_of([battery(form=form)], [[3] * 10, [3] * 5 + [NONE] * 5]))
    assert flags(found, "stopped_early") == [None, None]
    assert found.rows["n_in_skipped_blocks"].tolist() == [0, 5]


def test_a_question_with_several_answers_counts_once(instrument_of, data_of):
    texts = {"nl": "Wat?", "en": "What?"}
    items = [
        {"id": "tv_01", "text": texts},
        {"id": "many", "text": texts, "type": "multiple", "response_scale": "sector"},
        {"id": "hours", "text": texts, "type": "number", "minimum": 0, "maximum": 60},
    ]
    instrument = instrument_of(items)
    data = data_of([instrument_of(items[:1])], [[3], [NONE]])
    data.frame[["many_1", "many_2", "hours"]] = [[1.0, 0.0, 8.0], [NONE, NONE, 8.0]]
    found = responses.screen(replace(data, instruments=(instrument,)))
    assert found.rows[["n_asked", "n_answered"]].to_numpy().tolist() == [[3, 3], [3, 1]]
    assert found.n_batteries == 0


@pytest.fixture
def varied():
    """Forty rows of twenty answers, drawn at random: no two alike by chance."""
    return np.random.default_rng(11).integers(1, 6, size=(40, 20)).astype(float)


def test_rows_that_repeat_another_are_flagged(battery, varied, data_of):
    varied[7] = varied[3]
    varied[9] = varied[5]
    varied[9, 0] = 6 - varied[9, 0] if varied[9, 0] != 3 else 1
    found = responses.screen(data_of([battery(20)], varied))
    assert np.flatnonzero(found.rows["same_answers"]).tolist() == [3, 7]
    assert np.flatnonzero(found.rows["nearly_same_answers"]).tolist() == [5, 9]
    assert found.rows["copy_group"].dropna().to_dict() == {3: 1, 7: 1, 5: 2, 9: 2}


def test_the_same_person_may_answer_the_same_in_another_wave(battery, varied, data_of):
    rows = np.vstack([varied, varied])
    found = responses.screen(data_of([battery(20)], rows, wave=["t0"] * 40 + ["t1"] * 40))
    assert found.rows["same_answers"].sum() == 0
    assert found.rows["same_answers"].notna().all()


def test_answers_that_many_can_give_are_no_copies(battery, data_of):
    found = responses.screen(data_of([battery(20, turned=[])], [[4] * 20, [4] * 20, [4] * 19 + [5]]))
    assert flags(found, "same_answers") == [None] * 3


def test_few_answers_are_not_called_copies(battery, varied, data_of):
    short = varied.copy()
    short[:, 9:] = NONE
    short[1] = short[0]
    found = responses.screen(data_of([battery(20)], short))
    assert set(flags(found, "same_answers")) == {None}


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
