"""A folder of invented transcripts becomes a corpus; what cannot be read is named, and the rest is read."""

import zipfile

import docx
import pandas as pd
import pytest
from docx.shared import Pt

from lcresearch import interviews
from lcresearch.errors import InterviewError

TALK = "I: Wat leer je hier?\nR: Vragen stellen. Dat doen we bijv. op maandag.\nI: Aan wie?\nR: Aan iedereen.\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "Interview 1.txt").write_bytes(TALK.replace("\n", "\r\n").encode("utf-8-sig"))
    (tmp_path / "Interview 2.txt").write_bytes("I: Één vraag?\nR: Één antwoord.".encode("cp1252"))
    return tmp_path


def codes(corpus):
    return list(corpus.log["code"])


def test_texts_are_read_with_their_speakers(folder):
    corpus = interviews.read_transcripts(folder)
    assert [document.name for document in corpus] == ["Interview 1", "Interview 2"]
    assert corpus["Interview 1"].text == TALK
    assert corpus["Interview 2"].text == "I: Één vraag?\nR: Één antwoord."
    assert corpus["Interview 1"].roles == {"I": "interviewer"}
    assert codes(corpus) == ["V077", "V077"]
    again = interviews.read_transcripts(folder)
    assert [each.id for each in again] == [each.id for each in corpus]


def test_segments_lie_where_they_say(folder):
    corpus = interviews.read_transcripts(folder)
    for unit, n in {"document": 2, "turn": 6, "paragraph": 6, "sentence": 7}.items():
        found = interviews.segments(corpus, unit)
        assert len(found) == n
        assert found["segment"].is_unique
        assert all(corpus[row.document].quote(row.start, row.end) == row.text for row in found.itertuples())
    answers = interviews.segments(corpus, "sentence", without_roles=["interviewer"])
    assert answers["speaker"].unique().tolist() == ["R"]
    assert answers["text"].tolist()[1] == "Dat doen we bijv. op maandag."
    with pytest.raises(InterviewError, match="V082"):
        interviews.segments(corpus, "word")


def test_a_table_in_the_folder_tells_of_the_cases(folder):
    (folder / "kenmerken.csv").write_text(
        "bestand;Bedrijf;Datum;leeftijd\nInterview 1.txt;Vos bv;2026-03-01;34\nInterview 9;Bos bv;;\n", encoding="utf-8"
    )
    corpus = interviews.read_transcripts(folder)
    assert corpus["Interview 1"].attributes == {"organisation": "Vos bv", "date": "2026-03-01", "leeftijd": "34"}
    assert corpus["Interview 2"].attributes == {}
    assert {"V067", "V068"} <= set(codes(corpus))
    assert corpus.frame.set_index("name").loc["Interview 1", "organisation"] == "Vos bv"


def test_attributes_from_a_frame(folder):
    frame = pd.DataFrame({"file": ["Interview 1", "Interview 2"], "community": ["A", "B"]})
    corpus = interviews.read_transcripts(folder, attributes=frame)
    assert corpus.attributes["community"].tolist() == ["A", "B"]
    with pytest.raises(InterviewError, match="V066"):
        interviews.read_transcripts(folder, attributes=pd.concat([frame, frame]))
    with pytest.raises(InterviewError, match="V065"):
        interviews.read_transcripts(folder, attributes=frame.rename(columns={"file": "wat"}))


def test_open_answers_become_a_document_a_respondent(tmp_path):
    path = tmp_path / "open.csv"
    path.write_text(
        'id,leeftijd,Wat leerde je?,"Wat kan, beter?"\n'
        '7,30,"Ik leerde vragen stellen, elke dag.",Meer tijd om te oefenen graag.\n'
        "8,41,,\n"
        "9,,Dat fouten maken mag van iedereen.,\n",
        encoding="utf-8",
    )
    corpus = interviews.read_transcripts(path)
    assert [document.name for document in corpus] == ["7", "9"]
    assert corpus["7"].speakers == ["Wat leerde je?", "Wat kan, beter?"]
    assert interviews.segments(corpus)["text"].tolist()[2] == "Dat fouten maken mag van iedereen."
    assert corpus["7"].attributes == {"id": "7", "leeftijd": "30", "respondent": "7"}
    assert codes(corpus) == ["V071", "V072"]
    with pytest.raises(InterviewError, match="V070"):
        interviews.read_transcripts(path, questions=["Waarom?"])


def word(path, build):
    document = docx.Document()
    build(document)
    document.save(str(path))
    return path


def in_bold(document):
    document.add_heading("Gesprek 5", level=1)
    for name, text in [("Interviewer", "Wat leer je?"), ("An", "Veel."), ("Interviewer", "Wat dan?"), ("An", "Dit.")]:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(text)


def in_a_table(document):
    rows = [("0:01", "I:", "Wat leer je?"), ("0:03", "An", "Veel."), ("0:05", "I:", "Wat dan?"), ("0:08", "An", "Dit.")]
    table = document.add_table(rows=0, cols=3)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def by_style(document):
    for style in ("Vrager", "Antwoorder"):
        document.styles.add_style(style, 1).font.size = Pt(10)
    for style, text in [
        ("Vrager", "Wat leer je?"),
        ("Antwoorder", "Veel."),
        ("Vrager", "Wat dan?"),
        ("Antwoorder", "Dit."),
    ]:
        document.add_paragraph(text, style=style)


def in_text(document):
    for text in ["I: Wat leer je?", "An: Veel.", "I: Wat dan?", "An: Dit."]:
        document.add_paragraph(text)


@pytest.mark.parametrize("build", [in_bold, in_a_table, by_style, in_text])
def test_word_shows_speakers_in_four_ways(tmp_path, build):
    corpus = interviews.read_transcripts(word(tmp_path / "a.docx", build))
    found = interviews.segments(corpus)
    assert found["text"].tolist() == ["Wat leer je?", "Veel.", "Wat dan?", "Dit."]
    assert found["speaker"].nunique() == 2
    if build is in_a_table:
        assert found["begins"].tolist() == [1, 3, 5, 8]


def test_tracked_changes_are_read_as_accepted_and_said(tmp_path):
    path = word(tmp_path / "a.docx", in_text)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace(
        b"<w:r><w:t>An: Dit.</w:t></w:r>",
        b"<w:r><w:t>An: </w:t></w:r><w:del><w:r><w:delText>Dit.</w:delText></w:r></w:del>"
        b"<w:ins><w:r><w:t>Dat.</w:t></w:r></w:ins>",
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    corpus = interviews.read_transcripts(path)
    assert corpus["a"].text.endswith("An: Dat.")
    assert "V080" in codes(corpus)


def hostile(path, xml):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", xml)
    return path


def test_files_that_cannot_be_read_are_named_and_the_rest_is_read(folder):
    entity = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    hostile(folder / "entiteit.docx", entity)
    hostile(folder / "bom.docx", b"<a>" + b" " * (201 * 2**20) + b"</a>")
    (folder / "kapot.docx").write_bytes(b"PK\x03\x04 dit is geen zip")
    (folder / "leeg.txt").write_text(" \n", encoding="utf-8")
    (folder / "niets.vtt").write_text("WEBVTT\n\nalleen tekst\n", encoding="utf-8")
    (folder / "beeld.txt").write_bytes(bytes(range(256)))
    (folder / "scan.pdf").write_bytes(b"%PDF")
    (folder / "foto.jpg").write_bytes(b"x")
    (folder / "stil.txt").write_text("Er werd niets gezegd.", encoding="utf-8")
    corpus = interviews.read_transcripts(folder)
    found = dict(zip(corpus.log["place"], corpus.log["code"], strict=True))
    assert found == {
        "beeld.txt": "V061",
        "bom.docx": "V064",
        "entiteit.docx": "V064",
        "foto.jpg": "V075",
        "Interview 1.txt": "V077",
        "Interview 2.txt": "V077",
        "kapot.docx": "V064",
        "leeg.txt": "V060",
        "niets.vtt": "V078",
        "scan.pdf": "V074",
        "stil.txt": "V076",
    }
    assert len(corpus) == 3


def test_nothing_to_read(tmp_path):
    with pytest.raises(InterviewError, match="V073"):
        interviews.read_transcripts(tmp_path)
    with pytest.raises(InterviewError, match="G001"):
        interviews.read_transcripts(tmp_path / "weg")


def test_the_same_interview_twice_is_said(folder):
    (folder / "Interview 1 kopie.txt").write_text(TALK, encoding="utf-8")
    corpus = interviews.read_transcripts(folder)
    assert "V081" in codes(corpus)
    assert len({document.id for document in corpus}) == 3


def test_texts_of_a_coded_project(tmp_path):
    xml = (
        '<Project xmlns="urn:QDA-XML:project:1.0" name="p"><Sources><TextSource guid="a" name="Gesprek 1">'
        f"<PlainTextContent>{TALK}</PlainTextContent></TextSource></Sources></Project>"
    )
    with zipfile.ZipFile(tmp_path / "p.qdpx", "w") as archive:
        archive.writestr("project.qde", xml)
    corpus = interviews.read_transcripts(tmp_path)
    assert corpus["Gesprek 1"].speakers == ["I", "R"]
    assert corpus["Gesprek 1"].roles == {"I": "interviewer"}


def test_sentences_without_spacy(folder, monkeypatch):
    monkeypatch.setattr("lcresearch.interviews.text.pipelines._rules", lambda language: None)
    found = interviews.segments(interviews.read_transcripts(folder), "sentence")
    assert found["text"].tolist()[1:3] == ["Vragen stellen.", "Dat doen we bijv. op maandag."]


def test_times_of_a_clock_are_counted_from_the_first(tmp_path):
    text = "[Jan] 10:02:05\nHoi.\n[An] 10:02:09\nDag.\n[Jan] 10:02:15\nGoed."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    corpus = interviews.read_transcripts(tmp_path)
    assert [turn.begins for turn in corpus["a"].turns] == [0, 4, 10]
    assert codes(corpus) == ["V259", "V077"]


def test_subtitles_under_another_name(tmp_path):
    (tmp_path / "a.txt").write_text(
        "1\n00:01,0 --> 00:02,0\nAn: Ja\n\n2\n00:02,0 --> 00:03,0\nBo: Nee\n", encoding="utf-8"
    )
    corpus = interviews.read_transcripts(tmp_path)
    assert corpus["a"].speakers == ["An", "Bo"]
    assert corpus["a"].turns[1].begins == 2


def test_a_name_that_stands_once_is_said(tmp_path):
    (tmp_path / "a.txt").write_text("I: Wie?\nR: Ik.\nFatima: Ik niet.\nI: Goed.", encoding="utf-8")
    corpus = interviews.read_transcripts(tmp_path)
    assert "Fatima" in corpus.problems[0].message("nl")
    assert codes(interviews.read_transcripts(tmp_path, roles={"Fatima": "respondent"})) == ["V077"]
