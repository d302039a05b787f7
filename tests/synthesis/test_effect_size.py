"""Effect sizes against metafor 4.8-0 (tests/reference/meta/escalc_*.json)."""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch import measurement, synthesis
from lcresearch.errors import LcresearchWarning, SynthesisError

REFERENCE = Path(__file__).parents[1] / "reference"
SD_BEFORE_FIRST = {"SMCR", "SMCRH"}


def case(name):
    values = json.loads((REFERENCE / "meta" / f"escalc_{name}.json").read_text(encoding="utf-8"))["values"]
    return pd.read_csv(REFERENCE / "data" / f"escalc_{name}.csv"), values


def computed(key, name, data):
    """Our effects for a key of a reference file: a code, often with a choice behind it."""
    code, _, choice = key.partition("_")
    options = {
        "AV": {"vtype": "AV"},
        "UB": {"vtype": "UB"},
        "LS": {"vtype": "LS"},
        "LS2": {"vtype": "LS2"},
        "uncorrected": {"correct": False},
        "homoscedastic": {"vtype": "HO"},
        "add_all": {"to": "all"},
        "add_none": {"to": "none"},
        "": {},
    }[choice.removeprefix("vtype_")]
    if name == "prepost":
        first, second = ("sd_pre", "sd_post") if code in SD_BEFORE_FIRST else ("sd_post", "sd_pre")
        figures = {"m1": "m_post", "m2": "m_pre", "sd1": first, "sd2": second, "n": "ni", "r": "ri"}
    else:
        figures = {column: column for column in data.columns if column != "study"}
    return synthesis.effect_size(code, data=data, **figures, **options)


def keys():
    for path in sorted((REFERENCE / "meta").glob("escalc_*.json")):
        name = path.stem.removeprefix("escalc_")
        for key in json.loads(path.read_text(encoding="utf-8"))["values"]:
            yield pytest.param(name, key, id=f"{name}-{key}")


@pytest.mark.parametrize(("name", "key"), list(keys()))
def test_agrees_with_metafor(name, key):
    data, values = case(name)
    expected = pd.DataFrame(values[key])[["yi", "vi"]].apply(pd.to_numeric, errors="coerce")
    expected = expected.where(np.isfinite(expected).all(axis=1), np.nan)  # infinite there, undefined here
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        found = computed(key, name, data)
    if key == "RTET":
        # metafor searches with a simplex and gives 1 with no or an absurd variance where a cell is empty: a test below
        filled = (data > 0).all(axis=1)
        errors = np.sqrt(expected["vi"][filled])
        assert (np.abs(found["yi"] - expected["yi"])[filled] < 1e-3 * errors).all()
        np.testing.assert_allclose(found["vi"][filled], expected["vi"][filled], rtol=1e-3)
        assert found[~filled].isna().all(axis=None)
    else:
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-12)


MEANS = {"m1": [3.9, 3.6], "sd1": [0.7, 0.8], "n1": [42, 25], "m2": [3.5, 3.5], "sd2": [0.8, 0.7], "n2": [40, 27]}
CELLS = {"a": [4, 8, 3], "b": [20, 18, 30], "c": [9, 8, 5], "d": [16, 22, 31]}
CHANGE = {name: MEANS[name] for name in ("m1", "sd1", "m2")} | {"n": [42, 25], "r": [0.5, 0.6]}
ONE = {"m": [3.9, 3.6], "sd": [0.7, 0.8], "n": [42, 25]}
MODEL = {"t": [2.2, -1.3], "n": [60, 45], "predictors": [3, 5]}
MORE = {
    "D2ORN": MEANS,
    "SMD_t": {"t": [2.1, -0.4], "n1": [42, 25], "n2": [40, 27]},
    "SMD_d": {"d": [0.5, -0.1], "n1": [42, 25], "n2": [40, 27]},
    "RPB_CS": MEANS,
    "SMDH_LS2": MEANS,
    "ROM_HO": MEANS,
    "ROM_AV": MEANS,
    "OR_AV": CELLS,
    "RR_AV": CELLS,
    "RD_UB": CELLS,
    "PHI_ST": CELLS,
    "PCOR": MODEL,
    "ZPCOR": MODEL,
    "SPCOR": MODEL | {"r2": [0.3, 0.2]},
    "MN": ONE,
    "MN_HO": ONE,
    "SMN": ONE,
    "MNLN": ONE,
    "CVLN": ONE,
    "SDLN": {"sd": [0.7, 0.8], "n": [42, 25]},
    "IR": {"x": [0, 7], "time": [30, 44]},
    "IRLN": {"x": [0, 7], "time": [30, 44]},
    "IRS": {"x": [0, 7], "time": [30, 44]},
    "PR_UB": {"x": [4, 7], "n": [30, 44]},
    "PLO_AV": {"x": [4, 7], "n": [30, 44]},
    "SMCC_UB": CHANGE | {"sd2": [0.8, 0.7]},
    "SMCR_LS2": CHANGE,
    "UCOR": {"r": [0.3, -0.5], "n": [20, 15]},
    "UCOR_UB": {"r": [0.3, -0.5], "n": [20, 15]},
}


@pytest.mark.parametrize("key", MORE)
def test_other_choices_agree_with_metafor(key):
    values = json.loads((REFERENCE / "meta" / "effect_sizes.json").read_text(encoding="utf-8"))["values"]
    assert set(values) == set(MORE)
    code, _, vtype = key.partition("_")
    options = {"vtype": vtype} if vtype.isupper() else {}
    found = synthesis.effect_size(code, **MORE[key], **options)
    np.testing.assert_allclose(found, pd.DataFrame(values[key]), rtol=1e-8)


def test_tetrachoric_is_the_two_step_estimate_of_the_measurement_folder():
    cells = np.array([[30, 14], [9, 27]])
    rows = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], cells.ravel(), axis=0)
    expected = measurement.polychoric_correlations(pd.DataFrame(rows, columns=["x", "y"]), ["x", "y"]).tidy()
    found = synthesis.effect_size("RTET", a=30, b=14, c=9, d=27)
    assert found["yi"][0] == pytest.approx(expected["estimate"][0], abs=1e-6)
    assert np.sqrt(found["vi"][0]) == pytest.approx(expected["std_error"][0], rel=1e-3)


def test_coefficients_and_their_errors_are_taken_as_they_are():
    found = synthesis.effect_size("GEN", b=[0.4, -0.1], se=[0.1, 0.2])
    assert found.to_numpy().tolist() == [[0.4, pytest.approx(0.01)], [-0.1, pytest.approx(0.04)]]


def test_names_of_metafor_and_columns_of_a_frame():
    data = pd.DataFrame(MEANS, index=["north", "south"])
    by_name = synthesis.effect_size("SMD", data=data, **{f"{name}i": name for name in MEANS})
    assert by_name.index.tolist() == ["north", "south"]
    np.testing.assert_allclose(by_name, synthesis.effect_size("SMD", **MEANS))


@pytest.mark.parametrize(
    ("code", "measure", "figures"),
    [
        ("Y001", "SDM", MEANS),
        ("Y002", "SMD", {"m1": 1, "m2": 2}),
        ("Y003", "SMD", MEANS | {"alpha": 1}),
        ("Y004", "SMD", MEANS | {"n1": [3, 4, 5]}),
        ("Y005", "SMD", MEANS | {"n1": "size"}),
        ("Y006", "SMD", MEANS | {"sd1": [-1, 1]}),
        ("Y006", "COR", {"r": 1.2, "n": 30}),
        ("Y006", "OR", CELLS | {"a": [-1, 2, 3]}),
        ("Y006", "OR", {"a": 12, "n1": 10, "c": 1, "n2": 9}),
        ("Y007", "SMD", MEANS | {"vtype": "XX"}),
        ("Y010", "SMD", MEANS | {"n1": ["ten", "5"]}),
    ],
)
def test_refuses_in_words(code, measure, figures):
    with pytest.raises(SynthesisError) as error:
        synthesis.effect_size(measure, **figures)
    assert [problem.code for problem in error.value.problems] == [code]


def test_a_study_without_an_effect_keeps_its_row_and_is_named():
    with pytest.warns(LcresearchWarning, match=r"Y008[^$]*: 1\."):
        found = synthesis.effect_size("SMD", **MEANS | {"sd1": [0.7, np.nan]})
    assert found["yi"].isna().tolist() == [False, True]
