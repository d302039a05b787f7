"""Who goes on and who stops: against R's survival and brglm2, closed forms, and a simulation."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lcresearch.change.continuation import continuation
from lcresearch.errors import ChangeError, LcresearchWarning

REFERENCE = Path(__file__).parents[2] / "reference" / "continuation"


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "communities.csv")


@pytest.fixture(scope="module")
def r_values() -> dict[str, Any]:
    values: dict[str, Any] = json.loads((REFERENCE / "continuation.json").read_text())["values"]
    return values


def test_the_share_that_goes_on_equals_that_of_survfit(register: pd.DataFrame, r_values: dict[str, Any]) -> None:
    table = continuation(register).survival
    for column in ("period", "n_at_risk", "estimate", "std_error", "conf_low", "conf_high"):
        np.testing.assert_allclose(table[column], r_values[column], rtol=1e-10, err_msg=column)


def test_the_model_equals_that_of_brglm2(register: pd.DataFrame, r_values: dict[str, Any]) -> None:
    found = continuation(register, predictors=["trust", "goal"])
    np.testing.assert_allclose(found.fit.beta, r_values["beta"], atol=1e-7)
    np.testing.assert_allclose(np.sqrt(np.diag(found.fit.covariance)), r_values["beta_error"], rtol=1e-6)
    assert found.fit.value == pytest.approx(r_values["value"], rel=1e-10)


@pytest.mark.parametrize("term", ["trust", "goal"])
def test_tests_and_intervals_are_those_of_the_penalised_profile(
    register: pd.DataFrame, r_values: dict[str, Any], term: str
) -> None:
    row = continuation(register, predictors=["trust", "goal"]).tidy().set_index("term").loc[term]
    # optim and uniroot in R stop some 1e-6 before the end
    np.testing.assert_allclose(row[["conf_low", "conf_high"]].astype(float), r_values[term]["ends"], atol=2e-5)
    assert row["p_value"] == pytest.approx(r_values[term]["p"], rel=1e-5)


def test_half_a_count_is_added_where_there_is_one_period_and_nothing_else() -> None:
    frame = pd.DataFrame({"periods": [1] * 12, "stopped": [1] * 3 + [0] * 9})
    found = continuation(frame)
    assert found.fit.beta[0] == pytest.approx(np.log(3.5 / 9.5))


def test_a_predictor_that_parts_all_who_stopped_from_the_others_has_an_estimate_with_one_open_end() -> None:
    frame = pd.DataFrame({"periods": [1] * 12, "stopped": [1] * 4 + [0] * 8, "trust": [1.0] * 4 + [2.0] * 8})
    row = continuation(frame, predictors=["trust"]).tidy().iloc[0]
    assert np.isfinite(row["estimate"])
    assert row["conf_high"] < 0


def test_communities_without_a_predictor_are_counted_and_left_out(register: pd.DataFrame) -> None:
    frame = register.assign(trust=register["trust"].where(register.index > 1))
    with pytest.warns(LcresearchWarning, match="C105"):
        found = continuation(frame, predictors=["trust"])
    assert found.left_out == 2
    assert found.survival["n_at_risk"].iloc[0] == 24


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"periods": 0}, "C101"),
        ({"periods": 1.5}, "C101"),
        ({"stopped": 2}, "C102"),
        ({"trust": 3.0}, "C103"),
        ({"trust": "high"}, "C103"),
    ],
)
def test_what_cannot_be_is_refused(register: pd.DataFrame, change: dict[str, Any], code: str) -> None:
    with pytest.raises(ChangeError) as caught:
        continuation(register.assign(**change), predictors=["trust"])
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_missing_column_is_named_with_the_nearest(register: pd.DataFrame) -> None:
    with pytest.raises(ChangeError, match="trust"):
        continuation(register, predictors=["trusts"])


def test_few_events_are_told() -> None:
    frame = pd.DataFrame({"periods": [1, 2, 2, 2], "stopped": [1, 0, 0, 0], "trust": [1.0, 2.0, 3.0, 2.5]})
    assert any("1" in line for line in continuation(frame, predictors=["trust"]).cautions())


def test_neither_the_order_of_communities_nor_the_unit_of_a_predictor_matters(register: pd.DataFrame) -> None:
    """An effect is that of a standard deviation."""
    one = continuation(register, predictors=["trust"])
    turned = continuation(register[::-1].assign(trust=10 - 3 * register["trust"]), predictors=["trust"])
    pd.testing.assert_frame_equal(one.survival, turned.survival)
    ours, theirs = (found.tidy().set_index("term").loc["trust"] for found in (one, turned))
    columns = ["estimate", "std_error", "p_value", "conf_low", "conf_high"]
    mirrored = [-ours["estimate"], ours["std_error"], ours["p_value"], -ours["conf_high"], -ours["conf_low"]]
    np.testing.assert_allclose(theirs[columns].astype(float), mirrored, rtol=1e-4)
