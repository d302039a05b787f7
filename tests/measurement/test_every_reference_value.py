"""No value from R is forgotten: each key of the files is compared in a test that reads the file, or named here.

A file needs a line in ``READ_IN``; a key must stand in quotes in one of the tests of that line (``{}`` in them stands
for anything), or in ``NOT_OFFERED`` with the reason. Names of items, of thresholds and of the two axes of a matrix are
data, not keys.
"""

import json
import re
from fnmatch import fnmatch
from pathlib import Path

import pandas as pd
import pytest

TESTS = Path(__file__).parents[1]
REFERENCE = TESTS / "reference"
FILES = [path for area in ("cfa", "psychometrics", "alignment") for path in sorted((REFERENCE / area).glob("*.json"))]

CFA = ["measurement/test_cfa_reference.py", "measurement/test_cfa_fit_reference.py"]
ORDINAL = ["measurement/test_cfa_ordinal.py", "measurement/test_cfa_fit_reference.py"]
EXPLORATORY = "measurement/exploratory/"
READ_IN = {
    "alignment10": ["measurement/comparability/test_alignment.py"],
    "alpha_*": [
        "measurement/test_item_analysis.py",
        "measurement/test_reliability_reference.py",
        "instruments/test_scoring.py",
    ],
    "bfi_continuous_mlr": CFA,
    "bfi_ordinal_*": ORDINAL,
    "common_method": ["measurement/test_common_method.py"],
    "describe_bfi": ["measurement/test_item_analysis.py"],
    "efa_bfi25_*": [EXPLORATORY + "test_factor_analysis_reference.py"],
    "efa_std_errors_lavaan": [EXPLORATORY + "test_standard_errors.py"],
    "efa_thurstone_3f": [EXPLORATORY + "test_factor_analysis_reference.py"],
    "eigenvalues_bfi25": [EXPLORATORY + "test_parallel.py"],
    "hs_invariance_school*": [*CFA, "measurement/comparability/test_invariance_reference.py"],
    "hs_[!i]*": CFA,
    "kmo_bartlett_*": [EXPLORATORY + "test_adequacy.py"],
    "omega_*_3f": [EXPLORATORY + "test_schmid_leiman.py"],
    "omega_*ness": ["measurement/test_reliability_reference.py"],
    "ordinal_invariance": ["measurement/comparability/test_ordinal_invariance_reference.py"],
    "polychoric_*": ["measurement/test_polychoric.py"],
    "scale_scores": ["instruments/test_scoring.py"],
    "splithalf_*": ["measurement/test_reliability_reference.py"],
    "two_level": ["measurement/two_level/test_two_level_reference.py", "measurement/two_level/test_isomorphism.py"],
    "two_level_bound": ["measurement/two_level/test_bounded.py"],
    "twolevel_*": ["measurement/two_level/test_two_level_reference.py"],
    "waves_invariance": ["measurement/comparability/test_invariance_reference.py"],
}
ROWS = {"lhs", "op", "rhs", "item"}  # say which row of a table it is
AS_PSYCH = "item_analysis gives mean, spread and shape; for codes of answers the tables of categories say more"
SETTING = "a setting of lavaan, ours is the same"
NOT_OFFERED = {
    **dict.fromkeys(
        ["describe_bfi:" + key for key in ("median", "trimmed", "mad", "min", "max")],
        AS_PSYCH,
    ),
    "efa_*:max_abs_gradient": "where the search in R stopped",
    "hs_invariance_school:block": "the number of the group once more",
    "hs_invariance_school:label": "the name that lavaan gives to an equality",
    "two*level*:label": "the name of an equality in the model",
    "two_level_bound:[12]": "the number of the invented data set",
    "two_level_bound:baseline.chisq": "not compared: lavaan stops before the edge, see the file",
    "twolevel_*:block": "the number of the level once more",
    "twolevel_*:rmsea.ci.level": SETTING,
    "twolevel_*:rmsea.close.h0": SETTING,
}


def keys_of(value):
    """Names in a tree of tables; the axes of a matrix are left out."""
    if isinstance(value, list):
        for each in value:
            yield from keys_of(each)
    elif isinstance(value, dict) and set(value) != {"rows", "cols", "values"}:
        for key, each in value.items():
            yield key
            if key != "data":
                yield from keys_of(each)


def variables():
    frames = ("bfi.csv.gz", "holzinger_swineford1939.csv", "thurstone_cor.csv", "demo_twolevel.csv.gz")
    invented = ("two_level_invented.csv", "waves_invented.csv")
    return {name for file in (*frames, *invented) for name in pd.read_csv(REFERENCE / "data" / file, nrows=1)}


def quoted_in(path):
    whole = (TESTS / path).read_text(encoding="utf-8")
    return set(re.findall(r'"([^"\n]+)"', whole))


def is_named(key, names):
    """In quotes as it is, or as the f-string that makes it."""
    templates = (re.escape(re.sub(r"{\w*}", "\0", name)) for name in names if "{" in name)
    whole = (each.replace("\0", ".+") for each in templates if len(re.sub(r"\W", "", each)) > 1)
    return key in names or any(re.fullmatch(each, key) for each in whole)


def known_to_be_left_out(file, key):
    return any(fnmatch(f"{file}:{key}", pattern) for pattern in NOT_OFFERED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_key_is_compared_or_known_to_be_left_out(path):
    readers = [tests for pattern, tests in READ_IN.items() if fnmatch(path.stem, pattern)]
    assert len(readers) == 1, "name the tests that read this file in READ_IN"
    compared = set().union(*map(quoted_in, readers[0]))
    data = variables() | ROWS
    seen = set(keys_of(json.loads(path.read_text(encoding="utf-8"))["values"]))
    asked = {key for key in seen if key.split("|")[0] not in data and not known_to_be_left_out(path.stem, key)}
    assert {key for key in asked if not is_named(key, compared)} == set()


def test_what_is_left_out_is_there_and_has_a_reason():
    seen = {
        f"{path.stem}:{key}"
        for path in FILES
        for key in keys_of(json.loads(path.read_text(encoding="utf-8"))["values"])
    }
    for pattern, reason in NOT_OFFERED.items():
        assert reason
        assert any(fnmatch(each, pattern) for each in seen), pattern
