"""The average as it would be without selection on p values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import scipy.special

from lcresearch.errors import Place, Problem, SynthesisError, nearest
from lcresearch.messages import Messages
from lcresearch.results import Result
from lcresearch.synthesis.effect_columns import Array, Column, effects
from lcresearch.synthesis.random_effects.coefficients import checked_level
from lcresearch.synthesis.random_effects.fitting import Fit, fit_studies
from lcresearch.synthesis.random_effects.heterogeneity import Studies
from lcresearch.synthesis.selection.enough import few, needs
from lcresearch.synthesis.selection.step_selection import StepData, fit_steps, step_data

_DIRECTIONS = ("greater", "less")
_FEW_IN_A_RANGE = 4


@dataclass(frozen=True, repr=False, eq=False)
class SelectionModel(Result):
    """A selection model by :func:`~lcresearch.synthesis.selection_model`.

    Attributes
    ----------
    ranges : DataFrame
        Of one-sided p values: ``p_from, p_to, n, weight, std_error``.
    mean, mean_std_error, tau2, tau2_std_error : float
        With selection taken into account; the standard error of tau2 is NaN where tau2 is zero.
    unadjusted, unadjusted_std_error, unadjusted_tau2 : float
        By maximum likelihood without selection.
    log_likelihood, unadjusted_log_likelihood : float
    weights_given : bool
        Whether the weights were held.
    alternative : str
    converged : bool
    n : int
    left_out : list of str
    """

    title: ClassVar[str] = "Selection model with steps"

    ranges: pd.DataFrame
    mean: float
    mean_std_error: float
    tau2: float
    tau2_std_error: float
    unadjusted: float
    unadjusted_std_error: float
    unadjusted_tau2: float
    log_likelihood: float
    unadjusted_log_likelihood: float
    weights_given: bool
    alternative: str
    converged: bool
    n: int
    left_out: list[str]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Rows ``adjusted`` and ``unadjusted`` with tests and intervals by the normal distribution, and ``tau2``."""
        estimate = np.array([self.mean, self.unadjusted])
        error = np.array([self.mean_std_error, self.unadjusted_std_error])
        half = -float(scipy.special.ndtri((1 - checked_level(conf_level)) / 2)) * error
        columns: dict[str, Any] = {"term": ["adjusted", "unadjusted"], "estimate": estimate, "std_error": error}
        columns |= {"statistic": estimate / error, "p_value": 2 * scipy.special.ndtr(-np.abs(estimate / error))}
        columns |= {"conf_low": estimate - half, "conf_high": estimate + half}
        return pd.DataFrame(columns | {"tau2": [self.tau2, self.unadjusted_tau2]})

    def selection_test(self) -> pd.DataFrame:
        """Likelihood-ratio test of all weights being 1, one row: ``statistic, df, p_value``; empty for held weights."""
        df = 0 if self.weights_given else len(self.ranges) - 1
        statistic = max(0.0, 2 * (self.log_likelihood - self.unadjusted_log_likelihood))
        if not df:
            return pd.DataFrame({"statistic": [np.nan], "df": [0], "p_value": [np.nan]})
        p_value = float(scipy.special.chdtrc(df, statistic))
        return pd.DataFrame({"statistic": [statistic], "df": [df], "p_value": [p_value]})

    def glance(self) -> pd.DataFrame:
        """One row: ``n, alternative, log_likelihood, selection_statistic, selection_df, p_value, converged``."""
        test = self.selection_test().iloc[0]
        row: dict[str, Any] = {"n": self.n, "alternative": self.alternative, "log_likelihood": self.log_likelihood}
        row |= {"selection_statistic": float(test["statistic"]), "selection_df": int(test["df"])}
        return pd.DataFrame([row | {"p_value": float(test["p_value"]), "converged": self.converged}])

    def cautions(self) -> list[str]:
        """What the reader must know: no optimum, few effects in a range, and what the model assumes."""
        say, found = Messages(), few(self.n, self.left_out)
        if not self.converged:
            found.append(say("synthesis.selection.not_converged"))
        scarce = self.ranges.loc[self.ranges["n"] < _FEW_IN_A_RANGE]
        if len(scarce) and not self.weights_given:
            numbers = scarce[["p_from", "p_to", "n"]].to_numpy(dtype=float)
            shown = ", ".join(f"{low:g}-{high:g} ({n:g})" for low, high, n in numbers)
            found.append(say("synthesis.selection.scarce", ranges=shown))
        return [*found, say("synthesis.selection.steps")]


def selection_model(
    yi: Column,
    vi: Column,
    *,
    steps: Sequence[float] = (0.025,),
    alternative: str = "greater",
    weights: Sequence[float] | None = None,
    data: pd.DataFrame | None = None,
    labels: Column | None = None,
) -> SelectionModel:
    """A random-effects meta-analysis of studies that are seen with a probability that depends on their p value.

    Parameters
    ----------
    yi, vi : array of shape (k,), or name of a column of ``data``
        Effects and their sampling variances.
    steps : sequence of float
        One-sided p values, rising, at which the probability changes. 0.025 is significance at .05, two-sided; 0.5 is
        where effects change sign.
    alternative : {"greater", "less"}
        The direction that was hoped for.
    weights : sequence of float, optional
        Relative probabilities of the ranges after the first, held instead of estimated: a sensitivity analysis for
        few studies (Vevea & Woods 2005).
    data : DataFrame, optional
    labels : array or name of a column, optional

    Returns
    -------
    SelectionModel

    Raises
    ------
    SynthesisError
        Y046: no such direction; Y048: fewer effects than parameters; Y050: the steps cannot be; Y051: a range holds no
        effect, so that its weight cannot be estimated; Y052: the weights cannot be; Y060 to Y065.

    References
    ----------
    Vevea & Hedges (1995), Psychometrika 60, 419-435. Vevea & Woods (2005), Psychological Methods 10, 428-443.

    Examples
    --------
    Invented: most studies are hardly significant.

    >>> y, v = [0.45, 0.62, 0.31, 0.8, 0.12, 0.5, 0.35, 0.05], [0.04, 0.09, 0.02, 0.14, 0.01, 0.06, 0.03, 0.02]
    >>> found = selection_model(y, v, weights=[0.2])
    >>> found.tidy()[["term", "estimate"]].round(2)
             term  estimate
    0    adjusted      0.16
    1  unadjusted      0.27
    """
    if alternative not in _DIRECTIONS:
        near = nearest(str(alternative), _DIRECTIONS) or "–"
        raise SynthesisError("Y046", what="alternative", found=str(alternative), known=list(_DIRECTIONS), nearest=near)
    at = _rising(steps)
    held = None if weights is None else _held(weights, len(at))
    given = effects(yi, vi, data, labels)
    needs(3 if held is not None else 2 + len(at), given.yi)
    sign = -1.0 if alternative == "less" else 1.0
    prepared = step_data(sign * given.yi, given.vi, at)
    ranges = _ranges(prepared, at)
    if held is None:
        _every_range_holds_some(ranges)
    plain = fit_studies(Studies(sign * given.yi, given.vi, np.ones((len(given.yi), 1))), "ML", "normal")
    return _result(prepared, ranges, held, plain, sign, given.left_out)


def _result(
    prepared: StepData, ranges: pd.DataFrame, held: Array | None, plain: Fit, sign: float, left_out: list[str]
) -> SelectionModel:
    fit = fit_steps(prepared, plain.tau2, held)
    error = np.sqrt(np.diag(fit.covariance))
    own, own_error = (fit.parameters[2:], error[2:]) if held is None else (held, np.full(len(held), np.nan))
    return SelectionModel(
        ranges=ranges.assign(weight=[1.0, *own], std_error=[np.nan, *own_error]),
        mean=sign * float(fit.parameters[0]),
        mean_std_error=float(error[0]),
        tau2=float(fit.parameters[1]),
        tau2_std_error=float(error[1]),
        unadjusted=sign * float(plain.coefficients[0]),
        unadjusted_std_error=float(np.sqrt(plain.covariance[0, 0])),
        unadjusted_tau2=plain.tau2,
        log_likelihood=fit.log_likelihood,
        unadjusted_log_likelihood=plain.criteria(restricted=False)["log_likelihood"],
        weights_given=held is not None,
        alternative="less" if sign < 0 else "greater",
        converged=fit.converged,
        n=len(prepared.yi),
        left_out=left_out,
    )


def _rising(steps: Sequence[float]) -> Array:
    try:
        at = np.atleast_1d(np.asarray(steps, dtype=float))
    except (TypeError, ValueError) as error:
        raise SynthesisError("Y050", found=str(steps)) from error
    at = at[at < 1]
    if not len(at) or not np.all((at > 0) & np.isfinite(at)) or np.any(np.diff(at) <= 0):
        raise SynthesisError("Y050", found=str(np.atleast_1d(steps).tolist()))
    return np.asarray(at)


def _held(weights: Sequence[float], n: int) -> Array:
    found = np.atleast_1d(np.asarray(weights, dtype=float))
    if len(found) != n or not np.all((found > 0) & np.isfinite(found)):
        raise SynthesisError("Y052", found=str(list(weights)), n=n)
    return found


def _ranges(prepared: StepData, at: Array) -> pd.DataFrame:
    bounds = [0.0, *at, 1.0]
    counts = np.bincount(prepared.place, minlength=len(at) + 1)
    return pd.DataFrame({"p_from": bounds[:-1], "p_to": bounds[1:], "n": counts})


def _every_range_holds_some(ranges: pd.DataFrame) -> None:
    empty = [
        Problem("Y051", Place(), {"low": f"{low:g}", "high": f"{high:g}"})
        for low, high, n in ranges.to_numpy(dtype=float)
        if n == 0
    ]
    if empty:
        raise SynthesisError(empty)
