"""Workbooks, SPSS, Stata and Parquet: the same answers out of each, and hostile files refused."""

import datetime
import hashlib
import re
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest

from lcresearch import responses
from lcresearch.responses.formats import formulas, open_file, statistical

ROWS = [("A", 1, 2, 3), ("B", 4, 5, None), ("B", 2, 2, 5)]
SHARED = Path(__file__).parents[3] / "shared" / "formats"


def frame_of(rows=ROWS):
    return pd.DataFrame(rows, columns=["team", "tv_01", "tv_02", "tv_03"])


def save(frame, kind, folder):
    path = folder / f"answers{kind}"
    if kind == ".xlsx":
        frame.to_excel(path, index=False)
    elif kind in (".sav", ".zsav"):
        pyreadstat.write_sav(frame, path, compress=kind == ".zsav")
    elif kind == ".dta":
        pyreadstat.write_dta(frame, path)
    elif kind == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=False)
    return path


def test_formulas_without_an_outcome_are_named_in_every_column(voice, tmp_path, quiet, workbook):
    rows = [
        ["respondent", "wave", "team", "tv_01", "tv_02", "tv_03", "note"],
        ["an", "t0", "A", 1, 2, 3, "=1+1"],
        ['="b"&"o"', "t0", '="A"', "=2*2", 5, None, None],
        ["cy", "=A1", "B", 2, "=D4", 4, None],
        *[[f"p{n}", "t0", "B", 2, 2, 4, None] for n in range(3)],
        [None, None, None, "=1", None, None, None],
    ]
    data = quiet(workbook(tmp_path / "book.xlsx", {"Blad1": rows}), voice, levels=["team"])
    lines = data.log.query("code == 'R056'")
    assert lines[["column", "row"]].to_numpy().tolist() == [
        ["respondent", 3],
        ["wave", 4],
        ["team", 3],
        ["tv_01", 3],
        ["tv_01", 8],
        ["tv_02", 4],
    ]
    assert set(lines["status"]) == {"set_missing"}
    assert set(lines["level"]) == {"warning"}
    assert lines["item"].dropna().tolist() == ["tv_01", "tv_01", "tv_02"]
    assert [p.values["n"] for p in data.problems if p.code == "R056"] == [1, 1, 1, 2, 1]


def test_formulas_with_an_outcome_are_answers_and_an_empty_text_is_one(voice, tmp_path, quiet, workbook):
    path = workbook(tmp_path / "plain.xlsx", {"Blad1": [["tv_01", "tv_02", "tv_03"], ["=2*2", '=""', "=4"]]})
    stored = {rb"<f>2\*2</f><v ?(/>|></v>)": b"<f>2*2</f><v>4</v>", rb'<c r="B2">': b'<c r="B2" t="str">'}
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "stored.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                for empty, filled in stored.items():
                    content, n = re.subn(empty, filled, content)
                    assert n == 1
            new.writestr(name, content)
    data = quiet(tmp_path / "stored.xlsx", voice)
    assert data.frame["tv_01"].tolist() == [4]
    assert data.log.query("code == 'R056'")["column"].tolist() == ["tv_03"]


def test_a_workbook_without_formulas_is_not_read_twice(voice, tmp_path, quiet, monkeypatch, workbook):
    monkeypatch.setattr(formulas, "_cells_without_outcome", lambda stream: pytest.fail("read again"))
    rows = [["tv_01", "tv_02", "tv_03"], [1, None, 3]]
    assert quiet(workbook(tmp_path / "book.xlsx", {"Blad1": rows}), voice).frame["tv_03"].tolist() == [3]


@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".sav", ".zsav", ".dta", ".parquet"])
def test_every_format_gives_the_same_frame(voice, tmp_path, kind):
    path = save(frame_of(), kind, tmp_path)
    data = responses.read(path, voice, levels=["team"])
    assert list(data.frame.columns) == ["respondent", "wave", "team", "tv_01", "tv_02", "tv_03"]
    assert data.frame["respondent"].tolist() == ["row-2", "row-3", "row-4"]
    assert data.frame["team"].tolist() == ["A", "B", "B"]
    assert (data.frame.dtypes.iloc[3:] == np.float64).all()
    np.testing.assert_equal(data.frame.iloc[:, 3:].to_numpy(), [[1, 2, 3], [4, 5, np.nan], [2, 2, 5]])
    assert data.source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert data.source.n_rows == 3


@pytest.mark.parametrize("kind", [".xlsx", ".sav", ".dta", ".parquet"])
def test_blank_rows_are_dropped(voice, tmp_path, kind):
    frame = pd.DataFrame(
        {"x": ["a", "", "b"], "tv_01": [1, np.nan, 2], "tv_02": [1, np.nan, np.nan], "tv_03": [np.nan] * 3}
    )
    data = responses.read(save(frame.iloc[:, :3], kind, tmp_path), voice.model_copy(update={"items": voice.items[:2]}))
    assert data.frame["respondent"].tolist() == ["row-2", "row-4"]
    assert data.log.query("status == 'dropped'")["row"].tolist() == [3]


@pytest.mark.parametrize("kind", [".xlsx", ".sav", ".dta", ".parquet"])
def test_damaged_empty_and_headers_only(voice, refused, tmp_path, kind):
    path = tmp_path / f"answers{kind}"
    path.write_bytes(b"")
    assert refused(path, voice) == ["R001"]
    path.write_bytes(b"this is no such file at all, whatever its name says")
    assert refused(path, voice) == ["R004"]
    whole = save(frame_of(), kind, tmp_path)
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert refused(whole, voice) == ["R004"]


@pytest.mark.parametrize("kind", [".xlsx", ".parquet", ".sav", ".dta"])
def test_a_header_without_rows(voice, refused, tmp_path, kind):
    assert refused(save(frame_of()[:0].astype({"team": str}), kind, tmp_path), voice) == ["R005"]


def test_other_sheets_are_named_where_a_cover_page_hides_the_answers(voice, refused, tmp_path, workbook):
    answers = [["team", "tv_01", "tv_02", "tv_03"], ["A", 1, 2, 3]]
    path = workbook(tmp_path / "book.xlsx", {"Voorblad": [["Enquête"], ["gemaakt door"]], "Antwoorden": answers})
    assert refused(path, voice) == ["R037", "R024"]
    assert refused(path, voice, levels=["team"])[0] == "R037"
    assert responses.read(f"{path}#Antwoorden", voice, levels=["team"]).frame["tv_03"].tolist() == [3]
    assert refused(workbook(tmp_path / "one.xlsx", {"Antwoorden": [["a"], [1]]}), voice) == ["R024"]


def test_sheet_is_named_or_the_first_visible_one_with_a_header(voice, refused, tmp_path, workbook):
    header = ["tv_01", "tv_02", "tv_03"]
    sheets = {"Hidden": [["x"], [1]], "Empty": [], "Answers": [[], header, [1, 2, 3]], "Later": [header, [5, 5, 5]]}
    path = workbook(tmp_path / "book.xlsx", sheets)
    book = openpyxl.load_workbook(path)
    book["Hidden"].sheet_state = "hidden"
    book.save(path)
    first = responses.read(path, voice)
    assert first.source.facts["sheet"] == "Answers"
    assert first.frame["respondent"].tolist() == ["row-3"]
    assert responses.read(f"{path}#Later", voice).frame["tv_01"].tolist() == [5]
    assert refused(f"{path}#Latre", voice) == ["R010"]


def test_dates_texts_and_formulas_in_cells(voice, quiet, tmp_path, workbook):
    rows = [["tv_01", "tv_02", "tv_03"], [datetime.date(2026, 5, 1), "eens", 3.0], ["=1+1", True, "4,0"]]
    data = quiet(workbook(tmp_path / "book.xlsx", {"Blad1": rows}), voice)
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[np.nan, 4, 3], [np.nan, np.nan, 4]])
    lost = data.log.query("status == 'set_missing'")
    assert lost.query("code == 'R056'")[["column", "row"]].to_numpy().tolist() == [["tv_01", 3]]
    lost = lost.query("code != 'R056'")
    assert lost[["code", "column", "row", "value"]].to_numpy().tolist() == [
        ["R042", "tv_01", 2, "2026-05-01 00:00:00"],
        ["R041", "tv_02", 3, "True"],
    ]


def test_a_workbook_does_not_say_how_large_it_is(voice, tmp_path, workbook):
    """A sheet that claims to reach to its last possible cell holds no more than what stands in it."""
    path = workbook(tmp_path / "book.xlsx", {"Blad1": [["tv_01", "tv_02", "tv_03"], [1, 2, 3]]})
    edit_member(path, "xl/worksheets/sheet1.xml", b'<dimension ref="A1:C2"', b'<dimension ref="A1:XFD1048576"')
    assert len(responses.read(path, voice).frame) == 1


def edit_member(path, name, old, new):
    with zipfile.ZipFile(path) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    assert old in members[name]
    members[name] = members[name].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)


def test_entities_in_a_workbook_are_refused(voice, refused, tmp_path, workbook):
    path = workbook(tmp_path / "book.xlsx", {"Blad1": [["tv_01", "tv_02", "tv_03"], [1, 2, 3]]})
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet '
    edit_member(path, "xl/worksheets/sheet1.xml", b"<worksheet ", bomb)
    assert refused(path, voice) == ["R004"]


def test_a_file_that_unpacks_too_far_is_not_opened(voice, refused, tmp_path, monkeypatch, workbook):
    path = workbook(tmp_path / "book.xlsx", {"Blad1": [["tv_01", "tv_02", "tv_03"], [1, 2, 3]]})
    monkeypatch.setattr("lcresearch.workbooks.MAXIMUM_UNPACKED", 1_000)
    assert refused(path, voice) == ["R009"]


def test_password_is_named(voice, refused, write):
    assert refused(write(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "answers.xlsx"), voice) == ["R011"]
    assert refused(write(b"ENCRYPTEDSAV" + bytes(600), "answers.sav"), voice) == ["R011"]


def test_spss_labels_questions_and_missing_values(voice, quiet, tmp_path):
    """Values run from 0, so their labels decide; 8 is declared missing by the file, 9 by the instrument."""
    frame = pd.DataFrame({"team": [1.0, 2, 2, 1], "v1": [0.0, 4, 8, 4], "v2": [1.0, 5, 9, 97]})
    five = {
        0: "Helemaal mee oneens",
        1: "oneens",
        2: "niet mee eens, niet mee oneens",
        3: "Eens",
        4: "helemaal mee eens",
    }
    path = tmp_path / "answers.sav"
    pyreadstat.write_sav(
        frame,
        path,
        column_labels={"v1": "Ik zeg wat ik denk.", "v2": "I keep objections to myself."},
        variable_value_labels={"team": {1: "Noord", 2: "Zuid"}, "v1": five},
        missing_ranges={"v1": [8], "v2": [{"lo": 90, "hi": 99}]},
    )
    data = quiet(path, voice, levels=["team"])
    assert data.frame["team"].tolist() == ["Noord", "Zuid", "Zuid", "Noord"]
    np.testing.assert_equal(data.frame["tv_01"].to_numpy(), [1, 5, np.nan, 5])
    np.testing.assert_equal(data.frame["tv_02"].to_numpy(), [1, 5, np.nan, np.nan])
    missing = data.log.query("status == 'missing'")[["item", "value", "n"]].to_numpy().tolist()
    assert missing == [["tv_01", "8", 1], ["tv_02", "9", 1], ["tv_02", "97", 1]]
    assert [p.code for p in data.problems] == ["R043", "R051"]


def test_a_file_that_labels_only_some_of_its_reversed_codes_is_not_guessed(voice, quiet, tmp_path):
    frame = pd.DataFrame({"tv_01": [1.0, 2, 5], "tv_02": [1.0, 2, 5], "tv_03": [1.0, 2, 5]})
    labels = {"tv_01": {1: "helemaal mee eens", 5: "helemaal mee oneens"}}
    path = tmp_path / "answers.sav"
    pyreadstat.write_sav(frame, path, variable_value_labels=labels)
    data = quiet(path, voice)
    np.testing.assert_equal(data.frame["tv_01"].to_numpy(), [5, np.nan, 1])
    assert data.frame["tv_02"].tolist() == [1, 2, 5]
    assert [p.code for p in data.problems] == ["R051", "R054"]


def test_stata_extended_missing_values(voice, quiet, tmp_path):
    frame = pd.DataFrame({"tv_01": [1, "a", 5], "tv_02": [1, 2, 5], "tv_03": [1, 2, 5]})
    path = tmp_path / "answers.dta"
    pyreadstat.write_dta(frame, path, missing_user_values={"tv_01": ["a"]})
    data = quiet(path, voice)
    np.testing.assert_equal(data.frame["tv_01"].to_numpy(), [1, np.nan, 5])
    assert data.log.query("status == 'missing'")[["item", "value", "n"]].to_numpy().tolist() == [["tv_01", "a", 1]]


def test_blocks_of_a_statistical_file(voice, tmp_path, monkeypatch):
    frame = pd.DataFrame({f"tv_0{k}": [float((n * k) % 5 + 1) for n in range(2_500)] for k in (1, 2, 3)})
    path = save(frame, ".sav", tmp_path)
    monkeypatch.setattr(statistical, "_BLOCK_CELLS", 3_000)
    data = responses.read(path, voice)
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), frame.to_numpy())
    assert data.frame["respondent"].iloc[-1] == "row-2501"


@pytest.mark.skipif(not SHARED.exists(), reason="the sample files of other programs are not here")
class TestFilesOfOtherPrograms:
    """Facts from the description of these files: what they declare missing, and their sizes."""

    def column(self, name, header):
        opened = open_file(SHARED / name)
        found = next(column for column in opened.columns if column.header == header)
        return found, opened.load(frozenset({found.number})).columns[found.number]

    def test_spss_missing_range_and_separate_values(self):
        assert self.column("spss_stata/user_missing_ranges.sav", "mynum")[0].missing == ((2000, 3000), (-1, -1))
        assert self.column("spss_stata/user_missing_ranges.sav", "myord")[0].missing == ((-1, -1), (-2, -2), (-3, -3))

    def test_spss_label_on_a_missing_value(self):
        column, coded = self.column("spss_stata/labelled_num_na.sav", "VAR00002")
        assert column.question == "Only one value"
        assert column.missing == ((9, 9),)
        assert coded.values.tolist() == ["1", "9"]

    def test_spss_accents(self):
        column, _ = self.column("spss_stata/umlauts.sav", "var1")
        assert column.labels == {"1": "the ä umlaut", "2": "the ü umlaut", "3": "the ö umlaut"}

    def test_stata_letters(self):
        column, coded = self.column("spss_stata/missing_test.dta", "var1")
        assert column.missing_texts == {"a"}
        assert coded.values.tolist() == ["a"]

    @pytest.mark.parametrize(
        ("name", "n_columns", "n_rows"),
        [
            ("survey_data/lq2002_items_in_49_companies.csv", 21, 2042),
            ("survey_data/employee_survey_items.csv", 14, 2833),
            ("xlsform_kobo/likert_data.xlsx", 18, 120),
            ("surveymonkey/two_header_rows.csv", 38, 1187),
        ],
    )
    def test_sizes(self, name, n_columns, n_rows):
        opened = open_file(SHARED / name)
        assert len(opened.columns) == n_columns
        assert len(opened.load(frozenset({1})).row_numbers) == n_rows


def test_a_name_that_contradicts_its_question_is_followed_and_reported(voice, quiet, tmp_path):
    frame = pd.DataFrame({"tv_01": [1.0], "tv_02": [2.0], "tv_03": [3.0]})
    path = tmp_path / "answers.sav"
    pyreadstat.write_sav(frame, path, column_labels={"tv_01": "My ideas count.", "tv_02": "Item 2"})
    data = quiet(path, voice)
    assert data.frame.iloc[0, 2:].tolist() == [1, 2, 3]
    assert [(p.code, p.where.column, p.values["others"]) for p in data.problems] == [("R049", "tv_01", ["tv_03"])]


def test_many_values_that_are_declared_missing_share_a_line(voice, quiet, tmp_path):
    values = [1.0, *(-float(n) for n in range(1, 101))]
    path = tmp_path / "answers.sav"
    frame = pd.DataFrame({"tv_01": values, "tv_02": 1.0, "tv_03": 1.0})
    pyreadstat.write_sav(frame, path, missing_ranges={"tv_01": [{"lo": -999, "hi": -1}]})
    missing = quiet(path, voice).log.query("status == 'missing'")
    assert len(missing) == 51
    assert missing["n"].sum() == 100
