"""Forms in Word: real headings, tables whose heads come back, boxes that can be clicked."""

import dataclasses
import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt

from lcresearch.instruments.forms import export_form
from lcresearch.instruments.forms.word import write


@pytest.fixture(scope="module")
def made(study_form):
    return write(study_form, ["nl", "en"])


@pytest.fixture(scope="module")
def asked_for_one_file(study_form, tmp_path_factory):
    return export_form(study_form, tmp_path_factory.mktemp("word") / "x.docx", "word", ["nl"])


def opened(made, ending):
    return docx.Document(io.BytesIO(made.files[ending]))


def test_there_is_a_file_a_language_and_version(made):
    assert list(made.files) == [f".{language}.{v}.docx" for language in ("nl", "en") for v in "ABC"]
    assert [problem.code for problem in made.problems] == ["F070", "F071", "F072"]


def test_it_has_headings_in_order_large_type_and_the_language_of_its_text(made):
    document = opened(made, ".nl.A.docx")
    levels = [p.style.name for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert levels[0] == "Heading 1"
    assert levels.count("Heading 1") == 1
    assert document.styles["Normal"].font.size >= Pt(14)
    assert document.core_properties.title == "Leren in uw bedrijf"
    assert b'w:lang w:val="nl-NL"' in zipfile.ZipFile(io.BytesIO(made.files[".nl.A.docx"])).read("word/styles.xml")


def test_heads_of_tables_come_back_on_each_page_and_no_line_is_cut(made):
    table = next(
        table for table in opened(made, ".en.A.docx").tables if "strongly disagree" in table.rows[0].cells[1].text
    )
    assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    assert all(row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows)
    assert table._tbl.tblPr.find(qn("w:tblCaption")) is not None
    assert len(table.rows) == 9


def test_every_answer_has_a_box_with_a_number_and_a_name_of_its_own(made):
    xml = docx.oxml.parse_xml(zipfile.ZipFile(io.BytesIO(made.files[".nl.B.docx"])).read("word/document.xml"))
    numbers = [box.get(qn("w:val")) for box in xml.iterfind(f".//{qn('w:sdtPr')}/{qn('w:id')}")]
    tags = [box.get(qn("w:val")) for box in xml.iterfind(f".//{qn('w:sdtPr')}/{qn('w:tag')}")]
    assert len(set(numbers)) == len(numbers) == len(set(tags))
    assert {"toestemming_1", "ps01_5", "tu01_97", "bedrijf_Bakker bv"} <= set(tags)
    assert not {"we03_4", "tu01_1"} - set(tags)
    assert "we01_4" not in tags


def test_the_same_form_gives_the_same_bytes(made, asked_for_one_file):
    (file,) = asked_for_one_file.files
    assert file.read_bytes() == made.files[".nl.A.docx"]


def test_who_asks_for_one_file_is_told_which_were_not_written(asked_for_one_file):
    told = asked_for_one_file.problems[-1]
    assert told.code == "F073"
    assert ".nl.B.docx, .nl.C.docx" in told.text("nl")


def test_a_title_longer_than_word_takes_is_cut_in_its_properties_only(study_form):
    form = dataclasses.replace(
        study_form, pages=study_form.pages[:1], versions=(), title=dict.fromkeys(study_form.languages, "t" * 400)
    )
    document = docx.Document(io.BytesIO(next(iter(write(form, ["nl"]).files.values()))))
    assert document.core_properties.title == "t" * 255
    assert any(paragraph.text == "t" * 400 for paragraph in document.paragraphs)
