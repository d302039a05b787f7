import io

import numpy as np
import pandas as pd
import pytest

from lcresearch import measurement
from lcresearch.errors import ReportingError
from lcresearch.reporting import plot
from lcresearch.results import Result

ITEMS = ["a", "b", "c"]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    group = np.repeat(np.arange(12), 8)
    level = 3 + 0.5 * rng.normal(size=12)[group] + 0.5 * rng.normal(size=96)
    answers = {item: np.clip(np.round(level + 0.6 * rng.normal(size=96)), 1, 5) for item in ITEMS}
    return pd.DataFrame({"team": [f"$team {n}$" for n in group]} | answers)


def test_item_analysis_shows_each_item_at_its_correlation(frame):
    result = measurement.item_analysis(frame, ITEMS)
    axes = plot(result).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ITEMS
    assert axes.lines[0].get_xdata() == pytest.approx(result.tidy()["item_rest_correlation"].to_numpy())


def test_reliability_leaves_out_what_is_no_coefficient(frame):
    result = measurement.reliability(frame, ITEMS, group="team")
    shown = plot(result).axes[0].lines[0].get_xdata()
    terms = result.tidy()
    assert len(shown) == (terms["term"] != "standard_error_of_measurement").sum()
    assert max(shown) <= 1


def test_agreement_shows_every_group_under_both_nulls(frame):
    result = measurement.agreement(frame, ITEMS, "team", response_range=(1, 5))
    lines = plot(result).axes[0].lines
    assert lines[0].get_ydata() == pytest.approx(np.sort(result.tidy()["r_wg_uniform"]))
    assert lines[1].get_ydata() == pytest.approx(np.sort(result.tidy()["r_wg_slight_skew"]))


def test_within_between_shows_three_correlations(frame):
    result = measurement.within_between_analysis(frame, "a", "b", "team")
    assert len(plot(result).axes[0].get_yticklabels()) == len(result.tidy())


def test_results_draw_themselves_and_can_be_saved(frame):
    file = io.BytesIO()
    measurement.item_analysis(frame, ITEMS).plot().savefig(file, format="svg")
    assert b"</svg>" in file.getvalue()


def test_an_unknown_result_is_refused():
    with pytest.raises(ReportingError) as caught:
        plot(Result())
    assert caught.value.problems[0].code == "P001"


def test_a_result_without_numbers_is_refused(frame):
    result = measurement.item_analysis(frame.assign(a=1.0, b=2.0, c=3.0), ITEMS)
    with pytest.raises(ReportingError) as caught:
        plot(result)
    assert caught.value.problems[0].code == "P003"
