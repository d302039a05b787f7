"""Coefficients with cluster-robust errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import Problem, SynthesisError
from lcresearch.results import FittedModel
from lcresearch.synthesis.effect_columns import note_of_left_out
from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.random_effects.coefficients import coefficient_table, tested_places
from lcresearch.synthesis.several_levels.robust import RobustFit
from lcresearch.synthesis.several_levels.study_weights import StudyWeights

LEAST_DF = 4.0
"""Below this, Satterthwaite's approximation is not to be trusted (Tipton, 2015)."""
DEGREES = ("satterthwaite", "clusters")
F_TESTS = ("HTZ", "naive-f")
NO_WEIGHTS = StudyWeights(np.zeros(0), float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True, repr=False, eq=False)
class RobustMetaAnalysis(FittedModel):
    """Coefficients with cluster-robust errors, by default with Satterthwaite's degrees of freedom.

    Attributes
    ----------
    terms : tuple of str
    coefficients : array, shape (p,)
    fit : RobustFit
    kind : str
        ``CR2``, or another kind of robust error.
    degrees : str
        ``satterthwaite``, or ``clusters``: clusters minus coefficients.
    left_out : tuple of str
        Names of studies without an effect.
    """

    title: ClassVar[str] = "Meta-analysis with cluster-robust errors"

    terms: tuple[str, ...]
    coefficients: Array
    fit: RobustFit
    kind: str
    degrees: str = "satterthwaite"
    left_out: tuple[str, ...] = ()

    def _df(self) -> Array:
        return self.fit.degrees_of_freedom() if self.degrees == "satterthwaite" else self.fit.clusters_left()

    def _too_few(self) -> npt.NDArray[np.bool_]:
        df = self._df()
        return df < LEAST_DF if self.degrees == "satterthwaite" else df < 1

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A coefficient a row; without p value and interval below 4 of Satterthwaite's degrees of freedom."""
        table = coefficient_table(self.terms, self.coefficients, self.fit.covariance, self._df(), conf_level)
        known = ~self._too_few()
        return table.assign(**{name: table[name].where(known) for name in ("p_value", "conf_low", "conf_high")})

    def glance(self) -> pd.DataFrame:
        """Kind of error and number of clusters."""
        return pd.DataFrame([{"kind": self.kind, "n_groups": len(self.fit.products)}])

    def omnibus(self, terms: Sequence[str] | None = None, *, test: str = "HTZ") -> pd.DataFrame:
        """F test that coefficients are 0: all moderators, or those of ``terms``.

        ``HTZ`` corrects for few clusters, and has no p value below four degrees of freedom; ``naive-f`` takes the
        clusters minus 1 and is too sure when they are few. ``scale`` is what the statistic was multiplied with.

        Raises
        ------
        SynthesisError
            Y007: another test; Y021: there are no moderators; Y005: a term that is not in the model.
        """
        if test not in F_TESTS:
            raise SynthesisError("Y007", name="test", value=test, known=F_TESTS)
        places = tested_places(self.terms, terms)
        found = (self.fit.wald if test == "HTZ" else self.fit.naive)(places, self.coefficients)
        if test == "HTZ" and found["df_residual"] < LEAST_DF:
            found["p_value"] = float("nan")
        return pd.DataFrame([found])

    def cautions(self) -> list[str]:
        """Studies left out, and coefficients with too few degrees of freedom for a test."""
        terms = [term for term, too_few in zip(self.terms, self._too_few(), strict=True) if too_few]
        few = [Problem("Y028", values={"terms": terms}).message()] if terms else []
        return [*note_of_left_out(self.left_out), *few]


@dataclass(frozen=True, repr=False, eq=False)
class StudyWeightsMetaAnalysis(RobustMetaAnalysis):
    """Robust variance estimation with weights for correlated or hierarchical effects.

    Attributes
    ----------
    model : str
        ``correlated`` or ``hierarchical``.
    sampling_correlation : float
        Assumed, for ``correlated``; NaN for ``hierarchical``.
    weighting : StudyWeights
        Weights, and the variances that they rest on.
    """

    title: ClassVar[str] = "Meta-analysis with robust variance estimation"

    model: str = "correlated"
    sampling_correlation: float = float("nan")
    weighting: StudyWeights = NO_WEIGHTS

    def glance(self) -> pd.DataFrame:
        """Model, kind of error, numbers of effects and studies, variances and I2 (per cent)."""
        found = self.weighting
        row = {"model": self.model, "kind": self.kind, "n": len(found.weights), "n_left_out": len(self.left_out)}
        row |= {"n_groups": len(self.fit.products), "sampling_correlation": self.sampling_correlation}
        return pd.DataFrame([row | {"tau2": found.tau2, "omega2": found.omega2, "i2": found.i2}])
