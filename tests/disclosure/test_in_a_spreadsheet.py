"""What is neutralised is text for the program that opens it; and what else holds of public rules on release."""

import io

import numpy as np
import openpyxl
import pandas as pd
import pytest

from lcresearch.disclosure import count_options, groups_for_statistics, neutralise, neutralise_frame, protect

HOSTILE = ["=HYPERLINK(A1)", "+1", "-1+cmd", "@SUM(A1)", "team", ""]


def test_a_workbook_of_neutralised_cells_holds_no_formula():
    book = openpyxl.Workbook()
    book.active.append([neutralise(text) for text in HOSTILE])
    for row in neutralise_frame(pd.DataFrame({"=x": HOSTILE})).itertuples(index=False):
        book.active.append(list(row))
    stored = io.BytesIO()
    book.save(stored)
    cells = [cell for row in openpyxl.load_workbook(stored).active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


@pytest.mark.parametrize("text", HOSTILE)
def test_neutralising_twice_is_neutralising_once(text):
    assert neutralise(neutralise(text)) == neutralise(text)
    assert neutralise(text).removeprefix("'") == text


def test_options_are_counted_whatever_the_order_of_persons():
    people = pd.DataFrame({"respondent": range(12), "wave": "t0"}).assign(a=[1] * 5 + [0] * 7, b=[1, 0, 1, 0] * 3)
    found, turned = (count_options(each, {"who": {1: "a", 2: "b"}}) for each in (people, people[::-1]))
    pd.testing.assert_frame_equal(found.shown, turned.shown)
    assert dict(zip(found.shown["codes"], found.shown["n"], strict=True)) == {(1,): 5, (2,): 6}
    assert found.shown["n"].tolist() == people[["a", "b"]].sum().tolist()
    np.testing.assert_allclose(found.shown["share"], people[["a", "b"]].mean())


def test_groups_that_take_part_hold_the_persons_that_pandas_counts_whatever_the_order():
    sizes = {"a": 6, "b": 7, "c": 2, "d": 3}
    frame = pd.DataFrame({"team": [name for name, n in sizes.items() for _ in range(n)]})
    frame = frame.assign(respondent=range(len(frame)), voice=[1.0, 2.0, 3.0] * 6)
    counted = frame.groupby("team").size()
    chosen = groups_for_statistics(protect(frame, "voice", ["team"], wave=None), ["team"])
    turned = groups_for_statistics(protect(frame[::-1], "voice", ["team"], wave=None), ["team"])
    assert sorted(chosen.keys) == sorted(turned.keys)
    assert chosen.rows(frame).sum() == sum(counted[key[-1]] for key in chosen.keys)
    assert len(chosen.keys) + chosen.n_hidden == len(counted)
