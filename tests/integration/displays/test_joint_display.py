"""Joint displays: every cell says what stands in it and where it comes from, or why it is empty."""

import re
import zipfile

import docx
import lxml.html
import numpy as np
import openpyxl
import pandas as pd
import pytest

from lcresearch.disclosure import Policy
from lcresearch.errors import IntegrationError
from lcresearch.integration import (
    CaseMatrix,
    JointDisplay,
    MetaInference,
    case_matrix,
    convergence,
    joint_display,
    voices,
)
from lcresearch.integration.plan.model import ElementCodes
from lcresearch.interviews import quotes, read_quote_releases, recognisability, release_quote
from lcresearch.synthesis.elements import ElementEstimate, judge_elements

ELEMENTS = {"purpose": ElementCodes(mentions=("goal",)), "facilitation": ElementCodes(mentions=("guide",))}
POLICY = Policy(minimum_cell=5)
EFFECTS = pd.DataFrame(
    {
        "element": ["facilitation", "sunshine"],
        "estimate": [0.31, 0.02],
        "conf_low": [0.2, -0.1],
        "conf_high": [0.42, 0.14],
        "verdict": ["generic", "no_worthwhile_effect"],
        "certainty": ["high", "low"],
    }
)
SECTORS = pd.DataFrame(
    {
        "sector": ["s0", "s9", "all"],
        "term": "voice",
        "mean": [3.2, 2.9, 3.1],
        "conf_low": [3.0, 2.5, 3.0],
        "conf_high": [3.4, 3.3, 3.2],
        "n_persons": [40, 4, 44],
    }
)
COMMUNITIES = pd.DataFrame({"community": ["c1", "c0", "elsewhere"], "mean": [3.0, 4.0, 3.5], "n_persons": [9, 8, 7]})


def cells(display, row, column):
    found = display.cells
    return found[(found["row"] == row) & (found["column"] == column)]


def gap(display, row, column):
    found = cells(display, row, column)
    assert found["kind"].tolist() == ["gap"]
    return found["reason"].iloc[0]


@pytest.fixture(scope="module")
def releases(spoken, tmp_path_factory):
    """Two released quotes on facilitation: one described by its role, one by its role and community."""
    folder = tmp_path_factory.mktemp("releases")
    for person, described in ((4, {"role": "employee"}), (12, {"role": "employee", "community": "c3"})):
        pointer = next(one for one in quotes(spoken, "guide")["pointer"] if one.startswith(f"d{person}#"))
        release_quote(
            spoken, pointer, folder, recognisability(spoken, ["role", "community"], minimum_cell=3),
            released_by="researcher", consent_on="2026-11-01", date="2026-11-25", description=described,
            words_checked=True, consent_to="recognisable",
        )  # fmt: skip
    return read_quote_releases(folder)


@pytest.fixture(scope="module")
def display(spoken, releases):
    return joint_display(
        EFFECTS, spoken, elements=ELEMENTS, releases=releases, policy=POLICY, source="Synthesis",
        titles={"facilitation": {"nl": "Begeleiding", "en": "Facilitation"}},
    )  # fmt: skip


@pytest.fixture(scope="module")
def confidential(spoken):
    """What the researcher sees, with nothing withheld."""
    return joint_display(EFFECTS, spoken, elements=ELEMENTS)


def test_an_effect_stands_beside_what_people_say_of_the_element(display):
    shown = display.in_words("en").set_index("Element")
    assert shown.loc["Facilitation", "Effect"] == "0.31 [0.20 – 0.42]"
    assert shown.loc["Facilitation", "Verdict on the numbers"] == "generic; Certainty: high"
    assert shown.loc["Facilitation", "Mentioned by"] == "16 of 24 persons; helps: 6"
    assert shown.loc["Facilitation", "How it works"] == "from mistakes (5 persons)"
    assert display.in_words("nl").iloc[0, 0] == "Begeleiding"


def test_no_cell_is_blank_and_each_gap_has_its_reason(display):
    shown = display.in_words("en")
    assert not (shown == "").any().any()
    assert gap(display, "sunshine", "quotes") == "no_codes"
    assert gap(display, "purpose", "effect") == "no_numbers"
    assert gap(display, "purpose", "quotes") == "no_quotes"


def test_a_statistic_names_its_source_and_has_a_fingerprint_that_changes_with_it(display, spoken):
    one = cells(display, "facilitation", "effect").iloc[0]
    assert one["source"] == "Synthesis: facilitation"
    again = joint_display(EFFECTS.assign(estimate=0.32), spoken, elements=ELEMENTS, policy=POLICY)
    assert cells(again, "facilitation", "effect")["fingerprint"].iloc[0] != one["fingerprint"]


def test_the_words_of_a_synthesis_are_used_for_its_verdicts(spoken):
    found = judge_elements(
        [
            ElementEstimate(
                element="facilitation", outcome="learning", model="one stage", estimate=0.3, std_error=0.03, df=11,
                tau=0.04, n_consortia=12, n_communities=96, smallest_worthwhile=0.1, planned=True,
            )
        ]
    )  # fmt: skip
    shown = joint_display(found, spoken, elements=ELEMENTS).in_words("nl").iloc[0]
    assert shown["Oordeel over de cijfers"] == "generiek; Zekerheid: zeer laag"
    assert shown["Effect"].endswith("; 12 consortia")


def test_a_fitted_model_shows_only_terms_that_are_elements(spoken):
    tidy = pd.DataFrame({"term": ["intercept", "facilitation"], "estimate": [3.0, 0.2]})
    shown = joint_display(tidy, spoken, elements=ELEMENTS)
    assert shown.rows["row"].tolist() == ["facilitation", "purpose"]


def test_several_outcomes_are_blocks(spoken):
    twice = pd.concat([EFFECTS.assign(outcome="voice"), EFFECTS.assign(outcome="learning")])
    shown = joint_display(twice, spoken, elements=ELEMENTS)
    assert shown.rows["block"].tolist() == ["voice", "voice", "learning", "learning", ""]
    assert shown.in_words("nl").columns[0] == "Uitkomst"


def test_groups_with_only_answers_or_only_interviews_have_a_gap(spoken):
    shown = joint_display(SECTORS, spoken, kind="statistics_by_themes", elements=ELEMENTS, by="sector")
    assert shown.rows["row"].tolist() == ["voice | s0", "voice | s9", "voice", "voice | s1"]
    assert gap(shown, "voice | s9", "purpose") == "no_interviews"
    assert gap(shown, "voice | s1", "statistic") == "no_numbers"
    assert cells(shown, "voice | s0", "purpose")["n"].iloc[0] == 6
    assert cells(shown, "voice", "purpose")["n"].iloc[0] == 12
    assert "No interviews in this sector" in shown.in_words("en").to_string()


def test_a_statistic_of_a_small_or_unknown_group_is_not_released(spoken):
    shown = joint_display(SECTORS, spoken, kind="statistics_by_themes", elements=ELEMENTS, by="sector", policy=POLICY)
    assert gap(shown, "voice | s9", "statistic") == "few"
    unknown = SECTORS.drop(columns="n_persons")
    shown = joint_display(unknown, spoken, kind="statistics_by_themes", elements=ELEMENTS, by="sector", policy=POLICY)
    assert gap(shown, "voice | s0", "statistic") == "unknown_n"


def test_terms_of_a_model_can_be_about_groups(spoken):
    tidy = pd.DataFrame({"term": ["sector[s1]", "wave"], "estimate": [0.2, 0.1]})
    shown = joint_display(
        tidy, spoken, kind="statistics_by_themes", elements=ELEMENTS, by="sector", groups={"sector[s1]": "s1"}
    )
    assert "sector[s1] | s1" in set(shown.rows["row"])
    assert cells(shown, "wave", "purpose")["of"].iloc[0] == 24


def test_cases_stand_by_score_and_a_case_without_interviews_is_marked(spoken, releases):
    shown = joint_display(COMMUNITIES, spoken, kind="cases_by_score", elements=ELEMENTS, releases=releases)
    assert shown.confidential
    assert shown.rows["row"].tolist() == ["c0", "elsewhere", "c1", "c2", "c3", "c4", "c5"]
    assert gap(shown, "elsewhere", "themes") == "no_interviews"
    assert gap(shown, "c5", "score") == "no_numbers"
    assert gap(shown, "c5", "themes") == "none_spoken"
    assert cells(shown, "c1", "quotes")["kind"].tolist() == ["quote"]


def test_a_case_matrix_gives_scores_with_their_interval(spoken):
    frame = pd.DataFrame({"voice": [3.0, 4.0]}, index=["c1", "c0"])
    kinds = ["column", "kind", "measure", "title", "source"]
    columns = pd.DataFrame([("voice", "scale", "mean", "Voice", "x")], columns=kinds)
    names = ["case", "column", "n", "mean", "sd", "conf_low", "conf_high", "marked"]
    estimates = pd.DataFrame([("c0", "voice", 8, 4.0, 1.0, 3.5, 4.5, "")], columns=names)
    matrix = CaseMatrix("community", frame, columns, estimates=estimates)
    shown = joint_display(matrix, spoken, kind="cases_by_score", elements=ELEMENTS)
    one = cells(shown, "c0", "score").iloc[0]
    assert one[["value", "conf_low", "n"]].tolist() == [4.0, 3.5, 8.0]


def test_a_score_that_a_matrix_hides_is_said_to_be_hidden_and_not_to_be_missing(spoken):
    people = pd.DataFrame(
        {
            "respondent": [f"p{k}" for k in range(40)],
            "community": ["c0"] * 18 + ["c1"] * 19 + ["c2"] * 3,
            "voice": np.linspace(1, 5, 40),
        }
    )
    matrix = case_matrix(scores=people, scales=["voice"])
    shown = joint_display(matrix, spoken, kind="cases_by_score", elements=ELEMENTS, policy=POLICY)
    assert gap(shown, "c2", "score") == "few"
    assert gap(shown, "c3", "score") == "no_numbers"
    assert "statistic" in set(shown.cells["kind"])


def test_a_released_version_hides_what_few_said_and_does_not_order_by_hidden_scores(spoken, releases):
    low = COMMUNITIES.assign(n_persons=[9, 3, 7])
    shown = joint_display(low, spoken, kind="cases_by_score", elements=ELEMENTS, policy=POLICY, releases=releases)
    assert shown.rows["row"].tolist()[:3] == ["elsewhere", "c1", "c0"]
    assert gap(shown, "c0", "score") == "few"
    assert gap(shown, "c1", "themes") == "few_informants"


def test_beside_a_case_others_see_only_quotes_of_which_the_description_names_it(spoken, releases):
    shown = joint_display(
        COMMUNITIES, spoken, kind="cases_by_score", elements=ELEMENTS, policy=POLICY, releases=releases
    )
    assert gap(shown, "c1", "quotes") == "no_quotes"
    quote = cells(shown, "c3", "quotes").iloc[0]
    assert quote["kind"] == "quote"
    assert quote["pointer"].startswith("words:")
    assert "#" not in "".join(shown.cells["pointer"])


def test_conclusions_are_open_until_somebody_signs_them(display):
    assert display.glance()["n_open"].iloc[0] == 4
    assert "Open" in display.in_words("en")["Conclusion from both"].tolist()
    signed = display.with_meta_inferences(
        [MetaInference("It works where errors are told.", "A. Researcher", "2026-11-25", "facilitation")]
    )
    assert signed.in_words("en")["Conclusion from both"].iloc[0] == (
        "It works where errors are told. (A. Researcher, 25 November 2026)"
    )
    assert "facilitation" not in signed.open_rows
    again = signed.with_meta_inferences([MetaInference("Other.", "B", "2026-11-26", "facilitation")])
    assert len(again.meta_inferences) == 1


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (MetaInference(" ", "A", "2026-11-25"), "Q100"),
        (MetaInference("x", "", "2026-11-25"), "Q100"),
        (MetaInference("x", "A", "yesterday"), "Q100"),
        (MetaInference("x", "A", "2026-11-25", "facilitatoin"), "Q101"),
    ],
)
def test_a_conclusion_without_text_name_date_or_row_is_refused(display, written, code):
    with pytest.raises(IntegrationError, match=code):
        display.with_meta_inferences([written])


@pytest.mark.parametrize("form", ["html", "xlsx", "docx"])
def test_a_confidential_display_is_written_under_private_only(confidential, tmp_path, form):
    write = getattr(confidential, f"to_{form}")
    with pytest.raises(IntegrationError, match="Q102"):
        write(tmp_path / f"display.{form}", "nl")
    with pytest.raises(IntegrationError, match="Q102"):
        write(tmp_path / "private" / ".." / f"display.{form}", "nl")
    assert not list(tmp_path.iterdir())
    (tmp_path / "private").mkdir()
    path = write(tmp_path / "private" / f"display.{form}", "nl")
    assert path.exists()
    with pytest.raises(IntegrationError, match="G002"):
        write(path, "nl")
    assert write(path, "nl", force=True) == path


@pytest.mark.parametrize("form", ["html", "xlsx", "docx"])
def test_the_same_display_gives_the_same_bytes(display, tmp_path, form):
    first = getattr(display, f"to_{form}")(tmp_path / f"a.{form}", "nl").read_bytes()
    second = getattr(display, f"to_{form}")(tmp_path / f"b.{form}", "nl").read_bytes()
    assert first == second
    if form != "html":
        assert {one.date_time for one in zipfile.ZipFile(tmp_path / f"a.{form}").infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_confidential_and_invented_are_marked_in_every_form(spoken, tmp_path):
    shown = joint_display(EFFECTS, spoken, elements=ELEMENTS, simulated=True)
    (tmp_path / "private").mkdir()
    page = shown.to_html(tmp_path / "private" / "d.html", "en").read_text("utf-8")
    assert "Confidential." in page
    assert "Simulated data." in page
    words = " ".join(p.text for p in docx.Document(shown.to_docx(tmp_path / "private" / "d.docx", "nl")).paragraphs)
    assert "Vertrouwelijk" in words
    book = openpyxl.load_workbook(shown.to_xlsx(tmp_path / "private" / "d.xlsx", "nl"))
    assert "Vertrouwelijk" in [cell.value for cell in book["about"]["A"]]


def test_print_does_not_hide_the_numbers(display, tmp_path):
    page = display.to_html(tmp_path / "d.html", "en").read_text("utf-8")
    hidden_in_print = ("numbers", "languages", "skip")
    cells_of_page = re.findall(r'<t[dh][^>]* class="([^"]*)"', page)
    assert cells_of_page
    assert not {name for found in cells_of_page for name in found.split()} & set(hidden_in_print)


HOSTILE = '<script>alert(1)</script>=HYPERLINK("x")&\x00\u202e'


def test_hostile_text_is_harmless_in_every_form(spoken, tmp_path):
    titles = {"facilitation": {"nl": f"=cmd|' /C calc'!A0 {HOSTILE}", "en": HOSTILE}}
    shown = joint_display(
        EFFECTS, spoken, elements=ELEMENTS, policy=POLICY, titles=titles, source="=1+1",
        meta_inferences=[MetaInference("=2+2 " + HOSTILE, "@name", "2026-11-25", "facilitation")],
    )  # fmt: skip
    page = shown.to_html(tmp_path / "d.html", "nl").read_text("utf-8")
    assert "<script>" not in page
    assert "\x00" not in page
    assert "\u202e" not in page
    for sheet in openpyxl.load_workbook(shown.to_xlsx(tmp_path / "d.xlsx", "nl")):
        texts = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
        assert not any(cell.value.startswith(("=", "@", "+", "-")) for cell in texts)
        assert {cell.data_type for cell in texts} == {"s"}
    assert "script" in docx.Document(shown.to_docx(tmp_path / "d.docx", "nl")).tables[0].rows[1].cells[0].text


def test_a_very_long_quote_is_whole_on_the_page_and_short_elsewhere(spoken, display, tmp_path):
    long = "woord " * 20_000
    quote = (display.cells["kind"] == "quote").to_numpy()
    changed = display.cells.assign(nl=np.where(quote, long, display.cells["nl"]))
    shown = JointDisplay("effects_and_voices", display.rows, display.columns, changed, confidential=False)
    page = shown.to_html(tmp_path / "d.html", "nl").read_text("utf-8")
    assert long.strip() in page
    assert "<details>" in page
    book = openpyxl.load_workbook(shown.to_xlsx(tmp_path / "d.xlsx", "nl"))
    lengths = [len(cell.value) for row in book["display"].iter_rows() for cell in row]
    assert max(lengths) < 3_000
    text = docx.Document(shown.to_docx(tmp_path / "d.docx", "nl")).tables[0].rows[1].cells[7].text
    assert text.count("[…]") == 2


def test_what_cannot_be_shown_is_refused(spoken):
    with pytest.raises(IntegrationError, match="Q099"):
        joint_display(EFFECTS, spoken, kind="pictures")
    with pytest.raises(IntegrationError, match="Q095"):
        joint_display("0.31", spoken, elements=ELEMENTS)
    with pytest.raises(IntegrationError, match="Q096"):
        joint_display(EFFECTS.drop(columns="estimate"), spoken, elements=ELEMENTS)
    with pytest.raises(IntegrationError, match="Q096"):
        joint_display(EFFECTS.assign(estimate="much"), spoken, elements=ELEMENTS)
    twice = pd.concat([COMMUNITIES, COMMUNITIES])
    with pytest.raises(IntegrationError, match="Q098"):
        joint_display(twice, spoken, kind="cases_by_score", elements=ELEMENTS)
    with pytest.raises(IntegrationError, match="Q103"):
        joint_display(EFFECTS, spoken, voices=voices(spoken, ELEMENTS), policy=POLICY)


def test_a_display_goes_to_plain_values_and_back(display):
    back = JointDisplay.from_dict(display.to_dict())
    assert back.in_words("en").equals(display.in_words("en"))


def test_elements_by_default_are_those_that_the_codebook_links(spoken):
    assert joint_display(EFFECTS, spoken).rows["row"].tolist() == ["facilitation", "sunshine", "purpose"]


WORTHWHILE = EFFECTS.assign(smallest_worthwhile=0.1)


def test_convergence_shows_proposal_reason_and_judgement(spoken):
    made = joint_display(WORTHWHILE, spoken, kind="convergence", elements=ELEMENTS)
    assert set(made.columns["side"]) == {"numbers", "voices", "together"}
    assert len(cells(made, "facilitation", "proposal")) == 2
    assert gap(made, "facilitation", "judgement") == "no_judgement"
    found = convergence(WORTHWHILE, voices(spoken, ELEMENTS))
    again = joint_display(found, spoken, kind="convergence", elements=ELEMENTS)
    assert again.in_words("nl").equals(made.in_words("nl"))


def test_a_convergence_of_confidential_counts_is_not_shown_to_others(spoken):
    few = ELEMENTS | {"errors": ElementCodes(mentions=("talk",))}
    found = convergence(WORTHWHILE, voices(spoken, few))
    with pytest.raises(IntegrationError, match="Q103"):
        joint_display(found, spoken, kind="convergence", elements=few, policy=POLICY)


def test_other_programs_find_the_cells_of_a_display_in_every_form(display, tmp_path):
    expected = display.in_words("en")
    words = [letters(row) for row in [list(expected.columns), *expected.values.tolist()]]
    document = docx.Document(display.to_docx(tmp_path / "d.docx", "en"))
    assert [letters(cell.text for cell in row.cells) for row in document.tables[0].rows] == words
    book = openpyxl.load_workbook(display.to_xlsx(tmp_path / "d.xlsx", "en"))
    (sheet,) = [sheet for sheet in book if sheet["A1"].value == "Element"]
    assert [letters(row) for row in sheet.values] == words
    tree = lxml.html.fromstring(display.to_html(tmp_path / "d.html", "en").read_text("utf-8"))
    rows = [letters(cell.text_content() for cell in row) for row in tree.xpath("(//table)[1]//tr")]
    assert rows[1:] == words  # above them what columns are about


def letters(cells):
    """Words without the marks that divide lines of a cell, which differ by form."""
    return [re.sub(r"[\s;()]", "", str(cell)) for cell in cells]
