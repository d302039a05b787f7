"""Pages, tables and figures: what is there stays, names differ, and what cannot be drawn is refused."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from lxml import etree
from matplotlib.figure import Figure

from lcresearch import multilevel, reporting
from lcresearch.errors import LcresearchError, ReportingError


@pytest.mark.parametrize(("write", "folder"), [(reporting.save_tables, "tables"), (reporting.save_figures, "figures")])
def test_what_is_there_is_kept(content, tmp_path, write, folder):
    content = dataclasses.replace(content, scales=content.scales[1:])
    made = write(content, tmp_path / "first")
    there = tmp_path / "second" / folder / made[0].name
    there.parent.mkdir(parents=True)
    there.write_text("mine", encoding="utf-8")
    with pytest.raises(ReportingError) as refused:
        write(content, tmp_path / "second")
    assert {problem.code for problem in refused.value.problems} == {"G002"}
    assert there.read_text(encoding="utf-8") == "mine"


def test_a_report_without_scales_has_no_figure_of_a_scale(content):
    with_scales = {drawing.name for drawing in reporting.report_figures(content, "nl")}
    without = {drawing.name for drawing in reporting.report_figures(dataclasses.replace(content, scales=()), "nl")}
    assert without < with_scales


def test_names_of_reports_differ_and_the_first_language_has_the_plain_one():
    assert reporting.report_names(["nl", "en"]) == {"nl": "report.html", "en": "report.en.html"}
    assert reporting.report_names(["en", "nl"]) == {"en": "report.html", "nl": "report.nl.html"}
    assert reporting.report_names(["nl", "nl"]) == {"nl": "report.html"}
    assert reporting.report_names(["en", "nl", "en"]) == {"en": "report.html", "nl": "report.nl.html"}
    assert reporting.report_names([]) == {}


def test_hostile_words_of_a_figure_stay_words():
    hostile = '"><script>alert(1)</script>&'
    svg = reporting.figure_svg(Figure(figsize=(1, 1)), name="one", title=hostile, description=hostile)
    tree = etree.fromstring(svg)
    assert not tree.findall(".//{*}script")
    assert [each.text for each in tree.findall(".//{*}desc")] == [hostile]


def test_a_forest_of_which_nothing_was_pooled_is_described_by_its_rows():
    frame = pd.DataFrame({"name": ["A", "B"], "estimate": [0.1, 0.2]})
    said = reporting.forest_description(
        frame, pd.DataFrame({"estimate": [], "conf_low": [], "conf_high": []}), language="en"
    )
    assert "2" in said
    assert "nan" not in said


def test_a_confidential_page_without_interviews_is_a_page_in_each_language(content):
    for language in ("nl", "en"):
        page = reporting.render_confidential({}, content.head, language)
        assert etree.HTML(page).get("lang") == language
        assert "None" not in page


def test_slopes_that_the_model_does_not_have_are_refused():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"team": list("abcdef") * 8, "x": rng.normal(size=48), "y": rng.normal(size=48)})
    fit = multilevel.fit_lmm("y ~ x + (1 | team)", frame.assign(y=frame["y"] + frame["team"].map(ord)))
    with pytest.raises(LcresearchError) as refused:
        reporting.slopes_figure(fit, "x", "z")
    assert refused.value.problems[0].code == "L035"
