"""Alignment of ordered items: the truth of populations, a brute-force search, derivatives, and groups that deviate."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from lcresearch.errors import MeasurementError
from lcresearch.measurement import alignment, moments, ordinal_moments
from lcresearch.measurement.comparability.alignment_criterion import Criterion
from lcresearch.measurement.comparability.alignment_search import align

FIVE = "f =~ a1 + a2 + a3 + a4 + a5"
ITEMS = [f"a{k}" for k in range(1, 6)]
LOADINGS = np.array([1.2, 0.9, 1.0, 0.8, 1.1])
PLACES = np.array([-0.3, 0.1, 0.4, -0.2, 0.0])
MEANS, VARIANCES = np.array([0, 0.5, -0.4, 0.8]), np.array([1, 1.5, 0.7, 1.2])
CUTS = {2: [0.0], 3: [-0.9, 0.9], 4: [-1.1, 0.2, 1.4]}
close = np.testing.assert_allclose


def thresholds(n_categories):
    return PLACES[:, None] + np.array(CUTS[n_categories])


def answers(n_categories, n=400, seed=1, shift=(), means=MEANS):
    """Invented answers of groups; residuals have variance 1."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(means)), n)
    response = rng.normal(means[group], np.sqrt(VARIANCES[group]))[:, None] * LOADINGS
    response = response + rng.normal(size=response.shape)
    for g, item, value in shift:
        response[group == g, item] += value
    codes = (response[:, :, None] > thresholds(n_categories)).sum(axis=2)
    return pd.DataFrame(codes, columns=ITEMS).assign(group=[f"G{g}" for g in group])


def population(n_categories):
    """Thresholds and correlations of populations, with the precision of a sample."""
    sample = ordinal_moments(answers(n_categories), ITEMS, "group")
    unit = np.sqrt(LOADINGS**2 * VARIANCES[:, None] + 1)
    cuts = (thresholds(n_categories) - (MEANS[:, None] * LOADINGS)[:, :, None]) / unit[:, :, None]
    one, other = np.triu_indices(5, 1)
    slopes = LOADINGS * np.sqrt(VARIANCES[:, None]) / unit
    statistics = np.concatenate([cuts.reshape(len(MEANS), -1), slopes[:, one] * slopes[:, other]], axis=1)
    return replace(sample, statistics=statistics)


@pytest.mark.parametrize("n_categories", [2, 3, 4])
def test_exact_invariance_gives_the_truth(n_categories):
    found = alignment(FIVE, population(n_categories))
    close(found.factors["mean"], MEANS, atol=1e-6)
    close(found.factors["variance"], VARIANCES, atol=1e-6)
    table = found.parameters.pivot(index=["kind", "item"], columns="group", values="aligned")
    close(table.loc["loading"], np.tile(LOADINGS[:, None], 4), atol=1e-6)
    close(table.loc["threshold"], np.tile(thresholds(n_categories).reshape(-1, 1), 4), atol=1e-6)
    assert found.share_non_invariant == 0
    assert found.criterion["r_squared_thresholds"].item() > 1 - 1e-9


def criterion_of(n_groups, seed=3):
    rng = np.random.default_rng(seed)
    loadings = rng.uniform(0.6, 1.3, (n_groups, 4))
    owner = np.array([0, 0, 0, 1, 2, 2, 3])
    return Criterion(
        loadings, rng.normal(0, 0.8, (n_groups, 7)), np.full(n_groups, 1 / n_groups), 0.25, 1e-2, owner
    )  # fmt: skip


def test_three_groups_reach_the_minimum_of_a_brute_force_search():
    criterion = criterion_of(3)
    found = align(criterion, "fixed", 20, np.random.default_rng(0))

    def cost(z):
        return criterion.value(np.array([0, z[0], z[1], -z[2] - z[3], z[2], z[3]]))[0]

    bounds = [(-3, 3), (-3, 3), (-1, 1), (-1, 1)]
    whole = optimize.differential_evolution(cost, bounds, seed=3, popsize=30, maxiter=400, tol=1e-12)
    close(found.value, whole.fun, atol=1e-6)
    assert found.value <= whole.fun + 1e-9


@pytest.mark.parametrize(("identification", "lowest"), [("fixed", 6.646999), ("free", 6.505368)])
def test_low_points_far_from_medians_are_found(identification, lowest):
    """Parameters that have nothing in common; single descents by L-BFGS-B of scipy found these values."""
    found = align(criterion_of(6, seed=2), identification, 20, np.random.default_rng(0))
    assert found.value <= lowest + 1e-6


def test_several_points_at_once_give_what_each_gives():
    criterion = criterion_of(4)
    points = np.random.default_rng(2).normal(0, 0.3, (3, 8))
    values, gradients = criterion.value(points)
    for point, value, gradient in zip(points, values, gradients, strict=True):
        close(criterion.value(point)[0], value, rtol=1e-13)
        close(criterion.value(point)[1], gradient, atol=1e-12)


def test_derivatives_are_those_of_differences():
    criterion, h = criterion_of(4), 1e-6
    eta = np.random.default_rng(1).normal(0, 0.3, 8)
    steps = h * np.eye(8)
    value = [(criterion.value(eta + s)[0] - criterion.value(eta - s)[0]) / (2 * h) for s in steps]
    close(criterion.value(eta)[1], value, atol=1e-7)
    slope = [(criterion.value(eta + s)[1] - criterion.value(eta - s)[1]) / (2 * h) for s in steps]
    close(criterion.hessian(eta), slope, atol=1e-6)
    mixed = criterion.mixed(eta)
    for name, first, count in (("loadings", 0, 4), ("intercepts", 4, 7)):
        for g in range(4):
            for i in range(count):
                move = np.zeros((4, count))
                move[g, i] = h
                ends = [
                    replace(criterion, **{name: getattr(criterion, name) + s * move}).value(eta)[1] for s in (1, -1)
                ]
                close(mixed[:, g, first + i], (ends[0] - ends[1]) / (2 * h), atol=1e-6)


def test_a_group_that_answers_an_item_otherwise_is_named_with_its_thresholds():
    found = alignment(FIVE, answers(4, n=1500, shift=[(2, 3, 0.8)]), "group", ordered=True, n_starts=4)
    named = found.deviating
    assert set(named["group"]) == {"G2"}
    assert set(named["item"]) == {"a4|t1", "a4|t2", "a4|t3"}
    assert (named["deviation"] < -0.5).all()
    close(found.factors["mean"], MEANS, atol=0.15)
    assert found.tidy()["std_error"].iloc[1:].between(0.02, 0.1).all()


def test_rows_and_statistics_give_the_same():
    frame = answers(3)
    rows = alignment(FIVE, frame, "group", ordered=ITEMS, n_starts=2)
    file = alignment(FIVE, ordinal_moments(frame, ITEMS, "group"), n_starts=2)
    pd.testing.assert_frame_equal(rows.factors, file.factors, rtol=1e-8)


def test_what_cannot_be_aligned_is_refused():
    frame = answers(3)
    for data, options, code in (
        (moments(frame, ITEMS, "group"), {"ordered": True}, "M231"),
        (frame, {"group": "group", "ordered": True, "estimator": "ML"}, "M247"),
        (frame, {"group": "group", "ordered": True, "missing": "fiml"}, "M248"),
    ):
        with pytest.raises(MeasurementError) as caught:
            alignment(FIVE, data, **options)
        assert caught.value.problems[0].code == code


@pytest.mark.parametrize("language", ["nl", "en"])
def test_figures(language, monkeypatch):
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", language)
    found = alignment(FIVE, answers(3), "group", ordered=True, n_starts=2)
    titles = [axes.get_title(loc="left") for axes in found.plot().axes]
    assert titles == (["Ladingen", "Drempels"] if language == "nl" else ["Loadings", "Thresholds"])
    assert len(found.plot().axes[1].get_yticklabels()) == 10
