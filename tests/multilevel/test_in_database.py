"""Sums made inside a database are those of the rows, and so is the fit."""

import contextlib
import sqlite3

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from lcresearch import multilevel
from lcresearch.errors import MultilevelError
from lcresearch.multilevel import crossproducts

# ibis 12 still asks DuckDB for tables by a name that DuckDB is about to drop
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
SECTORS = ["food", "steel", "care"]


def invented(n=300):
    """Invented answers with gaps, whole numbers, truth values and texts."""
    rng = np.random.default_rng(7)
    person = np.sort(rng.integers(0, n // 3, n))
    frame = pd.DataFrame({"person": person, "team": person % 12, "firm": np.array(list("ABCDEF"))[person % 6]})
    frame["x"] = rng.uniform(0.5, 4, n)
    frame["wave"] = rng.integers(2021, 2025, n)
    frame["hours per week"] = rng.integers(1, 40, n)
    frame["yes"] = rng.random(n) < 0.4
    frame["sector"] = rng.choice(SECTORS, n)
    frame["weight"] = rng.uniform(0.5, 2, n)
    frame["y"] = 100 + frame["x"] + rng.normal(size=12)[frame["team"]] + rng.normal(size=n)
    frame["y"] += rng.normal(size=n)[person] * (frame["wave"] - 2020)
    frame = frame.astype({"team": "Int64"})
    for row, column in ((3, "y"), (3, "x"), (9, "sector"), (20, "team"), (21, "firm"), (30, "wave")):
        frame.loc[row, column] = None
    return frame


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("rows") / "rows.parquet"
    invented().to_parquet(path)
    return ibis.duckdb.connect().read_parquet(path)


def in_memory(frame):
    return ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))


def same_sums(found, expected):
    assert found.columns.names == expected.columns.names
    assert found.columns.fixed.tolist() == expected.columns.fixed.tolist()
    assert (found.n, found.n_dropped.to_dict()) == (expected.n, expected.n_dropped.to_dict())
    assert found.n_groups == expected.n_groups
    assert found.levels == expected.levels
    np.testing.assert_allclose(found.log_weights, expected.log_weights, rtol=1e-12)
    np.testing.assert_allclose(found.shift, expected.shift, rtol=1e-13)
    keys = [cross.cells.assign(cell=range(cross.sums.shape[2])) for cross in (found, expected)]
    if list(keys[0])[:-1] and expected.persons is None:
        orders = [each.sort_values(list(each)[:-1])["cell"].to_numpy() for each in keys]
        assert keys[0].iloc[orders[0], :-1].to_numpy().tolist() == keys[1].iloc[orders[1], :-1].to_numpy().tolist()
        one, other = found.sums[..., orders[0]], expected.sums[..., orders[1]]
    else:
        one, other = found.sums.sum(axis=2), expected.sums.sum(axis=2)
    size = np.sqrt(np.einsum("ii->i", expected.sums.sum(axis=2)))
    scale = (size[:, None] * size[None, :]).reshape(len(size), len(size), *[1] * (one.ndim - 2))
    np.testing.assert_allclose(one / scale, other / scale, atol=1e-13)
    for term, rows in expected.hypotheses.items():
        np.testing.assert_allclose(found.hypotheses[term], rows, atol=1e-10)


@pytest.mark.parametrize(
    ("formula", "more"),
    [
        ("y ~ x + (1 | team)", {}),
        ("y ~ x * wave + (1 + x | firm/team)", {}),
        ("y ~ x * wave + (1 + x | firm/team)", {"shift": {"wave": 2022, "y": 100.0}}),
        ("log(y) ~ I(x**2) + I((wave - 2020)**3 / 7) + sqrt(x) + exp(-x) + abs(x - 2) + (1 | team)", {}),
        ("y ~ `hours per week` + log(`hours per week`) + np.log10(x) + yes + yes:x + (1 | team)", {}),
        ("y ~ sector * x + (1 | team)", {}),
        ("y ~ 0 + sector + sector:wave + (0 + sector | team)", {}),
        ("y ~ C(sector, contr.sum) * yes + C(sector, contr.treatment('care')):x + (1 | team)", {}),
        ("y ~ C(wave) + (1 | firm)", {"levels": {"wave": [2022, 2021, 2023, 2024]}}),
        ("y ~ wave + offset(2 * x) + offset(wave) + (1 | team)", {}),
        ("y ~ x + (x || team)", {"weights": "weight"}),
        ("y ~ x + (1 | wave) + (1 | team)", {}),
        ("y ~ x + (1 | yes)", {}),
    ],
)
def test_sums_are_those_of_the_rows(table, formula, more):
    more = {"levels": {"sector": SECTORS}} | more
    same_sums(crossproducts(formula, table, **more), crossproducts(formula, invented(), **more))


PERSONS = [
    ("y ~ x + (1 | firm/person)", {}),
    ("y ~ x + wave + (1 | firm) + (1 + wave | firm:person)", {}),
    ("y ~ x + wave + (1 | firm/team) + (0 + wave | person)", {"shift": {"wave": 2022.5}}),
    ("y ~ x + wave + (1 + wave | person)", {}),
    ("y ~ x + (1 | firm/person)", {"weights": "wave"}),
]


@pytest.mark.parametrize(("formula", "more"), PERSONS)
def test_persons_are_summed_inside(table, formula, more):
    kept = table.filter(table["team"].notnull() & table["firm"].notnull())
    frame = invented().dropna(subset=["team", "firm"])
    found = crossproducts(formula, kept, persons="person", **more)
    expected = crossproducts(formula, frame, persons="person", **more)
    same_sums(found, expected)
    assert found.sums.shape == expected.sums.shape
    np.testing.assert_array_equal(np.sort(found.persons.counts), np.sort(expected.persons.counts))
    total, whole = found.persons.products.sum(axis=-1), expected.persons.products.sum(axis=-1)
    np.testing.assert_allclose(total, whole, rtol=1e-10, atol=1e-10 * np.abs(whole).max())
    one = multilevel.fit_lmm(formula, found)
    other = multilevel.fit_lmm(formula, frame, weights=more.get("weights"))
    np.testing.assert_allclose(one.tidy()["estimate"], other.tidy()["estimate"], rtol=1e-7)
    np.testing.assert_allclose(one.deviance, other.deviance, atol=1e-6)
    assert "person" not in found.cells


REFERENCES = {
    "sleepstudy_reml": {},
    "egsingle_growth": {},
    "penicillin_reml": {},
    "hsb82_full": {"sector": ["Public", "Catholic"], "minrty": ["No", "Yes"], "sx": ["Male", "Female"]},
}


@pytest.mark.parametrize(("name", "levels"), REFERENCES.items())
@pytest.mark.parametrize("where", ["database", "two parts", "database and rows"])
def test_the_fit_is_that_of_the_rows(reference, name, levels, where):
    found = reference(name)
    frame = found.frame.astype({c: str for c in found.frame if found.frame[c].dtype == "category"})
    levels = {column: each for column, each in levels.items() if column in found.formula}
    cut = len(frame) // 3
    tables = {
        "database": [in_memory(frame)],
        "two parts": [frame[:cut], frame[cut:]],
        "database and rows": [in_memory(frame[:cut]), frame[cut:]],
    }
    parts = [crossproducts(found.formula, each, levels=levels) for each in tables[where]]
    fit = multilevel.fit_lmm(found.formula, sum(parts[1:], parts[0]))
    one = fit.tidy(ddf="none").set_index("term")
    other = multilevel.fit_lmm(found.formula, crossproducts(found.formula, frame, levels=levels))
    for expected in (found.fit, other):
        table = expected.tidy(ddf="none").set_index("term").loc[one.index]
        error = table["std_error"]
        np.testing.assert_allclose((one["estimate"] - table["estimate"]) / error, 0, atol=1e-8)
        np.testing.assert_allclose(one["std_error"] / error, 1, atol=1e-8)
        np.testing.assert_allclose(fit.deviance, expected.deviance, atol=1e-6)
        variances = expected.variance_components["covariance"]
        np.testing.assert_allclose(
            fit.variance_components["covariance"], variances, rtol=1e-6, atol=1e-8 * variances.iloc[-1]
        )


@pytest.mark.parametrize(
    ("formula", "more", "code", "says"),
    [
        ("y ~ poly(x, 2) + (1 | team)", {}, "L040", "poly"),
        ("y ~ bs(x, 4) + (1 | team)", {}, "L040", "bs"),
        ("y ~ center(x) + (1 | team)", {}, "L040", "center"),
        ("scale(y) ~ x + (1 | team)", {}, "L040", "scale"),
        ("y ~ I(x > 2) + (1 | team)", {}, "L040", "I"),
        ("y ~ I(1 / 0) + (1 | team)", {}, "L040", "1 / 0"),
        ("y ~ sector + (1 | team)", {"levels": {}}, "L041", "sector"),
        ("y ~ C(wave) + (1 | team)", {}, "L041", "wave"),
        ("y ~ sector + (1 | team)", {"levels": {"sector": ["food", "care"]}}, "L042", "steel"),
        ("y ~ sector + (1 | team)", {"levels": {"sector": [1, 2]}}, "L064", "sector"),
        ("y ~ log(x - 2) + (1 | team)", {}, "L061", "log"),
        ("y ~ I(x / (x - x)) + (1 | team)", {}, "L061", "x"),
        ("y ~ x + (1 | team)", {"weights": "yes"}, "L063", "yes"),
        ("y ~ x + (1 | tea)", {}, "L005", "tea"),
        ("y ~ x + (1 | team) + (1 | person)", {"persons": "team"}, "L047", "team"),
        ("y ~ x + (1 | team)", {"persons": "x"}, "L046", "x"),
        ("y ~ x + (1 | team)", {"shift": {"z": 1}}, "L062", "z"),
        ("sector ~ x + (1 | team)", {}, "L007", "sector"),
    ],
)
def test_what_a_database_cannot_do_is_named(table, formula, more, code, says):
    more = {"levels": {"sector": SECTORS}} | more
    with pytest.raises(MultilevelError, match=says) as refused:
        crossproducts(formula, table, **more)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_table_without_complete_rows_and_one_that_is_gone(table):
    with pytest.raises(MultilevelError) as refused:
        crossproducts("y ~ x + (1 | team)", table.filter(table["y"].isnull()))
    assert refused.value.problems[0].code == "L006"
    broken = ibis.table({"y": "float64", "x": "float64", "team": "int64"}, name="nowhere")
    with pytest.raises(MultilevelError) as gone:
        crossproducts("y ~ x + (1 | team)", broken)
    assert gone.value.problems[0].code == "L064"


def test_a_table_can_be_fitted_at_once(table):
    formula = "y ~ x + (1 | team)"
    one, other = multilevel.fit_lmm(formula, table), multilevel.fit_lmm(formula, invented())
    np.testing.assert_allclose(one.tidy().iloc[:, 1:], other.tidy().iloc[:, 1:], rtol=1e-7)
    with pytest.raises(MultilevelError) as refused:
        multilevel.fit_lmm(formula, invented().to_dict())
    assert refused.value.problems[0].code == "L045"


def test_columns_of_groups_may_have_any_name():
    frame = invented().rename(columns={"team": "n", "firm": "complete"})[["y", "x", "n", "complete"]]
    formula = "y ~ x + (1 | complete/n)"
    same_sums(crossproducts(formula, in_memory(frame)), crossproducts(formula, frame))


@pytest.mark.parametrize(
    ("formula", "more"),
    [
        ("y ~ x * wave + (1 + x | firm/team)", {}),
        ("y ~ sector * x + log(x) + (1 | team)", {"levels": {"sector": SECTORS}}),
        ("y ~ x + (1 | team)", {"weights": "weight"}),
        ("y ~ x + wave + (1 | team/person)", {"persons": "person"}),
    ],
)
def test_polars_makes_the_same_sums(formula, more):
    pytest.importorskip("polars")
    frame = invented()
    table = ibis.polars.connect().create_table("answers", pa.Table.from_pandas(frame, preserve_index=False))
    same_sums(crossproducts(formula, table, **more), crossproducts(formula, frame, **more))


def test_a_database_without_not_a_number_is_refused_by_name(tmp_path):
    path = tmp_path / "answers.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        invented().to_sql("answers", connection, index=False)
    backend = ibis.sqlite.connect(path)
    with pytest.raises(MultilevelError) as refused:
        crossproducts("y ~ x + (1 | team)", backend.table("answers"))
    backend.disconnect()
    assert refused.value.problems[0].code == "L064"
