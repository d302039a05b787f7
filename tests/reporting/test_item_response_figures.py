import numpy as np
import pandas as pd
import pytest

from lcresearch import measurement

ITEMS = ["a", "b", "c"]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Invented answers 1 to 4 of 300 persons in two teams."""
    rng = np.random.default_rng(7)
    theta = rng.normal(size=300)
    answers = {item: 1.0 + np.digitize(1.5 * theta + rng.logistic(size=300), [-1.5, 0, 1.5]) for item in ITEMS}
    return pd.DataFrame({"team": np.repeat(["north", "$south$"], 150)} | answers)


def test_information_of_the_test_is_the_sum_of_the_items(frame):
    axes = measurement.graded_response(frame, ITEMS).plot().axes[0]
    heights = [line.get_ydata() for line in axes.lines[:4]]
    assert heights[3] == pytest.approx(sum(heights[:3]))


def test_chances_of_answers_add_up_in_a_panel_an_item(frame):
    panels = measurement.graded_response(frame, ITEMS).plot("categories").axes
    assert [axes.get_title(loc="left") for axes in panels] == ITEMS
    assert sum(line.get_ydata() for line in panels[0].lines) == pytest.approx(np.ones(161))


def test_curves_of_items_have_a_line_a_group(frame):
    figure = measurement.differential_item_functioning(frame, ITEMS, "team", match="rest").plot()
    assert [len(axes.lines) for axes in figure.axes] == [2, 2, 2]
    figure.canvas.draw()


def test_short_form_stays_below_the_full_scale(frame):
    model = measurement.graded_response(frame, ITEMS)
    axes = measurement.short_form(model, n_items=2).plot().axes[0]
    full, form = (line.get_ydata() for line in axes.lines[:2])
    assert (form < full).all()
