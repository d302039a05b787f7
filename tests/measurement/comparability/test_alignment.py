"""Alignment against sirt 4.3-21 (R 4.5.0), the truth of populations, and a brute-force search."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from lcresearch.errors import MeasurementError
from lcresearch.measurement import Moments, alignment
from lcresearch.measurement.comparability.alignment import unexplained
from lcresearch.measurement.comparability.alignment_criterion import Criterion
from lcresearch.measurement.comparability.alignment_errors import spread_of
from lcresearch.measurement.comparability.alignment_search import align

REFERENCE = Path(__file__).parents[2] / "reference"
SIRT = json.loads((REFERENCE / "alignment" / "alignment10.json").read_text(encoding="utf-8"))["values"]
L, N = (
    pd.read_csv(REFERENCE / "data" / f"alignment10_{name}.csv", index_col=0).to_numpy() for name in ("lambda", "nu")
)
SIZES = pd.read_csv(REFERENCE / "data" / "alignment10_groups.csv")["n"].to_numpy()
FIVE = "f =~ a1 + a2 + a3 + a4 + a5"
LOADINGS = np.array([0.9, 0.8, 0.7, 0.85, 0.75])
close = np.testing.assert_allclose


def population(loadings, intercepts, means, variances, n=400.0):
    means, variances = np.asarray(means, float), np.asarray(variances, float)
    g, p = len(means), np.shape(loadings)[-1]
    loadings, intercepts = np.broadcast_to(loadings, (g, p)), np.broadcast_to(intercepts, (g, p))
    covariance = variances[:, None, None] * loadings[:, :, None] * loadings[:, None, :] + 0.4 * np.eye(p)
    names = tuple(f"G{k + 1:03d}" for k in range(g))
    items = tuple(f"a{k + 1}" for k in range(p))
    return Moments(items, names, np.full(g, n), intercepts + means[:, None] * loadings, covariance)


def sirt_criterion(weights, power):
    return Criterion(L, N, weights / weights.sum(), power, 1e-3)


@pytest.mark.parametrize(
    ("name", "weights", "power"),
    [
        ("default_fixed", np.ones(10), 0.25),
        ("weighted_fixed", np.sqrt(SIZES), 0.25),
        ("weighted_power_0.25", np.sqrt(SIZES), 0.125),
        ("power_2", np.ones(10), 1.0),
    ],
)
def test_lowest_point_is_that_of_sirt_or_lower(name, weights, power):
    """sirt's align.pow is twice our power."""
    criterion, expected = sirt_criterion(weights, power), SIRT[name]["polished"]
    found = align(criterion, "first", 10, np.random.default_rng(0))
    assert found.value <= expected["fopt"] + 1e-6
    mean, log_psi = np.split(found.eta, 2)
    close(mean, expected["alpha0"], atol=2e-4)
    close(np.exp(log_psi), expected["psi0"], atol=2e-4)
    loadings, intercepts = criterion.aligned(found.eta)
    close(loadings, L / np.array(expected["psi0"])[:, None], atol=2e-4)
    close(intercepts, N - np.array(expected["alpha0"])[:, None] * loadings, atol=2e-4)


SOLUTIONS = {
    "default_fixed": (np.ones(10), 0.25),
    "weighted_fixed": (np.sqrt(SIZES), 0.25),
    "weighted_power_0.25": (np.sqrt(SIZES), 0.125),
    "power_2": (np.ones(10), 1.0),
    "centred": (np.sqrt(SIZES), 0.25),
}


ITEM_STATISTICS = {"Med": np.median, "M": np.mean, "SD": lambda x: x.std(ddof=1), "Min": np.min, "Max": np.max}


def matrix_of(name, key):
    return np.array(SIRT[name][key]["values"])


def centred_as_sirt_does(eta):
    """sirt centres after the search, and leaves the means in their old unit: no minimum of the centred criterion."""
    mean, log_psi = np.split(eta, 2)
    return np.concatenate([mean - mean.mean(), log_psi - log_psi.mean()])


@pytest.mark.parametrize("name", SOLUTIONS)
def test_everything_sirt_gives_follows_at_its_solution(name):
    weights, power = SOLUTIONS[name]
    criterion, expected, rows = sirt_criterion(weights, power), SIRT[name], SIRT[name]["parameters"]
    mean, psi = (np.array([row[key] for row in rows]) for key in ("alpha0", "psi0"))
    eta = np.concatenate([mean, np.log(psi)])
    loadings, intercepts = criterion.aligned(eta)
    close(loadings, matrix_of(name, "lambda_aligned"), atol=1e-10)
    close(intercepts, matrix_of(name, "nu_aligned"), atol=1e-10)
    assert criterion.epsilon == expected["eps"]
    close(criterion.value(eta)[0], expected["criterion_check"], rtol=1e-10)
    assert expected["fixed"]
    for column, aligned in enumerate((loadings, intercepts)):
        r_squared, left, agreement = matrix_of(name, "effect_sizes")[:, column]
        close(np.sqrt(1 - r_squared), left, atol=1e-12)
        close(np.corrcoef(aligned)[~np.eye(10, dtype=bool)].mean(), agreement, atol=1e-10)


def test_the_generating_values_come_back():
    """Moments came with a spread of 0.02, and 14 of the 120 parameters are made to differ; these stay as they are."""
    criterion, truth = sirt_criterion(np.sqrt(SIZES), 0.25), SIRT["truth"]
    eta = align(criterion, "first", 10, np.random.default_rng(0)).eta
    mean, log_psi = np.split(eta, 2)
    close(mean, truth["alpha"], atol=0.05)
    close(np.exp(log_psi), truth["psi"], atol=0.05)
    loadings, intercepts = criterion.aligned(eta)
    close(loadings, truth["lambda"]["values"], atol=0.08)
    close(intercepts, truth["nu"]["values"], atol=0.08)


@pytest.mark.parametrize("name", SOLUTIONS)
def test_aligned_parameters_and_means_in_the_unit_of_the_first_group(name):
    weights, power = SOLUTIONS[name]
    criterion, expected = sirt_criterion(weights, power), SIRT[name]
    eta = align(criterion, "first", 10, np.random.default_rng(0)).eta
    if name == "centred":
        eta = centred_as_sirt_does(eta)
        minimum = align(criterion, "centred", 10, np.random.default_rng(0))
        assert minimum.value < expected["fopt"]
    mean, log_psi = np.split(eta, 2)
    close((mean - mean[0]) / np.exp(log_psi[0]), expected["mean_first_sd_units"], atol=2e-4)
    close(np.exp(2 * (log_psi - log_psi[0])), expected["variance_ratio_first_1"], atol=4e-4)  # a square: twice psi's
    loadings, intercepts = criterion.aligned(eta)
    close(loadings, matrix_of(name, "lambda_aligned"), atol=2e-4)
    close(intercepts, matrix_of(name, "nu_aligned"), atol=2e-4)
    for item, row in enumerate(expected["items"]):
        for name_of, value_of in ITEM_STATISTICS.items():
            close(value_of(loadings[:, item]), row[f"{name_of}.lambda"], atol=2e-4, err_msg=f"{row['item']} {name_of}")
            close(value_of(intercepts[:, item]), row[f"{name_of}.nu"], atol=2e-4, err_msg=f"{row['item']} {name_of}")


def test_value_at_the_solution_of_sirt():
    for name, weights in (("default_fixed", np.ones(10)), ("centred", np.sqrt(SIZES))):
        rows = SIRT[name]["parameters"]
        eta = np.array([row["alpha0"] for row in rows] + [np.log(row["psi0"]) for row in rows])
        close(sirt_criterion(weights, 0.25).value(eta)[0], SIRT[name]["fopt"], rtol=1e-10)


def test_r_squared_is_that_of_sirt():
    for name, weights in (("default_fixed", np.ones(10)), ("weighted_fixed", np.sqrt(SIZES))):
        criterion = sirt_criterion(weights, 0.25)
        left = unexplained(criterion, align(criterion, "first", 4, np.random.default_rng(0)).eta)
        found = [1 - (left[kind] ** 2).sum() / (x**2).sum() for kind, x in (("loading", L), ("intercept", N))]
        close(found, SIRT[name]["effect_sizes"]["values"][0], atol=1e-4)


def test_derivatives_are_those_of_differences():
    criterion = sirt_criterion(np.sqrt(SIZES), 0.25)
    eta = np.random.default_rng(1).normal(0, 0.3, 20)
    steps = 1e-6 * np.eye(20)
    value = [(criterion.value(eta + s)[0] - criterion.value(eta - s)[0]) / 2e-6 for s in steps]
    close(criterion.value(eta)[1], value, atol=1e-7)
    slope = [(criterion.value(eta + s)[1] - criterion.value(eta - s)[1]) / 2e-6 for s in steps]
    close(criterion.hessian(eta), slope, atol=1e-6)
    mixed = criterion.mixed(eta)
    for g, i in ((0, 0), (4, 2), (9, 5)):
        move = np.zeros_like(L)
        move[g, i] = 1e-6
        for at, (by_l, by_n) in ((i, (move, 0)), (6 + i, (0, move))):
            ends = [Criterion(L + s * by_l, N + s * by_n, criterion.weight, 0.25, 1e-3).value(eta)[1] for s in (1, -1)]
            close(mixed[:, g, at], (ends[0] - ends[1]) / 2e-6, atol=1e-6)


@pytest.mark.parametrize("identification", ["fixed", "centred"])
def test_exact_invariance_gives_the_truth(identification):
    means, variances = np.array([0, 0.5, -0.4, 1.0, 0.2, -1]), np.array([1, 1.5, 0.7, 1.2, 0.9, 2])
    found = alignment(FIVE, population(LOADINGS, [3.0] * 5, means, variances), identification=identification)
    scale = np.exp(np.log(variances).mean()) if identification == "centred" else 1.0
    centre = means.mean() if identification == "centred" else 0.0
    close(found.factors["variance"], variances / scale, atol=1e-6)
    close(found.factors["mean"], (means - centre) / np.sqrt(scale), atol=1e-6)
    assert found.share_non_invariant == 0
    close(found.item_fit["r_squared"], 1, atol=1e-6)


def test_three_groups_reach_the_minimum_of_a_brute_force_search():
    criterion = Criterion(L[:3], N[:3], np.full(3, 1 / 3), 0.25, 1e-3)
    found = align(criterion, "fixed", 10, np.random.default_rng(0))

    def cost(z):
        return criterion.value(np.array([0, z[0], z[1], -z[2] - z[3], z[2], z[3]]))[0]

    bounds = [(-2, 2), (-2, 2), (-1, 1), (-1, 1)]
    whole = optimize.differential_evolution(cost, bounds, seed=3, popsize=30, maxiter=400, tol=1e-12)
    assert found.value <= whole.fun + 1e-9
    close(found.value, whole.fun, atol=1e-6)


def answers_of_forty(seed):
    """Invented answers of 40 groups of 100; one intercept is 0.6 higher in five of them. Means and variance 1."""
    rng = np.random.default_rng(seed)
    means = np.r_[0, rng.normal(0, 0.4, 39)]
    group = np.repeat(np.arange(40), 100)
    factor = means[group] + rng.normal(size=4000)
    frame = pd.DataFrame({f"a{k}": 3 + 0.7 * factor + rng.normal(0, 0.6, 4000) for k in range(1, 6)})
    frame.loc[np.isin(group, range(3, 40, 9)), "a3"] += 0.6
    return frame.assign(group=[f"G{k:02d}" for k in group]), means


@pytest.mark.parametrize("identification", ["fixed", "centred"])
def test_loadings_of_forty_groups_do_not_shrink_to_nothing(identification):
    frame, means = answers_of_forty(2)
    found = alignment(FIVE, frame, "group", identification=identification, n_starts=2)
    estimate = found.factors["mean"].to_numpy()
    assert np.corrcoef(estimate, means)[0, 1] > 0.9
    assert 0.8 < estimate.std() / means.std() < 1.3
    loadings = found.parameters[found.parameters["kind"] == "loading"]
    assert loadings["invariant"].all()
    assert loadings["aligned"].between(0.3, 1.1).all()
    named = found.deviating[found.deviating["item"] == "a3"]["group"]
    assert set(named) == {"G03", "G12", "G21", "G30", "G39"} == set(found.deviating["group"])


def test_order_of_the_groups_does_not_matter_when_means_are_centred():
    frame, _ = answers_of_forty(5)
    few = frame[frame["group"] < "G08"]
    turned = few.assign(group=pd.Categorical(few["group"], [f"G{k:02d}" for k in range(7, -1, -1)]))
    one, other = (alignment(FIVE, data, "group", identification="centred", n_starts=4) for data in (few, turned))
    swapped = other.factors.set_index("group").loc[list(one.groups)]
    close(one.factors[["mean", "mean_se", "variance"]], swapped[["mean", "mean_se", "variance"]], atol=1e-5)


def test_standard_errors_in_the_unit_of_the_first_group_are_those_of_differences():
    criterion, step = sirt_criterion(np.sqrt(SIZES), 0.25), 1e-5
    covariance = np.zeros((10, 12, 12))
    covariance[3, 8, 8] = 1.0

    def in_first(move):
        moved = N.copy()
        moved[3, 2] += move
        found = Criterion(L, moved, criterion.weight, 0.25, 1e-3)
        eta = align(found, "fixed", 1, np.random.default_rng(0)).eta
        return np.concatenate([eta[:10] / np.exp(eta[10]), eta[10:] - eta[10]])

    spread = spread_of(criterion, align(criterion, "fixed", 1, np.random.default_rng(0)), covariance, unit=0)
    slope = (in_first(step) - in_first(-step)) / (2 * step)
    close(np.sqrt(np.diagonal(spread.eta)), np.abs(slope), atol=1e-4)
    close(spread.estimate, in_first(0.0), atol=1e-12)


def test_groups_that_deviate_are_named_and_means_stay_right():
    intercepts, loadings = np.full((8, 5), 3.0), np.tile(LOADINGS, (8, 1))
    intercepts[2, 1] += 1.0
    intercepts[5, 3] -= 0.8
    loadings[6, 0] = 0.3
    means = np.linspace(0, 1, 8)
    found = alignment(FIVE, population(loadings, intercepts, means, np.ones(8), n=1000.0))
    named = set(map(tuple, found.deviating[["item", "kind", "group"]].to_numpy()))
    assert named == {("a2", "intercept", "G003"), ("a4", "intercept", "G006"), ("a1", "loading", "G007")}
    close(found.factors["mean"], means, atol=0.03)
    assert found.item_fit.set_index(["item", "kind"]).loc[("a2", "intercept"), "groups"] == "G003"


def test_hundred_groups_and_two_factors():
    rng = np.random.default_rng(4)
    means = np.r_[0, rng.normal(0, 0.5, 99)]
    one = population(LOADINGS[:4], [3.0] * 4, means, np.ones(100))
    wide = np.concatenate([one.covariance, np.zeros((100, 4, 4))], axis=2)
    other = np.concatenate([np.zeros((100, 4, 4)), one.covariance], axis=2)
    both = Moments(
        tuple(f"a{k}" for k in range(1, 9)), one.groups, one.n,
        np.concatenate([one.mean, one.mean], axis=1), np.concatenate([wide, other], axis=1),
    )  # fmt: skip
    found = alignment("f =~ a1 + a2 + a3 + a4\ng =~ a5 + a6 + a7 + a8", both, n_starts=2)
    close(found.factors["mean"], np.r_[means, means], atol=1e-6)


def test_many_deviations_are_told_and_the_result_comes_back(monkeypatch):
    rng = np.random.default_rng(6)
    loadings = LOADINGS + rng.normal(0, 0.2, (6, 5))
    data = population(loadings, 3 + rng.normal(0, 0.6, (6, 5)), np.zeros(6), np.ones(6), n=2000.0)
    found = alignment(FIVE, data, n_starts=4)
    assert found.share_non_invariant > 0.25
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", "nl")
    assert "verschilt tussen groepen" in str(found)
    pd.testing.assert_frame_equal(type(found).from_dict(found.to_dict()).tidy(), found.tidy())


@pytest.mark.parametrize(
    ("model", "options", "code"),
    [
        ("f =~ a1 + a2 + a3 + a4 + a5\ng =~ a1 + a2 + a3", {}, "M263"),
        ("f =~ 1*a1 + a2 + a3 + a4 + a5", {}, "M263"),
        (FIVE, {"identification": "loose"}, "M004"),
        (FIVE, {"estimator": "MLR"}, "M231"),
    ],
)
def test_what_cannot_be_aligned_is_refused(model, options, code):
    with pytest.raises(MeasurementError) as caught:
        alignment(model, population(LOADINGS, [3.0] * 5, [0, 1], [1, 1]), **options)
    assert caught.value.problems[0].code == code


@pytest.mark.parametrize("language", ["nl", "en"])
def test_figure_has_a_panel_a_kind(language, monkeypatch):
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", language)
    found = alignment(FIVE, population(LOADINGS, [3.0] * 5, [0, 1, 2], [1, 1, 1]), n_starts=2)
    titles = {axes.get_title(loc="left") for axes in found.plot().axes}
    assert ({"Ladingen", "Intercepten"} if language == "nl" else {"Loadings", "Intercepts"}) <= titles
    assert len(found.plot("means").axes) == 1


def test_the_bowl_curves_like_the_criterion_where_all_groups_are_alike():
    """Means and standard deviations that differ, and items that do not: there the gradient is zero."""
    alpha, psi = np.array([0.0, 0.4, -0.7]), np.array([1.0, 1.3, 0.8])
    loadings, intercepts = np.array([0.5, 0.9, 1.2, 0.7]), np.array([0.1, -0.3, 0.8, 2.0])
    of_groups = psi[:, None] * loadings, intercepts + alpha[:, None] * loadings
    criterion = Criterion(*of_groups, np.array([0.2, 0.5, 0.3]), 0.25, 1e-3)
    eta = np.concatenate([alpha, np.log(psi)])
    close(criterion.value(eta)[1], 0, atol=1e-12)
    close(criterion.bowl(eta), criterion.hessian(eta), rtol=1e-9, atol=1e-9)
