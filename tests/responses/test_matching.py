"""Which column is which item: by mapping, id or question; never guessed."""

import pytest

from lcresearch import responses
from lcresearch.errors import ResponsesError
from lcresearch.responses.wording import plain, same_question


def found(data):
    table = data.tidy()
    return dict(zip(table["item"], table["column"], strict=True))


@pytest.mark.parametrize(
    "header",
    [
        "tv_01,tv_02,tv_03",
        " TV_01 ,Tv_02,\ufefftv_03",
        "Ik zeg wat ik denk.,Ik houd bezwaren voor mij.,Mijn ideeën tellen mee.",
        "I say what I think.,I keep objections to myself.,My ideas count.",
        "ik zeg  wat ik denk,<p>Ik houd <b>bezwaren</b> voor mij.</p>,Mijn idee&euml;n tellen\u00a0mee",
        '"1. Ik zeg wat\nik denk.",Vraag 2: Ik houd bezwaren voor mij.,tv_03',
        "Ik zeg wat ik denk,Ik houd bezwaren voor...,mijn ideeen tellen mee",
    ],
)
def test_columns_are_found_by_id_and_by_question(write, voice, header):
    data = responses.read(write(header + "\n1,2,3\n"), voice)
    assert data.frame[["tv_01", "tv_02", "tv_03"]].to_numpy().tolist() == [[1, 2, 3]]


def test_mapping_by_name_and_by_number_goes_first(write, voice, quiet):
    path = write("V1,V1,tv_01,team\n1,2,3,A\n")
    data = quiet(path, voice, mapping={1: "tv_01", "#2": "tv_02", "tv_01": "tv_03"})
    assert data.frame[["tv_01", "tv_02", "tv_03"]].to_numpy().tolist() == [[1, 2, 3]]
    assert set(data.log.query("status == 'matched'")["text"]) == {"column matched to the item (by mapping)."}


def test_mapping_names_levels_respondent_and_wave(write, voice):
    path = write("Ploeg,Nr,Ronde,tv_01,tv_02,tv_03\nA,7,t1,1,2,3\n")
    data = responses.read(path, voice, levels=["team"], mapping={"Ploeg": "team", "Nr": "respondent", "Ronde": "wave"})
    assert data.frame.iloc[0, :3].tolist() == ["7", "t1", "A"]


def test_mapping_to_none_leaves_a_column_out(write, voice):
    data = responses.read(write("tv_01,TV_01,tv_02,tv_03\n1,5,2,3\n"), voice, mapping={"TV_01": None})
    assert found(data)["tv_01"] == "tv_01"
    assert data.frame["tv_01"].tolist() == [1]


@pytest.mark.parametrize(
    ("mapping", "answers"),
    [
        ({"tv_01": "tv_02", "tv_02": "tv_01"}, {"tv_01": 5, "tv_02": 1}),
        ({"tv_01": "tv_02", "tv_02": None}, {"tv_02": 1}),
    ],
)
def test_columns_can_change_places_when_the_mapping_names_both(write, voice, quiet, mapping, answers):
    data = quiet(write("tv_01,tv_02,tv_03\n1,5,3\n"), voice, mapping=mapping)
    assert data.frame.iloc[0, 2:].to_dict() == answers | {"tv_03": 3}


def test_a_level_can_stand_in_a_column_with_the_name_of_an_item_when_the_mapping_says_so(write, voice, quiet):
    data = quiet(write("tv_01,tv_02,tv_03\nA,5,3\n"), voice, levels=["team"], mapping={"tv_01": "team"})
    assert data.frame["team"].tolist() == ["A"]
    assert data.items == ("tv_02", "tv_03")


def test_the_log_has_a_line_for_every_column_and_every_item(write, voice, quiet):
    data = quiet(write("naam,team,tv_01,e-mail\nJan,A,1,jan@example.org\n"), voice, levels=["team"])
    lines = data.log[["status", "column", "item"]].astype(object).fillna("").to_numpy().tolist()
    assert lines[1:] == [
        ["ignored", "naam", ""],
        ["matched", "team", ""],
        ["matched", "tv_01", "tv_01"],
        ["ignored", "e-mail", ""],
        ["not_found", "", "tv_02"],
        ["not_found", "", "tv_03"],
        ["noted", "", ""],
    ]
    assert "jan@example.org" not in data.log.to_string() + data.frame.to_string()


REFUSED = [
    ("two columns with the id of one item", "tv_01,TV_01,tv_02\n1,1,1\n", {}, ["R020"]),
    ("one by id, one by question", "tv_01,I say what I think.,tv_02\n1,1,1\n", {}, ["R020"]),
    ("the same name twice", "tv_01,tv_01,tv_02\n1,1,1\n", {}, ["R020"]),
    ("a mapping of two columns to one item", "a,b,tv_02\n1,1,1\n", {"mapping": {"a": "tv_01", "b": "tv_01"}}, ["R020"]),
    ("a mapping of a column that is not there", "a,tv_02\n1,1\n", {"mapping": {"b": "tv_01"}}, ["R022"]),
    ("a mapping of a column number that is not there", "a,tv_02\n1,1\n", {"mapping": {3: "tv_01"}}, ["R022"]),
    ("a mapping to an item that is not there", "a,tv_02\n1,1\n", {"mapping": {"a": "tv_1"}}, ["R023"]),
    ("a mapping of a name that two columns have", "a,a,tv_02\n1,1,1\n", {"mapping": {"a": "tv_01"}}, ["R026"]),
    ("no item at all", "a,b\n1,1\n", {}, ["R024"]),
    ("a level column missing", "Team,tv_01\nA,1\n", {"levels": {"team": "Teams"}}, ["R025"]),
    ("two level columns missing", "x,tv_01\nA,1\n", {"levels": ["team", "sector"]}, ["R025", "R025"]),
    ("one column for two levels", "x,tv_01\nA,1\n", {"levels": {"team": "x", "sector": "x"}}, ["R027"]),
    (
        "one column for a level and an item",
        "x,tv_02\nA,1\n",
        {"levels": {"team": "x"}, "mapping": {"x": "tv_01"}},
        ["R027"],
    ),
    (
        "a mapping that pushes aside the column of the item",
        "tv_01,tv_02\n5,1\n",
        {"mapping": {"tv_01": "tv_02"}},
        ["R020"],
    ),
    ("the same, found by its question", "a,I say what I think.\n5,1\n", {"mapping": {"a": "tv_01"}}, ["R020"]),
    (
        "a mapping that pushes aside the column of a level",
        "team,ploeg,tv_01\nA,B,1\n",
        {"mapping": {"ploeg": "team"}, "levels": ["team"]},
        ["R020"],
    ),
    ("a level in the column of an item", "TV_01,tv_02\n1,1\n", {"levels": {"team": "tv_01"}}, ["R027"]),
    ("a respondent in the column of an item", "tv_01,tv_02\n1,1\n", {"respondent": "tv_01"}, ["R027"]),
    ("a level with the name of an item", "x,tv_02\nA,1\n", {"levels": {"tv_01": "x"}}, ["R029"]),
    ("no column for the respondent", "x,tv_02\nA,1\n", {"respondent": "id"}, ["R028"]),
    ("no column for the wave", "x,tv_02\nA,1\n", {"wave": "column:ronde"}, ["R028"]),
    (
        "all problems at once",
        "tv_01,tv_01\n1,1\n",
        {"levels": ["team"], "mapping": {"z": "tv_02"}},
        ["R022", "R025", "R020"],
    ),
]


@pytest.mark.parametrize(("content", "options", "codes"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_is_not_certain_is_refused(write, voice, refused, content, options, codes):
    assert refused(write(content), voice, **options) == codes


def test_a_missing_level_names_the_nearest_column_and_those_there_are(write, voice):
    with pytest.raises(ResponsesError) as caught:
        responses.read(write("Teamnaam,tv_01\nA,1\n"), voice, levels=["Teamnam"])
    values = caught.value.problems[0].values
    assert "'Teamnaam'" in values["did_you_mean"]["en"]
    assert values["known"] == ["Teamnaam", "tv_01"]


def test_one_question_that_two_items_ask_is_refused_until_a_mapping_settles_it(write, voice, refused, instrument_of):
    other = instrument_of([{"id": "ov_01", "text": {"nl": "Ik zeg wat ik denk.", "en": "I speak up."}}], "other-voice")
    path = write("Ik zeg wat ik denk.,tv_02,tv_03\n1,2,3\n")
    assert refused(path, [voice, other]) == ["R021"]
    with pytest.warns(match="R053"):
        data = responses.read(path, [voice, other], mapping={1: "ov_01"})
    assert data.items == ("tv_02", "tv_03", "ov_01")


def test_instruments_that_share_an_item_must_agree_on_it(write, voice, refused, instrument_of, items):
    path = write("tv_01,tv_02,tv_03\n1,2,3\n")
    same = instrument_of(items[:1], "same")
    other = instrument_of([{"id": "tv_01", "text": {"nl": "Iets anders.", "en": "Something else."}}], "other")
    assert responses.read(path, [voice, same]).items == ("tv_01", "tv_02", "tv_03")
    assert refused(path, [voice, other]) == ["R032"]
    assert refused(path, []) == ["R035"]


def test_names_with_control_characters_are_cleaned_in_messages(write, voice, quiet):
    data = quiet(write("<b>x\u202ey</b>\u200b,tv_01,tv_02,tv_03\n1,1,1,1\n"), voice)
    assert data.log["column"].iloc[1] == "<b>x y</b>"


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Café", "cafe", True),
        ("“Ja”, zei hij…", '"ja", zei hij...', True),
        ("Ik\u00a0leer\u00ad elke dag!", "ik leer elke dag!", True),
        ("1 < 2 en 3 > 2", "1 2", False),
        ("wel", "niet", False),
    ],
)
def test_plain_text(first, second, same):
    assert (plain(first) == plain(second)) is same


def test_a_question_that_was_cut_off_needs_enough_text():
    texts = {"ik leer elke dag iets nieuws": frozenset({"a"}), "ik leer elke dag van anderen": frozenset({"b"})}
    assert same_question("Ik leer elke dag...", texts) == frozenset()
    assert same_question("Ik leer elke dag iets n…", texts) == {"a"}
    assert same_question("1. Ik leer elke dag iets n…", texts) == {"a"}
    assert same_question("1. Ik leer elke dag i…", texts) == frozenset()
    assert same_question("Ik leer elke dag iets n", texts) == frozenset()


def test_two_columns_of_one_name_are_told_apart_by_their_numbers(write, voice):
    with pytest.raises(ResponsesError) as caught:
        responses.read(write("tv_01,tv_02,tv_03,tv_01\n4,2,5,4\n"), voice)
    (problem,) = caught.value.problems
    assert problem.code == "R020"
    assert problem.values["columns"] == ["tv_01 (#1)", "tv_01 (#4)"]
