"""Exploratory factor analysis: how many things, which items go with which, and how well that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import MeasurementError, Place, Problem
from lcresearch.measurement.columns import Array, Codes, item_names, matrix
from lcresearch.measurement.exploratory.correlations import (
    Correlation,
    Correlations,
    Missing,
    cautions_of,
    checked_choice,
    item_correlations,
)
from lcresearch.measurement.exploratory.extraction import METHODS, Extraction, Method, extract
from lcresearch.measurement.exploratory.factor_scores import SCORE_METHODS, ScoreMethod, determinacy, score_weights
from lcresearch.measurement.exploratory.fit import FactorFit, degrees_of_freedom, factor_fit
from lcresearch.measurement.exploratory.rotation import OBLIQUE, ROTATIONS, Rotated, Rotation, rotate
from lcresearch.measurement.exploratory.standard_errors import RotatedErrors, rotated_errors
from lcresearch.results import Result

SALIENT = 0.3
"""Loadings of at least this size count as belonging to a factor in the notes."""
_SINGULAR, _INVOLVED = 1e-10, 0.05


@dataclass(frozen=True, repr=False, eq=False)
class FactorAnalysis(Result):
    """Factors of a set of items.

    Attributes
    ----------
    pattern : DataFrame
        Items by factors: what each factor contributes to an item (loadings).
    structure : DataFrame
        Items by factors: correlations of items and factors.
    factor_correlations : DataFrame
        Factors by factors; the identity after an orthogonal rotation.
    items : DataFrame
        By item: ``communality`` (variance explained by the factors), ``uniqueness`` (variance left), ``complexity``
        (Hofmann's, 1978, number of factors that an item needs), and ``mean`` and ``std_dev`` of the answers, by which
        :meth:`scores` standardises.
    variance : DataFrame
        By factor: ``sum_of_squares, proportion, cumulative, determinacy``.
    std_errors, factor_correlation_std_errors : DataFrame
        Standard errors of ``pattern`` and ``factor_correlations``, without assuming a distribution; NaN after promax,
        with a Heywood case, with smoothed correlations and with more than 55 items.
    fit : dict
        ``df, objective, chi_square, p_value, rmsea, rmsea_low, rmsea_high, tli, cfi, rmsr, rmsr_corrected, bic``;
        definitions in :class:`lcresearch.measurement.exploratory.fit.FactorFit`. ``robust_chi_square,
        robust_p_value, robust_rmsea``: the test of the residuals with its mean and variance adjusted to the
        distribution of the answers, right for polychoric correlations too (scaled and shifted, as lavaan's ULSMV).
    correlations, residuals : DataFrame
        Items by items: what was analysed, and what the factors leave of it.
    n : int
        Persons.
    method, rotation, correlation : str
        As asked.
    n_starts, n_at_best : int
        Starts of the rotation, and how many of them ended at the solution that is shown.
    converged : bool
        Whether extraction and rotation came to rest.
    problems : tuple of Problem
        What the reader must know.
    """

    title: ClassVar[str] = "Exploratory factor analysis"

    pattern: pd.DataFrame
    structure: pd.DataFrame
    factor_correlations: pd.DataFrame
    items: pd.DataFrame
    variance: pd.DataFrame
    std_errors: pd.DataFrame
    factor_correlation_std_errors: pd.DataFrame
    fit: dict[str, float]
    correlations: pd.DataFrame
    residuals: pd.DataFrame
    n: int
    method: str
    rotation: str
    correlation: str
    n_starts: int
    n_at_best: int
    converged: bool
    problems: tuple[Problem, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a loading, then a row a factor correlation (``F1 ~~ F2``).

        Columns ``term, item, factor, estimate, std_error, statistic, p_value, conf_low, conf_high, structure``; the
        statistic is normal in large samples.
        """
        p, m = self.pattern.shape
        items, factors = np.repeat(list(self.pattern.index), m), np.tile(list(self.pattern.columns), p)
        first, second = np.triu_indices(m if self.rotation in OBLIQUE else 1, 1)
        names = list(self.pattern.columns)
        terms = [f"{factor} =~ {item}" for item, factor in zip(items, factors, strict=True)]
        terms += [f"{names[i]} ~~ {names[j]}" for i, j in zip(first, second, strict=True)]
        estimate = _stacked(self.pattern, self.factor_correlations, first, second)
        error = _stacked(self.std_errors, self.factor_correlation_std_errors, first, second)
        statistic = estimate / np.where(error > 0, error, np.nan)
        half = stats.norm.ppf((1 + conf_level) / 2) * error
        unknown = [None] * len(first)
        return pd.DataFrame(
            {
                "term": terms,
                "item": [*items, *unknown],
                "factor": [*factors, *unknown],
                "estimate": estimate,
                "std_error": error,
                "statistic": statistic,
                "p_value": 2 * stats.norm.sf(np.abs(statistic)),
                "conf_low": estimate - half,
                "conf_high": estimate + half,
                "structure": np.append(self.structure.to_numpy().ravel(), np.full(len(first), np.nan)),
            }
        )

    def sorted_loadings(self, hide_below: float = 0.0) -> pd.DataFrame:
        """Loadings with items sorted by the factor they load most on, and communality, uniqueness, complexity.

        Loadings below ``hide_below`` (absolute) are NaN, which the printed table leaves blank.
        """
        loadings = self.pattern.to_numpy()
        main = np.abs(loadings).argmax(axis=1)
        order = np.lexsort([-np.abs(loadings).max(axis=1), main])
        table = self.pattern.where(self.pattern.abs() >= hide_below).iloc[order]
        table.insert(0, "item", table.index)
        columns = ["communality", "uniqueness", "complexity"]
        table[columns] = self.items[columns].iloc[order]
        return table.reset_index(drop=True)

    def shown(self) -> pd.DataFrame:
        """The sorted table of loadings, without those below .10."""
        return self.sorted_loadings(hide_below=0.1)

    def glance(self) -> pd.DataFrame:
        """One row: what was fitted, and fit."""
        row: dict[str, Any] = {"n": self.n, "n_items": len(self.pattern), "n_factors": self.pattern.shape[1]}
        row |= {"method": self.method, "rotation": self.rotation, "correlation": self.correlation}
        names = {"chi_square": "statistic", "df": "df", "p_value": "p_value"}
        row |= {name: self.fit[part] for part, name in names.items()}
        parts = ("rmsea", "rmsea_low", "rmsea_high", "tli", "cfi", "rmsr", "bic")
        row |= {part: self.fit[part] for part in (*parts, "robust_chi_square", "robust_p_value", "robust_rmsea")}
        return pd.DataFrame([row | {"converged": self.converged}])

    def cautions(self) -> list[str]:
        """Missing answers, Heywood cases, weak factors and the like, in the language of the terminal."""
        return cautions_of(self.problems)

    def scores(self, frame: pd.DataFrame, method: ScoreMethod = "regression") -> pd.DataFrame:
        """Factor scores of the persons of a frame, NaN for a person with an open item.

        Answers are standardised with the means and standard deviations of the persons who were analysed.

        Parameters
        ----------
        frame : DataFrame
            Rows with the same items; these may be other persons.
        method : {"regression", "bartlett", "ten-berge"}
            Weights, see :func:`lcresearch.measurement.exploratory.factor_scores.score_weights`.

        Raises
        ------
        MeasurementError
            M001 to M004 and M008 columns and options; M316 when only correlations were analysed.
        """
        checked_choice("method", method, SCORE_METHODS)
        names = item_names(frame, list(self.pattern.index))
        if self.items["mean"].isna().any():
            raise MeasurementError("M316")
        standard = (matrix(frame, names) - self.items["mean"].to_numpy()) / self.items["std_dev"].to_numpy()
        return pd.DataFrame(
            standard @ self.score_weights(method).to_numpy(), index=frame.index, columns=self.pattern.columns
        )

    def score_weights(self, method: ScoreMethod = "regression") -> pd.DataFrame:
        """Weights of the standardised items in the factor scores, items by factors."""
        weights = score_weights(
            self.correlations.to_numpy(), self.pattern.to_numpy(), self.factor_correlations.to_numpy(), method
        )
        return pd.DataFrame(weights, index=self.pattern.index, columns=self.pattern.columns)


def factor_analysis(
    frame: pd.DataFrame,
    items: Sequence[str],
    n_factors: int,
    *,
    rotation: Rotation = "oblimin",
    method: Method = "minres",
    correlation: Correlation = "pearson",
    missing: Missing = "pairwise",
    n_persons: int | None = None,
    n_starts: int = 30,
    seed: int | None = 0,
) -> FactorAnalysis:
    """Find the factors behind the correlations of items.

    Steps: correlations, extraction of ``n_factors``, rotation to simple structure from several starts, fit.

    Parameters
    ----------
    frame : DataFrame
        A row a person; with ``n_persons`` a matrix of correlations of that many persons.
    items : sequence of str
        Columns.
    n_factors : int
        Factors; :func:`parallel_analysis` advises how many.
    rotation : {"oblimin", "geomin", "promax", "varimax", "quartimax", "none"}
        The first three let factors correlate. Oblimin is direct quartimin (gamma 0) without normalisation; geomin has
        epsilon 0.01; varimax and the varimax inside promax have Kaiser's normalisation.
    method : {"minres", "ml"}
        Least squares of the residual correlations, or maximum likelihood, which is the same to the reader but trusts
        items with small uniqueness more and can end in a Heywood case sooner.
    correlation : {"pearson", "polychoric"}
        Polychoric correlations suit items of few ordered answers.
    missing : {"pairwise", "complete"}
        Whether a person counts for the pairs that he or she answered, or only with all answers.
    n_starts, seed : int
        Starts of the rotation (the first is the unrotated position) and the seed of the others.
    n_persons : int, optional
        Of how many persons ``frame`` holds the correlations; without it ``frame`` holds rows.

    Returns
    -------
    FactorAnalysis
        Factors ``F1``, ``F2``, ... in order of the variance they explain, each with a positive sum of loadings.

    Raises
    ------
    MeasurementError
        M001 to M004 and M008 columns and options; M301 to M303, M308 and M309 what cannot be correlated; M311 more
        factors than the items can tell apart; M425 items that follow from each other.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> trust, pace = rng.normal(size=(2, 200, 1))
    >>> answers = np.hstack([trust + rng.normal(size=(200, 4)), pace + rng.normal(size=(200, 4))])
    >>> frame = pd.DataFrame(answers, columns=list("abcdefgh"))
    >>> result = factor_analysis(frame, list("abcdefgh"), 2)
    >>> result.pattern.abs().idxmax(axis=1).to_list()
    ['F1', 'F1', 'F1', 'F1', 'F2', 'F2', 'F2', 'F2']
    """
    checked_choice("rotation", rotation, ROTATIONS)
    checked_choice("method", method, METHODS)
    given = item_correlations(
        frame, items, correlation=correlation, missing=missing, n_persons=n_persons, with_gamma=True
    )
    _check_dependent(given)
    p = len(given.items)
    most = max((m for m in range(1, p) if degrees_of_freedom(p, m) >= 0), default=0)
    if not 1 <= n_factors <= most:
        raise MeasurementError("M311", n_factors=n_factors, n_items=p, most=most)
    found = extract(given.matrix, n_factors, method)
    turned = rotate(found.loadings, rotation, n_starts=n_starts, seed=seed)
    fit = factor_fit(given.matrix, turned.loadings, turned.factor_correlations, given.n, given.pairs)
    problems = given.problems + _problems(given, found, turned, method)
    errors = _errors(given, found, turned, fit, method=method, rotation=rotation)
    return _result(given, found, turned, fit, errors, problems, method=method, rotation=rotation)


def _check_dependent(given: Correlations) -> None:
    """M425 for items that follow from each other, as a column that stands twice: their test and fit are void."""
    if given.n <= len(given.items) or given.kind != "pearson":
        return
    values, vectors = np.linalg.eigh(given.matrix)
    raw = [float(problem.values["value"]) for problem in given.problems if problem.code == "M305"]
    if abs(min(raw, default=float(values[0]))) < _SINGULAR:
        involved = np.flatnonzero(np.abs(vectors[:, 0]) > _INVOLVED)
        raise MeasurementError("M425", items=[given.items[j] for j in involved])


def _errors(
    given: Correlations, found: Extraction, turned: Rotated, fit: FactorFit, *, method: str, rotation: str
) -> RotatedErrors:
    """Standard errors and the adjusted test; NaN where the solution is no smooth function of the correlations."""
    gamma = None if rotation == "promax" or found.at_bound.any() else given.gamma()
    if gamma is None:
        nan = float("nan")
        shapes = turned.loadings.shape, turned.factor_correlations.shape
        return RotatedErrors(np.full(shapes[0], nan), np.full(shapes[1], nan), nan, nan, nan)
    return rotated_errors(
        given.matrix,
        turned.loadings,
        turned.factor_correlations,
        method=method,
        rotation=rotation,
        gamma=gamma,
        n=given.n,
        df=fit.df,
        discrepancy=found.objective,
    )


def _stacked(loadings: pd.DataFrame, between: pd.DataFrame, first: Codes, second: Codes) -> Array:
    """Numbers of loadings, item by item, then those of the pairs of factors."""
    return np.append(loadings.to_numpy(dtype=np.float64).ravel(), between.to_numpy(dtype=np.float64)[first, second])


def _result(
    given: Correlations,
    found: Extraction,
    turned: Rotated,
    fit: FactorFit,
    errors: RotatedErrors,
    problems: tuple[Problem, ...],
    *,
    method: str,
    rotation: str,
) -> FactorAnalysis:
    items, pattern, phi = list(given.items), turned.loadings, turned.factor_correlations
    factors = [f"F{k + 1}" for k in range(pattern.shape[1])]

    def by_pair(values: Array) -> pd.DataFrame:
        return pd.DataFrame(values, index=items, columns=items)

    residuals = given.matrix - pattern @ phi @ pattern.T
    squares = (pattern**2).sum(axis=1) ** 2
    explained = np.diag(phi @ pattern.T @ pattern)
    return FactorAnalysis(
        pattern=pd.DataFrame(pattern, index=items, columns=factors),
        structure=pd.DataFrame(pattern @ phi, index=items, columns=factors),
        factor_correlations=pd.DataFrame(phi, index=factors, columns=factors),
        items=pd.DataFrame(
            {
                "communality": np.diag(pattern @ phi @ pattern.T),
                "uniqueness": found.uniquenesses,
                "complexity": squares / np.maximum((pattern**4).sum(axis=1), 1e-300),
                "mean": given.means,
                "std_dev": given.std_devs,
            },
            index=items,
        ),
        variance=pd.DataFrame(
            {
                "sum_of_squares": explained,
                "proportion": explained / len(items),
                "cumulative": np.cumsum(explained) / len(items),
                "determinacy": determinacy(given.matrix, pattern, phi),
            },
            index=factors,
        ),
        std_errors=pd.DataFrame(errors.loadings, index=items, columns=factors),
        factor_correlation_std_errors=pd.DataFrame(errors.factor_correlations, index=factors, columns=factors),
        fit=fit.__dict__
        | {
            "robust_chi_square": errors.chi_square,
            "robust_p_value": errors.p_value,
            "robust_rmsea": errors.rmsea,
        },
        correlations=by_pair(given.matrix),
        residuals=by_pair(residuals),
        n=given.n,
        method=method,
        rotation=rotation,
        correlation=given.kind,
        n_starts=turned.n_starts,
        n_at_best=turned.n_at_best,
        converged=found.converged and turned.converged,
        problems=problems,
    )


def _problems(given: Correlations, found: Extraction, turned: Rotated, method: str) -> tuple[Problem, ...]:
    """What a reader must know of a solution."""
    p, m = turned.loadings.shape
    problems = [
        Problem("M312", Place(item=name)) for name, heywood in zip(given.items, found.at_bound, strict=True) if heywood
    ]
    if not found.converged or not turned.converged:
        problems.append(Problem("M313"))
    if turned.n_at_best < turned.n_starts:
        problems.append(Problem("M314", values={"n": turned.n_at_best, "n_starts": turned.n_starts}))
    salient = (np.abs(turned.loadings) >= SALIENT).sum(axis=0)
    weak = [f"F{k + 1}" for k in range(m) if salient[k] < 3]
    if weak:
        problems.append(Problem("M315", values={"factors": weak, "limit": SALIENT}))
    if given.n <= p:
        problems.append(Problem("M321", values={"n": given.n, "n_items": p}))
    if given.kind == "polychoric":
        problems.append(Problem("M317"))
    return tuple(problems)
