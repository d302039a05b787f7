"""Screening: which rows are flagged, which are not judged, and that nothing is dropped."""

from dataclasses import replace

import numpy as np
import pytest
from tests.responses.conftest import HONEST, NONE, flags

from lcresearch import responses
from lcresearch.responses.screening import LIMITS


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
