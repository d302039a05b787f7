"""The forest of a meta-analysis, of subgroups, and of the consortia with a working element."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from lcresearch import synthesis
from lcresearch.errors import ReportingError
from lcresearch.messages import LANGUAGES
from lcresearch.reporting import element_forest, figure_svg, forest_description
from lcresearch.reporting.canvas import SIMULATED
from lcresearch.reporting.effect_scale import SCALES, digits_for


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def diamonds(figure):
    """Low, middle and high of every diamond, from top to bottom."""
    corners = [patch.get_xy() for patch in figure.axes[0].patches]
    return [(float(xy[0, 0]), float(xy[1, 0]), float(xy[2, 0])) for xy in corners]


@pytest.fixture
def data():
    return pd.DataFrame(
        {
            "yi": [0.2, 0.5, 0.9, 0.1],
            "vi": [0.02, 0.03, 0.01, 0.04],
            "name": ["A $x$ B", "B", "C", "D"],
            "x": [1, 2, 4, 2],
            "sector": ["care", "care", "trade", "trade"],
        }
    )


@pytest.fixture
def consortia():
    return pd.DataFrame(
        {
            "label": ["Harbour", "Care", "Glass", "Wood"],
            "sector": ["industry", "care", "industry", "care"],
            "estimate": [0.3, 0.1, 0.5, np.nan],
            "conf_low": [0.1, -0.1, 0.2, np.nan],
            "conf_high": [0.5, 0.3, 0.8, np.nan],
            "weight": [40.0, 40.0, 20.0, np.nan],
        }
    )


@pytest.fixture
def pooled():
    return pd.DataFrame(
        {
            "sector": ["industry", "care", None],
            "estimate": [0.36, 0.1, 0.25],
            "conf_low": [0.19, -0.1, 0.12],
            "conf_high": [0.53, 0.3, 0.38],
            "pred_low": [np.nan, np.nan, -0.1],
            "pred_high": [np.nan, np.nan, 0.6],
        }
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_weights_mean_and_prediction(data, language):
    fit = synthesis.meta_analysis("yi", "vi", data=data, labels="name")
    figure = fit.plot(language=language)
    shown = texts(figure)
    assert "A $x$ B" in shown
    assert {"nl": "In een nieuw onderzoek (95%)", "en": "In a new study (95%)"}[language] in shown
    assert {"nl": "0,20", "en": "0.20"}[language] in shown
    assert {"nl": "[-0,08; 0,48]", "en": "[-0.08; 0.48]"}[language] in shown
    np.testing.assert_allclose(diamonds(figure), fit.tidy()[["conf_low", "estimate", "conf_high"]])
    figure.canvas.draw()


def test_language_of_a_figure_does_not_outlive_it(data):
    fit = synthesis.meta_analysis("yi", "vi", data=data)
    fit.plot(language="nl")
    assert "Study" in texts(fit.plot())
    with pytest.raises(ReportingError, match="P002"):
        fit.plot(language="fr")


def test_squares_follow_weights(data):
    fit = synthesis.meta_analysis("yi", "vi", data=data)
    squares = next(c for c in fit.plot().axes[0].collections if len(c.get_offsets()) == 4 and len(c.get_sizes()) == 4)
    sizes, weight = squares.get_sizes(), fit.studies()["weight"]
    np.testing.assert_allclose(sizes / sizes.max(), weight / weight.max())


def test_equal_effects_have_no_prediction(data):
    assert "In a new study (95%)" not in texts(synthesis.meta_analysis("yi", "vi", data=data, method="EE").plot())


def test_meta_regression_shows_what_the_model_says_of_each_study(data):
    fit = synthesis.meta_analysis("yi", "vi", data=data, moderators="x")
    axes = fit.plot().axes[0]
    drawn = next(line for line in axes.lines if line.get_marker() == "D")
    np.testing.assert_allclose(drawn.get_xdata(), fit.fit.studies.x @ fit.fit.coefficients)
    assert not axes.patches


def test_subgroups_each_have_a_heading_and_a_diamond(data):
    fit = synthesis.meta_analysis("yi", "vi", data=data, labels="name")
    figure = fit.plot(subgroups="sector", language="en")
    shown = texts(figure)
    order = [shown.index(text) for text in ("care", "A $x$ B", "B", "trade", "C", "D", "All studies together")]
    assert order == sorted(order)
    expected = pd.concat([fit.subgroups("sector").tidy(), fit.tidy()])[["conf_low", "estimate", "conf_high"]]
    np.testing.assert_allclose(diamonds(figure), expected)
    assert any(text.startswith("Difference between groups: Q(1)") for text in shown)
    assert texts(fit.subgroups("sector").plot(language="en")) == shown


def test_a_subgroup_of_one_study_says_so(data):
    fit = synthesis.meta_analysis("yi", "vi", data=data)
    assert "one study: tau² cannot be estimated" in texts(fit.plot(subgroups=["a", "a", "a", "b"], language="en"))


def test_more_than_sixty_studies_stand_in_order_of_size_without_names():
    rng = np.random.default_rng(1)
    yi = rng.normal(size=61)
    fit = synthesis.meta_analysis(yi, np.full(61, 0.1), labels=[f"study {n}" for n in range(61)])
    figure = fit.plot(language="en")
    shown = texts(figure)
    assert not [text for text in shown if text.startswith("study ")]
    assert "61 studies, from small to large effect" in shown
    drawn = next(line for line in figure.axes[0].lines if len(line.get_xdata()) == 61)
    assert list(drawn.get_xdata()) == sorted(yi)


def test_a_forest_of_four_hundred_is_no_higher_than_a_page():
    rng = np.random.default_rng(1)
    figure = synthesis.meta_analysis(rng.normal(size=400), np.full(400, 0.1)).plot()
    assert figure.get_figheight() < 9


def test_one_huge_variance_does_not_squeeze_the_others(data):
    wide = pd.concat([data, data.iloc[:1].assign(yi=40.0, vi=900.0)])
    axes = synthesis.meta_analysis("yi", "vi", data=wide, labels="name").plot().axes[0]
    assert axes.get_xlim()[1] < 6
    assert [line.get_marker() for line in axes.lines if line.get_marker() in "<>"] == ["<", ">"]


def test_equal_effects_without_any_spread_can_be_drawn():
    synthesis.meta_analysis([0.2] * 4, [1e-9] * 4).plot().canvas.draw()


def test_ratios_are_shown_back(data):
    fit = synthesis.meta_analysis("yi", "vi", data=data)
    figure = fit.plot(shown_as="ratio", language="en")
    assert "1.22" in texts(figure)
    axis = figure.axes[0].xaxis
    written = [float(label.get_text()) for label in axis.get_ticklabels()]
    np.testing.assert_allclose(np.exp(axis.get_ticklocs()), written)
    assert 1.0 in written


@pytest.mark.parametrize("name", SCALES)
def test_ticks_are_round_numbers_within_the_axis(name):
    scale = SCALES[name]
    for low, high in ((-4.0, 3.0), (-0.2, 0.3), (0.9, 1.1)):
        ticks = scale.ticks(low, high)
        assert 1 <= len(ticks) <= 9
        assert low <= ticks.min() <= ticks.max() <= high
        shown = scale.shown(ticks)
        np.testing.assert_allclose(shown, np.round(shown, 4), atol=1e-9)


def test_decimals_follow_the_width_of_intervals():
    assert [digits_for(np.array([width])) for width in (500.0, 5.0, 0.5, 0.01, 0.001)] == [0, 2, 2, 3, 4]


def test_effects_that_cannot_be_logarithms_are_refused(data):
    fit = synthesis.meta_analysis([40.0, 45.0, 50.0], [1.0, 1.0, 1.0])
    with pytest.raises(ReportingError, match="Y083"):
        fit.plot(shown_as="ratio")
    with pytest.raises(ReportingError, match=r"L092.*\n?.*effect, ratio, correlation, share"):
        fit.plot(shown_as="log")


def test_forest_of_an_element(consortia, pooled):
    figure = element_forest(consortia, pooled, smallest_worthwhile=0.1, language="en", title="A shared task")
    shown = texts(figure)
    order = [shown.index(text) for text in ("industry", "Harbour", "Glass", "care", "Care", "Wood")]
    assert order == sorted(order)
    assert "not estimable" in shown
    np.testing.assert_allclose([middle for _, middle, _ in diamonds(figure)], [0.36, 0.1, 0.25])
    assert to_hex(figure.axes[0].patches[-1].get_facecolor()) == SIMULATED
    outside = [text.get_text() for text in figure.texts]
    assert "A shared task" in outside
    assert "Grey band: effects too small to be worthwhile (between -0.10 and 0.10)." in outside


def test_nothing_of_a_forest_is_cut_off(consortia, pooled):
    names = ["Learning community of greenhouse growers and logistics of the future, region west"] * 4
    figure = element_forest(consortia.assign(label=names), pooled, smallest_worthwhile=0.1, language="nl")
    figure.draw_without_rendering()
    page = figure.bbox
    for text in [*figure.axes[0].texts, *figure.texts, *figure.axes[0].get_xticklabels()]:
        box = text.get_window_extent()
        assert page.x0 <= box.x0 <= box.x1 <= page.x1
        assert page.y0 <= box.y0 <= box.y1 <= page.y1


def test_description_names_everything_that_was_pooled(consortia, pooled):
    words = forest_description(consortia, pooled, language="nl")
    assert words.startswith("Forest plot van 4 consortia. industry: 0,36 (interval 0,19 tot 0,53).")
    assert words.endswith("In een nieuw consortium: -0,10 tot 0,60.")


def test_a_frame_without_its_columns_or_numbers_is_refused(consortia, pooled):
    with pytest.raises(ReportingError, match="Y082"):
        element_forest(consortia.drop(columns="conf_low"), pooled)
    with pytest.raises(ReportingError, match="P003"):
        element_forest(consortia.assign(estimate=np.nan), pooled.iloc[:0])


def test_svg_for_a_page_is_named_described_and_the_same_each_time(consortia, pooled):
    def drawn(name):
        figure = element_forest(consortia, pooled, language="en")
        return figure_svg(figure, name=name, title="A & B", description="<two>")

    first = drawn("one")
    assert first == drawn("one")
    assert '<title id="one-title">A &amp; B</title><desc id="one-desc">&lt;two&gt;</desc>' in first
    assert ">Harbour</text>" in first
    assert "<style" not in first
    identifiers = re.findall(r'id="([^"]+)"', first)
    assert len(identifiers) == len(set(identifiers))
    assert not set(identifiers) & set(re.findall(r'id="([^"]+)"', drawn("two")))
    assert set(re.findall(r'href="#([^"]+)"', first)) <= set(identifiers)
    with pytest.raises(ValueError, match="not a name"):
        figure_svg(Figure(), name='"><script>', title="", description="")
