"""Mediation over waves: chains link the values of the right waves, and what waves cost is counted."""

import numpy as np
import pandas as pd
import pytest
from tests.multilevel.conftest import by_term

from lcresearch import multilevel
from lcresearch.errors import MultilevelError
from lcresearch.multilevel.mediation_rows import Roles, mediation_rows


def _waves(n_persons=60, n_waves=3, seed=6):
    """Invented: persons in 12 communities at several waves."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(n_persons), n_waves)
    frame = pd.DataFrame({"person": person, "wave": np.tile(np.arange(n_waves) + 2020, n_persons)})
    frame["community"] = frame["person"] % 12
    for name in ("hours", "capacity", "ideas"):
        frame[name] = rng.normal(size=len(frame)) + rng.normal(size=12)[frame["community"]]
    return frame


LAGGED = {"outcome": "ideas", "mediator": "capacity", "cause": "hours", "group": "community", "wave": "wave"}
LAGGED |= {"person": "person", "seed": 1}


@pytest.mark.parametrize(
    ("lag", "waves"), [((1, 1), (0, 1, 2, 0, 1)), ((1, 0), (0, 1, 1, 0, 0)), ((0, 1), (1, 1, 2, 0, 1))]
)
def test_chains_link_the_values_of_the_right_waves(lag, waves):
    """Waves of cause, mediator, outcome, earlier mediator, earlier outcome; one chain a person where four are used."""
    frame = _waves().sample(frac=1, random_state=2)
    rows = mediation_rows(
        frame, Roles("ideas", "capacity", "hours", ("community",), wave="wave", person="person", lag=lag)
    )
    wide = frame.pivot_table(index="person", columns="wave", values=["hours", "capacity", "ideas"])
    names = ["hours", "capacity", "ideas", "capacity_earlier", "ideas_earlier"]
    first = rows.frame[rows.frame["wave"].astype(int) == 2020 + waves[0]].set_index("person").sort_index()
    for name, wave in zip(names, waves, strict=True):
        expected = wide[(name.removesuffix("_earlier"), 2020 + wave)]
        np.testing.assert_array_equal(first[name], expected.loc[first.index])
    assert len(first) == 60


def test_lagged_effects_are_those_of_a_wide_table():
    frame = _waves()
    found = multilevel.mediation(frame, **LAGGED)
    wide = frame.pivot_table(index=["person", "community"], columns="wave", values=["hours", "capacity", "ideas"])
    wide.columns = [f"{name}_{wave - 2019}" for name, wave in wide.columns]
    wide = wide.reset_index()
    by_hand = multilevel.mediation(
        wide, outcome="ideas_3", mediator="capacity_2", cause="hours_1", group="community", seed=1
    )
    assert found.counts["used"] == 60
    parts = multilevel.center(wide, ["hours_1", "capacity_2", "ideas_2"], by="community")
    fit = multilevel.fit_lmm(
        "ideas_3 ~ hours_1_within + hours_1_between + capacity_2_within + capacity_2_between + ideas_2_within"
        " + ideas_2_between + (1 | community)",
        parts,
    )
    ours = by_term(found.coefficients)
    np.testing.assert_allclose(ours["b_within"], fit.fixed_effects["capacity_2_within"], rtol=1e-6)
    np.testing.assert_allclose(ours["direct_between"], fit.fixed_effects["hours_1_between"], rtol=1e-6)
    assert abs(ours["b_within"] - by_term(by_hand.coefficients)["b_within"]) > 1e-4


def test_what_waves_cost_is_counted():
    frame = _waves(n_waves=4)
    frame = frame.drop(frame.index[(frame["person"] == 0) & (frame["wave"] == 2021)])
    frame.loc[(frame["person"] == 1) & (frame["wave"] == 2021), "capacity"] = np.nan
    frame.loc[frame["person"] == 2, "wave"] = np.nan
    found = multilevel.mediation(frame, **LAGGED)
    # 4 rows without wave; 2 of 4 waves cannot begin a chain (58 persons x 2, and both rows of person 0);
    # person 0 misses a wave at its other row; person 1 lacks a value in both chains
    lost = {"wave_or_person_unknown": 4, "no_such_wave": 118, "wave_missed": 1, "value_missing": 2}
    assert found.counts == {"rows": 239, **lost, "used": 114}
    assert found.repeated
    assert list(found.fits["outcome"].n_groups) == ["community", "community:person"]
    assert any("239" in note for note in found.cautions())


def test_a_cause_of_groups_that_differs_over_waves_is_refused():
    frame = _waves(n_waves=4)
    frame["hours"] = frame.groupby(["community", "wave"])["hours"].transform("mean")
    with pytest.raises(MultilevelError, match="L087"):
        multilevel.mediation(frame, **LAGGED)
    assert multilevel.mediation(frame[frame["wave"] < 2023], **LAGGED).design == "2-1-1"
