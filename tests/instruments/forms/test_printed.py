"""Forms on paper: what stands on them, and that typed-in answers come back."""

import io
import re

import openpyxl
import pytest

from lcresearch import responses
from lcresearch.instruments.forms import export_form
from lcresearch.instruments.forms.paper_layout import Table, paper_forms
from lcresearch.instruments.forms.printed.page import page
from lcresearch.pdf_printing import find_browser


@pytest.fixture
def without_browser(monkeypatch):
    monkeypatch.setenv("LCRESEARCH_BROWSER", "no-such-browser")


@pytest.mark.usefixtures("without_browser")
def test_there_is_a_page_a_language_and_version_and_a_workbook(study_form, tmp_path):
    made = export_form(study_form, tmp_path, "print")
    names = [file.name for file in made.files]
    assert names == [*(f"leren.{language}.{v}.html" for language in ("nl", "en") for v in "ABC"), "leren.entry.xlsx"]
    assert [problem.code for problem in made.problems] == ["F070", "F071", "F072", "G052"]
    assert "leren.nl.A.html" in made.problems[-1].text("nl")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_is_escaped_needs_nothing_else_and_can_be_traced(study_form, language):
    sheets = paper_forms(study_form, language)
    shown = page(sheets[0])
    assert "De Vries &amp; Zn. &lt;b&gt;" in shown
    assert "<i>all" not in shown
    assert not re.search(r"<script|https?://|url\(", shown)
    assert shown == page(sheets[0])
    for mark in (sheets[0].mark, "psychological-safety", study_form.instruments[0][2][:12]):
        assert mark in shown
    assert len({sheet.mark for sheet in sheets}) == 3


def test_each_version_has_its_own_questions_and_together_they_have_all(study_form):
    def names(sheet):
        blocks = [block for one in sheet.pages for block in one.blocks]
        rows = [row for block in blocks for row in (block.rows if isinstance(block, Table) else (block,))]
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        return {row.name for row in rows}

    asked = [names(sheet) for sheet in paper_forms(study_form, "nl")]
    assert set.union(*asked) == {question.name for question in study_form.questions}
    assert [sum(name.startswith("we") for name in one) for one in asked] == [24, 24, 24]


def test_neighbours_with_the_same_answers_stand_in_one_table_and_words_that_do_not_fit_do_not(study_form):
    first = paper_forms(study_form, "nl")[0]
    safety = next(one for one in first.pages if "team" in one.title)
    (table,) = safety.blocks
    assert [box.code for box in table.heads] == [1, 2, 3, 4, 5, 9]
    assert len(table.rows) == 8
    code = next(block for one in first.pages for block in one.blocks if getattr(block, "name", "") == "code")
    assert (code.room, code.characters) == ("characters", 12)


def test_typed_in_answers_read_back_without_a_mapping(study_form, tmp_path, monkeypatch):
    monkeypatch.setenv("LCRESEARCH_BROWSER", "no-such-browser")
    file = next(file for file in export_form(study_form, tmp_path, "print").files if file.suffix == ".xlsx")
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert "gerust" in sheet.cell(1, heads.index("ps01") + 1).comment.text
    typed = [
        {"form_number": 1, "form_version": "A", "toestemming": 1, "bedrijf": "Bakker bv", "code": "AN07", "ps01": 5}
        | {"ps02": 9, "tu01_1": 1, "tu01_97": 1, "tu01_97_text": "kettingzaag", "bg12": 4, "we01": 0},
        {"form_number": 2, "toestemming": 0, "bedrijf": "Bakker bv", "code": "BE12", "ps01": 3},
    ]
    for row in typed:
        sheet.append([row.get(head) for head in heads])
    book.save(file)
    with pytest.warns(UserWarning, match="R053"):
        data = responses.read(
            file,
            ["psychological-safety", "working-elements", "technology-use", "background"],
            levels={"organisation": "bedrijf"},
            consent="toestemming",
            respondent="code",
        )
    row = data.frame.iloc[0]
    assert len(data.frame) == 1
    assert (row["respondent"], row["organisation"], row["ps01"], row["we01"], row["bg12"]) == (
        "AN07",
        "Bakker bv",
        5,
        0,
        4,
    )
    assert row[["tu01_1", "tu01_2", "tu01_97"]].tolist() == [1, 0, 1]
    assert row[["ps02"]].isna().all()


@pytest.mark.usefixtures("without_browser")
def test_the_workbook_refuses_other_codes_and_runs_nothing(study_form, tmp_path):
    file = next(file for file in export_form(study_form, tmp_path, "print").files if file.suffix == ".xlsx")
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    heads = {cell.value: cell.column_letter for cell in book.worksheets[0][1]}
    allowed = {str(rule.sqref): rule for rule in book.worksheets[0].data_validations.dataValidation}
    assert allowed[f"{heads['ps01']}2:{heads['ps01']}1001"].formula1 == '"1,2,3,4,5,9"'
    number = allowed[f"{heads['bg12']}2:{heads['bg12']}1001"]
    assert (number.type, number.operator) == ("decimal", "between")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)


@pytest.mark.browser
def test_a_pdf_stands_beside_the_page(tmp_path):
    from lcresearch import instruments

    if find_browser() is None:
        pytest.skip("no Chrome, Edge or Chromium on this computer")
    made = instruments.load("psychological-safety").export(tmp_path, "print", ["nl"])
    pdf = next(file for file in made.files if file.suffix == ".pdf")
    assert pdf.name == "psychological-safety.nl.pdf"
    assert pdf.read_bytes().startswith(b"%PDF-")
