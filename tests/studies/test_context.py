"""Questions on context: what is shown of them, and what a nosy manager cannot work out."""

import pandas as pd
import pytest

from lcresearch import instruments
from lcresearch.disclosure import Ledger, Policy
from lcresearch.studies.context import context, context_questions, too_similar

BACKGROUND = instruments.load("background")
SECTORS, SIZES = [3.0] * 7 + [5.0] * 6 + [1.0] * 2, [1.0] * 2 + [2.0] * 6 + [3.0] * 7


def answers(wave="t0", **columns):
    n = len(next(iter(columns.values())))
    return pd.DataFrame({"respondent": [f"p{row:02}" for row in range(n)], "wave": wave} | columns)


def shown(frame, waves=("t0",), ledger=None, minimum_cell=5):
    questions = context_questions([BACKGROUND], frame.columns)
    return context(questions, frame, list(waves), Policy(minimum_cell=minimum_cell), ledger)


def counts(found, item, wave="t0"):
    rows = found.counts[(found.counts["item"] == item) & (found.counts["wave"] == wave) & (found.counts["n"] > 0)]
    return dict(zip(rows["codes"], rows["n"], strict=True))


def test_ordered_answers_join_their_neighbour_and_others_the_smallest():
    found = shown(answers(bg01=SECTORS, bg02=SIZES))
    assert counts(found, "bg02") == {(1, 2): 8, (3,): 7}
    nobody = [code for code in BACKGROUND.response_scale_of("bg01").codes if code not in (1, 3, 5)]
    assert counts(found, "bg01") == {(3,): 7, tuple(sorted([1, 5, *nobody])): 8}


def test_questions_are_those_in_no_scale_that_the_file_holds():
    culture = instruments.load("learning-culture")
    frame = answers(bg01=SECTORS, lc01=[3.0] * 15)
    assert [one.item.id for one in context_questions([BACKGROUND, culture], frame.columns)] == ["bg01"]


def test_several_answers_and_those_who_would_not_say():
    names = BACKGROUND.columns_of("bg10")
    frame = answers(**{name: [0.0] * 12 for name in names})
    frame.loc[:3, "bg10_2"] = 1
    frame.loc[4:5, "bg10_4"] = 1
    frame.loc[11, "bg10_98"] = 1
    found = shown(frame)
    rows = found.counts.set_index("codes")
    assert rows.loc[[(2,)], "n"].tolist() == [4]
    assert rows["n_answered"].unique().tolist() == [11]
    # one that two chose, and with it all that nobody chose
    options = BACKGROUND.response_scale_of("bg10").codes
    assert found.withheld["codes"].tolist() == [(code,) for code in options if code != 2]


def test_the_reason_does_not_say_what_was_answered():
    n = 12
    options = {name: [0.0] * n for name in BACKGROUND.columns_of("bg10")}
    few, most = ([1.0] * chosen + [0.0] * (n - chosen) for chosen in (2, n - 2))
    frame = answers(bg07=[1.0] * n, **(options | {"bg10_2": few, "bg10_4": most}))
    found = shown(frame)
    assert found.counts.empty
    assert set(found.withheld["reason"]) == {"protected"}


def test_numbers_have_a_median_from_ten_persons_on():
    few, enough = (shown(answers(bg12=[float(row % 4) for row in range(n)])).numbers for n in (9, 10))
    assert few["median"].isna().all()
    assert enough[["n", "mean", "median"]].to_numpy().tolist() == [[10, 1.3, 1.0]]


def test_a_small_group_shows_nothing():
    found = shown(answers(bg01=[1.0, 1, 2, 2], bg12=[1.0, 2, 3, 4]))
    assert found.counts.empty
    assert found.numbers.empty
    assert set(found.withheld["reason"]) == {"few"}


def two_waves(first, second):
    return pd.concat([answers("t0", bg01=first), answers("t1", bg01=second)], ignore_index=True)


def test_one_newcomer_is_not_given_away_by_the_wave_before():
    first = [3.0] * 7 + [5.0] * 6
    found = shown(two_waves(first, [*first, 5.0]), ["t0", "t1"])
    assert counts(found, "bg01") == {(3,): 7, (5,): 6}
    assert counts(found, "bg01", "t1") == {}
    assert found.withheld[["wave", "reason"]].to_numpy().tolist() == [["t1", "similar"]]


@pytest.mark.parametrize(
    ("second", "hidden"),
    [
        ([1.0, 2, 1, 2, 1, 2, 1, 2], []),  # the same
        ([2.0, 2, 1, 2, 1, 2, 1, 2], ["t1"]),  # one answered otherwise
        ([2.0, 1, 2, 1, 2, 2, 1, 2], []),  # five did
        ([1.0, 2, 1, 2, 1, 2, 1, 2, 1], ["t1"]),  # one came
        ([1.0, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1], []),  # five came
        ([1.0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1], ["t1"]),  # five came who answered alike
        ([1.0, 2, 1], []),  # five went
        ([1.0, 2, 1, 2], ["t1"]),  # four went
    ],
)
def test_waves_that_are_too_similar(second, hidden):
    frame = two_waves([1.0, 2, 1, 2, 1, 2, 1, 2], second).rename(columns={"bg01": "reply"})
    assert too_similar(frame, ["t0", "t1"], Policy()) == hidden


def test_a_third_wave_is_compared_with_all_that_are_shown():
    first, other = [1.0, 2.0] * 6, [2.0, 1.0] * 6
    frame = pd.concat([two_waves(first, other), answers("t2", bg01=[2.0, *first[1:]])], ignore_index=True).rename(
        columns={"bg01": "reply"}
    )
    assert too_similar(frame, ["t0", "t1", "t2"], Policy()) == ["t2"]


def test_categories_are_the_same_at_all_waves():
    first = [1.0] * 5 + [2.0] * 2 + [3.0] * 1 + [5.0] * 6
    second = [2.0] * 5 + [3.0] * 5 + [1.0] * 5 + [5.0] * 4
    found = shown(two_waves(first, second), ["t0", "t1"])
    (together,) = {codes for codes in counts(found, "bg01") if len(codes) > 1}
    assert {2, 3} <= set(together)
    assert not {1, 5} & set(together)
    assert counts(found, "bg01") == {(1,): 5, together: 3, (5,): 6}
    assert counts(found, "bg01", "t1") == {(1,): 5, together: 10, (5,): 4}


def test_a_late_answer_is_not_given_away_by_the_report_before(tmp_path):
    frame = answers(bg01=SECTORS)
    ledger = Ledger(tmp_path)
    assert not shown(frame, ledger=ledger).counts.empty
    ledger.commit("first", date="2026-03-09")
    again = shown(frame, ledger=Ledger(tmp_path))
    assert not again.counts.empty
    late = shown(answers(bg01=[*SECTORS, 5.0]), ledger=Ledger(tmp_path))
    assert late.counts.empty
    assert late.withheld["reason"].tolist() == ["earlier"]


def test_other_is_named_without_the_line_to_fill_in():
    (item,) = shown(answers(bg01=SECTORS)).items
    assert item.options[97] == {"nl": "iets anders", "en": "something else"}
    assert not item.ordered


def test_one_who_came_while_four_went_is_not_given_away():
    first = answers("t0", bg01=[3.0] * 9 + [5.0] * 6)
    second = answers("t1", bg01=[3.0] * 5 + [5.0] * 6)
    second["respondent"] = [*first["respondent"][4:15]]
    newcomer = second.tail(1).assign(respondent="new")
    found = shown(pd.concat([first, second, newcomer], ignore_index=True), ["t0", "t1"])
    assert found.withheld[["wave", "reason"]].to_numpy().tolist() == [["t1", "similar"]]


def test_one_who_withdrew_is_not_given_away_by_four_who_came(tmp_path):
    ledger = Ledger(tmp_path)
    assert not shown(answers(bg01=SECTORS), ledger=ledger).counts.empty
    ledger.commit("first", date="2026-03-09")
    later = answers(bg01=[*SECTORS, 3.0, 3.0, 5.0, 5.0]).iloc[1:]
    found = shown(later, ledger=Ledger(tmp_path))
    assert found.counts.empty
    assert found.withheld["reason"].tolist() == ["earlier"]


def test_a_mean_does_not_give_the_one_away_who_filled_in_another_number():
    assert shown(answers(bg12=[0.0] * 9 + [4.0])).numbers.empty
    assert shown(answers(bg12=[0.0] * 7 + [4.0, 5.0, 5.0])).numbers["mean"].tolist() == [1.4]
