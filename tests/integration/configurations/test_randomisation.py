"""The randomisation test against what can be counted, and its level when nothing is going on."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import IntegrationError
from lcresearch.integration import qca, qca_randomisation

CASES = pd.DataFrame(
    {"trust": [1, 1, 0, 0, 1, 0, 1, 0], "time": [1, 0, 1, 0, 1, 1, 0, 0], "y": [1, 0, 0, 0, 1, 0, 0, 0]},
    index=list("ABCDEFGH"),
)


def fuzzy(seed, n=12):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.uniform(size=(n, 4)).round(2), columns=["a", "b", "c", "y"])


def test_the_chance_is_that_of_counting_all_ways():
    """Two cases have the outcome; they fill one of the four rows in 4 of the 28 ways, and fit perfectly in these."""
    ways = list(combinations(range(8), 2))
    as_good = sum((CASES[["trust", "time"]].iloc[a] == CASES[["trust", "time"]].iloc[b]).all() for a, b in ways)
    found = qca_randomisation(qca(CASES, "y", ["trust", "time"]), n=4999, seed=3)
    assert found.coincidence == 1
    assert abs(found.p_value - as_good / len(ways)) < 4 * found.mc_error
    term = found.terms.iloc[0]
    assert abs(term["p_value"] - 1 / len(ways)) < 4 * term["mc_error"]
    assert term["p_adjusted"] == pytest.approx(4 * term["p_value"])


@pytest.mark.parametrize("kind", ["conservative", "parsimonious"])
@pytest.mark.parametrize("pri", [0.0, 0.5])
def test_shuffles_are_analysed_as_the_data_are(kind, pri):
    frame = fuzzy(4, 14)
    result = qca(frame, "y", ["a", "b", "c"], negated=False, pri=pri, consistency=0.75)
    found = qca_randomisation(result, kind=kind, n=19, seed=5)
    best = [1 / (1 / m.consistency + 1 / m.coverage - 1) for m in result.solution(kind).models]
    assert found.coincidence == pytest.approx(max(best))
    rng = np.random.default_rng(5)
    order = np.lexsort((rng.random((19, 14)), np.zeros((19, 14))), axis=1)
    higher = 0
    for row in order:
        again = result.again(frame=frame.assign(y=frame["y"].to_numpy()[row]), few_cases="accept")
        models = again.solution(kind).models
        fits = [1 / (1 / m.consistency + 1 / m.coverage - 1) for m in models]
        higher += max(fits, default=0) >= found.coincidence - 1e-9
    assert found.p_value == (1 + higher) / 20


def test_its_level_holds_when_the_outcome_has_nothing_to_do_with_the_conditions():
    p_values = []
    for seed in range(150):
        frame = fuzzy(1000 + seed)
        result = qca(frame, "y", ["a", "b", "c"], negated=False, few_cases="accept", consistency=0.7)
        if result.solution("parsimonious").models:
            p_values.append(qca_randomisation(result, n=39, seed=seed).p_value)
        else:
            p_values.append(1.0)
    for level in (0.05, 0.1, 0.25):
        share = np.mean(np.array(p_values) <= level)
        assert share <= level + 2.6 * np.sqrt(level * (1 - level) / len(p_values))
    assert np.mean(np.array(p_values) <= 0.25) > 0.12


def test_within_groups_nothing_crosses_over():
    frame = CASES.assign(y=[1, 1, 1, 1, 0, 0, 0, 0])
    groups = dict(zip(frame.index, "aaaabbbb", strict=True))
    result = qca(frame.assign(trust=[1, 1, 1, 1, 0, 0, 0, 1]), "y", ["trust", "time"], few_cases="accept")
    found = qca_randomisation(result, groups=groups, n=19, seed=1)
    assert found.p_value == 1
    assert [problem.code for problem in found.problems] == ["Q054"]


def test_the_same_seed_gives_the_same_and_it_is_said_in_words():
    result = qca(CASES, "y", ["trust", "time"])
    first, second = (qca_randomisation(result, n=99, seed=2) for _ in range(2))
    assert first.to_dict() == second.to_dict()
    assert "99" in first.words("nl")[0]
    assert "causes" in first.words("en")[1]
    assert first.tidy()["term"].tolist() == ["parsimonious", "trust*time"]


@pytest.mark.parametrize(("options", "code"), [({"kind": "intermediate"}, "Q051"), ({"n": 3}, "Q051")])
def test_what_cannot_be_asked(options, code):
    with pytest.raises(IntegrationError) as caught:
        qca_randomisation(qca(CASES, "y", ["trust", "time"]), **options)
    assert caught.value.problems[0].code == code


def test_nothing_to_test():
    frame = CASES.assign(y=[1, 1, 0, 0, 0, 1, 0, 1])
    with pytest.raises(IntegrationError) as caught:
        qca_randomisation(qca(frame, "y", ["trust", "time"]))
    assert caught.value.problems[0].code == "Q053"
