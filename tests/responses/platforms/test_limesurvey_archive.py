"""Survey archives of LimeSurvey (.lsa): invented ones in the layouts of old and new versions, and hostile ones."""

import zipfile

import numpy as np
import pytest

from lcresearch import instruments
from lcresearch.responses.formats import limesurvey_archive
from lcresearch.responses.platforms import open_export

LABELS = {1: "helemaal niet mee eens", 2: "niet mee eens", 3: "niet eens, niet oneens", 4: "mee eens"}
LABELS |= {5: "helemaal mee eens"}


def rows_of(name, rows):
    cells = ["".join(f"<{key}><![CDATA[{value}]]></{key}>" for key, value in row.items()) for row in rows]
    return f"<{name}><fields></fields><rows>" + "".join(f"<row>{row}</row>" for row in cells) + f"</rows></{name}>"


def survey(questions, *, new, languages=("nl", "en")):
    """A questionnaire; ``questions`` holds (type, code, texts, rows, answers, other)."""
    tables = {"questions": [], "subquestions": [], "answers": [], "question_l10ns": [], "answer_l10ns": []}
    for place, (kind, code, texts, rows, answers, other) in enumerate(questions, start=10):
        own = {"qid": place, "parent_qid": 0, "sid": 77, "gid": 5, "type": kind, "title": code, "other": other}
        add(tables, "questions", own, "question", dict(zip(languages, texts, strict=True)), new)
        for number, (row, row_texts, scale) in enumerate(rows, start=place * 100):
            part = {"qid": number, "parent_qid": place, "sid": 77, "gid": 5, "type": "T", "title": row}
            add(
                tables,
                "subquestions",
                part | {"scale_id": scale},
                "question",
                dict(zip(languages, row_texts, strict=False)),
                new,
            )
        for number, (answer, labels) in enumerate(answers, start=place * 1000):
            part = {"aid": number, "qid": place, "code": answer, "scale_id": 0}
            add(tables, "answers", part, "answer", dict(zip(languages, labels, strict=False)), new)
    tables["surveys"] = [{"sid": 77, "language": languages[0], "additional_languages": " ".join(languages[1:])}]
    return "<document>" + "".join(rows_of(name, rows) for name, rows in tables.items()) + "</document>"


def add(tables, name, row, field, texts, new):
    if not new:
        tables[name] += [row | {field: text, "language": language} for language, text in texts.items()]
        return
    tables[name].append(row)
    key = "aid" if name == "answers" else "qid"
    other = "answer_l10ns" if name == "answers" else "question_l10ns"
    tables[other] += [{key: row[key], field: text, "language": language} for language, text in texts.items()]


def answers_of(fields, rows):
    names = "".join(f"<fieldname>{field}</fieldname>" for field in fields)
    tags = [("_" if field[0].isdigit() else "") + field.replace("#", "-") for field in fields]
    cells = ["".join(f"<{t}><![CDATA[{c}]]></{t}>" for t, c in zip(tags, row, strict=True) if c) for row in rows]
    body = "".join(f"<row>{row}</row>" for row in cells)
    return f"<document><responses><fields>{names}</fields><rows>{body}</rows></responses></document>"


@pytest.fixture
def archive(tmp_path):
    def _archive(members):
        with zipfile.ZipFile(tmp_path / "survey.lsa", "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in members.items():
                made.writestr(name, content)
        return tmp_path / "survey.lsa"

    return _archive


OWN = ["id", "submitdate", "lastpage", "startlanguage", "startdate"]
CELLS = ["3", "2026-03-01 10:05:00", "2", "nl", "2026-03-01 10:00:00"]


def own_form(new, field):
    """learning-culture as an array with codes A1 to A5 that run the other way, and bg10."""
    culture, background = instruments.load("learning-culture"), instruments.load("background")
    rows = [(f"SQ{n:03d}", [item.text["nl"], item.text["en"]], 0) for n, item in enumerate(culture.items, start=1)]
    scale = culture.response_scale_of("lc01").labels
    answers = [(f"A{n}", [scale[6 - n]["nl"], scale[6 - n]["en"]]) for n in range(1, 6)]
    labels = background.response_scale_of("bg10").labels
    options = [(f"SQ{code:03d}", [text["nl"], text["en"]], 0) for code, text in labels.items() if code != 97]
    bg10 = next(item for item in background.items if item.id == "bg10").text
    questions = [("F", "Q1", ["<p>Uw bedrijf</p>", "Your company"], rows, answers, "N")]
    questions += [("M", "Q2", [bg10["nl"], bg10["en"]], options, [], "Y")]
    fields = [field(10, 1000 + n, row[0]) for n, row in enumerate(rows)]
    fields += [field(11, 1100 + n, row[0]) for n, row in enumerate(options)] + [field(11, None, "other")]
    return survey(questions, new=new), fields


@pytest.mark.parametrize("new", [False, True])
@pytest.mark.parametrize("names", ["sgqa", "newest"])
def test_own_instruments_come_back_by_texts_and_labels(archive, quiet, new, names):
    """Codes A1 to A5 are read as the questionnaire labels them, here with the highest answer first."""

    def field(qid, part, row):
        if names == "sgqa":
            return f"77X5X{qid}{row}"
        return f"Q{qid}_S{part}" if part else f"Q{qid}_Cother"

    structure, fields = own_form(new, field)
    row = [*CELLS, "A5", "A4", "A3", "A2", "A1", "A1", "A2", "A3", "A4", "", "Y", *[""] * 7, "een stichting"]
    members = {
        "survey_77.lss": structure,
        "survey_77_responses.lsr": answers_of([*OWN, *fields], [row, ["4", *row[1:]]]),
    }
    path = archive(members | {"survey_77_tokens.lst": "<names>Sanne Jansen</names>"})
    culture, background = instruments.load("learning-culture"), instruments.load("background")
    data = quiet(path, [culture, background])
    assert open_export(path).platform == "limesurvey"
    assert data.frame[[item.id for item in culture.items]].to_numpy().tolist() == [[1, 2, 3, 4, 5, 5, 4, 3, 2]] * 2
    assert data.frame[[f"bg10_{code}" for code in (1, 2, 9, 97)]].to_numpy().tolist() == [[0, 1, 0, 1]] * 2
    assert data.paradata["seconds"].tolist() == [300, 300]
    assert data.source.facts["survey"] == "77"
    assert "een stichting" not in str(data.log.to_dict())


def test_every_type_of_question_gets_its_codes(archive):
    rows = [("r1", ["rij een", "row one"], 0), ("r2", ["rij twee", "row two"], 0)]
    both = [*rows, ("c1", ["kolom", "column"], 1)]
    questions = [
        ("L", "list", ["Lijst", "List"], [], [("AO01", ["bouw", "building"]), ("AO02", ["zorg", "care"])], "Y"),
        ("1", "dual", ["Nu en straks", "Now and later"], rows, [], "N"),
        (":", "grid", ["Raster", "Grid"], both, [], "N"),
        ("R", "rank", ["Volgorde", "Order"], [], [("a", ["een", "one"]), ("b", ["twee", "two"])], "N"),
        ("Y", "yes", ["Ja?", "Yes?"], [], [], "N"),
        ("P", "pick", ["Kies", "Pick"], rows, [], "N"),
        ("|", "file", ["Bestand", "File"], [], [], "N"),
    ]
    fields = ["77X5X10", "77X5X10other", "77X5X11r1#0", "77X5X11r1#1", "77X5X12r1_c1", "77X5X131", "77X5X14"]
    fields += ["77X5X15r2", "77X5X15r2comment", "77X5X16", "77X5X16_filecount"]
    members = {"a.lss": survey(questions, new=True), "a.lsr": answers_of(["id", *fields], [["1", *["x"] * 11]])}
    columns = open_export(archive(members)).columns[1:]
    names = ["list", "list[other]", "dual[r1][1]", "dual[r1][2]", "grid[r1_c1]", "rank[1]", "yes", "pick[r2]"]
    assert [column.header for column in columns] == [*names, "pick[r2comment]", "file", "file[filecount]"]
    by_header = {column.header: column for column in columns}
    assert by_header["list"].labels == {"AO01": "bouw", "AO02": "zorg"}
    assert by_header["list"].more_labels == ({"AO01": "building", "AO02": "care"},)
    assert by_header["yes"].labels == {"Y": "ja", "N": "nee"}
    assert by_header["pick[r2]"].question == "rij twee"
    assert "row two" in by_header["pick[r2]"].questions
    assert by_header["pick[r2comment]"].question is None


def test_answers_in_the_second_language_of_the_survey(archive, instrument_of, quiet):
    """The instrument is in English, the survey in Dutch first."""
    item = {"id": "x", "text": {"en": "Do you build?", "nl": "Iets heel anders?"}}
    labels = {1: {"en": "care", "nl": "x"}, 2: {"en": "building", "nl": "y"}}
    answers = [("A1", ["bouw", "building"]), ("A2", ["zorg", "care"])]
    structure = survey([("L", "q", ["Bouwt u?", "Do you build?"], [], answers, "N")], new=True)
    path = archive({"a.lss": structure, "a.lsr": answers_of(["id", "77X5X10"], [["1", "A1"], ["2", "A2"], ["3", ""]])})
    data = quiet(path, instrument_of([item], labels=labels, missing={}))
    np.testing.assert_equal(data.frame["x"].tolist(), [2, 1, np.nan])


# refused

SMALL = survey([("L", "q", ["Vraag", "Question"], [], [], "N")], new=True)
ANSWERS = answers_of(["id", "77X5X10"], [["1", "A1"]])
BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><document>&b;</document>'


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"a.lss": SMALL}, "R102"),
        ({"a.lsr": ANSWERS}, "R102"),
        ({"notes.txt": "x"}, "R102"),
        ({"a.lss": SMALL, "b.lss": SMALL, "a.lsr": ANSWERS, "b.lsr": ANSWERS}, "R103"),
        ({"a.lss": SMALL, "a.lsr": answers_of(["id", "77X5X10"], [])}, "R005"),
        ({"a.lss": SMALL, "a.lsr": ANSWERS[:-40]}, "R004"),
        ({"a.lss": BOMB, "a.lsr": ANSWERS}, "R004"),
        ({"a.lss": SMALL, "a.lsr": BOMB}, "R004"),
        ({"a.lss": "", "a.lsr": ANSWERS}, "R004"),
    ],
)
def test_archives_that_are_refused(archive, voice, refused, members, code):
    assert refused(archive(members), voice) == [code]


def test_an_archive_that_unpacks_to_far_too_much_is_refused(archive, voice, refused, monkeypatch):
    monkeypatch.setattr(limesurvey_archive, "MAXIMUM_UNPACKED", 10_000)
    many = answers_of(["id", "77X5X10"], [[str(n), "A1"] for n in range(10_000)])
    assert refused(archive({"a.lss": SMALL, "a.lsr": many}), voice) == ["R009"]


@pytest.mark.parametrize(("content", "code"), [(b"", "R001"), (b"PK\x03\x04 no zip", "R004"), (b"id,x\n1,2\n", "R004")])
def test_files_that_are_no_archive(write, voice, refused, content, code):
    assert refused(write(content, "survey.lsa"), voice) == [code]


def test_blocks_join_into_one_table(archive, instrument_of, quiet, monkeypatch):
    item = {"id": "q", "text": {"en": "Question", "nl": "Vraag"}}
    rows = [[str(n), str(n % 5 + 1)] for n in range(50)]
    path = archive({"a.lss": SMALL, "a.lsr": answers_of(["id", "77X5X10"], rows)})
    monkeypatch.setattr(limesurvey_archive, "_BLOCK_CELLS", 14)
    assert quiet(path, instrument_of([item])).frame["q"].tolist() == [n % 5 + 1 for n in range(50)]
