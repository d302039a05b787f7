"""Factor analysis against psych 2.4.12, GPArotation 2024.3-1 and factanal (tests/reference).

Columns of other programs are matched to ours, since factors have no order and no sign of their own.
"""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from lcresearch import measurement
from lcresearch.measurement.exploratory.correlations import item_correlations
from lcresearch.measurement.exploratory.extraction import extract
from lcresearch.measurement.exploratory.fit import RMSEA_LEVEL
from lcresearch.measurement.exploratory.rotation import CRITERIA, kaiser_weights, rotate


def matched(theirs, ours):
    """(columns of theirs in our order and sign, the permutation, the signs)."""
    theirs, ours = np.array(theirs, dtype=float), np.asarray(ours)
    _, order = linear_sum_assignment(-np.abs(ours.T @ theirs))
    sign = np.sign((ours * theirs[:, order]).sum(axis=0))
    return theirs[:, order] * sign, order, sign


def normal_varimax(loadings):
    """The criterion that varimax minimises, with Kaiser's normalisation."""
    return float(CRITERIA["varimax"](loadings / kaiser_weights(loadings))[0])


def values(block):
    return np.array(block["values"], dtype=float)


CASES = [
    ("efa_bfi25_oblimin", "pairwise", "oblimin"),
    ("efa_bfi25_oblimin", "complete_cases", "oblimin"),
    ("efa_bfi25_varimax", "pairwise", "varimax"),
    ("efa_bfi25_varimax", "complete_cases", "varimax"),
    ("efa_thurstone_3f", "psych_oblimin", "oblimin"),
    ("efa_thurstone_3f", "psych_varimax", "varimax"),
]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "-".join(case[:2]))
def psych(request, bfi25, thurstone, reference):
    """(our result, psych's values)."""
    file, block, rotation = request.param
    theirs = reference(f"psychometrics/{file}")[block]
    if file.startswith("efa_thurstone"):
        return measurement.factor_analysis(thurstone, list(thurstone), 3, rotation=rotation, n_persons=213), theirs
    missing = "pairwise" if block == "pairwise" else "complete"
    return measurement.factor_analysis(bfi25, list(bfi25), 5, rotation=rotation, missing=missing), theirs


def test_loadings_and_factor_correlations(psych):
    ours, theirs = psych
    loadings, order, sign = matched(theirs["loadings"]["values"], ours.pattern)
    # psych stops early, in extraction and in rotation: R's varimax when a step gains less than 1e-5
    tolerance = 2e-3 if ours.rotation == "varimax" else 1e-3
    assert ours.pattern.to_numpy() == pytest.approx(loadings, abs=tolerance)
    if ours.rotation == "varimax":
        assert normal_varimax(ours.pattern.to_numpy()) <= normal_varimax(loadings)
    if "Phi" in theirs:
        phi = values(theirs["Phi"])[np.ix_(order, order)] * np.outer(sign, sign)
        assert ours.factor_correlations.to_numpy() == pytest.approx(phi, abs=1e-3)


def test_communality_uniqueness_and_complexity(psych):
    ours, theirs = psych
    for name in ("communality", "uniqueness"):
        assert ours.items[name].to_dict() == pytest.approx(theirs[name], abs=1e-3)
    # not linear in the loadings, see above
    assert ours.items["complexity"].to_dict() == pytest.approx(theirs["complexity"], abs=1e-2)


def test_variance_accounted_for(psych):
    ours, theirs = psych
    _, order, _ = matched(theirs["loadings"]["values"], ours.pattern)
    table = dict(zip(theirs["vaccounted"]["rows"], values(theirs["vaccounted"]), strict=True))
    # sums of 9 or 25 squares of loadings that are up to 1e-3 off
    assert ours.variance["sum_of_squares"].to_numpy() == pytest.approx(table["SS loadings"][order], abs=5e-3)
    assert ours.variance["proportion"].to_numpy() == pytest.approx(table["Proportion Var"][order], abs=1e-3)
    assert ours.variance["cumulative"].iloc[-1] == pytest.approx(max(table["Cumulative Var"]), abs=1e-3)
    explained = ours.variance["proportion"] / ours.variance["proportion"].sum()
    assert explained.to_numpy() == pytest.approx(table["Proportion Explained"][order], abs=1e-3)
    assert np.cumsum(table["Proportion Explained"]) == pytest.approx(table["Cumulative Proportion"], abs=1e-12)


def test_fit(psych):
    ours, theirs = psych
    fit, expected = ours.fit, theirs["fit"]
    assert (ours.n, fit["df"]) == (theirs["n_obs"], theirs["dof"])
    assert fit["objective"] == pytest.approx(expected["objective"], abs=1e-5)
    assert fit["chi_square"] == pytest.approx(expected["chisq"], rel=1e-5)
    assert fit["p_value"] == pytest.approx(expected["p"], rel=1e-2)
    for name, key in (("rmsr", "rms"), ("rmsr_corrected", "crms"), ("tli", "TLI"), ("cfi", "CFI")):
        assert fit[name] == pytest.approx(expected[key], abs=1e-5)
    limits = [fit["rmsea"], fit["rmsea_low"], fit["rmsea_high"]]
    assert limits == pytest.approx([expected["RMSEA"][key] for key in ("RMSEA", "lower", "upper")], abs=1e-5)
    assert fit["bic"] == pytest.approx(expected["BIC"], abs=1e-2)


def test_fit_that_follows_from_ours(psych, bfi25):
    """psych's other numbers are functions of correlations, residuals and persons a pair."""
    ours, theirs = psych
    expected, n = theirs["fit"], theirs["n_obs"]
    r, residual = ours.correlations.to_numpy(), ours.residuals.to_numpy().copy()
    np.fill_diagonal(residual, 0.0)
    p, off = len(r), ~np.eye(len(r), dtype=bool)
    answered = bfi25[list(ours.items.index)].notna().to_numpy(float) if p == 25 else None
    pairs = answered.T @ answered if answered is not None and n == len(answered) else np.full((p, p), n)
    assert (residual**2 * pairs).sum() == pytest.approx(expected["empirical_chi"], rel=1e-4)
    null = -np.linalg.slogdet(r)[1]
    assert null == pytest.approx(expected["null_model"], rel=1e-8)
    assert null * (n - 1 - (2 * p + 5) / 6) == pytest.approx(expected["null_chisq"], rel=1e-8)
    assert p * (p - 1) / 2 == expected["null_dof"]
    unique = ours.items["uniqueness"].to_numpy()
    left = [(residual**2).sum() + (unique**2).sum(), (residual**2).sum()]
    all_of_it = [(r**2).sum(), (r[off] ** 2).sum()]
    found = [1 - part / whole for part, whole in zip(left, all_of_it, strict=True)]
    assert found == pytest.approx([expected["fit"], expected["fit_off"]], abs=1e-5)
    assert expected["RMSEA"]["confidence"] == RMSEA_LEVEL


def test_eigenvalues_before_and_after(psych):
    ours, theirs = psych
    r = ours.correlations.to_numpy()
    reduced = r - np.diag(ours.items["uniqueness"])
    assert np.linalg.eigvalsh(r)[::-1] == pytest.approx(np.array(theirs["e_values"]), rel=1e-8)
    assert np.linalg.eigvalsh(reduced)[::-1] == pytest.approx(np.array(theirs["values"]), abs=1e-3)


CONVERGED = [
    ("efa_bfi25_oblimin", "converged_complete_cases", "complete"),
    ("efa_bfi25_oblimin", "converged_pairwise", "pairwise"),
    ("efa_bfi25_varimax", "converged_complete_cases", "complete"),
    ("efa_thurstone_3f", "converged", "thurstone"),
]


@pytest.fixture(scope="module", params=CONVERGED, ids=lambda case: "-".join(case[:2]))
def converged(request, bfi25, thurstone, reference):
    """(correlations, number of factors, values to machine precision)."""
    file, block, data = request.param
    theirs = reference(f"psychometrics/{file}")[block]
    if data == "thurstone":
        return thurstone.to_numpy(), 3, theirs
    return item_correlations(bfi25, list(bfi25), missing=data).matrix, 5, theirs


def test_minres_reaches_the_minimum(converged):
    matrix, m, theirs = converged
    ours = extract(matrix, m)
    assert ours.converged
    assert ours.objective == pytest.approx(theirs["objective_half_sum_squared_offdiag"], rel=1e-10)
    assert ours.uniquenesses == pytest.approx(list(theirs["uniqueness"].values()), abs=1e-6)
    assert ours.loadings == pytest.approx(matched(theirs["unrotated"]["values"], ours.loadings)[0], abs=1e-6)


def test_rotation_reaches_the_minimum(converged):
    matrix, m, theirs = converged
    unrotated = extract(matrix, m).loadings
    for rotation in {"oblimin", "varimax"} & set(theirs):
        ours, expected = rotate(unrotated, rotation), theirs[rotation]
        loadings, order, sign = matched(expected["loadings"]["values"], ours.loadings)
        assert ours.loadings == pytest.approx(loadings, abs=1e-5)
        if rotation == "oblimin":
            phi = values(expected["Phi"])[np.ix_(order, order)] * np.outer(sign, sign)
            assert ours.factor_correlations == pytest.approx(phi, abs=1e-5)
            assert ours.criterion == pytest.approx(expected["criterion"], abs=1e-8)


@pytest.fixture(scope="module")
def more(reference):
    return reference("psychometrics/efa_bfi25_more")


@pytest.mark.parametrize("rotation", ["geomin", "quartimax", "promax", "oblimin"])
def test_other_rotations(bfi25, more, rotation):
    ours = measurement.factor_analysis(bfi25, list(bfi25), 5, rotation=rotation, missing="complete")
    loadings, order, sign = matched(more[rotation]["loadings"], ours.pattern)
    # GPArotation had not come to rest for geomin after 500 steps
    tolerance = 1e-4 if rotation == "geomin" else 1e-5
    assert ours.pattern.to_numpy() == pytest.approx(loadings, abs=tolerance)
    if "Phi" in more[rotation]:
        phi = np.array(more[rotation]["Phi"])[np.ix_(order, order)] * np.outer(sign, sign)
        assert ours.factor_correlations.to_numpy() == pytest.approx(phi, abs=tolerance)


def test_geomin_is_not_above_the_criterion_of_gparotation(bfi25, more):
    matrix = item_correlations(bfi25, list(bfi25), missing="complete").matrix
    ours = rotate(extract(matrix, 5).loadings, "geomin")
    assert ours.converged
    assert ours.criterion <= min(more["geomin"]["criterion"], more["geomin"]["criterion_50_starts"]) + 1e-8


def test_maximum_likelihood_is_that_of_factanal(bfi25, more):
    theirs = more["ml"]
    ours = measurement.factor_analysis(bfi25, list(bfi25), 5, rotation="none", method="ml", missing="complete")
    assert ours.items["uniqueness"].to_numpy() == pytest.approx(theirs["uniquenesses"], abs=1e-5)
    assert ours.pattern.to_numpy() == pytest.approx(matched(theirs["loadings"], ours.pattern)[0], abs=1e-5)
    assert ours.fit["chi_square"] == pytest.approx(theirs["chi_square"], rel=1e-7)
    assert ours.fit["df"] == theirs["df"]
    assert ours.n == more["n"]


@pytest.mark.parametrize(
    ("method", "key"), [("regression", "regression"), ("bartlett", "bartlett"), ("ten-berge", "tenberge")]
)
def test_score_weights(bfi25, more, method, key):
    ours = measurement.factor_analysis(bfi25, list(bfi25), 5, missing="complete")
    _, order, sign = matched(more["oblimin"]["loadings"], ours.pattern)
    theirs = np.array(more["score_weights"][key])[:, order] * sign
    assert ours.score_weights(method).to_numpy() == pytest.approx(theirs, abs=1e-5)
