"""Completed data sets, how they came about, and one answer over all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.change.arrays import Floats
from lcresearch.change.imputation.sensitivity import SensitivityLine, sensitivity_line
from lcresearch.errors import ChangeError, Problem
from lcresearch.messages import Messages
from lcresearch.multilevel import GeneralisedLinearMixedModel, LinearMixedModel, PooledFits, pool, pool_tables
from lcresearch.results import FittedModel

Estimator = Callable[[pd.DataFrame], Any]


@dataclass(frozen=True, repr=False, eq=False)
class Imputed(FittedModel):
    """Several completed copies of a frame. Rows of persons: they stay in the house.

    Attributes
    ----------
    frame : DataFrame
        As it was given.
    columns : tuple of str
        Columns that were imputed or used.
    values : array, shape (n_imputations, n, p)
    warranted : DataFrame
        ``column, n, n_missing, share_missing, correlation, verdict``: see :func:`impute`.
    trace : DataFrame
        ``imputation, iteration, column, mean, std_dev`` of the imputed values.
    convergence : DataFrame
        ``column, scale_reduction``: near 1 when the imputations agree on where they are.
    model : str
        ``indicators`` or ``random_intercepts``.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Multiple imputation"

    frame: pd.DataFrame
    columns: tuple[str, ...]
    values: Floats
    warranted: pd.DataFrame
    trace: pd.DataFrame
    convergence: pd.DataFrame
    model: str
    problems: tuple[Problem, ...]

    @property
    def n_imputations(self) -> int:
        """How many completed copies there are."""
        return len(self.values)

    def frames(self) -> list[pd.DataFrame]:
        """The completed copies; everything that was not imputed is as it was."""
        return [self.frame.assign(**dict(zip(self.columns, each.T, strict=True))) for each in self.values]

    def long_frames(self, outcome: str, columns: Mapping[Any, str], *, wave: str = "wave") -> list[pd.DataFrame]:
        """The completed copies with a row a person and wave, for analyses such as :func:`before_after`.

        Parameters
        ----------
        outcome : str
            Name of the column with the score in the result.
        columns : mapping
            Wave -> column, such as ``{"t0": "trust_t0", "t1": "trust_t1"}``.
        wave : str
            Name of the column with the wave.

        Raises
        ------
        ChangeError
            C052: no such column.
        """
        for column in columns.values():
            if column not in self.frame.columns:
                raise ChangeError("C052", option="columns", found=column, known=self.columns, nearest="–")
        return [
            pd.concat(
                [
                    frame.drop(columns=list(columns.values())).assign(**_named(wave, when, outcome, frame[column]))
                    for when, column in columns.items()
                ],
                ignore_index=True,
            )
            for frame in self.frames()
        ]

    def analyse(self, estimator: Estimator, frames: list[pd.DataFrame] | None = None) -> PooledFits:
        """The same analysis of each copy, pooled by Rubin's rules.

        Parameters
        ----------
        estimator : callable
            Takes a completed frame; gives a model of :func:`~lcresearch.multilevel.fit_lmm`, a result whose ``tidy()``
            has ``term, estimate, std_error`` and ``df``, or such a table.
        frames : list of DataFrame, optional
            Copies to analyse, such as those of :meth:`long_frames`.

        Raises
        ------
        MultilevelError
            L027: the terms differ from copy to copy.
        """
        return pooled_analysis(estimator, self.frames() if frames is None else frames)

    def sensitivity(
        self, estimator: Estimator, column: str, deltas: Any, *, term: str | None = None, conf_level: float = 0.95
    ) -> SensitivityLine:
        """How far the missing values must lie from the imputed ones for the conclusion to change (delta adjustment).

        Imputation takes it that persons with the same other answers answer alike, whether they stayed or left. Here
        all imputed values of a column are moved by each delta and the analysis is done again (Van Buuren, 2018).

        Parameters
        ----------
        estimator : callable
            As for :meth:`analyse`; it gets the wide frames.
        column : str
            Imputed column.
        deltas : array-like
            In points of the column; 0 is added.
        term : str, optional
            The estimate that the conclusion is about; the first unless given.

        Raises
        ------
        ChangeError
            C052: the column was not imputed, or no such term.
        """
        missing = self.frame[column].isna().to_numpy() if column in self.columns else np.zeros(1, dtype=bool)
        if not missing.any():
            known = self.warranted.loc[self.warranted["n_missing"] > 0, "column"].tolist()
            raise ChangeError("C052", option="column", found=column, known=known, nearest="–")

        def moved(delta: float) -> pd.DataFrame:
            copies = [frame.assign(**{column: frame[column] + delta * missing}) for frame in self.frames()]
            return pooled_analysis(estimator, copies).tidy(conf_level)

        return sensitivity_line(moved, column, deltas, term)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a column: how much is missing, what the others tell of it, and the verdict."""
        return self.warranted.merge(self.convergence, on="column", how="left")

    def glance(self) -> pd.DataFrame:
        """One row: copies, model, and the largest share missing."""
        row = {
            "n": len(self.frame),
            "n_imputations": self.n_imputations,
            "model": self.model,
            "largest_share_missing": float(self.warranted["share_missing"].max()),
        }
        return pd.DataFrame([row])

    def tables(self) -> dict[str, pd.DataFrame]:
        """Verdicts, the whole and the trace; the copies are rows of persons and do not travel."""
        return {"tidy": self.tidy(), "glance": self.glance(), "trace": self.trace}

    def cautions(self) -> list[str]:
        """That values were filled in, how many, and where that is not warranted."""
        say, table = Messages(), self.warranted[self.warranted["n_missing"] > 0]
        notes = [
            say(
                "imputation.filled_in",
                column=row["column"],
                n=int(row["n_missing"]),
                percent=say.percent(row["share_missing"]),
            )
            for row in table.to_dict("records")
        ]
        return [*notes, *(problem.message() for problem in self.problems)]


def _named(wave: str, when: Any, outcome: str, scores: pd.Series[Any]) -> dict[str, Any]:
    return {wave: when, outcome: scores}


def pooled_analysis(estimator: Estimator, frames: list[pd.DataFrame]) -> PooledFits:
    """Analyse each frame and pool."""
    results = [estimator(frame) for frame in frames]
    if all(isinstance(result, LinearMixedModel | GeneralisedLinearMixedModel) for result in results):
        return pool(results)
    return pool_tables([result if isinstance(result, pd.DataFrame) else result.tidy() for result in results])
