"""The page and Word file of design principles. All principles are invented."""

import io

import docx
import openpyxl
import pytest

from lcresearch.errors import ReportingError
from lcresearch.integration import PrinciplesFile, design_principles
from lcresearch.reporting.principles_files import principles_docx, render_principles, write_design_principles

HOSTILE = '=1+1<script>alert("x")</script>'


@pytest.fixture
def found():
    text = {"nl": "Er is weinig tijd.", "en": "There is little time."}
    hostile = {"nl": HOSTILE, "en": HOSTILE}
    principle = {
        "title": hostile, "occasions": ["shortage"], "goals": ["embedding"], "context": text, "intervention": hostile,
        "mechanism": text, "outcome": text, "evidence": [{"study": HOSTILE, "certainty": "low"}],
        "against": {"none_found": {"nl": "Overal gezocht.", "en": "Looked everywhere."}},
        "judgement": {"status": "contested", "by": HOSTILE, "date": "2026-03-01", "sentence": hostile},
    }  # fmt: skip
    content = {"id": "invented", "title": text, "principles": {"one": principle}, "simulated": True}
    return design_principles(PrinciplesFile.model_validate(content))


@pytest.mark.parametrize(("language", "looked"), [("nl", "Overal gezocht."), ("en", "Looked everywhere.")])
def test_the_page_says_what_speaks_against_it_and_is_harmless(found, language, looked):
    page = render_principles(found, language)
    assert "<script>" not in page
    assert looked in page
    assert page.index('class="cimo"') < page.index(looked)
    assert page == render_principles(found, language)


def test_judgement_and_status_by_the_rules_stand_side_by_side(found):
    page = render_principles(found, "en")
    assert "by the rules: proposed" in page
    assert ">contested</span>" in page


def test_the_word_file_holds_the_principle(found):
    document = docx.Document(io.BytesIO(principles_docx(found, "nl")))
    assert document.tables[0].rows[0].cells[0].text == "In deze situatie"
    assert any("Overal gezocht." in paragraph.text for paragraph in document.paragraphs)


def test_files_are_written_and_no_text_runs_as_a_formula(found, tmp_path):
    paths = write_design_principles(found, tmp_path, ["en", "nl"])
    assert [path.name for path in paths] == [
        "design_principles.html", "design_principles.nl.html", "design_principles.en.docx",
        "design_principles.nl.docx", "design_principles.xlsx",
    ]  # fmt: skip
    book = openpyxl.load_workbook(paths[-1])
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert not any(value.startswith("=") for value in cells)
    with pytest.raises(ReportingError, match="G002"):
        write_design_principles(found, tmp_path, ["en"])
