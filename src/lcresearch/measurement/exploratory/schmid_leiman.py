"""One score or several? Omega hierarchical, by the transformation of Schmid and Leiman (1957)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError, Place, Problem
from lcresearch.measurement.columns import Array
from lcresearch.measurement.exploratory.correlations import (
    Correlation,
    Missing,
    cautions_of,
    item_correlations,
)
from lcresearch.measurement.exploratory.extraction import extract
from lcresearch.measurement.exploratory.fit import degrees_of_freedom
from lcresearch.measurement.exploratory.rotation import rotate
from lcresearch.measurement.item_moments import alpha, guttman_lambda_6
from lcresearch.results import Result


@dataclass(frozen=True, repr=False, eq=False)
class OmegaHierarchical(Result):
    """A general factor and group factors, and what they mean for scores.

    Attributes
    ----------
    loadings : DataFrame
        Items by ``g`` and the group factors ``F1``, ``F2``, ...: orthogonal loadings of Schmid and Leiman.
    items : DataFrame
        By item: ``communality, uniqueness, share_general`` (part of the communality that is general), ``factor`` (the
        group factor on which it loads most).
    coefficients : DataFrame
        ``term, factor, estimate``: a row a coefficient, see :meth:`tidy`.
    factor_correlations : DataFrame
        Of the oblique group factors.
    general_loadings : DataFrame
        ``factor, estimate``: loadings of the group factors on the general factor.
    n, n_factors : int
        Persons, and group factors.
    problems : tuple of Problem
        What the reader must know.
    """

    title: ClassVar[str] = "General factor and group factors (Schmid-Leiman)"

    loadings: pd.DataFrame
    items: pd.DataFrame
    coefficients: pd.DataFrame
    factor_correlations: pd.DataFrame
    general_loadings: pd.DataFrame
    n: int
    n_factors: int
    problems: tuple[Problem, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a coefficient: ``term, factor, estimate``.

        For the sum of all items (factor ``g``): ``omega_total`` (reliable variance), ``omega_hierarchical`` (variance
        of the general factor), ``omega_group`` (of the group factors), ``omega_limit`` (their ratio, omega_hierarchical
        / omega_total), ``explained_common_variance`` (general share of the common variance of items),
        ``standardized_alpha``, ``guttman_lambda_6``. For the sum of the items of each group factor: ``omega_total``,
        ``omega_hierarchical`` and ``omega_group``.
        """
        return self.coefficients.copy()

    def glance(self) -> pd.DataFrame:
        """One row: persons, items, group factors, omega hierarchical and total, explained common variance."""
        whole = self.coefficients[self.coefficients["factor"] == "g"].set_index("term")["estimate"]
        row: dict[str, Any] = {"n": self.n, "n_items": len(self.loadings), "n_factors": self.n_factors}
        names = ("omega_hierarchical", "omega_total", "explained_common_variance")
        return pd.DataFrame([row | {name: float(whole[name]) for name in names}])

    def cautions(self) -> list[str]:
        """Missing answers, reversed items and the like, in the language of the terminal."""
        return cautions_of(self.problems)


def omega_hierarchical(
    frame: pd.DataFrame,
    items: Sequence[str],
    n_factors: int = 3,
    *,
    correlation: Correlation = "pearson",
    missing: Missing = "pairwise",
    n_persons: int | None = None,
) -> OmegaHierarchical:
    """Tell how much of a scale's variance one general factor explains, beside group factors.

    Group factors (minres, oblimin) are given a factor of their own; what it explains of the items is general, the rest
    of each group factor stays apart (Schmid & Leiman, 1957). Omega hierarchical is the share of the general factor in
    the variance of the sum score (McDonald, 1999; Zinbarg et al., 2005): high, and one score will do; low, and
    subscales are the better summary. As ``omega`` of R's psych, of which the items must run in one direction.

    Parameters
    ----------
    frame : DataFrame
        A row a person; with ``n_persons`` a matrix of correlations of that many persons.
    items : sequence of str
        Columns of one scale, all in the direction of the scale.
    n_factors : int
        Group factors, two or more. Two do not tell their general loadings apart: these are set equal.
    correlation : {"pearson", "polychoric"}
        Polychoric correlations give the omega of the variables behind the answers, not of their sum.
    missing : {"pairwise", "complete"}
        Whether a person counts for the pairs that he or she answered, or only with all answers.
    n_persons : int, optional
        Of how many persons ``frame`` holds the correlations; without it ``frame`` holds rows.

    Returns
    -------
    OmegaHierarchical
        Omega of the general factor and of all factors, and the loadings of Schmid and Leiman.

    Raises
    ------
    MeasurementError
        M001 to M004 and M008 columns and options; M301 to M303, M308 and M309 what cannot be correlated; M311 too many
        factors, M318 fewer than two.

    Examples
    --------
    >>> pattern = np.kron(np.eye(3), [[0.7], [0.7], [0.7]])
    >>> implied = pattern @ (0.5 + 0.5 * np.eye(3)) @ pattern.T
    >>> table = pd.DataFrame(np.where(np.eye(9), 1, implied), index=list("abcdefghi"), columns=list("abcdefghi"))
    >>> result = omega_hierarchical(table, list("abcdefghi"), n_persons=200)
    >>> result.tidy().set_index("term")["estimate"].head(2).round(3).to_dict()
    {'omega_total': 0.852, 'omega_hierarchical': 0.639}
    """
    given = item_correlations(frame, items, correlation=correlation, missing=missing, n_persons=n_persons)
    p = len(given.items)
    if n_factors < 2:
        raise MeasurementError("M318", n=n_factors)
    most = max((m for m in range(1, p) if degrees_of_freedom(p, m) >= 0), default=0)
    if n_factors > most:
        raise MeasurementError("M311", n_factors=n_factors, n_items=p, most=most)
    found = extract(given.matrix, n_factors)
    turned = rotate(found.loadings, "oblimin")
    general = general_loadings(turned.factor_correlations)
    g, groups = schmid_leiman(turned.loadings, general)
    names, labels = list(given.items), [f"F{k + 1}" for k in range(n_factors)]
    communality = np.diag(turned.loadings @ turned.factor_correlations @ turned.loadings.T)
    main = np.abs(groups).argmax(axis=1)
    problems = list(given.problems)
    problems += [Problem("M312", Place(item=name)) for name, at in zip(names, found.at_bound, strict=True) if at]
    problems += [Problem("M319", Place(item=n), {"value": float(v)}) for n, v in zip(names, g, strict=True) if v < 0]
    if np.abs(general).max() > 0.995:
        problems.append(Problem("M324"))
    if n_factors == 2:
        problems.append(Problem("M326"))
    return OmegaHierarchical(
        loadings=pd.DataFrame(np.column_stack([g, groups]), index=names, columns=["g", *labels]),
        items=pd.DataFrame(
            {
                "communality": communality,
                "uniqueness": 1 - communality,
                "share_general": g**2 / communality,
                "factor": [labels[k] for k in main],
            },
            index=names,
        ),
        coefficients=_coefficients(given.matrix, g, groups, 1 - communality, main),
        factor_correlations=pd.DataFrame(turned.factor_correlations, index=labels, columns=labels),
        general_loadings=pd.DataFrame({"factor": labels, "estimate": general}),
        n=given.n,
        n_factors=n_factors,
        problems=tuple(problems),
    )


def general_loadings(phi: Array) -> Array:
    """Loadings of oblique factors on one factor behind them, shape (m,); equal ones when there are two factors."""
    if len(phi) == 2:
        size = float(np.sqrt(abs(phi[0, 1])))
        return np.array([size, np.sign(phi[0, 1]) * size])
    return extract(phi, 1).loadings[:, 0]


def schmid_leiman(pattern: Array, general: Array) -> tuple[Array, Array]:
    """Loadings on the general factor, shape (p,), and on the group factors without it, shape (p, m)."""
    return pattern @ general, pattern * np.sqrt(np.maximum(1 - general**2, 0.0))


def _coefficients(correlation: Array, g: Array, groups: Array, unique: Array, main: Array) -> pd.DataFrame:
    total = float(correlation.sum())
    omega_total, hierarchical = 1 - unique.sum() / total, g.sum() ** 2 / total
    by_group = []
    for k in range(groups.shape[1]):
        own = main == k
        if own.any():
            variance = correlation[np.ix_(own, own)].sum()
            by_group.append((f"F{k + 1}", g[own].sum() ** 2 / variance, groups[own, k].sum() ** 2 / variance))
    within = sum(groups[main == k, k].sum() ** 2 for k in range(groups.shape[1])) / total
    rows = [
        ("omega_total", "g", omega_total),
        ("omega_hierarchical", "g", hierarchical),
        ("omega_group", "g", within),
        ("omega_limit", "g", hierarchical / omega_total),
        ("explained_common_variance", "g", (g**2).sum() / ((g**2).sum() + (groups**2).sum())),
        ("standardized_alpha", "g", alpha(correlation)),
        ("guttman_lambda_6", "g", guttman_lambda_6(correlation)),
    ]
    for name, of_general, of_group in by_group:
        rows += [("omega_total", name, of_general + of_group)]
        rows += [("omega_hierarchical", name, of_general), ("omega_group", name, of_group)]
    return pd.DataFrame(rows, columns=["term", "factor", "estimate"])
