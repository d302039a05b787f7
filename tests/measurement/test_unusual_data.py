"""Columns as files give them and models as newcomers write them: taken as they are meant, or refused clearly."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from lcresearch import measurement
from lcresearch.errors import MeasurementError

MODEL = "f =~ a1 + a2 + a3 + a4"
ITEMS = ["a1", "a2", "a3", "a4"]


@pytest.fixture(scope="module")
def frame():
    """Invented answers on five points of 240 persons in two groups."""
    rng = np.random.default_rng(11)
    factor = rng.normal(size=240)
    answers = {item: np.clip(np.round(3 + factor + rng.normal(0, 0.8, 240)), 1, 5) for item in ITEMS}
    return pd.DataFrame(answers).astype(int).assign(g=np.repeat(["x", "y"], 120))


def codes(call):
    with pytest.raises(MeasurementError) as caught:
        call()
    for problem in caught.value.problems:
        assert problem.message("nl") != problem.message("en")
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize(
    "held",
    [
        lambda column: column.astype("Int64"),
        lambda column: column.astype("Float64"),
        lambda column: column.astype(object),
        lambda column: column.map(Decimal),
    ],
    ids=["Int64", "Float64", "object", "Decimal"],
)
@pytest.mark.parametrize("ordered", [False, True])
def test_numbers_are_numbers_however_they_are_held(frame, held, ordered):
    plain = measurement.cfa(MODEL, frame, ordered=ordered).fit_measures
    found = measurement.cfa(MODEL, frame.assign(a2=held(frame["a2"])), ordered=ordered).fit_measures
    pd.testing.assert_series_equal(found, plain)


def test_missing_numbers_of_any_type_are_missing(frame):
    for dtype in ("Int64", object):
        column = frame["a1"].astype(dtype).where(frame.index != 3)
        assert measurement.cfa(MODEL, frame.assign(a1=column)).glance()["n"].item() == 239


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (["agree"] * 240, "M002"),
        (pd.Timestamp("2026-01-01"), "M002"),
        (pd.to_timedelta(np.arange(240.0), unit="D"), "M002"),
        (np.arange(240) + 1j, "M002"),
        (pd.Categorical(["no", "yes"] * 120), "M416"),
        (np.r_[np.inf, np.arange(239.0)], "M008"),
        (3, "M243"),
        (np.nan, "M424"),
    ],
)
def test_columns_that_are_no_answers_are_refused(frame, column, code):
    assert codes(lambda: measurement.cfa(MODEL, frame.assign(a2=column))) == [code]


def test_two_columns_of_one_name_are_refused(frame):
    twice = pd.concat([frame, frame[["a1", "g"]]], axis=1)
    assert codes(lambda: measurement.moments(twice, ITEMS)) == ["M421"]
    assert codes(lambda: measurement.cfa("f =~ a2 + a3 + a4", twice, group="g")) == ["M421"]
    assert codes(lambda: measurement.item_analysis(twice, ITEMS)) == ["M421"]


@pytest.mark.parametrize("data", [[[1, 2]], np.ones((9, 4)), {"a1": [1, 2]}, None], ids=str)
def test_what_is_no_table_is_refused(data):
    assert codes(lambda: measurement.cfa(MODEL, data)) == ["M420"]
    assert codes(lambda: measurement.reliability(data, ITEMS)) == ["M420"]


def test_messages_name_no_group_where_there_is_none(frame):
    assert codes(lambda: measurement.cfa(MODEL, frame.head(4))) == ["M423"]
    assert codes(lambda: measurement.cfa(MODEL, frame.assign(a4=frame["a1"] + frame["a2"]))) == ["M425"]
    assert codes(lambda: measurement.cfa(MODEL, frame.assign(a4=2), group="g")) == ["M225"]
    small = frame.assign(g=np.repeat(["x", "y"], [237, 3]))
    assert codes(lambda: measurement.cfa(MODEL, small, group="g")) == ["M224"]


def test_items_that_nobody_answered_are_named(frame):
    assert codes(lambda: measurement.cfa(MODEL, frame.assign(a2=np.nan), missing="fiml")) == ["M424"]
    in_one = frame.assign(a2=frame["a2"].where(frame["g"] == "x"))
    with pytest.raises(MeasurementError, match="y"):
        measurement.cfa(MODEL, in_one, group="g", missing="fiml")


def test_one_name_need_not_stand_in_a_list(frame):
    one, other = (
        measurement.cfa(MODEL, frame, group="g", group_equal=equal, group_partial=free)
        for equal, free in (("loadings", "f=~a2"), (["loadings"], ["f=~a2"]))
    )
    pd.testing.assert_series_equal(one.fit_measures, other.fit_measures)


def test_scores_of_new_persons_need_their_columns(frame):
    fit = measurement.cfa(MODEL, frame)
    assert codes(lambda: fit.factor_scores(frame[["a1", "a2"]])) == ["M001", "M001"]


def test_models_with_as_many_degrees_of_freedom_are_not_tested(frame):
    one, other = (measurement.cfa(f"{MODEL}\n{pair}", frame) for pair in ("a1 ~~ a2", "a3 ~~ a4"))
    assert codes(lambda: one.compare(other)) == ["M426"]


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("f =~ item one + a2 + a3", "Rename columns"),
        ("f =~ a-1 + a2 + a3", "Rename columns"),
        ("f =~ a1 + l*a2 + k*a3 + a4\nl == 2*k", "both sides of =="),
        ('f =~ a1 + a2 + equal("f=~a2")*a3', "the same label"),
        ("f =~ a1 + c(u, v)*a2 + a3 + a4", "number of groups is 1"),
        ("f <- a1 + a2", "cannot be used here"),
    ],
)
def test_models_that_cannot_be_read_say_what_to_write(frame, model, words):
    with pytest.raises(MeasurementError, match=words):
        measurement.cfa(model, frame)


def test_moments_say_how_many_persons_they_hold(frame):
    assert (
        repr(measurement.moments(frame, ITEMS, "g"))
        == "<Moments of 4 items, 240 persons in 2 groups: x (120), y (120)>"
    )
