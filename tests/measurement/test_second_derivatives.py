"""Second derivatives of the likelihood in closed form, against complex steps through the gradient."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.measurement.factor_models import fitting, model_syntax
from lcresearch.measurement.factor_models.implied import layout_of
from lcresearch.measurement.factor_models.normal_theory import NormalTheory
from lcresearch.measurement.factor_models.parameter_table import table_of

FACTORS = "f =~ a1 + a2 + a3\ng =~ a4 + a5 + a6"
STRUCTURAL = FACTORS + "\nh =~ f + g\na1 ~~ a4\na2 ~ a6\ng ~ f"
STEP = 1e-30


def by_complex_steps(objective, theta):
    values = objective.layout.values(theta).astype(complex)
    found = np.empty((*values.shape, values.shape[1]))
    for at in range(values.shape[1]):
        moved = values.copy()
        moved[:, at] += 1j * STEP
        found[:, :, at] = objective.local_gradient(objective.layout.implied_by(moved)).imag / STEP
    return found


@pytest.mark.parametrize("model", [FACTORS, STRUCTURAL])
@pytest.mark.parametrize("means", [True, False])
@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_second_derivatives_are_those_of_the_gradient(model, means, missing):
    rng = np.random.default_rng(4)
    answers = rng.normal(size=(60, 6)) + rng.normal(size=(60, 1))
    if missing == "fiml":
        answers[rng.random(answers.shape) < 0.2] = np.nan
    frame = pd.DataFrame(answers, columns=[f"a{k}" for k in range(1, 7)]).assign(g=np.arange(60) // 20)
    frame = frame.dropna(how="all", subset=frame.columns[:6])
    table = table_of(model_syntax.parse(model), 3, mean_structure=means)
    data = fitting.gathered(frame, table.observed, "g", missing)
    objective = NormalTheory(layout_of(table), data.blocks)
    layout = objective.layout
    theta = np.zeros(layout.n_free)
    theta[layout.free[layout.free >= 0]] = np.tile((layout.row == layout.column) * 1.0, 3)[layout.free.ravel() >= 0]
    theta += rng.normal(0, 0.2, layout.n_free)
    expected = by_complex_steps(objective, theta)
    np.testing.assert_allclose(objective.local_hessian(theta), expected, atol=1e-12 * np.abs(expected).max())
