"""Bootstrap intervals of a generalised model, and how much single groups matter: both by fitting again and again."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError, warning
from lcresearch.multilevel.design import Design
from lcresearch.multilevel.generalised_model import GeneralisedModel
from lcresearch.multilevel.generalised_parameters import (
    coefficients_of,
    covariances_of,
    deviations_and_correlations,
)
from lcresearch.multilevel.joint_optimum import JointOptimum
from lcresearch.multilevel.link_scale import Coefficients
from lcresearch.multilevel.model import collinear
from lcresearch.multilevel.other_outcomes import Refits
from lcresearch.multilevel.small_matrices import Array

_AT_ONCE = 50


def bootstrap_intervals(
    model: GeneralisedModel,
    optimum: JointOptimum,
    names: tuple[str, ...],
    simulate: Callable[[int], Array],
    conf_level: float,
    n_sims: int,
) -> pd.DataFrame:
    """Percentile intervals of all parameters: ``group, term, estimate, conf_low, conf_high``.

    Fits whose search did not end well are left out, with a warning (L113).

    Parameters
    ----------
    model : GeneralisedModel
    optimum : JointOptimum
    names : tuple of str
        Of thresholds and fixed effects.
    simulate : callable
        Gives outcomes of the rows, of shape (n, k), for a number k.
    conf_level : float
    n_sims : int
    """
    refits, found, failed = Refits(model, optimum), [], 0
    for start in range(0, n_sims, _AT_ONCE):
        for values in simulate(min(_AT_ONCE, n_sims - start)).T:
            vector, settled = refits.to_outcome(values)
            failed += not settled
            if settled:
                found.append([row[2] for row in parameters(model, vector, names)])
    if failed:
        warnings.warn(warning("L113", n=failed, of=n_sims), stacklevel=4)
    own = pd.DataFrame(parameters(model, optimum.vector, names), columns=["group", "term", "estimate"])
    tail = (1 - conf_level) / 2
    values = np.array(found).reshape(-1, len(own))
    low, high = np.nanquantile(values, [tail, 1 - tail], axis=0) if len(values) else np.full((2, len(own)), np.nan)
    return own.assign(conf_low=low, conf_high=high)


def parameters(model: GeneralisedModel, vector: Array, names: tuple[str, ...]) -> list[tuple[str, str, float]]:
    """Group, term and value of standard deviations, correlations, thresholds and fixed effects."""
    k = model.parameters.n_extra
    groups = ["threshold"] * k + ["fixed"] * (len(names) - k)
    coefficients = coefficients_of(model, vector)
    rows = deviations_and_correlations(model.cross.columns.terms, covariances_of(model, vector))
    return rows + [(g, name, float(v)) for g, name, v in zip(groups, names, coefficients, strict=True)]


def influence(
    model: GeneralisedModel, optimum: JointOptimum, design: Design, coefficients: Coefficients, group: str
) -> pd.DataFrame:
    """The model fitted again without each group of one factor.

    Parameters
    ----------
    model : GeneralisedModel
    optimum : JointOptimum
    design : Design
    coefficients : Coefficients
    group : str
        Label of a grouping factor, such as ``community`` or ``consortium:community``.

    Returns
    -------
    DataFrame
        A row a group, by its key: ``cooks_distance`` (the change of all fixed effects, thresholds apart, in their
        covariance matrix, divided by their number; Cook 1977), ``n`` (rows of the group), and for each threshold and
        term its estimate without it. Missing where the model cannot be fitted without the group, since a predictor
        differs only there.

    Raises
    ------
    MultilevelError
        L036 when there is no such factor, or it has fewer than three groups.
    """
    key = next((found for found in design.groupings if ":".join(found) == group), None)
    if key is None or len(design.groupings[key].labels) < 3:
        raise MultilevelError("L036", found=group, known=[":".join(found) for found in design.groupings])
    labels = design.groupings[key].labels
    members, codes = design.groupings[key].members()
    refits, k = Refits(model, optimum), coefficients.n_thresholds
    predictors = design.matrix[:, model.cross.columns.fixed]
    estimates = np.full((len(labels), len(coefficients.names)), np.nan)
    for place in range(len(labels)):
        out = np.zeros(len(predictors), dtype=np.bool_)
        out[members[codes == place]] = True
        left = predictors[~out]
        if not collinear(left.T @ left):
            estimates[place] = coefficients_of(model, refits.without(out)[0])
    changes = (estimates - coefficients.values)[:, k:]
    inverse = np.linalg.inv(coefficients.covariance[k:, k:])
    distance = np.einsum("ga,ab,gb->g", changes, inverse, changes) / max(changes.shape[1], 1)
    columns = {"cooks_distance": distance, "n": np.bincount(codes, minlength=len(labels))}
    return pd.DataFrame(
        columns | {name: estimates[:, place] for place, name in enumerate(coefficients.names)}, index=labels
    )
