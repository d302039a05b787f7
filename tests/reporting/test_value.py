"""Pages, figures and files on costs and benefits of an invented community."""

import datetime
import html
import io
import re

import docx
import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from tests.accessibility import violations

from lcresearch.errors import IntegrationError, LcresearchError, ReportingError
from lcresearch.integration import community_value
from lcresearch.integration.value import ValueFile, example_value
from lcresearch.reporting.value_page import render_value
from lcresearch.reporting.value_word import value_docx

PROVENANCE = {"version": "0.1.0", "date": "2026-01-05", "seed": "4", "hash": "0" * 64}
HARMFUL = '=1+1<script>alert("x")</script>'


@pytest.fixture(scope="module")
def value():
    return community_value(example_value(), seed=4, n_draws=2000)


@pytest.fixture(scope="module")
def with_gap():
    content = example_value().model_dump(by_alias=True)
    content["costs"]["hours_school"]["quantity"] = {"gap": HARMFUL}
    content["parties"]["school"]["title"] = {"nl": HARMFUL, "en": HARMFUL}
    content["value_cycles"]["sketching"]["persons"] = 2
    content["correlations"] = []
    return community_value(ValueFile.model_validate(_kept(content)), seed=4, n_draws=500)


def _kept(part):
    """Without what a file leaves out."""
    if isinstance(part, dict):
        return {key: _kept(one) for key, one in part.items() if one is not None and one != {}}
    return list(part) if isinstance(part, tuple) else part


def test_the_page_gives_ranges_and_all_that_is_assumed(value):
    page = render_value(value, "nl", provenance=PROVENANCE)
    assert page == render_value(value, "nl", provenance=PROVENANCE)
    text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))
    for sentence in value.assumed("nl"):
        assert " ".join(sentence.split()) in text
    assert "van de 100" in text
    assert "nan" not in text.lower().split()
    assert "Een van de bedrijven kocht" in text


@pytest.mark.parametrize(("language", "other"), [("nl", "Costs"), ("en", "Kosten")])
def test_the_page_is_in_one_language(value, language, other):
    page = render_value(value, language, provenance=PROVENANCE)
    assert f'lang="{language}"' in page
    assert other not in page


def test_a_gap_is_shown_as_a_gap_and_text_can_do_no_harm(with_gap):
    page = render_value(with_gap, "nl", provenance=PROVENANCE)
    assert "<script>" not in page
    assert page.count("niet te zeggen") >= 6  # difference, chance and payback, of the school and in total
    assert "minstens, zonder: Uren van docent-onderzoekers" in page
    assert "<svg" not in page  # no figure of a total that is refused


def test_a_story_of_too_few_people_stays_with_the_researcher(with_gap):
    page = render_value(with_gap, "en", provenance=PROVENANCE)
    assert "Sketching together" not in page
    assert "1 story is not shown" in page
    assert "sketching" in set(with_gap.cycles()["item"])


def test_value_that_is_not_money_is_never_added_up(value):
    more = value.content.model_copy(update={"value_cycles": {}})
    without = community_value(more, seed=4, n_draws=2000)
    pd.testing.assert_frame_equal(without.results, value.results)
    assert value.chains() == [("asked_help", "sketching", "used_at_work", "error_hours")]


def test_files_appear_whole_and_say_the_same(value, with_gap, tmp_path):
    first = value.report(tmp_path / "out", date=datetime.date(2026, 1, 5))
    assert first.name == "value.nl.html"
    names = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {"value.en.html", "value.en.docx", "value.nl.docx", "tables/results.csv", "run.json"} <= names
    with pytest.raises(LcresearchError):
        value.report(tmp_path / "out")
    with_gap.report(tmp_path / "out", force=True, languages=["nl"])
    assert not (tmp_path / "out" / "value.en.html").exists()
    book = load_workbook(tmp_path / "out" / "tables" / "tables.xlsx")
    cells = [cell.value for row in book["value_cycles"].iter_rows() for cell in row]
    assert not any("sketching" in str(cell) for cell in cells)  # also not as what a story leads to
    texts = [cell.value for row in book["gaps"].iter_rows() for cell in row if isinstance(cell.value, str)]
    assert "'" + HARMFUL in texts


def test_the_word_file_holds_what_the_page_says(value):
    document = docx.Document(io.BytesIO(value_docx(value, "en")))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert value.line("en") in text
    for sentence in value.assumed("en"):
        assert sentence in text
    assert [cell.text for cell in document.tables[0].columns[0].cells][-1] == "Together"


def test_figures_speak_the_language_that_is_asked(value):
    tornado = value.plot("tornado", language="nl")
    labels = [label.get_text().replace("\n", " ") for label in tornado.axes[0].get_yticklabels()]
    assert labels[0] == "Minder herstelwerk: deel dat door de community komt"
    widths = [abs(bar.get_width()) for bar in tornado.axes[0].patches[: len(labels)]]
    assert len(widths) == 10
    net = value.plot("net", language="en")
    assert [label.get_text() for label in net.axes[0].get_yticklabels()] == ["Firms", "School", "Funder", "Together"]
    line = value.plot("timeline", language="en", party="firms").axes[0].lines[0]
    assert np.asarray(line.get_ydata()) == pytest.approx(value.timeline("firms")["median"].to_numpy())


def test_what_matters_to_one_party_can_be_drawn(value):
    drawn = value.plot("tornado", language="en", party="school")
    assert drawn.axes[0].get_xlabel().endswith("School")
    labels = [label.get_text() for label in drawn.axes[0].get_yticklabels()]
    assert not any("rework" in label for label in labels)


def test_what_a_gap_refuses_is_not_drawn(with_gap):
    for kind in ("tornado", "timeline"):
        with pytest.raises(ReportingError) as refused:
            with_gap.plot(kind)
        assert refused.value.problems[0].code == "P003"
    texts = [text.get_text() for text in with_gap.plot("net", language="en").axes[0].texts]
    assert texts.count("cannot be said") == 2


def test_another_party_is_suggested(value):
    with pytest.raises(IntegrationError) as refused:
        value.plot("timeline", party="frims")
    assert "firms" in refused.value.text("en")


def test_summary_and_tables_of_a_result(value, tmp_path):
    assert "Costs and benefits" in str(value)
    assert set(value.to_dict()) >= {"tidy", "glance", "tornado", "inputs", "cautions"}
    assert value.to_docx(tmp_path / "value.docx").exists()
    wide, narrow = value.tidy(0.95), value.tidy(0.8)
    assert (wide["conf_low"] <= narrow["conf_low"]).all()
    assert narrow["conf_low"].to_numpy() == pytest.approx(narrow["low_80"].to_numpy())


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_fits_one_sheet_asks_for_nothing_and_axe_finds_no_violations(value, tmp_path, browser, language):
    path = tmp_path / "value.html"
    path.write_text(render_value(value, language, provenance=PROVENANCE), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert violations(page) == []
    assert asked == [path.as_uri()]
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
