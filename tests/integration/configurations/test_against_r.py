"""Truth tables and solutions of Lipset's data against QCA 3.25.1 for R (tests/reference/qca/), every value.

R leaves the unique coverage of a single term empty; here it is that term's coverage.
"""

import json
from pathlib import Path

import pandas as pd
import pytest

from lcresearch.integration import qca, truth_table

FOLDER = Path(__file__).parents[2] / "reference" / "qca"
FIVE = ["DEV", "URB", "LIT", "IND", "STB"]
PRESENT = dict.fromkeys(FIVE, "present")
# R: truthTable(d, SURV) has incl.cut = 1 by default; the fuzzy ones were made with 0.8
KINDS = {"crisp": (FIVE, 1.0), "multivalue": (FIVE[:4], 1.0), "fuzzy": (FIVE, 0.8)}
MEASURES = {"inclS": "consistency", "PRI": "pri", "covS": "coverage"}
CLOSE = {"abs": 1e-10}


def reference(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["values"]


def lipset(kind):
    return pd.read_csv(FOLDER / f"lipset_{kind}.csv", index_col="case")


def tables_of_r():
    for kind in KINDS:
        values = reference(f"lipset_{kind}_truthtable")
        for side, outcome in (("positive", "SURV"), ("negative", "~SURV")):
            if "observed" not in values:
                yield pytest.param(kind, outcome, values[side], id=f"{kind}-{side}")
            elif side == "positive":
                yield pytest.param(kind, outcome, values, id=kind)


@pytest.mark.parametrize(("kind", "outcome", "expected"), list(tables_of_r()))
def test_truth_table(kind, outcome, expected):
    conditions, cut = KINDS[kind]
    table = truth_table(lipset(kind), outcome, conditions, consistency=cut)
    assert [c.name for c in table.conditions] == expected["conditions"]
    assert table.n_rows == expected["rows_total"]
    assert list(table.rows("1")) == expected["positive"]
    assert len(table.table) == len(expected["observed"])
    for ours, theirs in zip(table.table.to_dict("records"), expected["observed"], strict=True):
        assert ours["row"] == theirs["row"]
        assert {name: ours[name] for name in conditions} == theirs["configuration"]
        assert ours["out"] == theirs["OUT"]
        assert ours["n"] == theirs["n"]
        assert set(ours["cases"]) == set(theirs["cases"])
        assert ours["consistency"] == pytest.approx(theirs["incl"], **CLOSE)
        assert ours["pri"] == pytest.approx(theirs["PRI"], **CLOSE)


def solved(kind, **options):
    conditions, cut = KINDS[kind]
    return qca(lipset(kind), "SURV", conditions, consistency=cut, **options)


def solutions_of_r():
    for kind in KINDS:
        for side, solutions in reference(f"lipset_{kind}_solutions").items():
            for name, expected in solutions.items():
                yield pytest.param(kind, side == "negative", name, expected, id=f"{kind}-{side}-{name}")


@pytest.mark.parametrize(("kind", "negated", "name", "expected"), list(solutions_of_r()))
def test_solution(kind, negated, name, expected):
    if not name.startswith("intermediate"):
        compare(solved(kind).solution(name, negated=negated), expected)
        return
    given = ["DEV", "STB", "~LIT*IND"] if name.endswith("conjunctural") else PRESENT
    result = solved(kind, expectations=given)
    pairs = {solution.pair: solution for solution in result.found("intermediate", negated=negated)}
    assert set(pairs) == set(expected)
    for pair, values in expected.items():
        assert pairs[pair].easy == tuple(values["easy_counterfactuals"])
        assert pairs[pair].difficult == tuple(values["difficult_counterfactuals"])
        for which in ("conservative", "parsimonious"):
            (model,) = result.solution(which, negated=negated).models
            assert set(model.names) == set(values[which])
        compare(pairs[pair], values)


def compare(solution, expected):
    assert len(solution.models) == expected["n_models"]
    theirs = {frozenset(model["terms"]): model for model in expected["models"]}
    assert {frozenset(model.names) for model in solution.models} == set(theirs)
    for place, model in enumerate(solution.models, start=1):
        compare_fit(model, theirs[frozenset(model.names)])
        if "simplifying_assumptions" in expected:
            assert list(model.assumptions) == expected["simplifying_assumptions"][f"M{place}"]
    if "PIchart" in expected:
        compare_chart(solution, expected)


def compare_fit(model, expected):
    for ours, theirs in MEASURES.items():
        assert getattr(model, theirs) == pytest.approx(expected["solution"][ours], **CLOSE)
    fit = model.fit.set_index("term")
    for term in expected["per_term"]:
        row = fit.loc[term["term"]]
        for ours, theirs in MEASURES.items():
            assert row[theirs] == pytest.approx(term[ours], **CLOSE)
        unique = term["covS"] if term["covU"] is None else term["covU"]
        assert row["unique_coverage"] == pytest.approx(unique, **CLOSE)
        assert set(row["cases"]) == set(term["cases"].replace("; ", ",").split(","))


def compare_chart(solution, expected):
    chart = expected["PIchart"]
    assert set(solution.prime_implicants) == set(chart["prime_implicants"])
    assert set(solution.essential) == set(expected["essential"])
    theirs = pd.DataFrame(chart["covers"], index=chart["prime_implicants"], columns=[int(c) for c in chart["columns"]])
    assert list(solution.chart.columns) == sorted(theirs.columns)
    pd.testing.assert_frame_equal(
        solution.chart.loc[theirs.index, theirs.columns], theirs, check_names=False, check_index_type=False
    )


def test_every_solution_of_r_is_compared():
    assert len(list(solutions_of_r())) == 4 + 1 + 4 + 3 + 4
    assert len(list(tables_of_r())) == 4
