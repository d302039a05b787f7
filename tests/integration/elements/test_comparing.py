"""Comparisons of cases by the plan: one that cannot be done says why, without names, and the others go on."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.integration.elements.comparing import compare_cases
from lcresearch.integration.plan import IntegrationFile


@pytest.fixture
def cases():
    """Sixteen cases in which a pair works only together; a third set plays no part."""
    bits = np.array([[n >> 2 & 1, n >> 1 & 1, n & 1] for n in range(8)] * 2, dtype=float)
    frame = pd.DataFrame(bits, columns=["one", "two", "three"], index=[f"Case {n}" for n in range(16)])
    return frame.assign(outcome=frame["one"] * frame["two"], flat=0.0)


def plan(outcome="outcome", **changes):
    sets = {name: {"column": name, "expect": "present"} for name in ("one", "two", "three")}
    one = {"title": {"nl": "x", "en": "x"}, "outcome": {"column": outcome}, "conditions": sets}
    return IntegrationFile.model_validate({"qca": {"main": one | changes}})


def test_a_pair_that_works_only_together_is_found(cases):
    found = compare_cases(cases, plan())
    assert found.failed == {}
    models = [one.name for one in found.analyses["main"].solution("parsimonious").models]
    assert models == ["one*two"]
    needed = found.needed()["main"].set_index("condition")["consistency"]
    assert needed[["one", "two"]].tolist() == [1.0, 1.0]


def test_an_outcome_without_variation_is_said_in_both_languages_and_the_others_go_on(cases):
    both = plan().model_copy(update={"qca": plan().qca | {"flat": plan("flat").qca["main"]}})
    found = compare_cases(cases, both)
    assert list(found.analyses) == ["main"]
    assert set(found.failed["flat"]) == {"nl", "en"}
    assert all(found.failed["flat"].values())


def test_anchors_for_a_column_with_text_or_gaps_name_no_case(cases):
    broken = cases.assign(outcome=[*cases["outcome"][:-1], 7.0])
    found = compare_cases(broken, plan())
    assert "Case 15" not in " ".join(found.failed["main"].values())
    assert found.analyses == {}


def test_a_case_with_a_gap_is_left_out_and_not_filled_in(cases):
    found = compare_cases(cases.assign(one=[np.nan, *cases["one"][1:]]), plan())
    assert found.analyses["main"].truth_table.left_out == ("Case 0",)
