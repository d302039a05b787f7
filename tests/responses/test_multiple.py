"""Questions with several answers: joined in one cell, or a column an option."""

import numpy as np
import pytest

from lcresearch import responses

NAN = float("nan")


@pytest.fixture
def sectors(instrument_of):
    text = {"nl": "In welke sectoren werkt u?", "en": "Which sectors do you work in?"}
    return instrument_of([{"id": "sec", "type": "multiple", "text": text, "response_scale": "sector"}])


@pytest.mark.parametrize("cell", ["1;2", "1;2;", "2, 1", "1 2", "1|2", "bouw;care", "Bouw, zorg", "1 = bouw; 2"])
def test_joined_answers_are_split(write, sectors, cell):
    data = responses.read(write(f'team\tsec\nA\t"{cell}"\nA\t2\nA\t\nA\tNA\n'), sectors)
    assert data.items == ("sec_1", "sec_2")
    expected = [[1, 1], [0, 1], [NAN, NAN], [NAN, NAN]]
    np.testing.assert_equal(data.frame[["sec_1", "sec_2"]].to_numpy(), expected)


def test_parts_that_are_no_option_are_reported(write, sectors, quiet):
    data = quiet(write("team\tIn welke sectoren werkt u?\nA\tbouw;horeca\nA\thoreca\n"), sectors)
    np.testing.assert_equal(data.frame[["sec_1", "sec_2"]].to_numpy(), [[1, 0], [NAN, NAN]])
    assert [(p.code, p.where.row, p.values["n"]) for p in data.problems] == [("R041", 3, 1), ("R055", 2, 1)]


@pytest.mark.parametrize(
    ("yes", "no"), [("1", "0"), ("1", ""), ("Ja", "Nee"), ("Y", "N"), ("True", "False"), ("Y", ""), ("x", "")]
)
def test_a_column_an_option(write, sectors, yes, no):
    data = responses.read(write(f"team;sec_1;sec_2\nA;{yes};{no}\nA;{no};{yes}\nA;;\n"), sectors)
    np.testing.assert_equal(data.frame[["sec_1", "sec_2"]].to_numpy(), [[1, 0], [0, 1], [NAN, NAN]])


def test_options_may_hold_their_label_or_code_and_go_before_the_joined_cell(write, sectors):
    data = responses.read(write("sec;sec_1;sec_2\n2;construction;\n1;;2\n"), sectors)
    assert data.frame[["sec_1", "sec_2"]].to_numpy().tolist() == [[1, 0], [0, 1]]
    assert data.log.query("column == 'sec'")["status"].tolist() == ["ignored"]


def test_one_missing_option_or_the_whole_question(write, sectors, instrument_of, quiet, items):
    data = quiet(write("team;sec_1\nA;1\n"), sectors)
    assert [(p.code, p.where.item) for p in data.problems] == [("R043", "sec_2")]
    both = sectors.model_copy(update={"items": (*sectors.items, *instrument_of(items[:1]).items)})
    data = quiet(write("tv_01\n1\n"), both)
    assert [(p.code, p.where.item) for p in data.problems] == [("R043", "sec")]


@pytest.fixture
def functions(instrument_of):
    """Options of which some labels hold the sign that stands between answers."""
    labels = {
        1: {"nl": "zorg, welzijn en sport", "en": "care, welfare and sports"},
        2: {"nl": "bouw", "en": "construction"},
        3: {"nl": "techniek; ict", "en": "engineering; ict"},
        4: {"nl": "zorg", "en": "care"},
    }
    item = {"id": "fu", "type": "multiple", "text": {"nl": "Waarin?", "en": "In what?"}, "response_scale": "fields"}

    def of(labels):
        return instrument_of([item | {"response_scale": "agree5"}], labels=labels, missing={}, ordered=False)

    return of, labels


@pytest.mark.parametrize(
    ("cell", "chosen"),
    [
        ("zorg, welzijn en sport", [1, 0, 0, 0]),
        ("zorg, welzijn en sport,bouw", [1, 1, 0, 0]),
        ("bouw, zorg, welzijn en sport, zorg", [1, 1, 0, 1]),
        ("bouw;techniek; ict;zorg;", [0, 1, 1, 1]),
        ("care, welfare and sports, construction", [1, 1, 0, 0]),
        ("1,3", [1, 0, 1, 0]),
        ("bouw zorg", [0, 1, 0, 1]),
        ("techniek;_ict bouw", [0, 1, 1, 0]),
    ],
)
def test_labels_may_hold_the_sign_between_answers(write, functions, cell, chosen):
    of, labels = functions
    data = responses.read(write(f'team\tfu\nA\t"{cell}"\n'), of(labels))
    assert data.frame.iloc[0, 2:].tolist() == chosen


def test_a_cell_that_can_be_split_in_two_ways_is_not_guessed(write, functions, quiet):
    of, _ = functions
    labels = {1: {"nl": "zorg", "en": "a"}, 2: {"nl": "welzijn", "en": "b"}, 3: {"nl": "zorg, welzijn", "en": "c"}}
    data = quiet(write('team\tfu\nA\t"zorg, welzijn"\nA\tzorg\n'), of(labels))
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[NAN, NAN, NAN], [1, 0, 0]])
    assert [(p.code, p.where.row) for p in data.problems] == [("R118", 2)]


def test_an_unknown_part_beside_a_label_with_a_comma_is_reported_once(write, functions, quiet):
    of, labels = functions
    data = quiet(write('team\tfu\nA\t"zorg, welzijn en sport, iets anders, namelijk dit"\n'), of(labels))
    assert data.frame.iloc[0, 2:].tolist() == [1, 0, 0, 0]
    assert [p.code for p in data.problems] == ["R055"]


@pytest.fixture
def behalf(instrument_of):
    """On whose behalf people take part, with "other, namely"."""
    labels = {
        1: {"nl": "een bedrijf", "en": "a company"},
        3: {"nl": "een bedrijf met 250 mensen of meer", "en": "a company with 250 people or more"},
        4: {"nl": "een mbo-school", "en": "a vocational school"},
        97: {"nl": "iets anders", "en": "something else"},
    }
    text = {"nl": "Namens wie doet u mee?", "en": "On whose behalf?"}
    item = {"id": "bh", "type": "multiple", "text": text, "response_scale": "agree5"}
    return instrument_of([item], labels=labels, missing={}, ordered=False, other=97)


@pytest.mark.parametrize("cell", ["3 scholen samen", "ROC afdeling 4", "1 t/m 3", "1 en 3", "4 12", "3 een mbo-school"])
def test_numbers_between_blanks_are_no_options_when_something_else_stands_there(write, behalf, quiet, cell):
    data = quiet(write(f"team\tbh\nA\t{cell}\nA\t4\n"), behalf)
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[NAN] * 4, [0, 0, 1, 0]])
    assert [(p.code, p.where.row) for p in data.problems] == [("R041", 2)]


@pytest.mark.parametrize(
    ("cell", "chosen"),
    [
        ("1 4", [1, 0, 1, 0]),
        ("een mbo-school een bedrijf", [1, 0, 1, 0]),
        ("een bedrijf met 250 mensen of meer een mbo-school", [0, 1, 1, 0]),
    ],
)
def test_blanks_stand_between_answers_when_nothing_but_options_comes_out(write, behalf, cell, chosen):
    assert responses.read(write(f"team\tbh\nA\t{cell}\n"), behalf).frame.iloc[0, 2:].tolist() == chosen


def test_a_number_in_a_sentence_with_commas_is_no_option(write, behalf, quiet):
    cells = ["wij zijn met 2, 3, soms 4 mensen", "een mbo-school, 3, of meer", "1,4,12"]
    data = quiet(write("team,bh\n" + "".join(f'A,"{cell}"\n' for cell in cells)), behalf)
    np.testing.assert_equal(data.frame.iloc[:, 2:].to_numpy(), [[NAN] * 4, [0, 0, 1, 0], [1, 0, 1, 0]])
    assert [(p.code, p.where.row, p.values["n"]) for p in data.problems] == [("R041", 2, 1), ("R055", 3, 2)]
