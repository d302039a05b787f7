"""Effects by group against the inverse of Henderson's matrix, written out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import MultilevelError
from lcresearch.multilevel import crossproducts, fit_lmm
from lcresearch.multilevel.group_effects import group_effects

FORMULA = "score ~ hours + age + (1 | firm) + (0 + hours | firm) + (1 | firm:team)"


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    firm = np.repeat(np.arange(7), 24)
    hours, age = rng.normal(3, 1, 168), rng.normal(40, 10, 168)
    slope = rng.normal(0.4, 0.3, 7)[firm]
    score = 3 + slope * hours + 0.01 * age + rng.normal(0, 0.6, 7)[firm] + rng.normal(0, 0.5, 168)
    score += np.repeat(rng.normal(0, 0.4, 28), 6)
    team = np.tile(np.repeat(list("abcd"), 6), 7)
    return pd.DataFrame({"firm": [f"f{7 - k}" for k in firm], "team": team, "hours": hours, "age": age, "score": score})


def test_effects_and_errors_are_those_of_the_mixed_model_equations(rows: pd.DataFrame) -> None:
    fit = fit_lmm(FORMULA, crossproducts(FORMULA, rows))
    found = group_effects(fit, "firm", "hours", {"hours": 1.0})
    firms, teams = sorted(rows["firm"].unique()), sorted((rows["firm"] + rows["team"]).unique())
    x = np.column_stack([np.ones(len(rows)), rows["hours"], rows["age"]])
    in_firm = (rows["firm"].to_numpy()[:, None] == np.array(firms)).astype(float)
    in_team = ((rows["firm"] + rows["team"]).to_numpy()[:, None] == np.array(teams)).astype(float)
    z = np.column_stack([in_firm, in_firm * rows[["hours"]].to_numpy(), in_team])
    sd = fit.variance_components.set_index(["group", "term_1"])["std_dev"]
    variances = np.repeat([sd["firm", "Intercept"], sd["firm", "hours"], sd["firm:team", "Intercept"]], [7, 7, 28]) ** 2
    assert (variances > 1e-6).all()
    design = np.column_stack([x, z])
    henderson = design.T @ design / fit.sigma**2 + np.diag(np.r_[np.zeros(3), 1 / variances])
    solution = np.linalg.solve(henderson, design.T @ rows["score"].to_numpy() / fit.sigma**2)
    inverse = np.linalg.inv(henderson)
    pick = np.zeros((7, len(henderson)))
    pick[:, 1] = 1
    pick[np.arange(7), 3 + 7 + np.arange(7)] = 1
    assert found.index.tolist() == firms
    np.testing.assert_allclose(found["estimate"], pick @ solution, rtol=1e-8)
    np.testing.assert_allclose(found["std_error"], np.sqrt(np.diag(pick @ inverse @ pick.T)), rtol=1e-8)


def test_sums_and_rows_agree(rows: pd.DataFrame) -> None:
    of_sums = group_effects(fit_lmm(FORMULA, crossproducts(FORMULA, rows)), "firm", "hours", {"hours": 1.0})
    of_rows = group_effects(fit_lmm(FORMULA, rows), "firm", "hours", {"hours": 1.0})
    np.testing.assert_allclose(of_sums.to_numpy(), of_rows.to_numpy(), rtol=1e-6)


def test_what_the_model_does_not_have_is_refused(rows: pd.DataFrame) -> None:
    fit = fit_lmm(FORMULA, rows)
    with pytest.raises(MultilevelError) as error:
        group_effects(fit, "firm", "age", {"age": 1.0})
    assert error.value.problems[0].code == "L091"
    with pytest.raises(MultilevelError) as error:
        group_effects(fit, "firm", "hours", {"weeks": 1.0})
    assert error.value.problems[0].code == "L025"
