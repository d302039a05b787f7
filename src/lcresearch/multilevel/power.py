"""Power by simulation: how often a planned study would find an effect of a given size."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.stats

from lcresearch.errors import LcresearchWarning, MultilevelError
from lcresearch.multilevel.crossproducts import sums_of_rows
from lcresearch.multilevel.design import Design, build
from lcresearch.multilevel.estimates import RESIDUAL, Estimates
from lcresearch.multilevel.fixed_effects import FixedEffects, check_method
from lcresearch.multilevel.formula import parse
from lcresearch.multilevel.planned_design import rows_of, variants
from lcresearch.multilevel.simulation import OtherOutcomes, simulated
from lcresearch.multilevel.small_matrices import Array
from lcresearch.progress import shown_progress
from lcresearch.results import Result

_CHUNK = 50
_OUTCOME = "simulated_outcome"
Components = Mapping[str, float | Mapping[str, float] | npt.ArrayLike]


@dataclass(frozen=True, repr=False, eq=False)
class PowerResult(Result):
    """Power of one design or several.

    Attributes
    ----------
    table : DataFrame
        A row a design: its numbers, ``n`` (rows), ``n_sims, power, conf_low, conf_high`` (95%, Clopper & Pearson),
        ``estimate`` (mean), ``std_error`` (standard deviation over simulations), ``singular`` (share of fits).
    term : str
    alpha : float
    """

    title: ClassVar[str] = "Power by simulation"

    table: pd.DataFrame
    term: str
    alpha: float

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a design; see :attr:`table`."""
        return self.table

    def glance(self) -> pd.DataFrame:
        """One row: what was tested, at which level."""
        return pd.DataFrame([{"term": self.term, "alpha": self.alpha, "n_designs": len(self.table)}])


def power(
    formula: str,
    design: pd.DataFrame | Mapping[str, Any],
    *,
    fixed_effects: Mapping[str, float],
    variance_components: Components | pd.DataFrame,
    term: str,
    n_sims: int = 1000,
    alpha: float = 0.05,
    seed: int | None = None,
    ddf: str = "satterthwaite",
    n_jobs: int = 1,
    progress: Callable[[str, float], None] | bool = False,
) -> PowerResult:
    """How often a study would find an effect, by fitting the model to outcomes that were made with that effect.

    Parameters
    ----------
    formula : str
    design : DataFrame or mapping
        The rows without the outcome; or ``{"groups": {"consortium": 12, "community": 8}, "n": 25, "predictors": {"x":
        "row", "element": "community"}}``: how many groups in each group of the level above, rows in each finest group,
        and the level at which each predictor varies (``"row"`` for the rows; standard normal, or ``{"level": "row",
        "values": [0, 1, 2]}`` dealt out in turn). Numbers may be lists: then each combination is a design.
    fixed_effects : mapping of str to float
        Term -> size; terms that are not named are zero.
    variance_components : mapping or DataFrame
        Grouping factor -> variance of its intercept, or term -> variance, or covariance matrix; ``"residual"`` ->
        residual variance. Or what :attr:`LinearMixedModel.variance_components` of an earlier study holds.
    term : str
        The fixed effect that is tested.
    n_sims : int
    alpha : float
    seed : int, optional
        The same seed gives the same result, however many cores there are.
    ddf : str
        Degrees of freedom of the test.
    n_jobs : int
        Processes.
    progress : bool or callable
        True shows a bar; a function is called with a text and the share that is done.

    Returns
    -------
    PowerResult
        The share of simulated studies that find the effect, with its interval.

    Raises
    ------
    MultilevelError
        L025 for terms that the model does not have, L032 to L034 for a design or variance components that do not fit,
        L067 and L068 for other numbers that cannot be.

    Examples
    --------
    >>> study = {"groups": {"community": [6, 20]}, "n": 10, "predictors": {"element": "community"}}
    >>> found = power("y ~ element + (1 | community)", study, fixed_effects={"element": 0.4},
    ...               variance_components={"community": 0.1, "residual": 1.0}, term="element", n_sims=50, seed=1)
    >>> bool(found.table["power"][1] > found.table["power"][0])
    True
    """
    _check_numbers(n_sims, alpha, ddf, n_jobs)
    if progress is True:
        with shown_progress() as bar:
            return power(
                formula, design, fixed_effects=fixed_effects, variance_components=variance_components, term=term,
                n_sims=n_sims, alpha=alpha, seed=seed, ddf=ddf, n_jobs=n_jobs, progress=bar,
            )  # fmt: skip
    seeds = np.random.SeedSequence(seed)
    plans = [None] if isinstance(design, pd.DataFrame) else variants(design)
    rows = []
    for place, (plan, own) in enumerate(zip(plans, seeds.spawn(len(plans)), strict=True)):
        frame = (
            design if isinstance(design, pd.DataFrame) else rows_of(plan or {}, np.random.default_rng(own.spawn(1)[0]))
        )
        designed = _designed(formula, frame)
        numbers = dict(plan["groups"]) | {"n_per_group": plan["n"]} if plan else {}
        chunks = [size for size in np.diff([*range(0, n_sims, _CHUNK), n_sims]).tolist() if size]
        jobs = [
            _Job(designed, dict(fixed_effects), variance_components, term, size, ddf, each)
            for size, each in zip(chunks, own.spawn(len(chunks)), strict=True)
        ]
        found = []
        for done, part in enumerate(_run(jobs, n_jobs), start=1):
            found.append(part)
            if callable(progress):
                progress("power", (place + done / len(jobs)) / len(plans))
        rows.append(numbers | _row(np.concatenate(found), len(designed.matrix), alpha))
    return PowerResult(pd.DataFrame(rows), term, alpha)


@dataclass(frozen=True)
class _Job:
    """Some simulations of one design, with a seed of their own."""

    design: Design
    fixed_effects: dict[str, float]
    variance_components: Any
    term: str
    n_sims: int
    ddf: str
    seed: np.random.SeedSequence

    def __call__(self) -> Array:
        """Estimate, p value and whether the fit is singular, shape (n_sims, 3)."""
        design, rng = self.design, np.random.default_rng(self.seed)
        truth = _truth(design, self.fixed_effects, self.variance_components, self.term)
        place = design.columns.fixed_names.index(self.term)
        others = OtherOutcomes(design, sums_of_rows(design), reml=True)
        outcomes = simulated(design, truth, self.n_sims, rng)
        contrast = np.eye(len(truth.beta))[[place]]
        found = np.empty((self.n_sims, 4))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LcresearchWarning)
            for sim in range(self.n_sims):
                fit = others.fit(outcomes[:, sim])
                fixed = FixedEffects(fit.model, fit.estimates, fit.optimum.theta)
                error = np.sqrt(fixed.covariance(self.ddf)[place, place])
                found[sim] = fit.estimates.beta[place], error, fixed.df(contrast, self.ddf)[0], fit.singular
        estimates, errors, df, singular = found.T
        p_values = 2 * scipy.stats.t.sf(np.abs(estimates / errors), df)
        return np.column_stack([estimates, p_values, singular])


def _designed(formula: str, frame: pd.DataFrame) -> Design:
    """The design with an outcome of noise, in place of what the formula says the outcome is."""
    outcome = pd.Series(np.random.default_rng(0).normal(size=len(frame)), index=frame.index)
    return build(replace(parse(formula), response=_OUTCOME), frame.assign(**{_OUTCOME: outcome}))


def _check_numbers(n_sims: int, alpha: float, ddf: str, n_jobs: int) -> None:
    check_method(ddf)
    if not 0 < alpha < 1:
        raise MultilevelError("L067", found=str(alpha))
    for name, value in (("n_sims", n_sims), ("n_jobs", n_jobs)):
        if not isinstance(value, int) or value < 1:
            raise MultilevelError("L068", name=name, found=str(value), known=["1, 2, 3, ..."])


def _call(job: _Job) -> Array:
    return job()


def _run(jobs: list[_Job], n_jobs: int) -> Any:
    if n_jobs == 1:
        yield from map(_call, jobs)
        return
    with ProcessPoolExecutor(max_workers=n_jobs) as pool:
        yield from pool.map(_call, jobs)


def _row(found: Array, n: int, alpha: float) -> dict[str, Any]:
    n_sims, hits = len(found), int((found[:, 1] < alpha).sum())
    low = scipy.stats.beta.ppf(0.025, hits, n_sims - hits + 1) if hits else 0.0
    high = scipy.stats.beta.ppf(0.975, hits + 1, n_sims - hits) if hits < n_sims else 1.0
    return {
        "n": n,
        "n_sims": n_sims,
        "power": hits / n_sims,
        "conf_low": float(low),
        "conf_high": float(high),
        "estimate": float(found[:, 0].mean()),
        "std_error": float(found[:, 0].std(ddof=1)) if n_sims > 1 else np.nan,
        "singular": float(found[:, 2].mean()),
    }


def _truth(design: Design, fixed_effects: Mapping[str, float], components: Any, term: str) -> Estimates:
    """The parameters to simulate from."""
    names = design.columns.fixed_names
    unknown = [name for name in [*fixed_effects, term] if name not in names]
    if unknown:
        raise MultilevelError("L025", found=unknown, n=len(names), known=list(names))
    beta = np.array([fixed_effects.get(name, 0.0) for name in names], dtype=float)
    given = _by_group(components) if isinstance(components, pd.DataFrame) else dict(components)
    labels = [each.term.label for each in design.columns.terms]
    if set(given) != {*labels, RESIDUAL}:
        raise MultilevelError("L034", found=sorted(map(str, given)), known=[*dict.fromkeys(labels), RESIDUAL])
    _check_components(given, design)
    covariances = tuple(_matrix(given[each.term.label], each.names) for each in design.columns.terms)
    p = len(names)
    return Estimates(beta, np.full((p, p), np.nan), float(given[RESIDUAL]), covariances, np.nan)


def _check_components(given: Mapping[str, Any], design: Design) -> None:
    """Refuse names of effects that no term has, and variances below zero."""
    for label in {each.term.label for each in design.columns.terms}:
        known = [name for each in design.columns.terms if each.term.label == label for name in each.names]
        own = given[label]
        if not isinstance(own, Mapping | pd.DataFrame):
            continue
        unknown = [str(name) for name in own if name not in known]
        negative = [] if isinstance(own, pd.DataFrame) else [v for v in own.values() if not float(v) >= 0]
        if unknown or negative:
            raise MultilevelError("L034", found=str(unknown or negative), known=known)
    if not float(given[RESIDUAL]) > 0:
        raise MultilevelError("L034", found=f"{RESIDUAL}: {given[RESIDUAL]}", known=[f"{RESIDUAL} > 0"])


def _matrix(given: Any, names: tuple[str, ...]) -> Array:
    """A covariance matrix of one term, from a variance, variances by name, or a matrix."""
    q = len(names)
    if isinstance(given, pd.DataFrame):
        return given.reindex(index=names, columns=names, fill_value=0.0).to_numpy()
    if isinstance(given, Mapping):
        return np.diag([float(given.get(name, 0.0)) for name in names])
    matrix = np.atleast_2d(np.asarray(given, dtype=float))
    if matrix.shape != (q, q) or not np.allclose(matrix, matrix.T) or np.linalg.eigvalsh(matrix).min() < -1e-10:
        raise MultilevelError("L034", found=str(given), known=list(names))
    return matrix


def _by_group(table: pd.DataFrame) -> dict[str, Any]:
    """Covariance matrices by grouping factor, from the variance components of a fit."""
    found: dict[str, Any] = {}
    for group, rows in table.groupby("group", sort=False):
        names = list(dict.fromkeys(rows["term_1"]))
        matrix = np.zeros((len(names), len(names)))
        for one, other, value in zip(rows["term_1"], rows["term_2"], rows["covariance"], strict=True):
            a, b = names.index(one), names.index(other)
            matrix[a, b] = matrix[b, a] = value
        found[str(group)] = float(matrix[0, 0]) if group == RESIDUAL else pd.DataFrame(matrix, names, names)
    return found
