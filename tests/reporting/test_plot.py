import io

import numpy as np
import pandas as pd
import pytest

from lcresearch import measurement, multilevel
from lcresearch.errors import ReportingError
from lcresearch.reporting import plot, slopes_figure
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


def invented_teams():
    rng = np.random.default_rng(1)
    team = np.repeat([f"team {k}" for k in range(12)], 6)
    hours = rng.normal(size=72)
    score = np.repeat(rng.normal(0, 1, 12), 6) + hours + rng.normal(size=72)
    return pd.DataFrame({"score": score, "hours": hours, "team": team})


def test_random_effects_stand_in_order_of_size_with_their_intervals():
    fit = multilevel.fit_lmm("score ~ hours + (1 | team)", invented_teams())
    axes = fit.plot().axes[0]
    values = axes.lines[0].get_xdata()
    assert list(values) == sorted(fit.random_effects["team"]["estimate"])
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names[0] == fit.random_effects["team"]["estimate"].idxmin()[0]
    half = axes.collections[0].get_segments()[0][1][0] - values[0]
    np.testing.assert_allclose(half, 1.959964 * fit.random_effects["team"]["std_dev"].iloc[0], rtol=1e-5)


def test_power_is_drawn_by_the_number_that_varies():
    study = {"groups": {"team": [6, 12]}, "n": [4, 8], "predictors": {"element": "team"}}
    found = multilevel.power(
        "y ~ element + (1 | team)",
        study,
        fixed_effects={"element": 0.5},
        variance_components={"team": 0.1, "residual": 1},
        term="element",
        n_sims=20,
        seed=1,
    )
    axes = found.plot().axes[0]
    assert axes.get_xlabel() == "team"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["n_per_group = 4", "n_per_group = 8"]
    assert list(axes.lines[0].get_ydata()) == found.table.query("n_per_group == 4")["power"].tolist()


def test_scree_shows_what_stands_out_beside_chance(frame):
    result = measurement.parallel_analysis(frame, ITEMS, seed=1)
    components, factors = plot(result).axes
    assert components.lines[1].get_ydata() == pytest.approx(result.eigenvalues["component"].to_numpy())
    assert factors.lines[0].get_ydata() == pytest.approx(result.eigenvalues["factor_limit"].to_numpy())
    assert len(components.collections[0].get_offsets()) == result.n_components


def test_quantiles_show_each_level_against_the_normal_distribution():
    fit = multilevel.fit_lmm("score ~ hours + (1 | team)", invented_teams())
    figure = fit.plot("quantiles")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["team: Intercept", "residuals of rows"]
    table = fit.quantiles("team").sort_values("quantile")
    points = figure.axes[0].lines[1]
    np.testing.assert_allclose(points.get_xdata(), table["quantile"])
    np.testing.assert_allclose(points.get_ydata(), table["standardised"])


def test_residuals_are_drawn_at_each_level_where_predictions_differ():
    fit = multilevel.fit_lmm("score ~ hours + (1 | team)", invented_teams())
    figure = fit.plot("residuals")
    np.testing.assert_allclose(figure.axes[0].lines[0].get_ydata(), fit.residuals(kind="standardised"))
    assert len(figure.axes) == 2
    null = multilevel.fit_lmm("score ~ 1 + (1 | team)", invented_teams())
    assert len(null.plot("residuals").axes) == 1


def test_figures_that_are_not_there_are_refused(frame):
    fit = multilevel.fit_lmm("score ~ hours + (1 | team)", invented_teams())
    for result, kind in [(fit, "forest"), (measurement.item_analysis(frame, ITEMS), "quantiles")]:
        with pytest.raises(ReportingError) as caught:
            result.plot(kind)
        assert caught.value.problems[0].code == "L092"


def test_slopes_are_coloured_where_they_differ_from_zero():
    teams = invented_teams().assign(size=lambda table: np.linspace(-3, 3, 72))
    teams["score"] += teams["hours"] * teams["size"]
    fit = multilevel.fit_lmm("score ~ hours * size + (1 | team)", teams)
    axes = slopes_figure(fit, "hours", "size").axes[0]
    region = multilevel.region_of_significance(fit, "hours", "size")
    coloured = [each.get_datalim(axes.transData) for each in axes.collections[1:]]
    expected = region[region["significant"]]
    np.testing.assert_allclose([limit.x0 for limit in coloured], expected["low"], atol=1e-9)
    np.testing.assert_allclose([limit.x1 for limit in coloured], expected["high"], atol=1e-9)


def test_slopes_in_categories_are_points():
    teams = invented_teams().assign(sector=lambda table: np.where(table.index < 36, "care", "food"))
    fit = multilevel.fit_lmm("score ~ hours * sector + (1 | team)", teams)
    axes = slopes_figure(fit, "hours", "sector").axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["care", "food"]
    points = axes.lines[1].get_ydata()
    np.testing.assert_allclose(points, multilevel.simple_slopes(fit, "hours", "sector")["estimate"])


def test_growth_shows_the_average_each_group_and_what_was_measured():
    rng = np.random.default_rng(3)
    waves = pd.DataFrame({"person": np.repeat(np.arange(40), 3), "wave": np.tile([1, 2, 3], 40)})
    waves["team"] = waves["person"] % 6
    waves["score"] = 0.3 * waves["wave"] + np.repeat(rng.normal(size=40), 3) + rng.normal(0, 0.5, 120)
    axes = plot(multilevel.growth(waves, "score", "wave", "person", "team")).axes[0]
    assert axes.get_xlabel() == "Time in waves (0 is wave 1)"
    assert len(axes.lines) == 6 + 2
    np.testing.assert_allclose(axes.lines[-1].get_ydata(), waves.groupby("wave")["score"].mean())


def test_loadings_stand_in_a_table_of_colours(frame):
    result = measurement.factor_analysis(frame, ITEMS, 1)
    axes = plot(result).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == list(result.sorted_loadings()["item"])
    assert len(axes.texts) == 3


def test_estimates_without_a_figure_of_their_own_stand_below_each_other():
    rng = np.random.default_rng(1)
    trait = rng.normal(size=120)
    frame = pd.DataFrame({f"a{k}": trait + rng.normal(size=120) for k in range(4)})
    fit = measurement.cfa("capacity =~ a0 + a1 + a2 + a3", frame)
    axes = plot(fit).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == [f"capacity → a{k}" for k in (1, 2, 3)]
    np.testing.assert_allclose(axes.lines[0].get_xdata(), fit.tidy()["estimate"].iloc[1:4])


def test_common_method_shows_correlations_before_and_after(frame):
    rng = np.random.default_rng(3)
    method = rng.normal(size=(len(frame), 1))
    answers = pd.DataFrame(rng.normal(size=(len(frame), 4)) + method, columns=[*ITEMS, "m"])
    result = measurement.common_method(answers, ITEMS, "m")
    axes = plot(result).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a – b", "a – c", "b – c"]
    assert axes.lines[0].get_xdata() == pytest.approx(result.adjusted["r"].to_numpy())
    assert axes.lines[1].get_xdata() == pytest.approx(result.adjusted["adjusted"].to_numpy())
    with pytest.raises(ReportingError, match="P003"):
        plot(measurement.common_method(answers, ITEMS))
