"""Tables with a column for each item and wave: recognised, refused, taken apart and made."""

import pandas as pd
import pytest

from lcresearch.errors import ResponsesError
from lcresearch.responses.asked import asked_items
from lcresearch.responses.matching import Wanted, match
from lcresearch.responses.tables import Column
from lcresearch.responses.waves.wide import detect_wide, to_long, wide

ITEMS = ["li_01", "li_02"]


def found_in(header, waves=None, items=ITEMS, levels=("organisation",)):
    return detect_wide(header.split(), items, waves, levels=levels)


def codes(call, *args, **options):
    with pytest.raises(ResponsesError) as caught:
        call(*args, **options)
    assert str(caught.value)
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("header", "waves"),
    [
        ("id li_01_t0 li_02_t0 li_01_t1 li_02_t1", ("t0", "t1")),
        ("id t0_li_01 t0_li_02 t1_li_01 t1_li_02", ("t0", "t1")),
        ("id li_01.1 li_02.1 li_01.2 li_02.2", ("1", "2")),
        ("id LI_01.T10 LI_02.T10 LI_01.T9 LI_02.T9", ("T9", "T10")),
        ("id li_01t0 li_02t0 li_01t1 li_02t1", ("t0", "t1")),
        ("id wave1/li_01 wave1/li_02 wave2/li_01 wave2/li_02", ("wave1", "wave2")),
        ("id li_01-post li_02-post li_01-pre li_02-pre", ("pre", "post")),
        ("id voormeting_li_01 voormeting_li_02 nameting_li_01 nameting_li_02", ("voormeting", "nameting")),
        ("id 2025_li_01 2025_li_02 2026_li_01 2026_li_02", ("2025", "2026")),
        ("id li_01_wave_1 li_02_wave_1 li_01_wave_2 li_02_wave_2", ("wave_1", "wave_2")),
        ("id li_01_t1 li_02_t1", ("t1",)),
    ],
)
def test_ways_in_which_a_wave_stands_in_a_name(header, waves):
    layout = found_in(header)
    assert layout.waves == waves
    assert all(set(layout.columns[wave].values()) == set(ITEMS) for wave in waves)


@pytest.mark.parametrize(
    "header",
    [
        "id wave li_01 li_02",
        "id li_01 li_02 li_01_time li_02_time li_01_comment",
        "id li_01 li_02 li_01_2",  # a number at one item only
        "id other_t0 other_t1",
        "li_011 li_021",  # numbers without a separator are another name
        "",
    ],
)
def test_other_tables_are_not_wide(header):
    assert found_in(header) is None


def test_options_of_a_question_with_several_answers_are_no_waves():
    assert found_in("id li_01_1 li_01_2 li_02", items=["li_01", "li_01_1", "li_01_2", "li_02"]) is None


def test_levels_by_wave_and_once():
    layout = found_in(
        "id Organisation_T0 organisation_t1 sector li_01_t0 li_01_t1",
        items=["li_01"],
        levels=["organisation", "sector"],
    )
    assert layout.columns == {"T0": {1: "organisation", 4: "li_01"}, "t1": {2: "organisation", 5: "li_01"}}
    assert layout.once == {3: "sector"}
    assert layout.items_of("t1") == ("li_01",)


def test_items_that_one_wave_lacks():
    layout = found_in("id li_01_t0 li_02_t0 li_01_t1")
    assert layout.absent == {"t1": ("li_02",)}


def test_waves_may_be_named():
    layout = found_in("id li_01_begin1 li_01_einde", ["begin1", "einde"])
    assert layout.waves == ("begin1", "einde")
    layout = found_in("id li_01 li_02 li_01_2 li_02_2", {"": "t0", "2": "t1"})
    assert layout.waves == ("t0", "t1")
    assert layout.columns["t0"] == {1: "li_01", 2: "li_02"}


@pytest.mark.parametrize(
    ("header", "waves", "expected"),
    [
        ("li_01 li_02 li_01_t1 li_02_t1", None, ["R154"]),
        ("li_01 li_02 li_01.1 li_02.1", None, ["R154"]),
        ("organisation li_01_t0 li_01_t1 organisation_t1", ["t0", "t1"], ["R154"]),
        ("li_01_t0 LI_01.T0 li_01_t1", None, ["R155"]),
        ("li_01_x7 li_02_x7 li_01_y li_02_y", None, ["R156"]),
        ("li_01_t0 li_01_t1", ["t0", "t2"], ["R161"]),
        ("li_01 li_02", ["t0"], ["R161"]),
    ],
)
def test_half_and_double_patterns_are_refused(header, waves, expected):
    assert codes(found_in, header, waves) == expected


def test_a_name_that_can_be_read_in_two_ways_is_refused():
    assert codes(detect_wide, ["a_t1_t0", "b_t0"], ["a_t1", "t1_t0", "b"], {"t0": "t0", "a": "t9"}) == ["R153"]


def test_each_wave_is_matched_as_a_file_of_its_own(voice):
    headers = ["respondent", "tv_01_t0", "tv_02_t0", "tv_03_t0", "team_t0", "tv_01_t1", "tv_02_t1", "team_t1"]
    columns = [Column(number, header) for number, header in enumerate(headers, start=1)]
    asked = asked_items([voice])
    layout = detect_wide(headers, asked, levels=["team"])
    wanted = Wanted({"team": "team"}, "respondent")
    first, second = (match("answers.csv", layout.of_wave(w, columns), asked, wanted) for w in layout.waves)
    assert {item: column.number for item, column in first.items.items()} == {"tv_01": 2, "tv_02": 3, "tv_03": 4}
    assert {item: column.number for item, column in second.items.items()} == {"tv_01": 6, "tv_02": 7}
    assert (first.levels["team"].number, second.levels["team"].number) == (5, 8)
    assert second.respondent.number == 1


FRAME = pd.DataFrame(
    {
        "respondent": ["an", "bo", "an", "bo", "cas"],
        "wave": ["t0", "t0", "t1", "t1", "t1"],
        "sector": ["zorg"] * 5,
        "organisation": ["A", "A", "A", "B", "B"],
        "li_01": [1.0, 2.0, 3.0, 4.0, 5.0],
        "li_02": [5.0, None, 4.0, 3.0, 2.0],
    }
)


def test_wide_puts_waves_beside_each_other():
    table = wide(FRAME, levels=["sector", "organisation"])
    assert list(table.columns) == [
        "respondent", "sector", "organisation_t0", "organisation_t1", "li_01_t0", "li_02_t0", "li_01_t1", "li_02_t1",
    ]  # fmt: skip
    assert table["respondent"].tolist() == ["an", "bo", "cas"]
    assert table["li_01_t1"].tolist() == [3.0, 4.0, 5.0]
    assert table["li_01_t0"].isna().tolist() == [False, False, True]


def test_wide_and_long_are_each_others_reverse():
    table = wide(FRAME, levels=["sector", "organisation"])
    layout = detect_wide(list(table.columns), ITEMS, levels=["sector", "organisation"])
    long, left_out = to_long(table, layout)
    assert left_out == {"t0": 1, "t1": 0}
    pd.testing.assert_frame_equal(long[list(FRAME.columns)], FRAME)


def test_rows_without_an_answer_in_a_wave_are_left_out_though_the_group_is_filled_in():
    table = pd.DataFrame(
        {"id": [7, 8], "organisation_t0": ["A", "A"], "li_01_t0": [1.0, None], "organisation_t1": ["A", "A"],
         "li_01_t1": [None, None]}
    )  # fmt: skip
    layout = detect_wide(list(table.columns), ["li_01"], levels=["organisation"])
    long, left_out = to_long(table, layout, respondent="id")
    assert long.to_numpy().tolist() == [["7", "t0", "A", 1.0]]
    assert left_out == {"t0": 1, "t1": 2}
    assert codes(to_long, table, layout) == ["R140"]


def test_wide_of_responses(write, voice):
    from lcresearch import responses

    data = responses.read(write("respondent;wave;tv_01;tv_02;tv_03\nan;t0;1;2;3\nan;t1;4;4;4\n"), voice)
    assert wide(data).to_numpy().tolist() == [["an", 1.0, 2.0, 3.0, 4.0, 4.0, 4.0]]


def test_wide_refuses_what_would_lose_rows_or_columns():
    assert codes(wide, pd.concat([FRAME, FRAME])) == ["R145"]
    assert codes(wide, FRAME, levels=["team"]) == ["R140"]
    waves = FRAME.assign(wave=FRAME["wave"].replace({"t0": "t 0", "t1": "t-0"}))
    assert codes(wide, waves, levels=["sector", "organisation"]) == ["R160"]


def test_wide_leaves_out_rows_without_a_wave():
    frame = FRAME.assign(wave=FRAME["wave"].where(FRAME["respondent"] != "cas"))
    assert wide(frame, levels=["sector", "organisation"])["respondent"].tolist() == ["an", "bo"]
