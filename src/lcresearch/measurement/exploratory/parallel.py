"""How many factors: parallel analysis (Horn, 1965) and the minimum average partial correlation (Velicer, 1976)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError, Problem
from lcresearch.measurement.columns import Array
from lcresearch.measurement.exploratory.correlations import (
    Correlation,
    Correlations,
    Missing,
    category_codes,
    cautions_of,
    item_correlations,
)
from lcresearch.measurement.exploratory.partial_correlations import average_partials
from lcresearch.measurement.polychoric import polychoric
from lcresearch.results import Result

_N_SIMULATIONS = {"pearson": 1000, "polychoric": 100}


@dataclass(frozen=True, repr=False, eq=False)
class ParallelAnalysis(Result):
    """Eigenvalues beside those of random data of the same size.

    Attributes
    ----------
    eigenvalues : DataFrame
        ``number, component, component_mean, component_limit, factor, factor_mean, factor_limit, average_partial,
        average_partial_4``: a row a number. ``component`` are eigenvalues of the correlation matrix, ``factor`` those
        with squared multiple correlations in the diagonal (principal axes); ``_mean`` and ``_limit`` are the mean and
        the percentile of random data. The last two columns are Velicer's averages after taking out ``number``
        components (NaN for the last two).
    average_partial_0, average_partial_4_0 : float
        The same averages before any component is taken out.
    n, n_simulations : int
        Persons, and random data sets.
    percentile : float
        That of ``_limit``, 0 to 100.
    correlation : {"pearson", "polychoric"}
        What was analysed.
    seed : int or None
        Seed of the random data.
    problems : tuple of Problem
        Missing answers and the like, and disagreement between the rules.
    """

    title: ClassVar[str] = "Parallel analysis"

    eigenvalues: pd.DataFrame
    average_partial_0: float
    average_partial_4_0: float
    n: int
    n_simulations: int
    percentile: float
    correlation: str
    seed: int | None
    problems: tuple[Problem, ...]

    @property
    def n_components(self) -> int:
        """Components above the percentile of random data, before the first that is not."""
        return _first_not_above(self.eigenvalues["component"], self.eigenvalues["component_limit"])

    @property
    def n_factors(self) -> int:
        """Common factors above the percentile of random data, before the first that is not."""
        return _first_not_above(self.eigenvalues["factor"], self.eigenvalues["factor_limit"])

    @property
    def n_minimum_average_partial(self) -> int:
        """Components at the smallest average squared partial correlation (Velicer, 1976)."""
        return int(np.nanargmin([self.average_partial_0, *self.eigenvalues["average_partial"]]))

    @property
    def n_minimum_average_partial_4(self) -> int:
        """The same with fourth powers (Velicer, Eaton & Fava, 2000)."""
        return int(np.nanargmin([self.average_partial_4_0, *self.eigenvalues["average_partial_4"]]))

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a number of components or factors; columns as in :attr:`eigenvalues`."""
        return self.eigenvalues.copy()

    def glance(self) -> pd.DataFrame:
        """One row: persons, items, and the number that each rule advises."""
        row: dict[str, Any] = {"n": self.n, "n_items": len(self.eigenvalues), "n_simulations": self.n_simulations}
        row |= {"n_components": self.n_components, "n_factors": self.n_factors}
        row |= {"n_minimum_average_partial": self.n_minimum_average_partial}
        return pd.DataFrame([row | {"n_minimum_average_partial_4": self.n_minimum_average_partial_4}])

    def cautions(self) -> list[str]:
        """Missing answers and disagreement between the rules, in the language of the terminal."""
        return cautions_of(self.problems)


def parallel_analysis(
    frame: pd.DataFrame,
    items: Sequence[str],
    *,
    seed: int | None = None,
    correlation: Correlation = "pearson",
    missing: Missing = "pairwise",
    n_simulations: int | None = None,
    percentile: float = 95.0,
    n_persons: int | None = None,
) -> ParallelAnalysis:
    """Compare eigenvalues with those of random data, to see how many components or factors stand out.

    A component or factor counts when its eigenvalue passes the percentile of the same eigenvalue in data without
    any correlation (Horn, 1965; percentile: Glorfeld, 1995), up to the first that does not. Common factors are judged
    with squared multiple correlations in the diagonal (Humphreys & Montanelli, 1975), which tends to advise more of
    them than components. Velicer's minimum average partial stands beside it.

    Parameters
    ----------
    frame : DataFrame
        A row a person; with ``n_persons`` a matrix of correlations of that many persons.
    items : sequence of str
        Columns.
    seed : int, optional
        Seed of the random data; the same seed gives the same result.
    correlation : {"pearson", "polychoric"}
        Random data for Pearson correlations are normal: their correlation matrix is drawn from its own (Wishart)
        distribution. For polychoric correlations each column of answers is shuffled, missing answers too.
    missing : {"pairwise", "complete"}
        Whether a person counts for the pairs that he or she answered, or only with all answers. With "pairwise" random
        normal data have the harmonic mean of the persons behind the pairs.
    n_simulations : int, optional
        Random data sets: 1000 for Pearson, 100 for polychoric correlations, unless given.
    percentile : float
        Between 0 and 100.
    n_persons : int, optional
        Of how many persons ``frame`` holds the correlations; without it ``frame`` holds rows.

    Returns
    -------
    ParallelAnalysis
        ``n_factors`` and ``n_components`` beside Velicer's criterion; ``plot()`` draws the scree.

    Raises
    ------
    MeasurementError
        M001 to M004 and M008 columns and options; M301 to M303, M308 and M309 what cannot be correlated; M322
        the number of simulations or the percentile; M325 polychoric simulations without answers.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> trust, pace = rng.normal(size=(2, 200, 1))
    >>> answers = np.hstack([trust + rng.normal(size=(200, 4)), pace + rng.normal(size=(200, 4))])
    >>> frame = pd.DataFrame(answers, columns=list("abcdefgh"))
    >>> result = parallel_analysis(frame, list("abcdefgh"), seed=1)
    >>> result.n_components, result.n_factors, result.n_minimum_average_partial
    (2, 2, 2)
    """
    given = item_correlations(frame, items, correlation=correlation, missing=missing, n_persons=n_persons)
    n_simulations = _N_SIMULATIONS[correlation] if n_simulations is None else n_simulations
    if n_simulations < 20 or not 50 <= percentile < 100:
        raise MeasurementError("M322", n=n_simulations, percentile=float(percentile))
    rng = np.random.default_rng(seed)
    random = _random_polychorics(given, n_simulations, rng) if correlation == "polychoric" else None
    if random is None:
        pairs = given.pairs[np.tril_indices(len(given.items), -1)]
        random = _random_correlations(len(given.items), round(1 / float(np.mean(1 / pairs))), n_simulations, rng)
    partials = average_partials(given.matrix)
    components, factors = eigenvalues(random), eigenvalues(reduced(random))
    table = pd.DataFrame(
        {
            "number": np.arange(1, len(given.items) + 1),
            "component": eigenvalues(given.matrix),
            "component_mean": components.mean(axis=0),
            "component_limit": np.percentile(components, percentile, axis=0),
            "factor": eigenvalues(reduced(given.matrix)),
            "factor_mean": factors.mean(axis=0),
            "factor_limit": np.percentile(factors, percentile, axis=0),
            "average_partial": np.append(partials[1:, 0], [np.nan, np.nan]),
            "average_partial_4": np.append(partials[1:, 1], [np.nan, np.nan]),
        }
    )
    result = ParallelAnalysis(
        eigenvalues=table,
        average_partial_0=float(partials[0, 0]),
        average_partial_4_0=float(partials[0, 1]),
        n=given.n,
        n_simulations=n_simulations,
        percentile=float(percentile),
        correlation=correlation,
        seed=seed,
        problems=given.problems,
    )
    return ParallelAnalysis(**{**result.__dict__, "problems": given.problems + _disagreement(result)})


def eigenvalues(correlations: Array) -> Array:
    """Eigenvalues from large to small, shape (..., p), of matrices of shape (..., p, p)."""
    return np.asarray(np.linalg.eigvalsh(correlations)[..., ::-1], dtype=np.float64)


def reduced(correlations: Array, communalities: Array | None = None) -> Array:
    """Correlations with communalities in the diagonal; by default squared multiple correlations.

    A matrix that cannot be inverted takes the largest absolute correlation of each item instead.
    """
    p = correlations.shape[-1]
    if communalities is None:
        with np.errstate(all="ignore"):
            smallest = np.linalg.eigvalsh(correlations)[..., :1]
            usable = smallest > 1e-10
            safe = np.where(usable[..., None], correlations, np.eye(p))
            squared = 1 - 1 / np.diagonal(np.linalg.inv(safe), axis1=-2, axis2=-1)
        largest = np.abs(correlations - np.eye(p)).max(axis=-1)
        communalities = np.where(usable, squared, largest)
    return np.asarray(correlations + (communalities - 1)[..., None] * np.eye(p), dtype=np.float64)


def _random_correlations(p: int, n: int, n_simulations: int, rng: np.random.Generator) -> Array:
    """Correlation matrices of ``n`` persons on ``p`` unrelated normal items, by Bartlett's (1933) decomposition."""
    if n <= p:
        centred = rng.normal(size=(n_simulations, n, p))
        centred -= centred.mean(axis=1, keepdims=True)
        products = centred.transpose(0, 2, 1) @ centred
    else:
        root = np.tril(rng.normal(size=(n_simulations, p, p)), -1)
        diagonal = np.arange(p)
        root[:, diagonal, diagonal] = np.sqrt(rng.chisquare(n - 1 - diagonal, size=(n_simulations, p)))
        products = root @ root.transpose(0, 2, 1)
    scale = np.sqrt(np.diagonal(products, axis1=1, axis2=2))
    return np.asarray(products / (scale[:, :, None] * scale[:, None, :]), dtype=np.float64)


def _random_polychorics(given: Correlations, n_simulations: int, rng: np.random.Generator) -> Array:
    """Polychoric correlations of answers whose columns were shuffled."""
    if given.answers is None:
        raise MeasurementError("M325")
    codes = category_codes(given.answers, given.items)
    drawn = (polychoric(rng.permuted(codes, axis=0), gamma=False).matrix for _ in range(n_simulations))
    return np.stack(list(drawn))


def _first_not_above(observed: pd.Series[float], limit: pd.Series[float]) -> int:
    above = (observed > limit).to_numpy()
    return len(above) if above.all() else int(np.argmin(above))


def _disagreement(result: ParallelAnalysis) -> tuple[Problem, ...]:
    advice = {result.n_components, result.n_factors, result.n_minimum_average_partial}
    if len(advice) == 1:
        return ()
    numbers = {"components": result.n_components, "factors": result.n_factors}
    return (Problem("M323", values=numbers | {"partials": result.n_minimum_average_partial}),)
