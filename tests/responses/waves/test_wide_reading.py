"""A table with a row a person and a column a question and wave is read as rows a person and wave."""

import pytest

FILE = (
    "code;team_t0;team_t1;tv_01_t0;tv_02_t0;tv_03_t0;tv_01_t1;tv_02_t1;tv_03_t1\n"
    "an;A;A;4;2;5;5;1;5\n"
    "bo;A;B;3;3;4;;;\n"
    "cy;B;B;;;;2;4;2\n"
)


def test_each_wave_becomes_rows_of_its_own(write, voice, quiet):
    data = quiet(write(FILE), voice, respondent="code", levels=["team"])
    rows = data.frame[["respondent", "wave", "team", "tv_01"]].to_numpy().tolist()
    assert rows == [["an", "t0", "A", 4], ["bo", "t0", "A", 3], ["an", "t1", "A", 5], ["cy", "t1", "B", 2]]
    assert data.origin["row"].tolist() == [2, 3, 2, 4]


def test_rows_without_an_answer_in_a_wave_are_counted(write, voice, quiet):
    log = quiet(write(FILE), voice, respondent="code", levels=["team"]).log
    assert log.loc[log["code"] == "R159", "n"].tolist() == [1, 1]


def test_the_file_and_its_columns_are_named_once(write, voice, quiet):
    data = quiet(write(FILE), voice, respondent="code", levels=["team"])
    assert len(data.sources) == 1
    assert data.log.loc[data.log["column"] == "code", "code"].tolist() == ["R067"]


def test_a_row_is_one_person_also_without_an_id(write, voice, quiet):
    data = quiet(write(FILE), voice, levels=["team"])
    assert data.frame["respondent"].tolist() == ["row-2", "row-3", "row-2", "row-4"]


def test_a_question_that_was_asked_once_stands_in_every_wave(write, voice, quiet):
    text = FILE.replace(";tv_03_t0", ";x").replace(";tv_03_t1", ";tv_03")
    data = quiet(write(text), voice, respondent="code", levels=["team"])
    assert data.frame["tv_03"].tolist() == [5, 5, 2] or data.frame["tv_03"].isna().sum() == 1
    assert (data.log["code"] == "R158").any()


def test_labels_that_only_the_user_knows(write, voice, quiet):
    text = FILE.replace("_t0", "_voorjaar").replace("_t1", "_najaar")
    named = quiet(write(text), voice, levels=["team"], waves={"voorjaar": "t0", "najaar": "t1"})
    assert named.frame["wave"].tolist() == ["t0", "t0", "t1", "t1"]


@pytest.mark.parametrize("extra", ["tv_01_time", "tv_01_comment", "tv_1"])
def test_a_table_with_one_wave_stays_one(write, voice, quiet, extra):
    file = f"code,tv_01,tv_02,tv_03,{extra}\nan,4,2,5,12\nbo,3,3,4,9\n"
    assert quiet(write(file), voice).frame["wave"].tolist() == ["t0", "t0"]


def test_a_first_wave_without_a_label_is_refused_with_how_to_name_it(write, voice, refused, quiet):
    text = FILE.replace("_t0", "")
    assert refused(write(text), voice, respondent="code", levels=["team"]) == ["R154"]
    data = quiet(write(text), voice, respondent="code", levels=["team"], waves={"": "t0", "t1": "t1"})
    assert data.frame["wave"].tolist() == ["t0", "t0", "t1", "t1"]


LEVEL = {"organisation": "team"}


@pytest.mark.parametrize("waves", [None, ["t0", "t1"]])
def test_a_level_with_another_name_than_its_columns(write, voice, quiet, waves):
    data = quiet(write(FILE), voice, respondent="code", levels=LEVEL, waves=waves)
    assert data.frame["organisation"].tolist() == ["A", "A", "A", "B"]
    assert data.levels == ("organisation",)
    assert data.items == ("tv_01", "tv_02", "tv_03")


@pytest.mark.parametrize("level", [LEVEL, ["team"]])
def test_a_level_that_one_wave_lacks_is_refused_with_a_way_out(write, voice, refused, quiet, level):
    file = write(FILE.replace("team_t1", "x"))
    assert refused(file, voice, levels=level) == ["R201"]
    data = quiet(file, voice, respondent="code", levels={"organisation": "team_t0"})
    assert data.frame["organisation"].tolist() == ["A", "A", "A", "B"]
    assert "R202" not in {problem.code for problem in data.problems}


def test_groups_of_one_wave_that_count_in_all_are_named(write, voice, quiet):
    data = quiet(write(FILE), voice, respondent="code", levels={"organisation": "team_t1"})
    assert data.frame["organisation"].tolist() == ["A", "B", "A", "B"]
    found = [(p.code, p.where.column, p.values["others"]) for p in data.problems if p.code == "R202"]
    assert found == [("R202", "team_t1", ["team_t0"])]


def test_a_level_does_not_hide_labels_that_are_not_known_to_be_waves(write, voice, refused):
    file = write("team;tv_01_x7;tv_02_x7;tv_01_y;tv_02_y\nA;1;2;3;4\n")
    assert refused(file, voice, levels=LEVEL) == refused(file, voice, levels=["team"]) == ["R156"]
