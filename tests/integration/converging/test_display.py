"""The convergence coding matrix as a joint display: one source for page, workbook and Word file."""

import openpyxl
import pytest

from lcresearch import interviews, shipped
from lcresearch.disclosure import Policy
from lcresearch.errors import IntegrationError
from lcresearch.integration import convergence, joint_display, judge, voices
from lcresearch.integration.plan import ElementCodes

ELEMENTS = {"facilitation": ElementCodes(mentions=("facilitation",)), "space": ElementCodes()}


@pytest.fixture(scope="module")
def project():
    folder = shipped.folder("analyses") / "programme-demo" / "interviews"
    corpus = interviews.read_transcripts(folder, attributes=folder / "kenmerken.csv")
    book = interviews.read_codebook("learning-communities")
    return interviews.read_codings(folder / "codings" / "codings.csv", corpus, book)


@pytest.fixture
def found(effects, said):
    tables = effects(time="positive", lead="none", space="unclear"), said(time="hindering", lead="nobody")
    given = [judge(convergence(*tables), "time", "complementary", by="<b>A</b>", because="=1+1", date="2026-01-02")]
    return convergence(*tables, judgements=given)


def test_every_cell_is_filled_or_says_why_not(found):
    display = found.display()
    assert display.kind == "convergence"
    assert (display.cells["nl"].ne("") | display.cells["value"].notna() | display.cells["n"].notna()).all()
    gaps = display.cells[display.cells["kind"] == "gap"].set_index(["row", "column"])["reason"].to_dict()
    assert gaps["space", "voices"] == "no_codes"
    assert gaps["lead", "judgement"] == "no_judgement"


def test_a_number_has_its_source_and_a_hash_that_changes_with_it(found, effects, said):
    def hashes(one):
        cells = one.display().cells
        return cells[cells["kind"] == "statistic"].set_index("row")["fingerprint"]

    other = convergence(effects(time="positive").assign(estimate=0.301), said(time="hindering"))
    assert hashes(found)["time"] != hashes(other)["time"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_goes_to_page_workbook_and_word_with_texts_of_people_made_harmless(found, tmp_path, language):
    folder = tmp_path / "private"
    folder.mkdir()
    titles = {"time": {"nl": "Tijd", "en": "Time"}}
    display = found.display(titles=titles)
    page = display.to_html(folder / "d.html", language).read_text(encoding="utf-8")
    assert "&lt;b&gt;A" in page
    assert "<b>A" not in page
    assert titles["time"][language] in page
    book = openpyxl.load_workbook(display.to_xlsx(folder / "d.xlsx", language))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert display.to_docx(folder / "d.docx", language).exists()
    with pytest.raises(IntegrationError, match="Q102"):
        display.to_html(tmp_path / "d.html", language)


def test_joint_display_makes_it_of_effects_and_interviews(project, effects):
    evidence = effects(facilitation="positive", space="none")
    shown = joint_display(evidence, project, kind="convergence", elements=ELEMENTS)
    assert sorted(shown.rows["row"]) == ["facilitation", "space"]
    words = shown.in_words("en").set_index("Element")["Proposal"]
    assert words.str.split(";").str[0].tolist() == ["Convergent", "Silent"]
    assert shown.confidential


def test_a_shared_display_takes_no_confidential_counts(project, effects):
    evidence, policy = effects(facilitation="positive"), Policy(minimum_cell=5)
    elements = {"facilitation": ELEMENTS["facilitation"]}
    confidential = convergence(evidence, voices(project, elements))
    with pytest.raises(IntegrationError, match="Q103"):
        joint_display(confidential, project, kind="convergence", elements=elements, policy=policy)
    shared = convergence(evidence, voices(project, elements, policy=policy))
    assert (shared.confidential, shared.by) == (False, "community")
    shown = joint_display(shared, project, kind="convergence", elements=elements, policy=policy)
    assert not shown.confidential
    assert not shared.display().confidential


def test_outcomes_of_one_element_stand_in_rows_of_their_own(effects, said):
    import pandas as pd

    both = pd.concat([effects(coaching="positive"), effects(coaching="none").assign(outcome="trust")])
    display = convergence(both, said(coaching="helping")).display()
    assert display.rows["en"].tolist() == ["coaching · trust", "coaching · learning"]
