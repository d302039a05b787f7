"""What an answer means: codes, labels, marks for missing, and what is no answer."""

import numpy as np
import pytest

from lcresearch import responses
from lcresearch.responses.answers import decode
from lcresearch.responses.asked import asked_items
from lcresearch.responses.tables import Coding, Column

NAN = float("nan")


def decoded(cells, instrument):
    coding = Coding()
    coding.add_cells(cells)
    return decode(coding.finish(), Column(1, "x"), asked_items([instrument])["tv_01"])


@pytest.mark.parametrize(
    "text",
    [
        "4",
        " 4 ",
        "4.0",
        "4,0",
        "+4",
        "eens",
        "EENS",
        " Eens. ",
        "agree",
        "<b>Agree</b>",
        "4 = eens",
        "4: agree",
        "4. Eens",
        "(4) agree",
        "4 - agree",
        "4 eens",
        "eens (4)",
        "agree [4]",
        "eens\u00a0(4)",
    ],
)
def test_texts_that_mean_four(voice, text):
    assert decoded([text], voice).numbers.tolist() == [4]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("6", "R040"),
        ("0", "R040"),
        ("3.5", "R040"),
        ("3,5", "R040"),
        ("-99", "R040"),
        ("99999999999999999999", "R040"),
        ("blub", "R041"),
        ("4 agree!!! not", "R041"),
        ("5 jaar", "R041"),
        ("1e0", "R041"),
        ("inf", "R041"),
        ("True", "R041"),
        ("=4", "R041"),
        ("2026-05-01", "R042"),
        ("2026-05-01 00:00:00", "R042"),
        ("1-5-2026", "R042"),
        ("1-mei", "R042"),
        ("05/01/26", "R042"),
        ("May-01", "R042"),
        ("3 = eens", "R054"),
        ("agree (5)", "R054"),
    ],
)
def test_texts_that_are_no_answer_are_set_to_missing(write, voice, quiet, text, code):
    data = quiet(write(f'tv_01;tv_02;tv_03\n"{text}";1;1\n4;1;1\n'), voice)
    np.testing.assert_equal(data.frame["tv_01"].to_numpy(), [NAN, 4])
    (problem,) = data.problems
    assert (problem.code, problem.where.column, problem.where.row, problem.values["n"]) == (code, "tv_01", 2, 1)
    line = data.log.query("status == 'set_missing'").iloc[0]
    assert line[["code", "column", "item", "row", "value", "n"]].tolist() == [code, "tv_01", "tv_01", 2, text, 1]


@pytest.mark.parametrize("text", ["NA", "n/a", "N/A", "NaN", "#N/A", "#NULL!", "-", ".", "null", "n.a.", "<NA>"])
def test_marks_for_missing_are_counted(write, voice, quiet, text):
    data = quiet(write(f"tv_01;tv_02;tv_03\n{text};1;1\n;1;1\n4;1;1\n"), voice)
    np.testing.assert_equal(data.frame["tv_01"].to_numpy(), [NAN, NAN, 4])
    assert data.log.query("status == 'missing'")[["code", "value", "n"]].to_numpy().tolist() == [["R065", text, 1]]
    assert not data.problems


@pytest.mark.parametrize("text", ["9", "weet niet", "Don’t know", "9 = weet niet"])
def test_missing_codes_of_the_response_scale_are_counted(write, voice, text):
    data = responses.read(write(f"tv_01;tv_02;tv_03\n{text};1;1\n4;1;1\n"), voice)
    np.testing.assert_equal(data.frame["tv_01"].to_numpy(), [NAN, 4])
    assert data.log.query("status == 'missing'")[["code", "n"]].to_numpy().tolist() == [["R064", 1]]


def test_two_languages_in_one_column(voice):
    assert decoded(["eens", "agree", "helemaal mee eens", "strongly disagree"], voice).numbers.tolist() == [4, 4, 5, 1]


def test_a_label_that_looks_like_a_mark_or_a_number_goes_first(instrument_of, items):
    labels = {1: {"nl": "n.v.t.", "en": "NA"}, 2: {"nl": "10", "en": "10"}}
    scale = instrument_of(items, labels=labels, missing={})
    assert decoded(["NA", "10", "2", "1"], scale).numbers.tolist() == [1, 2, 2, 1]


def test_codes_of_a_range_need_no_label(instrument_of, items):
    ends = {0: {"nl": "nooit", "en": "never"}, 10: {"nl": "altijd", "en": "always"}}
    scale = instrument_of(items, labels=ends, missing={}, range=[0, 10])
    np.testing.assert_equal(decoded(["0", "7", "altijd", "11"], scale).numbers, [0, 7, 10, NAN])


def test_a_label_of_two_codes_decides_nothing(instrument_of, items):
    labels = {1: {"nl": "soms", "en": "sometimes"}, 2: {"nl": "soms", "en": "often"}}
    scale = instrument_of(items, labels=labels, missing={})
    np.testing.assert_equal(decoded(["soms", "often"], scale).numbers, [NAN, 2])


def test_numbers_within_their_range(write, quiet, instrument_of):
    hours = {"nl": "Hoeveel uur leerde u?", "en": "How many hours did you learn?"}
    item = {"id": "hours", "type": "number", "text": hours, "minimum": 0.0, "maximum": 60.0, "decimals": 2}
    item["missing"] = {99: {"nl": "weet niet", "en": "don't know"}}
    data = quiet(write("hours;x\n2,5;\n60;\n61;\n-1;\n99;\nveel;\n4.25;\n"), instrument_of([item]))
    np.testing.assert_equal(data.frame["hours"].to_numpy(), [2.5, 60, NAN, NAN, NAN, NAN, 4.25])
    assert [(p.code, p.values["rows"]) for p in data.problems] == [("R040", "4, 5"), ("R041", "7")]


def test_open_answers_are_not_loaded(write, voice, quiet, instrument_of, items):
    open_item = {"id": "why", "type": "text", "text": {"nl": "Waarom?", "en": "Why?"}}
    data = quiet(write("tv_01;why\n4;Jan de Vries vroeg het\n"), instrument_of([items[0], open_item]))
    assert data.items == ("tv_01",)
    assert data.log.query("column == 'why'")[["code", "status"]].to_numpy().tolist() == [["R066", "ignored"]]
    assert "Jan" not in data.log.to_string()


def test_a_column_without_any_answer_is_reported(write, voice, quiet):
    data = quiet(write("tv_01;tv_02;tv_03\n;1;7\n;2;8\n"), voice)
    assert [(p.code, p.where.item) for p in data.problems] == [("R052", "tv_01"), ("R040", "tv_03"), ("R052", "tv_03")]


def test_html_in_cells_stays_text(write, voice, quiet):
    data = quiet(write("team,tv_01,tv_02,tv_03\n<script>alert(1)</script>,<i>x</i>,1,1\n"), voice, levels=["team"])
    assert data.frame["team"].tolist() == ["<script>alert(1)</script>"]
    assert data.log.query("code == 'R041'")["value"].tolist() == ["<i>x</i>"]


def test_a_million_wrong_cells_give_a_bounded_log(write, voice, quiet):
    data = quiet(write("tv_01;tv_02;tv_03\n" + "7;1;2024-05-01\n" * 5_000), voice)
    lost = data.log.query("status == 'set_missing' and item == 'tv_01'")
    assert len(lost) == 1_001
    assert lost["n"].sum() == 5_000
    assert lost["row"].iloc[999] == 1_001
    assert lost[["code", "n"]].iloc[-1].tolist() == ["R070", 4_000]
    assert data.problems[0].values["rows"] == "2, 3, 4, 5, 6, 7, 8, 9, 10, 11 …"
    assert data.tidy()["n_set_missing"].tolist() == [5_000, 0, 5_000]
