"""Likelihood-ratio tests of nested models, with information criteria."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
import scipy.stats

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.small_matrices import Array
from lcresearch.results import Result

if TYPE_CHECKING:
    from lcresearch.multilevel.design import Design
    from lcresearch.multilevel.mixed_model import MixedModel


@dataclass(frozen=True, repr=False, eq=False)
class Comparison(Result):
    """Models compared, each with the one before it.

    Attributes
    ----------
    table : DataFrame
        A row a model: ``model, n_parameters, aic, bic, log_likelihood, statistic, df, p_value, p_value_boundary``. The
        last one is of the mixture of chi-square distributions with k and k + 1 degrees of freedom, where one variance
        with k covariances was added (Stram & Lee 1994); missing elsewhere.
    refitted : bool
        Whether fits by REML were fitted again by maximum likelihood.
    """

    title: ClassVar[str] = "Likelihood-ratio tests"

    table: pd.DataFrame
    refitted: bool

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a model; see :attr:`table`."""
        return self.table

    def glance(self) -> pd.DataFrame:
        """One row: number of models, and whether they were fitted again."""
        return pd.DataFrame([{"n_models": len(self.table), "refitted": self.refitted}])

    def cautions(self) -> list[str]:
        """That the models were fitted again."""
        from lcresearch.messages import Messages

        return [Messages()("multilevel.refitted")] if self.refitted else []


def compare(*models: MixedModel | Sequence[MixedModel]) -> Comparison:
    """Compare models that were fitted to the same rows, from the smallest to the largest.

    Fits by REML are fitted again by maximum likelihood when their fixed parts differ.

    Parameters
    ----------
    models : LinearMixedModel or GeneralisedLinearMixedModel
        Two or more, also as one list, of one kind; generalised ones of one family, link and number of nodes.

    Returns
    -------
    Comparison
        A row a model: AIC, BIC, and the test against the one before.

    Raises
    ------
    MultilevelError
        L024 for fewer than two models, or models of other rows or outcomes; L134 for what is no fitted model.
    """
    fits: list[Any] = [fit for each in models for fit in (each if isinstance(each, list | tuple) else [each])]
    wrong = [type(fit).__name__ for fit in fits if not hasattr(fit, "n_parameters")]
    if wrong:
        raise MultilevelError("L134", found=wrong)
    kinds = {(fit.n, fit.kind, fit.model.cross.columns.names[-1], fit.model.cross.weights) for fit in fits}
    if len(fits) < 2 or len(kinds) > 1 or not all(_same_rows(fits[0], other) for other in fits[1:]):
        raise MultilevelError("L024", reason_n=len(fits), n=[fit.n for fit in fits])
    same_fixed = len({model.model.cross.columns.fixed_names for model in fits}) == 1
    methods = {model.method for model in fits}
    refit = methods != {"ML"} and not (same_fixed and methods == {"REML"})
    compared = [model.refit("ML") if refit else model for model in fits]
    order = np.argsort([fit.n_parameters for fit in compared], kind="stable")
    rows = _rows([compared[place] for place in order])
    return Comparison(pd.DataFrame(rows), refit)


def _same_rows(one: MixedModel, other: MixedModel) -> bool:
    """Whether two models stand on the same rows: by their index and outcomes, or by the sums of both."""
    rows: list[Design | None] = [getattr(fit, "design", None) for fit in (one, other)]
    outcome = one.model.cross.columns.names[-1]
    if all(design is not None for design in rows):
        first, second = (design for design in rows if design is not None)
        values = [design.frame.get(outcome) for design in (first, second)]
        same = values[0] is None or values[1] is None or np.array_equal(values[0].to_numpy(), values[1].to_numpy())
        return first.rows.equals(second.rows) and same
    mine, theirs = _outcome_sums(one), _outcome_sums(other)
    return any("offset" in fit.formula for fit in (one, other)) or np.allclose(mine, theirs, rtol=1e-6, atol=0)


def _outcome_sums(fit: MixedModel) -> Array:
    """Sums of weights, and of squares of the outcome about zero."""
    cross = fit.model.cross
    total, shift = cross.total, cross.shift[-1]
    return np.array([total[0, 0], total[-1, -1] + 2 * shift * total[0, -1] + shift**2 * total[0, 0]])


def _rows(fits: Sequence[MixedModel]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for place, fit in enumerate(fits):
        row: dict[str, object] = {
            "model": fit.formula,
            "n_parameters": fit.n_parameters,
            "aic": fit.aic,
            "bic": fit.bic,
            "log_likelihood": fit.log_likelihood,
            "statistic": np.nan,
            "df": np.nan,
            "p_value": np.nan,
            "p_value_boundary": np.nan,
        }
        if place:
            before = fits[place - 1]
            statistic = max(2 * (fit.log_likelihood - before.log_likelihood), 0.0)
            df = fit.n_parameters - before.n_parameters
            p_value = float(scipy.stats.chi2.sf(statistic, df)) if df else np.nan
            row |= {"statistic": statistic, "df": df, "p_value": p_value}
            row["p_value_boundary"] = _boundary(before, fit, statistic)
        rows.append(row)
    return rows


def _boundary(small: MixedModel, large: MixedModel, statistic: float) -> float:
    """The p value of the mixture, where exactly one variance with its covariances was added; else missing."""
    if small.model.cross.columns.fixed_names != large.model.cross.columns.fixed_names:
        return np.nan
    sizes = [_sizes(small), _sizes(large)]
    added = [label for label in sizes[1] if sizes[1][label] != sizes[0].get(label, ())]
    if len(added) != 1 or set(sizes[0]) - set(sizes[1]):
        return np.nan
    before, after = sizes[0].get(added[0], ()), sizes[1][added[0]]
    n_variances = sum(after) - sum(before)
    n_covariances = sum(q * (q - 1) // 2 for q in after) - sum(q * (q - 1) // 2 for q in before)
    if n_variances != 1:
        return np.nan
    first = scipy.stats.chi2.sf(statistic, n_covariances) if n_covariances else float(statistic <= 0)
    return float((first + scipy.stats.chi2.sf(statistic, n_covariances + 1)) / 2)


def _sizes(fit: MixedModel) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for term in fit.model.cross.columns.terms:
        found[term.term.label] = (*found.get(term.term.label, ()), len(term.columns))
    return found
