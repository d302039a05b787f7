"""Effects, variances, labels and moderators as a user gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.effect_columns import effects
from lcresearch.synthesis.random_effects.design import design_of, moderators_as_frame
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

    def column(self, values: Any) -> Any:
        """A column of the data by its name, or an array, with a value for each study that is used.

        Raises
        ------
        SynthesisError
            Y005: no such column; Y004: another number of values; Y013: studies without a value.
        """
        if isinstance(values, str):
            if self.data is None or values not in self.data.columns:
                known = [] if self.data is None else list(map(str, self.data.columns))
                raise SynthesisError("Y005", column=values, known=known)
            values = self.data[values]
        array = self.used(values)
        if len(array) != self.studies.k:
            raise SynthesisError("Y004", found=[f"yi: {self.studies.k}", f"by: {len(array)}"])
        empty = pd.isna(array)
        if empty.any():
            raise SynthesisError("Y013", studies=[n for n, e in zip(self.labels, empty, strict=True) if e])
        return array


def read_studies(yi: Any, vi: Any, data: pd.DataFrame | None, labels: Any, moderators: Any) -> Input:
    """Effects and design, checked.

    Raises
    ------
    SynthesisError
        Y060 to Y064: what is wrong with the effects (:func:`lcresearch.synthesis.effect_columns.effects`); Y004, Y005:
        moderators that are not there, or of another length; Y013: a missing moderator; Y015: fewer than two studies;
        Y016: as many coefficients as studies; Y017: moderators that follow from each other; Y030 to Y032: a name that
        stands twice, a moderator that is infinite, a formula that cannot be read.
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
        x, terms, spec, used = design_of(_rows(moderators_as_frame(moderators), given.kept), data, names)
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
