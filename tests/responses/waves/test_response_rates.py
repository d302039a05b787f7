"""Response by wave and group, with intervals, and who came back."""

import warnings

import numpy as np
import pandas as pd
import pytest

from lcresearch import responses
from lcresearch.errors import LcresearchWarning, ResponsesError
from lcresearch.responses.waves.response_rates import ResponseRates, response_rates, wilson

# respondent, wave, organisation, sector, two items
FRAME = pd.DataFrame(
    [
        ("an", "t0", "A", "bouw", 1.0, 2.0),
        ("bo", "t0", "A", "bouw", 1.0, None),
        ("cas", "t0", "B", "zorg", None, None),
        ("dee", "t0", "B", "zorg", 3.0, 3.0),
        ("an", "t1", "A", "bouw", 1.0, None),
        ("dee", "t1", "A", "bouw", 2.0, None),
        ("eva", "t1", None, None, 2.0, None),
    ],
    columns=["respondent", "wave", "organisation", "sector", "li_01", "li_02"],
)
BY_ORGANISATION = pd.DataFrame({"organisation": ["A", "B", "C"], "invited": [4, 3, 5]})


def codes(*args, **options):
    with pytest.raises(ResponsesError) as caught:
        response_rates(*args, **options)
    assert str(caught.value)
    return [problem.code for problem in caught.value.problems]


def row(table, **where):
    for name, value in where.items():
        table = table[table[name].isna()] if value is None else table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


# Newcombe (1998), Statistics in Medicine 17, table I: method 3, score without continuity correction.
@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
@pytest.mark.published("Newcombe (1998), Statistics in Medicine 17, table I, method 3")
def test_interval_matches_newcombe_1998(count, n, low, high):
    found = wilson([count], [n])
    assert found[0][0] == pytest.approx(low, abs=0.00005)
    assert found[1][0] == pytest.approx(high, abs=0.00005)


def test_interval_mirrors_and_knows_its_ends():
    low, high = wilson([3, 0, 20, 17, 0], [20, 20, 20, 20, 0], 0.9)
    assert low[0] == pytest.approx(1 - high[3])
    assert (low[1], high[2]) == (0.0, 1.0)
    assert np.isnan([low[4], high[4]]).all()


def test_counts_by_wave_start_answer_and_complete():
    counts = response_rates(FRAME).counts
    assert counts.to_numpy()[:, 2:].tolist() == [
        ["t0", pytest.approx(np.nan, nan_ok=True), 4, 3, 2],
        ["t1", pytest.approx(np.nan, nan_ok=True), 3, 3, 3],  # nobody answered li_02 at t1: it was not asked
    ]
    assert counts["variable"].tolist() == ["wave", "wave"]


def test_rates_by_group_count_all_who_were_invited():
    rates = response_rates(FRAME, ["organisation"], invited=BY_ORGANISATION)
    total = row(rates.counts, variable="wave", wave="t0")
    assert total[["n_invited", "n_started", "n_answered"]].tolist() == [12, 4, 3]
    silent = row(rates.counts, group="C", wave="t1")
    assert silent[["n_invited", "n_started", "n_answered", "n_complete"]].tolist() == [5, 0, 0, 0]
    unknown = row(rates.counts, variable="organisation", group=None, wave="t1")
    assert unknown["n_started"] == 1
    assert np.isnan(unknown["n_invited"])
    term = row(rates.tidy(), term="answered", group="A", wave="t0")
    assert term[["n", "count", "estimate"]].tolist() == [4, 2, 0.5]
    assert (term["conf_low"], term["conf_high"]) == pytest.approx(tuple(x[0] for x in wilson([2], [4])))
    assert rates.problems == ()


def test_groups_of_a_variable_add_up_to_the_wave():
    rates = response_rates(FRAME, ["organisation", "sector"], invited=BY_ORGANISATION.iloc[:2])
    sums = rates.counts.groupby(["variable", "wave"])[["n_started", "n_answered", "n_complete"]].sum()
    for variable in ("organisation", "sector"):
        pd.testing.assert_frame_equal(sums.loc[variable], sums.loc["wave"])


def test_a_variable_that_the_list_lacks_is_looked_up_in_the_answers():
    rates = response_rates(FRAME, ["sector", "organisation"], invited=BY_ORGANISATION.iloc[:2])
    assert row(rates.counts, group="zorg", wave="t0")["n_invited"] == 3
    assert row(rates.counts, group="bouw", wave="t1")["n_invited"] == 4
    not_known = response_rates(FRAME, ["sector", "organisation"], invited=BY_ORGANISATION)
    assert not_known.counts.query("variable == 'sector'")["n_invited"].isna().all()


def test_who_came_back():
    rates = response_rates(FRAME, ["organisation"])
    kept = row(rates.retention, variable="wave", wave="t1")
    assert kept[["n_first", "n_retained", "n_previous", "n_kept"]].tolist() == [3, 2, 3, 2]
    assert row(rates.retention, group="B")[["n_first", "n_retained"]].tolist() == [1, 1]
    assert row(rates.tidy(), term="retained", variable="wave")["estimate"] == pytest.approx(2 / 3)


def test_dropout_over_three_waves_is_of_the_first_wave_and_of_the_one_before():
    frame = pd.DataFrame(
        {"respondent": list("abcd") + list("abe") + list("ae"), "wave": ["t0"] * 4 + ["t1"] * 3 + ["t2"] * 2, "li": 1.0}
    )
    last = row(response_rates(frame).retention, wave="t2")
    assert last[["n_first", "n_retained", "previous_wave", "n_previous", "n_kept"]].tolist() == [4, 1, "t1", 3, 2]


def test_a_list_of_persons_with_tokens():
    tokens = pd.DataFrame(
        {"respondent": ["an", "bo", "bo", "cas", "dee", "fay"], "organisation": ["A", "A", "A", "B", "B", "B"]}
    )
    counts = response_rates(FRAME, ["organisation"], invited=tokens).counts
    assert row(counts, variable="wave", wave="t1")["n_invited"] == 5
    assert row(counts, group="B", wave="t0")["n_invited"] == 3


def test_a_wave_in_which_nobody_answered_is_in_the_table():
    invited = pd.DataFrame({"wave": ["t0", "t1", "t2"], "invited": [9, 9, 9]})
    last = row(response_rates(FRAME, invited=invited).counts, wave="t2")
    assert last[["n_invited", "n_started"]].tolist() == [9, 0]


@pytest.mark.parametrize(("answered", "n"), [(1, 3), (2, 2), (0.4, 3), (0.6, 2)])
def test_from_what_number_or_share_of_items_a_person_answered(answered, n):
    assert row(response_rates(FRAME, answered=answered).counts, wave="t0")["n_answered"] == n


def test_persons_are_counted_not_rows():
    twice = pd.concat([FRAME, FRAME.iloc[:1]], ignore_index=True)
    pd.testing.assert_frame_equal(response_rates(twice).counts, response_rates(FRAME).counts)


def test_more_answers_than_invitations_and_strangers_are_told():
    few = pd.DataFrame({"organisation": ["A"], "invited": [1]})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        rates = response_rates(FRAME, ["organisation"], invited=few)
    assert [problem.code for problem in rates.problems] == ["R166", "R167"]
    assert [entry.category for entry in caught] == [LcresearchWarning] * 2
    assert rates.problems[1].values["groups"] == "B (t0)"
    assert np.isnan(row(rates.tidy(), term="answered", group="A", wave="t0")["estimate"])
    assert len(rates.cautions()) == 2


def test_wrong_input_is_refused():
    assert codes(FRAME, ["organization"]) == ["R140"]
    assert codes(FRAME, answered=0) == ["R169"]
    assert codes(FRAME, answered=1.5, complete=0) == ["R169", "R169"]
    assert codes(FRAME, waves=["t0"]) == ["R144"]
    for number in (-1, 1.5, "many", None):
        assert codes(FRAME, invited=pd.DataFrame({"invited": [number, 4]})) == ["R168"]


def test_one_wave_has_no_retention():
    rates = response_rates(FRAME[FRAME["wave"] == "t0"])
    assert rates.retention.empty
    assert set(rates.tidy()["term"]) == {"answered", "complete", "finished"}


def test_of_a_read_file(write, voice):
    data = responses.read(write("respondent;team;tv_01;tv_02;tv_03\nan;A;1;2;3\nbo;A;;;\n"), voice, levels=["team"])
    counts = response_rates(data, ["team"]).counts
    assert row(counts, group="A")[["n_started", "n_answered", "n_complete"]].tolist() == [2, 1, 1]


def test_result_survives_being_written():
    rates = response_rates(FRAME, ["organisation"], invited=BY_ORGANISATION)
    again = ResponseRates.from_dict(rates.to_dict())
    pd.testing.assert_frame_equal(again.tidy(), rates.tidy())
    assert again.to_dict() == rates.to_dict()
    assert "n_answered" in rates.summary()
    assert rates.glance()["n_invited"].tolist() == [24]
