"""New outcomes from a fitted model, and the same model fitted to other outcomes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lcresearch.multilevel.crossproducts import Crossproducts, cells_of
from lcresearch.multilevel.design import Design
from lcresearch.multilevel.estimates import Estimates
from lcresearch.multilevel.small_matrices import Array

if TYPE_CHECKING:
    from lcresearch.multilevel.linear_mixed_model import LinearMixedModel


def simulated(design: Design, estimates: Estimates, n_sims: int, rng: np.random.Generator) -> Array:
    """Outcomes of a model with new random effects and residuals, shape (n, n_sims), without the offset.

    Parameters
    ----------
    design : Design
    estimates : Estimates
        Fixed effects, covariance matrices and residual variance to simulate from.
    n_sims : int
    rng : Generator
    """
    n = len(design.matrix)
    fixed = design.matrix[:, design.columns.fixed] @ estimates.beta
    found = fixed[:, None] + random_parts(design, estimates.covariances, n_sims, rng)
    scale = np.sqrt(estimates.sigma2)
    residual = rng.normal(size=(n, n_sims)) * scale
    return found + (residual if design.weights is None else residual / np.sqrt(design.weights)[:, None])


def random_parts(design: Design, covariances: Sequence[Array], n_sims: int, rng: np.random.Generator) -> Array:
    """What new random effects add to each row, shape (n, n_sims).

    Parameters
    ----------
    design : Design
    covariances : sequence of array, shape (q, q)
        A term each, in the order of the formula.
    n_sims : int
    rng : Generator
    """
    found = np.zeros((len(design.matrix), n_sims))
    for term, covariance in zip(design.columns.terms, covariances, strict=True):
        values, vectors = np.linalg.eigh(covariance)
        root = vectors * np.sqrt(np.maximum(values, 0))
        grouping = design.groupings[term.term.group]
        effects = rng.normal(size=(len(grouping.labels), n_sims, len(values))) @ root.T
        for place, column in enumerate(term.columns):
            found += design.matrix[:, [column]] * grouping.gathered(effects[:, :, place])
    return found


class OtherOutcomes:
    """Fits a model to other outcomes of the same rows: only the sums with y are made anew.

    Parameters
    ----------
    design : Design
    cross : Crossproducts
        Of these rows, with any outcome.
    reml : bool
    """

    def __init__(self, design: Design, cross: Crossproducts, *, reml: bool) -> None:
        self._design, self._cross, self._reml = design, cross, reml
        codes = {group: found.codes for group, found in design.groupings.items()}
        self._cells = cells_of(codes, len(design.matrix))[0]
        self._shifted = (design.matrix - cross.shift)[:, :-1]
        self._weighted = self._shifted if design.weights is None else self._shifted * design.weights[:, None]

    def fit(self, outcome: Array) -> LinearMixedModel:
        """The same model with this outcome, shape (n,), from which the offset was taken off; the rows are not kept."""
        from lcresearch.multilevel.fitting import fitted
        from lcresearch.multilevel.model import model_of

        cross = self._cross
        n_cells = cross.sums.shape[2]
        mean = float(outcome.mean())
        moved = outcome - mean
        sums = cross.sums.copy()
        for place in range(len(cross.shift) - 1):
            sums[place, -1] = sums[-1, place] = np.bincount(self._cells, self._weighted[:, place] * moved, n_cells)
        own = moved if self._design.weights is None else moved * self._design.weights
        sums[-1, -1] = np.bincount(self._cells, own * moved, n_cells)
        shift = cross.shift.copy()
        shift[-1] = mean
        other = dataclasses.replace(cross, sums=sums, shift=shift)
        return fitted(model_of(other, reml=self._reml), None)
