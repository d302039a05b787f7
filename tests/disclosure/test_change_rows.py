"""Who counts in which part of a change: hand-made answers of nine invented people."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.disclosure.change_rows import ChangeRows, all_alike

ROWS = [
    # respondent, wave, group, score
    ("ann", "t0", "north", 1.0), ("ann", "t1", "north", 3.0),  # stayed
    ("bob", "t0", "north", 2.0),  # left
    ("cas", "t1", "north", 4.0),  # joined
    ("dan", "t0", "north", 2.0), ("dan", "t1", "south", 5.0),  # went to another group
    ("eva", "t0", "south", 1.0), ("eva", "t0", "south", 2.0), ("eva", "t1", "south", 2.0),  # twice at a wave
    ("fay", "t0", "control", 3.0), ("fay", "t1", "control", 3.0),
    ("gus", "t0", "control", 4.0), ("gus", "t1", "south", 5.0),  # came to take part
    ("hal", "t0", "south", np.nan), ("hal", "t1", "south", 1.0),  # left the first answer out
    ("ine", "t2", "south", 1.0), ("ine", "t0", None, 5.0),  # another wave; in no group
]  # fmt: skip


@pytest.fixture
def rows():
    frame = pd.DataFrame(ROWS, columns=["respondent", "wave", "group", "score"])
    return ChangeRows.gather(
        frame, ["score"], ["group"], ("t0", "t1"), ["control"], wave="wave", person="respondent"
    )  # fmt: skip


def told(rows, places):
    """Who and when."""
    return [(ROWS[place][0], ROWS[place][1]) for place in rows.answered[places].tolist()]


def test_a_side_has_its_own_answers_before_and_after_and_no_others(rows):
    assert rows.compared
    before, after = rows.of_side(0)
    assert told(rows, before) == [
        ("ann", "t0"), ("bob", "t0"), ("dan", "t0"), ("eva", "t0"), ("eva", "t0"), ("ine", "t0"),
    ]  # fmt: skip
    assert told(rows, after) == [
        ("ann", "t1"), ("cas", "t1"), ("dan", "t1"), ("eva", "t1"), ("gus", "t1"), ("hal", "t1"),
    ]  # fmt: skip
    before, after = rows.of_side(1)
    assert told(rows, before) == [("fay", "t0"), ("gus", "t0")]
    assert told(rows, after) == [("fay", "t1")]


def test_only_who_has_one_answer_at_each_wave_is_linked_and_where_that_stayed_the_same(rows):
    assert told(rows, rows.first) == [("ann", "t0"), ("dan", "t0"), ("fay", "t0"), ("gus", "t0")]
    assert told(rows, rows.last) == [("ann", "t1"), ("dan", "t1"), ("fay", "t1"), ("gus", "t1")]
    assert rows.change.ravel().tolist() == [2.0, 3.0, 0.0, 1.0]
    assert rows.linked_side.tolist() == [0, 0, 1, -1]
    names = [rows.cells[place].key for place in rows.linked_group]
    assert [place >= 0 for place in rows.linked_group] == [True, False, True, False]
    assert (names[0], names[2]) == (("north",), ("control",))


def test_answers_that_were_given_once_are_those_of_nobody_linked_at_a_wave_that_counts(rows):
    assert told(rows, np.flatnonzero(rows.once)) == [
        ("bob", "t0"), ("cas", "t1"), ("eva", "t0"), ("eva", "t0"), ("eva", "t1"), ("hal", "t1"), ("ine", "t0"),
    ]  # fmt: skip


def test_the_numbers_of_each_group(rows):
    found = {(cell.takes_part, *cell.key): cell for cell in rows.cells}
    assert list(found) == [(True,), (False,), (False, "control"), (True, "north"), (True, "south")]
    counts = {
        key[1:] or key[0]: (cell.n_before, cell.n_after, cell.n_linked, cell.n_once) for key, cell in found.items()
    }
    assert counts == {
        True: (6, 6, 2, 6),  # once: bob, cas, eva, gus, hal and ine
        False: (2, 1, 1, 1),
        ("control",): (2, 1, 1, 1),
        ("north",): (3, 2, 1, 3),
        ("south",): (2, 4, 0, 4),
    }
    assert [rows.cells[place].key if place >= 0 else "side" for place in rows.parent] == [
        "side", "side", (), (), (),
    ]  # fmt: skip
    assert rows.parent.tolist() == [-1, -1, 1, 0, 0]


@pytest.mark.parametrize(("values", "alike"), [
    ([[1.0], [1.0]], True), ([[1.0], [2.0]], False), ([[1.0, 2.0], [1.0, 3.0]], True), ([[1.0], [1.0 + 1e-12]], True),
    ([[1.0], [1.0 + 1e-6]], False), ([[1.0]], True), (np.empty((0, 1)), False),
])  # fmt: skip
def test_all_alike_in_one_column_is_enough_and_nobody_is_not_alike(values, alike):
    assert all_alike(np.array(values)) is alike


@pytest.mark.parametrize(("scores", "alike"), [
    ([(1, 2), (2, 3), (4, 5)], {"alike_change"}),
    ([(2, 1), (2, 3), (2, 5)], {"alike_before", "alike_stayed"}),
    ([(1, 4), (2, 4), (3, 4)], {"alike_after"}),
    ([(1, 2), (2, 1), (4, 5)], set()),
])  # fmt: skip
def test_what_everybody_in_a_group_has_in_common_is_known(scores, alike):
    frame = pd.DataFrame([
        {"respondent": who, "wave": wave, "group": "north", "score": float(score)}
        for who, both in enumerate(scores) for wave, score in zip(("t0", "t1"), both, strict=True)
    ])  # fmt: skip
    found = ChangeRows.gather(frame, ["score"], ["group"], ("t0", "t1"), [], wave="wave", person="respondent")
    names = [name for name in dir(found.cells[0]) if name.startswith("alike_")]
    for cell in found.cells:
        assert {name for name in names if getattr(cell, name)} == alike
