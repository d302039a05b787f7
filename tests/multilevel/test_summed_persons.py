"""Persons of whom only sums over several are left give the same profiled matrices, fit and tests."""

import numpy as np
import pytest

from lcresearch import multilevel
from lcresearch.errors import MultilevelError
from lcresearch.multilevel.crossproducts import sums_of_rows
from lcresearch.multilevel.design import build
from lcresearch.multilevel.formula import parse
from lcresearch.multilevel.model import model_of
from lcresearch.multilevel.person_classes import sum_persons

FORMULAS = [
    "math ~ year + (1 | schoolid/childid)",
    "math ~ year + female + (1 + year | schoolid/childid)",
    "math ~ year + (1 | schoolid) + (year || schoolid:childid)",
    "math ~ year + (0 + year | childid)",
]


@pytest.fixture(scope="module")
def pairs(reference):
    frame = reference("egsingle_growth").frame
    found = {}
    for formula in FORMULAS:
        cross = sums_of_rows(build(parse(formula), frame))
        found[formula] = cross, sum_persons(cross, "childid")
    return found


@pytest.mark.parametrize("formula", FORMULAS)
def test_profiled_matrices_and_gradients_are_those_of_the_rows(pairs, formula):
    one, other = (model_of(cross, reml=True) for cross in pairs[formula])
    np.testing.assert_allclose(other.start, one.start, rtol=1e-10)
    covariances = one.criterion.layout.covariances(one.start)
    expected, found = one.criterion.solve(covariances), other.criterion.solve(covariances)
    np.testing.assert_allclose(found.top, expected.top, atol=4e-15 * np.abs(expected.top).max())
    np.testing.assert_allclose(found.criterion, expected.criterion, rtol=1e-13)
    pairs_of_derivatives = zip(other.criterion.derivatives(found), one.criterion.derivatives(expected), strict=True)
    for mine, whole in pairs_of_derivatives:
        np.testing.assert_allclose(mine, whole, rtol=1e-9, atol=1e-10 * np.abs(whole).max())


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_fit_is_that_of_the_rows_and_no_person_is_left(pairs, formula):
    cross, summed = pairs[formula]
    expected, fit = multilevel.fit_lmm(formula, cross), multilevel.fit_lmm(formula, summed)
    np.testing.assert_allclose(fit.tidy().iloc[:, 1:], expected.tidy().iloc[:, 1:], rtol=1e-7)
    np.testing.assert_allclose(fit.variance_components["covariance"], expected.variance_components["covariance"])
    np.testing.assert_allclose(fit.deviance, expected.deviance, atol=1e-6)
    assert fit.n_groups == expected.n_groups
    assert summed.sums.shape[2] < cross.sums.shape[2] / 3
    assert summed.persons.counts.sum() == 1721
    label = next(label for label in expected.n_groups if label.endswith("childid"))
    with pytest.raises(MultilevelError, match="needs the rows"):
        fit.random_effects[label]
    for school, frame in fit.random_effects.items():
        np.testing.assert_allclose(frame, expected.random_effects[school], rtol=1e-7)


def test_profiles_and_influence_from_summed_persons(pairs):
    formula = FORMULAS[0]
    expected, fit = (multilevel.fit_lmm(formula, cross) for cross in pairs[formula])
    tables = [each.confint("profile")[["conf_low", "conf_high"]] for each in (fit, expected)]
    np.testing.assert_allclose(*tables, rtol=1e-6)
    frames = [each.influence("schoolid") for each in (fit, expected)]
    np.testing.assert_allclose(*frames, rtol=1e-4, atol=1e-8)
    with pytest.raises(MultilevelError):
        fit.influence("schoolid:childid")


def test_kenward_roger_from_summed_persons(pairs):
    expected, fit = (multilevel.fit_lmm(FORMULAS[0], cross) for cross in pairs[FORMULAS[0]])
    tables = [each.tidy(ddf="kenward-roger")[["std_error", "df"]] for each in (fit, expected)]
    np.testing.assert_allclose(*tables, rtol=1e-7)


@pytest.mark.parametrize(("persons", "code"), [("year", "L046"), ("schoolid", "L046"), ("childid", "L047")])
def test_persons_must_be_a_group_within_all_others(reference, persons, code):
    frame = reference("egsingle_growth").frame
    formula = "math ~ 1 + (1 | grade) + (1 | schoolid/childid)"
    with pytest.raises(MultilevelError) as refused:
        sum_persons(sums_of_rows(build(parse(formula), frame)), persons)
    assert refused.value.problems[0].code == code
