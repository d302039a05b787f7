"""Figures of comparative analysis: what they show, in both languages, and how cases are named."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import ReportingError
from lcresearch.integration import beside_regression, calibrate, qca, qca_clusters, qca_robustness

FOLDER = Path(__file__).parents[1] / "reference" / "qca"
CONDITIONS = ["DEV", "URB", "LIT", "IND", "STB"]


def lipset(kind):
    return pd.read_csv(FOLDER / f"lipset_{kind}.csv", index_col="case")


@pytest.fixture(scope="module")
def fuzzy():
    return qca(lipset("fuzzy"), "SURV", CONDITIONS)


@pytest.fixture(scope="module")
def crisp():
    return qca(lipset("crisp"), "SURV", CONDITIONS)


def texts(figure):
    figure.draw_without_rendering()
    axes = figure.axes[0]
    found = [text.get_text() for text in axes.texts] + [axes.get_xlabel(), axes.get_ylabel()]
    legends = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    return found + legends + ([figure.get_suptitle()] if figure.get_suptitle() else [])


def overlaps(figure):
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts if text.get_text().strip()]
    return [
        (first.x0, second.x0)
        for place, first in enumerate(boxes)
        for second in boxes[place + 1 :]
        if first.overlaps(second) and min(first.x1, second.x1) - max(first.x0, second.x0) > 1.5
        and min(first.y1, second.y1) - max(first.y0, second.y0) > 1.5
    ]  # fmt: skip


def test_a_calibration_plot_shows_curve_anchors_cases_and_the_reason():
    raw = lipset("raw")["DEV"]
    made = calibrate(raw, exclusion=400, crossover=550, inclusion=900, why="As in the book of 2009.")
    figure = made.plot(language="nl")
    axes = figure.axes[0]
    curve = max(axes.lines, key=lambda line: len(line.get_xdata()))
    np.testing.assert_allclose(curve.get_ydata(), made.curve(curve.get_xdata()))
    np.testing.assert_allclose(axes.collections[0].get_offsets()[:, 1], made.memberships)
    top = [label.get_text() for label in axes.child_axes[0].get_xticklabels()]
    assert [text.strip() for text in top] == ["helemaal buiten", "kantelpunt", "helemaal erin"]
    assert "Waarom: As in the book of 2009." in texts(figure)
    assert {"FR", "IT"} <= set(texts(figure))
    assert not overlaps(figure)


@pytest.mark.parametrize("method", ["crisp", "indirect", "bell", "qualitative", "as_is"])
def test_every_method_of_calibration_has_a_plot(method):
    values = pd.Series([1.0, 2, 3, 4, 6, 8, 10, None], index=list("ABCDEFGH"))
    options = {
        "crisp": {"thresholds": [3, 7]},
        "indirect": {"thresholds": [2, 4, 7]},
        "bell": {"anchors": [1, 2, 4, 5, 7, 9]},
        "qualitative": {"scheme": {value: value / 10 for value in (1, 2, 3, 4, 6, 8, 10)}},
        "as_is": {},
    }
    given = values / 10 if method == "as_is" else values
    figure = calibrate(given, method, **options[method]).plot(language="en")
    assert len(figure.axes[0].collections[0].get_offsets()) == 7
    assert not overlaps(figure)


def test_names_of_cases_are_left_out_or_become_codes():
    made = calibrate(lipset("raw")["DEV"], exclusion=400, crossover=550, inclusion=900)
    named, coded, bare = (set(texts(made.plot(names=names))) for names in ("confidential", "opaque", "none"))
    assert "FR" in named
    assert "FR" not in coded | bare
    assert "C1" in coded
    with pytest.raises(ReportingError):
        made.plot(names="all")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "Voldoende? Consistentie 0,85, PRI 0,82, dekking 0,71"),
        ("en", "Sufficient? Consistency 0.85, PRI 0.82, coverage 0.71"),
    ],
)
def test_an_xy_plot_shows_cases_and_fit(fuzzy, language, words):
    figure = fuzzy.plot(language=language)
    assert words in texts(figure)
    model = fuzzy.solution("parsimonious").models[0]
    offsets = np.vstack([part.get_offsets() for part in figure.axes[0].collections])
    x = model.membership(fuzzy.truth_table.frame)
    expected = {(round(a, 4), round(b, 4)) for a, b in zip(x, fuzzy.truth_table.membership, strict=True)}
    assert {tuple(np.round(pair, 4)) for pair in offsets.tolist()} == expected
    assert not overlaps(figure)


def test_an_xy_plot_of_necessity_of_any_expression(fuzzy):
    shown = texts(fuzzy.plot(term="LIT*STB", relation="necessity", language="en"))
    assert "Necessary? Consistency 0.92, relevance 0.80, coverage 0.79" in shown
    assert "Membership of LIT*STB" in shown


def test_cases_in_one_place_stand_together(crisp):
    shown = " ".join(texts(crisp.plot(solution="conservative"))).replace("\n", " ")
    assert "BE, CZ, FI, FR, IE, NL, SE, UK" in shown
    assert not overlaps(crisp.plot(solution="conservative"))
    coded = " ".join(texts(crisp.plot(names="opaque"))).replace("\n", " ")
    assert "BE" not in coded
    assert "C9, C10" in coded


@pytest.mark.parametrize("options", [{"relation": "cause"}, {"solution": "intermediate"}, {"model": 7}])
def test_an_xy_plot_of_what_is_not_there(fuzzy, options):
    with pytest.raises(ReportingError):
        fuzzy.plot(**options)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_stays_and_groups_and_regression(fuzzy, language):
    groups = {case: "abc"[place % 3] for place, case in enumerate(fuzzy.truth_table.frame.index)}
    robust = qca_robustness(fuzzy, kind="conservative", consistency=[0.75], pri=[], frequency=[], leave_out=False)
    figure = robust.plot(language=language)
    widths = [patch.get_width() for patch in figure.axes[0].patches]
    assert sum(widths) == pytest.approx(len(robust.shown()))
    clusters = qca_clusters(fuzzy, groups, kind="conservative")
    n_points = sum(len(part.get_offsets()) for part in clusters.plot(language=language).axes[0].collections)
    assert n_points == (clusters.table["level"] == "within").sum()
    beside = beside_regression(fuzzy, kind="conservative")
    figure = beside.plot(language=language)
    assert set(beside.disagreements()["case"]) <= set(texts(figure))
    assert not overlaps(figure)
