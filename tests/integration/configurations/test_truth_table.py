"""What the truth table makes of memberships, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import IntegrationError
from lcresearch.integration import truth_table
from lcresearch.integration.cases.matrix import CaseMatrix
from lcresearch.integration.configurations.terms import Condition
from lcresearch.messages import spoken

# invented cases
CRISP = pd.DataFrame(
    {
        "trust": [1, 1, 1, 1, 1, 0, 0, 0, 0],
        "time": [1, 1, 0, 0, 0, 1, 1, 0, 0],
        "learning": [1, 1, 1, 0, 1, 0, 1, 0, 0],
    },
    index=list("ABCDEFGHI"),
)
BOTH = ["trust", "time"]


def outs(table):
    return dict(zip(table.table["row"], table.table["out"], strict=True))


def test_a_contradiction_lies_between_the_cuts():
    table = truth_table(CRISP, "learning", BOTH, consistency=0.9, exclusion=0.6)
    assert outs(table) == {1: "0", 2: "0", 3: "C", 4: "1"}
    assert table.rows("C") == (3,)
    assert any("contradict" in caution for caution in table.cautions())
    assert outs(table.again(exclusion=0.5))[2] == "C"
    assert outs(table.again(exclusion=None))[3] == "0"
    assert outs(table.again(consistency=0.6))[3] == "1"


def test_a_row_with_too_few_cases_is_a_remainder():
    table = truth_table(CRISP, "learning", BOTH, frequency=3)
    assert outs(table) == {1: "?", 2: "?", 3: "0", 4: "?"}
    assert table.rows("?") == (1, 2, 4)


def test_a_row_that_is_hardly_more_a_subset_of_the_outcome_than_of_its_absence_fails_on_pri():
    fuzzy = pd.DataFrame({"a": [0.6, 0.7, 0.2], "y": [0.55, 0.65, 0.1]}, index=list("xyz"))
    table = truth_table(fuzzy, "y", ["a"])
    assert table.table.loc[1, "consistency"] == pytest.approx(1.3 / 1.5)
    # min(x, y, 1 - y): 0.45 + 0.35 + 0.1
    assert table.table.loc[1, "pri"] == pytest.approx((1.3 - 0.9) / (1.5 - 0.9))
    assert outs(table)[2] == "1"
    assert outs(table.again(pri=0.7))[2] == "0"


def test_rows_can_be_excluded_by_number_and_remainders_by_expression():
    table = truth_table(CRISP, "learning", BOTH, exclude=[4])
    assert outs(table)[4] == "0"
    wider = CRISP.assign(other=[1, 1, 1, 1, 1, 0, 0, 0, 0])
    table = truth_table(wider, "learning", [*BOTH, "other"], exclude=["trust*~other"])
    assert table.excluded == (5, 7)
    assert set(table.rows("0")) >= {5, 7}
    full = table.complete().set_index("row")
    assert full.loc[5, "out"] == "0"
    assert full.loc[5, "n"] == 0
    assert full.loc[5, "cases"] == ()
    assert full.loc[2, "out"] == "?"


def test_a_case_at_one_half_is_in_no_row_and_is_named():
    fuzzy = pd.DataFrame({"a": [0.5, 0.9, 0.2, 0.8], "b": [0.9, 0.9, 0.1, 0.3], "y": [0.9, 0.9, 0.1, 0.2]})
    fuzzy.index = ["Half", "High", "Low", "Odd"]
    table = truth_table(fuzzy, "y", ["a", "b"])
    assert table.in_no_row == {"Half": ("a",)}
    assert "Half" not in {case for cases in table.table["cases"] for case in cases}
    assert any("Half" in caution and "0.5" in caution for caution in table.cautions())
    # but it counts in consistency: row a*b holds min(0.5, 0.9) of it
    row = table.table.set_index("row").loc[4]
    x, y = np.array([0.5, 0.9, 0.1, 0.3]), np.array([0.9, 0.9, 0.1, 0.2])
    assert row["consistency"] == pytest.approx(np.minimum(x, y).sum() / x.sum())


def test_sets_of_all_kinds_stand_in_one_table():
    mixed = pd.DataFrame(
        {"kind": [0, 1, 2, 2, 1, 0], "degree": [0.1, 0.8, 0.9, 0.3, 0.7, 0.6], "here": [0, 1, 1, 0, 0, 1]},
        index=list("ABCDEF"),
    )
    mixed["y"] = [0.1, 0.9, 0.8, 0.3, 0.6, 0.2]
    table = truth_table(mixed, "y", ["kind", "degree", "here"])
    assert table.levels == (3, 2, 2)
    assert table.n_rows == 12
    assert table.conditions == (Condition("kind", 3), Condition("degree", 2, fuzzy=True), Condition("here", 2))
    # case C: kind 2, degree above one half, here
    assert table.table.set_index("row").loc[12, "cases"] == ("C",)


def test_one_value_of_an_outcome_and_its_absence():
    data = CRISP.assign(learning=[2, 2, 1, 0, 2, 0, 1, 0, 0])
    table = truth_table(data, "learning[2]", BOTH)
    assert table.membership.tolist() == [1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert truth_table(data, "~learning[2]", BOTH).membership.tolist() == [0, 0, 1, 1, 0, 1, 1, 1, 1]
    assert truth_table(data, "learning[1,2]", BOTH).membership.sum() == 5
    assert truth_table(CRISP, "~learning", BOTH).membership.tolist() == (1 - CRISP["learning"]).tolist()


def test_cases_with_gaps_are_named_and_left_out_only_when_asked():
    data = CRISP.astype(float)
    data.loc["C", "time"] = np.nan
    with pytest.raises(IntegrationError) as raised:
        truth_table(data, "learning", BOTH)
    assert raised.value.problems[0].code == "Q004"
    assert "C (time)" in str(raised.value)
    table = truth_table(data, "learning", BOTH, missing="leave_out")
    assert table.left_out == ("C",)
    assert len(table.frame) == 8
    assert any("C" in caution for caution in table.cautions())


def test_names_of_cases_come_from_a_column_or_from_a_case_matrix():
    listed = CRISP.rename_axis("who").reset_index()
    table = truth_table(listed, "learning", BOTH, cases="who")
    assert table.table.set_index("row").loc[4, "cases"] == ("A", "B")
    columns = pd.DataFrame({"column": CRISP.columns, "kind": "element", "measure": "", "title": "", "source": ""})
    matrix = CaseMatrix(case="community", frame=CRISP, columns=columns)
    pd.testing.assert_frame_equal(truth_table(matrix, "learning", BOTH).table, table.table)


def test_a_known_condition_keeps_values_that_no_case_has_now():
    data = CRISP.assign(time=[2, 1, 0, 0, 0, 1, 1, 0, 0])
    table = truth_table(data, "learning", BOTH)
    assert table.again(frame=data.drop("A")).levels == (2, 3)


BAD = {
    "Q001": ({}, {"conditions": ["trust", "tyme"]}, "time"),
    "Q002": ({"learning": 0}, {}, "0 are in the set"),
    "Q003": ({"trust": [1.2, 0.5, 0, 1, 1, 0, 0, 0, -0.1]}, {}, "A: 1.2, I: -0.1"),
    "Q005": ({}, {"index": list("ABCDEFGHA")}, "A"),
    "Q006": ({}, {"conditions": ["trust", "learning"]}, "learning"),
    "Q007": ({"learning": [0, 1, 2, 0, 1, 2, 0, 1, 2]}, {}, "learning[1]"),
    "Q008": ({"time": 1}, {}, "time"),
    "Q010": ({}, {"exclude": ["trust*tim"]}, "time"),
    "Q011": ({}, {"consistency": 1.2}, "1.2"),
    "Q012": ({f"c{i}": CRISP["trust"] for i in range(17)}, {"conditions": [f"c{i}" for i in range(17)]}, "16"),
    "Q013": ({}, {"conditions": ["trust", "trust"]}, "trust"),
    "Q026": ({}, {"exclude": [5]}, "from 1 to 4"),
    "Q028": ({"n": CRISP["trust"]}, {"conditions": ["n", "time"]}, "consistency"),
}


@pytest.mark.parametrize("code", BAD)
def test_what_is_refused_and_how(code):
    columns, options, said = BAD[code]
    options = dict(options)
    data = CRISP.assign(**columns)
    data.index = options.pop("index", list(data.index))
    asked = {"conditions": BOTH} | options
    with spoken("en"), pytest.raises(IntegrationError) as raised:
        truth_table(data, "learning", **asked)
    assert code in [problem.code for problem in raised.value.problems]
    assert said in raised.value.text("en")
    assert raised.value.text("nl")


@pytest.mark.parametrize("options", [{"frequency": 0}, {"pri": -0.1}, {"exclusion": 0.9}])
def test_cuts_out_of_range(options):
    with pytest.raises(IntegrationError) as raised:
        truth_table(CRISP, "learning", BOTH, **options)
    assert [problem.code for problem in raised.value.problems] == ["Q011"]


def test_a_measure_that_was_not_calibrated_is_no_set():
    with pytest.raises(IntegrationError) as raised:
        truth_table(CRISP.assign(time=range(20, 29)), "learning", BOTH)
    assert raised.value.problems[0].code == "Q003"
    assert "A: 20" in str(raised.value)


def test_columns_of_every_kind_are_read():
    table = truth_table(CRISP, "learning", BOTH)
    for kind in ("bool", "Int64", "Float64", "category"):
        assert outs(truth_table(CRISP.astype(kind), "learning", BOTH)) == outs(table)
    gaps = CRISP.astype("Int64")
    gaps.loc["C", "time"] = pd.NA
    assert truth_table(gaps, "learning", BOTH, missing="leave_out").left_out == ("C",)
    one = truth_table(CRISP, "learning", "trust")
    assert one.n_rows == 2


def test_columns_that_stand_twice_and_words_that_cannot_be_chosen():
    doubled = pd.concat([CRISP, CRISP[["time"]]], axis=1)
    with pytest.raises(IntegrationError) as raised:
        truth_table(doubled, "learning", BOTH)
    assert raised.value.problems[0].code == "Q013"
    with pytest.raises(IntegrationError) as raised:
        truth_table(CRISP, "learning", BOTH, missing="guess")
    assert raised.value.problems[0].code == "Q011"
    with pytest.raises(IntegrationError) as raised:
        truth_table(CRISP.iloc[:0], "learning", BOTH)
    assert raised.value.problems[0].code == "Q282"


def test_all_problems_of_a_table_are_told_together():
    data = CRISP.assign(trust=[3.5, *[0.2] * 8], time=["a", *[1] * 8])
    with pytest.raises(IntegrationError) as raised:
        truth_table(data, "learning", BOTH)
    assert [problem.values["column"] for problem in raised.value.problems] == ["time", "trust"]
    with pytest.raises(IntegrationError) as raised:
        truth_table(CRISP.assign(trust=1, learning=1), "learning", BOTH)
    assert [problem.code for problem in raised.value.problems] == ["Q002", "Q008"]


def test_a_condition_that_is_the_outcome_under_another_name_is_told():
    table = truth_table(CRISP.assign(time=1 - CRISP["learning"]), "learning", BOTH)
    assert any("another name" in caution for caution in table.cautions())


def test_cases_add_up_to_all_and_the_order_of_cases_and_conditions_does_not_matter():
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(rng.uniform(size=(24, 4)).round(3), columns=["a", "b", "c", "y"]).rename("case {}".format)
    assert (frame != 0.5).all(axis=None)
    one = truth_table(frame, "y", ["a", "b", "c"])
    other = truth_table(frame[::-1], "y", ["c", "a", "b"])
    assert one.table["n"].sum() == 24
    keys = ["a", "b", "c"]
    numbers = ["n", "consistency", "pri", "out"]
    ours, theirs = (found.table.set_index(keys)[numbers].sort_index() for found in (one, other))
    pd.testing.assert_frame_equal(ours, theirs)
    assert {frozenset(cases) for cases in one.table["cases"]} == {frozenset(cases) for cases in other.table["cases"]}
