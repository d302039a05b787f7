"""What reading gives back, and what it says about itself."""

import json

import pandas as pd
import pytest

from lcresearch import responses
from lcresearch.errors import LcresearchWarning
from lcresearch.responses import Responses

TEXT = "respondent;team;naam;tv_01;tv_02;tv_03\nan;A;x;1;7;3\nbo;A;y;9;;5\nce;;z;;;\n"


@pytest.fixture
def data(write, voice, quiet):
    return quiet(write(TEXT), voice, levels=["team"])


def test_frame_has_one_shape(data):
    assert list(data.frame.columns) == ["respondent", "wave", "team", "tv_01", "tv_02", "tv_03"]
    assert data.frame.dtypes.astype(str).tolist() == ["str"] * 3 + ["float64"] * 3
    assert data.frame.index.equals(pd.RangeIndex(3))


def test_tidy_counts_every_item(data):
    expected = [["tv_01", "tv_01", 1, 2, 0], ["tv_02", "tv_02", 0, 3, 1], ["tv_03", "tv_03", 2, 1, 0]]
    assert list(data.tidy().columns) == ["item", "column", "n", "n_missing", "n_set_missing"]
    assert data.tidy().to_numpy().tolist() == expected


def test_glance_counts_the_whole(data):
    counts = data.glance().iloc[0].to_dict()
    assert counts == {
        "n": 3,
        "n_respondents": 3,
        "n_waves": 1,
        "n_team": 1,
        "n_items": 3,
        "n_without_answers": 1,
        "n_rows_dropped": 0,
        "n_set_missing": 1,
        "n_columns_ignored": 1,
    }


def test_answers_plus_missing_make_the_rows(data):
    table = data.tidy()
    assert (table["n"] + table["n_missing"] == len(data.frame)).all()


def test_log_has_the_promised_columns_and_types(data):
    assert list(data.log.columns) == ["code", "level", "status", "column", "item", "row", "value", "n", "text", "file"]
    assert data.log[["row", "n"]].dtypes.astype(str).tolist() == ["Int64", "Int64"]
    assert set(data.log["level"]) <= {"warning", "note"}


def test_the_result_survives_its_dictionary(data):
    again = Responses.from_dict(json.loads(json.dumps(data.to_dict())))
    pd.testing.assert_frame_equal(again.frame, data.frame)
    pd.testing.assert_frame_equal(again.log, data.log)
    assert (again.problems, again.levels, again.sources) == (data.problems, data.levels, data.sources)
    assert [one.hash for one in again.instruments] == [one.hash for one in data.instruments]


def test_print_shows_what_the_reader_must_know(data):
    text = str(data)
    assert "n_without_answers: 1" in text
    assert "[R040] answers.csv, row 2, column 'tv_02', item tv_02" in text
    assert repr(data).startswith("<Responses")


def test_one_python_warning_for_all_problems(write, voice):
    path = write(TEXT)
    with pytest.warns(LcresearchWarning, match="R053") as caught:
        responses.read(path, voice, levels=["team"])
    assert len(caught) == 1


def test_clean_data_give_no_warning(write, voice):
    assert not responses.read(write("tv_01;tv_02;tv_03\n1;2;3\n"), voice).problems


def test_unknown_platform_is_refused(write, voice, refused):
    assert refused(write(TEXT), voice, platform="qualtrix") == ["R012"]
