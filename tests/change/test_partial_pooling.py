"""Scores drawn to peers: between own mean and that of peers, honest with three groups, and a mixed model with many."""

import json

import numpy as np
import pandas as pd
import pytest

from lcresearch.change import PartialPooling, partial_pooling
from lcresearch.change.pooled_groups import pooled_means
from lcresearch.errors import ChangeError
from lcresearch.multilevel import fit_lmm
from lcresearch.multilevel.group_effects import group_effects


def answers(sizes, between=0.4, seed=1):
    rng = np.random.default_rng(seed)
    firm = np.repeat([f"F{place:02d}" for place in range(len(sizes))], sizes)
    score = 3.5 + np.repeat(between * rng.normal(size=len(sizes)), sizes) + rng.normal(0, 0.8, len(firm))
    return pd.DataFrame({"firm": firm, "score": score})


def test_score_lies_between_own_mean_and_that_of_peers_by_its_number_of_answers():
    table = partial_pooling(answers([3, 6, 12, 25]), "score", "firm").table
    inside = (table["estimate"] - table["mean"]) * (table["estimate"] - table["peer_mean"])
    assert (inside <= 1e-9).all()
    assert table["weight"].is_monotonic_increasing
    assert (table["conf_high"] - table["conf_low"]).mean() < (table["own_high"] - table["own_low"]).mean()


def test_many_groups_give_what_a_mixed_model_gives():
    rows = answers([8] * 150)
    table = partial_pooling(rows, "score", "firm").table.set_index("group")
    model = group_effects(fit_lmm("score ~ 1 + (1 | firm)", rows), "firm", "Intercept", {"Intercept": 1.0})
    assert table["estimate"].to_numpy() == pytest.approx(model.loc[table.index, "estimate"].to_numpy(), abs=0.02)
    error = table["pooled_std_error"] / model.loc[table.index, "std_error"]
    assert error.median() == pytest.approx(1, abs=0.01)
    assert error.max() < 1.06  # of a group far from the others: here the variance between groups is not taken as known


def test_numbers_are_those_of_an_integral_over_both_variances_by_brute_force():
    """The same posterior on a grid of sigma and of the standard deviation between, with normal densities only."""
    y, n, within, df = np.array([3.0, 3.6, 4.1]), np.array([6.0, 4.0, 9.0]), 10.0, 16.0
    found = pooled_means(y, n, within, df, np.ones((3, 1)))
    sigma = np.exp(np.linspace(-1.6, 0.9, 400))[:, None]
    rho = (np.arange(6000)[None, :] + 0.5) * 0.002
    spread = sigma[..., None] ** 2 * (rho[..., None] ** 2 + 1 / n)
    mu = (y / spread).sum(-1) / (1 / spread).sum(-1)
    apart = ((y - mu[..., None]) ** 2 / spread).sum(-1)
    log = -0.5 * (np.log(spread).sum(-1) + np.log((1 / spread).sum(-1)) + apart)
    log = log - df * np.log(sigma) - within / (2 * sigma**2) - 2.5 * np.log1p((rho / 0.5) ** 2 / 4)
    mass = np.exp(log - log.max())  # the grid is even in log sigma, whose prior is flat
    mass /= mass.sum()
    weight = rho[..., None] ** 2 / (rho[..., None] ** 2 + 1 / n)
    centre = weight * y + (1 - weight) * mu[..., None]
    mean = (mass[..., None] * centre).sum((0, 1))
    own = sigma[..., None] ** 2 * weight / n + (1 - weight) ** 2 / (1 / spread).sum(-1)[..., None]
    variance = (mass[..., None] * (own + (centre - mean) ** 2)).sum((0, 1))
    assert found.mean == pytest.approx(mean, abs=2e-4)
    assert found.std_dev == pytest.approx(np.sqrt(variance), rel=2e-3)
    middle = found.quantiles(0.5)
    assert np.all((found.quantiles(0.025) < middle) & (middle < found.quantiles(0.975)))


def test_intervals_hold_the_truth_with_three_firms():
    rng = np.random.default_rng(7)
    hits = []
    for _ in range(200):
        sizes = rng.integers(3, 13, 3)
        truth = 0.3 * rng.normal(size=3)
        mean = truth + rng.normal(size=3) / np.sqrt(sizes)
        df = float(sizes.sum() - 3)
        found = pooled_means(mean, sizes.astype(float), float(rng.chisquare(df)), df, np.ones((3, 1)))
        hits += ((found.quantiles(0.025) < truth) & (truth < found.quantiles(0.975))).tolist()
    chance = np.sqrt(0.05 * 0.95 / 200)  # as if the three intervals of a study missed together
    assert np.mean(hits) == pytest.approx(0.95, abs=2 * chance)


def test_peers_are_groups_like_it():
    rows = answers([6] * 12, between=0.1)
    sector = rows["firm"].str[1:].astype(int) % 2
    rows = rows.assign(sector=np.where(sector, "care", "metal"), score=rows["score"] + 2 * sector)
    found = partial_pooling(rows, "score", "firm", peers="sector")
    means = found.table.groupby("peers")["peer_mean"].first()
    assert found.peers == ("sector",)
    own = rows.groupby("sector")["score"].mean()  # firms of one size: whatever the variance between them is
    assert means.to_numpy() == pytest.approx(own[means.index].to_numpy(), rel=1e-9)
    few = partial_pooling(rows[rows["firm"] < "F03"], "score", "firm", peers=["sector"])
    assert few.peers == ()
    assert {"C026", "C027"} == {problem.code for problem in few.problems}


def test_what_cannot_be_is_refused():
    rows = answers([4, 4]).assign(sector=list("aabbaaaa"))
    for arguments, code in (
        ((rows, "score", "firm", "sector"), "C009"),
        ((rows, "score", "company", None), "C001"),
        ((rows[rows["firm"] == "F00"], "score", "firm", None), "C025"),
        ((rows.assign(score=3.0), "score", "firm", None), "C025"),
    ):
        with pytest.raises(ChangeError) as raised:
            partial_pooling(*arguments[:3], peers=arguments[3])
        assert raised.value.problems[0].code == code


def test_result_comes_back_from_its_dictionary():
    found = partial_pooling(answers([4, 5, 6]), "score", "firm")
    again = PartialPooling.from_dict(json.loads(json.dumps(found.to_dict())))
    pd.testing.assert_frame_equal(again.table, found.table)
    assert again.cautions() == found.cautions()
