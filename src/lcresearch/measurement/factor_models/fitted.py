"""What every fitted factor model has, whatever it was fitted by: estimates, their covariances, and what it implies."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.arrow import Arrow, ArrowInverse
from lcresearch.measurement.factor_models.fit_measures import Test
from lcresearch.measurement.factor_models.implied import Implied, Layout
from lcresearch.measurement.factor_models.model_syntax import Definition
from lcresearch.measurement.factor_models.saturated import FreeMoments
from lcresearch.measurement.factor_models.scoring import Objective, Optimum


@dataclass(frozen=True)
class Fitted(ABC):
    """A model at its estimates.

    Attributes
    ----------
    objective : Objective
    arrow : Arrow
    optimum : Optimum
    free_moments : FreeMoments
        Of the saturated model.
    estimator : str
    definitions : tuple of Definition
    """

    objective: Objective
    arrow: Arrow
    optimum: Optimum
    free_moments: FreeMoments
    estimator: str
    definitions: tuple[Definition, ...] = field(default=(), kw_only=True)

    @property
    def layout(self) -> Layout:
        """Places of the parameters."""
        return self.objective.layout

    @property
    def theta(self) -> Array:
        """Estimated parameters, shape (n_free,)."""
        return self.optimum.theta

    @cached_property
    def values(self) -> Array:
        """Value of each parameter in each group, shape (n_groups, n_parameters)."""
        return self.layout.values(self.theta)

    @cached_property
    def implied(self) -> Implied:
        """Moments of the model."""
        return self.layout.implied(self.theta)

    @cached_property
    def expected(self) -> ArrowInverse:
        """The inverse of the expected information of one person."""
        return self.arrow.factored(self.arrow.local_matrices(self.objective.local_information(self.implied)))

    @property
    @abstractmethod
    def n(self) -> float:
        """Persons."""

    @property
    @abstractmethod
    def covariance(self) -> Array:
        """Of the estimated parameters, shape (n_free, n_free)."""

    @cached_property
    def local_covariance(self) -> Array:
        """Covariances of the values of the parameters of each group, shape (n_groups, n_parameters, n_parameters)."""
        local = self.arrow.local_part(self.covariance)
        return np.asarray(self.arrow.spread @ local @ np.swapaxes(self.arrow.spread, 1, 2))

    @property
    @abstractmethod
    def df(self) -> int:
        """Degrees of freedom."""

    @property
    @abstractmethod
    def test(self) -> Test:
        """Of the model against free moments."""

    @property
    @abstractmethod
    def baseline(self) -> Test:
        """Of the independence model."""

    @abstractmethod
    def fit(self) -> dict[str, float]:
        """Measures of fit by name."""

    def score_scaling(self, layout: Layout, implied: Implied) -> Array | None:
        """By how much score tests of single parameters are too large; None where they are right as they are."""
        return None

    @abstractmethod
    def difference(self, free: Fitted) -> Test:
        """The test of this model against a less restricted one."""
