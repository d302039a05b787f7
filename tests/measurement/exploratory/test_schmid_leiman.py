"""Omega hierarchical against psych 2.4.12, and on models whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linear_sum_assignment

from lcresearch import measurement
from lcresearch.errors import MeasurementError

ITEMS = [f"{scale}{i}" for scale in "AC" for i in range(1, 6)]


@pytest.fixture(scope="module", params=["thurstone", "pairwise", "complete"])
def psych(request, bfi25, thurstone, reference):
    """(our result, psych's values)."""
    if request.param == "thurstone":
        ours = measurement.omega_hierarchical(thurstone, list(thurstone), 3, n_persons=213)
        return ours, reference("psychometrics/omega_thurstone_3f")
    frame = bfi25.assign(**{item: 7 - bfi25[item] for item in ("A1", "C4", "C5")})
    block = {"pairwise": "pairwise", "complete": "complete_cases"}[request.param]
    ours = measurement.omega_hierarchical(frame, ITEMS, 3, missing=request.param)
    return ours, reference("psychometrics/omega_agree_consc_3f")[block]


def whole(result):
    table = result.tidy()
    return table[table["factor"] == "g"].set_index("term")["estimate"]


def test_coefficients(psych):
    ours, theirs = psych
    found = whole(ours)
    # closed forms
    assert found["standardized_alpha"] == pytest.approx(theirs["alpha"], rel=1e-8)
    assert found["guttman_lambda_6"] == pytest.approx(theirs["G6"], rel=1e-8)
    # psych's rotation stops early
    assert found["omega_total"] == pytest.approx(theirs["omega_total"], abs=1e-5)
    for name, key in (("omega_hierarchical", "omega_h"), ("omega_limit", "omega_lim")):
        assert found[name] == pytest.approx(theirs[key], abs=1e-3)
    assert found["explained_common_variance"] == pytest.approx(theirs["ECV"]["g"], abs=1e-3)


def test_one_row_has_the_coefficients_of_the_whole(psych):
    row = psych[0].glance().iloc[0]
    names = ["omega_hierarchical", "omega_total", "explained_common_variance"]
    assert row[names].tolist() == whole(psych[0])[names].tolist()


def test_loadings_and_groups(psych):
    ours, theirs = psych
    table = pd.DataFrame(theirs["schmid_leiman"]).set_index("item")
    assert ours.loadings["g"].to_numpy() == pytest.approx(table["g"].to_numpy(), abs=1e-3)
    names = ["F1*", "F2*", "F3*"]
    expected = table[names].to_numpy()
    _, order = linear_sum_assignment(-np.abs(ours.loadings.iloc[:, 1:].to_numpy().T @ expected))
    assert ours.loadings.iloc[:, 1:].to_numpy() == pytest.approx(expected[:, order], abs=1e-3)
    assert ours.items["share_general"].to_numpy() == pytest.approx(table["p2"].to_numpy(), abs=2e-3)
    groups = pd.DataFrame(theirs["omega_group"]).set_index("factor")
    found = ours.tidy().pivot(index="factor", columns="term", values="estimate")
    for ours_name, theirs_name in [("g", "g"), *zip(["F1", "F2", "F3"], np.array(names)[order], strict=True)]:
        expected = groups.loc[theirs_name, ["total", "general", "group"]].tolist()
        row = found.loc[ours_name, ["omega_total", "omega_hierarchical", "omega_group"]].tolist()
        assert row == pytest.approx(expected, abs=2e-3)


def test_oblique_factors_and_the_general_factor_behind_them(psych):
    ours, theirs = psych
    oblique = np.array(theirs["oblique_loadings"]["values"])
    _, order = linear_sum_assignment(-np.abs(ours.loadings.iloc[:, 1:].to_numpy().T @ oblique))
    # a group loading is the oblique one times the root of what its factor does not share with the general factor
    general = ours.general_loadings["estimate"].to_numpy()
    unrestricted = ours.loadings.iloc[:, 1:].to_numpy() / np.sqrt(1 - general**2)
    assert unrestricted == pytest.approx(oblique[:, order], abs=1e-3)
    phi = np.array(theirs["phi"]["values"])[np.ix_(order, order)]
    assert ours.factor_correlations.to_numpy() == pytest.approx(phi, abs=1e-3)
    assert general == pytest.approx(np.array(theirs["g_loading_of_factors"]["values"])[order, 0], abs=1e-3)


def test_communality_and_complexity_of_items(psych):
    ours, theirs = psych
    table = pd.DataFrame(theirs["schmid_leiman"]).set_index("item")
    assert ours.items["communality"].to_numpy() == pytest.approx(table["h2"].to_numpy(), abs=1e-3)
    assert ours.items["uniqueness"].to_numpy() == pytest.approx(table["u2"].to_numpy(), abs=1e-3)
    squares = ours.loadings.to_numpy() ** 2
    complexity = squares.sum(axis=1) ** 2 / (squares**2).sum(axis=1)
    # not linear in the loadings, as in factor analysis
    assert complexity == pytest.approx(table["com"].to_numpy(), abs=1e-2)


def hierarchical_model(general, n_items=4):
    """Correlations of groups of items with loading .7 whose factors have these loadings on a general factor."""
    m = len(general)
    pattern = np.kron(np.eye(m), np.full((n_items, 1), 0.7))
    phi = np.outer(general, general)
    np.fill_diagonal(phi, 1.0)
    implied = pattern @ phi @ pattern.T
    np.fill_diagonal(implied, 1.0)
    names = [f"i{k}" for k in range(m * n_items)]
    return pd.DataFrame(implied, index=names, columns=names)


@pytest.mark.parametrize("general", [[0.9, 0.8, 0.7], [0.6, 0.6], [0.5, 0.6, 0.7, 0.8]])
def test_a_hierarchical_model_comes_back(general):
    table = hierarchical_model(general)
    result = measurement.omega_hierarchical(table, list(table), len(general), n_persons=300)
    expected = (0.7 * 4 * np.sum(general)) ** 2 / table.to_numpy().sum()
    assert whole(result)["omega_hierarchical"] == pytest.approx(expected, abs=1e-4)
    assert sorted(result.general_loadings["estimate"]) == pytest.approx(sorted(general), abs=1e-3)
    assert [problem.code for problem in result.problems] == (["M326"] if len(general) == 2 else [])


def test_an_item_in_the_other_direction_is_named():
    table = hierarchical_model([0.9, 0.8, 0.7])
    table.loc["i0"] *= -1
    table["i0"] *= -1
    result = measurement.omega_hierarchical(table, list(table), n_persons=300)
    assert [(p.code, p.where.item) for p in result.problems] == [("M319", "i0")]


@pytest.mark.parametrize(("n_factors", "code"), [(1, "M318"), (9, "M311")])
def test_numbers_of_factors_that_cannot_be(n_factors, code):
    table = hierarchical_model([0.9, 0.8, 0.7])
    with pytest.raises(MeasurementError) as caught:
        measurement.omega_hierarchical(table, list(table), n_factors, n_persons=300)
    assert caught.value.problems[0].code == code
