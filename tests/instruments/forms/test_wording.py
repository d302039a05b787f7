"""Numbers stand in full in every form: no program or person reads 1e+06."""

import re

import openpyxl
import pytest

from lcresearch.instruments.forms import Page, Question, Questionnaire, export_form

PLATFORMS = ("limesurvey", "qualtrics", "xlsform", "surveyjs", "redcap", "print", "word", "codebook")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_large_limits_are_written_in_full(platform, tmp_path, monkeypatch):
    monkeypatch.setenv("LCRESEARCH_BROWSER", "no-such-browser")
    asked = Question("omzet", "number", {"nl": "Omzet?"}, minimum=0, maximum=2_345_678)
    form = Questionnaire("x", {"nl": "X"}, ("nl",), (Page("p", (asked,)),))
    said = "\n".join(map(content, export_form(form, tmp_path, platform).files))
    assert "2345678" in said
    assert not re.search(r"\de\+0", said)


def content(file):
    if file.suffix not in (".xlsx", ".docx"):
        return file.read_text(encoding="utf-8")
    if file.suffix == ".docx":
        import docx

        return "\n".join(paragraph.text for paragraph in docx.Document(str(file)).paragraphs)
    book = openpyxl.load_workbook(file)
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    rules = [str(rule.formula2) for sheet in book for rule in sheet.data_validations.dataValidation]
    return "\n".join([*cells, *rules])
