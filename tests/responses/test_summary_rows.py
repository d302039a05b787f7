"""Rows below the table that sum it up are nobody's answers."""

import pytest

ROWS = "an,1,2,3\nbo,2,2,5\ncy,4,5,5\ndo,2,3,4\nel,3,3,4\n"
HEAD = "code,tv_01,tv_02,tv_03\n"


def lines(data):
    return data.log.query("code == 'R210'")[["row", "status"]].to_numpy().tolist()


PERSONS = ["an", "bo", "cy", "do", "el"]  # means 2.4, 3 and 4.2; sums 12, 15 and 21


@pytest.mark.parametrize(
    "below",
    [
        "Gemiddelde,2,3,4\n",
        "Totaal:,12,15,21\n",
        "n = 5,,,\n",
        "SD,1.1,1.2,0.8\n",
        "N,5,5,5\n",
        "max,4,5,5\n",
        ",2.4,3,4.2\n",
        ',"2,40",3,"4,20"\n',
        ",12,15,21\n",
    ],
)
def test_a_row_that_sums_up_is_left_out_with_a_warning(write, voice, quiet, below):
    data = quiet(write(HEAD + ROWS + below), voice, respondent="code")
    assert data.frame["respondent"].tolist() == PERSONS
    assert lines(data) == [[7, "dropped"]]
    assert [problem.code for problem in data.problems] == ["R210"]


def test_several_rows_and_a_blank_one_above_them(write, voice, quiet):
    below = ",,,\nGemiddelde,2,3,4\nsd,1.1,1.2,0.8\nn,5,5,5\n"
    data = quiet(write(HEAD + ROWS + below), voice, respondent="code")
    assert len(data.frame) == 5
    assert [row for row, _ in lines(data)] == [8, 9, 10]


def test_the_word_in_a_column_that_nothing_else_uses(write, voice, quiet):
    path = write("nummer,team,tv_01,tv_02,tv_03\n1,A,1,2,3\n2,A,2,2,5\n3,B,4,5,5\nGemiddelde,,2,3,4\n")
    assert len(quiet(path, voice, levels=["team"]).frame) == 3


@pytest.mark.parametrize(
    "last",
    [
        "dora,2,3,4\n",
        ",3,3,3\n",
        "sum up,2,3,4\n",
        ",,,5\n",
        "SD,1,5,2\n",
        "Gem,5,1,1\n",
        "N=3,1,2,2\n",
        "Totaal,5,2,2\n",
    ],
)
def test_an_average_person_is_a_person_whatever_the_code(write, voice, quiet, last):
    data = quiet(write(HEAD + ROWS + last), voice, respondent="code")
    assert len(data.frame) == 6
    assert lines(data) == []


def test_a_team_of_which_the_name_is_a_word_for_a_summary_stays(write, voice, quiet):
    rows = "".join(f"{'ZN'[k > 29]},{k % 5 + 1},{k % 3 + 2},{k % 4 + 1}\n" for k in range(40))
    data = quiet(write("team,tv_01,tv_02,tv_03\n" + rows), voice, levels=["team"])
    assert data.frame["team"].value_counts().to_dict() == {"Z": 30, "N": 10}


@pytest.mark.parametrize("rows", ["1,1,1\n1,1,1\n1,1,2\n", "1,1,1\n" * 5 + "1,1,2\n", "2,2,2\n" * 6 + "2,2,3\n"])
def test_people_who_answer_alike_are_people(write, voice, quiet, rows):
    assert len(quiet(write("tv_01,tv_02,tv_03\n" + rows), voice).frame) == rows.count("\n")


def test_only_rows_at_the_end_are_looked_at(write, voice, quiet):
    data = quiet(write(HEAD + ROWS + "total,2,3,4\ndora,1,1,1\n"), voice, respondent="code")
    assert data.frame["respondent"].tolist() == [*PERSONS, "total", "dora"]
