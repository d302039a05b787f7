"""Hypotheses of type III: what is tested of a term when all other terms stay in the model.

With factors in interactions that depends on the coding. As SAS and lmerTest do, a main effect is tested as the average
over the levels of the factors it interacts with, and at zero of the covariates: the test of its columns when factors
are coded to sum to zero. The map between the codings is found on a small grid of levels.
"""

from __future__ import annotations

import copy
import dataclasses
import re
import warnings
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import warning
from lcresearch.multilevel.allowed import GIVEN, expression_of
from lcresearch.multilevel.small_matrices import Array

_ROWS_PER_COLUMN = 8
_COLUMN_OF_C = re.compile(r"C\(\s*(`[^`]+`|[^\W\d][\w.]*)\s*[,)]")


def hypotheses(spec: Any, frame: pd.DataFrame | None = None) -> dict[str, Array]:
    """For each term of the fixed part the contrasts that are zero when it has no effect, shape (k, p).

    Parameters
    ----------
    spec : ModelSpec
        Of the fixed part, as formulaic made it.
    frame : DataFrame, optional
        Its rows tell the range of covariates, where the formula has functions that depend on all rows:
        ``poly(year, 2)`` is no polynomial in numbers far from it.
    """
    p = len(spec.column_names)
    places = {str(term): list(found) for term, found in spec.term_indices.items()}
    factors = {name for name, (kind, _) in spec.encoder_state.items() if str(kind.value) == "categorical"}
    interacting = any(len(term.factors) > 1 and factors & {each.expr for each in term.factors} for term in spec.formula)
    found = _sum_coded(spec, factors, frame) if factors and interacting else None
    if found is None and factors and interacting:
        warnings.warn(warning("L069"), stacklevel=4)
    rows: Array = np.eye(p) if found is None else found
    return {term: _by_own(rows[columns], columns) for term, columns in places.items() if term not in ("1", "0")}


def _by_own(rows: Array, columns: list[int]) -> Array:
    """Contrasts of the same space, each with one of the term's own coefficients, as lmerTest has them.

    The F test is the same; the degrees of freedom of Fai & Cornelius (1996) depend on the choice.
    """
    own = rows[:, columns]
    return np.linalg.solve(own, rows) if np.linalg.matrix_rank(own) == len(columns) else rows


def _sum_coded(spec: Any, factors: set[str], frame: pd.DataFrame | None) -> Array | None:
    """Coefficients under sum-to-zero coding as combinations of those of the model, shape (p, p)."""
    import formulaic

    coded = {name: text for name in factors if (text := _with_sums(name)) is not None}
    if len(coded) < len(factors):
        return None
    parts = [":".join(coded.get(each.expr, expression_of(each)) for each in term.factors) for term in spec.formula]
    text = " + ".join(part for part in parts if part != "1")
    text = text or "1"
    if not any(part == "1" for part in parts):
        text = f"0 + {text}"
    grid = _grid(spec, factors, frame)
    mine = np.asarray(spec.get_model_matrix(grid, context=GIVEN), dtype=float)
    other = dataclasses.replace(
        formulaic.ModelSpec(formula=formulaic.Formula(text), output="numpy", na_action="ignore"),
        transform_state=copy.deepcopy(spec.transform_state),
    ).get_model_matrix(grid, context=GIVEN)
    found, _, rank, _ = np.linalg.lstsq(np.asarray(other, dtype=float), mine, rcond=None)
    exact = np.allclose(np.asarray(other, dtype=float) @ found, mine, atol=1e-8)
    usable = exact and rank == mine.shape[1] == found.shape[0]
    return found if usable else None


def column_of(factor: str) -> str:
    """The column of a factor: ``sector`` of ``C(sector, contr.sum)``."""
    found = _COLUMN_OF_C.match(factor)
    return (found[1] if found else factor).strip("`")


def _with_sums(factor: str) -> str | None:
    """The factor in sum-to-zero coding."""
    if factor.startswith("C("):
        found = _COLUMN_OF_C.match(factor)
        return f"C({found[1]}, contr.sum)" if found else None
    return f"C(`{factor}`, contr.sum)"


def _grid(spec: Any, factors: set[str], frame: pd.DataFrame | None) -> pd.DataFrame:
    """Rows with all levels of all factors at random; covariates as in the data, or random where there are none."""
    rng = np.random.default_rng(1)
    n = max(200, _ROWS_PER_COLUMN * len(spec.column_names))
    columns: dict[str, Any] = {}
    for name in factors:
        column = column_of(name)
        levels = spec.encoder_state[name][1]["categories"]
        values = np.array([*range(len(levels)), *rng.integers(0, len(levels), n)])[:n]
        columns[column] = pd.Categorical.from_codes(values.tolist(), categories=pd.Index(levels))
    for name in spec.variables_by_source.get("data", set()):
        if str(name) in columns:
            continue
        low, high = 0.5, 1.5
        if frame is not None and spec.transform_state:
            low, high = float(frame[str(name)].min()), float(frame[str(name)].max())
        columns[str(name)] = rng.uniform(low, high, n)
    return pd.DataFrame(columns)
