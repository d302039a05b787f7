"""Necessity against R's QCA 3.25.1 (tests/reference/qca/*_necessity.json), and what is said of trivial conditions."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import IntegrationError
from lcresearch.integration import necessity

FOLDER = Path(__file__).parents[2] / "reference" / "qca"
CONDITIONS = ["DEV", "URB", "LIT", "IND", "STB"]
KINDS = ("crisp", "fuzzy", "multivalue")


def data(kind):
    return pd.read_csv(FOLDER / f"lipset_{kind}.csv", index_col="case")


def reference(kind):
    return json.loads((FOLDER / f"lipset_{kind}_necessity.json").read_text(encoding="utf-8"))["values"]


def rows(table, name):
    return {row[name]: row for row in table.to_dict("records")}


def as_set(expression):
    return frozenset(expression.split(" + "))


@pytest.mark.parametrize("kind", ["crisp", "fuzzy"])
@pytest.mark.parametrize(
    ("block", "outcome"),
    [
        ("conditions", "SURV"),
        ("negated_conditions", "SURV"),
        ("conditions_negated_outcome", "~SURV"),
        ("negated_conditions_negated_outcome", "~SURV"),
    ],
)
def test_single_conditions_are_those_of_r(kind, block, outcome):
    found = necessity(data(kind), "SURV", CONDITIONS).single
    ours = rows(found[found["outcome"] == outcome], "condition")
    for theirs in reference(kind)[block]:
        row = ours[theirs["set"]]
        np.testing.assert_allclose(
            [row["consistency"], row["relevance"], row["coverage"]],
            [theirs["inclN"], theirs["RoN"], theirs["covN"]],
            atol=1e-10,
        )


@pytest.mark.parametrize(
    ("kind", "block", "relevance"),
    [*((kind, "supersets_0.9", 0.0) for kind in KINDS), ("fuzzy", "supersets_0.9_ron_0.6", 0.6)],
)
def test_smallest_combinations_are_those_of_r(kind, block, relevance):
    found = necessity(data(kind), "SURV", CONDITIONS, relevance=relevance).combined
    ours = {as_set(name): row for name, row in rows(found[found["outcome"] == "SURV"], "expression").items()}
    theirs = {as_set(row["set"]): row for row in reference(kind)[block]}
    assert set(ours) == set(theirs)
    for name, row in theirs.items():
        fit = [ours[name][column] for column in ("consistency", "relevance", "coverage")]
        np.testing.assert_allclose(fit, [row["inclN"], row["RoN"], row["covN"]], atol=1e-10)


def test_values_of_a_condition_are_those_of_r():
    ours = rows(necessity(data("multivalue"), "SURV", CONDITIONS).single.query("outcome == 'SURV'"), "condition")
    theirs = [row for row in reference("multivalue")["terms"] if row["set"] != "expression"]
    for row in theirs:
        fit = [ours[row["set"]][column] for column in ("consistency", "relevance", "coverage")]
        np.testing.assert_allclose(fit, [row["inclN"], row["RoN"], row["covN"]], atol=1e-10)


def test_an_expression_that_is_asked_about_is_that_of_r():
    expression = "DEV[2] + DEV[1] + DEV[0] + URB[1] + LIT[1] + IND[1] + STB[1]"
    found = necessity(data("multivalue"), "SURV", CONDITIONS, expressions=[expression, "LIT[1]*STB[1]"]).asked
    theirs = [row for row in reference("multivalue")["terms"] if row["set"] == "expression"]
    theirs += [row for row in reference("multivalue")["supersets_0.9"] if row["set"] == "LIT[1]*STB[1]"]
    ours = found[found["outcome"] == "SURV"][["consistency", "relevance", "coverage"]].to_numpy()
    np.testing.assert_allclose(ours, [[row["inclN"], row["RoN"], row["covN"]] for row in theirs], atol=1e-10)
    with pytest.raises(IntegrationError) as caught:
        necessity(data("crisp"), "SURV", CONDITIONS, expressions=["DEV*GDP"])
    assert caught.value.problems[0].code == "Q010"


@pytest.mark.parametrize("kind", ["crisp", "fuzzy"])
def test_sufficiency_of_single_conditions_is_that_of_r(kind):
    found = necessity(data(kind), "SURV", CONDITIONS).sufficient
    ours = rows(found[found["outcome"] == "SURV"], "condition")
    for theirs in reference(kind)["sufficiency"]:
        row = ours[theirs["set"]]
        np.testing.assert_allclose(
            [row["consistency"], row["pri"], row["coverage"], row["unique_coverage"]],
            [theirs[name] for name in ("inclS", "PRI", "covS", "covU")],
            atol=1e-10,
        )


@pytest.mark.parametrize("seed", range(6))
def test_smallest_unions_agree_with_looking_at_all_of_them(seed):
    rng = np.random.default_rng(seed)
    names = ["a", "b", "c", "d"]
    frame = pd.DataFrame(rng.uniform(size=(12, 5)).round(2), columns=[*names, "y"])
    found = necessity(frame, "y", names, consistency=0.85).combined
    ours = {
        as_set(name) for name in found.loc[(found["outcome"] == "y") & (found["kind"] != "conjunction"), "expression"]
    }
    literals = {sign + name: frame[name] if not sign else 1 - frame[name] for name in names for sign in ("", "~")}
    necessary = set()
    for size in range(1, 5):
        for chosen in combinations(literals, size):
            if len({name.lstrip("~") for name in chosen}) < size:
                continue
            union = np.max([literals[name] for name in chosen], axis=0)
            enough = np.minimum(union, frame["y"]).sum() / frame["y"].sum() >= 0.85
            if enough and not any(smaller < set(chosen) for smaller in necessary):
                necessary.add(frozenset(chosen))
    assert ours == necessary


def test_short_combinations_only():
    found = necessity(data("fuzzy"), "SURV", CONDITIONS, depth=2).combined
    assert found["expression"].str.count(r"[+*]").max() == 1


def test_the_absence_of_an_outcome_is_asked_in_both_ways():
    plain = necessity(data("crisp"), "SURV", CONDITIONS).single
    turned = necessity(data("crisp"), "~SURV", CONDITIONS).single
    key = ["outcome", "condition"]
    pd.testing.assert_frame_equal(
        plain.sort_values(key).reset_index(drop=True), turned.sort_values(key).reset_index(drop=True)
    )


def test_a_condition_that_nearly_all_cases_have_is_called_trivial():
    frame = pd.DataFrame({"always": [1] * 9 + [0], "some": [1, 0] * 5, "y": [1] * 3 + [0] * 7})
    found = necessity(frame, "y", ["always", "some"])
    assert found.problems[-1].code == "Q057"
    assert "always" in found.cautions()[-1]
    assert "always" not in set(necessity(frame, "y", ["always", "some"], relevance=0.5).combined["expression"])


def test_what_cannot_be_asked():
    with pytest.raises(IntegrationError) as caught:
        necessity(data("crisp"), "SURV", CONDITIONS, consistency=1.2)
    assert caught.value.problems[0].code == "Q049"
    rng = np.random.default_rng(1)
    many = pd.DataFrame(rng.uniform(size=(30, 13)), columns=[*(f"c{n}" for n in range(12)), "y"])
    with pytest.raises(IntegrationError) as caught:
        necessity(many, "y", list(many.columns[:-1]))
    assert caught.value.problems[0].code in ("Q048", "Q012")
    assert len(necessity(many, "y", list(many.columns[:-1]), depth=2).single) == 48


def test_as_many_combinations_as_are_allowed_are_looked_at(monkeypatch):
    frame = pd.DataFrame({"a": [1, 1, 0, 0, 1], "b": [1, 0, 1, 0, 1], "y": [1, 1, 0, 0, 1]})
    # a, ~a, b, ~b, and four of two conditions
    monkeypatch.setattr("lcresearch.integration.configurations.necessity.MOST_EXPRESSIONS", 8)
    assert "a" in set(necessity(frame, "y", ["a", "b"]).combined["expression"])
    monkeypatch.setattr("lcresearch.integration.configurations.necessity.MOST_EXPRESSIONS", 7)
    with pytest.raises(IntegrationError) as caught:
        necessity(frame, "y", ["a", "b"])
    assert [(one.code, one.values) for one in caught.value.problems] == [("Q048", {"n_expressions": 8, "most": 7})]
