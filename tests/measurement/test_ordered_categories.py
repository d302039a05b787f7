"""Ordered categoricals go wherever ordered items go, and give what their codes give; text without order is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lcresearch.errors import MeasurementError
from lcresearch.measurement import (
    cfa,
    differential_item_functioning,
    factor_analysis,
    graded_response,
    invariance,
    ordinal_moments,
    polychoric_correlations,
)
from lcresearch.measurement.columns import values

ANSWERS = ["oneens", "neutraal", "eens", "helemaal eens"]  # not the order of the alphabet
ITEMS = [f"a{k}" for k in range(1, 6)]
MODEL = "capacity =~ " + " + ".join(ITEMS)
close = np.testing.assert_allclose


@pytest.fixture(scope="module")
def codes() -> pd.DataFrame:
    """Invented answers of 500 persons as codes 1 to 4."""
    rng = np.random.default_rng(12)
    place = rng.normal(size=(500, 1)) + rng.normal(size=(500, 5))
    return pd.DataFrame(np.digitize(place, [-1, 0, 1]) + 1, columns=ITEMS)


@pytest.fixture(scope="module")
def labelled(codes: pd.DataFrame) -> pd.DataFrame:
    """The same answers as ordered categoricals."""
    return codes.apply(lambda column: pd.Categorical.from_codes(column - 1, ANSWERS, ordered=True))


@pytest.mark.parametrize(
    "analyse",
    [
        lambda frame: cfa(MODEL, frame, ordered=True),
        lambda frame: polychoric_correlations(frame, ITEMS),
        lambda frame: factor_analysis(frame, ITEMS, 1, correlation="polychoric"),
        lambda frame: graded_response(frame, ITEMS),
        lambda frame: differential_item_functioning(frame.assign(site=np.arange(500) % 2), ITEMS, "site"),
        lambda frame: invariance(MODEL, frame.assign(site=np.arange(500) % 2), "site", ordered=True),
    ],
    ids=["cfa", "polychoric", "factor_analysis", "graded_response", "dif", "invariance"],
)
def test_categories_give_what_their_codes_give(analyse, codes, labelled):
    pd.testing.assert_frame_equal(analyse(labelled).tidy(), analyse(codes).tidy())


@given(st.permutations(["a", "b", "c", "d"]), st.lists(st.sampled_from("abcd") | st.none(), max_size=12))
def test_codes_are_places_in_the_order(order, answers):
    frame = pd.DataFrame({"x": pd.Categorical(answers, categories=order, ordered=True)})
    expected = [np.nan if answer is None else order.index(answer) + 1 for answer in answers]
    np.testing.assert_array_equal(values(frame, "x"), expected)


def test_numbers_that_rise_keep_their_values():
    rising = pd.DataFrame({"x": pd.Categorical([2, 5, None], categories=[2, 3, 5], ordered=True)})
    falling = pd.DataFrame({"x": pd.Categorical([2, 5, None], categories=[5, 3, 2], ordered=True)})
    np.testing.assert_array_equal(values(rising, "x"), [2, 5, np.nan])
    np.testing.assert_array_equal(values(falling, "x"), [3, 1, np.nan])


@pytest.mark.parametrize("kind", ["text", "categories"])
def test_answers_without_an_order_are_refused_with_what_to_write(kind, labelled):
    frame = labelled.astype(str) if kind == "text" else labelled.apply(lambda c: c.cat.as_unordered())
    with pytest.raises(MeasurementError) as error:
        cfa(MODEL, frame, ordered=True)
    problems = error.value.problems
    assert [problem.code for problem in problems] == ["M416"] * 5
    assert "neutraal" in problems[0].message("nl")
    assert 'pd.Categorical(frame["a1"]' in problems[0].remedy("nl")


@pytest.mark.parametrize(
    "analyse",
    [
        lambda frame: cfa(MODEL, frame),
        lambda frame: factor_analysis(frame, ITEMS, 1),
        lambda frame: ordinal_moments(frame, ITEMS),
    ],
)
def test_where_numbers_are_needed_categories_are_refused(analyse, labelled):
    with pytest.raises(MeasurementError, match="M417"):
        analyse(labelled)


def test_new_persons_are_scored_only_with_the_same_categories(codes, labelled):
    fit, graded = cfa(MODEL, labelled, ordered=True), graded_response(labelled, ITEMS)
    by_codes = cfa(MODEL, codes, ordered=True)
    close(fit.factor_scores(labelled.head(9)), by_codes.factor_scores(codes.head(9)), rtol=1e-8)
    assert len(graded.scores(labelled.head(9))) == 9
    fewer = labelled.head(9).apply(lambda c: c.cat.set_categories(ANSWERS[1:], ordered=True))
    for score in (fit.factor_scores, graded.scores):
        for frame in (fewer, codes.head(9)):
            with pytest.raises(MeasurementError, match="M418"):
                score(frame)


def test_an_item_must_have_the_same_categories_at_each_wave(labelled):
    later = labelled.apply(lambda c: c.cat.rename_categories(["1", "2", "3", "4"]))
    frame = labelled.add_suffix("_t0").join(later.add_suffix("_t1"))
    with pytest.raises(MeasurementError, match="M419"):
        invariance(MODEL, frame, waves={"t0": "_t0", "t1": "_t1"}, ordered=True)
