"""Exports of LimeSurvey: real ones, and our own instruments in every form in which LimeSurvey can write them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch import instruments
from lcresearch.responses.platforms import open_export
from lcresearch.responses.platforms.limesurvey_headings import parse, parse_text

EXPORTS = Path(__file__).parents[2] / "reference" / "exports" / "limesurvey"
SHARED = Path(__file__).parents[4] / "shared" / "formats" / "limesurvey"
STRUCTURES = ("free_text.lsq", "group_1370.lsg", "minimal_all_types.tsv", "minimal_multilingual.tsv")
STRUCTURES += ("multi_choice_question.tsv.txt", "en_nl_one_question.tsv.txt")
AGREE = {1: "Disagree completely", 2: "Rather disagree", 3: "Rather agree", 4: "Agree completely"}
OWN = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp"]
OWN_CELLS = ["12", "2026-03-01 10:07:30", "3", "nl", "1234567", "2026-03-01 10:00:00", "2026-03-01 10:07:30"]


def english(labels):
    return {code: {"nl": f"antwoord {code}", "en": label} for code, label in labels.items()}


def question(item, text, **more):
    return {"id": item, "text": {"nl": f"Vraag {item}", "en": text}} | more


def shared(name):
    if not SHARED.is_dir():
        pytest.skip("the shared samples are not here")
    return SHARED / name


def table(*rows, delimiter=","):
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows]
    return "\ufeff" + "\r\n".join(delimiter.join(row) for row in quoted) + "\r\n"


# real exports


def test_export_with_full_answers(instrument_of, quiet):
    items = [
        question("dt02", "It is a virtual representation of a CPS."),
        question("dt03", "It summarizes a set of models of the CPS."),
    ]
    used = instrument_of(items, labels=english(AGREE))
    data = quiet(EXPORTS / "digital_twins_responses_en.csv", used)
    opened = open_export(EXPORTS / "digital_twins_responses_en.csv")
    assert (opened.platform, len(opened.columns)) == ("limesurvey", 317)
    assert len(data.frame) == 96
    assert data.frame["dt02"].value_counts().sort_index().to_dict() == {1.0: 1, 2.0: 1, 3.0: 12, 4.0: 38}
    assert data.frame["dt03"].value_counts().sort_index().to_dict() == {2.0: 6, 3.0: 18, 4.0: 27}


def test_question_with_several_answers_and_a_line_to_fill_in(instrument_of, quiet):
    fields = ["Mechanical engineering", "Electrical engineering", "Computer science", "Cybernetics", "Mechatronics"]
    labels = english(dict(enumerate([*fields, "Business administration"], start=1)) | {97: "something else"})
    item = question("bg", "What is your professional background?", type="multiple", response_scale="agree5")
    used = instrument_of([item], labels=labels, other=97, ordered=False, missing={})
    data = quiet(EXPORTS / "digital_twins_responses_en.csv", used)
    assert data.frame[[f"bg_{code}" for code in range(1, 7)]].sum().tolist() == [12, 24, 55, 1, 7, 5]
    assert data.frame["bg_97"].sum() == 10
    answered = data.frame["bg_97"].notna()
    assert int((~answered).sum()) == 7
    assert not data.log["value"].astype("string").str.contains("Physics|Psychology", na=False).any()


def test_export_for_r_with_full_headings(instrument_of, quiet):
    items = [
        question("open", "Openness"),
        question("sex", "How do you identify?", type="choice", response_scale="sector"),
        question("cats", "cats", type="number", minimum=0, maximum=100),
        question("steps", "Activiteiten waarin je al veel ervaring hebt opgedaan"),
    ]
    path = EXPORTS / "responses_fulltext_headers_998192.csv"
    used = instrument_of(items[:3], labels=english({n: f"answer {n}" for n in range(1, 6)}))
    data = quiet(path, used)
    assert (len(data.frame), len(open_export(path).columns)) == (7, 71)
    np.testing.assert_equal(data.frame["open"].tolist()[:4], [np.nan, np.nan, 3, np.nan])
    np.testing.assert_equal(data.frame["cats"].tolist()[:2], [40, np.nan])
    assert data.paradata["completed"].tolist()[:3] == [True, False, False]
    assert data.paradata["language"].tolist()[:2] == ["en", "nl-informal"]
    assert data.paradata["seconds"].tolist()[:2] == [339.28, 122.6]
    unused = data.log[data.log["column"] == "Question time: age"]
    assert unused["code"].tolist() == ["R191"]


def test_rows_of_two_scales_are_not_guessed(instrument_of, refused, quiet):
    text = "Activiteiten waarin je al veel ervaring hebt opgedaan"
    used = instrument_of([question("steps", text)])
    path = EXPORTS / "responses_fulltext_headers_998192.csv"
    assert refused(path, used) == ["R020"]
    assert len(quiet(path, used, mapping={"#23": "steps", "#24": None}).frame) == 7


@pytest.mark.parametrize("name", STRUCTURES)
def test_questionnaires_are_refused(name, voice, refused):
    assert refused(EXPORTS / name, voice) == ["R101"]


@pytest.mark.parametrize(
    "name",
    ["colors.lss", "colors.tsv.txt", "digital_twins_222232.lss"]
    + [f"nl_partypanel17_{name}.lss" for name in ("gehoor_559363", "pre2_381842")],
)
def test_questionnaires_of_the_shared_samples_are_refused(name, voice, refused):
    assert refused(shared(name), voice) == ["R101"]


def test_archive_with_the_answers_of_colors(instrument_of, quiet):
    colours = ["red", "green", "yellow", "blue", "purple", "pink", "orange", "beige", "black", "white", "brown"]
    item = question(
        "fav", "What colors are your favorite? Pick at least two.", type="multiple", response_scale="agree5"
    )
    labels = english(dict(enumerate(colours, start=1)))
    used = instrument_of([item], labels=labels, ordered=False, missing={})
    data = quiet(shared("colors.lsa"), used)
    assert data.frame[[f"fav_{code}" for code in range(1, 12)]].to_numpy().tolist() == [
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1],
        [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]
    assert data.paradata["completed"].tolist() == [True, True]
    assert data.paradata["finished"].isna().all()


# our own instruments, as LimeSurvey writes them back


def own_headings(style):
    """Headings of two batteries of learning-culture and the options of bg10 in one of LimeSurvey's styles."""
    culture, background = instruments.load("learning-culture"), instruments.load("background")
    texts = {item.id: item.text["nl"] for item in (*culture.items, *background.items)}
    rows = [("LC", item.id, texts[item.id]) for item in culture.items]
    labels = background.response_scale_of("bg10").labels
    rows += [("bg10", "other" if code == 97 else str(code), label["nl"]) for code, label in labels.items()]
    stems = {"LC": "Wat vindt u van uw bedrijf?", "bg10": texts["bg10"]}
    forms = {
        "codes": lambda code, row, text: f"{code}[{row}]",
        "expression": lambda code, row, text: f"{code}_{row}",
        "r": lambda code, row, text: f"{code}.{row}.",
        "r_underscore": lambda code, row, text: f"{code}_{row}_",
        "code_and_text": lambda code, row, text: f"{code}[{row}]. {stems[code]} [{text}]",
        "texts": lambda code, row, text: f"{stems[code]} [{text}]",
    }
    own = [f"{name}. Kop" for name in OWN] if style == "code_and_text" else OWN
    return [*own, *(forms[style](*row) for row in rows)]


@pytest.mark.parametrize("style", ["codes", "expression", "r", "r_underscore", "code_and_text", "texts"])
@pytest.mark.parametrize("answers", ["codes", "labels"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_own_instruments_come_back_without_a_mapping(write, quiet, style, answers, delimiter):
    culture, background = instruments.load("learning-culture"), instruments.load("background")
    labels = culture.response_scale_of("lc01").labels
    given = [1, 2, 3, 4, 5, 5, 4, 3, 2]
    cells = [str(code) if answers == "codes" else labels[code]["nl"] for code in given]
    ticks = ["", "Y", *[""] * 7] if answers == "codes" else ["Nee", "Ja", *["Nee"] * 7]
    path = write(
        table(own_headings(style), [*OWN_CELLS, *cells, *ticks, "een stichting; van ons"], delimiter=delimiter)
    )
    data = quiet(path, [culture, background])
    assert open_export(path).platform == "limesurvey"
    assert data.frame[[f"lc0{n}" for n in range(1, 10)]].iloc[0].tolist() == given
    assert data.frame[[f"bg10_{code}" for code in (1, 2, 3, 97)]].iloc[0].tolist() == [0, 1, 0, 1]
    assert data.paradata["seconds"].tolist() == [450]
    assert data.paradata["language"].tolist() == ["nl"]


def test_own_instrument_in_a_workbook_and_in_a_file_of_spss(tmp_path, quiet):
    pyreadstat = pytest.importorskip("pyreadstat")
    culture = instruments.load("learning-culture")
    given = [1.0, 2, 3, 4, 5, 5, 4, 3, 2]
    frame = pd.DataFrame([[*OWN_CELLS, *given]], columns=[*OWN, *(f"LC[{item.id}]" for item in culture.items)])
    frame.to_excel(tmp_path / "answers.xlsx", index=False)
    spss = frame.set_axis([*OWN, *(f"LC_{item.id}" for item in culture.items)], axis=1)
    texts = [*OWN, *(f"[{item.text['nl']}] Wat vindt u van uw bedrijf?" for item in culture.items)]
    pyreadstat.write_sav(spss, tmp_path / "answers.sav", column_labels=texts)
    for name in ("answers.xlsx", "answers.sav"):
        assert open_export(tmp_path / name).platform == "limesurvey"
        data = quiet(tmp_path / name, culture)
        assert data.frame[[item.id for item in culture.items]].iloc[0].tolist() == given
        assert set(data.log["code"]).isdisjoint({"R043", "R049"})


# answers


def choices():
    return [{"id": "x", "text": {"nl": "Werkt u hier?", "en": "Do you work here?"}}]


@pytest.mark.parametrize(
    "codes", [["A1", "A2", "A3"], ["AO01", "AO05", "AO05"], ["A1", "-oth-", "A2"], ["A1", "", "N/A"]]
)
def test_letter_codes_are_refused_since_nobody_knows_their_order(write, instrument_of, refused, codes):
    items = choices()
    rows = [[str(n), "", "", "nl", cell] for n, cell in enumerate(codes)]
    path = write(table(["id", "submitdate", "lastpage", "startlanguage", "x"], *rows))
    assert refused(path, instrument_of(items)) == ["R100"]


def test_one_letter_code_among_answers_is_only_logged(write, instrument_of, quiet):
    items = choices()
    rows = [[str(n), "", "", "nl", cell] for n, cell in enumerate(["4", "A1", "5"])]
    data = quiet(write(table(["id", "submitdate", "lastpage", "startlanguage", "x"], *rows)), instrument_of(items))
    np.testing.assert_equal(data.frame["x"].tolist(), [4, np.nan, 5])
    assert "R041" in set(data.log["code"])


def test_letters_for_yes_and_no_and_the_word_for_other(write, instrument_of, quiet):
    items = choices()
    yes_no = {1: {"nl": "ja", "en": "yes"}, 0: {"nl": "nee", "en": "no"}, 7: {"nl": "iets anders", "en": "else"}}
    used = instrument_of(items, labels=yes_no, other=7, ordered=False, missing={})
    rows = [[str(n), "", "", "nl", cell, "met pensioen"] for n, cell in enumerate(["Y", "N", "-oth-", "Anders", ""])]
    path = write(table(["id", "submitdate", "lastpage", "startlanguage", "x", "x[other]"], *rows))
    data = quiet(path, used)
    np.testing.assert_equal(data.frame["x"].tolist(), [1, 0, 7, 7, np.nan])
    assert "met pensioen" not in str(data.log.to_dict())


def test_remarks_and_other_texts_are_never_the_item_beside_them(write, instrument_of, quiet):
    items = [question("a1", "First row"), question("a2", "Second row")]
    names = ["id", "submitdate", "lastpage", "a1", "a1[comment]", "a2", "a2[other]", "B[a1comment]", "a1[filecount]"]
    cells = ["1", "", "2", "4", "5", "3", "1", "2", "1"]
    data = quiet(write(table(names, cells)), instrument_of(items))
    assert data.frame[["a1", "a2"]].iloc[0].tolist() == [4, 3]
    used = data.log[data.log["code"] == "R060"]["column"].tolist()
    assert used == ["a1", "a2"]


def test_own_columns_in_dutch_and_german(write, instrument_of, quiet):
    items = [question("x", "Do you work here?")]
    dutch = ["Respons ID", "Datum verstuurd", "Laatste pagina", "Begin taal", "Startdatum", "Datum laatste actie"]
    german = ["Antwort ID", "Datum abgeschickt", "Letzte Seite", "Start-Sprache", "Datum gestartet"]
    german += ["Datum letzte Aktivität"]
    for names in (dutch, german):
        cells = [["1", "2026-03-01 10:05:00", "3", "nl", "2026-03-01 10:00:00", "2026-03-01 10:05:00", "4"]]
        cells += [["2", "", "1", "en", "2026-03-01 11:00:00", "2026-03-01 11:05:00", "2"]]
        path = write(table([*names, "Do you work here?"], *cells))
        data = quiet(path, instrument_of(items))
        assert open_export(path).platform == "limesurvey"
        assert data.frame["x"].tolist() == [4, 2]
        assert data.paradata["completed"].tolist() == [True, False]
        np.testing.assert_equal(data.paradata["seconds"].tolist(), [300, np.nan])


def test_addresses_stay_out_and_the_token_can_be_the_respondent(write, instrument_of, quiet):
    names = ["id", "submitdate", "lastpage", "token", "ipaddr", "refurl", "x"]
    cells = ["1", "1980-01-01 00:00:00", "3", "kJ8sd7", "192.0.2.17", "http://example.org", "4"]
    data = quiet(write(table(names, cells)), instrument_of([question("x", "Do you work here?")]), respondent="token")
    assert data.source.n_rows == len(data.frame) == 1
    assert data.log[data.log["column"] == "token"]["code"].tolist()[0] == "R067"
    assert "192.0.2.17" not in str(data.log.to_dict()) + str(data.frame.to_dict())
    assert data.paradata["completed"].tolist() == [True]
    assert data.paradata["finished"].isna().all()


def test_times_at_the_end_are_no_answers_and_a_question_on_time_is_one(write, instrument_of, quiet):
    used = instrument_of([question("x", "Total time"), question("y", "Do you work here?")])
    names = ["Response ID", "Date submitted", "Last page", "Total time", "Do you work here?"]
    times = ["Total time", "Group time: first", "Question time: y"]
    data = quiet(write(table([*names, *times], ["1", "", "2", "4", "5", "61.5", "60", "1.5"])), used)
    assert data.frame[["x", "y"]].iloc[0].tolist() == [4, 5]
    codes = ["id", "submitdate", "lastpage", "y", "interviewtime", "groupTime7", "yTime"]
    data = quiet(write(table(codes, ["1", "", "2", "5", "61.5", "60", "1.5"])), used)
    assert data.frame["y"].tolist() == [5]
    assert data.paradata["seconds"].tolist() == [61.5]


@pytest.mark.parametrize(
    ("header", "code", "row", "scale", "kind"),
    [
        ("LC[lc01]", "LC", "lc01", 0, "answer"),
        ("LC[lc01][1]", "LC", "lc01", 1, "answer"),
        ("LC[lc01]#0", "LC", "lc01", 1, "answer"),
        ("LC_lc01_1", "LC", "lc01", 2, "answer"),
        ("LC_r1_c3", "LC", "r1_c3", 0, "answer"),
        ("LC.lc01..2.", "LC", "lc01", 2, "answer"),
        ("rank[1]", "rank", "1", 0, "answer"),
        ("x[other]", "x", "other", 0, "other"),
        ("x_other", "x", "other", 0, "other"),
        ("x[SQ001comment]", "x", "SQ001comment", 0, "remark"),
        ("Wat doet u? [Anders]", "", "", 0, "other"),
        ("Wat doet u? [leren][Schaal 2]", "", "", 2, "answer"),
        ("Wat [echt] doet u?", "", "", 0, "answer"),
        ("[leren] Wat doet u?", "", "", 0, "answer"),
    ],
)
def test_headings(header, code, row, scale, kind):
    found = parse(header)
    assert (found.code, found.row, found.scale, found.kind) == (code, row, scale, kind)


@pytest.mark.parametrize(
    ("header", "question", "row"),
    [
        ("Kies een antwoord. [Mijn chef [of baas] luistert.]", "Kies een antwoord.", "Mijn chef [of baas] luistert."),
        ("Wat doet u [nu]? [anders [zie boven]]", "Wat doet u [nu]?", "anders [zie boven]"),
        ("Kies. [[naam] en [code]]", "Kies.", "[naam] en [code]"),
        ("Kies. [zonder] einde]", "Kies. [zonder] einde]", ""),
        ("[alleen [een] rij]", "[alleen [een] rij]", ""),
    ],
)
def test_texts_with_brackets_of_their_own(header, question, row):
    found = parse_text(header)
    assert (found.question, found.row_text) == (question, row)


def test_a_heading_made_to_take_long_is_parsed_at_once():
    for header in ("[" * 200_000, "a [" * 100_000, "a_" * 200_000, "x " * 100_000 + "]", "a." * 200_000):
        assert parse(header).kind == "answer"


@pytest.mark.parametrize(
    "header",
    [
        "tv_01,tv_02,tv_03",
        "id,naam,tv_01",
        "Timestamp,Vraag [rij 1],Vraag [rij 2]",
        "_id,_uuid,groep/tv_01",
        "Q1,Q2_1,Q2_2",
    ],
)
def test_other_tables_are_not_taken_for_limesurvey(write, header):
    assert open_export(write(header + "\n1,2,3\n")).platform != "limesurvey"
