"""Meta-analysis of one effect a study: the public function."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.random_effects.fitting import TESTS, fit_studies
from lcresearch.synthesis.random_effects.heterogeneity import METHODS, Studies
from lcresearch.synthesis.random_effects.reading import read_studies
from lcresearch.synthesis.random_effects.result import MetaAnalysis


def meta_analysis(
    yi: Any,
    vi: Any,
    *,
    data: pd.DataFrame | None = None,
    labels: Any = None,
    method: str = "REML",
    test: str = "knapp-hartung",
    moderators: Any = None,
) -> MetaAnalysis:
    """Pool effects of studies, with or without moderators.

    Parameters
    ----------
    yi, vi : array-like of shape (k,), or str
        Effects and their sampling variances, or names of columns of ``data``. Studies without an effect are left out
        and named in the result.
    data : DataFrame, optional
        A study a row.
    labels : array-like or str, optional
        Names of the studies; by default the index of the data, else their numbers.
    method : {"REML", "ML", "DL", "PM", "HE", "HS", "SJ", "EB", "EE", "HSk", "PMM"}
        Estimator of tau2; ``EE``: equal effects, no tau2.
    test : {"knapp-hartung", "t", "normal", "adhoc"}
        Knapp-Hartung (default) allows for tau2 being estimated, which matters with few studies; ``adhoc`` is the same,
        never narrower than ``t``.
    moderators : str, list of str, DataFrame, dict or array, optional
        A formula (``"~ dose + sector"``), columns of ``data``, or the moderators themselves: a meta-regression.

    Returns
    -------
    MetaAnalysis
        ``tidy, heterogeneity, prediction_interval, leave_one_out, influence, blup, cumulative, subgroups, plot``.

    Raises
    ------
    SynthesisError
        Y060 to Y064: what is wrong with the effects; Y007: another method or test; Y004, Y005, Y013: moderators that
        are missing; Y015: fewer than two studies; Y016: as many coefficients as studies; Y017: moderators that follow
        from each other; Y030 to Y032: a name that stands twice, a moderator that is infinite, a formula that cannot be
        read.

    References
    ----------
    Viechtbauer (2010), J. Statistical Software 36(3). Knapp & Hartung (2003), Statistics in Medicine 22, 2693-2710.

    Examples
    --------
    >>> fit = meta_analysis([0.21, 0.45, 0.10, 0.38], [0.02, 0.03, 0.01, 0.04], labels=["A", "B", "C", "D"])
    >>> fit.tidy()[["term", "estimate", "std_error", "df", "p_value"]].round(3)
            term  estimate  std_error   df  p_value
    0  intercept     0.237       0.08  3.0     0.06
    """
    for name, value, known in (("method", method, METHODS), ("test", test, TESTS)):
        if value not in known:
            raise SynthesisError("Y007", name=name, value=value, known=known)
    given = read_studies(yi, vi, data, labels, moderators)
    fit = fit_studies(given.studies, method, test)
    null = None
    if given.terms != ("intercept",):
        alone = Studies(given.studies.y, given.studies.v, np.ones((given.studies.k, 1)))
        null = fit_studies(alone, method, test)
    return MetaAnalysis(given, fit, null)
