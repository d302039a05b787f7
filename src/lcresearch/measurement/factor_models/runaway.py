"""A search that runs off: the model can be told from data, but these data have no best solution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lcresearch.errors import MeasurementError
from lcresearch.measurement.factor_models import checks
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.estimated import Estimated

_TURN = 0.05
_AWAY = 10.0


def why_not_identified(
    error: MeasurementError, found: Estimated, start: Array, groups: Sequence[str]
) -> MeasurementError:
    """M429 or M430 in place of M228 where the search ran off from a model that is identified.

    It ran off where a residual variance is further below zero than the answers vary, or where it did not come to rest.
    That the model is identified is seen near its starting values, where its information has an inverse; there is no
    need to look where a search that did not end left a variance at less than minus ten times that of the answers.

    Parameters
    ----------
    error : MeasurementError
        Of :func:`~.checks.check_identified`.
    found : Estimated
    start : array, shape (n_free,)
        Starting values.
    groups : sequence of str
        Their names, empty where there are none.
    """
    problem = error.problems[0]
    if problem.code != "M228":
        return error
    times = _times_the_variance(found)
    lowest, converged = float(times.min()), found.optimum.converged
    if lowest >= -1 and converged:
        return error
    away = lowest < -_AWAY and not converged
    if not away and not any(_identified(found, theta) for theta in (start, _moved(start))):
        return error
    if lowest >= -1:
        return MeasurementError("M430", parameters=problem.values["parameters"])
    at = np.argwhere(times <= (lowest / _AWAY if away else lowest))
    items = found.layout.table.observed
    named = [items[item] + (f" ({groups[group]})" if groups[group] else "") for group, item in at.tolist()]
    return MeasurementError("M429", items=named)


def _times_the_variance(found: Estimated) -> Array:
    """Residual variances over the variances of the answers, shape (n_groups, p)."""
    layout = found.layout
    p = layout.n_observed
    residual = np.diagonal(layout.matrices(found.values)[1], axis1=1, axis2=2)[:, :p]
    return np.asarray(residual / np.diagonal(found.free_moments.covariance, axis1=1, axis2=2)[:, :p])


def _moved(start: Array) -> Array:
    """Near the start, but off the zeros at which factors do not go together."""
    turn = _TURN * np.random.default_rng(0).uniform(0.5, 1.0, len(start))
    return np.where(start == 0, turn, start * (1 + turn))


def _identified(found: Estimated, theta: Array) -> bool:
    layout = found.layout
    try:
        information = found.objective.local_information(found.objective.layout.implied(theta))
        checks.check_identified(found.arrow, found.arrow.local_matrices(information), layout, df=0)
    except (MeasurementError, np.linalg.LinAlgError):
        return False
    return True
