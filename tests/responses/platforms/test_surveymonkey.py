"""Exports of SurveyMonkey: two header rows, or one in the condensed layout, in English and in Dutch."""

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch import instruments
from lcresearch.responses.platforms import open_export

EXPORTS = Path(__file__).parents[2] / "reference" / "exports" / "surveymonkey"
SHARED = Path(__file__).parents[4] / "shared" / "formats" / "surveymonkey"
EPISODES = ["I  The Phantom Menace", "II  Attack of the Clones", "III  Revenge of the Sith", "IV  A New Hope"]
EPISODES += ["V The Empire Strikes Back", "VI Return of the Jedi"]
SEEN = "Which of the following Star Wars films have you seen? Please select all that apply."
FAVOUR = ["Very unfavorably", "Somewhat unfavorably", "Neither favorably nor unfavorably (neutral)"]
FAVOUR += ["Somewhat favorably", "Very favorably"]
ENGLISH = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name"]
ENGLISH += ["Last Name", "Custom Data 1"]
DUTCH = ["Respondent-ID", "Verzamelprogramma-ID", "Begindatum", "Einddatum", "IP-adres", "E-mailadres", "Voornaam"]
DUTCH += ["Achternaam", "Aangepaste gegevens 1"]
OLD = ["RespondentID", "CollectorID", "StartDate", "EndDate", "IP Address", "Email Address", "First Name", "LastName"]
OLD += ["CustomData1"]


def labels(texts):
    return {code: {"nl": f"antwoord {code}", "en": text} for code, text in enumerate(texts, start=1)}


def asked(item, text, **more):
    return {"id": item, "text": {"nl": f"Vraag {item}", "en": text}} | more


def own_cells(number, started="03/14/2026 10:00:00 AM", finished="03/14/2026 10:06:00 AM"):
    return [f"1129{number:05d}", "4001", started, finished, "192.0.2.9", "a@example.org", "Sanne", "Jansen", "x"]


def as_csv(*rows):
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue()


def sample():
    if not SHARED.is_dir():
        pytest.skip("the shared samples are not here")
    return SHARED / "two_header_rows.csv"


# the real export


def favour(instrument_of):
    items = [asked("han", "Han Solo"), asked("jarjar", "Jar Jar Binks")]
    return instrument_of(items, labels=labels(FAVOUR), missing={9: {"nl": "onbekend", "en": "Unfamiliar (N/A)"}})


def films(instrument_of):
    item = asked("seen", SEEN, type="multiple", response_scale="agree5")
    texts = labels([f"Star Wars: Episode {episode}" for episode in EPISODES])
    return instrument_of([item], labels=texts, ordered=False, missing={})


def test_rows_of_a_table(instrument_of, quiet):
    data = quiet(sample(), favour(instrument_of))
    assert (len(data.frame), len(open_export(sample()).columns)) == (1186, 38)
    assert data.frame["han"].value_counts().sort_index().to_dict() == {1: 1, 2: 8, 3: 44, 4: 151, 5: 610}
    assert data.frame["jarjar"].value_counts().sort_index().to_dict() == {1: 204, 2: 102, 3: 164, 4: 130, 5: 112}


def test_question_with_several_answers(instrument_of, quiet):
    """Who ticked every film repeats the second header row cell by cell, and stays in."""
    data = quiet(sample(), films(instrument_of))
    assert len(data.frame) == 1186
    assert data.frame[[f"seen_{code}" for code in range(1, 7)]].sum().tolist() == [673, 571, 550, 607, 758, 738]


def test_question_whose_header_lost_a_no_break_space(instrument_of, quiet):
    item = asked("fan", "Do you consider yourself to be a fan of the Expanded Universe?")
    used = instrument_of([item], labels=labels(["Yes", "No"]), missing={})
    assert quiet(sample(), used).frame["fan"].value_counts().to_dict() == {2: 114, 1: 99}


def test_first_rows_of_the_real_export(instrument_of, quiet):
    path = EXPORTS / "two_header_rows_first_42.csv"
    opened = open_export(path)
    assert (opened.platform, opened.header_rows) == ("surveymonkey", 2)
    data = quiet(path, [favour(instrument_of)])
    assert len(data.frame) == 40
    np.testing.assert_equal(data.frame["han"].tolist()[:3], [5, np.nan, 4])
    np.testing.assert_equal(quiet(path, films(instrument_of)).frame["seen_4"].tolist()[:3], [1, np.nan, 0])


# our own instruments


def own_form(own, answer, other, cells, ticks):
    """A form with learning-culture as a table, bg10 as a question with several answers, bg09, and a remark."""
    culture, background = instruments.load("learning-culture"), instruments.load("background")
    rows = [item.text["nl"] for item in culture.items]
    options = [label["nl"] for code, label in background.response_scale_of("bg10").labels.items() if code != 97]
    texts = {item.id: item.text["nl"] for item in background.items}
    top = [*own, "Wat vindt u van uw bedrijf?", *[""] * (len(rows) - 1), texts["bg10"], *[""] * len(options)]
    top += [texts["bg09"], "", "Wilt u nog iets zeggen?"]
    below = [*[""] * len(own), *rows, *options, other, answer, other, answer]
    given = [option if tick else "" for option, tick in zip(options, ticks, strict=False)]
    return top, below, [*own_cells(1), *cells, *given]


@pytest.mark.parametrize(
    ("own", "answer", "other"),
    [
        (ENGLISH, "Response", "Other (please specify)"),
        (OLD, "Response", "Other (please specify)"),
        (DUTCH, "Antwoord", "Overig (geef nadere toelichting)"),
    ],
)
@pytest.mark.parametrize("answers", ["codes", "labels"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_own_instruments_come_back_without_a_mapping(write, tmp_path, quiet, own, answer, other, answers, kind):
    culture, background = instruments.load("learning-culture"), instruments.load("background")
    given = [1, 2, 3, 4, 5, 5, 4, 3, 2]
    names = culture.response_scale_of("lc01").labels
    cells = [str(code) if answers == "codes" else names[code]["nl"] for code in given]
    age = next(iter(background.response_scale_of("bg09").labels.items()))
    ticks = [False, True, *[False] * 7]
    top, below, row = own_form(own, answer, other, cells, ticks)
    row += ["een stichting", age[1]["nl"], "", "Niets."]
    if kind == "csv":
        path = write(as_csv(top, below, row))
    else:
        path = tmp_path / "answers.xlsx"
        pd.DataFrame([top, below, row]).replace("", None).to_excel(path, index=False, header=False)
    data = quiet(path, [culture, background])
    assert open_export(path).platform == "surveymonkey"
    assert len(data.frame) == 1
    assert data.frame[[item.id for item in culture.items]].iloc[0].tolist() == given
    assert data.frame[[f"bg10_{code}" for code in (1, 2, 9, 97)]].iloc[0].tolist() == [0, 1, 0, 1]
    assert data.frame["bg09"].tolist() == [age[0]]
    assert data.paradata["seconds"].tolist() == [360]
    assert "een stichting" not in str(data.log.to_dict())
    assert {"a@example.org", "192.0.2.9", "Jansen"}.isdisjoint(data.frame.astype(str).to_numpy().ravel())


def test_other_of_a_question_with_one_answer_is_not_that_question(write, instrument_of, quiet):
    used = instrument_of([asked("x", "Where do you work?")], labels=labels(["at home", "at the office"]), missing={})
    top = [*ENGLISH, "Where do you work?", ""]
    below = [*[""] * 9, "Response", "Anders, namelijk:"]
    data = quiet(write(as_csv(top, below, [*own_cells(1), "at home", ""], [*own_cells(2), "", "at home"])), used)
    np.testing.assert_equal(data.frame["x"].tolist(), [1, np.nan])


def test_condensed_layout_has_one_header_row(write, instrument_of, quiet):
    items = [asked("x", "How is it?"), asked("f", SEEN, type="multiple", response_scale="agree5")]
    used = instrument_of(items, labels=labels(["bad", "good"]), missing={})
    rows = [[*own_cells(1), "bad", "bad, good"], [*own_cells(2), "good", "good"]]
    data = quiet(write(as_csv([*ENGLISH, "How is it?", SEEN], *rows)), used)
    assert data.frame["x"].tolist() == [1, 2]
    assert data.frame[["f_1", "f_2"]].to_numpy().tolist() == [[1, 1], [0, 1]]


def test_workbook_that_ends_with_rows_of_a_table(tmp_path, instrument_of, quiet):
    """The header stands above the first row of the table only, so the first row of the sheet is the shorter one."""
    items = [asked(f"st0{n}", text) for n, text in enumerate(["Han Solo", "Jar Jar Binks", "Yoda"], start=1)]
    rows = [[*ENGLISH, "How do you see them?", None, None], [*[None] * 9, "Han Solo", "Jar Jar Binks", "Yoda"]]
    pd.DataFrame([*rows, [*own_cells(1), *FAVOUR[:3]]]).to_excel(tmp_path / "a.xlsx", index=False, header=False)
    data = quiet(tmp_path / "a.xlsx", instrument_of(items, labels=labels(FAVOUR)))
    assert data.frame.iloc[0, 2:].tolist() == [1, 2, 3]
    assert not data.problems


def test_ranking_is_not_read_as_having_chosen(write, instrument_of, quiet):
    item = asked("f", SEEN, type="multiple", response_scale="agree5")
    used = instrument_of([item], labels=labels(["one", "two", "three"]), missing={}, ordered=False)
    top, below = [*ENGLISH, SEEN, "", ""], [*[""] * 9, "one", "two", "three"]
    data = quiet(write(as_csv(top, below, [*own_cells(1), "3", "2", "1"])), used)
    assert "R040" in set(data.log["code"])


def test_exports_pasted_under_each_other(write, instrument_of, quiet):
    used = instrument_of([asked("x", "How is it?"), asked("y", "And now?")], labels=labels(["bad", "good"]), missing={})
    top, below = [*ENGLISH, "How is it?", "And now?"], [*[""] * 9, "Response", "Response"]
    first, second = [*own_cells(1), "bad", "good"], [*own_cells(2), "good", "bad"]
    data = quiet(write(as_csv(top, below, first, top, below, second)), used)
    assert data.frame[["x", "y"]].to_numpy().tolist() == [[1, 2], [2, 1]]
    assert data.log[data.log["code"] == "R193"]["row"].tolist() == [4, 5]


@pytest.mark.parametrize(
    "text",
    [
        "respondent,tv_01,tv_02\n,Response,Response\n1,2,3\n",
        "ResponseId,Q1,Q2\nResponse ID,How?,What?\nR_1,2,3\n",
        "Respondent ID,tv_01,tv_02\n12,2,3\n",
    ],
)
def test_other_tables_are_not_taken_for_surveymonkey(write, text):
    assert open_export(write(text)).platform != "surveymonkey"


STOCK_NAMES = [
    "Other (please specify)",
    "Other, please specify:",
    "Overig (geef nadere toelichting)",
    "Anders, namelijk:",
]


@pytest.mark.parametrize("cell", STOCK_NAMES)
def test_the_option_to_fill_in_has_a_name_of_its_own(write, instrument_of, quiet, cell):
    """The form calls the option as SurveyMonkey does, not as the instrument does; the words stand beside it."""
    answers = labels(["school", "firm", "somewhere else"])
    used = instrument_of([asked("x", "Where do you work?")], labels=answers, missing={}, ordered=False, other=3)
    top = [*ENGLISH, "Where do you work?", ""]
    below = [*[""] * 9, "Response", "Other (please specify)"]
    rows = [[*own_cells(1), cell, "at home"], [*own_cells(2), "firm", ""]]
    data = quiet(write(as_csv(top, below, *rows)), used)
    assert data.frame["x"].tolist() == [3, 2]
    assert not data.problems


def test_among_several_answers_the_option_to_fill_in_has_that_name_too(write, instrument_of, quiet):
    item = asked("f", SEEN, type="multiple", response_scale="agree5")
    used = instrument_of([item], labels=labels(["bad", "good", "unlike"]), missing={}, ordered=False, other=3)
    rows = [[*own_cells(1), "bad, Other (please specify)"], [*own_cells(2), "good, Other, please specify"]]
    data = quiet(write(as_csv([*ENGLISH, SEEN], *rows)), used)
    assert data.frame.iloc[:, 2:].to_numpy().tolist() == [[1, 0, 1], [0, 1, 1]]
    assert not data.problems
