"""Exports that were pasted under each other, header and all."""

import pytest

from lcresearch import responses
from lcresearch.errors import ResponsesError


def refusal(path, instrument, **options):
    with pytest.raises(ResponsesError) as caught:
        responses.read(path, instrument, **options)
    (problem,) = caught.value.problems
    return problem.code, problem.values["rows"], problem.values["columns"]


@pytest.mark.parametrize(
    ("header", "differ"),
    [
        ("code;team;tv_03;tv_02;tv_01", ["tv_01", "tv_03"]),
        ("team;code;tv_01;tv_02;tv_03", ["code", "team"]),
        ("tv_01;tv_02;tv_03;code;team", ["code", "team", "tv_01", "tv_02", "tv_03"]),
        ("code;team;tv_01;tv_02;stem3", ["tv_03"]),
    ],
)
def test_a_header_that_comes_again_with_other_columns_is_refused(write, voice, header, differ):
    path = write(f"code;team;tv_01;tv_02;tv_03\na;A;1;2;3\nb;A;1;2;3\n{header}\nc;A;1;2;3\nd;A;1;2;3\n")
    code, rows, columns = refusal(path, voice, levels=["team"], respondent="code")
    assert (code, rows, sorted(columns)) == ("R200", "4", differ)


def test_every_row_of_the_kind_is_named(write, voice):
    other = "code;tv_03;tv_02;tv_01\n"
    path = write(f"code;tv_01;tv_02;tv_03\na;1;2;3\n{other}b;1;2;3\ncode;tv_01;tv_02;tv_03\nc;1;2;3\n{other}d;1;2;3\n")
    assert refusal(path, voice, respondent="code")[:2] == ("R200", "3, 7")


def test_the_same_header_again_is_left_out_whatever_its_case(write, voice, quiet):
    path = write("code;tv_01;tv_02;tv_03\na;1;2;3\nCode;TV_01;tv_02;tv_03 \nb;1;2;3\n")
    data = quiet(path, voice, respondent="code")
    assert data.frame["respondent"].tolist() == ["a", "b"]
    assert [(problem.code, problem.values["rows"]) for problem in data.problems] == [("R193", "3")]


def test_columns_that_are_not_read_may_have_changed_places(write, voice, quiet):
    path = write("code;tv_01;tv_02;tv_03;x;y\na;1;2;3;8;9\ncode;tv_01;tv_02;tv_03;y;x\nb;1;2;3;9;8\n")
    assert quiet(path, voice, respondent="code").frame["respondent"].tolist() == ["a", "b"]


def test_a_wide_table_pasted_under_itself(write, voice, quiet):
    header = "code;tv_01_t0;tv_02_t0;tv_01_t1;tv_02_t1\n"
    data = quiet(write(f"{header}a;1;2;3;4\n{header}b;1;2;3;4\n"), voice, respondent="code")
    assert data.frame["respondent"].tolist() == ["a", "b", "a", "b"]
    other = "code;tv_01_t1;tv_02_t1;tv_01_t0;tv_02_t0\n"
    assert refusal(write(f"{header}a;1;2;3;4\n{other}b;1;2;3;4\n"), voice, respondent="code")[:2] == ("R200", "3")


def test_numbers_above_columns_are_no_header_where_they_are_answers(write, voice, quiet):
    mapping = {"1": "tv_01", "2": "tv_02", "3": "tv_03"}
    data = quiet(write("code;1;2;3\na;1;2;3\nb;3;2;1\n"), voice, respondent="code", mapping=mapping)
    assert data.frame["respondent"].tolist() == ["a", "b"]


def test_answers_that_repeat_the_name_of_their_column_are_no_header(write, instrument_of, quiet):
    item = {"id": "se", "type": "multiple", "text": {"nl": "Sectoren?", "en": "Sectors?"}, "response_scale": "sector"}
    mapping = {"bouw": "se_1", "zorg": "se_2"}
    data = quiet(write("code;bouw;zorg\na;bouw;zorg\nb;;zorg\n"), instrument_of([item]), mapping=mapping)
    assert data.frame[["se_1", "se_2"]].to_numpy().tolist() == [[1, 1], [0, 1]]
