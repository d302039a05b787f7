import pandas as pd
import pytest

from lcresearch.disclosure import neutralise, neutralise_frame


@pytest.mark.parametrize("text", ["=1+1", "+31 6", "-5", "@SUM(A1)", "\tx", "\rx", "\n=1", "＝1"])
def test_text_that_starts_a_formula_gets_an_apostrophe(text):
    assert neutralise(text) == "'" + text


@pytest.mark.parametrize("value", ["team 1", "", "a=b", " x", -5, -5.5, None, True])
def test_other_values_stay_as_they_are(value):
    assert neutralise(value) is value


def test_frame_keeps_numbers_and_changes_text_names_and_index():
    frame = pd.DataFrame(
        {
            "=name": ["-1", None, "ok"],
            "n": [-1, -2, -3],
            "mean": pd.array([-1.5, None, 2.0], dtype="Float64"),
            "mixed": [-1, "=A1", 2.5],
            "kind": pd.Categorical(["+a", "b", "+a"]),
        },
        index=pd.Index(["@x", "y", "z"], name="=i"),
    )
    safe = neutralise_frame(frame)
    assert safe.columns.tolist() == ["'=name", "n", "mean", "mixed", "kind"]
    assert safe["'=name"].tolist()[::2] == ["'-1", "ok"]
    assert pd.isna(safe["'=name"].iloc[1])
    assert safe["n"].dtype == frame["n"].dtype
    assert safe["mean"].dtype == frame["mean"].dtype
    assert safe["mixed"].tolist() == [-1, "'=A1", 2.5]
    assert safe["kind"].tolist() == ["'+a", "b", "'+a"]
    assert safe.index.tolist() == ["'@x", "y", "z"]
    assert safe.index.name == "'=i"
    assert frame.index.tolist() == ["@x", "y", "z"]


def test_two_columns_of_one_name_and_a_path_as_index():
    frame = pd.DataFrame([["=a", "=b"]], columns=["x", "x"], index=pd.MultiIndex.from_tuples([("=p", 1)]))
    safe = neutralise_frame(frame)
    assert safe.iloc[0].tolist() == ["'=a", "'=b"]
    assert safe.index.tolist() == [("'=p", 1)]
