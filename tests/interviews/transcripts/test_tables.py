"""Tables beside transcripts, as spreadsheets and people leave them; all of them invented."""

import unicodedata
import zipfile

import openpyxl
import pandas as pd
import pytest

from lcresearch import interviews
from lcresearch.errors import InterviewError
from lcresearch.interviews.transcripts import tables

TALK = "I: Wat leer je?\nR: Veel.\nI: Wat dan?\nR: Dit.\n"
ONE, TWO = "dit is een lang antwoord hoor", "een heel ander antwoord dan dat"


@pytest.fixture
def read(tmp_path):
    """A folder with one good transcript and the given files, read."""

    def build(files, **options):
        for name, content in {"a.txt": TALK, **files}.items():
            if isinstance(content, list):
                pd.DataFrame(content).to_excel(tmp_path / name, index=False, header=False)
            else:
                (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return interviews.read_transcripts(tmp_path, **options)

    return build


def codes(corpus):
    return [code for code in corpus.log["code"] if code != "V077"]


def known(corpus, name="a"):
    return dict(corpus[name].attributes)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("b.xlsx", b"PK\x03\x04 kapot", "V240"),
        ("b.xlsx", b"<html><table></table></html>", "V240"),
        ("b.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "V241"),
        ("b.xlsx", b"", "V060"),
        ("b.csv", 'id;antwoord\n1;"dit is een lang antwoord\n2;een ander antwoord\n', "V243"),
        ("b.csv", "id;antwoord\n1;" + '"' + "lang antwoord " * 20_000 + '"\n', "V243"),
        ("b.csv", "bestand;bedrijf\na.txt;Vos;te veel\n", "V063"),
    ],
)
def test_a_table_that_cannot_be_read_costs_only_itself(read, name, content, code):
    corpus = read({name: content})
    assert codes(corpus) == [code]
    assert len(corpus) == 1


def test_a_workbook_that_unpacks_too_far_is_not_read(read, tmp_path, monkeypatch):
    pd.DataFrame([["id", "antwoord"], ["1", ONE]]).to_excel(tmp_path / "b.xlsx", index=False, header=False)
    with zipfile.ZipFile(tmp_path / "b.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/ballast.xml", bytes(201 * 2**20))
    assert codes(read({})) == ["V242"]


def test_a_workbook_with_too_many_cells_is_not_read(read, monkeypatch):
    monkeypatch.setattr(tables, "_MOST_CELLS", 3)
    assert codes(read({"b.xlsx": [["id", "antwoord"], ["1", ONE]]})) == ["V242"]


@pytest.mark.parametrize("name", ["b.csv", "b.xlsx"])
def test_words_that_look_like_nothing_stay_answers(read, name):
    rows = [["id", "antwoord"], ["1", ONE], ["2", "NA"], ["3", "None"], ["4", TWO], ["5", ONE + " ja"]]
    content = rows if name == "b.xlsx" else "\n".join(";".join(row) for row in rows)
    corpus = read({name: content})
    assert [corpus[person].text for person in "23"] == ["antwoord: NA", "antwoord: None"]
    assert codes(corpus) == ["V071"]


def test_no_answer_is_cut_at_a_line_end_that_is_none(read):
    corpus = read({"b.csv": f"sep=;\r\nid;antwoord\r\n1;dit is een lang\u2028antwoord\r\n2;{TWO}\r\n"})
    assert corpus["1"].text == "antwoord: dit is een lang antwoord"
    assert codes(corpus) == ["V071"]


def test_rows_are_counted_as_a_spreadsheet_counts_them(read):
    corpus = read({"b.csv": f"antwoord;x\n\n{ONE};1\n\n\n{TWO};2\n;3\n"})
    assert [each.name for each in corpus][1:] == ["b 3", "b 6"]
    assert "(row 7)" in corpus.problems[-1].message("en")


def test_columns_of_one_name_are_both_read_and_named(read):
    corpus = read({"b.csv": f"id;toelichting;toelichting;\n1;{ONE};{TWO};x\n2;{TWO} 2;{ONE} 2;y\n"})
    assert corpus["1"].speakers == ["toelichting", "toelichting (2)"]
    assert known(corpus, "1")["D"] == "x"
    assert codes(corpus) == ["V246", "V071"]


def test_a_sheet_with_remarks_and_a_title_are_passed_over_and_named(read, tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.title = "Leeswijzer"
    workbook.active.append(["Lees dit eerst"])
    sheet = workbook.create_sheet("Antwoorden")
    for row in [["Meting 1"], [], ["id", "v1", "v2", "v3", "antwoord"], *[[n, 1, 2, 3, f"{ONE} {n}"] for n in (1, 2)]]:
        sheet.append(row)
    workbook.save(tmp_path / "b.xlsx")
    corpus = read({})
    assert corpus["2"].text == f"antwoord: {ONE} 2"
    assert codes(corpus) == ["V244", "V245", "V071"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_match_however_accents_and_capitals_are_written(read, form):
    other = "NFD" if form == "NFC" else "NFC"
    file, cell = unicodedata.normalize(form, "Café É.txt"), unicodedata.normalize(other, "café é.TXT")
    corpus = read({file: TALK + "I: Ja.", "k.csv": f"bestand;bedrijf\n{cell};Vos\na;Bos\n"})
    assert corpus.attributes["organisation"].tolist() == ["Bos", "Vos"]
    assert codes(corpus) == []


def test_two_files_of_one_interview_are_told_apart(read):
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v An>Ja hoor</v>\n"
    corpus = read({"a.vtt": vtt, "k.csv": "bestand;bedrijf\na.vtt;Vos\na.txt;Bos\n"})
    assert {each.file: each.attributes["organisation"] for each in corpus} == {"a.txt": "Bos", "a.vtt": "Vos"}


def test_a_file_that_was_saved_as_another_kind_is_found(read):
    assert known(read({"k.csv": "bestand;bedrijf\nmap/a.docx;Vos\n"})) == {"organisation": "Vos"}


def test_a_row_of_a_file_that_is_gone_does_not_stand_for_its_neighbour(read):
    corpus = read({"k.csv": "bestand;bedrijf\na.docx;Vos\na.txt;Bos\n"})
    assert known(corpus) == {"organisation": "Bos"}
    assert codes(corpus) == ["V067"]


def test_respondents_of_a_table_of_answers_get_their_attributes(read):
    corpus = read(
        {
            "open.csv": f"id;antwoord\nP1;{ONE}\nP2;{TWO}\nP3;{TWO} ja\n",
            "k.csv": "bestand;sector;ronde\nopen.csv;;2\nP1;zorg;\np2;bouw;3\n",
        }
    )
    assert [known(corpus, name).get("sector") for name in ("P1", "P2", "P3")] == ["zorg", "bouw", None]
    assert [known(corpus, name)["ronde"] for name in ("P1", "P2", "P3")] == ["2", "3", "2"]
    assert codes(corpus) == ["V071", "V068"]


def test_texts_of_a_project_get_their_attributes(read, tmp_path):
    sources = "".join(
        f'<TextSource guid="{name}" name="{name}"><PlainTextContent>{TALK}{name}</PlainTextContent></TextSource>'
        for name in ("R1", "R2", "R3")
    )
    xml = f'<Project xmlns="urn:QDA-XML:project:1.0" name="p"><Sources>{sources}</Sources></Project>'
    with zipfile.ZipFile(tmp_path / "p.qdpx", "w") as archive:
        archive.writestr("project.qde", xml)
    corpus = read({"k.csv": "document;sector\nR1;zorg\nR2;bouw\na;zorg\n"})
    assert [known(corpus, name).get("sector") for name in ("R1", "R2", "R3")] == ["zorg", "bouw", None]
    assert [problem.values["names"] for problem in corpus.problems if problem.code == "V249"] == [["R3"]]


def test_a_row_without_a_name_is_named(read):
    corpus = read({"k.csv": "bestand;bedrijf\na.txt;Vos\n;\n;een losse opmerking\n"})
    assert known(corpus) == {"organisation": "Vos"}
    assert [problem.where.row for problem in corpus.problems if problem.code == "V247"] == [4]


def test_two_columns_that_mean_the_same(read):
    corpus = read({"k.csv": "bestand;bedrijf;Company\na.txt;Vos;Bos\n"})
    assert known(corpus) == {"organisation": "Vos", "Company": "Bos"}
    assert codes(corpus) == ["V248"]


def test_several_tables_of_attributes_are_put_together(read):
    corpus = read({"k1.csv": "bestand;bedrijf\na.txt;Vos\n", "k2.csv": "file;bedrijf;sector\na;Bos;zorg\n"})
    assert known(corpus) == {"organisation": "Vos", "sector": "zorg"}
    assert codes(corpus) == ["V250"]


def test_a_table_that_contradicts_itself_costs_only_itself_in_a_folder(read):
    corpus = read({"k.csv": "bestand;bedrijf\na.txt;Vos\nA.txt;Bos\n"})
    assert codes(corpus) == ["V066"]


def test_a_column_of_names_with_another_header(read):
    assert codes(read({"k.csv": "naam;bedrijf\na.txt;Vos\n"})) == ["V065"]


def test_a_survey_with_a_column_called_interview_is_no_table_of_attributes(read):
    corpus = read({"b.csv": f"respondent;interview;antwoord\n1;ja;{ONE}\n2;nee;{TWO}\n"})
    assert corpus["1"].text == f"antwoord: {ONE}"
    assert codes(corpus) == ["V071"]


def test_attributes_that_are_given(read, tmp_path):
    (tmp_path / "sub").mkdir()
    table = tmp_path / "sub" / "own.csv"
    table.write_text("bestand;bedrijf\na.txt;Vos\n", encoding="utf-8")
    corpus = read({"k.csv": "bestand;bedrijf\na.txt;Bos\n"}, attributes=table)
    assert known(corpus) == {"organisation": "Vos"}
    assert codes(corpus) == ["V251"]
    with pytest.raises(InterviewError, match="G001"):
        read({}, attributes=tmp_path / "weg.csv")


def test_folders_inside_are_named(read, tmp_path):
    (tmp_path / "bedrijf" / "diep").mkdir(parents=True)
    (tmp_path / "beelden").mkdir()
    (tmp_path / "bedrijf" / "diep" / "b.txt").write_text(TALK, encoding="utf-8")
    corpus = read({})
    assert [problem.values["folders"] for problem in corpus.problems if problem.code == "V252"] == [["bedrijf"]]
