"""Files of SPSS and Stata of other programs (see tests/reference/exports): values, labels, missing values, sets."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from lcresearch import responses
from lcresearch.responses.formats import statistical
from lcresearch.responses.formats.response_sets import with_sets
from lcresearch.responses.platforms import open_export
from lcresearch.responses.tables import Column

SAMPLES = Path(__file__).parents[2] / "reference" / "exports" / "statistical"
NAN = float("nan")


def both(text):
    return {"nl": text, "en": text}


def number(name):
    return {"id": name, "type": "number", "response_scale": None, "decimals": 6}


@pytest.mark.parametrize(
    ("name", "n_columns", "n_rows"),
    [
        ("labelled_num_na.sav", 1, 2),
        ("missing_test.dta", 9, 1),
        ("multiple_response_sets.sav", 12, 6),
        ("sample.zsav", 7, 5),
        ("umlauts.sav", 1, 4),
        ("user_missing_ranges.sav", 7, 7),
    ],
)
def test_sizes_and_no_platform(name, n_columns, n_rows):
    opened = open_export(SAMPLES / name)
    assert opened.platform is None
    assert sum(not column.joins for column in opened.columns) == n_columns
    assert len(opened.load(frozenset({1})).row_numbers) + opened.load(frozenset({1})).n_blank == n_rows


def test_label_on_a_missing_value(asked):
    labels = {1: both("This is one"), 9: both("nine")}
    data = responses.read(
        SAMPLES / "labelled_num_na.sav", asked([{"id": "een", "text": both("Only one value")}], labels)
    )
    np.testing.assert_equal(data.frame["een"].to_numpy(), [1, NAN])
    assert data.log.query("code == 'R064'")[["value", "n"]].to_numpy().tolist() == [["9", 1]]


def test_accents_in_labels_and_in_the_question(asked):
    labels = {3: both("the ä umlaut"), 2: both("the ü umlaut"), 1: both("the ö umlaut")}
    item = {"id": "klinker", "text": both("This is an ä-umlaut")}
    with pytest.warns(match="R053"):
        data = responses.read(SAMPLES / "umlauts.sav", asked([item], labels))
    assert data.frame["klinker"].tolist() == [3, 2, 3, 1]
    assert [problem.code for problem in data.problems] == ["R051"]


def test_missing_ranges_separate_values_and_labels(asked, quiet):
    labels = {1: both("low"), 2: both("medium"), 3: both("high")}
    made = asked([{"id": "myord"}, number("mynum")], labels)
    data = quiet(SAMPLES / "user_missing_ranges.sav", made)
    expected = [[1, 1.1], [2, 1.2], [3, -1000.3], [1, -1.4], [1, 1000.3], [NAN, NAN], [NAN, NAN]]
    np.testing.assert_equal(data.frame[["myord", "mynum"]].to_numpy(), expected)
    missing = data.log.query("code == 'R064'")[["item", "value", "n"]].to_numpy().tolist()
    assert missing == [["myord", "-1", 1], ["myord", "-3", 1], ["mynum", "-1", 1], ["mynum", "2500", 1]]
    assert data.problems == ()


def test_compressed_file_with_levels_by_label(asked):
    made = asked([number("mynum")], {1: both("a")})
    data = responses.read(SAMPLES / "sample.zsav", made, levels={"team": "mylabl"})
    assert data.frame["mynum"].tolist() == [1.1, 1.2, -1000.3, -1.4, 1000.3]
    assert data.frame["team"].tolist() == ["Male", "Female", "Male", "Female", "Male"]


def test_dates_are_no_numbers(asked, quiet):
    data = quiet(SAMPLES / "sample.zsav", asked([number("mydate"), number("mynum")], {1: both("a")}))
    assert data.frame["mydate"].isna().all()
    assert [problem.code for problem in data.problems] == ["R042", "R052"]


def test_missing_values_of_stata(asked, quiet):
    made = asked([{"id": "var1"}, {"id": "var9"}], {1: both("a")})
    data = quiet(SAMPLES / "missing_test.dta", made)
    np.testing.assert_equal(data.frame[["var1", "var9"]].to_numpy(), [[NAN, 1]])
    assert data.log.query("code == 'R064'")["value"].tolist() == ["a"]


def test_a_set_of_dichotomies_is_one_question(asked):
    labels = {n: both(f"Response #{n}") for n in (1, 2, 3)}
    item = {"id": "keuze", "type": "multiple", "text": both("My multiple response set")}
    for changed in ({}, {"id": "mymrset", "text": both("Iets anders")}):
        data = responses.read(SAMPLES / "multiple_response_sets.sav", asked([item | changed], labels))
        expected = [[1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 1, 0], [1, 1, 0]]
        frame = data.frame.iloc[:, 2:].to_numpy()
        np.testing.assert_equal(frame, expected)


def test_a_set_of_categories_is_one_question(asked):
    labels = {n: both(letter) for n, letter in enumerate("abcd", start=1)}
    item = {"id": "categorical_array", "type": "multiple"}
    data = responses.read(SAMPLES / "multiple_response_sets.sav", asked([item], labels))
    expected = [[1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 1], [0, 1, 0, 0], [1, 1, 0, 1], [0, 1, 1, 1]]
    assert data.frame.iloc[:, 2:].to_numpy().tolist() == expected
    matched = data.log.query("status == 'matched'")[["column", "item"]].to_numpy().tolist()
    assert matched == [["categorical_array", "categorical_array"]]
    assert "12" in data.log.query("code == 'R073'")["text"].iloc[0]


@pytest.fixture
def sets_of(monkeypatch):
    """Have the reader of SPSS files report these sets, which nothing here can write to a file."""
    read = pyreadstat.read_sav

    def of(sets):
        def with_these(*args, **kwargs):
            frame, meta = read(*args, **kwargs)
            meta.mr_sets = sets
            return frame, meta

        monkeypatch.setattr(statistical.pyreadstat, "read_sav", with_these)

    return of


def test_what_is_counted_may_be_another_value_than_one(asked, sets_of, tmp_path):
    frame = pd.DataFrame({"v1": [2.0, 1.0, 9.0], "v2": [1.0, 2.0, 9.0]})
    missing = {name: [9] for name in frame}
    names = {"v1": "bouw", "v2": "zorg"}
    pyreadstat.write_sav(frame, tmp_path / "set.sav", column_labels=names, missing_ranges=missing)
    found = {"is_dichotomy": True, "counted_value": 2, "label": "Sectoren?", "variable_list": ["v1", "v2"]}
    sets_of({"s": found})
    item = {"id": "se", "type": "multiple", "text": both("Sectoren?")}
    data = responses.read(tmp_path / "set.sav", asked([item], {1: both("bouw"), 2: both("zorg")}))
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[1, 0], [0, 1], [NAN, NAN]])


def test_first_and_second_mention_are_not_taken_for_options(asked, sets_of, tmp_path):
    frame = pd.DataFrame({"se_1": [1.0, 2.0, 1.0, NAN], "se_2": [2.0, 9.0, 1.0, NAN]})
    labels = {name: {1.0: "zorg", 2.0: "bouw"} for name in frame}
    missing = {name: [9] for name in frame}
    pyreadstat.write_sav(frame, tmp_path / "set.sav", variable_value_labels=labels, missing_ranges=missing)
    found = {"is_dichotomy": False, "counted_value": None, "label": "Sectoren?", "variable_list": ["se_1", "se_2"]}
    sets_of({"sector": found})
    item = {"id": "se", "type": "multiple", "text": both("Sectoren?")}
    data = responses.read(tmp_path / "set.sav", asked([item], {1: both("bouw"), 2: both("zorg")}))
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[1, 1], [1, 0], [0, 1]])
    assert data.frame["respondent"].tolist() == ["row-2", "row-3", "row-4"]


def test_sets_that_name_unknown_variables_are_passed_over():
    columns = [Column(1, "a")]
    found = {"is_dichotomy": False, "counted_value": None, "label": "", "variable_list": ["x"]}
    assert with_sets(columns, {"s": found}) == (columns[0],)
