"""Power by simulation agrees with what can be computed, and does not depend on the number of processes."""

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from lcresearch import multilevel
from lcresearch.errors import MultilevelError

STUDY = {"groups": {"community": 16}, "n": 8, "predictors": {"element": {"level": "community", "values": [0, 1]}}}
ASKED = {
    "fixed_effects": {"Intercept": 3.0, "element": 0.8},
    "variance_components": {"community": 0.25, "residual": 1.0},
    "term": "element",
}
FORMULA = "y ~ element + (1 | community)"


def test_power_of_a_balanced_design_is_that_of_the_t_test_of_means():
    """Means of equal communities are independent with variance 0.25 + 1 / 8: a t test with 14 degrees of freedom."""
    found = multilevel.power(FORMULA, STUDY, **ASKED, n_sims=600, seed=1).table.iloc[0]
    error = np.sqrt((0.25 + 1 / 8) * (1 / 8 + 1 / 8))
    critical = scipy.stats.t.ppf(0.975, 14)
    away = 0.8 / error
    expected = scipy.stats.nct.sf(critical, 14, away) + scipy.stats.nct.cdf(-critical, 14, away)
    assert found["conf_low"] - 0.01 < expected < found["conf_high"] + 0.01
    np.testing.assert_allclose(found["estimate"], 0.8, atol=4 * error / np.sqrt(600))
    np.testing.assert_allclose(found["std_error"], error, rtol=0.15)


def test_the_same_seed_gives_the_same_on_more_cores():
    one = multilevel.power(FORMULA, STUDY, **ASKED, n_sims=120, seed=3)
    two = multilevel.power(FORMULA, STUDY, **ASKED, n_sims=120, seed=3, n_jobs=2)
    pd.testing.assert_frame_equal(one.table, two.table)


def test_lists_of_numbers_make_a_curve():
    seen = []
    study = STUDY | {"groups": {"community": [8, 24]}, "n": [4, 10]}
    found = multilevel.power(
        FORMULA, study, **ASKED, n_sims=60, seed=2, progress=lambda text, share: seen.append(share)
    )
    assert found.table[["community", "n_per_group", "n"]].to_numpy().tolist() == [
        [8, 4, 32],
        [8, 10, 80],
        [24, 4, 96],
        [24, 10, 240],
    ]
    assert found.table["power"][3] > found.table["power"][0]
    assert seen[-1] == 1
    assert "power" in found.summary()


def test_rows_and_variances_of_an_earlier_study(reference):
    fit = reference("sleepstudy_reml").fit
    rows = reference("sleepstudy_reml").frame.drop(columns="Reaction")
    found = multilevel.power(
        "Reaction ~ Days + (Days | Subject)",
        rows,
        fixed_effects={"Intercept": 251.4, "Days": 10.5},
        variance_components=fit.variance_components,
        term="Days",
        n_sims=40,
        seed=1,
    )
    assert found.table["power"][0] > 0.95
    assert found.table["n"][0] == 180


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"term": "elements"}, "L025"),
        ({"fixed_effects": {"hours": 1}}, "L025"),
        ({"variance_components": {"community": 0.2}}, "L034"),
        ({"variance_components": {"community": [[0.2, 0.1], [0.1, 0.2]], "residual": 1}}, "L034"),
        ({"design": {"groups": {"community": 0}, "n": 5}}, "L032"),
        ({"design": {"community": 10}}, "L032"),
        ({"design": STUDY | {"predictors": {"element": "firm"}}}, "L033"),
    ],
)
def test_designs_that_do_not_fit_are_refused(changes, code):
    asked = {"design": STUDY} | ASKED | changes
    with pytest.raises(MultilevelError) as refused:
        multilevel.power(FORMULA, asked.pop("design"), **asked, n_sims=10)
    assert refused.value.problems[0].code == code


def power(**changed):
    return multilevel.power(FORMULA, STUDY, **(ASKED | {"n_sims": 5, "seed": 1} | changed))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"variance_components": {"community": {"slope": 0.3}, "residual": 1.0}}, "L034"),
        ({"variance_components": {"community": {"Intercept": -0.3}, "residual": 1.0}}, "L034"),
        ({"variance_components": {"community": 0.2, "residual": -1.0}}, "L034"),
        ({"alpha": 5}, "L067"),
        ({"n_sims": 0}, "L068"),
        ({"n_sims": 10.0}, "L068"),
    ],
)
def test_numbers_that_cannot_be_are_refused(changed, code):
    with pytest.raises(MultilevelError) as error:
        power(**changed)
    assert error.value.problems[0].code == code


def test_any_outcome_and_uncorrelated_slopes_of_an_earlier_study(reference):
    frame = reference("sleepstudy_reml").frame
    fit = multilevel.fit_lmm("log(Reaction) ~ Days + (Days || Subject)", frame)
    rows = frame.drop(columns="Reaction")
    rows.loc[:3, "Days"] = np.nan
    found = multilevel.power(
        fit.formula, rows, fixed_effects=dict(fit.fixed_effects), variance_components=fit.variance_components,
        term="Days", n_sims=5, seed=1,
    )  # fmt: skip
    assert found.table["n"].iloc[0] == len(rows) - 4
    assert found.table["power"].iloc[0] == 1


def test_progress_is_shown(capsys):
    power(progress=True)
    assert capsys.readouterr().err == "power\n"
