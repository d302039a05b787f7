"""Exports of Microsoft Forms and Google Forms, all invented: no real one may be passed on."""

import datetime

import numpy as np
import openpyxl
import pytest

from lcresearch import instruments, responses
from lcresearch.responses.platforms import open_export

NAN = float("nan")
FRONT = {
    "en": ["ID", "Start time", "Completion time", "Email", "Name", "Last modified time"],
    "nl": ["ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam", "Tijd van laatste wijziging"],
    "fr": ["ID", "Heure de début", "Heure de fin", "Adresse de messagerie", "Nom", "Heure de la dernière modification"],
}
VOICE = ["Ik zeg wat ik denk.", "Ik houd bezwaren voor mij.", "Mijn ideeën tellen mee."]


def both(text):
    return {"nl": text, "en": text}


def front(number, email="anonymous", name=None, seconds=125):
    start = datetime.datetime(2026, 3, 1, 9, 0, number)
    return [number, start, start + datetime.timedelta(seconds=seconds), email, name, None]


def workbook(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.fixture
def forms(tmp_path):
    """Write an export of Microsoft Forms: question texts, rows of answers, language of the front."""

    def _write(questions, rows, language="nl", **who):
        rows = [[*front(n, **who), *row] for n, row in enumerate(rows, start=1)]
        return workbook(tmp_path / "Vragenlijst(1-2).xlsx", [[*FRONT[language], *questions], *rows])

    return _write


@pytest.mark.parametrize("language", list(FRONT))
def test_statements_of_a_likert_question(forms, voice, language):
    path = forms(VOICE, [["eens", "helemaal mee oneens", "eens"], ["oneens", None, "eens"]], language)
    assert open_export(path).platform == "microsoft_forms"
    data = responses.read(path, voice)
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[4, 1, 4], [2, NAN, 4]])
    assert data.paradata["seconds"].tolist() == [125, 125]
    assert data.paradata["completed"].tolist() == [True, True]
    assert data.log.query("code == 'R129'")["column"].tolist() == FRONT[language][3:5]


def test_names_and_addresses_stay_behind(forms, voice):
    path = forms(VOICE, [["eens", "eens", "eens"]], email="jan@example.org", name="Jan Jansen")
    data = responses.read(path, voice)
    assert "Jansen" not in data.frame.to_string() + data.log.to_string()
    assert "jan@example.org" not in data.frame.to_string() + data.log.to_string()


def test_headers_with_other_blanks_a_line_end_or_cut_off(forms, voice):
    headers = ["Ik zeg\u00a0wat ik denk.\u00a0", "Ik houd bezwaren\nvoor mij.", "Mijn ideeën tellen me..."]
    data = responses.read(forms(headers, [["eens", "eens", "oneens"]]), voice)
    assert data.frame.iloc[0, 2:].tolist() == [4, 4, 2]


def test_an_equal_question_with_a_number_behind_it_is_not_chosen_from(forms, voice, refused):
    path = forms([*VOICE, f"{VOICE[0]}2"], [["eens", "eens", "eens", "oneens"]])
    assert refused(path, voice) == ["R020"]
    data = responses.read(path, voice, mapping={f"{VOICE[0]}2": None})
    assert data.frame["tv_01"].tolist() == [4]


def test_points_and_feedback_of_a_quiz_are_left_out(forms, voice):
    quiz = [
        "Totaal aantal punten",
        "Quizfeedback",
        *(f"{word} - {text}" for text in VOICE for word in ("Punten", "Feedback")),
    ]
    data = responses.read(forms([*VOICE, *quiz], [["eens", "eens", "eens", *[1] * 8]]), voice)
    assert set(data.log[data.log["column"].isin(quiz)]["code"]) == {"R191"}


SECTORS = {
    1: {"nl": "bouw", "en": "construction"},
    2: {"nl": "zorg, welzijn", "en": "care, welfare"},
    3: {"nl": "vrije tijd", "en": "leisure"},
}
ASKED = {"id": "ba01", "type": "multiple", "text": both("In welke sectoren werkt u?"), "response_scale": "agree5"}


@pytest.fixture
def sectors(instrument_of):
    return instrument_of([ASKED], labels=SECTORS, missing={}, ordered=False)


def test_several_answers_in_one_cell(forms, sectors, quiet):
    cells = [["bouw;zorg, welzijn;"], ["vrije tijd;"], [None], ["bouw;iets anders;"]]
    data = quiet(forms(["In welke sectoren werkt u?"], cells), sectors)
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[1, 1, 0], [0, 0, 1], [NAN] * 3, [1, 0, 0]])
    assert [(problem.code, problem.where.row) for problem in data.problems] == [("R055", 5)]


OTHER = SECTORS | {97: {"nl": "anders, namelijk", "en": "other, namely"}}


def test_own_words_stand_for_other_of_several_answers(forms, instrument_of, quiet):
    scales = instrument_of([ASKED], labels=OTHER, missing={}, ordered=False, other=97)
    cells = [["bouw;ik werk thuis;"], ["ik werk thuis;"], [None], ["vrije tijd;"], ["anders, namelijk;"], ["-"]]
    data = quiet(forms(["In welke sectoren werkt u?"], cells), scales)
    expected = [[1, 0, 0, 1], [0, 0, 0, 1], [NAN] * 4, [0, 0, 1, 0], [0, 0, 0, 1], [NAN] * 4]
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), expected)
    assert [(problem.code, problem.values["n"]) for problem in data.problems] == [("R057", 2)]
    assert data.log.query("code == 'R057'")["row"].tolist() == [2, 3]


def test_own_words_stand_for_other_of_one_answer(forms, instrument_of, quiet):
    asked = {key: value for key, value in ASKED.items() if key != "type"}
    scales = instrument_of([asked], labels=OTHER, missing={}, ordered=False, other=97)
    data = quiet(forms(["In welke sectoren werkt u?"], [["bouw"], ["ik werk thuis"], [None], [2019]]), scales)
    np.testing.assert_equal(data.frame["ba01"].to_numpy(), [1, 97, NAN, NAN])
    assert [problem.code for problem in data.problems] == ["R040", "R057"]
    unknown = quiet(forms(["In welke sectoren werkt u?"], [["aannemer"], ["kliniek"]]), scales)
    assert unknown.frame["ba01"].isna().all()
    assert [problem.code for problem in unknown.problems] == ["R041", "R052"]


def test_own_words_are_no_answer_without_other_nor_in_a_plain_table(write, instrument_of, sectors, quiet, forms):
    several = quiet(forms(["In welke sectoren werkt u?"], [["bouw;"], ["ik werk thuis;"]]), sectors)
    assert [problem.code for problem in several.problems] == ["R041"]
    scales = instrument_of([ASKED], labels=OTHER, missing={}, ordered=False, other=97)
    plain = quiet(write("ba01\nbouw;ik werk thuis\n"), scales)
    assert plain.frame.iloc[0, 2:].tolist() == [1, 0, 0, 0]
    assert [problem.code for problem in plain.problems] == ["R055"]


def test_our_own_instruments_come_back_by_their_texts(forms):
    culture = instruments.load("learning-culture")
    items = [item for item in culture.items if item.response_scale]
    for language in culture.languages:
        scales = [culture.response_scale_of(item.id) for item in items]
        chosen = [list(scale.labels_in(language).items())[n % 5] for n, scale in enumerate(scales)]
        path = forms([item.text_in(language) for item in items], [[label for _, label in chosen]], language)
        data = responses.read(path, culture.model_copy(update={"items": tuple(items)}))
        assert data.frame.iloc[0, 2:].tolist() == [code for code, _ in chosen]


@pytest.mark.parametrize("header", ["tv_01,tv_02,tv_03", "ID,tv_01,tv_02,tv_03", "Timestamp,tv_01,tv_02,tv_03"])
def test_plain_tables_are_of_no_platform(write, header):
    path = write(header + "\n" + "1," * header.count(",") + "1\n")
    assert open_export(path).platform is None


GOOGLE = {
    "Tijdstempel": "2026-03-01 10:00:00",
    "E-mailadres": "jan@example.org",
    "Stellingen [Ik zeg wat ik denk.]": "eens",
    "Stellingen [Ik houd bezwaren voor mij.]": "oneens",
    "Mijn ideeën tellen mee.": "helemaal mee eens",
}


@pytest.mark.parametrize(
    ("stamp", "moment"),
    [
        ("2026-03-01 10:00:00", "2026-03-01 10:00:00"),
        ("3/14/2026 10:00:00", "2026-03-14 10:00:00"),
        ("2026/03/01 10:00:00 a.m. CET", None),
    ],
)
@pytest.mark.parametrize("name", ["Tijdstempel", "Timestamp"])
def test_google_forms(write, voice, name, stamp, moment):
    headers = [name, *list(GOOGLE)[1:]]
    cells = [stamp, *list(GOOGLE.values())[1:]]
    path = write("\n".join(",".join(f'"{cell}"' for cell in row) for row in (headers, cells)) + "\n")
    assert open_export(path).platform == "google_forms"
    data = responses.read(path, voice)
    assert data.frame.iloc[0, 2:].tolist() == [4, 2, 5]
    finished = data.paradata["finished"]
    assert finished.astype(str).tolist() == [moment] if moment else finished.isna().all()
    assert "R195" not in data.log["code"].tolist()
    assert data.log.query("code == 'R129'")["column"].tolist() == ["E-mailadres"]


def test_google_forms_joins_answers_with_a_comma_that_labels_may_hold(write, sectors):
    text = 'Tijdstempel,In welke sectoren werkt u?\n2026-03-01 10:00:00,"bouw, zorg, welzijn"\n'
    text += '2026-03-01 10:00:00,"zorg, welzijn, vrije tijd"\n'
    data = responses.read(write(text), sectors)
    assert data.frame.iloc[:, 2:].to_numpy().tolist() == [[1, 1, 0], [0, 1, 1]]


def test_google_forms_writes_own_words_for_other(write, instrument_of, quiet):
    scales = instrument_of([ASKED], labels=OTHER, missing={}, ordered=False, other=97)
    text = 'Tijdstempel,In welke sectoren werkt u?\n2026-03-01 10:00:00,"bouw, ik werk thuis"\n'
    data = quiet(write(text), scales)
    assert data.frame.iloc[0, 2:].tolist() == [1, 0, 0, 1]
    assert [problem.code for problem in data.problems] == ["R057"]


@pytest.mark.parametrize("cell", ["3 scholen samen", "ROC afdeling 3", "1 2"])
def test_own_words_at_other_hold_no_numbers_of_options(write, instrument_of, quiet, cell):
    scales = instrument_of([ASKED], labels=OTHER, missing={}, ordered=False, other=97)
    rows = [f"2026-03-01 10:00:00,{cell}", "2026-03-01 10:00:00,bouw"]
    data = quiet(write("\n".join(["Tijdstempel,In welke sectoren werkt u?", *rows])), scales)
    assert data.frame.iloc[:, 2:].to_numpy().tolist() == [[0, 0, 0, 1], [1, 0, 0, 0]]
    assert [(problem.code, problem.where.row) for problem in data.problems] == [("R057", 2)]
