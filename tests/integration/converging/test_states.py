"""What voices say as a state, also where a count is hidden but follows from others that are shown."""

import pandas as pd
import pytest

from lcresearch.integration import convergence_rules
from lcresearch.integration.converging.states import voices_states

NAN = float("nan")


def state(**counts: float) -> str:
    row = {"n_persons": 36.0, "n_cases": NAN, "n_persons_helping": 30.0, "n_persons_lacking": 0.0, "asked": True}
    row |= {"n_persons_valuing": 30.0, "n_persons_hindering": 5.0}
    return str(voices_states(pd.DataFrame([row | counts]), convergence_rules().voices).iloc[0])


@pytest.mark.parametrize(
    ("n_persons", "found"),
    [
        (36.0, "helping"),  # of 40 in 10 cases one holds at most 31
        (32.0, "helping"),
        (31.0, "not_shown"),
        (NAN, "not_shown"),
    ],
)
def test_hidden_cases_must_be_several_when_one_cannot_hold_so_many_persons(n_persons, found):
    assert state(n_persons=n_persons, of_persons=40.0, of_cases=10.0) == found


def test_with_one_case_in_all_or_totals_unknown_nothing_follows():
    assert state(of_persons=40.0, of_cases=1.0) == "not_shown"
    assert state() == "not_shown"


def test_a_hidden_side_is_not_told():
    assert state(n_persons_hindering=NAN, of_persons=40.0, of_cases=10.0) == "side_not_shown"
