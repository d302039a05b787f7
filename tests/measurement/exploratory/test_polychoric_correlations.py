import numpy as np
import pandas as pd
import pytest

from lcresearch import measurement
from lcresearch.errors import MeasurementError
from lcresearch.measurement.exploratory.correlations import item_correlations

ITEMS = ["A1", "A2", "A3", "A4", "A5"]


def test_table_matrix_and_thresholds_tell_the_same(bfi):
    result = measurement.polychoric_correlations(bfi, ITEMS)
    table = result.tidy()
    assert len(table) == 10
    assert result.matrix.loc["A4", "A2"] == table.set_index("term").loc["A2 ~~ A4", "estimate"]
    assert (table["conf_low"] < table["estimate"]).all()
    assert (table["conf_high"] > table["estimate"]).all()
    assert result.thresholds.groupby("item")["threshold"].max().tolist() == [5] * 5
    assert "left at least one item open" in " ".join(result.cautions())


def test_standard_errors_are_those_of_gamma(reference, bfi):
    values = reference("psychometrics/polychoric_lavaan")["agreeableness"]
    # the fixture turns A1 round, which changes a sign and no standard error
    table = measurement.polychoric_correlations(bfi, ITEMS, missing="complete").tidy()
    gamma = np.zeros((35, 35))
    gamma.T[np.triu_indices(35)] = values["gamma"]
    assert table["std_error"].to_numpy() == pytest.approx(np.sqrt(np.diag(gamma)[25:] / values["n"]), abs=1e-7)


def test_continuous_items_are_refused():
    frame = pd.DataFrame({"a": np.arange(30.0), "b": np.tile([1, 2, 3], 10)})
    with pytest.raises(MeasurementError) as caught:
        measurement.polychoric_correlations(frame, ["a", "b"])
    assert [(p.code, p.where.item) for p in caught.value.problems] == [("M303", "a")]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"a": [1, 1, 1, 1], "b": [1, 2, 1, 2]}, "M302"),
        ({"a": [None, None, None, None], "b": [1, 2, 1, 2]}, "M302"),
        ({"a": [1, 2], "b": [1, 2]}, "M308"),
        ({"a": [1, 2, None, None], "b": [None, None, 1, 2]}, "M301"),
    ],
)
def test_what_cannot_be_correlated_is_refused(frame, code):
    with pytest.raises(MeasurementError) as caught:
        measurement.polychoric_correlations(pd.DataFrame(frame, dtype=float), ["a", "b"])
    assert {problem.code for problem in caught.value.problems} == {code}


def test_contradicting_correlations_are_smoothed_and_told():
    table = pd.DataFrame([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]], index=list("abc"), columns=list("abc"))
    found = item_correlations(table, list("abc"), n_persons=100)
    assert [problem.code for problem in found.problems] == ["M305"]
    assert np.linalg.eigvalsh(found.matrix)[0] > 0
    assert np.diag(found.matrix) == pytest.approx(np.ones(3))


@pytest.mark.parametrize("wrong", [{"b": 0.5}, {"a": 1.2}, {"columns": list("xy")}])
def test_a_table_that_is_no_correlation_matrix_is_refused(wrong):
    table = pd.DataFrame([[1, 0.3], [0.3, 1]], index=list("ab"), columns=wrong.get("columns", list("ab")))
    if "columns" not in wrong:
        ((column, value),) = wrong.items()
        table.loc["a", column] = value
    items = list(table.columns)
    with pytest.raises(MeasurementError) as caught:
        item_correlations(table, items, n_persons=50)
    assert caught.value.problems[0].code == "M309"
