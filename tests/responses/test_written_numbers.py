"""A mark before three digits: thousands or decimals, as far as the question and the column tell."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.responses.asked import Asked
from lcresearch.responses.written_numbers import DOUBTFUL, GROUPED, PLAIN, Written, written_numbers

NAN = float("nan")
TEXT = {"nl": "Hoeveel?", "en": "How many?"}


def asked(**limits):
    return Asked("staff", "number", frozenset(), **limits)


def one(text, *others, **limits):
    return written_numbers([text, *others], asked(**limits))[text]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.250", 1250),
        ("1,250", 1250),
        ("-1.250", -1250),
        ("1 250", 1250),
        ("1\u00a0250", 1250),
        ("1\u202f250", 1250),
        ("1'250", 1250),
        ("1.250.000", 1_250_000),
        ("1,250,000", 1_250_000),
        ("1.250,50", 1250.5),
        ("1,250.50", 1250.5),
        ("1 250,50", 1250.5),
    ],
)
def test_marks_between_thousands(text, number):
    assert one(text) == Written(number, GROUPED)


@pytest.mark.parametrize("text", ["1.25.000", "1 25", "0 250", "1,250,50", "1.250.50", "12 34 567"])
def test_marks_in_other_places_are_no_numbers(text):
    assert written_numbers([text], asked()) == {}


def test_the_range_settles_what_the_mark_is():
    assert one("40.000", maximum=60.0) == Written(40, PLAIN)
    assert one("1.250", decimals=2, maximum=60.0) == Written(1.25, PLAIN)
    assert one("1.250", decimals=2, minimum=100.0) == Written(1250, GROUPED)
    assert one("9.999", missing={9999.0: ()}, maximum=60.0) == Written(9999, GROUPED)


def test_other_values_of_the_column_settle_what_the_mark_is():
    assert one("1.000") == Written(1.0, DOUBTFUL)
    assert one("1.000", "250") == one("1.000", "1.250") == Written(1000, GROUPED)
    assert one("1.000", "0.000") == Written(1.0, PLAIN)
    assert one("1.250", decimals=2) == Written(1.25, DOUBTFUL)
    assert one("1.250", "2,5", decimals=2) == one("1.250", "1.000,75", decimals=2) == Written(1250, GROUPED)
    assert one("1.250", "2.5") == Written(1.25, DOUBTFUL)
    assert one("1.250", "2.5", decimals=2) == one("1.250", decimals=3) == Written(1.25, PLAIN)


def test_numbers_that_a_file_keeps_as_numbers_have_no_thousands_apart():
    found = written_numbers(["1.125", "1.250"], asked(), exact=True)
    assert found == {"1.125": Written(1.125, PLAIN), "1.250": Written(1250, GROUPED)}


def test_each_number_is_read_or_named(write, quiet, instrument_of):
    staff = instrument_of([{"id": "staff", "type": "number", "text": TEXT, "maximum": 5000.0}])
    cells = ["1.250", "1 250", "3,5", "1 250", "250", "7.500", "1.250,50"]
    data = quiet(write("staff;x\n" + "".join(f"{cell};\n" for cell in cells)), staff)
    np.testing.assert_equal(data.frame["staff"].to_numpy(), [1250, 1250, NAN, 1250, 250, NAN, NAN])
    assert [(p.code, p.values["rows"]) for p in data.problems] == [("R040", "7"), ("R084", "4, 8")]
    noted = data.log.query("code == 'R083'")
    assert noted[["row", "value", "status"]].to_numpy().tolist() == [
        [2, "1.250", "noted"],
        [3, "1 250", "noted"],
        [5, "1 250", "noted"],
    ]


def test_a_number_in_doubt_is_missing_and_named(write, quiet, instrument_of):
    hours = instrument_of([{"id": "hours", "type": "number", "text": TEXT, "decimals": 2}])
    data = quiet(write("hours;x\n1.250;\n7;\n"), hours)
    np.testing.assert_equal(data.frame["hours"].to_numpy(), [NAN, 7])
    assert [(p.code, p.values["rows"]) for p in data.problems] == [("R085", "2")]


def test_a_fraction_in_a_workbook_is_no_thousand(tmp_path, quiet, instrument_of):
    staff = instrument_of([{"id": "staff", "type": "number", "text": TEXT}])
    pd.DataFrame({"staff": [1.125, 1250, "1.250"]}).to_excel(tmp_path / "a.xlsx", index=False)
    data = quiet(tmp_path / "a.xlsx", staff)
    np.testing.assert_equal(data.frame["staff"].to_numpy(), [NAN, 1250, 1250])
    assert [(p.code, p.values["rows"]) for p in data.problems] == [("R084", "2")]
