"""Pages, Word files and the workbook of reporting checklists."""

import datetime

import openpyxl
import pytest

from lcresearch.errors import ReportingError
from lcresearch.integration import reporting_checklist, reporting_checklists
from lcresearch.integration.checklists import AuthorsAnswer, InstrumentFacts, InterviewFacts, StudyFacts
from lcresearch.reporting.checklist_files import render_checklist, write_checklists

TITLE = {"nl": "Leren", "en": "Learning"}
FACTS = StudyFacts(
    "pilot",
    {"nl": "<b>Proef</b>", "en": "<b>Pilot</b>"},
    simulated=True,
    instruments=(InstrumentFacts("learning", TITLE, "1.0.0", "0123456789abcdef", 4),),
    interviews=InterviewFacts(12, 12, n_coders=2, n_passages=80),
)
DAY = datetime.date(2026, 11, 26)


def test_files_of_all_lists(tmp_path):
    lists = list(reporting_checklists(FACTS).values())
    paths = write_checklists(lists, tmp_path, date=DAY)
    names = {path.name for path in paths}
    assert paths[0].name == "checklist_gramms.html"
    assert {"checklist_coreq.en.html", "checklist_jars_mixed.nl.docx", "checklists.xlsx"} <= names
    first = {path.name: path.read_bytes() for path in paths}
    again = write_checklists(lists, tmp_path, date=DAY, force=True)
    assert {path.name: path.read_bytes() for path in again} == first
    with pytest.raises(ReportingError):
        write_checklists(lists, tmp_path)


def test_text_of_people_is_escaped_and_harmless_in_a_workbook(tmp_path):
    answer = AuthorsAnswer(text={"en": "=HYPERLINK(1)<script>"}, by="<i>An", date="2026-11-20")
    found = reporting_checklist("jars_quant", FACTS, {"jars_quant": {"3": answer}})
    page = render_checklist(found, "en")
    assert "<b>Pilot" not in page
    assert "<script>" not in page
    assert "&lt;i&gt;An" in page
    found.write(tmp_path)
    cells = [
        cell.value for row in openpyxl.load_workbook(tmp_path / "checklists.xlsx")["jars_quant.en"] for cell in row
    ]
    assert any(str(text).startswith("'=HYPERLINK") for text in cells)


@pytest.mark.parametrize(("language", "words"), [("nl", "voor de auteur"), ("en", "needs author")])
def test_a_page_in_each_language(language, words):
    page = render_checklist(reporting_checklist("coreq", FACTS), language)
    assert words in page
    assert f'<html lang="{language}">' in page
    assert page.count('<th scope="row">') == 32
    assert "%" not in page[page.index("<main") :]
