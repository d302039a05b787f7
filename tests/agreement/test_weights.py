"""Weights of agreement that can be asked for by name or given."""

import numpy as np
import pytest

from lcresearch import agreement
from lcresearch.errors import AgreementError

THREE = agreement.from_table([[1, 2, 3], [3, 4, 1], [1, 1, 1]])
NAMES = ("identity", "linear", "quadratic", "radical", "ordinal", "ratio", "circular", "bipolar")


@pytest.mark.parametrize("name", NAMES)
def test_weights_are_symmetric_with_ones_on_the_diagonal_and_may_be_given_instead_of_named(name):
    weights = agreement.agreement_weights(name, THREE)
    np.testing.assert_array_equal(weights, weights.T)
    np.testing.assert_array_equal(np.diag(weights), 1)
    assert weights.min() >= 0
    np.testing.assert_array_equal(agreement.agreement_weights(weights, THREE), weights)


def test_without_weights_only_the_same_category_agrees():
    np.testing.assert_array_equal(agreement.agreement_weights(None, THREE), np.eye(3))


@pytest.mark.parametrize(("weights", "code"), [("quadratc", "A007"), ([[1, 2], [0, 1]], "A008"), (np.eye(2), "A008")])
def test_weights_that_cannot_be(weights, code):
    with pytest.raises(AgreementError) as refused:
        agreement.agreement_weights(weights, THREE)
    assert refused.value.problems[0].code == code


@pytest.mark.parametrize("name", ["linear", "quadratic", "identity"])
def test_one_category_agrees_with_itself(name):
    assert agreement.agreement_weights(name, agreement.from_units([["a", "a"]], categories=["a"])).tolist() == [[1.0]]
