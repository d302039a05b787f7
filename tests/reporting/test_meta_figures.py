"""Baujat, bubble, drapery, influence, leave-one-out and cumulative figures of a meta-analysis."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from lcresearch import synthesis
from lcresearch.errors import ReportingError, SynthesisError
from lcresearch.messages import LANGUAGES
from lcresearch.reporting.point_labels import label_points

DATA = Path(__file__).parents[1] / "reference" / "data" / "bcg.csv"
KINDS = ("forest", "funnel", "baujat", "drapery", "leave_one_out", "cumulative", "influence")


@pytest.fixture(scope="module")
def bcg():
    data = pd.read_csv(DATA)
    return data.assign(slab=data["author"] + " " + data["year"].astype(str))


@pytest.fixture(scope="module")
def fit(bcg):
    return synthesis.meta_analysis("yi", "vi", data=bcg, labels="slab")


@pytest.fixture(scope="module")
def by_latitude(bcg):
    return synthesis.meta_analysis("yi", "vi", data=bcg, labels="slab", moderators="ablat")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_draws_in_both_languages(fit, kind, language):
    fit.plot(kind, language=language).canvas.draw()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_draws_two_studies_or_says_why_not(kind):
    two = synthesis.meta_analysis([0.1, 0.4], [0.02, 0.03])
    if kind == "influence":
        with pytest.raises(ReportingError, match="P003"):
            two.plot(kind)
    else:
        two.plot(kind).canvas.draw()


def test_unknown_kinds_and_options_are_refused_with_what_there_is(fit):
    with pytest.raises(ReportingError, match="L092") as caught:
        fit.plot("baujatt")
    assert "forest, funnel, baujat, bubble, drapery, leave_one_out, cumulative, influence" in str(caught.value)
    with pytest.raises(ReportingError, match="Y081") as caught:
        fit.plot("bubble", order="year")
    assert "moderator, prediction, shown_as, conf_level" in str(caught.value)


def test_baujat_plot_shows_the_coordinates(fit):
    axes = fit.plot("baujat").axes[0]
    drawn = np.column_stack(axes.lines[0].get_data())
    expected = fit.baujat()[["contribution", "influence"]].to_numpy()
    np.testing.assert_allclose(drawn[np.lexsort(drawn.T)], expected[np.lexsort(expected.T)])
    assert "Hart & Sutherland 1977" in [text.get_text() for text in axes.texts]


def test_drapery_shows_a_curve_a_study_and_the_pooled_one(fit):
    axes = fit.plot("drapery", language="en").axes[0]
    table = fit.p_value_functions()
    curves = [line for line in axes.lines if len(line.get_xdata()) > 50]
    assert len(curves) == 13 + 2
    pooled = next(line for line in curves if line.get_label() == "mean effect")
    np.testing.assert_allclose(pooled.get_ydata(), table.loc[table["kind"] == "pooled", "p_value"])


def test_bubble_plot_shows_studies_line_and_bands(by_latitude, bcg):
    axes = by_latitude.plot("bubble", prediction=True, language="en").axes[0]
    bubbles = next(c for c in axes.collections if isinstance(c, PathCollection))
    np.testing.assert_allclose(bubbles.get_offsets(), bcg[["ablat", "yi"]])
    line = next(line for line in axes.lines if line.get_label() == "by the model")
    np.testing.assert_allclose(line.get_ydata(), by_latitude.regression_line()["estimate"])
    assert "new study (95%)" in [line.get_label() for line in axes.lines]
    assert len(by_latitude.plot("bubble").axes[0].lines) == len(axes.lines) - 2


def test_bubble_plot_writes_years_as_years(bcg):
    figure = synthesis.meta_analysis("yi", "vi", data=bcg, moderators="year").plot("bubble", language="nl")
    figure.canvas.draw()
    assert "1950" in [label.get_text() for label in figure.axes[0].get_xticklabels()]


def test_bubble_plot_needs_a_numeric_moderator(fit, bcg):
    with pytest.raises(SynthesisError, match="Y021"):
        fit.plot("bubble")
    with pytest.raises(SynthesisError, match="Y080"):
        synthesis.meta_analysis("yi", "vi", data=bcg, moderators="alloc").plot("bubble")


def test_leave_one_out_and_cumulative_show_their_tables(fit):
    for kind, table in (("leave_one_out", fit.leave_one_out()), ("cumulative", fit.cumulative("year"))):
        options = {"order": "year"} if kind == "cumulative" else {}
        axes = fit.plot(kind, **options).axes[0]
        squares = next(c for c in axes.collections if isinstance(c, PathCollection))
        np.testing.assert_allclose(squares.get_offsets()[:, 0], table["estimate"])


def test_influence_marks_what_the_rules_mark():
    data = pd.DataFrame({"yi": [0.1, 0.2, 0.15, 0.1, 0.2, 1.9], "vi": [0.02] * 6})
    fit = synthesis.meta_analysis("yi", "vi", data=data)
    assert fit.influence()["influential"].tolist() == [False] * 5 + [True]
    marked = [line for line in fit.plot("influence").axes[0].lines if line.get_marker() == "D"]
    assert list(marked[0].get_ydata()) == [5]


def test_names_of_points_do_not_cover_each_other(fit):
    figure = fit.plot("baujat")
    axes = figure.axes[0]
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in axes.texts]
    overlaps = [(a, b) for n, a in enumerate(boxes) for b in boxes[n + 1 :] if a.overlaps(b)]
    assert len(boxes) > 8
    assert not overlaps


def test_long_names_that_end_differently_stay_apart():
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.add_subplot()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    names = [f"A learning community with a long name in region {n}" for n in ("one", "two")]
    label_points(figure, axes, np.array([0.2, 0.2]), np.array([0.2, 0.8]), names, radius=np.array([3.0, 3.0]), most=2)
    written = [text.get_text() for text in axes.texts]
    assert written[0].endswith("one")
    assert written[1].endswith("two")


NESTED = pd.DataFrame(
    {
        "site": list("aaabbccdd"),
        "study": [1, 2, 3, 1, 2, 1, 2, 1, 2],
        "vi": 0.02,
        "yi": [0.1, 0.3, 0.5, 0.6, 0.2, 0.2, 0.9, 0.7, 0.4],
        "dose": range(9),
        "what": ["mood", "skill", "mood"] * 3,
    }
)


def words_of(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts] + [t.get_text() for t in figure.texts]


@pytest.mark.parametrize(("language", "mean"), [("nl", "Gemiddeld effect"), ("en", "Mean effect")])
def test_a_forest_of_several_levels_has_the_groups_and_the_mean(language, mean):
    fit = synthesis.multilevel_meta_analysis("yi", "vi", ["site", "study"], data=NESTED)
    words = words_of(fit.plot(language=language))
    assert {"a", "b", "c", "d", mean} <= set(words)
    assert "9 effe" in " ".join(words)


def test_a_forest_of_several_levels_with_moderators_outcomes_or_one_effect_a_group():
    by_dose = synthesis.multilevel_meta_analysis("yi", "vi", ["site", "study"], data=NESTED, moderators="dose")
    assert "Mean effect" not in words_of(by_dose.plot(language="en"))
    outcomes = synthesis.multilevel_meta_analysis("yi", "vi", ["site"], data=NESTED, outcome="what", structure="CS")
    assert {"mood", "skill", "1: mood"} <= set(words_of(outcomes.plot(language="en")))
    alone = synthesis.multilevel_meta_analysis("yi", "vi", ["site"], data=NESTED.iloc[[0, 3, 5, 7]])
    assert {"a", "b", "c", "d", "Mean effect"} <= set(words_of(alone.plot(language="en", smallest_worthwhile=0.1)))


def test_trim_and_fill_draws_its_funnel():
    filled = synthesis.trim_and_fill([0.1, 0.5, 0.3, 0.9, -0.2, 0.6, 1.2], [0.02, 0.05, 0.01, 0.2, 0.03, 0.08, 0.3])
    labels = filled.plot(language="en").axes[0].get_legend_handles_labels()[1]
    assert len(labels) == 6
