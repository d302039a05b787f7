"""What following communities tells about who stops."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import pandas as pd

from lcresearch.change.continuation.firth import Array, PenalisedFit, penalised_fit, penalised_interval, penalised_test
from lcresearch.messages import Messages
from lcresearch.results import FittedModel

FEWEST_EVENTS = 5
"""Fewest of those who stopped, and of those who go on, for each predictor, before the result says that it is thin."""


@dataclass(frozen=True, repr=False, eq=False)
class Continuation(FittedModel):
    """Who goes on and who stops.

    Attributes
    ----------
    survival : DataFrame
        ``period, n_at_risk, n_stopped, n_censored, estimate, std_error, conf_low, conf_high``: the share that goes on
        past each period (Kaplan & Meier, 1958), its error by Greenwood, its interval on the scale log(-log).
    predictors : tuple of str
    x : array of float, shape (n_community_periods, p)
        Periods, then predictors in standard deviations of the communities.
    y : array of float, shape (n_community_periods,)
        1 where a community stopped after that period.
    terms : tuple of str
        Names of the columns of ``x``.
    n_units, n_stopped : int
        Communities, and those of them that stopped.
    left_out : int
        Communities without a value of a predictor, which are in ``survival`` only.
    """

    title: ClassVar[str] = "Who goes on and who stops"

    survival: pd.DataFrame
    predictors: tuple[str, ...]
    x: Array
    y: Array
    terms: tuple[str, ...]
    n_units: int
    n_stopped: int
    left_out: int

    @cached_property
    def fit(self) -> PenalisedFit:
        """The model of stopping."""
        return penalised_fit(self.x, self.y)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a predictor: by how much the odds of stopping in a period change with one standard deviation.

        ``estimate`` is the logarithm of the odds ratio, with its error, p value and interval; ``odds_ratio`` and its
        interval stand beside it. Tests and intervals are those of the penalised profile likelihood.
        """
        rows = []
        for column, term in enumerate(self.terms):
            if term not in self.predictors:
                continue
            low, high = penalised_interval(self.x, self.y, self.fit, column, conf_level)
            estimate = float(self.fit.beta[column])
            rows.append(
                {
                    "term": term,
                    "estimate": estimate,
                    "std_error": float(np.sqrt(self.fit.covariance[column, column])),
                    "p_value": penalised_test(self.x, self.y, self.fit, column),
                    "conf_low": low,
                    "conf_high": high,
                    "odds_ratio": float(np.exp(estimate)),
                    "odds_ratio_low": float(np.exp(low)),
                    "odds_ratio_high": float(np.exp(high)),
                }
            )
        columns = ["term", "estimate", "std_error", "p_value", "conf_low", "conf_high", "odds_ratio", "odds_ratio_low"]
        return pd.DataFrame(rows, columns=[*columns, "odds_ratio_high"])

    def glance(self) -> pd.DataFrame:
        """One row: communities, how many stopped, the share that goes on past the last period, and the median."""
        last = self.survival.iloc[-1] if len(self.survival) else None
        half = self.survival[self.survival["estimate"] <= 0.5]
        row = {
            "n_units": self.n_units,
            "n_stopped": self.n_stopped,
            "n_left_out": self.left_out,
            "share_continuing": np.nan if last is None else float(last["estimate"]),
            "median_period": float(half["period"].iloc[0]) if len(half) else np.nan,
            "penalised_log_likelihood": self.fit.value if self.x.size else np.nan,
        }
        return pd.DataFrame([row])

    def tables(self) -> dict[str, pd.DataFrame]:
        """With the survival table."""
        return super().tables() | {"survival": self.survival}

    def cautions(self) -> list[str]:
        """How few stopped, and who was left out."""
        return self.notes()

    def notes(self, language: str | None = None) -> list[str]:
        """As :meth:`cautions`, in a language."""
        say, notes = Messages(language), []
        n_stopped = int(self.y.sum())  # of those in the model
        n_on = self.n_units - self.left_out - n_stopped
        if self.predictors and min(n_stopped, n_on) < FEWEST_EVENTS * len(self.predictors):
            notes.append(say("monitoring.continuation.few", n=n_stopped, n_predictors=len(self.predictors)))
        if self.left_out:
            notes.append(say("monitoring.continuation.left_out", n=self.left_out))
        if self.predictors:
            notes.append(say("monitoring.continuation.no_cause"))
        return notes
