"""Packages that were saved, opened and added give the fit of the rows behind them."""

import datetime
import warnings

import numpy as np
import pandas as pd
import pytest

from lcresearch import measurement
from lcresearch.multilevel import added_together, fit_lmm
from lcresearch.synthesis import open_package, pack
from lcresearch.synthesis.programme import plan_of

DAY = datetime.date(2026, 4, 1)


def same_fit(sums, rows):
    beta, error = (part.fixed_effects.to_numpy() for part in (sums, rows)), np.sqrt(np.diag(rows.estimates.covariance))
    left, right = beta
    np.testing.assert_allclose(left / error, right / error, rtol=0, atol=1e-8)
    np.testing.assert_allclose(np.sqrt(np.diag(sums.estimates.covariance)) / error, 1, rtol=0, atol=1e-8)
    ours, theirs = (part.variance_components["covariance"].to_numpy() for part in (sums, rows))
    residual = rows.sigma**2
    assert (np.abs(ours - theirs) <= np.maximum(1e-6 * np.abs(theirs), 1e-8 * residual)).all()
    assert sums.deviance == pytest.approx(rows.deviance, abs=1e-6)


@pytest.fixture(scope="module")
def packed(make_plan, make_evidence, tmp_path_factory):
    """All that is complete and large, and a second case with small communities, missing answers and two waves."""
    found = {}
    plan = make_plan()
    for case, settings in {
        "large": {"n_communities": 6, "n_respondents": 60, "seed": 3, "missing": 0.0, "dropout": 0.0, "newcomers": 0.0},
        "small": {
            "n_communities": 8,
            "n_respondents": 28,
            "seed": 4,
            "missing": 0.02,
            "dropout": 0.3,
            "newcomers": 0.1,
        },
    }.items():
        evidence = make_evidence(**settings)
        written = pack(evidence, tmp_path_factory.mktemp(case), plan, date=DAY)
        found[case] = evidence, written, [open_package(one.path) for one in written]
    return plan, found


@pytest.mark.parametrize("case", ["large", "small"])
@pytest.mark.parametrize("model", ["growth", "answers"])
def test_fit_of_packages_is_the_fit_of_the_rows_let_through(packed, case, model):
    plan, found = packed
    _, written, packages = found[case]
    sums = added_together([one.crossproducts[model] for one in packages if model in one.crossproducts])
    rows = pd.concat([one.let_through[model] for one in written if model in one.let_through])
    formula = plan_of(plan, model).formula
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        same_fit(fit_lmm(formula, sums), fit_lmm(formula, rows))
    assert sums.n == len(rows)


def test_chi_square_of_invariance_from_packages(packed):
    _, found = packed
    _, written, packages = found["large"]
    items = packages[0].moments["learning_culture"].items
    model = "culture =~ " + " + ".join(items[:4])
    by_sector = {}
    for package in packages:
        one = package.moments["learning_culture"].select(items[:4])
        relabelled = measurement.group_moments.Moments(one.items, (package.sector,), one.n, one.mean, one.covariance)
        by_sector[package.sector] = (
            by_sector[package.sector] + relabelled if package.sector in by_sector else relabelled
        )
    together = sum(by_sector.values())
    rows = pd.concat([one.answers["learning_culture"].assign(sector=one.manifest.sector) for one in written])
    ours = measurement.invariance(model, together, "sector").tidy()
    theirs = measurement.invariance(model, rows, "sector").tidy()
    np.testing.assert_allclose(ours["chi_square"], theirs["chi_square"], atol=1e-6)


def test_what_was_left_out_is_stated(packed):
    _, found = packed
    evidence, written, _ = found["small"]
    for have, one in zip(evidence, written, strict=True):
        held = one.held_back
        assert {"few", "incomplete"} & set(held["reason"])
        assert not any(word.isdigit() and 0 < int(word) < 10 for word in held["persons"])
        n_before = have.frame["respondent"].nunique()
        assert one.manifest.n.respondents < n_before


def test_persons_who_leave_a_group_leave_every_member(packed):
    _, found = packed
    _, written, _ = found["small"]
    for one in written:
        growth, answers = (one.let_through.get(name) for name in ("growth", "answers"))
        if growth is None or answers is None:
            continue
        sets = [frame.groupby("community")["respondent"].agg(set) for frame in (growth, answers)]
        for community in set(sets[0].index) & set(sets[1].index):
            left, right = (part[community] for part in sets)
            assert all(len(apart) == 0 or len(apart) >= 10 for apart in (left - right, right - left))
