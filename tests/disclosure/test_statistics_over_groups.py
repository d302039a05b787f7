import pandas as pd
import pytest

from lcresearch.disclosure import groups_for_statistics, protect


def teams(**sizes: int) -> pd.DataFrame:
    names = [name for name, size in sizes.items() for _ in range(size)]
    frame = pd.DataFrame({"respondent": range(len(names)), "wave": "t0", "firm": "f", "team": names})
    return frame.assign(voice=[float(i % 3) for i in range(len(names))])


@pytest.mark.parametrize(
    ("sizes", "n_hidden", "used"),
    [
        ({"a": 6, "b": 7}, 0, ["a", "b"]),
        ({"a": 6, "b": 7, "c": 2}, 2, ["b"]),
        ({"a": 6, "b": 7, "c": 2, "d": 3}, 2, ["a", "b"]),
        ({"a": 6, "b": 7, "c": 2, "d": 3, "e": 1}, 3, ["a", "b"]),
    ],
)
def test_only_groups_that_are_shown_take_part(sizes, n_hidden, used):
    frame = teams(**sizes)
    cells = protect(frame, "voice", ["firm", "team"])
    choice = groups_for_statistics(cells, ["firm", "team"], wave="t0")
    assert choice.n_hidden == n_hidden
    assert sorted(key[-1] for key in choice.keys) == used
    assert frame.loc[choice.rows(frame), "team"].unique().tolist() == used
    assert (choice.problem is None) == (len(used) == len(sizes))


def test_where_no_group_is_shown_no_row_takes_part():
    frame = teams(a=3, b=2)
    choice = groups_for_statistics(protect(frame, "voice", ["firm", "team"]), ["firm", "team"], wave="t0")
    assert choice.keys == frozenset()
    assert not choice.rows(frame).any()
