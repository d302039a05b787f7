"""Invented effects and voices, a state each."""

import pandas as pd
import pytest

EFFECTS = {  # smallest worthwhile effect 0.1: estimate, interval
    "positive": (0.30, 0.20, 0.40),
    "negative": (-0.30, -0.40, -0.20),
    "none": (0.01, -0.05, 0.07),
    "mixed": (0.15, 0.05, 0.25),
    "not_positive": (-0.10, -0.25, 0.05),
    "not_negative": (0.10, -0.05, 0.25),
    "unclear": (0.05, -0.20, 0.30),
    "absent": (None, None, None),
}
COUNTS = {  # persons, cases, helping, lacking, hindering, helping or lacking; of 30 persons in 6 cases
    "helping": (12, 4, 8, 4, 2, 10),
    "missed": (12, 4, 2, 9, 2, 10),
    "valued": (12, 4, None, 4, 2, 10),
    "hindering": (12, 4, 1, 1, 10, 2),
    "divided": (12, 4, 3, 3, 6, 6),
    "undirected": (12, 4, 1, 1, 1, 2),
    "few": (4, 3, 4, 0, 0, 4),
    "nobody": (0, 0, 0, 0, 0, 0),
    "side_not_shown": (12, 4, 8, 4, None, 10),
    "not_shown": (None,) * 6,
}


@pytest.fixture
def effects():
    """A table of effects out of element=state."""

    def made(verdict=None, certainty="moderate", pred=(None, None), **states):
        rows = []
        for element, state in states.items():
            estimate, low, high = EFFECTS[state]
            verdicts = {"mixed": "sector-specific", "none": "no worthwhile effect"}
            row = {"element": element, "outcome": "learning", "estimate": estimate, "conf_low": low, "conf_high": high}
            row |= {"smallest_worthwhile": 0.1, "pred_low": pred[0], "pred_high": pred[1], "certainty": certainty}
            rows.append(row | {"verdict": verdict or verdicts.get(state, "generic")})
        return pd.DataFrame(rows)

    return made


@pytest.fixture
def said():
    """A table of voices out of element=state; an element that is not asked about is not in it."""

    def made(**states):
        sides = ("helping", "lacking", "hindering", "valuing")
        names = ("n_persons", "n_cases", *(f"n_persons_{side}" for side in sides))
        rows = [
            {"element": element, "of_persons": 30, "of_cases": 6} | dict(zip(names, COUNTS[state], strict=True))
            for element, state in states.items()
            if state != "not_asked"
        ]
        return pd.DataFrame(rows, columns=["element", "of_persons", "of_cases", *names])

    return made
