"""What stays under other choices, and recipes within groups of cases."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import IntegrationError
from lcresearch.integration import QcaRobustness, beside_regression, calibrate, qca, qca_clusters, qca_robustness

FOLDER = Path(__file__).parents[2] / "reference" / "qca"
CONDITIONS = ["DEV", "URB", "LIT", "IND", "STB"]
ANCHORS = {"exclusion": 400, "crossover": 550, "inclusion": 900}


@pytest.fixture(scope="module")
def lipset():
    frame = pd.read_csv(FOLDER / "lipset_fuzzy.csv", index_col="case")
    return qca(frame, "SURV", CONDITIONS, negated=False)


@pytest.fixture(scope="module")
def robust(lipset):
    raw = pd.read_csv(FOLDER / "lipset_raw.csv", index_col="case")
    groups = {
        case: "north" if case in ("BE", "NL", "UK", "SE", "FI", "IE", "EE", "DE") else "south" for case in raw.index
    }
    calibrations = {"DEV": calibrate(raw["DEV"], **ANCHORS)}
    return qca_robustness(lipset, kind="conservative", calibrations=calibrations, groups=groups)


def test_every_run_is_the_analysis_with_one_thing_changed(lipset, robust):
    for row in robust.runs[robust.runs["check"].isin(["consistency", "pri"])].to_dict("records"):
        again = qca(lipset.truth_table.frame, "SURV", CONDITIONS, negated=False, **{row["check"]: float(row["change"])})
        models = again.solution("conservative").models
        assert row["models"] == "; ".join(model.name for model in models)
    without = robust.runs[robust.runs["check"] == "case"].set_index("change")
    again = qca(lipset.truth_table.frame.drop("UK"), "SURV", CONDITIONS, negated=False, few_cases="accept")
    assert without.loc["UK", "models"] == again.solution("conservative").models[0].name
    assert list(without.index) == list(lipset.truth_table.frame.index)


def test_moved_anchors_are_named_and_used(lipset, robust):
    moved = robust.runs[robust.runs["check"] == "calibration"]
    assert moved["change"].tolist()[0] == "DEV: exclusion 400 → 350"
    assert len(moved) == 6
    raw = pd.read_csv(FOLDER / "lipset_raw.csv", index_col="case")["DEV"]
    frame = lipset.truth_table.frame.assign(DEV=calibrate(raw, **ANCHORS | {"crossover": 600}).memberships)
    again = qca(frame, "SURV", CONDITIONS, negated=False)
    row = moved.set_index("change").loc["DEV: crossover 550 → 600"]
    assert row["models"] == again.solution("conservative").models[0].name


def test_fates_of_a_term_add_up_and_runs_without_it_are_gone(robust):
    table = robust.terms
    np.testing.assert_allclose(table[["same", "shorter", "longer", "gone"]].sum(axis=1), 1)
    possible = robust.runs[robust.runs["possible"]]
    for row in robust.shown().to_dict("records"):
        there = possible["models"].map(
            lambda models, term=row["term"]: term in models.replace("; ", " + ").split(" + ")
        )
        assert row["same"] == pytest.approx(there.mean())
        assert row["n_runs"] == len(possible)


def test_the_core_is_what_all_runs_agree_on(lipset, robust):
    frame, outcome = lipset.truth_table.frame, lipset.truth_table.membership
    models = [lipset.solution("conservative").models[0].name]
    models += [model for text in robust.runs["models"] if text for model in text.split("; ")]
    lowest = np.min([_read(model, frame) for model in models], axis=0)
    core = robust.core.iloc[0]
    assert core["coverage"] == pytest.approx(np.minimum(lowest, outcome).sum() / outcome.sum())
    assert core["consistency"] == pytest.approx(np.minimum(lowest, outcome).sum() / lowest.sum())
    assert 0 < core["share_of_coverage"] <= 1


def _read(expression, frame):
    """A model read from its text alone, apart from the code under test."""
    parts = [
        [1 - frame[name[1:]] if name.startswith("~") else frame[name] for name in term.split("*")]
        for term in expression.split(" + ")
    ]
    return np.max([np.min(part, axis=0) for part in parts], axis=0)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_said_in_words(robust, language):
    words = robust.words(language)
    assert str(robust.runs["possible"].sum()) in words[0]
    assert any("DEV" in line for line in words)
    assert "nan" not in " ".join(words)
    assert robust.words("en")[0] in robust.summary()


def test_a_robustness_survives_a_file(robust):
    again = QcaRobustness.from_dict(json.loads(json.dumps(robust.to_dict())))
    assert again.words("en") == robust.words("en")


def test_a_run_that_cannot_be_made_is_no_evidence_against_a_term():
    frame = pd.DataFrame({"a": [1, 1, 1, 0], "b": [1, 1, 0, 0], "y": [1, 1, 1, 0]}, index=list("ABCD"))
    found = qca_robustness(qca(frame, "y", ["a", "b"], negated=False, few_cases="accept"), consistency=[], pri=[])
    without = found.runs[found.runs["check"] == "case"].set_index("change")["possible"]
    assert without.to_dict() == {"A": True, "B": True, "C": True, "D": False}
    assert (found.shown()["n_runs"] == found.runs["possible"].sum()).all()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"kind": "complex"}, "Q051"),
        ({"shift": 0}, "Q051"),
        ({"max_runs": 5}, "Q052"),
        ({"kind": "intermediate"}, "Q053"),
        ({"calibrations": {"GDP": calibrate([1, 2, 3], exclusion=0, crossover=1.5, inclusion=3)}}, "Q058"),
        ({"groups": {"AU": "a"}}, "Q050"),
    ],
)
def test_what_cannot_be_asked(lipset, options, code):
    with pytest.raises(IntegrationError) as caught:
        qca_robustness(lipset, **options)
    assert caught.value.problems[0].code == code


def test_fit_within_groups_is_that_of_the_group_alone(lipset):
    frame = lipset.truth_table.frame
    groups = {case: "abc"[place % 3] for place, case in enumerate(frame.index)}
    found = qca_clusters(lipset, groups, kind="conservative")
    term = lipset.solution("conservative").models[0].names[0]
    table = found.table[found.table["term"] == term]
    x, y = _read(term, frame), frame["SURV"].to_numpy()
    for row in table[table["level"] == "within"].to_dict("records"):
        inside = np.array([groups[case] == row["group"] for case in frame.index])
        assert row["n"] == inside.sum()
        assert row["consistency"] == pytest.approx(np.minimum(x, y)[inside].sum() / x[inside].sum())
        assert row["coverage"] == pytest.approx(np.minimum(x, y)[inside].sum() / y[inside].sum())
    pooled = table[table["level"] == "pooled"].iloc[0]
    fit = lipset.solution("conservative").models[0].fit.set_index("term").loc[term]
    assert pooled["consistency"] == pytest.approx(fit["consistency"])
    within = table.loc[table["level"] == "within", "consistency"].to_numpy()
    distance = np.sqrt(((within / within.sum() - 1 / 3) ** 2).sum())
    assert found.distances.set_index("term").loc[term, "consistency"] == pytest.approx(distance)


def test_groups_that_are_copies_of_each_other_are_at_no_distance():
    frame = pd.DataFrame({"a": [0.9, 0.2, 0.7, 0.1], "b": [0.8, 0.6, 0.3, 0.4], "y": [0.8, 0.3, 0.6, 0.2]})
    twice = pd.concat([frame, frame], ignore_index=True)
    groups = dict(zip(twice.index, [1] * 4 + [2] * 4, strict=True))
    found = qca_clusters(qca(twice, "y", ["a", "b"], negated=False), groups)
    np.testing.assert_allclose(found.distances[["consistency", "coverage"]], 0, atol=1e-12)
    pooled = found.glance()
    np.testing.assert_allclose(pooled["pooled"], pooled["lowest_within"])


def test_groups_that_are_none(lipset):
    for groups in ({}, dict.fromkeys(lipset.truth_table.frame.index, "one")):
        with pytest.raises(IntegrationError) as caught:
            qca_clusters(lipset, groups)
        assert caught.value.problems[0].code == "Q050"


def test_groups_and_regression_follow_the_solution_that_is_read_first():
    frame = pd.read_csv(FOLDER / "lipset_fuzzy.csv", index_col="case")
    conditions = ["DEV", "URB", "LIT", "IND", "STB"]
    result = qca(frame, "SURV", conditions, expectations=conditions, negated=False)
    recipes = result.solution("intermediate").models[0].names
    groups = {case: "ab"[place % 2] for place, case in enumerate(frame.index)}
    assert result.main_kind == "intermediate"
    assert set(recipes) <= set(qca_clusters(result, groups).table["term"])
    assert tuple(beside_regression(result).recipes["term"]) == recipes
