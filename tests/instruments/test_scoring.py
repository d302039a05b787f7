"""Scores: against psych in R, by hand, and what must hold for any answers."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.instruments.conftest import VOICE

from lcresearch import instruments
from lcresearch.errors import InstrumentError
from lcresearch.instruments import scoring

REFERENCE = Path(__file__).parents[1] / "reference"
BIG_FIVE = instruments.load(Path(__file__).with_name("big-five.yaml"))


@pytest.fixture(scope="module")
def bfi() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / "bfi.csv.gz")


# -- a value from outside: psych 2.4.12, scoreItems(keys, d, impute = "none", min = 1, max = 6) -----------------------


@pytest.fixture(scope="module")
def psych() -> dict:
    return json.loads((REFERENCE / "psychometrics" / "scale_scores.json").read_text(encoding="utf-8"))["values"]


def test_scores_of_ten_persons_equal_psych(bfi, psych):
    scores = BIG_FIVE.score(bfi).head(10)
    expected = pd.DataFrame(psych["first10"])
    assert scores["agree"].tolist() == pytest.approx(expected["agree"].tolist(), rel=1e-12)
    assert scores["consc"].tolist() == pytest.approx(expected["consc"].tolist(), rel=1e-12)


def test_mean_sd_and_correlation_of_2800_scores_equal_psych(bfi, psych):
    scores = BIG_FIVE.score(bfi)
    assert len(scores) == 2800
    for scale in ("agree", "consc"):
        assert scores[scale].mean() == pytest.approx(psych["mean"][scale], rel=1e-12)
        assert scores[scale].std() == pytest.approx(psych["sd"][scale], rel=1e-12)
    assert scores["agree"].corr(scores["consc"]) == pytest.approx(psych["cor"]["values"][0][1], rel=1e-12)


@pytest.mark.parametrize(("scale", "name"), [("agreeableness", "agree"), ("conscientiousness", "consc")])
@pytest.mark.parametrize("block", ["pairwise", "complete_cases"])
def test_scores_of_alpha_in_psych(bfi, scale, name, block):
    path = REFERENCE / "psychometrics" / f"alpha_{scale}.json"
    expected = json.loads(path.read_text(encoding="utf-8"))["values"][block]
    items = [f"{name[0].upper()}{k}" for k in range(1, 6)]
    frame = bfi if block == "pairwise" else bfi[bfi[items].notna().all(axis=1)]
    assert BIG_FIVE.score(frame)[name].head(5).tolist() == pytest.approx(expected["scores_first5"], rel=1e-12)


# -- by hand ----------------------------------------------------------------------------------------------------------

ANSWERS = pd.DataFrame(
    {"tv_01": [5, 4, 1, None], "tv_02": [1, None, 5, None], "tv_03": [None, None, 2, None]}, index=["a", "b", "c", "d"]
)


def scores_of(instrument, frame=ANSWERS, **options) -> list[float | None]:
    return [None if math.isnan(value) else value for value in instrument.score(frame, **options).iloc[:, 0]]


def test_mean_counts_reversed_items_the_other_way_round_and_needs_two_answers(load):
    scores = load().score(ANSWERS)
    assert scores.index.tolist() == ["a", "b", "c", "d"]
    assert scores.columns.tolist() == ["voice"]
    assert scores["voice"].dtype == "float64"
    assert scores_of(load()) == [5.0, None, pytest.approx(4 / 3), None]


def test_all_items_are_needed_when_no_minimum_is_given(load):
    assert scores_of(load({", minimum_answered: 2": "", "scores: {voice: 5.0}": "scores: {voice: null}"})) == [
        None,
        None,
        pytest.approx(4 / 3),
        None,
    ]


def test_sum_adds_what_was_answered(load):
    voice = load({"method: mean": "method: sum", "voice: 5.0": "voice: 10.0"})
    assert scores_of(voice) == [10.0, None, 4.0, None]
    assert voice.range_of("voice") == (3.0, 15.0)


def test_weighted_mean_divides_by_the_weights_of_answered_items(load):
    weights = "method: weighted, weights: {tv_01: 1, tv_02: 2, tv_03: 0.5}"
    voice = load({"method: mean": weights})
    # a: (5 + 2 * 5) / 3; c: (1 + 2 * 1 + 0.5 * 2) / 3.5
    assert scores_of(voice) == [5.0, None, pytest.approx(4 / 3.5), None]
    assert voice.range_of("voice") == (1.0, 5.0)


def test_index_is_the_mean_share_of_each_range(load):
    voice = load({"method: mean": "method: index", "voice: 5.0": "voice: 100.0"})
    # c: answers 1, 1 (reversed 5) and 2 on 1 to 5 are 0, 0 and a quarter
    assert scores_of(voice) == [100.0, None, pytest.approx(25 / 3), None]
    assert voice.range_of("voice") == (0.0, 100.0)


def test_index_adds_a_number_and_a_count_of_answers_on_equal_footing(load):
    items = """\
  - {id: hours, type: number, minimum: 0, maximum: 10, missing: {99: {en: no idea}}, text: {en: Hours a week}}
  - {id: places, type: multiple, response_scale: where, text: {en: Where do you learn?}}
scales:
  exposure: {title: {en: Exposure}, items: [hours, places], method: index}
"""
    places = "  where: {labels: {1: {en: work}, 2: {en: home}}, missing: {9: {en: no}}}\n"
    changes = {
        "items:\n": "items:\n" + items.split("scales:")[0],
        "\nscales:\n": "\nscales:\n" + items.split("scales:\n")[1],
        "response_scales:\n": "response_scales:\n" + places,
    }
    frame = ANSWERS.reset_index(drop=True).assign(
        hours=[5, 99, 10, 0], places_1=[1, 1, 1, 0], places_2=[0, 1, 1, 0], places_9=[0, 0, 1, 0]
    )
    exposure = load(changes).score(frame)["exposure"]
    # 5 of 10 and 1 of 2; hours not known; 'no' chosen, so places is no answer; nothing at all
    assert exposure.tolist() == pytest.approx([50.0, math.nan, math.nan, 0.0], nan_ok=True)
    assert load(changes).columns_of("places") == ("places_1", "places_2", "places_9")


def test_short_form_scores_its_own_items_with_a_smaller_minimum(load):
    # of three items with at least two answered, two remain with at least ceil(4 / 3) = 2
    frame = ANSWERS[["tv_01", "tv_03"]]
    assert scores_of(load(), frame, short_form=True) == [None, None, 1.5, None]


def test_missing_codes_are_no_answers(load):
    assert scores_of(load(), ANSWERS.replace(5, 9)) == [None, None, pytest.approx((1 + 2) / 2), None]


def test_range_without_labels_in_between(load):
    labels = """\
    labels:
      1: {en: strongly disagree}
      2: {en: disagree}
      3: {en: neither}
      4: {en: agree}
      5: {en: strongly agree}
    missing:
      9: {en: no idea}"""
    ends = "    labels: {0: {en: not at all}, 10: {en: fully}}\n    range: [0, 10]"
    voice = load({labels: ends, "tv_02: 1,": "tv_02: 5,", "tv_02: 9,": "tv_02: null,"})
    assert voice.response_scale_of("tv_02").codes == tuple(range(11))
    assert scores_of(voice) == [7.0, None, pytest.approx((1 + 5 + 2) / 3), None]


# -- columns as other software leaves them ----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["int8", "int64", "float32", "float64", "Int64", "Float64", "object", "category"])
def test_every_kind_of_number_column_scores_alike(load, dtype):
    frame = pd.DataFrame({"tv_01": [5, 4], "tv_02": [1, 2], "tv_03": [3, 3]}).astype(dtype)
    assert scores_of(load(), frame) == [pytest.approx(13 / 3), pytest.approx(11 / 3)]


def test_missing_values_of_every_kind_are_missing(load):
    frame = pd.DataFrame(
        {
            "tv_01": pd.Series([5, None, 4], dtype=object),
            "tv_02": pd.array([1, pd.NA, 2], dtype="Int64"),
            "tv_03": pd.Categorical([3, None, 3]),
        }
    )
    assert scores_of(load(), frame) == [pytest.approx(13 / 3), None, pytest.approx(11 / 3)]
    empty = pd.DataFrame({name: pd.Series([None, None], dtype="str") for name in ANSWERS})
    assert scores_of(load(), empty) == [None, None]


def test_input_is_not_changed_and_other_columns_are_ignored(load):
    frame = ANSWERS.assign(team=["x", "x", "y", "y"])
    before = frame.copy(deep=True)
    load().score(frame)
    load().reversed(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_no_respondents_give_no_scores(load):
    scores = load().score(ANSWERS.iloc[:0])
    assert scores.shape == (0, 1)


def test_an_instrument_without_scales_gives_no_columns(load):
    text = VOICE[: VOICE.index("scales:\n  voice")].replace(", reversed: true", "")
    assert load(text=text).score(ANSWERS).shape == (4, 0)


def test_blocks_join_without_a_seam(load, monkeypatch):
    frame = pd.DataFrame(np.random.default_rng(1).integers(1, 6, (103, 3)), columns=list(ANSWERS))
    whole = load().score(frame)
    monkeypatch.setattr(scoring, "BLOCK", 10)
    pd.testing.assert_frame_equal(load().score(frame), whole)
    frame.loc[[15, 95], "tv_01"] = 7
    with pytest.raises(InstrumentError) as raised:
        load().score(frame)
    assert raised.value.problems[0].values["rows"] == "15, 95"


# -- what is refused --------------------------------------------------------------------------------------------------


def refusals(instrument, frame, **options) -> list:
    with pytest.raises(InstrumentError) as raised:
        instrument.score(frame, **options)
    return list(raised.value.problems)


def test_all_missing_columns_are_named_at_once_with_the_nearest(load):
    (problem,) = refusals(load(), ANSWERS.rename(columns={"tv_01": "tv01", "tv_03": "age"}))
    assert problem.code == "I050"
    assert problem.values["columns"] == ["tv_01 (tv01?)", "tv_03"]


def test_a_column_that_occurs_twice_is_refused(load):
    frame = pd.concat([ANSWERS, ANSWERS[["tv_02"]]], axis=1)
    (problem,) = refusals(load(), frame)
    assert (problem.code, problem.where.column) == ("I051", "tv_02")


def test_words_and_answers_outside_the_scale_are_named_with_their_rows(load):
    frame = pd.DataFrame({"tv_01": [1, "agree", 3], "tv_02": [0, 2, 7], "tv_03": [1.5, 2, 9]}, index=[10, 20, 30])
    words, outside, halves = refusals(load(), frame)
    assert (words.code, words.where.column, words.values["rows"]) == ("I052", "tv_01", "20")
    assert (outside.code, outside.values["answers"], outside.values["rows"]) == ("I053", "0, 7", "10, 30")
    assert (halves.code, halves.values["answers"], halves.values["n"]) == ("I053", "1.5", 1)


@pytest.mark.parametrize("value", ["5", "", "agree", "=1+1", pd.Timestamp(2026, 5, 1), [4]])
def test_text_that_looks_like_a_number_is_not_guessed_at(load, value):
    frame = ANSWERS.astype(object)
    frame.at["a", "tv_01"] = value
    assert [problem.code for problem in refusals(load(), frame)] == ["I052"]


@pytest.mark.parametrize("value", [math.inf, -math.inf, 6, 0, -1])
def test_numbers_outside_the_scale_are_refused(load, value):
    frame = ANSWERS.copy()
    frame.loc["a", "tv_01"] = value
    assert [problem.code for problem in refusals(load(), frame)] == ["I053"]


def test_a_number_outside_its_limits_is_refused(load):
    number = "type: number, minimum: 0, maximum: 60, missing: {99: {en: no idea}}"
    voice = load({"{id: tv_03, response_scale: agree5": "{id: tv_03, " + number})
    assert [p.code for p in refusals(voice, ANSWERS.assign(tv_03=[61, 60, 99, 0.5]))] == ["I053"]


def test_long_lists_of_wrong_rows_are_cut_short(load):
    frame = pd.DataFrame({name: [7] * 20 for name in ANSWERS})
    assert refusals(load(), frame)[0].values["rows"] == "0, 1, 2, 3, 4, ... (+15)"


def test_partial_leaves_out_scales_without_any_column():
    culture = instruments.load("learning-culture")
    frame = pd.DataFrame({"lc01": [4], "lc02": [4], "lc03": [2]})
    assert [p.code for p in refusals(culture, frame)] == ["I050"]
    # the whole scale has three of its nine columns, so it is refused still
    assert refusals(culture, frame, partial=True)[0].values["n"] == 6
    identity = instruments.load("learning-identity")
    school = pd.DataFrame({"li07": [4], "li08": [4], "li09": [2], "li10": [2]})
    assert identity.score(school, partial=True).to_dict("list") == {"schooling_experience": [4.0]}


# -- what holds for any answers ---------------------------------------------------------------------------------------

SAFETY = instruments.load("psychological-safety")
answer_rows = st.lists(
    st.lists(st.sampled_from([1, 2, 3, 4, 5, None]), min_size=8, max_size=8), min_size=1, max_size=12
)


def as_frame(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[item.id for item in SAFETY.items], dtype="float64")


@settings(max_examples=40, deadline=None)
@given(answer_rows)
def test_reversing_twice_gives_the_answers_back(rows):
    frame = as_frame(rows)
    pd.testing.assert_frame_equal(SAFETY.reversed(SAFETY.reversed(frame)), frame)


@settings(max_examples=40, deadline=None)
@given(answer_rows, st.randoms(use_true_random=False))
def test_order_of_rows_and_columns_does_not_matter(rows, random):
    frame = as_frame(rows)
    row_order, column_order = list(frame.index), list(frame.columns)
    random.shuffle(row_order)
    random.shuffle(column_order)
    shuffled = SAFETY.score(frame.loc[row_order, column_order])
    pd.testing.assert_frame_equal(shuffled.sort_index(), SAFETY.score(frame))


@settings(max_examples=40, deadline=None)
@given(answer_rows)
def test_scores_are_means_of_recoded_answers_within_the_range(rows):
    frame = as_frame(rows)
    recoded = SAFETY.reversed(frame, "psychological_safety")
    expected = recoded.mean(axis=1).where(recoded.notna().sum(axis=1) >= 5)
    scores = SAFETY.score(frame)["psychological_safety"]
    np.testing.assert_allclose(scores, expected, rtol=1e-12)
    low, high = SAFETY.range_of("psychological_safety")
    assert scores.dropna().between(low, high).all()


@settings(max_examples=40, deadline=None)
@given(answer_rows)
def test_answering_the_other_way_round_mirrors_the_score(rows):
    frame = as_frame(rows)
    mirrored = SAFETY.score(6 - frame)["psychological_safety"]
    np.testing.assert_allclose(mirrored, 6 - SAFETY.score(frame)["psychological_safety"], rtol=1e-12)
