"""Robust variance estimation with weights of correlated or hierarchical effects: the public function."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.random_effects.reading import read_studies
from lcresearch.synthesis.several_levels.blocks import stacks
from lcresearch.synthesis.several_levels.groups import codes_of
from lcresearch.synthesis.several_levels.level_columns import level_column
from lcresearch.synthesis.several_levels.likelihood import fit_at
from lcresearch.synthesis.several_levels.robust import robust_fit
from lcresearch.synthesis.several_levels.robust_result import StudyWeightsMetaAnalysis
from lcresearch.synthesis.several_levels.sampling import AssumedSampling
from lcresearch.synthesis.several_levels.study_weights import WEIGHTS, correlated_weights, hierarchical_weights


def robust_meta_analysis(
    yi: Any,
    vi: Any,
    study: str,
    *,
    data: pd.DataFrame,
    moderators: Any = None,
    labels: Any = None,
    weights: str = "correlated",
    sampling_correlation: float = 0.8,
    small_sample: bool = True,
) -> StudyWeightsMetaAnalysis:
    """Pool effects of which studies give several, without a model of how they go together.

    Errors come from how much studies differ, and hold whatever the correlations within them are; weights only make the
    estimate more precise. Where the levels themselves are of interest, use :func:`multilevel_meta_analysis`.

    Parameters
    ----------
    yi, vi : array-like of shape (k,), or str
        Effects and sampling variances, or names of columns.
    study : str
        Column of the studies.
    data : DataFrame
        An effect a row.
    moderators, labels
        As in :func:`meta_analysis`.
    weights : {"correlated", "hierarchical"}
        ``correlated``: the effects of a study are of the same persons; ``hierarchical``: they are of other persons, and
        differ truly.
    sampling_correlation : float
        Assumed correlation of sampling errors within a study, 0 to 1; for ``correlated`` only. It counts for tau2,
        hardly for the estimate: try several.
    small_sample : bool
        Correct errors and degrees of freedom for few studies (Tipton, 2015). Without, errors are those of many studies
        with studies minus coefficients degrees of freedom.

    Returns
    -------
    StudyWeightsMetaAnalysis
        ``tidy, glance, omnibus``; no p value below four degrees of freedom.

    Raises
    ------
    SynthesisError
        Y007: other weights, or a correlation outside of 0 to 1; Y024: fewer than two studies; those of
        :func:`meta_analysis`.

    References
    ----------
    Hedges, Tipton & Johnson (2010), Research Synthesis Methods 1, 39-65. Tipton (2015), Psychological Methods 20,
    375-393. The same numbers as robumeta 2.1 for R.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"site": list("aabbccddee"), "vi": 0.02,
    ...                      "yi": [0.1, 0.3, 0.5, 0.6, 0.2, 0.2, 0.9, 0.7, 0.4, 0.5]})
    >>> fit = robust_meta_analysis("yi", "vi", "site", data=data)
    >>> fit.tidy()[["estimate", "std_error", "df"]].round(3)
       estimate  std_error   df
    0      0.44      0.113  4.0
    >>> fit.glance()[["tau2", "i2"]].round(3)
       tau2      i2
    0  0.05  70.922
    """
    if weights not in WEIGHTS:
        raise SynthesisError("Y007", name="weights", value=weights, known=WEIGHTS)
    if not 0 <= sampling_correlation <= 1:
        raise SynthesisError("Y007", name="sampling_correlation", value=str(sampling_correlation), known=["0 … 1"])
    given = read_studies(yi, vi, data, labels, moderators)
    codes, names = codes_of(level_column(data, study, given))
    if len(names) < 2:
        raise SynthesisError("Y024", found=names)
    s = given.studies
    correlated = weights == "correlated"
    found = correlated_weights(s, codes, sampling_correlation) if correlated else hierarchical_weights(s, codes)
    working = AssumedSampling(1 / found.weights, 0.0, codes)
    blocks = stacks(s.y, s.x, working, (), np.zeros(s.k, dtype=np.intp), codes)
    fit = fit_at(blocks, np.zeros(0), restricted=False)
    kind, degrees = ("CR2", "satterthwaite") if small_sample else ("CR1p", "clusters")
    return StudyWeightsMetaAnalysis(
        given.terms,
        fit.coefficients,
        robust_fit(blocks, fit, kind),
        kind,
        degrees,
        given.left_out,
        weights,
        sampling_correlation if correlated else float("nan"),
        found,
    )
