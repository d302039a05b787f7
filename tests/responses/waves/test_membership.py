"""Who is in which wave and group, and weights of those who belong to several groups."""

import pandas as pd
import pytest

from lcresearch.errors import ResponsesError
from lcresearch.responses.waves.membership import Membership, membership

# an: all waves, moves to B; bo: leaves; cas: joins; dee: away at t1; eva: t1 only
ROWS = """
an  t0 A
bo  t0 A
dee t0 B
an  t1 A
cas t1 B
eva t1 A
an  t2 B
cas t2 B
dee t2 A
"""


def frame_of(text, column="organisation"):
    rows = [line.split(maxsplit=2) for line in text.strip().splitlines()]
    frame = pd.DataFrame(rows, columns=["respondent", "wave", column])
    return frame.assign(**{column: frame[column].replace("-", None).astype("str")})


def codes(*args, **options):
    with pytest.raises(ResponsesError) as caught:
        membership(*args, **options)
    assert str(caught.value)
    return sorted(problem.code for problem in caught.value.problems)


def test_patterns_of_waves_and_turnover():
    found = membership(frame_of(ROWS), "organisation")
    assert found.patterns[["pattern", "n"]].to_numpy().tolist() == [
        ["111", 1],
        ["101", 1],
        ["100", 1],
        ["011", 1],
        ["010", 1],
    ]
    first, second = found.turnover.to_dict("records")
    assert first == {
        "wave_1": "t0", "wave_2": "t1", "n_1": 3, "n_2": 3, "n_stayed": 1, "n_changed": 0,
        "n_joined": 2, "n_returned": 0, "n_left": 1, "n_away": 1,
    }  # fmt: skip
    assert second == {
        "wave_1": "t1", "wave_2": "t2", "n_1": 3, "n_2": 3, "n_stayed": 2, "n_changed": 1,
        "n_joined": 0, "n_returned": 1, "n_left": 1, "n_away": 0,
    }  # fmt: skip


def test_changes_go_from_the_wave_in_which_a_person_was_last_seen():
    found = membership(frame_of(ROWS), "organisation")
    assert found.changes.to_numpy().tolist() == [
        ["t0", "t1", "A", "A", 1],
        ["t0", "t2", "B", "A", 1],
        ["t1", "t2", "A", "B", 1],
        ["t1", "t2", "B", "B", 1],
    ]
    assert found.persons.set_index("respondent")["n_changes"].to_dict() == {
        "an": 1, "bo": 0, "dee": 1, "cas": 0, "eva": 0,
    }  # fmt: skip
    glance = found.glance().iloc[0]
    assert (glance["n_persons"], glance["n_in_all_waves"], glance["n_changed"]) == (5, 1, 2)


def test_numbers_add_up():
    table = membership(frame_of(ROWS), "organisation").turnover
    assert (table["n_1"] == table["n_stayed"] + table["n_left"] + table["n_away"]).all()
    assert (table["n_2"] == table["n_stayed"] + table["n_joined"] + table["n_returned"]).all()


def test_tidy_holds_no_persons():
    tidy = membership(frame_of(ROWS), "organisation").tidy()
    assert not {"an", "bo", "cas", "dee", "eva"} & set(tidy.astype("str").to_numpy().ravel())
    joined = tidy.query("term == 'joined' and wave_2 == 't1'")
    assert joined[["n", "share"]].to_numpy().tolist() == [[2, pytest.approx(2 / 3)]]


@pytest.mark.parametrize(
    ("cell", "weights"),
    [
        ("A", {"A": 1.0}),
        ("A; B", {"A": 0.5, "B": 0.5}),
        ("A;B ; C;", {"A": 1 / 3, "B": 1 / 3, "C": 1 / 3}),
        ("A 70%; B 30 %", {"A": 0.7, "B": 0.3}),
        ("A (12,5%); B (87.5%)", {"A": 0.125, "B": 0.875}),
        ("Team 7; Team 8", {"Team 7": 0.5, "Team 8": 0.5}),
        ("A 33%; B 33%; C 33%", {"A": 1 / 3, "B": 1 / 3, "C": 1 / 3}),
        ("A; A", {"A": 1.0}),
        ("A 100%; B 0%", {"A": 1.0}),
    ],
)
def test_a_cell_that_names_several_groups(cell, weights):
    found = membership(frame_of(f"an t0 {cell}\nbo t0 B"), "organisation")
    table = found.weights.query("respondent == 'an'")
    assert dict(zip(table["group"], table["weight"], strict=True)) == pytest.approx(weights)


def test_weights_sum_to_one_and_the_frame_keeps_the_largest():
    found = membership(frame_of("an t0 A 30%; B 70%\nbo t0 A; B\ncas t0 -"), "organisation")
    assert found.weights.groupby("respondent")["weight"].sum().tolist() == [1.0, 1.0]
    assert found.frame["organisation"].tolist()[:2] == ["B", "A"]
    assert found.frame["organisation"].isna().tolist() == [False, False, True]
    assert found.log[["code", "n"]].to_numpy().tolist() == [["R165", 1]]
    assert found.glance()["n_in_several_groups"].tolist() == [2]
    assert membership(frame_of("an t0 A; B"), "organisation", separator=None).weights["group"].tolist() == ["A; B"]


def test_several_columns_hold_the_groups():
    frame = pd.DataFrame({"respondent": ["an", "bo"], "wave": "t0", "first": ["A", "A"], "second": ["B", None]})
    found = membership(frame, "organisation", columns=["first", "second"])
    assert found.weights[["respondent", "group", "weight"]].to_numpy().tolist() == [
        ["an", "A", 0.5],
        ["an", "B", 0.5],
        ["bo", "A", 1.0],
    ]
    assert found.frame["organisation"].tolist() == ["A", "A"]


def test_a_table_of_shares_goes_before_the_frame():
    frame = frame_of("an t0 A\nan t1 A\nbo t0 B")
    shares = pd.DataFrame({"respondent": ["an", "an"], "group": ["A", "C"], "share": [40, 60]})
    found = membership(frame, "organisation", shares=shares)
    assert found.weights.to_numpy().tolist() == [
        ["an", "t0", "A", 0.4],
        ["an", "t0", "C", 0.6],
        ["an", "t1", "A", 0.4],
        ["an", "t1", "C", 0.6],
        ["bo", "t0", "B", 1.0],
    ]
    assert found.frame["organisation"].tolist() == ["C", "C", "B"]
    by_wave = shares.assign(wave="t1", share=[0.5, 0.5])
    found = membership(frame, "organisation", shares=by_wave)
    assert found.weights["weight"].tolist() == [1.0, 0.5, 0.5, 1.0]
    assert found.persons["moved"].tolist() == [0.5, 0.0]
    bare = membership(frame[["respondent", "wave"]], "organisation", shares=shares.drop(columns="share"))
    assert bare.weights["weight"].tolist() == [0.5] * 4


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ({"respondent": ["an"], "group": ["A"], "share": [-1]}, ["R162"]),
        ({"respondent": ["an", "an"], "group": ["A", "B"], "share": [0.4, 0.4]}, ["R162"]),
        ({"respondent": ["an"], "group": ["A"], "share": ["half"]}, ["R162"]),
        ({"respondent": ["zed"], "group": ["A"], "share": [1]}, ["R163"]),
        ({"respondent": ["an"], "wave": ["t9"], "group": ["A"]}, ["R163"]),
        ({"respondent": ["an", "an", "zed"], "group": ["A", "A", "B"]}, ["R163", "R164"]),
        ({"person": ["an"], "groep": ["A"]}, ["R140", "R140"]),
    ],
)
def test_wrong_shares_are_refused(shares, expected):
    assert codes(frame_of("an t0 A\nbo t0 B"), "organisation", shares=pd.DataFrame(shares)) == expected


def test_wrong_input_is_refused():
    assert codes(frame_of("an t0 A 70%; B 20%"), "organisation") == ["R162"]
    assert codes(frame_of("an t0 A 70%; B"), "organisation") == ["R162"]
    assert codes(frame_of("an t0 A\nan t0 B"), "organisation") == ["R145"]
    assert codes(frame_of("an t0 A"), "organization") == ["R140"]
    assert codes(frame_of("an t0 A"), "organisation", waves=["t1"]) == ["R144"]


def test_rows_without_a_wave_or_group_do_not_count_as_changes():
    frame = frame_of("an t0 A\nan t1 -\nbo t0 A\nbo t1 A")
    frame.loc[4] = ["cas", None, "A"]
    found = membership(frame, "organisation")
    assert found.persons["respondent"].tolist() == ["an", "bo"]
    assert found.turnover["n_changed"].tolist() == [0]
    assert found.changes["n"].tolist() == [1]


def test_one_wave_gives_patterns_only():
    found = membership(frame_of("an t0 A\nbo t0 B"), "organisation")
    assert found.turnover.empty
    assert found.tidy()["term"].tolist() == ["pattern"]


def test_result_survives_being_written():
    found = membership(frame_of(ROWS), "organisation")
    again = Membership.from_dict(found.to_dict())
    for name in ("persons", "weights", "patterns", "turnover", "changes", "frame", "log"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(found, name), check_index_type=False)
    assert again.to_dict() == found.to_dict()
    assert "111" in found.summary()
