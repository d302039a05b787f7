"""What comparisons of cases may tell: an attacker knows the conditions of every case, and looks for one outcome."""

import itertools

import numpy as np
import pandas as pd
import pytest

from lcresearch.disclosure import Policy
from lcresearch.integration import case_matrix, necessity, qca
from lcresearch.integration.elements.telling import (
    Telling,
    _memberships,
    shown_necessity,
    shown_terms,
    tells_of_few,
    what_may_be_told,
)
from lcresearch.integration.plan.model import IntegrationFile
from lcresearch.reporting import qca_page

NAMES = ["a", "b", "c"]


def told_by_brute_force(sums, outcomes):
    """Whether one or two cases have the same outcomes in all tables of 0 and 1 that give these sums."""
    shown = sums @ outcomes
    tables = np.array(list(itertools.product([0.0, 1.0], repeat=sums.shape[1])))
    fits = tables[(np.abs(tables @ sums.T - shown) < 1e-9).all(axis=1)]
    return fits.min(axis=0) == fits.max(axis=0)


@pytest.mark.parametrize("seed", range(25))
def test_outcomes_that_sums_give_away_by_algebra_are_found(seed):
    rng = np.random.default_rng(seed)
    sums = (rng.random((4, 9)) < 0.6).astype(float)
    sums = np.vstack([np.ones(9), sums])
    if tells_of_few(sums):
        return
    for pair in itertools.combinations(range(9), 2):
        others = [k for k in range(9) if k not in pair]
        assert np.linalg.matrix_rank(sums[:, others]) == np.linalg.matrix_rank(sums)
    outcomes = np.tile([0.0, 1.0, 0.0, 1.0], 3)[:9]
    varied = told_by_brute_force(sums, outcomes)
    assert not varied.all()


def test_a_sum_and_a_sum_within_it_that_lacks_two_cases_tell_of_these():
    whole = np.ones((1, 10))
    assert not tells_of_few(whole)
    for n, tells in ((1, True), (2, True), (3, False)):
        part = whole.copy()
        part[0, :n] = 0
        assert tells_of_few(np.vstack([whole, part])) is tells


def plan_of():
    conditions = {name: {"column": f"element_{name}"} for name in NAMES}
    one = {"title": {"nl": "x", "en": "x"}, "outcome": {"column": "score"}, "conditions": conditions}
    return IntegrationFile.model_validate({"qca": {"first": one}})


def matrix_of(sizes, seed=1):
    """Cases of so many persons each, with elements that are all there or not, and a score from 0 to 1."""
    rng = np.random.default_rng(seed)
    rows = []
    for place, n in enumerate(sizes):
        there = {f"element_{name}": float(place >> bit & 1) for bit, name in enumerate(NAMES)}
        high = there["element_a"] and there["element_b"]
        scores = np.clip(rng.normal(0.85 if high else 0.2, 0.05, n), 0, 1)
        rows += [{"respondent": f"p{place}-{k}", "community": f"c{place}", "score": s, **there}
                 for k, s in enumerate(scores)]  # fmt: skip
    frame = pd.DataFrame(rows)
    return case_matrix(scores=frame, elements=[f"element_{name}" for name in NAMES], scales=["score"], fewest=5)


def compared(matrix):
    table = matrix.frame.rename(columns=lambda name: name.removeprefix("element_")).dropna()
    found = qca(table, "score", NAMES)
    return {"first": found}, {"first": necessity(table, "score", NAMES)}


def test_cases_that_may_all_be_told_of_are_shown_whole():
    matrix = matrix_of([6] * 16)
    told = what_may_be_told(*compared(matrix), plan_of(), matrix, Policy(5))
    assert told == Telling(frozenset({"first"}), frozenset({"first"}))


def test_one_case_of_too_few_persons_closes_what_would_give_it_away():
    matrix = matrix_of([6] * 8 + [3])
    analyses, needed = compared(matrix)
    told = what_may_be_told(analyses, needed, plan_of(), matrix, Policy(5))
    assert "first" not in told.whole
    page = qca_page(analyses["first"], "en", necessity=needed["first"], names="none", fewest=3, fit=[])
    assert "<svg" not in page
    assert "Consistency</th>" not in page
    assert "fewer than 3" in page
    rows = page.split("<tbody>")
    assert all(f">{n}</td>" not in part.split("</tbody>")[0] for part in rows[1:] for n in (2,))
    everything = qca_page(analyses["first"], "en", necessity=needed["first"], names="none")
    assert "<svg" in everything
    assert "Consistency</th>" in everything


def test_sums_of_chosen_recipes_hold_the_total_and_each_condition():
    matrix = matrix_of([6] * 16)
    analyses, needed = compared(matrix)
    sums = np.vstack([*_memberships(analyses["first"], needed["first"])])
    assert (sums[0] == 1).all()
    for name in NAMES:
        column = analyses["first"].truth_table.frame[name].to_numpy()
        assert any(np.array_equal(row, column) for row in sums)


def test_tables_lose_fit_and_small_counts():
    terms = pd.DataFrame({"analysis": ["first"], "n_cases": [2], "consistency": [1.0], "pri": [1.0], "coverage": [0.2]})
    closed = shown_terms(terms, Telling(), 3)
    assert closed[["n_cases", "consistency", "pri", "coverage"]].isna().all(axis=None)
    whole = shown_terms(terms, Telling(frozenset({"first"}), frozenset({"first"})), 3)
    assert whole["n_cases"].tolist() == [2]
    exact = shown_terms(terms.assign(coverage=0.4852619510), Telling(fit=frozenset({"first"})), 3)
    assert exact["coverage"].tolist() == [0.49]
    needed = pd.DataFrame({"analysis": ["first"], "consistency": [0.9], "coverage": [0.5], "necessary": [True]})
    assert shown_necessity(needed, Telling())["consistency"].isna().all()
    assert shown_necessity(needed, Telling())["necessary"].all()
