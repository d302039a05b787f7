"""Sums of products in one Parquet file: a row a cell, and the rest as JSON in its metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import MultilevelError, Place
from lcresearch.files import reason_of, write_whole
from lcresearch.multilevel.crossproducts import VERSION, Crossproducts, Persons, memberships_of
from lcresearch.multilevel.design import Columns, TermColumns
from lcresearch.multilevel.formula import Formula, parse
from lcresearch.multilevel.groupings import cell_groupings
from lcresearch.multilevel.person_classes import varying_columns
from lcresearch.multilevel.small_matrices import Array
from lcresearch.parquet_limits import read_within_limits

Integers = npt.NDArray[np.int64]
_KEY = b"lcresearch.crossproducts"
_MOST_COLUMNS = 500
_MOST_BYTES = 8 * 2**30
_MOST_BYTES_INSIDE = 2**29
_MOST_JSON = 32 * 2**20
_ROUNDING = 1e-9
_LABELS = (bool, int, float, str)


def save(cross: Crossproducts, path: Path) -> Path:
    """Write one Parquet file, whole or not at all.

    Of symmetric matrices only the part below the diagonal is written.
    """
    return write_whole(path, to_bytes(cross))


def to_bytes(cross: Crossproducts) -> bytes:
    """The content of the file, the same for the same sums."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, Any] = {f"group:{name}": pa.array(values) for name, values in cross.cells.items()}
    m = len(cross.columns.names)
    columns |= {f"sum:{i}:{j}": cross.sums[i, j] for j, i in _lower(m)}
    if cross.persons is not None:
        e = len(cross.persons.columns)
        flat = cross.persons.products.reshape(m * e, m * e, -1)
        columns["persons"] = cross.persons.counts
        columns |= {f"product:{i}:{j}": flat[i, j] for j, i in _lower(m * e)}
    table = pa.table(columns).replace_schema_metadata({_KEY: json.dumps(_described(cross)).encode()})
    buffer = pa.BufferOutputStream()
    pq.write_table(table, buffer)
    return bytes(buffer.getvalue())


def load(path: Path, content: bytes | None = None) -> Crossproducts:
    """Read what :func:`save` wrote.

    Parameters
    ----------
    path : Path
    content : bytes, optional
        What the file holds, where it was read already; ``path`` is then its name in messages.

    Raises
    ------
    MultilevelError
        L048, with the reason, for a file that is no such file, is too large, or does not hold together: values that
        are missing or not finite, squares below zero, products larger than their squares allow, counts that are no
        whole numbers, places that do not exist, an unknown version.
    """
    table, described = _read(path, content)
    try:
        return _restored(table, described)
    except MultilevelError as error:
        raise error if error.problems[0].code == "L048" else _refused(path, str(error.problems[0].message())) from error
    except _NotRightError as error:
        raise _refused(path, str(error)) from error
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError, RecursionError) as error:
        raise _refused(path, f"metadata ({type(error).__name__}: {error})") from error


class _NotRightError(Exception):
    """Something in a file that does not hold together."""


def _refused(path: Path, why: str) -> MultilevelError:
    return MultilevelError("L048", where=Place(file=str(path)), why=why[:300])


def _fail(why: str) -> NoReturn:
    raise _NotRightError(why)


def _lower(size: int) -> list[tuple[int, int]]:
    return list(combinations_with_replacement(range(size), 2))


def _described(cross: Crossproducts) -> dict[str, Any]:
    return {
        "version": cross.version,
        "formula": cross.formula,
        "names": list(cross.columns.names),
        "fixed": cross.columns.fixed.tolist(),
        "terms": [term.columns.tolist() for term in cross.columns.terms],
        "shift": cross.shift.tolist(),
        "levels": {name: list(levels) for name, levels in cross.levels.items()},
        "n": cross.n,
        "n_dropped": {str(name): int(n) for name, n in cross.n_dropped.items()},
        "weights": cross.weights,
        "log_weights": cross.log_weights,
        "data_dependent": list(cross.data_dependent),
        "hypotheses": {term: rows.tolist() for term, rows in cross.hypotheses.items()},
        "persons": None if cross.persons is None else list(cross.persons.group),
    }


def _read(path: Path, content: bytes | None) -> tuple[Any, Mapping[str, Any]]:
    """The table and what its metadata say, after a look at how large it is."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source = path if content is None else pa.BufferReader(content)
        with pq.ParquetFile(source, thrift_string_size_limit=_MOST_JSON, thrift_container_size_limit=2**24) as file:
            found = (file.schema_arrow.metadata or {}).get(_KEY)
            if found is None or len(found) > _MOST_JSON:
                raise _refused(path, "metadata")
            described = json.loads(found)
            version = described.get("version") if isinstance(described, dict) else None
            if version != VERSION:
                raise _refused(path, f"version {version}")
            most = _MOST_BYTES if content is None else _MOST_BYTES_INSIDE
            if file.metadata.num_rows * max(file.metadata.num_columns, 1) * 8 > most:
                raise _refused(path, f"{file.metadata.num_rows} x {file.metadata.num_columns}")
            return read_within_limits(file, source, use_threads=content is None), described
    except OSError as error:
        raise _refused(path, reason_of(error)) from error
    except (pa.ArrowException, ValueError, RecursionError) as error:
        raise _refused(path, " ".join(str(error).split())) from error


def _restored(table: Any, described: Mapping[str, Any]) -> Crossproducts:
    formula = parse(described["formula"])
    columns = _columns(formula, described)
    m, n_cells = len(columns.names), table.num_rows
    if not n_cells:
        _fail("0 rows")
    persons = None if described["persons"] is None else tuple(described["persons"])
    if persons is not None and persons not in columns.groups:
        _fail("persons")
    sums = _symmetric(table, "sum", m, n_cells)
    groups = [group for group in columns.groups if group not in (persons, *columns.memberships)]
    labels: dict[str, Any] = {name: _labels(table, name) for group in groups for name in group}
    for group in columns.memberships:
        labels |= _memberships(table, group[0])
    cells = pd.DataFrame(labels, index=pd.RangeIndex(n_cells))
    found = cell_groupings(cells, [group for group in columns.groups if group != persons], columns.memberships)
    weights, log_weights = described["weights"], _number(described["log_weights"])
    n = _whole(described["n"], "n")
    if n < 1 or (weights is None and (log_weights != 0 or abs(sums[0, 0].sum() - n) > _ROUNDING * n)):
        _fail("n")
    cross = Crossproducts(
        formula.text,
        columns,
        _vector(described["shift"], m),
        sums,
        {group: each.codes for group, each in found.items()},
        {group: each.labels for group, each in found.items()},
        n,
        log_weights,
        pd.Series({str(k): _whole(v, "n_dropped") for k, v in described["n_dropped"].items()}, dtype="int64"),
        {str(term): _matrix(rows, len(columns.fixed)) for term, rows in described["hypotheses"].items()},
        None if weights is None else str(weights),
        {str(name): tuple(_label(level) for level in levels) for name, levels in described["levels"].items()},
        tuple(str(part) for part in described["data_dependent"]),
        None if persons is None else _persons(table, columns, persons, n_cells),
        memberships_of(found),
    )
    if "any" not in cross.n_dropped or cross.shift[0] != 0 or (sums[0, 0] <= 0).any():
        _fail("counts")
    return cross


def _columns(formula: Formula, described: Mapping[str, Any]) -> Columns:
    names = tuple(str(name) for name in described["names"])
    m = len(names)
    if not 2 <= m <= _MOST_COLUMNS or len(described["terms"]) != len(formula.random):
        _fail("columns")
    fixed = _places(described["fixed"], m)
    terms = []
    for term, places in zip(formula.random, described["terms"], strict=True):
        own = _places(places, m)
        terms.append(TermColumns(term, own, tuple(names[place] for place in own)))
    return Columns(names, fixed, tuple(terms))


def _persons(table: Any, columns: Columns, group: tuple[str, ...], n_cells: int) -> Persons:
    varying = varying_columns(columns, group)
    m, e = len(columns.names), len(varying)
    counts = _numbers(table, "persons")
    if (counts < 1).any() or (counts != np.round(counts)).any():
        _fail("persons")
    products = _symmetric(table, "product", m * e, n_cells)
    return Persons(group, varying, counts, products.reshape(m, e, m, e, n_cells))


def _symmetric(table: Any, kind: str, size: int, n: int) -> Array:
    """Matrices from their parts below the diagonal, which must be possible as sums of products."""
    found = np.empty((size, size, n))
    for j, i in _lower(size):
        found[i, j] = found[j, i] = _numbers(table, f"{kind}:{i}:{j}")
    squares = np.einsum("iij->ij", found)
    if (squares < -_ROUNDING * squares.max(axis=1, keepdims=True)).any():
        _fail(f"{kind}: squares below zero")
    squares = np.maximum(squares, _ROUNDING * squares.max(axis=1, keepdims=True))
    for j, i in _lower(size):
        if (np.abs(found[i, j]) > (1 + _ROUNDING) * np.sqrt(squares[i]) * np.sqrt(squares[j]) + 1e-300).any():
            _fail(f"{kind}: {i}, {j}")
    return found


def _numbers(table: Any, name: str) -> Array:
    if table.column_names.count(name) != 1:
        _fail(name)
    values = np.asarray(table.column(name).to_numpy(), dtype=float)
    if not np.isfinite(values).all():
        _fail(f"{name}: NaN")
    return values


def _memberships(table: Any, label: str) -> dict[str, Any]:
    """Groups and weights of multiple membership; a group is missing where its weight is zero, and only there."""
    n = sum(name.startswith(f"group:{label}[") for name in table.column_names)
    found: dict[str, Any] = {}
    total: Array = np.zeros(table.num_rows)
    for name in (f"{label}[{place}]" for place in range(1, n // 2 + 1)):
        weights = _numbers(table, f"group:{name} weight")
        found[name], found[f"{name} weight"] = _labels(table, name, without=weights == 0), weights
        total += weights
        if (weights < 0).any():
            _fail(f"group:{name} weight")
    if not (total > 0).all():
        _fail(f"group:{label}")
    return found


def _labels(table: Any, name: str, without: npt.NDArray[np.bool_] | None = None) -> pd.Series[Any]:
    """Labels of cells; ``without``: the cells that have none, where some may."""
    if table.column_names.count(f"group:{name}") != 1:
        _fail(f"group:{name}")
    column = table.column(f"group:{name}")
    missing = column.is_null().to_numpy(zero_copy_only=False)
    if missing.any() if without is None else (missing != without).any():
        _fail(f"group:{name}: NaN")
    found = [None if value is None else _label(value) for value in column.to_pylist()]
    values = pd.Series(found, dtype=None if without is None else object)
    if len({type(value) is str for value in values if value is not None}) > 1:
        _fail(f"group:{name}")
    return values


def _label(value: Any) -> Any:
    if not isinstance(value, _LABELS) and not hasattr(value, "isoformat"):
        _fail(f"{type(value).__name__}")
    return value


def _places(values: Sequence[Any], m: int) -> Integers:
    """Places of predictors: the last column is the outcome."""
    found = [_whole(value, "columns") for value in values]
    if any(not 0 <= place < m - 1 for place in found):
        _fail("columns")
    return np.array(found, dtype=np.int64)


def _whole(value: Any, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        _fail(what)
    return value


def _number(value: Any) -> float:
    found = float(value)
    if not np.isfinite(found):
        _fail("NaN")
    return found


def _vector(values: Sequence[Any], size: int) -> Array:
    found = np.array([_number(value) for value in values])
    if found.shape != (size,):
        _fail("shift")
    return found


def _matrix(rows: Sequence[Sequence[Any]], width: int) -> Array:
    found = np.array(rows, dtype=float)
    if found.ndim != 2 or found.shape[1] != width or not np.isfinite(found).all():
        _fail("hypotheses")
    return found
