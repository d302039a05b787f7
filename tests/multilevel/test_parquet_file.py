"""Sums of products go through a file unchanged, and files that do not hold together are refused."""

import datetime
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lcresearch import multilevel
from lcresearch.errors import MultilevelError
from lcresearch.multilevel import Crossproducts, crossproducts

KEY = b"lcresearch.crossproducts"
FORMULA = "y ~ x + role + (1 | firm) + (1 + x | firm:person)"


def invented():
    """Invented answers of 30 persons at three waves."""
    rng = np.random.default_rng(1)
    person = np.repeat(np.arange(30), 3)
    frame = pd.DataFrame({"x": np.tile([1, 2, 3], 30), "person": person, "firm": np.array(list("ABCDEF"))[person % 6]})
    frame["role"] = np.array(["boss", "maker"])[person % 2]
    frame["y"] = rng.normal(size=90) + rng.normal(size=30)[person] + 0.3 * (rng.normal(size=30)[person] * frame["x"])
    frame.loc[4, "y"] = np.nan
    return frame


@pytest.mark.parametrize("changes", [{}, {"persons": "person"}, {"weights": "x"}])
def test_a_file_gives_back_what_was_written(tmp_path, changes):
    cross = crossproducts(FORMULA, invented(), **changes)
    path = cross.save(tmp_path / "sums.parquet")
    found = Crossproducts.load(path)
    np.testing.assert_array_equal(found.sums, cross.sums)
    np.testing.assert_array_equal(found.shift, cross.shift)
    assert found.n_dropped.to_dict() == cross.n_dropped.to_dict() == {"y": 1, "any": 1}
    assert (found.formula, found.n, found.log_weights) == (cross.formula, cross.n, cross.log_weights)
    assert found.levels == cross.levels == {"role": ("boss", "maker")}
    assert found.n_groups == cross.n_groups
    if cross.persons is not None:
        np.testing.assert_array_equal(found.persons.products, cross.persons.products)
    one, other = multilevel.fit_lmm(FORMULA, cross), multilevel.fit_lmm(FORMULA, found)
    pd.testing.assert_frame_equal(one.tidy(), other.tidy())
    pd.testing.assert_frame_equal(one.terms(), other.terms())
    assert (found + cross).n == 2 * cross.n
    assert [each.name for each in tmp_path.iterdir()] == ["sums.parquet"]


def test_labels_of_other_kinds(tmp_path):
    frame = invented().assign(firm=lambda d: [datetime.date(2026, 1, 1 + ord(f) - 65) for f in d["firm"]])
    cross = crossproducts("y ~ x + (1 | firm)", frame)
    found = Crossproducts.load(cross.save(tmp_path / "sums.parquet"))
    assert found.labels[("firm",)].tolist() == cross.labels[("firm",)].tolist()


def changed(path, metadata=None, columns=None, drop=()):
    table = pq.read_table(path)
    described = json.loads(table.schema.metadata[KEY]) | (metadata or {})
    for name, values in (columns or {}).items():
        table = table.set_column(table.column_names.index(name), name, pa.array(values(table.column(name).to_numpy())))
    table = table.drop_columns(list(drop))
    pq.write_table(table.replace_schema_metadata({KEY: json.dumps(described).encode()}), path)


@pytest.mark.parametrize(
    "change",
    [
        {"metadata": {"version": 99}},
        {"metadata": {"formula": "y ~ x"}},
        {"metadata": {"formula": "y ~ ("}},
        {"metadata": {"formula": 3}},
        {"metadata": {"fixed": [0, 17]}},
        {"metadata": {"fixed": [0, -1]}},
        {"metadata": {"fixed": [0, 3]}},
        {"metadata": {"terms": [[0]]}},
        {"metadata": {"shift": [0, 1]}},
        {"metadata": {"shift": [0, 1, 2, float("nan")]}},
        {"metadata": {"shift": [5, 1, 2, 3]}},
        {"metadata": {"n": 10**9}},
        {"metadata": {"n": -1}},
        {"metadata": {"n": "89"}},
        {"metadata": {"n_dropped": {"y": -1}}},
        {"metadata": {"log_weights": float("inf")}},
        {"metadata": {"persons": ["nobody"]}},
        {"metadata": {"hypotheses": {"x": [[1, 2]]}}},
        {"metadata": {"levels": {"role": [["boss"]]}}},
        {"columns": {"sum:0:0": lambda v: v * np.nan}},
        {"columns": {"sum:0:0": lambda v: -v}},
        {"columns": {"sum:1:0": lambda v: v + 1e6}},
        {"columns": {"persons": lambda v: v + 0.5}},
        {"columns": {"product:1:0": lambda v: v + 1e9}},
        {"columns": {"group:firm": lambda v: [None, *v[1:]]}},
        {"drop": ["sum:1:1"]},
        {"drop": ["group:firm"]},
        {"drop": ["product:3:3"]},
    ],
)
def test_a_file_that_does_not_hold_together_is_refused(tmp_path, change):
    path = crossproducts(FORMULA, invented(), persons="person").save(tmp_path / "sums.parquet")
    changed(path, **change)
    with pytest.raises(MultilevelError, match=r"sums\.parquet") as refused:
        Crossproducts.load(path)
    assert refused.value.problems[0].code == "L048"


def test_other_files_are_refused(tmp_path, monkeypatch):
    text, plain = tmp_path / "a.parquet", tmp_path / "b.parquet"
    text.write_text("no table", encoding="utf-8")
    invented().to_parquet(plain)
    large = crossproducts("y ~ x + (1 | firm)", invented()).save(tmp_path / "c.parquet")
    monkeypatch.setattr("lcresearch.multilevel.parquet_file._MOST_BYTES", 100)
    for path in (text, plain, large, tmp_path / "nothing.parquet"):
        with pytest.raises(MultilevelError) as refused:
            Crossproducts.load(path)
        assert refused.value.problems[0].code == "L048"
