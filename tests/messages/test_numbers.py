"""Numbers as a Dutch and an English reader write them."""

import datetime
import math

import pytest

from lcresearch.messages import Messages


@pytest.mark.parametrize(
    ("value", "digits", "dutch", "english"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (-0.001, 2, "0,00", "0.00"),
        (2.675, 0, "3", "3"),
        (math.nan, 2, "–", "–"),
        (None, 2, "–", "–"),
    ],
)
def test_number(value, digits, dutch, english):
    assert Messages("nl").number(value, digits=digits) == dutch
    assert Messages("en").number(value, digits=digits) == english


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0%"), (0.001, "<1%"), (0.256, "26%"), (0.999, ">99%"), (1.0, "100%"), (math.nan, "–")],
)
def test_percent_is_zero_or_hundred_only_when_it_is(share, text):
    assert Messages("en").percent(share) == text


@pytest.mark.parametrize(("share", "text"), [(0.175, "18%"), (0.225, "23%"), (0.725, "73%"), (0.875, "88%")])
def test_a_half_is_rounded_up(share, text):
    assert Messages("nl").percent(share) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"), [(0.5, 0, "1"), (1.5, 0, "2"), (2.5, 0, "3"), (1.005, 2, "1,01"), (-2.5, 0, "-3")]
)
def test_a_half_is_rounded_as_people_do(value, digits, text):
    assert Messages("nl").number(value, digits=digits) == text


def test_a_number_that_is_not_finite_is_written():
    assert Messages("en").number(math.inf) == "∞"


@pytest.mark.parametrize(("p", "dutch"), [(0.0004, "<,001"), (0.0314, ",031"), (1.0, "1,000"), (0.0, "<,001")])
def test_p_value_is_never_zero(p, dutch):
    assert Messages("nl").p_value(p) == dutch


def test_date_in_words():
    assert Messages("nl").date(datetime.date(2026, 3, 9)) == "9 maart 2026"
    assert Messages("en").date("2026-03-09") == "9 March 2026"
