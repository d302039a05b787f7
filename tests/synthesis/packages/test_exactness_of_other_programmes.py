"""The fit of twelve packages is the fit of the rows that they cover, also where nothing is balanced or centred."""

import datetime
import warnings

import numpy as np
import pandas as pd
import pytest

from lcresearch.multilevel import added_together, fit_lmm
from lcresearch.synthesis import ConsortiumEvidence, open_package, pack
from lcresearch.synthesis.packages.all_rows import beside_all_rows
from lcresearch.synthesis.programme import example_programme, plan_of

DAY = datetime.date(2026, 4, 1)
ROLES = ("worker", "manager", "trainer")


def programme_of():
    """Three roles, one number a person, the first score as a covariate, and sums taken far from the mean."""
    plan = example_programme()
    one = next(iter(plan.covariates.values()))
    role = one.model_copy(update={"column": "role", "level": "respondent", "levels": dict.fromkeys(ROLES, one.title)})
    years = role.model_copy(update={"column": "years", "levels": {}, "centre": 10.0})
    covariates = plan.covariates | {"role": role, "years": years}
    growth = plan.models["growth"]
    shift = {"shared_purpose": -40.0, "time_to_learn": 3.0}
    models = {
        "growth": growth.model_copy(
            update={"covariates": ("role", "years"), "first_wave": True, "shift": shift | {"change": 7.0}}
        ),
        "answers": growth.model_copy(
            update={"rows": "waves", "covariates": ("role",), "shift": shift | {"score": -6.0}}
        ),
    }
    return plan.model_copy(update={"covariates": covariates, "models": models, "comparability": ()})


def evidence_of(name, sector, seed, smallest, missing):
    """A consortium with communities of very different sizes, drawn here and not by the toolkit."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(smallest, 70, rng.integers(7, 11))
    community = np.repeat(np.arange(len(sizes)), sizes)
    n = len(community)
    role = rng.choice(ROLES, n, p=[0.5, 0.3, 0.2])
    purpose, time = rng.integers(1, 6, (2, len(sizes)))
    level = 3 + rng.normal(0, 0.2) + rng.normal(0, 0.3, len(sizes))[community] + rng.normal(0, 0.5, n)
    growth = (0.1 * purpose - 0.02 * time + rng.normal(0, 0.15, len(sizes)))[community] + 0.2 * (role == "manager")
    parts = []
    for wave, moment in enumerate(("t0", "t1")):
        score = level + wave * growth + rng.normal(0, 0.4, n)
        parts.append(
            pd.DataFrame(
                {
                    "respondent": [f"{name}-{number}" for number in range(n)],
                    "wave": moment,
                    "consortium": name,
                    "community": [f"{name} {number}" for number in community],
                    "learning_culture": np.where(rng.random(n) < missing, np.nan, score),
                    "element_shared_purpose": purpose[community],
                    "element_time_to_learn": time[community],
                    "firm_size": "small",
                    "role": role,
                    "years": rng.integers(0, 40, n).astype(float) if not wave else parts[0]["years"],
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    return ConsortiumEvidence(study=f"study {name}", consortium=name, sector=sector, frame=frame, simulated=True)


@pytest.fixture(scope="module", params=["complete", "small communities and missing answers"])
def case(request, tmp_path_factory):
    smallest, missing = (30, 0.0) if request.param == "complete" else (6, 0.15)
    programme = programme_of()
    sectors = list(programme.sectors)
    evidence = [evidence_of(f"K{k}", sectors[k % len(sectors)], 100 + k, smallest, missing) for k in range(12)]
    packed = pack(evidence, tmp_path_factory.mktemp("packages"), programme, date=DAY)
    return request.param, programme, evidence, packed, [open_package(one.path) for one in packed]


@pytest.mark.parametrize("model", ["growth", "answers"])
def test_twelve_packages_give_the_fit_of_their_rows(case, model):
    _, programme, _, packed, opened = case
    sums = added_together([one.crossproducts[model] for one in opened if model in one.crossproducts])
    rows = pd.concat([one.let_through[model] for one in packed if model in one.let_through])
    formula = plan_of(programme, model).formula
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = fit_lmm(formula, sums), fit_lmm(formula, rows)
    error = np.sqrt(np.diag(theirs.estimates.covariance))
    apart = (ours.fixed_effects.to_numpy() - theirs.fixed_effects.to_numpy()) / error
    assert np.abs(apart).max() <= 1e-8
    assert np.abs(np.sqrt(np.diag(ours.estimates.covariance)) / error - 1).max() <= 1e-8
    left, right = (fit.variance_components["covariance"].to_numpy() for fit in (ours, theirs))
    assert (np.abs(left - right) <= np.maximum(1e-6 * np.abs(right), 1e-8 * theirs.sigma**2)).all()
    assert ours.deviance == pytest.approx(theirs.deviance, abs=1e-6)


@pytest.mark.parametrize("model", ["growth", "answers"])
def test_how_far_what_was_left_out_is_from_all_rows(case, model):
    name, programme, evidence, packed, _ = case
    table = beside_all_rows(packed, evidence, programme, model)
    if name == "complete":
        assert (table["n_persons"] <= table["n_persons_all_rows"]).all()
    else:
        assert (table["n_persons"] < table["n_persons_all_rows"]).all()
        assert any(len(one.held_back) for one in packed)
    rows = pd.concat([one.let_through[model] for one in packed if model in one.let_through])
    assert table["n_persons"].iloc[0] == rows["respondent"].nunique()
    elements = table[table["term"].str.contains("purpose|time_to_learn")]
    assert (elements["apart"].abs() < 1.5).all()
    assert np.isfinite(table["apart"]).all()
    difference = (table["estimate"] - table["all_rows"]) / table["all_rows_std_error"]
    np.testing.assert_allclose(table["apart"], difference)
    assert (difference.abs().max() < 1e-6) == (table["n_persons"] == table["n_persons_all_rows"]).all()
