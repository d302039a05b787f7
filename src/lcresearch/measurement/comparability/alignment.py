"""Alignment: factor means of many groups on one scale, without asking that all parameters are equal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import MeasurementError, Problem
from lcresearch.measurement.comparability.alignment_criterion import Criterion
from lcresearch.measurement.comparability.alignment_errors import Spread, invariant_set, spread_of
from lcresearch.measurement.comparability.alignment_search import IDENTIFICATIONS, Aligned, align
from lcresearch.measurement.comparability.ordered_settings import OrderedSetting, ordered_groups
from lcresearch.measurement.comparability.settings import Setting, across_groups
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.factor_model import FactorModel
from lcresearch.measurement.factor_models.ordinal_fitting import check_options
from lcresearch.measurement.group_moments import Moments
from lcresearch.measurement.item_response.graded_response import known_option
from lcresearch.measurement.ordinal_moments import OrdinalMoments
from lcresearch.results import Result

TRUSTED_SHARE = 0.25
"""Largest share of non-invariant parameters (Muthen & Asparouhov 2014): a rule of thumb."""
_FLAT = 1e-6
_WIDE = 1.0
"""Standard error of a factor mean, in standard deviations of the factor, above which it says nothing."""
_EPSILON, _EPSILON_ORDERED = 0.001, 0.01


@dataclass(frozen=True, repr=False, eq=False)
class Alignment(Result):
    """Factor means and variances of groups on one scale; made by :func:`~lcresearch.measurement.alignment`.

    Attributes
    ----------
    groups, items : tuple of str
    n : int
        Persons.
    identification : str
    factors : DataFrame
        ``factor, group, mean, mean_se, variance, variance_se``.
    parameters : DataFrame
        ``factor, item, kind, group, configural, aligned, std_error, deviation, p_value, invariant``: a row a loading or
        intercept of a group, with ordered items a threshold (``a1|t2``); ``deviation`` is from the mean of the groups
        that share it.
    item_fit : DataFrame
        ``factor, item, kind, mean, r_squared, n_deviating, groups``: the mean over groups that share the parameter, the
        share of its variance over groups that factor means and variances explain (Asparouhov & Muthen 2014), and the
        groups that deviate.
    criterion : DataFrame
        ``factor, value, n_starts, n_best, r_squared_loadings, r_squared_intercepts`` (with ordered items
        ``r_squared_thresholds``); the R squared are those of sirt, over all items, about zero.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Alignment"

    groups: tuple[str, ...]
    items: tuple[str, ...]
    n: int
    identification: str
    factors: pd.DataFrame
    parameters: pd.DataFrame
    item_fit: pd.DataFrame
    criterion: pd.DataFrame
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a factor mean: ``term, factor, group, estimate, std_error, statistic, p_value, conf_low, conf_high``.

        Means are in standard deviations of the factor in the first group.
        """
        table = self.factors
        error = table["mean_se"].where(table["mean_se"] > 0)
        width = stats.norm.ppf((1 + conf_level) / 2) * error
        z = table["mean"] / error
        return pd.DataFrame(
            {
                "term": "mean",
                "factor": table["factor"],
                "group": table["group"],
                "estimate": table["mean"],
                "std_error": error,
                "statistic": z,
                "p_value": 2 * stats.norm.sf(z.abs()),
                "conf_low": table["mean"] - width,
                "conf_high": table["mean"] + width,
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: ``n, n_groups, n_items, identification, share_non_invariant``."""
        row = {"n": self.n, "n_groups": len(self.groups), "n_items": len(self.items)}
        share = self.share_non_invariant
        return pd.DataFrame([row | {"identification": self.identification, "share_non_invariant": share}])

    @property
    def share_non_invariant(self) -> float:
        """Share of loadings and intercepts that deviate."""
        return float(1 - self.parameters["invariant"].mean())

    @property
    def deviating(self) -> pd.DataFrame:
        """Which groups deviate on which item, the largest deviations first."""
        table = self.parameters[~self.parameters["invariant"]]
        return table.sort_values("p_value").reset_index(drop=True)

    def cautions(self) -> list[str]:
        """What the reader must know, in the language of the terminal."""
        return [problem.message() for problem in self.problems]


def alignment(
    model: str,
    data: pd.DataFrame | Moments | OrdinalMoments,
    group: str | None = None,
    *,
    ordered: Sequence[str] | bool = (),
    identification: str = "fixed",
    power: float = 0.25,
    epsilon: float | None = None,
    weighted: bool = True,
    estimator: str | None = None,
    missing: str = "listwise",
    n_starts: int = 20,
    seed: int = 0,
) -> Alignment:
    """Put factor means and variances of groups on one scale on which most parameters are alike.

    The configural model is fitted; then means and variances are chosen for which loadings and intercepts differ in few
    places, as a rotation does (Asparouhov & Muthen 2014). Each factor on its own. In the search the product of the
    standard deviations is 1, as in sirt for many groups; results are in the unit that is asked.

    Parameters
    ----------
    model : str
        Each item with one factor, no fixed loadings.
    data : DataFrame, Moments or OrdinalMoments
    group : str, optional
        Column of the groups, two or more; with moments of several groups these are the groups.
    ordered : sequence of str, or True
        Items whose answers are ordered categories: loadings and thresholds are aligned (Muthen & Asparouhov 2014), with
        the residual variance of the response behind each answer 1 in each group.
    identification : "fixed", "free" or "centred"
        Mean 0 and variance 1 of the first group; its mean estimated too; or means with mean 0 and standard deviations
        with product 1, for which it does not matter which group is first.
    power, epsilon : float
        Of the cost (x^2 + epsilon)^power of a difference. 0.25 is the fourth root of the article. By default epsilon is
        0.001, and 0.01 for ordered items, whose parameters are less precise: standard errors hold where the root of
        epsilon is not far below those of configural parameters.
    weighted : bool
        Weight pairs of groups with the root of the product of their numbers of persons.
    estimator, missing : str
        As for :func:`~lcresearch.measurement.cfa`.
    n_starts, seed : int
        Starts of the search.

    Returns
    -------
    Alignment
        Means and variances of the factors by group, and which groups deviate on which item.

    Raises
    ------
    MeasurementError
        M263: an item with several factors, factors of factors, fixed loadings; M264: one group; M004: options.

    Examples
    --------
    Invented answers in three firms with equal loadings and intercepts:

    >>> rng = np.random.default_rng(3)
    >>> firm = np.repeat(["A", "B", "C"], 500)
    >>> capacity = rng.normal(np.repeat([0, 0.5, 1.0], 500), 1)
    >>> frame = pd.DataFrame({f"a{k}": 3 + 0.8 * capacity + rng.normal(0, 0.6, 1500) for k in range(1, 5)})
    >>> found = alignment("capacity =~ a1 + a2 + a3 + a4", frame.assign(firm=firm), "firm")
    >>> found.factors["mean"].round(1).tolist()
    [0.0, 0.5, 0.9]
    """
    known_option("identification", identification, IDENTIFICATIONS)
    setting = _setting(model, data, group, ordered, estimator, missing)
    _check_simple(setting)
    fit = setting.fit(())
    rng = np.random.default_rng(seed)
    if epsilon is None:
        epsilon = _EPSILON_ORDERED if isinstance(setting, OrderedSetting) else _EPSILON
    root = np.sqrt(setting.group_sizes) if weighted else np.ones(len(setting.units))
    parts, problems = [], []
    if not fit.converged:
        problems.append(Problem("M279", values={"steps": ["configural"]}))
    for factor, items in setting.items_of.items():
        levels = _levels(setting, items)
        names = [name for own in levels for name in own]
        owner = np.repeat(np.arange(len(items)), [len(own) for own in levels])
        loadings, intercepts, covariance = configural(fit, factor, items, names)
        criterion = Criterion(loadings, intercepts, root / root.sum(), power, epsilon, owner)
        aligned = align(criterion, identification, n_starts, rng)
        spread = spread_of(criterion, aligned, covariance, unit=None if identification == "centred" else 0)
        if identification == "free" and (spread.condition < _FLAT or spread.largest_error_of_a_mean > _WIDE):
            problems = [each for each in problems if each.code != "M287"]
            problems.append(Problem("M287"))
        if aligned.n_best < 2 <= n_starts:
            values = {"n": aligned.n_best, "n_starts": n_starts, "factor": factor}
            problems.append(Problem("M288", values=values))
        labels = items if names[0].endswith("~1") else tuple(names)
        parts.append(_tables(factor, items, labels, setting.units, criterion, aligned, spread, n_starts))
    factors, parameters, item_fit, summary = (pd.concat(part, ignore_index=True) for part in zip(*parts, strict=True))
    share = float(1 - parameters["invariant"].mean())
    if share > TRUSTED_SHARE:
        problems.append(Problem("M268", values={"share": f"{share:.0%}"}))
    return Alignment(
        setting.units, setting.items, int(fit.estimated.n), identification, factors, parameters, item_fit, summary,
        tuple(problems),
    )  # fmt: skip


def _setting(
    model: str,
    data: pd.DataFrame | Moments | OrdinalMoments,
    group: str | None,
    ordered: Sequence[str] | bool,
    estimator: str | None,
    missing: str,
) -> Setting:
    """The setting of numbers or of ordered answers, after refusing what does not go together."""
    said = ordered if isinstance(ordered, bool) else len(ordered) > 0
    if said or isinstance(data, OrdinalMoments):
        if isinstance(data, Moments):
            raise MeasurementError("M231", what="WLSMV")
        check_options(estimator, missing, "theta")
        return ordered_groups(model, data, group, ordered, missing)
    estimator = "ML" if estimator is None else estimator
    known_option("estimator", estimator, ("ML", "MLR", "MLM"))
    if isinstance(data, Moments) and (missing == "fiml" or estimator != "ML"):
        raise MeasurementError("M231", what="fiml" if missing == "fiml" else estimator)
    return across_groups(model, data, group, estimator, missing)


def _levels(setting: Setting, items: tuple[str, ...]) -> list[list[str]]:
    """Names of the intercept, or of the thresholds, of each item."""
    if isinstance(setting, OrderedSetting):
        return [[f"{item}|t{k}" for k in range(1, len(setting.categories(item)))] for item in items]
    return [[f"{item}~1"] for item in items]


def _check_simple(setting: Setting) -> None:
    """M263 for what cannot be aligned."""
    loading = [each for each in setting.table.parameters if each.operator == "=~"]
    several = [item for item in setting.items if sum(each.right == item for each in loading) > 1]
    higher = [each.right for each in loading if each.right in setting.table.latent]
    fixed = [each.right for each in loading if any(value is not None for value in each.fixed)]
    regressed = [p.left for p in setting.table.parameters if p.operator == "~" and p.right != "1"]
    wrong = list(dict.fromkeys([*several, *higher, *fixed, *regressed]))
    if wrong:
        raise MeasurementError("M263", items=wrong)


def configural(
    fit: FactorModel, factor: str, items: tuple[str, ...], levels: Sequence[str]
) -> tuple[Array, Array, Array]:
    """Loadings (n_groups, n_items) and intercepts (n_groups, n_intercepts) of a factor, and their covariances.

    Parameters
    ----------
    fit : FactorModel
    factor : str
    items : tuple of str
    levels : sequence of str
        Names of intercepts; or of thresholds, whose sign is turned, since answers are higher with lower thresholds.
    """
    place = {each.name: at for at, each in enumerate(fit.layout.table.parameters)}
    at = [*(place[f"{factor}=~{item}"] for item in items), *(place[name] for name in levels)]
    values = fit.estimated.values[:, at]
    covariance = fit.estimated.local_covariance[:, at][:, :, at]
    p = len(items)
    turn = np.where(values[:, :p].sum(axis=1) < 0, -1.0, 1.0)[:, None]
    level = np.array([-1.0 if "|" in name else 1.0 for name in levels])
    sign = np.concatenate([np.repeat(turn, p, axis=1), np.broadcast_to(level, values[:, p:].shape)], axis=1)
    return values[:, :p] * turn, values[:, p:] * level, covariance * sign[:, :, None] * sign[:, None, :]


def unexplained(criterion: Criterion, eta: Array) -> dict[str, Array]:
    """What means and variances of the factor leave of the configural loadings and intercepts, shapes as these."""
    alpha, log_psi = np.split(eta, 2)
    loadings, intercepts = criterion.aligned(eta)
    of_loading, of_intercept = loadings.mean(axis=0), intercepts.mean(axis=0)
    return {
        "loading": criterion.loadings - np.exp(log_psi)[:, None] * of_loading,
        "intercept": criterion.intercepts - of_intercept - alpha[:, None] * of_loading[criterion.item],
    }


def _tables(
    factor: str,
    items: tuple[str, ...],
    levels: tuple[str, ...],
    groups: tuple[str, ...],
    criterion: Criterion,
    aligned: Aligned,
    spread: Spread,
    n_starts: int,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Factors, parameters, items and the criterion of one factor; ``levels`` names intercepts or thresholds."""
    alpha, log_psi = np.split(spread.estimate, 2)
    variance, errors = np.exp(2 * log_psi), np.sqrt(np.maximum(np.diagonal(spread.eta), 0))
    mean_se, scale_se = np.split(errors, 2)
    factors = pd.DataFrame({"factor": factor, "group": groups, "mean": alpha, "mean_se": mean_se})
    factors = factors.assign(variance=variance, variance_se=2 * variance * scale_se)
    loadings, intercepts = criterion.aligned(spread.estimate)
    kind_of_level, sign = ("threshold", -1.0) if "|" in levels[0] else ("intercept", 1.0)
    before = {"loading": criterion.loadings, kind_of_level: sign * criterion.intercepts}
    left = dict(zip(before, unexplained(criterion, spread.estimate).values(), strict=True))
    whole = {name: 1 - float((left[name] ** 2).sum() / (before[name] ** 2).sum()) for name in left}
    rows, fits = [], []
    for kind, names, values, covariances in (
        ("loading", items, loadings, spread.loadings),
        (kind_of_level, levels, sign * intercepts, spread.intercepts),
    ):
        for i, item in enumerate(names):
            members, deviation, p_value = invariant_set(values[:, i], covariances[i])
            rows.append(
                pd.DataFrame(
                    {
                        "factor": factor,
                        "item": item,
                        "kind": kind,
                        "group": groups,
                        "configural": before[kind][:, i],
                        "aligned": values[:, i],
                        "std_error": np.sqrt(np.maximum(np.diagonal(covariances[i]), 0)),
                        "deviation": deviation,
                        "p_value": p_value,
                        "invariant": members,
                    }
                )
            )
            varies = before[kind][:, i].std() > 1e-6 * np.abs(before[kind]).max()
            share = 1 - left[kind][:, i].var() / before[kind][:, i].var() if varies else np.nan
            others = [name for name, member in zip(groups, members, strict=True) if not member]
            shared = float(values[members, i].mean())
            fits.append((factor, item, kind, shared, share, len(others), ", ".join(others)))
    columns = ["factor", "item", "kind", "mean", "r_squared", "n_deviating", "groups"]
    summary = {"factor": factor, "value": aligned.value, "n_starts": n_starts, "n_best": aligned.n_best}
    summary |= {f"r_squared_{name}s": value for name, value in whole.items()}
    return factors, pd.concat(rows, ignore_index=True), pd.DataFrame(fits, columns=columns), pd.DataFrame([summary])
