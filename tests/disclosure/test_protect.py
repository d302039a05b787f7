"""Which groups are shown, seen with the eyes of somebody who wants to know more."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch.disclosure import PACKAGE, Policy, protect
from lcresearch.disclosure.drafts import Draft, share
from lcresearch.disclosure.trees import Answers, build_tree
from lcresearch.errors import DisclosureError


def people(**sizes: int) -> pd.DataFrame:
    """Teams of these sizes with answers 1, 2, 1, 2... and a wave t0."""
    team = [name for name, size in sizes.items() for _ in range(size)]
    answers = [i % 2 + 1 for size in sizes.values() for i in range(size)]
    frame = pd.DataFrame({"respondent": [f"r{i}" for i in range(len(team))], "wave": "t0", "team": team})
    return frame.assign(voice=np.asarray(answers, dtype=float))


def reasons(cells: pd.DataFrame) -> dict:
    return {cell.group or "all": cell.reason for cell in cells.itertuples()}


def test_small_group_is_hidden_with_the_smallest_other_one():
    cells = protect(people(a=6, b=7, c=3), "voice", ["team"])
    assert reasons(cells) == {"all": None, "a": "complement", "b": None, "c": "few"}


def test_two_small_groups_that_are_enough_together_need_no_third():
    cells = protect(people(a=6, b=2, c=3), "voice", ["team"])
    assert reasons(cells) == {"all": None, "a": None, "b": "few", "c": "few"}


def test_everything_is_hidden_when_everybody_together_is_too_few():
    cells = protect(people(a=2, b=2), "voice", ["team"])
    assert not cells["released"].any()


def test_the_package_needs_ten():
    frame = people(a=9, b=10, c=12)
    assert reasons(protect(frame, "voice", ["team"], PACKAGE)) == {
        "all": None,
        "a": "few",
        "b": "complement",
        "c": None,
    }


def test_group_that_answered_alike_is_hidden_and_so_is_its_complement():
    frame = people(a=6, b=7, c=8)
    frame.loc[frame["team"] == "b", "voice"] = 4.0
    assert reasons(protect(frame, "voice", ["team"])) == {"all": None, "a": "complement", "b": "alike", "c": None}


def test_two_groups_alike_in_different_answers_protect_each_other():
    frame = people(a=6, b=7, c=8)
    frame.loc[frame["team"] == "a", "voice"] = 4.0
    frame.loc[frame["team"] == "b", "voice"] = 3.0
    assert reasons(protect(frame, "voice", ["team"])) == {"all": None, "a": "alike", "b": "alike", "c": None}


def test_missing_answers_do_not_count():
    frame = people(a=6, b=7, c=8)
    frame.loc[frame.index[:2], "voice"] = np.nan
    cells = protect(frame, "voice", ["team"]).set_index("group")
    assert cells.loc["a", "n_persons"] == 4
    assert cells.loc["a", "reason"] == "few"


def test_persons_are_counted_and_not_rows():
    frame = people(a=4, b=9)
    twice = pd.concat([frame, frame.assign(voice=3.0)], ignore_index=True)
    cells = protect(twice, "voice", ["team"])
    assert cells.loc[cells["level"] == "all", "n_persons"].tolist() == [13]
    assert reasons(cells)["a"] == "few"


def test_person_in_two_groups_counts_once_in_everybody():
    frame = people(a=6, b=7)
    extra = frame.iloc[[0]].assign(team="b")
    cells = protect(pd.concat([frame, extra]), "voice", ["team"])
    assert cells["n_persons"].tolist() == [13, 6, 8]


def test_same_name_under_another_parent_is_another_group():
    frame = people(a=6, b=7)
    frame["firm"] = ["x", "y"] * 6 + ["x"]
    cells = protect(frame, "voice", ["firm", "team"])
    assert cells.loc[cells["level"] == "team", "key"].tolist() == [("x", "a"), ("x", "b"), ("y", "a"), ("y", "b")]
    assert cells.loc[cells["level"] == "team", "parent"].tolist() == [("x",), ("x",), ("y",), ("y",)]
    assert cells.loc[cells["level"] == "team", "n_persons"].tolist() == [3, 4, 3, 3]


def test_small_remainder_without_a_group_is_protected():
    frame = people(a=6, b=7, c=3)
    frame.loc[frame["team"] == "c", "team"] = None
    assert reasons(protect(frame, "voice", ["team"])) == {"all": None, "a": "complement", "b": None}


def test_waves_are_apart():
    frame = pd.concat([people(a=6, b=7), people(a=3, b=7).assign(wave="t1")])
    cells = protect(frame, "voice", ["team"])
    assert cells.loc[cells["wave"] == "t0", "released"].tolist() == [True, True, True]
    assert cells.loc[cells["wave"] == "t1", "reason"].tolist() == [None, "few", "complement"]


def test_linked_statistics_are_shown_together_or_not_at_all():
    frame = people(a=6, b=7, c=8).assign(tv_01=lambda f: f["voice"] + 1)
    frame.loc[frame.index[:3], "tv_01"] = np.nan
    cells = protect(frame, ["voice", "tv_01"], ["team"])
    shown = cells.pivot(index="key", columns="statistic", values="released")
    assert (shown["voice"] == shown["tv_01"]).all()
    assert not shown.loc[[("a",)], "voice"].item()


def test_number_of_persons_without_values():
    assert reasons(protect(people(a=6, b=7, c=3), None, ["team"]))["c"] == "few"


def test_crossing_grouping_does_not_give_a_hidden_remainder_away(attacker):
    # managers sit in team a only, except for two: role minus nothing is fine, but team a minus managers leaves two
    frame = people(a=8, b=9)
    frame["role"] = ["manager"] * 6 + ["other"] * 11
    alone = protect(frame, "voice", ["team"])
    assert alone["released"].all()
    cells = protect(frame, "voice", ["team"], crossing=["role"])
    assert set(cells.loc[~cells["released"], "reason"]) == {"complement"}
    sets = attacker.sets(frame, cells, "voice", [("team",), ("role",)])
    assert attacker.small(sets, 5) == []


def test_group_less_the_crossing_groups_inside_it_is_not_alike(attacker):
    # all of a are managers; the other managers gave one answer
    frame = people(a=8, b=10, c=6)
    frame["role"] = ["manager"] * 13 + ["other"] * 11
    frame.loc[8:12, "voice"] = 4.0
    cells = protect(frame, "voice", ["team"], crossing=["role"])
    assert not cells["released"].all()
    assert attacker.alike(attacker.sets(frame, cells, "voice", [("team",), ("role",)])) == []


def test_crossing_groupings_are_compared_with_each_other_too(attacker):
    # all of band x are managers; the other managers gave one answer; the teams are all well
    frame = people(a=20, b=20)
    frame["role"] = (["manager"] * 13 + ["other"] * 7) * 2
    frame["band"] = (["x"] * 8 + ["y"] * 12) * 2
    frame.loc[(frame["role"] == "manager") & (frame["band"] == "y"), "voice"] = 4.0
    cells = protect(frame, "voice", ["team"], crossing=["role", "band"])
    assert attacker.alike(attacker.sets(frame, cells, "voice", [("team",), ("role",), ("band",)])) == []


def test_level_with_groups_below_it_less_a_crossing_group_is_not_alike(attacker):
    # the firm has two teams; its managers sit in both, and all others of the firm gave one answer
    frame = people(a=12, b=12, c=12)
    frame["firm"] = ["f"] * 24 + ["g"] * 12
    frame["role"] = (["manager"] * 7 + ["other"] * 5) * 2 + ["head"] * 12
    frame.loc[frame["role"] == "other", "voice"] = 4.0
    frame.loc[24:28, "role"] = "other"
    trees = [("firm", "team"), ("role",)]
    cells = protect(frame, "voice", trees[0], crossing=["role"])
    assert attacker.alike(attacker.sets(frame, cells, "voice", trees)) == []


def test_trees_that_begin_alike_agree_on_what_they_share():
    frame = people(x=6, y=6).assign(role="operator")
    drafts = []
    for columns in (("team",), ("team", "role")):
        tree = build_tree(frame, columns, "wave")
        answers = Answers(tree, np.arange(12), np.arange(12), frame["voice"].to_numpy())
        drafts.append(Draft.begin(tree, answers, 5))
    team_x = 1
    drafts[1].hide(np.array([team_x]), "complement")
    assert share(drafts)
    assert drafts[0].released.tolist() == [True, False, True]
    assert drafts[0].reason[team_x] == "complement"
    assert not share(drafts)


def test_missing_column_is_named_with_its_neighbour():
    with pytest.raises(DisclosureError) as error:
        protect(people(a=6), "voise", ["team"])
    assert error.value.problems[0].code == "D002"
    assert error.value.problems[0].values["nearest"] == "voice"


@pytest.mark.parametrize("limits", [{"minimum_cell": 2}, {"minimum_category": 1}, {"minimum_cell": 5.0}])
def test_policy_below_three_is_refused(limits):
    with pytest.raises(DisclosureError) as error:
        Policy(**limits)
    assert error.value.problems[0].code == "D001"


@st.composite
def small_programmes(draw, n_columns=3):
    n = draw(st.integers(1, 26))
    columns = {
        name: draw(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=n, max_size=n))
        for name in ("consortium", "community", "role")[:n_columns]
    }
    voice = draw(st.lists(st.sampled_from([1.0, 2.0, 2.0, np.nan]), min_size=n, max_size=n))
    frame = pd.DataFrame({"respondent": [f"r{i:02}" for i in range(n)], "wave": "t0", "voice": voice})
    return frame.assign(**{name: pd.Series(values, dtype=object) for name, values in columns.items()})


@settings(max_examples=50, deadline=None)
@given(frame=small_programmes(), minimum=st.integers(3, 5))
def test_attacker_finds_nobody_in_a_tree(attacker, frame, minimum):
    cells = protect(frame, "voice", ["consortium", "community"], Policy(minimum))
    sets = attacker.sets(frame, cells, "voice", [("consortium", "community")])
    assert attacker.small(sets, minimum) == []
    assert attacker.alike(sets) == []


@settings(max_examples=50, deadline=None)
@given(frame=small_programmes(), minimum=st.integers(3, 4))
def test_attacker_finds_nobody_with_a_crossing_grouping(attacker, frame, minimum):
    trees = [("consortium", "community"), ("role",)]
    cells = protect(frame, "voice", trees[0], Policy(minimum), crossing=["role"])
    sets = attacker.sets(frame, cells, "voice", trees)
    assert attacker.small(sets, minimum) == []
    assert attacker.alike(sets) == []


@settings(max_examples=40, deadline=None)
@given(frame=small_programmes(), minimum=st.integers(3, 4))
def test_attacker_finds_nobody_with_a_grouping_inside_consortia_and_another_across(attacker, frame, minimum):
    trees = [("consortium",), ("consortium", "role"), ("community",)]
    cells = protect(frame, "voice", trees[0], Policy(minimum), crossing=trees[1:])
    sets = attacker.sets(frame, cells, "voice", trees)
    assert attacker.small(sets, minimum) == []
    assert attacker.alike(sets) == []


@settings(max_examples=60, deadline=None)
@given(frame=small_programmes(), minimum=st.integers(3, 4))
def test_attacker_finds_nobody_in_two_trees_that_begin_alike(attacker, frame, minimum):
    trees = [("consortium", "community"), ("consortium", "role")]
    cells = protect(frame, "voice", trees[0], Policy(minimum), crossing=trees[1:])
    sets = attacker.sets(frame, cells, "voice", trees)
    assert attacker.small(sets, minimum) == []
    assert attacker.alike(sets) == []


@settings(max_examples=25, deadline=None)
@given(frame=small_programmes(n_columns=2), minimum=st.integers(3, 5), order=st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(frame, minimum, order):
    shuffled = frame.iloc[order.sample(range(len(frame)), len(frame))]
    one, two = (protect(f, "voice", ["consortium", "community"], Policy(minimum)) for f in (frame, shuffled))
    pd.testing.assert_frame_equal(one, two)


@pytest.mark.parametrize("rows", [0, 3])
def test_no_answers_at_all(rows):
    frame = people(a=6).iloc[:rows].assign(voice=np.nan)
    assert not protect(frame, "voice", ["team"], crossing=["respondent"])["released"].any()


def test_rows_without_a_respondent_count_as_one_person_together():
    """Who they are of is not known: they may all be of one."""
    who = [0, 1, 2, 3, np.nan, np.nan, *range(10, 18)]
    frame = pd.DataFrame({"respondent": who, "team": ["a"] * 6 + ["b"] * 8, "voice": [1.0, 2.0] * 7})
    cells = protect(frame, "voice", ["team"], wave=None).set_index("group")["n_persons"]
    assert (cells["a"], cells["b"]) == (5, 8)
