"""Parametric-bootstrap intervals: the model is fitted to outcomes that it made itself."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lcresearch.errors import LcresearchWarning
from lcresearch.multilevel.generalised_parameters import deviations_and_correlations
from lcresearch.multilevel.simulation import OtherOutcomes, simulated

if TYPE_CHECKING:
    from lcresearch.multilevel.design import Design
    from lcresearch.multilevel.linear_mixed_model import LinearMixedModel


def bootstrap_intervals(
    fit: LinearMixedModel, design: Design, conf_level: float, n_sims: int, seed: int | None
) -> pd.DataFrame:
    """Percentile intervals of all parameters: ``group, term, estimate, conf_low, conf_high``.

    Parameters
    ----------
    fit : LinearMixedModel
    design : Design
        Its rows.
    conf_level : float
    n_sims : int
    seed : int or None
    """
    rng = np.random.default_rng(seed)
    outcomes = simulated(design, fit.estimates, n_sims, rng)
    others = OtherOutcomes(design, fit.model.cross, reml=fit.model.criterion.reml)
    own = parameters(fit)
    found = np.empty((n_sims, len(own)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        for place in range(n_sims):
            found[place] = parameters(others.fit(outcomes[:, place]))["estimate"]
    tail = (1 - conf_level) / 2
    low, high = np.nanquantile(found, [tail, 1 - tail], axis=0)
    return own.assign(conf_low=low, conf_high=high)


def parameters(fit: LinearMixedModel) -> pd.DataFrame:
    """Standard deviations, correlations, sigma and fixed effects in one table: ``group, term, estimate``."""
    rows = deviations_and_correlations(fit.model.cross.columns.terms, fit.estimates.covariances)
    rows.append(("residual", "", fit.sigma))
    rows += [("fixed", name, value) for name, value in zip(fit.fixed_effects.index, fit.estimates.beta, strict=True)]
    return pd.DataFrame(rows, columns=["group", "term", "estimate"])
