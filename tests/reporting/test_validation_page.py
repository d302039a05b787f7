"""The validation report: words, figures and files, and the page in a real browser."""

import datetime
import json
import re

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from tests.accessibility import violations
from tests.reporting.in_a_browser import OPEN_ALL, open_report

from lcresearch import instruments, measurement
from lcresearch.errors import ReportingError
from lcresearch.messages import text_keys
from lcresearch.reporting.validation_files import save_validation
from lcresearch.reporting.validation_page import render_validation

HARMFUL = '<script>alert("x")</script> & Zn.'
FORMULA = '=HYPERLINK("x")'
PAGES = {"nl": "report.html", "en": "report.en.html"}
DATE = datetime.date(2026, 11, 25)


@pytest.fixture(scope="module")
def found():
    """Made-up answers in ten teams, two of them with names that try to do harm and two of them small, at two waves."""
    voice = instruments.load("psychological-safety")
    rng = np.random.default_rng(11)
    names = [*(f"team {number}" for number in range(1, 7)), HARMFUL, FORMULA, "tiny", "tiny too"]
    team = np.repeat(np.arange(10), [32] * 8 + [4, 4])
    person = rng.normal(size=len(team)) + rng.normal(0, 0.6, 10)[team]
    waves = []
    for wave in ("t0", "t1"):
        safety = person + rng.normal(0, 0.3, len(team))
        columns = {
            item.id: (3 + (-0.8 if item.reversed else 0.8) * safety + rng.normal(0, 0.6, len(team))).round().clip(1, 5)
            for item in voice.items
        }
        who = [f"p{number}" for number in range(len(team))]
        waves.append(pd.DataFrame(columns).assign(respondent=who, wave=wave, team=[names[at] for at in team]))
    return measurement.validation(voice, pd.concat(waves), groups="team", simulated=True, short_form=4)


@pytest.fixture(scope="module")
def folder(found, tmp_path_factory):
    folder = tmp_path_factory.mktemp("validation") / "report"
    save_validation(found, folder, date=DATE, group_titles={"team": {"nl": "team", "en": "team"}})
    return folder


def test_the_same_result_gives_the_same_bytes(found, folder, tmp_path):
    again = tmp_path / "again"
    save_validation(found, again, date=DATE, group_titles={"team": {"nl": "team", "en": "team"}})
    for path in folder.rglob("*.*"):
        assert path.read_bytes() == (again / path.relative_to(folder)).read_bytes(), path.name


def test_marks_made_up_answers_everywhere(folder):
    for name, mark in (("report.html", "Gesimuleerde gegevens"), ("report.en.html", "Simulated data")):
        assert mark in (folder / name).read_text(encoding="utf-8")
    assert all("simulated" in pd.read_csv(path).columns for path in (folder / "tables").glob("*.csv"))
    assert "made up" in (folder / "evidence.yaml").read_text(encoding="utf-8").splitlines()[1]
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["simulated"] is True


def test_neither_markup_nor_formulas_come_through(folder):
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    norms = pd.read_csv(folder / "tables" / "norms.csv")
    assert "'" + FORMULA in norms["group"].tolist()
    sheet = load_workbook(folder / "tables" / "tables.xlsx")["norms"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_small_groups_are_not_on_the_page(folder):
    for name in PAGES.values():
        assert "tiny" not in (folder / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_says_yes_and_no_in_words(found, language):
    page = render_validation(found, language, provenance={"version": "1"})
    answers = (
        {"ja", "voorzichtig", "nee", "niet bekend"} if language == "nl" else {"yes", "with care", "no", "not known"}
    )
    shown = set(re.findall(r'<span class="answer \w+">([^<]+)</span>', page))
    assert (
        shown
        <= {"nl": {"ja", "voorzichtig", "nee", "niet bekend"}, "en": {"yes", "with care", "no", "not known"}}[language]
    )
    assert shown & set(answers)
    assert "{" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_refuses_a_language_without_texts(found, tmp_path):
    with pytest.raises(ReportingError, match="P002"):
        found.report(tmp_path / "report", languages=["de"])
    assert not (tmp_path / "report").exists()


@pytest.fixture(params=["nl", "en"])
def page(request, browser, folder):
    opened = open_report(browser, folder / PAGES[request.param], request.param)
    yield opened
    opened.close()


@pytest.fixture(params=["nl", "en"])
def read(request, looked_at, folder):
    """The page for tests that only look at it."""
    return looked_at(folder / PAGES[request.param], request.param)


@pytest.mark.browser
def test_asks_for_nothing_and_logs_nothing(read):
    read.evaluate(OPEN_ALL)
    assert read.seen == {"console": [], "requests": [read.url]}
    assert read.get_attribute("html", "lang") == read.language


@pytest.mark.browser
@pytest.mark.parametrize(("width", "everything_open"), [(1280, False), (390, True)])
def test_axe_finds_no_violations(read, width, everything_open):
    read.set_viewport_size({"width": width, "height": 900})
    if everything_open:
        read.evaluate(OPEN_ALL)
    assert violations(read, None if everything_open else False) == []


@pytest.mark.browser
def test_fits_a_phone_and_ids_are_unique(read):
    read.set_viewport_size({"width": 390, "height": 844})
    read.evaluate(OPEN_ALL)
    assert read.evaluate("document.documentElement.scrollWidth") <= 390
    ids = read.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.browser
def test_every_figure_has_a_name_and_a_description(read):
    figures = read.locator("figure svg[role=img]")
    assert figures.count() == 3
    for figure in figures.all():
        ids = figure.get_attribute("aria-labelledby").split()
        assert all(len(read.locator(f"[id='{one}']").text_content()) > 20 for one in ids)


@pytest.mark.browser
def test_the_languages_link_to_each_other(page):
    other = "en" if page.language == "nl" else "nl"
    page.click(".languages a")
    assert page.get_attribute("html", "lang") == other


@pytest.mark.parametrize("verdict", ["holds", "holds_partially", "equivalent", "fails", "not_reached"])
def test_every_result_of_a_step_has_words(verdict):
    assert f"report.validation.verdict.{verdict}" in text_keys()
