"""Rows below the table that sum it up are nobody's answers."""

import pytest

ROWS = "an,1,2,3\nbo,2,2,5\ncy,4,5,5\n"
HEAD = "code,tv_01,tv_02,tv_03\n"


def lines(data):
    return data.log.query("code == 'R210'")[["row", "status"]].to_numpy().tolist()


@pytest.mark.parametrize(
    "below",
    ["Gemiddelde,2,3,4\n", "Totaal:,7,9,13\n", "n = 3,,,\n", ",2.3,3,4.3\n", ',"2,33",3,"4,33"\n', ",7,9,13\n"],
)
def test_a_row_that_sums_up_is_left_out_with_a_warning(write, voice, quiet, below):
    data = quiet(write(HEAD + ROWS + below), voice, respondent="code")
    assert data.frame["respondent"].tolist() == ["an", "bo", "cy"]
    assert lines(data) == [[5, "dropped"]]
    assert [problem.code for problem in data.problems] == ["R210"]


def test_several_rows_and_a_blank_one_above_them(write, voice, quiet):
    below = ",,,\nGemiddelde,2,3,4\nsd,1,1,1\nn,3,3,3\n"
    data = quiet(write(HEAD + ROWS + below), voice, respondent="code")
    assert len(data.frame) == 3
    assert [row for row, _ in lines(data)] == [6, 7, 8]


def test_the_word_in_a_column_that_nothing_else_uses(write, voice, quiet):
    path = write("nummer,team,tv_01,tv_02,tv_03\n1,A,1,2,3\n2,A,2,2,5\n3,B,4,5,5\nGemiddelde,,2,3,4\n")
    assert len(quiet(path, voice, levels=["team"]).frame) == 3


@pytest.mark.parametrize("last", ["dora,2,3,4\n", ",3,3,3\n", "sum up,2,3,4\n", ",,,5\n"])
def test_an_average_person_is_a_person(write, voice, quiet, last):
    data = quiet(write(HEAD + ROWS + last), voice, respondent="code")
    assert len(data.frame) == 4
    assert lines(data) == []


def test_only_rows_at_the_end_are_looked_at(write, voice, quiet):
    data = quiet(write(HEAD + ROWS + "total,2,3,4\ndora,1,1,1\n"), voice, respondent="code")
    assert data.frame["respondent"].tolist() == ["an", "bo", "cy", "total", "dora"]
