"""Effects, variances, labels and moderators as a user gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.effect_columns import effects
from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.random_effects.heterogeneity import Studies


@dataclass(frozen=True)
class Input:
    """Studies with their names, and the design with the names of its columns.

    Attributes
    ----------
    data : DataFrame, optional
        Rows of the studies that are used.
    left_out : tuple of str
        Names of studies without an effect.
    kept : array of bool, shape (given,)
        Which of the studies given are used.
    moderators : DataFrame, optional
        What the design was made of.
    """

    studies: Studies
    labels: tuple[str, ...]
    terms: tuple[str, ...]
    data: pd.DataFrame | None
    kept: npt.NDArray[np.bool_]
    left_out: tuple[str, ...] = ()
    spec: Any = None
    moderators: pd.DataFrame | None = None

    def used(self, values: Any) -> Any:
        """Of values for all studies given, those of the studies used; others as they are."""
        array = np.asarray(values)
        return array[self.kept] if array.ndim and len(array) == len(self.kept) else array


def read_studies(yi: Any, vi: Any, data: pd.DataFrame | None, labels: Any, moderators: Any) -> Input:
    """Effects and design, checked.

    Raises
    ------
    SynthesisError
        Y060 to Y064: what is wrong with the effects (:func:`lcresearch.synthesis.effect_columns.effects`); Y004, Y005:
        moderators that are not there, or of another length; Y013: a missing moderator; Y015: fewer than two studies;
        Y016: as many coefficients as studies; Y017: moderators that follow from each other.
    """
    given = effects(yi, vi, data, labels, repeated_labels=True)
    names = tuple(given.labels)
    if len(names) < 2:
        raise SynthesisError("Y015", n=len(names))
    data = _rows(data, given.kept)
    terms: tuple[str, ...]
    if moderators is None:
        x, terms, spec, used = np.ones((len(names), 1)), ("intercept",), None, None
    else:
        x, terms, spec, used = _design(_rows(moderators, given.kept), data, names)
    studies = Studies(given.yi, given.vi, x)
    if studies.k <= studies.p:
        raise SynthesisError("Y016", n=studies.k, p=studies.p)
    if np.linalg.matrix_rank(x / np.maximum(np.abs(x).max(axis=0), 1e-300)) < studies.p:
        raise SynthesisError("Y017", terms=terms)
    return Input(studies, names, terms, data, given.kept, tuple(given.left_out), spec, used)


def _rows(values: Any, kept: npt.NDArray[np.bool_]) -> Any:
    """Rows of a frame or series that belong to studies used."""
    if not isinstance(values, pd.DataFrame | pd.Series) or kept.all():
        return values
    return values[kept] if len(values) == len(kept) else values


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
