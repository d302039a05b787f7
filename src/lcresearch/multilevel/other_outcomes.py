"""Outcomes that a generalised model makes, and the same model fitted to other outcomes or to fewer groups.

Rows, their order and the units of parameters stay; only the family with the outcomes is another. A search begins at the
estimates, with their curvature and modes, so that a refit takes a few evaluations.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.special

from lcresearch.multilevel.design import Design
from lcresearch.multilevel.generalised_model import GeneralisedModel
from lcresearch.multilevel.joint_optimum import JointDeviance, JointOptimum, descended, positive_inverse
from lcresearch.multilevel.outcomes import Outcome
from lcresearch.multilevel.simulation import random_parts
from lcresearch.multilevel.small_matrices import Array

_MOST = 40.0
_SETTLED = 1e-6


def predictors(
    design: Design, model: GeneralisedModel, beta: Array, covariances: Sequence[Array], n: int, rng: np.random.Generator
) -> Array:
    """Linear predictors of the rows with new random effects, shape (n_rows, n).

    Parameters
    ----------
    design : Design
    model : GeneralisedModel
    beta : array, shape (p,)
        Fixed effects; zero for a constant for which thresholds stand.
    covariances : sequence of array, shape (q, q)
    n : int
    rng : Generator
    """
    fixed = design.matrix[:, model.cross.columns.fixed] @ beta
    fixed = fixed if design.offset is None else fixed + design.offset
    return fixed[:, None] + random_parts(design, covariances, n, rng)


def drawn(outcome: Outcome, eta: Array, thresholds: Array, rng: np.random.Generator) -> Array:
    """Successes, counts or codes of categories at linear predictors, of the same shape (n_rows, n)."""
    if outcome.family == "poisson":
        return rng.poisson(np.exp(np.minimum(eta, _MOST))).astype(float)
    if outcome.family == "cumulative":
        noise = rng.logistic(size=eta.shape) if outcome.link == "logit" else rng.normal(size=eta.shape)
        return np.searchsorted(thresholds, eta + noise).astype(float)
    chance = scipy.special.expit(eta) if outcome.link == "logit" else scipy.special.ndtr(eta)
    return rng.binomial(outcome.sizes.astype(np.int64)[:, None], chance).astype(float)


@dataclass(frozen=True)
class Refits:
    """A fitted model that can be fitted again.

    Attributes
    ----------
    model : GeneralisedModel
    optimum : JointOptimum
    """

    model: GeneralisedModel
    optimum: JointOptimum

    def to_outcome(self, values: Array) -> tuple[Array, bool]:
        """The parameters that other values of the rows give, in working units, and whether the search ended well."""
        return self._fitted(dataclasses.replace(self.model.outcome, values=values))

    def without(self, out: npt.NDArray[np.bool_]) -> tuple[Array, bool]:
        """The parameters without some rows: they count zero times, and their random effects are at zero."""
        outcome = self.model.outcome
        values = np.where(out, 0.0, outcome.values) if outcome.family == "binomial" else outcome.values
        return self._fitted(dataclasses.replace(outcome, values=values, sizes=np.where(out, 0.0, outcome.sizes)))

    def _fitted(self, outcome: Outcome) -> tuple[Array, bool]:
        model = dataclasses.replace(self.model, outcome=outcome, family=outcome.rows(self.model.row_order))
        deviance = JointDeviance(model, model.parameters, self.optimum.evaluation.modes.scores)
        vector, search, settled = descended(deviance, self.optimum.vector, positive_inverse(self.optimum.hessian))
        return vector, settled and search.decrease < _SETTLED
