"""Bayesian meta-analysis: the public function."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lcresearch.synthesis.bayesian.heterogeneity_priors import mean_prior as checked_mean_prior
from lcresearch.synthesis.bayesian.heterogeneity_priors import tau_prior as checked_tau_prior
from lcresearch.synthesis.bayesian.result import BayesianMetaAnalysis, as_list
from lcresearch.synthesis.effect_columns import Column, effects

Prior = str | Sequence[object]


def bayesian_meta_analysis(
    yi: Column,
    vi: Column,
    *,
    tau_prior: Prior = ("half-normal", 0.5),
    mean_prior: Prior = "flat",
    data: pd.DataFrame | None = None,
    labels: Column | None = None,
) -> BayesianMetaAnalysis:
    """What 3 to 10 consortia tell together, and what a new one may expect.

    Each effect is normal about a true effect, with its sampling variance taken as known, and the true effects are
    normal about a mean with the standard deviation tau. With few consortia tau is hardly known: methods that plug in
    one estimate of it (often zero) are too sure. Here every value of tau counts by how likely it is, given the data and
    a prior. The integral over tau is taken numerically (there are no random draws), to about 1e-10.

    Parameters
    ----------
    yi, vi : array of shape (k,), or name of a column of ``data``
        Effects and their sampling variances (squared standard errors). Rows without an effect are left out and named
        in the result.
    tau_prior : tuple or str
        Prior on tau, in the unit of the effects: ``("half-normal", scale)``, ``("half-cauchy", scale)``,
        ``("half-t", scale, df)``, ``("exponential", scale)``, ``("uniform", upper)`` or ``"flat"``. The default suits
        standardised mean differences and log odds ratios: tau is below 0.98 with 95% probability (Röver et al. 2021).
        Effects in other units need another scale.
    mean_prior : tuple or str
        Prior on the mean: ``"flat"`` or ``("normal", mean, std_dev)``.
    data : DataFrame, optional
    labels : array or name of a column, optional
        Names of the consortia, each once; the index of the data unless given, else 1, 2, ...

    Returns
    -------
    BayesianMetaAnalysis

    Raises
    ------
    SynthesisError
        Y040, Y041, Y042: the prior cannot be read; Y043: with so few effects a flat prior gives no posterior;
        Y060 to Y065: what is wrong with the effects.

    References
    ----------
    Röver (2020), Journal of Statistical Software 93(6). Röver et al. (2021), Research Synthesis Methods 12, 448-474,
    on priors. Higgins, Thompson & Spiegelhalter (2009), JRSS A 172, 137-159.

    Examples
    --------
    Three consortia, invented:

    >>> found = bayesian_meta_analysis([0.10, 0.55, 0.32], [0.0225, 0.0484, 0.09], labels=["north", "east", "south"])
    >>> found.tidy()[["term", "estimate", "conf_low", "conf_high"]].round(3)
       term  estimate  conf_low  conf_high
    0  mean     0.286    -0.172      0.799
    1   tau     0.230     0.013      0.818
    2   new     0.282    -0.578      1.208
    >>> found.probability_above(0.2).query("term == 'new'")["probability"].round(3).item()
    0.627
    """
    checked_tau_prior(tau_prior)
    checked_mean_prior(mean_prior)
    given = effects(yi, vi, data, labels)
    found = BayesianMetaAnalysis(
        given.yi, given.vi, given.labels, given.left_out, as_list(tau_prior), as_list(mean_prior)
    )
    return found.checked()
