"""Word documents as programs and people make them: nothing that was said gets lost; all of them invented."""

import zipfile

import docx
import pytest
from docx.oxml import parse_xml

from lcresearch import interviews
from lcresearch.errors import InterviewError

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ROWS = [("Anna", "Wat leren jullie?"), ("Ben", "Heel veel, elke week."), ("Anna", "En wat dan?"), ("Ben", "Fouten.")]


@pytest.fixture
def read(tmp_path):
    def save(document):
        document.save(str(tmp_path / "a.docx"))
        return interviews.read_transcripts(tmp_path / "a.docx")

    return save


def said(corpus):
    document = corpus.documents[0]
    return [(turn.speaker, document.text[turn.start : turn.end]) for turn in document.turns]


def begins(corpus):
    return [turn.begins for turn in corpus.documents[0].turns]


def table(document, rows):
    made = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, cells in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return made


def wrapped(element, before):
    """An element put inside another one, in its own place."""
    outer = parse_xml(before)
    element.addprevious(outer)
    list(outer.iter())[-1].append(element)


def test_words_of_a_table_in_a_cell_stand_there_once(read):
    document = docx.Document()
    cell = table(document, ROWS).cell(1, 1)
    inner = cell.add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Binnen", "in"
    corpus = read(document)
    assert said(corpus)[1] == ("Ben", "Heel veel, elke week.\nBinnen\tin")
    assert corpus.documents[0].text.count("Binnen") == 1


def test_a_table_of_one_cell_is_only_layout(read):
    document = docx.Document()
    outer = document.add_table(rows=1, cols=1).cell(0, 0)
    inner = outer.add_table(rows=4, cols=2)
    for row, cells in zip(inner.rows, ROWS, strict=True):
        row.cells[0].text, row.cells[1].text = cells
    assert said(read(document)) == ROWS


@pytest.mark.parametrize("what", ["cell", "row", "paragraph"])
@pytest.mark.parametrize("wrap", [f"<w:sdt {W}><w:sdtContent/></w:sdt>", f'<w:customXml {W} w:element="x"/>'])
def test_what_word_wraps_is_read(read, what, wrap):
    document = docx.Document()
    if what == "paragraph":
        paragraphs = [document.add_paragraph(f"{name}: {text}") for name, text in ROWS]
        wrapped(paragraphs[1]._p, wrap)
    else:
        row = table(document, ROWS).rows[1]
        wrapped(row._tr if what == "row" else row._tr.tc_lst[1], wrap)
    assert said(read(document)) == ROWS


def test_what_is_not_read_is_counted(read):
    document = docx.Document()
    for name, text in ROWS:
        document.add_paragraph(f"{name}: {text}")
    box = '<w:pict><v:shape xmlns:v="urn:v"><v:textbox><w:txbxContent><w:p><w:r><w:t>Gezegd</w:t></w:r></w:p>'
    box = f"<w:r {W}>{box}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    document.paragraphs[0]._p.append(parse_xml(box))
    document.sections[0].header.paragraphs[0].text = "Vertrouwelijk"
    corpus = read(document)
    problem = next(problem for problem in corpus.problems if problem.code == "V257")
    assert "1 tekstvak, 1 kop- of voettekst" in problem.message("nl")
    assert "1 text box, 1 header or footer" in problem.message("en")
    assert "Gezegd" not in corpus.documents[0].text


NAMES = [
    ("Jansen, Piet", "0:03"),
    ("de Vries, Anna (student)", "0:09"),
    ("Jansen, Piet", "0:15"),
    ("Vos, Bo", "1:00:20"),
]


@pytest.mark.parametrize("bold", [True, False])
@pytest.mark.parametrize("first", ["", "\n"])
def test_transcripts_of_teams(read, bold, first):
    document = docx.Document()
    document.add_paragraph("Vergaderopname van 12 maart")
    for (name, time), (_, text) in zip(NAMES, ROWS, strict=True):
        paragraph = document.add_paragraph(first)
        paragraph.add_run(name).bold = bold
        paragraph.add_run(f"   {time}\n{text}")
    corpus = read(document)
    assert said(corpus) == [(name, text) for (name, _), (_, text) in zip(NAMES, ROWS, strict=True)]
    assert begins(corpus) == [3, 9, 15, 3620]


@pytest.mark.parametrize("between", ["\n", None])
def test_older_transcripts_of_teams(read, between):
    document = docx.Document()
    for n, (name, text) in enumerate(ROWS):
        lines = [f"0:0:{n}.100 --> 0:0:{n}.950", name, text]
        for paragraph in [between.join(lines)] if between else lines:
            document.add_paragraph(paragraph)
    corpus = read(document)
    assert said(corpus) == ROWS
    assert begins(corpus) == pytest.approx([0.1, 1.1, 2.1, 3.1])


def test_a_time_that_is_said_is_no_time_of_the_recording(read):
    document = docx.Document()
    for name, text in [("Anna:", " 10:30 begon het."), ("Ben:", " Ja."), ("Anna:", " Goed."), ("Ben:", " [0:15] Ja.")]:
        paragraph = document.add_paragraph()
        paragraph.add_run(name).bold = True
        paragraph.add_run(text)
    corpus = read(document)
    assert said(corpus)[0] == ("Anna", "10:30 begon het.")
    assert begins(corpus) == [None, None, None, 15]


def test_bold_by_a_style_of_characters(read):
    document = docx.Document()
    for name, text in ROWS:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{name} ").style = "Strong"
        paragraph.add_run(text)
    assert said(read(document)) == ROWS


def test_a_name_in_bold_that_stands_once_is_named(read):
    document = docx.Document()
    for name, text in [*ROWS, ("Fatima", "Ik niet."), ("Let op", "einde.")]:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(text)
    corpus = read(document)
    assert [problem.values["names"] for problem in corpus.problems if problem.code == "V258"] == [["Fatima"]]


@pytest.mark.parametrize(
    "apart",
    [
        [("Datum", "12 maart"), ("Locatie", "Utrecht")],
        [("duur in minuten", "45"), ("plaats van gesprek", "Utrecht, op het bedrijf zelf, in de kantine daar")],
    ],
)
@pytest.mark.parametrize("same_table", [True, False])
def test_a_table_with_facts_of_the_interview_does_no_harm(read, apart, same_table):
    document = docx.Document()
    if same_table:
        table(document, [*apart, ("Spreker", "Tekst"), *ROWS])
    else:
        table(document, apart)
        document.add_paragraph()
        table(document, ROWS)
    corpus = read(document)
    assert said(corpus) == ROWS
    assert all(cell in corpus.documents[0].text for row in apart for cell in row)


def test_headers_say_which_column_is_which(read):
    document = docx.Document()
    table(
        document, [("Nr", "Tijd", "Spreker", "Tekst"), ("1", "00:01", "Anna", "Wat?"), ("2", "00:05", "Ben", "Veel.")]
    )
    corpus = read(document)
    assert (said(corpus), begins(corpus)) == ([("Anna", "Wat?"), ("Ben", "Veel.")], [1, 5])


def test_a_transcript_that_is_cut_over_tables(read):
    document = docx.Document()
    for rows in (ROWS, [("Ben", "Nog iets."), ("Anna", "Dank.")], ROWS[:1]):
        table(document, rows)
        document.add_paragraph()
    assert [name for name, _ in said(read(document))] == ["Anna", "Ben", "Anna", "Ben", "Ben", "Anna", "Anna"]


def test_what_a_table_says_in_other_columns_is_kept(read):
    document = docx.Document()
    table(document, [(name, text, "lacht" if text == "Fouten." else "") for name, text in ROWS])
    corpus = read(document)
    assert said(corpus) == ROWS
    assert "lacht" in corpus.documents[0].text


@pytest.mark.parametrize(
    ("content", "nl", "en"),
    [
        (b"kapot", "ander soort bestand", "another kind of file"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "wachtwoord", "password"),
        ({"word/x.xml": "x"}, "geen tekst", "no text"),
        ({"word/document.xml": "kapot"}, "beschadigd", "damaged"),
        ({"word/document.xml": "<!DOCTYPE a><a/>"}, "niet hoort", "does not belong"),
    ],
)
def test_why_a_document_cannot_be_read_is_said_in_the_language_of_the_reader(tmp_path, content, nl, en):
    path = tmp_path / "a.docx"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in content.items():
                archive.writestr(name, text)
    with pytest.raises(InterviewError, match="V064") as caught:
        interviews.read_transcripts(path)
    assert nl in caught.value.text("nl")
    assert en in caught.value.text("en")
