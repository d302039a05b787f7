"""Tables as people bring them: odd names, types and gaps give a recipe that can be read, or a clear message."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import IntegrationError
from lcresearch.integration import beside_regression, calibrate, necessity, qca, qca_clusters, truth_table
from lcresearch.messages import spoken

# invented cases
CASES = pd.DataFrame(
    {"trust": [1, 1, 0, 0, 1, 0, 1, 0], "time": [1, 0, 1, 0, 1, 1, 0, 0], "y": [1, 0, 0, 0, 1, 0, 0, 0]},
    index=list("ABCDEFGH"),
)
BOTH = ["trust", "time"]


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_a_column_called_frame_is_a_column():
    result = qca(CASES.assign(frame=CASES["time"]), "y", ["trust", "frame"])
    assert result.solution("parsimonious").models[0].name == "trust*frame"


@pytest.mark.parametrize("name", ["a*b", "a + b", "~a", "a∼", "a[1]", "", " a", "a "])
def test_a_name_that_a_recipe_cannot_hold_is_refused(name):
    """a*b and a*b would be a recipe of two conditions and the name of one."""
    with pytest.raises(IntegrationError) as error:
        qca(CASES.rename(columns={"time": name}), "y", ["trust", name])
    assert codes(error) == ["Q280"]
    with pytest.raises(IntegrationError) as error:
        qca(CASES.rename(columns={"y": name}), name, BOTH)
    assert codes(error) == ["Q280"]


def test_names_with_blanks_accents_and_numbers_are_fine():
    result = qca(CASES.rename(columns={"time": "één plek", "trust": 5}), "y", [5, "één plek"])
    assert result.solution("parsimonious").models[0].name == "5*één plek"


@pytest.mark.parametrize("outcome", ["~y", " ~ y ", "∼y"])
def test_an_absence_is_named_in_one_way(outcome):
    found = qca(CASES, outcome, BOTH)
    assert (found.truth_table.outcome, found.negated_truth_table.outcome) == ("~y", "y")
    assert set(necessity(CASES, outcome, BOTH).single["outcome"]) == {"~y", "y"}


def test_cases_without_a_name_are_refused():
    table = CASES.reset_index(names="case").assign(case=[*"ABCDEF", None, np.nan])
    with pytest.raises(IntegrationError, match="2 cases have no name") as error:
        truth_table(table, "y", BOTH, cases="case")
    assert codes(error) == ["Q281"]


def test_when_no_case_is_left_that_is_what_is_said():
    for table, missing in ((CASES.assign(time=np.nan), "leave_out"), (CASES.iloc[:0], "refuse")):
        with pytest.raises(IntegrationError) as error:
            truth_table(table, "y", BOTH, missing=missing)
        assert codes(error) == ["Q282"]


def test_an_infinite_value_is_told_once():
    with pytest.raises(IntegrationError) as error:
        truth_table(CASES.assign(trust=np.inf), "y", BOTH)
    assert codes(error) == ["Q003"]


def test_a_set_that_does_not_count_from_zero_is_told():
    table = truth_table(CASES.assign(trust=CASES["trust"] + 1), "y", BOTH)
    with spoken("en"):
        assert any("no case has the value 0" in caution for caution in table.cautions())
    assert not any(problem.code == "Q283" for problem in truth_table(CASES, "y", BOTH).problems)


def test_cuts_that_are_no_numbers_are_refused():
    for cut in ("0.8", float("nan"), None):
        with pytest.raises(IntegrationError):
            truth_table(CASES, "y", BOTH, **({"consistency": cut} if cut is not None else {"frequency": "1"}))


def test_where_all_is_sufficient_nobody_is_told_that_nothing_goes_with_the_outcome():
    cases = pd.DataFrame({"a": [1, 1, 0, 0] * 3, "y": [1, 1, 1, 0] * 3})
    result = qca(cases, "y", ["a"], consistency=0.4, negated=False)
    assert result.solution("conservative").is_everything
    with spoken("en"):
        told = result.summary()
    assert "no combination is known to lack y" in told
    assert "no combination goes with y" not in told


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_summary_says_that_recipes_are_no_causes(language):
    with spoken(language):
        told = qca(CASES, "y", BOTH).summary()
    assert ("no proof of a cause" if language == "en" else "bewijst niet wat de oorzaak is") in told
    assert " leads to " not in told
    assert " leidt tot " not in told


def test_calibration_takes_mappings_numpy_numbers_and_huge_values():
    found = calibrate({"A": 1, "B": 7}, exclusion=2, crossover=5, inclusion=10)
    assert found.memberships.round(2).to_dict() == {"A": 0.02, "B": 0.76}
    assert calibrate([1, 2, 3], "crisp", thresholds=np.int64(2)).memberships.tolist() == [0, 1, 1]
    assert calibrate([1e308, -1e308], exclusion=0, crossover=1e-300, inclusion=1).memberships.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"values": ["a", "b"], "method": "qualitative", "scheme": ["a", "b", "b", "c"]}, "Q284"),
        ({"values": ["a", "b"], "method": "qualitative", "scheme": {"a": 0, "b": "one"}}, "Q036"),
        ({"values": pd.Series([1, 2], index=["A", None]), "method": "crisp", "thresholds": 2}, "Q281"),
        ({"values": [1, 2, 3], "exclusion": 1, "crossover": 2, "inclusion": 3, "membership_at_inclusion": "a"}, "Q044"),
    ],
)
def test_calibration_refuses_what_it_cannot_read(given, code):
    with pytest.raises(IntegrationError) as error:
        calibrate(**given)
    assert codes(error) == [code]


def test_cases_at_one_half_of_the_outcome_are_named():
    cases = pd.DataFrame({"a": [0.6, 0.9, 0.2, 0.8, 0.1], "y": [0.5, 0.8, 0.1, 0.9, 0.2]}, index=list("ABCDE"))
    told = [problem for problem in truth_table(cases, "y", ["a"]).problems if problem.code == "Q287"]
    assert [problem.values["cases"] for problem in told] == [["A"]]


def test_groups_and_regression_say_that_there_is_no_recipe():
    """They said that there is no parsimonious solution, and that there are: conservative, parsimonious."""
    cases = pd.DataFrame({"a": [1, 1, 0, 0] * 3, "b": [1, 0, 1, 0] * 3, "y": [1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1]})
    result = qca(cases, "y", ["a", "b"], consistency=0.95, negated=False)
    for analyse in (
        lambda: qca_clusters(result, {case: case % 2 for case in cases.index}),
        lambda: beside_regression(result),
    ):
        with pytest.raises(IntegrationError) as error:
            analyse()
        assert codes(error) == ["Q053"]


@pytest.mark.parametrize("depth", [0, -1])
def test_combinations_have_at_least_one_condition(depth):
    with pytest.raises(IntegrationError) as error:
        necessity(CASES, "y", BOTH, depth=depth)
    assert codes(error) == ["Q051"]
    assert "depth" in str(error.value)


def test_the_conservative_solution_is_read_first_where_it_is_the_only_one():
    cases = pd.DataFrame({"a": [1, 1, 0, 0], "b": [1, 1, 0, 0], "y": [1, 1, 0, 1]}, index=list("ABCD"))
    result = qca(cases, "y", ["a", "b"], consistency=0.5, negated=False, few_cases="accept")
    assert not result.solution("parsimonious").models
    assert result.main_kind == "conservative"
    assert len(qca_clusters(result, {"A": 1, "B": 2, "C": 1, "D": 2}).table)
