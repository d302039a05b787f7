"""Polychoric correlations of ordinal items, with standard errors and a test of what they assume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import Problem
from lcresearch.measurement.columns import item_names
from lcresearch.measurement.exploratory.correlations import (
    Missing,
    answered_rows,
    category_codes,
    cautions_of,
    checked_choice,
    limit_problems,
)
from lcresearch.measurement.polychoric import polychoric
from lcresearch.results import Result


@dataclass(frozen=True, repr=False, eq=False)
class PolychoricCorrelations(Result):
    """Polychoric correlations of all pairs of items.

    Attributes
    ----------
    items : tuple of str
        The items.
    estimates : DataFrame
        ``item_1, item_2, estimate, std_error, n, likelihood_ratio, likelihood_ratio_df``: a row a pair.
    thresholds : DataFrame
        ``item, threshold, estimate, std_error``: a row a threshold; on the scale of a standard normal variable.
    n : int
        Persons.
    problems : tuple of Problem
        Missing answers and correlations on their limit.
    """

    title: ClassVar[str] = "Polychoric correlations"

    items: tuple[str, ...]
    estimates: pd.DataFrame
    thresholds: pd.DataFrame
    n: int
    problems: tuple[Problem, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a pair: ``term, item_1, item_2, estimate, std_error, conf_low, conf_high, n, statistic, df, p_value``.

        The interval is symmetric for Fisher's z. ``statistic`` is the likelihood ratio of the two-way table against
        the bivariate normal distribution: a small p value says that the correlation does not tell all of the table.
        """
        table = self.estimates
        r, error = table["estimate"].to_numpy(dtype=float), table["std_error"].to_numpy(dtype=float)
        half = stats.norm.ppf((1 + conf_level) / 2) * error / (1 - r**2)
        df = table["likelihood_ratio_df"].to_numpy(dtype=float)
        tested = df > 0
        statistic = np.where(tested, table["likelihood_ratio"], np.nan)
        return pd.DataFrame(
            {
                "term": [f"{a} ~~ {b}" for a, b in zip(table["item_1"], table["item_2"], strict=True)],
                "item_1": table["item_1"],
                "item_2": table["item_2"],
                "estimate": r,
                "std_error": error,
                "conf_low": np.tanh(np.arctanh(r) - half),
                "conf_high": np.tanh(np.arctanh(r) + half),
                "n": table["n"],
                "statistic": statistic,
                "df": df,
                "p_value": stats.chi2.sf(statistic, np.where(tested, df, np.nan)),
            }
        )

    @property
    def matrix(self) -> pd.DataFrame:
        """The correlations as a matrix, items by items."""
        full = pd.DataFrame(np.eye(len(self.items)), index=list(self.items), columns=list(self.items))
        for first, second, value in self.estimates[["item_1", "item_2", "estimate"]].itertuples(index=False):
            full.loc[first, second] = full.loc[second, first] = value
        return full

    def glance(self) -> pd.DataFrame:
        """One row: persons, items, mean, lowest and highest correlation."""
        r = self.estimates["estimate"]
        row: dict[str, Any] = {"n": self.n, "n_items": len(self.items), "mean_correlation": float(r.mean())}
        return pd.DataFrame([row | {"lowest": float(r.min()), "highest": float(r.max())}])

    def cautions(self) -> list[str]:
        """Missing answers and correlations on their limit, in the language of the terminal."""
        return cautions_of(self.problems)


def polychoric_correlations(
    frame: pd.DataFrame, items: Sequence[str], *, missing: Missing = "pairwise"
) -> PolychoricCorrelations:
    """Correlations of the normal variables that are thought to lie behind ordinal answers.

    Thresholds come from the margins, each correlation from its two-way table by maximum likelihood (Olsson, 1979);
    standard errors take the thresholds' uncertainty along (Muthén, 1984; Jöreskog, 1994). Values are those of
    ``lavCor`` in R's lavaan.

    Parameters
    ----------
    frame : DataFrame
        A row a person.
    items : sequence of str
        Columns with ordered answers, at most 20 different ones each. Answers that nobody gave do not count.
    missing : {"pairwise", "complete"}
        Whether a person counts for the pairs that he or she answered, or only with all answers.

    Returns
    -------
    PolychoricCorrelations
        A row a pair; ``matrix`` and ``thresholds``.

    Raises
    ------
    MeasurementError
        M001 to M004 and M008 columns and options; M301 a pair that nobody answered, M302 an item without
        differences, M303 too many different answers, M308 too few persons.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1, 1, 2, 2, 3, 3, 1, 2], "b": [1, 2, 2, 3, 3, 3, 1, 1]})
    >>> polychoric_correlations(frame, ["a", "b"]).tidy()[["term", "estimate"]].round(2)
         term  estimate
    0  a ~~ b      0.87
    """
    checked_choice("missing", missing, ("pairwise", "complete"))
    names = item_names(frame, items, ordered=True)
    answers, problems = answered_rows(frame, names, missing)
    found = polychoric(category_codes(answers, names), names=names)
    labels = np.array(names, dtype=object)
    first, second = found.pairs[:, 1], found.pairs[:, 0]
    estimates = pd.DataFrame(
        {
            "item_1": labels[first],
            "item_2": labels[second],
            "estimate": found.correlations,
            "std_error": found.std_errors,
            "n": found.pair_counts.astype(int),
            "likelihood_ratio": found.likelihood_ratio,
            "likelihood_ratio_df": found.likelihood_ratio_df,
        }
    )
    gamma = np.diag(found.gamma if found.gamma is not None else np.empty((0, 0)))
    numbers = np.concatenate([np.arange(1, count) for count in found.n_categories])
    thresholds = pd.DataFrame(
        {
            "item": labels[found.threshold_items],
            "threshold": numbers,
            "estimate": found.thresholds,
            "std_error": np.sqrt(gamma[: len(found.thresholds)] / found.n),
        }
    )
    problems += limit_problems(found, names)
    return PolychoricCorrelations(tuple(names), estimates, thresholds, len(answers), tuple(problems))
