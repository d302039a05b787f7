"""Two-level factor models against closed forms, and what a user is told where numbers cannot be had."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import solve_triangular

from lcresearch.errors import MeasurementError
from lcresearch.measurement import TwoLevelFactorModel, cfa, moments
from lcresearch.measurement.two_level import cluster_scores, likelihood

FRAME = pd.read_csv(Path(__file__).parents[2] / "reference" / "data" / "two_level_invented.csv")
ITEMS = [f"a{k}" for k in range(1, 7)]
ONE = "level: 1\n fw =~ a1 + a2 + a3 + a4\nlevel: 2\n fb =~ a1 + a2 + a3 + a4"
PATHS = "level: 1\n fw =~ a1 + a2 + a3\n fw ~ x + v\n x ~~ x\nlevel: 2\n fb =~ a1 + a2 + a3\n fb ~ w + v\n w ~~ w"
close = np.testing.assert_allclose


def fit(model=ONE, frame=FRAME, **options):
    return cfa(model, frame, cluster="community", **options)


def invented(n_clusters, size, seed, between=0.5, residual=0.3):
    """Invented answers to four items with one factor at each level."""
    rng = np.random.default_rng(seed)
    code = np.repeat(np.arange(n_clusters), size)
    above = rng.normal(0, between, n_clusters)
    own = rng.normal(0, 0.8, len(code))
    answers = {
        f"a{k}": 3 + own + rng.normal(0, 0.7, len(code)) + (above + rng.normal(0, residual, n_clusters))[code]
        for k in range(1, 5)
    }
    return pd.DataFrame(answers).assign(community=code)


def dense_log_likelihood(model, theta, cluster):
    """Of one cluster: all its answers as one normal vector."""
    estimated = model.estimated
    layout, (within, between) = estimated.layout, estimated.layout.implied(theta)
    rows = FRAME.loc[FRAME["community"].astype(str) == cluster, list(layout.variables)].to_numpy()
    n, k, p = len(rows), layout.n_within, len(layout.variables)
    above, mean = np.zeros((p, p)), np.zeros(p)
    above[np.ix_(layout.places[1], layout.places[1])] = between.covariance[0]
    mean[:k] = within.mean[0]
    mean[layout.places[1]] += between.mean[0]
    top = np.kron(np.eye(n), within.covariance[0]) + np.kron(np.ones((n, n)), above[:k, :k])
    side = np.kron(np.ones((n, 1)), above[:k, k:])
    covariance = np.block([[top, side], [side.T, above[k:, k:]]])
    answers = np.r_[rows[:, :k].ravel(), rows[0, k:]]
    lower = np.linalg.cholesky(covariance)
    away = solve_triangular(lower, answers - np.r_[np.tile(mean[:k], n), mean[k:]], lower=True)
    return -(len(answers) * np.log(2 * np.pi) + away @ away) / 2 - np.log(np.diagonal(lower)).sum()


@pytest.mark.parametrize("model", [ONE, PATHS])
def test_log_likelihood_is_that_of_one_normal_vector_a_cluster(model):
    found = fit(model)
    dense = sum(dense_log_likelihood(found, found.estimated.theta, cluster) for cluster in found.clusters)
    close(found.estimated.log_likelihood, dense, atol=1e-7)


@pytest.mark.parametrize("model", [ONE, PATHS])
def test_scores_of_clusters(model):
    found = fit(model)
    theta, step = found.estimated.theta, 1e-5
    scores = cluster_scores.scores(found.estimated.objective, theta)
    small = sorted(found.clusters, key=lambda label: (FRAME["community"].astype(str) == label).sum())[:3]
    for at, cluster in ((found.clusters.index(label), label) for label in small):
        ahead, behind = (
            [dense_log_likelihood(found, theta + sign * step * one, cluster) for one in np.eye(len(theta))]
            for sign in (1, -1)
        )
        close(scores[at], (np.array(ahead) - behind) / (2 * step), atol=1e-6)
    assert np.abs(scores.sum(axis=0)).max() < 1e-4


@pytest.mark.parametrize("model", [ONE, PATHS])
def test_derivatives_of_the_likelihood(model):
    objective = fit(model).estimated.objective
    theta = fit(model).estimated.theta
    theta = theta + 0.03 * np.sin(np.arange(len(theta)))
    step = 1e-6 * np.eye(len(theta))
    slope = [(objective.value(theta + one) - objective.value(theta - one)) / 2e-6 for one in step]
    bend = [(objective.gradient(theta + one) - objective.gradient(theta - one)) / 2e-6 for one in step]
    close(objective.gradient(theta), slope, atol=1e-8)
    close(objective.local_hessian(theta)[0], bend, atol=1e-8)


def test_expected_information_is_the_mean_of_the_observed_one():
    found = fit(frame=invented(4000, 3, seed=2))
    objective, theta = found.estimated.objective, found.estimated.theta
    expected = objective.local_information(objective.layout.implied(theta))[0]
    close(objective.local_hessian(theta)[0], expected, atol=0.03 * np.abs(expected).max())


def test_equal_sizes_have_a_closed_form():
    """With clusters of one size free moments are those of analysis of variance."""
    frame = invented(80, 6, seed=3)
    estimated = fit(frame=frame).estimated
    means = frame.groupby("community").mean()
    away = frame[ITEMS[:4]] - means.loc[frame["community"]].to_numpy()
    within = (away.T @ away / (480 - 80)).to_numpy()
    close(estimated.saturated.within, within, rtol=1e-7)
    close(estimated.saturated.between, np.cov(means.T, bias=True) - within / 6, rtol=1e-6, atol=1e-8)


def test_reliability_follows_from_the_estimates():
    found = fit("level: 1\n fw =~ a1 + a2 + a3\n a1 ~~ a4\n level: 2\n fb =~ a1 + a2 + a3 + a4")
    table, by = found.reliability(), found.tidy().set_index(["term", "level"])["estimate"]
    size = len(FRAME["community"].unique()) / (1 / FRAME["community"].value_counts()).sum()
    loading = sum(by[f"fb=~a{k}", "between"] for k in range(1, 5))
    true = loading**2 * by["fb~~fb", "between"]
    above = true + sum(by[f"a{k}~~a{k}", "between"] for k in range(1, 5))
    inside = found.estimated.implied[0].covariance[0].sum()
    omega = table.set_index(["factor", "score"])["omega"]
    close(omega["fb", "latent_means"], true / above)
    close(omega["fb", "means"], true / (above + inside / size))
    assert ("fw", "persons") not in omega.index
    assert ((table["conf_low"] < table["omega"]) & (table["omega"] < table["conf_high"])).all()


def test_each_of_two_factors_has_its_own_reliability():
    found = fit("level: 1\n f =~ a1 + a2 + a3\n g =~ a4 + a5 + a6\nlevel: 2\n h =~ a1 + a2 + a3 + a4 + a5 + a6")
    by = found.tidy().query("level == 'within'").set_index("term")["estimate"]
    omega = found.reliability().query("score == 'deviations'").set_index("factor")["omega"]
    for factor, of in (("f", (1, 2, 3)), ("g", (4, 5, 6))):
        true = sum(by[f"{factor}=~a{k}"] for k in of) ** 2 * by[f"{factor}~~{factor}"]
        close(omega[factor], true / (true + sum(by[f"a{k}~~a{k}"] for k in of)))


def test_sizes_of_clusters_that_are_taken_a_few_at_a_time_add_up(monkeypatch):
    estimated = fit().estimated
    whole = [
        estimated.objective.local_information(estimated.implied),
        estimated.objective.local_hessian(estimated.theta),
    ]
    monkeypatch.setattr(likelihood, "_CHUNK", 1)
    close(estimated.objective.local_information(estimated.implied), whole[0], rtol=1e-9, atol=1e-12)
    close(estimated.objective.local_hessian(estimated.theta), whole[1], rtol=1e-9, atol=1e-12)


def test_standard_error_of_omega_is_that_of_the_same_definition():
    labels = [f"l{k}*a{k}" for k in range(2, 5)]
    residuals = "\n".join(f" a{k} ~~ e{k}*a{k}" for k in range(1, 5))
    model = f"level: 1\n fw =~ a1 + {' + '.join(labels)}\n fw ~~ v*fw\n{residuals}\nlevel: 2\n fb =~ a1 + a2 + a3 + a4"
    model += "\ntrue := (1 + l2 + l3 + l4)^2 * v\nomega := true / (true + e1 + e2 + e3 + e4)"
    found = fit(model)
    defined = found.tidy().set_index("term").loc["omega"]
    row = found.reliability().set_index("score").loc["deviations"]
    close([row["omega"], row["std_error"]], [defined["estimate"], defined["std_error"]], rtol=1e-9)


def test_equal_labels_are_one_parameter_across_levels():
    equal = " + ".join(f"l{k}*a{k}" for k in range(1, 5))
    found = fit(f"level: 1\n fw =~ {equal}\nlevel: 2\n fb =~ {equal}")
    by = found.tidy().set_index(["term", "level"])["estimate"]
    assert by["fw=~a3", "within"] == by["fb=~a3", "between"] != 1
    assert found.estimated.df == fit().estimated.df + 3


def test_order_of_rows_labels_and_units_do_not_matter():
    plain = fit()
    other = FRAME.sample(frac=1, random_state=1).assign(community=lambda d: "c" + d["community"].astype(str))
    close(fit(frame=other).fit_measures["chi_square"], plain.fit_measures["chi_square"], atol=1e-8)
    larger = FRAME.assign(**{item: 1000 + 50 * FRAME[item] for item in ITEMS})
    close(fit(frame=larger).fit_measures["chi_square"], plain.fit_measures["chi_square"], atol=1e-6)


def test_ways_into_the_result():
    found = fit(estimator="MLR")
    assert isinstance(found, TwoLevelFactorModel)
    glance = found.glance().iloc[0]
    assert (glance["n"], glance["n_clusters"], glance["estimator"]) == (586, 40, "MLR")
    assert "Two-level factor model" in found.summary()
    assert {"tidy", "glance", "cautions"} <= set(found.to_dict())
    assert set(found.residuals()["level"]) == {"within", "between"}
    assert found.residuals("covariance")["residual"].abs().max() < 0.2
    assert found.r_squared["r_squared"].between(0, 1).all()
    table = found.standardised().set_index(["term", "level"])
    close(table["std_all"], found.tidy().set_index(["term", "level"])["std_all"])
    assert found.factor_scores("within").index.equals(found.index)
    with pytest.raises(MeasurementError, match="M369"):
        found.factor_scores("3")


def test_rows_without_a_cluster_or_an_answer_are_counted():
    frame = FRAME.astype({"community": float})
    frame.loc[[0, 5], "community"] = np.nan
    frame.loc[[7, 8, 9], "a2"] = np.nan
    found = fit(frame=frame)
    assert found.n_dropped == {"missing_cluster": 2, "missing_answers": 3}
    assert any("5" in caution for caution in found.cautions())
    assert len(found.factor_scores("within")) == 581


def test_clusters_of_one_person_count():
    alone = FRAME.assign(community=np.where(FRAME.index < 20, 1000 + FRAME.index, FRAME["community"]))
    found = fit(frame=alone)
    assert found.converged
    assert any("one person: 20" in caution or "één persoon: 20" in caution for caution in found.cautions())


def test_few_clusters_get_a_caution():
    found = fit(frame=invented(12, 20, seed=5))
    assert any(caution.startswith(("12 communities are few", "12 gemeenschappen")) for caution in found.cautions())


def test_no_difference_between_clusters_is_named():
    with pytest.raises(MeasurementError, match="M367") as error:
        fit(frame=invented(60, 10, seed=6, between=0, residual=0))
    assert any("between" in name for name in error.value.problems[0].values["parameters"])


def test_a_negative_variance_is_named_with_its_level():
    found = fit(frame=invented(60, 10, seed=8, residual=0))
    assert any("(between)" in what for what in found.inadmissible)


@pytest.mark.parametrize(
    ("code", "model", "options"),
    [
        ("M360", "f =~ a1 + a2 + a3", {}),
        ("M360", "level: 1\n f =~ a1 + a2 + a3", {}),
        ("M361", ONE, {"group": "w"}),
        ("M361", ONE, {"estimator": "MLM"}),
        ("M361", ONE, {"missing": "fiml"}),
        ("M361", ONE, {"ordered": True}),
        ("M365", "level: 1\n f =~ a1 + a2 + a3\n level: 2\n g =~ a1 + a2 + x", {}),
        ("M366", "level: 1\n f =~ a1 + a2 + a3 + w\n level: 2\n g =~ a1 + a2 + a3", {}),
        ("M227", "level: 1\n f =~ a1 + a2 + a3\n level: 2\n g =~ a1 + a2", {}),
        ("M228", "level: 1\n f =~ a1 + a2\n g =~ a3 + a4\n f ~~ 0*g\n level: 2\n h =~ a1 + a2 + a3 + a4", {}),
    ],
)
def test_refusals(code, model, options):
    with pytest.raises(MeasurementError, match=code):
        fit(model, **options)


def test_refusals_of_data():
    few = FRAME[FRAME["community"] <= 4]
    with pytest.raises(MeasurementError, match="M363"):
        fit(frame=few)
    with pytest.raises(MeasurementError, match="M364"):
        fit(frame=FRAME.assign(community=np.arange(len(FRAME))))
    with pytest.raises(MeasurementError, match="M425"):
        fit(frame=FRAME.assign(a4=FRAME["a1"] + FRAME["a2"]))
    with pytest.raises(MeasurementError, match="M223"):
        fit(frame=FRAME.assign(a1=np.nan))
    with pytest.raises(MeasurementError, match="M001"):
        cfa(ONE, FRAME, cluster="firm")
    with pytest.raises(MeasurementError, match="M361"):
        cfa(ONE, moments(FRAME, ITEMS), cluster="community")
    with pytest.raises(MeasurementError, match="M362"):
        cfa(ONE, FRAME)


def test_compare_refuses_other_data():
    with pytest.raises(MeasurementError, match="M237"):
        fit().compare(fit(frame=FRAME.iloc[:500]))
    with pytest.raises(MeasurementError, match="M237"):
        fit().compare(fit(estimator="MLR"))
