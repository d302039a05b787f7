"""Steps and differences are those of lavaan 0.6-19 (R 4.5.0); partial invariance ends where theirs does."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch.measurement import invariance, moments

REFERENCE = Path(__file__).parents[2] / "reference"
THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
STEPS = ["configural", "metric", "scalar", "strict"]
close = np.testing.assert_allclose


def values(name):
    return json.loads((REFERENCE / "cfa" / f"{name}.json").read_text(encoding="utf-8"))["values"]


@pytest.fixture(scope="module")
def schools():
    frame = pd.read_csv(REFERENCE / "data" / "holzinger_swineford1939.csv")
    return frame.assign(school=pd.Categorical(frame["school"], ["Pasteur", "Grant-White"]))


@pytest.mark.parametrize(
    ("estimator", "file", "difference"),
    [("ML", "hs_invariance_school", "Chisq diff"), ("MLR", "hs_invariance_school_mlr", "Chisq diff")],
)
def test_differences_between_steps(schools, estimator, file, difference):
    expected = values(file)
    found = invariance(THREE, schools, "school", estimator=estimator, partial=False).tidy().set_index("step")
    for row in expected["lrt"][1:]:
        ours = found.loc[row["model"]]
        close(ours["chi_square_difference"], row[difference], rtol=1e-4)
        assert ours["df_difference"] == row["Df diff"]
        close(ours["p_difference"], row["Pr(>Chisq)"], rtol=2e-4)


def test_changes_of_fit(schools):
    expected = values("hs_invariance_school")
    table = invariance(THREE, schools, "school", partial=False).tidy().set_index("step")
    for step in STEPS:
        close(table.loc[step, ["chi_square", "df", "cfi", "rmsea", "srmr"]].astype(float),
              [expected[step]["fit"][name] for name in ("chisq", "df", "cfi", "rmsea", "srmr")], atol=1e-5)  # fmt: skip
    for step in STEPS[1:]:
        close(table.loc[step, "cfi_difference"], expected["delta_cfi"][step], atol=1e-6)
        close(table.loc[step, "rmsea_difference"], expected["delta_rmsea"][step], atol=1e-6)


def test_search_frees_the_intercepts_of_the_known_partial_model(schools):
    expected = values("hs_invariance_school")["partial_scalar"]["fit"]
    found = invariance(THREE, schools, "school")
    assert found.freed["term"].tolist() == ["x3~1", "x7~1"]
    partial = found.steps[found.steps["partial"]].iloc[0]
    close(partial["chi_square"], expected["chisq"], rtol=1e-7)
    for name in ("cfi", "rmsea", "srmr"):
        close(partial[name], expected[name], atol=1e-6)


def test_moments_give_what_rows_give(schools):
    items = [f"x{k}" for k in range(1, 10)]
    of_rows = invariance(THREE, schools, "school")
    of_moments = invariance(THREE, moments(schools, items, "school"))
    pd.testing.assert_frame_equal(of_rows.tidy(), of_moments.tidy(), rtol=1e-6)


def test_waves_with_residual_covariances():
    frame, expected = pd.read_csv(REFERENCE / "data" / "waves_invented.csv"), values("waves_invariance")
    model, waves = "f =~ a1 + a2 + a3 + a4", {"1": "_t1", "2": "_t2"}
    whole = invariance(model, frame, waves=waves, partial=False).tidy().set_index("step")
    names = {"chi_square": "chisq", "df": "df", "p_value": "pvalue", "cfi": "cfi", "rmsea": "rmsea", "srmr": "srmr"}
    for step in STEPS:
        for ours, theirs in names.items():
            close(whole.loc[step, ours], expected[step][theirs], atol=1e-5, err_msg=f"{step} {ours}")
        close(whole.loc[step, "bic"], expected[step]["bic"], rtol=1e-8)
    found = invariance(model, frame, waves=waves)
    assert found.freed[["term", "unit"]].to_numpy().tolist() == [["a3~1", "2"]]
    partial = found.steps[found.steps["partial"]].iloc[0]
    close(partial["chi_square"], expected["scalar_partial"]["chisq"], rtol=1e-6)
    mean = found.factor_means.iloc[1]
    close([mean["mean"], mean["std_error"]], [expected["mean_t2"]["est"], expected["mean_t2"]["se"]], rtol=1e-4)
