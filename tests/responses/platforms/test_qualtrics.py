"""Exports of Qualtrics: real ones of 2016 and later (see tests/reference/exports), and invented ones for the rest."""

import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest

from lcresearch import instruments, responses
from lcresearch.responses.platforms import open_export

SAMPLES = Path(__file__).parents[2] / "reference" / "exports" / "qualtrics"
NAN = float("nan")
LIKING = {
    1: {"nl": "lekker", "en": "Like"},
    2: {"nl": "gaat wel", "en": "Neither like nor dislike"},
    3: {"nl": "vies", "en": "Dislike"},
}
FRUIT = {
    1: {"nl": "sinaasappels", "en": "Oranges"},
    2: {"nl": "bosbessen", "en": "Blueberries"},
    3: {"nl": "aardbeien", "en": "Strawberries"},
}


def both(text):
    return {"nl": text, "en": text}


OWN = ("StartDate", "EndDate", "Status", "Progress", "Duration (in seconds)", "Finished", "RecordedDate")
OWN_DUTCH = ("Begindatum", "Einddatum", "Type antwoord", "Voortgang", "Duur (in seconden)", "Voltooid", "Vastgelegd")
OWN_IDS = ("startDate", "endDate", "status", "progress", "duration", "finished", "recordedDate")
OWN_CELLS = ("2026-03-01 10:00:00", "2026-03-01 10:04:10", "0", "100", "250", "1", "2026-03-01 10:04:11")


def invented(columns, rows, own=OWN_CELLS):
    """Rows of an export with three header rows: columns as (name, text, import id)."""
    names = [*OWN, "ResponseId", "DistributionChannel", "UserLanguage", *(name for name, _, _ in columns)]
    texts = [*OWN_DUTCH, "Antwoord-id", "Distributiekanaal", "Gebruikerstaal", *(text for _, text, _ in columns)]
    ids = [*OWN_IDS, "_recordId", "distributionChannel", "userLanguage", *(import_id for _, _, import_id in columns)]
    data = [[*own, f"R_{n}", "anonymous", "NL", *row] for n, row in enumerate(rows)]
    return [names, texts, [json.dumps({"ImportId": name}) for name in ids], *data]


def as_csv(rows, delimiter=","):
    quoted = [['"' + str(cell).replace('"', '""') + '"' for cell in row] for row in rows]
    return "\n".join(delimiter.join(row) for row in quoted) + "\n"


VOICE = [
    ("Q2_1", "In hoeverre bent u het eens? - Ik zeg wat ik denk.", "QID2_1"),
    ("Q2_2", "In hoeverre bent u het eens? - Ik houd bezwaren voor mij.", "QID2_2"),
    ("Q2_3", "In hoeverre bent u het eens? - Mijn ideeën tellen mee.", "QID2_3"),
]


@pytest.mark.parametrize(
    ("name", "n_columns", "n_rows"),
    [
        ("many_question_types.csv", 190, 5),
        ("matrix_multiple_answer.csv", 75, 5),
        ("matrix_multiple_answer_legacy.csv", 75, 5),
        ("sample_3rows_german_ui.csv", 20, 1),
        ("sample_legacy_2rows.csv", 16, 1),
    ],
)
def test_samples_are_recognised(name, n_columns, n_rows):
    opened = open_export(SAMPLES / name)
    assert (opened.platform, len(opened.columns)) == ("qualtrics", n_columns)
    assert len(opened.load(frozenset({1})).row_numbers) == n_rows


def test_german_sample(asked):
    item = {"id": "keuze", "text": both("This is a multiple choice question.")}
    data = responses.read(SAMPLES / "sample_3rows_german_ui.csv", asked([item], LIKING))
    assert data.frame["keuze"].tolist() == [2]
    paradata = data.paradata.iloc[0]
    assert (paradata["seconds"], paradata["completed"], paradata["language"]) == (38, True, "DE")
    assert str(paradata["started"]) == "2017-07-18 08:28:09"
    personal = data.log.query("code == 'R129'")["column"].tolist()
    assert personal == [
        *("IPAddress", "RecipientLastName", "RecipientFirstName", "RecipientEmail"),
        *("LocationLatitude", "LocationLongitude"),
    ]


def test_legacy_sample_by_tag_and_by_text(asked):
    for item in ({"id": "Q1"}, {"id": "keuze", "text": both("This is a multiple choice question.")}):
        data = responses.read(SAMPLES / "sample_legacy_2rows.csv", asked([item], LIKING))
        assert data.frame[item["id"]].tolist() == [2]
        assert data.paradata["seconds"].tolist() == [39]
        assert data.log.query("code == 'R129'")["column"].tolist() == [
            *("V3", "V5", "V6", "LocationLatitude", "LocationLongitude")
        ]


def test_sample_with_many_question_types(asked, quiet):
    choices = [{"id": name} for name in ("fruits", "Q3_1", "Q3_2", "Q3_3")]
    several = {
        "id": "eten",
        "type": "multiple",
        "text": both(
            "This is a multiple choice multiple answer vertical question, please choose one of the fruits below."
        ),
    }
    slider = {"id": "Q5_1", "type": "number", "minimum": 0, "maximum": 100, "response_scale": None}
    path = SAMPLES / "many_question_types.csv"
    data = quiet(path, asked([*choices, slider], LIKING))
    expected = [
        [2, NAN, 1, 3, 21],
        [2, NAN, NAN, 2, 0],
        [3, NAN, NAN, NAN, 98],
        [1, 2, NAN, 1, 83],
        [3, NAN, 1, 2, 92],
    ]
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), expected)
    assert [problem.code for problem in data.problems] == ["R116"]
    asked_again = {f"{tag}_{n}": None for tag in ("Q20", "Q37", "Q46") for n in (1, 2, 3)}
    data = quiet(path, asked([several], FRUIT), mapping=asked_again)
    chosen = [[1, 0, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]]
    assert data.frame.iloc[:, 2:].to_numpy().tolist() == chosen


def test_sample_of_a_matrix_with_several_answers_a_row(asked, quiet, refused):
    row = {"id": "rij", "type": "multiple", "text": both("Click to write Statement 1")}
    points = {n: both(f"Click to write Scale point {n}") for n in (1, 2, 3, 4)}
    assert set(refused(SAMPLES / "matrix_multiple_answer.csv", asked([row], points))) == {"R020"}
    for name in ("matrix_multiple_answer.csv", "matrix_multiple_answer_legacy.csv"):
        data = quiet(SAMPLES / name, asked([row | {"id": "Q2_1", "text": both("De eerste rij")}], points))
        expected = [[1, 0, 0, 1], [0, 1, 0, 1], [0, 1, 1, 1], [0, 0, 1, 0], [1, 0, 1, 1]]
        np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), expected)


def test_a_questionnaire_of_qualtrics_is_refused(write, voice, refused):
    assert refused(write('{"SurveyEntry": {}}', "survey.qsf"), voice) == ["R110"]


@pytest.mark.parametrize("delimiter", [",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_rows_of_a_matrix_are_found_by_their_text(write, voice, delimiter, encoding):
    rows = invented(VOICE, [["1", "2", "3"], ["4", "5", "-99"]])
    data = responses.read(write(as_csv(rows, delimiter), "export.tsv", encoding), voice)
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[1, 2, 3], [4, 5, NAN]])
    assert data.log.query("code == 'R064'")[["value", "n"]].to_numpy().tolist() == [["-99", 1]]
    assert data.paradata["seconds"].tolist() == [250, 250]
    assert data.paradata["completed"].tolist() == [True, True]


def test_a_workbook_with_three_header_rows_and_answers_as_text(tmp_path, voice):
    book = openpyxl.Workbook()
    for row in invented(VOICE, [["eens", "oneens", "helemaal mee eens"]]):
        book.active.append(row)
    book.save(tmp_path / "export.xlsx")
    data = responses.read(tmp_path / "export.xlsx", voice)
    assert data.frame.iloc[0, 2:].tolist() == [4, 2, 5]
    assert data.frame["respondent"].tolist() == ["row-4"]


@pytest.mark.parametrize("tags", [("tv_01", "tv_02", "tv_03"), ("TV_tv_01", "TV_tv_02", "TV_tv_03")])
def test_own_tags_are_ids_of_items(write, voice, tags):
    columns = [(tag, f"Vraag - rij {n}", f"QID2_{n}") for n, tag in enumerate(tags, start=1)]
    data = responses.read(write(as_csv(invented(columns, [["1", "2", "3"]]))), voice)
    assert data.frame.iloc[0, 2:].tolist() == [1, 2, 3]


def test_embedded_data_with_an_earlier_answer_is_not_taken_for_the_item(write, voice, quiet):
    columns = [*VOICE[:2], ("oud_tv_03", "oud_tv_03", "oud_tv_03")]
    data = quiet(write(as_csv(invented(columns, [["1", "2", "3"]]))), voice)
    assert data.items == ("tv_01", "tv_02")


def test_previews_are_left_out_and_spam_is_named(write, voice, quiet):
    rows = invented(VOICE, [["1", "2", "3"]] * 4)
    rows[4][2], rows[5][8], rows[6][2] = "Survey Preview", "preview", "8"
    data = quiet(write(as_csv(rows)), voice)
    assert data.log.query("status == 'dropped'")["row"].tolist() == [5, 6]
    assert data.frame["respondent"].tolist() == ["row-4", "row-7"]
    assert [(problem.code, problem.where.row) for problem in data.problems] == [("R117", 7)]


def test_a_file_with_nothing_but_previews_can_be_tried_out(write, voice, quiet):
    rows = invented(VOICE, [["1", "2", "3"]], own=(*OWN_CELLS[:2], "1", *OWN_CELLS[3:]))
    data = quiet(write(as_csv(rows)), voice)
    assert len(data.frame) == 1
    assert [problem.code for problem in data.problems] == ["R116"]


def test_two_exports_pasted_under_each_other_lose_all_header_rows(write, voice, quiet):
    rows = invented(VOICE, [["1", "2", "3"], ["2", "2", "3"]])
    data = quiet(write(as_csv([*rows[:-1], *rows[:3], rows[-1]])), voice)
    assert len(data.frame) == 2
    assert [(problem.code, problem.values["n"]) for problem in data.problems] == [("R193", 3)]


def test_without_its_lower_header_rows(write, voice):
    rows = invented([("tv_01", "", ""), ("tv_02", "", ""), ("tv_03", "", "")], [["1", "2", "3"]])
    data = responses.read(write(as_csv([rows[0], rows[3]])), voice)
    assert data.frame.iloc[0, 2:].tolist() == [1, 2, 3]
    assert data.paradata["seconds"].tolist() == [250]


def only(rows, *names):
    """An export from which all other columns were deleted."""
    places = [rows[0].index(name) for name in names]
    return [[row[place] for place in places] for row in rows]


STATUS = ("Status", "ResponseId")
FIVE = ("Finished", "DistributionChannel", "UserLanguage", *STATUS)


@pytest.mark.parametrize(("own", "n_header"), [((), 3), (STATUS, 3), (FIVE, 3), (FIVE, 2)])
def test_without_times_all_header_rows_are_told_from_answers(write, voice, own, n_header):
    rows = only(invented(VOICE, [["1", "2", "3"], ["5", "4", "3"]]), *own, *(name for name, _, _ in VOICE))
    data = responses.read(write(as_csv(rows[:n_header] + rows[3:])), voice)
    assert data.frame.iloc[:, 2:].to_numpy().tolist() == [[1, 2, 3], [5, 4, 3]]


SECTORS = {
    1: {"nl": "bouw", "en": "construction"},
    2: {"nl": "zorg, welzijn", "en": "care, welfare"},
    3: {"nl": "anders, namelijk", "en": "other, namely"},
}
ASKED = {"id": "ba01", "type": "multiple", "text": both("In welke sectoren werkt u?")}
SPLIT = [
    ("Q7_4", "In welke sectoren werkt u? - Geselecteerde keuze - bouw", "QID7_4"),
    ("Q7_1", "In welke sectoren werkt u? - Geselecteerde keuze - zorg, welzijn", "QID7_1"),
    ("Q7_2", "In welke sectoren werkt u? - Geselecteerde keuze - anders, namelijk", "QID7_2"),
    ("Q7_2_TEXT", "In welke sectoren werkt u? - anders, namelijk - Tekst", "QID7_2_TEXT"),
]


def test_several_answers_with_a_column_each_are_found_by_their_label(write, asked):
    rows = [["1", "", "", ""], ["", "1", "1", "bouw"], ["", "", "", ""]]
    data = responses.read(write(as_csv(invented(SPLIT, rows))), asked([ASKED], SECTORS))
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[1, 0, 0], [0, 1, 1], [NAN] * 3])
    assert data.log.query("column == 'Q7_2_TEXT'")["status"].tolist() == ["ignored"]


@pytest.mark.parametrize("cells", [["1", "2,1", "-99"], ["bouw", "zorg, welzijn,bouw", ""]])
def test_several_answers_in_one_cell(write, asked, cells):
    columns = [("Q7", "In welke sectoren werkt u? - Geselecteerde keuze", "QID7"), SPLIT[-1]]
    path = write(as_csv(invented(columns, [[cell, "iets"] for cell in cells])))
    data = responses.read(path, asked([ASKED], SECTORS))
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[1, 0, 0], [1, 1, 0], [NAN] * 3])


def test_option_columns_of_our_own_forms(write, asked):
    columns = [(f"ba01_{n}", f"In welke sectoren werkt u? - {text['nl']}", f"QID7_{n}") for n, text in SECTORS.items()]
    data = responses.read(write(as_csv(invented(columns, [["1", "", "1"]]))), asked([ASKED], SECTORS))
    assert data.frame.iloc[0, 2:].tolist() == [1, 0, 1]


def options_numbered(numbers_and_texts, rows):
    """An export whose option columns have these numbers in their names, and these texts."""
    columns = [(f"ba01_{n}", f"In welke sectoren werkt u? - {text}", f"QID7_{n}") for n, text in numbers_and_texts]
    return as_csv(invented(columns, rows))


def test_the_text_of_an_option_goes_before_the_number_in_the_name_of_its_column(write, asked, quiet):
    texts = [text["nl"] for text in SECTORS.values()]
    moved = options_numbered([(1, texts[0]), (2, texts[2])], [["1", ""], ["", "1"]])
    data = quiet(write(moved), asked([ASKED], SECTORS))
    np.testing.assert_equal(data.frame[["ba01_1", "ba01_3"]].to_numpy(), [[1, 0], [0, 1]])
    assert data.log.query("code == 'R080'")[["column", "item"]].to_numpy().tolist() == [["ba01_2", "ba01_3"]]


def test_the_number_of_an_option_with_an_unknown_text_is_followed_with_a_warning(write, asked, quiet):
    texts = [text["nl"] for text in SECTORS.values()]
    reworded = [(1, texts[0]), (2, "heel iets anders"), (3, texts[2])]
    data = quiet(write(options_numbered(reworded, [["1", "", "1"], ["", "1", ""]])), asked([ASKED], SECTORS))
    np.testing.assert_equal(data.frame[["ba01_1", "ba01_2", "ba01_3"]].to_numpy(), [[1, 0, 1], [0, 1, 0]])
    assert [(problem.code, problem.where.item) for problem in data.problems] == [("R081", "ba01_2")]


def test_an_unknown_text_among_options_that_are_numbered_otherwise_is_left_out(write, asked, quiet):
    texts = [text["nl"] for text in SECTORS.values()]
    moved = [(1, "heel iets anders"), (2, texts[2])]
    data = quiet(write(options_numbered(moved, [["1", ""], ["", "1"]])), asked([ASKED], SECTORS))
    assert "ba01_1" not in data.frame or data.frame["ba01_1"].isna().all()
    assert ("R082", "ba01_1") in [(problem.code, problem.where.item) for problem in data.problems]


def test_a_choice_with_a_line_to_fill_in(write, asked):
    item = {"id": "ba02", "text": both("Wat is uw rol?")}
    columns = [
        ("Q8", "Wat is uw rol? - Ausgewählte Option", "QID8"),
        ("Q8_3_TEXT", "Wat is uw rol? - anders, namelijk - Text", "QID8_3_TEXT"),
    ]
    data = responses.read(write(as_csv(invented(columns, [["3", "1"], ["1", ""]]))), asked([item], SECTORS))
    assert data.frame["ba02"].tolist() == [3, 1]


def test_an_spss_file_of_qualtrics(tmp_path, voice):
    frame = pd.DataFrame({"StartDate": ["2026-03-01 10:00:00"], "EndDate": ["2026-03-01 10:01:00"], "Status": [0.0]})
    frame = frame.assign(Progress=100.0, Duration__in_seconds_=60.0, Finished=1.0, ResponseId="R_1", Q2_1=4.0, Q2_2=2.0)
    frame["Q2_3"] = 5.0
    labels = {name: text for name, text, _ in VOICE}
    pyreadstat.write_sav(frame, tmp_path / "export.sav", column_labels=labels)
    data = responses.read(tmp_path / "export.sav", voice)
    assert data.frame.iloc[0, 2:].tolist() == [4, 2, 5]
    assert data.paradata["seconds"].tolist() == [60]


def test_an_instrument_of_the_library_comes_back_by_its_ids_and_by_its_texts(write):
    culture = instruments.load("learning-culture")
    items = [item for item in culture.items if item.response_scale][:6]
    for by_id in (True, False):
        columns = [
            (item.id if by_id else f"Q3_{n}", f"Stellingen - {item.text_in('nl')}", f"QID3_{n}")
            for n, item in enumerate(items, start=1)
        ]
        code = str(culture.response_scale_of(items[0].id).codes[1])
        part = culture.model_copy(update={"items": tuple(items)})
        data = responses.read(write(as_csv(invented(columns, [[code] * len(items)]))), part)
        assert data.items == tuple(item.id for item in items)
        assert (data.frame.iloc[0, 2:] == float(code)).all()


def test_times_orders_and_own_data_of_qualtrics_are_no_questions(write, voice):
    columns = [
        *VOICE,
        ("Q9_First Click", "Timing - First Click", "QID9_FIRST_CLICK"),
        ("Q9_Page Submit", "Timing - Page Submit", "QID9_PAGE_SUBMIT"),
        ("Q2_DO_1", "In hoeverre bent u het eens? - Display Order - Ik zeg wat ik denk.", "QID2_DO_1"),
        ("Q_RecaptchaScore", "Q_RecaptchaScore", "Q_RecaptchaScore"),
        ("bedrijf", "bedrijf", "bedrijf"),
    ]
    rows = invented(columns, [["1", "2", "3", "0.5", "9.1", "2", "0.9", "A"]])
    data = responses.read(write(as_csv(rows)), voice, levels={"team": "bedrijf"})
    assert data.frame.iloc[0, 2:].tolist() == ["A", 1, 2, 3]
    own = data.log[data.log["column"].isin([name for name, _, _ in columns[3:7]])]
    assert own["code"].tolist() == ["R191"] * 4
