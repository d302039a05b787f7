"""Free between covariances are kept to what can be: there the likelihood has a maximum, and it is that maximum."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from lcresearch.errors import MeasurementError
from lcresearch.measurement import TwoLevelFactorModel, cfa, isomorphism
from lcresearch.measurement.factor_models.model_syntax import parse
from lcresearch.measurement.two_level.fitting import gathered, tables
from lcresearch.measurement.two_level.free_moments import free_model
from lcresearch.measurement.two_level.two_level_layout import joined

REFERENCE = Path(__file__).parents[2] / "reference"
LAVAAN = json.loads((REFERENCE / "cfa" / "two_level_bound.json").read_text(encoding="utf-8"))["values"]
SETS = dict(iter(pd.read_csv(REFERENCE / "data" / "two_level_bound_invented.csv").groupby("set")))
ITEMS = ["v1", "v2", "v3", "v4"]
ONE = "level: within\n fw =~ v1 + v2 + v3 + v4\nlevel: between\n fb =~ v1 + v2 + v3 + v4"
close = np.testing.assert_allclose


def highest_log_likelihood(frame, *, covariances):
    """Over W = A A' and B = L L', so that both can be; by a general search that knows nothing of our code."""
    groups = frame.groupby("cluster")[ITEMS]
    size, mean = groups.size().to_numpy(), groups.mean().to_numpy()
    away = (frame[ITEMS] - groups.transform("mean")).to_numpy()
    products, n, p = away.T @ away, len(frame), len(ITEMS)
    rows, columns = np.tril_indices(p) if covariances else np.diag_indices(p)
    k = len(rows)

    def minus(theta):
        lower = np.zeros((2, p, p))
        lower[:, rows, columns] = theta[: 2 * k].reshape(2, k)
        within, between = lower @ lower.transpose(0, 2, 1)
        spread = between + within / size[:, None, None]
        inverse, mid, inside = np.linalg.inv(spread), mean - theta[2 * k :], np.linalg.inv(within)
        pulled = np.einsum("jab,jb->ja", inverse, mid)
        value = np.linalg.slogdet(spread)[1].sum() + (pulled * mid).sum() + p * np.log(size).sum()
        value += (n - len(size)) * np.linalg.slogdet(within)[1] + (inside * products).sum() + n * p * np.log(2 * np.pi)
        to_spread = inverse - pulled[:, :, None] * pulled[:, None, :]
        to_within = (to_spread / size[:, None, None]).sum(axis=0)
        to_within += (n - len(size)) * inside - inside @ products @ inside
        slopes = 2 * np.stack([to_within, to_spread.sum(axis=0)]) @ lower
        return value / 2, np.r_[slopes[:, rows, columns].ravel(), -2 * pulled.sum(axis=0)] / 2

    within = products / (n - len(size))
    begin = [np.linalg.cholesky(within), np.linalg.cholesky(within / 4)]
    start = np.r_[np.concatenate([each[rows, columns] for each in begin]), mean.mean(axis=0)]
    return -minimize(minus, start, jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 5000}).fun


@pytest.mark.parametrize("which", SETS)
def test_saturated_and_baseline_models_are_at_their_highest(which):
    estimated = cfa(ONE, SETS[which], cluster="cluster").estimated
    close(estimated.log_likelihood_saturated, highest_log_likelihood(SETS[which], covariances=True), atol=1e-5)
    baseline = highest_log_likelihood(SETS[which], covariances=False)
    close(estimated.baseline.statistic, 2 * (estimated.log_likelihood_saturated - baseline), atol=1e-4)


@pytest.mark.parametrize("which", SETS)
def test_chi_square_is_that_of_lavaan_but_for_where_its_search_stops(which):
    found, expected = cfa(ONE, SETS[which], cluster="cluster"), LAVAAN[str(which)]
    close(found.estimated.log_likelihood, expected["logl"], atol=1e-5)
    assert 0 <= found.estimated.log_likelihood_saturated - expected["unrestricted.logl"] < 0.06
    assert 0 <= found.fit_measures["chi_square"] - expected["chisq"] < 0.12
    assert found.converged
    assert np.linalg.eigvalsh(found.estimated.saturated.between)[0] >= 0


def test_many_items_of_few_communities_have_a_maximum():
    """Eight items whose covariances between come from one factor, in 20 communities: the bound is reached widely."""
    rng = np.random.default_rng(1)
    cluster = np.repeat(np.arange(20), rng.integers(3, 30, 20))
    shared, above = rng.normal(size=len(cluster)), rng.normal(0, 0.5, 20)[cluster]
    items = {f"v{k}": shared + above + rng.normal(size=len(cluster)) for k in range(1, 9)}
    names = " + ".join(items)
    model = f"level: within\n fw =~ {names}\nlevel: between\n fb =~ {names}"
    data = gathered(pd.DataFrame(items).assign(cluster=cluster), list(items), list(items), "cluster")
    saturated = free_model(joined(tables(parse(model))[0]), data.moments, covariances=True)
    assert saturated.optimum.converged
    assert saturated.optimum.n_steps <= 20
    # the slopes to Sigma_B are those of a maximum over what can be: none upwards into it, none along it
    upwards = saturated.objective.pulls(saturated.objective.layout.implied(saturated.optimum.theta))[1]
    assert np.linalg.eigvalsh(upwards)[-1] < 1e-4
    close(upwards @ saturated.between, 0, atol=1e-6)


def test_no_p_value_where_between_covariances_of_the_model_cannot_be():
    found = cfa(ONE, SETS[2], cluster="cluster")
    assert np.linalg.eigvalsh(found.estimated.implied[1].covariance[0])[0] < 0
    assert np.isnan(found.fit_measures["p_value"])
    assert np.isnan(found.fit_measures["rmsea_p_close"])
    assert any("Do not use the chi-square test" in text or "Gebruik de chikwadraattoets niet" in text
               for text in found.cautions())  # fmt: skip
    zero = cfa(f"{ONE}\n v1 ~~ 0*v1", SETS[2], cluster="cluster")
    assert zero.fit_measures["p_value"] > 0.05
    assert not any("chi-square test, nor" in text for text in zero.cautions())


def test_an_item_without_variance_between_has_variance_zero():
    rng = np.random.default_rng(3)
    cluster = np.repeat(np.arange(60), rng.integers(3, 9, 60))
    above = rng.normal(0, 0.7, 60)[cluster]
    frame = pd.DataFrame({item: above + rng.normal(size=len(cluster)) for item in ITEMS[:3]})
    frame["v4"] = rng.normal(size=len(cluster))
    frame["v4"] -= 0.9 * frame.groupby(cluster)["v4"].transform("mean")
    model = "level: within\n fw =~ v1 + v2 + v3 + v4\nlevel: between\n fb =~ v1 + v2 + v3\n v4 ~~ v4"
    found = cfa(model, frame.assign(cluster=cluster), cluster="cluster")
    assert 0 <= found.icc().set_index("item")["between"]["v4"] < 1e-4
    assert found.estimated.baseline_model.between[3, 3] == 0
    assert next(each for each in found.about_clusters() if each.code == "M373").values["items"] == ["v4"]


@pytest.mark.parametrize("items", [ITEMS, ["v2"]])
def test_items_centred_within_communities_are_named(items):
    frame = SETS[1].copy()
    frame[items] -= frame.groupby("cluster")[items].transform("mean")
    with pytest.raises(MeasurementError, match="M497") as error:
        cfa(ONE, frame, cluster="cluster")
    assert error.value.problems[0].values["items"] == items


def test_isomorphism_is_not_known_from_an_impossible_step():
    """The variance of an item of its own, between, is so far below zero that chance does not explain it."""
    rng = np.random.default_rng(4)
    cluster = np.repeat(np.arange(150), 12)
    factor, above = rng.normal(0, 0.8, 1800), rng.normal(0, 0.6, 150)
    frame = pd.DataFrame({item: factor + rng.normal(0, 0.6, 1800) for item in ITEMS})
    # clusters whose means hold less chance than persons of a cluster do: a negative intraclass correlation
    frame -= 0.95 * frame.groupby(cluster).transform("mean")
    frame += above[cluster][:, None] + rng.normal(0, [0.01, 0.3, 0.3, 0.3], (150, 4))[cluster]
    found = isomorphism("f =~ v1 + v2 + v3 + v4", frame.assign(cluster=cluster), "cluster")
    assert found.same == "not_known"
    assert found.verdict.code == "M499"
    assert any("v1" in what for what in found.models["configural"].inadmissible)
    assert found.steps["verdict"].tolist()[0] == "not_known"
    assert "niet bekend" in found.verdict.message("nl")
    assert "not known" in found.verdict.message("en")


def test_isomorphism_is_not_known_where_a_search_did_not_end(monkeypatch):
    monkeypatch.setattr(TwoLevelFactorModel, "converged", property(lambda self: False))
    found = isomorphism("f =~ v1 + v2 + v3 + v4", SETS[1], "cluster")
    assert found.same == "not_known"
    assert found.verdict.code == "M498"
    assert set(found.steps["verdict"]) == {"not_known"}
    assert "configural" in found.verdict.message("nl")
