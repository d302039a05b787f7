"""Steps of Wu & Estabrook for ordered items are those of semTools 0.5-7 with lavaan 0.6-19 (WLSMV)."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch.measurement import invariance

REFERENCE = Path(__file__).parents[2] / "reference"
ITEMS = [f"{scale}{k}" for scale in "AC" for k in range(1, 6)]
AC = "agree =~ A1 + A2 + A3 + A4 + A5\nconsc =~ C1 + C2 + C3 + C4 + C5"
MEASURES = {
    "chi_square": "chisq.scaled", "p_value": "pvalue.scaled", "scaling_factor": "chisq.scaling.factor",
    "cfi": "cfi.scaled", "tli": "tli.scaled", "rmsea": "rmsea.scaled", "srmr": "srmr",
}  # fmt: skip
STEPS = ["configural", "thresholds", "loadings", "intercepts", "strict"]
close = np.testing.assert_allclose


@cache
def values():
    return json.loads((REFERENCE / "cfa" / "ordinal_invariance.json").read_text(encoding="utf-8"))["values"]


@cache
def six():
    frame = pd.read_csv(REFERENCE / "data" / "bfi.csv.gz")
    reversed_items = {item: 7 - frame[item] for item in ("A1", "C4", "C5")}
    half = np.where(frame["E1"].isna(), np.nan, np.where(frame["E1"] <= 3, 1.0, 2.0))
    return frame[ITEMS].assign(**reversed_items, half=half).dropna()


@cache
def found(case):
    if case == "waves":
        frame = pd.read_csv(REFERENCE / "data" / "ordinal_waves_invented.csv")
        waves = {"1": "_t1", "2": "_t2"}
        return invariance("f =~ a1 + a2 + a3 + a4", frame, waves=waves, ordered=True, partial=False)
    frame = six()
    if case == "three":
        frame = frame.assign(**{item: np.ceil(frame[item] / 2) for item in ITEMS})
    if case == "two":
        frame = frame.assign(**{item: (frame[item] > 4).astype(int) for item in ITEMS})
    return invariance(AC, frame, "half", ordered=ITEMS, partial=False)


@pytest.mark.parametrize("case", ["six", "three", "two", "waves"])
def test_fit_of_each_step(case):
    table = found(case).tidy().set_index("step")
    assert table.index.tolist() == STEPS
    for step, expected in values()[case]["fit"].items():
        assert table.loc[step, "df"] == expected["df"]
        for ours, theirs in MEASURES.items():
            close(table.loc[step, ours], expected[theirs], rtol=1e-5, atol=2e-6, err_msg=f"{step} {ours}")


@pytest.mark.parametrize("case", ["six", "three", "two", "waves"])
def test_difference_of_each_step(case):
    table = found(case).tidy().set_index("step")
    for expected in values()[case]["difference"]:
        row = table.loc[expected["step"]]
        if expected["df"] == 0:
            assert row["verdict"] in ("equivalent", "not_reached")
            assert np.isnan(row["p_difference"])
            continue
        assert row["df_difference"] == expected["df"]
        close(row["chi_square_difference"], expected["chisq"], rtol=1e-4, err_msg=expected["step"])
        close(row["p_difference"], expected["p"], rtol=1e-3, atol=1e-9)


@pytest.mark.parametrize("case", ["six", "three", "two", "waves"])
def test_estimates_with_equal_intercepts(case):
    fit = found(case).models["intercepts"]
    table = fit.tidy().set_index(["term", "group"])
    for each in values()[case]["intercepts"]:
        term = f"{each['lhs']}{each['op']}{each['rhs'] or ''}"
        term = term if each["op"] != "~1" else f"{each['lhs']}~1"
        group = fit.groups[each["group"] - 1]
        if (term, group) not in table.index:
            left, right = term.split("~~")
            term = f"{right}~~{left}"
        row = table.loc[(term, group)]
        close(row["estimate"], each["est"], rtol=2e-4, atol=5e-5, err_msg=term)
        close(np.nan_to_num(row["std_error"]), each["se"], rtol=5e-4, atol=1e-7, err_msg=term)
