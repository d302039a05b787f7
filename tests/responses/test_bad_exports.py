"""What people do to exports before they arrive: each gives a clear line in the log, or a clear refusal."""

import datetime
import zipfile

import numpy as np
import openpyxl
import pytest

from lcresearch import responses

NAN = float("nan")
HEADER = ["team", "tv_01", "tv_02", "tv_03"]


def both(text):
    return {"nl": text, "en": text}


@pytest.fixture
def sizes(instrument_of):
    """A question whose answers look like dates to a spreadsheet."""
    labels = {1: both("1"), 2: both("2-9"), 3: both("10-49"), 4: both("50-249")}
    item = {"id": "size", "text": both("Hoeveel mensen werken er?"), "response_scale": "agree5"}
    return instrument_of([item], labels=labels, missing={})


def codes(data):
    return [(problem.code, problem.where.item, problem.where.row) for problem in data.problems]


def test_two_languages_in_one_column(write, voice):
    path = write("tv_01,tv_02,tv_03\neens,1,2\nagree,3,4\nstrongly disagree,2,2\n")
    data = responses.read(path, voice)
    assert data.frame["tv_01"].tolist() == [4, 4, 1]
    line = data.log.query("code == 'R115'").iloc[0]
    assert (line["column"], line["item"]) == ("tv_01", "tv_01")
    assert "en (2), nl (1)" in line["text"]
    assert (
        "R115"
        not in responses.read(write("tv_01,tv_02,tv_03\neens,1,2\nhelemaal mee eens,2,2\n"), voice).log["code"].tolist()
    )


@pytest.mark.parametrize(
    ("header", "like"),
    [
        ("Ik zeg altijd wat ik denk.", "'Ik zeg altijd wat ik denk.'"),
        ("I say what I thought", "'I say what I thought'"),
        ("tv-01", "'tv-01'"),
        ("Wat is uw lievelingskleur?", ""),
    ],
)
def test_a_renamed_question_is_named_with_the_column_that_looks_like_it(write, voice, quiet, header, like):
    data = quiet(write(f"{header},tv_02,tv_03\n4,1,2\n"), voice)
    assert data.items == ("tv_02", "tv_03")
    (problem,) = data.problems
    assert (problem.code, problem.where.item) == ("R043", "tv_01")
    assert like in problem.values["similar"]["nl"]
    assert bool(problem.values["similar"]["en"]) == bool(like)


def test_what_looks_like_an_item_is_never_a_column_of_persons_or_of_another_item(write, voice, quiet):
    data = quiet(write("tv_02,tv_03,e-mail\n1,2,tv_01@example.org\n"), voice)
    assert [problem.values["similar"]["en"] for problem in data.problems if problem.code == "R043"] == [""]


def test_a_new_column_of_the_platform_is_left_out_with_a_line(write, voice):
    data = responses.read(write("tv_01,tv_02,tv_03,AI quality score\n1,2,3,0.93\n"), voice)
    line = data.log.query("column == 'AI quality score'").iloc[0]
    assert (line["code"], line["status"]) == ("R061", "ignored")


def test_an_unknown_option_among_several_answers(write, instrument_of, quiet):
    item = {"id": "se", "type": "multiple", "text": both("Sectoren?"), "response_scale": "sector"}
    made = instrument_of([item])
    data = quiet(write("x\tse\n1\tbouw;horeca\n2\thoreca\n3\tzorg\n"), made)
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[1, 0], [NAN, NAN], [0, 1]])
    assert codes(data) == [("R041", "se", 3), ("R055", "se", 2)]
    data = quiet(write("_id,_uuid,se/1,se/2,se/7\n1,a,1,0,1\n"), made, platform="kobo")
    assert data.frame.iloc[0, 2:].tolist() == [1, 0]
    assert data.log.query("column == 'se/7'")["code"].tolist() == ["R095"]


@pytest.mark.parametrize("cell", ["1-3-2026", "2026-03-01", "1 maart", "mrt-26", "3/1/2026 10:00"])
def test_a_date_where_a_number_belongs(write, instrument_of, quiet, cell):
    item = {"id": "hours", "type": "number", "text": both("Hoeveel uur?"), "decimals": 1}
    data = quiet(write(f"x;hours\n1;{cell}\n2;3,5\n"), instrument_of([item]))
    np.testing.assert_equal(data.frame["hours"].to_numpy(), [NAN, 3.5])
    assert codes(data) == [("R042", "hours", 2)]


@pytest.mark.parametrize("cell", ["2-sep", "09-02-2026", "okt-49", "9-Feb", "02-09", "2/09"])
def test_a_range_that_a_spreadsheet_turned_into_a_date_is_not_guessed(write, sizes, quiet, cell):
    data = quiet(write(f"x;size\n1;{cell}\n2;2-9\n3;50-249\n4;10-49\n5;1\n"), sizes)
    np.testing.assert_equal(data.frame["size"].to_numpy(), [NAN, 2, 4, 3, 1])
    assert codes(data) == [("R119", "size", 2)]
    (problem,) = data.problems
    assert problem.values["example"] == "2-9"
    line = data.log.query("code == 'R119'").iloc[0]
    assert (line["row"], line["value"], line["status"]) == (2, cell, "set_missing")


def test_a_range_that_excel_turned_into_a_date_in_a_workbook(tmp_path, sizes, quiet, workbook):
    rows = [["x", "size"], [1, datetime.datetime(2026, 9, 2)], [2, "10-49"], [3, datetime.date(1949, 10, 1)], [4, 1]]
    data = quiet(workbook(tmp_path / "answers.xlsx", {"Blad1": rows}), sizes)
    np.testing.assert_equal(data.frame["size"].to_numpy(), [NAN, 3, NAN, 1])
    assert codes(data) == [("R119", "size", 2)]
    assert data.log.query("code == 'R119'")["row"].tolist() == [2, 4]


def test_a_date_in_a_scale_without_ranges_keeps_its_own_line(write, voice, quiet):
    data = quiet(write("tv_01,tv_02,tv_03\n2-sep,1,2\n"), voice)
    assert [problem.code for problem in data.problems] == ["R042", "R052"]


def test_numbers_kept_as_text(tmp_path, voice, workbook):
    rows = [HEADER, ["A", "4", " 2 ", "3.0"], ["A", 4.0, "\u00a05", 1]]
    data = responses.read(workbook(tmp_path / "answers.xlsx", {"Blad1": rows}), voice)
    assert data.frame.iloc[:, 2:].to_numpy().tolist() == [[4, 2, 3], [4, 5, 1]]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VERW!", "#DEEL/0!"])
def test_formulas_that_failed_are_no_answers_and_no_groups(tmp_path, voice, quiet, error, workbook):
    rows = [HEADER, ["A", 1, 2, 3], [error, error, 2, 3]]
    data = quiet(workbook(tmp_path / "answers.xlsx", {"Blad1": rows}), voice, levels=["team"])
    assert data.frame["team"].isna().tolist() == [False, True]
    np.testing.assert_equal(data.frame["tv_01"].to_numpy(), [1, NAN])
    assert ("R044", None, 3) in codes(data)
    assert len(data.log.query("item == 'tv_01' and value == @error")) == 1


def test_a_title_above_the_header(tmp_path, voice, workbook):
    rows = [["Meting 1, maart 2026"], [], HEADER, ["A", 1, 2, 3]]
    data = responses.read(workbook(tmp_path / "answers.xlsx", {"Blad1": rows}), voice, levels=["team"])
    assert data.frame["respondent"].tolist() == ["row-4"]
    assert data.log.query("code == 'R194'")["n"].tolist() == [1]


def test_a_merged_cell_above_the_header(tmp_path, voice, workbook):
    path = workbook(tmp_path / "answers.xlsx", {"Blad1": [["Stellingen"], HEADER, ["A", 1, 2, 3]]})
    book = openpyxl.load_workbook(path)
    book["Blad1"].merge_cells("A1:D1")
    book.save(path)
    data = responses.read(path, voice, levels=["team"])
    assert data.frame.iloc[0, 2:].tolist() == ["A", 1, 2, 3]


def test_merged_cells_above_groups_of_columns_are_refused_with_what_was_seen(tmp_path, voice, refused, workbook):
    rows = [
        ["Wie", None, "Stem", None, None, "Slot"],
        ["team", "rol", "tv_01", "tv_02", "tv_03", "x"],
        ["A", 1, 1, 2, 3, 4],
    ]
    path = workbook(tmp_path / "answers.xlsx", {"Blad1": rows})
    assert refused(path, voice) == ["R024"]


def test_hidden_and_further_sheets_are_named(tmp_path, voice, quiet, workbook):
    rows = [["uitleg"], ["Deze gegevens..."]]
    sheets = {
        "Oud": [HEADER, ["A", 5, 5, 5]],
        "Antwoorden": [HEADER[:3], ["A", 1, 2]],
        "Deel 2": [["tv_03"], [3]],
        "U": rows,
    }
    path = workbook(tmp_path / "answers.xlsx", sheets, hidden=["Oud"])
    data = quiet(path, voice)
    assert data.frame.iloc[0, 2:].tolist() == [1, 2]
    assert data.source.facts["sheet"] == "Antwoorden"
    (line,) = data.log.query("code == 'R114'")["text"]
    assert all(name in line for name in ("Oud", "Deel 2", "U"))
    (problem,) = data.problems
    assert (problem.code, problem.where.item) == ("R043", "tv_03")
    assert "'Oud'" in problem.values["similar"]["nl"]


def test_two_tables_beside_each_other(tmp_path, voice, refused, workbook):
    rows = [[*HEADER, None, "team", "tv_01"], ["A", 1, 2, 3, None, "A", 4]]
    path = workbook(tmp_path / "answers.xlsx", {"Blad1": rows})
    assert refused(path, voice) == ["R020"]
    data = responses.read(path, voice, mapping={7: None})
    assert data.frame.iloc[0, 2:].tolist() == [1, 2, 3]


def test_two_tables_below_each_other(tmp_path, voice, quiet, workbook):
    rows = [HEADER, ["A", 1, 2, 3], [], ["ploeg", "gemiddelde", "aantal", "opmerking"], ["A", 2.5, 40, "goed"]]
    data = quiet(workbook(tmp_path / "answers.xlsx", {"Blad1": rows}), voice)
    assert data.log.query("code == 'R062'")["row"].tolist() == [3]
    bad = data.log.query("status == 'set_missing'")
    assert set(bad["row"]) == {4, 5}
    np.testing.assert_equal(data.frame["tv_01"].to_numpy(), [1, NAN, NAN])


def test_a_damaged_sheet_that_is_not_read_does_no_harm(tmp_path, voice, workbook):
    path = workbook(tmp_path / "whole.xlsx", {"Antwoorden": [HEADER, ["A", 1, 2, 3]], "Kapot": [["x"], [1]]})
    damaged = tmp_path / "answers.xlsx"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(damaged, "w") as copy:
        for name in whole.namelist():
            content = whole.read(name)
            copy.writestr(name, content[: content.index(b"<row")] if name.endswith("sheet2.xml") else content)
    data = responses.read(damaged, voice, levels=["team"])
    assert data.frame.iloc[0, 2:].tolist() == ["A", 1, 2, 3]


def test_a_row_of_a_workbook_with_cells_beyond_the_header_is_left_out(tmp_path, voice, quiet, workbook):
    rows = [["code", *HEADER], ["a", "A", 1, 2, 3], ["b", "A", None, 1, 2, 3], ["c", "A", 2, 2, 2]]
    data = quiet(workbook(tmp_path / "answers.xlsx", {"Blad1": rows}), voice, respondent="code")
    assert data.frame["respondent"].tolist() == ["a", "c"]
    assert [(p.code, p.values["rows"]) for p in data.problems] == [("R048", "3")]
    assert data.source.n_rows == 3


def test_cells_beyond_the_header_without_content_and_remarks_beside_empty_rows_do_no_harm(
    tmp_path, voice, quiet, workbook
):
    rows = [HEADER, ["A", 1, 2, 3, None, " "], [None] * 5 + ["1 = oneens"], ["A", 4, 5, 5]]
    path = workbook(tmp_path / "answers.xlsx", {"Blad1": rows})
    book = openpyxl.load_workbook(path)
    book["Blad1"]["G2"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
    book.save(path)
    data = quiet(path, voice)
    assert data.frame["tv_01"].tolist() == [1, 4]
    assert data.problems == ()
    assert data.log.query("code == 'R062'")["row"].tolist() == [3]


def test_a_workbook_whose_rows_are_wider_than_its_header_is_refused_as_a_text_file_is(
    tmp_path, write, voice, refused, workbook
):
    rows = [HEADER, ["A", 1, 2, 3, 4], ["A", 1, 2, 3, 4], ["A", 1, 2, 3]]
    assert refused(workbook(tmp_path / "answers.xlsx", {"Blad1": rows}), voice) == ["R007"]
    assert refused(write("\n".join(",".join(map(str, row)) for row in rows)), voice) == ["R007"]


def test_several_answers_that_a_spreadsheet_turned_into_a_date(write, tmp_path, instrument_of, quiet, workbook):
    labels = {1: both("1"), 2: both("2-9"), 3: both("10-49")}
    item = {"id": "sizes", "type": "multiple", "text": both("Welke?"), "response_scale": "agree5"}
    made = instrument_of([item], labels=labels, missing={})
    rows = [["x", "sizes"], [1, datetime.datetime(2026, 9, 2)], [2, "2-9; 10-49"]]
    data = quiet(workbook(tmp_path / "answers.xlsx", {"Blad1": rows}), made)
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[NAN] * 3, [0, 1, 1]])
    assert codes(data) == [("R119", "sizes", 2)]
    assert codes(quiet(write("x;sizes\n1;2-sep\n2;1\n3;09-02\n"), made)) == [("R119", "sizes", 2)]
