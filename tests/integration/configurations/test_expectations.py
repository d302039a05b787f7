"""Which assumptions agree with expectations, and what expressions mean."""

import pytest

from lcresearch.errors import IntegrationError
from lcresearch.integration.configurations.expectations import Expectations, easy_counterfactuals, read_expectations
from lcresearch.integration.configurations.expressions import terms_of
from lcresearch.integration.configurations.terms import Condition, term_name

ABC = [Condition("A"), Condition("B"), Condition("C")]
MIXED = [Condition("A", 3), Condition("B")]


@pytest.mark.parametrize(
    ("expression", "terms"),
    [
        ("A*~B", {(1, 0, -1)}),
        ("~ A * C + B", {(0, -1, 1), (-1, 1, -1)}),
        ("A[0]", {(0, -1, -1)}),
        ("~A[0]", {(1, -1, -1)}),
        ("A*A", {(1, -1, -1)}),
    ],
)
def test_expressions(expression, terms):
    assert set(terms_of(expression, ABC)) == terms


def test_values_of_a_set_with_several():
    assert set(terms_of("A[1,2]*B", MIXED)) == {(1, 1), (2, 1)}
    assert set(terms_of("~A[2]", MIXED)) == {(0, -1), (1, -1)}
    assert set(terms_of("A", MIXED)) == {(1, -1), (2, -1)}
    assert term_name((2, 0), MIXED) == "A[2]*B[0]"
    assert term_name((1, 0, -1), ABC) == "A*~B"


@pytest.mark.parametrize("wrong", ["", "A*", "A*~A", "D", "A[2]", "A[x]", "A**B", "A]", 3, "A+" * 2000])
def test_what_cannot_be_read(wrong):
    with pytest.raises(IntegrationError) as raised:
        terms_of(wrong, ABC)
    assert raised.value.problems[0].code == "Q010"


def test_expectations_as_people_give_them():
    named = read_expectations({"A": "present", "B": "absent", "C": "either"}, (), ABC)
    assert named == Expectations((frozenset({1}), frozenset({0}), frozenset()))
    assert read_expectations(["A", "~B"], (), ABC) == named
    assert read_expectations(["A", "~B*C"], (), ABC) == read_expectations(["A"], ["~B*C"], ABC)
    assert read_expectations(None, (), ABC) is None
    assert read_expectations({"A": 2}, (), MIXED).single[0] == {2}
    assert named.negated(ABC) == Expectations((frozenset({0}), frozenset({1}), frozenset()))
    assert read_expectations({"A": "2"}, (), MIXED).negated(MIXED).single[0] == {0, 1}


@pytest.mark.parametrize("wrong", [{"D": "present"}, {"A": "perhaps"}, ["A*D"]])
def test_expectations_that_cannot_be_read(wrong):
    with pytest.raises(IntegrationError) as raised:
        read_expectations(wrong, (), ABC)
    assert raised.value.problems[0].code == "Q010"


# the conservative term is ~A*B*C (row 4), the parsimonious one C (rows 2, 4, 6, 8)
LONG, SHORT, ASSUMED = [(0, 1, 1)], [(-1, -1, 1)], (2, 6, 8)


@pytest.mark.parametrize(
    ("single", "conjunctural", "easy"),
    [
        (["A", "B"], [], (8,)),  # ~A may go, B stays: B*C
        (["~A", "~B"], [], (2,)),  # B may go, ~A stays: ~A*C
        (["A", "~B"], [], (2, 6, 8)),  # both may go: C
        (["~A", "B"], [], ()),  # both stay
        (["A"], [], (8,)),  # nothing is expected of B: it stays
        ([], ["A*~B"], (2, 6, 8)),  # the combination differs as a whole, so both go
        ([], ["~A*B"], ()),  # it is there: both stay
        (["B"], ["A*~B"], (8,)),  # B is expected for itself, so it stays
    ],
)
def test_which_assumptions_are_easy(single, conjunctural, easy):
    expected = read_expectations(single, conjunctural, ABC)
    assert easy_counterfactuals(LONG, SHORT, ASSUMED, expected, (2, 2, 2)) == easy


def test_without_a_shorter_term_there_is_nothing_easy():
    expected = read_expectations(["A", "B", "C"], (), ABC)
    assert easy_counterfactuals([(0, 1, 1)], [(1, -1, -1)], (5,), expected, (2, 2, 2)) == ()
    assert easy_counterfactuals(LONG, SHORT, (), expected, (2, 2, 2)) == ()
