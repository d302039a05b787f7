"""Do small studies show larger effects? Egger's regression test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import SynthesisError, nearest
from lcresearch.messages import Messages
from lcresearch.results import Result
from lcresearch.synthesis.effect_columns import Array, Column, effects
from lcresearch.synthesis.random_effects.fitting import fit_studies
from lcresearch.synthesis.random_effects.heterogeneity import Studies
from lcresearch.synthesis.selection.enough import few, needs
from lcresearch.synthesis.selection.weighted_regression import Line, line_table, weighted_line

_TERMS = ["limit", "slope"]


@dataclass(frozen=True, repr=False, eq=False)
class EggerTest(Result):
    """A regression of effects on their standard errors by :func:`~lcresearch.synthesis.egger_test`.

    Attributes
    ----------
    model, test, predictor : str
    n : int
        Effects used.
    left_out : list of str
    coefficients : array, shape (2,)
        Effect of a study with a standard error of zero, and slope.
    covariance : array, shape (2, 2)
    df : float
        Infinite for tests by the normal distribution.
    tau2 : float
        NaN where the model has none.
    """

    title: ClassVar[str] = "Egger's test of small-study effects"

    model: str
    test: str
    predictor: str
    n: int
    left_out: list[str]
    coefficients: Array
    covariance: Array
    df: float
    tau2: float

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Rows ``slope`` (the test) and ``limit`` (the effect of a study without sampling error)."""
        table = line_table(Line(self.coefficients, self.covariance, self.df), _TERMS, conf_level)
        return table.iloc[::-1].reset_index(drop=True)

    def glance(self) -> pd.DataFrame:
        """One row: ``model, test, predictor, n, tau2, p_value``."""
        row = {"model": self.model, "test": self.test, "predictor": self.predictor, "n": self.n, "tau2": self.tau2}
        return pd.DataFrame([row | {"p_value": self.tidy()["p_value"][0]}])

    def cautions(self) -> list[str]:
        """What the test cannot tell."""
        return [*few(self.n, self.left_out), Messages()("synthesis.selection.egger")]


def egger_test(
    yi: Column,
    vi: Column,
    *,
    model: str = "regression",
    test: str | None = None,
    predictor: str = "sei",
    data: pd.DataFrame | None = None,
    labels: Column | None = None,
) -> EggerTest:
    """Whether effects go with their standard errors, as they do when small studies without a result stay unseen.

    Parameters
    ----------
    yi, vi : array of shape (k,), or name of a column of ``data``
        Effects and their sampling variances.
    model : {"regression", "random-effects"}
        ``regression``: least squares with weights 1/vi and a free residual variance (Egger et al. 1997, in other
        terms). ``random-effects``: a meta-regression by REML, which allows effects to differ (Sterne & Egger 2005).
    test : {"knapp-hartung", "normal"}, optional
        Of the random-effects model; ``knapp-hartung`` unless given. The regression has a t test.
    predictor : {"sei", "vi"}
        The standard error or the variance.
    data : DataFrame, optional
    labels : array or name of a column, optional

    Returns
    -------
    EggerTest

    Raises
    ------
    SynthesisError
        Y046: no such choice; Y048: fewer than three effects; Y049: all have the same variance; Y060 to Y065: what is
        wrong with the effects.

    References
    ----------
    Egger, Davey Smith, Schneider & Minder (1997), BMJ 315, 629-634. Sterne & Egger (2005), in Rothstein, Sutton &
    Borenstein (eds.), Publication Bias in Meta-Analysis, 99-110.

    Examples
    --------
    >>> found = egger_test([0.2, 0.3, 0.5, 0.9, 0.6], [0.01, 0.02, 0.06, 0.12, 0.08])
    >>> found.tidy()[["term", "estimate", "df"]].round(2)
        term  estimate   df
    0  slope      2.44  3.0
    1  limit     -0.05  3.0
    """
    for what, found, known in (
        ("model", model, ("regression", "random-effects")),
        ("test", test, (None, "knapp-hartung", "normal")),
        ("predictor", predictor, ("sei", "vi")),
    ):
        if found not in known:
            names = [name for name in known if name]
            raise SynthesisError(
                "Y046", what=what, found=str(found), known=names, nearest=nearest(str(found), names) or "–"
            )
    given = effects(yi, vi, data, labels)
    x = np.sqrt(given.vi) if predictor == "sei" else given.vi
    needs(3, given.yi, x)
    line, tau2, test = _line(given.yi, given.vi, x, model, test or "knapp-hartung")
    return EggerTest(
        model, test, predictor, len(given.yi), given.left_out, line.coefficients, line.covariance, line.df, tau2
    )


def _line(yi: Array, vi: Array, x: Array, model: str, test: str) -> tuple[Line, float, str]:
    if model == "regression":
        return weighted_line(yi, vi, x), np.nan, "t"
    found = fit_studies(Studies(yi, vi, np.column_stack([np.ones(len(yi)), x])), "REML", test)
    return Line(found.coefficients, found.covariance, found.df), found.tau2, test
