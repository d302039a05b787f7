"""Whoever withdraws is gone from a file of answers in any format, and every other byte stays as it was."""

import re
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from tests.studies.conftest import everything

from lcresearch.errors import StudyError
from lcresearch.studies.withdrawal import withdraw

ROWS = [("p01", 4), ("p02", 5), ("p03", 1), ("p04", 3)]


@pytest.fixture
def study(small_study, study_texts):
    """A folder with a study whose only file of answers has this name and content."""

    def _study(name, content):
        folder = small_study(study=study_texts.study.replace("answers.csv", name), answers=None)
        (folder / name.rpartition("#")[0] if "#" in name else folder / name).write_bytes(content)
        return folder

    return _study


# what must go stands between { and }
TEXTS = {
    "plain": "person,firm,v1\np01,Aa,4\n{p02,Aa,5\n}p03,Bb,1\n",
    "line ends of Windows, all quoted": '"person";"firm";"v1"\r\n"p01";"A";"4"\r\n{"p02";"Zoë";"5"\r\n}"p3";"B";1\r\n',
    "no line end at the end": "person\tfirm\tv1\np01\tAa\t4\n{p02\tAa\t5}",
    "line ends in cells": 'person,firm,v1\np01,"A\nquoted ""p02"", p02",4\n{p02,"A\r\nB",5\n}"p03",C,1\n',
    "blank lines, a title and blanks": "Export;;\n\nperson;firm;v1\np01;Aa;4\n\n{ p02 ;Aa;5\n};;\np03;Bb;1\n",
    "line that Excel writes": "sep=;\nperson;firm;v1\np01;Aa;4\n{p02;Aa;5\n}p03;Bb;1\n",
    "a row that is too long": "person,firm,v1\np01,A,4\n{p02,A,5,9\np02,A,5\n}p03,B,1\np04,B,1\np05,B,1\np06,B,1\n",
    "two waves": "person,firm,v1\n{p02,A,5\n}p01,A,5\n{p02,A,2\n}p021,B,1\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_file_loses_the_rows_of_the_person_and_no_other_byte(study, text, encoding):
    def encoded(content):
        return content.encode(encoding) if encoding != "utf-16-be" else b"\xfe\xff" + content.encode(encoding)

    folder = study("answers.csv", encoded(text.replace("{", "").replace("}", "")))
    withdraw(folder, "p02")
    assert (folder / "answers.csv").read_bytes() == encoded(re.sub(r"\{[^{}]*\}", "", text))


def test_rows_are_named_as_a_spreadsheet_counts_them(study):
    folder = study("answers.csv", b"sep=;\nperson;firm;v1\np01;Aa;4\np02;Aa;5\n")
    row = withdraw(folder, "p02").tidy().iloc[0]
    assert row.to_dict() == {"file": "answers.csv", "action": "rows_removed", "n": 1, "rows": "3"}


def test_a_workbook_keeps_its_other_sheets_tables_and_links(study, tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Form1"
    page.append(["person", "firm", "v1", "mail"])
    for person, answer in ROWS:
        page.append([person, "Aa", answer, f"{person}@example.org"])
        page.cell(page.max_row, 4).hyperlink = f"mailto:{person}@example.org"
    page.add_table(openpyxl.worksheet.table.Table(displayName="Answers", ref="A1:D5"))
    page["A4"].font = openpyxl.styles.Font(bold=True)
    book.create_sheet("Notes").append(["kept", 1.5])
    book.save(tmp_path / "made.xlsx")
    folder = study("answers.xlsx#Form1", (tmp_path / "made.xlsx").read_bytes())
    withdraw(folder, "p02")
    left = openpyxl.load_workbook(folder / "answers.xlsx")
    assert [row[0].value for row in left["Form1"].iter_rows(min_row=2)] == ["p01", "p03", "p04"]
    assert left["Form1"]["A3"].font.bold
    assert left["Form1"].tables["Answers"].ref == "A1:D4"
    assert [left["Form1"].cell(row, 4).hyperlink.target for row in (2, 3, 4)] == [
        "mailto:p01@example.org",
        "mailto:p03@example.org",
        "mailto:p04@example.org",
    ]
    assert list(left["Notes"].values) == [("kept", 1.5)]
    with zipfile.ZipFile(folder / "answers.xlsx") as archive:
        assert not any(b"p02" in archive.read(name) for name in archive.namelist())


def test_rows_below_a_title_in_a_workbook(study, tmp_path):
    book = openpyxl.Workbook()
    for row in (["Answers of our firm"], [], ["person", "firm", "v1"], *([p, "Aa", v] for p, v in ROWS)):
        book.active.append(row)
    book.save(tmp_path / "made.xlsx")
    folder = study("answers.xlsx", (tmp_path / "made.xlsx").read_bytes())
    assert withdraw(folder, "p02").tidy()["rows"].iloc[0] == "5"
    left = [row[0] for row in openpyxl.load_workbook(folder / "answers.xlsx").active.values]
    assert left == ["Answers of our firm", None, "person", "p01", "p03", "p04"]


@pytest.mark.parametrize("what", ["formula", "chart", "merged"])
def test_a_workbook_that_would_lose_something_is_refused(study, tmp_path, what):
    book = openpyxl.Workbook()
    page = book.active
    page.append(["person", "firm", "v1"])
    for person, answer in ROWS:
        page.append([person, "Aa", answer])
    if what == "formula":
        page["E1"] = "=SUM(C2:C5)"
    elif what == "chart":
        page.add_chart(openpyxl.chart.BarChart(), "F1")
    else:
        page.merge_cells("B4:B5")
    book.save(tmp_path / "made.xlsx")
    folder = study("answers.xlsx", (tmp_path / "made.xlsx").read_bytes())
    before = everything(folder)
    with pytest.raises(StudyError) as caught:
        withdraw(folder, "p02")
    problem = caught.value.problems[0]
    assert (problem.code, problem.values["rows"]) == ("S034", "3")
    assert everything(folder) == before


def test_a_parquet_file(study, tmp_path):
    frame = pd.DataFrame(ROWS, columns=["person", "v1"]).astype({"v1": "int8"}).assign(firm="Aa")
    frame.to_parquet(tmp_path / "made.parquet")
    folder = study("answers.parquet", (tmp_path / "made.parquet").read_bytes())
    withdraw(folder, "p02")
    left = pd.read_parquet(folder / "answers.parquet")
    pd.testing.assert_frame_equal(left.reset_index(drop=True), frame.drop(index=1).reset_index(drop=True))


@pytest.mark.parametrize("ending", [".sav", ".zsav", ".dta"])
def test_a_file_of_spss_or_stata_keeps_labels_and_missing_values(study, tmp_path, ending):
    frame = pd.DataFrame([(*row, "Aa") for row in ROWS], columns=["person", "v1", "firm"]).astype({"v1": "float64"})
    labels = {"column_labels": {"v1": "Wij zeggen wat we denken."}, "variable_value_labels": {"v1": {1.0: "oneens"}}}
    path = tmp_path / f"made{ending}"
    if ending == ".dta":
        pyreadstat.write_dta(frame, str(path), **labels)
        read = pyreadstat.read_dta
    else:
        pyreadstat.write_sav(frame, str(path), missing_ranges={"v1": [9]}, compress=ending == ".zsav", **labels)
        read = pyreadstat.read_sav
    folder = study(f"answers{ending}", path.read_bytes())
    withdraw(folder, "p02")
    left, meta = read(str(folder / f"answers{ending}"), user_missing=True)
    _, before = read(str(path), user_missing=True)
    assert left["person"].tolist() == ["p01", "p03", "p04"]
    assert meta.column_names_to_labels == before.column_names_to_labels
    assert meta.variable_value_labels == before.variable_value_labels
    assert meta.missing_ranges == before.missing_ranges


SAMPLES = Path(__file__).parents[3] / "shared" / "formats"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="sample files are not here")
def test_multiple_response_sets_cannot_be_written_back(study, refused):
    sample = SAMPLES / "spss_stata" / "multiple_response_sets.sav"
    frame, _ = pyreadstat.read_sav(str(sample))
    column = str(frame.columns[0])
    folder = study("answers.sav", sample.read_bytes())
    text = (folder / "study.yaml").read_text(encoding="utf-8").replace("respondent: person", f"respondent: {column}")
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    value = frame[column].iloc[0]
    person = str(int(value)) if isinstance(value, float) else str(value)
    assert refused(withdraw, folder, person) == ["S034"]


# the rows of header of a Qualtrics export; the answers are invented
QUALTRICS = (
    'StartDate,Status,ResponseId,v1\nStart Date,Response Type,Response ID,"Wij zeggen\nwat we denken."\n'
    '"{""ImportId"":""startDate""}","{""ImportId"":""status""}","{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}"\n'
    "2026-03-01 10:00:00,0,R_1abc,4\n%s2026-03-01 11:00:00,0,R_3ghi,5\n"
)


def test_an_export_with_three_rows_of_header(study):
    row = "2026-03-01 10:30:00,0,R_2def,1\n"
    folder = study("answers.csv", (QUALTRICS % row).encode("utf-8"))
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    (folder / "study.yaml").write_text(text.replace("respondent: person", "respondent: ResponseId"), encoding="utf-8")
    withdraw(folder, "R_2def")
    assert (folder / "answers.csv").read_bytes() == (QUALTRICS % "").encode("utf-8")
