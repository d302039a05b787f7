"""Answers that are numbers themselves are read as answers or as codes, as the column shows; else they are refused."""

import numpy as np
import pytest

NAN = float("nan")
LABELS = {1: {"nl": "0"}, 2: {"nl": "1"}, 3: {"nl": "2"}, 4: {"nl": "3"}, 5: {"nl": "meer"}}
TIMES = {code: texts | {"en": texts["nl"].replace("meer", "more")} for code, texts in LABELS.items()}


@pytest.fixture
def times(instrument_of, items):
    """Three questions on how often, answered with 0, 1, 2, 3 or more."""
    return instrument_of(items, labels=TIMES)


def one_column(cells):
    return "tv_01;x\n" + "".join(f"{cell};\n" for cell in cells)


@pytest.mark.parametrize(
    ("cells", "codes", "logged"),
    [
        (["1", "meer", "3"], [2, 5, 4], "R086"),
        (["1", "0"], [2, 1], "R086"),
        (["1.0", "0.0"], [2, 1], "R086"),
        (["1", "weet niet"], [2, NAN], "R086"),
        (["1", "2", "4"], [1, 2, 4], "R087"),
        (["1", "5", "9"], [1, 5, NAN], "R087"),
        (["4", "5"], [4, 5], None),
        (["0", "meer"], [1, 5], None),
    ],
)
def test_a_cell_that_is_only_one_of_both_decides_for_its_column(write, quiet, times, cells, codes, logged):
    data = quiet(write(one_column(cells)), times)
    np.testing.assert_equal(data.frame["tv_01"].to_numpy(), codes)
    assert data.log.query("code in ['R086', 'R087']")["code"].tolist() == ([logged] if logged else [])


@pytest.mark.parametrize("cells", [["1", "2"], ["1", "0", "4"], ["1", "meer", "5"]])
def test_a_column_that_shows_neither_or_both_is_refused(write, refused, times, cells):
    assert refused(write(one_column(cells)), times) == ["R088"]


def test_other_columns_with_the_same_answers_decide(write, quiet, refused, times):
    answers = quiet(write("tv_01,tv_02,tv_03\n1,0,3\n2,meer,1\n"), times)
    assert answers.frame[["tv_01", "tv_02", "tv_03"]].to_numpy().tolist() == [[2, 1, 4], [3, 5, 2]]
    assert refused(write("tv_01,tv_02,tv_03\n1,0,4\n2,1,1\n"), times) == ["R088"]


@pytest.mark.parametrize(("cells", "codes"), [(["1", "2"], [2, 3]), (["1", "4"], [1, 4])])
def test_a_platform_that_always_writes_answers_decides_unless_a_cell_says_otherwise(write, quiet, times, cells, codes):
    head = "Timestamp,Ik zeg wat ik denk.\n"
    rows = "".join(f"2026/05/01 10:00:0{n} AM GMT+2,{cell}\n" for n, cell in enumerate(cells))
    data = quiet(write(head + rows), times, platform="google_forms")
    assert data.frame["tv_01"].tolist() == codes


def test_labels_that_are_their_own_code_leave_no_doubt(write, quiet, instrument_of, items):
    own = instrument_of(items, labels={code: {"nl": str(code), "en": str(code)} for code in range(1, 6)})
    data = quiet(write(one_column(["1", "2"])), own)
    assert data.frame["tv_01"].tolist() == [1, 2]
    assert not data.log["code"].isin(["R086", "R087"]).any()
