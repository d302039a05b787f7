"""Effects, variances, labels and moderators as a user gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import Problem, SynthesisError
from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.random_effects.heterogeneity import Studies


@dataclass(frozen=True)
class Input:
    """Studies with their names, and the design with the names of its columns; ``moderators``: what it was made of."""

    studies: Studies
    labels: tuple[str, ...]
    terms: tuple[str, ...]
    data: pd.DataFrame | None
    spec: Any = None
    moderators: pd.DataFrame | None = None


def read_studies(yi: Any, vi: Any, data: pd.DataFrame | None, labels: Any, moderators: Any) -> Input:
    """Effects and design, checked.

    Raises
    ------
    SynthesisError
        Y005: a column that is not there; Y004: lengths differ; Y013: a missing or infinite effect, variance or
        moderator; Y014: a variance that is not above 0; Y015: fewer than two studies; Y016: as many coefficients as
        studies; Y017: moderators that follow from each other.
    """
    y, v = (_numbers(name, value, data) for name, value in (("yi", yi), ("vi", vi)))
    v = np.broadcast_to(v, y.shape).copy() if len(v) == 1 else v
    if len(y) != len(v):
        raise SynthesisError("Y004", found=[f"yi: {len(y)}", f"vi: {len(v)}"])
    names = _labels(labels, yi, data, len(y))
    _refuse(names, y, v)
    terms: tuple[str, ...]
    if moderators is None:
        x, terms, spec, used = np.ones((len(y), 1)), ("intercept",), None, None
    else:
        x, terms, spec, used = _design(moderators, data, names)
    studies = Studies(y, v, x)
    if studies.k <= studies.p:
        raise SynthesisError("Y016", n=studies.k, p=studies.p)
    if np.linalg.matrix_rank(x / np.maximum(np.abs(x).max(axis=0), 1e-300)) < studies.p:
        raise SynthesisError("Y017", terms=terms)
    return Input(studies, names, terms, data, spec, used)


def _numbers(name: str, value: Any, data: pd.DataFrame | None) -> Array:
    if isinstance(value, str):
        if data is None or value not in data.columns:
            raise SynthesisError("Y005", column=value, known=[] if data is None else [str(c) for c in data.columns])
        value = data[value]
    try:
        return np.atleast_1d(np.asarray(value, dtype=np.float64)).ravel()
    except (TypeError, ValueError) as error:
        raise SynthesisError("Y010", figure=name) from error


def _labels(labels: Any, yi: Any, data: pd.DataFrame | None, k: int) -> tuple[str, ...]:
    if isinstance(labels, str):
        if data is None or labels not in data.columns:
            raise SynthesisError("Y005", column=labels, known=[] if data is None else [str(c) for c in data.columns])
        labels = data[labels]
    if labels is None:
        index = data.index if data is not None else yi.index if isinstance(yi, pd.Series) else None
        plain = index is None or isinstance(index, pd.RangeIndex)
        labels = [str(row + 1) for row in range(k)] if plain else index
    names = tuple(str(label) for label in labels)
    if len(names) != k:
        raise SynthesisError("Y004", found=[f"yi: {k}", f"labels: {len(names)}"])
    return names


def _refuse(names: Sequence[str], y: Array, v: Array) -> None:
    problems = []
    missing = ~(np.isfinite(y) & np.isfinite(v))
    if missing.any():
        problems.append(Problem("Y013", values={"studies": [n for n, m in zip(names, missing, strict=True) if m]}))
    small = np.isfinite(v) & (v <= 0)
    if small.any():
        problems.append(Problem("Y014", values={"studies": [n for n, m in zip(names, small, strict=True) if m]}))
    if len(y) < 2:
        problems.append(Problem("Y015", values={"n": len(y)}))
    if problems:
        raise SynthesisError(problems)


def _design(
    moderators: Any, data: pd.DataFrame | None, names: tuple[str, ...]
) -> tuple[Array, tuple[str, ...], Any, pd.DataFrame]:
    """Design matrix with an intercept from a formula, names of columns, or a frame of moderators; and what it used."""
    from formulaic import Formula, model_matrix
    from formulaic.errors import FactorEvaluationError

    if isinstance(moderators, pd.DataFrame | pd.Series):
        data = moderators.to_frame() if isinstance(moderators, pd.Series) else moderators
        moderators = [str(column) for column in data.columns]
        data = data.set_axis(moderators, axis=1)
    if data is None:
        raise SynthesisError("Y005", column=str(moderators), known=[])
    if not isinstance(moderators, str):
        absent = [column for column in moderators if column not in data.columns]
        if absent:
            raise SynthesisError("Y005", column=absent[0], known=[str(c) for c in data.columns])
        moderators = " + ".join(f"`{column}`" for column in moderators)
    elif moderators in data.columns:
        moderators = f"`{moderators}`"
    try:
        formula = Formula(moderators)
        used = [column for column in data.columns if column in formula.required_variables]
        empty = data[used].isna().any(axis=1).to_numpy()
        if empty.any():
            raise SynthesisError("Y013", studies=[n for n, m in zip(names, empty, strict=True) if m])
        matrix = model_matrix(formula, data)
    except FactorEvaluationError as error:
        raise SynthesisError("Y005", column=str(moderators), known=[str(c) for c in data.columns]) from error
    terms = tuple("intercept" if name == "Intercept" else str(name) for name in matrix.columns)
    if len(matrix) != len(names):
        raise SynthesisError("Y004", found=[f"yi: {len(names)}", f"moderators: {len(matrix)}"])
    return np.asarray(matrix, dtype=np.float64), terms, matrix.model_spec, data[used]
