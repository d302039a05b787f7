"""Every kind of model that a programme can declare is packed, opened, and fits like its rows."""

import datetime
import warnings

import numpy as np
import pandas as pd
import pytest

from lcresearch.multilevel import added_together, fit_lmm
from lcresearch.synthesis import open_package, pack
from lcresearch.synthesis.programme import plan_of

MODELS = {
    "growth": {"outcome": "culture", "rows": "change", "covariates": ["role"], "first_wave": True},
    "last": {"outcome": "culture", "rows": "last_wave", "covariates": ["role"], "shift": {"score": 3}},
    "answers": {"outcome": "culture", "rows": "waves", "covariates": ["role"]},
}


@pytest.fixture(scope="module")
def packed(make_plan, make_evidence, tmp_path_factory):
    plan = make_plan(**MODELS)
    evidence = make_evidence(n_communities=6, n_respondents=60, seed=5)
    written = pack(evidence[:4], tmp_path_factory.mktemp("kinds"), plan, date=datetime.date(2026, 4, 1))
    return plan, written, [open_package(one.path) for one in written]


@pytest.mark.parametrize("model", MODELS)
def test_fit_of_packages_is_that_of_the_rows(packed, model):
    plan, written, packages = packed
    parts = [one.crossproducts[model] for one in packages if model in one.crossproducts]
    rows = pd.concat([one.let_through[model] for one in written if model in one.let_through])
    formula = plan_of(plan, model).formula
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sums, direct = fit_lmm(formula, added_together(parts)), fit_lmm(formula, rows)
    error = np.sqrt(np.diag(direct.estimates.covariance))
    np.testing.assert_allclose(sums.fixed_effects / error, direct.fixed_effects / error, rtol=0, atol=1e-8)


def test_what_each_package_has(packed):
    _, _, packages = packed
    for package in packages:
        assert set(package.scores) <= set(package.crossproducts)
        assert package.scores["last"].items == ("t1",)
        assert package.scores["growth"].items == ("t0", "t1")
        assert package.crossproducts["answers"].persons is not None
