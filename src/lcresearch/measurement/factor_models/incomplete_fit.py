"""CFI, TLI and RMSEA for incomplete answers, on the scale that complete answers would give.

Where answers are missing the likelihood leaves out what nobody answered, and with it misfit that complete answers would
show. Corrected measures take the discrepancy of complete data between the free moments S and those of the model, less
what it would be if the model were right (Zhang & Savalei 2023, FIML-C; version 6 where answers are normal, version 3
with MLR; as ``cfi.robust`` in lavaan). With D the derivatives of the moments, W the observed information of free
moments a person, B that of their scores, G = W^-1 B W^-1, E = D'WD and C the information of complete answers, this is

    normal answers     tr[C W^-1] - tr[E^-1 D'CD]
    else               tr[(I - W D E^-1 D') C (I - D E^-1 D' W) G]
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lcresearch.measurement.factor_models import saturated
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.arrow import Arrow, arrow_of
from lcresearch.measurement.factor_models.blocks import Blocks, Rows
from lcresearch.measurement.factor_models.fit_measures import Test
from lcresearch.measurement.factor_models.implied import COVARIANCE, Implied, Layout
from lcresearch.measurement.factor_models.normal_theory import NormalTheory
from lcresearch.measurement.factor_models.sandwich import score_products
from lcresearch.measurement.factor_models.saturated import FreeMoments

_SINGULAR = 1e-10


def corrected_tests(
    objective: NormalTheory, arrow: Arrow, theta: Array, moments: FreeMoments, rows: Rows | None
) -> tuple[Test, Test] | None:
    """Tests of the model and of independence by complete-data discrepancies, with the scaling that a right model gives.

    Parameters
    ----------
    objective : NormalTheory
    arrow : Arrow
    theta : array, shape (n_free,)
        The estimates.
    moments : FreeMoments
    rows : Rows or None
        For answers that are not normal (MLR); None for normal ones.

    Returns
    -------
    (Test, Test) or None
        None where the information of free moments is singular: two items that nobody answered both, for one.
    """
    free = saturated.free_objective(objective, covariances=True)
    place = saturated.theta_of(free.layout, moments)
    observed = free.local_hessian(place)
    if not _positive(observed):
        return None
    complete = replace(free, blocks=_completed(objective.blocks, moments))
    parts = _Parts(
        observed,
        complete.local_information(free.layout.implied(place)),
        None if rows is None else score_products(free, rows, place, centred=False),
    )
    independent = saturated.free_objective(objective, covariances=False)
    covariates = objective.layout.table.covariate_places
    baseline = saturated.theta_of(independent.layout, saturated.independence_moments(objective.blocks, covariates))
    found = []
    for layout, at, own in (
        (objective.layout, theta, arrow),
        (independent.layout, baseline, arrow_of(independent.layout)),
    ):
        implied = layout.implied(at)
        statistic = 2 * objective.blocks.n_persons * _discrepancy(complete, implied, moments)
        df = int(free.layout.n_free - layout.n_free)
        expected = parts.expected(_derivatives(free.layout, implied) @ own.spread, own)
        found.append(Test(statistic, df, expected / df if df > 0 else 1.0))
    return found[0], found[1]


@dataclass(frozen=True)
class _Parts:
    """Of free moments, shape (n_groups, m, m): observed information, that of complete answers, products of scores."""

    observed: Array
    complete: Array
    scores: Array | None

    def expected(self, derivatives: Array, arrow: Arrow) -> float:
        """The discrepancy that a right model gives, from the derivatives of moments (n_groups, m, k)."""
        across = np.swapaxes(derivatives, 1, 2)
        inverse = arrow.factored(across @ self.observed @ derivatives).dense
        complete = arrow.dense(across @ self.complete @ derivatives)
        ratio = np.linalg.solve(self.observed, self.complete)
        if self.scores is None:
            return float(np.einsum("gii->", ratio) - (inverse * complete.T).sum())
        spread = np.linalg.solve(self.observed, self.scores)
        mixed = arrow.dense(across @ self.scores @ ratio @ derivatives)
        filling = arrow.dense(across @ self.scores @ derivatives)
        whole = np.einsum("gij,gji->", ratio, spread)
        return float(whole - 2 * (inverse * mixed.T).sum() + ((inverse @ complete @ inverse) * filling.T).sum())


def _completed(blocks: Blocks, moments: FreeMoments) -> Blocks:
    """Free moments as if they came from complete answers."""
    known = np.ones(moments.mean.shape, dtype=bool)
    return Blocks(np.arange(blocks.n_groups), blocks.group_sizes, moments.mean, moments.covariance, known)


def _discrepancy(complete: NormalTheory, implied: Implied, moments: FreeMoments) -> float:
    value = complete.value_of(implied.covariance, implied.mean)
    return value - complete.value_of(moments.covariance, moments.mean)


def _derivatives(free: Layout, implied: Implied) -> Array:
    """Of free moments to the parameters of a model, shape (n_groups, m, n_parameters)."""
    left, right, row, column = implied.left, implied.right, free.row, free.column
    covariance = left[:, row] * right[:, column] + right[:, row] * left[:, column]
    return np.where((free.matrix == COVARIANCE)[:, None], covariance, implied.slope[:, row])


def _positive(information: Array) -> bool:
    """Whether matrices are well away from singular."""
    diagonal = np.diagonal(information, axis1=1, axis2=2)
    if not (diagonal > 0).all():
        return False
    unit = np.sqrt(diagonal)
    return bool(np.linalg.eigvalsh(information / (unit[:, :, None] * unit[:, None, :])).min() > _SINGULAR)
