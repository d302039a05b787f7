"""QualCoder and Taguette: databases by the schema of those programs, with invented words."""

import json
import sqlite3

import pytest

from lcresearch.errors import InterviewError
from lcresearch.interviews import merge_projects, read_project, write_project
from lcresearch.interviews.programs.taguette import HtmlText

QUALCODER = """
CREATE TABLE project (databaseversion text, date text, memo text, about text, bookmarkfile integer, bookmarkpos integer,
  codername text);
CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text, date text,
  av_text_id integer, unique(name));
CREATE TABLE code_image (imid integer primary key, id integer, x1 integer, y1 integer, width integer, height integer,
  cid integer, memo text, date text, owner text, important integer);
CREATE TABLE code_av (avid integer primary key, id integer, pos0 integer, pos1 integer, cid integer, memo text,
  date text, owner text, important integer);
CREATE TABLE attribute_type (name text primary key, date text, owner text, memo text, caseOrFile text, valuetype text);
CREATE TABLE attribute (attrid integer primary key, name text, attr_type text, value text, id integer, date text,
  owner text, unique(name,attr_type,id));
CREATE TABLE case_text (id integer primary key, caseid integer, fid integer, pos0 integer, pos1 integer, owner text,
  date text, memo text);
CREATE TABLE cases (caseid integer primary key, name text, memo text, owner text, date text);
CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid integer,
  unique(name));
CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer, pos1 integer,
  owner text, date text, memo text, avid integer, important integer, unique(cid,fid,pos0,pos1, owner));
CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text, date text, color text,
  unique(name));
CREATE TABLE journal (jid integer primary key, name text, jentry text, date text, owner text, unique(name));
"""
WORDS = "Wij 🙂 leren.\r\nTijd is er niet."

TAGUETTE = """
CREATE TABLE users (login VARCHAR(30) NOT NULL, created DATETIME NOT NULL);
CREATE TABLE projects (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL, description TEXT NOT NULL,
  created DATETIME NOT NULL);
CREATE TABLE documents (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL, description TEXT NOT NULL,
  filename VARCHAR(200) NOT NULL, created DATETIME NOT NULL, project_id INTEGER NOT NULL,
  text_direction VARCHAR(13) NOT NULL, contents TEXT NOT NULL);
CREATE TABLE commands (id INTEGER NOT NULL PRIMARY KEY, date DATETIME NOT NULL, user_login VARCHAR(30) NOT NULL,
  project_id INTEGER NOT NULL, document_id INTEGER, payload TEXT NOT NULL);
CREATE TABLE highlights (id INTEGER NOT NULL PRIMARY KEY, document_id INTEGER NOT NULL, start_offset INTEGER NOT NULL,
  end_offset INTEGER NOT NULL, snippet TEXT NOT NULL);
CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY, project_id INTEGER NOT NULL, path VARCHAR(200) NOT NULL,
  description TEXT NOT NULL);
CREATE TABLE highlight_tags (highlight_id INTEGER NOT NULL, tag_id INTEGER NOT NULL);
"""
HTML = "<h1>Één</h1>\n<p>Wij <b>leren</b> &amp; groeien.</p><p>Tijd 🙂 is er niet.</p>"


@pytest.fixture
def qualcoder(tmp_path):
    def write(owner="anna", folder="study.qda"):
        (tmp_path / folder).mkdir()
        connection = sqlite3.connect(tmp_path / folder / "data.qda")
        connection.executescript(QUALCODER)
        run = connection.execute
        run("insert into source values (1, 'R1.txt', ?, '/docs/R1.txt', 'memo bij R1', ?, '', null)", (WORDS, owner))
        run("insert into source values (2, 'foto.jpg', null, '/images/foto.jpg', '', ?, '', null)", (owner,))
        run("insert into code_cat values (1, 'boven', '', '', 'wat erboven staat', null)")
        run("insert into code_cat values (2, 'onder', '', '', '', 1)")
        run("insert into code_name values (1, 'leren', 'wat het is', 2, '', '', '#F5A9A9')")
        run("insert into code_name values (2, 'tijd', '', null, '', '', '#FFFFFF')")
        for row in [(1, 1, "leren.", 6, 12), (2, 1, "Tijd", 14, 18), (9, 1, "?", 0, 1)]:
            run(
                "insert into code_text values (null, ?, ?, ?, ?, ?, ?, '2026-03-01 10:00:00', '', null, null)",
                (*row, owner),
            )
        run("insert into code_image values (1, 2, 0, 0, 9, 9, 2, '', '2026-03-01 10:00:00', ?, null)", (owner,))
        run("insert into cases values (1, 'Respondent 1', '', '', '')")
        run("insert into case_text values (1, 1, 1, 0, ?, '', '', '')", (len(WORDS),))
        run("insert into case_text values (2, 1, 1, 0, 3, '', '', '')")
        run("insert into attribute_type values ('jaren', '', '', '', 'case', 'numeric')")
        run("insert into attribute values (1, 'jaren', 'case', '3', 1, '', '')")
        run("insert into attribute values (2, 'sector', 'file', 'zorg', 1, '', '')")
        run("insert into journal values (1, 'dagboek', 'Eerste indruk.', '', '')")
        connection.commit()
        connection.close()
        return tmp_path / folder

    return write


def test_a_project_of_qualcoder(qualcoder, tmp_path):
    project = read_project(qualcoder())
    assert project.corpus["R1.txt"].text == WORDS.replace("\r\n", "\n")
    assert project.quotes[["path", "coder", "quote"]].values.tolist() == [
        ["boven > onder > leren", "anna", "leren."],
        ["tijd", "anna", "Tijd"],
    ]
    assert [code.codable for code in project.codebook] == [False, False, True, True]
    assert project.cases[["name", "jaren"]].values.tolist() == [["Respondent 1", 3]]
    assert len(project.case_documents) == 1
    assert project.case_selections[["start", "end"]].values.tolist() == [[0, 3]]
    assert project.corpus["R1.txt"].attributes == {"sector": "zorg"}
    assert len(project.other_codings) == 1
    assert [note.name for note in project.notes] == ["dagboek", "R1.txt"]
    assert {problem.code for problem in project.problems} == {"V025", "V028"}
    again = read_project(write_project(project, tmp_path / "out.qdpx", target="atlas.ti").path)
    assert again.quotes["quote"].tolist() == ["leren.", "Tijd"]


def test_copies_of_one_qualcoder_project_merge(qualcoder):
    merged = merge_projects([read_project(qualcoder()), read_project(qualcoder("ben", "copy.qda"))])
    assert len(merged.corpus) == 1
    assert len(merged.codebook) == 4
    assert merged.quotes.groupby("coder").size().to_dict() == {"anna": 2, "ben": 2}


def test_categories_in_a_ring_stand_at_the_top(qualcoder):
    folder = qualcoder()
    with sqlite3.connect(folder / "data.qda") as connection:
        connection.execute("update code_cat set supercatid = 2 where catid = 1")
    connection.close()
    project = read_project(folder)
    assert len(project.codebook) == 4
    assert "boven" in project.codebook.frame["path"].tolist()


def place(text, word):
    """Bytes of a word in the text without tags."""
    start = len(text[: text.index(word)].encode())
    return start, start + len(word.encode())


@pytest.fixture
def taguette(tmp_path):
    path = tmp_path / "study.sqlite3"
    connection = sqlite3.connect(path)
    connection.executescript(TAGUETTE)
    plain = "Één\nWij leren & groeien.Tijd 🙂 is er niet."
    run = connection.execute
    run("insert into projects values (1, 'studie', '', '')")
    run("insert into documents values (1, 'R1', '', 'R1.docx', '', 1, 'LEFT_TO_RIGHT', ?)", (HTML,))
    for number, (path_, description) in enumerate(
        [("leren", "wat het is"), ("leren.samen", ""), ("tijd", "")], start=1
    ):
        run("insert into tags values (?, 1, ?, ?)", (number, path_, description))
    for number, (word, tag) in enumerate([("leren & groeien.", 2), ("Tijd 🙂 is", 3), ("Één", 1)], start=1):
        run("insert into highlights values (?, 1, ?, ?, '')", (number, *place(plain, word)))
        run("insert into highlight_tags values (?, ?)", (number, tag))
        payload = json.dumps({"type": "highlight_add", "highlight_id": number})
        run("insert into commands values (?, '2026-03-01 10:00:00.000000', 'anna', 1, 1, ?)", (number, payload))
    connection.commit()
    connection.close()
    return path


def test_a_project_of_taguette(taguette):
    project = read_project(taguette)
    assert project.corpus["R1"].text == "Één\nWij leren & groeien.\nTijd 🙂 is er niet."
    assert project.quotes[["path", "coder", "quote"]].values.tolist() == [
        ["leren > samen", "anna", "leren & groeien."],
        ["tijd", "anna", "Tijd 🙂 is"],
        ["leren", "anna", "Één"],
    ]
    assert project.codings["created"][0].isoformat() == "2026-03-01T10:00:00+00:00"


def test_highlights_over_paragraphs_and_beyond_the_text():
    text = HtmlText("<p>een</p><p>twee</p>")
    start, end = text.spans([0, 2, 50], [7, 4, 99])
    assert [text.text[a:b] for a, b in zip(start, end, strict=True)] == ["een\ntwee", "n\nt", ""]
    assert HtmlText("").text == ""


def test_files_that_are_no_database(tmp_path, taguette):
    (tmp_path / "bad.sqlite3").write_bytes(b"SQLite format 3\x00" + b"\x01" * 200)
    (tmp_path / "other.sqlite3").touch()
    (tmp_path / "empty.qda").mkdir()
    for name, code in (("bad.sqlite3", "V054"), ("other.sqlite3", "V054"), ("empty.qda", "G001")):
        with pytest.raises(InterviewError, match=code):
            read_project(tmp_path / name)
    with sqlite3.connect(taguette) as connection:
        connection.execute("insert into projects values (2, 'nog een', '', '')")
    connection.close()
    with pytest.raises(InterviewError, match="V055"):
        read_project(taguette)


def test_memos_and_annotations_of_qualcoder_are_kept_and_what_is_not_is_told(qualcoder):
    folder = qualcoder()
    with sqlite3.connect(folder / "data.qda") as connection:
        connection.executescript(
            """
            CREATE TABLE annotation (anid integer primary key, fid integer, pos0 integer, pos1 integer, memo text,
              owner text, date text);
            insert into annotation values (1, 1, 14, 18, 'Vraag door over tijd.', 'anna', '');
            update code_text set memo = 'Twijfel.' where cid = 1;
            update cases set memo = 'Lang in dienst.';
            insert into source values (3, 'leeg.txt', '', '/docs/leeg.txt', '', 'anna', '', null);
            insert into code_image values (2, 2, 0, 0, 9, 9, 77, '', '', 'anna', null);
            """
        )
    connection.close()
    project = read_project(folder)
    notes = {note.text: note for note in project.notes}
    assert notes["Vraag door over tijd."].name == "Tijd"
    assert notes["Vraag door over tijd."].on == (("document", project.corpus["R1.txt"].id),)
    coding = project.codings.loc[project.codings["start"] == 6, "coding"].item()
    assert notes["Twijfel."].on == (("coding", coding),)
    assert notes["Lang in dienst."].on == (("case", project.cases.index[0]),)
    told = {problem.code: problem.values["examples"] for problem in project.problems}
    assert told["V263"] == "'leeg.txt'"
    assert told["V028"] == "'foto.jpg'"
    assert "'foto.jpg'" in told["V025"]


def test_what_taguette_cannot_place_is_told(taguette):
    with sqlite3.connect(taguette) as connection:
        connection.executescript(
            """
            insert into highlights values (9, 1, 0, 5, '');
            insert into highlights values (10, 1, 900, 950, '');
            insert into highlight_tags values (10, 1);
            """
        )
    connection.close()
    project = read_project(taguette)
    told = {problem.code: problem for problem in project.problems}
    assert told["V264"].values["n"] == 1
    assert told["V023"].values["n"] == 1
    assert told["V032"].values["n"] == 1
