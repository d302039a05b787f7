"""The PRISMA flow, the evidence map and the page of a literature synthesis, in both languages."""

import datetime
import json
from xml.etree import ElementTree

import pandas as pd
import pytest
from tests.accessibility import violations

from lcresearch import reporting
from lcresearch.errors import ReportingError, StudyError
from lcresearch.reporting.evidence_map_figure import evidence_map_drawing
from lcresearch.reporting.literature_page import render_literature, studies_table
from lcresearch.reporting.prisma_figure import prisma_drawing
from lcresearch.reporting.svg import svg_file
from lcresearch.synthesis import (
    deduplicate,
    evidence_map,
    extraction_of,
    literature_synthesis,
    prisma_flow,
    records_of,
    screening_log,
)

COUNTS = {
    "previous": {"studies": 7, "reports": 9},
    "databases": {
        "identified": {"Scopus": 300, "ERIC <b>": 120},
        "removed": {"duplicates": 90},
        "excluded": 250,
        "not_retrieved": 5,
        "excluded_reports": {"a reason that is so long that it does not fit on one line of a box": 55},
    },
    "other": {"identified": {"website": 3, "Own shelf": 2}, "excluded_reports": {"no outcome": 1}},
    "included": {"studies": 18},
}


def texts(drawing):
    root = ElementTree.fromstring(svg_file(drawing))
    return [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.fixture(scope="module")
def found():
    records = records_of(pd.DataFrame({"title": ["One", "Two", "Three"], "database": "Scopus"}))
    deduplication = deduplicate(records)
    ids = records.frame["record"].tolist()
    rows = [(stage, who, one, "include") for stage in ("title_abstract", "full_text") for who in "ab" for one in ids]
    log = screening_log(records, pd.DataFrame(rows, columns=["stage", "screener", "record", "decision"]))
    extraction = extraction_of(
        pd.DataFrame(
            {
                "record": ids,
                "study": ["A & B", "C", "D"],
                "theme": "trust",
                "sector": ["care", "care", "metal"],
                "direction": ["positive", "null", "unclear"],
                "stopped": ["no", "no", "yes"],
                "risk_of_bias": ["low", "high", ""],
            }
        ),
        themes={"trust": {"nl": "vertrouwen", "en": "trust"}, "time": {"nl": "tijd", "en": "time"}},
        sectors={"care": {"nl": "zorg", "en": "care"}, "metal": {"nl": "metaal", "en": "metal"}},
    )
    return literature_synthesis(deduplication, log, extraction)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nl", ["Dubbele records (n = 90)", "Own shelf (n = 2)"]),
        ("en", ["Duplicate records (n = 90)", "Websites (n = 3)"]),
    ],
)
def test_the_flow_shows_every_count(language, expected):
    drawing = prisma_drawing(prisma_flow(COUNTS), language)
    shown = texts(drawing)
    assert set(expected) <= set(shown)
    assert "– ERIC <b> (n = 120)" in shown
    assert all(n in " ".join(shown) for n in ("330", "250", "80", "75", "25"))
    assert not any("\ue000" in text for text in shown)
    assert "330" in drawing.description


def test_no_line_of_a_box_is_wider_than_the_box():
    from lcresearch.reporting.prisma_figure import _PAD, _SIZE, _WIDE
    from lcresearch.reporting.text_metrics import text_width

    for language in ("nl", "en"):
        drawing = prisma_drawing(prisma_flow(COUNTS), language)
        labels = [shape for shape in drawing.canvas.shapes if getattr(shape, "size", 0) == _SIZE]
        assert max(text_width(one.text, _SIZE, bold=one.bold) for one in labels) <= _WIDE - _PAD


def test_a_flow_that_is_not_final_says_so(found):
    open_log = screening_log(found.screening.records, found.screening.decisions.iloc[:3])
    shown = texts(prisma_drawing(prisma_flow(screening=open_log), "en"))
    assert "Not final: 3 records still wait for a decision." in shown


def test_the_map_marks_what_is_missing_and_what_was_stopped(found):
    drawing = evidence_map_drawing(found.map, "nl")
    shown = texts(drawing)
    assert shown.count("geen studie") == 2
    assert {"2 ±", "1 ?", "1 gestopt", "1 hoog risico"} <= set(shown)
    assert "tijd – zorg" in drawing.description


def test_plot_gives_figures(found):
    for kind in (None, "map", "prisma"):
        assert found.plot(kind).get_figwidth() > 3
    assert found.flow.plot().get_figwidth() > 3
    with pytest.raises(ReportingError):
        found.plot("funnel")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_is_whole_and_in_one_language(found, language):
    page = render_literature(found, language)
    assert page == render_literature(found, language)
    assert f'lang="{language}"' in page
    assert "A &amp; B" in page
    words = {
        "nl": ("Opgenomen studies", "geen effect", "Cohens kappa"),
        "en": ("Included studies", "no effect", "Cohen's kappa"),
    }
    assert all(word in page.replace("&#39;", "'") for word in words[language])
    assert "synthesis.literature" not in page
    with pytest.raises(ReportingError):
        render_literature(found, "fr")


def test_the_table_of_studies_names_themes_in_the_language(found):
    assert studies_table(found, "nl").frame.iloc[0].tolist() == [
        "A & B", "vertrouwen", "zorg", "", "–", "positief", "laag", "nee", "0",
    ]  # fmt: skip


DATE = datetime.date(2026, 1, 2)


@pytest.fixture(scope="module")
def saved(found, tmp_path_factory):
    return reporting.save_literature(found, tmp_path_factory.mktemp("literature") / "out", date=DATE)


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


def test_a_report_appears_whole_with_tables_that_others_read(found, saved):
    assert saved.name == "report.html"
    made = contents(saved.parent)
    assert {"report.en.html", "run.json", "figures/prisma-flow.nl.svg", "tables/tables.xlsx", "tables/map.csv"} <= set(
        made
    )
    assert json.loads(made["run.json"])["date"] == "2026-01-02"
    cells = pd.read_csv(saved.parent / "tables" / "map.csv", encoding="utf-8-sig", keep_default_na=False)
    numbers = ["n", "positive", "null", "negative", "stopped", "state"]
    pd.testing.assert_frame_equal(cells[numbers], found.map.tidy()[numbers], check_dtype=False)


def test_a_report_replaces_its_own_by_the_same_bytes(found, saved):
    before = contents(saved.parent)
    reporting.save_literature(found, saved.parent, date=DATE, force=True)
    assert contents(saved.parent) == before


def test_a_report_never_replaces_what_is_there_unasked(found, saved, tmp_path):
    with pytest.raises(StudyError):
        reporting.save_literature(found, saved.parent, date=DATE)
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError):
        reporting.save_literature(found, tmp_path, date=DATE, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_map_of_nothing_is_all_missing():
    nothing = extraction_of(
        pd.DataFrame(columns=["record", "study", "theme", "sector", "direction"]), themes=["trust"], sectors=["care"]
    )
    assert evidence_map(nothing).tidy()["state"].tolist() == ["missing"]
    assert texts(evidence_map_drawing(evidence_map(nothing), "en")).count("no study") == 1


@pytest.mark.browser
@pytest.mark.parametrize(("width", "everything_open"), [(1280, False), (390, True)])
def test_the_page_asks_for_nothing_and_axe_finds_no_violations(found, tmp_path, browser, width, everything_open):
    path = tmp_path / "report.html"
    path.write_text(render_literature(found, "nl"), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    if everything_open:
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert violations(page, None if everything_open else False) == []
    assert asked == [path.as_uri()]
    page.close()


def test_flow_and_map_of_a_synthesis_are_those_of_its_parts(found):
    parts = {"deduplication": found.deduplication, "screening": found.screening, "extraction": found.extraction}
    assert found.flow.tidy().equals(prisma_flow(**parts).tidy())
    assert found.map.tidy().equals(evidence_map(found.extraction).tidy())
    again = literature_synthesis(found.deduplication, found.screening, found.extraction)
    assert again.glance().equals(found.glance())


def test_a_synthesis_in_which_nothing_was_decided_has_no_study_and_is_not_final():
    records = records_of(pd.DataFrame({"title": ["One", "Two"], "database": "ERIC"}))
    log = screening_log(records, pd.DataFrame(columns=["stage", "screener", "record", "decision"]))
    nothing = extraction_of(pd.DataFrame(columns=["record", "study", "theme", "sector", "direction"]))
    row = literature_synthesis(deduplicate(records), log, nothing).glance().iloc[0]
    assert row[["n_identified", "n_screened", "n_studies", "final"]].tolist() == [2, 0, 0, False]
