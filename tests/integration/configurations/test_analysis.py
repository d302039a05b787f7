"""The whole analysis: absence of the outcome, ambiguity, enhanced standard analysis, kinds of cases, and its tables."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import LcresearchError
from lcresearch.integration import qca
from lcresearch.integration.configurations.fit import sufficiency
from lcresearch.messages import spoken


def crisp(rows, names="ABC"):
    """Cases of rows such as ``110:1``, named by their number."""
    values = [[int(v) for v in row.replace(":", "")] for row in rows]
    return pd.DataFrame(values, columns=[*names, "Y"], index=[f"case {i}" for i in range(1, len(rows) + 1)])


# ambiguous: of ABC the rows 1, 2, 3, 4, 5, 6 as in the chart that turns in a circle
CIRCLE = crisp(["001:1", "011:1", "010:1", "110:1", "100:1", "101:1", "000:0", "111:0"] * 2)


def test_all_models_that_fit_as_well_are_given_and_told():
    result = qca(CIRCLE, "Y", list("ABC"), negated=False)
    conservative = result.solution("conservative")
    assert {frozenset(model.names) for model in conservative.models} == {
        frozenset({"~A*C", "B*~C", "A*~B"}),
        frozenset({"~A*B", "A*~C", "~B*C"}),
    }
    # and of four terms those that hold no shorter one: three pairs of opposite sides
    assert conservative.n_irredundant == 5
    assert conservative.essential == ()
    assert any("2 models" in caution for caution in result.cautions())
    assert any("5 of Y" in caution for caution in result.cautions())
    every = qca(CIRCLE, "Y", list("ABC"), negated=False, models="all").solution("conservative")
    assert [len(model.terms) for model in every.models] == [3, 3, 4, 4, 4]


def test_a_search_that_stops_is_told():
    result = qca(CIRCLE, "Y", list("ABC"), negated=False, most_models=1)
    assert not result.solution("conservative").complete
    assert any("stopped at 1" in caution for caution in result.cautions())


@pytest.mark.parametrize("wrong", [{"models": "most"}, {"few_cases": "maybe"}, {"most_models": 0}])
def test_settings_that_cannot_be(wrong):
    with pytest.raises(LcresearchError) as raised:
        qca(CIRCLE, "Y", list("ABC"), **wrong)
    assert raised.value.problems[0].code == "Q011"


def test_the_absence_of_the_outcome_has_its_own_solutions():
    result = qca(CIRCLE, "Y", list("ABC"))
    (model,) = result.solution("conservative", negated=True).models
    assert set(model.names) == {"A*B*C", "~A*~B*~C"}
    asked_for_absence = qca(CIRCLE, "~Y", list("ABC"))
    assert asked_for_absence.negated_truth_table.outcome == "Y"
    assert asked_for_absence.solution("conservative").models[0].names == model.names


# Y with A*B, not without both; the rows with C where A and B differ have not been seen
LIMITED = crisp(["110:1", "111:1", "000:0", "001:0", "100:0", "110:1", "000:0", "100:0"])


def test_contradictory_assumptions_are_named_and_barred():
    data = crisp(["110:1", "100:1", "000:0", "010:0", "001:0", "111:1"] * 2)
    result = qca(data, "Y", list("ABC"))
    # parsimonious: A for Y, ~A for ~Y: no contradiction
    assert len(result.untenable) == 0
    assert not result.found("enhanced_parsimonious")

    data = crisp(["11:1", "00:0"] * 4, names="AB")
    result = qca(data, "Y", ["A", "B"])
    # A or B for Y, and ~A or ~B for its absence: row 2 (~A*B) and row 3 (A*~B) are assumed to do both
    assert set(result.untenable["row"]) == {2, 3}
    assert set(result.untenable["reason"]) == {"contradictory"}
    assert set(result.untenable["configuration"]) == {"~A*B", "A*~B"}
    (model,) = result.solution("enhanced_parsimonious").models
    assert model.names == ("A*B",)
    assert any("2, 3" in caution for caution in result.cautions())


def test_enhanced_solutions_hold_no_contradiction_whatever_the_data():
    rng = np.random.default_rng(6)
    for _ in range(25):
        rows = rng.integers(2, size=(14, 4))
        data = pd.DataFrame(rows, columns=list("ABCD"))
        data["Y"] = (rng.random(16) < 0.5)[rows @ [8, 4, 2, 1]].astype(int)
        if data.nunique().min() < 2:
            continue
        result = qca(data, "Y", list("ABCD"), expectations=["A", "B", "~C"], implausible=["A*~D"])
        for kind in ("enhanced_parsimonious", "enhanced_intermediate"):
            ours, theirs = (
                {row for s in result.found(kind, negated=side) for m in s.models for row in m.assumptions}
                for side in (False, True)
            )
            assert not ours & theirs
            strange = {8 + 4 * b + 2 * c + 1 for b, c in itertools.product((0, 1), repeat=2)}
            assert not (ours | theirs) & strange
        lying_between(result)


def lying_between(result):
    """A conservative term lies within an intermediate model, and that within the parsimonious one."""
    values = pd.DataFrame(list(itertools.product((0, 1), repeat=4)), columns=list("ABCD"))
    for negated in (False, True):
        for solution in result.found("intermediate", negated=negated):
            c, p = (int(part) for part in solution.pair[1:].split("P"))
            long = result.solution("conservative", negated=negated).models[c - 1].membership(values)
            short = result.solution("parsimonious", negated=negated).models[p - 1].membership(values)
            for model in solution.models:
                between = model.membership(values)
                assert (long <= between).all()
                assert (between <= short).all()


def test_what_contradicts_a_necessary_condition_is_not_assumed():
    result = qca(LIMITED, "Y", list("ABC"), necessary=["A"], negated=False)
    before, after = result.solution("parsimonious"), result.solution("enhanced_parsimonious")
    assert before.models[0].names == ("B",)
    assert set(before.models[0].assumptions) == {3, 4}
    assert after.models[0].names == ("A*B",)
    assert set(result.untenable["reason"]) == {"necessity"}
    either = qca(LIMITED, "Y", list("ABC"), necessary=["A+C"], negated=False)
    assert set(either.untenable["row"]) == {3}
    strange = qca(LIMITED, "Y", list("ABC"), implausible=["~A*B*C"], negated=False)
    assert strange.untenable[["row", "reason"]].to_numpy().tolist() == [[4, "implausible"]]


def test_rows_that_are_sufficient_for_the_outcome_and_its_absence_are_told():
    data = pd.DataFrame({"A": [0.6, 0.6, 0.2, 0.9], "Y": [0.5, 0.6, 0.4, 0.45]}, index=list("wxyz"))
    result = qca(data, "Y", ["A"], consistency=0.7)
    assert result.simultaneous == (1, 2)
    assert any("pri=" in caution for caution in result.cautions())


def test_cases_by_kind():
    """Schneider & Rohlfing (2013): typical, deviant for consistency in kind and in degree, and for coverage."""
    data = pd.DataFrame(
        {"A": [0.8, 0.9, 0.7, 0.2, 0.1, 0.9, 0.8], "Y": [0.9, 0.7, 0.3, 0.8, 0.2, 1.0, 0.9]},
        index=["typical", "degree", "kind", "uncovered", "irrelevant", "more", "most"],
    )
    result = qca(data, "Y", ["A"], consistency=0.75, negated=False)
    (model,) = result.solution("conservative").models
    fit = model.fit.iloc[0]
    assert fit["cases"] == ("typical", "degree", "kind", "more", "most")
    assert fit["typical"] == ("typical", "more", "most") == fit["uniquely_covered"]
    assert fit["deviant_degree"] == ("degree",)
    assert fit["deviant_consistency"] == ("kind",)
    assert model.deviant_coverage == ("uncovered",)


def test_fit_by_hand():
    x, y = np.array([[0.8], [0.6], [0.1]]), np.array([0.9, 0.4, 0.5])
    fit = sufficiency(x, y)
    # min(x, y): 0.8, 0.4, 0.1; min(x, y, 1 - y): 0.1, 0.4, 0.1
    assert fit.consistency[0] == pytest.approx(1.3 / 1.5)
    assert fit.pri[0] == pytest.approx((1.3 - 0.6) / (1.5 - 0.6))
    assert fit.coverage[0] == pytest.approx(1.3 / 1.8)
    assert np.isnan(sufficiency(np.zeros((3, 1)), y).consistency[0])


def test_membership_of_other_cases_in_a_model():
    (model,) = qca(LIMITED, "Y", list("ABC"), negated=False).solution("conservative").models
    assert model.name == "A*B"
    new = pd.DataFrame({"A": [1, 1], "B": [1, 0], "C": [0, 0]}, index=["in", "out"])
    assert model.membership(new).to_dict() == {"in": 1.0, "out": 0.0}


def test_nothing_sufficient_and_nothing_else_are_findings():
    data = crisp(["110:1", "110:0", "000:0", "101:0", "011:0", "011:1"])
    result = qca(data, "Y", list("ABC"), negated=False)
    assert all(not solution.models for solution in result.solutions)
    assert len(result.tidy()) == 0
    assert any("nothing to minimise" in caution for caution in result.cautions())
    assert "no combination goes with Y" in result.summary()

    easy = pd.DataFrame({"A": [0.9, 0.8, 0.3, 0.2], "Y": [1.0, 0.9, 0.8, 0.45]})
    result = qca(easy, "Y", ["A"], consistency=0.5, negated=False)
    assert all(not solution.models for solution in result.solutions)
    assert any("no combination is known to lack Y" in caution for caution in result.cautions())


def test_what_was_assumed_is_told():
    result = qca(LIMITED, "Y", list("ABC"), negated=False)
    assert any("1 of the 3" in c or "2 of the 3" in c for c in result.cautions())


def test_the_analysis_again_with_other_cases_or_cuts():
    result = qca(CIRCLE, "Y", list("ABC"), models="all")
    assert len(result.again(models="fewest").solution("conservative").models) == 2
    fewer = result.again(frame=CIRCLE.drop("case 8"), negated=False)
    assert len(fewer.truth_table.frame) == 15
    assert len(fewer.solution("conservative").models) == 5


def test_its_tables_travel_and_it_reads_in_both_languages(tmp_path):
    result = qca(LIMITED, "Y", list("ABC"), expectations={"A": "present", "B": "present", "C": "present"})
    tidy = result.tidy()
    assert set(tidy["solution"]) >= {"conservative", "parsimonious", "intermediate"}
    assert list(tidy.columns[:5]) == ["outcome", "solution", "pair", "model", "term"]
    assert tidy.loc[tidy["solution"] == "intermediate", "pair"].str.fullmatch(r"C\d+P\d+").all()
    written = result.to_dict()
    assert json.dumps(written)
    assert {"tidy", "truth_table", "negated_truth_table", "models", "untenable", "cautions"} <= set(written)
    with pytest.raises(LcresearchError):
        type(result).from_dict(written)
    assert "toprule" in result.to_latex()
    assert result.to_docx(tmp_path / "qca.docx").exists()
    for solution in result.solutions:
        assert solution.to_dict()["chart"]
        assert str(solution)
    assert str(result.truth_table)
    with spoken("en"):
        assert "conservative solution" in result.summary()
    with spoken("nl"):
        text = result.summary()
    assert "conservatieve oplossing" in text
    assert "consistentie 1,000" in text


def test_the_order_of_cases_and_conditions_does_not_matter():
    rng = np.random.default_rng(9)
    frame = pd.DataFrame(rng.uniform(size=(30, 4)).round(2), columns=["a", "b", "c", "y"]).rename("case {}".format)
    options = {"consistency": 0.75, "expectations": ["a", "b"], "negated": False, "few_cases": "accept"}
    one, other = (
        qca(each, "y", conditions, **options) for each, conditions in ((frame, list("abc")), (frame[::-1], list("cba")))
    )
    found = []
    for result in (one, other):
        models = [(solution.kind, model) for solution in result.solutions for model in solution.models]
        found.append({
            (kind, frozenset(frozenset(name.split("*")) for name in model.names)): round(model.consistency, 9)
            for kind, model in models
        })  # fmt: skip
    assert found[0] == found[1]
    assert len(found[0]) >= 3
