"""What of a case matrix may leave."""

import numpy as np
import pandas as pd
import pytest

from lcresearch import integration
from lcresearch.disclosure import Ledger, Policy

POLICY = Policy(minimum_cell=5)


@pytest.fixture
def scores():
    rng = np.random.default_rng(5)
    community = np.repeat(["A", "B", "C", "D"], [8, 9, 7, 3])
    frame = pd.DataFrame({"community": community, "respondent": [f"p{n}" for n in range(27)]})
    return frame.assign(consortium="one", trust=rng.integers(1, 6, 27).astype(float))


@pytest.fixture
def many_talks(make_project, make_document):
    """Eight persons in A of whom four speak of facilitation and one of time, seven in B, two in C."""
    said = {"A": [["f"]] * 3 + [["f", "n"]] + [[""]] * 4, "B": [["n"]] * 3 + [["f"]] * 4, "C": [["f"], ["n"]]}
    texts = [
        make_document(f"{case}{n}", marks, case)
        for case, everybody in said.items()
        for n, marks in enumerate(everybody)
    ]
    return make_project(texts)


def test_a_mean_of_few_is_hidden_and_does_not_follow_from_the_others(scores):
    matrix = integration.case_matrix(scores=scores, scales=["trust"])
    found = matrix.released(POLICY)
    assert "D" not in found.frame.index  # three persons: nothing of it is shown
    assert found.n_withheld == 1
    # with the mean of all and two of three known, the third with D would give D away: the smallest is hidden too
    assert np.isnan(found.frame.loc["C", "trust"])
    assert found.frame.loc[["A", "B"], "trust"].equals(matrix.frame.loc[["A", "B"], "trust"])
    assert found.hidden.to_numpy().tolist() == [["C", "trust", "hidden"]]
    assert set(found.estimates["case"]) == {"A", "B"}
    assert {"Q078", "Q079"} <= {problem.code for problem in found.problems}


def test_what_went_out_earlier_is_remembered(scores, tmp_path):
    ledger = Ledger(tmp_path)
    first = integration.case_matrix(scores=scores, scales=["trust"]).released(POLICY, ledger)
    ledger.commit("matrix")
    assert first.frame.loc["A"].notna().all()
    later = scores.copy()
    later.loc[0, "trust"] = 6 - later.loc[0, "trust"] + 0.5
    second = integration.case_matrix(scores=later, scales=["trust"]).released(POLICY, Ledger(tmp_path))
    assert np.isnan(second.frame.loc["A", "trust"])


def test_codes_of_few_persons_are_hidden_whatever_their_measure(many_talks):
    matrix = integration.case_matrix(project=many_talks, measures=["presence", "intensity"], read="all")
    found = matrix.released(POLICY)
    assert list(found.frame.index) == ["A", "B"]  # two persons in C
    assert found.frame.loc["A", "code_facilitator_presence"] == 1
    assert np.isnan(found.frame.loc["A", "code_no_time_intensity"])  # one person spoke of it
    assert np.isnan(found.frame.loc["A", "code_no_time_presence"])
    assert found.glance().loc[0, "n_withheld"] == 1


def test_a_loose_policy_hides_no_less_than_counts_of_persons(many_talks):
    from lcresearch.interviews.code_tables.counts_of_persons import count_shown

    matrix = integration.case_matrix(project=many_talks, measures=["respondents"], read="all")
    found = matrix.released(Policy(minimum_cell=3))
    shares = count_shown(matrix.informants.rename(columns={"case": "group"}), "community", Policy(3), None).shares
    open_cells = {(row.group, row.code) for row in shares.itertuples()}
    shown = found.frame.stack().dropna()
    assert set(shown.index) == open_cells
    assert shown.to_dict() == {(row.group, row.code): row.n_with for row in shares.itertuples()}


def test_without_names_rare_characteristics_are_hidden(scores):
    about = pd.DataFrame({"community": ["A", "B", "C", "D"], "sector": ["care", "care", "care", "energy"]})
    matrix = integration.case_matrix(scores=scores, scales=["trust"], characteristics=about, elements=None)
    found = matrix.released(POLICY, names=False)
    assert list(found.frame.index) == ["1", "2", "3"]
    assert found.frame["sector"].tolist() == ["care"] * 3
    assert set(found.estimates["case"]) <= {"1", "2", "3"}
    alone = matrix.released(Policy(minimum_cell=5, minimum_category=4), names=False)
    assert alone.frame["sector"].isna().all()


def test_elements_stay_with_cases_of_enough_persons(scores):
    has = pd.DataFrame({"community": ["A", "B", "C", "D"], "facilitation": [1, 0, 1, 1]})
    found = integration.case_matrix(scores=scores, scales=["trust"], elements=has).released(POLICY)
    assert found.frame["facilitation"].to_dict() == {"A": 1, "B": 0, "C": 1}
    assert "(hidden)" in found.summary()


def test_a_change_that_would_tell_of_those_who_came_in_between_is_hidden():
    rng = np.random.default_rng(8)
    frames = []
    for case, (both, later) in {"A": (8, 1), "B": (9, 0), "C": (10, 6), "D": (12, 0)}.items():
        names = [f"{case}{number}" for number in range(both + later)]
        first = pd.DataFrame({"respondent": names[:both], "community": case, "wave": "t0"})
        frames += [first, pd.DataFrame({"respondent": names, "community": case, "wave": "t1"})]
    people = pd.concat(frames, ignore_index=True)
    people["trust"] = rng.integers(1, 6, len(people)).astype(float)
    found = integration.case_matrix(scores=people, scales=["trust"], wave="t1", change=("t0", "t1")).released(POLICY)
    # one person of A answered later only; B, the smallest other one, goes with it since a total may be known
    assert found.frame["trust_change"].isna().to_dict() == {"A": True, "B": True, "C": False, "D": False}
    assert found.frame["trust"].notna().all()


def test_numbers_of_cases_do_not_follow_from_their_names(scores):
    about = pd.DataFrame({"community": ["A", "B", "C", "D"], "facilitation": [0, 1, 1, 0]})
    names = {"A": "Zwaluw", "B": "Aalscholver", "C": "Merel", "D": "Kievit"}
    renamed = scores.replace({"community": names})
    first = integration.case_matrix(scores=scores, scales=["trust"], elements=about)
    second = integration.case_matrix(scores=renamed, scales=["trust"], elements=about.replace({"community": names}))
    one, other = (each.released(POLICY, names=False) for each in (first, second))
    # the same cases under other names: which of them is hidden may differ where two are as small, what is shown not
    pd.testing.assert_frame_equal(one.frame, other.frame)
    pd.testing.assert_frame_equal(one.hidden, other.hidden)
    pd.testing.assert_frame_equal(one.estimates, other.estimates)
